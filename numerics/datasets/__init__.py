"""Images to compute on: digits that come with scikit-learn, and five sets read from their files.

Nothing is downloaded, unpickled or extracted. The sets, the files that `load` looks for in the
folder, and where they are published:

- ``digits``: no files; scikit-learn has them (the extra ``local-mixup[data]`` installs it).
- ``fashion-mnist``, at https://github.com/zalandoresearch/fashion-mnist, and ``mnist``, at
  https://yann.lecun.com/exdb/mnist and https://storage.googleapis.com/cvdf-datasets/mnist:
  ``train-images-idx3-ubyte``, ``train-labels-idx1-ubyte``, ``t10k-images-idx3-ubyte`` and
  ``t10k-labels-idx1-ubyte``, each with or without ``.gz``. Debian's package dataset-fashion-mnist
  installs the former, and then no folder is needed.
- ``cifar10`` and ``cifar100``, the binary version, at https://www.cs.toronto.edu/~kriz/cifar.html:
  ``cifar-10-binary.tar.gz`` or ``cifar-100-binary.tar.gz``, or what is in it: ``data_batch_1.bin``
  to ``data_batch_5.bin`` and ``test_batch.bin``, or ``train.bin`` and ``test.bin``.
- ``svhn``, the cropped digits, at http://ufldl.stanford.edu/housenumbers: ``train_32x32.mat`` and
  ``test_32x32.mat``.

Every file is held against a published checksum: IDX files by the SHA-256 sum of what is in them,
however it is packed (`numerics.datasets.idx`); the archives of CIFAR and the files of SVHN by the
sums that TensorFlow Datasets publishes (`numerics.datasets.cifar`, `numerics.datasets.svhn`). Those
of IDX files were seen to belong to the MD5 sums of the packed ones that the authors of
Fashion-MNIST and torchvision publish. The author of CIFAR publishes no sums of the extracted files:
for CIFAR-10 they are MD5 sums that two public projects agree on; for CIFAR-100 either the MD5 sum
of one or the SHA-256 sum of another (torchvision for Ruby), which no second one confirms.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from numerics.datasets import cifar, digits, idx, svhn
from numerics.datasets.sources import Part, Source, check_folder
from numerics.validation import IntArray, check_choice, check_dtype

__all__ = ["CLASSES", "DEBIAN_FOLDER", "NAMES", "Dataset", "load"]

DEBIAN_FOLDER: Final = Path("/usr/share/datasets/fashion-mnist")
"""Where Debian's package dataset-fashion-mnist puts its files."""

_DIGITS = tuple("0123456789")
_CIFAR10 = "airplane automobile bird cat deer dog frog horse ship truck"
_CIFAR100 = """
apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus
butterfly camel can castle caterpillar cattle chair chimpanzee clock cloud cockroach couch
crab crocodile cup dinosaur dolphin elephant flatfish forest fox girl hamster house kangaroo
keyboard lamp lawn_mower leopard lion lizard lobster man maple_tree motorcycle mountain
mouse mushroom oak_tree orange orchid otter palm_tree pear pickup_truck pine_tree plain
plate poppy porcupine possum rabbit raccoon ray road rocket rose sea seal shark shrew skunk
skyscraper snail snake spider squirrel streetcar sunflower sweet_pepper table tank telephone
television tiger tractor train trout tulip turtle wardrobe whale willow_tree wolf woman worm
"""

#: Names of the classes of each set; a label is the index of one.
CLASSES: Final[dict[str, tuple[str, ...]]] = {
    "digits": _DIGITS,
    "fashion-mnist": (
        *("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat"),
        *("Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"),
    ),
    "mnist": _DIGITS,
    "cifar10": tuple(_CIFAR10.split()),
    "cifar100": tuple(_CIFAR100.split()),
    "svhn": _DIGITS,
}

#: The sets that `load` knows.
NAMES: Final = tuple(CLASSES)

_IDX_FILES = ", ".join(f"{name}[.gz]" for part in idx.FILES.values() for name in part)
_CIFAR = "published at https://www.cs.toronto.edu/~kriz/cifar.html"
_WHAT = {
    "fashion-mnist": f"{_IDX_FILES}, published at https://github.com/zalandoresearch/fashion-mnist "
    "(Debian's package dataset-fashion-mnist installs them where they are found without a folder)",
    "mnist": f"{_IDX_FILES}, published at https://yann.lecun.com/exdb/mnist and "
    "https://storage.googleapis.com/cvdf-datasets/mnist",
    "cifar10": f"cifar-10-binary.tar.gz or the .bin files that are in it, {_CIFAR}",
    "cifar100": f"cifar-100-binary.tar.gz or the .bin files that are in it, {_CIFAR}",
    "svhn": f"{' and '.join(svhn.SUMS)}, published at http://ufldl.stanford.edu/housenumbers",
}


@dataclass(frozen=True, eq=False)
class Dataset:
    """Labelled images, for training and for the test.

    Parameters
    ----------
    name : str
        One of `NAMES`.
    X_train : numpy.ndarray of uint8
        Training images, shape (n, height, width) or (n, height, width, 3), red, green and blue;
        read-only, as are the other arrays.
    labels_train : numpy.ndarray of int64
        Their labels, indices of `classes`, shape (n,).
    X_test : numpy.ndarray of uint8
        Test images, shape (m, ...).
    labels_test : numpy.ndarray of int64
        Their labels, shape (m,).
    classes : tuple of str
        Names of the classes.
    brightest : int
        Largest value that a pixel can have: 255, and 16 for the digits of scikit-learn.
    provenance : tuple of Source
        The files and their SHA-256 sums.
    """

    name: str
    X_train: NDArray[np.uint8]
    labels_train: IntArray
    X_test: NDArray[np.uint8]
    labels_test: IntArray
    classes: tuple[str, ...]
    brightest: int
    provenance: tuple[Source, ...]

    @property
    def image_shape(self) -> tuple[int, ...]:
        """The shape of one image.

        Returns
        -------
        tuple of int
            Height and width, and 3 for the colours if there are any.
        """
        return self.X_train.shape[1:]

    def flat(
        self,
        part: str = "train",
        *,
        scale: bool = True,
        dtype: type[np.float32 | np.float64] = np.float64,
    ) -> NDArray[np.float32 | np.float64]:
        """Make a vector of each image.

        Parameters
        ----------
        part : {"train", "test"}, optional
            Which images.
        scale : bool, optional
            Divide by `brightest`, so that the values are in [0, 1]; else they are the integers that
            the pixels are, which every dtype holds exactly.
        dtype : {numpy.float64, numpy.float32}, optional
            Type of the values.

        Returns
        -------
        numpy.ndarray
            The vectors, shape (n, features), as a new array.

        Raises
        ------
        ValueError
            If there is no such part, or the type is another.
        """
        known = check_choice(part, "part", ("train", "test"))
        images = self.X_train if known == "train" else self.X_test
        vectors: NDArray[Any] = images.reshape(len(images), -1).astype(check_dtype(dtype))
        if scale:
            vectors /= vectors.dtype.type(self.brightest)
        return vectors


def load(
    name: str = "digits", folder: str | os.PathLike[str] | None = None, *, verify: bool = True
) -> Dataset:
    """Load a set of images.

    Parameters
    ----------
    name : str, optional
        One of `NAMES`: "digits", "fashion-mnist", "mnist", "cifar10", "cifar100" or "svhn".
    folder : str or path, optional
        Where the files are, that the docstring of `numerics.datasets` names; for "cifar10" and
        "cifar100", the archive, or the folder extracted from it, or its files. "digits" takes none,
        and "fashion-mnist" none where Debian's package is installed.
    verify : bool, optional
        Whether it is an error that a file is not the published one. Without it, read only files
        that you trust.

    Returns
    -------
    Dataset
        Images, labels, classes and provenance.

    Raises
    ------
    ValueError
        If there is no such set, a folder is passed where none is taken or is lacking, or a file has
        the wrong checksum, is truncated or damaged, has another magic number, a label out of range,
        or not as many images as labels. The message names the file.
    FileNotFoundError
        If there is no such folder, or it lacks files: the message says which and where they are
        published.
    NotADirectoryError
        If the folder is a file.
    ImportError
        If "digits" are asked for and scikit-learn is not installed.

    Notes
    -----
    The digits have no split of their own: in each class, every fifth image, in the order of
    scikit-learn, is for the test. Of the labels of CIFAR-100 the fine ones are taken. The digit 0,
    which SVHN labels 10, is labelled 0. The additional images of SVHN are not read.

    The sums in `Dataset.provenance` are of the files that were read; those of IDX files are of what
    is in them uncompressed, and that of the digits is of their pixels and labels, a byte each.

    References
    ----------
    .. [1] H. Xiao, K. Rasul, R. Vollgraf, Fashion-MNIST: a novel image dataset for benchmarking
       machine learning algorithms, arXiv:1708.07747, 2017.
    .. [2] Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, Gradient-based learning applied to document
       recognition, Proceedings of the IEEE 86(11), 1998.
    .. [3] A. Krizhevsky, Learning multiple layers of features from tiny images, 2009.
    .. [4] Y. Netzer, T. Wang, A. Coates, A. Bissacco, B. Wu, A. Y. Ng, Reading digits in natural
       images with unsupervised feature learning, NIPS workshop, 2011.
    """
    check_choice(name, "name", NAMES)
    train, test, sources = _read(name, folder, verify=verify)
    for array in (*train, *test):
        array.flags.writeable = False
    brightest = 16 if name == "digits" else 255
    return Dataset(name, *train, *test, CLASSES[name], brightest, sources)


def _read(
    name: str, folder: str | os.PathLike[str] | None, *, verify: bool
) -> tuple[Part, Part, tuple[Source, ...]]:
    """Read a set from its files."""
    if name == "digits":
        if folder is None:
            return digits.read(verify=verify)
        message = f"folder must be None for 'digits', which come with scikit-learn; got {folder!r}"
        raise ValueError(message)
    what = _WHAT[name]
    if folder is None:
        if name != "fashion-mnist":
            message = f"folder must be given for {name!r}: it has to hold {what}"
            raise ValueError(message)
        folder = DEBIAN_FOLDER
    place = check_folder(folder, what)
    if name == "svhn":
        return svhn.read(place, what, verify=verify)
    if name.startswith("cifar"):
        layout = cifar.CIFAR10 if name == "cifar10" else cifar.CIFAR100
        return cifar.read(place, layout, what, verify=verify)
    sums = idx.MNIST if name == "mnist" else idx.FASHION_MNIST
    return idx.read(place, sums, len(CLASSES[name]), what, verify=verify)

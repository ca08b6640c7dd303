"""Sets of images: read from small files in the published formats, and from damaged ones."""

import gzip
import hashlib
import importlib
import io
import math
import struct
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.io import loadmat, savemat

from numerics import datasets
from numerics.datasets import CLASSES, DEBIAN_FOLDER, NAMES, Dataset, cifar, digits, idx, load, svhn

TRAIN, TEST = 30, 20


def random_images(count: int, *shape: int, seed: int = 0) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, (count, *shape), dtype=np.uint8)


def some_labels(count: int, classes: int = 10) -> NDArray[np.uint8]:
    return (np.arange(count) * 7 % classes).astype(np.uint8)


def idx_bytes(items: NDArray[np.uint8]) -> bytes:
    header = struct.pack(f">BBBB{items.ndim}I", 0, 0, 8, items.ndim, *items.shape)
    return header + items.tobytes()


def write_idx(folder: Path, *, packed: bool = True) -> dict[str, bytes]:
    """Write the four files; return their contents."""
    contents = {}
    for count, part in [(TRAIN, "train"), (TEST, "test")]:
        images, labels = idx.FILES[part]
        contents[images] = idx_bytes(random_images(count, 28, 28, seed=count))
        contents[labels] = idx_bytes(some_labels(count))
    for name, content in contents.items():
        path = folder / (f"{name}.gz" if packed else name)
        path.write_bytes(gzip.compress(content) if packed else content)
    return contents


def cifar_records(
    images: NDArray[np.uint8], labels: NDArray[np.uint8], coarse: NDArray[np.uint8] | None = None
) -> bytes:
    columns = [labels[:, None]] if coarse is None else [coarse[:, None], labels[:, None]]
    pixels = images.transpose(0, 3, 1, 2).reshape(len(images), -1)
    return np.hstack([*columns, pixels]).tobytes()


def cifar_files(layout: cifar.Layout) -> dict[str, bytes]:
    """Make every file of a set, of 4 images each."""
    classes = layout.labels[-1]
    files = {}
    for seed, name in enumerate(layout.train + layout.test):
        labels = ((some_labels(4, classes) + seed) % classes).astype(np.uint8)
        coarse = some_labels(4, 20) if len(layout.labels) == 2 else None
        files[name] = cifar_records(random_images(4, 32, 32, 3, seed=seed), labels, coarse)
    return files


def write_archive(path: Path, files: dict[str, bytes], folder: str) -> None:
    with tarfile.open(path, "w:gz") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(f"{folder}/{name}")
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))


def write_svhn(folder: Path, **changed: Any) -> None:
    for count, file in zip((TRAIN, TEST), svhn.SUMS, strict=True):
        content: dict[str, Any] = {
            "X": random_images(count, 32, 32, 3, seed=count).transpose(1, 2, 3, 0),
            "y": some_labels(count)[:, None] + np.uint8(1),
        }
        present = {name: value for name, value in (content | changed).items() if value is not None}
        savemat(folder / file, present, do_compression=True)


def write_set(name: str, folder: Path) -> None:
    if name in {"mnist", "fashion-mnist"}:
        write_idx(folder)
    elif name == "svhn":
        write_svhn(folder)
    else:
        layout = LAYOUTS[name]
        write_archive(folder / layout.archive, cifar_files(layout), layout.folder)


LAYOUTS = {"cifar10": cifar.CIFAR10, "cifar100": cifar.CIFAR100}
FROM_FILES = [name for name in NAMES if name != "digits"]


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("name", FROM_FILES)
def test_dataset_is_consistent(tmp_path: Path, name: str) -> None:
    write_set(name, tmp_path)
    data = load(name, tmp_path, verify=False)
    assert data.name == name
    assert data.classes == CLASSES[name]
    assert data.brightest == 255
    assert data.image_shape == ((28, 28) if "mnist" in name else (32, 32, 3))
    for images, labels in [(data.X_train, data.labels_train), (data.X_test, data.labels_test)]:
        assert images.dtype == np.uint8
        assert labels.dtype == np.int64
        assert images.shape == (len(labels), *data.image_shape)
        assert labels.min() >= 0
        assert labels.max() < len(data.classes)
        with pytest.raises(ValueError, match="read-only"):
            images[0] = 0
    assert data.provenance
    assert not any(source.verified for source in data.provenance)


@pytest.mark.parametrize("name", FROM_FILES)
def test_other_file_than_the_published_one_is_an_error(tmp_path: Path, name: str) -> None:
    write_set(name, tmp_path)
    with pytest.raises(ValueError, match=r"wrong checksum, .*verify=False reads it all the same"):
        load(name, tmp_path)


@pytest.mark.parametrize("name", FROM_FILES)
def test_empty_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(FileNotFoundError, match=r"lacks .*it has to hold .*published at http") as e:
        load(name, tmp_path)
    assert str(tmp_path) in str(e.value)


@pytest.mark.parametrize("name", FROM_FILES)
def test_folder_that_is_none(tmp_path: Path, name: str) -> None:
    with pytest.raises(FileNotFoundError, match=r"there is no folder .*published at"):
        load(name, tmp_path / "nowhere")
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(NotADirectoryError, match="file is not a folder; pass the one that holds"):
        load(name, file)
    unusual: Any = 3
    with pytest.raises(ValueError, match="folder must be a path, got 3"):
        load(name, unusual)


@pytest.mark.parametrize("name", ["mnist", "cifar10", "cifar100", "svhn"])
def test_folder_has_to_be_given(name: str) -> None:
    with pytest.raises(ValueError, match=f"folder must be given for '{name}': it has to hold"):
        load(name)


def test_digits_take_no_folder(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="folder must be None for 'digits'"):
        load("digits", tmp_path)


@pytest.mark.parametrize("name", ["imagenet", "MNIST", "", None, []])
def test_unknown_set(name: Any) -> None:
    with pytest.raises(ValueError, match="name must be one of digits, fashion-mnist, mnist"):
        load(name)


def test_classes() -> None:
    counts = {name: len(classes) for name, classes in CLASSES.items()}
    assert counts == dict.fromkeys(NAMES, 10) | {"cifar100": 100}
    assert all(len(set(classes)) == len(classes) for classes in CLASSES.values())
    # The labels of both are in the order of the alphabet.
    assert list(CLASSES["cifar100"]) == sorted(CLASSES["cifar100"])
    assert list(CLASSES["cifar10"]) == sorted(CLASSES["cifar10"])


@pytest.fixture
def mnist(tmp_path: Path) -> Dataset:
    write_idx(tmp_path)
    return load("mnist", tmp_path, verify=False)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("part", ["train", "test"])
def test_flat(mnist: Dataset, part: str, dtype: type[np.float32 | np.float64]) -> None:
    images = mnist.X_train if part == "train" else mnist.X_test
    whole = mnist.flat(part, scale=False, dtype=dtype)
    assert whole.dtype == dtype
    assert whole.shape == (len(images), 784)
    np.testing.assert_array_equal(whole.reshape(images.shape), images)
    scaled = mnist.flat(part, dtype=dtype)
    assert scaled.dtype == dtype
    # One division: the nearest number of that type to k/255.
    np.testing.assert_array_equal(scaled, whole / dtype(255))
    assert scaled.min() == 0
    assert scaled.max() == 1


def test_flat_is_a_copy(mnist: Dataset) -> None:
    before = mnist.X_train.copy()
    mnist.flat(scale=False)[:] = -1
    np.testing.assert_array_equal(mnist.X_train, before)


def test_flat_keeps_rows_and_colours_in_order(tmp_path: Path) -> None:
    write_svhn(tmp_path)
    data = load("svhn", tmp_path, verify=False)
    row, column, colour = 3, 5, 2
    np.testing.assert_array_equal(
        data.flat(scale=False)[:, (row * 32 + column) * 3 + colour],
        data.X_train[:, row, column, colour],
    )


def test_flat_refuses(mnist: Dataset) -> None:
    with pytest.raises(ValueError, match="part must be 'train' or 'test', got 'all'"):
        mnist.flat("all")
    unusual: Any = np.int64
    with pytest.raises(ValueError, match=r"dtype must be numpy\.float32 or numpy\.float64"):
        mnist.flat(dtype=unusual)


@pytest.fixture
def all_digits() -> Any:
    return pytest.importorskip(
        "sklearn.datasets", reason="scikit-learn is not installed: it has the digits"
    ).load_digits()


def test_digits(all_digits: Any) -> None:
    data = load()
    assert data.name == "digits"
    assert data.image_shape == (8, 8)
    assert data.brightest == 16
    assert (len(data.X_train), len(data.X_test)) == (1442, 355)
    assert all(source.verified for source in data.provenance)
    assert data.flat().max() == 1
    together = np.vstack([data.flat(part, scale=False) for part in ("train", "test")])
    np.testing.assert_array_equal(
        together[np.lexsort(together.T)], all_digits.data[np.lexsort(all_digits.data.T)]
    )


def test_digits_are_stratified(all_digits: Any) -> None:
    data = load()
    counts = np.bincount(all_digits.target)
    np.testing.assert_array_equal(np.bincount(data.labels_test), counts // 5)
    np.testing.assert_array_equal(np.bincount(data.labels_train), counts - counts // 5)
    # The fifth 0 of the file is the first 0 of the test.
    fifth = np.flatnonzero(all_digits.target == 0)[4]
    first = np.flatnonzero(data.labels_test == 0)[0]
    np.testing.assert_array_equal(data.X_test[first], all_digits.images[fifth])


def test_digits_that_are_others(monkeypatch: pytest.MonkeyPatch, all_digits: Any) -> None:
    module = importlib.import_module("sklearn.datasets")
    all_digits.images[0, 0, 0] += 1
    monkeypatch.setattr(module, "load_digits", lambda: all_digits)
    with pytest.raises(ValueError, match="load_digits has the wrong checksum"):
        load("digits")
    assert not load("digits", verify=False).provenance[0].verified


def test_digits_without_scikit_learn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn", None)
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    with pytest.raises(ImportError, match=r"not installed: pip install 'local-mixup\[data\]'"):
        load("digits")


@given(st.lists(st.integers(0, 3), min_size=1, max_size=60))
def test_split_takes_every_fifth_of_a_class(values: list[int]) -> None:
    labels = np.array(values)
    test = digits.split(labels)
    for label in set(values):
        own = test[labels == label]
        np.testing.assert_array_equal(np.flatnonzero(own), np.arange(4, own.size, 5))


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("name", ["mnist", "fashion-mnist"])
def test_idx(tmp_path: Path, name: str, *, packed: bool) -> None:
    contents = write_idx(tmp_path, packed=packed)
    data = load(name, tmp_path, verify=False)
    np.testing.assert_array_equal(data.X_train, random_images(TRAIN, 28, 28, seed=TRAIN))
    np.testing.assert_array_equal(data.labels_train, some_labels(TRAIN))
    np.testing.assert_array_equal(data.X_test, random_images(TEST, 28, 28, seed=TEST))
    np.testing.assert_array_equal(data.labels_test, some_labels(TEST))
    sums = {source.file: source.sha256 for source in data.provenance}
    assert sums == {file: sha256(content) for file, content in contents.items()}


@pytest.mark.parametrize("packed", [True, False])
def test_idx_with_its_sums(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, packed: bool
) -> None:
    contents = write_idx(tmp_path, packed=packed)
    monkeypatch.setattr(idx, "MNIST", {name: sha256(data) for name, data in contents.items()})
    assert all(source.verified for source in load("mnist", tmp_path).provenance)
    with pytest.raises(ValueError, match="wrong checksum"):
        load("fashion-mnist", tmp_path)


def test_gzip_is_told_by_content(tmp_path: Path) -> None:
    # Some browsers unpack a download and keep its name.
    for name, content in write_idx(tmp_path).items():
        (tmp_path / f"{name}.gz").write_bytes(content)
    assert len(load("mnist", tmp_path, verify=False).X_train) == TRAIN


def test_missing_file_is_named(tmp_path: Path) -> None:
    write_idx(tmp_path)
    (tmp_path / "t10k-labels-idx1-ubyte.gz").unlink()
    with pytest.raises(FileNotFoundError, match=r"lacks t10k-labels-idx1-ubyte\[\.gz\]; it has to"):
        load("mnist", tmp_path)


IMAGES, LABELS = idx.FILES["train"]
IDX_DAMAGE: dict[str, tuple[str, Callable[[bytes], bytes], str]] = {
    "empty": (IMAGES, lambda _: b"", "is truncated: 0 bytes, where its header takes 16"),
    "header cut": (IMAGES, lambda data: data[:9], "is truncated: 9 bytes, where its header"),
    "cut": (IMAGES, lambda data: data[:-1], "is truncated: 23519 of the 23520 bytes"),
    "too long": (LABELS, lambda data: data + b"\0", "goes on after the 30 bytes"),
    "text": (LABELS, lambda _: b"<html>", "wrong magic number, 0x3c68746d: .* 0x00000801"),
    "labels for images": (
        IMAGES,
        lambda d: d[:3] + b"\1" + d[4:],
        "of images begins with 0x00000803",
    ),
    "images for labels": (
        LABELS,
        lambda d: d[:3] + b"\3" + d[4:],
        "of labels begins with 0x00000801",
    ),
    "other type": (LABELS, lambda d: d[:2] + b"\x0d" + d[3:], "wrong magic number, 0x00000d01"),
    "other size": (
        IMAGES,
        lambda _: idx_bytes(random_images(TRAIN, 28, 27)),
        r"items of shape \(28, 27\), and takes \(28, 28\)",
    ),
    "no images": (IMAGES, lambda d: d[:4] + bytes(4) + d[8:16], "announces 0 items"),
    "absurd": (IMAGES, lambda d: d[:4] + b"\xff" * 4 + d[8:], "announces 4294967295 items"),
    "label": (
        LABELS,
        lambda data: data[:-2] + b"\x0a\0",
        "label of image 28 is 10, .* from 0 to 9",
    ),
    "fewer labels": (
        LABELS,
        lambda _: idx_bytes(some_labels(TRAIN - 1)),
        "has 30 images, and .*train-labels-idx1-ubyte.* has 29 labels",
    ),
}


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize(("name", "damage", "message"), IDX_DAMAGE.values(), ids=list(IDX_DAMAGE))
def test_damaged_idx(
    tmp_path: Path, name: str, damage: Callable[[bytes], bytes], message: str, *, packed: bool
) -> None:
    content = damage(write_idx(tmp_path, packed=packed)[name])
    path = tmp_path / (f"{name}.gz" if packed else name)
    path.write_bytes(gzip.compress(content) if packed else content)
    for verify in (True, False):
        with pytest.raises(ValueError, match=message) as error:
            load("mnist", tmp_path, verify=verify)
        assert name in str(error.value)


@given(data=st.data())
def test_damaged_gzip(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    folder = tmp_path_factory.mktemp("gzip")
    write_idx(folder)
    path = folder / f"{IMAGES}.gz"
    whole = path.read_bytes()
    place = data.draw(st.integers(2, len(whole) - 1))
    cut = data.draw(st.booleans())
    changed = bytes([whole[place] ^ data.draw(st.integers(1, 255))])
    path.write_bytes(whole[:place] if cut else whole[:place] + changed + whole[place + 1 :])
    if not cut and 4 <= place < 10:
        # Time and system, which say nothing of the content.
        assert len(load("mnist", folder, verify=False).X_train) == TRAIN
        return
    with pytest.raises(ValueError, match=f"{IMAGES}.gz"):
        load("mnist", folder, verify=False)


# The MD5 sums that the authors publish, and the times in their gzip headers.
AUTHORS = {
    "train-images-idx3-ubyte": ("8d4fb7e6c68d591d4c3dfef9ec88bf0d", 1_504_176_606),
    "train-labels-idx1-ubyte": ("25c81989df183df01b3e8a0aad5dffbe", 1_504_176_606),
    "t10k-images-idx3-ubyte": ("bef4ecab320f06d8554ea6380940ec79", 1_504_176_627),
    "t10k-labels-idx1-ubyte": ("bb300cfdad3c16e7a12a480ee83cd310", 1_504_176_627),
}

needs_debian = pytest.mark.skipif(
    not DEBIAN_FOLDER.is_dir(), reason="Debian's package dataset-fashion-mnist is not installed"
)


@needs_debian
@pytest.mark.parametrize("name", idx.FASHION_MNIST)
def test_sums_are_of_what_the_authors_publish(name: str) -> None:
    # Debian's files have no name in their gzip headers and another time, and else the same bytes:
    # with the authors' header they have the authors' MD5 sums.
    packed = (DEBIAN_FOLDER / f"{name}.gz").read_bytes()
    md5, time = AUTHORS[name]
    header = struct.pack("<4BI2B", 0x1F, 0x8B, 8, 8, time, 0, 3) + name.encode() + b"\0"
    authors = header + packed[10:]
    assert hashlib.md5(authors, usedforsecurity=False).hexdigest() == md5
    assert sha256(gzip.decompress(authors)) == idx.FASHION_MNIST[name]


@needs_debian
def test_fashion_mnist_of_debian() -> None:
    data = load("fashion-mnist")
    assert data.X_train.shape == (60_000, 28, 28)
    assert data.X_test.shape == (10_000, 28, 28)
    np.testing.assert_array_equal(np.bincount(data.labels_train), 6_000)
    np.testing.assert_array_equal(np.bincount(data.labels_test), 1_000)
    assert all(source.verified for source in data.provenance)
    # The first image is an ankle boot; trousers are dark in the corners.
    assert data.classes[data.labels_train[0]] == "Ankle boot"
    trousers = data.X_train[data.labels_train == CLASSES["fashion-mnist"].index("Trouser")]
    assert trousers[:, 0, 0].mean() < trousers[:, 5, 14].mean()


def test_fashion_mnist_without_debian(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datasets, "DEBIAN_FOLDER", tmp_path / "fashion-mnist")
    with pytest.raises(FileNotFoundError, match="Debian's package dataset-fashion-mnist installs"):
        load("fashion-mnist")
    (tmp_path / "fashion-mnist").mkdir()
    write_idx(tmp_path / "fashion-mnist")
    assert len(load("fashion-mnist", verify=False).X_train) == TRAIN


@pytest.mark.parametrize("where", ["archive", "folder", "files"])
@pytest.mark.parametrize("name", LAYOUTS)
def test_cifar(tmp_path: Path, name: str, where: str) -> None:
    layout = LAYOUTS[name]
    files = cifar_files(layout)
    if where == "archive":
        write_archive(tmp_path / layout.archive, files, layout.folder)
    else:
        inner = tmp_path / layout.folder if where == "folder" else tmp_path
        inner.mkdir(exist_ok=True)
        for file, content in files.items():
            (inner / file).write_bytes(content)
    data = load(name, tmp_path, verify=False)
    batches = len(layout.train)
    np.testing.assert_array_equal(
        data.X_train,
        np.concatenate([random_images(4, 32, 32, 3, seed=seed) for seed in range(batches)]),
    )
    np.testing.assert_array_equal(data.X_test, random_images(4, 32, 32, 3, seed=batches))
    classes = layout.labels[-1]
    np.testing.assert_array_equal(data.labels_test, (some_labels(4, classes) + batches) % classes)
    np.testing.assert_array_equal(data.labels_train[:4], some_labels(4, classes))
    sums = {source.file: source.sha256 for source in data.provenance}
    if where == "archive":
        assert sums == {layout.archive: sha256((tmp_path / layout.archive).read_bytes())}
    else:
        assert sums == {file: sha256(content) for file, content in files.items()}


def test_cifar_is_read_only_where_it_is_looked_for(tmp_path: Path) -> None:
    # An archive that would write elsewhere if it were extracted; only the exact names count.
    layout = cifar.CIFAR10
    files = cifar_files(layout) | {"../../escaped.bin": b"x", "/escaped.bin": b"x"}
    inner = tmp_path / "inner" / "folder"
    inner.mkdir(parents=True)
    write_archive(inner / layout.archive, files, layout.folder)
    before = sorted(tmp_path.rglob("*"))
    assert len(load("cifar10", inner, verify=False).X_train) == 20
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("name", LAYOUTS)
def test_cifar_with_its_sums(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    layout = LAYOUTS[name]
    files = cifar_files(layout)
    write_archive(tmp_path / layout.archive, files, layout.folder)
    monkeypatch.setattr(
        cifar,
        name.upper(),
        cifar.Layout(
            archive=layout.archive,
            archive_sum=sha256((tmp_path / layout.archive).read_bytes()),
            folder=layout.folder,
            train=layout.train,
            test=layout.test,
            labels=layout.labels,
            # As published: MD5 alone, or the one of two that is right.
            sums={
                file: ("0" * 64, hashlib.md5(content, usedforsecurity=False).hexdigest())
                for file, content in files.items()
            },
        ),
    )
    assert [source.verified for source in load(name, tmp_path).provenance] == [True]
    for file, content in files.items():
        (tmp_path / file).write_bytes(content)
    assert all(source.verified for source in load(name, tmp_path).provenance)
    path = tmp_path / layout.test[0]
    path.write_bytes(path.read_bytes()[:-1] + b"\0")
    with pytest.raises(ValueError, match=r"wrong checksum, MD5 [0-9a-f]{32} and SHA-256 "):
        load(name, tmp_path)


@pytest.mark.parametrize("name", LAYOUTS)
@pytest.mark.parametrize("packed", [True, False])
def test_damaged_records(tmp_path: Path, name: str, *, packed: bool) -> None:
    layout = LAYOUTS[name]
    whole = cifar_files(layout)
    file = layout.train[-1]
    classes = layout.labels[-1]
    position = len(layout.labels) - 1
    size = len(layout.labels) + 3072
    record = 2 * size + position
    damages = {
        whole[file][:-1]: f"{4 * size - 1} bytes are not a whole number of records of {size}",
        b"": "is empty, truncated or not of the binary version: 0 bytes",
        whole[file][:record] + bytes([classes]) + whole[file][record + 1 :]: (
            f"label of image 2 is {classes}, and labels are from 0 to {classes - 1}"
        ),
    }
    if position:
        damages[b"\x14" + whole[file][1:]] = "label of image 0 is 20, and labels are from 0 to 19"
    for content, message in damages.items():
        files = whole | {file: content}
        if packed:
            write_archive(tmp_path / layout.archive, files, layout.folder)
        else:
            for other, data in files.items():
                (tmp_path / other).write_bytes(data)
        with pytest.raises(ValueError, match=message) as error:
            load(name, tmp_path, verify=False)
        assert file in str(error.value)


def test_damaged_archive(tmp_path: Path) -> None:
    layout = cifar.CIFAR10
    path = tmp_path / layout.archive
    files = cifar_files(layout)
    write_archive(path, files, layout.folder)
    whole = path.read_bytes()
    for content in (b"", b"no archive", gzip.compress(b"no archive"), whole[: len(whole) // 2]):
        path.write_bytes(content)
        with pytest.raises(ValueError, match=r"truncated, damaged or no gzipped tar archive"):
            load("cifar10", tmp_path, verify=False)
    del files["data_batch_3.bin"]
    write_archive(path, files, layout.folder)
    with pytest.raises(ValueError, match=r"does not hold cifar-10-batches-bin/data_batch_3\.bin$"):
        load("cifar10", tmp_path, verify=False)
    write_archive(path, files, "cifar-10-batches-py")
    with pytest.raises(ValueError, match="does not hold cifar-10-batches-bin/data_batch_1"):
        load("cifar10", tmp_path, verify=False)


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE])
def test_archive_with_a_link_for_a_file(tmp_path: Path, kind: bytes) -> None:
    layout = cifar.CIFAR100
    with tarfile.open(tmp_path / layout.archive, "w:gz") as tar:
        member = tarfile.TarInfo(f"{layout.folder}/train.bin")
        member.type = kind
        member.linkname = "../elsewhere"
        tar.addfile(member)
    with pytest.raises(ValueError, match=r"train\.bin is not a plain file"):
        load("cifar100", tmp_path, verify=False)


def test_archive_that_announces_too_much(tmp_path: Path) -> None:
    layout = cifar.CIFAR100
    member = tarfile.TarInfo(f"{layout.folder}/train.bin")
    member.size = 10**12
    (tmp_path / layout.archive).write_bytes(gzip.compress(member.tobuf()))
    with pytest.raises(ValueError, match=r"train\.bin announces 1000000000000 bytes"):
        load("cifar100", tmp_path, verify=False)


def test_sparse_member_is_refused_before_it_takes_memory(tmp_path: Path) -> None:
    layout = cifar.CIFAR100
    member = tarfile.TarInfo(f"{layout.folder}/train.bin")
    member.type = tarfile.GNUTYPE_SPARSE
    header = bytearray(member.tobuf(format=tarfile.GNU_FORMAT))
    size = layout.largest  # no more than a whole file has
    header[483:495] = b"%011o\0" % size
    header[386:410] = b"%011o\0" % size + b"%011o\0" % 0
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    archive = gzip.compress(bytes(header))
    assert len(archive) < 300
    (tmp_path / layout.archive).write_bytes(archive)
    with tarfile.open(tmp_path / layout.archive) as tar:
        (found,) = tar
        assert found.issparse()
        assert found.size == size
    with pytest.raises(ValueError, match=r"train\.bin is not a plain file"):
        load("cifar100", tmp_path, verify=False)


def test_archive_is_held_against_its_sum_before_it_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / cifar.CIFAR10.archive).write_bytes(b"no archive")
    monkeypatch.setattr(tarfile, "open", None)
    with pytest.raises(ValueError, match="wrong checksum"):
        load("cifar10", tmp_path)


def test_archive_of_a_folder_that_was_packed_from_inside(tmp_path: Path) -> None:
    layout = cifar.CIFAR10
    write_archive(tmp_path / layout.archive, cifar_files(layout), f"./{layout.folder}")
    assert len(load("cifar10", tmp_path, verify=False).X_train) == 20


@pytest.mark.parametrize("name", LAYOUTS)
def test_extracted_file_that_is_too_large(tmp_path: Path, name: str) -> None:
    layout = LAYOUTS[name]
    for file, content in cifar_files(layout).items():
        (tmp_path / file).write_bytes(content)
    with (tmp_path / layout.train[0]).open("r+b") as stream:
        stream.truncate(layout.largest + 1)  # takes no room
    with pytest.raises(ValueError, match=f"announces {layout.largest + 1} bytes, and takes"):
        load(name, tmp_path, verify=False)


def test_extracted_files_come_before_the_archive(tmp_path: Path) -> None:
    layout = cifar.CIFAR100
    (tmp_path / layout.archive).write_bytes(b"no archive")
    for file, content in cifar_files(layout).items():
        (tmp_path / file).write_bytes(content)
    assert len(load("cifar100", tmp_path, verify=False).X_train) == 4
    (tmp_path / "test.bin").unlink()
    with pytest.raises(ValueError, match="no gzipped tar archive"):
        load("cifar100", tmp_path, verify=False)


def test_svhn(tmp_path: Path) -> None:
    write_svhn(tmp_path)
    data = load("svhn", tmp_path, verify=False)
    np.testing.assert_array_equal(data.X_train, random_images(TRAIN, 32, 32, 3, seed=TRAIN))
    np.testing.assert_array_equal(data.X_test, random_images(TEST, 32, 32, 3, seed=TEST))
    # 10 in the file is the digit 0.
    np.testing.assert_array_equal(data.labels_train, (some_labels(TRAIN) + 1) % 10)
    assert [source.file for source in data.provenance] == ["train_32x32.mat", "test_32x32.mat"]
    for source in data.provenance:
        assert source.sha256 == sha256((tmp_path / source.file).read_bytes())


def test_svhn_with_its_sums(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_svhn(tmp_path)
    sums = {file: sha256((tmp_path / file).read_bytes()) for file in svhn.SUMS}
    monkeypatch.setattr(svhn, "SUMS", sums)
    assert all(source.verified for source in load("svhn", tmp_path).provenance)


GOOD_LABELS = some_labels(TRAIN)[:, None] + np.uint8(1)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"X": None}, "has no variable X"),
        ({"y": None}, "has no variable y"),
        ({"y": GOOD_LABELS[:-1]}, r"y must be of integers, shape \(30, 1\); got uint8, \(29, 1\)"),
        ({"y": GOOD_LABELS + 0.5}, r"y must be of integers, .* got float64"),
        ({"y": GOOD_LABELS * np.nan}, r"y must be of integers, .* got float64"),
        ({"y": GOOD_LABELS - np.uint8(1)}, "label of image 0 is 0, and labels are from 1 to 10"),
        ({"y": GOOD_LABELS + np.uint8(1)}, "is 11, and labels are from 1 to 10"),
        ({"X": np.zeros((32, 32, 3, TRAIN))}, "X must be of uint8, .* got float64"),
        ({"X": np.zeros((32, 31, 3, TRAIN), np.uint8)}, r"got uint8, \(32, 31, 3, 30\)"),
        ({"X": np.zeros((32, 32, 3), np.uint8)}, r"got uint8, \(32, 32, 3\)"),
    ],
)
def test_other_variables(tmp_path: Path, changed: dict[str, Any], message: str) -> None:
    write_svhn(tmp_path, **changed)
    with pytest.raises(ValueError, match=rf"train_32x32\.mat:? .*{message}"):
        load("svhn", tmp_path, verify=False)


def test_missing_mat_file(tmp_path: Path) -> None:
    write_svhn(tmp_path)
    (tmp_path / "test_32x32.mat").unlink()
    with pytest.raises(FileNotFoundError, match=r"lacks test_32x32\.mat; it has to hold train_"):
        load("svhn", tmp_path, verify=False)


@pytest.mark.parametrize("share", [0.02, 0.5, 0.999])
def test_truncated_mat_file(tmp_path: Path, share: float) -> None:
    write_svhn(tmp_path)
    path = tmp_path / "train_32x32.mat"
    whole = path.read_bytes()
    path.write_bytes(whole[: math.ceil(share * len(whole))])
    with pytest.raises(ValueError, match=r"train_32x32\.mat is truncated"):
        load("svhn", tmp_path, verify=False)
    with pytest.raises(ValueError, match=r"train_32x32\.mat has the wrong checksum"):
        load("svhn", tmp_path)


def test_damaged_mat_file(tmp_path: Path) -> None:
    write_svhn(tmp_path)
    path = tmp_path / "train_32x32.mat"
    whole = path.read_bytes()
    for content, message in {
        b"": "is no MAT file of version 5",
        b"MATLAB 7.3 MAT-file" + whole[19:]: r"version 7\.3, that is of HDF5, .*option -v7",
        b"\x89HDF\r\n\x1a\n" + whole: r"version 7\.3, that is of HDF5",
        whole[:128] + b"\x0e" + whole[129:]: "has no variable X",
        whole[:128] + b"\x0d" + whole[129:]: "the element at byte 128 is of type 13",
        # An element that announces what is there of it.
        whole[:132] + struct.pack("<I", 5000 - 136) + whole[136:5000]: "fails its own checksum",
        whole[:5000] + bytes([whole[5000] ^ 1]) + whole[5001:]: "byte 128 fails its own checksum",
    }.items():
        path.write_bytes(content)
        with pytest.raises(ValueError, match=message):
            load("svhn", tmp_path, verify=False)


@pytest.mark.parametrize("compressed", [True, False])
@pytest.mark.parametrize("kind", [np.uint8, np.int64, np.float32, np.float64])
@pytest.mark.parametrize("row", [True, False])
def test_svhn_by_other_writers(
    tmp_path: Path, kind: type[np.generic], *, compressed: bool, row: bool
) -> None:
    write_svhn(tmp_path)
    expected = load("svhn", tmp_path, verify=False)
    for file in svhn.SUMS:
        content = loadmat(tmp_path / file)
        y = content["y"].astype(kind)
        cell = np.empty(2, dtype=object)
        cell[:] = ["something", np.zeros(3)]
        variables = {"other": cell, "y": y.T if row else y, "X": content["X"]}
        savemat(tmp_path / file, variables, do_compression=compressed)
    found = load("svhn", tmp_path, verify=False)
    np.testing.assert_array_equal(found.X_train, expected.X_train)
    np.testing.assert_array_equal(found.labels_train, expected.labels_train)
    np.testing.assert_array_equal(found.X_test, expected.X_test)


def test_mat_file_that_unpacks_to_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_svhn(tmp_path, X=np.zeros((32, 32, 3, TRAIN), np.uint8))
    assert (tmp_path / "train_32x32.mat").stat().st_size < 1000
    monkeypatch.setattr(svhn, "LARGEST", 90_000)
    with pytest.raises(ValueError, match=r"byte 128 .* or is of more than 90000 bytes"):
        load("svhn", tmp_path, verify=False)
    monkeypatch.setattr(svhn, "LARGEST", 100)
    with pytest.raises(ValueError, match=r"byte 128 is of type 15 and of \d+ bytes"):
        load("svhn", tmp_path, verify=False)


@given(data=st.data())
def test_any_damage_to_a_mat_file_is_an_error(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("svhn")
    write_svhn(folder)
    path = folder / "train_32x32.mat"
    whole = path.read_bytes()
    place = data.draw(st.integers(128, len(whole) - 1))
    changed = bytes([whole[place] ^ data.draw(st.integers(1, 255))])
    path.write_bytes(whole[:place] + changed + whole[place + 1 :])
    with pytest.raises(ValueError, match="train_32x32"):
        load("svhn", folder, verify=False)

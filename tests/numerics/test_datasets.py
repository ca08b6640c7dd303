"""Sets of images: what all have in common, the digits, and files in the format IDX."""

import gzip
import hashlib
import importlib
import struct
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics import datasets
from numerics.datasets import CLASSES, DEBIAN_FOLDER, NAMES, Dataset, digits, idx, load
from tests.numerics.image_files import (
    FROM_FILES,
    TEST,
    TRAIN,
    idx_bytes,
    random_images,
    refused,
    sha256,
    some_labels,
    write_idx,
    write_set,
    write_svhn,
)


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
    refused(r"wrong checksum, .*verify=False reads it all the same", name, tmp_path, verify=True)


@pytest.mark.parametrize("name", FROM_FILES)
def test_empty_folder(tmp_path: Path, name: str) -> None:
    message = r"lacks .*it has to hold .*published at http"
    assert str(tmp_path) in refused(message, name, tmp_path, FileNotFoundError)


@pytest.mark.parametrize("name", FROM_FILES)
def test_folder_that_is_none(tmp_path: Path, name: str) -> None:
    refused(r"there is no folder .*published at", name, tmp_path / "nowhere", FileNotFoundError)
    file = tmp_path / "file"
    file.touch()
    refused("file is not a folder; pass the one that holds", name, file, NotADirectoryError)
    refused("folder must be a path, got 3", name, 3)


def test_wrong_calls_are_named(tmp_path: Path) -> None:
    for known in ("mnist", "cifar10", "cifar100", "svhn"):
        refused(f"folder must be given for '{known}': it has to hold", known)
    refused("folder must be None for 'digits'", "digits", tmp_path)
    unknown: list[Any] = ["imagenet", "MNIST", "", None, []]
    for each in unknown:
        refused("name must be one of digits, fashion-mnist, mnist", each)


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
    with pytest.raises(ValueError, match="part must be one of train, test; got 'all'"):
        mnist.flat("all")
    unusual: Any = np.int64
    with pytest.raises(ValueError, match="dtype must be float32 or float64"):
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
def test_idx_with_sums(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, packed: bool) -> None:
    contents = write_idx(tmp_path, packed=packed)
    monkeypatch.setattr(idx, "MNIST", {name: sha256(data) for name, data in contents.items()})
    assert all(source.verified for source in load("mnist", tmp_path).provenance)
    refused("wrong checksum", "fashion-mnist", tmp_path, verify=True)


def test_gzip_is_told_by_content(tmp_path: Path) -> None:
    # Some browsers unpack a download and keep its name.
    for name, content in write_idx(tmp_path).items():
        (tmp_path / f"{name}.gz").write_bytes(content)
    assert len(load("mnist", tmp_path, verify=False).X_train) == TRAIN


def test_missing_file_is_named(tmp_path: Path) -> None:
    write_idx(tmp_path)
    (tmp_path / "t10k-labels-idx1-ubyte.gz").unlink()
    refused(
        r"lacks t10k-labels-idx1-ubyte\[\.gz\]; it has to",
        "mnist",
        tmp_path,
        FileNotFoundError,
        verify=True,
    )


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
        assert name in refused(message, "mnist", tmp_path, verify=verify)


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
    refused(f"{IMAGES}.gz", "mnist", folder)


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

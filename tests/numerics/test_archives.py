"""CIFAR and SVHN: archives of the published form, and damaged ones."""

import gzip
import hashlib
import math
import struct
import tarfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.io import loadmat, savemat

from numerics.datasets import cifar, load, svhn
from tests.numerics.image_files import (
    LAYOUTS,
    TEST,
    TRAIN,
    cifar_files,
    random_images,
    refused,
    sha256,
    some_labels,
    write_archive,
    write_svhn,
)


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
    refused(r"wrong checksum, MD5 [0-9a-f]{32} and SHA-256 ", name, tmp_path, verify=True)


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
        assert file in refused(message, name, tmp_path)


def test_damaged_archive(tmp_path: Path) -> None:
    layout = cifar.CIFAR10
    path = tmp_path / layout.archive
    files = cifar_files(layout)
    write_archive(path, files, layout.folder)
    whole = path.read_bytes()
    for content in (b"", b"no archive", gzip.compress(b"no archive"), whole[: len(whole) // 2]):
        path.write_bytes(content)
        refused(r"truncated, damaged or no gzipped tar archive", "cifar10", tmp_path)
    del files["data_batch_3.bin"]
    write_archive(path, files, layout.folder)
    refused(r"does not hold cifar-10-batches-bin/data_batch_3\.bin$", "cifar10", tmp_path)
    write_archive(path, files, "cifar-10-batches-py")
    refused("does not hold cifar-10-batches-bin/data_batch_1", "cifar10", tmp_path)


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE])
def test_archive_with_a_link_for_a_file(tmp_path: Path, kind: bytes) -> None:
    layout = cifar.CIFAR100
    with tarfile.open(tmp_path / layout.archive, "w:gz") as tar:
        member = tarfile.TarInfo(f"{layout.folder}/train.bin")
        member.type = kind
        member.linkname = "../elsewhere"
        tar.addfile(member)
    refused(r"train\.bin is not a plain file", "cifar100", tmp_path)


def test_archive_that_announces_too_much(tmp_path: Path) -> None:
    layout = cifar.CIFAR100
    member = tarfile.TarInfo(f"{layout.folder}/train.bin")
    member.size = 10**12
    (tmp_path / layout.archive).write_bytes(gzip.compress(member.tobuf()))
    refused(r"train\.bin announces 1000000000000 bytes", "cifar100", tmp_path)


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
    refused(r"train\.bin is not a plain file", "cifar100", tmp_path)


def test_archive_is_held_against_its_sum_before_it_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / cifar.CIFAR10.archive).write_bytes(b"no archive")
    monkeypatch.setattr(tarfile, "open", None)
    refused("wrong checksum", "cifar10", tmp_path, verify=True)


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
    refused(f"announces {layout.largest + 1} bytes, and takes", name, tmp_path)


def test_extracted_files_come_before_the_archive(tmp_path: Path) -> None:
    layout = cifar.CIFAR100
    (tmp_path / layout.archive).write_bytes(b"no archive")
    for file, content in cifar_files(layout).items():
        (tmp_path / file).write_bytes(content)
    assert len(load("cifar100", tmp_path, verify=False).X_train) == 4
    (tmp_path / "test.bin").unlink()
    refused("no gzipped tar archive", "cifar100", tmp_path)


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
    refused(rf"train_32x32\.mat:? .*{message}", "svhn", tmp_path)


def test_missing_mat_file(tmp_path: Path) -> None:
    write_svhn(tmp_path)
    (tmp_path / "test_32x32.mat").unlink()
    refused(r"lacks test_32x32\.mat; it has to hold train_", "svhn", tmp_path, FileNotFoundError)


@pytest.mark.parametrize("share", [0.02, 0.5, 0.999])
def test_truncated_mat_file(tmp_path: Path, share: float) -> None:
    write_svhn(tmp_path)
    path = tmp_path / "train_32x32.mat"
    whole = path.read_bytes()
    path.write_bytes(whole[: math.ceil(share * len(whole))])
    refused(r"train_32x32\.mat is truncated", "svhn", tmp_path)
    refused(r"train_32x32\.mat has the wrong checksum", "svhn", tmp_path, verify=True)


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
        refused(message, "svhn", tmp_path)


@pytest.mark.parametrize("compressed", [True, False])
@pytest.mark.parametrize("kind", [np.uint8, np.int64, np.float32, np.float64])
@pytest.mark.parametrize("row", [True, False])
def test_svhn_of_others(
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
    refused(r"byte 128 .* or is of more than 90000 bytes", "svhn", tmp_path)
    monkeypatch.setattr(svhn, "LARGEST", 100)
    refused(r"byte 128 is of type 15 and of \d+ bytes", "svhn", tmp_path)


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
    refused("train_32x32", "svhn", folder)

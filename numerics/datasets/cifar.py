"""The binary version of CIFAR-10 and CIFAR-100, extracted or in its archive.

A file is a row of records: the label, a byte (CIFAR-100: the coarse label, then the fine one), and
3072 bytes of an image, the red channel, the green and the blue, each 32 rows of 32.
"""

import gzip
import io
import tarfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from numerics.datasets.sources import Part, Source, check_labels, check_sum, missing

PIXELS = 3 * 32 * 32
TRAINING = 50_000  # images in the training files of either set


@dataclass(frozen=True)
class Layout:
    """What the files of a set are called and hold."""

    archive: str  # name of the archive
    archive_sum: str  # its published SHA-256 sum
    folder: str  # the folder in the archive
    train: tuple[str, ...]  # files of the training images
    test: tuple[str, ...]  # files of the test images
    labels: tuple[int, ...]
    sums: Mapping[str, tuple[str, ...]]

    @property
    def largest(self) -> int:
        """Size of its largest file, in bytes."""
        return TRAINING // len(self.train) * (len(self.labels) + PIXELS)


CIFAR10: Final = Layout(
    archive="cifar-10-binary.tar.gz",
    archive_sum="c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
    folder="cifar-10-batches-bin",
    train=tuple(f"data_batch_{batch}.bin" for batch in range(1, 6)),
    test=("test_batch.bin",),
    labels=(10,),
    sums={
        "data_batch_1.bin": ("5dd7e06a14cb22eb9f671a540d1b7c25",),
        "data_batch_2.bin": ("5ea93a67294ea407fff1d09f752e9692",),
        "data_batch_3.bin": ("942cd6a4bcdd0dd3c604fbe906cb4421",),
        "data_batch_4.bin": ("ae636b3ba5c66a11e91e8cb52e771fcb",),
        "data_batch_5.bin": ("53f37980c15c3d472c316c40844f3f0d",),
        "test_batch.bin": ("803d5f7f4d78ea53de84dbe85f74fb6d",),
    },
)
"""CIFAR-10: 50,000 images for training and 10,000 for the test, in 10 classes."""

CIFAR100: Final = Layout(
    archive="cifar-100-binary.tar.gz",
    archive_sum="58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec",
    folder="cifar-100-binary",
    train=("train.bin",),
    test=("test.bin",),
    labels=(20, 100),
    # Of two projects, one with each algorithm: a file has to be wrong for both to be rejected.
    sums={
        "train.bin": (
            "f31298fc616915fa142368359df1c4ca2ae984d6915ca468b998a5ec6aeebf29",
            "6172c7755cfe09b2fe270c85cebc1b15",
        ),
        "test.bin": (
            "d8b1e6b7b3bee4020055f0699b111f60b1af1e262aeb93a0b659061746f8224a",
            "4499cfba6c016c1be1438163640a0898",
        ),
    },
)
"""CIFAR-100: as many images in 100 classes, the fine labels."""


def read(
    folder: Path, layout: Layout, what: str, *, verify: bool
) -> tuple[Part, Part, tuple[Source, ...]]:
    """Read a set: the extracted files if they are all there, and else out of the archive."""
    names = layout.train + layout.test
    archive = folder / layout.archive
    for place in (folder, folder / layout.folder):
        if all((place / name).is_file() for name in names):
            files = _extracted(place, layout)
            sources = tuple(
                check_sum(path, io.BytesIO(data), layout.sums[name], verify=verify)
                for name, path, data in files
            )
            break
    else:
        if not archive.is_file():
            raise missing(folder, [f"{layout.archive} and {', '.join(names)}"], what)
        with archive.open("rb") as stream:
            sources = (check_sum(archive, stream, [layout.archive_sum], verify=verify),)
        files = _packed(archive, layout)
    records = {name: _records(data, path, layout) for name, path, data in files}
    return _joined(records, layout.train), _joined(records, layout.test), sources


def _joined(records: Mapping[str, Part], names: tuple[str, ...]) -> Part:
    images, labels = zip(*(records[name] for name in names), strict=True)
    channels = np.concatenate(images).reshape(-1, 3, 32, 32)
    return np.ascontiguousarray(channels.transpose(0, 2, 3, 1)), np.concatenate(labels)


def _extracted(place: Path, layout: Layout) -> list[tuple[str, Path, bytes]]:
    """Read the files of a folder: name, path, content."""
    paths = {name: place / name for name in layout.train + layout.test}
    for path in paths.values():
        _check_size(path, path.stat().st_size, layout)
    return [(name, path, path.read_bytes()) for name, path in paths.items()]


def _check_size(path: Path, size: int, layout: Layout) -> None:
    if size > layout.largest:
        message = f"{path} announces {size} bytes, and takes at most {layout.largest}"
        raise ValueError(message)


def _packed(archive: Path, layout: Layout) -> list[tuple[str, Path, bytes]]:
    """Read the files out of the archive, in one pass: name, what it is called, content."""
    wanted = {f"{layout.folder}/{name}": name for name in layout.train + layout.test}
    found = []
    try:
        with tarfile.open(archive, "r:gz") as tar:
            for member in tar:
                name = wanted.pop(member.name.removeprefix("./"), None)
                if name is None:
                    continue
                path = archive / member.name
                # A sparse one is made of holes that are in no archive, as large as it likes.
                whole = member.isreg() and not member.issparse()
                stream = tar.extractfile(member) if whole else None
                if stream is None:
                    message = f"{path} is not a plain file"
                    raise ValueError(message)
                _check_size(path, member.size, layout)
                found.append((name, path, stream.read()))
    except (tarfile.TarError, EOFError, gzip.BadGzipFile, zlib.error) as error:
        message = f"{archive} is truncated, damaged or no gzipped tar archive: {error}"
        raise ValueError(message) from error
    if wanted:
        message = f"{archive} does not hold {', '.join(wanted)}"
        raise ValueError(message)
    return found


def _records(data: bytes, path: Path, layout: Layout) -> Part:
    """Split records into images, flat, and labels."""
    leading = len(layout.labels)
    size = leading + PIXELS
    if not data or len(data) % size:
        message = (
            f"{path} is empty, truncated or not of the binary version: {len(data)} bytes are not "
            f"a whole number of records of {size}"
        )
        raise ValueError(message)
    records = np.frombuffer(data, np.uint8).reshape(-1, size)
    columns = [
        check_labels(records[:, column], classes - 1, path)
        for column, classes in enumerate(layout.labels)
    ]
    return records[:, leading:], columns[-1]

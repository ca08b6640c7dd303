"""The IDX files of MNIST and Fashion-MNIST, gzipped or not.

An IDX file is two zero bytes, a byte for the type of the items (8: unsigned bytes), a byte for the
number of dimensions, the dimensions as big-endian 32-bit integers, and the items.
"""

import gzip
import io
import math
import struct
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from numerics.datasets.sources import LARGEST_COUNT, Part, Source, check_labels, check_sum, missing

IMAGE_SHAPE: Final = (28, 28)

FILES: Final = {
    "train": ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
    "test": ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"),
}
"""Names of the files of each part, images and labels; ".gz" may follow."""

FASHION_MNIST: Final = {
    "train-images-idx3-ubyte": "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
    "train-labels-idx1-ubyte": "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
    "t10k-images-idx3-ubyte": "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
    "t10k-labels-idx1-ubyte": "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
}
"""SHA-256 sums of Fashion-MNIST, uncompressed."""

MNIST: Final = {
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}
"""SHA-256 sums of MNIST, uncompressed."""

UNSIGNED_BYTES = 8
GZIP = b"\x1f\x8b"


def read(
    folder: Path, sums: Mapping[str, str], classes: int, what: str, *, verify: bool
) -> tuple[Part, Part, tuple[Source, ...]]:
    """Read the four files of a set."""
    paths = {name: path for name in sums if (path := _found(folder, name))}
    lacks = [f"{name}[.gz]" for name in sums if name not in paths]
    if lacks:
        raise missing(folder, lacks, what)
    contents: dict[str, bytes] = {}
    parts: list[Part] = []
    for images_name, labels_name in FILES.values():
        contents[images_name], images = read_file(paths[images_name], IMAGE_SHAPE)
        contents[labels_name], values = read_file(paths[labels_name], ())
        labels = check_labels(values, classes - 1, paths[labels_name])
        if len(images) != len(labels):
            message = (
                f"{paths[images_name]} has {len(images)} images, "
                f"and {paths[labels_name]} has {len(labels)} labels"
            )
            raise ValueError(message)
        parts.append((images, labels))
    sources = tuple(
        check_sum(paths[name], io.BytesIO(content), [sums[name]], verify=verify, file=name)
        for name, content in contents.items()
    )
    return parts[0], parts[1], sources


def _found(folder: Path, name: str) -> Path | None:
    candidates = (folder / name, folder / f"{name}.gz")
    return next((path for path in candidates if path.is_file()), None)


def read_file(path: Path, shape: tuple[int, ...]) -> tuple[bytes, NDArray[np.uint8]]:
    """Read an IDX file of unsigned bytes."""
    with path.open("rb") as stream:
        packed = stream.read(len(GZIP)) == GZIP
        stream.seek(0)
        if not packed:
            return _read(path, stream, shape)
        try:
            with gzip.GzipFile(fileobj=stream) as unpacked:
                return _read(path, unpacked, shape)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            message = f"{path} is truncated or damaged inside its gzip compression: {error}"
            raise ValueError(message) from error


def _read(
    path: Path, stream: io.BufferedIOBase, shape: tuple[int, ...]
) -> tuple[bytes, NDArray[np.uint8]]:
    dimensions = 1 + len(shape)
    magic = bytes([0, 0, UNSIGNED_BYTES, dimensions])
    size = len(magic) + 4 * dimensions
    header = stream.read(size)
    if header[:4] != magic[: len(header)]:
        kind = "images" if shape else "labels"
        message = (
            f"{path} has the wrong magic number, 0x{header[:4].hex()}: "
            f"an IDX file of {kind} begins with 0x{magic.hex()}"
        )
        raise ValueError(message)
    if len(header) < size:
        message = f"{path} is truncated: {len(header)} bytes, where its header takes {size}"
        raise ValueError(message)
    count, *rest = struct.unpack(f">{dimensions}I", header[4:])
    if tuple(rest) != shape:
        message = f"{path} holds items of shape {tuple(rest)}, and takes {shape}"
        raise ValueError(message)
    if not 0 < count <= LARGEST_COUNT:
        message = f"{path} announces {count} items, and takes 1 to {LARGEST_COUNT}"
        raise ValueError(message)
    announced = count * math.prod(shape)
    # One more, to see the end; at the end gzip checks its own sum.
    body = stream.read(announced + 1)
    if len(body) < announced:
        message = f"{path} is truncated: {len(body)} of the {announced} bytes that it announces"
        raise ValueError(message)
    if len(body) > announced:
        message = f"{path} goes on after the {announced} bytes that it announces"
        raise ValueError(message)
    content = header + body
    return content, np.frombuffer(content, np.uint8, offset=size).reshape(count, *shape)

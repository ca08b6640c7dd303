"""The cropped digits of SVHN: MATLAB files with the images in X and the labels in y.

A MAT file of version 5 is a header and a row of elements, one for each variable: type, size and
content, compressed or not. The content of a variable is again a row of elements: flags, dimensions,
name and values. It is read here, as scipy's reader can crash on a damaged file.
"""

import math
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from numerics.datasets.sources import LARGEST_COUNT, Part, Source, check_files, check_labels

SUMS: Final = {
    "train_32x32.mat": "435e94d69a87fde4fd4d7f3dd208dfc32cb6ae8af2240d066de1df7508d083b8",
    "test_32x32.mat": "cdce80dfb2a2c4c6160906d0bd7c68ec5a99d7ca4831afa54f09182025b6a75b",
}
"""The files for training and for the test, and their published SHA-256 sums."""

IMAGE_SHAPE = (32, 32, 3)
HEADER = 128
VERSION_5 = b"MATLAB 5.0 MAT-file"
VERSION_7 = b"MATLAB 7.3 MAT-file"
HDF5 = b"\x89HDF\r\n\x1a\n"
MATRIX, COMPRESSED = 14, 15  # types of elements
NUMBERS = {1: "i1", 2: "u1", 3: "i2", 4: "u2", 5: "i4", 6: "u4", 7: "f4", 9: "f8", 12: "i8"}
LARGEST = LARGEST_COUNT * math.prod(IMAGE_SHAPE) + 10_000
"""Bytes of the largest element, with its header."""


def read(folder: Path, what: str, *, verify: bool) -> tuple[Part, Part, tuple[Source, ...]]:
    """Read both files, the published ones alone if `verify` is true."""
    sources = check_files(folder, SUMS, what, verify=verify)
    train, test = (_read(folder / name) for name in SUMS)
    return train, test, sources


def _read(path: Path) -> Part:
    content = dict(_variables(path))
    absent = [name for name in ("X", "y") if name not in content]
    if absent:
        message = f"{path} has no variable {' and no variable '.join(absent)}"
        raise ValueError(message)
    X, y = content["X"], content["y"]
    if X.dtype != np.uint8 or X.ndim != 4 or X.shape[:3] != IMAGE_SHAPE or not X.size:
        message = f"{path}: X must be of uint8, shape (32, 32, 3, n); got {X.dtype}, {X.shape}"
        raise ValueError(message)
    if (y != np.rint(y)).any() or y.shape not in {(X.shape[3], 1), (1, X.shape[3])}:
        message = (
            f"{path}: y must be of integers, shape ({X.shape[3]}, 1); got {y.dtype}, {y.shape}"
        )
        raise ValueError(message)
    labels = check_labels(y.ravel(), 10, path, first=1)
    return np.ascontiguousarray(X.transpose(3, 0, 1, 2)), labels % 10


def _variables(path: Path) -> Iterator[tuple[str, NDArray[Any]]]:
    """Yield X and y of a MAT file, checking that it is a row of whole elements to its end."""
    end = path.stat().st_size
    with path.open("rb") as stream:
        header = stream.read(HEADER)
        if header.startswith((VERSION_7, HDF5)):
            message = (
                f"{path} is a MAT file of version 7.3, that is of HDF5, which is not read here: "
                "load it in MATLAB and save it again with the option -v7"
            )
            raise ValueError(message)
        if not header.startswith(VERSION_5):
            message = (
                f"{path} is no MAT file of version 5: it must begin with {VERSION_5.decode()!r}"
            )
            raise ValueError(message)
        order = ">" if header.endswith(b"MI") else "<"
        while (place := stream.tell()) < end:
            tag = stream.read(8)
            kind, size = struct.unpack(f"{order}II", tag) if len(tag) == 8 else (COMPRESSED, 0)
            where = f"{path} is damaged: the element at byte {place}"
            if kind not in {MATRIX, COMPRESSED} or size > LARGEST:
                message = f"{where} is of type {kind} and of {size} bytes"
                raise ValueError(message)
            if place + 8 + size > end:
                message = f"{path} is truncated: {end} bytes of the {place + 8 + size} at least"
                raise ValueError(message)
            content = stream.read(size)
            if kind == COMPRESSED:
                content = _unpacked(content, where)[8:]
            try:
                name, *values = _matrix(content, order)
            except (KeyError, struct.error, ValueError) as error:
                message = f"{where} is no variable"
                raise ValueError(message) from error
            if values:
                yield name, values[0]


def _unpacked(content: bytes, where: str) -> bytes:
    """Decompress an element, and hold it against the checksum at its end."""
    element = zlib.decompressobj()
    try:
        result = element.decompress(content, LARGEST)
    except zlib.error as error:
        message = f"{where} fails its own checksum"
        raise ValueError(message) from error
    if not element.eof:
        message = f"{where} fails its own checksum, or is of more than {LARGEST} bytes"
        raise ValueError(message)
    return result


def _matrix(content: bytes, order: str) -> tuple[str] | tuple[str, NDArray[Any]]:
    """Return the name of a variable, and its values if it is X or y."""
    parts = _parts(content, order)
    _flags, (_, dimensions), (_, name) = next(parts), next(parts), next(parts)
    if name not in {b"X", b"y"}:
        return (name.decode("latin-1"),)
    kind, values = next(parts)
    shape = np.frombuffer(dimensions, f"{order}i4").tolist()
    array = np.frombuffer(values, f"{order}{NUMBERS[kind]}").reshape(shape, order="F")
    return name.decode(), array


def _parts(content: bytes, order: str) -> Iterator[tuple[int, bytes]]:
    """Yield type and content of the elements of a variable; small ones are within their tag."""
    place = 0
    while True:
        kind, size = struct.unpack_from(f"{order}II", content, place)
        small, kind = divmod(kind, 1 << 16)
        first = place + (4 if small else 8)
        size = small or size
        if first + size > len(content):
            message = f"{size} bytes are announced, and {len(content) - first} are there"
            raise ValueError(message)
        yield kind, content[first : first + size]
        place = first + size if not small else place + 8
        place += -place % 8

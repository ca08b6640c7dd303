"""The cropped digits of SVHN: MATLAB files with the images in X and the labels in y."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, Final

import numpy as np
import scipy

from numerics.datasets.sources import Source, check_labels, check_sum, missing

if TYPE_CHECKING:
    from io import BufferedReader
    from pathlib import Path

    from numerics.datasets.sources import Part

SUMS: Final = {
    "train_32x32.mat": "435e94d69a87fde4fd4d7f3dd208dfc32cb6ae8af2240d066de1df7508d083b8",
    "test_32x32.mat": "cdce80dfb2a2c4c6160906d0bd7c68ec5a99d7ca4831afa54f09182025b6a75b",
}
"""The files for training and for the test, and their published SHA-256 sums."""

_STRANGE = (EOFError, LookupError, NotImplementedError, OSError, TypeError, ValueError)
"""What scipy raises, next to its own error, for whole elements of a form that it does not know."""

IMAGE_SHAPE = (32, 32, 3)
HEADER = 128
VERSION_5 = b"MATLAB 5.0 MAT-file"
COMPRESSED = 15
"""Type of an element of a MAT file that is compressed."""

PIECE = 1 << 20
"""Bytes that are decompressed at a time."""


def read(folder: Path, what: str, *, verify: bool) -> tuple[Part, Part, tuple[Source, ...]]:
    """Read both files.

    On a damaged file the reader of scipy can crash instead of raising an error. So it is given only
    files whose elements are all compressed, as in the published ones, and pass the checksums that
    they end with; and, if `verify` is true, the published files alone.
    """
    lacks = [name for name in SUMS if not (folder / name).is_file()]
    if lacks:
        raise missing(folder, lacks, what)
    train, test = (folder / name for name in SUMS)
    sources = tuple(_checked(path, verify=verify) for path in (train, test))
    return _read(train), _read(test), sources


def _checked(path: Path, *, verify: bool) -> Source:
    _check_elements(path)
    with path.open("rb") as stream:
        return check_sum(path, stream, [SUMS[path.name]], verify=verify)


def _read(path: Path) -> Part:
    try:
        content = scipy.io.loadmat(path, variable_names=["X", "y"])
    except (scipy.io.matlab.MatReadError, *_STRANGE) as error:
        message = f"{path} cannot be read: {error}"
        raise ValueError(message) from error
    absent = [name for name in ("X", "y") if name not in content]
    if absent:
        message = f"{path} has no variable {' and no variable '.join(absent)}"
        raise ValueError(message)
    X, y = np.asarray(content["X"]), np.asarray(content["y"])
    if X.dtype != np.uint8 or X.ndim != 4 or X.shape[:3] != IMAGE_SHAPE or not X.size:
        message = f"{path}: X must be of uint8, shape (32, 32, 3, n); got {X.dtype}, {X.shape}"
        raise ValueError(message)
    if y.dtype != np.uint8 or y.shape != (X.shape[3], 1):
        message = f"{path}: y must be of uint8, shape ({X.shape[3]}, 1); got {y.dtype}, {y.shape}"
        raise ValueError(message)
    labels = check_labels(y[:, 0], 10, path, first=1)
    return np.ascontiguousarray(X.transpose(3, 0, 1, 2)), labels % 10


def _check_elements(path: Path) -> None:
    """Check that a MAT file is a row of compressed elements, each whole, to its end."""
    end = path.stat().st_size
    with path.open("rb") as stream:
        if not stream.read(HEADER).startswith(VERSION_5):
            message = (
                f"{path} is no MAT file of version 5: it must begin with {VERSION_5.decode()!r}"
            )
            raise ValueError(message)
        while (place := stream.tell()) < end:
            tag = stream.read(8)
            kind, size = struct.unpack("<II", tag) if len(tag) == 8 else (COMPRESSED, 0)
            if kind != COMPRESSED:
                message = f"{path} is damaged or not compressed: element of type {kind} at {place}"
                raise ValueError(message)
            if place + 8 + size > end:
                message = f"{path} is truncated: {end} bytes of the {place + 8 + size} at least"
                raise ValueError(message)
            if not _is_whole(stream, size):
                message = f"{path} is damaged: the element at byte {place} fails its own checksum"
                raise ValueError(message)


def _is_whole(stream: BufferedReader, size: int) -> bool:
    """Decompress an element, piece by piece, for the checksum at its end."""
    element = zlib.decompressobj()
    try:
        while size and (piece := stream.read(min(size, PIECE))):
            size -= len(piece)
            while piece and not element.eof:
                element.decompress(piece, PIECE)
                piece = element.unconsumed_tail
    except zlib.error:
        return False
    return element.eof

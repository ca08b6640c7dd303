"""Where data came from: files that are looked for, hashed and held against published sums."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from numerics.validation import IntArray

if TYPE_CHECKING:
    from collections.abc import Sequence
    from io import BufferedIOBase

__all__ = [
    "LARGEST_COUNT",
    "Part",
    "Source",
    "check_folder",
    "check_labels",
    "check_sum",
    "missing",
]

Part: TypeAlias = tuple[NDArray[np.uint8], IntArray]
"""Images, shape (n, ...), and their labels, shape (n,): of the training or of the test."""

LARGEST_COUNT = 1_000_000
"""More images than any of the sets has: beyond it, a header is damaged and nothing is reserved."""


@dataclass(frozen=True)
class Source:
    """A file that data came from.

    Parameters
    ----------
    file : str
        Its name, without its folder.
    sha256 : str
        Its SHA-256 sum, in hexadecimal digits.
    verified : bool
        Whether it is known to be the published file.
    """

    file: str
    sha256: str
    verified: bool


def check_folder(folder: object, what: str) -> Path:
    """Check the folder that files are looked for in.

    Parameters
    ----------
    folder : object
        What was passed: a str or path.
    what : str
        What the folder has to hold and where that is published, for the message.

    Returns
    -------
    pathlib.Path
        The folder.

    Raises
    ------
    ValueError
        If it is not a path.
    FileNotFoundError
        If there is no such folder.
    NotADirectoryError
        If it is a file.
    """
    if not isinstance(folder, (str, os.PathLike)):
        message = f"folder must be a path, got {folder!r}; it has to hold {what}"
        raise ValueError(message)
    path = Path(folder)
    if not path.exists():
        message = f"there is no folder {path}; it has to hold {what}"
        raise FileNotFoundError(message)
    if not path.is_dir():
        message = f"{path} is not a folder; pass the one that holds {what}"
        raise NotADirectoryError(message)
    return path


def missing(folder: Path, files: Sequence[str], what: str) -> FileNotFoundError:
    """Say which files a folder lacks.

    Parameters
    ----------
    folder : pathlib.Path
        The folder.
    files : sequence of str
        Names of the files that are not there.
    what : str
        What the folder has to hold and where that is published.

    Returns
    -------
    FileNotFoundError
        The error, to be raised.
    """
    return FileNotFoundError(f"{folder} lacks {', '.join(files)}; it has to hold {what}")


def check_sum(
    path: Path,
    stream: BufferedIOBase,
    published: Sequence[str],
    *,
    verify: bool,
    file: str | None = None,
) -> Source:
    """Hash a file and hold its sum against the published ones.

    Parameters
    ----------
    path : pathlib.Path
        The file, for the message.
    stream : binary file
        What is hashed, from its start; it can be rewound.
    published : sequence of str
        Sums of which one has to be the file's, in hexadecimal digits: SHA-256, of 64 digits, or
        where nothing better is published MD5, of 32.
    verify : bool
        Whether it is an error that none is.
    file : str, optional
        What the source is called; by default the name of the file.

    Returns
    -------
    Source
        Name, SHA-256 sum and whether it is a published one.

    Raises
    ------
    ValueError
        If the sum is none of the published ones and `verify` is true.
    """
    sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    sums = {sha256}
    if any(len(digits) == 32 for digits in published):
        stream.seek(0)
        md5 = hashlib.file_digest(stream, lambda: hashlib.md5(usedforsecurity=False))
        sums.add(md5.hexdigest())
    verified = not sums.isdisjoint(published)
    if verify and not verified:
        what = " and ".join(f"{_algorithm(digits)} {digits}" for digits in sorted(sums, key=len))
        takes = " or ".join(f"{_algorithm(digits)} {digits}" for digits in published)
        message = (
            f"{path} has the wrong checksum, {what}, where the published file has {takes}: it is "
            f"damaged or another version; verify=False reads it all the same"
        )
        raise ValueError(message)
    return Source(file or path.name, sha256, verified)


def _algorithm(digits: str) -> str:
    return "MD5" if len(digits) == 32 else "SHA-256"


def check_labels(values: NDArray[np.uint8], last: int, path: Path, first: int = 0) -> IntArray:
    """Check that labels are in their range.

    Parameters
    ----------
    values : numpy.ndarray of uint8
        The labels as they are in the file, shape (n,).
    last : int
        Largest label.
    path : pathlib.Path
        The file, for the message.
    first : int, optional
        Smallest label.

    Returns
    -------
    numpy.ndarray of int64
        The same labels.

    Raises
    ------
    ValueError
        If one is out of range.
    """
    wrong = (values < first) | (values > last)
    if wrong.any():
        index = int(np.argmax(wrong))
        message = (
            f"{path}: the label of image {index} is {values[index]}, "
            f"and labels are from {first} to {last}"
        )
        raise ValueError(message)
    return values.astype(np.int64)

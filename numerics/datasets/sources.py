"""Where data came from: files that are looked for, hashed and held against published sums."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BufferedIOBase
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from numerics.validation import IntArray, check_path

Part: TypeAlias = tuple[NDArray[np.uint8], IntArray]
"""Images, shape (n, ...), and their labels, shape (n,): of the training or of the test."""

LARGEST_COUNT = 73_257
"""Images in the largest file of any set: beyond it, a header is damaged and nothing is reserved."""


@dataclass(frozen=True)
class Source:
    """A file that data came from."""

    file: str  # its name, without its folder
    sha256: str  # its SHA-256 sum, in hexadecimal digits
    verified: bool  # whether it is known to be the published file


def check_folder(folder: object, what: str) -> Path:
    """Check the folder that files are looked for in."""
    path = check_path(folder, "folder")
    if not path.exists():
        message = f"there is no folder {path}; it has to hold {what}"
        raise FileNotFoundError(message)
    if not path.is_dir():
        message = f"{path} is not a folder; pass the one that holds {what}"
        raise NotADirectoryError(message)
    return path


def missing(folder: Path, files: Sequence[str], what: str) -> FileNotFoundError:
    """Say which files a folder lacks."""
    return FileNotFoundError(f"{folder} lacks {', '.join(files)}; it has to hold {what}")


def check_sum(
    path: Path,
    stream: BufferedIOBase,
    published: Sequence[str],
    *,
    verify: bool,
    file: str | None = None,
) -> Source:
    """Hash a file and hold its sum against the published ones."""
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


def check_files(
    folder: Path, sums: Mapping[str, str], what: str, *, verify: bool
) -> tuple[Source, ...]:
    """Hold files, which have to be in a folder, against their published sums."""
    lacks = [name for name in sums if not (folder / name).is_file()]
    if lacks:
        raise missing(folder, lacks, what)
    found = []
    for name, published in sums.items():
        with (folder / name).open("rb") as stream:
            found.append(check_sum(folder / name, stream, [published], verify=verify))
    return tuple(found)


def _algorithm(digits: str) -> str:
    return "MD5" if len(digits) == 32 else "SHA-256"


def check_labels(values: NDArray[np.uint8], last: int, path: Path, first: int = 0) -> IntArray:
    """Check that labels are in their range."""
    wrong = (values < first) | (values > last)
    if wrong.any():
        index = int(np.argmax(wrong))
        message = (
            f"{path}: the label of image {index} is {values[index]}, "
            f"and labels are from {first} to {last}"
        )
        raise ValueError(message)
    return values.astype(np.int64)

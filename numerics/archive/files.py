"""Files that are written whole or not at all."""

import csv
import errno
import os
import secrets
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, ClassVar
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from numerics.validation import FloatArray, check_path


def check_target(path: str | os.PathLike[str]) -> None:
    """Raise an OSError if a file cannot be written, before the work that it is to hold."""
    target = check_path(path).resolve()
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    # To open a pipe would already be to write.
    if target.is_file() or not target.exists():
        _check_place(target.parent, path)


def check_folder(path: str | os.PathLike[str]) -> None:
    """Raise an OSError if no file can be written in a folder, which may have to be made."""
    folder = check_path(path).resolve()
    while not folder.exists():
        folder = folder.parent
    _check_place(folder, path)


def _check_place(folder: Path, path: str | os.PathLike[str]) -> None:
    """Make a file in a folder, and blame what is to be written if that fails."""
    try:
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise type(error)(error.errno, error.strerror, str(path)) from error


@contextmanager
def whole_file(path: str | os.PathLike[str], *, new: bool = False) -> Iterator[BinaryIO]:
    """Open a draft that becomes a file, a `new` one or in place of the old, if nothing fails."""
    # Through a link, replace the file that it points to and not the link.
    final = check_path(path).resolve()
    if final.exists() and not final.is_file():  # a device or a pipe, which nothing may replace
        with final.open("wb") as file:
            yield file
        return
    draft = final.with_name(f".{final.name}.{secrets.token_hex(4)}.tmp")
    try:
        with draft.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())  # so that no loss of power leaves an empty file of that name
        if new:
            final.hardlink_to(draft)  # fails if another process was faster
        else:
            draft.replace(final)
    except OSError as error:
        error.filename = error.filename or os.fspath(path)  # a full disk names nothing
        raise
    finally:
        draft.unlink(missing_ok=True)


def write_text(path: str | os.PathLike[str], text: str, *, new: bool = False) -> Path:
    """Write a text file atomically: a reader sees the old file or the whole new one."""
    with whole_file(path, new=new) as file:
        file.write(text.encode())
    return check_path(path)


def csv_text(columns: Mapping[str, NDArray[Any]]) -> str:
    """Return named columns as CSV, each number in the shortest form that reads back the same."""
    rows = zip(*(np.ravel(values).tolist() for values in columns.values()), strict=True)
    return "\n".join([",".join(columns), *(",".join(map(repr, row)) for row in rows)]) + "\n"


def write_csv(path: str | os.PathLike[str], columns: Mapping[str, NDArray[Any]]) -> Path:
    """Write named columns as a plain CSV file, atomically."""
    return write_text(path, csv_text(columns))


def read_rows(path: str | os.PathLike[str], header: Sequence[str]) -> list[list[str]]:
    """Read the cells of a plain CSV file with this header."""
    try:
        with check_path(path).open(encoding="utf-8", newline="") as file:
            first, *rows = csv.reader(file)
    except ValueError:  # empty, or no text
        first, rows = [], []
    if first != list(header) or not rows or any(len(row) != len(header) for row in rows):
        message = f"{path} must be a table with the columns {', '.join(header)}, and rows"
        raise ValueError(message)
    return rows


def read_csv(path: str | os.PathLike[str], names: Sequence[str]) -> tuple[FloatArray, ...]:
    """Read the columns of a plain CSV file with these names and numbers alone."""
    try:
        return tuple(np.array(read_rows(path, names), dtype=np.float64).T)
    except ValueError:
        message = f"{path} must be a table of numbers with the columns {', '.join(names)}"
        raise ValueError(message) from None


def write_arrays(path: str | os.PathLike[str], arrays: Mapping[str, NDArray[Any]]) -> Path:
    """Write named arrays to an .npz file, atomically."""
    with whole_file(path) as file:
        np.savez_compressed(file, **arrays)  # type: ignore[arg-type]
    return check_path(path)


def read_arrays(path: str | os.PathLike[str], names: Sequence[str]) -> list[NDArray[Any]]:
    """Read named arrays from an .npz file; nothing in it is unpickled."""
    try:
        with check_path(path).open("rb") as stream, np.load(stream, allow_pickle=False) as file:
            return [file[name] for name in names]
    except (KeyError, TypeError, ValueError, EOFError, AttributeError, BadZipFile):
        message = f"{path} must hold the arrays {', '.join(names)} in the .npz format"
        raise ValueError(message) from None


class Record:
    """A result with named arrays of one size, some of which make the columns of a table."""

    __slots__ = ()

    COLUMNS: ClassVar[tuple[str, ...]]

    def to_csv(self, path: str | os.PathLike[str]) -> Path:
        """Write the columns of this result as a plain CSV file with a header, atomically.

        Parameters
        ----------
        path : str or path
            File to write; it is replaced if it exists. Its folder must exist.

        Returns
        -------
        pathlib.Path
            The path.

        Raises
        ------
        OSError
            If the file cannot be written.

        Notes
        -----
        Numbers are written in the shortest form that reads back as the same float64.
        """
        return write_csv(path, self._columns())

    def _columns(self) -> Mapping[str, NDArray[Any]]:
        return {name: getattr(self, name) for name in self.COLUMNS}

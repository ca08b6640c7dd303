"""A table and what it came from: a CSV file and a JSON file beside it, which belong together."""

from __future__ import annotations

import csv
import hashlib
import json
from typing import TYPE_CHECKING, Any, ClassVar, Self

from numerics.archive.files import write_text
from numerics.archive.store import as_json
from numerics.validation import check_path

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

DIGEST = "sha256_of_table"
"""Name in the JSON file of the check sum of the table. Files of earlier versions have none."""


class Table:
    """A result that is written as a table, with a description of it beside it."""

    __slots__ = ()

    HEADER: ClassVar[tuple[str, ...]]

    def to_csv(self, path: str | os.PathLike[str]) -> Path:
        """Write the result as a plain CSV file with a header, and what it came from beside it.

        Parameters
        ----------
        path : str or path
            File to write, ending in ".csv"; what is not in the table goes to the same name with
            ".json". Both are replaced if they exist, atomically. The folder must exist.

        Returns
        -------
        pathlib.Path
            The path.

        Raises
        ------
        ValueError
            If the path does not end in ".csv".
        OSError
            If a file cannot be written.

        Notes
        -----
        Numbers read back as the same float64. The file beside the table has its check sum.
        """
        target = beside(path)
        lines = [",".join(self.HEADER), *self._rows()]
        # The table last: if it cannot be written, the check sum no longer is that of the old one.
        write_text(target, as_json({**self._description(), DIGEST: _digest(lines)}))
        return write_text(path, "\n".join(lines) + "\n")

    @classmethod
    def from_csv(cls, path: str | os.PathLike[str]) -> Self:
        """Read what `to_csv` wrote.

        Parameters
        ----------
        path : str or path
            The file with the table.

        Returns
        -------
        Self
            The same result.

        Raises
        ------
        ValueError
            If one of the two files does not hold what `to_csv` writes, or they are of different
            results.
        OSError
            If one of them cannot be read.
        """
        rows, description = _rows_of(path, cls.HEADER), _description_of(path)
        try:
            result = cls._parsed(rows, description)
            _check_together([cls.HEADER, *rows], description)
        except (ValueError, KeyError, TypeError) as error:
            reason = f"{error} is missing" if isinstance(error, KeyError) else error
            message = f"{path} and the .json file beside it do not hold such a result: {reason}"
            raise ValueError(message) from None
        return result

    def _rows(self) -> Iterable[str]:
        """Return the lines of the table, of cells without commas or quotes."""
        raise NotImplementedError

    def _description(self) -> Mapping[str, Any]:
        """Return what the table does not hold, as plain data."""
        raise NotImplementedError

    @classmethod
    def _parsed(cls, rows: list[list[str]], description: dict[str, Any]) -> Self:
        """Return the result; ValueError, KeyError or TypeError if it is none."""
        raise NotImplementedError


def beside(path: str | os.PathLike[str]) -> Path:
    """Name the file beside a table."""
    table = check_path(path)
    if table.suffix != ".csv":
        message = f"the file must be named *.csv, got {table}"
        raise ValueError(message)
    return table.with_suffix(".json")


def _rows_of(path: str | os.PathLike[str], header: tuple[str, ...]) -> list[list[str]]:
    try:
        with check_path(path).open(encoding="utf-8", newline="") as file:
            first, *rows = csv.reader(file)
    except ValueError:  # empty, or no text
        first, rows = [], []
    if tuple(first) != header or not rows or any(len(row) != len(header) for row in rows):
        message = f"{path} must be a table with the columns {', '.join(header)}, and rows"
        raise ValueError(message)
    return rows


def _description_of(path: str | os.PathLike[str]) -> dict[str, Any]:
    file = beside(path)
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except ValueError:
        content = None
    if not isinstance(content, dict):
        message = f"{file} must hold a JSON object"
        raise ValueError(message)
    return content


def _check_together(rows: Iterable[Sequence[str]], description: Mapping[str, Any]) -> None:
    found = _digest(",".join(row) for row in rows)
    if description.get(DIGEST, found) != found:
        message = (
            f"they do not belong together: {DIGEST} is {description[DIGEST]!r}, but the table has "
            f"{found!r}"
        )
        raise ValueError(message)


def _digest(lines: Iterable[str]) -> str:
    """Return a check sum of lines, however they end in the file."""
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()

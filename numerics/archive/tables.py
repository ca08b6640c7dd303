"""A table and what it came from: a CSV file and a JSON file beside it, which belong together."""

import hashlib
import json
import os
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, ClassVar, Self

from numerics.archive.files import read_rows, write_text
from numerics.archive.plain import as_json
from numerics.validation import check_path

DIGEST = "sha256_of_table"
"""Name in the JSON file of the check sum of the table. Files of earlier versions have none."""


class Table(ABC):
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
        file, rows = beside(path), read_rows(path, cls.HEADER)
        try:
            description = json.loads(file.read_text(encoding="utf-8"))
        except ValueError:
            description = None
        if not isinstance(description, dict):
            message = f"{file} must hold a JSON object"
            raise ValueError(message)
        found = _digest(",".join(row) for row in (cls.HEADER, *rows))
        reason: object
        try:
            result = cls._parsed(rows, description)
        except (ValueError, KeyError, TypeError) as error:
            reason = f"{error} is missing" if isinstance(error, KeyError) else error
        else:
            other = description.get(DIGEST, found)
            if other == found:
                return result
            reason = f"they do not belong together: {DIGEST} is {other!r}, the table has {found!r}"
        message = f"{path} and the .json file beside it do not hold such a result: {reason}"
        raise ValueError(message)

    @abstractmethod
    def _rows(self) -> Iterable[str]:
        """Return the lines of the table, of cells without commas or quotes."""

    @abstractmethod
    def _description(self) -> Mapping[str, Any]:
        """Return what the table does not hold, as plain data."""

    @classmethod
    @abstractmethod
    def _parsed(cls, rows: list[list[str]], description: dict[str, Any]) -> Self:
        """Return the result; ValueError, KeyError or TypeError if it is none."""


def beside(path: str | os.PathLike[str], ending: str = ".json") -> Path:
    """Name a file beside a table: its description, or what else goes with it."""
    table = check_path(path)
    if table.suffix != ".csv":
        message = f"the file must be named *.csv, got {table}"
        raise ValueError(message)
    return table.with_name(f"{table.stem}{ending}")


def _digest(lines: Iterable[str]) -> str:
    """Return a check sum of lines, however they end in the file."""
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()

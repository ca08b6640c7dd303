"""A table and what it came from: a CSV file and a JSON file beside it, which belong together."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from numerics.archive.files import write_text
from numerics.archive.store import as_json

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Mapping, Sequence

DIGEST = "sha256_of_table"
"""Name in the JSON file of the check sum of the table. Files of earlier versions have none."""


def write(
    path: str | os.PathLike[str],
    header: Sequence[str],
    rows: Iterable[str],
    description: Mapping[str, Any],
) -> Path:
    """Write both files; rows are lines of cells without commas or quotes."""
    target = beside(path)
    lines = [",".join(header), *rows]
    # The table last: if it cannot be written, the check sum no longer is that of the old one.
    write_text(target, as_json({**description, DIGEST: _digest(lines)}))
    return write_text(path, "\n".join(lines) + "\n")


def beside(path: str | os.PathLike[str]) -> Path:
    """Name the file beside a table."""
    if Path(path).suffix != ".csv":
        message = f"the file must be named *.csv, got {Path(path)}"
        raise ValueError(message)
    return Path(path).with_suffix(".json")


def rows_of(path: str | os.PathLike[str], header: tuple[str, ...]) -> list[list[str]]:
    """Read the rows of a table."""
    try:
        with Path(path).open(encoding="utf-8", newline="") as file:
            first, *rows = csv.reader(file)
    except ValueError:  # empty, or no text
        first, rows = [], []
    if tuple(first) != header or not rows or any(len(row) != len(header) for row in rows):
        message = f"{path} must be a table with the columns {', '.join(header)}, and rows"
        raise ValueError(message)
    return rows


def description_of(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Read what is beside a table."""
    file = beside(path)
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except ValueError:
        content = None
    if not isinstance(content, dict):
        message = f"{file} must hold a JSON object"
        raise ValueError(message)
    return content


def check_together(
    header: Sequence[str], rows: Iterable[Sequence[str]], description: Mapping[str, Any]
) -> None:
    """Check that a table is the one that a description was written with, if it says."""
    if DIGEST not in description:
        return
    found = _digest(",".join(row) for row in (header, *rows))
    if description[DIGEST] != found:
        message = (
            f"they do not belong together: {DIGEST} is {description[DIGEST]!r}, but the table has "
            f"{found!r}"
        )
        raise ValueError(message)


def bad(path: str | os.PathLike[str], error: Exception) -> str:
    """Say why two files do not hold a result."""
    reason = f"{error} is missing" if isinstance(error, KeyError) else str(error)
    return f"{path} and the .json file beside it do not hold such a result: {reason}"


def _digest(lines: Iterable[str]) -> str:
    """Return a check sum of lines, however they end in the file."""
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()

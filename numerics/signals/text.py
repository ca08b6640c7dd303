"""Columns of numbers in the text files that people have."""

import csv
import gzip
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import compress, repeat
from pathlib import Path
from typing import Literal, NoReturn, Self

import numpy as np

from numerics.validation import LARGEST_VALUE, FloatArray, check_count

Kind = Literal["number", "missing", "text"]

_MISSING = {"", "-", ".", "?", "na", "n/a", "#n/a", "nan", "null", "none", "missing"}
_NUMBER = re.compile(
    r"[-+]?(\d+[.,]?\d*|[.,]\d+|\d{1,3}(,\d{3})+)([edED][-+]?\d+)?|[-+]?inf\w*", re.IGNORECASE
)
_INTEGER = re.compile(r"[-+]?\d+")
_THOUSANDS = re.compile(r"[-+]?\d{1,3}(,\d{3})+(\.\d*)?")
_GZIP = b"\x1f\x8b"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_LOOK = 100  # rows that are looked at to tell a header from numbers


@dataclass(frozen=True)
class Table:
    """The rows of a file, as text."""

    name: str
    titles: list[str] | None  # the header
    lines: list[str]
    places: Sequence[int]  # the line in the file of each of them
    delimiter: str
    width: int

    @classmethod
    def read(
        cls,
        name: str,
        header: str | int | None,
        decimal: str | None,
        delimiter: str | None,
        encoding: str | None,
        skip: int,
    ) -> Self:
        """Read a file, and find out what is not said."""
        text = _decoded(name, encoding)
        lines = text.splitlines()
        places: Sequence[int] = range(1, len(lines) + 1)
        first = check_count(skip, "skip")
        lines, places = lines[first:], places[first:]
        if "#" in text or not all(map(str.strip, lines)):
            kept = [bool(line.strip()) and line.lstrip()[0] != "#" for line in lines]
            lines, places = list(compress(lines, kept)), list(compress(places, kept))
        if not lines:
            message = f"{name} is empty: it takes one number per line"
            raise ValueError(message)
        mark = _delimiter(lines[0], delimiter, decimal)
        top = _header_row(name, _split(name, lines[:_LOOK], mark), len(lines), places[0], header)
        titles = None
        if top is not None:
            titles = [cell.strip() for cell in _split(name, lines[top : top + 1], mark)[0]]
            if len(lines) == top + 1:
                message = f"{name}, line {places[top]}: a header and no numbers below it"
                raise ValueError(message)
            lines, places = lines[top + 1 :], places[top + 1 :]
        width = len(_split(name, lines[:1], mark)[0] if titles is None else titles)
        return cls(name, titles, lines, places, mark, width)

    @cached_property
    def rows(self) -> list[list[str]]:
        """The cells of all rows."""
        rows = _split(self.name, self.lines, self.delimiter)
        if set(map(len, rows)) != {self.width}:
            k = next(k for k, row in enumerate(rows) if len(row) != self.width)
            self.fail(k, f"{len(rows[k])} columns where the first row has {self.width}")
        return rows

    def at_once(self, indices: Sequence[int]) -> FloatArray | None:
        """Return some columns if all is plain: points, no quotation marks, nothing missing."""
        blank = self.delimiter == " "
        if blank:
            widths = {len(line.split()) for line in self.lines}
        else:
            widths = {count + 1 for count in map(str.count, self.lines, repeat(self.delimiter))}
        if widths != {self.width}:
            return None
        try:
            values = np.loadtxt(
                self.lines,
                delimiter=None if blank else self.delimiter,
                usecols=indices,
                comments=None,
                ndmin=2,
            )
        except ValueError:
            return None
        plain = bool((np.abs(values) <= LARGEST_VALUE).all())
        return np.ascontiguousarray(values.T) if plain else None

    def index(self, column: str | int | None, name: str = "column") -> int:
        """Return the index of the column that the caller asked for."""
        if column is None:
            return self._only_numeric()
        if isinstance(column, str):
            matches = [i for i, title in enumerate(self.titles or []) if title == column]
            if len(matches) == 1:
                return matches[0]
            if matches:
                count = len(matches)
                message = (
                    f"{self.name} has {count} columns {column!r}; name one by its index from 0"
                )
            else:
                message = self._lacks(column)
            raise ValueError(message)
        index = check_count(column, name)
        if index >= self.width:
            raise ValueError(self._lacks(index))
        return index

    def _lacks(self, column: str | int) -> str:
        message = f"{self.name} has no column {column!r}; it has {self._listed()}"
        return (
            message if self.titles else f"{message}; header=0 takes its first row for their names"
        )

    def fail(self, row: int, what: str) -> NoReturn:
        """Say what is wrong with a row."""
        message = f"{self.name}, line {self.places[row]}: {what}"
        raise ValueError(message)

    def _only_numeric(self) -> int:
        """Return the index of the only column whose first value is a number."""
        cells = _split(self.name, self.lines[:1], self.delimiter)[0]
        numeric = [i for i, cell in enumerate(cells) if _kind(cell) == "number"]
        if len(numeric) == 1:
            return numeric[0]
        if numeric:
            listed = self._listed(numeric)
            message = f"{self.name} has several columns of numbers; name one: {listed}"
            commas = self.titles is None and self.delimiter == "," and self.width == 2
            if commas and cells[1].strip().isdecimal():
                message += "; or give decimal=',' if they are one, with a decimal comma"
            raise ValueError(message)
        if self.width > 1:
            self.fail(0, f"no number in {', '.join(map(repr, cells))}")
        return 0  # its value is what is wrong with the file

    def _listed(self, indices: Sequence[int] | None = None) -> str:
        shown = range(self.width) if indices is None else indices
        if self.titles is None:
            return ", ".join(map(str, shown))
        return ", ".join(f"{self.titles[i]!r} ({i})" for i in shown)


def numbers(
    table: Table, indices: Sequence[int], decimal: str | None, *, words: bool = False
) -> FloatArray:
    """Return the values of some columns, shape (k, n), NaN where one is missing.

    With `words` the last may hold words, which are numbered.
    """
    values = table.at_once(indices) if decimal != "," else None
    if values is not None:
        return values
    columns = []
    for place, index in enumerate(indices, start=1):
        cells = [row[index].strip() for row in table.rows]
        last = place == len(indices)
        if words and last and any(_kind(cell) == "text" for cell in cells):
            columns.append(_numbered(cells))
            continue
        comma = decimal == "," or (decimal is None and _has_decimal_commas(table, cells))
        columns.append(_careful(table, cells, plain=not comma))
    return np.stack(columns)


def _numbered(words: list[str]) -> FloatArray:
    """Number the different words of a column."""
    there = np.array([_kind(word) != "missing" for word in words])
    found = np.full(len(words), np.nan)
    found[there] = np.unique(np.array(words)[there], return_inverse=True)[1]
    return found


def _careful(table: Table, cells: list[str], *, plain: bool) -> FloatArray:
    """Read cells one by one, to say which is wrong."""
    values = np.empty(len(cells))
    mark, other = (".", ",") if plain else (",", ".")
    for k, text in enumerate(cells):
        if _kind(text) == "missing":
            values[k] = np.nan
            continue
        if _kind(text) == "text":
            table.fail(k, f"{text!r} is not a number")
        if other in text:
            table.fail(k, f"{text!r} is not a number where the decimal mark is {mark!r} (decimal=)")
        values[k] = float(re.sub("[dD]", "e", text.replace(",", ".")))
        if not abs(values[k]) <= LARGEST_VALUE:
            table.fail(k, f"{text!r} is not a finite number below {LARGEST_VALUE:g}")
    return values


def _has_decimal_commas(table: Table, cells: list[str]) -> bool:
    """Tell whether the decimal mark of a column is a comma."""
    where = [k for k, cell in enumerate(cells) if "," in cell and _kind(cell) == "number"]
    commas = [cells[k] for k in where]
    if not commas:
        return False
    if all(map(_THOUSANDS.fullmatch, commas)) or any("." in cell for cell in cells):
        what = "decimal=',' if it is the decimal mark; if it separates thousands, take it out"
        table.fail(where[0], f"the comma in {commas[0]!r} is not clear: {what}")
    return True


def _decoded(name: str, encoding: str | None) -> str:
    data = Path(name).read_bytes()
    if data.startswith(_GZIP):
        try:
            data = gzip.decompress(data)
        except (OSError, EOFError) as error:
            message = f"{name} begins like a .gz file and is none: {error}"
            raise ValueError(message) from None
    guess = encoding or ("utf-16" if data.startswith(_UTF_16) else "utf-8-sig")
    try:
        return data.decode(guess)
    except LookupError:
        message = f"encoding must be one that Python knows, got {encoding!r}"
        raise ValueError(message) from None
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        shown = "UTF-8" if encoding is None else encoding
        message = f"{name}, line {line}: not text in {shown}; name another with encoding="
        raise ValueError(message) from None


def _delimiter(line: str, given: str | None, decimal: str | None) -> str:
    """Return what separates the cells of a file, from its first row."""
    if decimal not in {None, ".", ","}:
        message = f"decimal must be '.', ',' or None, got {decimal!r}"
        raise ValueError(message)
    if given is None:
        marks = ";\t" if decimal == "," else ";\t,"
        return next((mark for mark in marks if mark in line), " ")
    if len(given) != 1 or given in {'"', "#", ".", "\n", "\r"}:
        message = f"delimiter must be one character such as ';', got {given!r}"
        raise ValueError(message)
    if given == decimal:
        message = f"delimiter and decimal must differ, both are {given!r}"
        raise ValueError(message)
    return given


def _split(name: str, lines: list[str], delimiter: str) -> list[list[str]]:
    if not any('"' in line for line in lines):
        return [line.split(None if delimiter == " " else delimiter) for line in lines]
    stripped = map(str.strip, lines) if delimiter == " " else lines
    rows = list(csv.reader(stripped, delimiter=delimiter, skipinitialspace=True))
    if len(rows) != len(lines):
        message = f"{name}: a quoted cell goes over several lines, or a quotation mark is open"
        raise ValueError(message)
    return rows


def _header_row(
    name: str, rows: list[list[str]], count: int, place: int, header: str | int | None
) -> int | None:
    """Return the index of the header among the rows, or None."""
    if header is None:
        return None
    if header != "auto":
        if isinstance(header, str):
            message = f"header must be 'auto', None or the index of a row, got {header!r}"
            raise ValueError(message)
        row = check_count(header, "header")
        if row >= count:
            message = f"header must be below the number of rows, {count}, got {row}"
            raise ValueError(message)
        return row
    first = [_kind(cell) for cell in rows[0]]
    second = [_kind(cell) for cell in rows[1]] if len(rows) > 1 else []
    over = list(zip(first, second, strict=False))
    clear = not any(a != "number" and b == "number" for a, b in over)
    if "number" in first and clear and not _like_labels(rows, first):
        return None
    if "number" not in first and (
        set(first) == {"text"} or any(a == "text" and b != "text" for a, b in over)
    ):
        return 0
    shown = ", ".join(repr(cell.strip()) for cell in rows[0])
    message = (
        f"{name}, line {place}: is {shown} a header, or are these values (perhaps missing)? Say "
        "header=0 or header=None"
    )
    raise ValueError(message)


def _like_labels(rows: list[list[str]], kinds: list[Kind]) -> bool:
    """Tell whether a row of numbers may be the labels 0, 1, ... or whole numbers over decimals."""
    cells = [cell.strip() for cell in rows[0]]
    if cells == [str(i) for i in range(len(cells))]:
        return True
    numeric = [i for i, kind in enumerate(kinds) if kind == "number"]
    below = [row for row in rows[1:] if len(row) == len(cells)]
    return (
        len(below) > 1
        and all(_INTEGER.fullmatch(cells[i]) for i in numeric)
        and not any(_INTEGER.fullmatch(row[i].strip()) for row in below for i in numeric)
    )


def _kind(cell: str) -> Kind:
    text = cell.strip()
    if text.lower() in _MISSING:
        return "missing"
    return "number" if _NUMBER.fullmatch(text) else "text"

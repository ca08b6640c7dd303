"""Signals on Z/nZ: made, or read from a file.

A signal is one number per point, shape (n,), taken as one period.
"""

from __future__ import annotations

import csv
import math
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from numerics.validation import LARGEST_VALUE, FloatArray, check_count

__all__ = ["SHAPES", "make", "read_csv"]

_Shape = Callable[[FloatArray, np.random.Generator], FloatArray]


def _bumps(t: FloatArray, _: np.random.Generator) -> FloatArray:
    """Four smooth bumps of different place, height and width."""
    centres = np.array([0.15, 0.4, 0.55, 0.8])
    heights = np.array([1.0, 0.6, 1.4, 0.8])
    sharpness = np.array([60.0, 400.0, 900.0, 120.0])
    gaps = np.cos(2 * np.pi * (t[:, None] - centres)) - 1
    result: FloatArray = np.exp(sharpness * gaps) @ heights
    return result


def _bridge(t: FloatArray, rng: np.random.Generator) -> FloatArray:
    """A random walk of n steps, of total variance near 1, bent so that it closes."""
    walk = np.cumsum(rng.standard_normal(t.size)) / math.sqrt(t.size)
    result: FloatArray = walk - walk[-1] * (t + 1 / t.size)
    return result


#: The signals that `make` knows: functions of t in [0, 1) and of a random generator.
SHAPES: dict[str, _Shape] = {
    "sine": lambda t, _: np.sin(2 * np.pi * 3 * t),
    "square": lambda t, _: np.where(t * 3 % 1 < 0.5, 1.0, -1.0),
    "bumps": _bumps,
    "bridge": _bridge,
    "white": lambda t, rng: rng.standard_normal(t.size),
}


def make(
    n: int = 256, name: str = "sine", *, rng: int | np.random.Generator | None = None
) -> FloatArray:
    """Make one period of a signal.

    Parameters
    ----------
    n : int, optional
        Number of points, at least 1.
    name : str, optional
        "sine" and "square" have three periods and amplitude 1, "bumps" is four smooth bumps;
        "bridge" is a random walk that closes, "white" independent standard normal values.
    rng : int or numpy.random.Generator, optional
        Seed or generator of the two random ones.

    Returns
    -------
    numpy.ndarray
        The signal, shape (n,).

    Raises
    ------
    ValueError
        If n is not a positive integer or there is no such signal.
    """
    points = check_count(n, "n", 1)
    if name not in SHAPES:
        message = f"name must be one of {', '.join(SHAPES)}; got {name!r}"
        raise ValueError(message)
    return SHAPES[name](np.arange(points) / points, np.random.default_rng(rng))


def read_csv(path: str | os.PathLike[str], column: str | int | None = None) -> FloatArray:
    """Read one column of numbers from a text file.

    Parameters
    ----------
    path : str or path
        Text in UTF-8, with or without a byte-order mark; columns separated by semicolons, tabs,
        commas or blanks, whichever of these comes first in this list and is in the first row.
        Empty lines and lines that begin with # are skipped. The first row is a header if it holds
        no number. Numbers have a decimal point.
    column : str or int, optional
        Header of the column, or its index from 0. By default the column whose first value is a
        number, if there is only one.

    Returns
    -------
    numpy.ndarray
        The values, shape (n,).

    Raises
    ------
    ValueError
        If the file is empty or not text, a value is not a finite number, a row has another number
        of columns than the first, or it is not clear which column is meant. The message names the
        file, and the line and the text where there is one.
    OSError
        If the file cannot be read.
    """
    name = os.fspath(path)
    rows = _rows(name)
    first = next(rows, None)
    if first is None:
        message = f"{name} is empty: it takes one number per line"
        raise ValueError(message)
    line, cells = first
    header = None if any(_is_number(cell) for cell in cells) else cells
    if header is not None:
        first = next(rows, None)
        if first is None:
            message = f"{name}, line {line}: a header and no numbers below it"
            raise ValueError(message)
        line, cells = first
    width = len(cells if header is None else header)
    index = None if column is None else _named(name, column, header, width)
    values: list[float] = []
    while first is not None:
        line, cells = first
        if len(cells) != width:
            message = f"{name}, line {line}: {len(cells)} columns where the first row has {width}"
            raise ValueError(message)
        if index is None:
            index = _only_numeric(name, line, cells, header)
        values.append(_number(name, line, cells[index]))
        first = next(rows, None)
    return np.array(values)


def _rows(name: str) -> Iterator[tuple[int, list[str]]]:
    """Yield line number and cells of each row of a file."""
    data = Path(name).read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"{name}, line {line}: not text in UTF-8"
        raise ValueError(message) from None
    delimiter = None
    for line, content in enumerate(text.splitlines(), 1):
        stripped = content.strip()
        if not stripped or stripped.startswith("#"):
            continue
        if delimiter is None:
            delimiter = next((mark for mark in ";\t," if mark in content), " ")
        if delimiter == " ":
            yield line, stripped.split()
        else:
            cells = next(csv.reader([content], delimiter=delimiter, skipinitialspace=True))
            yield line, [cell.strip() for cell in cells]


def _is_number(text: str) -> bool:
    # float() also takes 1_000.
    if "_" in text:
        return False
    try:
        float(text)
    except ValueError:
        return False
    return True


def _number(name: str, line: int, text: str) -> float:
    if not _is_number(text):
        hint = " (decimals take a point)" if _is_number(text.replace(",", ".", 1)) else ""
        what = f"{text!r} is not a number{hint}" if text else "a value is missing"
        message = f"{name}, line {line}: {what}"
        raise ValueError(message)
    value = float(text)
    if not abs(value) <= LARGEST_VALUE:
        takes = f"a finite number below {LARGEST_VALUE:g}"
        message = f"{name}, line {line}: {text!r} is not {takes}"
        raise ValueError(message)
    return value


def _named(name: str, column: str | int, header: list[str] | None, width: int) -> int:
    """Return the index of the column that the caller asked for."""
    if isinstance(column, str):
        matches = [i for i, title in enumerate(header or []) if title == column]
        if len(matches) == 1:
            return matches[0]
        if matches:
            message = f"{name} has {len(matches)} columns {column!r}; name one by its index from 0"
        else:
            message = f"{name} has no column {column!r}; it has {_titles(header, range(width))}"
        raise ValueError(message)
    index = check_count(column, "column")
    if index >= width:
        message = f"{name} has no column {index}; it has {_titles(header, range(width))}"
        raise ValueError(message)
    return index


def _only_numeric(name: str, line: int, cells: list[str], header: list[str] | None) -> int:
    """Return the index of the only column whose first value is a number."""
    numeric = [i for i, cell in enumerate(cells) if _is_number(cell)]
    if len(numeric) == 1:
        return numeric[0]
    if numeric:
        message = f"{name} has several columns of numbers; name one: {_titles(header, numeric)}"
        raise ValueError(message)
    if len(cells) == 1:
        return 0  # its value is what is wrong with the file
    message = f"{name}, line {line}: no number in {', '.join(map(repr, cells))}"
    raise ValueError(message)


def _titles(header: list[str] | None, indices: range | list[int]) -> str:
    if header is None:
        return ", ".join(map(str, indices))
    return ", ".join(f"{header[i]!r} ({i})" for i in indices)

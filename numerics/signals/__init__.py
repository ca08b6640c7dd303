"""Signals on Z/nZ: made, or read from a file.

A signal is one number per point, shape (n,), taken as one period.
"""

import math
import os
from collections.abc import Callable, Sequence
from typing import cast

import numpy as np

from numerics.costs import announce
from numerics.signals.text import Table, numbers
from numerics.validation import FloatArray, check_choice, check_count, check_path, check_rng

__all__ = ["SHAPES", "make", "read_csv"]

_Shape = Callable[[FloatArray, np.random.Generator], FloatArray]


def _bumps(t: FloatArray, _: np.random.Generator) -> FloatArray:
    """Four smooth bumps of different place, height and width."""
    centres = np.array([0.15, 0.4, 0.55, 0.8])
    heights = np.array([1.0, 0.6, 1.4, 0.8])
    sharpness = np.array([60.0, 400.0, 900.0, 120.0])
    gaps = np.cos(2 * np.pi * (t[:, None] - centres)) - 1
    return np.asarray(np.exp(sharpness * gaps) @ heights)


def _bridge(t: FloatArray, rng: np.random.Generator) -> FloatArray:
    """A random walk of n steps, of total variance near 1, bent so that it closes."""
    walk = np.cumsum(rng.standard_normal(t.size)) / math.sqrt(t.size)
    return np.asarray(walk - walk[-1] * (t + 1 / t.size))


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
    announce(f"a signal of {points} points", "make fewer", memory=16.0 * points)
    shape = SHAPES[check_choice(name, "name", tuple(SHAPES))]
    return shape(np.arange(points) / points, check_rng(rng))


def read_csv(
    path: str | os.PathLike[str],
    column: str | int | Sequence[str | int] | None = None,
    *,
    header: str | int | None = "auto",
    decimal: str | None = None,
    delimiter: str | None = None,
    encoding: str | None = None,
    skip: int = 0,
    missing: str = "error",
    classes: str | int | None = None,
) -> FloatArray:
    """Read columns of numbers from a text file.

    Parameters
    ----------
    path : str or path
        A text file, compressed by gzip or not. Empty lines and lines that begin with # are left
        out.
    column : str, int or sequence of them, optional
        Header of the column, or its index from 0; several for a row of the result each. By default
        the column whose first value is a number, if there is only one.
    header : "auto", None or int, optional
        The row, counted from 0, that names the columns; what is above it is left out. None: there
        is none. "auto": the first row if it is of words, or one stands over a number. Where the
        first row may be either, as 0 over 1.5 or NA over 2.5, it asks; 2019 over 17 is a value.
    decimal : "." or ",", optional
        The decimal mark. By default a point, or a comma if the column has commas, no points and is
        not of thousands such as 1,234.
    delimiter : str, optional
        The character between columns, " " for any number of blanks. By default a semicolon, a tab,
        a comma or blanks, whichever of these comes first in this list and is in the first row.
    encoding : str, optional
        By default UTF-8, or UTF-16 if the file begins with its byte-order mark.
    skip : int, optional
        Lines to leave out before anything else.
    missing : "error" or "drop", optional
        What to do with an empty cell, NA, N/A, NaN, null, none, missing, -, ? or a point alone in
        a column that is read: refuse it, or leave out its row.
    classes : str or int, optional
        A further column, which may hold words: they are numbered from 0, in their alphabetical
        order. Its row is the last of the result.

    Returns
    -------
    numpy.ndarray
        The values, shape (n,), or (k, n) for a sequence of k columns, (k + 1, n) with classes.

    Raises
    ------
    ValueError
        If the file is empty or not text, a value is not a finite number, a row has another number
        of columns than the first, or it is not clear which column is meant, what the first row is
        or what a comma means. The message names the file, and the line and the text where there is
        one, and the argument that settles it. If an argument is not as described.
    OSError
        If the file cannot be read.

    Notes
    -----
    Exponents may be of Fortran, 1.5D-03. A million rows of plain numbers take half a second, and
    some seconds with quotation marks, decimal commas or missing values.
    """
    check_choice(missing, "missing", ("error", "drop"))
    name = str(check_path(path))
    table = Table.read(name, header, decimal, delimiter, encoding, skip)
    single = column is None or isinstance(column, str) or not isinstance(column, Sequence)
    wanted = cast("Sequence[str | int | None]", [column] if single else column)
    if not wanted:
        message = "column must name at least one column, got none"
        raise ValueError(message)
    indices = [table.index(each) for each in wanted]
    if classes is not None:
        indices.append(table.index(classes, "classes"))
    values = numbers(table, indices, decimal, words=classes is not None)
    gone = np.isnan(values).any(axis=0)
    if gone.any():
        if missing == "error":
            row = int(np.argmax(gone))
            table.fail(row, "a value is missing (missing='drop' leaves such rows out)")
        values = values[:, ~gone]
        if not values.size:
            message = f"{name}: every row has a missing value"
            raise ValueError(message)
    return values[0] if single and classes is None else values

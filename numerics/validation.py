"""Checks of arguments that the modules of `numerics` share.

Each returns the argument in the form that the computation takes, or raises a ValueError that names
the argument, what it got and what it takes.
"""

from __future__ import annotations

import reprlib
from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from numerics.readings import Reading, check_reading, smallest_K

__all__ = [
    "FloatArray",
    "IntArray",
    "check_angles",
    "check_count",
    "check_neighbours",
    "check_nonnegative",
    "check_signal",
]

FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]

LARGEST_K = 2**53
"""Beyond this, K is not a float64 any more."""

LARGEST_VALUE = 1e150
"""Beyond this, the square of a signal's value overflows."""


def _shown(value: object) -> str:
    return " ".join(reprlib.repr(value).split())


def _too_large(values: NDArray[Any]) -> bool:
    """Tell whether an array of objects is one because its integers do not fit in 64 bits."""
    return bool(values.size) and all(type(value) is int for value in values.flat)


def check_count(value: object, name: str, least: int = 0) -> int:
    """Check an integer that counts something.

    Parameters
    ----------
    value : object
        What was passed.
    name : str
        Name of the argument, for the message.
    least : int, optional
        Smallest value allowed.

    Returns
    -------
    int
        The value.

    Raises
    ------
    ValueError
        If it is not an integer (True and 3.0 are not), or is below `least`.
    """
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
        message = f"{name} must be an integer, got {_shown(value)}"
        raise ValueError(message)
    if value < least:
        message = f"{name} must be at least {least}, got {value}"
        raise ValueError(message)
    return int(value)


def check_neighbours(K: ArrayLike, reading: str, name: str = "K") -> tuple[IntArray, Reading]:
    """Check the numbers of neighbours and the reading together.

    Parameters
    ----------
    K : int or array_like of int
        Number of neighbours on each side; a scalar or one-dimensional, in any order, repeats
        allowed.
    reading : str
        One of `numerics.readings.READINGS`.
    name : str, optional
        Name of the argument, for the message.

    Returns
    -------
    tuple of (numpy.ndarray, str)
        K as int64, of shape () or (k,), and the reading.

    Raises
    ------
    ValueError
        If K is not of integers, has more than one dimension, is empty, is negative, is 0 where the
        reading has no value, or exceeds 2**53.
    """
    known = check_reading(reading)
    booleans = isinstance(K, Sequence) and any(isinstance(value, bool) for value in K)
    try:
        values = np.asarray(K)
    except ValueError:  # a ragged list
        values = np.empty(0, dtype=object)
    whole = values.dtype.kind in "iu" or (values.dtype == object and _too_large(values))
    if booleans or not (whole or (values.dtype == float and not values.size)):
        message = f"{name} must be an integer or an array of integers, got {_shown(K)}"
        raise ValueError(message)
    if values.ndim > 1:
        message = f"{name} must be an integer or one-dimensional, got shape {values.shape}"
        raise ValueError(message)
    if not values.size:
        message = f"{name} must hold at least one integer, got an empty array"
        raise ValueError(message)
    least, lowest, highest = smallest_K(known), int(values.min()), int(values.max())
    if lowest < least:
        why = ", whose formula is 0/0 at K = 0" if lowest == 0 else ""
        message = f"{name} must be at least {least} for the reading {known!r}{why}; got {lowest}"
        raise ValueError(message)
    if highest > LARGEST_K:
        message = f"{name} must be at most 2**53, to be exact in float64; got {highest}"
        raise ValueError(message)
    return values.astype(np.int64), known


def _real(values: ArrayLike, name: str, kind: str) -> FloatArray:
    try:
        array = np.asarray(values)
    except ValueError:  # a ragged list
        array = np.empty(0, dtype=object)
    if array.dtype.kind not in "iuf":
        message = f"{name} must be {kind}, got {_shown(values)}"
        raise ValueError(message)
    result = array.astype(np.float64)
    finite = np.isfinite(result)
    if not finite.all():
        where = np.unravel_index(int(np.argmin(finite)), result.shape)
        index = ", ".join(str(i) for i in where)
        place = f" at index {index}" if index else ""
        message = f"{name} must be finite, got {result[where]}{place}"
        raise ValueError(message)
    return result


def check_signal(values: ArrayLike, name: str = "y") -> FloatArray:
    """Check a signal on Z/nZ.

    Parameters
    ----------
    values : array_like of float
        The values y_0, ..., y_{n-1}, shape (n,) with n >= 1.
    name : str, optional
        Name of the argument, for the message.

    Returns
    -------
    numpy.ndarray
        The signal as float64, shape (n,).

    Raises
    ------
    ValueError
        If it is not real, not one-dimensional, empty, not finite, or too large to be squared.
    """
    signal = _real(values, name, "a one-dimensional array of real numbers")
    if signal.ndim != 1 or not signal.size:
        message = (
            f"{name} must be one-dimensional and not empty (for several channels, pass one at a "
            f"time), got shape {signal.shape}"
        )
        raise ValueError(message)
    largest = float(np.abs(signal).max())
    if largest > LARGEST_VALUE:
        message = f"{name} must stay below {LARGEST_VALUE:g} to be squared, got {largest:g}"
        raise ValueError(message)
    return signal


def check_angles(values: ArrayLike, name: str = "theta") -> FloatArray:
    """Check angles of any shape.

    Parameters
    ----------
    values : array_like of float
        Angles, in radians.
    name : str, optional
        Name of the argument, for the message.

    Returns
    -------
    numpy.ndarray
        The angles as float64, of the same shape.

    Raises
    ------
    ValueError
        If they are not real or not finite.
    """
    return _real(values, name, "a real number or an array of them")


def check_nonnegative(value: object, name: str) -> float:
    """Check a finite real number that is not negative.

    Parameters
    ----------
    value : object
        What was passed.
    name : str
        Name of the argument, for the message.

    Returns
    -------
    float
        The value.

    Raises
    ------
    ValueError
        If it is not a real number, is negative, NaN or infinite, or too large to be squared.
    """
    if isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool):
        number = float(value)
        if 0 <= number <= LARGEST_VALUE:
            return abs(number)  # not -0.0
    message = f"{name} must be a finite number, at least 0, got {_shown(value)}"
    raise ValueError(message)

"""Checks of arguments that the modules of `numerics` share.

Each returns the argument in the form that the computation takes, or raises a ValueError that names
the argument, what it got and what it takes.
"""

from __future__ import annotations

import reprlib
from collections.abc import Sequence
from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]
Choice = TypeVar("Choice", bound=str)

LARGEST_K = 2**53
"""Beyond this, K is not a float64 any more."""

LARGEST_VALUE = 1e150
"""Beyond this, the square of a signal's value overflows."""


def _shown(value: object) -> str:
    return " ".join(reprlib.repr(value).split())


def check_unmasked(values: Any, name: str) -> None:
    """Refuse a masked array with anything masked: `numpy.asarray` would take what is behind."""
    if np.ma.is_masked(values):
        count = np.count_nonzero(np.ma.getmaskarray(values))
        message = f"{name} must not be masked, got {count} masked: fill them in or leave them out"
        raise ValueError(message)


def _too_large(values: NDArray[Any]) -> bool:
    """Tell whether an array of objects is one because its integers do not fit in 64 bits."""
    return bool(values.size) and all(type(value) is int for value in values.flat)


def check_count(value: object, name: str, least: int = 0) -> int:
    """Check an integer that counts something."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
        message = f"{name} must be an integer, got {_shown(value)}"
        raise ValueError(message)
    if value < least:
        message = f"{name} must be at least {least}, got {value}"
        raise ValueError(message)
    return int(value)


def check_choice(value: object, name: str, choices: Sequence[Choice]) -> Choice:
    """Check one of a few words."""
    for known in choices:
        if value == known:
            return known
    message = f"{name} must be one of {', '.join(choices)}; got {value!r}"
    raise ValueError(message)


def check_integers(values: ArrayLike, name: str, least: int, why: str = "") -> IntArray:
    """Check an integer or a one-dimensional array of them."""
    check_unmasked(values, name)
    booleans = isinstance(values, Sequence) and any(isinstance(value, bool) for value in values)
    try:
        array = np.asarray(values)
    except ValueError:  # a ragged list
        array = np.empty(0, dtype=object)
    whole = array.dtype.kind in "iu" or (array.dtype == object and _too_large(array))
    if booleans or not (whole or (array.dtype == float and not array.size)):
        message = f"{name} must be an integer or an array of integers, got {_shown(values)}"
        raise ValueError(message)
    if array.ndim > 1:
        message = f"{name} must be an integer or one-dimensional, got shape {array.shape}"
        raise ValueError(message)
    if not array.size:
        message = f"{name} must hold at least one integer, got an empty array"
        raise ValueError(message)
    lowest, highest = int(array.min()), int(array.max())
    if lowest < least:
        message = f"{name} must be at least {least}{why}; got {lowest}"
        raise ValueError(message)
    if highest > LARGEST_K:
        message = f"{name} must be at most 2**53, to be exact in float64; got {highest}"
        raise ValueError(message)
    return array.astype(np.int64)


def check_labels(labels: ArrayLike, name: str, n: int | None = None) -> IntArray:
    """Check the classes of samples, of shape (n,) if it is known."""
    check_unmasked(labels, name)
    given = np.asarray(labels)
    shaped = given.size > 0 if n is None else given.shape == (n,)
    if given.dtype.kind not in "iu" or not shaped or given.min() < 0:
        shape = "" if n is None else f", of shape ({n},)"
        message = (
            f"{name} must be integers, at least 0{shape}, got {given.dtype} of shape {given.shape}"
        )
        raise ValueError(message)
    return given.astype(np.int64)


def _real(values: ArrayLike, name: str, kind: str) -> FloatArray:
    check_unmasked(values, name)
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
    """Check a signal on Z/nZ."""
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
    """Check angles of any shape."""
    return _real(values, name, "a real number or an array of them")


def check_nonnegative(value: object, name: str) -> float:
    """Check a finite real number that is not negative."""
    if isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool):
        number = float(value)
        if 0 <= number <= LARGEST_VALUE:
            return abs(number)  # not -0.0
    message = f"{name} must be a finite number, at least 0, got {_shown(value)}"
    raise ValueError(message)


def check_positive(value: object, name: str) -> float:
    """Check a finite real number above 0."""
    number = check_nonnegative(value, name)
    if number == 0:
        message = f"{name} must be above 0, got {value!r}"
        raise ValueError(message)
    return number


def check_share(value: object, name: str) -> float:
    """Check a real number from 0 on, below 1."""
    number = check_nonnegative(value, name)
    if number >= 1:
        message = f"{name} must be below 1, got {value!r}"
        raise ValueError(message)
    return number


def check_extended(value: object, name: str) -> float:
    """Check a real number that is not negative, or infinity."""
    if isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool):
        number = float(value)
        if number >= 0:
            return abs(number)  # not -0.0
    message = f"{name} must be a number, at least 0, or infinity; got {_shown(value)}"
    raise ValueError(message)

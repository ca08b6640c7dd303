"""Checks of arguments that the modules of `numerics` share.

Each returns the argument in the form that the computation takes, or raises a ValueError that names
the argument, what it got and what it takes.
"""

import os
import reprlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, TypeAlias, TypeVar, get_args, get_origin, get_type_hints

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]
Choice = TypeVar("Choice", bound=str)

LARGEST_K = 2**53
"""Beyond this, K is not a float64 any more."""

LARGEST_COUNT = 2**63 - 1
"""Beyond this, a number of things is no index any more."""

LARGEST_VALUE = 1e150
"""Beyond this, the square of a signal's value overflows."""


def _shown(value: object) -> str:
    return " ".join(reprlib.repr(value).split())


def check_unmasked(values: Any, name: str) -> None:
    """Refuse a masked array with anything masked: `numpy.asarray` would take what is behind."""
    if isinstance(values, (list, tuple)):
        for part in values:
            if isinstance(part, (list, tuple, np.ma.MaskedArray)):
                check_unmasked(part, name)
        return
    if np.ma.is_masked(values):
        count = np.count_nonzero(np.ma.getmaskarray(values))
        message = f"{name} must not be masked, got {count} masked: fill them in or leave them out"
        raise ValueError(message)


def as_array(values: Any, name: str) -> NDArray[Any]:
    """Return an array of NumPy; what makes none is an empty one of objects."""
    check_unmasked(values, name)
    try:
        return np.asarray(values)
    except (ValueError, TypeError, RuntimeError):  # a ragged list, an array of another library
        return np.empty(0, dtype=object)


def check_count(value: object, name: str, least: int = 0, most: float = LARGEST_COUNT) -> int:
    """Check an integer that counts something, or is a seed, which may be of any size."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
        message = f"{name} must be an integer, got {_shown(value)}"
        raise ValueError(message)
    if value < least:
        message = f"{name} must be at least {least}, got {value}"
        raise ValueError(message)
    if value > most:
        message = f"{name} must be at most {most}, got {_shown(value)}"
        raise ValueError(message)
    return int(value)


def check_choice(value: object, name: str, choices: Sequence[Choice]) -> Choice:
    """Check one of a few words."""
    for known in choices:
        if isinstance(value, str) and value == known:
            return known
    message = f"{name} must be one of {', '.join(choices)}; got {value!r}"
    raise ValueError(message)


def check_integers(values: ArrayLike, name: str, least: int, why: str = "") -> IntArray:
    """Check an integer or a one-dimensional array of them."""
    booleans = isinstance(values, Sequence) and any(isinstance(value, bool) for value in values)
    array = as_array(values, name)
    # Of objects it is where its integers do not fit in 64 bits.
    large = array.dtype == object and array.size and all(type(each) is int for each in array.flat)
    whole = array.dtype.kind in "iu" or large or (array.dtype == float and not array.size)
    if booleans or not whole:
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
    given = as_array(labels, name)
    shaped = given.size > 0 if n is None else given.shape == (n,)
    whole = given.dtype.kind in "iu"
    if not whole or not shaped or given.min() < 0 or given.max() > LARGEST_COUNT:
        shape = "" if n is None else f", of shape ({n},)"
        message = (
            f"{name} must be integers, at least 0{shape}, got {given.dtype} of shape {given.shape}"
        )
        raise ValueError(message)
    return given.astype(np.int64)


def _reals(values: ArrayLike, name: str, kind: str, *, copy: bool = True) -> FloatArray:
    array = as_array(values, name)
    if array.dtype.kind not in "iuf":
        message = f"{name} must be {kind}, got {_shown(values)}"
        raise ValueError(message)
    with np.errstate(over="ignore"):  # what float64 does not hold is infinite
        return array.astype(np.float64, copy=copy)


def _real(values: ArrayLike, name: str, kind: str, *, copy: bool = True) -> FloatArray:
    result = _reals(values, name, kind, copy=copy)
    with np.errstate(over="ignore", invalid="ignore"):
        if np.isfinite(result.sum()):  # most often: no mask is made
            return result
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
    check_size(signal, name)
    return signal


def check_size(values: FloatArray, name: str) -> None:
    """Check that numbers can be squared."""
    largest = float(np.abs(values).max(initial=0))
    if largest > LARGEST_VALUE:
        message = f"{name} must stay below {LARGEST_VALUE:g} to be squared, got {largest:g}"
        raise ValueError(message)


def check_angles(values: ArrayLike, name: str = "theta", *, copy: bool = True) -> FloatArray:
    """Check real numbers of any shape; without a copy they are not to be written to."""
    return _real(values, name, "a real number or an array of them", copy=copy)


def check_thresholds(values: ArrayLike, name: str = "eps", least: float = 0.0) -> FloatArray:
    """Check numbers of any shape, infinity among them."""
    thresholds = _reals(values, name, "a number or an array of them")
    if not (thresholds >= least).all():
        wrong = thresholds[~(thresholds >= least)][0]
        message = f"{name} must be at least {least:g}, or infinity; got {wrong:g}"
        raise ValueError(message)
    return np.asarray(thresholds + 0.0)  # not -0.0


def check_dtype(dtype: Any) -> np.dtype[Any]:
    """Check the type of what is computed or returned."""
    try:
        kind = np.dtype(object if dtype is None else dtype)
    except (TypeError, ValueError):
        kind = np.dtype(object)
    if kind not in (np.float32, np.float64):
        message = f"dtype must be float32 or float64, got {_shown(dtype)}"
        raise ValueError(message)
    return kind


def check_rng(rng: Any) -> np.random.Generator:
    """Check a seed or generator of NumPy."""
    try:
        return np.random.default_rng(rng)
    except (TypeError, ValueError) as error:
        message = (
            f"rng must be a seed or generator of NumPy, in every library, got {_shown(rng)}; of a "
            "generator of PyTorch take its initial_seed()"
        )
        raise ValueError(message) from error


def spawned(rng: Any, count: int) -> list[np.random.Generator]:
    """Return so many children of a seed or generator of NumPy."""
    generator = check_rng(rng)
    try:
        return generator.spawn(count)
    except TypeError as error:
        message = f"rng must have a SeedSequence, from which children come; got {_shown(rng)}"
        raise ValueError(message) from error


def check_path(path: Any, name: str = "path") -> Path:
    """Check the name of a file or folder, of whatever bytes this machine knows."""
    try:
        text = os.fspath(path)
        encoded = os.fsencode(text)
    except (TypeError, UnicodeEncodeError):
        text, encoded = b"", b"\0"
    # "" would be the folder that one is in: what a shell makes of a variable that is not set.
    if isinstance(text, bytes) or not text or b"\0" in encoded:
        message = f"{name} must be a path, got {_shown(path)}"
        raise ValueError(message)
    return Path(text)


def check_nonnegative(value: object, name: str) -> float:
    """Check a finite real number that is not negative."""
    number = _number(value)
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
    number = _number(value)
    if number >= 0:
        return abs(number)  # not -0.0
    message = f"{name} must be a number, at least 0, or infinity; got {_shown(value)}"
    raise ValueError(message)


def _number(value: object) -> float:
    """Return a real number as a float, and NaN for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float, np.integer, np.floating)):
        return float("nan")
    try:
        with np.errstate(over="ignore"):
            number = float(value)
    except OverflowError:
        return float("nan")
    return number


def check_fields(record: Any) -> None:
    """Check words and flags of a frozen record by their types; NumPy's scalars become Python's."""
    kinds = {np.bool_: bool, np.integer: int, np.floating: float, np.str_: str}
    for name, hint in get_type_hints(type(record)).items():
        value = getattr(record, name)
        for kind, plain in kinds.items():
            if isinstance(value, kind):  # whose type would decide a precision
                value = plain(value)
                object.__setattr__(record, name, value)
        if get_origin(hint) is Literal:
            check_choice(value, name, get_args(hint))
        elif hint is bool and not isinstance(value, bool):
            message = f"{name} must be True or False, got {value!r}"
            raise ValueError(message)

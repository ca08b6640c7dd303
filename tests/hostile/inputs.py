"""Hostile inputs: the same numbers in other forms, what is no input at all, and all between.

Each input comes with what has to become of it: "right" is the result of the plain form, "refused"
is a ValueError or TypeError that names the argument, "either" is one of the two, and "decent" is
any result or such an error: no other exception, and no warning.
"""

from __future__ import annotations

import importlib
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
import scipy.sparse as sp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Demand: TypeAlias = Literal["right", "refused", "either", "decent"]
Input: TypeAlias = "tuple[str, Any, Demand]"

HUGE = 10**400
"""An integer that no float holds."""


class Silent:
    """An object without any of the methods of a number or an array."""

    def __repr__(self) -> str:
        return "Silent()"


def _library(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


pandas, xarray, torch = map(_library, ("pandas", "xarray", "torch"))


def _strided(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    wide = np.repeat(values, 2, axis=-1)
    wide[..., 1::2] = 99
    return wide[..., ::2]


def _frozen(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    copy = values.copy()
    copy.flags.writeable = False
    return copy


def _libraries(values: np.ndarray[Any, Any]) -> Iterator[Input]:
    if pandas is not None and values.ndim in {1, 2}:
        index = range(7, 7 + len(values))
        frame = (pandas.Series if values.ndim == 1 else pandas.DataFrame)(values, index=index)
        yield "pandas", frame, "right"
        yield "pandas missing", frame.astype("Float64").where(frame != values.flat[0]), "refused"
        yield "pandas words", frame.astype(str), "refused"
    if xarray is not None:
        yield "xarray", xarray.DataArray(values), "right"
    if torch is not None:
        yield "torch", torch.asarray(values.copy()), "right"


def _shapes(values: np.ndarray[Any, Any]) -> Iterator[Input]:
    yield "empty", values[:0], "decent"
    yield "an empty list", [], "decent"
    yield "0-d", np.array(values.flat[0]), "decent"
    yield "a number", values.flat[0].item(), "decent"
    yield "one point", values[:1], "decent"
    yield "two points", values[:2], "decent"
    yield "constant", np.full_like(values, values.flat[0]), "decent"
    yield "one axis more", values[..., None], "decent"
    yield "one axis in front", values[None], "decent"
    yield "two of it", np.stack((values, values)), "decent"
    yield "ragged", [[1], [1, 2]], "refused"


NOTHING: list[Input] = [
    ("None", None, "refused"),
    ("a word", "one", "refused"),
    ("bytes", b"\xff\x00", "refused"),
    ("an object", Silent(), "refused"),
    ("a set", {1, 2}, "refused"),
    ("a dict", {"a": 1}, "refused"),
    ("a function", len, "refused"),
]


def _objects(values: np.ndarray[Any, Any]) -> Iterator[Input]:
    """Yield arrays of what is no number."""
    words = values.astype(str)
    yield "words", words, "refused"
    yield "a list of words", words.tolist(), "refused"
    yield "bytes", words.astype(bytes), "refused"
    yield "complex", values + 1j, "refused"
    yield "dates", values.astype("int64").astype("datetime64[s]"), "refused"
    yield "spans of time", values.astype("int64").astype("timedelta64[s]"), "refused"
    mixed = values.astype(object)
    mixed.flat[0] = None
    yield "None inside", mixed, "refused"
    mixed = values.astype(object)
    mixed.flat[0] = Silent()
    yield "an object inside", mixed, "refused"
    if values.ndim < 3:
        yield "sparse", sp.csr_array(np.atleast_2d(values)), "decent"
    yield "records", np.zeros(values.shape, dtype=[("a", "f8")]), "refused"


def _masked(values: np.ndarray[Any, Any]) -> Iterator[Input]:
    some = np.zeros(values.shape, dtype=bool)
    yield "nothing masked", np.ma.masked_array(values, some), "right"
    some.flat[-1] = True
    yield "masked", np.ma.masked_array(values, some), "refused"
    if values.ndim == 1:
        yield "a list with a mask", [*values[:-1].tolist(), np.ma.masked], "refused"
    else:
        yield "a list of masked rows", list(np.ma.masked_array(values, some)), "refused"
    yield "all masked", np.ma.masked_array(values, np.ones(values.shape, dtype=bool)), "refused"
    yield "the mask itself", np.ma.masked, "refused"


def _layouts(values: np.ndarray[Any, Any]) -> Iterator[Input]:
    yield "read-only", _frozen(values), "right"
    yield "strided", _strided(values), "right"
    yield "reversed twice", values[::-1].copy()[::-1], "right"
    yield "by columns", np.asfortranarray(values), "right"
    yield "big-endian", values.astype(values.dtype.newbyteorder(">")), "right"
    yield "a list", values.tolist(), "right"
    yield "a tuple", tuple(values.tolist()), "right"
    yield "objects", values.astype(object), "either"
    yield from _libraries(values)


def reals(value: Any) -> Iterator[Input]:
    """Yield what may be given for an array of real numbers, which are small integers here."""
    values = np.asarray(value, dtype=np.float64)
    yield from _layouts(values)
    for kind in ("f2", "f4", "g", "i1", "i8", "u2", ">f4"):
        yield kind, values.astype(kind), "right"
    yield "bool", values > values.min(), "decent"
    yield "fractions", np.vectorize(Fraction, otypes=[object])(values), "either"
    for name, number in (("NaN", np.nan), ("infinity", np.inf), ("minus infinity", -np.inf)):
        bad = values.copy()
        bad.flat[-1] = number
        yield name, bad, "refused"
        yield f"{name} in float16", bad.astype("f2"), "refused"
    beyond = values.astype("g")
    beyond.flat[-1] = np.finfo("g").max
    if not np.isfinite(np.float64(np.finfo("f8").max) * np.float64(1)) or beyond.max() > 1e308:
        yield "beyond float64", beyond, "refused"
    large = values.astype(object)
    large.flat[-1] = HUGE
    yield "an integer beyond float64", large, "refused"
    for name, factor in (("1e300", 1e300), ("denormal", 5e-324), ("1e-160", 1e-160)):
        yield name, values * factor, "decent"
    apart = values.copy()
    apart.flat[0], apart.flat[-1] = -1e308, 1e308
    yield "apart by more than float64", apart, "decent"
    yield from _shapes(values)
    yield from _objects(values)
    yield from _masked(values)
    yield from NOTHING


def extended(value: Any) -> Iterator[Input]:
    """Yield the same where infinity is a number."""
    infinite = {f"{sign}infinity{kind}" for sign in ("", "minus ") for kind in ("", " in float16")}
    for name, item, demand in reals(value):
        yield name, item, "decent" if name in {*infinite, "beyond float64"} else demand


def integers(value: Any) -> Iterator[Input]:
    """Yield what may be given for an array of integers."""
    values = np.asarray(value, dtype=np.int64)
    yield from _layouts(values)
    for kind in ("i1", "i4", "u1", "u8", ">i2"):
        yield kind, values.astype(kind), "right"
    yield "float", values.astype(float), "either"
    yield "float between", values + 0.5, "refused"
    yield "negative", -1 - values, "decent"
    yield "beyond 64 bits", np.array([10**30] * values.size).reshape(values.shape), "refused"
    yield "u8 beyond i8", np.full(values.shape, 2**64 - 1, dtype="u8"), "refused"
    yield "bool", values > values.min(), "decent"
    for name, number in (("NaN", np.nan), ("infinity", np.inf)):
        bad = values.astype(float)
        bad.flat[-1] = number
        yield name, bad, "refused"
    yield from _shapes(values)
    yield from _objects(values)
    yield from _masked(values)
    yield from NOTHING


def labels(value: Any) -> Iterator[Input]:
    """Yield what may be given for classes: never taken for targets of a regression."""
    values = np.asarray(value, dtype=np.int64)
    words = ("words", "a list of words", "bytes", "None", "pandas words")
    for name, item, demand in integers(value):
        # Classes need not be numbers, and of one-hot rows or a column they are to be the same.
        yield name, item, "decent" if name in words else demand
    if values.ndim == 1:
        yield "a column", values[:, None], "either"
        yield "a column of floats", values[:, None].astype(float), "either"
        yield "one-hot", np.eye(int(values.max()) + 1)[values], "either"
        yield "one-hot integers", np.eye(int(values.max()) + 1, dtype=int)[values], "either"


def exact(value: Any) -> Iterator[Input]:
    """Yield what may be given for exact numbers: a float is none."""
    values = np.asarray(value)
    for name, item, demand in integers(value):
        exactly = "beyond" in name
        yield name, item, "decent" if exactly else "either" if demand == "right" else demand
    yield "a list", values.tolist(), "right"
    yield "fractions", np.vectorize(Fraction, otypes=[object])(values).tolist(), "right"


def floats(value: Any) -> Iterator[Input]:
    """Yield what may be given for an array of floats: lists and integers are none."""
    for name, item, demand in reals(value):
        kind = getattr(item, "dtype", np.dtype(object))
        yield name, item, "either" if demand == "right" and kind not in ("f4", "f8") else demand


def fraction(value: Any) -> Iterator[Input]:
    """Yield what may be given for an exact number."""
    for name, item, demand in number(value):
        exactly = "beyond" in name
        yield name, item, "decent" if exactly else "either" if demand == "right" else demand


def number(value: Any) -> Iterator[Input]:
    """Yield what may be given for a real number."""
    yield "float64", np.float64(value), "right"
    yield "float32", np.float32(value), "right"
    yield "float16", np.float16(value), "either"
    yield "longdouble", np.longdouble(value), "right"
    yield "0-d", np.array(value), "either"
    yield "fraction", Fraction(value), "either"
    if value == int(value):
        yield "int", int(value), "right"
        yield "int8", np.int8(value), "right"
    for name, item in (("NaN", np.nan), ("NaN in float32", np.float32(np.nan))):
        yield name, item, "refused"
    for name, item in (("infinity", np.inf), ("minus infinity", -np.inf), ("negative", -value)):
        yield name, item, "decent"
    numbers: tuple[object, ...] = (0, -0.0, 5e-324, 1e-160, 1e300, True, np.True_)
    for small in numbers:
        yield repr(small), small, "decent"
    yield "beyond float64", HUGE, "refused"
    yield "complex", complex(value, 1), "refused"
    yield "a list", [value], "either"
    yield "two", [value, value], "refused"
    yield "digits", str(value), "refused"
    yield "empty", [], "refused"
    yield "masked", np.ma.masked, "refused"
    yield "an array with a mask", np.ma.masked_array([value], [True]), "refused"
    yield from NOTHING


def count(value: int) -> Iterator[Input]:
    """Yield what may be given for a number of things."""
    for kind in ("i1", "u1", "i8", "u8"):
        yield kind, np.dtype(kind).type(value), "right"
    yield "0-d", np.array(value), "either"
    yield "float", float(value), "either"
    yield "float between", value + 0.5, "refused"
    for item in (0, 1, -1):
        yield str(item), item, "decent"
    for name, item in (("2**40", 2**40), ("10**30", 10**30), ("10**400", HUGE)):
        yield name, item, "decent"
    for name, number in (("NaN", np.nan), ("infinity", np.inf)):
        yield name, number, "refused"
    yield "True", True, "refused"
    yield "two", [value, value], "refused"
    yield "digits", str(value), "refused"
    yield "complex", complex(value), "refused"
    yield "masked", np.ma.masked, "refused"
    yield from NOTHING


def word(value: str) -> Iterator[Input]:
    """Yield what may be given for one of a few words."""
    yield "numpy", np.str_(value), "right"
    yield "of objects", np.array(value, dtype=object), "either"
    for item in ("", f"{value} ", value.upper() + "x", "\0", "\x1b[31m", "$x$", "\udcff"):
        yield repr(item), item, "refused"
    yield "a list", [value], "refused"
    yield "an array", np.array([value, value]), "refused"
    yield "a number", 1, "refused"
    yield "NaN", np.nan, "refused"
    yield from NOTHING


def seed(value: Any) -> Iterator[Input]:
    """Yield what may be given for a source of random numbers (SPEC 7)."""
    yield "int64", np.int64(value), "right"
    yield "generator", np.random.default_rng(value), "right"
    yield "None", None, "decent"
    yield "large", 10**30, "decent"
    for name, item in (("negative", -1), ("float", 0.5), ("NaN", np.nan), ("complex", 1j)):
        yield name, item, "refused"
    yield "old", np.random.RandomState(0), "decent"
    yield "masked", np.ma.masked, "refused"
    yield from (item for item in NOTHING if item[0] != "None")


def target(value: Any) -> Iterator[Input]:
    """Yield what may be given for a file that is written."""
    yield "text", str(value), "right"
    for item in ("", "\0", "/nowhere/at all", "a\ud800b", "x" * 5000, 3.5, [1], b"\xff"):
        yield repr(item)[:20], item, "refused"
    yield from (item for item in NOTHING if item[0] != "a word")


def source(value: Any) -> Iterator[Input]:
    """Yield what may be given for a file that is read."""
    yield from target(value)
    for item in ("one", "\x1b[2J", "\udcff", "$x$"):
        yield repr(item), item, "refused"


INPUTS: dict[str, Callable[[Any], Iterator[Input]]] = {
    "reals": reals,
    "extended": extended,
    "integers": integers,
    "labels": labels,
    "exact": exact,
    "fraction": fraction,
    "floats": floats,
    "number": number,
    "count": count,
    "word": word,
    "seed": seed,
    "source": source,
    "target": target,
}
"""What is tried of an argument, by its kind."""

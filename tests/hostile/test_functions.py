"""Every public function with every hostile input: right, or refused by the argument's name."""

from __future__ import annotations

import inspect
import re
import warnings
from dataclasses import fields, is_dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tests.hostile.calls import CALLS, NOTHING_TO_TRY, Call
from tests.hostile.inputs import INPUTS, Demand

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ARRAYS = {"reals", "extended", "integers", "labels", "exact", "floats"}
PUBLIC = re.findall(
    r"^   ((?:theory|numerics|figures)\.[\w.]+)$", Path("docs/api.md").read_text(), re.MULTILINE
)


def found(name: str) -> Any:
    """Return what a public name stands for."""
    module, _, attribute = name.rpartition(".")
    return getattr(import_module(module), attribute)


def arguments(name: str) -> set[str]:
    """Return the arguments of a function, a class or one of its methods."""
    owner, _, attribute = name.rpartition(".")
    function = getattr(found(owner), attribute) if owner in PUBLIC else found(name)
    return set(inspect.signature(function).parameters) - {"self"}


def methods(name: str) -> Iterator[str]:
    """Yield the public methods of a class that take something."""
    for attribute, value in vars(found(name)).items():
        if inspect.isfunction(value) and (attribute == "__call__" or attribute[0] != "_"):
            yield f"{name}.{attribute}"


def numbers(result: Any) -> Iterator[np.ndarray[Any, Any]]:
    """Yield all numbers and words of a result."""
    if hasattr(result, "toarray"):
        yield from numbers(result.toarray())
    elif isinstance(result, str) or result is None:
        yield np.array(str(result))
    elif is_dataclass(result) and not isinstance(result, type):
        for item in fields(result):
            if not item.name.startswith("_") and item.name != "provenance":
                yield from numbers(getattr(result, item.name))
    elif isinstance(result, (list, tuple)):
        for part in result:
            yield from numbers(part)
    else:
        array = np.asarray(result)
        yield array if array.dtype.kind in "biufcO" else array.astype(str)


def same(one: Any, other: Any) -> bool:
    """Tell whether two results are equal, up to the rounding of the type that they have."""
    first, second = list(numbers(one)), list(numbers(other))
    if [item.shape for item in first] != [item.shape for item in second]:
        return False
    for a, b in zip(first, second, strict=True):
        if a.dtype.kind == "f" or b.dtype.kind == "f":
            kinds = [item.dtype for item in (a, b) if item.dtype.kind == "f"]
            error = 100 * max(float(np.finfo(kind).eps) for kind in kinds)
            if not np.allclose(a.astype(float), b.astype(float), error, error, equal_nan=True):
                return False
        elif not np.array_equal(a, b):
            return False
    return True


def copied(value: Any) -> Any:
    return value.copy() if isinstance(value, np.ndarray) and value.shape else value


def unchanged(value: Any, before: Any) -> bool:
    if isinstance(value, np.ndarray) and value.dtype.kind != "O":
        return np.asarray(value).tobytes() == np.asarray(before).tobytes()
    return repr(value) == repr(before)


def fault(run: Callable[[], Any], demand: Demand, names: set[str], expected: Any) -> str:
    """Return what is wrong with an answer, or nothing."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            result = run()
    except (ValueError, TypeError) as error:
        if demand == "right":
            return f"refused: {error}"
        named = any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", str(error)) for name in names)
        return "" if named else f"refused without a name: {type(error).__name__}: {error}"
    except (OSError, MemoryError) as error:
        told = getattr(error, "filename", None) or re.search("would take .* of memory", str(error))
        return "" if told else f"{type(error).__name__}: {error}"
    except BaseException as error:  # noqa: BLE001  # whatever it is, it is a fault
        return f"{type(error).__name__}: {error}"
    if demand == "refused":
        return f"taken, with the result {result!r}"
    if demand in {"right", "either"} and not same(result, expected):
        return f"another result: {result!r}, not {expected!r}"
    return ""


def tried(call: Call, name: str, function: Callable[..., Any]) -> list[tuple[str, str]]:
    """Try every hostile input of an argument; return each with what is wrong, if anything is."""
    kind = call.kinds[name]
    default = inspect.signature(function).parameters[name].default
    together = {other for other, its in call.kinds.items() if its in ARRAYS and kind in ARRAYS}

    def run(value: Any) -> Any:
        return call.read(function(**{**call.given, name: value}))

    expected = run(call.given[name])
    found = []
    for what, value, demand in INPUTS[kind](call.given[name]):
        if what in call.skip.get(name, ()):
            continue
        wanted: Demand = "decent" if value is default else demand
        if call.refused.get(name) == what:
            wanted = "refused"
        before = copied(value)
        names = {name} | together if wanted != "decent" else set(call.kinds)
        problem = fault(partial(run, value), wanted, names, expected)
        if not problem and not unchanged(value, before):
            problem = "the input was changed"
        found.append((what, problem))
    return found


CASES = [(name, argument) for name, call in CALLS.items() for argument in call.kinds]


@pytest.mark.parametrize(("name", "argument"), CASES)
def test_right_or_refused_by_name(name: str, argument: str) -> None:
    call = CALLS[name]
    function = call.function or found(name)
    faults = [f"{what}: {problem}" for what, problem in tried(call, argument, function) if problem]
    assert not faults, "\n".join([f"{name}, {argument}", *faults])


def test_every_public_function_is_tried_with_every_argument() -> None:
    names = [
        *PUBLIC,
        *(method for name in PUBLIC if inspect.isclass(found(name)) for method in methods(name)),
    ]
    missing = [name for name in names if name not in {*CALLS, *NOTHING_TO_TRY} and arguments(name)]
    assert not missing, "no entry in tests/hostile/calls.py"
    for name, call in CALLS.items():
        assert arguments(name) == {*call.kinds, *call.plain}, name

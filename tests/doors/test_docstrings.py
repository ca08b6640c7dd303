"""What docs/api.md lists is there, and has a complete numpydoc docstring."""

import dataclasses
import functools
import importlib
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from numpydoc.docscrape import NumpyDocString
from numpydoc.validate import validate

PAGE = Path(__file__).parents[2] / "docs" / "api.md"
NAMES = re.findall(r"(?m)^   ((?:theory|numerics|figures)\.\S+)$", PAGE.read_text("utf-8"))

# An extended summary, "See Also" and "Examples" are written where they help.
OPTIONAL = frozenset({"ES01", "EX01", "SA01"})
# What numpydoc says of a class's parameters holds where the class writes its own constructor. The
# fields of a dataclass are looked at by `field_problems`; an enumeration takes what its base takes.
PARAMETERS = frozenset({"PR01", "PR02", "PR03"})


def find(name: str) -> Any:
    """Import the object of a dotted name, as a script would."""
    home, _, leaf = name.rpartition(".")
    return getattr(importlib.import_module(home), leaf)


def public_members(cls: type) -> Iterator[str]:
    """Name the public methods and properties that a class defines itself."""
    kinds = (classmethod, staticmethod, property, functools.cached_property)
    for name, member in vars(cls).items():
        if not name.startswith("_") and (inspect.isroutine(member) or isinstance(member, kinds)):
            yield name


def field_problems(cls: Any) -> list[str]:
    """Compare the fields of a dataclass with its docstring and those of the ones it extends."""
    described = {
        name
        for base in filter(dataclasses.is_dataclass, cls.__mro__)
        for section in ("Parameters", "Attributes")
        for names, _, text in NumpyDocString(inspect.cleandoc(base.__doc__ or ""))[section]
        for name in names.split(", ")
        if text
    }
    fields = {field.name for field in dataclasses.fields(cls) if not field.name.startswith("_")}
    unknown = {name for name in described - fields if not hasattr(cls, name)}
    return [f"field {name} is not documented" for name in sorted(fields - described)] + [
        f"{name} is documented and is no field" for name in sorted(unknown)
    ]


def problems(thing: Any) -> list[str]:
    """List what is wrong with the docstring of an object, and with those of its members."""
    name = f"{inspect.unwrap(thing).__module__}.{inspect.unwrap(thing).__qualname__}"
    names = (
        [name, *(f"{name}.{member}" for member in public_members(thing))]
        if inspect.isclass(thing)
        else [name]
    )
    found = []
    for each in names:
        errors = [error for error in validate(each)["errors"] if error[0] not in OPTIONAL]
        if each == name and inspect.isclass(thing) and "__init__" not in vars(thing):
            errors = [error for error in errors if error[0] not in PARAMETERS]
        if each == name and dataclasses.is_dataclass(thing):
            errors = [error for error in errors if error[0] not in PARAMETERS]
        found += [f"{each}: {code} {text}" for code, text in errors]
    return found + (field_problems(thing) if dataclasses.is_dataclass(thing) else [])


def test_public_names_are_found_and_documented() -> None:
    assert len(NAMES) > 80
    assert [problem for name in NAMES for problem in problems(find(name))] == []


# Negative controls: each breaks one rule that its neighbour keeps.


@dataclasses.dataclass(frozen=True)
class Complete:
    """
    Hold two numbers.

    Attributes
    ----------
    one, two : float
        The numbers.
    """

    one: float
    two: float


@dataclasses.dataclass(frozen=True)
class WithoutField(Complete):
    """Hold three numbers."""

    three: float = 0.0


@dataclasses.dataclass(frozen=True)
class WithUnknownField:
    """
    Hold one number.

    Attributes
    ----------
    one, two : float
        The numbers.
    """

    one: float


class WithBareProperty:
    """Hold a number."""

    @property
    def one(self) -> float:
        return 1.0


@pytest.mark.parametrize(
    ("thing", "problem"),
    [
        (WithoutField, "field three is not documented"),
        (WithUnknownField, "two is documented and is no field"),
        (WithBareProperty, "GL08"),
    ],
)
def test_incomplete_docstring_is_rejected(thing: object, problem: str) -> None:
    assert problems(Complete) == []
    assert any(problem in found for found in problems(thing))

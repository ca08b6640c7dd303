"""Every public object of the three packages has a complete numpydoc docstring."""

from __future__ import annotations

import dataclasses
import enum
import functools
import importlib
import inspect
import pkgutil
from typing import TYPE_CHECKING, Any

import pytest
from numpydoc.docscrape import NumpyDocString
from numpydoc.validate import Validator, validate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

PACKAGES = ("theory", "numerics", "figures")

# An extended summary, "See Also" and "Examples" are written where they help.
OPTIONAL = frozenset({"ES01", "EX01", "SA01"})
# What numpydoc says of a class's parameters holds where the class writes its own constructor. The
# fields of a dataclass are looked at by `field_problems`; an enumeration, an exception or a
# protocol takes what its base takes.
PARAMETERS = frozenset({"PR01", "PR02", "PR03"})


def public_modules(package: str) -> Iterator[ModuleType]:
    """Walk the modules of a package that no underscore marks as private."""
    root = importlib.import_module(package)
    yield root
    for info in pkgutil.walk_packages(root.__path__, prefix=f"{package}."):
        if not any(part.startswith("_") for part in info.name.split(".")):
            yield importlib.import_module(info.name)


def is_documented(thing: object) -> bool:
    """Tell classes and functions, cached ones included, from data."""
    return inspect.isclass(thing) or inspect.isroutine(inspect.unwrap(thing))  # type: ignore[arg-type]


def public_members(cls: type) -> Iterator[str]:
    """Name the public methods and properties that a class defines itself."""
    kinds = (classmethod, staticmethod, property, functools.cached_property)
    for name, member in vars(cls).items():
        if not name.startswith("_") and (inspect.isroutine(member) or isinstance(member, kinds)):
            yield name


def public_objects(module: ModuleType) -> Iterator[str]:
    """Name what a module makes public: what it defines and what it brings up from private ones."""
    exported = getattr(module, "__all__", ())
    for name, thing in vars(module).items():
        if name.startswith("_") or not is_documented(thing):
            continue
        home = thing.__module__ or ""
        # A name brought up from a public module is looked at there.
        from_private = name in exported and any(part.startswith("_") for part in home.split("."))
        if home == module.__name__ or (from_private and home.split(".")[0] in PACKAGES):
            yield f"{module.__name__}.{name}"
            if inspect.isclass(thing):
                yield from (
                    f"{module.__name__}.{name}.{member}" for member in public_members(thing)
                )


def writes_constructor(cls: type) -> bool:
    """Tell whether the class, or one that it inherits from here, writes how it is made."""
    return any(
        getattr(vars(base).get(method), "__qualname__", "") == f"{base.__qualname__}.{method}"
        for base in cls.__mro__
        if base.__module__.split(".")[0] == cls.__module__.split(".")[0]
        for method in ("__init__", "__new__")
    )


def documented_fields(cls: type) -> dict[str, str]:
    """Collect what a class docstring says under "Parameters" and "Attributes"."""
    doc = NumpyDocString(inspect.cleandoc(cls.__doc__ or ""))
    return {
        name: " ".join(description).strip()
        for section in ("Parameters", "Attributes")
        for names, _, description in doc[section]
        for name in names.split(", ")
    }


def field_problems(cls: type) -> list[str]:
    """Compare the fields of a dataclass with its docstring and those of the ones it extends."""
    described: set[str] = set()
    for base in filter(dataclasses.is_dataclass, cls.__mro__):
        described |= {name for name, description in documented_fields(base).items() if description}
    fields = [field.name for field in dataclasses.fields(cls) if not field.name.startswith("_")]
    missing = [name for name in fields if name not in described]
    unknown = [
        name for name in documented_fields(cls) if name not in fields and not hasattr(cls, name)
    ]
    return [f"field {name} is not documented" for name in missing] + [
        f"{name} is documented and is no field" for name in unknown
    ]


def problems(name: str) -> list[str]:
    """List what is wrong with the docstring of the object of this dotted name."""
    thing: Any = Validator._load_obj(name)
    errors = [(code, text) for code, text in validate(name)["errors"] if code not in OPTIONAL]
    fields: list[str] = []
    if inspect.isclass(thing):
        is_dataclass = dataclasses.is_dataclass(thing)
        if is_dataclass or not writes_constructor(thing):
            errors = [(code, text) for code, text in errors if code not in PARAMETERS]
        if is_dataclass:
            fields = field_problems(thing)
    return [f"{code}: {text}" for code, text in errors] + fields


MODULES = [module for package in PACKAGES for module in public_modules(package)]
NAMES = [name for module in MODULES for name in public_objects(module)]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_module_has_a_summary(module: ModuleType) -> None:
    # numpydoc's own checks of a module work on its source: `make lint` runs them.
    assert (module.__doc__ or "").strip().partition("\n\n")[0].endswith(".")


@pytest.mark.parametrize("name", NAMES)
def test_docstring_is_complete(name: str) -> None:
    assert problems(name) == []


@pytest.mark.parametrize(
    "name", ["theory.lattice.kernel", "numerics.lattice.kernel", "numerics.tradeoff.iid"]
)
def test_walk_finds(name: str) -> None:
    assert name in NAMES


# Negative controls: each breaks one rule that its neighbour keeps.


def complete(x: float) -> float:
    """
    Double a number.

    Parameters
    ----------
    x : float
        The number.

    Returns
    -------
    float
        Twice the number.
    """
    return 2 * x


def without_parameter(x: float) -> float:
    """
    Double a number.

    Returns
    -------
    float
        Twice the number.
    """
    return 2 * x


def without_returns(x: float) -> float:
    """
    Double a number.

    Parameters
    ----------
    x : float
        The number.
    """
    return 2 * x


def without_docstring(x: float) -> float:
    return 2 * x


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
class Extended(Complete):
    """
    Hold three numbers.

    Parameters
    ----------
    three : float
        The third number.
    """

    three: float = 0.0


@dataclasses.dataclass(frozen=True)
class ExtendedWithoutField(Complete):
    """Hold three numbers."""

    three: float = 0.0


@dataclasses.dataclass(frozen=True)
class WithoutField:
    """
    Hold two numbers.

    Attributes
    ----------
    one : float
        The first of the numbers.
    """

    one: float
    two: float


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


class WithoutConstructorParameter:
    """Hold a number."""

    def __init__(self, one: float) -> None:
        self.one = one


class Colour(enum.Enum):
    """Name a colour."""

    RED = enum.auto()


class NoColourError(ValueError):
    """Say that there is no colour."""


class WithBareProperty:
    """Hold a number."""

    @property
    def one(self) -> float:
        return 1.0


@pytest.mark.parametrize("name", ["complete", "Complete", "Extended", "Colour", "NoColourError"])
def test_complete_docstring_is_accepted(name: str) -> None:
    assert problems(f"{__name__}.{name}") == []


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("without_parameter", "PR01"),
        ("without_returns", "RT01"),
        ("without_docstring", "GL08"),
        ("WithoutField", "field two is not documented"),
        ("ExtendedWithoutField", "field three is not documented"),
        ("WithUnknownField", "two is documented and is no field"),
        ("WithoutConstructorParameter", "PR01"),
        ("WithBareProperty.one", "GL08"),
    ],
)
def test_incomplete_docstring_is_rejected(name: str, problem: str) -> None:
    assert any(found.startswith(problem) for found in problems(f"{__name__}.{name}"))


def test_walk_reaches_members() -> None:
    assert list(public_members(WithBareProperty)) == ["one"]

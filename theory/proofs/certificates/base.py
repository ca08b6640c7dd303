"""What every certificate has in common."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, get_type_hints

import sympy as sp

if TYPE_CHECKING:
    from collections.abc import Iterable

Values = Mapping[sp.Symbol, sp.Expr]
Note = Annotated[str, "for the reader: nothing verifies it, and no certificate file holds it"]

_LONGEST = 160
"""Characters of a formula that are printed; what is longer is cut, and says so."""


NAME = re.compile(r"(?!(?:I|oo|zoo|nan|pi|EulerGamma)$)[A-Za-z][\w']*(?:\{[\w-]+\})?", re.ASCII)
"""The name of a symbol, which reads as nothing else."""


class CertificateError(Exception):
    """A certificate does not certify what it says."""


class Certificate(ABC):
    """A proof step that can be checked again on its own."""

    kind: ClassVar[str]  # the kind of proof, one word

    @property
    @abstractmethod
    def finite(self) -> bool:
        """Whether only finitely many cases were checked."""

    @property
    @abstractmethod
    def statement(self) -> str:
        """What is certified, rendered from what is verified."""

    @abstractmethod
    def verify(self) -> None:
        """Check the certificate again, or raise a CertificateError."""

    @property
    def note(self) -> str:
        """What its author says about it; nothing verifies that."""
        own: object = type(self)
        notes = (name for name, kind in declared(own).items() if kind == Note)
        return ", ".join(text for name in notes if (text := getattr(self, name)))

    def __str__(self) -> str:
        return f"{self.kind}: {self.statement}" + (f" (note: {self.note})" if self.note else "")


def require(holds: object, *message: object) -> None:
    """Raise a CertificateError of these parts unless something holds."""
    if not holds:
        raise CertificateError(": ".join(map(str, message)))


@cache
def declared(kind: Any) -> dict[str, Any]:
    """Return the fields of a dataclass with their declared types."""
    hints = get_type_hints(kind, include_extras=True)
    return {part.name: hints[part.name] for part in fields(kind)}


def shown(expression: object) -> str:
    """Return a formula as text, cut if it is long."""
    # Evaluated anew, as it is when it comes from another process or from a file.
    text = str(expression.doit() if isinstance(expression, sp.Basic) else expression)
    if len(text) <= _LONGEST:
        return text
    return f"{text[:_LONGEST]}... ({len(text)} characters)"


def given(values: Values, relation: str = "=") -> str:
    """Return the values of symbols as text."""
    return ", ".join(f"{symbol} {relation} {shown(value)}" for symbol, value in values.items())


def moving(shifts: Values, start: Values) -> str:
    """Return how symbols change with the index, and from which values, as text."""
    known = {s: f" from {shown(value)}" for s, value in start.items()}
    return "".join(f", {s} -> {shown(to)}{known.get(s, '')}" for s, to in shifts.items())


def refuse_floats(what: object, *expressions: object) -> None:
    """Raise if an expression holds a float, which would hide a rounding."""
    for expression in expressions:
        exact = not symbolic(expression).has(sp.Float)
        require(exact, what, "a float cannot certify anything", expression)


def symbolic(value: object) -> sp.Expr:
    """Take a number or an expression, and no text, which would be evaluated."""
    require(not isinstance(value, str), "text is no expression", repr(value))
    return sp.sympify(value, strict=True)


def undeclared(
    expressions: Iterable[sp.Expr], known: Iterable[sp.Symbol], what: object, missing: str
) -> None:
    """Raise if an expression has a symbol that nothing is said about, or two things, or no name."""
    used: set[sp.Symbol] = set().union(*(symbolic(e).free_symbols for e in expressions))
    known = list(known)
    unknown = sorted(map(str, used - set(known)))
    require(not unknown, what, f"{missing} for {', '.join(unknown)}")
    names = sorted(map(str, known))
    require(len(set(names)) == len(names), what, f"one name, two meanings in {', '.join(names)}")
    plain = all(symbol.is_commutative and NAME.fullmatch(str(symbol)) for symbol in known)
    require(plain, what, f"no symbol of a number in {', '.join(names)}")


def divisors(*expressions: sp.Expr) -> list[sp.Expr]:
    """Return all that is divided by somewhere in some expressions."""
    parts = (part for e in expressions for part in sp.preorder_traversal(symbolic(e)))
    below = {part.base for part in parts if isinstance(part, sp.Pow) and part.exp.is_negative}
    return sorted(below, key=str)

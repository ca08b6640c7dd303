"""What every certificate has in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    ClassVar,
    Protocol,
    get_type_hints,
    runtime_checkable,
)

import sympy as sp

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from fractions import Fraction

Values = Mapping[sp.Symbol, sp.Expr]
Note = Annotated[str, "for the reader: nothing verifies it, and no certificate file holds it"]

_LONGEST = 160
"""Characters of a formula that are printed; what is longer is cut, and says so."""


class CertificateError(Exception):
    """A certificate does not certify what it says."""


@runtime_checkable
class Certificate(Protocol):
    """A proof step that can be checked again on its own."""

    @property
    def kind(self) -> str:
        """The kind of proof, one word."""
        ...

    @property
    def statement(self) -> str:
        """What is certified, rendered from what is verified."""
        ...

    @property
    def note(self) -> str:
        """What its author says about it; nothing verifies that."""
        ...

    @property
    def finite(self) -> bool:
        """Whether only finitely many cases were checked."""
        ...

    def verify(self) -> None:
        """Check the certificate again."""
        ...


class Step:
    """What certificates print: the statement from their data, and the author's words apart."""

    kind: ClassVar[str]

    @property
    def statement(self) -> str:
        """What is certified, rendered from what is verified."""
        raise NotImplementedError

    @property
    def note(self) -> str:
        """What its author says about it; nothing verifies that."""
        own: object = type(self)
        notes = (name for name, kind in declared(own).items() if kind == Note)
        return ", ".join(text for name in notes if (text := getattr(self, name)))

    def __str__(self) -> str:
        return f"{self.kind}: {self.statement}" + (f" (note: {self.note})" if self.note else "")


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


def interval(cuts: Sequence[Fraction]) -> str:
    """Return the interval that cuts divide as text."""
    return f"[{', '.join(map(str, (*cuts[:1], *cuts[-1:])))}]"


def given(values: Values, relation: str = "=") -> str:
    """Return the values of symbols as text."""
    return ", ".join(f"{symbol} {relation} {shown(value)}" for symbol, value in values.items())


def at_most(low: sp.Expr, high: sp.Expr) -> bool:
    """Compare two rational numbers; what is none has no order here."""
    low, high = sp.sympify(low), sp.sympify(high)
    return isinstance(low, sp.Rational) and isinstance(high, sp.Rational) and bool(low <= high)


def refuse_floats(what: object, *expressions: object) -> None:
    """Raise if an expression holds a float, which would hide a rounding."""
    for expression in expressions:
        if sp.sympify(expression).has(sp.Float):
            message = f"{what}: a float cannot certify anything: {expression}"
            raise CertificateError(message)


def undeclared(
    expressions: Iterable[sp.Expr], known: Iterable[sp.Symbol], what: object, missing: str
) -> None:
    """Raise if an expression has a symbol that nothing is said about."""
    used: set[sp.Symbol] = set().union(*(sp.sympify(e).free_symbols for e in expressions))
    unknown = sorted(map(str, used - set(known)))
    if unknown:
        message = f"{what}: {missing} for {', '.join(unknown)}"
        raise CertificateError(message)

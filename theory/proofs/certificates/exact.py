"""Finitely many exact relations, every one of them listed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import add, eq, ge, gt, le, lt, mul, ne
from typing import TYPE_CHECKING, Any, TypeAlias

import flint
import sympy as sp

from theory.proofs.certificates.base import (
    Certificate,
    CertificateError,
    Note,
    refuse_floats,
    require,
    shown,
    symbolic,
    undeclared,
)
from theory.proofs.certificates.quotients import Expansion, leaves, total

if TYPE_CHECKING:
    from collections.abc import Callable

_DECIDED: dict[str, Callable[[int, int], bool]] = {
    "==": eq,
    "!=": ne,
    "<": lt,
    "<=": le,
    ">": gt,
    ">=": ge,
}
_PRECISIONS = (64, 256, 1024)
_RADICALS, _SIZE = 4, 2000
"""Roots in a number, and the cost of expanding it, up to which it may be shown to be zero."""


def enclose(expression: sp.Expr) -> flint.arb:
    """Evaluate a constant in ball arithmetic, at the precision of the context."""
    if isinstance(expression, sp.Rational):
        return flint.arb(flint.fmpq(int(expression.p), int(expression.q)))
    if expression is sp.pi:
        return flint.arb.pi()
    parts = [enclose(part) for part in expression.args]
    if isinstance(expression, sp.Add):
        return reduce(add, parts)
    if isinstance(expression, sp.Mul):
        return reduce(mul, parts)
    if isinstance(expression, sp.Pow) and isinstance(expression.exp, sp.Rational):
        power = int(expression.exp.p)
        if expression.exp.q <= 2:
            return (parts[0] if expression.exp.q == 1 else parts[0].sqrt()) ** power
    if isinstance(expression, sp.log) and len(parts) == 1:
        return parts[0].log()
    message = f"undecided, since it cannot be enclosed: {expression!r}"
    raise CertificateError(message)


def _sign(left: sp.Expr, right: sp.Expr, what: object) -> int:
    """Sign of the difference of two real numbers: certain by balls, exact where it is 0."""
    number = left - right
    if isinstance(left, sp.Rational) and isinstance(number, sp.Rational):
        return int(sp.sign(number))
    for precision in _PRECISIONS:
        with flint.ctx.workprec(precision):
            value = enclose(left) - enclose(right)
            if not value.contains(0):
                return 1 if value > 0 else -1
    roots = leaves(number)
    require(value.is_finite() and len(roots) <= _RADICALS, "undecided", what)
    Expansion(roots, budget=_SIZE).quotient(number)  # refuses what would take long
    require(sp.radsimp(sp.expand(number)) == 0, "undecided", what)
    return 0


@dataclass(frozen=True)
class Relation:
    """One exact relation between two numbers or two rational functions."""

    case: Note  # the case that it belongs to, for example ``"K = 3"``
    left: sp.Expr  # left side; for an order relation a real algebraic number without floats
    operator: str  # one of ``== != < <= > >=``
    right: sp.Expr  # right side

    @property
    def statement(self) -> str:
        """The relation, rendered from its sides."""
        return f"{shown(self.left)} {self.operator} {shown(self.right)}"

    def holds(self) -> bool:
        """Decide the relation exactly."""
        require(self.operator in _DECIDED, f"no relation has the sign {self.operator!r}")
        refuse_floats(self, self.left, self.right)
        left, right = symbolic(self.left), symbolic(self.right)
        if symbols := left.free_symbols | right.free_symbols:
            require(self.operator in ("==", "!="), "functions have no order", self)
            undeclared((), symbols, self, "")
            difference = total(left, -right)
            decided = self.operator == "==" or difference.is_constant()
            require(decided, self, "functions that differ may have a common value")
            return (not difference) == (self.operator == "==")
        return _DECIDED[self.operator](_sign(left, right, self), 0)

    def __str__(self) -> str:
        return f"{self.case}: {self.statement}" if self.case else self.statement


@dataclass(frozen=True)
class Exact(Certificate):
    """Finitely many exact relations that all hold."""

    title: Note
    relations: tuple[Relation, ...]  # the cases
    scope: Note  # the tested range, in words
    complete: bool = False  # whether the statement is about these cases alone

    kind = "exact"

    @property
    def finite(self) -> bool:
        return not self.complete

    @property
    def statement(self) -> str:
        cases = shown("; ".join(relation.statement for relation in self.relations))
        return cases if len(self.relations) == 1 else f"{cases} [{len(self.relations)} cases]"

    def verify(self) -> None:
        require(self.relations, self, "no case was checked")
        for relation in self.relations:
            require(relation.holds(), self, f"fails in the case {relation}")


Cases: TypeAlias = dict[str, tuple[Any, Any]]
"""Both sides of an equality for each case: numbers, functions or truth values."""


def equalities(title: str, cases: Cases, scope: str) -> Exact:
    """Return the certificate that both sides of every case are equal."""
    # The plus makes a number of a truth value.
    relations = (Relation(case, +a, "==", +b) for case, (a, b) in cases.items())
    return Exact(title, tuple(relations), scope)

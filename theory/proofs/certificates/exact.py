"""Finitely many exact relations, every one of them listed."""

from __future__ import annotations

from dataclasses import dataclass
from operator import eq, ge, gt, le, lt, ne
from typing import TYPE_CHECKING

import flint
import sympy as sp

from theory.proofs.certificates.base import CertificateError, is_zero
from theory.proofs.certificates.enclosure import enclose

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


def _sign(number: sp.Expr) -> int | None:
    """Sign of a real number: exact where it is rational, certain in ball arithmetic elsewhere."""
    number = sp.radsimp(sp.expand(number))
    if isinstance(number, sp.Rational):
        return int(sp.sign(number))
    for precision in _PRECISIONS:
        with flint.ctx.workprec(precision):
            try:
                value = enclose(number)
            except ValueError:
                return None
            if value > 0:
                return 1
            if value < 0:
                return -1
    return None


@dataclass(frozen=True)
class Relation:
    """One exact relation between two numbers or two rational functions."""

    case: str  # the case that it belongs to, for example ``"K = 3"``
    left: sp.Expr  # left side; for an order relation a real algebraic number without floats
    operator: str  # one of ``== != < <= > >=``
    right: sp.Expr  # right side

    def holds(self) -> bool:
        """Decide the relation exactly."""
        left, right = sp.sympify(self.left), sp.sympify(self.right)
        if left.has(sp.Float) or right.has(sp.Float):
            message = f"{self.case}: a float cannot decide {left} {self.operator} {right}"
            raise CertificateError(message)
        difference = left - right
        if difference.free_symbols:
            if self.operator not in ("==", "!="):
                message = f"{self.case}: functions have no order: {left} {self.operator} {right}"
                raise CertificateError(message)
            return is_zero(difference) == (self.operator == "==")
        sign = _sign(difference)
        if sign is None:
            message = f"{self.case}: undecided: {left} {self.operator} {right}"
            raise CertificateError(message)
        return _DECIDED[self.operator](sign, 0)

    def __str__(self) -> str:
        return f"{self.case}: {self.left} {self.operator} {self.right}"


@dataclass(frozen=True)
class Exact:
    """Finitely many exact relations that all hold."""

    claim: str  # what they say together, one line
    relations: tuple[Relation, ...]  # the cases
    scope: str  # the tested range, in words
    complete: bool = False  # whether the statement is about these cases alone

    kind = "exact"

    @property
    def finite(self) -> bool:
        """Whether there are cases beside those checked."""
        return not self.complete

    def verify(self) -> None:
        """Decide every relation."""
        if not self.relations:
            message = f"{self.claim}: no case was checked"
            raise CertificateError(message)
        for relation in self.relations:
            if not relation.holds():
                message = f"{self.claim}: fails in the case {relation}"
                raise CertificateError(message)

    def __str__(self) -> str:
        return f"{self.kind}: {self.claim} ({self.scope}, {len(self.relations)} cases)"

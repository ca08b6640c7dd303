"""Identities of rational functions, and sums in K by telescoping."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import sympy as sp

from theory.proofs.certificates.base import (
    CertificateError,
    FromStart,
    is_zero,
    refuse_floats,
    undeclared,
)

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Identity:
    """Two rational functions over Q are equal, wherever both have a value.

    Trigonometric identities enter with z = e^{i phi} (so that cos(phi) = (z + 1/z)/2) and a free
    symbol for z^m, which proves them for every integer m at once.
    """

    claim: str  # what the identity says, one line
    left: sp.Expr  # both sides, rational in their free symbols with rational coefficients
    right: sp.Expr  # both sides, rational in their free symbols with rational coefficients
    scope: str = "all values of the symbols"  # the parameters that the symbols stand for

    kind = "identity"
    finite = False

    def verify(self) -> None:
        """Check that both sides are the same element of Q(symbols)."""
        refuse_floats(self.claim, self.left, self.right)
        if not is_zero(sp.sympify(self.left) - sp.sympify(self.right)):
            message = f"identity fails: {self.claim}: {self.left} != {self.right}"
            raise CertificateError(message)

    def __str__(self) -> str:
        return f"{self.kind}: {self.claim} ({self.scope})"


@dataclass(frozen=True)
class Telescoping(FromStart):
    """A quantity defined by its value at ``start`` and its increments has a closed form.

    The quantity is given by its value ``base`` at ``start`` and by its ``increment`` from K to
    K + 1.
    The closed form is rational in K and in symbols whose own shift is known, such as h = H_K with
    h -> h + 1/(K+1).  It is certified by its value at ``start`` and by its difference from K to
    K + 1, both decided in the field Q(K, h, ...).
    """

    claim: str  # what is summed and what it equals, one line
    closed: sp.Expr  # the closed form
    increment: sp.Expr  # the term that is added when K becomes K + 1
    index: sp.Symbol  # k
    start: int  # the smallest K
    base: sp.Expr  # the value of the sum at ``start``
    shifts: Mapping[sp.Symbol, sp.Expr] = field(default_factory=dict)
    initial: Mapping[sp.Symbol, sp.Expr] = field(default_factory=dict)
    parameters: tuple[sp.Symbol, ...] = ()  # symbols that do not change with K

    kind = "telescoping"
    finite = False

    def verify(self) -> None:
        """Check the base case and the difference."""
        closed = sp.sympify(self.closed)
        substituted = (*self.shifts.values(), *self.initial.values())
        refuse_floats(self.claim, closed, self.increment, self.base, *substituted)
        known = (self.index, *self.shifts, *self.parameters)
        undeclared((closed,), known, self.claim, "neither a shift nor a parameter")
        at_start = closed.subs({**self.initial, self.index: self.start}, simultaneous=True)
        if not is_zero(at_start - sp.sympify(self.base)):
            message = f"base case fails: {self.claim}: {at_start} != {self.base}"
            raise CertificateError(message)
        shifted = closed.subs({**self.shifts, self.index: self.index + 1}, simultaneous=True)
        if not is_zero(shifted - closed - sp.sympify(self.increment)):
            message = f"difference fails: {self.claim}"
            raise CertificateError(message)

    def __str__(self) -> str:
        return f"{self.kind}: {self.claim} ({self.scope})"

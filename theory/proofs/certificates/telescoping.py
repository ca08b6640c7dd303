"""Identities of rational functions, and sums in K by telescoping."""

from __future__ import annotations

from dataclasses import dataclass, field

import sympy as sp

from theory.proofs.certificates.base import (
    CertificateError,
    Note,
    Step,
    Values,
    refuse_floats,
    shown,
    undeclared,
)
from theory.proofs.certificates.quotients import is_zero


@dataclass(frozen=True)
class Identity(Step):
    """Two rational functions over Q are equal, wherever both have a value.

    Trigonometric identities enter with z = e^{i phi} (so that cos(phi) = (z + 1/z)/2) and a free
    symbol for z^m, which proves them for every integer m at once.
    """

    title: Note
    left: sp.Expr  # both sides, rational in their free symbols with rational coefficients
    right: sp.Expr  # both sides, rational in their free symbols with rational coefficients
    scope: Note = "all values of the symbols"  # the parameters that the symbols stand for

    kind = "identity"
    finite = False

    @property
    def statement(self) -> str:
        """What is certified, rendered from what is verified."""
        return f"{shown(self.left)} = {shown(self.right)}"

    def verify(self) -> None:
        """Check that both sides are the same element of Q(symbols)."""
        refuse_floats(self, self.left, self.right)
        if not is_zero(sp.sympify(self.left) - sp.sympify(self.right)):
            message = f"identity fails: {self}"
            raise CertificateError(message)


@dataclass(frozen=True)
class Telescoping(Step):
    """A quantity defined by its value at ``start`` and its increments has a closed form.

    The quantity is given by its value ``base`` at ``start`` and by its ``increment`` from K to
    K + 1.
    The closed form is rational in K and in symbols whose own shift is known, such as h = H_K with
    h -> h + 1/(K+1).  It is certified by its value at ``start`` and by its difference from K to
    K + 1, both decided in the field Q(K, h, ...).
    """

    title: Note  # what is summed
    closed: sp.Expr  # the closed form
    increment: sp.Expr  # the term that is added when K becomes K + 1
    index: sp.Symbol  # k
    start: int  # the smallest K
    base: sp.Expr  # the value of the sum at ``start``
    shifts: Values = field(default_factory=dict)
    initial: Values = field(default_factory=dict)
    parameters: tuple[sp.Symbol, ...] = ()  # symbols that do not change with K

    kind = "telescoping"
    finite = False

    @property
    def statement(self) -> str:
        """What is certified, rendered from what is verified."""
        K = self.index
        known = "".join(
            f", {s} -> {shown(to)}" + (f" from {self.initial[s]}" if s in self.initial else "")
            for s, to in self.shifts.items()
        )
        return (
            f"S({K}) = {shown(self.closed)} for all {K} >= {self.start}, where "
            f"S({self.start}) = {shown(self.base)}, "
            f"S({K} + 1) - S({K}) = {shown(self.increment)}{known}"
        )

    def verify(self) -> None:
        """Check the base case and the difference."""
        closed = sp.sympify(self.closed)
        substituted = (*self.shifts.values(), *self.initial.values())
        refuse_floats(self, closed, self.increment, self.base, *substituted)
        known = (self.index, *self.shifts, *self.parameters)
        undeclared((closed,), known, self, "neither a shift nor a parameter")
        at_start = closed.subs({**self.initial, self.index: self.start}, simultaneous=True)
        if not is_zero(at_start - sp.sympify(self.base)):
            message = f"base case fails: {self}: it is {shown(at_start)}"
            raise CertificateError(message)
        shifted = closed.subs({**self.shifts, self.index: self.index + 1}, simultaneous=True)
        if not is_zero(shifted - closed - sp.sympify(self.increment)):
            message = f"difference fails: {self}"
            raise CertificateError(message)

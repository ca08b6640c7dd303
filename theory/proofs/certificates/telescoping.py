"""Identities of rational functions, and sums in K by telescoping."""

from __future__ import annotations

from dataclasses import dataclass, field

import sympy as sp

from theory.proofs.certificates.base import (
    Certificate,
    Note,
    Values,
    refuse_floats,
    require,
    shown,
    undeclared,
)
from theory.proofs.certificates.quotients import is_zero


@dataclass(frozen=True)
class Identity(Certificate):
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
        return f"{shown(self.left)} = {shown(self.right)}"

    def verify(self) -> None:
        refuse_floats(self, self.left, self.right)
        same = is_zero(sp.sympify(self.left) - sp.sympify(self.right))
        require(same, "identity fails", self)


@dataclass(frozen=True)
class Telescoping(Certificate):
    """A quantity defined by its value at ``start`` and its increments has a closed form.

    The closed form is rational in K and in symbols whose own shift is known, such as h = H_K with
    h -> h + 1/(K+1): both are decided in the field Q(K, h, ...).
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
        closed = sp.sympify(self.closed)
        substituted = (*self.shifts.values(), *self.initial.values())
        refuse_floats(self, closed, self.increment, self.base, *substituted)
        known = (self.index, *self.shifts, *self.parameters)
        undeclared((closed,), known, self, "neither a shift nor a parameter")
        at_start = closed.subs({**self.initial, self.index: self.start}, simultaneous=True)
        begins = is_zero(at_start - sp.sympify(self.base))
        require(begins, "base case fails", self, f"it is {shown(at_start)}")
        shifted = closed.subs({**self.shifts, self.index: self.index + 1}, simultaneous=True)
        grows = is_zero(shifted - closed - sp.sympify(self.increment))
        require(grows, "difference fails", self)

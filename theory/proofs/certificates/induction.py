"""Bounds of sums for all K by induction."""

from __future__ import annotations

from dataclasses import dataclass, field

import sympy as sp

from theory.proofs.certificates.base import Certificate, Note, Values, refuse_floats, require, shown
from theory.proofs.certificates.sign import Bounds, Sign, within


@dataclass(frozen=True)
class SequenceBound(Certificate):
    """Bounds initial <= S_K <= limit of a sum of nonnegative terms, for all K >= ``start``.

    The induction carries an upper bound that may contain symbols with shifts and bounds of their
    own, such as h = H_K; that bound stays below ``limit``, which is rational in K.
    """

    title: Note  # what is summed
    increment: sp.Expr  # the difference of S at K + 1 and at K
    initial: sp.Expr  # S at ``start``, a rational number
    upper: sp.Expr  # the bound that the induction carries
    limit: sp.Expr  # what that bound does not exceed
    index: sp.Symbol  # k
    start: int  # the smallest K
    shifts: Values = field(default_factory=dict)  # each further symbol when K becomes K + 1
    at_start: Values = field(default_factory=dict)  # the value of each of them at ``start``
    bounds: Bounds = field(default_factory=dict)  # of each of them

    kind = "induction"
    finite = False

    @property
    def statement(self) -> str:
        K, low = self.index, shown(self.initial)
        known = "".join(f", {s} -> {shown(to)}" for s, to in self.shifts.items())
        return (
            f"{low} <= S({K}) <= {shown(self.limit)} for all {K} >= {self.start}, where "
            f"S({self.start}) = {low}, S({K} + 1) - S({K}) = {shown(self.increment)}{known}"
            f"{within(self.bounds)}"
        )

    def verify(self) -> None:
        substituted = (*self.shifts.values(), *self.at_start.values())
        exact = (self.increment, self.initial, self.upper, self.limit, *substituted)
        refuse_floats(self, *exact)
        index, start, upper = self.index, self.start, sp.sympify(self.upper)
        base = upper.subs({**self.at_start, index: start}, simultaneous=True)
        ends = (sp.sympify(self.initial), sp.sympify(base))
        ordered = all(isinstance(end, sp.Rational) for end in ends) and ends[0] <= ends[1]
        require(ordered, self, f"base case fails at {index} = {start}")
        step = upper.subs({**self.shifts, index: index + 1}, simultaneous=True) - upper
        for name, difference in (
            ("the step", step - self.increment),
            ("terms are nonnegative", self.increment),
            ("the limit", self.limit - upper),
        ):
            Sign(f"{name} of {self}", difference, index, start, self.bounds, strict=False).verify()

"""Bounds of sums for all K by induction."""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from theory.proofs.certificates.base import (
    CertificateError,
    Note,
    Step,
    Values,
    at_most,
    refuse_floats,
    shown,
)
from theory.proofs.certificates.sign import Bounds, Sign, within


@dataclass(frozen=True)
class HarmonicBound(Step):
    """Bounds of H_K^{(power)} for all K >= ``start``, by induction.

    lower(K) <= H_K^{(p)} <= upper(K) holds at ``start``, and each step adds 1/(K+1)^p, which lies
    between lower(K+1) - lower(K) and upper(K+1) - upper(K).
    """

    index: sp.Symbol  # k
    lower: sp.Expr  # rational in K
    upper: sp.Expr  # rational in K
    start: int = 1  # the smallest K
    power: int = 1  # the power p; 1 for the harmonic numbers

    kind = "induction"
    finite = False

    @property
    def statement(self) -> str:
        """What is certified, rendered from what is verified."""
        K = self.index
        name = f"H_{K}" if self.power == 1 else f"H_{K}^({self.power})"
        return f"{shown(self.lower)} <= {name} <= {shown(self.upper)} for all {K} >= {self.start}"

    def verify(self) -> None:
        """Check the base case and the induction step."""
        index, start = self.index, self.start
        refuse_floats(self, self.lower, self.upper)
        lower, upper = sp.sympify(self.lower), sp.sympify(self.upper)
        value = sum(sp.Rational(1, m**self.power) for m in range(1, start + 1))
        if not (
            at_most(lower.subs(index, start), value) and at_most(value, upper.subs(index, start))
        ):
            message = f"{self}: base case fails at {index} = {start}"
            raise CertificateError(message)
        step = 1 / (index + 1) ** self.power
        for below, above in (
            (lower.subs(index, index + 1) - lower, step),
            (step, upper.subs(index, index + 1) - upper),
        ):
            Sign(f"the step of {self}", above - below, index, start, strict=False).verify()


@dataclass(frozen=True)
class SequenceBound(Step):
    """Bounds initial <= S_K <= limit of a sum of nonnegative terms, for all K >= ``start``.

    The induction carries an upper bound that may contain symbols with shifts and bounds of their
    own, such as h = H_K; that bound stays below the number ``limit``.
    """

    title: Note  # what is summed
    increment: sp.Expr  # the difference of S at K + 1 and at K
    initial: sp.Expr  # s at ``start``, a rational number
    upper: sp.Expr  # the bound that the induction carries
    limit: sp.Expr  # A rational number that the bound does not exceed
    index: sp.Symbol  # k
    start: int  # the smallest K
    shifts: Values  # what each further symbol becomes when K becomes K + 1
    at_start: Values  # the value of each of them at ``start``
    bounds: Bounds  # bounds of each of them

    kind = "induction"
    finite = False

    @property
    def statement(self) -> str:
        """What is certified, rendered from what is verified."""
        K, low = self.index, shown(self.initial)
        known = "".join(f", {s} -> {shown(to)}" for s, to in self.shifts.items())
        return (
            f"{low} <= S({K}) <= {shown(self.limit)} for all {K} >= {self.start}, where "
            f"S({self.start}) = {low}, S({K} + 1) - S({K}) = {shown(self.increment)}{known}"
            f"{within(self.bounds)}"
        )

    def verify(self) -> None:
        """Check the base case, the step, the sign of the terms and the limit."""
        substituted = (*self.shifts.values(), *self.at_start.values())
        exact = (self.increment, self.initial, self.upper, self.limit, *substituted)
        refuse_floats(self, *exact)
        index, start, upper = self.index, self.start, sp.sympify(self.upper)
        base = upper.subs({**self.at_start, index: start}, simultaneous=True)
        if not at_most(self.initial, base):
            message = f"{self}: base case fails at {index} = {start}"
            raise CertificateError(message)
        step = upper.subs({**self.shifts, index: index + 1}, simultaneous=True) - upper
        for name, difference in (
            ("the step", step - self.increment),
            ("terms are nonnegative", self.increment),
            ("the limit", self.limit - upper),
        ):
            Sign(f"{name} of {self}", difference, index, start, self.bounds, strict=False).verify()

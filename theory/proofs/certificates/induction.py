"""Bounds of sums for all K by induction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sympy as sp

from theory.proofs.certificates.base import CertificateError, FromStart, refuse_floats
from theory.proofs.certificates.sign import Bounds, Sign

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class HarmonicBound(FromStart):
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
    def claim(self) -> str:
        """What is certified."""
        name = "H_K" if self.power == 1 else f"H_K^({self.power})"
        return f"{self.lower} <= {name} <= {self.upper}"

    def verify(self) -> None:
        """Check the base case and the induction step."""
        index, start = self.index, self.start
        refuse_floats(self.claim, self.lower, self.upper)
        lower, upper = sp.sympify(self.lower), sp.sympify(self.upper)
        value = sum(sp.Rational(1, m**self.power) for m in range(1, start + 1))
        if not lower.subs(index, start) <= value <= upper.subs(index, start):
            message = f"{self.claim}: base case fails at {index} = {start}"
            raise CertificateError(message)
        step = 1 / (index + 1) ** self.power
        for below, above in (
            (lower.subs(index, index + 1) - lower, step),
            (step, upper.subs(index, index + 1) - upper),
        ):
            Sign(f"{self.claim}: step", above - below, index, start, strict=False).verify()

    def __str__(self) -> str:
        return f"{self.kind}: {self.claim} ({self.scope})"


@dataclass(frozen=True)
class SequenceBound(FromStart):
    """Bounds initial <= S_K <= limit of a sum of nonnegative terms, for all K >= ``start``.

    The induction carries an upper bound that may contain symbols with shifts and bounds of their
    own, such as h = H_K; that bound stays below the number ``limit``.
    """

    claim: str  # what is summed and how it is bounded, one line
    increment: sp.Expr  # the difference of S at K + 1 and at K
    initial: sp.Expr  # s at ``start``, a rational number
    upper: sp.Expr  # the bound that the induction carries
    limit: sp.Expr  # A rational number that the bound does not exceed
    index: sp.Symbol  # k
    start: int  # the smallest K
    shifts: Mapping[sp.Symbol, sp.Expr]  # what each further symbol becomes when K becomes K + 1
    at_start: Mapping[sp.Symbol, sp.Expr]  # the value of each of them at ``start``
    bounds: Bounds  # bounds of each of them

    kind = "induction"
    finite = False

    def verify(self) -> None:
        """Check the base case, the step, the sign of the terms and the limit."""
        substituted = (*self.shifts.values(), *self.at_start.values())
        exact = (self.increment, self.initial, self.upper, self.limit, *substituted)
        refuse_floats(self.claim, *exact)
        index, start, upper = self.index, self.start, sp.sympify(self.upper)
        base = upper.subs({**self.at_start, index: start}, simultaneous=True)
        if not (isinstance(base, sp.Rational) and self.initial <= base):
            message = f"{self.claim}: base case fails at {index} = {start}"
            raise CertificateError(message)
        step = upper.subs({**self.shifts, index: index + 1}, simultaneous=True) - upper
        for name, difference in (
            ("the step", step - self.increment),
            ("terms are nonnegative", self.increment),
            ("the limit", self.limit - upper),
        ):
            claim = f"{self.claim}: {name}"
            Sign(claim, difference, index, start, self.bounds, strict=False).verify()

    def __str__(self) -> str:
        return f"{self.kind}: {self.claim} ({self.scope})"

"""Positivity for all K >= K0, by shifting K = K0 + t, and bounds of sums by induction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

import flint
import sympy as sp

from theory.proofs.certificates.base import (
    Certificate,
    Note,
    Values,
    divisors,
    moving,
    refuse_floats,
    require,
    shown,
    symbolic,
    undeclared,
)
from theory.proofs.certificates.quotients import Expansion

Bounds = Mapping[sp.Symbol, tuple[sp.Expr, sp.Expr]]

_MOST_BOUNDED = 8
"""Bounded symbols of one expression; the box of bounds has two to this power vertices."""


def within(bounds: Bounds) -> str:
    """Return the bounds of symbols as text."""
    return "".join(f", {shown(low)} <= {s} <= {shown(high)}" for s, (low, high) in bounds.items())


@cache
def _at_vertices(
    expression: sp.Expr, index: sp.Symbol, box: tuple[tuple[sp.Symbol, sp.Expr, sp.Expr], ...]
) -> tuple[tuple[flint.fmpq_poly, flint.fmpq_poly], ...]:
    """Numerator and denominator of the expression at every vertex of the box of bounds."""
    few = len(box) <= _MOST_BOUNDED
    require(few, f"more than {_MOST_BOUNDED} symbols with bounds in {shown(expression)}")
    expansion = Expansion([index, *(symbol for symbol, _, _ in box)])
    times = expansion.times
    vertices = [expansion.reduced(*expansion.quotient(expression))]
    for position, (symbol, low, high) in enumerate(box, start=1):
        ends = [expansion.quotient(end) for end in (low, high)]
        moved = []
        for numerator, denominator in vertices:
            affine = numerator.degrees()[position] <= 1 and denominator.degrees()[position] == 0
            require(affine, f"{shown(expression)} is not affine in {symbol}")
            slope = numerator.derivative(position)
            rest = numerator - slope * numerator.context().gen(position)
            moved += [(times(rest, q) + times(slope, p), times(denominator, q)) for p, q in ends]
        vertices = moved
    quotients = (expansion.reduced(*vertex) for vertex in vertices)
    return tuple((_polynomial(top), _polynomial(bottom)) for top, bottom in quotients)


def _polynomial(element: flint.fmpq_mpoly) -> flint.fmpq_poly:
    coefficients = [flint.fmpq(0)] * (element.degrees()[0] + 1)
    for (power, *_), value in element.to_dict().items():
        coefficients[power] = value
    return flint.fmpq_poly(coefficients)


def _shifted_coefficients(polynomial: flint.fmpq_poly, start: int) -> list[flint.fmpq]:
    """Coefficients in t = K - start, constant first."""
    return list(polynomial(flint.fmpq_poly([start, 1])).coeffs()) or [flint.fmpq(0)]


def _positive(coefficients: list[flint.fmpq], *, strict: bool) -> bool:
    """Nonnegative coefficients, and a positive constant one if strict."""
    return all(c >= 0 for c in coefficients) and (coefficients[0] > 0 or not strict)


def _positive_quotient(
    top: list[flint.fmpq], bottom: list[flint.fmpq], sense: int, *, strict: bool
) -> bool:
    if bottom[0] < 0:
        sense, bottom = -sense, [-c for c in bottom]
    return _positive(bottom, strict=True) and _positive([sense * c for c in top], strict=strict)


@dataclass(frozen=True)
class Sign(Certificate):
    """A rational function of K is positive for every integer K >= ``start``.

    The expression may contain further symbols, each between two bounds that are rational in K.  It
    has to be affine in each of them, so that its least value is taken at a vertex of the box of
    bounds: A(K) + B(K) h is positive if it is so at both ends of h.  At every vertex the numerator
    and the denominator, written in t = K - start, have nonnegative coefficients.
    """

    title: Note
    expression: sp.Expr  # the function that is positive
    index: sp.Symbol  # k
    start: int  # k0
    bounds: Bounds = field(default_factory=dict)
    strict: bool = True  # whether positive (the default) or only nonnegative is meant

    kind = "sign"
    finite = False

    @property
    def statement(self) -> str:
        sign = ">" if self.strict else ">="
        scope = f"all {self.index} >= {self.start}{within(self.bounds)}"
        return f"{shown(self.expression)} {sign} 0 for {scope}"

    def verify(self) -> None:
        expression = symbolic(self.expression)
        undeclared((expression,), (self.index, *self.bounds), self, "no bounds")
        ends = [end for bounds in self.bounds.values() for end in bounds]
        refuse_floats(self, self.expression, *ends)
        undeclared(ends, (self.index,), self, f"bounds are in {self.index} alone, no place")
        for symbol, (low, high) in self.bounds.items():
            ordered = self._signed(symbolic(high) - symbolic(low), (1,))
            require(ordered, self, f"the bounds of {symbol} are not certified to be in order")
        for divisor in divisors(expression, *ends):
            nonzero = self._signed(divisor, (1, -1), strict=True)
            require(nonzero, self, f"{shown(divisor)} may vanish")
        require(self._signed(expression, (1,), strict=self.strict), self, "sign not certified")

    def _signed(
        self, expression: sp.Expr, senses: tuple[int, ...], *, strict: bool = False
    ) -> bool:
        """Whether the expression has one of the signs at all vertices, for all K >= start."""
        expression = symbolic(expression)
        box = tuple(
            (symbol, symbolic(low), symbolic(high))
            for symbol, (low, high) in self.bounds.items()
            if symbol in expression.free_symbols
        )
        fractions = [
            (_shifted_coefficients(top, self.start), _shifted_coefficients(bottom, self.start))
            for top, bottom in _at_vertices(expression, self.index, box)
        ]
        return any(
            all(_positive_quotient(top, bottom, sense, strict=strict) for top, bottom in fractions)
            for sense in senses
        )


@dataclass(frozen=True)
class SequenceBound(Certificate):
    """Bounds initial <= S_K <= limit of a sum of nonnegative terms, for all K >= ``start``.

    The induction carries an upper bound that may contain symbols with shifts and bounds of their
    own, such as h = H_K; it carries these bounds too.  The upper bound stays below ``limit``, which
    is rational in K.
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
        return (
            f"{low} <= S({K}) <= {shown(self.limit)} for all {K} >= {self.start}, where "
            f"S({self.start}) = {low}, S({K} + 1) - S({K}) = {shown(self.increment)}"
            f"{moving(self.shifts, self.at_start)}{within(self.bounds)}"
        )

    def verify(self) -> None:
        substituted = (*self.shifts.values(), *self.at_start.values())
        initial, upper, limit = map(sp.sympify, (self.initial, self.upper, self.limit))
        refuse_floats(self, self.increment, initial, upper, limit, *substituted)
        index, start = self.index, self.start
        known = self.shifts.keys() == self.at_start.keys() == self.bounds.keys()
        require(known, self, "each symbol has a shift, a first value and bounds")
        undeclared((limit,), (index,), self, f"the limit is in {index} alone, no place")
        above = {"the upper bound": upper - initial}
        for symbol, (low, high) in self.bounds.items():
            above |= {f"{symbol} from below": symbol - low, f"{symbol} from above": high - symbol}
        first, later = {**self.at_start, index: start}, {**self.shifts, index: index + 1}
        begin = [e.subs(first, simultaneous=True) for e in above.values()]
        holds = all(isinstance(e, sp.Rational) and e >= 0 for e in begin)
        holds = holds and isinstance(initial, sp.Rational)
        require(holds, self, f"base case fails at {index} = {start}")
        steps = {name: e.subs(later, simultaneous=True) for name, e in above.items()}
        steps["the upper bound"] -= upper - initial + self.increment
        steps |= {"terms are nonnegative": self.increment, "the limit": limit - upper}
        for name, difference in steps.items():
            Sign(f"{name} of {self}", difference, index, start, self.bounds, strict=False).verify()

"""Functions on a line that are rational between knots, and exact numbers to make them from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from numbers import Rational as AnyRational
from typing import TypeAlias

import sympy as sp

Number: TypeAlias = int | Fraction | sp.Expr
Weights: TypeAlias = Sequence[Sequence[Number]]

X = sp.Symbol("x", real=True)
"""The variable of every piece."""


def exact_number(value: object, name: str) -> sp.Expr:
    """Turn a number into sympy, and refuse what is rounded, not finite or not real."""
    if not isinstance(value, bool) and isinstance(value, AnyRational):
        return sp.Rational(int(value.numerator), int(value.denominator))
    wrong = (sp.Float, sp.nan, sp.oo, sp.zoo, sp.S.NegativeInfinity, sp.I)
    if isinstance(value, sp.Expr) and value.is_real is not False and not value.has(*wrong):
        return value
    message = f"{name} must be exact and finite (int, Fraction or sympy, real); got {value!r}"
    raise ValueError(message)


def integral(integrand: sp.Expr, low: sp.Rational, high: sp.Rational) -> sp.Expr:
    """Integrate a rational function of `X` that has no pole between two points."""
    below = sp.fraction(integrand)[1]
    pole = below.free_symbols == {X} and sp.Poly(below, X).count_roots(low, high)
    if pole or not integrand.is_rational_function(X):
        message = f"function must be rational, without a pole in [{low}, {high}]; got {integrand}"
        raise ValueError(message)
    if integrand.is_polynomial(X):
        primitive = sp.Poly(integrand, X).integrate().as_expr()
    else:
        primitive = sp.integrate(sp.apart(integrand, X), X)
    return primitive.subs(X, high) - primitive.subs(X, low)


@dataclass(frozen=True)
class LineFunction:
    """A function on the hull of the training inputs, rational between two neighbouring knots."""

    knots: tuple[sp.Rational, ...]  # increasing
    pieces: tuple[sp.Expr, ...]
    values: tuple[sp.Expr, ...]  # the function at the knots; `sympy.nan` where it is free

    def __post_init__(self) -> None:
        """Refuse what is no such function."""
        counts = len(self.knots), len(self.pieces) + 1, len(self.values)
        if len(set(counts)) > 1 or any(low >= high for low, high in pairwise(self.knots)):
            message = f"knots must increase, with pieces between and values at them; got {self}"
            raise ValueError(message)

    def __call__(self, point: Number) -> sp.Expr:
        """Return the value at a rational point of the hull; nan where the function is free."""
        at = exact_number(point, "point")
        if at in self.knots:
            return self.values[self.knots.index(at)]
        for (low, high), piece in zip(pairwise(self.knots), self.pieces, strict=True):
            if at.is_Rational and low < at < high:
                return piece.subs(X, at)
        message = f"point must lie in [{self.knots[0]}, {self.knots[-1]}], rational; got {at}"
        raise ValueError(message)

    def limit(self, knot: int, side: int) -> sp.Expr:
        """Return a one-sided limit at a knot."""
        if side not in (-1, 1):
            message = f"side must be -1 (left) or 1 (right); got {side!r}"
            raise ValueError(message)
        interval = knot - 1 if side < 0 else knot
        if not 0 <= knot < len(self.knots) or not 0 <= interval < len(self.pieces):
            message = f"knot must have an interval on the side {side}; got knot {knot}"
            raise ValueError(message)
        # A mean of bounded targets has no pole: the reduced fraction can be evaluated at the end.
        return self.pieces[interval].subs(X, self.knots[knot])

    def is_linear(self, interval: int) -> bool:
        """Tell whether a piece is an affine function."""
        piece = self.pieces[interval]
        return piece is not sp.nan and bool(sp.cancel(sp.diff(piece, X, 2)) == 0)

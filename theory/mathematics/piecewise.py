"""Functions on a line that are rational between knots, and exact numbers to make them from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import TypeAlias

import sympy as sp

Number: TypeAlias = int | Fraction | sp.Expr
Weights: TypeAlias = Sequence[Sequence[Number]]

X = sp.Symbol("x", real=True)
"""The variable of every piece."""


def exact_number(value: object, name: str) -> sp.Expr:
    """Turn a number into sympy, and refuse what is rounded or not finite.

    Parameters
    ----------
    value : int, fractions.Fraction or sympy.Expr
        The number.
    name : str
        What it is called in the message.

    Returns
    -------
    sympy.Expr
        The same number.

    Raises
    ------
    ValueError
        If it is a float, a truth value, infinite, or no number.
    """
    if isinstance(value, Fraction):
        return sp.Rational(value.numerator, value.denominator)
    if not isinstance(value, bool) and isinstance(value, (int, sp.Expr)):
        number = sp.sympify(value)
        if not number.has(sp.Float, sp.nan, sp.oo, sp.zoo, sp.S.NegativeInfinity):
            return number
    message = f"{name} must be exact and finite (int, Fraction or sympy); got {value!r}"
    raise ValueError(message)


def integral(integrand: sp.Expr, low: sp.Rational, high: sp.Rational) -> sp.Expr:
    """Integrate a rational function of `X` that has no pole between two points.

    Parameters
    ----------
    integrand : sympy.Expr
        A reduced fraction.
    low, high : sympy.Rational
        The ends.

    Returns
    -------
    sympy.Expr
        Exact; with logarithms where the denominator depends on `X`.
    """
    if integrand.is_polynomial(X):
        primitive = sp.Poly(integrand, X).integrate().as_expr()
    else:
        primitive = sp.integrate(sp.apart(integrand, X), X)
    return primitive.subs(X, high) - primitive.subs(X, low)


@dataclass(frozen=True)
class LineFunction:
    """A function on the hull of the training inputs, rational between two neighbouring knots.

    Parameters
    ----------
    knots : tuple of sympy.Rational, length m
        Increasing.
    pieces : tuple of sympy.Expr, length m - 1
        The function on each open interval, in the variable `X`; `sympy.nan` where it is free.
    values : tuple of sympy.Expr, length m
        The function at the knots; `sympy.nan` where it is free.
    """

    knots: tuple[sp.Rational, ...]
    pieces: tuple[sp.Expr, ...]
    values: tuple[sp.Expr, ...]

    def __call__(self, point: Number) -> sp.Expr:
        """Return the value at a rational point of the hull; nan where the function is free."""
        at = exact_number(point, "point")
        if at in self.knots:
            return self.values[self.knots.index(at)]
        for (low, high), piece in zip(pairwise(self.knots), self.pieces, strict=True):
            if low < at < high:
                return piece.subs(X, at)
        message = f"point must lie in [{self.knots[0]}, {self.knots[-1]}]; got {at}"
        raise ValueError(message)

    def limit(self, knot: int, side: int) -> sp.Expr:
        """Return a one-sided limit at a knot.

        Parameters
        ----------
        knot : int
            Number of the knot.
        side : {-1, 1}
            From the left or from the right.

        Returns
        -------
        sympy.Expr
            The limit, exact; `sympy.nan` where the function is free.

        Raises
        ------
        ValueError
            If `side` is neither, or there is no interval on that side.
        """
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
        """Tell whether a piece is an affine function.

        Parameters
        ----------
        interval : int
            Number of the interval.

        Returns
        -------
        bool
            False also where the function is free.
        """
        piece = self.pieces[interval]
        return piece is not sp.nan and bool(sp.cancel(sp.diff(piece, X, 2)) == 0)

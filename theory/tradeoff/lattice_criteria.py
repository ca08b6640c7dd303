r"""The Local Mixup criteria on the lattice, written down and solved on symbolic y.

At a point of Z, the segments that contain it are those with both ends within K of each other
(`theory.lattice.segments`), and a segment (a, b) puts the target
y~ = (b y_a - a y_b)/(b - a) at the point 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sympy as sp

from theory.lattice import segments
from theory.mathematics.readings import MIXTURES, Reading

if TYPE_CHECKING:
    from collections.abc import Sequence

SOLVED = range(1, 6)
"""The K for which stationarity is solved on symbolic y."""


def y(i: int) -> sp.Symbol:
    """Return the symbol y_i."""
    return sp.Symbol(f"y_{{{i}}}", real=True)


def target(a: int, b: int, point: sp.Expr) -> sp.Expr:
    """Return the target y~ that a segment puts at one of its points."""
    share = (point - a) / sp.Integer(b - a)
    return (1 - share) * y(a) + share * y(b)


def printed(K: int) -> sp.Expr:
    """Return the right side of Eq. (3) with the recursion of Eq. (4), on symbolic y."""
    total = sp.Integer(0)  # S_1 = 0, the case K = 0 of Eq. (4)
    for m in range(2, K + 1):
        total += sp.Rational(1, m) * sp.Add(*((m - k) * y(-k) + k * y(m - k) for k in range(1, m)))
    return (2 * K * y(0) + total) / sp.Rational(K * (K + 3), 2)


def counting_criterion(K: int, f: sp.Symbol, *, self_pairs: bool = False) -> sp.Expr:
    """Return the terms of the lattice-counting criterion that hold the value f at the point 0."""
    total = sp.Add(*((f - target(a, b, sp.Integer(0))) ** 2 for a, b in segments(K)))
    return 2 * total + (f - y(0)) ** 2 if self_pairs else total


def stationary(criterion: sp.Expr, f: sp.Symbol) -> sp.Expr:
    """Solve the stationarity of a criterion that is quadratic in one value."""
    derivative = sp.diff(criterion, f)
    return -derivative.subs(f, 0) / sp.diff(derivative, f)


def solve_counting(K: int, *, self_pairs: bool = False) -> sp.Expr:
    """Solve the stationarity of the lattice-counting criterion at the point 0."""
    f = sp.Symbol("f", real=True)
    return stationary(counting_criterion(K, f, self_pairs=self_pairs), f)


def one_sided_limit(K: int, reading: Reading, side: int) -> sp.Expr:
    """Solve a criterion over functions on the line, near the point 0, and let x tend to it.

    At t between the points 0 and `side`, the criterion is sum_m weight(m) sum (f(t) - y~(t))^2 over
    the segments of length m that cover t: weight 1/m is the density of lambda ~ U(0, 1) on the
    segment (``"density"``), weight 1 that of segments drawn in proportion to their length
    (``"length"``).
    """
    f, t = sp.symbols("f t", real=True)
    weight = MIXTURES[reading].weight
    criterion = sp.Integer(0)
    for m in range(1, K + 1):
        for start in range(1 - m, 1):
            a, b = (start, start + m) if side > 0 else (-start - m, -start)
            criterion += weight(sp.Integer(m)) * (f - target(a, b, side * t)) ** 2
    return stationary(criterion, f).subs(t, 0)


def continuous_stationarity(K: int) -> tuple[sp.Expr, sp.Expr]:
    """Return the derivative of the criterion with self pairs over piecewise-linear functions.

    Each ordered pair (i, j) with |i - j| <= K, self pairs included, contributes the integral over
    lambda ~ U(0, 1) of (f - y~)^2, with f linear between the points of Z.
    """
    f = {i: sp.Symbol(f"f_{{{i}}}", real=True) for i in (-1, 0, 1)}
    t = sp.Symbol("t", real=True)
    # The hat function of the point 0 on a unit interval, against the two ends of a linear function.
    near, far = (sp.integrate((1 - t) * part, (t, 0, 1)) for part in (1 - t, t))
    left, right = f[0], y(0)
    for m in range(1, K + 1):
        for a in range(-m, 1):
            b = a + m
            for side in (-1, 1):
                if a <= min(0, side) and max(0, side) <= b:
                    ends = target(a, b, sp.Integer(0)), target(a, b, sp.Integer(side))
                    left += sp.Rational(2, m) * (near * f[0] + far * f[side])
                    right += sp.Rational(2, m) * (near * ends[0] + far * ends[1])
    return left, right


def convolution_at(point: int, taps: Sequence[sp.Expr]) -> sp.Expr:
    """Return the convolution of a symmetric kernel with the symbolic y."""
    return sum(
        (c * (y(point + k) + y(point - k)) for k, c in enumerate(taps) if k > 0),
        taps[0] * y(point),
    )

"""Linear models of Mixup by their normal equations, pair by pair, in fractions."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import product

import sympy as sp

from tests.reference.enumeration import solve

Vector = Sequence[Fraction | int]
Matrix = list[list[Fraction]]


def beta_moments(alpha: Fraction | int) -> tuple[Fraction, Fraction]:
    """Return E lambda and E lambda^2 by the recursion of the Beta function."""
    first = Fraction(alpha, 1) / (2 * alpha)
    return first, first * Fraction(alpha + 1) / (2 * alpha + 1)


def interpolated(a: Fraction, b: Fraction, c: Fraction, d: Fraction, alpha: Fraction) -> Fraction:
    """Return E (b + lambda (a - b)) (d + lambda (c - d))."""
    first, second = beta_moments(alpha)
    return b * d + first * (b * (c - d) + d * (a - b)) + second * (a - b) * (c - d)


def lines(
    x: Sequence[Vector], targets: Sequence[Vector], W: Sequence[Vector], alpha: Fraction | int = 1
) -> list[list[Fraction]]:
    """Return slopes and intercept (last) of the best linear models; x has shape (n, p)."""
    rows = [[Fraction(1), *map(Fraction, point)] for point in x]
    size = range(len(rows[0]))
    matrix = [[Fraction(0)] * len(size) for _ in size]
    right = [[Fraction(0)] * len(size) for _ in targets]
    law = Fraction(alpha)
    for (i, here), (j, there) in product(enumerate(rows), repeat=2):
        if weight := Fraction(W[i][j]):
            for k in size:
                own = here[k], there[k]
                for m in size:
                    matrix[k][m] += weight * interpolated(*own, here[m], there[m], law)
                for total, y in zip(right, targets, strict=True):
                    if y[i] or y[j]:
                        ends = Fraction(y[i]), Fraction(y[j])
                        total[k] += weight * interpolated(*own, *ends, law)
    solved = (solve(matrix, total) for total in right)
    return [[*slopes, intercept] for intercept, *slopes in solved]


def line(
    x: Sequence[Vector], y: Vector, W: Sequence[Vector], alpha: Fraction | int = 1
) -> list[Fraction]:
    """Return slopes and intercept (last) of the best linear model for one y."""
    return lines(x, [y], W, alpha)[0]


def complete(n: int) -> list[list[int]]:
    return [[1] * n for _ in range(n)]


def column(x: Vector) -> list[list[Fraction]]:
    return [[Fraction(point)] for point in x]


def impulses(n: int) -> list[list[int]]:
    return [[int(i == j) for j in range(n)] for i in range(n)]


def always_equal(x: Sequence[Vector], W: Sequence[Vector], alpha: Fraction | int) -> bool:
    """Decide whether Mixup and Local Mixup have one model for every impulse, and so for every y."""
    every = impulses(len(x))
    return lines(x, every, W, alpha) == lines(x, every, complete(len(x)), alpha)


def integrated_line(
    x: Vector, y: Vector, W: Sequence[Vector], alpha: int
) -> tuple[sp.Rational, ...]:
    """Return slope and intercept by sympy: integrate the loss over lambda, then solve."""
    a, b, t = sp.symbols("a b t")
    density = (t * (1 - t)) ** (alpha - 1)
    loss = sp.Integer(0)
    for i in range(len(x)):
        for j in range(len(x)):
            x_mixed = t * sp.Rational(x[i]) + (1 - t) * sp.Rational(x[j])
            y_mixed = t * sp.Rational(y[i]) + (1 - t) * sp.Rational(y[j])
            loss += sp.Rational(W[i][j]) * (a * x_mixed + b - y_mixed) ** 2
    criterion = sp.integrate(sp.expand(loss * density), (t, 0, 1))
    solution = sp.solve([sp.diff(criterion, a), sp.diff(criterion, b)], [a, b], dict=True)
    return solution[0][a], solution[0][b]

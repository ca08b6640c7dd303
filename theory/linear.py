r"""Theorem IV.3 for given points and weights: whether both have the same model for every y.

A linear model f has the residuals r_i = y_i - f(x_i), and lambda r_i + (1 - lambda) r_j is that of
the virtual sample of (i, j).  For lambda ~ Beta(alpha, alpha) the expected criterion is therefore a
quadratic form (claim ``"IV.3-criterion"``),

.. math:: L = r^T M r, \qquad M = 2(pD + qS) = D - 2q(D - S),

with S = (W + W^T)/2, D the diagonal of its row sums, p = E lambda^2 and q = E lambda (1 - lambda).
Its minimiser is the least-squares line for every y if and only if M maps the span of the columns of
X = [1, x] into itself (claim ``"IV.3-condition"``); Mixup's is the least-squares line always (claim
``"IV.3-criterion"``).

References
----------
W. Kruskal, "When are Gauss-Markov and least squares estimators identical? A coordinate-free
approach", Annals of Mathematical Statistics 39 (1968), 70-75.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd, lcm
from typing import TYPE_CHECKING

import flint

from theory.mathematics.rational import Number, columns, matrix, rational, sympified, vector

if TYPE_CHECKING:
    from collections.abc import Sequence

    import sympy as sp

    Points = Sequence[Number] | Sequence[Sequence[Number]]
    Weights = Sequence[Sequence[Number]]
    Line = tuple[sp.Rational, ...]


@dataclass(frozen=True)
class Invariance:
    r"""Whether Mixup and Local Mixup have the same linear model for every y.

    ``bool()`` of it is `holds`.

    Parameters
    ----------
    holds : bool
        The verdict, exact.
    y : tuple of sympy.Rational or None
        Targets that break the equality, integers without a common factor; None if it holds.
    line_mixup, line_local : tuple of sympy.Rational or None
        The minimisers of Mixup and of Local Mixup for this y, the slopes first and the intercept
        last: (slope, intercept) in dimension one.  They differ.  None if the equality holds.
    residuals : tuple of tuple of sympy.Rational
        What the condition leaves: the parts of the columns of M X that are orthogonal to the
        columns of X, first for the constant column (there it is that of the degrees), then for each
        coordinate of x.  Shape (p + 1, n); all zero exactly if the equality holds.
    """

    holds: bool
    y: tuple[sp.Rational, ...] | None
    line_mixup: Line | None
    line_local: Line | None
    residuals: tuple[tuple[sp.Rational, ...], ...]

    def __bool__(self) -> bool:
        return self.holds


def invariance(x: Points, W: Weights, alpha: Number = 1) -> Invariance:
    r"""Decide whether Theorem IV.3 holds for these points and weights, for every y.

    Parameters
    ----------
    x : sequence of exact numbers, shape (n,) or (n, p)
        The training points: int, fractions.Fraction or sympy.Rational.
    W : sequence of sequences of exact numbers, shape (n, n)
        Nonnegative weights.  Self pairs are on the diagonal.  W need not be symmetric: since lambda
        and 1 - lambda have the same law, only (W + W^T)/2 matters.
    alpha : exact number
        Parameter of lambda ~ Beta(alpha, alpha), positive; 1 is the uniform law.

    Returns
    -------
    Invariance
        The exact verdict; if it is negative, with a y that breaks the equality and both minimisers.

    Raises
    ------
    ValueError
        If an entry is no exact number (a float decides no equality), a shape does not fit, a weight
        is negative, `alpha` is not positive; if the points lie in a hyperplane (fewer than p + 1 of
        them, equal points in dimension one), so that no linear model is unique even without Mixup;
        or if so few points have a positive degree that that of Local Mixup is not unique.

    Notes
    -----
    Points without any weight drop out of the criterion; where the others still determine the model,
    the verdict is negative.  The y that is returned is the first residual of the condition that is
    not zero: it is orthogonal to the columns of X, so that its least-squares model is zero, and the
    gradient of Local Mixup at zero is not, since it contains the square of its length.

    Products of n x n matrices of rationals: for a few hundred points, 0.1 s for 200 whose
    coordinates and weights have a few digits. Time grows with the square of n, and with the length
    of the numbers.
    """
    X, image, normal = _normal_equations(x, W, alpha)
    rest = (image - X * _ordinary(X, normal)).transpose().tolist()
    residuals = tuple(map(sympified, rest))
    broken = next((residual for residual in rest if any(residual)), None)
    if broken is None:
        return Invariance(True, None, None, None, residuals)
    y = vector(sympified(_primitive(broken)), "y")
    return Invariance(
        holds=False,
        y=sympified(y.entries()),
        line_mixup=_line(_ordinary(X, X.transpose() * y)),
        line_local=_line(normal.solve(image.transpose() * y)),
        residuals=residuals,
    )


def minimiser(x: Points, y: Sequence[Number], W: Weights, alpha: Number = 1) -> Line:
    """Return the linear model that minimises the criterion of Local Mixup.

    Parameters
    ----------
    x : sequence of exact numbers, shape (n,) or (n, p)
        The training points.
    y : sequence of exact numbers, shape (n,)
        The targets.
    W : sequence of sequences of exact numbers, shape (n, n)
        Nonnegative weights.
    alpha : exact number
        Parameter of lambda ~ Beta(alpha, alpha), positive.

    Returns
    -------
    tuple of sympy.Rational
        The slopes, then the intercept.

    Raises
    ------
    ValueError
        As `invariance` does, and if `y` has another length than `x`.
    """
    X, image, normal = _normal_equations(x, W, alpha)
    return _line(normal.solve(image.transpose() * _targets(y, X.nrows())))


def least_squares(x: Points, y: Sequence[Number]) -> Line:
    """Return the least-squares model, which is also the linear model of Mixup.

    Parameters
    ----------
    x : sequence of exact numbers, shape (n,) or (n, p)
        The training points.
    y : sequence of exact numbers, shape (n,)
        The targets.

    Returns
    -------
    tuple of sympy.Rational
        The slopes, then the intercept.

    Raises
    ------
    ValueError
        If an entry is no exact number, the lengths differ or the points lie in a hyperplane.
    """
    X = _design(x)
    return _line(_ordinary(X, X.transpose() * _targets(y, X.nrows())))


def _design(x: Points) -> flint.fmpq_mat:
    """X = [1, x], of full column rank."""
    points = columns(x, "x")
    n, p = points.nrows(), points.ncols()
    X = flint.fmpq_mat(n, p + 1, [e for row in points.tolist() for e in (flint.fmpq(1), *row)])
    rank = X.rank()
    if rank <= p:
        message = (
            f"x must hold at least p + 1 = {p + 1} points that lie in no hyperplane (in dimension "
            f"one, two distinct points), so that a linear model is unique; got {n} of which only "
            f"{rank} are affinely independent"
        )
        raise ValueError(message)
    return X


def _targets(y: Sequence[Number], n: int) -> flint.fmpq_mat:
    column = vector(y, "y")
    if column.nrows() != n:
        message = f"y must have one entry for each of the n = {n} points; got {column.nrows()}"
        raise ValueError(message)
    return column


def _form(W: Weights, n: int, alpha: Number) -> flint.fmpq_mat:
    """M = 2(pD + qS)."""
    parameter = rational(alpha, "alpha")
    if parameter <= 0:
        message = f"alpha must be positive, the parameter of Beta(alpha, alpha); got {alpha!r}"
        raise ValueError(message)
    weights = matrix(W, "W")
    if (weights.nrows(), weights.ncols()) != (n, n):
        message = (
            f"W must have shape (n, n) with n = {n} points in x; got shape "
            f"({weights.nrows()}, {weights.ncols()})"
        )
        raise ValueError(message)
    least = min(weights.entries())
    if least < 0:
        message = f"W must not hold a negative weight; got {least}"
        raise ValueError(message)
    S = (weights + weights.transpose()) / flint.fmpq(2)
    q2 = parameter / (2 * parameter + 1)  # 2q, and 2p = 1 - 2q
    M = S * q2
    for i, row in enumerate(S.tolist()):
        M[i, i] += (1 - q2) * sum(row, flint.fmpq(0))
    return M


def _normal_equations(
    x: Points, W: Weights, alpha: Number
) -> tuple[flint.fmpq_mat, flint.fmpq_mat, flint.fmpq_mat]:
    """X, M X and X^T M X, which has to be regular."""
    X = _design(x)
    image = _form(W, X.nrows(), alpha) * X
    normal = X.transpose() * image
    if normal.det() == 0:
        message = (
            "W must give a positive degree to p + 1 points that lie in no hyperplane (in dimension "
            "one, to two distinct points): the linear model of Local Mixup is not unique"
        )
        raise ValueError(message)
    return X, image, normal


def _ordinary(X: flint.fmpq_mat, right: flint.fmpq_mat) -> flint.fmpq_mat:
    """Solve the normal equations of least squares."""
    return (X.transpose() * X).solve(right)


def _line(solution: flint.fmpq_mat) -> Line:
    """Slopes first, the intercept last."""
    intercept, *slopes = sympified(solution.entries())
    return (*slopes, intercept)


def _primitive(values: Sequence[flint.fmpq]) -> list[flint.fmpq]:
    """The integer multiple without a common factor, its first entry that is not zero positive."""
    denominator = lcm(*(int(value.q) for value in values))
    integers = [int((value * denominator).p) for value in values]
    first = next(value for value in integers if value)
    divisor = gcd(*integers) * (1 if first > 0 else -1)
    return [flint.fmpq(value // divisor) for value in integers]

"""Mixup on a line, pair by pair, in fractions and by quadrature: no minimiser is known here."""

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import pairwise, product
from math import factorial
from typing import TypeVar

import numpy as np

T = TypeVar("T", float, Fraction)
NODES, WEIGHTS = np.polynomial.legendre.leggauss(60)


def beta_density(share: T, law: tuple[int, int]) -> T:
    """Return the density of a Beta law with integer parameters."""
    a, b = law
    norm = factorial(a + b - 1) // (factorial(a - 1) * factorial(b - 1))
    return norm * share ** (a - 1) * (1 - share) ** (b - 1)


def ones(n: int) -> list[list[int]]:
    return [[1] * n for _ in range(n)]


def at_point(
    x: Sequence[int],
    y: Sequence[Fraction | int],
    point: Fraction,
    W: Sequence[Sequence[int]] | None = None,
    law: tuple[int, int] = (1, 1),
    *,
    density: bool = True,
) -> Fraction | None:
    """Return the mean target at a point that is no training input, None if nothing is there.

    With ``density=False`` every covering pair has its weight alone, as in Eq. (1).
    """
    total, mass = Fraction(0), Fraction(0)
    W = W or ones(len(x))
    for i, j in product(range(len(x)), repeat=2):
        if not min(x[i], x[j]) < point < max(x[i], x[j]):
            continue
        share = (point - x[j]) / (x[i] - x[j])
        weight = Fraction(W[i][j])
        if density:
            # The length of the interval of lambda that an interval of x around the point gives.
            weight *= beta_density(share, law) / abs(x[i] - x[j])
        total += weight * (share * y[i] + (1 - share) * y[j])
        mass += weight
    return total / mass if mass else None


def at_input(
    x: Sequence[int],
    y: Sequence[Fraction | int],
    point: int,
    W: Sequence[Sequence[int]],
    law: tuple[int, int] = (1, 1),
) -> Fraction | None:
    """Return the mean target of the pairs that lie at a training input for every lambda."""
    total, mass, mean = Fraction(0), Fraction(0), Fraction(law[0], sum(law))
    for i, j in product(range(len(x)), repeat=2):
        if x[i] == x[j] == point:
            total += W[i][j] * (mean * y[i] + (1 - mean) * y[j])
            mass += W[i][j]
    return total / mass if mass else None


def _ranges(x: Sequence[float], i: int, j: int, knots: Sequence[float]) -> Iterator[np.ndarray]:
    """Yield nodes of lambda (first row) and their weights, between the knots that a pair meets."""
    ends = {0.0, 1.0} | {(k - x[j]) / (x[i] - x[j]) for k in knots}
    cuts = sorted(end for end in ends if 0 <= end <= 1)
    for low, high in pairwise(cuts):
        middle, radius = (low + high) / 2, (high - low) / 2
        yield np.array([middle + radius * NODES, radius * WEIGHTS])


def residual(
    x: Sequence[float],
    y: Sequence[float],
    W: Sequence[Sequence[float]],
    law: tuple[int, int],
    f: Callable[[float], float],
    bin_: tuple[float, float],
) -> float:
    """Return the expectation of (f(x~) - y~) over the virtual inputs in a bin, times n^2."""
    total = 0.0
    for i, j in product(range(len(x)), repeat=2):
        if x[i] == x[j]:
            continue
        for nodes, weights in _ranges(x, i, j, [*x, *bin_]):
            for share, weight in zip(nodes, weights, strict=True):
                at = share * x[i] + (1 - share) * x[j]
                if bin_[0] < at < bin_[1]:
                    target = share * y[i] + (1 - share) * y[j]
                    total += W[i][j] * weight * beta_density(share, law) * (f(at) - target)
    return total


def loss(
    x: Sequence[float],
    y: Sequence[float],
    W: Sequence[Sequence[float]],
    law: tuple[int, int],
    f: Callable[[float], float],
) -> float:
    """Return the criterion without its self pairs, 1/n^2 times the sum, for distinct inputs."""
    total = 0.0
    for i, j in product(range(len(x)), repeat=2):
        if i == j:
            continue
        for nodes, weights in _ranges(x, i, j, x):
            for share, weight in zip(nodes, weights, strict=True):
                error = f(share * x[i] + (1 - share) * x[j]) - share * y[i] - (1 - share) * y[j]
                total += W[i][j] * weight * beta_density(share, law) * error**2
    return total / len(x) ** 2

"""Theorem IV.3 where the model is true, and on growing lattices: brute force and floats."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from tests.mutations.expressions import survivors
from tests.reference import linear_models as brute
from theory.linear import invariance, least_squares
from theory.linear_models import many_points
from theory.linear_models.estimators import weights_at
from theory.linear_models.many_points import (
    CONSTANTS,
    DEGREES,
    HALF,
    SPREAD,
    K,
    bound_certificates,
    c,
    difference_at_end,
    h,
    kappa,
    limit_certificates,
    n,
    row_certificates,
    sum_certificates,
)
from theory.mathematics.line_graphs import band, every_graph, radial
from theory.proofs.certificates import CertificateError, Telescoping

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from theory.proofs.certificates import Certificate

CASES = [
    (4, 1, 0, 1),
    (4, 1, 1, 2),
    (8, 2, 1, 1),
    (9, 2, 0, 3),
    (12, 3, 2, 1),
    (16, 4, 1, 2),
]
"""n, K, the weight of the self pairs, and alpha, with n >= 4K."""


def verifies(certificate: Certificate) -> bool:
    try:
        certificate.verify()
    except CertificateError:
        return False
    return True


def predictions(
    x: Sequence[Fraction | int], W: Sequence[Sequence[Fraction | int]], alpha: Fraction | int
) -> list[list[Fraction]]:
    """Return the predictions at the points, as coefficients of y."""
    lines = [brute.line(brute.column(x), y, W, alpha) for y in brute.impulses(len(x))]
    return [[slope * point + intercept for slope, intercept in lines] for point in x]


def dot(a: Sequence[Fraction], b: Sequence[Fraction | int]) -> Fraction:
    return sum((p * q for p, q in zip(a, b, strict=True)), Fraction(0))


# The linear model is true.


@pytest.mark.claims("IV.3-gauss-markov")
@given(
    x=st.lists(st.integers(-6, 6), min_size=3, max_size=4, unique=True),
    weights=st.lists(st.integers(0, 3), min_size=16, max_size=16),
    alpha=st.sampled_from([1, 2, Fraction(1, 2)]),
)
def test_locality_never_lowers_a_variance(
    x: list[int], weights: list[int], alpha: Fraction | int
) -> None:
    size = len(x)
    W = [[weights[size * i + j] + int(i == j) for j in range(size)] for i in range(size)]
    local = predictions(x, W, alpha)
    ordinary = predictions(x, brute.complete(size), alpha)
    for point, own, other in zip(x, local, ordinary, strict=True):
        for row in (own, other):  # unbiased: lines are reproduced
            assert dot(row, [1] * size) == 1
            assert dot(row, x) == point
        gap = [a - b for a, b in zip(own, other, strict=True)]
        assert dot(own, own) == dot(other, other) + dot(gap, gap)
    total = sum(dot(row, row) for row in local)
    assert sum(dot(row, row) for row in ordinary) == 2
    assert (total == 2) == invariance(x, W, alpha).holds


@pytest.mark.claims("IV.3-gauss-markov")
def test_variances_on_three_points() -> None:
    local = predictions((0, 1, 2), radial((0, 1, 2), lambda d: int(d <= 1), 1), 1)
    assert dot(local[1], local[1]) == Fraction(17, 49) > Fraction(1, 3)
    assert sum(dot(row, row) for row in local) - 2 == Fraction(2, 49)
    here = weights_at((0, 1, 2), [1], lambda y: least_squares((0, 1, 2), y))
    assert here == [[sp.Rational(1, 3)] * 3]


@pytest.mark.claims("IV.3-gauss-markov")
def test_a_biased_truth_can_favour_locality() -> None:
    # Without the hypothesis the comparison has no side: on a bent truth either line may be nearer.
    x, truth = (0, 1, 2, 3), [0, 0, 0, 4]
    at_start: dict[bool, int] = {True: 0, False: 0}
    ordinary = dot(predictions(x, brute.complete(4), 1)[0], truth)
    for W in every_graph(4):
        local = dot(predictions(x, W, 1)[0], truth)
        at_start[abs(local) < abs(ordinary)] += 1
    assert min(at_start.values()) > 0


# Growing lattices.


@pytest.mark.claims("IV.3-asymptotic")
@pytest.mark.parametrize(("size", "neighbours", "loops", "alpha"), CASES)
def test_difference_at_the_end(size: int, neighbours: int, loops: int, alpha: int) -> None:
    W = band(size, neighbours, loops)
    gap = [
        a - b
        for a, b in zip(
            predictions(range(size), W, alpha)[-1],
            predictions(range(size), brute.complete(size), alpha)[-1],
            strict=True,
        )
    ]
    found = [difference_at_end(size, neighbours, loops, alpha, at) for at in range(size)]
    assert brute.as_fractions(found) == gap


@pytest.mark.claims("IV.3-asymptotic")
@pytest.mark.parametrize(("size", "neighbours", "loops", "alpha"), CASES)
def test_bound_for_every_y(size: int, neighbours: int, loops: int, alpha: int) -> None:
    x = range(size)
    local = predictions(x, band(size, neighbours, loops), alpha)
    ordinary = predictions(x, brute.complete(size), alpha)
    bound = Fraction(neighbours + 1, size)
    for row, other in zip(local, ordinary, strict=True):
        # The largest difference for |y_i| <= 1 is the sum of the absolute coefficients.
        apart = sum(abs(a - b) for a, b in zip(row, other, strict=True))
        assert apart <= 3 * CONSTANTS[3, 1] * bound
        assert dot(other, other) < Fraction(4, size)
    for at in range(size):
        y = [int(i == at) for i in x]
        residual = max(abs(y[i] - ordinary[i][at]) for i in x)
        gap = max(abs(local[i][at] - ordinary[i][at]) for i in x)
        assert gap <= CONSTANTS[3, 1] * bound * residual


def fitted_in_floats(
    size: int, neighbours: int, loops: float, q: float, y: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the values of both lines at the points, from the band matrix in floats."""
    x = np.arange(size) / size
    X = np.column_stack([np.ones(size), x])
    W = loops * np.eye(size)
    for k in range(1, neighbours + 1):
        W += np.eye(size, k=k) + np.eye(size, k=-k)
    M = (1 - 2 * q) * np.diag(W.sum(axis=1)) + 2 * q * W
    local = X @ np.linalg.solve(X.T @ M @ X, X.T @ (M @ y))
    return local, X @ np.linalg.lstsq(X, y, rcond=None)[0]


@pytest.mark.claims("IV.3-asymptotic")
@pytest.mark.parametrize(("neighbours", "loops"), [(1, 1), (3, 1), (2, 0), (4, 3)])
@pytest.mark.parametrize("q", [1 / 6, 1 / 5])
def test_limit_at_both_ends(neighbours: int, loops: int, q: float) -> None:
    size = 1600
    t = np.arange(size) / size
    y = np.exp(2 * t) + np.cos(7 * t)
    local, ordinary = fitted_in_floats(size, neighbours, loops, q, y)
    e = y - ordinary
    scale = neighbours * (neighbours + 1) / (2 * neighbours + loops)
    gap = size * (local - ordinary)
    limit = -scale * (2 * e[-1] - e[0])
    np.testing.assert_allclose(gap[-1], limit, rtol=0.02)
    np.testing.assert_allclose(gap[0], -scale * (2 * e[0] - e[-1]), rtol=0.02)
    # Negative controls: a coefficient, a sign, the number of self pairs.
    wrong = neighbours * (neighbours + 1) / (2 * neighbours + loops + 1)
    for value in (-scale * (e[-1] - e[0]), -scale * (2 * e[-1] + e[0]), limit * wrong / scale):
        assert abs(gap[-1] - value) > 0.05 * abs(value)


@pytest.mark.claims("IV.3-asymptotic")
@pytest.mark.parametrize("repeated", [1, 2])
def test_uneven_density_keeps_the_lines_apart(repeated: int) -> None:
    x = [0] * repeated + [1] * 2 * repeated + [2] * repeated
    y = [int(point == 1) for point in x]
    local = brute.line(brute.column(x), y, radial(x, lambda d: int(d <= Fraction(1, 2)), 1))
    assert local == [0, Fraction(2, 3)]
    assert brute.line(brute.column(x), y, brute.complete(len(x))) == [0, Fraction(1, 2)]


@pytest.mark.parametrize("name", ["SQUARES", "TAILS", "PULL"])
def test_wrong_boundary_sums_are_rejected(name: str) -> None:
    form = getattr(many_points, name)

    def brute_force(neighbours: int, half: int, pull: int) -> int:
        total = 0
        for i in range(neighbours):
            missing = neighbours - i
            tail = sum(range(i + 1, neighbours + 1))
            total += {
                "SQUARES": missing * (half - i) ** 2,
                "TAILS": tail * (half - i),
                "PULL": missing * (half - i) + pull * tail,
            }[name]
        return total

    def accepts(expression: sp.Expr) -> bool:
        return all(
            expression.subs({K: neighbours, h: half, kappa: pull})
            == brute_force(neighbours, half, pull)
            for neighbours in (1, 2, 3, 5)
            for half in (0, 2, 7)
            for pull in (0, 1, 4)
        )

    assert survivors(form, accepts) == []


def test_degrees_and_spread_are_those_of_the_matrix() -> None:
    for size, neighbours, loops, alpha in CASES:
        W = band(size, neighbours, loops)
        half = Fraction(size - 1, 2)
        share = Fraction(alpha, 2 * alpha + 1)
        spread = Fraction(0)
        for i, row in enumerate(W):
            for j, weight in enumerate(row):
                here, there = i - half, j - half
                spread += weight * ((1 - share) * here**2 + share * here * there)
        values = {n: size, K: neighbours, c: loops, kappa: sp.Rational(alpha, 2 * alpha + 1)}
        assert DEGREES.subs(values) == sum(map(sum, W))
        assert brute.as_fractions([SPREAD.subs(values)]) == [spread]
        assert HALF.subs(values) == sp.Rational(size - 1, 2)


@pytest.mark.parametrize(
    "certificates",
    [
        row_certificates,
        sum_certificates,
        limit_certificates,
        lambda: bound_certificates(CONSTANTS[6, 6], 6 * K + 6),
    ],
    ids=["rows", "sums", "limits", "bounds"],
)
def test_certificates_verify(certificates: Callable[[], list[Certificate]]) -> None:
    found = certificates()
    assert found
    assert all(verifies(certificate) for certificate in found)


def test_certificates_bite() -> None:
    for certificate in sum_certificates():
        if isinstance(certificate, Telescoping):
            assert not verifies(replace(certificate, closed=certificate.closed + 1))
            assert not verifies(replace(certificate, increment=certificate.increment + 1))


@pytest.mark.parametrize("constant", [-1, 1, 2, 3, 4, 5])
def test_smaller_constants_are_not_certified(constant: int) -> None:
    found = bound_certificates(sp.Integer(constant), 3 * K + 1)
    assert all(map(verifies, found)) == (constant >= 4)


@pytest.mark.parametrize("fewest", CONSTANTS)
def test_smaller_lattices_are_not_certified(fewest: tuple[int, int]) -> None:
    a, b = fewest
    assert all(map(verifies, bound_certificates(CONSTANTS[fewest], a * K + b)))
    assert not all(map(verifies, bound_certificates(CONSTANTS[fewest], (a - 1) * K + b)))


@pytest.mark.claims("IV.3-asymptotic")
def test_bound_fails_with_a_quarter_of_the_constant() -> None:
    size, neighbours = 64, 8
    y = np.concatenate([np.full(8, 1.0), np.zeros(48), np.full(8, -1.0)])
    local, ordinary = fitted_in_floats(size, neighbours, 0, 0.25, y)
    ratio = np.abs(local - ordinary).max() / np.abs(y - ordinary).max() * size / (neighbours + 1)
    assert 1 < ratio < 2

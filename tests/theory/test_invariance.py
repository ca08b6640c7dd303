"""Theorem IV.3 by brute force: where the lines of Mixup and Local Mixup agree, and where not."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, product
from typing import TYPE_CHECKING, Any

import pytest
import sympy as sp
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.mutations.expressions import survivors
from tests.reference import linear_models as brute
from theory.linear import invariance
from theory.linear_models.higher_dimension import KITE, SQUARE, factorial_design
from theory.linear_models.nearest_neighbours import Symmetrised, nearest, neighbours
from theory.linear_models.radial_graphs import FOUR, THREE
from theory.linear_models.theorem_iv3 import integrated_criterion
from theory.mathematics.line_graphs import (
    band,
    every_graph,
    is_affine,
    keeps_least_squares,
    radial,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    Matrix = list[list[Fraction]]


def threshold(x: Sequence[Fraction | int], epsilon: Fraction | int) -> Any:
    """Return the thresholded graph of points on a line."""
    return radial(x, lambda distance: int(distance <= epsilon), 1)


ALPHAS = (Fraction(1), Fraction(2), Fraction(1, 2), Fraction(7, 3))
alphas = st.sampled_from(ALPHAS)
loops = st.sampled_from([Fraction(0), Fraction(1), Fraction(5, 2)])
lines = st.lists(
    st.fractions(min_value=0, max_value=9, max_denominator=4), min_size=3, max_size=6, unique=True
)


# Three points.


@pytest.mark.claims("IV.3")
@pytest.mark.parametrize("alpha", [*ALPHAS, Fraction(100)])
def test_smallest_counterexample(alpha: Fraction) -> None:
    x, y = brute.column((0, 1, 2)), (0, 1, 0)
    assert brute.line(x, y, brute.complete(3), alpha) == [0, Fraction(1, 3)]
    assert brute.line(x, y, threshold((0, 1, 2), 1), alpha) == [0, Fraction(3, 7)]
    assert brute.line(x, y, band(3, 1, 0), alpha) == [0, Fraction(1, 2)]


@pytest.mark.claims("IV.3")
def test_slopes_differ_as_well() -> None:
    x, y = brute.column((0, 1, 3)), (0, 0, 1)
    assert brute.line(x, y, brute.complete(3)) == [Fraction(5, 14), Fraction(-1, 7)]
    assert brute.line(x, y, threshold((0, 1, 3), 1)) == [Fraction(6, 17), Fraction(-13, 85)]
    slopes = {brute.line(x, y, threshold((0, 1, 3), 1), alpha)[0] for alpha in ALPHAS}
    assert len(slopes) == len(ALPHAS)  # here alpha matters


@pytest.mark.claims("IV.3")
def test_line_for_all_weights_of_the_distances() -> None:
    c, near, far = sp.symbols("c w_1 w_2")
    third = sp.Rational(1, 3)
    stated = third + (2 * near - 2 * far) / (9 * c + 12 * near + 6 * far)

    def accepts(expression: sp.Expr) -> bool:
        for values, alpha in product(((1, 1, 0), (0, 2, 1), (3, 1, 5), (1, 0, 4)), ALPHAS[:2]):
            W = radial((0, 1, 2), values.__getitem__, values[0])
            line = brute.line(brute.column((0, 1, 2)), (0, 1, 0), W, alpha)
            found = expression.subs(dict(zip((c, near, far), values, strict=True)))
            if [0, found] != line:
                return False
        return True

    assert survivors(stated, accepts) == []


def test_integrated_criterion_is_the_sum_of_the_losses() -> None:
    # At a = 0 and y = 0 each pair contributes W_ij b^2, whatever the density.
    for alpha in (1, 2, 5):
        assert integrated_criterion((0, 1), (0, 0), [[1, 2], [3, 4]], alpha).coeff("b", 2) == 10


# Radial weights on a line.


@pytest.mark.claims("IV.3-radial")
@given(points=lines, alpha=alphas, c=loops, data=st.data())
def test_monotone_weights_keep_the_line_only_if_constant(
    points: list[Fraction], alpha: Fraction, c: Fraction, data: st.DataObject
) -> None:
    x = sorted(points)
    distances = sorted({b - a for a, b in combinations(x, 2)})
    drops = data.draw(st.lists(st.integers(0, 2), min_size=len(distances), max_size=len(distances)))
    values = [Fraction(1 + sum(drops[k:])) for k in range(len(distances))]
    phi = dict(zip(distances, values, strict=True))
    W = radial(x, phi.__getitem__, c)
    assert brute.always_equal(brute.column(x), W, alpha) == (len(set(values)) == 1)


@pytest.mark.claims("IV.3-radial")
@given(points=lines, alpha=alphas)
def test_thresholds_keep_the_line_at_the_extremes_only(
    points: list[Fraction], alpha: Fraction
) -> None:
    x = sorted(points)
    distances = sorted({b - a for a, b in combinations(x, 2)})
    for epsilon in (Fraction(0), *distances):
        extreme = epsilon in (0, distances[-1])
        assert invariance(x, threshold(x, epsilon), alpha).holds == extreme


@pytest.mark.claims("IV.3-radial")
@given(points=lines, alpha=alphas, r=st.fractions(Fraction(1, 50), Fraction(49, 50)))
def test_exponential_graphs_never_keep_the_line(
    points: list[Fraction], alpha: Fraction, r: Fraction
) -> None:
    x = sorted(int(12 * point) for point in points)  # whole distances, so that r^d is exact
    W = radial(x, lambda distance: r**distance, Fraction(1))
    assert not invariance(x, W, alpha)


@pytest.mark.claims("IV.3-radial")
@pytest.mark.parametrize("n", [3, 4, 6, 9])
@pytest.mark.parametrize("c", [0, 1])
def test_lattices_keep_the_line_at_the_extremes_only(n: int, c: int) -> None:
    kept = [
        K
        for K in range(c == 0, n + 2)
        if brute.always_equal(brute.column(range(n)), band(n, K, c), 1)
    ]
    assert kept == ([0] if c else []) + [n - 1, n, n + 1]


# Weights that are not monotone.


@pytest.mark.claims("IV.3-nonmonotone")
@pytest.mark.parametrize("alpha", ALPHAS)
def test_smallest_graphs_between_the_extremes(alpha: Fraction) -> None:
    points, phi = THREE
    W = radial(points, phi.__getitem__, 0)
    assert brute.always_equal(brute.column(points), W, alpha) == (alpha == 1)
    points, phi = FOUR
    W = radial(points, phi.__getitem__, 1)
    assert {W[i][j] for i, j in combinations(range(4), 2)} == {0, 1}
    assert brute.always_equal(brute.column(points), W, alpha)
    for pair in combinations(range(4), 2):  # one more or less of any weight breaks it
        changed = [list(row) for row in W]
        for i, j in (pair, pair[::-1]):
            changed[i][j] = 1 - changed[i][j]
        assert not brute.always_equal(brute.column(points), changed, alpha)


@pytest.mark.claims("IV.3-nonmonotone")
@given(
    half=st.sets(st.fractions(Fraction(1, 4), 9, max_denominator=4), min_size=2, max_size=3),
    a=loops,
    b=st.integers(1, 3),
    alpha=alphas,
)
def test_antipodal_pairs(half: set[Fraction], a: Fraction, b: int, alpha: Fraction) -> None:
    x = sorted([*half, *(-point for point in half)])
    n = len(x)
    W = [[a * (i == j) + b * (i + j == n - 1) for j in range(n)] for i in range(n)]
    assert invariance(x, W, alpha)
    x[0] -= 1
    assert not invariance(x, W, alpha)


@pytest.mark.claims("IV.3-nonmonotone")
@given(
    gaps=st.tuples(*[st.integers(1, 6)] * 2),
    w=st.tuples(*[st.integers(0, 6)] * 3),
    c=loops,
    alpha=alphas,
)
def test_three_points(
    gaps: tuple[int, int], w: tuple[int, ...], c: Fraction, alpha: Fraction
) -> None:
    g, h = gaps
    w01, w12, w02 = map(Fraction, w)
    assume(sum(w) > max(w))  # two weights at least, so that the line is unique
    x, mean = (0, g, g + h), (w01 * g + w12 * h) / (g + h)
    for far, law in ((w02, alpha), (mean, Fraction(1))):
        W = [[c, w01, far], [w01, c, w12], [far, w12, c]]
        balanced = far == mean if law == 1 else len(set(w)) == 1
        assert (
            brute.always_equal(brute.column(x), W, law) == invariance(x, W, law).holds == balanced
        )


# K-nearest-neighbour graphs on a line.


def ranked(x: Sequence[Fraction], K: int) -> list[list[int]]:
    """Return the directed graph by sorting, ties to the left."""
    W = []
    for i, here in enumerate(x):
        others = sorted((abs(there - here), j) for j, there in enumerate(x) if j != i)
        chosen = {j for _, j in others[:K]}
        W.append([int(j in chosen) for j in range(len(x))])
    return W


@pytest.mark.claims("IV.3-knn")
@given(points=lines, alpha=alphas, c=loops, data=st.data())
def test_nearest_neighbours_never_keep_the_line(
    points: list[Fraction], alpha: Fraction, c: Fraction, data: st.DataObject
) -> None:
    x = sorted(points)
    n = range(len(x))
    K = data.draw(st.integers(1, len(x) - 2))
    directed = ranked(x, K)
    together: dict[Symmetrised, Matrix] = {
        "average": [[Fraction(directed[i][j] + directed[j][i]) for j in n] for i in n],
        "union": [[Fraction(2 * max(directed[i][j], directed[j][i])) for j in n] for i in n],
        "mutual": [[Fraction(2 * min(directed[i][j], directed[j][i])) for j in n] for i in n],
    }
    for rule, W in together.items():
        assert nearest(x, K, rule) == W
        for i in n:
            W[i][i] = 2 * c
        if c > 0 or rule != "mutual":  # without self pairs a mutual graph may miss points
            assert not brute.always_equal(brute.column(x), W, alpha)
    full = ranked(x, len(x) - 1)
    assert brute.always_equal(brute.column(x), full, alpha)


@pytest.mark.claims("IV.3-knn")
def test_cliques_of_one_size_fail_by_their_sums_alone() -> None:
    # Degrees are constant here, so that only the last step of the proof decides.
    x = (0, 1, 10, 11)
    W = nearest(x, 1, "average")
    assert {sum(row) for row in W} == {2}
    assert not brute.always_equal(brute.column(x), W, 1)
    # Two interleaved pairs with one sum are no nearest neighbours, and keep the line.
    interleaved = [[0, 0, 0, 1], [0, 0, 1, 0], [0, 1, 0, 0], [1, 0, 0, 0]]
    assert brute.always_equal(brute.column(x), interleaved, 1)


@given(points=lines, K=st.integers(0, 2), left=st.booleans())
def test_neighbours_are_the_nearest(points: list[Fraction], K: int, left: bool) -> None:
    x = sorted(points)
    for i, here in enumerate(x):
        chosen = neighbours(x, i, K, ties_left=left)
        assert i in chosen
        assert len(chosen) == K + 1
        inside = [abs(x[j] - here) for j in chosen]
        outside = [abs(x[j] - here) for j in range(len(x)) if j not in chosen]
        assert not outside or max(inside) <= min(outside)


# Several dimensions.


def by_distance(points: Sequence[tuple[int, ...]], phi: dict[int, int]) -> list[list[int]]:
    def squared(u: tuple[int, ...], v: tuple[int, ...]) -> int:
        return sum((a - b) ** 2 for a, b in zip(u, v, strict=True))

    return [[phi[squared(u, v)] for v in points] for u in points]


@pytest.mark.claims("IV.3-multivariate")
@given(p=st.integers(2, 3), phi=st.lists(st.integers(0, 4), min_size=4, max_size=4), alpha=alphas)
def test_factorial_designs_keep_the_model(p: int, phi: list[int], alpha: Fraction) -> None:
    points = factorial_design(p)
    phi[0] += 1
    W = by_distance(points, {4 * h: value for h, value in enumerate(phi)})
    assert len(points) == 2**p
    assert brute.always_equal(points, W, alpha)
    W[0][1] += 1  # one pair alone breaks it
    assert not brute.always_equal(points, W, alpha)


@pytest.mark.claims("IV.3-multivariate")
@pytest.mark.parametrize("alpha", ALPHAS)
def test_square_kite_and_simplex(alpha: Fraction) -> None:
    square = by_distance(SQUARE, {0: 1, 1: 1, 2: 0})
    assert sum(map(sum, square)) == 12  # between 4, vanilla, and 16, Mixup
    assert brute.always_equal(SQUARE, square, alpha)
    kite = by_distance(KITE, {0: 1, 1: 1, 2: 0, 5: 0, 8: 0})
    assert not brute.always_equal(KITE, kite, alpha)
    for W in every_graph(3):
        assert brute.always_equal(KITE[1:], W, alpha)


# The tools of the evidence.


@given(
    x=st.lists(st.integers(-9, 9), min_size=3, max_size=5, unique=True),
    entries=st.lists(st.integers(0, 2), min_size=15, max_size=15),
    alpha=st.integers(1, 3),
)
def test_integer_decision_is_the_exact_one(x: list[int], entries: list[int], alpha: int) -> None:
    n = len(x)
    W = [[0] * n for _ in range(n)]
    for (i, j), value in zip(combinations(range(n), 2), entries, strict=False):
        W[i][j] = W[j][i] = value
    for i in range(n):
        W[i][i] = 1 + entries[10 + i]
    assert keeps_least_squares(x, W, alpha) == invariance(x, W, alpha).holds


def test_affine_values() -> None:
    assert is_affine((1, 3, 9), (0, 1, 4))
    assert not is_affine((1, 3, 8), (0, 1, 4))
    assert len(list(every_graph(4))) == 64
    assert all(sum(row) == 3 for row in list(every_graph(3))[-1])

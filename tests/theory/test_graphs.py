"""Section IV.A: the three graphs, their ends, gaps and batches, by enumeration and scipy."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, pairwise, permutations, product
from math import comb, inf
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import sympy as sp
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from numerics.graphs import exponential
from numerics.minimise import mixup_1d
from theory.line import criterion, minimiser, printed
from theory.locality import batches, gaps, symmetry
from theory.mathematics import line_graphs as graphs
from theory.proofs.evidence import Counterexample

if TYPE_CHECKING:
    from collections.abc import Sequence

POINTS = st.lists(
    st.fractions(min_value=0, max_value=20, max_denominator=6), min_size=2, max_size=6, unique=True
).map(sorted)
FRACTIONS = st.fractions(min_value=-5, max_value=5, max_denominator=8)


def matrix(points: Sequence[Fraction] | Sequence[int]) -> list[list[sp.Expr]]:
    return graphs.distances(list(map(sp.Rational, points)))


def closer(points: Sequence[Fraction] | Sequence[int], i: int, j: int) -> int:
    """Count the other points that are closer to i than j is."""
    away = [abs(Fraction(point) - Fraction(points[i])) for point in points]
    return sum(away[k] < away[j] for k in range(len(points)) if k not in (i, j))


def by_rank(points: Sequence[Fraction] | Sequence[int], K: int) -> list[list[int]]:
    """Return the nearest-neighbour graph without sorting: fewer than K others are closer."""
    n = len(points)
    return [[int(i != j and closer(points, i, j) < K) for j in range(n)] for i in range(n)]


def transposed(W: Sequence[Sequence[Any]]) -> list[list[Any]]:
    return [list(row) for row in zip(*W, strict=True)]


def tied(points: Sequence[Fraction] | Sequence[int]) -> bool:
    return any(
        abs(points[i] - points[j]) == abs(points[i] - points[k])
        for i in range(len(points))
        for j, k in combinations([m for m in range(len(points)) if m != i], 2)
    )


@pytest.mark.claims("IV.A-symmetric")
@given(points=POINTS, K=st.integers(0, 7))
def test_nearest_neighbours_by_rank(points: list[Fraction], K: int) -> None:
    assume(not tied(points))
    W = graphs.nearest(matrix(points), K)
    assert by_rank(points, K) == W
    n = len(points)
    for i in range(n):
        assert sum(W[i]) == min(K, n - 1)
        expected = [value + (i == j) for j, value in enumerate(W[i])]
        assert graphs.nearest(matrix(points), K, loops="added")[i] == expected
    # A sample that is its own first neighbour has room for one other less.
    if K > 0:
        fewer = graphs.nearest(matrix(points), K - 1, loops="added")
        assert graphs.nearest(matrix(points), K, loops="counted") == fewer


@pytest.mark.claims("IV.A-symmetric")
def test_three_points_are_the_fewest_and_0_1_3_the_shortest() -> None:
    def symmetric(points: Sequence[int], K: int) -> bool:
        W = graphs.nearest(matrix(points), K)
        return transposed(W) == W

    assert all(symmetric((0, d), K) for d in range(1, 9) for K in range(4))
    shortest = [(0, a, b) for b in range(2, 4) for a in range(1, b) if not tied((0, a, b))]
    assert shortest == [(0, 1, 3), (0, 2, 3)]
    assert not any(symmetric(points, 1) for points in shortest)
    for n in range(3, 9):
        line = [2**i - 1 for i in range(n)]
        broken = [K for K in range(n + 2) if not symmetric(line, K)]
        assert broken == list(range(1, n - 1))


def test_ties_have_no_neighbours() -> None:
    with pytest.raises(ValueError, match="tie the neighbours K and K \\+ 1 of vertex 1"):
        graphs.nearest(matrix((0, 1, 2)), 1)
    assert graphs.nearest(matrix((0, 1, 2)), 2) == graphs.nearest(matrix((0, 1, 3)), 2)


def loss_at_zero(x: Sequence[int], y: Sequence[int], W: Any, law: tuple[int, int]) -> sp.Rational:
    """Return the sum of Eq. (2) for f = 0 and squared loss, averaged over lambda."""
    return criterion(x, y, W, law).loss(printed(x, [0] * len(x))) * len(x) ** 2


@pytest.mark.claims("IV.A-symmetric-lambda")
@given(
    y=st.lists(st.integers(-5, 5), min_size=3, max_size=3),
    bits=st.lists(st.integers(0, 1), min_size=9, max_size=9),
    law=st.tuples(st.integers(1, 4), st.integers(1, 4)),
)
def test_transposed_weights(y: list[int], bits: list[int], law: tuple[int, int]) -> None:
    x, W, (a, b) = (0, 1, 3), [bits[3 * i : 3 * i + 3] for i in range(3)], law
    difference = loss_at_zero(x, y, W, law) - loss_at_zero(x, y, transposed(W), law)
    squares = sum(W[i][j] * (y[i] ** 2 - y[j] ** 2) for i, j in product(range(3), repeat=2))
    assert difference == Fraction(a - b, a + b) * squares


@pytest.mark.claims("IV.A-symmetric-lambda")
def test_directed_pair_tells_asymmetric_laws() -> None:
    piece, x, y = symmetry.directed_pair(), (0, 1, 3), (0, 0, 1)
    W = graphs.nearest(matrix(x), 1)
    losses = [loss_at_zero(x, y, V, (2, 1)) for V in (W, transposed(W))]
    assert isinstance(piece, Counterexample)
    assert [piece.relation.left, piece.relation.right] == losses
    assert losses[0] != losses[1]


def prefers_a_longer_pair(points: Sequence[int], K: int) -> bool:
    W, D = graphs.nearest(matrix(points), K), matrix(points)
    pairs = list(combinations(range(len(points)), 2))
    linked = {(i, j) for i, j in pairs if W[i][j] or W[j][i]}
    shortest = min((D[i][j] for i, j in pairs if (i, j) not in linked), default=inf)
    return any(D[i][j] > shortest for i, j in linked)


@pytest.mark.claims("IV.A-symmetric")
def test_smallest_preference_for_a_longer_pair() -> None:
    three = [(0, a, b) for b in range(2, 13) for a in range(1, b) if not tied((0, a, b))]
    assert not any(prefers_a_longer_pair(points, K) for points in three for K in range(4))
    four = [
        (0, *inner, reach)
        for reach in range(3, 8)
        for inner in combinations(range(1, reach), 2)
        if not tied((0, *inner, reach))
    ]
    first = next(points for points in four if prefers_a_longer_pair(points, 1))
    assert first == (0, 1, 3, 7)
    # Thresholds never do.
    D = matrix(first)
    for eps in range(9):
        W = graphs.threshold(D, eps)
        for (i, j), (k, m) in permutations(combinations(range(4), 2), 2):
            assert not (D[i][j] < D[k][m] and W[i][j] < W[k][m])


@pytest.mark.claims("IV.A-extremes")
@given(points=POINTS)
def test_both_ends(points: list[Fraction]) -> None:
    n, D = len(points), matrix(points)
    lengths = sorted(abs(a - b) for a, b in combinations(points, 2))
    identity = [[int(i == j) for j in range(n)] for i in range(n)]
    ones = [[1] * n for _ in range(n)]
    for eps in {Fraction(0), *lengths, *(length / 2 for length in lengths)}:
        W = graphs.threshold(D, sp.Rational(eps))
        assert (identity == W) == (eps < lengths[0])
        assert (ones == W) == (eps >= lengths[-1])
    if not tied(points):
        for K in range(n + 2):
            added = graphs.nearest(D, K, loops="added")
            assert (added == identity) == (K == 0)
            assert (added == ones) == (n - 1 <= K)
            counted = graphs.nearest(D, K, loops="counted")
            assert (counted == identity) == (K == 1)
            assert (counted == ones) == (n <= K)
            assert graphs.nearest(D, K, loops="none") not in (identity, ones)


@pytest.mark.claims("IV.A-extremes")
@given(y=st.lists(FRACTIONS, min_size=5, max_size=5), gap=st.integers(0, 3))
def test_exponential_minimisers_tend_to_the_interpolation(y: list[Fraction], gap: int) -> None:
    x = [0, 1, 3, 4, 9]
    t, line = Fraction(x[gap] + x[gap + 1], 2), (y[gap] + y[gap + 1]) / 2
    for power in (1, 3, 6):
        r = Fraction(1, 10**power)
        f = minimiser(x, y, [[r ** abs(a - b) for b in x] for a in x])
        # All other segments over a gap are longer by at least 1, and there are at most nine.
        assert abs(f(t) - line) <= 9 * r * (max(y) - min(y))


@pytest.mark.claims("VI-range")
@pytest.mark.parametrize("alpha", [0.1, 0.3, 1.7])
def test_derivative_in_alpha_is_minus_the_covariance(alpha: float) -> None:
    x, y, at, step = np.array([0.0, 1.0, 3.0, 4.0]), np.array([2.0, -1.0, 5.0, 3.0]), 1.7, 1e-5
    over = [(i, j) for i, j in combinations(range(4), 2) if x[i] < at < x[j]]
    length = np.array([x[j] - x[i] for i, j in over])
    target = np.array([np.interp(at, x[[i, j]], y[[i, j]]) for i, j in over])
    w = np.exp(-alpha * length) / length
    w /= w.sum()
    covariance = w @ (length * target) - (w @ length) * (w @ target)
    ends = (mixup_1d(x, y, exponential(x, a))(at) for a in (alpha - step, alpha + step))
    # Central differences: the error is of the order step^2.
    np.testing.assert_allclose(np.diff(list(ends)) / (2 * step), -covariance, atol=1e-8)
    assert abs(covariance) > 1e-2


@pytest.mark.claims("VI-range")
@given(points=POINTS)
def test_thresholds_give_finitely_many_graphs(points: list[Fraction]) -> None:
    D = matrix(points)
    lengths = {abs(a - b) for a, b in combinations(points, 2)}
    tries = {Fraction(k, 12) for k in range(0, 252, 7)} | lengths | {Fraction(0)}
    found = {str(graphs.threshold(D, sp.Rational(eps))) for eps in tries}
    assert len(found) == len(lengths) + 1


@pytest.mark.claims("IV.A-covered")
@given(points=POINTS, eps=st.fractions(min_value=0, max_value=20, max_denominator=6))
def test_thresholded_graph_covers_from_the_largest_gap_on(
    points: list[Fraction], eps: Fraction
) -> None:
    found = gaps.covered(graphs.threshold(matrix(points), sp.Rational(eps)))
    assert found == [b - a <= eps for a, b in pairwise(points)]


@pytest.mark.claims("IV.A-covered")
@pytest.mark.parametrize("n", range(2, 7))
def test_nearest_neighbours_cover_from_half_the_samples_on(n: int) -> None:
    lines = [(0, *inner) for inner in combinations(range(1, 11), n - 1)]
    uncovered = set()
    for points in lines:
        if not tied(points):
            for K in range(n):
                W = [[sp.Integer(w) for w in row] for row in by_rank(points, K)]
                if not all(gaps.covered(W)):
                    uncovered.add(K)
    # Small sets of points already show every K below the threshold.
    W = graphs.nearest(graphs.distances(gaps.two_clusters(n // 2, n - n // 2)), n // 2 - 1)
    assert not all(gaps.covered(W))
    assert max(uncovered | {0}) <= n // 2 - 1


@pytest.mark.claims("IV.A-covered")
def test_isolated_sample_without_loops_has_no_term() -> None:
    W = graphs.threshold(matrix((0, 1, 9)), 1)
    assert gaps.covered(W) == [True, False]
    assert W[2] == transposed(W)[2] == [0, 0, 1]


CASES = [(n, B, K) for n in range(3, 8) for B in range(2, n + 1) for K in range(B + 2)]


@pytest.mark.claims("IV.A-batch")
@pytest.mark.parametrize(("n", "B", "K"), CASES)
def test_batch_weight_is_hypergeometric(n: int, B: int, K: int) -> None:
    values = []
    for rank in range(1, n):
        found = batches.batch_weight(n, B, K, rank)
        values.append(found)
        law = stats.hypergeom(n - 2, rank - 1, B - 2)
        np.testing.assert_allclose(float(found), law.cdf(K - 1), rtol=0, atol=1e-12)
    assert all(a >= b for a, b in pairwise(values))
    if 1 <= K <= B - 2:
        assert [v == 1 for v in values] == [rank <= K for rank in range(1, n)]
        assert [v == 0 for v in values] == [n - B + K < rank for rank in range(1, n)]
        # The law at K in place of K - 1 gives all K + 1 closest ranks the weight 1.
        assert values[K] < 1 == stats.hypergeom(n - 2, K, B - 2).cdf(K)
    assert sum(values) * (B - 1) == min(K, B - 1) * (n - 1)


@pytest.mark.claims("IV.A-batch")
@pytest.mark.parametrize("points", [(0, 2, 3, 8, 20, 41), (0, 7, 8, 10, 25, 60)])
def test_batch_weight_by_listing_batches(points: tuple[int, ...]) -> None:
    n = len(points)
    assert not tied(points)
    for B in range(2, n + 1):
        for K in range(1, B):
            for i, j in permutations(range(n), 2):
                weights = []
                for batch in combinations(range(n), B):
                    if i in batch and j in batch:
                        W = by_rank([points[k] for k in batch], K)
                        weights.append(W[batch.index(i)][batch.index(j)])
                rank = closer(points, i, j) + 1
                expected = Fraction(sum(weights), comb(n - 2, B - 2))
                assert batches.batch_weight(n, B, K, rank) == expected
                assert batches.batch_weight(n, B, K - 1, rank) <= expected


@pytest.mark.claims("IV.A-batch")
@given(points=POINTS, eps=st.fractions(min_value=0, max_value=20, max_denominator=6))
def test_thresholded_weights_do_not_see_the_batch(points: list[Fraction], eps: Fraction) -> None:
    whole = graphs.threshold(matrix(points), sp.Rational(eps))
    for size in range(2, len(points)):
        for batch in combinations(range(len(points)), size):
            W = graphs.threshold(matrix([points[k] for k in batch]), sp.Rational(eps))
            assert [[whole[i][j] for j in batch] for i in batch] == W

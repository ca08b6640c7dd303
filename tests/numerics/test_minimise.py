"""Minimisers over all measurable functions, and Eq. (1) as printed."""

from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st
from sympy import nan as sp_nan

from numerics import graphs, lattice
from numerics.minimise import mixup_1d, printed_1d
from tests import tolerances
from tests.reference.pairwise_criterion import (
    Array,
    Data,
    criterion,
    datasets,
    dense,
    least_squares_fit,
    mean_target,
    minimiser,
)
from theory import line

fractions = st.fractions(-5, 5, max_denominator=6)


def close(
    found: Any, expected: Any, size: float = 1.0, tolerance: float = tolerances.MINIMISER
) -> None:
    np.testing.assert_allclose(found, expected, rtol=tolerance, atol=tolerance * size)


def between(x: Array) -> Array:
    """Return three places inside each interval between different points."""
    return np.concatenate(
        [a + (b - a) * np.array([0.1, 0.5, 0.8]) for a, b in pairwise(np.unique(x))]
    )


@given(datasets())
def test_mean_over_the_covering_segments(data: Data) -> None:
    x, y, W = data
    f = minimiser(x, y, W)
    size = float(np.abs(y).max())
    for where in between(x):
        density, mean = mean_target(x, y, W, (1, 1), float(where))
        if density == 0:
            assert np.isnan(f(where))
            assert not f.determined(where)
            assert any(low < where < high for low, high in f.undetermined)
        else:
            close(f(where), mean, size)
            assert not any(low < where < high for low, high in f.undetermined)


@given(datasets(most=4))
def test_criterion_against_adaptive_quadrature(data: Data) -> None:
    x, y, W = data
    f = minimiser(x, y, W)
    size = float(dense(W, x.size).sum() * np.abs(y).max() ** 2)
    best = dict(zip(x, f.values, strict=True))
    # Where single points have no mass, any value will do.
    expected = criterion(lambda t: np.nan_to_num(best[t] if t in best else f(t)), x, y, W)
    close(f.criterion, expected, size)
    # A wave of a few periods only: over hundreds, the quadrature of the reference gives up.
    rate = 9 / float(np.ptp(x))
    moved = f.loss(lambda t: np.sin(rate * t) * size**0.5)
    other = criterion(lambda t: np.sin(rate * t) * size**0.5, x, y, W)
    close(moved.value, other, size + other, 1e-9)
    close(moved.excess, other - expected, size + other, 1e-9)


@given(datasets(most=6))
def test_against_least_squares_over_discontinuous_lines(data: Data) -> None:
    x, y, W = data
    points = np.unique(x)
    gaps = np.diff(points)

    def basis(inputs: Array, insides: Array) -> Array:
        """Two lines on each interval, and the points themselves."""
        design = np.zeros((inputs.size, 2 * gaps.size + points.size))
        for row, (place, inside) in enumerate(zip(inputs, insides, strict=True)):
            if inside in points:
                design[row, 2 * gaps.size + int(np.searchsorted(points, inside))] = 1
                continue
            k = int(np.searchsorted(points, inside)) - 1
            share = (place - points[k]) / gaps[k]
            design[row, 2 * k : 2 * k + 2] = 1 - share, share
        return design

    f = minimiser(x, y, W)
    fitted = least_squares_fit(x, y, W, basis)
    size = float(np.abs(y).max())
    for k, (a, b) in enumerate(pairwise(points)):
        if f.determined((a + b) / 2):
            i, j = int(np.flatnonzero(x == a)[0]), int(np.flatnonzero(x == b)[0])
            close(f.right[i], fitted[2 * k], size, 1e-9)
            close(f.left[j], fitted[2 * k + 1], size, 1e-9)
    for i, point in enumerate(x):
        same = x == point
        if dense(W, x.size)[np.ix_(same, same)].any():
            at = fitted[2 * gaps.size + int(np.searchsorted(points, point))]
            close(f.values[i], at, size, 1e-9)


@pytest.mark.parametrize("law", [(1, 1), (1, 2), (2, 1), (2, 2), (3, 1), (2, 4)])
@given(
    data=st.lists(
        st.tuples(st.fractions(0, 3, max_denominator=3), fractions), min_size=2, max_size=4
    ),
    seed=st.integers(0, 99),
    full=st.booleans(),
)
def test_against_exact_theory(
    law: tuple[int, int], data: list[tuple[Fraction, Fraction]], seed: int, full: bool
) -> None:
    x, y = (list(column) for column in zip(*data, strict=True))
    n = len(x)
    rng = np.random.default_rng(seed)
    W = None if full else rng.integers(0, 3, (n, n)) + np.diag(np.arange(1, n + 1))
    exact = line.criterion(x, y, None if W is None else W.tolist(), law)
    best = exact.minimiser()
    f = minimiser([float(v) for v in x], [float(v) for v in y], W, law)
    size = 1 + max(abs(float(v)) for v in y)
    for i, point in enumerate(x):
        close(f.values[i], float(best(point)), size)
        knot = best.knots.index(point)
        for limit, side in ((f.left[i], -1), (f.right[i], 1)):
            piece = knot + (side - 1) // 2
            if 0 <= piece < len(best.pieces) and best.pieces[piece] is not sp_nan:
                close(limit, float(best.limit(knot, side)), size)
            else:
                assert np.isnan(limit)
    for low, high in pairwise(best.knots):
        middle = (2 * low + high) / 3
        value = best(middle)
        if value.is_finite:
            close(f(float(middle)), float(value), size)
    if law == (1, 1):  # with a logarithm otherwise
        close(f.criterion, float(exact.loss(best)) * n**2, size**2)


@given(datasets(), st.integers(0, 2**32 - 1))
def test_no_perturbation_lowers_the_loss(data: Data, seed: int) -> None:
    x, y, W = data
    f = minimiser(x, y, W)
    rng = np.random.default_rng(seed)
    knots = np.unique(np.append(rng.uniform(x.min(), x.max(), 5), x))
    bumps = rng.standard_normal(knots.size) * np.abs(y).max()

    def beside(step: float) -> Any:
        return lambda t: np.nan_to_num(f(t)) + step * np.interp(t, knots, bumps)

    for step in (1e-6, -1e-3, 1.0):
        moved = f.loss(beside(step))
        assert moved.excess > 0
        assert moved.value >= f.criterion
    # It is a parabola in the step, with its vertex at 0.
    up, down = (f.loss(beside(step)).excess for step in (0.5, -0.5))
    close(up, down)


@pytest.mark.parametrize("kind", ["full", "dense", "sparse"])
def test_more_samples_by_every_route(kind: str) -> None:
    rng = np.random.default_rng(3)
    x = np.round(rng.random(60), 2)
    y = rng.standard_normal((60, 3))
    W: Any = None
    if kind != "full":
        W = rng.random((60, 60)) * (rng.random((60, 60)) < 0.2)
        W = sp.coo_array(W) if kind == "sparse" else W
    f = minimiser(x, y, W)
    for where in rng.random(40) * 0.99 + 0.001:
        close(f(where), mean_target(x, y, W, (1, 1), float(where))[1])
    single = [minimiser(x, column, W) for column in y.T]
    np.testing.assert_allclose(f.values, np.stack([g.values for g in single], axis=1))
    close(f.criterion, sum(g.criterion for g in single))
    close(f.bias2, sum(g.bias2 for g in single))
    close(f.variance, sum(g.variance for g in single))
    grid = rng.random((4, 5))
    assert f(grid).shape == (4, 5, 3)
    assert single[0](grid).shape == (4, 5)


def test_sparse_and_dense_graphs_agree() -> None:
    rng = np.random.default_rng(4)
    x, y = rng.standard_normal(700), rng.standard_normal(700)
    for W in (graphs.knn(x, 9), graphs.knn(x, 9, directed=True), graphs.threshold(x, 0.4)):
        assert sp.issparse(W)
        one, other = minimiser(x, y, W), minimiser(x, y, W.toarray())
        np.testing.assert_array_equal(np.isnan(one.left), np.isnan(other.left))
        close(one.left, other.left)
        close(one.right, other.right)
        close(one.values, other.values)
        close(one.criterion, other.criterion)
        close(printed_1d(x, y, W).values, printed_1d(x, y, W.toarray()).values)
    full = minimiser(x, y)
    complete = minimiser(x, y, sp.csr_array(np.ones((700, 700))))
    close(full.left, complete.left)
    close(full.criterion, complete.criterion)


@pytest.mark.parametrize(
    ("W", "law"), [(None, (1, 1)), ("sparse", (1, 1)), ("dense", (1, 1)), (None, (2, 2))]
)
@pytest.mark.parametrize("gap", [1e-12, 1e-9, 1e-4])
def test_nearly_equal_points(W: Any, law: tuple[int, int], gap: float) -> None:
    x = [Fraction(v) for v in (0.0, 0.25, 0.25 + gap, 0.5, 0.5 + gap, 0.5 + 2 * gap, 1.0)]
    y = [Fraction(v) for v in (0, 1, -1, 2, 0, 3, 1)]
    theirs = line.criterion(x, y, beta=law)
    exact = theirs.minimiser()
    graph = {None: None, "dense": np.ones((7, 7)), "sparse": sp.csr_array(np.ones((7, 7)))}[W]
    f = minimiser([float(v) for v in x], [float(v) for v in y], graph, law)
    near = tolerances.NEARLY_EQUAL_POINTS
    for knot in range(7):
        for limit, side in ((f.left[knot], -1), (f.right[knot], 1)):
            if 0 <= knot + (side - 1) // 2 < 6:
                expected = float(exact.limit(knot, side))
                np.testing.assert_allclose(limit, expected, rtol=near, atol=1e-9)
    if law == (1, 1):  # with a logarithm otherwise
        expected = float(theirs.loss(exact)) * 49
        np.testing.assert_allclose(f.criterion, expected, rtol=near)


def test_widely_scaled_points() -> None:
    exponents = range(-30, 31, 6)
    x = [Fraction(0), *(Fraction(10.0**k) for k in exponents)]
    y = [Fraction(k * k % 7 - 3) for k in range(len(x))]
    exact = line.minimiser(x, y)
    f = minimiser([float(v) for v in x], [float(v) for v in y])
    for knot in range(1, len(x) - 1):
        close(f.left[knot], float(exact.limit(knot, -1)), 3)
        close(f.right[knot], float(exact.limit(knot, 1)), 3)
    large = minimiser([1e140, -1e140, 0], [1e140, 0, 1e140])
    close(large.criterion / 1e280, minimiser([1, -1, 0], [1, 0, 1]).criterion)


def test_small_criterion_keeps_its_digits() -> None:
    x = np.arange(2000) / 2000
    y = np.sin(x) + 1e6
    W = graphs.knn(x, 4, self_loops=False)
    f = minimiser(x, y, W)
    # Neighbours two apart see the curvature of the sine, a hundred million times below y.
    points = [Fraction(v) for v in x[:6]]
    assert 0 < f.criterion < 1e-9
    close(f.criterion, minimiser(x, np.sin(x), W).criterion, 0, 1e-3)
    line_only = minimiser(x, 3 * x + 1e6, W)
    assert line_only.criterion < 1e-14
    assert points[0] == 0


@pytest.mark.parametrize("K", [1, 2, 5])
def test_lattice_readings(K: int) -> None:
    rng = np.random.default_rng(K)
    n = 60
    y = rng.standard_normal(n)
    W = graphs.threshold(np.arange(n), K, self_loops=False)
    inner = slice(2 * K + 1, n - 2 * K - 1)
    # Away from the ends, the line is the cycle.
    f = minimiser(np.arange(n), y, W)
    density = lattice.smooth(y, K, "density")[inner]
    for limits in (f.left, f.right, f.values, f.at_samples):
        close(limits[inner], density)
    printed = printed_1d(np.arange(n), y, W)
    close(printed.values[inner], lattice.smooth(y, K, "counting")[inner])
    close(printed.left[inner], lattice.smooth(y, K, "length")[inner])
    looped = printed_1d(np.arange(n), y, sp.csr_array(W) + sp.eye_array(n), self_pairs=True)
    close(looped.values[inner], lattice.smooth(y, K, "counting-self")[inner])
    by_length = minimiser(
        np.arange(n), y, sp.csr_array(W) * np.abs(np.subtract.outer(np.arange(n), np.arange(n)))
    )
    close(by_length.left, printed.left)


@given(
    data=st.lists(
        st.tuples(fractions, fractions), min_size=2, max_size=5, unique_by=lambda p: p[0]
    ),
    self_pairs=st.booleans(),
    full=st.booleans(),
)
def test_printed_equation_against_exact_theory(
    data: list[tuple[Fraction, Fraction]], self_pairs: bool, full: bool
) -> None:
    x, y = (list(column) for column in zip(*data, strict=True))
    W = None if full else np.add.outer(np.arange(len(x)), np.arange(len(x))) % 3
    exact = line.printed(x, y, None if W is None else W.tolist(), ordered=self_pairs)
    if W is not None and not W.any():
        return
    f = printed_1d([float(v) for v in x], [float(v) for v in y], W, self_pairs=self_pairs)
    for point, value in zip(x, f.values, strict=True):
        expected = exact(point)
        assert np.isnan(value) if not expected.is_finite else True
        if expected.is_finite:
            close(value, float(expected), 5)
    for low, high in pairwise(exact.knots):
        value = exact((low + high) / 2)
        if value.is_finite:
            close(f(float((low + high) / 2)), float(value), 5)


def test_the_smallest_counterexample() -> None:
    x, y = [0, 1, 2], [0, 1, 0]
    W = graphs.knn(x, 2, self_loops=False)
    exact, printed = minimiser(x, y, W), printed_1d(x, y, W)
    close(exact(0.5), 1 / 3)
    close(printed([0.5, 1]), [1 / 4, 2 / 3])
    close(printed_1d(x, y, self_pairs=True)(1), 5 / 7)
    close(exact.criterion / 9, 4 / 81)
    loss = exact.loss(printed)
    close(loss.value / 9, 1 / 18)
    close(loss.excess / 9, 1 / 162)
    # The value at x_1 and with it the peak are lost to every continuous function.
    close(minimiser([0, 1, 3], y).jumps[1], 3 / 5 - 3 / 4)


def test_values_at_the_samples() -> None:
    x, y = [2.0, 0.0, 1.0, 1.0], [0.0, 1.0, 2.0, 4.0]
    f = minimiser(x, y)
    close(f.values, [0, 1, 3, 3])  # atoms: the mean of duplicates
    close(f(x), f.values)
    assert np.isnan(f.left[1])
    assert np.isnan(f.right[0])
    middle = (f.left[2] + f.right[2]) / 2
    close(f.at_samples, [f.left[0], f.right[1], middle, middle])
    close(f.bias2, np.mean((f.at_samples - y) ** 2))
    close(f.variance, np.var(f.at_samples))
    assert np.isnan(f([-0.5, 2.5])).all()
    np.testing.assert_array_equal(f.undetermined, [[-np.inf, 0], [2, np.inf]])
    without = minimiser(x, y, np.ones((4, 4)) - np.eye(4))
    close(without.values[2], 3)  # the pair of duplicates is an atom as well
    close(without.values[0], without.left[0])


def test_vanilla_leaves_the_intervals_open() -> None:
    f = minimiser([0, 1, 2], [3, 1, 2], graphs.knn([0, 1, 2], 0))
    close(f.values, [3, 1, 2])
    close(f.at_samples, [3, 1, 2])
    assert f.bias2 == 0
    assert f.criterion == 0
    assert np.isnan(f([0.5, 1.5])).all()
    np.testing.assert_array_equal(f.undetermined, [[-np.inf, 0], [0, 1], [1, 2], [2, np.inf]])
    single = minimiser([5.0], [7.0])
    close(single([5.0, 6.0]), [7, np.nan])
    assert single.criterion == 0
    same = minimiser([1, 1], [0, 2])
    close(same.values, [1, 1])
    # (0, 2) twice at 0, 1, 2, ...: E (1 - 2 lambda)^2 = 1/3, and twice 1.
    close(same.criterion, 2 + 2 / 3)


def test_to_csv(tmp_path: Any) -> None:
    path = minimiser([0, 1, 3], [0, 1, 0]).to_csv(tmp_path / "f.csv")
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "x,y,value,left,right"
    close([float(cell) for cell in lines[2].split(",")], [1, 1, 1, 0.75, 0.6])
    path = minimiser([0, 1], [[0, 1], [1, 0]]).to_csv(tmp_path / "g.csv")
    assert path.read_text(encoding="utf-8").startswith("x,y0,y1,value0,value1,left0")


def test_long_work_on_a_full_graph_is_announced() -> None:
    x = np.arange(6e6)

    class Announced(Exception):
        pass

    def stop(message: str, **_: object) -> None:
        raise Announced(message)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("numerics.costs.warnings.warn", stop)
        with pytest.raises(Announced, match="graph of 6000000 samples takes about 81 seconds"):
            mixup_1d(x, x)
        with pytest.raises(Announced, match="a full graph of 50000 samples takes about 75 seconds"):
            mixup_1d(x[:50_000], x[:50_000], beta=(2, 2))
        with pytest.raises(Announced, match="a full graph of 5000 samples takes about 100 seconds"):
            mixup_1d(x[:5000], x[:5000], beta=(0.5, 0.5))
    mixup_1d(x[:100], x[:100])

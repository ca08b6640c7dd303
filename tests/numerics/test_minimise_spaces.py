"""Minimisers over continuous piecewise-linear and over affine functions, and `loss`."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

from numerics import graphs, lattice
from numerics.minimise import Line, Minimiser, mixup_1d
from tests import tolerances
from tests.reference.pairwise_criterion import (
    Array,
    Data,
    Law,
    criterion,
    datasets,
    dense,
    least_squares_fit,
)
from theory import linear


def hats(knots: Array) -> Any:
    """Return the design matrix of hat functions, as a function of virtual inputs."""

    def basis(inputs: Array, _: Array) -> Array:
        return np.stack([np.interp(inputs, knots, row) for row in np.eye(knots.size)], axis=1)

    return basis


def polynomials(inputs: Array, _: Array) -> Array:
    return np.stack((np.ones_like(inputs), inputs), axis=1)


@given(datasets())
def test_continuous_against_least_squares(data: Data) -> None:
    x, y, W = data
    f = mixup_1d(x, y, W, space="continuous")
    assert isinstance(f, Minimiser)
    knots = np.unique(x)
    fitted = least_squares_fit(x, y, W, hats(knots))
    known = f.determined(x)
    expected = np.interp(x, knots, fitted)
    size = np.abs(y).max()
    np.testing.assert_allclose(f.values[known], expected[known], rtol=1e-9, atol=1e-9 * size)
    jumps = f.jumps[~np.isnan(f.jumps)]
    np.testing.assert_allclose(jumps, 0, atol=tolerances.MINIMISER * size)
    np.testing.assert_array_equal(f.at_samples, f.values)
    # As good as every other function of its space, and no better than L2.
    heights = np.nan_to_num(np.array([f.values[np.flatnonzero(x == u)[0]] for u in knots]))
    mine = f.loss((knots, heights))
    weight = dense(W, x.size).sum() * size**2
    assert abs(mine.excess) <= tolerances.MINIMISER * weight
    assert f.criterion >= mixup_1d(x, y, W).criterion - tolerances.MINIMISER * weight
    for k in range(knots.size):
        for step in (0.1, -0.1):
            moved = heights.copy()
            moved[k] += step * size
            # Knots that nothing reaches cost nothing.
            assert f.loss((knots, moved)).excess >= -tolerances.MINIMISER * weight


@pytest.mark.parametrize("beta", [(1.0, 1.0), (2.0, 3.0), (0.4, 0.4)])
def test_given_knots(beta: Law) -> None:
    rng = np.random.default_rng(2)
    x, y = rng.random(8), rng.standard_normal((8, 2))
    W = graphs.knn(x, 4)
    for knots in (np.array([-0.5, 0.35, 0.6, 1.5]), np.linspace(x.min(), x.max(), 4)):
        f = mixup_1d(x, y, W, beta, "continuous", knots=knots)
        assert isinstance(f, Minimiser)
        heights = f(knots)

        def loss(flat: Array, knots: Array = knots, f: Minimiser = f) -> float:
            return f.loss((knots, flat.reshape(-1, 2))).excess

        for step in rng.standard_normal((5, heights.size)):
            up, down = loss(heights.ravel() + step), loss(heights.ravel() - step)
            assert up > 0
            np.testing.assert_allclose(up, down, rtol=tolerances.MINIMISER)
        value = f.loss((knots, heights)).value
        np.testing.assert_allclose(value, f.criterion, rtol=tolerances.MINIMISER)
        if beta == (1.0, 1.0):

            def own(t: float, knots: Array = knots, heights: Array = heights) -> Array:
                return np.array([np.interp(t, knots, column) for column in heights.T])

            np.testing.assert_allclose(criterion(own, x, y, W, kinks=knots), f.criterion, rtol=1e-9)
        assert np.isnan(f(knots[0] - 0.1)).all()


def test_knots_that_single_atoms_leave_open() -> None:
    # Three points, self pairs only: on two pieces the atoms 0.5 and 1.5 fix no knot, 3 does.
    x, y = [0.5, 1.5, 3.0], [1.0, 2.0, 5.0]
    eye = np.eye(3)
    f = mixup_1d(x, y, eye, space="continuous", knots=[0, 1, 2, 4])
    assert isinstance(f, Minimiser)
    np.testing.assert_allclose(f.criterion, 0, atol=tolerances.MINIMISER)
    assert np.isnan(f([0, 1, 2, 4])).all()
    # With an atom at a knot the chain is fixed from there.
    g = mixup_1d([*x, 4.0], [*y, 6.0], np.eye(4), space="continuous", knots=[0, 1, 2, 4])
    np.testing.assert_allclose(g([4, 3, 2, 1.5, 1, 0.5, 0]), [6, 5, 4, 2, 0, 1, 2], atol=1e-13)


@pytest.mark.parametrize("K", [1, 3])
def test_continuous_on_the_lattice(K: int) -> None:
    n = 120
    y = np.random.default_rng(K).standard_normal(n)
    f = mixup_1d(np.arange(n), y, graphs.threshold(np.arange(n), K), space="continuous")
    inner = slice(45, n - 45)  # the ends are felt less by a factor of 3.7 per point
    expected = lattice.smooth(y, K, "continuous")[inner]
    np.testing.assert_allclose(f.values[inner], expected, rtol=1e-9, atol=1e-9)


@given(datasets(), st.sampled_from([(1.0, 1.0), (0.5, 2.5), (3.0, 3.0)]))
def test_affine_against_least_squares(data: Data, beta: Law) -> None:
    x, y, W = data
    f = mixup_1d(x, y, W, beta, "linear")
    assert isinstance(f, Line)
    size, width = np.abs(y).max(), np.ptp(x)
    weight = dense(W, x.size).sum() * size**2
    loss = f.loss(lambda t: f.slope * t + f.intercept)
    assert abs(loss.excess) <= tolerances.MINIMISER * weight
    for slope, height in ((0.1, 0.0), (0.0, 0.2), (-0.3, 0.1)):

        def beside(t: Any, a: float = slope, b: float = height) -> Any:
            return f(t) + size * (a * (t - x[0]) / width + b)

        moved = f.loss(beside)
        assert moved.excess >= -tolerances.MINIMISER * weight
    if beta == (1.0, 1.0):
        fitted = least_squares_fit(x, y, W, polynomials)
        degrees = dense(W, x.size).sum(axis=0) + dense(W, x.size).sum(axis=1)
        if np.unique(x[degrees > 0]).size > 1:
            np.testing.assert_allclose(
                f.values, fitted[0] + fitted[1] * x, rtol=1e-8, atol=1e-8 * size
            )


numbers = st.fractions(-4, 4, max_denominator=5)


@given(
    data=st.lists(st.tuples(numbers, numbers), min_size=3, max_size=6, unique_by=lambda p: p[0]),
    alpha=st.sampled_from([1, 2, Fraction(1, 2)]),
    seed=st.integers(0, 999),
)
def test_affine_against_exact_theory(
    data: list[tuple[Fraction, Fraction]], alpha: Any, seed: int
) -> None:
    x, y = (list(column) for column in zip(*data, strict=True))
    W = np.random.default_rng(seed).integers(0, 3, (len(x), len(x))) + np.eye(len(x), dtype=int)
    slope, intercept = linear.minimiser(x, y, W.tolist(), alpha)
    points, targets = [float(v) for v in x], [float(v) for v in y]
    f = mixup_1d(points, targets, W, (float(alpha), float(alpha)), "linear")
    assert isinstance(f, Line)
    np.testing.assert_allclose(f.slope, float(slope), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(f.intercept, float(intercept), rtol=1e-9, atol=1e-9)
    verdict = linear.invariance(x, W.tolist(), alpha)
    if verdict:
        ordinary = np.polyfit(points, targets, 1)
        np.testing.assert_allclose([f.slope, f.intercept], ordinary, rtol=1e-8, atol=1e-8)
    else:
        assert verdict.y is not None
        breaking = [float(v) for v in verdict.y]
        local = mixup_1d(points, breaking, W, (float(alpha), float(alpha)), "linear")
        assert isinstance(local, Line)
        full = mixup_1d(points, breaking, None, (float(alpha), float(alpha)), "linear")
        assert np.abs(local.values - full.values).max() > 1e-12


def test_affine_counterexample_to_invariance() -> None:
    x, y = [0, 1, 2], [0, 1, 0]
    for loops, height in ((True, 3 / 7), (False, 1 / 2)):
        W = graphs.threshold(x, 1, self_loops=loops)
        f = mixup_1d(x, y, W, space="linear")
        np.testing.assert_allclose(f.values, height, rtol=tolerances.CLOSED_FORM)
    for same in (None, np.eye(3), np.ones((3, 3)) - np.eye(3)):
        f = mixup_1d(x, y, same, (2.5, 2.5), space="linear")
        np.testing.assert_allclose(f.values, 1 / 3, rtol=tolerances.CLOSED_FORM)


@pytest.mark.parametrize("beta", [(1, 1), (0.3, 0.3), (2, 5)])
def test_affine_in_several_dimensions(beta: Law) -> None:
    rng = np.random.default_rng(7)
    x, y = rng.standard_normal((9, 3)), rng.standard_normal((9, 2))
    W = sp.csr_array(rng.random((9, 9)) * (rng.random((9, 9)) < 0.7))
    f = mixup_1d(x, y, W, beta, "linear")
    assert isinstance(f, Line)
    assert f.slope.shape == (3, 2)
    assert f(rng.standard_normal((4, 5, 3))).shape == (4, 5, 2)
    start = np.zeros(8)

    def value(flat: Array) -> float:
        return f.loss(lambda t: t @ flat[:6].reshape(3, 2) + flat[6:]).value

    found = minimize(value, start, method="BFGS", options={"gtol": 1e-9})
    np.testing.assert_allclose(found.x[:6].reshape(3, 2), f.slope, atol=1e-5)
    np.testing.assert_allclose(found.fun, f.criterion, rtol=1e-9)
    # A polynomial of low degree is integrated exactly, for any law.
    bent = f.loss(lambda t: t[:, :2] ** 2, nodes=8)
    assert bent.error <= tolerances.MINIMISER * bent.value
    np.testing.assert_allclose(bent.value - bent.excess, f.criterion, rtol=tolerances.MINIMISER)
    # One column is the same as no column.
    column = mixup_1d(x[:, :1], y, W, beta, "linear")
    flat = mixup_1d(x[:, 0], y, W, beta, "linear")
    assert isinstance(column, Line)
    assert isinstance(flat, Line)
    np.testing.assert_allclose(column.slope[0], flat.slope, rtol=tolerances.MINIMISER)
    np.testing.assert_allclose(column.criterion, flat.criterion, rtol=tolerances.MINIMISER)
    smooth = column.loss(lambda t: np.cos(np.column_stack((t, t))))
    by_line = flat.loss(lambda t: np.cos(np.column_stack((t, t))))
    np.testing.assert_allclose(smooth.value, by_line.value, rtol=1e-8)


def test_affine_to_csv(tmp_path: Path) -> None:
    path = mixup_1d(np.array([[0.0, 1], [1, 1], [2, 3]]), [1.0, 2, 3], space="linear").to_csv(
        tmp_path / "f.csv"
    )
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "x0,x1,y,value"
    assert len(lines) == 4


def test_affine_where_the_slope_is_open() -> None:
    f = mixup_1d([2, 2, 2], [1, 2, 6], space="linear")
    assert isinstance(f, Line)
    assert f.slope == 0
    np.testing.assert_allclose(f([0, 2]), 3)
    repeated = np.array([[0.0, 0], [1, 1], [2, 2]])
    g = mixup_1d(repeated, [0, 1, 2], space="linear")
    assert isinstance(g, Line)
    np.testing.assert_allclose(g.slope, [0.5, 0.5])
    np.testing.assert_allclose(g.bias2, 0, atol=tolerances.MINIMISER)
    np.testing.assert_allclose(g.variance, 2 / 3)
    np.testing.assert_array_equal(g.jumps, 0)
    np.testing.assert_array_equal(g.left, g.right)


@pytest.mark.parametrize("alpha", [Fraction(1, 4), Fraction(1), Fraction(800)])
@pytest.mark.parametrize("kind", ["even", "far off", "cluster", "wide"])
def test_affine_minimisers_that_few_samples_decide(kind: str, alpha: Fraction) -> None:
    rng = np.random.default_rng(0)
    x, y, W = rng.standard_normal(9), rng.standard_normal(9), rng.uniform(0, 1, (9, 9))
    if kind == "far off":
        x += 1e9
    elif kind == "cluster":  # of nearly all the weight
        x[:5] = x[0] + 1e-8 * x[:5]
        W[5:] = W[:, 5:] = 1e-18
    elif kind == "wide":
        W = 10.0 ** -rng.uniform(0, 20, (9, 9))
    places, targets = ([Fraction(v) for v in each.tolist()] for each in (x, y))
    weights = [[Fraction(w) for w in row] for row in W.tolist()]
    slope, intercept = linear.minimiser(places, targets, weights, alpha)
    exact = np.array([float(slope * v + intercept) for v in places])
    f = mixup_1d(x, y, W, (float(alpha), float(alpha)), "linear")
    np.testing.assert_allclose(f.values, exact, rtol=0, atol=1e-13 * np.abs(exact).max())
    # With a second column, in whatever units, f is the same.
    z = rng.standard_normal(9)
    f, g = (mixup_1d(np.column_stack((x, u)), y, W, space="linear") for u in (z, 1e-60 * z))
    np.testing.assert_allclose(f.values, g.values, rtol=1e-6)


@given(datasets())
def test_spaces_are_nested_and_loss_agrees(data: Data) -> None:
    x, y, W = data
    fits = [mixup_1d(x, y, W, space=space) for space in ("L2", "continuous", "linear")]
    weight = dense(W, x.size).sum() * np.abs(y).max() ** 2
    least = [f.criterion for f in fits]
    assert least[0] <= least[1] + tolerances.MINIMISER * weight
    assert least[1] <= least[2] + tolerances.MINIMISER * weight
    line = fits[2]
    for f, own in zip(fits, least, strict=True):
        loss = f.loss(line)
        np.testing.assert_allclose(loss.value, least[2], atol=tolerances.MINIMISER * weight)
        np.testing.assert_allclose(loss.excess, least[2] - own, atol=tolerances.MINIMISER * weight)


def test_loss_of_a_network_with_kinks() -> None:
    rng = np.random.default_rng(8)
    x, y = rng.standard_normal(7), rng.standard_normal(7)
    weights, shifts, out = rng.standard_normal((3, 20))

    def network(t: Any) -> Any:
        return np.maximum(np.multiply.outer(t, weights) + shifts, 0) @ out

    kinks = -shifts / weights
    f = mixup_1d(x, y)
    loss = f.loss(network)
    expected = criterion(network, x, y, None, kinks=kinks)
    np.testing.assert_allclose(loss.value, expected, rtol=1e-9)
    assert loss.error < 1e-9 * loss.value

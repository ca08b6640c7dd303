"""Minimisers for any law of lambda: singular, skewed, polynomial or concentrated."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import betainc

from numerics import graphs
from numerics.minimise import mixup_1d
from numerics.minimise.measure.quadrature import Cells, integrate
from numerics.minimise.virtual.law import BetaLaw, check_beta
from tests import tolerances
from tests.reference.pairwise_criterion import (
    Array,
    Data,
    Law,
    criterion,
    datasets,
    dense,
    mean_target,
    minimiser,
)

parameters = st.one_of(st.sampled_from([0.2, 0.5, 1.0, 1.5, 2.0, 3.0, 8.0]), st.floats(0.15, 20))


@given(data=datasets(), alpha=parameters, beta=parameters)
def test_mean_over_the_covering_segments(data: Data, alpha: float, beta: float) -> None:
    x, y, W = data
    f = minimiser(x, y, W, (alpha, beta))
    size = np.abs(y).max() * tolerances.MINIMISER
    for low, high in pairwise(np.unique(x)):
        for share in (1e-9, 0.3, 0.5, 0.99):
            where = float(low + share * (high - low))
            density, mean = mean_target(x, y, W, (alpha, beta), where)
            if density > 0:
                np.testing.assert_allclose(f(where), mean, rtol=1e-8, atol=size)
            else:
                assert np.isnan(f(where))


@given(data=datasets(most=4), alpha=parameters, beta=parameters)
def test_criterion_against_adaptive_quadrature(data: Data, alpha: float, beta: float) -> None:
    x, y, W = data
    f = minimiser(x, y, W, (alpha, beta), "continuous")
    knots = np.unique(x)
    heights = np.array([f.values[np.flatnonzero(x == u)[0]] for u in knots])
    heights = np.nan_to_num(heights)
    expected = criterion(lambda t: np.interp(t, knots, heights), x, y, W, (alpha, beta))
    size = dense(W, x.size).sum() * np.abs(y).max() ** 2
    np.testing.assert_allclose(f.criterion, expected, atol=size * tolerances.MINIMISER)
    # The same function, as one whose criterion has nothing to do with the space.
    loss = minimiser(x, y, W, (alpha, beta)).loss((knots, heights))
    np.testing.assert_allclose(loss.value, expected, atol=size * tolerances.MINIMISER)
    assert loss.excess >= -tolerances.MINIMISER * size
    assert loss.error <= tolerances.MINIMISER * size


@given(data=datasets(), alpha=parameters, beta=parameters, seed=st.integers(0, 999))
def test_no_perturbation_lowers_the_loss(data: Data, alpha: float, beta: float, seed: int) -> None:
    x, y, W = data
    rng = np.random.default_rng(seed)
    knots = np.unique(x)
    bumps = rng.standard_normal(knots.size) * np.abs(y).max()
    for space in ("L2", "continuous", "linear"):
        f = mixup_1d(x, y, W, (alpha, beta), space)
        moves = (knots, bumps) if space != "linear" else (knots, bumps[0] + knots * bumps[1])
        for step in (1e-5, -0.1):

            def beside(t: Any, f: Any = f, step: float = step, moves: Any = moves) -> Any:
                return np.nan_to_num(f(t)) + step * np.interp(t, *moves)

            moved = f.loss(beside)
            assert moved.excess > -abs(moved.error)
            assert moved.value >= f.criterion - abs(moved.error)


@given(alpha=st.sampled_from([0.3, 1.0, 2.0, 3.5]), beta=st.sampled_from([0.3, 1.0, 2.0, 3.5]))
def test_limits_next_to_a_point(alpha: float, beta: float) -> None:
    x, y = np.array([0.0, 1, 1, 3]), np.array([0.0, 1, 2, -1])
    W = np.arange(16.0).reshape(4, 4) % 5
    f = minimiser(x, y, W, (alpha, beta))
    # The limit is reached like s^d, with d the gap between the exponents, 0.7 or more here.
    for i, side in ((0, 1), (1, -1), (1, 1), (3, -1)):
        near = f(x[i] + side * 1e-13)
        limit = f.right[i] if side > 0 else f.left[i]
        np.testing.assert_allclose(near, limit, atol=1e-4)


@given(alpha=st.sampled_from([0.3, 1.0, 2.0, 3.5]), seed=st.integers(0, 99))
def test_exchanging_the_parameters_transposes_the_graph(alpha: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, y, W = rng.standard_normal(6), rng.standard_normal(6), rng.random((6, 6))
    f, g = minimiser(x, y, W, (alpha, 1.5)), minimiser(x, y, W.T, (1.5, alpha))
    grid = np.linspace(x.min(), x.max(), 20)[1:-1]
    np.testing.assert_allclose(f(grid), g(grid), rtol=tolerances.MINIMISER)
    np.testing.assert_allclose(f.criterion, g.criterion, rtol=tolerances.MINIMISER)
    # Negative control: without the transposition it is another function.
    h = minimiser(x, y, W, (1.5, alpha))
    if alpha != 1.5:
        assert np.abs(f(grid) - h(grid)).max() > tolerances.MINIMISER


@pytest.mark.parametrize("law", [(0.4, 0.4), (0.3, 1.7), (2, 2), (3, 1), (1, 2)])
@pytest.mark.parametrize("full", [True, False])
def test_matrices_and_lists_of_segments_agree(law: Law, full: bool) -> None:
    rng = np.random.default_rng(6)
    x, y = rng.random(15), rng.standard_normal((15, 2))
    x[3] = x[4]
    W = np.ones((15, 15)) if full else rng.random((15, 15)) * (rng.random((15, 15)) < 0.5)
    dense, sparse = minimiser(x, y, None if full else W, law), minimiser(x, y, sp.csr_array(W), law)
    grid = np.linspace(x.min(), x.max(), 40)
    np.testing.assert_allclose(dense(grid), sparse(grid), atol=tolerances.CLOSED_FORM)
    np.testing.assert_allclose(dense.left, sparse.left, atol=tolerances.CLOSED_FORM)
    np.testing.assert_allclose(dense.right, sparse.right, atol=tolerances.CLOSED_FORM)
    np.testing.assert_allclose(dense.criterion, sparse.criterion, rtol=tolerances.CLOSED_FORM)
    assert dense.criterion_error <= tolerances.MINIMISER * dense.criterion


@pytest.mark.parametrize("law", [(0.5, 0.5), (2, 2), (4, 3)])
def test_nearly_equal_points(law: Law) -> None:
    x = np.array([0.0, 0.25, 0.25 + 1e-12, 0.5, 1.0])
    y = np.array([0.0, 1, -1, 2, 1])
    f = minimiser(x, y, None, law)
    for where in (0.1, 0.25 - 1e-9, 0.25 + 3e-12, 0.3, 0.7):
        _, mean = mean_target(x, y, None, law, where)
        np.testing.assert_allclose(f(where), mean, rtol=tolerances.NEARLY_EQUAL_POINTS)
    double = np.outer([1, 2, 1, 1], [1, 2, 1, 1])
    merged = minimiser([0.0, 0.25, 0.5, 1.0], [0.0, 0, 2, 1], double, law)
    # Far from the two points, they act as one of double weight.
    np.testing.assert_allclose(f([0.4, 0.8]), merged([0.4, 0.8]), rtol=1e-5)


def test_polynomial_counterexample() -> None:
    f = minimiser([0, 1, 2], [0, 1, 0], beta=(2, 2))
    t = np.linspace(0, 1, 30)[1:-1]
    np.testing.assert_allclose(f(t), 8 * t * (1 - t) / (10 - 9 * t), rtol=tolerances.MINIMISER)
    np.testing.assert_allclose(f.left, [np.nan, 0, 0], atol=tolerances.MINIMISER)
    # Negative control: one coefficient off.
    assert np.abs(f(t) - 8 * t * (1 - t) / (10 - 8 * t)).max() > 1e-2


def test_densities_that_underflow() -> None:
    x, y = [0.0, 1.0, 2.0, 4.0], [1.0, -1.0, 0.0, 3.0]
    for W in (None, sp.csr_array(np.ones((4, 4)))):
        f = minimiser(x, y, W, (3.5, 4.0))
        # Only segments from 0 are there, and all of them begin with y = 1.
        np.testing.assert_allclose(f([1e-200, 1e-120]), 1, rtol=tolerances.CLOSED_FORM)
        assert f.determined([1e-200, 1e-120]).all()


def test_flat_laws() -> None:
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal(12), rng.standard_normal(12)
    W = graphs.knn(x, 4)
    grid = np.linspace(x.min(), x.max(), 40)
    uniform, one, other = (minimiser(x, y, W, law) for law in ((1, 1), (1, 2), (2, 1)))
    np.testing.assert_allclose(one(grid), uniform(grid), rtol=tolerances.CLOSED_FORM)
    np.testing.assert_allclose(other(grid), uniform(grid), rtol=tolerances.CLOSED_FORM)
    assert one.criterion_error == 0
    # A directed graph is flat for (1, 1) alone.
    directed = graphs.knn(x, 4, directed=True)
    gap = minimiser(x, y, directed, (1, 2))(grid) - minimiser(x, y, directed)(grid)
    assert np.nanmax(np.abs(gap)) > 1e-3


@pytest.mark.parametrize("law", [(1.0 + 1e-9, 1.0), (1.0, 1.0 - 1e-9)])
@pytest.mark.parametrize("space", ["L2", "continuous"])
def test_general_law_tends_to_the_uniform_one(law: Law, space: str) -> None:
    rng = np.random.default_rng(5)
    x, y = rng.standard_normal(9), rng.standard_normal((9, 2))
    f, g = minimiser(x, y, None, law, space), minimiser(x, y, None, (1, 1), space)
    grid = np.linspace(x.min(), x.max(), 20)
    np.testing.assert_allclose(f(grid), g(grid), atol=1e-6)
    np.testing.assert_allclose(f.criterion, g.criterion, rtol=1e-6)


def test_concentrated_law() -> None:
    # All virtual samples are at midpoints, as far as float64 can tell; f passes through them.
    f = minimiser([0, 1, 3], [0, 2, 10], beta=(1e5, 1e5))
    np.testing.assert_allclose(f([0.5, 1.5, 2]), [1, 5, 6], rtol=1e-3)
    # Elsewhere the density underflows, and the mean does not.
    assert np.isfinite(f([0.01, 2.99])).all()


@pytest.mark.parametrize(("alpha", "beta"), [(1.0, 1.0), (0.2, 0.7), (3.0, 2.0), (12.5, 0.5)])
def test_law(alpha: float, beta: float) -> None:
    law = check_beta([alpha, beta])
    nodes, weights = law.gauss_jacobi(12)
    first, cross, last = law.second_moments
    for value, expected in (
        (1 + 0 * nodes, 1),
        (nodes, law.mean),
        (nodes**2, first),
        (nodes * (1 - nodes), cross),
        ((1 - nodes) ** 2, last),
        ((nodes - law.mean) ** 2, law.variance),
    ):
        np.testing.assert_allclose(weights @ value, expected, rtol=tolerances.CLOSED_FORM)

    def density(_: Any, before: Array, behind: Array) -> tuple[Array, float]:
        return np.exp(law.log_density(np.log(before), np.log(behind)))[None], 0.0

    cells = Cells(np.zeros(1, int), np.zeros(1), np.ones(1), np.zeros(1))
    found, error = integrate(density, cells, singular=True, relative=tolerances.QUADRATURE)
    np.testing.assert_allclose(found, 1, rtol=tolerances.CLOSED_FORM)
    assert error < tolerances.MINIMISER
    part = Cells(np.zeros(1, int), np.array([0.1]), np.array([0.3]), np.array([0.6]))
    found, _ = integrate(density, part, singular=True, relative=tolerances.QUADRATURE)
    inside = betainc(alpha, beta, 0.4) - betainc(alpha, beta, 0.1)
    np.testing.assert_allclose(found, inside, rtol=tolerances.MINIMISER)


def test_quadrature_finds_kinks_and_jumps() -> None:
    def broken(_: Any, before: Array, behind: Array) -> tuple[Array, float]:
        del behind
        return np.stack((np.abs(before - 0.3), np.where(before < 1 / 7, 1.0, 0.0))), 0.0

    cells = Cells(np.zeros(1, int), np.zeros(1), np.ones(1), np.zeros(1))
    found, error = integrate(broken, cells, singular=False, relative=tolerances.QUADRATURE)
    np.testing.assert_allclose(found[:, 0], [0.29, 1 / 7], rtol=tolerances.CLOSED_FORM)
    assert error < tolerances.MINIMISER


def test_flat_tells_of_symmetric_pairs() -> None:
    assert BetaLaw(1.0, 1.0).flat(symmetric_pairs=False)
    assert BetaLaw(2.0, 1.0).flat(symmetric_pairs=True)
    assert not BetaLaw(2.0, 1.0).flat(symmetric_pairs=False)
    assert not BetaLaw(2.0, 2.0).flat(symmetric_pairs=True)
    assert BetaLaw(2.0, 3.0).polynomial
    assert not BetaLaw(2.5, 3.0).polynomial
    assert BetaLaw(2.5, 2.5).symmetric

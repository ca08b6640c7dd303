"""The shorter ways to the sums over segments: bands on a lattice, polynomials, cut ends."""

from itertools import pairwise

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st

from numerics import graphs
from numerics.graphs.bands import window_sums
from numerics.minimise import Line, mixup_1d, printed_1d
from numerics.minimise.measure import cells_between
from numerics.minimise.measure.polynomial import Polynomial
from tests import tolerances
from tests.reference.pairwise_criterion import Law, minimiser


@given(
    n=st.integers(2, 200),
    K=st.integers(1, 250),
    self_loops=st.booleans(),
    seed=st.integers(0, 2**32 - 1),
)
def test_band_against_its_pairs(n: int, K: int, self_loops: bool, seed: int) -> None:
    rng = np.random.default_rng(seed)
    # Evenly spaced up to the rounding of linspace; (1, 2) is flat for a symmetric graph.
    x, y = np.linspace(-1, 3, n), rng.standard_normal((n, 2))
    W = graphs.band(n, K, self_loops=self_loops)
    every = W.tosparse()
    for space in ("L2", "continuous"):
        f, g = minimiser(x, y, W, (1, 2), space), minimiser(x, y, every, (1, 2), space)
        np.testing.assert_allclose(f.left, g.left, atol=tolerances.MINIMISER)
        np.testing.assert_allclose(f.right, g.right, atol=tolerances.MINIMISER)
        np.testing.assert_allclose(f.values, g.values, atol=tolerances.MINIMISER)
        size = float(every.sum())
        assert abs(f.criterion - g.criterion) <= 1e-13 * size + 4 * f.criterion_error
        assert f.criterion_error <= tolerances.MINIMISER * size
    one, other = printed_1d(x, y, W), printed_1d(x, y, every)
    np.testing.assert_allclose(one.values, other.values, atol=tolerances.MINIMISER)
    np.testing.assert_allclose(one.left, other.left, atol=tolerances.MINIMISER)


def test_band_of_other_points_and_laws() -> None:
    rng = np.random.default_rng(1)
    x, y = rng.permutation(30) ** 1.5, rng.standard_normal(30)
    W = graphs.band(30, 4)
    for law, points in (((1, 1), x), ((2, 3), x), ((0.5, 0.5), np.arange(30.0))):
        f, g = minimiser(points, y, W, law), minimiser(points, y, W.tosparse(), law)
        np.testing.assert_allclose(f.values, g.values, rtol=tolerances.CLOSED_FORM)
        np.testing.assert_allclose(f.criterion, g.criterion, rtol=tolerances.CLOSED_FORM)
    for points in (x, np.arange(30.0)):
        lines = [mixup_1d(points, y, part, space="linear") for part in (W, W.tosparse())]
        assert isinstance(lines[0], Line)
        np.testing.assert_allclose(lines[0].values, lines[1].values, rtol=tolerances.MINIMISER)
        loss, other = (f.loss(np.sin) for f in lines)
        np.testing.assert_allclose(loss.value, other.value, rtol=1e-9)
    # Negative control: one neighbour more is another function.
    wider = minimiser(np.arange(30.0), y, graphs.band(30, 5))
    assert np.nanmax(np.abs(wider.left - minimiser(np.arange(30.0), y, W).left)) > 1e-3


def test_band_as_a_matrix() -> None:
    rng = np.random.default_rng(2)
    for n, K, loops in ((1, 0, True), (7, 2, False), (200, 90, True), (200, 300, False)):
        W = graphs.band(n, K, self_loops=loops)
        gap = np.abs(np.subtract.outer(np.arange(n), np.arange(n)))
        expected = (gap <= K).astype(float) - (0 if loops else np.eye(n))
        np.testing.assert_array_equal(W.tosparse().toarray(), expected)
        r = rng.standard_normal((n, 2))
        np.testing.assert_allclose(W @ r, expected @ r, atol=tolerances.CLOSED_FORM)
        np.testing.assert_allclose(W.T @ r[:, 0], expected @ r[:, 0], atol=tolerances.CLOSED_FORM)
    np.testing.assert_array_equal(window_sums(np.ones((1, 4)), 1), [[2, 3, 3, 2]])
    vanilla = minimiser([0, 1, 2], [3, 1, 2], graphs.band(3, 0))
    np.testing.assert_array_equal(vanilla.values, [3, 1, 2])
    assert np.isnan(vanilla([0.5, 1.5])).all()


def test_graph_of_true_and_false() -> None:
    x, y = [0.0, 1, 2, 4], [0.0, 1, 0, 2]
    mask = np.abs(np.subtract.outer(x, x)) <= 1
    expected = minimiser(x, y, mask.astype(float))
    for W in (mask, sp.csr_array(mask)):
        np.testing.assert_array_equal(minimiser(x, y, W).left, expected.left)


@given(
    seed=st.integers(0, 2**32 - 1),
    law=st.sampled_from([(2, 2), (3, 1), (1, 3), (2, 5), (8, 8)]),
    full=st.booleans(),
)
def test_polynomials_against_lists(seed: int, law: tuple[int, int], full: bool) -> None:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 16))
    x, y = np.round(rng.random(n), 1), rng.standard_normal((n, 2))
    x[0] = 2
    W = np.ones((n, n)) if full else rng.random((n, n)) * (rng.random((n, n)) < 0.5) + np.eye(n)
    f, g = minimiser(x, y, None if full else W, law), minimiser(x, y, sp.csr_array(W), law)
    grid = np.linspace(x.min(), x.max(), 40)
    for one, other in ((f(grid), g(grid)), (f.left, g.left), (f.right, g.right)):
        np.testing.assert_allclose(one, other, atol=1e-11)
    np.testing.assert_allclose(f.criterion, g.criterion, rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize(
    "law",
    [(0.4, 0.4), (0.05, 0.05), (0.01, 0.01), (0.002, 3), (2, 2), (7, 40), (1000, 1000), (5, 1e5)],
)
@pytest.mark.parametrize("x", [[0, 1, 3, 4.2, 7], [0, 1, 1 + 1e-9, 3, 1000]])
def test_mass_of_all_segments(law: Law, x: list[float]) -> None:
    # Singular ends that the quadrature cuts off, and peaks that its first panels might miss.
    f = minimiser(x, [0, 1, 0, 2, 1], None, law)
    measure = f._measure
    cells = cells_between(measure.points, np.empty(0))
    gram, _ = measure.moments(cells, measure.points, cells.interval)
    mass = float((gram[0] + 2 * gram[1] + gram[2]).sum())
    np.testing.assert_allclose(mass, 20, rtol=max(1e-12, 1e-14 * sum(law)))


def test_tiny_parameters_against_the_limit() -> None:
    # As alpha tends to 0 each pair becomes two atoms, W_ij / 2 at both of its ends.
    x, y = np.array([0.0, 1, 3]), np.array([[0.0], [2], [1]])
    f = minimiser(x, y, np.ones((3, 3)) - np.eye(3), (1e-3, 1e-3), "continuous")
    loss = f.loss(lambda t: np.zeros((t.size, 1)))
    # E lambda^2 and E lambda (1 - lambda): 1 + alpha and alpha, over 2 (1 + 2 alpha).
    first, cross = 1.001 / 2.004, 0.001 / 2.004
    expected = sum(
        2 * (first * (a * a + b * b) + 2 * cross * a * b)
        for a, b in (*pairwise([0.0, 2, 1]), (0.0, 1.0))
    )
    np.testing.assert_allclose(loss.value, expected, rtol=tolerances.MINIMISER)


def test_polynomials_only_where_they_fit() -> None:
    f = minimiser([0, 1, 3], [0, 1, 0], None, (2, 2))
    assert isinstance(f._measure._fast_sums, Polynomial)
    for x, law in (([0, 1, 3], (9, 9)), ([0, 1, 3], (2.5, 2)), ([0, 1e-60, 3], (2, 3))):
        g = minimiser(x, [0, 1, 0], None, law)
        assert not isinstance(g._measure._fast_sums, Polynomial)
        assert np.isfinite(g([0.5, 2])).all()

"""Locality graphs against the definitions, pair by pair."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st

from numerics import graphs, tolerances

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

numbers = st.one_of(
    st.lists(st.integers(-4, 4), min_size=1, max_size=9),
    st.lists(st.floats(-1e3, 1e3, allow_subnormal=False), min_size=1, max_size=9),
)


def distances(X: Array) -> Array:
    """Return Euclidean distances, as coordinates along a line or in a plane."""
    if X.ndim == 1:
        return np.abs(X[:, None] - X)
    return np.asarray(np.sqrt(((X[:, None] - X) ** 2).sum(axis=2)))


def nearest(D: Array, K: int) -> Array:
    """Join each sample to those at most as far as its K-th closest other one."""
    n = D.shape[0]
    W = np.zeros((n, n))
    for i in range(n):
        others = sorted(D[i, j] for j in range(n) if j != i)
        for j in range(n):
            W[i, j] = i != j and K > 0 and D[i, j] <= others[min(K, n - 1) - 1]
    return W


def as_array(W: Any) -> Array:
    return W.toarray() if isinstance(W, sp.csr_array) else np.asarray(W)


@given(x=numbers, K=st.integers(0, 10), loops=st.booleans(), sparse=st.booleans())
def test_knn_on_a_line(x: list[float], K: int, loops: bool, sparse: bool) -> None:
    X = np.array(x, dtype=float)
    directed = nearest(distances(X), K) + loops * np.eye(X.size)
    found = graphs.knn(x, K, directed=True, self_loops=loops, sparse=sparse)
    assert sp.issparse(found) == sparse
    np.testing.assert_array_equal(as_array(found), directed)
    found = graphs.knn(x, K, self_loops=loops, sparse=sparse)
    np.testing.assert_array_equal(as_array(found), np.maximum(directed, directed.T))


@given(
    x=st.lists(st.tuples(*[st.integers(-3, 3)] * 2), min_size=1, max_size=9),
    K=st.integers(0, 10),
    loops=st.booleans(),
)
def test_knn_in_the_plane(x: list[tuple[int, int]], K: int, loops: bool) -> None:
    X = np.array(x, dtype=float)
    directed = nearest(distances(X), K) + loops * np.eye(len(x))
    found = graphs.knn(x, K, directed=True, self_loops=loops)
    np.testing.assert_array_equal(as_array(found), directed)
    found = graphs.knn(x, K, self_loops=loops, sparse=False)
    np.testing.assert_array_equal(found, np.maximum(directed, directed.T))


@given(x=numbers, eps=st.floats(0, 100), loops=st.booleans())
def test_threshold(x: list[float], eps: float, loops: bool) -> None:
    X = np.array(x, dtype=float)
    near = (distances(X) <= eps).astype(float)
    np.fill_diagonal(near, float(loops))
    np.testing.assert_array_equal(as_array(graphs.threshold(x, eps, self_loops=loops)), near)
    plane = np.stack((3 * X, 4 * X), axis=1)
    found = graphs.threshold(plane, 1.0, self_loops=loops, sparse=False)
    D = distances(plane)
    clear = np.abs(D - 1) > tolerances.CLOSED_FORM
    np.fill_diagonal(D, 0 if loops else 2)
    np.testing.assert_array_equal(np.asarray(found)[clear], (D <= 1)[clear])


@given(x=numbers, alpha=st.floats(0, 10), loops=st.booleans(), sparse=st.booleans())
def test_exponential(x: list[float], alpha: float, loops: bool, sparse: bool) -> None:
    X = np.array(x, dtype=float)
    expected = np.exp(-alpha * distances(X))
    np.fill_diagonal(expected, float(loops))
    found = graphs.exponential(x, alpha, self_loops=loops, sparse=sparse)
    assert sp.issparse(found) == sparse
    np.testing.assert_allclose(as_array(found), expected, rtol=tolerances.CLOSED_FORM)


@pytest.mark.parametrize("dimension", [1, 3])
def test_extremes_are_vanilla_and_mixup(dimension: int) -> None:
    X = np.random.default_rng(0).standard_normal((12, dimension))
    X = X[:, 0] if dimension == 1 else X
    one, eye = np.ones((12, 12)), np.eye(12)
    for W, expected in (
        (graphs.knn(X, 0), eye),
        (graphs.knn(X, 11), one),
        (graphs.knn(X, 40), one),
        (graphs.threshold(X, 0), eye),
        (graphs.threshold(X, 100), one),
        (graphs.exponential(X, 0), one),
        (graphs.exponential(X, 1e6), eye),
    ):
        np.testing.assert_allclose(as_array(W), expected, atol=tolerances.CLOSED_FORM)


def test_nearest_neighbours_are_not_mutual() -> None:
    W = as_array(graphs.knn([0, 1, 3], 1, directed=True, self_loops=False))
    np.testing.assert_array_equal(W, [[0, 1, 0], [1, 0, 0], [0, 1, 0]])
    W = as_array(graphs.knn([0, 1, 3], 1, self_loops=False))
    np.testing.assert_array_equal(W, [[0, 1, 0], [1, 0, 1], [0, 1, 0]])


def test_many_samples_in_any_order() -> None:
    rng = np.random.default_rng(1)
    x = np.sort(rng.random(5000))
    order = rng.permutation(x.size)
    for make in (partial(graphs.knn, neighbours=6), partial(graphs.threshold, eps=1e-3)):
        sorted_graph, shuffled = sp.csr_array(make(x)), sp.csr_array(make(x[order]))
        assert (shuffled - sorted_graph[order][:, order]).count_nonzero() == 0
        assert (sorted_graph - sorted_graph.T).count_nonzero() == 0
        # Negative control: another order is another matrix.
        assert (shuffled - sorted_graph).count_nonzero() > 0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: graphs.knn([0, np.nan], 1), "X must be finite, got nan at index 1"),
        (lambda: graphs.knn([[[0.0]]], 1), r"X must have shape \(n,\) or \(n, p\)"),
        (lambda: graphs.knn([], 1), "X must"),
        (lambda: graphs.knn(["a"], 1), "X must be a real number"),
        (lambda: graphs.knn([0, 1e200], 1), r"X must stay below 1e\+150"),
        (lambda: graphs.knn([0, 1], -1), "neighbours must be at least 0, got -1"),
        (lambda: graphs.knn([0, 1], 3 / 2), "neighbours must be an integer, got 1.5"),  # type: ignore[arg-type]
        (lambda: graphs.knn([0, 1], True), "neighbours must be an integer, got True"),
        (lambda: graphs.knn([0, 1]), "neighbours must be an integer, got None"),
        (lambda: graphs.knn([0, 1], 1, K=1), "K of graphs.knn is now called neighbours"),
        (lambda: graphs.both_sides(-1), "K must be at least 0, got -1"),
        (lambda: graphs.threshold([0, 1], -1), "eps must be a finite number, at least 0, got -1"),
        (lambda: graphs.threshold([0, 1], np.inf), "eps must be a finite number"),
        (lambda: graphs.exponential([0, 1], np.nan), "alpha must be a finite number"),
    ],
)
def test_bad_input(call: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


def test_the_old_name_still_works_and_warns() -> None:
    x = np.random.default_rng(2).normal(size=30)
    with pytest.warns(DeprecationWarning, match="now called neighbours"):
        old = graphs.knn(x, K=4)
    np.testing.assert_array_equal(as_array(old), as_array(graphs.knn(x, 4)))


@pytest.mark.parametrize("K", [0, 1, 3])
def test_both_sides_of_a_lattice(K: int) -> None:
    n = 20
    inner = slice(2 * K + 1, n - 2 * K - 1)  # beyond, ends have all their neighbours on one side
    found = as_array(graphs.knn(np.arange(n), graphs.both_sides(K)))
    expected = (np.abs(np.subtract.outer(np.arange(n), np.arange(n))) <= K).astype(float)
    np.testing.assert_array_equal(found[inner], expected[inner])
    assert K == 0 or (found[0] != expected[0]).any()

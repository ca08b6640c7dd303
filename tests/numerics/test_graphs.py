"""Locality graphs against the definitions, pair by pair."""

import tracemalloc
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from numerics import graphs
from numerics.lipschitz import lower_bound
from tests import tolerances
from tests.reference.distances import ways

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
    K %= len(x) + 1
    directed = nearest(distances(X), K) + loops * np.eye(X.size)
    found = graphs.knn(x, K, directed=True, self_loops=loops, sparse=sparse)
    assert sp.issparse(found) == sparse
    np.testing.assert_array_equal(as_array(found), directed)
    found = graphs.knn(x, K, self_loops=loops, sparse=sparse)
    np.testing.assert_array_equal(as_array(found), np.maximum(directed, directed.T))


@given(x=numbers, eps=st.floats(0, 100), loops=st.booleans())
def test_threshold(x: list[float], eps: float, loops: bool) -> None:
    X = np.array(x, dtype=float)
    near = (distances(X) <= eps).astype(float)
    np.fill_diagonal(near, float(loops))
    np.testing.assert_array_equal(as_array(graphs.threshold(x, eps, self_loops=loops)), near)


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


@given(
    p=st.one_of(st.integers(1, 20), st.sampled_from([64, 300, 784])),
    seed=st.integers(0, 10**6),
    grid=st.booleans(),
    shift=st.sampled_from([0.0, 1.0, 1e3]),
)
def test_a_distance_of_the_data_joins_its_pair(p: int, seed: int, grid: bool, shift: float) -> None:
    rng = np.random.default_rng(seed)
    X = rng.integers(0, 4, (6, p)) / 3 if grid else rng.standard_normal((6, p))
    X = X + shift
    for i, j in ((0, 1), (2, 5)):
        exact = Fraction(0)
        for a, b in zip(X[i].tolist(), X[j].tolist(), strict=True):
            exact += (Fraction(a) - Fraction(b)) ** 2
        for eps in ways(X[i], X[j]):
            W = np.asarray(graphs.threshold(X, eps, sparse=False))
            assert W[i, j] == W[j, i] == 1
            assert as_array(graphs.threshold(X[[i]], eps, query=X[[j]])) == [[1]]
            # And hardly less does not: the rule is not a wide one.
            less = eps * (1 - 1e-12 - 2 * p * 2.0**-50)
            assert exact == 0 or np.asarray(graphs.threshold(X, less, sparse=False))[i, j] == 0


def test_a_jump_of_the_lower_bound_joins_the_segment_that_made_it() -> None:
    rng = np.random.default_rng(3)
    X, labels = rng.standard_normal((60, 7)), rng.integers(0, 2, 60)
    curve = lower_bound(X, labels)
    assert curve.epsilons.size > 4
    for eps, witness in zip(curve.epsilons.tolist(), curve.witnesses, strict=True):
        W = np.asarray(graphs.threshold(X, eps, sparse=False))
        assert W[witness.i, witness.j] == 1
        for other in ways(X[witness.i], X[witness.j]):
            assert curve(other) >= curve(eps) or witness.i == witness.j
            assert lower_bound(X, labels, eps=other) >= curve(eps) or witness.i == witness.j


@pytest.mark.parametrize("p", [1, 2, 9, 40])
@pytest.mark.parametrize("size", [1e-300, 1e-170, 1e170, 1e300])
def test_small_and_large_distances(p: int, size: float) -> None:
    X = np.zeros((5, p))
    X[:, -1] = np.array([0, 1, 3, 7, 7]) * size
    expected = np.abs(np.subtract.outer(X[:, -1], X[:, -1]))
    np.testing.assert_array_equal(graphs.threshold(X, 3 * size, sparse=False), expected <= 3 * size)
    nearest_one = nearest(expected, 1) + np.eye(5)
    np.testing.assert_array_equal(graphs.knn(X, 1, directed=True, sparse=False), nearest_one)
    for sparse in (True, False):
        W = as_array(graphs.exponential(X, 1 / size, sparse=sparse))
        np.testing.assert_allclose(W, np.exp(-expected / size), rtol=tolerances.CLOSED_FORM)


@pytest.mark.parametrize("p", [2, 12])
def test_near_and_far_at_once(p: int) -> None:
    X = np.zeros((40, p))
    X[:20, 0] = 2.0**-565 * np.arange(20)
    X[20:, 0] = 1 + 2.0**-30 * np.arange(20)
    expected = np.abs(np.subtract.outer(X[:, 0], X[:, 0]))
    for K in (1, 2, 30):
        found = graphs.knn(X, K, directed=True, self_loops=False, sparse=False)
        np.testing.assert_array_equal(found, nearest(expected, K))
    for eps in (0.0, 3 * 2.0**-565, 5.5 * 2.0**-30):
        found = graphs.threshold(X, eps, sparse=False)
        np.testing.assert_array_equal(found, expected <= eps)


def cloud(n: int, p: int, kind: str, seed: int) -> Array:
    """Make points that are ordinary, or unkind to products of matrices."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, p))
    if kind == "grid":
        X = rng.integers(-2, 3, (n, p)).astype(float)
    elif kind == "twins":
        X = X[rng.integers(0, max(1, n // 4), n)]
    elif kind == "outlier":
        X[0] += 1e7
    elif kind == "clusters":
        X = 1e-6 * X + rng.integers(0, 2, (n, 1))
    return X


clouds = st.builds(
    cloud,
    st.integers(1, 50),
    st.sampled_from([2, 3, 9, 17, 40]),
    st.sampled_from(["grid", "normal", "twins", "outlier", "clusters"]),
    st.integers(0, 10**6),
)


@given(X=clouds, K=st.integers(0, 20), loops=st.booleans(), directed=st.booleans())
def test_knn_in_space(X: Array, K: int, loops: bool, directed: bool) -> None:
    D = distances(X)
    expected = nearest_alike(D, K, X.shape[1]) + loops * np.eye(len(X))
    expected = expected if directed else np.maximum(expected, expected.T)
    found = graphs.knn(X, K, directed=directed, self_loops=loops)
    assert found.shape == expected.shape
    np.testing.assert_array_equal(as_array(found), expected)


def nearest_alike(D: Array, K: int, p: int) -> Array:
    """Join each to the others that are not farther than the K-th, but for rounding."""
    others = np.sort(np.where(np.eye(len(D), dtype=bool), np.inf, D), axis=1)
    reach = others[:, [min(K, len(D) - 1) - 1]] * (1 + p * 2.0**-49)
    return (reach >= D) * (1 - np.eye(len(D))) * (K > 0)


@given(X=clouds, eps=st.floats(0, 12), loops=st.booleans(), alpha=st.floats(0, 3))
def test_threshold_and_exponential_in_space(
    X: Array, eps: float, loops: bool, alpha: float
) -> None:
    D = distances(X)
    near = (eps * (1 + X.shape[1] * 2.0**-49) >= D).astype(float)
    np.fill_diagonal(near, float(loops))
    np.testing.assert_array_equal(graphs.threshold(X, eps, self_loops=loops, sparse=False), near)
    W = np.exp(-alpha * D)
    np.fill_diagonal(W, float(loops))
    agrees = partial(np.testing.assert_allclose, rtol=1e-9, atol=1e-300)
    agrees(as_array(graphs.exponential(X, alpha, self_loops=loops)), W)
    for cutoff in (0.0, 0.1):
        kept = np.where(np.abs(W - cutoff) > 1e-9, W, 0) * (cutoff < W)
        for sparse in (True, False):
            found = as_array(
                graphs.exponential(X, alpha, self_loops=loops, sparse=sparse, cutoff=cutoff)
            )
            found = np.where(np.abs(found - cutoff) > 1e-9, found, 0)
            agrees(found, kept)


@pytest.mark.parametrize("p", [1, 2, 12, 30])
def test_many_points_in_blocks_and_trees(p: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(p)
    X = np.concatenate((rng.standard_normal((120, p)), rng.integers(0, 3, (120, p)) / 1.0))
    monkeypatch.setattr("numerics.graphs.space._ROWS", 37)
    monkeypatch.setattr("numerics.graphs.space._NUMBERS", 1 << 12)
    D = cdist(X, X)
    for K in (1, 4, 100):
        found = graphs.knn(X, K, directed=True, self_loops=False, sparse=False)
        np.testing.assert_array_equal(found, nearest_alike(D, K, p))
    for eps in (0.0, 1.0, 2.0, np.sqrt(p)):
        found = graphs.threshold(X, eps, sparse=False)
        np.testing.assert_array_equal(found, eps * (1 + p * 2.0**-49) >= D)


@pytest.mark.parametrize("p", [1, 2, 12])
def test_queries(p: int) -> None:
    rng = np.random.default_rng(p)
    X, Q = rng.integers(-3, 4, (50, p)) / 2, rng.integers(-3, 4, (20, p)) / 2
    D = cdist(Q, X)
    for metric, data in (("euclidean", (X, Q)), ("precomputed", (cdist(X, X), D))):
        options: Any = {"query": data[1], "metric": metric}
        for K in (0, 1, 3, 49, 50, 70):
            reach = np.sort(D, axis=1)[:, [min(max(K, 1), 50) - 1]]
            expected = (reach * (1 + 1e-12) >= D) * (K > 0)
            found = graphs.knn(data[0], K, **options)
            assert found.shape == (20, 50)
            np.testing.assert_array_equal(as_array(found), expected)
        found = graphs.threshold(data[0], 1.5, **options)
        np.testing.assert_array_equal(as_array(found), D <= 1.5)
        for sparse in (True, False):
            found = graphs.exponential(data[0], 2.0, sparse=sparse, **options)
            np.testing.assert_allclose(as_array(found), np.exp(-2 * D), rtol=1e-10)


def test_precomputed_distances_are_those_of_the_points() -> None:
    X = np.random.default_rng(5).standard_normal((30, 3))
    D = distances(X)
    for options in ({}, {"self_loops": False}, {"sparse": False}):
        for make in (partial(graphs.knn, neighbours=4), partial(graphs.threshold, eps=1.0)):
            near = as_array(make(X, **options))
            np.testing.assert_array_equal(as_array(make(D, metric="precomputed", **options)), near)
        W, given = graphs.exponential(X, 2.0), graphs.exponential(D, 2.0, metric="precomputed")
        np.testing.assert_allclose(as_array(given), as_array(W), rtol=tolerances.CLOSED_FORM)


@pytest.mark.parametrize("sparse", [True, False])
def test_close_pairs_among_many_have_exact_weights(*, sparse: bool) -> None:
    # Too few for another method, and too close for a product of matrices.
    X = np.random.default_rng(0).standard_normal((200, 40))
    X[1], X[7] = X[0] + 1e-6, X[150]
    W = as_array(graphs.exponential(X, 1e6, sparse=sparse))
    np.testing.assert_allclose(W, np.exp(-1e6 * cdist(X, X)), rtol=tolerances.MINIMISER)


@pytest.mark.parametrize("dimension", [1, 2, 12])
def test_infinity(dimension: int) -> None:
    X = np.arange(10.0)[:, None] * np.ones(dimension)
    X[3] = X[2]
    same = (distances(X) == 0).astype(float)
    np.testing.assert_array_equal(graphs.threshold(X, np.inf, sparse=False), 1)
    for sparse in (True, False):
        found = as_array(graphs.exponential(X, np.inf, sparse=sparse))
        np.testing.assert_array_equal(found, same)
        np.testing.assert_array_equal(as_array(graphs.exponential(X, 0, sparse=sparse)), 1)


@pytest.mark.parametrize("p", [1, 3, 10])
def test_sparse_weights_need_no_dense_ones(p: int) -> None:
    X = np.random.default_rng(0).random((6000, p)) * np.array([1000.0] + (p - 1) * [1e-3])
    tracemalloc.start()
    W = sp.csr_array(graphs.exponential(X, 1.0, sparse=True, cutoff=0.1))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert 6000 < W.nnz < 500_000
    assert W.data.min() >= 0.1
    assert peak < 6000 * 6000 * 8 / 2


def test_much_memory_is_announced(monkeypatch: pytest.MonkeyPatch) -> None:
    X = np.random.default_rng(0).standard_normal((300, 12))
    monkeypatch.setattr("numerics.costs._memory", lambda: 1e6)
    with pytest.warns(UserWarning, match=r"300 times 300 weights takes 0.00072 GB .* sparse=True"):
        graphs.exponential(X, 1.0)
    monkeypatch.setattr("numerics.costs._memory", lambda: 1e5)
    calls: Any = (
        lambda: graphs.exponential(X, 1.0),
        lambda: graphs.threshold(X, 100.0),
        lambda: graphs.threshold(X[:, :2], 100.0),
        lambda: graphs.threshold(X[:, 0], 100.0),
        lambda: graphs.knn(X, 299),
        lambda: graphs.knn(0 * X[:, :2], 3),
        lambda: graphs.threshold(X, 0.0, sparse=False),
    )
    for call in calls:
        with pytest.raises(MemoryError, match=r"would take .* GB of memory, of 0\.0001 GB: "):
            call()


def test_long_work_is_announced(monkeypatch: pytest.MonkeyPatch) -> None:
    X = np.random.default_rng(0).standard_normal((300, 12))
    monkeypatch.setattr("numerics.graphs.space._RATE", 1e3)
    with pytest.warns(UserWarning, match="300 times 300 distances in 12 .* takes about 36 minutes"):
        graphs.knn(X, 3)


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


@pytest.mark.parametrize("metric", ["euclidean", "precomputed"])
def test_inputs_are_neither_changed_nor_shared(metric: Any) -> None:
    X = np.abs(np.subtract.outer(np.arange(6.0), np.arange(6.0)))  # distances, and inputs as well
    given = X.copy()
    for W in (
        graphs.exponential(X, 1.0, metric=metric),
        graphs.exponential(X, 0.0, metric=metric, self_loops=False),
        graphs.threshold(X, 2.0, metric=metric),
        graphs.knn(X, 2, metric=metric, self_loops=False),
    ):
        assert not np.shares_memory(W if isinstance(W, np.ndarray) else W.data, X)
    np.testing.assert_array_equal(X, given)

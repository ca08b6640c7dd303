r"""Locality graphs (Section IV.A): K nearest neighbours, threshold, exponential.

Each function takes the inputs x_0, ..., x_{n-1}, real numbers or vectors, and returns the weights
W[i, j], a function of the Euclidean distances D[i, j].

Self loops W[i, i] are a choice of their own: with them, and only with them, both extremes of Local
Mixup hold, vanilla training for K = 0, eps = 0 or alpha -> inf, and the Mixup of Definition II.1
for K >= n - 1, eps >= the diameter or alpha = 0. Eq. (3) of the paper is without.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import numpy as np
import scipy.sparse as sp
from scipy.spatial import cKDTree
from scipy.spatial.distance import cdist

from numerics.minimise.measure.bands import Band
from numerics.validation import (
    FloatArray,
    IntArray,
    check_angles,
    check_count,
    check_nonnegative,
)

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["Band", "Graph", "band", "both_sides", "exponential", "knn", "threshold"]

Graph: TypeAlias = "FloatArray | sp.csr_array"
"""Weights of all pairs, shape (n, n): a dense array or one in compressed sparse rows."""

_LARGEST_INPUT = 1e150  # the square of a distance must not overflow


def both_sides(K: int) -> int:
    """Convert a number of neighbours on each side into one in total, as `knn` takes it.

    Parameters
    ----------
    K : int
        Number of neighbours on each side, as in `numerics.lattice` and `numerics.tradeoff`; at
        least 0.

    Returns
    -------
    int
        2 K. At the ends of a line the two still differ: there, 2 K neighbours in total lie all on
        one side.

    Raises
    ------
    ValueError
        If K is not an integer of at least 0.
    """
    return 2 * check_count(K, "K")


def knn(
    X: ArrayLike,
    neighbours: int | None = None,
    *,
    directed: bool = False,
    self_loops: bool = True,
    sparse: bool = True,
    K: int | None = None,
) -> Graph:
    """Return the graph of the nearest neighbours: W[i, j] is 1 or 0.

    Parameters
    ----------
    X : array_like of float
        Inputs, shape (n,) or (n, p).
    neighbours : int
        Number of neighbours of each sample in total (not on each side, see `both_sides`), the
        sample itself not among them; at least 0. From n - 1 on, the graph is complete.
    directed : bool, optional
        Leave W[i, j] = 1 only where j is among the neighbours of i, which is not symmetric. By
        default the two are joined if either is a neighbour of the other.
    self_loops : bool, optional
        Whether W[i, i] is 1 or 0.
    sparse : bool, optional
        Return compressed sparse rows, or a dense array.
    K : int, optional
        The old name of `neighbours`.

    Returns
    -------
    scipy.sparse.csr_array or numpy.ndarray
        Shape (n, n), float64.

    Raises
    ------
    ValueError
        If X is not of finite real numbers of one or two dimensions, or is empty; if `neighbours` is
        not an integer of at least 0.

    Warns
    -----
    DeprecationWarning
        If `neighbours` is called K.

    Notes
    -----
    Samples at the same distance as the last neighbour are neighbours too, so that the graph depends
    on the distances alone and not on the order of the samples; on a lattice one neighbour gives
    two. In one dimension it takes O(n log n) for the windows of neighbours, and the time to write
    the rows.
    """
    inputs = _inputs(X)
    if K is not None:
        message = "K of graphs.knn is now called neighbours: a number in total, not on each side"
        if neighbours is not None:
            raise ValueError(message)
        warnings.warn(message, DeprecationWarning, stacklevel=2)
        neighbours = K
    count = check_count(neighbours, "neighbours")
    n = inputs.shape[0]
    if count == 0:
        return _finished(sp.csr_array((n, n)), self_loops=self_loops, sparse=sparse)
    if inputs.shape[1] == 1:
        order = np.argsort(inputs[:, 0], kind="stable")
        ordered = inputs[order, 0]
        low, high = _reach(ordered, _nearest_distance(ordered, min(count, n - 1)))
        if directed or ((np.diff(low) >= 0).all() and (np.diff(high) >= 0).all()):
            if not directed:
                low, high = _mutual(low, high)
            return _from_windows(order, low, high, self_loops=self_loops, sparse=sparse)
        # Rounded distances can tie where the points differ, and a window reach back.
        W = sp.csr_array(_from_windows(order, low, high, self_loops=True, sparse=True))
    else:
        W = _nearest_in_space(inputs, min(count, n - 1))
    if not directed:
        W = W.maximum(W.T).tocsr()
    return _finished(W, self_loops=self_loops, sparse=sparse)


def threshold(X: ArrayLike, eps: float, *, self_loops: bool = True, sparse: bool = True) -> Graph:
    """Return the thresholded graph: W[i, j] is 1 if D[i, j] <= eps, and 0 if not.

    Parameters
    ----------
    X : array_like of float
        Inputs, shape (n,) or (n, p).
    eps : float
        Largest distance that is joined, at least 0, in the units of X.
    self_loops : bool, optional
        Whether W[i, i] is 1 or 0.
    sparse : bool, optional
        Return compressed sparse rows, or a dense array.

    Returns
    -------
    scipy.sparse.csr_array or numpy.ndarray
        Shape (n, n), float64, symmetric.

    Raises
    ------
    ValueError
        If X is not of finite real numbers of one or two dimensions, or is empty; if eps is
        negative or not finite.
    """
    inputs = _inputs(X)
    radius = check_nonnegative(eps, "eps")
    n = inputs.shape[0]
    if inputs.shape[1] == 1:
        order = np.argsort(inputs[:, 0], kind="stable")
        low, high = _reach(inputs[order, 0], np.full(n, radius))
        return _from_windows(order, low, high, self_loops=self_loops, sparse=sparse)
    pairs = cKDTree(inputs).query_pairs(radius, output_type="ndarray")
    rows, columns = np.concatenate((pairs, pairs[:, ::-1])).T
    W = sp.csr_array((np.ones(rows.size), (rows, columns)), shape=(n, n))
    return _finished(W, self_loops=self_loops, sparse=sparse)


def exponential(
    X: ArrayLike, alpha: float, *, self_loops: bool = True, sparse: bool = False
) -> Graph:
    """Return the smoothly decreasing graph W[i, j] = exp(-alpha D[i, j]).

    Parameters
    ----------
    X : array_like of float
        Inputs, shape (n,) or (n, p).
    alpha : float
        Rate of decrease, at least 0, in units of 1 / those of X.
    self_loops : bool, optional
        Whether W[i, i] is 1 or 0.
    sparse : bool, optional
        Return compressed sparse rows of the weights that are not 0 in float64, or a dense array.

    Returns
    -------
    numpy.ndarray or scipy.sparse.csr_array
        Shape (n, n), float64, symmetric.

    Raises
    ------
    ValueError
        If X is not of finite real numbers of one or two dimensions, or is empty; if alpha is
        negative or not finite.
    """
    inputs = _inputs(X)
    rate = check_nonnegative(alpha, "alpha")
    W = np.exp(-rate * cdist(inputs, inputs))
    np.fill_diagonal(W, float(self_loops))
    return sp.csr_array(W) if sparse else W


def band(n: int, K: int, *, self_loops: bool = True) -> Band:
    """Return the graph that joins samples at most K apart in their order: W[i, j] is 1 or 0.

    Parameters
    ----------
    n : int
        Number of samples, at least 1.
    K : int
        Number of neighbours on each side, at least 0.
    self_loops : bool, optional
        Whether W[i, i] is 1 or 0.

    Returns
    -------
    Band
        The graph without its pairs: `numerics.minimise` takes it, in time O(n log n) for evenly
        spaced ascending inputs and beta = (1, 1), (1, 2) or (2, 1). Its method ``tosparse`` gives
        compressed sparse rows.

    Raises
    ------
    ValueError
        If n or K is not an integer or too small.
    """
    return Band(n, K, self_loops)


def _inputs(X: ArrayLike) -> FloatArray:
    """Return the inputs as float64, shape (n, p)."""
    values = check_angles(X, "X")
    if values.ndim not in {1, 2} or not values.size:
        message = f"X must have shape (n,) or (n, p) and not be empty, got shape {values.shape}"
        raise ValueError(message)
    largest = float(np.abs(values).max())
    if largest > _LARGEST_INPUT:
        message = f"X must stay below {_LARGEST_INPUT:g} to be squared, got {largest:g}"
        raise ValueError(message)
    return values.reshape(values.shape[0], -1)


def _nearest_distance(x: FloatArray, K: int) -> FloatArray:
    """Return the distance of the K-th closest other sample, for sorted x.

    The K closest are the m before and the K - m behind, for the m that makes the larger of the two
    distances least; the one grows with m and the other falls, so m is found by bisection.
    """
    n = x.size
    here = np.arange(n)
    low, high = np.maximum(0, K - (n - 1 - here)), np.minimum(K, here)
    first, last = low.copy(), high.copy()
    while (first < last).any():
        middle = (first + last) // 2
        enough = x - x[here - middle] >= x[here + K - middle] - x
        last = np.where(enough, middle, last)
        first = np.where(enough, first, np.minimum(middle + 1, last))
    before = np.maximum(first - 1, low)
    return cast(
        "FloatArray",
        np.minimum(
            np.maximum(x - x[here - first], x[here + K - first] - x),
            np.maximum(x - x[here - before], x[here + K - before] - x),
        ),
    )


def _reach(x: FloatArray, radius: FloatArray) -> tuple[IntArray, IntArray]:
    """Return the first and the last sample at most `radius` away, for sorted x."""
    first_equal = np.searchsorted(x, x, side="left")
    last_equal = np.searchsorted(x, x, side="right") - 1
    n = x.size
    low = np.searchsorted(x, x - radius, side="left")
    high = np.searchsorted(x, x + radius, side="right") - 1
    # x -+ radius is rounded; what decides is the rounded distance, as in the definition.
    while True:
        wider = first_equal[np.maximum(low - 1, 0)]
        inside = (low > 0) & (x - x[wider] <= radius)
        outside = x - x[np.minimum(low, n - 1)] > radius
        if not (inside | outside).any():
            break
        low = np.where(inside, wider, np.where(outside, last_equal[low] + 1, low))
    while True:
        wider = last_equal[np.minimum(high + 1, n - 1)]
        inside = (high < n - 1) & (x[wider] - x <= radius)
        outside = x[high] - x > radius
        if not (inside | outside).any():
            break
        high = np.where(inside, wider, np.where(outside, first_equal[high] - 1, high))
    return low, high


def _mutual(low: IntArray, high: IntArray) -> tuple[IntArray, IntArray]:
    """Return the windows of the graph that joins two samples if either window has the other.

    The windows of nearest neighbours move to the right with the sample.
    """
    here = np.arange(low.size)
    return (
        np.minimum(low, np.searchsorted(high, here, side="left")),
        np.maximum(high, np.searchsorted(low, here, side="right") - 1),
    )


def _from_windows(
    order: IntArray, low: IntArray, high: IntArray, *, self_loops: bool, sparse: bool
) -> Graph:
    """Join each sample of rank r to those of ranks low[r], ..., high[r]."""
    n = order.size
    in_order = bool((order[1:] > order[:-1]).all())
    rank = np.empty(n, dtype=np.int64)
    rank[order] = np.arange(n)
    low, size = low[rank], (high - low + 1)[rank]
    ends = np.cumsum(size)
    # Half the memory, wherever the indices fit.
    kind: Any = np.int32 if ends[-1] < 2**31 else np.int64
    indptr: NDArray[np.integer[Any]] = np.concatenate(([0], ends)).astype(kind)
    columns: NDArray[np.integer[Any]] = np.arange(ends[-1], dtype=kind)
    columns += np.repeat((low - indptr[:-1]).astype(kind), size)
    if not self_loops:
        keep = np.ones(columns.size, dtype=bool)
        keep[indptr[:-1] + (rank - low)] = False
        columns = columns[keep]
        indptr -= np.arange(n + 1, dtype=kind)
    if not in_order:
        columns = order.astype(kind)[columns]
    W = sp.csr_array((np.ones(columns.size), columns, indptr), shape=(n, n))
    return W if sparse else W.toarray()


def _nearest_in_space(X: FloatArray, K: int) -> sp.csr_array:
    """Join each sample to those at most as far as its K-th closest other one."""
    n = X.shape[0]
    if n - 1 <= K:
        return sp.csr_array(np.ones((n, n)))
    distance, neighbour = map(np.asarray, cKDTree(X).query(X, k=K + 2))
    tied = distance[:, K] == distance[:, K + 1]
    simple = np.flatnonzero(~tied)
    rows = [np.repeat(simple, K + 1)]
    columns = [neighbour[simple, : K + 1].ravel()]
    for i in np.flatnonzero(tied):
        away = cdist(X[i : i + 1], X)[0]
        near = np.flatnonzero(away <= np.partition(away, K)[K])
        rows.append(np.full(near.size, i))
        columns.append(near)
    where = (np.concatenate(rows), np.concatenate(columns))
    return sp.csr_array((np.ones(where[0].size), where), shape=(n, n))


def _finished(W: sp.csr_array, *, self_loops: bool, sparse: bool) -> Graph:
    """Set the diagonal, and make dense what has to be."""
    rest = W - sp.diags_array(W.diagonal(), format="csr")
    rest.eliminate_zeros()
    result = sp.csr_array(rest + sp.eye_array(W.shape[0], format="csr") if self_loops else rest)
    return result if sparse else result.toarray()

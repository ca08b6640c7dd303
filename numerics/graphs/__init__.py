r"""Locality graphs (Section IV.A): K nearest neighbours, threshold, exponential.

Each function takes the inputs x_0, ..., x_{n-1}, real numbers or vectors, and returns the weights
W[i, j], a function of the Euclidean distances D[i, j].

Self loops W[i, i] are a choice of their own: with them, and only with them, both extremes of Local
Mixup hold, vanilla training for K = 0, eps = 0 or alpha -> inf, and the Mixup of Definition II.1
for K >= n - 1, eps >= the diameter or alpha = 0. Eq. (3) of the paper is without.

Which eps, for labelled points? `intrusion` measures how many segments leave their class.
"""

import warnings
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import scipy.sparse as sp
from numpy.typing import ArrayLike

from numerics.graphs.bands import Band
from numerics.graphs.line import Line
from numerics.graphs.space import Space, announce_pairs, announce_weights
from numerics.graphs.table import Table
from numerics.validation import FloatArray, check_angles, check_choice, check_count, check_extended

if TYPE_CHECKING:
    from numerics.graphs.intrusion_curve import EPSILON_RULES, Intrusion, intrusion

__all__ = [
    "EPSILON_RULES",
    "Band",
    "Graph",
    "Intrusion",
    "band",
    "both_sides",
    "exponential",
    "intrusion",
    "knn",
    "threshold",
]

Graph: TypeAlias = FloatArray | sp.csr_array
"""Weights of all pairs, shape (n, n): a dense array or one in compressed sparse rows."""


def __getattr__(name: str) -> object:
    """Load the measure of intrusion when it is asked for: Q(D) and clusters come with it."""
    if name not in {"EPSILON_RULES", "Intrusion", "intrusion"}:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module("numerics.graphs.intrusion_curve"), name)


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
    query: ArrayLike | None = None,
    metric: str = "euclidean",
    directed: bool = False,
    self_loops: bool = True,
    sparse: bool = True,
    K: int | None = None,
) -> Graph:
    """Return the graph of the nearest neighbours: W[i, j] is 1 or 0.

    Parameters
    ----------
    X : array_like of float
        Inputs, shape (n,) or (n, p), or their distances, shape (n, n), if `metric` says so.
    neighbours : int
        Number of neighbours of each sample in total (not on each side, see `both_sides`), the
        sample itself not among them; at least 0. From n - 1 on, the graph is complete.
    query : array_like of float, optional
        Join these to the samples, in place of the samples to each other: shape (m,) or (m, p), or
        (m, n) for distances. W is of shape (m, n), and nothing is its own neighbour.
    metric : {"euclidean", "precomputed"}, optional
        Whether X and `query` are inputs or distances.
    directed : bool, optional
        Leave W[i, j] = 1 only where j is among the neighbours of i, which is not symmetric. By
        default the two are joined if either is a neighbour of the other. A query always looks for
        neighbours among the samples only.
    self_loops : bool, optional
        Whether W[i, i] is 1 or 0; a graph of queries has none.
    sparse : bool, optional
        Return compressed sparse rows, or a dense array.
    K : int, optional
        The old name of `neighbours`.

    Returns
    -------
    scipy.sparse.csr_array or numpy.ndarray
        Shape (n, n) or (m, n), float64.

    Raises
    ------
    ValueError
        If X or `query` is not of finite real numbers of such a shape, or is empty or sparse; if
        precomputed distances are negative, or those of X not symmetric and 0 on the diagonal; if
        the number of neighbours is not an integer of at least 0; if there is no such metric.
    MemoryError
        If the graph does not fit into memory.

    Warns
    -----
    DeprecationWarning
        If `K` is used.
    UserWarning
        If this takes longer than a minute, by a rough guess, or more than half the memory.

    Notes
    -----
    Samples at the same distance as the last neighbour are neighbours too, so that the graph depends
    on the distances alone and not on the order of the samples; on a lattice one neighbour gives
    two. What counts as the same is what `threshold` says, with the last neighbour's distance for
    eps. Precomputed distances are the same if they are equal.

    In one dimension it takes O(n log n) for the windows of neighbours, and the time to write the
    rows; up to eight, a tree; beyond, n^2 p operations of products of matrices.
    """
    if K is not None:
        message = "K of graphs.knn is now called neighbours: a number in total, not on each side"
        if neighbours is not None:
            raise ValueError(message)
        warnings.warn(message, DeprecationWarning, stacklevel=2)
        neighbours = K
    count = check_count(neighbours, "neighbours")
    source = _source(X, query, metric)
    rows, columns = source.shape
    if count >= columns - source.alone:
        W = _complete(source.shape)
    elif count:
        W = source.nearest(count, directed=directed)
    else:
        W = sp.csr_array(sp.eye_array(rows) if source.alone else source.shape)
    return _finished(W, source, self_loops=self_loops, sparse=sparse)


def threshold(
    X: ArrayLike,
    eps: float,
    *,
    query: ArrayLike | None = None,
    metric: str = "euclidean",
    self_loops: bool = True,
    sparse: bool = True,
) -> Graph:
    """Return the thresholded graph: W[i, j] is 1 if D[i, j] <= eps, and 0 if not.

    Parameters
    ----------
    X : array_like of float
        Inputs, shape (n,) or (n, p), or their distances, shape (n, n), if `metric` says so.
    eps : float
        Largest distance that is joined, at least 0, in the units of X; infinity joins all.
    query : array_like of float, optional
        Join these to the samples, in place of the samples to each other: shape (m,) or (m, p), or
        (m, n) for distances. W is of shape (m, n).
    metric : {"euclidean", "precomputed"}, optional
        Whether X and `query` are inputs or distances.
    self_loops : bool, optional
        Whether W[i, i] is 1 or 0; a graph of queries has none.
    sparse : bool, optional
        Return compressed sparse rows, or a dense array.

    Returns
    -------
    scipy.sparse.csr_array or numpy.ndarray
        Shape (n, n), symmetric, or (m, n), float64.

    Raises
    ------
    ValueError
        If X or `query` is not of finite real numbers of such a shape, or is empty or sparse; if
        precomputed distances are negative, or those of X not symmetric and 0 on the diagonal; if
        eps is negative or NaN; if there is no such metric.
    MemoryError
        If the graph does not fit into memory.

    Warns
    -----
    UserWarning
        If this takes longer than a minute, by a rough guess, or more than half the memory.

    Notes
    -----
    A pair counts as at most eps apart if its distance, summed up in float64 from the differences of
    its p coordinates, is at most (1 + (p - 1) 2^-50) eps: every eps that is itself such a distance
    joins its pair, in whatever order it was summed up. `numerics.mixing` and `numerics.lipschitz`
    go by the same rule. Precomputed distances are taken as they are.
    """
    radius = check_extended(eps, "eps")
    source = _source(X, query, metric)
    W = source.within(radius)
    return _finished(W, source, self_loops=self_loops, sparse=sparse)


def exponential(
    X: ArrayLike,
    alpha: float,
    *,
    query: ArrayLike | None = None,
    metric: str = "euclidean",
    self_loops: bool = True,
    sparse: bool = False,
    cutoff: float = 0.0,
) -> Graph:
    """Return the smoothly decreasing graph W[i, j] = exp(-alpha D[i, j]).

    Parameters
    ----------
    X : array_like of float
        Inputs, shape (n,) or (n, p), or their distances, shape (n, n), if `metric` says so.
    alpha : float
        Rate of decrease, at least 0, in units of 1 / those of X. At infinity, the limit, W is 1 for
        samples at one place and 0 else.
    query : array_like of float, optional
        Join these to the samples, in place of the samples to each other: shape (m,) or (m, p), or
        (m, n) for distances. W is of shape (m, n).
    metric : {"euclidean", "precomputed"}, optional
        Whether X and `query` are inputs or distances.
    self_loops : bool, optional
        Whether W[i, i] is 1 or 0; a graph of queries has none.
    sparse : bool, optional
        Return compressed sparse rows of the weights that are not 0, or a dense array. The dense one
        is then not made on the way.
    cutoff : float, optional
        Weights below are set to 0, from 0 to 1.

    Returns
    -------
    numpy.ndarray or scipy.sparse.csr_array
        Shape (n, n), symmetric, or (m, n), float64.

    Raises
    ------
    ValueError
        If X or `query` is not of finite real numbers of such a shape, or is empty or sparse; if
        precomputed distances are negative, or those of X not symmetric and 0 on the diagonal; if
        alpha is negative or NaN, or the cutoff not from 0 to 1; if there is no such metric.
    MemoryError
        If the graph does not fit into memory.

    Warns
    -----
    UserWarning
        If this takes longer than a minute, by a rough guess, or more than half the memory.

    Notes
    -----
    The relative error of the distances is at most `numerics.tolerances.DISTANCE`.
    """
    rate = check_extended(alpha, "alpha")
    least = check_extended(cutoff, "cutoff")
    if least > 1:
        message = f"cutoff must be at most 1, the weight at distance 0; got {cutoff}"
        raise ValueError(message)
    source = _source(X, query, metric)
    W: Graph
    if rate == 0:
        W = _complete(source.shape) if sparse else np.ones(source.shape)
    elif rate == np.inf:
        W = source.within(0.0)
    elif sparse:
        W = source.sparse_weights(rate, least or 5e-324)
    else:
        W = source.weights(rate)
        if least:
            np.copyto(W, 0.0, where=np.less(W, least))
    return _finished(W, source, self_loops=self_loops, sparse=sparse)


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


def _source(X: ArrayLike, query: ArrayLike | None, metric: str) -> Space | Table:
    """Check inputs or distances, and choose how to make a graph of them."""
    known = check_choice(metric, "metric", ("euclidean", "precomputed"))
    samples = _inputs(X, "X")
    queries = None if query is None else _inputs(query, "query")
    features = samples.shape[1]
    if queries is not None and queries.shape[1] != features:
        message = f"query must have {features} columns, as X has, got shape {queries.shape}"
        raise ValueError(message)
    if known == "precomputed":
        if features != len(samples) or samples.diagonal().any() or (samples != samples.T).any():
            message = (
                "X must be the symmetric matrix of the distances of the samples, 0 on its "
                f"diagonal, if metric='precomputed'; got one of shape {samples.shape}"
            )
            raise ValueError(message)
        for name, values in (("X", samples), ("query", queries)):
            if values is not None and values.min() < 0:
                message = f"{name} must not have negative distances, got {values.min():g}"
                raise ValueError(message)
        return Table(samples, queries)
    return Line(samples) if features == 1 and queries is None else Space(samples, queries)


def _inputs(X: Any, name: str) -> FloatArray:
    """Return inputs as float64, shape (n, p)."""
    if sp.issparse(X):
        message = f"{name} must be a dense array: pass {name}.toarray(), got a sparse one"
        raise ValueError(message)
    values = check_angles(X, name, copy=False)
    if values.ndim not in {1, 2} or not values.size:
        message = (
            f"{name} must have shape (n,) or (n, p) and not be empty, got shape {values.shape}"
        )
        raise ValueError(message)
    return values.reshape(values.shape[0], -1)


def _complete(shape: tuple[int, int]) -> sp.csr_array:
    """Join all to all."""
    rows, columns = shape
    announce_pairs(rows * columns)
    ends = columns * np.arange(rows + 1)
    return sp.csr_array((np.ones(ends[-1]), np.tile(np.arange(columns), rows), ends), shape=shape)


def _finished(W: Graph, source: Space | Table, *, self_loops: bool, sparse: bool) -> Graph:
    """Take away the diagonal, all 1, unless it is wanted, and make dense what has to be."""
    if isinstance(W, sp.csr_array):
        if source.alone and not self_loops:
            W.setdiag(0)
            W.eliminate_zeros()
        if not sparse:
            announce_weights(W.shape)
            W = W.toarray()
    elif source.alone and not self_loops:
        np.fill_diagonal(W, 0.0)
    return W

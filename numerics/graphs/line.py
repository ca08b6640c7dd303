"""Graphs on a line: the samples joined to one are a window of the sorted ones."""

from typing import Any

import numpy as np
import scipy.sparse as sp

from numerics.graphs.space import Space, announce_pairs
from numerics.validation import FloatArray, IntArray


class Line(Space):
    """Samples on a line, shape (n, 1), without queries."""

    def nearest(self, K: int, *, directed: bool) -> sp.csr_array:
        """Join each to the K closest others and what is as close as the K-th; 0 < K < n."""
        x = self.points[:, 0]
        order = np.argsort(x, kind="stable")
        with np.errstate(over="ignore"):
            low, high = _windows(x[order], _nearest_distance(x[order], K))
        if directed:
            return _joined(order, low, high)
        if (np.diff(low) >= 0).all() and (np.diff(high) >= 0).all():
            return _joined(order, *_mutual(low, high))
        # Rounded distances can tie where the points differ, and a window reach back.
        W = _joined(order, low, high)
        return sp.csr_array(W.maximum(W.T))

    def within(self, eps: float) -> sp.csr_array:
        """Join samples at most eps apart."""
        x = self.points[:, 0]
        order = np.argsort(x, kind="stable")
        with np.errstate(over="ignore"):
            return _joined(order, *_windows(x[order], np.full(x.size, eps)))


def reach(x: FloatArray, parameter: float, *, nearest: bool) -> IntArray:
    """Return the last sample that each is joined to by `knn` or by `threshold`, for sorted x."""
    # Where rounded distances tie and points differ, a sample may be joined to one more than in knn.
    if not nearest:
        return _windows(x, np.full(x.size, parameter))[1]
    distance = _nearest_distance(x, min(int(parameter), x.size - 1))
    return _mutual(*(np.maximum.accumulate(each) for each in _windows(x, distance)))[1]


def _nearest_distance(x: FloatArray, K: int) -> FloatArray:
    """Return the distance of the K-th closest other sample, for sorted x."""
    # The K closest are the m before and the K - m behind, for the m that makes the larger of the
    # two distances least; the one grows with m and the other falls, so m is found by bisection.
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
    widths = [np.maximum(x - x[here - m], x[here + K - m] - x) for m in (first, before)]
    return np.asarray(np.minimum(*widths))


def _windows(x: FloatArray, radius: FloatArray) -> tuple[IntArray, IntArray]:
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
    """Join two samples if either window has the other, for windows that move with the sample."""
    here = np.arange(low.size)
    return (
        np.minimum(low, np.searchsorted(high, here, side="left")),
        np.maximum(high, np.searchsorted(low, here, side="right") - 1),
    )


def _joined(order: IntArray, low: IntArray, high: IntArray) -> sp.csr_array:
    """Join each sample of rank r to those of ranks low[r], ..., high[r]."""
    n = order.size
    in_order = bool((order[1:] > order[:-1]).all())
    rank = np.empty(n, dtype=np.int64)
    rank[order] = np.arange(n)
    low, size = low[rank], (high - low + 1)[rank]
    ends = np.cumsum(size)
    announce_pairs(int(ends[-1]))
    # Half the memory, wherever the indices fit.
    kind: Any = np.int32 if ends[-1] < 2**31 else np.int64
    indptr = np.concatenate(([0], ends)).astype(kind)
    columns = np.arange(ends[-1], dtype=kind)
    columns += np.repeat((low - indptr[:-1]).astype(kind), size)
    if not in_order:
        columns = order.astype(kind)[columns]
    return sp.csr_array((np.ones(columns.size), columns, indptr), shape=(n, n))

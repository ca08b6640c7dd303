r"""Weights of the pairs of one batch: distances from its library, decisions on the host.

What the rounding of a library leaves undecided, at eps or at the K-th distance, is computed again
in float64 (`numerics.distances`). In single and half precision eps may be off by the
rounding of a distance in float32: measured, not proved, it is less than (2 + 3/2 sqrt(p)) 2^-24 of
it for p coordinates, differences of equal size included, for which it is largest.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, TypeAlias

import array_api_compat as compat
import numpy as np

from numerics.distances import between, closest, slack
from numerics.mixing.arrays import Array, check_floats, detached, host, placed
from numerics.mixing.pairs import all_count
from numerics.validation import FloatArray, IntArray

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from numerics.mixing import Mixing

_PART = 1024  # coordinates of which sums are taken in the library

#: Squared distances and a bound on the error of each, for pairs or for all of them.
Squares: TypeAlias = tuple[FloatArray, FloatArray]


class Euclidean:
    """Distances of points, an array of any library, shape (B, ...)."""

    def __init__(self, points: Array) -> None:
        flat = detached(points)
        self._xp: Any = compat.array_namespace(flat)
        flat = self._xp.reshape(flat, (flat.shape[0], -1))
        bits = int(self._xp.finfo(flat.dtype).bits)
        self._points = self._xp.astype(flat, self._xp.float32) if bits < 32 else flat
        limits = self._xp.finfo(self._points.dtype)
        self._features = int(flat.shape[1])
        # Of one sum in the library, of its parts, and of what else is rounded.
        terms = min(self._features, _PART) + self._features // _PART + 8
        self._roundoff = terms * float(limits.eps) / 2
        self._underflow = self._features * float(limits.smallest_normal)
        # The relative difference up to which two distances, or one and an eps, count as the same.
        self.slack = self.slack_of_eps = slack(self._features)
        if bits < 64:
            self.slack_of_eps += (2 + 1.5 * math.sqrt(self._features)) * 2.0**-24

    def _parts(self) -> Iterator[Array]:
        for start in range(0, self._features, _PART):
            yield self._points[:, start : min(start + _PART, self._features)]

    def pairs(self, j: IntArray) -> Squares:
        """Return the squares for each sample and its partner, shape (B,)."""
        partners = placed(j, self._points, floats=False)
        squares = np.zeros(j.size)
        with np.errstate(over="ignore"):  # which leaves it undecided
            for part in self._parts():
                gaps = self._xp.take(part, partners, axis=0)
                gaps -= part
                squares += host(self._xp.vecdot(gaps, gaps))
        return squares, self._roundoff * squares + self._underflow

    def all(self) -> Squares:
        """Return the squares for all pairs, shape (B, B), 0 on the diagonal."""
        size = self._points.shape[0]
        products = np.zeros((size, size))
        with np.errstate(over="ignore", invalid="ignore"):  # which leaves it undecided
            for part in self._parts():
                centred = part - self._xp.mean(part, axis=0)
                products += host(self._xp.matmul(centred, self._xp.permute_dims(centred, (1, 0))))
            norms = products.diagonal()
            both = norms[:, None] + norms
            squares = np.maximum(both - products - products.T, 0)
        error = 2 * (self._roundoff * both + self._underflow)
        unknown = ~np.isfinite(squares)
        squares[unknown], error[unknown] = 0, np.inf
        for values in (squares, error):
            np.fill_diagonal(values, 0)
        return squares, error

    def exact(self, i: IntArray, j: IntArray) -> FloatArray:
        """Return distances, not squared, that decide."""
        used, place = np.unique(np.concatenate((i, j)), return_inverse=True)
        rows = self._xp.take(self._points, placed(used, self._points, floats=False), axis=0)
        points = host(rows).astype(np.float64)
        return between(points, place[: i.size], place[i.size :])


class Given:
    """Distances from a function of two sets of points, which may be any of the usual ones."""

    slack = slack_of_eps = 0.0

    def __init__(self, metric: Callable[[Array, Array], Array], points: Array) -> None:
        xp = compat.array_namespace(points)
        size = points.shape[0]
        flat = xp.reshape(detached(points), (size, -1))
        given, _ = check_floats(metric(flat, flat), "metric's result")
        self._lengths = host(given).astype(np.float64)
        if self._lengths.shape != (size, size) or self._lengths.min() < 0:
            message = (
                f"metric must return distances of shape ({size}, {size}), at least 0, got shape "
                f"{self._lengths.shape} with the least value {self._lengths.min():g}"
            )
            raise ValueError(message)
        # By its nature, whatever the rounding.
        np.fill_diagonal(self._lengths, 0)

    def pairs(self, j: IntArray) -> Squares:
        """Return the squares for each sample and its partner, shape (B,)."""
        squares, error = self.all()
        return squares[np.arange(j.size), j], error[np.arange(j.size), j]

    def all(self) -> Squares:
        """Return the squares for all pairs, shape (B, B), 0 on the diagonal."""
        squares = np.square(self._lengths)
        return squares, 2.0**-50 * squares

    def exact(self, i: IntArray, j: IntArray) -> FloatArray:
        """Return distances, not squared, that decide."""
        return np.asarray(self._lengths[i, j])


Lengths: TypeAlias = Euclidean | Given


def weights(
    mixing: Mixing, size: int, lengths: Callable[[], Lengths], j: IntArray | None
) -> FloatArray:
    """Return W[i, j] of each sample of a batch and its partner, or of all pairs."""
    shape: tuple[int, ...] = (size, size) if j is None else (size,)
    parameter = mixing.parameter
    if all_count(mixing, size):
        return np.ones(shape)
    if not mixing.interpolates:
        return np.eye(size) if j is None else (j == np.arange(size)).astype(np.float64)
    found = lengths()
    if mixing.graph == "knn":
        near = _nearest(found, int(parameter))
        return (near if j is None else near[np.arange(size), j]).astype(np.float64)
    squares, error = found.all() if j is None else found.pairs(j)
    rows, columns = np.indices(shape) if j is None else (np.arange(size), j)
    if mixing.graph == "threshold":
        return _within(found, parameter, squares, error, rows, columns).astype(np.float64)
    # Of the error of a distance, half as much as of its square, the weight shows alpha d times.
    unsure = ~(error <= 1e-3 * squares) & (rows != columns)
    exact = np.sqrt(squares)
    exact[unsure] = found.exact(rows[unsure], columns[unsure])
    return np.asarray(np.exp(-parameter * exact))


def _within(
    lengths: Lengths,
    eps: float,
    squares: FloatArray,
    error: FloatArray,
    rows: IntArray,
    columns: IntArray,
) -> NDArray[np.bool_]:
    """Tell of each pair whether it is at most eps apart."""
    limit = eps * (1 + lengths.slack_of_eps)
    near = np.asarray(squares <= limit * limit)
    # What overflowed is undecided too.
    unsure = ~(np.abs(squares - limit * limit) > error) & (rows != columns)
    near[unsure] = lengths.exact(rows[unsure], columns[unsure]) <= limit
    return near


def _nearest(lengths: Lengths, K: int) -> NDArray[np.bool_]:
    """Join each sample to the K closest others and what is as close as the K-th, and to itself."""
    squares, error = lengths.all()
    np.fill_diagonal(squares, np.inf)
    low, high = squares - error, squares + error
    first, last = (np.partition(values, K - 1, axis=1)[:, K - 1 : K] for values in (low, high))
    near = high < first
    unsure = ~near & (low <= last * (1 + lengths.slack) ** 2)
    np.fill_diagonal(unsure, val=False)
    places = K - 1 - near.sum(axis=1)
    # As many as there are places: all of them, whatever their order.
    alone = unsure.sum(axis=1) == places + 1
    near[alone] |= unsure[alone]
    i, j = np.nonzero(unsure & ~alone[:, None])
    kept = closest(lengths.exact(i, j), i, places[np.unique(i)], lengths.slack)
    near[i[kept], j[kept]] = True
    np.fill_diagonal(near, val=True)
    return near | near.T

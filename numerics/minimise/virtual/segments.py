"""The data of a one-dimensional criterion: sorted samples, and the segments between them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import scipy

from numerics.graphs.bands import Band
from numerics.validation import FloatArray, IntArray, check_angles, check_size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import ArrayLike, NDArray

    from numerics.graphs import Graph
    from numerics.minimise.virtual.law import BetaLaw
    from numerics.minimise.virtual.samples import Samples

_CHUNK = 1 << 20  # pairs that are expanded at a time
_NO_WEIGHT = "W must have a positive weight: with none, the criterion is 0 for every function"


def check_graph(W: object, n: int) -> Graph | Band | None:
    """Check the weights of the pairs."""
    if W is None:
        return None
    graph: Graph
    if isinstance(W, Band):
        if W.n != n:
            message = f"W must be a band of {n} samples, as x has; got one of {W.n}"
            raise ValueError(message)
        if W.K == 0 and not W.self_loops:
            raise ValueError(_NO_WEIGHT)
        return W
    if scipy.sparse.issparse(W):
        rows = cast(
            "scipy.sparse.csr_array", scipy.sparse.csr_array(cast("scipy.sparse.coo_array", W))
        )
        weights = check_angles(_numbers(rows.data), "W")
        graph = scipy.sparse.csr_array((weights, rows.indices, rows.indptr), shape=rows.shape)
        if not weights.all():
            graph = graph.copy()
            graph.eliminate_zeros()
    else:
        graph = weights = check_angles(_numbers(cast("ArrayLike", W)), "W")
    if graph.shape != (n, n):
        message = f"W must have shape ({n}, {n}), as x has {n} samples; got {graph.shape}"
        raise ValueError(message)
    if weights.size and weights.min() < 0:
        message = f"W must not be negative, got {weights.min():g}"
        raise ValueError(message)
    if weights.size == 0 or not weights.max() > 0:
        raise ValueError(_NO_WEIGHT)
    check_size(weights, "W")
    return graph


def _numbers(W: ArrayLike) -> ArrayLike:
    """Return 1 and 0 for a graph given by True and False."""
    return W.astype(np.float64) if isinstance(W, np.ndarray) and W.dtype == bool else W


@dataclass(frozen=True, eq=False)
class PairChunk:
    """Some pairs of samples at different points, each once and from left to right."""

    i: NDArray[np.integer[Any]]  # ranks of the left and of the right end, shape (p,)
    j: NDArray[np.integer[Any]]  # ranks of the left and of the right end, shape (p,)
    forward: FloatArray  # w[i, j] and W[j, i], shape (p,)
    backward: FloatArray  # w[i, j] and W[j, i], shape (p,)


@dataclass(frozen=True, eq=False)
class Atoms:
    """Mass of the pairs whose two samples are at the same point."""

    mass: FloatArray  # sum of their weights at each point, shape (m,)
    mean: FloatArray  # mean of y~ there, NaN without mass; shape (c, m)
    scatter: float  # sum of W E (y~ - mean)^2


@dataclass(frozen=True, eq=False)
class Segments:
    """All ordered pairs with their weights."""

    samples: Samples  # the samples
    graph: Graph | Band | None

    @classmethod
    def of(cls, samples: Samples, W: Graph | Band | None) -> Segments:
        """Bring the weights into the order of the samples."""
        order = samples.order
        in_order = bool((order[1:] > order[:-1]).all())
        if isinstance(W, Band) and not samples.even:
            W = W.tosparse()
        if W is None or in_order:
            return cls(samples, W)
        if isinstance(W, np.ndarray):
            return cls(samples, W[np.ix_(order, order)])
        rows = cast("scipy.sparse.csr_array", W)[order]
        columns = samples.rank.astype(rows.indices.dtype)[rows.indices]
        return cls(
            samples, scipy.sparse.csr_array((rows.data, columns, rows.indptr), shape=W.shape)
        )

    @property
    def dense(self) -> FloatArray:
        """The weights of a dense graph."""
        return cast("FloatArray", self.graph)

    @cached_property
    def weight(self) -> float:
        """The sum of all weights."""
        if self.graph is None:
            return float(self.samples.n) ** 2
        if isinstance(self.graph, Band):
            return float((self.graph @ np.ones(self.samples.n)).sum())
        return float(self.graph.sum())

    @cached_property
    def symmetric(self) -> bool:
        """Whether W[i, j] = W[j, i] throughout."""
        if self.graph is None or isinstance(self.graph, Band):
            return True
        if isinstance(self.graph, np.ndarray):
            return bool(np.array_equal(self.graph, self.graph.T))
        return int((self.graph - self.graph.T).count_nonzero()) == 0

    @cached_property
    def listed(self) -> PairChunk:
        """The pairs of a sparse graph."""
        graph = self.graph.tosparse() if isinstance(self.graph, Band) else self.graph
        graph = cast("scipy.sparse.csr_array", graph)
        place = self.samples.place
        rows = np.repeat(
            np.arange(self.samples.n, dtype=graph.indices.dtype), np.diff(graph.indptr)
        )
        columns, data = graph.indices, graph.data
        if self.symmetric:
            keep = np.flatnonzero(rows < columns)
            i, j, weight = rows[keep], columns[keep], data[keep]
            if place.size != self.samples.points.size:
                apart = place[i] < place[j]
                i, j, weight = i[apart], j[apart], weight[apart]
            return PairChunk(i, j, weight, weight)
        apart = place[rows] != place[columns]
        rows, columns, data = rows[apart], columns[apart], data[apart]
        ahead = rows < columns
        return PairChunk(
            np.minimum(rows, columns),
            np.maximum(rows, columns),
            np.where(ahead, data, 0.0),
            np.where(ahead, 0.0, data),
        )

    def block(self, i: IntArray, first: int) -> FloatArray:
        """Return W[i, j] + W[j, i] for consecutive ranks i and all j from some rank on, dense."""
        if self.graph is None:
            return np.full((i.size, self.samples.n - first), 2.0)
        return self.dense[i, first:] + self.dense[first:, i].T

    def starting(self) -> tuple[FloatArray, FloatArray]:
        """Sum up the segments that begin at each point, to its right."""
        samples = self.samples
        m = samples.points.size
        weight = np.zeros(m)
        total = np.zeros((samples.values.shape[0], m))
        if isinstance(self.graph, Band):
            weight += 2 * np.minimum(self.graph.K, np.arange(m)[::-1])
            return weight, weight * samples.values
        if self.graph is None:
            beyond = 2.0 * (samples.n - samples.start[1:])
            weight += beyond * np.diff(samples.start)
            total += beyond * np.add.reduceat(samples.values, samples.start[:-1], axis=1)
            return weight, total
        for chunk in self.chunks():
            point, pair = samples.place[chunk.i], chunk.forward + chunk.backward
            weight += np.bincount(point, pair, minlength=m)
            for channel, target in enumerate(samples.values):
                total[channel] += np.bincount(point, pair * target[chunk.i], minlength=m)
        return weight, total

    def chunks(self) -> Iterator[PairChunk]:
        """Go through all pairs at different points in memory of O(n)."""
        if self.graph is not None and not isinstance(self.graph, np.ndarray):
            pairs = self.listed
            for first in range(0, pairs.i.size, _CHUNK):
                part = slice(first, first + _CHUNK)
                yield PairChunk(
                    pairs.i[part], pairs.j[part], pairs.forward[part], pairs.backward[part]
                )
            return
        place, n = self.samples.place, self.samples.n
        for first in range(0, n, max(_CHUNK // n, 1)):
            rows = slice(first, first + max(_CHUNK // n, 1))
            counts = place[rows, None] < place
            if self.graph is None:
                i, j = np.nonzero(counts)
                ones = np.ones(i.size)
                yield PairChunk(i + first, j, ones, ones)
            else:
                forward, backward = self.dense[rows], self.dense[:, rows].T
                i, j = np.nonzero(counts & ((forward > 0) | (backward > 0)))
                yield PairChunk(i + first, j, forward[i, j], backward[i, j])

    def atoms(self, law: BetaLaw) -> Atoms:
        """Sum up the pairs whose two samples are at the same point."""
        samples = self.samples
        values, place, m = samples.values, samples.place, samples.points.size
        if self.graph is None:
            size = np.diff(samples.start).astype(np.float64)
            mean = np.add.reduceat(values, samples.start[:-1], axis=1) / size
            rest = values - mean[:, place]
            first, _, last = law.second_moments
            return Atoms(size**2, mean, float(((first + last) * size[place] * rest**2).sum()))
        i, j, weight = self._coincident()
        mass = np.bincount(place[i], weight, minlength=m).astype(np.float64)
        law_mean = law.mean
        mean = np.full((values.shape[0], m), np.nan)
        scatter = 0.0
        for channel, target in enumerate(values):
            mixed = law_mean * target[i] + (1 - law_mean) * target[j]
            total = np.bincount(place[i], weight * mixed, minlength=m)
            np.divide(total, mass, out=mean[channel], where=mass > 0)
            rest = (mixed - mean[channel, place[i]]) ** 2
            spread = law.variance * (target[i] - target[j]) ** 2
            scatter += float((weight * (rest + spread)).sum())
        return Atoms(mass, mean, scatter)

    def _coincident(self) -> tuple[IntArray, IntArray, FloatArray]:
        """Return the ordered pairs at equal points, self pairs included, with their weights."""
        samples = self.samples
        if isinstance(self.graph, Band):
            here = np.arange(samples.n if self.graph.self_loops else 0)
            return here, here, np.ones(here.size)
        if isinstance(self.graph, np.ndarray):
            first, size = (each[samples.place] for each in (samples.start, np.diff(samples.start)))
            i = np.repeat(np.arange(samples.n), size)
            j = np.arange(i.size) + np.repeat(first + size - np.cumsum(size), size)
            weight = self.graph[i, j]
        else:
            graph = cast("scipy.sparse.csr_array", self.graph)
            i = np.repeat(np.arange(samples.n), np.diff(graph.indptr))
            same = samples.place[i] == samples.place[graph.indices]
            i, j, weight = i[same], graph.indices[same], graph.data[same]
        some = weight > 0
        return i[some], j[some], weight[some]

"""Graphs in space: a tree where there are few coordinates, else blocks of products of matrices.

Both give distances with a bound on their error; what that leaves undecided is computed again from
differences of coordinates (`numerics.distances`), so that neither decides anything.
"""

import math
from collections.abc import Iterator
from functools import cached_property
from itertools import chain

import numpy as np
import scipy
import scipy.sparse as sp
from numpy.typing import NDArray

from numerics.costs import announce
from numerics.distances import between, closest, slack
from numerics.distances.gram import ScaledPoints
from numerics.tolerances import DISTANCE
from numerics.validation import FloatArray, IntArray

_TREE = 8  # coordinates up to which a tree is faster
_EXPLICIT = 16  # coordinates up to which differences are as fast as products of matrices
_NUMBERS = 1 << 23  # of a block
_ROWS = 512  # of a block at most
_LOWEST, _HIGHEST, _COLUMNS = 256, 1024, 2048  # of a tile, to stay in cache
_UNDECIDED = 32  # one pair in so many may be left to be computed again, at first
_TINY = 2.0**-500  # of the largest coordinate: squares of shorter distances are rounded to 0
_ROUNDING = 2.0**-48  # more than the relative error of a distance from the tree
_RATE = 5e10  # operations of products of matrices in a second, as a rough guess

_NONE = np.empty(0, dtype=np.int64)

_Pairs = tuple[IntArray, IntArray]


def announce_pairs(count: float) -> None:
    """Announce a sparse graph of so many pairs."""
    # Sixteen bytes of a pair of indices, twelve of what is made of it.
    announce(f"a graph of {count:.3g} pairs", "a smaller parameter joins fewer", memory=28 * count)


def announce_weights(shape: tuple[int, int]) -> None:
    """Announce a dense graph."""
    announce(
        f"a dense graph of {shape[0]} times {shape[1]} weights",
        "sparse=True takes less where most are 0",
        memory=8.0 * shape[0] * shape[1],
    )


def _where(mask: NDArray[np.bool_]) -> _Pairs:
    """Return rows and columns of what is true, several times as fast as `numpy.nonzero`."""
    i, j = np.divmod(np.flatnonzero(mask), mask.shape[1])
    return i, j


def _close(part: FloatArray, least: float, *, own: bool) -> _Pairs:
    """Find the entries below the least that is exact, and make them 0, as is the own diagonal."""
    if own:
        np.fill_diagonal(part, np.inf)
    close = _where(part < least) if part.min() < least else (_NONE, _NONE)
    part[close] = 0.0
    if own:
        np.fill_diagonal(part, 0.0)
    return close


class Space:
    """Samples, shape (n, p), and what asks for neighbours among them: queries, or the samples."""

    def __init__(self, samples: FloatArray, queries: FloatArray | None = None) -> None:
        self.alone = queries is None
        self.points = samples if queries is None else np.concatenate((samples, queries))
        self.n, self.features = samples.shape
        self.asking = np.arange(0 if self.alone else self.n, len(self.points))
        self.shape = self.asking.size, self.n

    def nearest(self, K: int, *, directed: bool) -> sp.csr_array:
        """Join each to the K closest others and what is as close as the K-th; K < n."""
        if self.features <= _TREE and self.n >= 16 * K:
            found = self._tree_nearest(K)
        else:
            self._announce(2.0)
            found = [self._block_nearest(rows, K) for rows in self._parts()]
        own = [(self.asking, self.asking)] if self.alone else []
        return self._graph([*found, *own], mirrored=not directed)

    def within(self, eps: float) -> sp.csr_array:
        """Join each to the samples at most eps away."""
        radius = eps * (1 + slack(self.features))
        if self.features <= _TREE:
            return self._graph([self._tree_within(radius)])
        self._announce(1.0)
        found: list[_Pairs] = []
        for rows in self._parts():
            found.append(self._block_within(rows, radius))
            if len(found) == 1:
                announce_pairs(found[0][0].size * self.asking.size / rows.size)
        return self._graph(found, mirrored=self.alone)

    def weights(self, rate: float) -> FloatArray:
        """Return exp(-rate D) of all pairs, for a rate above 0."""
        announce_weights(self.shape)
        W = np.empty(self.shape)
        for rows, columns, part in self._exponents(rate):
            here = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
            np.exp(part, out=W[here])
            if self.alone and columns[0] > rows[0]:
                W.T[here] = W[here]
        return W

    def sparse_weights(self, rate: float, cutoff: float) -> sp.csr_array:
        """Return those that are at least the cutoff, itself above 0, without making the others."""
        if self.features > _TREE:
            found, values = [], []
            for rows, columns, part in self._exponents(rate):
                np.exp(part, out=part)
                i, j = _where(part >= cutoff)
                found.append((self.asking[rows[i]], columns[j]))
                values.append(part[i, j])
            return self._graph(found, values, mirrored=self.alone)
        with np.errstate(over="ignore"):
            W = self.within(float(np.divide(-np.log(cutoff), rate)) * (1 + 2.0**-40))
        i, j = (axis.astype(np.int64) for axis in W.tocoo().coords)
        W.data = np.exp(-rate * between(self.points, self.asking[i], j))
        W.data[W.data < cutoff] = 0
        W.eliminate_zeros()
        return W

    def _graph(
        self, found: list[_Pairs], values: list[FloatArray] | None = None, *, mirrored: bool = False
    ) -> sp.csr_array:
        """Make a graph of different pairs, of those that ask and samples; both ways, if wanted."""
        rows = np.concatenate([i for i, _ in found]) - self.asking[0]
        columns = np.concatenate([j for _, j in found])
        data = np.ones(rows.size) if values is None else np.concatenate(values)
        W = sp.csr_array((data, (rows, columns)), shape=self.shape)
        return sp.csr_array(W.maximum(W.T)) if mirrored and self.alone else W

    def _announce(self, share: float) -> None:
        rows, columns = self.shape
        announce(
            f"a graph from {rows} times {columns} distances in {self.features} dimensions",
            "take fewer samples or coordinates",
            seconds=share * rows * columns * self.features / _RATE,
        )

    def _parts(self, rows: int = 0) -> list[IntArray]:
        rows = rows or max(1, min(_ROWS, _NUMBERS // self.n))
        return [self.asking[k : k + rows] for k in range(0, self.asking.size, rows)]

    @cached_property
    def _blocks(self) -> ScaledPoints:
        return ScaledPoints.of(self.points, np.arange(len(self.points)))

    @cached_property
    def _precise(self) -> ScaledPoints:
        return ScaledPoints.of(self.points, np.arange(len(self.points)), np.float64)

    @cached_property
    def exponent(self) -> int:
        """Power of 2 by which all coordinates are divided to be at most 1."""
        return math.frexp(max(float(self.points.max()), -float(self.points.min())))[1]

    @cached_property
    def _scaled(self) -> FloatArray:
        return np.asarray(np.ldexp(self.points, -self.exponent))

    def _tree_nearest(self, K: int) -> list[_Pairs]:
        tree, queries = scipy.spatial.cKDTree(self._scaled[: self.n]), self._scaled[self.asking]
        last = K if self.alone else K - 1  # the closest is the sample itself
        distance, column = map(np.asarray, tree.query(queries, last + 2))
        reach = distance[:, last] * (1 + slack(self.features) + _ROUNDING) + _TINY
        simple = reach < distance[:, last + 1]
        i = np.repeat(self.asking[simple], last + 1)
        j = column[simple, : last + 1].ravel()
        found = [(i[i != j], j[i != j])]
        rest = np.flatnonzero(~simple)
        if not rest.size:
            return found
        sizes = tree.query_ball_point(queries[rest], reach[rest], return_length=True)
        announce_pairs(float(np.sum(sizes)))
        for some in np.array_split(rest, -(-int(np.sum(sizes)) // _NUMBERS)):
            balls = tree.query_ball_point(queries[some], reach[some])
            i = np.repeat(self.asking[some], [len(ball) for ball in balls])
            j = np.fromiter(chain.from_iterable(balls), dtype=np.int64, count=i.size)
            i, j = i[i != j], j[i != j]
            found.append(self._closest(i, j, np.full(some.size, K - 1)))
        return found

    def _block_nearest(self, rows: IntArray, K: int) -> _Pairs:
        columns = np.arange(self.n)
        for points in (self._blocks, self._precise):
            squares = points.block(rows, columns)
            if self.alone:
                squares[np.arange(rows.size), rows] = np.inf
            kth = np.partition(squares, K - 1, axis=1)[:, K - 1].astype(np.float64)
            margin = 2 * points.error + kth * (8 * points.roundoff + 4 * slack(self.features))
            i, j = _where(squares <= (kth + margin)[:, None].astype(squares.dtype))
            sure = squares[i, j] < (kth - margin)[i]
            if i.size - np.count_nonzero(sure) <= rows.size + squares.size // _UNDECIDED:
                break
        simple = (np.bincount(i, minlength=rows.size) == K)[i]
        sure |= simple
        unsure = np.flatnonzero(~sure)
        place = K - 1 - np.bincount(i[sure & ~simple], minlength=rows.size)[np.unique(i[unsure])]
        chosen = self._closest(rows[i[unsure]], j[unsure], place)
        return np.append(rows[i[sure]], chosen[0]), np.append(j[sure], chosen[1])

    def _closest(self, i: IntArray, j: IntArray, place: IntArray) -> _Pairs:
        """Choose from pairs, ascending in i, those up to the distance at a place of each i."""
        near = closest(between(self.points, i, j), i, place, slack(self.features))
        return i[near], j[near]

    def _tree_within(self, radius: float) -> _Pairs:
        tree = scipy.spatial.cKDTree(self._scaled[: self.n])
        other = tree if self.alone else scipy.spatial.cKDTree(self._scaled[self.asking])
        with np.errstate(over="ignore"):
            scaled = min(float(np.ldexp(radius, -self.exponent)), 4.0 * self.features)
        margin = _ROUNDING * scaled + _TINY
        announce_pairs(float(other.count_neighbors(tree, scaled + margin)))
        found = other.sparse_distance_matrix(tree, scaled + margin, output_type="ndarray")
        i, j = self.asking[found["i"]], found["j"].astype(np.int64)
        return self._kept(i, j, np.flatnonzero(found["v"] > scaled - margin), radius)

    def _block_within(self, rows: IntArray, radius: float) -> _Pairs:
        columns = np.arange(rows[0] if self.alone else 0, self.n)  # the rest is symmetric to them
        for points in (self._blocks, self._precise):
            with np.errstate(over="ignore"):
                scaled = float(np.ldexp(radius, -points.exponent)) / points.scale
            limit = min(scaled, 4.0) ** 2  # of distances that are at most 2
            margin = points.error + 8 * points.roundoff * limit
            squares = points.block(rows, columns)
            i, j = _where(squares <= limit + margin)
            unsure = np.flatnonzero(squares[i, j] > limit - margin)
            if unsure.size <= rows.size + squares.size // _UNDECIDED:
                break
        return self._kept(rows[i], columns[j], unsure, radius)

    def _kept(self, i: IntArray, j: IntArray, unsure: IntArray, radius: float) -> _Pairs:
        """Drop the pairs that are farther than the radius, of those that may be."""
        near = np.ones(i.size, dtype=bool)
        near[unsure] = between(self.points, i[unsure], j[unsure]) <= radius
        return i[near], j[near]

    def _exponents(self, rate: float) -> Iterator[tuple[IntArray, IntArray, FloatArray]]:
        """Yield tiles of -rate D, D to within `DISTANCE`, with their rows and columns."""
        self._announce(4.0)
        # Higher ones read the samples less often, lower ones leave less work on the diagonal.
        for asking in self._parts(min(max(_LOWEST, self.n // 16), _HIGHEST)):
            rest = np.arange(asking[-1] + 1 if self.alone else 0, self.n)
            tiles = [rest[k : k + _COLUMNS] for k in range(0, rest.size, _COLUMNS)]
            for columns in [asking, *tiles] if self.alone else tiles:
                yield asking - self.asking[0], columns, self._tile(asking, columns, rate)

    def _tile(self, asking: IntArray, columns: IntArray, rate: float) -> FloatArray:
        explicit = self.features <= _EXPLICIT
        if not explicit:
            part = self._precise.block(asking, columns)
            unit, exponent = self._precise.scale, self._precise.exponent
            i, j = _close(part, self._precise.error / (2 * DISTANCE), own=asking is columns)
            np.sqrt(part, out=part)
        if explicit or i.size > part.size // _UNDECIDED:
            part = scipy.spatial.distance.cdist(self._scaled[asking], self._scaled[columns])
            unit, exponent = 1.0, self.exponent
            i, j = _close(part, _TINY, own=asking is columns)
        with np.errstate(over="ignore"):  # where the weight is 0, whatever the distance
            part *= -float(np.ldexp(rate * unit, exponent))
            part[i, j] = -rate * between(self.points, asking[i], columns[j])
        return part

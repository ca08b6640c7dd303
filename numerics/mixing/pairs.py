"""R data sets of one size one below the other, cut into batches: pairs, distances, neighbours."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import scipy.sparse as sp

from numerics import graphs
from numerics.distances import slack
from numerics.validation import LARGEST_VALUE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from numerics.mixing import Mixing
    from numerics.validation import FloatArray, IntArray

_EVERYTHING = {"threshold": np.inf, "exponential": 0.0}
_FEW = 8  # columns that are faster one by one
_BLOCK = 2**15  # distances at once, to stay in cache
_LARGEST_SET = 2**24  # beyond, the keys of the order have too few random bits beside the index


@dataclass(frozen=True, eq=False)
class Replicates:
    """R data sets one below the other, how each is cut into batches, and room to work in."""

    R: int
    n: int
    x: FloatArray  # inputs, shape (R n, d)
    y: FloatArray  # targets, shape (R n, c)
    room: FloatArray  # two rows, each for the larger of x and y
    starts: IntArray  # of the batches of one replicate
    sizes: IntArray
    all_starts: IntArray  # of those of all replicates
    all_sizes: IntArray

    @classmethod
    def of(cls, X: FloatArray, Y: FloatArray, batch_size: int, dtype: np.dtype[Any]) -> Replicates:
        """Check data of shapes (R, n, d) and (R, n, c), and lay out their batches."""
        if X.ndim != 3 or not X.size:
            message = f"X must have shape (R, n, d) and not be empty, got shape {X.shape}"
            raise ValueError(message)
        R, n, _ = X.shape
        if Y.ndim != 3 or Y.shape[:2] != (R, n) or not Y.size:
            message = f"Y must have a row of targets for each input of X, got shape {Y.shape}"
            raise ValueError(message)
        if n > _LARGEST_SET:
            message = f"X must have at most {_LARGEST_SET} samples, got {n}"
            raise ValueError(message)
        limit = min(LARGEST_VALUE, float(np.finfo(dtype).max))
        for name, values in (("X", X), ("Y", Y)):
            largest = max(float(values.max()), -float(values.min()))
            if largest > limit:
                message = f"{name} must stay below {limit:g} for {dtype}, got {largest:g}"
                raise ValueError(message)
        x, y = (np.ascontiguousarray(values.reshape(R * n, -1)) for values in (X, Y))
        starts = np.arange(0, n, batch_size)
        sizes = np.diff(starts, append=n)
        return cls(
            R=R,
            n=n,
            x=x,
            y=y,
            room=np.empty((2, max(x.size, y.size))),
            starts=starts,
            sizes=sizes,
            all_starts=(n * np.arange(R)[:, None] + starts).ravel(),
            all_sizes=np.tile(sizes, R),
        )

    def squares(self, i: IntArray, j: IntArray) -> FloatArray:
        """Return the squared distances of pairs, valid until the next call of a method."""
        gaps, partners = self._gather(self.x, i, j)
        gaps -= partners
        squares = self.room[1, : i.size]
        if gaps.shape[1] > _FEW:
            return np.einsum("kd,kd->k", gaps, gaps, out=squares)
        gaps *= gaps
        squares[:] = gaps[:, 0]
        for column in gaps.T[1:]:
            squares += column
        return squares

    def mix(self, values: FloatArray, i: IntArray, j: IntArray, shares: FloatArray) -> FloatArray:
        """Return the mixtures of pairs in `x` or `y`, valid until the next call."""
        result, partners = self._gather(values, i, j)
        # The partner plus a share of the difference: a sample with itself stays as it is.
        result -= partners
        if result.shape[1] > _FEW:
            result *= shares[:, None]
        else:
            for column in result.T:
                np.multiply(column, shares, out=column)
        result += partners
        return result

    def _gather(
        self, values: FloatArray, i: IntArray, j: IntArray
    ) -> tuple[FloatArray, FloatArray]:
        shape = i.size, values.shape[1]
        first, second = (row[: math.prod(shape)].reshape(shape) for row in self.room)
        # Every index is in range; without "clip" NumPy would work in a buffer of its own.
        values.take(i, axis=0, out=first, mode="clip")
        values.take(j, axis=0, out=second, mode="clip")
        return first, second


def sort_keys(u: FloatArray, index: NDArray[Any]) -> NDArray[np.uint64]:
    """Turn uniform numbers into sort keys, in place: their last bits become an index."""
    # Doubles that are not negative are in the order of their bits, and 64-bit integers are sorted
    # in a third of the time that an argsort takes. At n = 1600 the numbers keep 42 bits.
    keys = u.view(np.uint64)
    keys &= ~_index_bits(u.shape[1])
    keys |= index.view(np.uint64)
    return keys


def indices(keys: NDArray[np.uint64]) -> IntArray:
    """Turn sort keys into their indices, in place."""
    keys &= _index_bits(keys.shape[1])
    return keys.view(np.int64)


def _index_bits(n: int) -> np.uint64:
    return np.uint64((1 << (n - 1).bit_length()) - 1)


def shuffled(u: FloatArray) -> IntArray:
    """Turn each row of uniform numbers into a permutation, in place."""
    keys = sort_keys(u, np.arange(u.shape[1]))
    keys.sort(axis=1)
    return indices(keys)


def all_count(mixing: Mixing, size: int) -> bool:
    """Tell whether all pairs of so many samples have the weight 1."""
    if mixing.graph == "knn":
        return mixing.parameter >= size - 1
    return mixing.graph == "none" or mixing.parameter == _EVERYTHING[mixing.graph]


def lambdas(mixing: Mixing, number: int, rng: np.random.Generator) -> FloatArray:
    """Draw so many lambdas."""
    if mixing.alpha == mixing.beta == 1:
        return rng.random(number)
    return np.asarray(rng.beta(mixing.alpha, mixing.beta, number))


def partners(mixing: Mixing, u: FloatArray) -> IntArray:
    """Turn uniform numbers, shape (B,), into the positions of the partners in one batch."""
    if mixing.pairing == "repetition":
        return (u * u.size).astype(np.int64)
    return shuffled(u[None].copy()).ravel()


def neighbours(data: Replicates, K: int) -> IntArray:
    """Return the pairs that are joined in each whole set, as r n^2 + i n + j, ascending."""
    parts = []
    for r, inputs in enumerate(data.x.reshape(data.R, data.n, -1)):
        W = sp.coo_array(cast("sp.csr_array", graphs.knn(inputs, K)))
        rows, columns = (axis.astype(np.int64) for axis in W.coords)
        parts.append(np.sort((r * data.n + rows) * data.n + columns))
    return np.concatenate(parts)


def near_in_batch(data: Replicates, i: IntArray, j: IntArray, K: int) -> NDArray[np.bool_]:
    """Tell of each pair whether one is among the K nearest neighbours of the other in its batch."""
    place = np.empty(i.size, dtype=np.int64)
    place[i] = np.arange(i.size)
    partner = place[j]
    near = np.empty(i.size, dtype=bool)
    for size in np.unique(data.all_sizes):
        starts = data.all_starts[data.all_sizes == size, None]
        last = min(K, size - 1)  # the sample itself is the closest
        together = max(1, _BLOCK // size**2)
        for low in range(0, starts.size, together):
            first = starts[low : low + together]
            rows = first + np.arange(size)
            inputs = data.x[i[rows]]
            D = np.zeros((*rows.shape, size))
            for column in np.moveaxis(inputs, 2, 0):
                D += (column[:, :, None] - column[:, None, :]) ** 2
            other = partner[rows] - first
            pair = np.take_along_axis(D, other[:, :, None], axis=2)[:, :, 0]
            reach = np.partition(D, last, axis=2)[:, :, last] * (1 + slack(data.x.shape[1])) ** 2
            near[rows] = pair <= np.maximum(reach, np.take_along_axis(reach, other, axis=1))
    return near

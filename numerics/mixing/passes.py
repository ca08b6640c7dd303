"""Pass after pass over R training sets at once, for many small networks side by side."""

from __future__ import annotations

import reprlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from numerics.distances import reach
from numerics.mixing.pairs import (
    Replicates,
    all_count,
    indices,
    lambdas,
    near_in_batch,
    neighbours,
    shuffled,
    sort_keys,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from numerics.mixing import Mixing
    from numerics.validation import FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class Epochs:
    """One pass over the data for each of R replicates, without the pairs of weight zero.

    Parameters
    ----------
    X : numpy.ndarray
        Virtual inputs, shape (rows, d), by replicate and in it by step.
    T : numpy.ndarray
        Their targets, shape (rows, c).
    weights : numpy.ndarray
        Normalised weights, shape (rows,): the loss of a step is the sum of weight times loss over
        its rows.
    offsets : numpy.ndarray of int
        Shape (R, steps + 1), int64: step s of replicate r has the rows
        ``offsets[r, s]:offsets[r, s + 1]``, none if no pair of the batch counts.
    """

    X: NDArray[Any]
    T: NDArray[Any]
    weights: NDArray[Any]
    offsets: IntArray


def passes(
    mixing: Mixing, data: Replicates, rngs: list[np.random.Generator], dtype: np.dtype[Any]
) -> Iterator[Epochs]:
    """Return pass after pass over checked data, without end."""
    table = None
    if mixing.graph == "knn" and mixing.scope == "set" and mixing.interpolates:
        table = neighbours(data, int(mixing.parameter))
    # Turned into indices in place: on some machines fresh memory costs more than the work.
    u = np.empty((2, data.R, data.n))
    number = data.starts.size if mixing.lam == "batch" else data.n
    above = data.n * np.arange(data.R)[:, None]
    while True:
        for r, rng in enumerate(rngs):
            rng.random(out=u[0, r])
            rng.random(out=u[1, r])
        order = shuffled(u[0])
        partner = _partners(mixing, u[1], order, data) if mixing.interpolates else order
        lam = np.stack([lambdas(mixing, number, rng) for rng in rngs])
        order += above
        if mixing.interpolates:
            partner += above
        i, j = order.ravel(), partner.ravel()
        W = _weights(mixing, data, i, j, table)
        X, T, weights, counts = _rows(mixing, data, i, j, lam, W, dtype)
        ends = np.append(0, np.cumsum(counts))
        steps = data.starts.size
        offsets = ends[steps * np.arange(data.R)[:, None] + np.arange(steps + 1)]
        yield Epochs(X=X, T=T, weights=weights, offsets=offsets)


def _partners(mixing: Mixing, u: FloatArray, order: IntArray, data: Replicates) -> IntArray:
    """Turn uniform numbers into the partner of each sample, shape (R, n)."""
    if mixing.pairing == "repetition":
        place = (u * np.repeat(data.sizes, data.sizes)).astype(np.int64)
        place += np.repeat(data.starts, data.sizes)
        return np.take_along_axis(order, place, axis=1)
    keys = sort_keys(u, order)
    whole = data.n - data.n % int(data.sizes[0])
    keys[:, :whole].reshape(data.R, -1, data.sizes[0]).sort(axis=2)
    keys[:, whole:].sort(axis=1)
    return indices(keys)


def _weights(
    mixing: Mixing, data: Replicates, i: IntArray, j: IntArray, table: IntArray | None
) -> NDArray[Any] | None:
    """Return W[i, j], of bool where it is 0 or 1; None if all are 1."""
    if all_count(mixing, data.n) or not mixing.interpolates:
        return None
    if table is not None:
        wanted = i * data.n + j % data.n
        place = np.minimum(np.searchsorted(table, wanted), table.size - 1)
        return np.asarray(table[place] == wanted)
    if mixing.graph == "knn":
        return near_in_batch(data, i, j, int(mixing.parameter))
    squares = data.squares(i, j)
    if mixing.graph == "threshold":
        limit = reach(mixing.parameter, data.x.shape[1])
        return squares <= limit * limit
    np.sqrt(squares, out=squares)
    squares *= -mixing.parameter
    return np.exp(squares)


def _rows(
    mixing: Mixing,
    data: Replicates,
    i: IntArray,
    j: IntArray,
    lam: FloatArray,
    W: NDArray[Any] | None,
    dtype: np.dtype[Any],
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any], IntArray]:
    """Mix the pairs (i, j), R n in the order of the batches; return the rows of each step too."""
    counts, shares = data.all_sizes, lam.ravel()
    if W is None:
        weights = np.repeat(1 / counts, counts)
    else:
        if mixing.weighting == "batch-mean":
            mean = np.add.reduceat(W, data.all_starts, dtype=np.float64) / counts
            W = np.repeat(mean, counts)
        scale = 1 / counts
        if mixing.normalise == "weights":
            total = np.add.reduceat(W, data.all_starts, dtype=np.float64)
            scale = 1 / np.where(total > 0, total, 1.0)
        kept = np.flatnonzero(W)
        ends = np.searchsorted(kept, data.all_starts[1:])
        counts = np.diff(ends, prepend=0, append=kept.size)
        i, j = i[kept], j[kept]
        if mixing.lam == "pair":
            shares = shares[kept]
        weights = np.repeat(scale, counts)
        if W.dtype != bool:
            weights *= W[kept]
    if mixing.lam == "batch":
        shares = np.repeat(shares, counts)
    X, T = (
        (data.mix(values, i, j, shares) if mixing.interpolates else values.take(i, axis=0)).astype(
            dtype
        )
        for values in (data.x, data.y)
    )
    return X, T, weights.astype(dtype), counts


def check_generators(
    rngs: Sequence[np.random.Generator], replicates: int
) -> list[np.random.Generator]:
    """Check that there is one generator for each replicate."""
    generators: list[Any] = list(rngs)
    # Two replicates with one source of bits would have rows that depend on each other.
    sources = {id(rng.bit_generator) for rng in generators if isinstance(rng, np.random.Generator)}
    if not len(sources) == len(rngs) == replicates:
        message = (
            f"rngs must be {replicates} different generators, one for each replicate of X, "
            f"got {reprlib.repr(generators)}"
        )
        raise ValueError(message)
    return generators

"""The compiled sampler behind `numerics.mixing`: one pass over the data, replicate by replicate.

It makes the operations of the NumPy sampler on the same random numbers, in the same order and
without fusing multiplications and additions, so that its numbers are the same bit for bit.

Importing this module needs numba.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from numerics.mlp.compiled.compilation import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from numerics.validation import FloatArray, IntArray

__all__ = ["run"]


@compiled()
def _sort(
    u: FloatArray,
    index: NDArray[np.uint64],
    last: np.uint64,
    keys: FloatArray,
    ends: NDArray[np.int32],
) -> None:
    """Sort `index`, up to `last`, by the numbers u, which become `numerics.mixing.pairs.sort_keys`.

    They are uniform on [0, 1): among twice as many buckets as there are numbers, most are alone in
    theirs, and little is left to insertion.
    """
    size = u.size
    buckets = 2 * size
    ends[: buckets + 1] = 0  # one more: a product may be rounded up
    own = u.view(np.uint64)
    for k in range(size):
        own[k] = (own[k] & ~last) | index[k]
        ends[np.uint64(u[k] * buckets)] += 1
    total = 0
    for b in range(buckets + 1):
        total += ends[b]
        ends[b] = total
    result = keys.view(np.uint64)
    for k in range(size):
        own_bucket = np.uint64(u[k] * buckets)
        end = ends[own_bucket] - 1
        ends[own_bucket] = end
        result[np.uint64(end)] = own[k]
    top = result[0]
    for k in range(1, size):
        key = result[k]
        if key > top:
            top = key
        else:
            at = k
            while at > 0 and result[at - 1] > key:
                result[at] = result[at - 1]
                at -= 1
            result[at] = key
    for k in range(size):
        index[k] = result[k] & last


@compiled()
def run(
    u: FloatArray,
    lam: FloatArray,
    x: FloatArray,
    y: FloatArray,
    batch_size: int,
    limit: float,
    interpolates: bool,
    repetition: bool,
    mean: bool,
    by_sum: bool,
    X: NDArray[Any],
    T: NDArray[Any],
    weights: NDArray[Any],
    offsets: IntArray,
) -> None:
    """Make the rows of one pass."""
    _, R, n = u.shape
    steps = offsets.shape[1] - 1
    kind = X.dtype.type
    above = 1
    while above < n:
        above *= 2
    last = np.uint64(above - 1)
    numbers = np.arange(n).astype(np.uint64)
    order, partner, kept = numbers.copy(), numbers.copy(), np.empty(n, np.int64)
    keys, ends = np.empty(n), np.empty(2 * n + 1, np.int32)
    row = 0
    for r in range(R):
        order[:] = numbers
        _sort(u[0, r], order, last, keys, ends)
        inputs, targets, place = x[r], y[r], u[1, r]
        offsets[r, 0] = row
        for s in range(steps):
            low = s * batch_size
            high = min(low + batch_size, n)
            size = high - low
            if interpolates and repetition:
                for k in range(low, high):
                    partner[k] = order[np.uint64(low + np.int64(place[k] * size))]
            else:
                partner[low:high] = order[low:high]
                if interpolates:
                    _sort(place[low:high], partner[low:high], last, keys, ends)
            near = 0
            for k in range(low, high):
                i, j = order[k], partner[k]
                over, up = inputs[i, 0] - inputs[j, 0], inputs[i, 1] - inputs[j, 1]
                kept[near] = k
                near += over * over + up * up <= limit
            weight = 1 / max(near, 1) if by_sum else 1 / size
            if mean:
                weight *= near / size
                if near:
                    near = size
                    for k in range(size):
                        kept[k] = low + k
            for at in range(near):
                k = kept[at]
                i, j = order[k], partner[k]
                weights[row] = kind(weight)
                if interpolates:
                    share = lam[r, s] if lam.shape[1] == steps else lam[r, k]
                    for c in range(2):
                        X[row, c] = kind(inputs[j, c] + (inputs[i, c] - inputs[j, c]) * share)
                    for c in range(targets.shape[1]):
                        T[row, c] = kind(targets[j, c] + (targets[i, c] - targets[j, c]) * share)
                else:
                    for c in range(2):
                        X[row, c] = kind(inputs[i, c])
                    for c in range(targets.shape[1]):
                        T[row, c] = kind(targets[i, c])
                row += 1
            offsets[r, s + 1] = row

"""Batches of Local Mixup as Eq. (2) is read: all pairs, from draws in the documented order."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from numerics.mixing import Mixing

Array = NDArray[Any]
Rows = tuple[Array, Array, Array]
"""Virtual inputs and targets, and their weights."""


def weights(mixing: Mixing, X: Array) -> Array:
    """Return the weights of all pairs of samples, from their distances."""
    if mixing.parameter == np.inf:
        return np.ones((len(X), len(X)))
    D = cdist(X, X)
    if mixing.graph == "knn":
        reach = np.sort(D, axis=1)[:, min(int(mixing.parameter), len(X) - 1), None]
        W = 1.0 * (np.maximum(reach, reach.T) >= D)
    elif mixing.graph == "exponential":
        W = np.exp(-mixing.parameter * D)
    else:
        W = 1.0 * ((mixing.parameter if mixing.graph == "threshold" else np.inf) >= D)
    return np.asarray(W)


def one_pass(
    mixing: Mixing,
    X: Array,
    Y: Array,
    batch_size: int,
    rng: np.random.Generator,
    points: Callable[[Array], Array] = np.asarray,
) -> Iterator[Rows]:
    """Make batch after batch, pairs of weight zero included; distances are those of `points`."""
    n = len(X)
    order, u = np.argsort(rng.random(n)), rng.random(n)
    starts = range(0, n, batch_size)
    many = len(starts) if mixing.lam == "batch" else n
    uniform = mixing.alpha == mixing.beta == 1
    lam = rng.random(many) if uniform else rng.beta(mixing.alpha, mixing.beta, many)
    whole = weights(mixing, points(X)) if mixing.scope == "set" else None
    for step, start in enumerate(starts):
        own = slice(start, start + batch_size)
        i, size = order[own], len(order[own])
        place = np.argsort(u[own]) if mixing.pairing == "permutation" else np.floor(u[own] * size)
        place = place.astype(int)
        j = i[place]
        if whole is not None:
            w = whole[i, j]
        else:
            w = weights(mixing, points(X[i]))[np.arange(size), place]
        if not mixing.interpolates:
            j, w = i, np.ones(size)
        divisor = size if mixing.normalise == "batch" else w.sum()
        if mixing.weighting == "batch-mean":
            w = np.full(size, w.mean())
        share = lam[own, None] if mixing.lam == "pair" else np.full((size, 1), lam[step])
        x, y = (share * values[i] + (1 - share) * values[j] for values in (X, Y))
        yield x, y, w / (divisor or 1)

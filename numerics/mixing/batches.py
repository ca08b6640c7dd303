"""The batches of one network, one at a time and in its type: drawn, and mixed in place."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from numerics.distances import between, reach
from numerics.mixing import Mixing
from numerics.mixing.pairs import all_count, lambdas, partners, shuffled
from numerics.validation import FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class Draw:
    """What is drawn for one batch."""

    samples: IntArray  # shape (B,)
    partners: IntArray  # their positions in the batch, shape (B,)
    lam: FloatArray  # the share of the sample itself, shape (1,) or (B,)


def draws(
    mixing: Mixing, n: int, batch_size: int, rng: np.random.Generator
) -> Iterator[list[Draw]]:
    """Draw the batches of epoch after epoch, without end, by the order of `Mixing.passes`."""
    starts = range(0, n, batch_size)
    while True:
        u = rng.random((2, n))
        order = shuffled(u[:1])[0]
        number = len(starts) if mixing.lam == "batch" else n
        lam = lambdas(mixing, number, rng)
        epoch = []
        for step, start in enumerate(starts):
            inside = slice(start, start + batch_size)
            shares = lam[step : step + 1] if mixing.lam == "batch" else lam[inside]
            epoch.append(Draw(order[inside], partners(mixing, u[1, inside]), shares))
        yield epoch


class Batches:
    """A training set, X (n, d) by rows and labels (n,), and room for a batch of virtual samples."""

    def __init__(
        self, X: NDArray[Any], labels: IntArray, classes: int, mixing: Mixing, batch_size: int
    ) -> None:
        self._X, self._labels, self._mixing = X, labels, mixing
        self._one_hot = np.eye(classes, dtype=X.dtype)
        self._base, self._gap, *self._kept = (
            np.empty((batch_size, X.shape[1]), X.dtype) for _ in range(4)
        )

    def mixed(
        self, draw: Draw, features: Callable[[NDArray[Any]], NDArray[Any]] | None = None
    ) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
        """Return inputs (rows, d), targets (rows, c) and weights, valid until the next call."""
        size, kind = draw.samples.size, self._X.dtype
        # Every index is in range; without "clip" NumPy would work in a buffer of its own.
        base = self._X.take(draw.samples, axis=0, out=self._base[:size], mode="clip")
        labels = self._labels[draw.samples]
        target = self._one_hot[labels]
        if not self._mixing.interpolates:
            return base, target, np.full(size, 1 / size, kind)
        gap = base.take(draw.partners, axis=0, out=self._gap[:size], mode="clip")
        gap -= base
        W = self._weights(draw, base, gap, features)
        lam, other = 1 - draw.lam, self._one_hot[labels[draw.partners]]
        other -= target
        kept = np.flatnonzero(W)
        total = float(W.sum()) if self._mixing.normalise == "weights" else size
        weights = (W[kept] * (1 / (total or 1))).astype(kind)
        if kept.size < size:
            base = base.take(kept, axis=0, out=self._kept[0][: kept.size], mode="clip")
            gap = gap.take(kept, axis=0, out=self._kept[1][: kept.size], mode="clip")
            target, other = target[kept], other[kept]
            lam = lam[kept] if lam.size > 1 else lam
        shares = lam.astype(kind)[:, None]
        return _moved(gap, shares, base), _moved(other, shares, target), weights

    def _weights(
        self,
        draw: Draw,
        base: NDArray[Any],
        gap: NDArray[Any],
        features: Callable[[NDArray[Any]], NDArray[Any]] | None,
    ) -> FloatArray:
        """Return the weights of the pairs, shape (B,), before they are normalised."""
        mixing, size = self._mixing, len(base)
        parameter = mixing.parameter
        if all_count(mixing, size):
            return np.ones(size)
        if features is not None:
            base = features(base)
            gap = base[draw.partners] - base
        if mixing.graph == "knn":
            W = _near(base, draw.partners, int(parameter)).astype(np.float64)
        else:
            squares = np.einsum("kd,kd->k", gap, gap).astype(np.float64)
            if mixing.graph == "threshold":
                W = _within(base, draw.partners, squares, parameter).astype(np.float64)
            else:
                W = np.exp(-parameter * np.sqrt(squares))
        return np.full(size, W.mean()) if mixing.weighting == "batch-mean" else W


def _moved(gap: NDArray[Any], shares: NDArray[Any], base: NDArray[Any]) -> NDArray[Any]:
    """Turn differences from `base` into base plus shares of them, in place."""
    gap *= shares
    gap += base
    return gap


def _within(
    points: NDArray[Any], partners: IntArray, squares: FloatArray, eps: float
) -> NDArray[np.bool_]:
    """Tell of each pair whether it is at most eps apart, by the rule of `numerics.graphs`."""
    size, features = points.shape
    limit = reach(eps, features)
    near = np.asarray(squares <= limit * limit)
    # The squares are as exact as the points' type allows; near the limit float64 decides.
    error = (features + 8) * float(np.finfo(points.dtype).eps) * limit * limit
    unsure = np.flatnonzero(np.abs(squares - limit * limit) <= error)
    exact = points.astype(np.float64)
    near[unsure] = between(exact, np.arange(size)[unsure], partners[unsure]) <= limit
    return near


def _near(points: NDArray[Any], partners: IntArray, K: int) -> NDArray[np.bool_]:
    """Tell of each pair whether one is among the K nearest neighbours of the other in the batch."""
    centred = points - points.mean(axis=0)  # less of the squares is lost to cancellation
    squares = np.einsum("kd,kd->k", centred, centred)
    D = np.add.outer(squares, squares) - 2 * (centred @ centred.T)  # symmetric, bit for bit
    np.fill_diagonal(D, -np.inf)  # whatever the rounding, the sample itself is the closest
    reach = np.partition(D, K, axis=1)[:, K]
    pairs = D[np.arange(len(D)), partners]
    return np.asarray(pairs <= np.maximum(reach, reach[partners]))

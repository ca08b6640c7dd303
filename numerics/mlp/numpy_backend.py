"""Training in NumPy, the backend "numpy" of `numerics.mlp`: replicates stacked in one product.

What makes it fast: the replicates of a group share each call, so that starting it costs a
sixteenth, and everything is written into buffers that were made before. A bias is a row of its
matrix, as each layer but the last has one more unit, which is always 1.

Where pairs were dropped, the replicates of a group have different numbers of rows, and a call for
each would be slow. Each replicate's rows are then filled up to a multiple of a dozen, with rows of
weight zero; neighbours with as many share a call. How many they are depends on the replicate alone,
and so do its numbers: the order in which BLAS adds may depend on the shape of a product.
"""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from numerics.mixing import Epochs
from numerics.mlp.descent import Descent
from numerics.mlp.network import Backend, Optimiser, matrices
from numerics.validation import IntArray

_MULTIPLE = 64  # entries of a replicate are filled up to a multiple of it
_ROWS = 12  # and so are the rows of a step


def _filled_up(counts: IntArray) -> IntArray:
    """Return the rows (R, steps) that steps take in which `counts` count."""
    unlike = (counts[:, :-1] != counts[:, :1]).any(axis=1, keepdims=True)  # the last may be smaller
    return np.where(unlike, np.maximum(counts + -counts % _ROWS, _ROWS), counts)


class StackedNetworks(Backend):
    """Replicates of one network, trained in NumPy."""

    def __init__(
        self,
        parameters: NDArray[Any],
        sizes: tuple[int, ...],
        softmax_twice: bool,
        optimiser: Optimiser,
    ) -> None:
        self._sizes, self._twice, self._rate = sizes, softmax_twice, optimiser.rate
        self._room = -1
        replicates, self._count = parameters.shape
        # Filled up, since BLAS may round the last few entries of a vector in another way.
        shape = replicates, self._count + -self._count % _MULTIPLE
        self._parameters, gradient = (np.zeros(shape, parameters.dtype) for _ in range(2))
        self._parameters[:, : self._count] = parameters
        self._matrices, self._gradients = (
            list(matrices(flat, sizes)) for flat in (self._parameters, gradient)
        )
        self._descent = Descent(optimiser, self._parameters.reshape(-1), gradient.reshape(-1))

    def parameters(self) -> NDArray[Any]:
        """Return the parameters as `numerics.mlp.Networks` holds them."""
        return self._parameters[:, : self._count].copy()

    def advance(self, rows: Epochs) -> int:
        """Make the steps of all replicates."""
        counts = np.diff(rows.offsets, axis=1)
        taken = _filled_up(counts).T
        # From all steps of one replicate after the other to all replicates of one step.
        firsts = (taken.cumsum() - taken.ravel()).reshape(taken.shape).T
        repeats = counts.ravel()
        within = np.arange(repeats.sum()) - np.repeat(repeats.cumsum() - repeats, repeats)
        source = within + np.repeat(rows.offsets[:, :-1].ravel(), repeats)
        place = within + np.repeat(firsts.ravel(), repeats)
        total, dtype = int(taken.sum()), self._parameters.dtype
        inputs = np.ones((total, rows.X.shape[1] + 1), dtype)
        inputs[:, :-1] = 0
        inputs[place, :-1] = rows.X[source]
        targets = np.zeros((rows.T.shape[1], total), dtype)
        targets[:, place] = rows.T[source].T
        shares = np.zeros(total, dtype)
        shares[place] = rows.weights[source]

        self._make_room(int(taken.sum(axis=1).max(initial=0)))
        stop = 0
        for own in taken.tolist():
            start, stop = stop, stop + sum(own)
            part = slice(start, stop)
            self._step(inputs[part], targets[:, part], shares[part], own)
            self._descent.step(self._rate)
        return counts.size

    def _make_room(self, rows: int) -> None:
        """Make the buffers of steps with up to so many rows in all replicates together."""
        if rows <= self._room:
            return
        self._room, dtype = rows, self._parameters.dtype
        # Of the hidden layers and the last one; the slopes of the unit that is always 1 stay 0.
        units = [*(size + 1 for size in self._sizes[1:-1]), self._sizes[-1]]
        self._values, self._slopes = (
            [np.zeros((rows, many), dtype) for many in units] for _ in range(2)
        )
        for values in self._values[:-1]:
            values[:, -1] = 1
        self._zeros = np.zeros((rows, max(units)), dtype).reshape(-1)

    def _step(
        self,
        inputs: NDArray[Any],
        targets: NDArray[Any],
        shares: NDArray[Any],
        counts: list[int],
    ) -> None:
        """Compute the gradient of one step."""
        stop = len(inputs)
        values = [inputs, *(layer[:stop] for layer in self._values)]
        slopes = [layer[:stop] for layer in self._slopes]
        runs = list(_runs(counts))
        for n, matrix in enumerate(self._matrices):
            layer = values[n + 1]
            for own, rows in runs:
                out = _stack(layer, own, rows)[:, :, : matrix.shape[2]]
                np.matmul(_stack(values[n], own, rows), matrix[own], out)
            if n + 1 < len(self._matrices):
                # A scalar zero takes several times as long.
                np.maximum(layer, self._zeros[: layer.size].reshape(layer.shape), out=layer)
        slopes[-1][:] = _loss_gradient(values[-1], targets, shares, self._twice)
        for n in range(len(self._matrices) - 1, -1, -1):
            for own, rows in runs:
                slope = _stack(slopes[n], own, rows)[:, :, : self._sizes[n + 1]]
                before = _stack(values[n], own, rows)
                np.matmul(before.swapaxes(1, 2), slope, self._gradients[n][own])
                if n:
                    out = _stack(slopes[n - 1], own, rows)[:, :, :-1]
                    np.matmul(slope, self._matrices[n][own, :-1].swapaxes(1, 2), out)
            if n:
                slopes[n - 1] *= values[n] > 0


def _runs(counts: list[int]) -> Iterator[tuple[slice, slice]]:
    """Yield neighbouring replicates that have as many rows, and where these are."""
    high = stop = 0
    for count, run in groupby(counts):
        low, high = high, high + len([*run])
        start, stop = stop, stop + (high - low) * count
        yield slice(low, high), slice(start, stop)


def _stack(layer: NDArray[Any], own: slice, rows: slice) -> NDArray[Any]:
    """View the values of some replicates, shape (replicates, rows of each, units)."""
    return layer[rows].reshape(own.stop - own.start, -1, layer.shape[1])


def _softmax(values: NDArray[Any]) -> NDArray[Any]:
    """Return the softmax over the first axis, the same for a sample whatever its neighbours are."""
    # A reduction adds in an order that depends on the shape of the whole array.
    top = values[0].copy()
    for row in values[1:]:
        np.maximum(top, row, out=top)
    result: NDArray[Any] = np.exp(values - top)
    total = result[0].copy()
    for row in result[1:]:
        total += row
    result /= total
    return result


def _loss_gradient(
    logits: NDArray[Any], targets: NDArray[Any], shares: NDArray[Any], twice: bool
) -> NDArray[Any]:
    """Return the loss's gradient in the logits, both of shape (rows, c)."""
    inner = _softmax(np.ascontiguousarray(logits.T))
    result: NDArray[Any] = (_softmax(inner) if twice else inner) - targets
    result *= shares
    if twice:
        mean = inner[0] * result[0]
        for entry, slope in zip(inner[1:], result[1:], strict=True):
            mean += entry * slope
        result -= mean
        result *= inner
    return result.T

"""Training in NumPy, the backend "numpy" of `numerics.mlp`: replicates stacked in one product.

What makes it fast. The replicates of a group share each call, so that starting it costs a
sixteenth. Everything is written into buffers that were made before. A bias is a row of its matrix:
each layer has one more unit, which is always 1. No product of two hidden layers is of the form a
times b transposed, both stored by rows, which BLAS does worst on some processors: the values of the
first hidden layer are stored by rows, those of the second by columns, and so on in turn. The
optimiser's means are not multiplied by their decay in each step: what is added to them grows.

Where pairs were dropped, the replicates of a group have different numbers of rows, and a call for
each would be slow. Each replicate's rows are then filled up to a multiple of a dozen, with rows of
weight zero; neighbours with as many share a call. How many they are depends on the replicate alone,
and so do its numbers: the order in which BLAS adds may depend on the shape of a product.
"""

from __future__ import annotations

from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import scipy

from numerics.mlp.network import Adam, Means, matrices, schedule

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from numerics.mixing import Epochs
    from numerics.mlp.network import BoolArray, Optimiser
    from numerics.validation import IntArray

    #: Two stacks of matrices, and the one where their product goes.
    Product: TypeAlias = tuple[NDArray[Any], NDArray[Any], NDArray[Any]]

_MULTIPLE = 64  # entries of a replicate are filled up to a multiple of it
_ROWS = 12  # and so are the rows of a step
_MOST_KNOWN = 4096  # prepared products, of some kilobytes each


def _transposed(matrix: NDArray[Any]) -> NDArray[Any]:
    return matrix.swapaxes(1, 2)


def _product(a: NDArray[Any], b: NDArray[Any], out: NDArray[Any], by_columns: bool) -> Product:
    """Return the factors of a times b, and its place, as a product that is stored by rows."""
    if by_columns:
        return _transposed(b), _transposed(a), _transposed(out)
    return a, b, out


def _filled_up(counts: IntArray) -> IntArray:
    """Return the rows (R, steps) that steps take in which `counts` count."""
    unlike = (counts[:, :-1] != counts[:, :1]).any(axis=1, keepdims=True)  # the last may be smaller
    return np.where(unlike, np.maximum(counts + -counts % _ROWS, _ROWS), counts)


class _Values:
    """Values of one layer, or the loss's derivatives in them, for all rows of a step.

    The rows of the replicates follow each other without gaps; by columns, each replicate's part is
    transposed in its place.
    """

    def __init__(self, units: int, rows: int, by_columns: bool, dtype: Any) -> None:
        self._by_columns = by_columns
        self.rows = np.zeros((rows, units), dtype)
        self._buffer = self.rows.reshape(-1)

    def flat(self, rows: int) -> NDArray[Any]:
        return self._buffer[: rows * self.rows.shape[1]]

    def of(self, start: int, many: int, rows: int) -> NDArray[Any]:
        """View the matrices (rows, units) of so many replicates, which begin in row `start`."""
        units = self.rows.shape[1]
        part = self._buffer[start * units : (start + many * rows) * units]
        if self._by_columns:
            return part.reshape(many, units, rows).swapaxes(1, 2)
        return part.reshape(many, rows, units)


class StackedNetworks:
    """Replicates of one network, trained in NumPy."""

    def __init__(
        self,
        parameters: NDArray[Any],
        sizes: tuple[int, ...],
        softmax_twice: bool,
        optimiser: Optimiser,
    ) -> None:
        self._sizes, self._twice, self._optimiser = sizes, softmax_twice, optimiser
        self._done = 0
        # Units of each layer; all but the last have one more, which is always 1.
        self._units = (*(size + 1 for size in sizes[:-1]), sizes[-1])
        count = sum(inputs * outputs for inputs, outputs in pairwise(self._units))
        # Filled up, since BLAS may round the last few entries of a vector in another way.
        count += -count % _MULTIPLE
        self._parameters = np.zeros((len(parameters), count), parameters.dtype)
        self._gradient = np.zeros_like(self._parameters)
        self._first = np.zeros_like(self._parameters)
        self._second = np.zeros_like(self._parameters)
        if isinstance(optimiser, Adam):
            decays = [optimiser.beta1, optimiser.beta2]
            self._means = Means([self._first, self._second], decays)
        else:
            self._means = Means([self._first], [optimiser.momentum])
        self._matrices = self._views(self._parameters)
        self._gradients = self._views(self._gradient)
        for mine, matrix in zip(self._matrices, matrices(parameters, sizes), strict=True):
            outputs = matrix.shape[2]
            mine[:, :, :outputs] = matrix
            mine[:, -1, outputs:] = 1
        self._axpy = scipy.linalg.get_blas_funcs("axpy", dtype=parameters.dtype)
        self._room = -1

    def _by_columns(self, layer: int) -> bool:
        """Tell how values of a layer are stored; inputs and logits are by rows."""
        return layer % 2 == 0 and 0 < layer < len(self._sizes) - 1

    def _is_transposed(self, layer: int) -> bool:
        """Tell how the matrix between two hidden layers is stored, here from columns to rows."""
        return self._by_columns(layer) and layer < len(self._units) - 2

    def _views(self, flat: NDArray[Any]) -> list[NDArray[Any]]:
        """View the matrices (R, inputs, outputs)."""
        result, start = [], 0
        for layer, (inputs, outputs) in enumerate(pairwise(self._units)):
            part = flat[:, start : start + inputs * outputs]
            if self._is_transposed(layer):
                result.append(part.reshape(-1, outputs, inputs).swapaxes(1, 2))
            else:
                result.append(part.reshape(-1, inputs, outputs))
            start += inputs * outputs
        return result

    def parameters(self) -> NDArray[Any]:
        """Return the parameters as `numerics.mlp.Networks` holds them."""
        count = len(self._parameters)
        parts = [
            matrix[:, :, :outputs].reshape(count, -1)
            for matrix, outputs in zip(self._matrices, self._sizes[1:], strict=True)
        ]
        return np.concatenate(parts, axis=1)

    def finite(self) -> BoolArray:
        """Tell which replicates have not diverged."""
        return np.asarray(np.isfinite(self._parameters).all(axis=1))

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
        rates = schedule(self._optimiser, self._done, len(taken), dtype)
        stop = 0
        for s, own in enumerate(taken.tolist()):
            start, stop = stop, stop + sum(own)
            part = slice(start, stop)
            self._step(inputs[part], targets[:, part], shares[part], own)
            self._update(*rates[s].tolist())
            self._done += 1
        return counts.size

    def _make_room(self, rows: int) -> None:
        """Make the buffers of steps with up to so many rows in all replicates together."""
        if rows <= self._room:
            return
        self._room, dtype = rows, self._parameters.dtype
        self._values, self._slopes = (
            [_Values(u, rows, self._by_columns(n), dtype) for n, u in enumerate(self._units)]
            for _ in range(2)
        )
        self._zeros = np.zeros(rows * max(self._units), dtype)
        self._mask = np.empty(self._zeros.size, bool)
        self._known: dict[tuple[int, ...], list[Product]] = {}

    def _products(self, low: int, high: int, start: int, rows: int) -> list[Product]:
        """Return a step's products for replicates low to high, whose rows begin at `start`."""
        key = (low, high, start, rows)
        if key in self._known:
            return self._known[key]
        if len(self._known) == _MOST_KNOWN:
            self._known.clear()
        values, slopes = (
            [layer.of(start, high - low, rows) for layer in layers]
            for layers in (self._values, self._slopes)
        )
        result = self._known[key] = []
        for n, matrix in enumerate(self._matrices):
            by_columns = self._by_columns(n + 1)
            result.append(_product(values[n], matrix[low:high], values[n + 1], by_columns))
        for n in range(len(self._matrices) - 1, -1, -1):
            if n:
                turned = _transposed(self._matrices[n][low:high])
                result.append(_product(slopes[n + 1], turned, slopes[n], self._by_columns(n)))
            turned, gradient = _transposed(values[n]), self._gradients[n][low:high]
            result.append(_product(turned, slopes[n + 1], gradient, self._is_transposed(n)))
        return result

    def _step(
        self,
        inputs: NDArray[Any],
        targets: NDArray[Any],
        shares: NDArray[Any],
        counts: list[int],
    ) -> None:
        """Compute the gradient of one step."""
        last = len(self._units) - 1
        high = stop = 0
        runs = []
        for count, run in groupby(counts):
            low, high = high, high + len([*run])
            start, stop = stop, stop + (high - low) * count
            runs.append(self._products(low, high, start, count))
        products = zip(*runs, strict=True)
        self._values[0].rows[:stop] = inputs
        for layer in range(1, last + 1):
            for a, b, out in next(products):
                np.matmul(a, b, out)
            if layer < last:
                flat = self._values[layer].flat(stop)
                # A scalar zero takes several times as long.
                np.maximum(flat, self._zeros[: flat.size], out=flat)
        _loss_gradient(
            self._values[last].rows[:stop],
            self._slopes[last].rows[:stop],
            targets,
            shares,
            self._twice,
        )
        for layer in range(last - 1, -1, -1):
            if layer:
                for a, b, out in next(products):
                    np.matmul(a, b, out)
                flat, slope = self._values[layer].flat(stop), self._slopes[layer].flat(stop)
                mask = np.greater(flat, self._zeros[: flat.size], out=self._mask[: flat.size])
                np.multiply(slope, mask, out=slope)
            for a, b, out in next(products):
                np.matmul(a, b, out)
        for gradient in self._gradients[:-1]:
            gradient[:, :, -1] = 0  # so that the unit that is always 1 stays so

    def _update(self, rate: float, eps: float) -> None:
        """Make the optimiser's step, in as few passes over the buffers as there are operations."""
        parameters, gradient, first, second = (
            buffer.reshape(-1)
            for buffer in (self._parameters, self._gradient, self._first, self._second)
        )
        grown = self._means.grow()
        self._axpy(gradient, first, a=grown[0])
        if not isinstance(self._optimiser, Adam):
            self._axpy(first, parameters, a=-rate / grown[0])
            return
        np.multiply(gradient, gradient, out=gradient)
        self._axpy(gradient, second, a=grown[1])
        scale = float(np.sqrt((1 - self._optimiser.beta2) / grown[1]))
        np.sqrt(second, out=gradient)
        np.add(gradient, gradient.dtype.type(eps / scale), out=gradient)
        np.divide(first, gradient, out=gradient)
        share = (1 - self._optimiser.beta1) / grown[0]
        self._axpy(gradient, parameters, a=-rate * share / scale)


def _softmax(values: NDArray[Any]) -> NDArray[Any]:
    """Return the softmax over the first axis.

    Classes are added one after the other: the order in which a reduction adds depends on the shape
    of the whole array, and with it on the neighbours.
    """
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
    logits: NDArray[Any],
    slopes: NDArray[Any],
    targets: NDArray[Any],
    shares: NDArray[Any],
    twice: bool,
) -> None:
    """Write the loss's gradient in the logits, both of shape (rows, c)."""
    inner = _softmax(np.ascontiguousarray(logits.T))
    result = _softmax(inner) if twice else inner
    result = result - targets
    result *= shares
    if twice:
        mean = inner[0] * result[0]
        for entry, slope in zip(inner[1:], result[1:], strict=True):
            mean += entry * slope
        result -= mean
        result *= inner
    slopes[:] = result.T

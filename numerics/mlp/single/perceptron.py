"""One network of wide layers in training: its buffers and its products.

NumPy and SciPy come with a BLAS each. Of several threads, those of one that wait for work are in
the way of the other's, and a step takes several times as long. So all products are NumPy's, and the
additions, which are SciPy's, are made in blocks for which BLAS uses no second thread.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from numerics.mlp.descent import Descent
from numerics.mlp.network import SGD, Adam, Network, initial, matrices
from numerics.mlp.networks import Networks
from numerics.mlp.single.recipe import Recipe
from numerics.validation import check_count

_BLOCK = 8192  # numbers; OpenBLAS adds up to 10,000 on one thread


def cross_entropy(
    logits: NDArray[Any], T: NDArray[Any], weights: NDArray[Any]
) -> tuple[float, NDArray[Any]]:
    """Evaluate the weighted sum of softmax cross-entropies, and its derivative."""
    # By classes and then by samples: a reduction over few numbers each is slow.
    shifted = np.ascontiguousarray(logits.T)
    shifted -= shifted.max(axis=0)
    targets = T.T
    slopes = np.exp(shifted)
    total = slopes.sum(axis=0)
    # The sum of T (log total - shifted) over the classes, where T sums to 1.
    losses = np.log(total) - (targets * shifted).sum(axis=0)
    slopes /= total
    slopes -= targets
    slopes *= weights
    return float(weights @ losses), np.ascontiguousarray(slopes.T)


class Perceptron:
    """One multilayer perceptron with ReLU in training."""

    def __init__(
        self, sizes: tuple[int, ...], recipe: Recipe, rng: np.random.Generator, n: int
    ) -> None:
        if len(sizes) < 2:
            message = f"sizes must hold those of inputs and outputs at least, got {sizes}"
            raise ValueError(message)
        for size in sizes:
            check_count(size, "sizes", 1)
        self._sizes, self._recipe = sizes, recipe
        self._epoch_steps = -(-check_count(n, "n", 1) // recipe.batch_size)
        dtype = np.dtype(recipe.dtype)
        network = Network(sizes[1:-1], init=recipe.init)
        #: Laid out as those of one replicate of `numerics.mlp.Networks`.
        self.parameters: NDArray[Any] = initial(network, sizes, [rng], dtype)[0]
        self.gradient: NDArray[Any] = np.zeros_like(self.parameters)
        self._descent = Descent(
            Adam() if recipe.optimiser == "adam" else SGD(recipe.rate, recipe.momentum),
            self.parameters,
            self.gradient,
            weight_decay=recipe.weight_decay,
            block=_BLOCK,
        )
        self._matrices, self._gradients = (
            [matrix[0] for matrix in matrices(flat[None], sizes)]
            for flat in (self.parameters, self.gradient)
        )
        self._done = 0
        self._room = self._rows = 0
        self._inputs = np.empty((0, sizes[0]), dtype)
        self._make_room(recipe.batch_size)

    @property
    def features(self) -> NDArray[Any]:
        """The values of the last hidden layer in the last `forward`."""
        return self._layer(len(self._sizes) - 2)

    def _make_room(self, rows: int) -> None:
        """Make the buffers of batches of up to so many samples."""
        self._room, dtype = rows, self.parameters.dtype
        # Of inputs there are no values, which are the caller's, but there may be slopes.
        self._values, self._slopes = (
            [np.zeros((rows if n else 0, size), dtype) for n, size in enumerate(self._sizes)]
            for _ in range(2)
        )
        self._zeros = np.zeros(rows * max(self._sizes[1:]), dtype)

    def _layer(self, layer: int) -> NDArray[Any]:
        inner: NDArray[Any] = self._values[layer][: self._rows]
        return inner if layer else self._inputs

    def _checked(self, given: ArrayLike, name: str, columns: int) -> NDArray[Any]:
        """Return an array of the network's type, stored by rows; itself if it is one."""
        values = np.ascontiguousarray(given, self.parameters.dtype)
        rows = "B" if name == "X" else self._rows
        if values.ndim != 2 or values.shape[1] != columns or rows not in ("B", len(values)):
            message = f"{name} must be of shape ({rows}, {columns}), got {values.shape}"
            raise ValueError(message)
        return values

    def forward(self, X: ArrayLike) -> NDArray[Any]:
        """Evaluate the network, and keep what `backward` needs."""
        self._inputs = self._checked(X, "X", self._sizes[0])
        self._rows = len(self._inputs)
        if self._rows > self._room:
            self._make_room(self._rows)
        last = len(self._matrices)
        for n, matrix in enumerate(self._matrices):
            values = self._layer(n + 1)
            np.matmul(self._layer(n), matrix[:-1], out=values)
            np.add(values, matrix[-1], out=values)
            if n + 1 < last:
                # A scalar zero takes several times as long.
                zeros = self._zeros[: values.size].reshape(values.shape)
                np.maximum(values, zeros, out=values)
        return self._layer(last)

    def backward(
        self,
        slopes: ArrayLike,
        *,
        feature_slopes: ArrayLike | None = None,
        inputs: bool = False,
        accumulate: bool = False,
    ) -> NDArray[Any] | None:
        """Compute the gradient of a loss at the samples of the last `forward`."""
        last = len(self._matrices)
        slope = self._checked(slopes, "slopes", self._sizes[-1])
        extra = None
        if feature_slopes is not None:
            extra = self._checked(feature_slopes, "feature_slopes", self._sizes[-2])
        for n in range(last - 1, -1, -1):
            values, matrix, gradient = self._layer(n), self._matrices[n], self._gradients[n]
            if accumulate:
                gradient[:-1] += values.T @ slope
                gradient[-1] += slope.sum(axis=0)
            else:
                np.matmul(values.T, slope, out=gradient[:-1])
                np.add.reduce(slope, axis=0, out=gradient[-1])
            if not n and not inputs:
                return None
            if not n and not len(self._slopes[0]):
                self._slopes[0] = np.zeros((self._room, self._sizes[0]), slope.dtype)
            below = self._slopes[n][: self._rows]
            np.matmul(slope, matrix[:-1].T, out=below)
            if extra is not None and n == last - 1:
                np.add(below, extra, out=below)
            if n:
                below *= values > 0
            slope = below
        return slope

    def update(self) -> None:
        """Make one step of the optimiser, with the rate of the schedule."""
        self._descent.step(self._recipe.rate_of(self._done // self._epoch_steps))
        self._done += 1

    def finite(self) -> bool:
        """Tell whether all parameters are finite."""
        return bool(np.isfinite(self.parameters).all())

    def networks(self) -> Networks:
        """Return what has been trained."""
        return Networks(self.parameters[None].copy(), self._sizes)

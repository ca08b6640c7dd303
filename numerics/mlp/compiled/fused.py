"""Training with a compiled kernel, the backend "numba": replicate by replicate, a pass a call."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from numerics.mixing import Epochs
from numerics.mlp.descent import negligible, schedule
from numerics.mlp.network import Adam, Backend, Optimiser, matrices


def _up(number: int, multiple: int) -> int:
    return number + -number % multiple


class FusedNetworks(Backend):
    """Replicates of one network, trained by a compiled kernel."""

    def __init__(
        self,
        parameters: NDArray[Any],
        sizes: tuple[int, ...],
        softmax_twice: bool,
        optimiser: Optimiser,
    ) -> None:
        from numerics.mlp.compiled import fused_kernel, microkernel  # noqa: PLC0415

        self._kernel = fused_kernel
        self._sizes, self._twice, self._optimiser = sizes, softmax_twice, optimiser
        self._done = 0
        rows = microkernel.ROWS
        lanes = microkernel.VECTOR_BYTES // parameters.itemsize
        # One column more than the width, for the ones that biases are multiplied with.
        self._pitches = tuple(
            _up(size + 1, lanes if layer else rows) for layer, size in enumerate(sizes)
        )
        self._shapes = [
            (_up(size + 1, rows), pitch)
            for size, pitch in zip(sizes, self._pitches[1:], strict=False)
        ]
        count = sum(height * width for height, width in self._shapes)
        self._parameters = np.zeros((len(parameters), count), parameters.dtype)
        for padded, matrix in zip(self._matrices(), matrices(parameters, sizes), strict=True):
            padded[:] = matrix
        self._first = np.zeros_like(self._parameters)
        self._second = np.zeros_like(self._parameters)

    def _matrices(self) -> list[NDArray[Any]]:
        """View the padded buffer as the matrices that count."""
        views, start = [], 0
        for (height, width), inputs, outputs in zip(
            self._shapes, self._sizes, self._sizes[1:], strict=False
        ):
            stop = start + height * width
            whole = self._parameters[:, start:stop].reshape(-1, height, width)
            views.append(whole[:, : inputs + 1, :outputs])
            start = stop
        return views

    def advance(self, rows: Epochs) -> int:
        """Make the steps of all replicates."""
        dtype = self._parameters.dtype
        steps = rows.offsets.shape[1] - 1
        optimiser = self._optimiser
        if isinstance(optimiser, Adam):
            beta1, beta2 = optimiser.beta1, optimiser.beta2
        else:
            beta1, beta2 = optimiser.momentum, 0.0
        decays = [beta1, 1 - beta1, beta2, 1 - beta2, negligible(dtype)]
        # One layout of each argument, so that the kernel is compiled once for a dtype.
        self._kernel.run(
            self._parameters,
            self._first,
            self._second,
            np.ascontiguousarray(rows.X),
            np.ascontiguousarray(rows.T),
            np.ascontiguousarray(rows.weights),
            np.ascontiguousarray(rows.offsets),
            np.array(self._sizes),
            np.array(self._pitches),
            isinstance(optimiser, Adam),
            schedule(optimiser, self._done, steps, dtype),
            np.array(decays, dtype),
            self._twice,
        )
        self._done += steps
        return int(steps * len(rows.offsets))

    def parameters(self) -> NDArray[Any]:
        """Return the parameters without their padding."""
        count = len(self._parameters)
        return np.concatenate([m.reshape(count, -1) for m in self._matrices()], axis=1)

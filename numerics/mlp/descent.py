"""Steps of an optimiser on flat parameters.

The moving means of the gradient are kept divided by 1 - decay and by decay^age: not they decay in
each step, but what is added to them grows. A step of gradient descent thus is a few additions of a
multiple.
"""

import math
from typing import Any

import numpy as np
import scipy
from numpy.typing import NDArray

from numerics.mlp.network import SGD, Optimiser

_LARGEST_GROWTH = 1e7  # of what is added to the means


class Descent:
    """Makes steps in place; in blocks of so many numbers, where BLAS is not to use more threads."""

    def __init__(
        self,
        optimiser: Optimiser,
        parameters: NDArray[Any],
        gradient: NDArray[Any],
        *,
        weight_decay: float = 0.0,
        block: int | None = None,
    ) -> None:
        self._optimiser, self._weight_decay = optimiser, weight_decay
        self._parameters, self._gradient = parameters, gradient
        if isinstance(optimiser, SGD):
            self._decays = [optimiser.momentum]
        else:
            self._decays = [optimiser.beta1, optimiser.beta2]
        self._means = [np.zeros_like(parameters) for _ in self._decays]
        fastest = min(self._decays)
        self._oldest = int(-math.log(_LARGEST_GROWTH) / math.log(fastest)) if fastest else 0
        self._age = self._done = 0
        self._axpy = scipy.linalg.get_blas_funcs("axpy", dtype=parameters.dtype)
        size = block or parameters.size
        self._blocks = [slice(low, low + size) for low in range(0, parameters.size, size)]
        self._parts = [(parameters[b], gradient[b], self._means[0][b]) for b in self._blocks]

    def step(self, rate: float) -> None:
        """Make a step; the gradient is used up."""
        self._done += 1
        grown, decay, axpy = self._grow(), self._weight_decay, self._axpy
        if isinstance(self._optimiser, SGD):
            added, taken = decay * grown[0], -rate / grown[0]
            for parameters, part, velocity in self._parts:
                axpy(part, velocity, part.size, grown[0])
                if added:
                    axpy(parameters, velocity, part.size, added)
                axpy(velocity, parameters, part.size, taken)
            return
        beta1, beta2 = self._decays
        (first, second), gradient = self._means, self._gradient
        if decay:
            self._add(self._parameters, gradient, decay)
        self._add(gradient, first, grown[0])
        np.multiply(gradient, gradient, out=gradient)
        self._add(gradient, second, grown[1])
        # rate m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + eps)
        root = math.sqrt((1 - beta2) / grown[1] / (1 - beta2**self._done))
        np.sqrt(second, out=gradient)
        np.add(gradient, gradient.dtype.type(self._optimiser.eps / root), out=gradient)
        np.divide(first, gradient, out=gradient)
        share = (1 - beta1) / grown[0] / (1 - beta1**self._done)
        self._add(gradient, self._parameters, -rate * share / root)

    def _add(self, values: NDArray[Any], total: NDArray[Any], factor: float) -> None:
        for block in self._blocks:
            self._axpy(values[block], total[block], a=factor)

    def _grow(self) -> list[float]:
        """Return what the terms of a step are to be multiplied by."""
        if self._age < self._oldest:
            self._age += 1
        else:
            # They decay, and are set to zero before they become subnormal.
            for means, decay in zip(self._means, self._decays, strict=True):
                kind = means.dtype.type
                np.multiply(means, kind(decay ** (self._age + 1)), out=means)
                np.multiply(means, np.abs(means) > kind(negligible(kind)), out=means)
            self._age = 0
        return [decay**-self._age for decay in self._decays]


def negligible(dtype: Any) -> float:
    """Return the size below which an optimiser's means are set to zero, 1e-30 in float32."""
    # Half of the entries belong to units that no sample activates any more. Their means decay to
    # subnormal numbers, where they would stay, and on which processors are slow.
    return float(np.finfo(dtype).tiny) * 1e8


def schedule(optimiser: Optimiser, done: int, steps: int, dtype: Any) -> NDArray[Any]:
    """Return rate and eps of the steps after the first `done` ones, shape (steps, 2)."""
    # Adam's step, rate m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + eps), is written as
    # rate_t m / (sqrt(v) + eps_t).
    result = np.zeros((steps, 2))
    if isinstance(optimiser, SGD):
        result[:, 0] = optimiser.rate
    else:
        t = np.arange(done + 1, done + steps + 1)
        root = np.sqrt(1 - optimiser.beta2**t)
        result[:, 0] = optimiser.rate * root / (1 - optimiser.beta1**t)
        result[:, 1] = optimiser.eps * root
    return result.astype(dtype)

"""Settings of a network and its optimiser, and how parameters lie in one flat buffer."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from numerics.mixing import Epochs
from numerics.validation import FloatArray, check_count, check_fields, check_positive, check_share

BoolArray: TypeAlias = "NDArray[np.bool_]"
Init: TypeAlias = Literal["uniform-fan-in", "he-uniform"]


@dataclass(frozen=True)
class Network:
    """A multilayer perceptron with ReLU after each hidden layer.

    Parameters
    ----------
    widths : tuple of int
        Widths of the hidden layers; empty for a linear model.
    softmax_twice : bool
        Take a softmax of the outputs before the softmax of the cross-entropy, as the published
        code for the spirals does.
    init : {"uniform-fan-in", "he-uniform"}
        Where training starts. "uniform-fan-in": weights and biases of a layer uniform on
        [-1/sqrt(m), 1/sqrt(m)] for its m inputs, the default of the published code's framework.
        "he-uniform": weights uniform on [-sqrt(6/m), sqrt(6/m)], biases 0.
    """

    widths: tuple[int, ...] = (100, 100)
    softmax_twice: bool = False
    init: Init = "uniform-fan-in"

    def __post_init__(self) -> None:
        """Check the fields."""
        check_fields(self)
        widths: object = self.widths
        if not isinstance(widths, tuple):
            message = f"widths must be a tuple of integers, got {widths!r}"
            raise ValueError(message)
        for width in widths:
            check_count(width, "widths", 1)


@dataclass(frozen=True)
class Adam:
    """Adam with corrected biases [1]_.

    Parameters
    ----------
    rate : float
        Learning rate, above 0.
    beta1, beta2 : float
        Decays of the means of the gradient and of its square, in [0, 1).
    eps : float
        What is added to the root of the second mean, above 0.

    References
    ----------
    .. [1] D. P. Kingma and J. Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015.
    """

    rate: float = 0.01
    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-8

    def __post_init__(self) -> None:
        """Check the fields."""
        check_fields(self)
        check_positive(self.rate, "rate")
        check_share(self.beta1, "beta1")
        check_share(self.beta2, "beta2")
        check_positive(self.eps, "eps")


@dataclass(frozen=True)
class SGD:
    """Stochastic gradient descent, v <- momentum v + gradient, parameters <- parameters - rate v.

    Parameters
    ----------
    rate : float
        Learning rate, above 0.
    momentum : float
        Share of the last step that is kept, in [0, 1).
    """

    rate: float
    momentum: float = 0.0

    def __post_init__(self) -> None:
        """Check the fields."""
        check_fields(self)
        check_positive(self.rate, "rate")
        check_share(self.momentum, "momentum")


Optimiser: TypeAlias = Adam | SGD


class Backend(Protocol):
    """Replicates that are trained together, each on its own rows, from parameters (R, P)."""

    _parameters: NDArray[Any]  # shape (R, ...), with zeros where none of a replicate's are

    def advance(self, rows: Epochs) -> int:
        """Make the steps of all replicates, and return how many they are."""

    def finite(self) -> BoolArray:
        """Tell which replicates have not diverged: finite parameters only, shape (R,)."""
        return np.asarray(np.isfinite(self._parameters).all(axis=1))

    def parameters(self) -> NDArray[Any]:
        """Return a copy of the parameters, shape (R, P), laid out as by `matrices`."""


def matrices(parameters: NDArray[Any], sizes: tuple[int, ...]) -> Iterator[NDArray[Any]]:
    """View parameters (R, P) as matrices (R, inputs + 1, outputs), the bias in the last row."""
    start = 0
    for inputs, outputs in pairwise(sizes):
        stop = start + (inputs + 1) * outputs
        yield parameters[:, start:stop].reshape(-1, inputs + 1, outputs)
        start = stop


def initial(
    network: Network, sizes: tuple[int, ...], rngs: list[np.random.Generator], dtype: Any
) -> NDArray[Any]:
    """Draw the parameters of one replicate from each Generator, shape (R, P)."""
    count = sum((inputs + 1) * outputs for inputs, outputs in pairwise(sizes))
    # Drawn in float64 whatever the dtype: float32 and float64 start from the same place.
    drawn: FloatArray = np.stack([rng.random(count) for rng in rngs])
    for matrix, inputs in zip(matrices(drawn, sizes), sizes, strict=False):
        if network.init == "he-uniform":
            matrix[:] = (2 * matrix - 1) * np.sqrt(6 / inputs)
            matrix[:, -1] = 0
        else:
            matrix[:] = (2 * matrix - 1) / np.sqrt(inputs)
    return drawn.astype(dtype)

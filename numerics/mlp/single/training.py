"""Training of one network with wide layers on many samples (Section V.C)."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal, Self, TypeAlias, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from numerics.mixing import Mixing, check_mixing
from numerics.mixing.batches import Batches, Draw, draws
from numerics.mlp import Seed
from numerics.mlp.loop import run
from numerics.mlp.networks import Networks
from numerics.mlp.single.perceptron import Perceptron, cross_entropy
from numerics.mlp.single.recipe import Recipe
from numerics.validation import FloatArray, IntArray, as_array, check_choice, check_labels, spawned

Distance: TypeAlias = Literal["input", "features"]
"""Whose distances the graph is made of: the inputs, or the values of the last hidden layer."""

_LARGEST_SET = 2**24  # as in `numerics.mixing`
_BLOCK = 512  # samples that are evaluated at once


@dataclass(frozen=True, eq=False)
class Fit:
    """A network that was trained, and how it went."""

    networks: Networks  # the network: one replicate
    errors: FloatArray  # on the test, after each epoch; empty without one
    loss: FloatArray  # mean loss of the steps of each epoch, shape (epochs,)
    seconds: float  # elapsed time


@dataclass(frozen=True, eq=False)
class Data:
    """Samples in the form that training needs, and those of the test."""

    X: NDArray[Any]  # shape (n, d)
    labels: IntArray  # below `classes`, shape (n,)
    classes: int
    test: tuple[NDArray[Any], IntArray] | None

    @classmethod
    def of(
        cls,
        X: ArrayLike,
        labels: ArrayLike,
        dtype: str,
        test: tuple[ArrayLike, ArrayLike] | None,
    ) -> Self:
        """Check samples; what is of the type and stored by rows is not copied."""
        points = _points(X, "X", dtype)
        n, d = points.shape
        if n > _LARGEST_SET:
            message = f"X must have at most {_LARGEST_SET} samples, got {n}"
            raise ValueError(message)
        truth = check_labels(labels, "labels", n)
        checked = None
        if test is not None:
            test_points = _points(test[0], "test inputs", dtype, d)
            checked = test_points, check_labels(test[1], "test labels", len(test_points))
        return cls(points, truth, max(int(truth.max()) + 1, 2), checked)


def _points(X: ArrayLike, name: str, dtype: str, d: int | None = None) -> NDArray[Any]:
    """Check inputs (n, d), and return them as they are if they are stored as the training needs."""
    given = as_array(X, name)
    if given.dtype.kind not in "iuf" or given.ndim != 2 or not given.size:
        message = f"{name} must be real, of shape (n, d) and not empty, got {given.dtype} of shape "
        raise ValueError(message + f"{given.shape}")
    if d not in (None, given.shape[1]):
        message = f"{name} must have {d} coordinates, got shape {given.shape}"
        raise ValueError(message)
    with np.errstate(over="ignore"):  # what is infinite is told below
        points = np.ascontiguousarray(given, dtype)
    # The square of the largest distance has to be a number of the type.
    largest = np.sqrt(np.finfo(points.dtype).max / points.shape[1]) / 2
    low, high = float(points.min()), float(points.max())
    if not -largest <= low <= high <= largest:
        message = f"{name} must be finite and below {largest:.0e}, got values from {low} to {high}"
        raise ValueError(message)
    return points


def fit(
    X: ArrayLike,
    labels: ArrayLike,
    recipe: Recipe,
    mixing: Mixing | None = None,
    *,
    rng: Seed = None,
    test: tuple[ArrayLike, ArrayLike] | None = None,
    distance: Distance = "input",
    progress: Callable[[int], object] | None = None,
) -> Fit:
    """Train one network; with one seed, all mixings have the same start, order and partners."""
    mixing = check_mixing(mixing)
    if mixing.graph == "knn" and mixing.scope == "set" and mixing.interpolates:
        message = "mixing must look for neighbours in the batch, got the scope 'set'"
        raise ValueError(message)
    check_choice(distance, "distance", get_args(Distance))
    data = Data.of(X, labels, recipe.dtype, test)
    n, d = data.X.shape
    initial, sampling = spawned(rng, 2)
    network = Perceptron((d, *recipe.widths, data.classes), recipe, initial, n)
    batches = Batches(data.X, data.labels, data.classes, mixing, min(recipe.batch_size, n))

    def features(base: NDArray[Any]) -> NDArray[Any]:
        network.forward(base)
        return network.features

    metric = features if distance == "features" else None

    def step(draw: Draw) -> float:
        inputs, targets, weights = batches.mixed(draw, metric)
        loss, slopes = cross_entropy(network.forward(inputs), targets, weights)
        network.backward(slopes)
        network.update()
        return loss

    return train(network, step, network.finite, data, recipe, mixing, sampling, progress)


def train(
    network: Perceptron,
    step: Callable[[Draw], float],
    finite: Callable[[], bool],
    data: Data,
    recipe: Recipe,
    mixing: Mixing,
    sampling: np.random.Generator,
    progress: Callable[[int], object] | None,
) -> Fit:
    """Train epoch after epoch by a step that returns its loss, and test the network."""
    start = time.perf_counter()
    errors, losses = [], []

    def advance(drawn: list[Draw]) -> int:
        total = 0.0
        for draw in drawn:
            total += step(draw)
        losses.append(total / len(drawn))
        return len(drawn)

    def measure() -> None:
        if data.test is not None:
            errors.append(_error(network, *data.test))

    run(
        islice(draws(mixing, len(data.X), recipe.batch_size, sampling), recipe.epochs),
        advance,
        lambda: np.array([np.isfinite(losses[-1]) and finite()]),
        ["training"],
        after=measure,
        progress=progress,
    )
    return Fit(network.networks(), np.array(errors), np.array(losses), time.perf_counter() - start)


def _error(network: Perceptron, X: NDArray[Any], truth: IntArray) -> float:
    """Return the share of samples that are classified wrongly."""
    blocks = range(0, len(X), _BLOCK)
    predicted = [network.forward(X[low : low + _BLOCK]).argmax(axis=1) for low in blocks]
    return float((np.concatenate(predicted) != truth).mean())

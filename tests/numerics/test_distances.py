"""A distance of the data, however it is summed up, joins its pair in a graph and in all batches."""

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from numerics import graphs
from numerics.mixing import Mixing
from numerics.mixing.batches import Batches, Draw
from numerics.mixing.locality import Euclidean, weights
from tests.reference.distances import ways

Array = NDArray[Any]
SWAPPED = np.array([1, 0])


def in_a_graph(X: Array, eps: float) -> bool:
    return bool(np.asarray(graphs.threshold(X, eps, sparse=False))[0, 1])


def in_passes(X: Array, eps: float) -> bool:
    """Look for a mixture of two samples in ten batches of them."""
    rngs = [np.random.default_rng([0, r]) for r in range(10)]
    Y = np.broadcast_to(np.eye(2), (10, 2, 2))
    mixing = Mixing("threshold", eps)
    epochs = next(mixing.passes(np.broadcast_to(X, (10, *X.shape)), Y, 2, rngs, np.float64))
    return bool((epochs.T[:, 0] % 1 != 0).any())


def in_a_batch_of_training(X: Array, eps: float) -> bool:
    batches = Batches(X, np.arange(2), 2, Mixing("threshold", eps), 2)
    return len(batches.mixed(Draw(np.arange(2), SWAPPED, np.array([0.5])))[0]) == 2


def in_one_batch(X: Array, eps: float, pairing: Any = "permutation") -> bool:
    mixing = Mixing("threshold", eps, pairing=pairing)
    pairs, every = (weights(mixing, 2, lambda: Euclidean(X), j) for j in (SWAPPED, None))
    assert pairs.all() == pairs.any() == every.all()
    return bool(pairs.all())


def by_its_weight(X: Array, eps: float) -> bool:
    return in_one_batch(X, eps, "weighted")


@pytest.mark.parametrize("p", [1, 2, 3, 5, 17, 100, 784, 3072, 20_000])
@pytest.mark.parametrize(
    ("joined", "kind", "less"),
    [
        (in_a_graph, np.float64, 1e-10),
        (in_passes, np.float64, 1e-10),
        (in_a_batch_of_training, np.float64, 1e-10),
        (in_a_batch_of_training, np.float32, 1e-10),  # single precision does not decide
        (in_one_batch, np.float64, 1e-10),
        (in_one_batch, np.float32, 1e-4),  # nor does that of a library, and eps may be rounded
        (by_its_weight, np.float64, 1e-10),
        (by_its_weight, np.float32, 1e-4),
    ],
)
def test_a_distance_of_the_data_joins_its_pair(
    joined: Callable[[Array, float], bool], kind: Any, less: float, p: int
) -> None:
    for seed, equal in product(range(3), (False, True)):
        x = np.random.default_rng([p, seed]).standard_normal((2, 1 if equal else p))
        X = (x * np.ones((2, p))).astype(kind)
        rounded = ways(*X) if less > 1e-10 else []
        for eps in ways(*X.astype(np.float64)) + rounded:
            assert joined(X, eps)
            assert not joined(X, eps * (1 - less))

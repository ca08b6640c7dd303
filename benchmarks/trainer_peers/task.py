"""The task that all implementations are given, and what several of them share."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice, pairwise
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from numerics import mlp, spirals
from numerics.mixing import Mixing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from numerics.mixing import Epochs
    from numerics.validation import FloatArray, IntArray

    Single: TypeAlias = NDArray[np.float32]

    #: Stacked networks, from inputs (R, m, 2) to the values of both classes (R, m, 2).
    Networks: TypeAlias = Callable[[FloatArray], NDArray[np.floating]]

__all__ = [
    "BETA1",
    "BETA2",
    "EPS",
    "FLOP",
    "NETWORK",
    "N_TRAIN",
    "RATE",
    "TASKS",
    "WIDTHS",
    "Data",
    "Task",
    "load",
    "networks",
    "padded",
]

WIDTHS = (2, 100, 100, 2)
NETWORK = mlp.Network(WIDTHS[1:-1])
RATE, BETA1, BETA2, EPS = 0.01, 0.9, 0.999, 1e-8  # of Adam

#: Training samples: 80 % of 1000 in each class.
N_TRAIN = 1600

#: Floating-point operations of a row: forward, and backward to the weights and to the inputs of
#: each layer but the first.
FLOP = 6 * sum(a * b for a, b in pairwise(WIDTHS)) - 2 * WIDTHS[0] * WIDTHS[1]


@dataclass(frozen=True)
class Task:
    """A batch size of the batch rule with its threshold; None is Mixup, where all pairs count."""

    batch_size: int
    epsilon: float | None

    @property
    def mixing(self) -> Mixing:
        """Pairs, weights and virtual samples."""
        return Mixing() if self.epsilon is None else Mixing("threshold", self.epsilon)

    @property
    def steps(self) -> int:
        """Steps of one pass over the data."""
        return -(-N_TRAIN // self.batch_size)

    @property
    def name(self) -> str:
        """What the tables call it."""
        return f"batch {self.batch_size} (ε = {'none' if self.epsilon is None else self.epsilon})"


TASKS = (Task(20, None), Task(50, 1.5), Task(103, 1.0), Task(241, 0.6))


@dataclass(frozen=True, eq=False)
class Data:
    """Spirals of R replicates: inputs (R, n, 2), labels (R, n) and one-hot targets (R, n, 2)."""

    seed: int
    replicates: range
    X: FloatArray
    labels: IntArray
    Y: FloatArray
    X_test: FloatArray
    labels_test: IntArray

    def generators(self) -> list[np.random.Generator]:
        """Return new generators, one a replicate, for initialisation and sampling."""
        return [np.random.default_rng([self.seed, r, 1]) for r in self.replicates]

    @cached_property
    def _start(self) -> list[NDArray[np.floating]]:
        return mlp.train(
            self.X, self.labels, network=NETWORK, rng=self.generators(), updates=0
        ).matrices()

    def initial(self) -> list[tuple[Single, Single]]:
        """Return weights (R, in, out) and biases (R, out): those that our trainer begins with.

        They are new arrays in each call, drawn in the first one: a peer's time is its own.
        """
        return [
            (layer[:, :-1].astype(np.float32), layer[:, -1].astype(np.float32))
            for layer in self._start
        ]

    def passes(self, task: Task, count: int) -> Iterator[Epochs]:
        """Sample some passes over the data: those that our trainer makes."""
        samplers = [rng.spawn(2)[1] for rng in self.generators()]
        return islice(task.mixing.passes(self.X, self.Y, task.batch_size, samplers), count)


@lru_cache(maxsize=4)
def load(seed: int, replicates: range) -> Data:
    """Make the spirals of some replicates, from the published generator's settings."""
    sets = [
        spirals.make(preset="released", rng=np.random.default_rng([seed, r])) for r in replicates
    ]
    labels = np.stack([s.labels_train for s in sets])
    return Data(
        seed,
        replicates,
        np.stack([s.X_train for s in sets]),
        labels,
        np.eye(2)[labels],
        np.stack([s.X_test for s in sets]),
        np.stack([s.labels_test for s in sets]),
    )


def padded(epochs: Epochs, sizes: IntArray) -> tuple[Single, Single]:
    """Give each step the same number of rows in all replicates.

    Returns inputs (rows, 2) and targets times weights (rows, 2), by step, then by replicate, with
    sizes[s] rows for each replicate in step s. Rows that were added have weight 0.
    """
    R = epochs.offsets.shape[0]
    lengths = np.repeat(sizes, R)
    starts = epochs.offsets[:, :-1].T.ravel()
    counts = np.diff(epochs.offsets).T.ravel()
    within = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    rows = np.minimum(np.repeat(starts, lengths) + within, epochs.weights.size - 1)
    weights = epochs.weights[rows] * (within < np.repeat(counts, lengths))
    return epochs.X[rows], epochs.T[rows] * weights[:, None]


def networks(layers: Sequence[tuple[Single, Single]]) -> Networks:
    """Return the function that stacked networks compute."""

    def logits(X: FloatArray) -> Single:
        h = X.astype(np.float32)
        for W, b in layers[:-1]:
            h = np.maximum(h @ W + b[:, None], 0)
        W, b = layers[-1]
        return np.asarray(h @ W + b[:, None], dtype=np.float32)

    return logits

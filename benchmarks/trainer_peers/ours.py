"""The trainer of this library, on either backend."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.trainer_peers.task import BETA1, BETA2, EPS, NETWORK, RATE
from numerics import mlp

if TYPE_CHECKING:
    from benchmarks.trainer_peers.task import Data, Networks, Task


def _train(data: Data, task: Task, passes: int, backend: mlp.BackendName) -> Networks:
    return mlp.train(
        data.X,
        data.labels,
        mixing=task.mixing,
        network=NETWORK,
        optimiser=mlp.Adam(RATE, BETA1, BETA2, EPS),
        batch_size=task.batch_size,
        epochs=passes,
        rng=data.generators(),
        stacked=len(data.replicates),
        backend=backend,
    ).logits


def numpy(data: Data, task: Task, passes: int) -> Networks:
    """Train with stacked matrix products of NumPy."""
    return _train(data, task, passes, "numpy")


def numba(data: Data, task: Task, passes: int) -> Networks:
    """Train with the fused step compiled by numba."""
    return _train(data, task, passes, "numba")

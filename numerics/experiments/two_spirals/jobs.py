"""Consecutive runs of one epsilon: trained and tested wherever that is done, and kept together."""

import functools
import hashlib
import math
import time
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from numerics import mlp
from numerics import spirals as data
from numerics.archive.provenance import Seed, made, run_seed, versions
from numerics.archive.store import Piece
from numerics.experiments.two_spirals.settings import SpiralsSettings, settings


@dataclass(frozen=True)
class Job:
    """Runs of one epsilon, and what their numbers depend on."""

    settings: SpiralsSettings
    seed: Seed
    backend: Literal["numba", "numpy"]
    epsilon: float
    batch_size: int
    updates: int
    first: int
    stop: int
    one_set: data.Spirals | None = None  # of all runs, instead of new data for each
    title: str = ""  # what its messages begin with

    @property
    def steps(self) -> int:
        return self.updates * (self.stop - self.first)


@functools.cache
def makers(backend: Literal["numba", "numpy"]) -> dict[str, str]:
    """Name what computes here, and what numbers it computes.

    The check sum is that of the parameters of four networks after 12 steps: two runs each at
    epsilon 1.5 and infinity, stacked, of the preset "printed" with 80 training samples and batches
    of 40 pairs. What else there is (other presets, ingredients and optimisers, float64, vanilla
    training, the test error) may be computed differently without changing it. It is kept as it is:
    stored results carry it.
    """
    trained = b""
    seed: Seed = {"entropy": 0, "spawn_key": []}
    for epsilon in (1.5, math.inf):
        job = Job(settings(n=50), seed, backend, epsilon, 40, 12, 0, 2)
        trained += trained_networks(job, stacked=2)[0].parameters.tobytes()
    return versions(backend) | {"fingerprint": hashlib.sha256(trained).hexdigest()[:12]}


def train(job: Job, stacked: int, keep: bool) -> tuple[list[Piece], list[int]]:
    """Train and test the replicates of a job; tell who diverged, or raise if nothing is kept."""
    try:
        return [_chunk(job, stacked)], []
    except FloatingPointError as error:
        if not keep:
            message = (
                f"{job.title}, runs from {job.first} on: {error}. With a store, all other runs "
                "would be computed and kept"
            )
            raise ValueError(message) from None
    if job.stop - job.first == 1:
        return [], [job.first]
    # Halved until a run that diverges is alone: the numbers of a run do not depend on those trained
    # beside it, so that all others are what they would have been.
    middle = (job.first + job.stop) // 2
    halves = replace(job, stop=middle), replace(job, first=middle)
    (kept, diverged), (more, others) = (train(half, stacked, keep) for half in halves)
    return kept + more, diverged + others


def _chunk(job: Job, stacked: int) -> Piece:
    """Return the test errors of all runs of a job, as a store keeps them."""
    here, start = makers(job.backend), time.perf_counter()  # what is compiled is no time of a chunk
    networks, sets = trained_networks(job, stacked)
    errors = networks.error(
        np.stack([s.X_test for s in sets]), np.stack([s.labels_test for s in sets])
    )
    about = {name: getattr(job, name) for name in ("epsilon", "batch_size", "updates")}
    return Piece(
        f"epsilon-{job.epsilon!r}-runs-{job.first:05d}-{job.stop:05d}",
        about | made(start, here),
        {"run": np.arange(job.first, job.stop), "error": errors},
    )


def trained_networks(job: Job, stacked: int) -> tuple[mlp.Networks, list[data.Spirals]]:
    chosen = job.settings
    sets, generators = [], []
    for run in range(job.first, job.stop):
        for_data, for_training = run_seed(job.seed, run).spawn(2)
        drawn = job.one_set or data.make(preset="released", rng=for_data, **chosen.data)
        sets.append(drawn)
        generators.append(np.random.default_rng(for_training))
    networks = mlp.train(
        np.stack([s.X_train for s in sets]),
        np.stack([s.labels_train for s in sets]),
        mixing=chosen.mixing(job.epsilon),
        network=chosen.network,
        optimiser=chosen.optimiser_object,
        batch_size=job.batch_size,
        updates=job.updates,
        rng=generators,
        stacked=stacked,
        backend=job.backend,
        dtype=chosen.dtype,
    )
    return networks, sets

"""The runs of an experiment: what is known, what is missing, and how that is computed in chunks."""

from __future__ import annotations

import functools
import hashlib
import math
import sys
import time
import warnings
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Literal

import numpy as np
from tqdm import tqdm

from numerics import mlp
from numerics import spirals as data
from numerics.distributed import as_completed
from numerics.provenance import command, versions
from numerics.results import SpiralErrors
from numerics.settings import SpiralsSettings, settings
from numerics.store import Chunk, Store

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Sequence

    from numerics.provenance import Seed

DEFINITION = 1
"""Raised when the same settings and seed come to mean other numbers: older stores are refused."""

CHUNK = 25
"""Runs that are trained and kept together, at most."""


@functools.cache
def makers(backend: Literal["numba", "numpy"]) -> dict[str, str]:
    """Name what computes here, and what numbers it computes.

    Parameters
    ----------
    backend : {"numpy", "numba"}
        Backend of the trainer.

    Returns
    -------
    dict
        What `numerics.provenance.versions` returns, and as "fingerprint" a check sum of small
        networks trained here: code, libraries or a processor that round otherwise have another.
    """
    trained = b""
    seed: Seed = {"entropy": 0, "spawn_key": []}
    for epsilon in (1.5, math.inf):
        part = Part(settings(n=50), seed, backend, epsilon, 40, 12, 0, 2)
        trained += trained_networks(part, stacked=2)[0].parameters.tobytes()
    return versions(backend) | {"fingerprint": hashlib.sha256(trained).hexdigest()[:12]}


@dataclass(frozen=True)
class Part:
    """Consecutive runs of one epsilon, and what their numbers depend on."""

    settings: SpiralsSettings
    seed: Seed
    backend: Literal["numba", "numpy"]
    epsilon: float
    batch_size: int
    updates: int
    first: int
    stop: int

    @property
    def steps(self) -> int:
        return self.updates * (self.stop - self.first)


class Experiment:
    """Settings, the errors that are known, and the parts still to be computed."""

    def __init__(
        self,
        settings: SpiralsSettings,
        epsilons: tuple[float, ...],
        runs: int,
        seed: Seed,
        backend: Literal["numba", "numpy"],
        path: str | os.PathLike[str] | None,
    ) -> None:
        self.settings, self.seed, self.backend = settings, seed, backend
        self.epsilons, self.runs = epsilons, runs
        self.batch_sizes = [settings.batch_size(epsilon) for epsilon in epsilons]
        self.updates = [settings.updates(epsilon) for epsilon in epsilons]
        self.errors = np.full((len(epsilons), runs), np.nan)
        self.used: list[Chunk] = []
        self.store: Store | None = None
        if path is not None:
            identity = {
                "definition": DEFINITION,
                "settings": settings.to_dict(),
                "seed": seed,
                "backend": backend,
            }
            here = makers(backend)
            self.store = Store(path, identity, here)
            chunks = self.store.chunks()
            for chunk in chunks:
                self._take(chunk)
            _warn_of_others(chunks, here)

    def add(self, chunk: Chunk) -> None:
        if self.store is not None:
            self.store.add(chunk)
        self._take(chunk)

    def _take(self, chunk: Chunk) -> None:
        if chunk.epsilon not in self.epsilons or chunk.first >= self.runs:
            return
        e = self.epsilons.index(chunk.epsilon)
        if (chunk.batch_size, chunk.updates) != (self.batch_sizes[e], self.updates[e]):
            self._refuse(
                chunk,
                f"was made with batches of {chunk.batch_size} and {chunk.updates} updates, which "
                f"are now {self.batch_sizes[e]} and {self.updates[e]}",
            )
        known = self.errors[e, chunk.first : chunk.stop]
        new = chunk.errors[: known.size]
        if not (np.isnan(known) | (known == new)).all():
            self._refuse(chunk, "has other errors than another chunk for the same runs")
        known[:] = new
        self.used.append(chunk)

    def _refuse(self, chunk: Chunk, reason: str) -> None:
        folder = "" if self.store is None else f"{self.store.path}: "
        message = f"{folder}the chunk {chunk.name} {reason}. Use another folder"
        raise ValueError(message)

    def parts(self) -> Iterator[Part]:
        """Yield what is missing, without crossing a multiple of `CHUNK` runs."""
        for e, epsilon in enumerate(self.epsilons):
            missing = np.flatnonzero(np.isnan(self.errors[e])).tolist()
            # Consecutive runs have the same difference to their rank.
            ranked = enumerate(missing)
            for _, group in groupby(ranked, lambda item: (item[1] // CHUNK, item[1] - item[0])):
                members = [run for _, run in group]
                yield Part(
                    self.settings,
                    self.seed,
                    self.backend,
                    epsilon,
                    self.batch_sizes[e],
                    self.updates[e],
                    members[0],
                    members[-1] + 1,
                )

    def result(self) -> SpiralErrors:
        known: dict[str, list[str]] = {}
        for chunk in self.used:
            for name, version in chunk.versions.items():
                known.setdefault(name, []).append(version)
        seconds = {e: [c.seconds for c in self.used if c.epsilon == e] for e in self.epsilons}
        return SpiralErrors(
            epsilons=np.array(self.epsilons),
            batch_sizes=np.array(self.batch_sizes),
            updates=np.array(self.updates),
            errors=self.errors,
            settings=self.settings,
            provenance={
                "command": command(
                    self.settings, self.epsilons, self.runs, self.seed, self.backend
                ),
                "seed": self.seed,
                "backend": self.backend,
                "versions": {k: " and ".join(sorted(set(v))) for k, v in known.items()},
                "seconds": round(sum(map(sum, seconds.values())), 3),
                "seconds_by_epsilon": [round(sum(seconds[e]), 3) for e in self.epsilons],
                "chunks": len(self.used),
            },
        )


def compute(
    experiments: Sequence[Experiment],
    n_jobs: int,
    scheduler: str | None,
    stacked: int,
    progress: bool,
) -> None:
    """Compute what is missing, first runs first, so that an interrupted store is even."""
    whole = sum(u * x.runs for x in experiments for u in x.updates)
    tasks = [(i, part) for i, experiment in enumerate(experiments) for part in experiment.parts()]
    tasks.sort(key=lambda task: task[1].first // CHUNK)
    left = sum(part.steps for _, part in tasks)
    if progress:
        known = f", {1 - left / whole:.1%} of them known from before" if left < whole else ""
        count = f"{whole:,} optimiser steps{known}; {len(tasks)} chunks to compute"
        tqdm.write(count, file=sys.stderr)
    # Steps and not chunks are counted: epsilon differ in their cost. In a log, a line a minute.
    bar = tqdm(
        total=whole,
        initial=whole - left,
        disable=not progress,
        mininterval=0.5 if sys.stderr.isatty() else 60,
        miniters=1,
        smoothing=0,
        delay=1,
        leave=False,
        unit="step",
        unit_scale=True,
    )
    calls = ((i, part, stacked) for i, part in tasks)
    with bar:
        for i, chunk in as_completed(train, calls, n_jobs=n_jobs, scheduler=scheduler):
            experiments[i].add(chunk)
            bar.update(chunk.updates * chunk.errors.size)


def train(index: int, part: Part, stacked: int) -> tuple[int, Chunk]:
    """Train and test the replicates of one part, wherever this process runs."""
    start = time.perf_counter()
    networks, sets = trained_networks(part, stacked)
    errors = networks.error(
        np.stack([s.X_test for s in sets]), np.stack([s.labels_test for s in sets])
    )
    return index, Chunk(
        epsilon=part.epsilon,
        first=part.first,
        errors=errors,
        batch_size=part.batch_size,
        updates=part.updates,
        seconds=time.perf_counter() - start,
        versions=makers(part.backend),
    )


def trained_networks(part: Part, stacked: int) -> tuple[mlp.Networks, list[data.Spirals]]:
    chosen = part.settings
    sets, generators = [], []
    for run in range(part.first, part.stop):
        child = np.random.SeedSequence(
            part.seed["entropy"], spawn_key=(*part.seed["spawn_key"], run)
        )
        for_data, for_training = child.spawn(2)
        sets.append(data.make(preset="released", rng=for_data, **chosen.data))
        generators.append(np.random.default_rng(for_training))
    try:
        networks = mlp.train(
            np.stack([s.X_train for s in sets]),
            np.stack([s.labels_train for s in sets]),
            mixing=chosen.mixing(part.epsilon),
            network=chosen.network,
            optimiser=chosen.optimiser_object,
            batch_size=part.batch_size,
            updates=part.updates,
            rng=generators,
            stacked=stacked,
            backend=part.backend,
            dtype=chosen.dtype,
        )
    except FloatingPointError as error:
        message = f"epsilon {part.epsilon:g}, runs from {part.first} on: {error}"
        raise ValueError(message) from None
    return networks, sets


def _warn_of_others(chunks: list[Chunk], here: dict[str, str]) -> None:
    """Warn if something else than what is here computed a part of a store."""
    there = {(k, v) for c in chunks for k, v in c.versions.items() if here.get(k) != v}
    if there:
        listed = ", ".join(f"{name} {version}" for name, version in sorted(there))
        message = (
            f"parts of the store were computed with {listed}, and rounding may be different here: "
            "the numbers need not be exactly those of an unbroken run"
        )
        warnings.warn(message, stacklevel=5)

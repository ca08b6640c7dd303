"""The runs of an experiment: what is known, what is missing, and what is made of all of them."""

from __future__ import annotations

import sys
import time
from itertools import groupby
from typing import TYPE_CHECKING, Literal

import numpy as np
from tqdm import tqdm

from numerics.archive.provenance import command, wall_seconds, warn_of_others
from numerics.archive.store import Chunk, Store
from numerics.experiments.two_spirals.chunks import Part, makers, train
from numerics.experiments.two_spirals.results import SpiralErrors
from numerics.experiments.workers import as_completed

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numerics.archive.provenance import Seed
    from numerics.experiments.two_spirals.settings import SpiralsSettings

DEFINITION = 1
"""Raised when the same settings and seed come to mean other numbers: older stores are refused."""

CHUNK = 25
"""Runs that are trained and kept together, at most."""


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
        name: str = "",
    ) -> None:
        self.settings, self.seed, self.backend, self.name = settings, seed, backend, name
        self.epsilons, self.runs = epsilons, runs
        self.batch_sizes = [settings.batch_size(epsilon) for epsilon in epsilons]
        self.updates = [settings.updates(epsilon) for epsilon in epsilons]
        self.errors = np.full((len(epsilons), runs), np.nan)
        self.used: list[Chunk] = []
        self.ends: list[float] = []
        self.diverged: dict[float, list[int]] = {}
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
                self._take(chunk, _written(self.store.path / "chunks" / chunk.name))
            warn_of_others(chunks, here, stacklevel=4)

    def add(self, chunk: Chunk) -> None:
        # Ends are the times of files also here, so that the same wall time is read again later.
        self._take(chunk, time.time() if self.store is None else _written(self.store.add(chunk)))

    def _take(self, chunk: Chunk, end: float) -> None:
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
        self.ends.append(end)

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
        wall = self._wall_seconds()
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
            }
            | ({} if wall is None else {"wall_seconds": round(wall, 3)}),
        )

    def told(self, epsilon: float) -> str:
        """Name the runs that diverged for one epsilon."""
        step = f"{self.name}, " if self.name else ""
        return f"{step}epsilon {epsilon:g}, {_listed(self.diverged[epsilon])}"

    def _wall_seconds(self) -> float | None:
        """Return how long chunks were at work, if the times of the files can be those of the work.

        A chunk begins after its store was made, but not if the files have the times of a copy.
        """
        made = None if self.store is None else _written(self.store.path / "settings.json")
        spans = [(end, chunk.seconds) for end, chunk in zip(self.ends, self.used, strict=True)]
        return wall_seconds(spans, made)


def compute(
    experiments: Sequence[Experiment],
    n_jobs: int,
    scheduler: str | None,
    stacked: int,
    progress: bool,
) -> None:
    """Compute what is missing, first runs first, so that an interrupted store is even.

    Runs that diverge are an error: at the end if there is a store to keep the others, else at once.
    """
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
    calls = ((i, part, stacked, experiments[i].store is not None) for i, part in tasks)
    diverged = 0
    with bar:
        for i, trained in as_completed(train, calls, n_jobs=n_jobs, scheduler=scheduler):
            experiment, part = experiments[i], trained.part
            for chunk in trained.chunks:
                experiment.add(chunk)
            if trained.diverged:
                experiment.diverged.setdefault(part.epsilon, []).extend(trained.diverged)
                diverged += len(trained.diverged)
                bar.set_postfix_str(f"{diverged} runs diverged", refresh=False)
            bar.update(part.steps)
    _refuse_diverged(experiments)


def _refuse_diverged(experiments: Sequence[Experiment]) -> None:
    """Name all runs that diverged."""
    found = [
        x.told(epsilon) for x in experiments for epsilon in x.epsilons if epsilon in x.diverged
    ]
    if not found:
        return
    message = (
        f"the training diverged, with infinite or NaN parameters: {'; '.join(found)}. All other "
        "runs are kept in the store. Lower the rate, or leave out these epsilon"
    )
    raise ValueError(message)


def _listed(runs: list[int]) -> str:
    """Write the numbers of runs, consecutive ones as a range."""
    ranges = []
    for _, group in groupby(enumerate(sorted(runs)), lambda item: item[1] - item[0]):
        members = [run for _, run in group]
        ranges.append(f"{members[0]}" + (f" to {members[-1]}" if len(members) > 1 else ""))
    return f"run{'s' if len(runs) > 1 else ''} {', '.join(ranges)}"


def _written(path: Path) -> float:
    """Return when a file was written, in seconds."""
    return path.stat().st_mtime

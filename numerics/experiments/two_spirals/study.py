"""The experiment on the spirals: settings, the jobs that are missing, cached training, result."""

import functools
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import groupby
from typing import Any, Literal

import numpy as np
import scipy
from tqdm import tqdm

from numerics.archive.provenance import Seed, command, made_by, wall_seconds, warn_of_others
from numerics.archive.store import Cache, Piece
from numerics.experiments.two_spirals.jobs import Job, makers, train
from numerics.experiments.two_spirals.results import SpiralErrors
from numerics.experiments.two_spirals.settings import PRESETS, SpiralsSettings
from numerics.experiments.workers import as_completed, progress_bar
from numerics.spirals import PUBLISHED, PUBLISHED_FOLDER, Spirals, published
from numerics.validation import FloatArray

DEFINITION = 1
"""Raised when the same settings and seed come to mean other numbers: older stores are refused."""

CHUNK = 25
"""Runs that are trained and kept together, at most."""


@dataclass(frozen=True)
class Study:
    """What is asked for."""

    settings: SpiralsSettings
    epsilons: tuple[float, ...]
    runs: int
    seed: Seed
    backend: Literal["numba", "numpy"]
    path: str | os.PathLike[str] | None  # of a store
    name: str = ""
    folder: str | os.PathLike[str] | None = None  # of the published set

    @functools.cached_property
    def one_set(self) -> Spirals | None:
        """The published set, if all runs have it."""
        if not self.settings.one_set:
            if self.folder is not None:
                message = (
                    f"folder must be None for the preset {self.settings.preset!r}, whose data are "
                    f"drawn anew for each run; got {self.folder!r}"
                )
                raise ValueError(message)
            return None
        if self.folder is None:
            message = f"the preset {self.settings.preset!r} needs a folder with {PUBLISHED}"
            raise ValueError(message)
        return published(self.folder)

    @functools.cached_property
    def _distances(self) -> FloatArray | None:
        one_set = self.one_set
        return None if one_set is None else scipy.spatial.distance.pdist(one_set.X_train)

    def cache(self) -> Cache | None:
        """Open the store."""
        if self.path is None:
            return None
        identity = {
            "definition": DEFINITION,
            "settings": self.settings.to_dict(),
            "seed": self.seed,
            "backend": self.backend,
        }
        _ = self.one_set  # looked for before the store is made
        return Cache(self.path, identity, makers(self.backend))

    def steps(self, epsilon: float) -> tuple[int, int]:
        """Return the batch size, and the number of updates of a run."""
        size = self.settings.batch_size(epsilon, self._distances)
        return size, self.settings.updates(size)

    def errors(self, chunks: Sequence[Piece]) -> tuple[FloatArray, list[Piece]]:
        """Return what is known, shape (E, runs) with NaN for the rest, and the chunks it is in."""
        errors, used = np.full((len(self.epsilons), self.runs), np.nan), []
        for chunk in chunks:
            epsilon, first = chunk.about["epsilon"], int(chunk.columns["run"][0])
            if epsilon not in self.epsilons or first >= self.runs:
                continue
            size, updates = chunk.about["batch_size"], chunk.about["updates"]
            if (size, updates) != (now := self.steps(epsilon)):
                self._refuse(
                    chunk,
                    f"was made with batches of {size} and {updates} updates, "
                    f"which are now {now[0]} and {now[1]}",
                )
            new = chunk.columns["error"][: self.runs - first]
            known = errors[self.epsilons.index(epsilon), first:][: new.size]
            if not (np.isnan(known) | (known == new)).all():
                self._refuse(chunk, "has other errors than another chunk for the same runs")
            known[:] = new
            used.append(chunk)
        return errors, used

    def _refuse(self, chunk: Piece, reason: str) -> None:
        message = f"{self.path}: the chunk {chunk.name} {reason}. Use another folder"
        raise ValueError(message)

    def jobs(self, chunks: Sequence[Piece]) -> Iterator[Job]:
        """Yield what is missing, without crossing a multiple of `CHUNK` runs."""
        for epsilon, errors in zip(self.epsilons, self.errors(chunks)[0], strict=True):
            for first, last in _stretches(np.flatnonzero(np.isnan(errors)).tolist(), CHUNK):
                steps = self.steps(epsilon)
                yield Job(
                    *(self.settings, self.seed, self.backend, epsilon, *steps),
                    *(first, last + 1, self.one_set),
                )

    def result(self, chunks: Sequence[Piece]) -> SpiralErrors:
        """Put all chunks together."""
        errors, used = self.errors(chunks)
        sizes, updates = np.array([self.steps(epsilon) for epsilon in self.epsilons]).T
        times = [(chunk.about["epsilon"], chunk.about["seconds"]) for chunk in used]
        seconds = [sum(t for epsilon, t in times if epsilon == e) for e in self.epsilons]
        first = {"epsilon": list(self.epsilons), "runs": self.runs, "preset": self.settings.preset}
        more = {"rule": self.settings.rule, "backend": self.backend, **_changes(self.settings)}
        if self.settings.one_set:
            more["folder"] = PUBLISHED_FOLDER
        return SpiralErrors(
            epsilons=np.array(self.epsilons),
            batch_sizes=sizes,
            updates=updates,
            errors=errors,
            settings=self.settings,
            provenance={
                "command": command("spirals", self.seed, first, more),
                "seed": self.seed,
                "backend": self.backend,
                **made_by(used),
                "seconds_by_epsilon": [round(total, 3) for total in seconds],
                "chunks": len(used),
                "wall_seconds": wall_seconds(used),
            },
        )


def _changes(settings: SpiralsSettings) -> dict[str, Any]:
    """Return the ingredients that are not the preset's."""
    base = PRESETS[settings.preset]
    given = {field.name: getattr(settings, field.name) for field in fields(settings)}
    return {k: v for k, v in given.items() if k != "rule" and v != getattr(base, k)}


def compute(
    studies: Sequence[Study], n_jobs: int, scheduler: str | None, stacked: int, progress: bool
) -> list[SpiralErrors]:
    """Compute what is missing, first runs first, so that an interrupted store is even.

    Runs that diverge are an error: at the end if there is a store to keep the others, else at once.
    """
    caches = [study.cache() for study in studies]
    chunks = [cache.pieces() if cache else [] for cache in caches]
    for study, kept in zip(studies, chunks, strict=True):
        if kept:
            warn_of_others(kept, makers(study.backend), stacklevel=3)
    whole = sum(s.runs * s.steps(epsilon)[1] for s in studies for epsilon in s.epsilons)
    jobs = [(i, job) for i, study in enumerate(studies) for job in study.jobs(chunks[i])]
    jobs.sort(key=lambda numbered: numbered[1].first // CHUNK)
    left = sum(job.steps for _, job in jobs)
    if progress:
        known = f", {1 - left / whole:.1%} of them known from before" if left < whole else ""
        count = f"{whole:,} optimiser steps{known}; {len(jobs)} chunks to compute"
        tqdm.write(count, file=sys.stderr)
    calls = ((i, job, stacked, caches[i] is not None) for i, job in jobs)
    diverged: list[tuple[int, float, int]] = []
    # Steps and not chunks are counted: epsilon differ in their cost.
    with progress_bar(whole, whole - left, "step", progress=progress) as bar:
        coming = as_completed(train, calls, n_jobs=n_jobs, scheduler=scheduler)
        for i, job, made, failed in coming:
            for chunk in made:
                if (cache := caches[i]) is not None:
                    cache.add(chunk)
                chunks[i].append(chunk)
            if failed:
                diverged += [(i, job.epsilon, run) for run in failed]
                bar.set_postfix_str(f"{len(diverged)} runs diverged", refresh=False)
            bar.update(job.steps)
    if diverged:
        message = (
            "the training diverged, with infinite or NaN parameters: "
            f"{_told(studies, diverged)}. All other runs are kept in the store. Lower the rate, or "
            "leave out these epsilon"
        )
        raise ValueError(message)
    return [study.result(kept) for study, kept in zip(studies, chunks, strict=True)]


def _told(studies: Sequence[Study], diverged: list[tuple[int, float, int]]) -> str:
    """Name runs by study and epsilon, consecutive ones as a range."""
    order = {(i, e): None for i, study in enumerate(studies) for e in study.epsilons}
    found = []
    for i, epsilon in order:
        runs = sorted(run for *which, run in diverged if which == [i, epsilon])
        if runs:
            ends = _stretches(runs, runs[-1] + 1)
            ranges = ", ".join(f"{a} to {b}" if a < b else f"{a}" for a, b in ends)
            step = f"{studies[i].name}, " if studies[i].name else ""
            found.append(f"{step}epsilon {epsilon:g}, run{'s' if len(runs) > 1 else ''} {ranges}")
    return "; ".join(found)


def _stretches(runs: list[int], most: int) -> Iterator[tuple[int, int]]:
    """Yield first and last of consecutive runs, without crossing a multiple of `most`."""
    # Consecutive runs have the same difference to their rank.
    for _, group in groupby(enumerate(runs), lambda item: (item[1] // most, item[1] - item[0])):
        members = [run for _, run in group]
        yield members[0], members[-1]

"""The experiment on the spirals: settings, the jobs that are missing, cached training, result."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import scipy

from numerics.archive.provenance import Seed, command, made_by, wall_seconds, warn_of_others
from numerics.archive.store import Cache, Piece
from numerics.experiments.two_spirals.jobs import Job, makers, train
from numerics.experiments.two_spirals.results import SpiralErrors
from numerics.experiments.two_spirals.settings import PRESETS, SpiralsSettings
from numerics.experiments.workers import as_completed, progress_bar
from numerics.spirals import PUBLISHED_FOLDER
from numerics.validation import FloatArray, IntArray

CHUNK = 25
"""Runs that are trained and kept together, at most."""


@dataclass
class Study:
    """What is asked for, and the chunks of runs that are known."""

    settings: SpiralsSettings
    epsilons: tuple[float, ...]
    runs: int
    seed: Seed
    backend: Literal["numba", "numpy"]
    path: str | os.PathLike[str] | None  # of a store
    name: str = ""  # what its messages begin with
    folder: str | os.PathLike[str] | None = None  # of the published set

    def __post_init__(self) -> None:
        """Open the store."""
        one = self.one_set = self.settings.published(self.folder)
        apart = None if one is None else scipy.spatial.distance.pdist(one.X_train)
        sizes = [self.settings.batch_size(epsilon, apart) for epsilon in self.epsilons]
        self.steps = [(size, self.settings.updates(size)) for size in sizes]
        identity = {
            "definition": 1,  # raised when the same settings and seed come to mean other numbers
            "settings": self.settings.to_dict(),
            "seed": self.seed,
            "backend": self.backend,
        }
        self.cache = Cache(self.path, identity, makers(self.backend))
        warn_of_others(self.cache.pieces.values(), makers(self.backend), stacklevel=4)

    def errors(self) -> tuple[FloatArray, list[Piece]]:
        """Return what is known, shape (E, runs) with NaN for the rest, and the chunks it is in."""
        errors, used = np.full((len(self.epsilons), self.runs), np.nan), []
        for chunk in self.cache.pieces.values():
            epsilon, first = chunk.about["epsilon"], int(chunk.columns["run"][0])
            if epsilon not in self.epsilons or first >= self.runs:
                continue
            e = self.epsilons.index(epsilon)
            new = chunk.columns["error"][: self.runs - first]
            known = errors[e, first:][: new.size]
            steps, reason = (chunk.about["batch_size"], chunk.about["updates"]), ""
            if steps != self.steps[e]:
                how = "batches of {} and {} updates, which are now {} and {}"
                reason = f"was made with {how.format(*steps, *self.steps[e])}"
            elif not (np.isnan(known) | (known == new)).all():
                reason = "has other errors than another chunk for the same runs"
            if reason:
                message = f"{self.path}: the chunk {chunk.name} {reason}. Use another folder"
                raise ValueError(message)
            known[:] = new
            used.append(chunk)
        return errors, used

    def jobs(self) -> Iterator[Job]:
        """Yield what is missing, without crossing a multiple of `CHUNK` runs."""
        same = (self.settings, self.seed, self.backend)
        rows = zip(self.epsilons, self.steps, self.errors()[0], strict=True)
        for epsilon, steps, errors in rows:
            for first, last in _stretches(np.flatnonzero(np.isnan(errors)), CHUNK):
                title = f"{self.name}epsilon {epsilon}"
                yield Job(*same, epsilon, *steps, first, last + 1, self.one_set, title)

    def result(self) -> SpiralErrors:
        """Put all chunks together."""
        errors, used = self.errors()
        sizes, updates = np.array(self.steps).T
        times = [(chunk.about["epsilon"], chunk.about["seconds"]) for chunk in used]
        totals = (sum(t for epsilon, t in times if epsilon == e) for e in self.epsilons)
        chosen = self.settings
        first = {"epsilon": list(self.epsilons), "runs": self.runs, "preset": chosen.preset}
        more: dict[str, Any] = {"rule": chosen.rule, "backend": self.backend}
        base = vars(PRESETS[chosen.preset])
        more |= {name: value for name, value in vars(chosen).items() if value != base[name]}
        if self.one_set is not None:
            more["folder"] = PUBLISHED_FOLDER
        return SpiralErrors(
            epsilons=np.array(self.epsilons),
            batch_sizes=sizes,
            updates=updates,
            errors=errors,
            settings=chosen,
            provenance={
                "command": command("spirals", self.seed, first, more),
                "seed": self.seed,
                "backend": self.backend,
                **made_by(used),
                "seconds_by_epsilon": [round(total, 3) for total in totals],
                "chunks": len(used),
                "wall_seconds": wall_seconds(used),
            },
        )


def compute(
    studies: Sequence[Study], n_jobs: int, scheduler: str | None, stacked: int, progress: bool
) -> None:
    """Compute what is missing, first runs first, so that an interrupted store is even."""
    jobs = [(i, job) for i, study in enumerate(studies) for job in study.jobs()]
    jobs.sort(key=lambda numbered: numbered[1].first // CHUNK)
    whole = sum(study.runs * updates for study in studies for _, updates in study.steps)
    left = sum(job.steps for _, job in jobs)
    known = f", {1 - left / whole:.1%} of them known from before" if left < whole else ""
    told = f"{whole:,} optimiser steps{known}; {len(jobs)} chunks to compute"
    calls = ((job, stacked, studies[i].path is not None) for i, job in jobs)
    failed: dict[str, list[int]] = {job.title: [] for _, job in jobs}
    # Steps and not chunks are counted: epsilon differ in their cost.
    with progress_bar(whole, whole - left, "step", told=told, progress=progress) as bar:
        # No name for what comes: a traceback would hold it, and all work go on after an error.
        for place, (chunks, lost) in as_completed(train, calls, n_jobs=n_jobs, scheduler=scheduler):
            i, job = jobs[place]
            for chunk in chunks:
                studies[i].cache.add(chunk)
            if lost:
                failed[job.title] += lost
                number = sum(map(len, failed.values()))
                bar.set_postfix_str(f"{number} runs diverged", refresh=False)
            bar.update(job.steps)
    named = []
    for title, runs in failed.items():
        if runs:
            ends = _stretches(np.sort(runs), most=max(runs) + 1)
            ranges = ", ".join(f"{a} to {b}" if a < b else f"{a}" for a, b in ends)
            named.append(f"{title}, run{'s' if len(runs) > 1 else ''} {ranges}")
    if named:
        message = (
            f"the training diverged, with infinite or NaN parameters: {'; '.join(named)}. All "
            "other runs are kept in the store. Lower the rate, or leave out these epsilon"
        )
        raise ValueError(message)


def _stretches(runs: IntArray, most: int) -> list[tuple[int, int]]:
    """Return first and last of consecutive runs, without crossing a multiple of `most`."""
    breaks = np.flatnonzero((np.diff(runs) > 1) | (np.diff(runs // most) > 0)) + 1
    return [(int(some[0]), int(some[-1])) for some in np.split(runs, breaks) if some.size]

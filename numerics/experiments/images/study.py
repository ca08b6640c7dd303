"""All trainings of the experiment on images: which are known, and how the missing ones are made."""

import os
import sys
from dataclasses import asdict
from functools import partial

import numpy as np
from tqdm import tqdm

from numerics import adamixup
from numerics.archive.provenance import Seed, command, made_by, wall_seconds, warn_of_others
from numerics.archive.store import Cache, Piece
from numerics.experiments.images.jobs import (
    Job,
    Key,
    Phase,
    distances,
    images,
    makers,
    streams,
    train,
)
from numerics.experiments.images.results import Candidate, Table1
from numerics.experiments.images.settings import Place, Table1Settings, flat, settings
from numerics.experiments.workers import as_completed, progress_bar, ticking

DEFINITION = 1
"""Raised when the same settings and seed come to mean other numbers: older stores are refused."""


class Study:
    """What is asked for, and the trainings that are known."""

    def __init__(
        self,
        settings: Table1Settings,
        methods: tuple[str, ...],
        runs: int,
        seed: Seed,
        folder: str | None,
        path: str | os.PathLike[str] | None,
    ) -> None:
        self.settings, self.methods, self.runs = settings, methods, runs
        self.seed, self.folder = seed, folder
        found = images(settings.data, folder)
        self.sizes = (found.X_train[0].size, *settings.recipe.widths, len(found.classes))
        generator = np.random.default_rng(streams(seed, 0)[2])
        self.distances = distances(found.X_train, generator, found.brightest)
        self.median = float(np.median(self.distances))
        self.known: dict[Key, Piece] = {}
        self.cache: Cache | None = None
        if path is not None:
            identity = {
                "experiment": "table1",
                "definition": DEFINITION,
                "settings": settings.of_one_training(),
                "images": {source.file: source.sha256 for source in found.provenance},
                "seed": seed,
            }
            self.cache = Cache(path, identity, makers())
            trainings = self.cache.pieces()
            self.known = {key_of(training): training for training in trainings}
            warn_of_others(trainings, makers(), stacklevel=3)

    def add(self, training: Piece) -> None:
        if self.cache is not None:
            self.cache.add(training)
        self.known[key_of(training)] = training

    def jobs(self, phase: Phase) -> list[Job]:
        """Return all trainings of a phase, known or not, first runs first.

        Of the methods whose parameter the phases before could not give, there are none.
        """
        if phase == "reference":
            wanted = "exponential-features" in self.methods
            return [self._job(phase, "baseline", None, 0)] if wanted else []
        if phase == "validation":
            known = [method for method in self.methods if self._scale(method) is not None]
            places = [place for method in known for place in self.settings.places(method)]
            runs = self.settings.validation_runs
        else:
            choices = map(self.chosen, self.methods)
            places = [place for place in choices if place is not None]
            runs = self.runs
        # An end is one training, whatever the graph.
        return [
            self._job(phase, *place, run) for run in range(runs) for place in dict.fromkeys(places)
        ]

    def _job(self, phase: Phase, method: str, grid: float | None, run: int) -> Job:
        job = Job(phase, method, grid, run, self.parameter(method, grid))
        known = self.known.get(job.key)
        if known is not None and known.about["job"] != asdict(job):
            message = (
                f"the store has {job.name} with the parameter {known.about['job']['parameter']}, "
                f"which is now {job.parameter}: another training gave its scale. Use another folder"
            )
            raise ValueError(message)
        return job

    def _scale(self, method: str) -> float | None:
        """Return the median of the distances that a method goes by, if it is known."""
        if method != "exponential-features":
            return self.median
        reference = self.known.get(("reference", "baseline", None, 0))
        return None if reference is None else reference.about["scale"]

    def parameter(self, method: str, grid: float | None) -> float | None:
        """Return alpha, eps or K, from its value in the units of the settings."""
        scale = self._scale(method)
        if grid is None or method == "knn" or scale is None:
            return grid
        if method.startswith("exponential"):
            return grid / scale
        return float(np.quantile(self.distances, grid))

    def candidates(self, method: str) -> dict[Place, Candidate]:
        """Return what is known of the values that a method's parameter is chosen from."""
        found = {}
        for place in self.settings.places(method):
            errors: list[float | None] = []
            for run in range(self.settings.validation_runs):
                training = self.known.get(("validation", *place, run))
                if training is not None:
                    failed = training.about["diverged"]
                    errors.append(None if failed else float(training.columns["error"][-1]))
            if errors and self._scale(method) is not None:
                about = self.parameter(*place), self.scaled(*place)
                found[place] = Candidate(place[0], *about, tuple(errors))
        return found

    def scaled(self, method: str, grid: float | None) -> float | None:
        """Return a parameter without a unit."""
        neighbours = max(self.settings.recipe.batch_size - 1, 1)
        return grid / neighbours if method == "knn" and grid is not None else grid

    def chosen(self, method: str) -> Place | None:
        """Return what a method trains in the end: of least mean validation error, if it chooses.

        The first of equals, so that an end is not taken without need; None if there is none yet.
        """
        if not self.settings.places(method):
            return method, self.settings.quantile if method == "threshold-quantile" else None
        means = {place: candidate.mean for place, candidate in self.candidates(method).items()}
        best = min(means, key=means.__getitem__, default=None)
        return None if best is None or means[best] == float("inf") else best

    def failures(self) -> list[str]:
        """Say what diverged that the result cannot do without."""
        found = []
        reference = self.known.get(("reference", "baseline", None, 0))
        if reference is not None and (why := reference.about["diverged"]):
            found.append(f"baseline, reference for the features ({why})")
        for method in self.methods:
            candidates = self.candidates(method).values()
            whole = len(candidates) == len(self.settings.places(method)) > 0
            if whole and all(item.mean == float("inf") for item in candidates):
                found.append(f"{method}, every parameter in validation")
            place = self.chosen(method)
            for run in range(self.runs):
                training = self.known.get(("test", *place, run)) if place else None
                if training is not None and (why := training.about["diverged"]):
                    found.append(f"{method}, run {run} ({why})")
        return found

    def result(self) -> Table1:
        places = {method: self.chosen(method) or (method, None) for method in self.methods}
        phases: tuple[Phase, ...] = ("reference", "validation", "test")
        used = [self.known[job.key] for phase in phases for job in self.jobs(phase)]
        tried = [self.candidates(method) for method in self.methods]
        return Table1(
            data=self.settings.data,
            methods=self.methods,
            parameters={method: self.parameter(*place) for method, place in places.items()},
            scaled={method: self.scaled(*place) for method, place in places.items()},
            curves=np.array(
                [
                    [self.known["test", *place, run].columns["error"] for run in range(self.runs)]
                    for place in places.values()
                ]
            ),
            validation=tuple(
                {place: item for each in tried for place, item in each.items()}.values()
            ),
            settings=self.settings.to_dict(),
            median_distance=self.median,
            parameter_counts=adamixup.parameter_counts(self.sizes, self.settings.policy),
            provenance={
                "command": again(self.settings, self.methods, self.runs, self.seed),
                "seed": self.seed,
                **made_by(used),
                "trainings": len(used),
                "wall": wall_seconds(used),
            },
        )


def key_of(training: Piece) -> Key:
    """Return the key of the job that a training has done."""
    return Job(**training.about["job"]).key


def again(chosen: Table1Settings, methods: tuple[str, ...], runs: int, seed: Seed) -> str:
    """Return what computes a result again; ingredients that are the data set's own are left out."""
    own = flat(settings(chosen.data, batch_size=chosen.recipe.batch_size))
    own["batch_size"] = settings(chosen.data).recipe.batch_size
    changes = {name: value for name, value in flat(chosen).items() if value != own[name]}
    folder = {} if chosen.data in ("digits", "fashion-mnist") else {"folder": "DIR"}
    first = {"data": chosen.data, "methods": methods, "runs": runs}
    return command("table1", seed, first, folder | changes)


def compute(study: Study, n_jobs: int, scheduler: str | None, progress: bool) -> None:
    """Make the trainings that are missing, phase after phase.

    Divergence is an error: at the end if there is a store to keep all else, else at once.
    """
    chosen, methods = study.settings, study.methods
    epochs = chosen.recipe.epochs
    tried = {place for method in methods for place in chosen.places(method)}
    counts: dict[Phase, int] = {
        "reference": int("exponential-features" in methods),
        "validation": chosen.validation_runs * len(tried),
        "test": len(methods) * study.runs,  # at most
    }
    if progress:
        listed = ", ".join(f"{phase} {count}" for phase, count in counts.items())
        known = f"; the store has {len(study.known)}" if study.known else ""
        tqdm.write(f"trainings of {epochs} epochs: {listed}{known}", file=sys.stderr)
    # Epochs and not trainings are counted: an epoch is what a person has a feeling for.
    whole = sum(counts.values()) * epochs
    with progress_bar(whole, 0, "epoch", progress=progress) as bar, ticking(bar) as ticks:
        # The workers of a cluster have other files: there, whole trainings are counted.
        shared = ticks if scheduler is None else None
        make = partial(train, chosen, study.seed, study.folder, ticks=shared)
        for phase, count in counts.items():
            missing = [job for job in study.jobs(phase) if job.key not in study.known]
            # What is known, or cannot be done, is not to be waited for.
            whole -= (count - len(missing)) * epochs
            bar.total = whole
            bar.set_description(phase, refresh=False)
            calls = ((job,) for job in missing)
            for training in as_completed(make, calls, n_jobs=n_jobs, scheduler=scheduler):
                study.add(training)
                if shared is None:
                    bar.update(epochs)
                if study.cache is None and study.failures():
                    break
            if study.cache is None and study.failures():
                break
    failures = study.failures()
    if failures:
        if study.cache is None:
            kept = "The experiment stopped there, as nothing is kept without a store"
        else:
            kept = "All other trainings are kept in the store"
        message = (
            f"the training diverged: {'; '.join(failures)}. {kept}. Lower the rate, or leave out "
            "the method"
        )
        raise ValueError(message)

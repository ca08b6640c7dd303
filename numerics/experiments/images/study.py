"""All trainings of the experiment on images: which are known, and how the missing ones are made."""

import math
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import partial
from typing import Final, get_args

import numpy as np

from numerics import adamixup
from numerics.archive.provenance import Seed, command, made_by, wall_seconds, warn_of_others
from numerics.archive.store import Cache, Piece
from numerics.experiments.images import jobs
from numerics.experiments.images.jobs import Job, Phase
from numerics.experiments.images.results import Candidate, Table1
from numerics.experiments.images.settings import Place, Table1Settings, changes
from numerics.experiments.workers import as_completed, progress_bar, ticking

BASELINE: Final[Place] = ("baseline", None)
PHASES: Final[tuple[Phase, ...]] = get_args(Phase)


@dataclass
class Study:
    """What is asked for, and the trainings that are known."""

    settings: Table1Settings
    methods: tuple[str, ...]
    runs: int
    seed: Seed
    folder: str | None
    path: str | os.PathLike[str] | None  # of a store

    def __post_init__(self) -> None:
        """Look at the images, and open the store."""
        found = jobs.images(self.settings.data, self.folder)
        self.sizes = (found.X_train[0].size, *self.settings.recipe.widths, len(found.classes))
        generator = np.random.default_rng(jobs.streams(self.seed, 0)[2])
        self.distances = jobs.distances(found.X_train, generator, found.brightest)
        self.median = float(np.median(self.distances))
        identity = {
            "experiment": "table1",
            "definition": 1,  # raised when the same settings and seed come to mean other numbers
            "settings": self.settings.of_one_training(),
            "images": {source.file: source.sha256 for source in found.provenance},
            "seed": self.seed,
        }
        self.cache = Cache(self.path, identity, jobs.makers())
        warn_of_others(self.cache.pieces.values(), jobs.makers(), stacklevel=4)

    def wanted(self, phase: Phase) -> list[Job]:
        """Return all trainings of a phase whose parameters are known, first runs first."""
        places: list[Place | None]
        if phase == "reference":
            places, runs = [BASELINE] * ("exponential-features" in self.methods), 1
        elif phase == "validation":
            places = [place for method in self.methods for place in self.places(method)]
            runs = self.settings.validation_runs
        else:
            places, runs = [self.chosen(method) for method in self.methods], self.runs
        # An end is one training, whatever the graph.
        once = [place for place in dict.fromkeys(places) if place is not None]
        values = {place: self.parameters(*place)[0] for place in once}
        found = [Job(phase, *place, run, values[place]) for run in range(runs) for place in once]
        for job in found:
            known = self.cache.pieces.get(job.name)
            if known is not None and known.about["job"] != asdict(job):
                message = (
                    f"the store has {job.name} with the parameter "
                    f"{known.about['job']['parameter']}, which is now {job.parameter}: another "
                    "training gave its scale. Use another folder"
                )
                raise ValueError(message)
        return found

    def trained(self, phase: Phase, place: Place, runs: int) -> list[Piece]:
        """Return what is known of the first runs of a training."""
        names = (jobs.name_of(phase, place, run) for run in range(runs))
        return [self.cache.pieces[name] for name in names if name in self.cache.pieces]

    def scale(self, method: str) -> float:
        """Return the median of the distances that a method goes by, NaN if it is not known."""
        if method != "exponential-features":
            return self.median
        reference = self.trained("reference", BASELINE, 1)
        return (reference[0].about["scale"] or math.nan) if reference else math.nan

    def parameters(self, method: str, grid: float | None) -> tuple[float | None, float | None]:
        """Return alpha, eps or K, and the same without a unit, from a value of the settings."""
        if grid is None:
            return None, None
        if method.startswith("threshold"):
            return float(np.quantile(self.distances, grid)), grid
        if method == "knn":
            return grid, grid / max(self.settings.recipe.batch_size - 1, 1)
        return grid / self.scale(method), grid

    def places(self, method: str) -> list[Place]:
        """Return what a method chooses from, once its scale is known."""
        return [] if math.isnan(self.scale(method)) else self.settings.places(method)

    def candidates(self, method: str) -> dict[Place, Candidate]:
        """Return what is known of the values that a method's parameter is chosen from."""
        found = {}
        for place in self.places(method):
            trained = self.trained("validation", place, self.settings.validation_runs)
            errors = [
                None if t.about["diverged"] else float(t.columns["error"][-1]) for t in trained
            ]
            if errors:
                found[place] = Candidate(place[0], *self.parameters(*place), tuple(errors))
        return found

    def chosen(self, method: str) -> Place | None:
        """Return what a method trains in the end, if it is known."""
        if not self.settings.places(method):
            return method, self.settings.quantile if method == "threshold-quantile" else None
        means = {place: candidate.mean for place, candidate in self.candidates(method).items()}
        # The first of equals, so that an end is not taken without need.
        best = min(means, key=means.__getitem__, default=None)
        return None if best is None or means[best] == math.inf else best

    def failures(self) -> Iterator[str]:
        """Say what diverged that the result cannot do without."""
        for job in self.wanted("reference"):
            if (known := self.cache.pieces.get(job.name)) and (why := known.about["diverged"]):
                yield f"baseline, reference for the features ({why})"
        for method in self.methods:
            place = self.chosen(method)
            if place is None and len(self.candidates(method)) == len(self.settings.places(method)):
                yield f"{method}, every parameter in validation"
            for known in self.trained("test", place, self.runs) if place else ():
                if why := known.about["diverged"]:
                    yield f"{method}, run {known.about['job']['run']} ({why})"

    def refuse_failures(self) -> None:
        """Raise a ValueError if there are failures."""
        if found := list(self.failures()):
            kept = "All other trainings are kept in the store"
            if self.path is None:
                kept = "The experiment stopped there, as nothing is kept without a store"
            message = (
                f"the training diverged: {'; '.join(found)}. {kept}. Lower the rate, or leave out "
                "the method"
            )
            raise ValueError(message)

    def result(self) -> Table1:
        """Put all trainings together."""
        chosen = self.settings
        places = {method: self.chosen(method) or (method, None) for method in self.methods}
        parameters = {method: self.parameters(*place) for method, place in places.items()}
        curves = [self.trained("test", place, self.runs) for place in places.values()]
        used = [self.cache.pieces[job.name] for phase in PHASES for job in self.wanted(phase)]
        tried = {place: c for m in self.methods for place, c in self.candidates(m).items()}
        first = {"data": chosen.data, "methods": self.methods, "runs": self.runs}
        return Table1(
            data=chosen.data,
            methods=self.methods,
            parameters={method: values[0] for method, values in parameters.items()},
            scaled={method: values[1] for method, values in parameters.items()},
            curves=np.array([[t.columns["error"] for t in trained] for trained in curves]),
            validation=tuple(tried.values()),
            settings=chosen.to_dict(),
            median_distance=self.median,
            parameter_counts=adamixup.parameter_counts(self.sizes, chosen.policy),
            provenance={
                "command": command("table1", self.seed, first, changes(chosen)),
                "seed": self.seed,
                **made_by(used),
                "trainings": len(used),
                "wall": wall_seconds(used),
            },
        )


def compute(study: Study, n_jobs: int, scheduler: str | None, progress: bool) -> None:
    """Make the trainings that are missing, phase after phase."""
    chosen, methods, known = study.settings, study.methods, study.cache.pieces
    epochs = chosen.recipe.epochs
    tried = {place for method in methods for place in chosen.places(method)}
    most: dict[Phase, int] = {
        "reference": int("exponential-features" in methods),
        "validation": chosen.validation_runs * len(tried),
        "test": len(methods) * study.runs,
    }
    listed = ", ".join(f"{phase} {count}" for phase, count in most.items())
    stored = f"; the store has {len(known)}" if known else ""
    told = f"trainings of {epochs} epochs: {listed}{stored}"
    # Epochs and not trainings are counted: an epoch is what a person has a feeling for.
    whole = sum(most.values()) * epochs
    bar = progress_bar(whole, 0, "epoch", told=told, progress=progress)
    with bar, ticking(bar) as ticks:
        # The workers of a cluster have other files: there, whole trainings are counted.
        shared = ticks if scheduler is None else None
        make = partial(jobs.train, chosen, study.seed, study.folder, ticks=shared)
        for phase, count in most.items():
            missing = [(job,) for job in study.wanted(phase) if job.name not in known]
            # What is known, or cannot be done, is not to be waited for.
            bar.total = whole = whole - (count - len(missing)) * epochs
            bar.set_description(phase, refresh=False)
            for _, made in as_completed(make, missing, n_jobs=n_jobs, scheduler=scheduler):
                study.cache.add(made)
                if shared is None:
                    bar.update(epochs)
                if study.path is None:
                    study.refuse_failures()
    study.refuse_failures()

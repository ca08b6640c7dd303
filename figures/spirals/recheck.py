"""Train a few of the stored runs again, and see whether their errors still come out.

They are trained with the backend of the stored runs, if it is installed, and a run is compared with
its stored self in a paired test (`figures.measured.retrained`).
"""

from pathlib import Path
from typing import Any

import numpy as np

from figures.drawing.stored import MissingRunsError
from figures.measured.retrained import Retrained, alike, seed_of
from figures.spirals.stored import STUDIES, Study, read
from numerics import experiments, statistics
from numerics.experiments.two_spirals.results import SpiralErrors
from numerics.processes import as_they_come

RUNS = {0.8: 20, np.inf: 14}
"""How many runs are trained again, by epsilon: Mixup takes seven times as many steps.  A shift by
two standard deviations of the differences is then noticed; of four runs, only one by 14."""

RECHECKED = STUDIES[:2]
"""Whose runs are trained again: ``printed`` and ``corrected`` under the paper's batch rule."""


def recheck(
    experiment: Study,
    stored: SpiralErrors,
    epsilon: float,
    runs: int,
    **ingredients: Any,
) -> Retrained:
    """Train the first runs of an experiment again."""
    where = np.flatnonzero(stored.epsilons == epsilon)
    if where.size != 1:
        message = f"epsilon must be one of {stored.epsilons.tolist()}, got {epsilon}"
        raise ValueError(message)
    count = min(runs, stored.errors.shape[1])
    made = stored.provenance
    again = experiments.spirals(
        (epsilon,),
        count,
        experiment.preset,
        rule=experiment.rule,
        rng=seed_of(experiment.name, made),
        backend="numpy" if made.get("backend") == "numpy" else "auto",
        **ingredients,
    )
    steps = int(stored.batch_sizes[where[0]]), int(stored.updates[where[0]])
    now = int(again.batch_sizes[0]), int(again.updates[0])
    if not ingredients and (again.settings != stored.settings or steps != now):
        message = (
            f"{experiment.name}: the settings must be those of the stored runs, got "
            f"{again.settings} with (batch size, updates) {now} at eps = {epsilon:g} for "
            f"{stored.settings} with {steps}"
        )
        raise ValueError(message)
    old, new = 100 * stored.errors[where[0], :count], 100 * again.errors[0]
    return Retrained(
        f"{experiment.label}, eps = {epsilon:g}",
        old,
        new,
        statistics.paired(new, old).pvalue,
        "paired t test ",
        alike(made, again.provenance),
    )


def recheck_all(folder: Path | None = None, jobs: int = 1) -> list[Retrained]:
    """Train a few runs of each stored experiment under the paper's batch rule again."""
    stored = {experiment: read(experiment, folder) for experiment in RECHECKED}
    if not any(stored.values()):
        message = f"recheck spirals needs stored runs; make them with: {RECHECKED[0].command}"
        raise MissingRunsError(message)
    calls = [
        (experiment, known, epsilon, runs)
        for experiment, known in stored.items()
        if known is not None and known.errors.shape[1] > 1
        for epsilon, runs in RUNS.items()
        if epsilon in known.epsilons
    ]
    if not calls:
        thresholds = " or ".join(f"{epsilon:g}" for epsilon in RUNS)
        message = (
            f"recheck spirals needs two stored runs for eps = {thresholds}; make them with: "
            f"{RECHECKED[0].command}"
        )
        raise MissingRunsError(message)
    return [found for _, found in sorted(as_they_come(recheck, calls, n_jobs=jobs))]

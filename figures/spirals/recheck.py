"""Train a few of the stored runs again, and see whether their errors still come out.

They are trained with the backend of the stored runs, if it is installed.  The same versions on the
same kind of processor then give the same numbers.  Elsewhere the order of summation differs, and
over thousands of optimiser steps the smallest difference of rounding grows until the network is
another one, as it would be with another seed of the batches; its data are still the same.  So a run
that is trained again is compared with its stored self in a paired test, and only errors that differ
by more than such chance fail.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from joblib import Parallel, delayed

from figures.spirals.stored import EXPERIMENTS, Experiment, MissingRunsError, read
from numerics import experiments, statistics
from numerics.processes import deaf_to_interrupts
from numerics.tolerances import RETRAINED

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from numerics.experiments.two_spirals.results import SpiralErrors
    from numerics.validation import FloatArray

RUNS = {0.8: 20, np.inf: 14}
"""How many runs are trained again, by epsilon: Mixup takes seven times as many steps.  A shift by
two standard deviations of the differences is then noticed; of four runs, only one by 14."""

RECHECKED = EXPERIMENTS[:2]
"""Whose runs are trained again: ``printed`` and ``corrected`` under the paper's batch rule."""


@dataclass(frozen=True)
class Recheck:
    """Runs that were trained again, beside the stored ones."""

    experiment: Experiment  # whose runs
    epsilon: float  # for which threshold
    stored: FloatArray  # test errors in [0, 1] of the same runs, shape (runs,)
    again: FloatArray  # test errors in [0, 1] of the same runs, shape (runs,)
    pvalue: float  # of the paired t test that both have the same expectation
    alike: bool = False

    @property
    def passes(self) -> bool:
        """Whether the stored errors still come out."""
        return self.pvalue > RETRAINED

    def __str__(self) -> str:
        equal = int((self.stored == self.again).sum())
        said = "still come out" if self.passes else "DO NOT COME OUT ANY MORE"
        rounding = f"trained again with {'the same' if self.alike else 'another'} rounding"
        return (
            f"{self.experiment.label}, eps = {self.epsilon:g}: the stored errors {said}: "
            f"{self.stored.size} runs, {rounding}, {equal} with the very same error, mean "
            f"{100 * self.again.mean():.2f} % for {100 * self.stored.mean():.2f} %, paired t test "
            f"p = {self.pvalue:.2g} (fails at {RETRAINED:g})"
        )


def recheck(
    experiment: Experiment,
    stored: SpiralErrors,
    epsilon: float,
    runs: int,
    **ingredients: Any,
) -> Recheck:
    """Train the first runs of an experiment again."""
    where = np.flatnonzero(stored.epsilons == epsilon)
    if where.size != 1:
        message = f"epsilon must be one of {stored.epsilons.tolist()}, got {epsilon}"
        raise ValueError(message)
    count = min(runs, stored.errors.shape[1])
    made = stored.provenance
    seed = made.get("seed")
    if not isinstance(seed, dict) or not {"entropy", "spawn_key"} <= set(seed):
        message = f"{experiment.name}: the provenance must have the seed, got {seed!r}"
        raise ValueError(message)
    again = experiments.spirals(
        (epsilon,),
        count,
        experiment.preset,
        rule=experiment.rule,
        rng=np.random.SeedSequence(seed["entropy"], spawn_key=tuple(seed["spawn_key"])),
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
    old, new = stored.errors[where[0], :count], again.errors[0]
    pvalue = statistics.paired(new, old).pvalue
    fingerprints = [
        result.provenance.get("versions", {}).get("fingerprint") for result in (stored, again)
    ]
    alike = fingerprints[0] == fingerprints[1]
    return Recheck(experiment, epsilon, old, new, pvalue, alike)


def recheck_all(folder: Path | None = None, jobs: int = 1) -> list[Recheck]:
    """Train a few runs of each stored experiment under the paper's batch rule again."""
    stored = {experiment: read(experiment, folder) for experiment in RECHECKED}
    if not any(stored.values()):
        message = f"recheck needs stored runs; make them with: {RECHECKED[0].command}"
        raise MissingRunsError(message)
    calls = [
        delayed(recheck)(experiment, known, epsilon, runs)
        for experiment, known in stored.items()
        if known is not None and known.errors.shape[1] > 1
        for epsilon, runs in RUNS.items()
        if epsilon in known.epsilons
    ]
    if not calls:
        thresholds = " or ".join(f"{epsilon:g}" for epsilon in RUNS)
        message = (
            f"recheck needs two stored runs for eps = {thresholds}; make them with: "
            f"{RECHECKED[0].command}"
        )
        raise MissingRunsError(message)
    with deaf_to_interrupts():
        results = Parallel(n_jobs=jobs, return_as="generator")(calls)
    return list(results)

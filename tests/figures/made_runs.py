"""Made runs of the experiments, with known expectations, in the files of the real ones."""

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from figures.ledger import LEDGER
from figures.measured import MeasuredClaim
from figures.spirals import boundaries
from figures.spirals.stored import STUDIES
from figures.table1.stored import SETS, ImageSet
from numerics.adamixup import parameter_counts
from numerics.datasets import CLASSES
from numerics.experiments import EPSILONS, LADDER
from numerics.experiments.images import Candidate, Table1
from numerics.experiments.images import settings as settings_of
from numerics.experiments.two_spirals.results import Ablation, SpiralErrors
from numerics.experiments.two_spirals.settings import PRESETS, SpiralsSettings, settings
from theory import Measurement

Means = Mapping[float, float]
MADE = {"seed": {"entropy": 0, "spawn_key": []}, "versions": {}, "seconds": 0.0}


def pieces(key: str) -> dict[tuple[str, str], Measurement]:
    """Return what a row has measured, by the subject and the place of the question."""
    claim = LEDGER[key]
    assert isinstance(claim, MeasuredClaim)
    result = claim.run()
    assert result.error == ""
    return {
        (question.subject, question.where): piece
        for question, piece in zip(claim.questions, result.evidence, strict=True)
        if isinstance(piece, Measurement)
    }


@contextmanager
def few_epochs() -> Iterator[None]:
    """Train the networks that a figure draws for a twentieth of their time."""
    short = replace(PRESETS[boundaries.PRESET], epochs=10)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(boundaries, "PRESETS", {**PRESETS, boundaries.PRESET: short})
        yield


def by_hand(path: Path, step: str = "") -> dict[float, list[float]]:
    """Read error rates in percent, by epsilon, of one step of an ablation, with nothing but csv."""
    found = defaultdict(list)
    with path.open(newline="") as file:
        for row in csv.DictReader(file):
            if row.get("step", "") == step:
                found[float(row["epsilon"])].append(100 * float(row["error"]))
    return found


def errors_of(chosen: SpiralsSettings, means: Means, runs: int, seed: int = 0) -> SpiralErrors:
    """Make the result of an experiment, with a spread of one percent that runs share in part."""
    rng = np.random.default_rng(seed)
    epsilons = tuple(means)
    common = rng.normal(size=runs)
    noise = 0.7 * common + 0.7 * rng.normal(size=(len(epsilons), runs))
    percent = np.array(list(means.values()))[:, None] + noise
    return SpiralErrors(
        epsilons=np.array(epsilons),
        batch_sizes=np.array([chosen.batch_size(epsilon) for epsilon in epsilons]),
        updates=np.array([chosen.updates(chosen.batch_size(epsilon)) for epsilon in epsilons]),
        errors=np.clip(percent / 100, 0, 1),
        settings=chosen,
        provenance={**MADE, "command": "python -m numerics spirals", "backend": "numpy"},
    )


def some_of(whole: SpiralErrors, epsilons: Sequence[float], runs: int) -> SpiralErrors:
    """Return the first runs at some eps."""
    where = [whole.epsilons.tolist().index(epsilon) for epsilon in epsilons]
    return replace(
        whole,
        epsilons=whole.epsilons[where],
        batch_sizes=whole.batch_sizes[where],
        updates=whole.updates[where],
        errors=whole.errors[where, :runs],
    )


def whole_curve(best: float = 0.8) -> dict[float, float]:
    """Return expectations at all eps of the experiment, the smallest at one of them."""
    return {
        epsilon: 5.0
        if epsilon == 0
        else 3.0 + 0.5 * min(2.0, abs(min(epsilon, 10.0) - best)) - (epsilon == best)
        for epsilon in EPSILONS
    }


def write_runs(folder: Path, runs: int = 60) -> Path:
    """Write a file for every experiment and one for the ablation."""
    for number, experiment in enumerate(STUDIES):
        chosen = settings(experiment.preset, experiment.rule)
        made = errors_of(chosen, whole_curve(0.8 + 0.2 * (number % 2)), runs, number)
        made.to_csv(folder / f"{experiment.name}.csv")
    chosen = settings("released")
    steps = []
    for number, (_, change) in enumerate(LADDER):
        chosen = replace(chosen, **change)
        means = {0.0: 4.0 - 0.5 * number, 0.8: 3.0, np.inf: 2.5 + 0.3 * number}
        steps.append(errors_of(chosen, means, runs, number))
    Ablation(tuple(name for name, _ in LADDER), tuple(steps)).to_csv(folder / "ablation.csv")
    return folder


AS_PRINTED = {
    "baseline": 6.2,
    "mixup": 6.8,
    "exponential": 5.6,
    "threshold": 7.4,
    "knn": 7.7,
    "adamixup": 6.1,
    "exponential-features": 5.2,
    "threshold-quantile": 5.0,
}
"""Mean error rates in percent, in an order with which every row agrees."""

REVERSED = {name: 12 - mean for name, mean in AS_PRINTED.items()}
"""The same the other way round, with which none does."""

PACE = {"exponential": 4.0, "adamixup": 8.0}
"""Epochs in which the made errors fall by a factor e, where not 6."""

SCALED = {
    "exponential": 1.0,
    "threshold": 0.25,
    "knn": 8 / 31,
    "exponential-features": 0.5,
    "threshold-quantile": 0.25,
}


def made(
    data: ImageSet,
    means: Mapping[str, float],
    runs: int = 12,
    *,
    noise: float = 0.2,
    pace: Mapping[str, float] = PACE,
    seed: int = 0,
) -> Table1:
    """Make the result of the experiment, with a spread that the runs share in part."""
    rng = np.random.default_rng(seed)
    chosen = settings_of(data.name)
    epochs = np.arange(1, chosen.recipe.epochs + 1)
    common = 2 * noise * rng.normal(size=runs)
    curves = []
    for method, mean in means.items():
        final = mean + common + noise * rng.normal(size=runs)
        fall = 40 * (np.exp(-epochs / pace.get(method, 6.0)) - np.exp(-epochs[-1] / 6.0))
        rough = np.maximum(fall, 0) * (1 + 0.1 * rng.normal(size=(runs, epochs.size)))
        # The last epoch has the final error exactly.
        curve = final[:, None] + rough * (epochs < epochs[-1])
        curves.append(np.clip(curve / 100, 0, 1))
    sizes = (data.inputs, *chosen.recipe.widths, len(CLASSES[data.name]))
    return Table1(
        data=data.name,
        methods=tuple(means),
        parameters={name: SCALED[name] / 2 if name in SCALED else None for name in means},
        scaled={name: SCALED.get(name) for name in means},
        curves=np.array(curves),
        validation=tuple(
            Candidate(name, SCALED[name] / 2, SCALED[name], (0.1, 0.2))
            for name in means
            if name in SCALED and name != "threshold-quantile"
        ),
        settings=chosen.to_dict(),
        median_distance=2.0,
        parameter_counts=parameter_counts(sizes, chosen.policy),
        provenance={
            **MADE,
            "command": f"python -m numerics table1 --data {data.name}",
            "trainings": 0,
            "wall": 0.0,
        },
    )


def write_table1(
    folder: Path,
    means: Mapping[str, float] = AS_PRINTED,
    sets: tuple[ImageSet, ...] = SETS[:2],
    runs: int = 12,
) -> Path:
    """Write a file for each of some data sets."""
    for number, data in enumerate(sets):
        made(data, means, runs, seed=number).to_csv(folder / f"{data.file}.csv")
    return folder

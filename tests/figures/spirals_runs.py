"""Made runs of the spirals experiment, with known expectations, in the files of the real ones."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from figures.spirals.stored import STUDIES
from numerics.experiments import EPSILONS, LADDER
from numerics.experiments.two_spirals.results import Ablation, SpiralErrors
from numerics.experiments.two_spirals.settings import SpiralsSettings, settings

LOCAL_WINS = {0.0: 4.0, 0.6: 3.2, 0.8: 2.0, 1.0: 2.5, 1.5: 2.8, np.inf: 3.0}
"""Mean error rates in percent as the paper has them: the best eps is 0.8."""


def errors_of(
    chosen: SpiralsSettings, means: Mapping[float, float], runs: int, seed: int = 0
) -> SpiralErrors:
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
        provenance={
            "command": "python -m numerics spirals",
            "seed": {"entropy": 0, "spawn_key": []},
            "backend": "numpy",
            "versions": {},
            "seconds": 0.0,
        },
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

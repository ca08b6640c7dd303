"""What is asked of every stored experiment on the spirals, and where the answers come from."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial

import numpy as np

from figures.measured import Question, written
from figures.spirals.curves import ErrorCurve, curves
from figures.spirals.stored import STUDIES, Study, read
from numerics.validation import FloatArray
from theory.proofs.evidence import Evidence, Unchecked

PAIRED = (
    "runs are compared in pairs: one run has the same data, initial parameters and random numbers "
    "for every eps"
)
POINTS = "{:+z.2f} points"
FAMILY = "significant: p < 0.05 after Holm's rule for all settings of the row"
FAILED = 45.0
"""In percent: a network with this error rate has learnt nothing, as chance is 50 %."""


def shown(value: float) -> str:
    """Write an error rate."""
    return written(value, "{:.3f} %")


def spread(rows: Mapping[str, FloatArray]) -> dict[str, str]:
    """Tell what a mean hides: the typical run, and those in which the training failed."""
    return {
        "medians": ", ".join(f"{name} {shown(float(np.median(v)))}" for name, v in rows.items()),
        f"runs with an error of {FAILED:g} % or more": ", ".join(
            f"{name} {int((v >= FAILED).sum())} of {v.size}" for name, v in rows.items()
        ),
    }


def unchecked(experiment: Study, reason: str = "") -> Unchecked:
    """Say that runs are missing."""
    needs = reason or f"figures/data/{experiment.name}.csv, {experiment.runs} runs for each eps"
    return Unchecked(needs=needs, command=experiment.command)


def provenance(experiment: Study) -> str:
    """Say where the numbers of an experiment are from."""
    stored = read(experiment)
    if stored is None:
        raise FileNotFoundError(experiment.name)
    runs = stored.errors.shape[1]
    asked = "" if runs >= experiment.runs else f" (of {experiment.runs} asked for)"
    made = stored.provenance
    return (
        f"{experiment.label}; {runs} runs{asked} for each of {stored.epsilons.size} eps in "
        f"figures/data/{experiment.name}.csv, made by {made.get('command', 'an unknown command')} "
        f"with the backend {made.get('backend', 'unknown')}"
    )


def from_runs(experiment: Study, answer: Callable[[Study, ErrorCurve], Evidence]) -> Evidence:
    """Answer a question from the stored runs, or say that they are missing."""
    curve = curves().get(experiment)
    if curve is None:
        return unchecked(experiment)
    if not curve.complete:
        return unchecked(experiment, "eps = 0, inf and some on both sides of the first quartile")
    return answer(experiment, curve)


def questions(
    answers: dict[str, Callable[[Study, ErrorCurve], Evidence]],
    experiments: Iterable[Study] = STUDIES,
    form: str = POINTS,
) -> list[Question]:
    """Ask the same of every experiment."""
    return [
        Question(subject, experiment.label, partial(from_runs, experiment, answer), form)
        for subject, answer in answers.items()
        for experiment in experiments
    ]

"""What the stored runs of the spirals say about Figure 3: errors compared run by run."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from figures.drawing.stored import from_files
from figures.measured import AGREES, DIFFERS, UNDECIDED
from figures.measured.comparisons import SIGNIFICANT, Comparison, adjusted, plain, sameness
from figures.spirals.curves import curve_of, curves
from numerics import statistics

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from figures.spirals.curves import ErrorCurve
    from figures.spirals.stored import Study
    from numerics.experiments.two_spirals.results import Ablation
    from numerics.experiments.two_spirals.settings import Preset, Rule
    from numerics.statistics import Estimate
    from numerics.validation import FloatArray


def _best(curve: ErrorCurve, candidates: FloatArray, others: FloatArray) -> Comparison:
    found = statistics.compare_best(curve.rows(candidates), curve.rows(others))
    return Comparison(found.estimate, found.estimate.pvalue, found, tuple(candidates.tolist()))


def _against_vanilla(curve: ErrorCurve) -> dict[str, Comparison]:
    return {
        "Mixup": plain(curve.row(np.inf), curve.row(0.0)),
        "Local Mixup": _best(curve, curve.local, np.zeros(1)),
    }


def _against_mixup(curve: ErrorCurve) -> dict[str, Comparison]:
    return {"Local Mixup": _best(curve, curve.local, np.full(1, np.inf))}


def _below_quartile(curve: ErrorCurve) -> dict[str, Comparison]:
    below = curve.local[curve.local < curve.quartile]
    rest = curve.epsilons[(curve.epsilons > 0) & ~np.isin(curve.epsilons, below)]
    return {"Local Mixup": _best(curve, below, rest)}


FAMILIES: dict[str, Callable[[ErrorCurve], dict[str, Comparison]]] = {
    "vanilla": _against_vanilla,
    "Mixup": _against_mixup,
    "quartile": _below_quartile,
}
"""Comparisons that are adjusted together: with vanilla training; with Mixup; and of the thresholds
below the first quartile of the distances with those above it, Mixup among them."""


@from_files
def compared(folder: Path, family: str) -> Mapping[tuple[Study, str], Comparison]:
    """Compare error rates in every study that is stored."""
    return adjusted(
        {
            (study, subject): comparison
            for study, curve in curves(folder=folder).items()
            if curve.complete
            for subject, comparison in FAMILIES[family](curve).items()
        }
    )


@dataclass(frozen=True)
class BatchEffect:
    """What the paper's batch rule does beside choosing the batch size."""

    epsilons: tuple[float, ...]  # the local thresholds
    effects: tuple[Estimate, ...]

    @property
    def largest(self) -> int:
        """Where the effect is largest."""
        return int(np.argmax([abs(effect.value) for effect in self.effects]))

    @property
    def outcome(self) -> str:
        """What the effects mean for the statement that there is none at any threshold."""
        found = {sameness(effect) for effect in self.effects}
        return next(outcome for outcome in (DIFFERS, UNDECIDED, AGREES) if outcome in found)


def batch_effect(
    preset: Preset, other: Rule = "equal-updates", folder: Path | None = None
) -> BatchEffect | None:
    """Measure the error under the paper's batch rule minus that under another.

    A mean over the thresholds would hide an effect at a few of them.
    """
    stored = {e.rule: curve for e, curve in curves(folder=folder).items() if e.preset == preset}
    if not {"paper", other} <= set(stored):
        return None
    paper, equal = stored["paper"], stored[other]
    if paper.seed != equal.seed:
        message = (
            f"{preset}: the runs under both rules must have one seed, got {paper.seed} and "
            f"{equal.seed}"
        )
        raise ValueError(message)
    epsilons = np.intersect1d(paper.local, equal.local)
    runs = min(paper.runs, equal.runs)
    if not epsilons.size or runs < 2:
        return None
    effect = paper.rows(epsilons)[:, :runs] - equal.rows(epsilons)[:, :runs]
    level = 1 - (1 - statistics.LEVEL) / epsilons.size  # Bonferroni
    effects = tuple(statistics.mean(row, level) for row in effect)
    return BatchEffect(tuple(epsilons.tolist()), effects)


def stepwise(
    ablation: Ablation, pairs: Sequence[tuple[str, float, float]]
) -> dict[tuple[str, str], Comparison]:
    """Compare error rates at every step of an ablation."""
    found = {}
    for name, errors in zip(ablation.names, ablation.results, strict=True):
        curve = curve_of(errors)
        for subject, first, second in pairs:
            if {first, second} <= set(curve.epsilons.tolist()) and curve.runs >= 2:
                found[name, subject] = plain(curve.row(first), curve.row(second))
    return adjusted(found)


def changes(
    ablation: Ablation, pairs: Sequence[tuple[str, float, float]]
) -> dict[tuple[str, str], Comparison]:
    """Measure by how much each step of an ablation changes a difference of error rates.

    That one difference is significant and another is not does not mean that the two differ.
    """
    found = {}
    steps = [curve_of(errors) for errors in ablation.results]
    for name, before, after in zip(ablation.names[1:], steps[:-1], steps[1:], strict=True):
        for subject, first, second in pairs:
            known = all({first, second} <= set(step.epsilons.tolist()) for step in (before, after))
            if known and before.runs == after.runs >= 2:
                old, new = (step.row(first) - step.row(second) for step in (before, after))
                found[name, subject] = plain(new, old)
    return adjusted(found)


def hinges(
    ablation: Ablation, pairs: Sequence[tuple[str, float, float]]
) -> dict[str, list[tuple[str, Comparison]]]:
    """Find the steps of an ablation on which a conclusion hangs."""
    outcomes = {key: found.outcome for key, found in stepwise(ablation, pairs).items()}
    changed = changes(ablation, pairs)
    found: dict[str, list[tuple[str, Comparison]]] = {}
    for subject, *_ in pairs:
        found[subject] = [
            (name, changed[name, subject])
            for before, name in pairwise(ablation.names)
            if (name, subject) in changed
            and changed[name, subject].adjusted < SIGNIFICANT
            and (outcomes[before, subject] == AGREES) != (outcomes[name, subject] == AGREES)
        ]
    return found

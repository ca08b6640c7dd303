"""What the stored runs of the spirals say about Figure 3: errors compared run by run, in percent.

Every comparison of one kind, over all presets and rules that are stored, makes one family; its
p-values are adjusted for their number by Holm's rule. Whatever is called the best epsilon is chosen
on one half of the runs and judged on the other (`numerics.statistics.compare_best`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from figures.measured import AGREES, DIFFERS, OPPOSITE, UNDECIDED
from figures.spirals.curves import Curve, curve_of, curves
from figures.spirals.stored import Experiment, stamp
from numerics import statistics

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping, Sequence
    from pathlib import Path

    from figures.spirals.stored import Stamp
    from numerics.experiments.two_spirals.results import Ablation
    from numerics.experiments.two_spirals.settings import Preset
    from numerics.statistics import BestComparison, Estimate
    from numerics.validation import FloatArray

Key = TypeVar("Key", bound="Hashable")

SIGNIFICANT = 0.05
"""Level of every test, for a whole family of them."""

SAME = 0.5
"""Percentage points of error rate that make no difference to a conclusion of Section V.A, whose
differences are of several points."""


LEAST_PVALUE = 1e-300
"""What is smaller comes out as zero, or as a number with few correct digits."""


def relation(pvalue: float) -> str:
    """Write a p-value with the sign before it."""
    if pvalue < LEAST_PVALUE:
        return f"< {LEAST_PVALUE:g}"
    return f"= {pvalue:.2g}"


@dataclass(frozen=True)
class Comparison:
    """A difference of two error rates."""

    estimate: Estimate  # in percentage points; its p-value is that of this comparison alone
    adjusted: float  # the p-value after Holm's rule for the whole family
    best: BestComparison | None = None  # how the better of several was chosen, where it was
    candidates: tuple[float, ...] = ()  # the thresholds that it was chosen from

    @property
    def outcome(self) -> str:
        """What the comparison means for the statement that the first error rate is smaller."""
        if self.adjusted >= SIGNIFICANT:
            return UNDECIDED
        return AGREES if self.estimate.value < 0 else OPPOSITE


def sameness(estimate: Estimate) -> str:
    """Say what a difference means for the statement that there is none."""
    if max(abs(estimate.low), abs(estimate.high)) < SAME:
        return AGREES
    return UNDECIDED if estimate.low <= 0 <= estimate.high else DIFFERS


def _plain(first: FloatArray, second: FloatArray) -> Comparison:
    estimate = statistics.paired(first, second)
    return Comparison(estimate, estimate.pvalue)


def _best(curve: Curve, candidates: FloatArray, others: FloatArray) -> Comparison:
    found = statistics.compare_best(curve.rows(candidates), curve.rows(others))
    return Comparison(found.estimate, found.estimate.pvalue, found, tuple(candidates.tolist()))


def _against_vanilla(curve: Curve) -> dict[str, Comparison]:
    return {
        "Mixup": _plain(curve.row(np.inf), curve.row(0.0)),
        "Local Mixup": _best(curve, curve.local, np.zeros(1)),
    }


def _against_mixup(curve: Curve) -> dict[str, Comparison]:
    return {"Local Mixup": _best(curve, curve.local, np.full(1, np.inf))}


def _below_quartile(curve: Curve) -> dict[str, Comparison]:
    below = curve.local[curve.local < curve.quartile]
    rest = curve.epsilons[(curve.epsilons > 0) & ~np.isin(curve.epsilons, below)]
    return {"Local Mixup": _best(curve, below, rest)}


FAMILIES: dict[str, Callable[[Curve], dict[str, Comparison]]] = {
    "vanilla": _against_vanilla,
    "Mixup": _against_mixup,
    "quartile": _below_quartile,
}
"""Comparisons that are adjusted together: with vanilla training; with Mixup; and of the thresholds
below the first quartile of the distances with those above it, Mixup among them."""


@lru_cache(maxsize=16)
def _compared(
    family: str, files: Stamp, folder: Path | None
) -> Mapping[tuple[Experiment, str], Comparison]:
    del files  # what the cache goes by
    found = {
        (experiment, subject): comparison
        for experiment, curve in curves(folder).items()
        if curve.complete
        for subject, comparison in FAMILIES[family](curve).items()
    }
    return adjusted(found)


def compared(
    family: str, folder: Path | None = None
) -> Mapping[tuple[Experiment, str], Comparison]:
    """Compare error rates in every experiment that is stored."""
    return _compared(family, stamp(folder), folder)


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


def batch_effect(preset: Preset, folder: Path | None = None) -> BatchEffect | None:
    """Measure what the paper's batch rule does beside choosing the batch size.

    A mean over the thresholds would hide an effect at a few of them.
    """
    stored = {e.rule: curve for e, curve in curves(folder).items() if e.preset == preset}
    if len(stored) < 2:
        return None
    paper, equal = stored["paper"], stored["equal-updates"]
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
                found[name, subject] = _plain(curve.row(first), curve.row(second))
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
                found[name, subject] = _plain(new, old)
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


def adjusted(comparisons: Mapping[Key, Comparison]) -> dict[Key, Comparison]:
    """Adjust the p-values of a family by Holm's rule."""
    pvalues = statistics.holm([comparison.estimate.pvalue for comparison in comparisons.values()])
    return {
        key: replace(comparison, adjusted=pvalue)
        for (key, comparison), pvalue in zip(comparisons.items(), pvalues, strict=True)
    }

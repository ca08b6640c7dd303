"""What the stored runs of the spirals say about Figure 3: errors compared run by run."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import TypeAlias

import numpy as np

from figures.drawing.stored import from_files
from figures.measured import AGREES, DIFFERS, OPPOSITE, UNDECIDED
from figures.measured.comparisons import Comparison, adjusted, plain, sameness
from figures.spirals.curves import ErrorCurve, curve_of, curves
from figures.spirals.stored import Study, read_ablation
from numerics import statistics
from numerics.experiments.two_spirals.settings import Preset, Rule
from numerics.statistics import Estimate
from numerics.validation import FloatArray

Pairs: TypeAlias = Sequence[tuple[str, float, float]]
"""Conclusions by what they are called, each with the two thresholds that it compares."""


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


def batch_effect(preset: Preset, other: Rule = "equal-updates") -> BatchEffect | None:
    """Measure the error under the paper's batch rule minus that under another, at each eps."""
    stored = {e.rule: curve for e, curve in curves().items() if e.preset == preset}
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


@dataclass(frozen=True)
class Step:
    """A step of an ablation, with all the runs that are stored of it."""

    name: str
    curve: ErrorCurve
    study: Study | None  # whose file has them, if it has more; the first ones are the ablation's
    made: str  # the command of the ablation's runs


@from_files
def steps(folder: Path) -> Sequence[Step]:
    """Return the steps of the stored ablation, each with its runs in the file that has most."""
    ablation = read_ablation(folder)
    if ablation is None:
        return []
    known, found = curves(folder=folder), []
    for name, errors in zip(ablation.names, ablation.results, strict=True):
        own = curve_of(errors)
        same = [study for study, curve in known.items() if _extends(curve, own)]
        study = max(same, key=lambda study: known[study].runs, default=None)
        made = errors.provenance.get("command", "an unknown command")
        found.append(Step(name, own if study is None else known[study], study, made))
    return found


def _extends(curve: ErrorCurve, own: ErrorCurve) -> bool:
    """Say whether a curve has the runs of another one as its first, and more."""
    # What they are called is no difference.
    settings = replace(curve.settings, preset=own.settings.preset)
    if settings != own.settings or not set(own.epsilons) <= set(curve.epsilons):
        return False
    first = curve.rows(own.epsilons)[:, : own.runs]
    return curve.runs > own.runs and np.array_equal(first, own.percent)


def stepwise(steps: Sequence[Step], pairs: Pairs) -> dict[tuple[str, str], Comparison]:
    """Compare error rates at every step of an ablation."""
    found = {}
    for step in steps:
        for subject, first, second in pairs:
            if {first, second} <= set(step.curve.epsilons.tolist()) and step.curve.runs >= 2:
                found[step.name, subject] = plain(step.curve.row(first), step.curve.row(second))
    return adjusted(found)


def changes(steps: Sequence[Step], pairs: Pairs) -> dict[tuple[str, str], Comparison]:
    """Measure by how much each step of an ablation changes a difference of error rates."""
    # That one difference is significant and another is not does not mean that the two differ.
    found = {}
    for before, after in pairwise(steps):
        runs = min(before.curve.runs, after.curve.runs)
        for subject, *both in pairs:
            known = all({*both} <= set(step.curve.epsilons.tolist()) for step in (before, after))
            if known and runs >= 2:
                old, new = (
                    np.subtract(*step.curve.rows(np.array(both))[:, :runs])
                    for step in (before, after)
                )
                found[after.name, subject] = plain(new, old)
    return adjusted(found)


@dataclass(frozen=True)
class Conclusion:
    """What the steps of an ablation say of one conclusion."""

    outcomes: dict[str, str]  # what each step says
    hinges: tuple[tuple[str, str], ...]  # neighbours among the decided steps that disagree
    enlarging: tuple[tuple[str, Comparison], ...]  # steps that make what holds larger

    def __str__(self) -> str:
        count = len(self.outcomes)
        if self.hinges:
            names = list(self.outcomes)
            between = (names[names.index(a) + 1 : names.index(b) + 1] for a, b in self.hinges)
            return "hangs on " + ", ".join(" or ".join(each) for each in between)
        parts = []
        for outcome, verb in (
            (AGREES, "holds"),
            (OPPOSITE, "is reversed"),
            (UNDECIDED, "undecided"),
        ):
            places = [name for name, found in self.outcomes.items() if found == outcome]
            if places:
                few = f" ({', '.join(places)})" if outcome == UNDECIDED else ""
                parts.append(f"{verb} at {len(places)} of {count} steps{few}")
        parts += [
            f"{abs(found.estimate.value):.2f} points more with {name}"
            for name, found in self.enlarging
        ]
        return ", ".join(parts)


def conclusions(steps: Sequence[Step], pairs: Pairs) -> dict[str, Conclusion]:
    """Say on which steps of an ablation each conclusion hangs."""
    # On what is between two steps that are both decided, and in opposite directions. What is not
    # significant at one step decides nothing, and a difference that grows is still the same.
    found = stepwise(steps, pairs)
    changed = changes(steps, pairs)
    said = {}
    for subject, *_ in pairs:
        outcomes = {step.name: found[step.name, subject].outcome for step in steps}
        decided = [name for name, outcome in outcomes.items() if outcome != UNDECIDED]
        hinges = tuple((a, b) for a, b in pairwise(decided) if outcomes[a] != outcomes[b])
        enlarging = tuple(
            (name, changed[name, subject])
            for name, outcome in outcomes.items()
            if (name, subject) in changed
            and outcome == AGREES
            and changed[name, subject].outcome == AGREES
        )
        said[subject] = Conclusion(outcomes, hinges, () if hinges else enlarging)
    return said

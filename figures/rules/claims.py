"""Section VI's future work, asked: what an eps is worth that a rule takes from the points alone.

The rules are those of `numerics.graphs.intrusion`. They are judged at the threshold nearest to
theirs of those that were trained with, in the stored runs of the spirals and of the images.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeAlias

import numpy as np

from figures.drawing.stored import from_files
from figures.lipschitz import kept_intrusion
from figures.lipschitz.kept_intrusion import KeptIntrusion
from figures.measured import AGREES, DIFFERS, UNDECIDED, Question, measured
from figures.measured.comparisons import SAME, Comparison, adjusted, difference, plain, pvalue
from figures.spirals import stored as spirals_stored
from figures.spirals.claims.questions import FAMILY, PAIRED, POINTS
from figures.spirals.curves import curves
from figures.table1 import stored as table1_stored
from figures.table1.stored import percent, read_all
from numerics import statistics
from numerics.graphs.intrusion_curve import EpsilonRule
from numerics.validation import FloatArray
from theory.proofs.evidence import Evidence, Unchecked
from theory.proofs.ledger import Group, Ledger

CLAIMS = Ledger()

Errors: TypeAlias = Mapping[float, FloatArray]
"""Error rates in percent of the runs with each threshold, 0 and infinity among them."""

RULE_NAMES: dict[EpsilonRule, str] = {
    "no-intrusion": "largest eps without intrusion",
    "persistence": "below the longest bar",
    "quartile": "first quartile",
    "rate": "intrusion rate of 5 %",
}


@dataclass(frozen=True)
class Setting:
    """An experiment that is stored, and the points of its training set."""

    label: str
    points: KeptIntrusion
    file: str
    command: str


SPIRALS = {
    Setting(
        study.label,
        kept_intrusion.PRINTED if study.preset == "printed" else kept_intrusion.RELEASED,
        study.name,
        study.command,
    ): study
    for study in spirals_stored.STUDIES
}
IMAGES = {
    Setting(data.title, points, data.file, data.command): data
    for data, points in (
        (table1_stored.DIGITS, kept_intrusion.DIGITS),
        (table1_stored.FASHION, kept_intrusion.FASHION),
    )
}
SETTINGS = (*SPIRALS, *IMAGES)


@from_files
def errors(folder: Path) -> Mapping[Setting, Errors]:
    """Read the error rates of every setting that is stored."""
    found: dict[Setting, Errors] = {}
    for setting, study in SPIRALS.items():
        curve = curves(folder=folder).get(study)
        if curve is not None and curve.complete:
            found[setting] = {eps: curve.row(eps) for eps in curve.epsilons.tolist()}
    for setting, data in IMAGES.items():
        runs = read_all(folder=folder).get(data)
        if runs is not None and {"baseline", "mixup"} <= set(runs.methods):
            # No mixing, the thresholds that were trained with, and all pairs.
            tried = {0.0: "baseline", np.inf: "mixup"} | {
                eps: method
                for method in ("threshold", "threshold-quantile")
                if (eps := runs.parameters.get(method)) is not None
            }
            found[setting] = {eps: percent(runs, method) for eps, method in tried.items()}
    return found


@dataclass(frozen=True)
class Choice:
    """The eps of a rule, and the nearest one that was trained with."""

    eps: float
    nearest: float
    known: Errors

    @property
    def best_of_others(self) -> statistics.BestComparison:
        """Compare with the best of all others, on runs that did not choose it."""
        others = [self.known[eps] for eps in sorted(self.known) if eps != self.nearest]
        return statistics.compare_best(self.known[self.nearest][None], np.array(others))


@from_files
def choices(folder: Path) -> Mapping[tuple[Setting, EpsilonRule], Choice]:
    """Collect what each rule chooses, where points and runs are stored."""
    found = {}
    for setting, known in errors(folder=folder).items():
        about = setting.points.about(folder)
        chosen = about["chosen"] if about is not None else {}
        finite = [eps for eps in known if eps < np.inf]
        for rule in (name for name in RULE_NAMES if name in chosen):
            eps = float(chosen[rule])
            nearest = finite[int(np.argmin(np.abs(np.array(finite) - eps)))]
            found[setting, rule] = Choice(eps, nearest, known)
    return found


@from_files
def against_mixup(folder: Path) -> Mapping[tuple[Setting, EpsilonRule], Comparison]:
    """Compare every choice with Mixup, run by run."""
    return adjusted(
        {
            key: plain(choice.known[choice.nearest], choice.known[np.inf])
            for key, choice in choices(folder=folder).items()
        }
    )


def _found(choice: Choice) -> dict[str, object]:
    means = {eps: float(runs.mean()) for eps, runs in choice.known.items()}
    best = min(means, key=lambda eps: means[eps])
    return {
        "eps of the rule, nearest trained with": f"{choice.eps:.4g}, {choice.nearest:.4g}",
        "mean error there, without mixing, of Mixup": ", ".join(
            f"{means[eps]:.3f} %" for eps in (choice.nearest, 0.0, np.inf)
        ),
        "least mean error": f"{means[best]:.3f} %, at eps = {best:.4g}",
    }


def _mixup(setting: Setting, rule: EpsilonRule) -> Evidence:
    """Measure by how much the error of a choice is smaller than that of Mixup."""
    key = setting, rule
    if key not in choices():
        return _unchecked(setting)
    comparison = against_mixup()[key]
    return difference(
        f"{RULE_NAMES[rule]}: error rate with this eps minus that of Mixup, in percentage points",
        comparison.estimate,
        comparison.outcome,
        _provenance(setting),
        {
            "p after Holm's rule": pvalue(comparison.adjusted),
            **_found(choices()[key]),
        },
    )


def _best(setting: Setting, rule: EpsilonRule) -> Evidence:
    """Measure by how much the error of a choice is larger than the least of the others."""
    choice = choices().get((setting, rule))
    if choice is None:
        return _unchecked(setting)
    compared = choice.best_of_others.estimate
    outcome = AGREES if compared.high < SAME else DIFFERS if compared.low > 0 else UNDECIDED
    return difference(
        f"{RULE_NAMES[rule]}: error rate with this eps minus that of the best other, in percentage "
        "points",
        compared,
        outcome,
        _provenance(setting),
        _found(choice),
    )


def _provenance(setting: Setting) -> str:
    about = setting.points.about()
    made = setting.points.command if about is None else about["command"]
    return (
        f"{setting.label}; runs in figures/data/{setting.file}.csv; eps from "
        f"figures/data/{setting.points.name}.json, made by {made}"
    )


def _unchecked(setting: Setting) -> Unchecked:
    missing = setting if setting.points.about() is not None else setting.points
    name = missing.file if isinstance(missing, Setting) else missing.name
    return Unchecked(needs=f"figures/data/{name}.csv and .json", command=missing.command)


TRIED = (
    "judged at the nearest threshold that was trained with: for the spirals 0 (no mixing) or from "
    "0.6 on, for the images 0, the first or the validated quartile"
)
HYPOTHESES = (
    "the rules look at one training set, drawn with seed 0 for the spirals, and not at the runs",
    TRIED,
    PAIRED,
)

measured(
    CLAIMS,
    "VI-rules-mixup",
    source="Section VI (future work)",
    title="an eps from the points alone has a smaller error than Mixup",
    statement=r"An $\epsilon$ that a rule takes from the training points, before any training, has "
    r"a smaller test error than Mixup.",
    questions=[
        Question(name, setting.label, partial(_mixup, setting, rule), POINTS)
        for rule, name in RULE_NAMES.items()
        for setting in SETTINGS
    ],
    sharper=r"The paper names the histogram of the distances and persistence diagrams as ways to "
    r"tune the hyper-parameters, and no rule. The rules are those of `graphs.intrusion`.",
    hypotheses=(*HYPOTHESES, FAMILY),
    group=Group.BEYOND,
)

measured(
    CLAIMS,
    "VI-rules-best",
    source="Section VI (future work)",
    title="an eps from the points alone is as good as the best that was tried",
    statement=r"An $\epsilon$ that a rule takes from the training points has a test error at most "
    rf"{SAME:g} percentage points above the least of all other $\epsilon$ that were tried.",
    questions=[
        Question(name, setting.label, partial(_best, setting, rule), POINTS)
        for rule, name in RULE_NAMES.items()
        for setting in SETTINGS
    ],
    sharper=r"The least is chosen on one half of the runs and compared on the other. Below 0, the "
    r"rule's is the best of all.",
    hypotheses=(
        *HYPOTHESES,
        f"agrees: the 95 % interval ends below {SAME:g} points; does not: it begins above 0",
    ),
    group=Group.BEYOND,
)

"""Section V.A and Figure 3: what the curve hangs on: its ends, the batch rule, the ingredients."""

from functools import lru_cache, partial

import numpy as np
import scipy

from figures.measured import AGREES, OPPOSITE, UNDECIDED, Question, measured, written
from figures.measured.comparisons import SAME, difference, interval, pvalue, relation, sameness
from figures.spirals import one_set
from figures.spirals.claims.questions import (
    FAMILY,
    PAIRED,
    POINTS,
    provenance,
    questions,
    shown,
    spread,
    unchecked,
)
from figures.spirals.comparisons import (
    batch_effect,
    changes,
    compared,
    conclusions,
    steps,
    stepwise,
)
from figures.spirals.curves import ErrorCurve
from figures.spirals.stored import ABLATION_COMMAND, RULE_NAMES, STUDIES, Study
from numerics import spirals, statistics
from numerics.experiments import LADDER
from numerics.experiments.two_spirals.settings import PRESETS, Preset, Rule
from numerics.validation import FloatArray
from theory.proofs.evidence import Evidence, Measurement, Unchecked
from theory.proofs.ledger import Group, Ledger

CLAIMS = Ledger()

DIAMETER_SETS = 200
DIAMETER_SEED = 4

EQUAL = f"agrees: the 95 % interval of the difference stays within {SAME} percentage points of 0"


@lru_cache(maxsize=4)
def diameters(preset: Preset) -> FloatArray:
    """Measure the largest distance of two training samples, in many training sets."""
    largest = []
    for child in np.random.SeedSequence(DIAMETER_SEED).spawn(DIAMETER_SETS):
        X = spirals.make(preset="released", rng=child, **PRESETS[preset].data).X_train
        # The two samples that are farthest apart are corners of the convex hull.
        largest.append(scipy.spatial.distance.pdist(X[scipy.spatial.ConvexHull(X).vertices]).max())
    return np.array(largest)


def _diameter(preset: Preset) -> Measurement:
    """Compare the diameter of the training samples with 4."""
    if PRESETS[preset].one_set:
        facts, source = one_set.known()
        share = least = most = float(facts.diameter <= 4)
        found = {"largest distance": written(facts.diameter, "{:.3f}")}
    else:
        largest = diameters(preset)
        share, least, most = statistics.proportion(int((largest <= 4).sum()), largest.size)
        low, high = np.quantile(largest, (0.025, 0.975))
        within = float(spirals.distance_fraction(4.0, "released", **PRESETS[preset].data))
        source = f"{DIAMETER_SETS} training sets of the preset {preset}, seed {DIAMETER_SEED}"
        found = {
            "largest distance": f"{largest.mean():.3f} on average, {low:.3f} to {high:.3f} in 95 % "
            "of the training sets",
            "share of the pairs more than 4 apart": f"{1 - within:.2g}",
        }
    return Measurement(
        quantity="share of the training sets in which no two samples are more than 4 apart",
        value=share,
        interval=(least, most),
        agrees=share == 1,
        provenance=source,
        found=found,
    )


measured(
    CLAIMS,
    "Fig3-mixup",
    source="Figure 3, caption",
    title="eps > 4 is Mixup on the spirals",
    statement=r"On the spirals $\epsilon>4$ is classical Mixup.",
    questions=[
        Question(
            "training sets without a distance above 4",
            f"{preset} data",
            partial(_diameter, preset),
            "{:.1%}",
        )
        for preset in ("printed", "released", "published")
    ],
    sharper=r"By row IV.A-extremes the statement for all $\epsilon>4$ is: the diameter "
    r"is at most 4. The paper does not say how large the spirals are; the public notebook divides "
    r"each coordinate by its standard deviation, and so does this experiment.",
    hypotheses=(
        "each coordinate is divided by its standard deviation",
        "agrees: no training set has a distance above 4",
    ),
)


def _mixup_end(experiment: Study, curve: ErrorCurve) -> Evidence:
    """Compare eps = 4 with Mixup."""
    if 4.0 not in curve.epsilons:
        return unchecked(experiment, "runs at eps = 4")
    last, mixup = curve.row(4.0), curve.row(np.inf)
    gap = statistics.paired(last, mixup)
    first = float(curve.local[0])
    left = statistics.paired(curve.row(first), curve.row(0.0))
    return difference(
        "error rate at eps = 4 minus that of Mixup, in percentage points",
        gap,
        sameness(gap),
        provenance(experiment),
        {
            "runs with the very same error": f"{int((last == mixup).sum())} of {curve.runs}",
            f"at the other end, eps = {first:g} minus vanilla": interval(left),
        },
    )


measured(
    CLAIMS,
    "Fig3-extremes",
    source="Figure 3, caption",
    title="the ends of the curve are Vanilla and Mixup",
    statement=r"The curve of Figure 3 ends in Vanilla at $\epsilon=0$ and in Mixup at "
    r"$\epsilon>4$.",
    questions=questions({"eps = 4 against Mixup": _mixup_end}),
    sharper=r"At $\epsilon=0$ the criterion is that of Vanilla, but not the batches: with a "
    r"permutation as pairing one sample of a batch counts on average, whatever the size (row "
    r"V.A-batch-size). $\epsilon=0$ stands for vanilla training with batches of 20, here as in "
    r"the public notebook, and is not the limit of small $\epsilon$ under the batch rule.",
    hypotheses=(PAIRED, EQUAL, "eps = 0 is vanilla training by definition, eps = inf is Mixup"),
)


def _batch_rule(preset: Preset, other: Rule) -> Evidence:
    """Compare the paper's batch rule with another."""
    known = {experiment.rule: experiment for experiment in STUDIES if experiment.preset == preset}
    both = {rule: known[rule] for rule in ("paper", other)}
    effect = batch_effect(preset, other)
    if effect is None:
        return unchecked(both[other], "the runs of this preset under both rules")
    worst = effect.effects[effect.largest]
    avoided = AGREES if worst.high < 0 else OPPOSITE if worst.low > 0 else UNDECIDED
    conclusions = {}
    for rule, experiment in both.items():
        comparison = compared("Mixup").get((experiment, "Local Mixup"))
        if comparison is not None:
            conclusions[f"Local Mixup at its best eps minus Mixup, {rule}"] = (
                f"{written(comparison.estimate.value, '{:+.3f}')}, "
                f"p {relation(comparison.adjusted)}"
            )
    return difference(
        f"error rate under the paper's rule minus that under {RULE_NAMES[other]}, at the local "
        f"eps where they differ most, {effect.epsilons[effect.largest]:g}, in percentage points",
        worst,
        effect.outcome if other == "equal-updates" else avoided,
        f"the first {worst.runs} runs of both of: "
        + "; and of ".join(provenance(experiment) for experiment in both.values()),
        {
            "for each eps": "; ".join(
                f"eps = {epsilon:g}: {interval(each)}"
                for epsilon, each in zip(effect.epsilons, effect.effects, strict=True)
            ),
            **conclusions,
        },
    )


BESIDE: tuple[tuple[Preset, Rule, str], ...] = (
    ("printed", "equal-updates", "equal updates"),
    ("corrected", "equal-updates", "equal updates"),
    ("corrected", "constant", "a constant batch of 20"),
)
"""What the paper's batch rule is held against."""

measured(
    CLAIMS,
    "Fig3-batch-rule",
    source="Section V.A, Figure 3",
    title="the batch rule avoids side effects of eps on the spirals",
    statement=r"Choosing the batch size so that the same number of samples is used on average to "
    r"update the parameters keeps the comparison of different $\epsilon$ free of side effects.",
    questions=[
        Question(f"the rule against {name}", preset, partial(_batch_rule, preset, rule), POINTS)
        for preset, rule, name in BESIDE
    ],
    sharper=r"With a fixed number of epochs the rule changes the number of updates, by a factor of "
    r"about $1/P(d\le\epsilon)$ (rows V.A-batch-size and V.A-code-updates). The side effect is "
    r"measured as what it does to the error rate when every $\epsilon$ gets as many updates; what "
    r"the rule avoids, beside a constant batch of 20 pairs, of which about $20P(d\le\epsilon)$ "
    r"count, with as many updates as Mixup has.",
    hypotheses=(
        PAIRED,
        (
            "against equal updates, agrees: at every local eps the interval of the difference "
            f"stays within {SAME} percentage points of 0; does not agree: at some eps it does not "
            "and leaves out 0"
        ),
        (
            "against a constant batch, agrees: where the two differ most, the paper's rule has the "
            "smaller error, so that it avoids something"
        ),
        (
            "the intervals of all eps of a setting are right together with a probability of 95 % "
            "(Bonferroni)"
        ),
    ),
)


COMPARED = (
    ("eps = 0.8 against Mixup", 0.8, np.inf),
    ("eps = 0.8 against vanilla", 0.8, 0.0),
    ("Mixup against vanilla", np.inf, 0.0),
)
"""The three conclusions of Figure 3, at an eps that was fixed beforehand."""


def _step(subject: str, name: str) -> Evidence:
    """Compare two error rates at one step of the ablation."""
    ladder = steps()
    step = next((step for step in ladder if step.name == name), None)
    if step is None:
        return Unchecked(f"figures/data/ablation.csv with the step {name}", ABLATION_COMMAND)
    comparisons = stepwise(ladder, COMPARED)
    if (name, subject) not in comparisons:
        return Unchecked("eps = 0, 0.8 and inf at every step", ABLATION_COMMAND)
    comparison, curve = comparisons[name, subject], step.curve
    first, second = next((a, b) for what, a, b in COMPARED if what == subject)
    change = changes(ladder, COMPARED).get((name, subject))
    # A step is no experiment of its own where an experiment has its runs.
    source = (
        f"{curve.runs} runs for each eps in figures/data/ablation.csv, made by {step.made}"
        if step.study is None
        else f"the runs of {provenance(step.study)}, of which figures/data/ablation.csv has the "
        "first"
    )
    return difference(
        f"error rate, {subject.replace('against', 'minus')}, in percentage points",
        comparison.estimate,
        comparison.outcome,
        f"step {name!r}: {source}",
        {
            "p after Holm's rule": pvalue(comparison.adjusted),
            f"eps = {first:g}": shown(float(curve.row(first).mean())),
            f"eps = {second:g}": shown(float(curve.row(second).mean())),
            **spread({f"eps = {epsilon:g}": curve.row(epsilon) for epsilon in (first, second)}),
            **(
                {"change from the step before, in percentage points": str(change)}
                if change is not None
                else {}
            ),
        },
    )


def _hangs_on() -> str:
    """Say on which step of the ablation each conclusion hangs."""
    ladder = steps()
    if not ladder:
        return ""
    shared = [step.name for step in ladder if step.study is not None]
    said = [f"{subject} {found}" for subject, found in conclusions(ladder, COMPARED).items()]
    if shared:
        said.append(f"runs of an experiment of Figure 3: {', '.join(shared)}")
    return "; ".join(said)


measured(
    CLAIMS,
    "Fig3-ablation",
    source="Section V.A, Figure 3 and the published code (a question that is not in the paper)",
    group=Group.BEYOND,
    title="which ingredient of the published experiment Figure 3 hangs on",
    statement=r"The conclusions of Figure 3 (Mixup below Vanilla, Local Mixup below both) hold at "
    r"every step from the published experiment to the one of the text with its weights: one "
    r"softmax instead of two, two hidden layers instead of three, a weight for each pair instead "
    r"of one for the batch; and with equal numbers of updates.",
    questions=[
        Question(subject, name, partial(_step, subject, name), POINTS)
        for subject, *_ in COMPARED
        for name, _ in LADDER
    ],
    hypotheses=(
        PAIRED,
        "each step keeps the changes of the steps before it",
        "eps = 0.8 was fixed before the runs were made",
        FAMILY,
        (
            "a conclusion hangs on an ingredient: without it the difference is significant in one "
            "direction, with it in the other; what is undecided at a step decides nothing"
        ),
        (
            "an ingredient enlarges a difference: it is significant with it, and larger than at "
            "the step before (p < 0.05 after Holm's rule for all changes)"
        ),
        (
            "steps that an experiment of Figure 3 has made too are judged by all its runs: they "
            "are no further evidence beside the rows on it"
        ),
    ),
    conclude=_hangs_on,
)

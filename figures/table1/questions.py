"""Section V.C and Table I: what answers each question on images, from the stored runs."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from math import isnan

from figures.measured import AGREES, OPPOSITE, OUTCOME, REMARK, UNDECIDED, Question, ranged, written
from figures.measured.comparisons import Comparison, difference, pvalue
from figures.table1.comparisons import (
    FAMILIES,
    SPEED,
    WITHIN,
    Pair,
    compared,
    compared_speed,
    not_smaller,
)
from figures.table1.stored import LABELS, SETS, ImageSet, described, percent, read_all, same, sizes
from numerics import statistics
from numerics.experiments.images import Table1
from numerics.experiments.images.settings import ENDS, settings
from theory.experiments.parameters import perceptron, total
from theory.experiments.table_1 import ADAMIXUP, TABLE
from theory.proofs.evidence import Evidence, Measurement, Unchecked

NETWORK = (
    "our network is a perceptron on the pixels, trained without augmentation, and not the paper's "
    "convolutional one: the row asks its question, and says nothing of its numbers"
)
PAIRED = (
    "runs are compared in pairs: run r of every method has the same initial parameters, order of "
    "samples and partners"
)
CHOSEN = (
    "alpha, eps and K are chosen on parts of the training set, never on the test set; each number "
    "says from how many values, in how many validation runs, and whether at the end of what was "
    "tried; the optimism is the validation error of what the other runs choose minus the least"
)
CONDITIONAL = (
    "intervals and p-values are about runs on this training and this test set, with the parameters "
    "that were chosen"
)
FAMILY = (
    "significant: p < 0.05 after Holm's rule for all comparisons of final test errors in the rows "
    "on images; of the speed of convergence, for all of these"
)
SUMS = ("classifier", "extra", "total")
"""Which numbers of parameters are not those of a part that AdaMixup adds."""

COMMON = (NETWORK, PAIRED, CHOSEN, CONDITIONAL, FAMILY)

POINTS = "{:+z.2f} points"


def provenance(data: ImageSet, runs: Table1) -> str:
    """Say where the numbers of a data set are from."""
    count = runs.curves.shape[1]
    asked = "" if count >= data.runs else f" (of {data.runs} asked for)"
    # The trainings are those of the command, but what was tried may be less than it tries now.
    now = settings(data.name).to_dict()
    changed = [name.replace("_", " ") for name in now if runs.settings[name] != now[name]]
    older = f"; {', '.join(changed)} are not what the command tries now" if changed else ""
    return (
        f"{data.title}; {count} runs{asked} of each method, {described(runs)}, in "
        f"figures/data/{data.file}.csv, made by {runs.provenance.get('command', 'a call')}{older}"
    )


def from_runs(
    data: ImageSet, methods: Iterable[str], answer: Callable[[ImageSet, Table1], Evidence]
) -> Evidence:
    """Answer a question from the stored runs, or say that they are missing."""
    runs = read_all().get(data)
    lacking = [method for method in methods if runs is None or method not in runs.methods]
    if runs is not None and not lacking:
        return answer(data, runs)
    what = ", ".join(LABELS[method] for method in lacking)
    files = f" and the files of {data.title} in a folder" if data.folder else ""
    needs = f"figures/data/{data.file}.csv with at least two runs of {what}{files}"
    return Unchecked(needs=needs, command=data.command)


def against(pair: Pair) -> str:
    """Name a comparison."""
    first, second = (LABELS[method] for method in pair)
    return f"{first} against {second}"


def parameter(runs: Table1, method: str) -> str:
    """Tell the hyper-parameter of a method, in the units of the data as well."""
    value, scaled = runs.parameters.get(method), runs.scaled.get(method)
    if value is None or scaled is None:
        return ""
    if method.startswith("exponential"):
        whose = " of trained features" if method.endswith("features") else ""
        return f"alpha = {value:.4g}, {scaled:g} over the median distance{whose}"
    if method.startswith("threshold"):
        return f"eps = {value:.4g}, the {scaled:g} quantile of the distances"
    return f"K = {value:g}, {scaled:.2g} of a batch"


def choice(runs: Table1, method: str) -> str:
    """Tell what a hyper-parameter was chosen from, and at which end of it."""
    tried = runs.candidates(method)
    if not tried:
        return ""
    count, edge = len(tried[0].errors), runs.edge(method)
    ends = "with" if tried[-1].method in ENDS else "without"
    many = "s" if len(tried) > 1 else ""
    parts = [f"chosen from {len(tried)} value{many} {ends} Mixup and vanilla training"]
    if edge in ENDS:
        least, between = (
            100 * min(item.mean for item in tried if (item.method in ENDS) == end)
            for end in (True, False)
        )
        parts.append(
            f"it is {LABELS[edge]} itself, {written(least, '{:.2f}')} % in validation, where the "
            f"best value between the ends has {written(between, '{:.2f}')} %"
        )
    elif edge:
        parts.append(f"it is the {edge}")
    parts.append(f"{count} validation run{'s' if count > 1 else ''} a value")
    optimism = 100 * runs.optimism(method)
    known = "not known of one run" if isnan(optimism) else written(optimism, "{:.2f} points")
    return ", ".join([*parts, f"optimism {known}"])


def _found(data: ImageSet, runs: Table1, pair: Pair, comparison: Comparison) -> dict[str, object]:
    """Collect what a comparison rests on."""
    found: dict[str, object] = {
        "p alone, p after Holm's rule": (
            f"{pvalue(comparison.estimate.pvalue)}, {pvalue(comparison.adjusted)}"
        ),
    }
    itself = [f"{LABELS[m]} is {LABELS[end]} itself" for m, end in same(runs).items() if m in pair]
    if itself:
        found[REMARK] = ", ".join(itself)
    for method in pair:
        mean = statistics.mean(percent(runs, method))
        said = ranged(mean.value, mean.low, mean.high, "{:.3f}").replace(" (", " % (")
        told = (said, parameter(runs, method), choice(runs, method))
        found[LABELS[method]] = "; ".join(part for part in told if part)
    for name, column in (("Table I", TABLE), ("Section V.C", ADAMIXUP)):
        printed = column.get(data.title, {})
        if {LABELS[method] for method in pair} <= set(printed):
            found[f"printed in {name}"] = ", ".join(
                f"{LABELS[m]} {printed[LABELS[m]].mean} ± {printed[LABELS[m]].width}" for m in pair
            )
    return found


def _difference(family: str, pair: Pair, data: ImageSet, runs: Table1) -> Measurement:
    """Measure by how much one test error is smaller than another."""
    comparison = compared()[data, pair]
    first, second = (LABELS[method] for method in pair)
    return difference(
        f"error rate of {first} minus that of {second}, in percentage points",
        comparison.estimate,
        not_smaller(comparison) if family == "graphs" else comparison.outcome,
        provenance(data, runs),
        _found(data, runs, pair, comparison),
    )


UNITS = {
    "area": ("mean test error over all epochs", "percentage points"),
    "epochs": (f"epochs until within {WITHIN} points of the final test error", "epochs"),
}
"""What each measure of `figures.table1.comparisons.MEASURES` is, and its unit."""


def speed(measure: str, data: ImageSet, runs: Table1) -> Measurement:
    """Measure how much faster the test error of Local Mixup falls than that of AdaMixup."""
    comparison = compared_speed()[data, measure]
    first, second = (LABELS[method] for method in SPEED)
    what, unit = UNITS[measure]
    return difference(
        f"{what}, {first} minus {second}, in {unit}",
        comparison.estimate,
        comparison.outcome,
        provenance(data, runs),
        {"epochs in all": runs.curves.shape[2]} | _found(data, runs, SPEED, comparison),
    )


def parameters(data: ImageSet, runs: Table1) -> Measurement:
    """Compare the numbers of trained parameters, that of the classifier counted again."""
    counts = runs.parameter_counts
    again = total(perceptron(sizes(data, runs)))
    ratio = counts["total"] / counts["classifier"]
    return Measurement(
        quantity="trained parameters of AdaMixup over those of Local Mixup",
        value=ratio,
        interval=(ratio, ratio),
        agrees=ratio > 1 and again == counts["classifier"],
        provenance=provenance(data, runs),
        found={
            "Local Mixup, the classifier alone": counts["classifier"],
            "the classifier, counted layer by layer": again,
            "what Local Mixup adds": 0,
            "AdaMixup": counts["total"],
        }
        | {f"of these, {name}": counts[name] for name in counts if name not in SUMS},
    )


def differences(family: str, sets: Iterable[ImageSet] = SETS) -> list[Question]:
    """Ask all comparisons of a family."""
    allowed = list(sets)
    return [
        Question(
            against(pair),
            data.title,
            partial(from_runs, data, pair, partial(_difference, family, pair)),
            POINTS,
        )
        for pair, places in FAMILIES[family]
        for data in places
        if data in allowed
    ]


def all_graphs(data: ImageSet, runs: Table1) -> Measurement:
    """Measure the least favourable of the four comparisons with other graphs."""
    answers = [
        _difference("graphs", pair, data, runs)
        for pair, places in FAMILIES["graphs"]
        if data in places
    ]
    found = [str(answer.found[OUTCOME]) for answer in answers]
    order = (OPPOSITE, UNDECIDED, AGREES)
    outcome = min(found, key=order.index)
    worst = max(
        (answer for answer, said in zip(answers, found, strict=True) if said == outcome),
        key=lambda answer: -answer.value,
    )
    said = {
        answer.quantity: f"{ranged(answer.value, *answer.interval, '{:+.3f}')}, {outcome}"
        for answer, outcome in zip(answers, found, strict=True)
    }
    return replace(worst, found={OUTCOME: outcome} | said)

"""Section V.C: what the printed numbers say beside Table I, and the caption of that table."""

from __future__ import annotations

import sympy as sp

from theory.experiments.significance import cancelled, describe, sides
from theory.experiments.table_1 import ABOUT, ADAMIXUP, READING, RUNS, TABLE
from theory.proofs.certificates import BallCover, Relation
from theory.proofs.evidence import Boundary, Proof, Refutation, Verdict
from theory.proofs.ledger import claim, evidence


@claim(
    "V.C-fmnist",
    source="Section V.C, Table I (the test is ours: not in the paper)",
    title="Mixup is worse than the Baseline on Fashion-MNIST, beyond the intervals",
    statement=r"On Fashion-MNIST the printed error rate of Mixup is larger than that of the "
    r"Baseline, beyond the printed intervals.",
    verdict=Verdict.REFUTED,
    result="larger, but well inside the intervals, whatever the roundings",
    hypotheses=ABOUT,
)
def mixup_impacts() -> Refutation:
    """Compare the printed numbers, read in favour of the statement."""
    column = TABLE["Fashion-MNIST"]
    left, right = sides(column["Mixup"], column["Baseline"], 1)
    return Refutation(
        case="Fashion-MNIST, Mixup against Baseline, rounded digits read in favour of a difference",
        stated="the squared difference exceeds the sum of the squared half-widths",
        relation=Relation("(m - m')^2 and h^2 + h'^2", left, ">", right),
        minimal="there is one comparison",
        found={"as printed": describe(column["Mixup"], column["Baseline"])},
    )


@claim(
    "V.C-adamixup-mnist",
    source="Section V.C",
    title="AdaMixup has a slight advantage on MNIST",
    statement=r"On MNIST the printed error rate of AdaMixup is smaller than that of Local Mixup, "
    r"beyond the printed intervals.",
    verdict=Verdict.PROVED_WITH,
    result="true of the printed digits, not of all that round to them",
    hypotheses=(*ABOUT, "printed digits taken as exact"),
)
def adamixup_on_mnist() -> Proof:
    """Compare the printed numbers."""
    column = ADAMIXUP["MNIST"]
    left, right = sides(column["Local Mixup"], column["AdaMixup"])
    return Proof(
        argument=r"The difference of two independent normal means is significant exactly if "
        r"$(m-m')^2>h^2+h'^2$.",
        certificates=[cancelled(), BallCover("(m - m')^2 > h^2 + h'^2", left - right)],
        under=(READING, "printed digits taken as exact"),
        found={"10 runs each": describe(column["Local Mixup"], column["AdaMixup"])},
    )


@evidence("V.C-adamixup-mnist")
def worst_rounding() -> Boundary:
    """Read the rounded digits against the difference."""
    column = ADAMIXUP["MNIST"]
    left, right = sides(column["Local Mixup"], column["AdaMixup"], -1)
    return Boundary(
        case="0.495 ± 0.035 against 0.535 ± 0.025, which round to the printed digits",
        stated="the squared difference exceeds the sum of the squared half-widths",
        relation=Relation("(m - m')^2 and h^2 + h'^2", left, ">", right),
        minimal="the ends of the roundings",
    )


@claim(
    "V.C-adamixup-cifar10",
    source="Section V.C",
    title="Local Mixup outperforms AdaMixup on CIFAR-10",
    statement=r"On CIFAR-10 the printed error rate of Local Mixup is smaller than that of "
    r"AdaMixup, beyond the printed intervals.",
    verdict=Verdict.PROVED_WITH,
    result="true of the printed numbers of 5 runs, although the two intervals overlap",
    sharper=r"The intervals overlap, which decides nothing: the test is "
    r"$(m-m')^2>h^2+h'^2$. Table I has another error rate for Local Mixup on CIFAR-10, 4.03, from "
    r"other code and another network.",
    hypotheses=ABOUT,
)
def adamixup_on_cifar10() -> Proof:
    """Compare the printed numbers, read against the statement."""
    column = ADAMIXUP["CIFAR-10"]
    local, other = column["Local Mixup"], column["AdaMixup"]
    left, right = sides(other, local, -1)
    return Proof(
        argument=r"The difference of two independent normal means is significant exactly if "
        r"$(m-m')^2>h^2+h'^2$. Means and intervals are taken at the ends of their roundings that "
        r"are worst for it.",
        certificates=[cancelled(), BallCover("(m - m')^2 > h^2 + h'^2", left - right)],
        under=(READING,),
        found={
            "5 runs each": describe(other, local),
            "Local Mixup in Table I and here": describe(TABLE["CIFAR-10"]["Local Mixup"], local),
        },
    )


@claim(
    "Table1-caption",
    source="Table I, caption (an omission, not a statement of the paper)",
    title="the caption says how many runs stand behind each column",
    statement=r"The caption of Table I gives the number of runs behind every column.",
    verdict=Verdict.REFUTED,
    result="CIFAR-100 is missing, among the data sets and among the runs",
)
def runs() -> Refutation:
    """Count the columns that the caption speaks of."""
    missing = [dataset for dataset in TABLE if dataset not in RUNS]
    return Refutation(
        case=f"the column {', '.join(missing)}",
        stated="as many columns as numbers of runs",
        relation=Relation(
            "columns, numbers of runs", sp.Integer(len(TABLE)), "==", sp.Integer(len(RUNS))
        ),
        minimal="one column is missing",
        found={"runs": ", ".join(f"{name} {count}" for name, count in RUNS.items())},
    )

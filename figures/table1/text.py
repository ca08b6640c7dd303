"""Table I as text: our error rates beside the printed ones, in Markdown and LaTeX."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from figures.table1.stored import LABELS, SETS, described, percent
from numerics import statistics
from theory.experiments.table_1 import ADAMIXUP, RUNS, TABLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from figures.table1.stored import ImageSet
    from numerics.experiments.images import Table1

PAPER_NETWORKS = {
    "CIFAR-10": "ResNet-18",
    "CIFAR-100": "ResNet-18",
    "Fashion-MNIST": "DenseNet",
    "SVHN": "LeNet",
}
"""Networks in the head of Table I."""


@dataclass(frozen=True)
class Column:
    """A column of the table: one data set and who trained on it."""

    title: str  # the data set
    by: str  # who: ``"ours"``, ``"Table I"`` or ``"Section V.C"``
    network: str  # what was trained
    cells: dict[str, tuple[float, float]]
    digits: dict[str, tuple[str, str]]  # the same as it is written


def columns(stored: Mapping[ImageSet, Table1]) -> list[Column]:
    """Collect the columns of the table."""
    found = []
    for data in SETS:
        if data in stored:
            found.append(_ours(data, stored[data]))
        for by, printed in (("Table I", TABLE), ("Section V.C", ADAMIXUP)):
            if data.title in printed:
                network = PAPER_NETWORKS[data.title] if by == "Table I" else "AdaMixup's code"
                digits = {
                    method: (printed[data.title][name].mean, printed[data.title][name].width)
                    for method, name in LABELS.items()
                    if name in printed[data.title]
                }
                cells = {m: (float(mean), float(width)) for m, (mean, width) in digits.items()}
                found.append(Column(data.title, by, network, cells, digits))
    return found


def _ours(data: ImageSet, runs: Table1) -> Column:
    cells = {}
    for method in runs.methods:
        found = statistics.mean(percent(runs, method))
        cells[method] = (found.value, found.high - found.value)
    digits = {m: (f"{mean:.2f}", f"{width:.2f}") for m, (mean, width) in cells.items()}
    return Column(data.title, "ours", "perceptron", cells, digits)


def notes(stored: Mapping[ImageSet, Table1]) -> list[str]:
    """Say what differs between our columns and the printed ones."""
    said = [
        (
            "Error rates on the test set in percent, ± half of a 95 % interval (Student's t over "
            "runs); the paper does not say the level of its own."
        )
    ]
    for data, runs in stored.items():
        count = runs.curves.shape[1]
        said.append(f"Ours on {data.title}: {described(runs)}, {count} runs.")
    runs_of = ", ".join(f"{count} on {name}" for name, count in RUNS.items())
    said += [
        (
            "What differs: our network has no convolutions and sees the pixels without "
            "augmentation; the paper's are convolutional, as named above. The order of the methods "
            "may be compared with the printed one, the error rates may not."
        ),
        (
            f"The paper's runs: {runs_of}; for CIFAR-100 it does not say. Section V.C compares "
            "with AdaMixup in its authors' code, 10 runs on MNIST and 5 on CIFAR-10."
        ),
        (
            "Our alpha, eps and K are chosen on a part of the training set; the paper chose its "
            "alpha by ablation studies."
        ),
    ]
    return said


def methods(shown: list[Column]) -> list[str]:
    """List the methods that a table has."""
    return [method for method in LABELS if any(method in column.cells for column in shown)]


def _grid(shown: list[Column], plus: str, nothing: str) -> Iterator[list[str]]:
    for method in methods(shown):
        cells = [
            plus.join(column.digits[method]) if method in column.digits else nothing
            for column in shown
        ]
        yield [LABELS[method], *cells]


def markdown(stored: Mapping[ImageSet, Table1]) -> str:
    """Write the table as Markdown."""
    shown = columns(stored)
    heads = [f"{column.title}, {column.by} ({column.network})" for column in shown]
    lines = [
        "| " + " | ".join(["Method", *heads]) + " |",
        "| " + " | ".join(["---", *["---:"] * len(heads)]) + " |",
        *("| " + " | ".join(row) + " |" for row in _grid(shown, " ± ", "")),
    ]
    return "\n".join([*lines, "", *(f"- {note}" for note in notes(stored)), ""])


def latex(stored: Mapping[ImageSet, Table1]) -> str:
    """Write the table as LaTeX, without any package."""
    shown = columns(stored)

    def line(cells: list[str]) -> str:
        return " & ".join(cells) + r" \\"

    caption = " ".join(notes(stored)).replace("%", r"\%").replace("±", r"$\pm$")
    rows = [line(row) for row in _grid(shown, r" $\pm$ ", "--")]
    parts = [
        r"\begin{table*}",
        r"\centering",
        rf"\begin{{tabular}}{{l{'r' * len(shown)}}}",
        r"\hline",
        line(["", *(column.title for column in shown)]),
        line(["", *(column.by for column in shown)]),
        line(["Method", *(column.network for column in shown)]),
        r"\hline",
        *rows,
        r"\hline",
        r"\end{tabular}",
        rf"\caption{{{caption}}}",
        r"\end{table*}",
    ]
    return "\n".join(parts) + "\n"

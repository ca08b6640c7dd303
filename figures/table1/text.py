"""Table I as text: our error rates beside the printed ones, in Markdown and LaTeX."""

from collections.abc import Mapping
from dataclasses import dataclass

from figures.drawing.templates import environment
from figures.table1.stored import LABELS, SETS, ImageSet, described, percent, same
from numerics import statistics
from numerics.experiments.images import Table1
from theory.experiments.table_1 import ADAMIXUP, RUNS, TABLE

PAPER_NETWORKS = {
    "CIFAR-10": "ResNet-18",
    "CIFAR-100": "ResNet-18",
    "Fashion-MNIST": "DenseNet",
    "SVHN": "LeNet",
}
"""Networks in the head of Table I."""


TEMPLATES = environment("figures.table1", {"described": described, "same": same})


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


def write(stored: Mapping[ImageSet, Table1], ending: str) -> str:
    """Write the table as Markdown or, without any package, as LaTeX."""
    shown = columns(stored)
    notes = TEMPLATES.get_template("notes.txt.jinja").render(
        stored=stored, printed=RUNS, labels=LABELS
    )
    return TEMPLATES.get_template(f"table.{ending}.jinja").render(
        columns=shown, methods=methods(shown), labels=LABELS, notes=notes.splitlines()
    )


def methods(shown: list[Column]) -> list[str]:
    """List the methods that a table has."""
    return [method for method in LABELS if any(method in column.cells for column in shown)]

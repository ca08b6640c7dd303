"""``python -m numerics sweep``: the parameter of a graph for two columns in noise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from numerics import signals, tradeoff
from numerics.commands.options import add_file_format, add_out, column, file_format
from numerics.minimise import SPACES

if TYPE_CHECKING:
    import argparse

__all__ = ["DESCRIPTION", "EPILOG", "configure", "run"]

DESCRIPTION = """\
Which graph of Local Mixup suits noisy values y at any inputs x: how many neighbours, which epsilon?

The exact minimiser is computed for many parameters of a graph without self pairs (with them it is y
at the samples, whatever the graph), and its expected squared error is estimated without the truth,
from its exact degrees of freedom. Over all functions (L2) its value at a sample is the mean of its
two one-sided limits there.
"""

EPILOG = """\
examples:
  python -m numerics sweep --data mine.csv --x day --y price --graph knn
  python -m numerics sweep --data mine.csv --graph threshold --parameters 1 2 5 10 --rule LOO
"""

_ROWS = 12  # of the printed table


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    data = parser.add_argument_group("the data")
    data.add_argument("--data", required=True, metavar="FILE.csv", help="text file with columns")
    for name, index in (("x", 0), ("y", 1)):
        data.add_argument(
            f"--{name}",
            type=column,
            default=index,
            metavar="COLUMN",
            help=f"its column {name}: a header or, if all digits, an index (default: {index})",
        )
    add_file_format(parser.add_argument_group("how the file is read"))
    how = parser.add_argument_group("how to choose")
    how.add_argument(
        "--graph", choices=tradeoff.GRAPHS, default="knn", help="(default: %(default)s)"
    )
    how.add_argument(
        "--parameters",
        nargs="+",
        type=float,
        metavar="P",
        help="neighbours, epsilons or alphas (default: some 60)",
    )
    how.add_argument("--space", choices=SPACES, default="L2", help="(default: %(default)s)")
    how.add_argument(
        "--rule", choices=tradeoff.RULES, default="Cp", help="what is made least (default: Cp)"
    )
    how.add_argument(
        "--sigma", type=float, help="standard deviation of the noise (default: estimated)"
    )
    add_out(parser.add_argument_group("what to write"), "write all rows to this file")


def run(arguments: argparse.Namespace) -> str:
    """Choose the parameter for the data of a file."""
    x, y = signals.read_csv(arguments.data, (arguments.x, arguments.y), **file_format(arguments))
    parameters = arguments.parameters
    if parameters is not None and arguments.graph == "knn":
        if not all(value.is_integer() for value in parameters):
            message = f"--parameters takes whole numbers of neighbours, got {parameters}"
            raise ValueError(message)
        parameters = [int(value) for value in parameters]
    result = tradeoff.sweep(
        x,
        y,
        arguments.graph,
        parameters,
        arguments.space,
        arguments.rule,
        sigma=arguments.sigma,
        progress=True,
    )
    order = np.argsort(result.parameter, kind="stable")
    best = int(np.argmax(result.parameter[order] == result.chosen))
    size = order.size
    shown = np.linspace(0, size - 1, min(size, _ROWS)).round().astype(int)
    titles = ("parameter", "bias2", "variance", "degrees", "risk")
    values = (
        "at the samples, the mean of the two limits" if result.space == "L2" else "at the samples"
    )
    known = "estimated" if arguments.sigma is None else "given"
    lines = [
        (
            f"{arguments.data}: n = {result.n}, sigma = {result.sigma:.4g} ({known}), graph "
            f"{result.graph} without self pairs, space {result.space} ({values}), "
            f"rule {result.rule}"
        ),
        "",
        "".join(title.rjust(14) for title in titles),
    ]
    for i in np.unique(np.append(shown, best)):
        row = order[i]
        cells = "".join(f"{getattr(result, title)[row]:.6g}".rjust(14) for title in titles)
        lines.append(cells + ("  <- chosen" if i == best else ""))
    row = order[best]
    lines += [
        "",
        (
            f"Chosen: {result.graph} {result.chosen:g}, with an estimated risk of "
            f"{result.risk[row]:.4g} +- {result.risk_error[row]:.2g}; without mixing it is "
            f"{result.sigma**2:.4g}."
        ),
    ]
    if arguments.out is not None:
        lines.append(f"All {size} rows are in {result.to_csv(arguments.out)}.")
    return "\n".join(lines)

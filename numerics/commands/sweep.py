"""``python -m numerics sweep``: the parameter of a graph for two columns in noise."""

import argparse

import numpy as np

from numerics import signals, tradeoff
from numerics.commands import add_columns, add_file_format, add_out, file_format, spaced, table
from numerics.minimise import SPACES

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


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    add_columns(parser.add_argument_group("the data"))
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
    names = ("parameter", "bias2", "variance", "degrees", "risk", "risk_error")
    order = np.argsort(result.parameter, kind="stable")
    columns = {name: getattr(result, name)[order] for name in names}
    best = int(np.argmax(columns["parameter"] == result.chosen))
    risk, error = columns["risk"][best], columns.pop("risk_error")[best]
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
        *table(columns, sorted({*spaced(order.size), best}), mark={best: "  <- chosen"}),
        "",
        (
            f"Chosen: {result.graph} {result.chosen:g}, with an estimated risk of "
            f"{risk:.4g} +- {error:.2g}; without mixing it is "
            f"{result.sigma**2:.4g}."
        ),
    ]
    if arguments.out is not None:
        lines.append(f"All {order.size} rows are in {result.to_csv(arguments.out)}.")
    return "\n".join(lines)

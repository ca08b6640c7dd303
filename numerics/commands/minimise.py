"""``python -m numerics minimise``: the exact minimiser for two columns of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from numerics import graphs, signals
from numerics.archive import files
from numerics.commands import add_columns, add_file_format, add_out, file_format, spaced, table
from numerics.minimise import SPACES, Line, mixup_1d, printed_1d

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from numerics.graphs import Graph
    from numerics.graphs.bands import Band
    from numerics.minimise import Minimiser
    from numerics.minimise.spaces.curve import Curve
    from numerics.validation import FloatArray

DESCRIPTION = """\
Which function of one variable minimises the Mixup or Local Mixup criterion on your data?

The criterion is the sum over ordered pairs (i, j) of W_ij E |y~ - f(x~)|^2, with x~ and y~ mixed by
lambda ~ Beta(a, b). It is minimised exactly, with no network and no training:

  --space L2          over all functions: straight between the points for the uniform law, with a
                      jump at each point and, if samples are paired with themselves, the value y_i
                      there
  --space continuous  over continuous functions that are straight between the points
  --space linear      over lines
  --space printed     not a minimiser: Eq. (1) of the paper as it is printed
"""

EPILOG = """\
graphs:
  full            all pairs, self pairs included: Mixup (the default)
  knn:N           each sample with its N nearest neighbours, in total
  threshold:E     samples at most E apart
  exponential:A   all pairs, with weight exp(-A distance)
  band:K          samples at most K rows apart in the file, K on each side

examples:
  python -m numerics minimise --data mine.csv --graph knn:5
  python -m numerics minimise --data mine.csv --x day --y price --graph threshold:7 \\
      --space continuous --beta 0.4 0.4 --at 0 100 201 --out f.csv
"""

_MAKERS: dict[str, tuple[Callable[..., Graph | Band], Callable[[str], float]]] = {
    "knn": (graphs.knn, int),
    "threshold": (graphs.threshold, float),
    "exponential": (graphs.exponential, float),
    "band": (graphs.band, int),
}
_GRAPHS = "full, knn:N, threshold:E, exponential:A or band:K"
_MOST = 10**7  # points of --at


def parse_graph(text: str, x: FloatArray, *, self_loops: bool = True) -> Graph | Band | None:
    """Make the graph that a specification names."""
    kind, _, value = text.partition(":")
    if text == "full":
        return None if self_loops else graphs.exponential(x, 0, self_loops=False)
    try:
        make, number = _MAKERS[kind]
        parameter = number(value)
    except (KeyError, ValueError):
        message = f"--graph takes {_GRAPHS}; got {text!r}"
        raise ValueError(message) from None
    try:
        return make(x.size if kind == "band" else x, parameter, self_loops=self_loops)
    except ValueError as error:
        message = f"--graph {text}: {error}"
        raise ValueError(message) from None


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    data = parser.add_argument_group("the data")
    add_columns(data)
    add_file_format(parser.add_argument_group("how the file is read"))
    what = parser.add_argument_group("what to minimise")
    what.add_argument("--graph", default="full", help="which pairs are mixed (see below)")
    what.add_argument(
        "--no-self-pairs", action="store_true", help="do not pair samples with themselves"
    )
    what.add_argument(
        "--beta",
        nargs=2,
        type=float,
        default=(1.0, 1.0),
        metavar=("A", "B"),
        help="parameters of the law of lambda (default: 1 1, uniform)",
    )
    what.add_argument("--space", choices=[*SPACES, "printed"], default="L2", help="default: L2")
    out = parser.add_argument_group("what to write")
    out.add_argument(
        "--at",
        nargs=3,
        type=float,
        metavar=("FIRST", "LAST", "COUNT"),
        help="evaluate at COUNT evenly spaced points instead of at the samples",
    )
    add_out(out, "write all rows to this file", "--csv")


def run(arguments: argparse.Namespace) -> str:
    """Minimise the criterion on the data of a file."""
    x, y = signals.read_csv(arguments.data, (arguments.x, arguments.y), **file_format(arguments))
    W = parse_graph(arguments.graph, x, self_loops=not arguments.no_self_pairs)
    f: Curve | Minimiser | Line
    if arguments.space == "printed":
        f = printed_1d(x, y, W)
    else:
        f = mixup_1d(x, y, W, arguments.beta, arguments.space)
    columns = _columns(f, arguments.at)
    lines = [*_summary(f, arguments), "", *table(columns, spaced(columns["x"].size)), ""]
    if np.isnan(columns["value"]).any():
        lines.append(
            "nan: no segment covers the point, so that the criterion does not determine f."
        )
    if arguments.out is not None:
        path = files.write_csv(arguments.out, columns)
        lines.append(f"All {columns['x'].size} rows are in {path}.")
    return "\n".join(lines).rstrip()


def _summary(f: Curve | Minimiser | Line, arguments: argparse.Namespace) -> list[str]:
    alpha, beta = arguments.beta
    lines = [
        (
            f"{arguments.data}: n = {f.x.size}, graph {arguments.graph}, "
            f"lambda ~ Beta({alpha:g}, {beta:g}), space {arguments.space}"
        )
    ]
    if isinstance(f, Line):
        lines.append(f"f(x) = {float(f.slope):.9g} x + {float(f.intercept):.9g}")
    if arguments.space != "printed":
        least = getattr(f, "criterion", 0.0)
        error = getattr(f, "criterion_error", 0.0)
        stated = f" +- {error:.1g}" if error else ""
        lines.append(f"criterion {least:.9g}{stated} (per ordered pair {least / f.x.size**2:.6g})")
    kind = "mean of the two limits" if arguments.space == "L2" else "values"
    lines.append(
        f"bias2 {f.bias2:.6g}, variance {f.variance:.6g} (Definition IV.1, {kind} at the samples)"
    )
    return lines


def _columns(f: Curve | Minimiser | Line, at: list[float] | None) -> dict[str, FloatArray]:
    if at is not None:
        first, last, count = at
        if not (np.isfinite([first, last]).all() and count.is_integer() and 1 <= count <= _MOST):
            message = (
                f"--at takes two finite numbers and a count up to {_MOST}, got "
                f"{first:g} {last:g} {count:g}"
            )
            raise ValueError(message)
        x = np.linspace(first, last, int(count))
        return {"x": x, "value": f(x)}
    order = np.argsort(f.x, kind="stable")
    columns = {"x": f.x, "y": f.y, "value": f.values, "left": f.left, "right": f.right}
    return {name: values[order] for name, values in columns.items()}

"""``python -m numerics intrusion``: which segments leave their class."""

import argparse
import time
from typing import Any, get_args

import numpy as np

from numerics import datasets, graphs, signals, spirals
from numerics.archive.command_line import command_line
from numerics.archive.files import write_text
from numerics.archive.plain import as_json
from numerics.archive.provenance import versions
from numerics.archive.tables import beside
from numerics.commands import (
    add_file_format,
    add_out,
    add_seed,
    column,
    file_format,
    refuse_file_format,
    spaced,
    table,
)
from numerics.validation import FloatArray, IntArray

DESCRIPTION = """\
Up to which epsilon do the segments of Local Mixup stay in their class?

A segment inside a class leaves it if a sample of another class comes closer to it than every sample
of its own but its two ends: manifold intrusion, measured. The share of these is given for every
epsilon, with the connected components of the thresholded graph, the pairs inside a class and Q(D).
Up to 3000 samples every segment is looked at, beyond a random part of them, with its interval.
"""

EPILOG = """\
examples:
  python -m numerics intrusion --data spirals
  python -m numerics intrusion --data spirals --preset released
  python -m numerics intrusion --data digits --out intrusion.csv
  python -m numerics intrusion --data fashion-mnist --folder images --segments 500
  python -m numerics intrusion --data mine.csv --columns length width --classes species
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    data = parser.add_argument_group("the points")
    data.add_argument(
        "--data",
        default="digits",
        metavar="NAME|FILE.csv",
        help=f"spirals, {', '.join(datasets.NAMES)}, or a text file (default: %(default)s)",
    )
    data.add_argument(
        "--preset",
        choices=get_args(spirals.Preset),
        default="printed",
        help="which spirals (default: %(default)s)",
    )
    data.add_argument("--folder", metavar="DIR", help="where the files of the images are")
    data.add_argument(
        "--columns", nargs="+", type=column, metavar="COLUMN", help="the inputs of a text file"
    )
    data.add_argument(
        "--classes", type=column, metavar="COLUMN", help="its classes, words or whole numbers"
    )
    add_file_format(parser.add_argument_group("how the file is read"))
    how = parser.add_argument_group("what to look at")
    how.add_argument("--segments", type=int, metavar="N", help="so many segments, at random")
    how.add_argument(
        "--rate", type=float, default=0.05, help="of the rule 'rate' (default: %(default)s)"
    )
    add_seed(how, "of what is drawn")
    add_out(
        how,
        "write the curve to this file, and what it came from to the same name with .json",
        beside=True,
    )


def run(arguments: argparse.Namespace) -> str:
    """Measure intrusion."""
    about = None if arguments.out is None else beside(arguments.out)
    X, labels = _points(arguments)
    began = time.perf_counter()
    result = graphs.intrusion(
        X, labels, segments=arguments.segments, rng=arguments.seed, progress=True
    )
    looked = result.lengths.size
    columns: dict[str, Any] = {
        name: getattr(result, name)
        for name in ("epsilon", "share", "lower", "upper", "within", "components")
    }
    columns["Q"] = result.Q(result.epsilon)
    lines = [
        (
            f"{arguments.data}: n = {result.n}, {looked} of {result.segments} segments inside a "
            f"class; distances of {result.points} samples"
        ),
        f"quartiles of the distances: {', '.join(f'{each:.4g}' for each in result.quartiles)}",
        "",
        *table(columns, spaced(result.epsilon.size), "12.4g"),
        "",
    ]
    chosen = {rule: result.choose(rule, arguments.rate) for rule in graphs.EPSILON_RULES}
    for rule, eps in chosen.items():
        share = float(result.at(eps))
        shown = "no segment" if np.isnan(share) else f"{100 * share:.3g} % of the segments leave"
        name = f"{rule} {arguments.rate:g}" if rule == "rate" else rule
        lines.append(f"{name:14} epsilon = {eps:.4g}: {shown}, Q = {result.Q(eps):.4g}")
    if about is not None:
        made = {
            "data": arguments.data,
            "n": result.n,
            "looked": looked,
            "segments": result.segments,
            "points": result.points,
            "quartiles": result.quartiles.tolist(),
            "rate": arguments.rate,
            "chosen": chosen,
            "command": _command(arguments),
            "seconds": round(time.perf_counter() - began, 1),
            "versions": versions("numpy"),
        }
        write_text(about, as_json(made))
        lines.append(f"All {result.epsilon.size} rows are in {result.to_csv(arguments.out)}.")
    return "\n".join(lines)


def _command(arguments: argparse.Namespace) -> str:
    """Return the command that makes the curve again."""
    read = file_format(arguments) if arguments.columns else {}
    if read and read["header"] is None:
        read["header"] = "none"
    return command_line(
        "intrusion",
        data=arguments.data,
        preset=arguments.preset if arguments.data == "spirals" else None,
        columns=arguments.columns,
        classes=arguments.classes,
        **read,
        segments=arguments.segments,
        rate=arguments.rate,
        seed=arguments.seed,
        out=arguments.out,
    )


def _points(arguments: argparse.Namespace) -> tuple[FloatArray, IntArray]:
    name = arguments.data
    known = ("spirals", *datasets.NAMES)
    if name in known and (arguments.columns or arguments.classes is not None):
        message = f"--columns and --classes are for a file, got --data {name}"
        raise ValueError(message)
    if name in known:
        refuse_file_format(arguments, "a file")
    if name == "spirals":
        made = spirals.make(preset=arguments.preset, rng=arguments.seed)
        return made.X_train, made.labels_train
    if name in datasets.NAMES:
        images = datasets.load(name, arguments.folder)
        return np.asarray(images.flat(), np.float64), images.labels_train
    if arguments.columns is None or arguments.classes is None:
        message = (
            f"--data must be one of {', '.join(known)}, or a file with --columns, the inputs, and "
            f"--classes; got {name}"
        )
        raise ValueError(message)
    *inputs, classes = signals.read_csv(
        name, arguments.columns, classes=arguments.classes, **file_format(arguments)
    )
    if (broken := classes[classes != np.rint(classes)]).size:
        message = f"--classes takes words or whole numbers, got {broken[0]:g}"
        raise ValueError(message)
    return np.column_stack(inputs), classes.astype(np.int64)

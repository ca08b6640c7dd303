"""``python -m numerics tradeoff``: bias, variance and the best K for a signal."""

import argparse
import re

import numpy as np

from numerics import signals, tradeoff
from numerics.commands import (
    SEED,
    Renamed,
    add_file_format,
    add_out,
    column,
    file_format,
    refuse_file_format,
)
from numerics.lattice.readings import READINGS
from numerics.validation import FloatArray, IntArray

DESCRIPTION = """\
How much does Local Mixup with K neighbours on each side smooth a signal, and which K is best?

Without --sigma, bias2 and variance are those of the paper's Definition IV.1: the training error
mean (f_K - y)^2 and the spread mean (f_K - mean f_K)^2 of the fitted function. They trade off for
every signal, and neither says which K is best.

A record that is noisy itself, with no truth at hand, is for 'choose'.

With --sigma S the signal is taken as the noise-free truth, observed with white noise of standard
deviation S. Then bias2 and variance are the statistical ones, risk is their sum, the expected
squared error of f_K, and the K of least risk is printed beside its asymptotic formula.

The signal is one period; its end is joined to its beginning.
"""

EPILOG = """\
examples:
  python -m numerics tradeoff --make sine --n 4096 --K 1:400 --sigma 1
  python -m numerics tradeoff --data mine.csv --column volts --K 1:100 --sigma 0.2 --out risk.csv
"""

TRAINING = """\
bias2 is the training error mean (f_K - y)^2, and variance the spread of f_K over the points
(Definition IV.1). As K grows they tend to the variance of y and to 0. Which K is best depends on
the noise in y: say how much there is with --sigma.
"""

STATISTICAL = """\
The signal is taken as noise-free, and observed with white noise of standard deviation sigma.
bias2 is the squared error of the mean of f_K, variance that of f_K around its mean, and risk their
sum: the expected squared error of f_K.
"""

_MOST = 10**7  # numbers of neighbours in one specification
_ROWS = 12  # of the printed table

_FIELD = re.compile(r"(\d+)(?::(\d+)(?::(\d+))?)?", re.ASCII)


def parse_K(text: str) -> IntArray:
    """Parse a specification of numbers of neighbours."""
    parts: list[IntArray] = []
    for field in text.split(","):
        match = _FIELD.fullmatch(field.strip())
        if match is None or max(map(len, field.split(":"))) > 16:
            message = (
                f"--K takes numbers and ranges such as 3, 1:400, 1:400:5 or 1,2,5; got {text!r}"
            )
            raise ValueError(message)
        first = int(match[1])
        last = first if match[2] is None else int(match[2])
        step = 1 if match[3] is None else int(match[3])
        if last < first or step < 1:
            message = f"--K: the range {field.strip()!r} is empty"
            raise ValueError(message)
        if (last - first) // step >= _MOST:
            message = f"--K: the range {field.strip()!r} holds more than {_MOST} numbers"
            raise ValueError(message)
        parts.append(np.arange(first, last + 1, step))
    return np.concatenate(parts)


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    source = parser.add_argument_group("the signal")
    data = source.add_argument(
        "--data", metavar="FILE.csv", help="text file with one value per line, or columns"
    )
    source.add_argument("--signal", action=Renamed, new=data)
    source.add_argument(
        "--column", type=column, help="its column: a header or, if all digits, an index from 0"
    )
    source.add_argument(
        "--make",
        choices=signals.SHAPES,
        help="without --data, make this one (default: sine, with three periods)",
    )
    source.add_argument("--n", type=int, help="points of the made signal (default: 256)")
    source.add_argument(
        "--seed", type=SEED, help="seed of a random one, bridge or white (default: 0)"
    )
    add_file_format(parser.add_argument_group("how the file is read"))
    what = parser.add_argument_group("what to compute")
    what.add_argument(
        "--K",
        default="1:100",
        metavar="SPEC",
        help="neighbours on each side: 3, 1:400, 1:400:5 or 1,2,5 (default: %(default)s)",
    )
    what.add_argument(
        "--reading",
        choices=READINGS,
        default="counting",
        help="which minimiser f_K is (default: %(default)s, Eq. (3) and (4) as printed)",
    )
    what.add_argument(
        "--sigma", type=float, help="standard deviation of the noise, in units of the signal"
    )
    add_out(what, "write the numbers for every K to this file", "--csv")


def run(arguments: argparse.Namespace) -> str:
    """Compute the trade-off of a signal."""
    K = parse_K(arguments.K)
    signal, origin = _signal(arguments)
    reading = arguments.reading
    result: tradeoff.Tradeoff | tradeoff.NoisyRisk
    if arguments.sigma is None:
        result = tradeoff.periodic(signal, K, reading, progress=True)
        lines = _explained(result, origin)
    else:
        result = tradeoff.noisy(signal, arguments.sigma, K, reading, progress=True)
        lines = _explained_risk(result, origin)
    if arguments.out is not None:
        path = result.to_csv(arguments.out)
        lines.append(f"All {K.size} rows are in {path}.")
    return "\n".join(lines)


def _signal(arguments: argparse.Namespace) -> tuple[FloatArray, str]:
    if arguments.data is None:
        if arguments.column is not None:
            message = "--column goes with --data"
            raise ValueError(message)
        refuse_file_format(arguments, "--data")
        shape = arguments.make or "sine"
        n = 256 if arguments.n is None else arguments.n
        seed = 0 if arguments.seed is None else arguments.seed
        return signals.make(n, shape, rng=seed), f"signal {shape!r}"
    for option in ("make", "n", "seed"):
        if getattr(arguments, option) is not None:
            message = f"--{option} makes a signal, and --data reads one: give one of them"
            raise ValueError(message)
    values = signals.read_csv(arguments.data, arguments.column, **file_format(arguments))
    return values, arguments.data


def _explained(result: tradeoff.Tradeoff, origin: str) -> list[str]:
    return [
        f"{origin}: n = {result.n}, variance {result.spread:.6g}, reading {result.reading!r}",
        "",
        *table(result.K, {"bias2": result.bias2, "variance": result.variance}),
        "",
        *TRAINING.splitlines(),
    ]


def _explained_risk(result: tradeoff.NoisyRisk, origin: str) -> list[str]:
    columns = {"bias2": result.bias2, "variance": result.variance, "risk": result.risk}
    at_best = float(result.risk[result.best_K == result.K][0])
    lines = [
        f"{origin}: n = {result.n}, sigma = {result.sigma:g}, reading {result.reading!r}",
        "",
        *table(result.K, columns, result.best_K),
        "",
        *STATISTICAL.splitlines(),
        f"Least risk among these K: {at_best:.6g} at K = {result.best_K}.",
        _asymptotic_line(result),
    ]
    if result.K.size > 1 and result.best_K == result.K.max():
        lines.append("This is the largest K asked for: the risk may fall further beyond it.")
    return lines


def _asymptotic_line(result: tradeoff.NoisyRisk) -> str:
    if result.sigma == 0:
        return "Without noise, vanilla training has no error at all."
    if not np.isfinite(result.K_asymptotic):
        return "The signal is constant: the larger K, the better."
    return (
        f"Asymptotic formula for a smooth signal: K = {result.K_asymptotic:.1f}, "
        f"risk {result.risk_asymptotic:.6g}."
    )


def table(K: IntArray, columns: dict[str, FloatArray], best: int | None = None) -> list[str]:
    """Return some rows, evenly spaced in log K, with the first, the last and the best one."""
    distinct, where = np.unique(K, return_index=True)
    steps = np.geomspace(max(int(distinct[0]), 1), max(int(distinct[-1]), 1), _ROWS)
    shown = np.searchsorted(distinct, steps).clip(0, distinct.size - 1)
    if distinct.size <= _ROWS:
        shown = np.arange(distinct.size)
    elif best is not None:
        shown = np.append(shown, np.searchsorted(distinct, best))
    lines = ["".join(["K".rjust(9), *(title.rjust(14) for title in columns)])]
    for i in np.unique(np.append(shown, [0, distinct.size - 1])):
        cells = (f"{values[where[i]]:.6g}".rjust(14) for values in columns.values())
        mark = "  <- least risk" if distinct[i] == best else ""
        lines.append(f"{distinct[i]:>9}" + "".join(cells) + mark)
    return lines

"""``python -m numerics choose``: the best K for a record in noise."""

import argparse

import numpy as np

from numerics import signals, tradeoff
from numerics.archive import files
from numerics.commands import add_file_format, add_out, column, file_format
from numerics.commands.tradeoff import parse_K, table
from numerics.lattice.readings import READINGS
from numerics.tradeoff.boundaries import BOUNDARIES
from numerics.visible import as_options

DESCRIPTION = """\
With how many neighbours should a noisy record be mixed, if nothing but the record is known?

The record is a signal and white noise. Its expected squared error with K neighbours on each side is
estimated for every K, without the truth (Mallows' C_p), and the K of least risk is chosen. The
standard deviation of the noise is estimated from third differences, or given with --sigma.

What speaks against the choice is said: ends that do not meet, noise that is not white.
"""

EPILOG = """\
examples:
  python -m numerics choose --data mine.csv --column volts
  python -m numerics choose --data mine.csv --boundary reflect --sigma 0.2 --out risk.csv
  python -m figures draw choice --data mine.csv --column volts
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    data = parser.add_argument_group("the record")
    data.add_argument(
        "--data", required=True, metavar="FILE.csv", help="text file with a column of numbers"
    )
    data.add_argument(
        "--column", type=column, help="its column: a header or, if all digits, an index from 0"
    )
    add_file_format(parser.add_argument_group("how the file is read"))
    how = parser.add_argument_group("how to choose")
    how.add_argument(
        "--sigma", type=float, help="standard deviation of the noise (default: estimated)"
    )
    how.add_argument(
        "--K", metavar="SPEC", help="neighbours to try: 1:400, 1,2,5 (default: up to the length)"
    )
    how.add_argument(
        "--reading", choices=READINGS, default="counting", help="which minimiser f_K is"
    )
    how.add_argument(
        "--boundary",
        choices=BOUNDARIES,
        default="periodic",
        help="the ends are joined (periodic), mirrored (reflect) or left open (line)",
    )
    how.add_argument(
        "--rule", choices=tradeoff.RULES, default="Cp", help="what is made least (default: Cp)"
    )
    out = parser.add_argument_group("what to write")
    add_out(out, "write the numbers for every K to this file")
    out.add_argument(
        "--smoothed", metavar="FILE.csv", help="write f_K and its standard error to this file"
    )


def run(arguments: argparse.Namespace) -> str:
    """Choose K for the record of a file."""
    record = signals.read_csv(arguments.data, arguments.column, **file_format(arguments))
    result = tradeoff.choose(
        record,
        arguments.sigma,
        None if arguments.K is None else parse_K(arguments.K),
        arguments.reading,
        arguments.boundary,
        arguments.rule,
        progress=True,
    )
    at = int(np.flatnonzero(result.chosen_K == result.K)[0])
    columns = {"bias2": result.bias2, "degrees": result.degrees, "risk": result.risk}
    known = "estimated" if result.sigma_estimated else "given"
    lines = [
        (
            f"{arguments.data}: n = {result.n}, sigma = {result.sigma:.4g} ({known}), reading "
            f"{result.reading!r}, boundary {result.boundary!r}, rule {result.rule}"
        ),
        "",
        *table(result.K, columns, result.chosen_K),
        "",
        (
            f"Chosen: K = {result.chosen_K}, with an estimated risk of {result.risk[at]:.4g} +- "
            f"{result.risk_error[at]:.2g}; without mixing it is {result.sigma**2:.4g}."
        ),
        *(as_options(note, vars(arguments)) for note in result.notes),
    ]
    if arguments.out is not None:
        lines.append(f"All {result.K.size} rows are in {result.to_csv(arguments.out)}.")
    if arguments.smoothed is not None:
        columns = {
            "record": record,
            "smoothed": result.smoothed,
            "standard_error": result.standard_error,
        }
        path = files.write_csv(arguments.smoothed, columns)
        lines.append(f"The smoothed record is in {path}.")
    return "\n".join(lines)

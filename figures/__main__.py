"""The door of the floor: ``python -m figures [NAME ...]``."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tqdm import tqdm

from figures.catalogue import FIGURES
from figures.claims import LEDGER
from figures.ledger import PAGE, render
from figures.measured import MeasuredClaim
from figures.options import SEED, Options
from figures.recheck import recheck_all
from figures.save import save
from figures.stored import DATA, MissingRunsError
from numerics import signals
from numerics.commands.tradeoff import parse_K
from numerics.files import write_text
from numerics.readings import READINGS
from theory import Result, Verdict
from theory.__main__ import details
from theory.verify import in_order, summary, verify

if TYPE_CHECKING:
    from collections.abc import Sequence

LEDGER_NAME = "ledger"
RECHECK_NAME = "recheck"
MEASURED = [key for key, claim in LEDGER.items() if isinstance(claim, MeasuredClaim)]

EPILOG = """\
figures: {figures}
measured claims: {claims}

examples:
  python -m figures                                  everything: draw, ledger, recheck
  python -m figures fig2 bounds                      two figures
  python -m figures ledger                           verify every claim and write paper_checks.md
  python -m figures recheck                          train a few of the stored runs again
  python -m figures Fig3-minimum                     what the stored runs say of one claim
  python -m figures fig3 --data mine                 Figure 3 of your own runs
  python -m figures fig4 fig4-images --from mine.csv Q(D) of images of your own
  python -m figures tradeoff --signal mine.csv       the trade-off of a signal of your own
  python -m figures risk --signal mine.csv --sigma 0.2 --reading density

Each figure is written as PDF and PNG, with the plotted data as CSV beside it.
"""


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line.

    Returns
    -------
    argparse.ArgumentParser
        With its help.
    """
    parser = argparse.ArgumentParser(
        prog="python -m figures",
        description="Draw the figures and render the ledger page paper_checks.md.",
        epilog=EPILOG.format(figures=", ".join(FIGURES), claims=", ".join(MEASURED)),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help=f"figures, measured claims, {LEDGER_NAME!r}, {RECHECK_NAME!r}, or 'draw' for all "
        "figures (default: everything; what needs runs that are not stored is named and left out)",
    )
    parser.add_argument("--out", default="out", metavar="DIR", help="folder (default: out)")
    parser.add_argument(
        "--page", default=PAGE, metavar="FILE", help="where the ledger goes (default: %(default)s)"
    )
    parser.add_argument(
        "--jobs",
        type=int,
        default=2,
        metavar="N",
        help="processes for the ledger and for training (default: 2)",
    )
    parser.add_argument(
        "--data",
        type=Path,
        default=DATA,
        metavar="DIR",
        help="stored runs of the spirals, for fig3, boundaries, ablation and recheck (default: "
        "those kept with this package, of which the ledger and the measured claims always speak)",
    )
    parser.add_argument(
        "--from",
        type=Path,
        nargs="+",
        default=[],
        dest="curves",
        metavar="FILE.csv",
        help="curves of Q(D) that 'python -m numerics lipschitz --csv' wrote, for fig4 and "
        "fig4-images (default: the digits, and those in the folder of --data)",
    )
    own = parser.add_argument_group("a signal of your own, for tradeoff and risk")
    own.add_argument("--signal", metavar="FILE.csv", help="text file with a column of numbers")
    own.add_argument("--column", help="its column: a header or, if all digits, an index from 0")
    own.add_argument("--K", metavar="SPEC", help="neighbours on each side: 1:400, 1,2,5, ...")
    own.add_argument("--sigma", type=float, help="standard deviation of the noise (risk)")
    own.add_argument(
        "--reading", choices=READINGS, default="counting", help="the reading (risk; %(default)s)"
    )
    own.add_argument("--seed", type=int, default=SEED, help="seed of the drawn noise (risk)")
    return parser


def chosen(options: argparse.Namespace) -> Options:
    """Return the choices for the figures that show a signal.

    Parameters
    ----------
    options : argparse.Namespace
        The parsed arguments.

    Returns
    -------
    Options
        With the signal read from its file.

    Raises
    ------
    ValueError
        If the file or an argument does not make sense.
    OSError
        If the file cannot be read.
    """
    K = None if options.K is None else parse_K(options.K)
    if options.signal is None:
        if options.column is not None:
            message = "--column goes with --signal"
            raise ValueError(message)
        return Options(
            sigma=options.sigma,
            K=K,
            reading=options.reading,
            seed=options.seed,
            data=options.data,
            curves=tuple(options.curves),
        )
    column = options.column
    if column is not None and column.isdecimal():
        column = int(column)
    return Options(
        signal=signals.read_csv(options.signal, column),
        label=Path(options.signal).stem,
        sigma=options.sigma,
        K=K,
        reading=options.reading,
        seed=options.seed,
        data=options.data,
        curves=tuple(options.curves),
    )


def verify_all(jobs: int) -> list[Result]:
    """Recompute the evidence of every claim, with a progress bar.

    Parameters
    ----------
    jobs : int
        Number of processes.

    Returns
    -------
    list of Result
        In the order of the ledger.
    """
    results = []
    with tqdm(total=len(LEDGER), unit="claim", desc="verify", disable=None) as progress:
        for result in verify(list(LEDGER), jobs=jobs, ledger=LEDGER):
            results.append(result)
            progress.set_postfix_str(result.claim.id)
            progress.update()
    return in_order(results, LEDGER)


def report(results: Sequence[Result]) -> str:
    """Return what was found, for the end of a run.

    Parameters
    ----------
    results : sequence of Result
        The results.

    Returns
    -------
    str
        The claims by verdict, then one line that sums up.
    """
    lines = []
    for verdict in Verdict:
        claims = [result.claim for result in results if result.verdict is verdict]
        if claims:
            lines.append(f"{verdict}:")
            lines += [f"  {claim.id:16} {claim.title}: {claim.result}" for claim in claims]
    for result in results:
        if not result.agrees:
            found = result.error or f"found {result.verdict}, recorded as {result.claim.verdict}"
            lines.append(f"NOT AS RECORDED: {result.claim.id}: {found}")
    return "\n".join([*lines, "", summary(results)])


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments : sequence of str, optional
        Arguments without the program's name; those of the process if not given.

    Returns
    -------
    int
        The exit status: 0, or 1 if a recomputed verdict differs from the recorded one, or runs that
        are trained again from the stored ones.
    """
    parser = build_parser()
    options = parser.parse_args(arguments)
    known = [*FIGURES, *MEASURED, "draw", LEDGER_NAME, RECHECK_NAME]
    unknown = [name for name in options.names if name not in known]
    if unknown:
        parser.error(f"no figure {', '.join(unknown)}; there are: {', '.join(known)}")
    if options.jobs < 1:
        parser.error(f"--jobs must be at least 1; got {options.jobs}")
    claims = [key for key in MEASURED if key in options.names]
    if claims and options.data != DATA:
        parser.error(f"--data is not for {', '.join(claims)}: claims are about the package's runs")
    names = options.names or ["draw", LEDGER_NAME, RECHECK_NAME]
    figures = list(FIGURES) if "draw" in names else [name for name in FIGURES if name in names]
    started = time.perf_counter()
    try:
        choices = chosen(options)
        with tqdm(figures, unit="figure", desc="draw", disable=None) as progress:
            for name in progress:
                progress.set_postfix_str(name)
                try:
                    drawing = FIGURES[name](choices)
                except MissingRunsError as missing:
                    if name in options.names:
                        raise
                    progress.write(f"left out: {missing}", file=sys.stdout)
                    continue
                paths = save(drawing, name, options.out)
                progress.write("  ".join(map(str, paths)), file=sys.stdout)
        for result in verify(claims, ledger=LEDGER):
            print(f"{result.claim.id}  {result.verdict}  {result.claim.title}")
            print(details(result))
        if LEDGER_NAME in names:
            results = verify_all(options.jobs)
            print(report(results))
            if not all(result.agrees for result in results):
                return 1
            write_text(options.page, render(results))
            print(f"{options.page} written")
        if RECHECK_NAME in names:
            try:
                rechecks = recheck_all(options.data, jobs=options.jobs)
            except MissingRunsError as missing:
                if RECHECK_NAME in options.names:
                    raise
                print(f"left out: {missing}")
                rechecks = []
            for recheck in rechecks:
                print(recheck)
            if not all(recheck.passes for recheck in rechecks):
                return 1
    except (ValueError, OSError) as error:
        parser.exit(2, f"{parser.prog}: {error}\n")
    print(f"{time.perf_counter() - started:.0f} s in all")
    return 0


if __name__ == "__main__":
    sys.exit(main())

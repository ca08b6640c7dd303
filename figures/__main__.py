"""The door of the floor: ``python -m figures [NAME ...]``."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tqdm import tqdm

from figures.catalogue import FIGURES
from figures.drawing.options import SEED, Options
from figures.drawing.save import save
from figures.ledger import LEDGER
from figures.ledger.page import PAGE, render
from figures.measured import MeasuredClaim
from figures.report import Gallery
from figures.report import render as render_report
from figures.report.sliders import regions
from figures.spirals.recheck import recheck_all
from figures.spirals.stored import DATA, MissingRunsError
from figures.table1.dataset_sizes import write as write_facts
from figures.table1.recheck import recheck_digits
from numerics import signals
from numerics.archive.files import check_folder, check_target, write_text
from numerics.commands.tradeoff import parse_K
from numerics.lattice.readings import READINGS
from theory import Result, Verdict
from theory.__main__ import Parser, details, guarded, one_line
from theory.proofs.verify import in_order, summary, verify

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from figures.spirals.recheck import Recheck
    from figures.table1.recheck import Retrained

LEDGER_NAME = "ledger"
RECHECKS: dict[str, Callable[..., Sequence[Recheck | Retrained]]] = {
    "recheck": recheck_all,
    "recheck-digits": recheck_digits,
}
"""What trains stored runs again."""

FACTS_NAME = "image-sets"
REPORT_NAME = "report"
MEASURED = [key for key, claim in LEDGER.items() if isinstance(claim, MeasuredClaim)]

EPILOG = """\
figures: {figures}
measured claims: {claims}

examples:
  python -m figures                                  everything: draw, ledger, recheck
  python -m figures fig2 bounds                      two figures
  python -m figures ledger                           verify every claim and write paper_checks.md
  python -m figures recheck recheck-digits           train a few of the stored runs again
  python -m figures report                           verify every claim and write out/report.html
  python -m figures Fig3-minimum                     what the stored runs say of one claim
  python -m figures fig3 --data mine                 Figure 3 of your own runs
  python -m figures table1 training-curves           Table I's question on images, with tables
  python -m figures fig4 fig4-images --from mine.csv Q(D) of images of your own
  python -m figures tradeoff --signal mine.csv       the trade-off of a signal of your own
  python -m figures risk --signal mine.csv --sigma 0.2 --reading density

Each figure is written as PDF and PNG, with the plotted data as CSV beside it; table1 as Markdown
and LaTeX too. 'python -m figures image-sets' counts the images of Fashion-MNIST and SVHN again, for
claim V.C-datasets, and 'python -m figures regions' trains the networks again whose decision regions
the report shows.

The exit status is 0 if every verdict is the recorded one and the networks trained again agree, 1 if
not, 2 for a wrong call and for output that cannot be written, 130 after Ctrl-C, 141 if nobody reads
the output any more.
"""


def build_parser() -> Parser:
    """Return the parser of the command line."""
    parser = Parser(
        prog="python -m figures",
        description="Draw the figures and render the ledger page paper_checks.md.",
        epilog=EPILOG.format(figures=", ".join(FIGURES), claims=", ".join(MEASURED)),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help=f"figures, measured claims, {LEDGER_NAME!r}, {', '.join(map(repr, RECHECKS))}, "
        f"{REPORT_NAME!r}, {FACTS_NAME!r}, {regions.NAME!r}, or 'draw' for all figures (default: "
        f"everything but {FACTS_NAME!r} and {regions.NAME!r}; what needs runs that are not stored "
        "is named and left out)",
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
        help="stored runs, for fig3, boundaries, ablation, table1, training-curves, recheck and "
        "recheck-digits (default: "
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
    parser.add_argument(
        "--folder",
        type=Path,
        metavar="DIR",
        help=f"files of Fashion-MNIST or SVHN, for {FACTS_NAME}",
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
    """Return the choices for the figures that show a signal."""
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
    """Recompute the evidence of every claim, with a progress bar."""
    results = []
    with tqdm(total=len(LEDGER), unit="claim", desc="verify", disable=None) as progress:
        for result in verify(list(LEDGER), jobs=jobs, ledger=LEDGER):
            results.append(result)
            progress.set_postfix_str(result.claim.id)
            progress.update()
    return in_order(results, LEDGER)


def report(results: Sequence[Result]) -> str:
    """Return what was found, for the end of a run."""
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
    """Run the command line."""
    parser = build_parser()
    options = parser.parse_args(arguments)
    own = ["draw", LEDGER_NAME, *RECHECKS, REPORT_NAME, FACTS_NAME, regions.NAME]
    known = [*FIGURES, *MEASURED, *own]
    unknown = [name for name in options.names if name not in known]
    if unknown:
        parser.error(f"no figure {', '.join(unknown)}; there are: {', '.join(known)}")
    if options.jobs < 1:
        parser.error(f"--jobs must be at least 1; got {options.jobs}")
    claims = [key for key in MEASURED if key in options.names]
    if claims and options.data != DATA:
        parser.error(f"--data is not for {', '.join(claims)}: claims are about the package's runs")
    if options.folder is not None and FACTS_NAME not in options.names:
        parser.error(f"--folder goes with {FACTS_NAME}")
    names = options.names or ["draw", LEDGER_NAME, *RECHECKS, REPORT_NAME]
    figures = list(FIGURES) if "draw" in names else [name for name in FIGURES if name in names]
    started = time.perf_counter()
    try:
        # Before the work, not after it.
        if figures or REPORT_NAME in names:
            check_folder(options.out)
        if LEDGER_NAME in names:
            check_target(options.page)
        if FACTS_NAME in names or regions.NAME in names:
            check_folder(options.data)
        if FACTS_NAME in names:
            path, missing_sets = write_facts(options.data, options.folder)
            print("\n".join([f"{path} written", *(f"left out: {each}" for each in missing_sets)]))
        if regions.NAME in names:
            print(f"{regions.make(options.data)} written")
        choices = chosen(options)
        gallery = Gallery()
        with tqdm(figures, unit="figure", desc="draw", disable=None) as progress:
            for name in progress:
                progress.set_postfix_str(name)
                try:
                    drawing = FIGURES[name](choices)
                except MissingRunsError as missing:
                    if name in options.names:
                        raise
                    progress.write(f"left out: {missing}", file=sys.stdout)
                    gallery.missing[name] = str(missing)
                    continue
                gallery.drawings[name] = drawing
                paths = save(drawing, name, options.out)
                progress.write("  ".join(map(str, paths)), file=sys.stdout)
        for result in verify(claims, ledger=LEDGER):
            print(f"{result.claim.id}  {result.verdict}  {result.claim.title}")
            print(details(result))
        results = []
        if LEDGER_NAME in names or REPORT_NAME in names:
            results = verify_all(options.jobs)
            print(report(results))
            if not all(result.agrees for result in results):
                return 1
        if LEDGER_NAME in names:
            write_text(options.page, render(results))
            print(f"{options.page} written")
        failed, said = False, list[str]()
        for name, train_again in RECHECKS.items():
            if name in names:
                try:
                    rechecks = train_again(options.data, jobs=options.jobs)
                except MissingRunsError as missing:
                    if name in options.names:
                        raise
                    print(f"left out: {missing}")
                    rechecks = []
                said += map(str, rechecks)
                for recheck in rechecks:
                    print(recheck)
                failed = failed or not all(recheck.passes for recheck in rechecks)
        if failed:
            return 1
        if REPORT_NAME in names:
            path = Path(options.out) / f"{REPORT_NAME}.html"
            path.parent.mkdir(parents=True, exist_ok=True)
            write_text(path, render_report(results, choices, gallery, rechecks=said))
            print(f"{path} written")
    except BrokenPipeError:
        raise
    except (ValueError, OSError) as error:
        parser.exit(2, f"{parser.prog}: {one_line(error)}\n")
    print(f"{time.perf_counter() - started:.0f} s in all")
    return 0


if __name__ == "__main__":
    sys.exit(guarded("python -m figures", main))

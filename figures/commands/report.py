"""``python -m figures report``: everything on one page."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from figures.catalogue import Gallery
from figures.commands import Lines
from figures.commands.ledger import report, verify_all
from figures.commands.options import add_data, add_jobs, chosen
from figures.drawing.options import Options
from figures.report import render
from numerics.archive.files import write_text
from theory import Result

FILE = "report.html"

DESCRIPTION = """\
Verify every claim, draw every figure, and write one page with all of it and with sliders to move K
and epsilon. It needs no network. If a verdict is not the recorded one, nothing is written.
"""

EPILOG = """\
examples:
  python -m figures report
  python -m figures report --data signal.csv --out mine.html
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument(
        "--out",
        default=f"out/{FILE}",
        metavar="FILE.html",
        help=f"the page, or a folder for {FILE} (default: %(default)s)",
    )
    add_data(parser)
    add_jobs(parser)


def run(options: argparse.Namespace) -> Lines:
    """Verify the claims and write the page."""
    choices = chosen(options)
    results = verify_all(options.jobs)
    yield report(results)
    if not all(result.agrees for result in results):
        return False
    yield write(results, choices, options.out)
    return True


def write(
    results: Sequence[Result],
    options: Options,
    out: str,
    gallery: Gallery | None = None,
    rechecks: Sequence[str] = (),
) -> str:
    """Write the page, and say so."""
    path = Path(out) if out.endswith(".html") else Path(out) / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    return f"{write_text(path, render(results, options, gallery, rechecks=rechecks))} written"

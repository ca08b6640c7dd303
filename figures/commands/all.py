"""``python -m figures``: everything, with the claims verified and the figures drawn once."""

import argparse

from figures.catalogue import FIGURES, Gallery
from figures.commands import Lines, ledger, recheck, report
from figures.commands.draw import draw
from figures.commands.options import add_data, add_folder, add_jobs, chosen
from figures.ledger.page import PAGE

DESCRIPTION = """\
Draw every figure, verify every claim and write the ledger's page, train a few of the stored runs
again, and write the report. What needs runs that are not stored is named and left out.
"""

EPILOG = """\
examples:
  python -m figures
  python -m figures --jobs 4 --out elsewhere
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    add_folder(parser)
    parser.add_argument(
        "--page",
        default=PAGE,
        metavar="FILE",
        help="where the ledger goes (default: %(default)s)",
    )
    add_data(parser)
    add_jobs(parser)


def run(options: argparse.Namespace) -> Lines:
    """Do everything."""
    choices, gallery = chosen(options), Gallery()
    yield from draw(list(FIGURES), choices, options.out, gallery)
    results = ledger.verify_all(options.jobs)
    yield ledger.report(results)
    if not all(result.agrees for result in results):
        return False
    yield ledger.write(results, options.page)
    retrained = yield from recheck.again(recheck.RECHECKS, choices.data, options.jobs)
    if not all(each.passes for each in retrained):
        return False
    said = list(map(str, retrained))
    yield report.write(results, choices, options.out, gallery, said)
    return True

"""``python -m figures claims``: what single claims rest on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from figures.ledger import LEDGER
from figures.measured import MeasuredClaim
from numerics.commands.options import one_of
from theory.__main__ import details
from theory.proofs.verify import verify

if TYPE_CHECKING:
    import argparse

    from figures.commands import Lines

MEASURED = [key for key, claim in LEDGER.items() if isinstance(claim, MeasuredClaim)]

DESCRIPTION = f"""\
Recompute what claims rest on: those that an experiment decides, or those that are named.

Measured claims: {", ".join(MEASURED)}.

The others, which are proved or refuted, are listed by 'python -m theory --list'.
"""

EPILOG = """\
examples:
  python -m figures claims                            every measured claim, in one line
  python -m figures claims Fig3-minimum Table1-svhn   with all numbers
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument(
        "ids", nargs="*", type=one_of(LEDGER, "claim"), metavar="CLAIM", help="ids of claims"
    )


def run(options: argparse.Namespace) -> Lines:
    """Recompute the evidence."""
    passed = True
    for result in verify(options.ids or MEASURED, ledger=LEDGER):
        yield f"{result.claim.id}  {result.verdict or 'ERROR'}  {result.claim.title}"
        if result.error:
            yield f"  {result.error}"
        elif options.ids:
            yield details(result)
        passed = passed and result.agrees
    return passed

"""``python -m figures claims``: what single claims rest on."""

import argparse
from textwrap import fill

from figures.commands import Lines
from figures.ledger import LEDGER
from figures.measured import MeasuredClaim
from numerics.commands import one_of
from theory.__main__ import details
from theory.proofs.verify import citation, verify

MEASURED = [key for key, claim in LEDGER.items() if isinstance(claim, MeasuredClaim)]

DESCRIPTION = f"""\
Recompute what claims rest on: those that an experiment decides, or those that are named.

{fill(f"Measured claims: {', '.join(MEASURED)}.", 100, break_on_hyphens=False)}

The others, which are proved or refuted, are listed by 'python -m theory --list'.
"""

EPILOG = """\
examples:
  python -m figures claims                            every measured claim, in one line
  python -m figures claims Fig3-minimum "Figure 4"    with all numbers
  python -m figures claims --cite Fig3-minimum        an entry for BibTeX, with the version
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument(
        "ids", nargs="*", type=_meant, metavar="CLAIM", help="ids, or places in the paper"
    )
    parser.add_argument("--cite", action="store_true", help="print how to cite the claims instead")


def _meant(name: str) -> list[str]:
    return LEDGER.find(name) or [one_of(LEDGER, "claim")(name)]


def run(options: argparse.Namespace) -> Lines:
    """Recompute the evidence."""
    named = dict.fromkeys(key for found in options.ids for key in found)
    passed = True
    for result in verify(list(named) or MEASURED, ledger=LEDGER):
        passed = passed and result.agrees
        if options.cite:
            from figures.ledger.page import command  # noqa: PLC0415  # after the door

            yield citation(result.claim, command(result.claim))
            continue
        yield f"{result.claim.id}  {result.verdict or 'ERROR'}  {result.claim.title}"
        if result.error:
            yield f"  {result.error}"
        elif named:
            yield details(result)
    return passed

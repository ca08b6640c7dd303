"""The subcommands of ``python -m figures``, one module each, loaded when it is asked for.

The module of a command gives ``DESCRIPTION`` and ``EPILOG`` (what ``--help`` teaches),
``configure(parser)`` and ``run(options)``, which yields the lines to print as they come, returns
whether all is as it should be, and raises ValueError or OSError for what the user has to mend.
"""

from collections.abc import Generator
from typing import TypeAlias

Lines: TypeAlias = Generator[str, None, bool]
"""Lines to print, and in the end whether all is as it should be."""

#: Subcommand to what it does, in one line. A new one is a new module and a line here.
COMMANDS: dict[str, str] = {
    "all": "draw, ledger, recheck and report; also without any command",
    "draw": "figures as PDF and PNG, with what they plot as CSV",
    "ledger": "verify every claim and write paper_checks.md and docs/claims",
    "claims": "what single claims rest on, with every number",
    "recheck": "train a few of the stored runs again",
    "report": "verify every claim and write out/report.html",
    "data": "make kept data again: image sets, published spirals, regions",
}

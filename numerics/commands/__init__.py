"""The subcommands of ``python -m numerics``, one module each.

A module listed in `COMMANDS` gives ``SUMMARY`` (one line), ``DESCRIPTION`` (what ``--help``
teaches), ``configure(parser)`` and ``run(arguments)``, which returns the text to print and raises
ValueError or OSError for what the user has to mend.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from numerics.commands import ablation, check_store, lipschitz, minimise, spirals, table1, tradeoff

if TYPE_CHECKING:
    import argparse

__all__ = ["COMMANDS", "Command"]


class Command(Protocol):
    """What a subcommand's module provides."""

    SUMMARY: str
    DESCRIPTION: str

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the arguments."""

    def run(self, arguments: argparse.Namespace) -> str:
        """Do the work."""


#: Subcommand to module. A new subcommand is a new module and a line here.
COMMANDS: dict[str, Command] = {
    "ablation": ablation,
    "check-store": check_store,
    "lipschitz": lipschitz,
    "minimise": minimise,
    "spirals": spirals,
    "table1": table1,
    "tradeoff": tradeoff,
}

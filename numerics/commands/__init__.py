"""The subcommands of ``python -m numerics``, one module each.

The module of a command gives ``DESCRIPTION`` and ``EPILOG`` (what ``--help`` teaches),
``configure(parser)`` and ``run(arguments)``, which returns the text to print and raises ValueError
or OSError for what the user has to mend. It is loaded when it is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import argparse

__all__ = ["COMMANDS", "Command"]


class Command(Protocol):
    """What a subcommand's module provides."""

    DESCRIPTION: str
    EPILOG: str

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the arguments."""

    def run(self, arguments: argparse.Namespace) -> str:
        """Do the work."""


#: Subcommand to what it does, in one line. A new one is a new module and a line here.
COMMANDS: dict[str, str] = {
    "ablation": "which ingredient of the spirals experiment decides its outcome",
    "check-store": "whether all that a --store folder keeps is whole",
    "choose": "the best K for a record in noise, without the truth",
    "intrusion": "which segments leave their class, against epsilon",
    "lipschitz": "Q(D), the lower bound on the Lipschitz constant, on images",
    "minimise": "exact minimiser of Mixup or Local Mixup for two columns",
    "spirals": "test error of networks on two spirals, against epsilon",
    "sweep": "the parameter of a graph for two columns in noise",
    "table1": "test error on images: Mixup, Local Mixup, AdaMixup",
    "tradeoff": "bias and variance against K, and the best K for a signal",
}

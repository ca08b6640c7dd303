"""``python -m numerics check-store``: whether what a store keeps is whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from numerics.archive.store import check

if TYPE_CHECKING:
    import argparse

__all__ = ["DESCRIPTION", "EPILOG", "configure", "run"]

DESCRIPTION = """\
Is everything that --store DIR keeps whole, and of one experiment?

The check sum of each file is computed again, and its settings are held against those of the folder.
Nothing is changed. Of a folder of stores, such as that of an ablation, all are read. Drafts are
what a killed process left; the next command that uses the store sweeps them away.
"""

EPILOG = """\
examples:
  python -m numerics spirals --runs 1000 --store printed
  python -m numerics check-store printed
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("store", metavar="DIR", help="the folder, or one of several stores")


def run(arguments: argparse.Namespace) -> str:
    """Check all stores in a folder; ValueError if something is damaged."""
    found = check(arguments.store)
    faults = [fault for store in found for fault in store.faults]
    if faults:
        raise ValueError("; ".join(faults))
    lines = [
        f"{store.path}: {store.pieces} pieces are whole"
        + (f"; drafts of killed processes: {store.drafts}" if store.drafts else "")
        for store in found
    ]
    return "\n".join(lines)

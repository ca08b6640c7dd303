"""``python -m numerics check-store``: whether what a store keeps is whole."""

import argparse
import sys

from numerics.archive.store import PIECES, SETTINGS, drafts_of, read_store
from numerics.validation import check_path

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
    folder = check_path(arguments.store, "store")
    stores = {file.parent for file in folder.rglob(SETTINGS)}
    stores |= {file.parent.parent for file in folder.rglob(PIECES)}
    if not stores:
        message = f"{folder} is no store, and has none in it"
        raise ValueError(message)
    lines, faults = [], 0
    for store in sorted(stores):
        try:
            _, pieces, found = read_store(store)
        except ValueError as error:
            pieces, found = [], [str(error)]
        drafts = f"; drafts of killed processes: {n}" if (n := len(list(drafts_of(store)))) else ""
        lines += [f"{store}: {len(pieces)} pieces are whole{drafts}", *found]
        faults += len(found)
    if faults:
        sys.stdout.write("\n".join(lines) + "\n")
        message = f"{faults} files are damaged or missing, as listed"
        raise ValueError(message)
    return "\n".join(lines)

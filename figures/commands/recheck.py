"""``python -m figures recheck``: a few of the stored runs are trained again."""

import argparse
from collections.abc import Callable, Generator, Iterable
from pathlib import Path

from figures.commands import Lines
from figures.commands.options import add_jobs
from figures.drawing.stored import DATA, MissingRunsError
from figures.measured.retrained import Retrained
from figures.spirals.recheck import recheck_all
from figures.table1.recheck import recheck_digits
from numerics.commands import one_of

RECHECKS: dict[str, Callable[..., list[Retrained]]] = {
    "spirals": recheck_all,
    "digits": recheck_digits,
}
"""What trains stored runs again."""

DESCRIPTION = """\
Train a few of the stored runs again, and see whether their errors still come out: on the two
spirals (Figure 3) and on the digits (Table I). The exit status is 1 if they do not.
"""

EPILOG = """\
examples:
  python -m figures recheck
  python -m figures recheck spirals --data mine
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument(
        "names",
        nargs="*",
        type=one_of(RECHECKS, "experiment to recheck"),
        metavar="NAME",
        help="spirals, digits (default: both)",
    )
    parser.add_argument(
        "--data",
        type=Path,
        default=DATA,
        metavar="DIR",
        help="stored runs (default: those kept)",
    )
    add_jobs(parser)


def run(options: argparse.Namespace) -> Lines:
    """Train the runs again."""
    missing: list[MissingRunsError] = []
    names = options.names or RECHECKS
    retrained = yield from again(names, options.data, options.jobs, missing)
    if missing and (options.names or not retrained):
        raise missing[0]
    return all(each.passes for each in retrained)


def again(
    names: Iterable[str], folder: Path, jobs: int, missing: list[MissingRunsError]
) -> Generator[str, None, list[Retrained]]:
    """Train runs again, say of each what came out, and return them; add what is missing."""
    found: list[Retrained] = []
    for name in names:
        try:
            retrained = RECHECKS[name](folder, jobs=jobs)
        except MissingRunsError as error:
            missing.append(error)
            yield f"left out: {error}"
        else:
            yield from map(str, retrained)
            found += retrained
    return found

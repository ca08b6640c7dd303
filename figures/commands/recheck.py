"""``python -m figures recheck``: a few of the stored runs are trained again."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from figures.commands.options import add_jobs
from figures.drawing.stored import DATA, MissingRunsError
from numerics.commands import one_of

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Collection, Generator, Iterable

    from figures.commands import Lines
    from figures.measured.retrained import Retrained


def _train(home: str, name: str, folder: Path, *, jobs: int) -> list[Retrained]:
    retrained: list[Retrained] = getattr(import_module(home), name)(folder, jobs=jobs)
    return retrained


RECHECKS: dict[str, Callable[..., list[Retrained]]] = {
    "spirals": partial(_train, "figures.spirals.recheck", "recheck_all"),
    "digits": partial(_train, "figures.table1.recheck", "recheck_digits"),
}
"""What trains stored runs again; each is loaded when it does."""

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
    names = options.names or RECHECKS
    retrained = yield from again(names, options.data, options.jobs, needed=options.names)
    if not retrained:
        message = f"{options.data} has no runs to train again"
        raise MissingRunsError(message)
    return all(each.passes for each in retrained)


def again(
    names: Iterable[str], folder: Path, jobs: int, needed: Collection[str] = ()
) -> Generator[str, None, list[Retrained]]:
    """Train runs again, say of each what came out, and return them; the needed must be there."""
    found: list[Retrained] = []
    for name in names:
        try:
            retrained = RECHECKS[name](folder, jobs=jobs)
        except MissingRunsError as error:
            if name in needed:
                raise
            yield f"left out: {error}"
        else:
            yield from map(str, retrained)
            found += retrained
    return found

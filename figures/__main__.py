"""The door of the floor: ``python -m figures``."""

import sys
import time
from argparse import ArgumentTypeError, Namespace
from collections.abc import Sequence
from pathlib import Path

from figures.catalogue import FIGURES
from figures.commands import COMMANDS, Lines
from numerics.commands import STATUSES, Parser, door, guarded, load, notice, one_line, one_of
from numerics.visible import visible

DESCRIPTION = "Draw the figures, verify the claims, render the ledger and the report."


def parse(arguments: Sequence[str]) -> tuple[Parser, Namespace]:
    """Return the parser of the command that is asked for, and what it is asked for."""
    first, *rest = arguments or ["all"]
    if first.startswith("-") and first not in ("-h", "--help", "--version"):
        first, rest = "all", [first, *rest]
    old = _old(first)
    if old is not None:
        notice(f"python -m figures: {first!r} is now called {' '.join(old)!r}")
        first, rest = old[0], [*old[1:], *rest]
    parser = door("python -m figures", DESCRIPTION, COMMANDS, [first], "figures", epilog=STATUSES)
    if not first.startswith("-"):
        try:
            one_of([*COMMANDS, *FIGURES], "command")(first)
        except ArgumentTypeError as error:
            parser.error(str(error))
    return parser, parser.parse_args([first, *rest])


def _old(word: str) -> list[str] | None:
    """Return what is now said for a first word of earlier versions."""
    if word in FIGURES:
        return ["draw", word]
    if word in ("image-sets", "regions"):
        return ["data", word]
    if word == "recheck-digits":
        return ["recheck", "digits"]
    return ["claims", word] if word[:1].isupper() else None


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a subcommand."""
    parser, options = parse(sys.argv[1:] if arguments is None else arguments)
    started = time.perf_counter()
    command = load("figures", options.command)
    try:
        _check_outputs(options)
        passed = _print(command.run(options))
    except (BrokenPipeError, ChildProcessError):
        raise
    except (ValueError, OSError) as error:
        parser.exit(2, f"{parser.prog} {options.command}: {one_line(error)}\n")
    print(f"{time.perf_counter() - started:.0f} s in all")
    return 0 if passed else 1


def _check_outputs(options: Namespace) -> None:
    """Raise an OSError if what is asked for cannot be written, before the work."""
    from numerics.archive.files import check_folder, check_target  # noqa: PLC0415  # after the door

    page = options.out if options.command == "ledger" else getattr(options, "page", None)
    if page is not None:
        from figures.ledger.page import ROOMS  # noqa: PLC0415  # after the door

        check_target(page)
        check_folder(Path(page).parent / ROOMS)
    if options.command != "ledger" and hasattr(options, "out"):
        check_folder(options.out)


def _print(lines: Lines) -> bool:
    """Print lines as they come, and return what follows them."""
    from tqdm import tqdm  # noqa: PLC0415  # heavier than the door

    while True:
        try:
            line = next(lines)
        except StopIteration as end:
            return bool(end.value)
        tqdm.write(visible(line, lines=True))


if __name__ == "__main__":
    sys.exit(guarded("python -m figures", main))

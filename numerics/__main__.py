"""``python -m numerics``: the computations, from the command line."""

from __future__ import annotations

import argparse
import io
import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn

from numerics.archive.files import check_target
from numerics.commands import COMMANDS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["main"]

EPILOG = """\
The exit status is 0, or 2 for a wrong call and for output that cannot be written, 130 after Ctrl-C,
141 if nobody reads the output any more.
"""

_WRITTEN = ("out", "csv")
"""Arguments that name a file to write."""


class _Parser(argparse.ArgumentParser):
    """A parser whose errors take one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message} (see --help)\n")


def one_line(error: BaseException) -> str:
    """Return in one line what went wrong."""
    if isinstance(error, OSError) and error.strerror is not None:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    text = " ".join(str(error).split()) or type(error).__name__
    return text if len(text) <= 400 else f"{text[:400]}..."


def guarded(program: str, command: Callable[[], int]) -> int:
    """Run a command; what ends it from outside takes one line and a status of its own."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # whatever the encoding lacks
    try:
        try:
            return command()
        finally:
            sys.stdout.flush()
    except KeyboardInterrupt as advice:
        status, problem = 130, str(advice) or "interrupted"
    except BrokenPipeError:
        status, problem = 141, "nobody reads the output any more"
    except OSError as error:
        status, problem = 2, one_line(error)
    print(f"{program}: {problem}", file=sys.stderr)
    # Python would try once more to write what is left, and complain.
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return status


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a subcommand."""
    parser = _Parser(
        prog="python -m numerics",
        description="Local Mixup in numbers. Each command has its own --help.",
        epilog=EPILOG,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    for name, command in COMMANDS.items():
        command.configure(
            commands.add_parser(
                name,
                help=command.SUMMARY,
                description=command.DESCRIPTION,
                formatter_class=argparse.RawDescriptionHelpFormatter,
            )
        )
    chosen = parser.parse_args(arguments)
    try:
        for path in filter(None, (getattr(chosen, name, None) for name in _WRITTEN)):
            check_target(path)  # before the work, not after it
        text = COMMANDS[chosen.command].run(chosen)
    except (ValueError, OSError, MemoryError) as error:
        print(f"{parser.prog} {chosen.command}: {one_line(error)}", file=sys.stderr)
        return 2
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(guarded("python -m numerics", main))

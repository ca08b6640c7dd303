"""``python -m numerics``: the computations, from the command line."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from numerics.commands import COMMANDS
from numerics.commands.options import door, load

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]


DESCRIPTION = "Local Mixup in numbers. Each command has its own --help."


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a subcommand."""
    arguments = sys.argv[1:] if arguments is None else arguments
    parser = door("python -m numerics", DESCRIPTION, COMMANDS, arguments, "numerics")
    chosen = parser.parse_args(arguments)
    try:
        text = load("numerics", chosen.command).run(chosen)
    except (ValueError, OSError, MemoryError) as error:
        print(f"{parser.prog} {chosen.command}: {_reason(error)}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    try:
        print(text, flush=True)
    except BrokenPipeError:
        # The reader, such as head, has seen enough; keep Python from flushing again on exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _reason(error: Exception) -> str:
    """Return in one line what went wrong."""
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}"
    return " ".join(str(error).split()) or "out of memory"


if __name__ == "__main__":
    sys.exit(main())

"""``python -m numerics``: the computations, from the command line."""

import sys
from collections.abc import Sequence

from numerics.commands import (
    COMMANDS,
    STATUSES,
    door,
    guarded,
    load,
    one_line,
    warnings_in_one_line,
)
from numerics.visible import as_options, visible

WRITTEN = ("out", "smoothed")
"""Options that name a file to write."""

DESCRIPTION = "Local Mixup in numbers. Each command has its own --help."


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a subcommand."""
    arguments = sys.argv[1:] if arguments is None else arguments
    parser = door(
        "python -m numerics", DESCRIPTION, COMMANDS, arguments, "numerics", epilog=STATUSES
    )
    chosen = parser.parse_args(arguments)
    command = load("numerics", chosen.command)
    try:
        for name in WRITTEN:
            from numerics.archive.files import check_target  # noqa: PLC0415  # after the door

            if (path := getattr(chosen, name, None)) is not None:
                check_target(path)  # before the work, not after it
        with warnings_in_one_line(f"{parser.prog} {chosen.command}"):
            text = command.run(chosen)
    except ChildProcessError:
        raise
    except (ValueError, OSError, MemoryError) as error:
        problem = as_options(one_line(error), vars(chosen))
        print(f"{parser.prog} {chosen.command}: {problem}", file=sys.stderr)
        return 2
    print(visible(text, lines=True))
    return 0


if __name__ == "__main__":
    sys.exit(guarded("python -m numerics", main))

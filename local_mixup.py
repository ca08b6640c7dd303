"""``local-mixup``: the doors of an installed copy, without ``python -m``."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING

from numerics.commands import door, guarded

if TYPE_CHECKING:
    from collections.abc import Sequence

FLOORS = {
    "theory": "what is true: claims proved, sharpened or refuted exactly",
    "numerics": "what is computed: signals, minimisers, networks, Q(D)",
    "figures": "what is shown: figures, the ledger page, the report",
}

DESCRIPTION = """\
What is true in "A Local Mixup to Prevent Manifold Intrusion", and the same questions about data of
your own. Each command has its own --help."""

EPILOG = """\
the way in:
  local-mixup theory --list                      the paper's claims with their verdicts
  local-mixup theory IV.2-lower                  one of them, proved again
  local-mixup numerics tradeoff --make bumps --sigma 0.1
                                                 how many neighbours to mix on a signal in noise
  local-mixup figures draw bounds                Theorem IV.2 as a picture
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Open the door of a floor."""
    arguments = sys.argv[1:] if arguments is None else arguments
    floor, *rest = arguments or ["--help"]
    if floor in FLOORS:
        return guarded(
            f"local-mixup {floor}", lambda: import_module(f"{floor}.__main__").main(rest)
        )
    door("local-mixup", DESCRIPTION, FLOORS, epilog=EPILOG).parse_args(arguments or ["--help"])
    return 0


if __name__ == "__main__":
    sys.exit(main())

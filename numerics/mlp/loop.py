"""The loop that trains every network here: many small ones, a wide one, AdaMixup's three."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import numpy as np

from numerics.mlp.network import BoolArray

Pass = TypeVar("Pass")


def run(
    passes: Iterable[Pass],
    advance: Callable[[Pass], int],
    finite: Callable[[], BoolArray],
    names: Sequence[str],
    *,
    after: Callable[[], object] | None = None,
    progress: Callable[[int], object] | None = None,
) -> None:
    """Make the steps of pass after pass; FloatingPointError names what is not finite afterwards."""
    for number, rows in enumerate(passes, start=1):
        with np.errstate(all="ignore"):  # what diverges is found afterwards, and named
            steps = advance(rows)
            found = finite()
        if not found.all():
            which = ", ".join(name for name, well in zip(names, found, strict=True) if not well)
            message = f"{which} diverged in epoch {number}: lower the rate"
            raise FloatingPointError(message)
        if after is not None:
            after()
        if progress is not None:
            progress(steps)

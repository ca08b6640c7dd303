"""Sections IV.C and V.B: the lower bound Q(D) of the Lipschitz constant."""

# Claims register themselves on import; the order is that of the paper.
from theory.lipschitz import (  # isort: skip  # noqa: F401
    lower_bound,
    segments,
    margins,
)

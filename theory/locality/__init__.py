"""Sections IV.A and VI: the locality graphs and their ends, Eq. (2)."""

# Claims register themselves on import; the order is that of the paper.
from theory.locality import (  # isort: skip  # noqa: F401
    symmetry,
    extremes,
    gaps,
    batches,
)

"""Sections IV.A and VI: the locality graphs and their ends, Eq. (2)."""

# Claims register themselves on import; the order is that of the paper.
# isort: skip_file
# ruff: noqa: F401
from theory.locality import symmetry, extremes, gaps, batches

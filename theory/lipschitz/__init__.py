"""Sections IV.C and V.B: the lower bound Q(D) of the Lipschitz constant."""

# Claims register themselves on import; the order is that of the paper.
# isort: skip_file
# ruff: noqa: F401
from theory.lipschitz import lower_bound, segments, margins

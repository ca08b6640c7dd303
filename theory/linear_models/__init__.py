"""Section IV.B.2: linear models, Theorem IV.3."""

# Claims register themselves on import; the order is that of the paper.
# isort: skip_file
# ruff: noqa: F401
from theory.linear_models import condition, theorem_iv3, radial_graphs, nearest_neighbours
from theory.linear_models import higher_dimension, estimators, many_points

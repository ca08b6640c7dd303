"""Section IV.B.2: linear models, Theorem IV.3."""

# Claims register themselves on import; the order is that of the paper.
from theory.linear_models import (  # isort: skip  # noqa: F401
    condition,
    theorem_iv3,
    radial_graphs,
    nearest_neighbours,
    higher_dimension,
    estimators,
    many_points,
)

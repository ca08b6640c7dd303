"""Section IV.B.2: linear models, Theorem IV.3."""

# Claims register themselves on import; the order is that of the paper.
from theory.linear_models import (  # isort: skip
    condition,
    theorem_iv3,
    radial_graphs,
    nearest_neighbours,
    nonmonotone,
    higher_dimension,
    degrees,
    gauss_markov,
    many_points,
)

__all__ = [
    "condition",
    "degrees",
    "gauss_markov",
    "higher_dimension",
    "many_points",
    "nearest_neighbours",
    "nonmonotone",
    "radial_graphs",
    "theorem_iv3",
]

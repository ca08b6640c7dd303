"""Section IV.B, Eqs. (3) to (8): Theorems IV.1 and IV.2 on the lattice."""

# Claims register themselves on import; the order is that of the paper.
from theory.tradeoff import (  # isort: skip  # noqa: F401
    equation_3,
    definition_iv1,
    theorem_iv1_limits,
    theorem_iv1_monotone,
    theorem_iv2_closed_form,
    theorem_iv2,
    choice_of_k,
    kernels,
)

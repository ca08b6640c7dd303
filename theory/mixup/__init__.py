"""Sections I to III: the criterion of Definition II.1, Lemma III.1 and Theorem III.2."""

# Claims register themselves on import; the order is that of the paper.
from theory.mixup import (  # isort: skip  # noqa: F401
    contradictions,
    definition_ii1,
    definition_ii1_batches,
    related_work,
    covering_set,
    lemma_iii1,
    theorem_iii2,
    theorem_iii2_beta,
    low_variance,
)

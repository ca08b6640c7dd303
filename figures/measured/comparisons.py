"""Error rates compared run by run, in percentage points, and what a comparison says.

Every comparison of one kind, over all experiments that are stored, makes one family; its p-values
are adjusted for their number by Holm's rule. Whatever is called the best of several is chosen on
one half of the runs and judged on the other (`numerics.statistics.compare_best`).
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from figures.measured import AGREES, DIFFERS, OPPOSITE, OUTCOME, UNDECIDED, ranged
from numerics import statistics
from numerics.statistics import BestComparison, Estimate
from numerics.validation import FloatArray
from theory.proofs.evidence import Measurement

Key = TypeVar("Key", bound="Hashable")

SIGNIFICANT = 0.05
"""Level of every test, for a whole family of them."""

SAME = 0.5
"""Percentage points of error rate that make no difference to a conclusion of Section V.A, whose
differences are of several points."""

LEAST_PVALUE = 1e-300
"""What is smaller comes out as zero, or as a number with few correct digits."""


def pvalue(value: float) -> str:
    """Write a p-value."""
    return f"< {LEAST_PVALUE:g}" if value < LEAST_PVALUE else f"{value:.2g}"


def relation(value: float) -> str:
    """Write a p-value with the sign before it."""
    return pvalue(value) if value < LEAST_PVALUE else f"= {pvalue(value)}"


def interval(estimate: Estimate) -> str:
    """Write a difference with its interval."""
    return ranged(estimate.value, estimate.low, estimate.high, "{:+.3f}")


@dataclass(frozen=True)
class Comparison:
    """A difference of two error rates."""

    estimate: Estimate  # in percentage points; its p-value is that of this comparison alone
    adjusted: float  # the p-value after Holm's rule for the whole family
    best: BestComparison | None = None  # how the better of several was chosen, where it was
    candidates: tuple[float, ...] = ()  # the thresholds that it was chosen from

    @property
    def outcome(self) -> str:
        """What the comparison means for the statement that the first error rate is smaller."""
        if self.adjusted >= SIGNIFICANT:
            return UNDECIDED
        return AGREES if self.estimate.value < 0 else OPPOSITE

    def __str__(self) -> str:
        return f"{interval(self.estimate)}, p {relation(self.adjusted)} after Holm's rule"


def plain(first: FloatArray, second: FloatArray) -> Comparison:
    """Compare two rows of errors run by run."""
    estimate = statistics.paired(first, second)
    return Comparison(estimate, estimate.pvalue)


def adjusted(comparisons: Mapping[Key, Comparison]) -> dict[Key, Comparison]:
    """Adjust the p-values of a family by Holm's rule."""
    pvalues = statistics.holm([comparison.estimate.pvalue for comparison in comparisons.values()])
    return {
        key: replace(comparison, adjusted=pvalue)
        for (key, comparison), pvalue in zip(comparisons.items(), pvalues, strict=True)
    }


def sameness(estimate: Estimate) -> str:
    """Say what a difference means for the statement that there is none."""
    if max(abs(estimate.low), abs(estimate.high)) < SAME:
        return AGREES
    return UNDECIDED if estimate.low <= 0 <= estimate.high else DIFFERS


def difference(
    quantity: str, estimate: Estimate, outcome: str, provenance: str, found: Mapping[str, object]
) -> Measurement:
    """Report a difference, and what it means for the statement of a claim."""
    return Measurement(
        quantity=quantity,
        value=estimate.value,
        interval=(estimate.low, estimate.high),
        agrees=outcome == AGREES,
        provenance=provenance,
        found={OUTCOME: outcome, **found},
    )

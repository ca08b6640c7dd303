"""Whether implementations do the same: after one pass to rounding, after many in the test error."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import scipy.stats

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.floating]

__all__ = ["LEVEL", "ROUNDING", "differences", "disagreement"]

#: Largest difference of the outputs, of size 0.3, that rounding explains after one pass; it is
#: 1e-6, and more in single replicates where Adam divides rounding errors by each other.
ROUNDING = 1e-4

#: The chance that correct implementations are found to differ in the test error.
LEVEL = 0.001


def differences(outputs: Mapping[str, Floats]) -> dict[str, float]:
    """Return by how much the outputs (R, m, c) of each differ from the first's.

    It is the median over the replicates of the largest difference.
    """
    first = next(iter(outputs.values()))
    return {
        name: float(np.median(np.abs(values - first).max(axis=(1, 2))))
        for name, values in outputs.items()
    }


def disagreement(errors: Mapping[str, Floats], comparisons: int) -> dict[str, float]:
    """Test the errors (R,) of each against the mean of all others, paired by replicate.

    Returns the smallest level at which they differ in one of so many comparisons, at most 1.
    """
    result = {}
    for name, own in errors.items():
        others = [values for other, values in errors.items() if other != name]
        gaps = own - np.mean(others, axis=0) if others else np.zeros_like(own)
        gaps = gaps.round(9)  # of shares of a test set: what is below is the mean's rounding
        spread = float(np.std(gaps, ddof=1)) / math.sqrt(gaps.size)
        if spread == 0:
            result[name] = 1.0 if gaps[0] == 0 else 0.0
            continue
        level = 2 * scipy.stats.t.sf(abs(float(gaps.mean())) / spread, gaps.size - 1)
        result[name] = min(1.0, comparisons * float(level))
    return result

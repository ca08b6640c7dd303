"""Derivatives of a loss in numbers that are moved one by one."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

STEP = 1e-6


def central(loss: Callable[[], Any], at: NDArray[Any]) -> NDArray[Any]:
    """Move each entry of the first axis in place, up and down; differences come along it."""
    slopes = []
    for entry, kept in enumerate(at.copy()):
        ends = []
        for sign in (1, -1):
            at[entry] = kept + sign * STEP
            ends.append(loss())
        at[entry] = kept
        slopes.append((ends[0] - ends[1]) / (2 * STEP))
    return np.array(slopes)

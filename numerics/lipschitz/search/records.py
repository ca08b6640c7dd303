"""Records of a growing supremum: the segments that beat every one that is not longer.

The records of a union are among the records of its parts, which any process may compute.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

import numpy as np

from numerics.validation import FloatArray, IntArray

_GROWTH = 1.25
"""Growth of the level over a band: a smaller one means more bands and fewer candidates."""

_BANDS = 8


@dataclass(frozen=True, slots=True)
class LengthRange:
    """Segments whose length is in an interval, and a value that shorter ones have reached."""

    shortest: float  # ends of the interval, both included
    longest: float  # ends of the interval, both included
    value: float  # only larger or equal values matter here


@dataclass(frozen=True, slots=True, eq=False)
class Records:
    """Values with the lengths from which they count, and what attains them."""

    lengths: FloatArray  # shape (m,)
    values: FloatArray  # shape (m,); infinity is allowed
    who: IntArray
    shares: FloatArray

    @classmethod
    def empty(cls) -> Self:
        """Return no records."""
        return cls(np.empty(0), np.empty(0), np.empty((0, 4), dtype=np.int64), np.empty((0, 2)))

    @classmethod
    def union(cls, parts: Iterable["Records"]) -> "Records":
        """Keep the records among several sets."""
        sets = list(parts)
        return cls(
            np.concatenate([part.lengths for part in sets]),
            np.concatenate([part.values for part in sets]),
            np.concatenate([part.who for part in sets]),
            np.concatenate([part.shares for part in sets]),
        ).front()

    def __len__(self) -> int:
        return self.lengths.size

    def __getitem__(self, some: IntArray) -> "Records":
        return Records(self.lengths[some], self.values[some], self.who[some], self.shares[some])

    def front(self, tolerance: float = 0.0) -> "Records":
        """Keep what beats everything that is not longer."""
        keys = (*self.who.T[::-1], -self.values, self.lengths)
        ordered = self[np.lexsort(keys)]
        if not tolerance:
            best = np.maximum.accumulate(np.concatenate(([-np.inf], ordered.values)))
            return ordered[np.flatnonzero(ordered.values > best[:-1])]
        kept: list[int] = []
        best_so_far = -np.inf
        for index, value in enumerate(ordered.values.tolist()):
            if value > best_so_far * (1 + tolerance):
                kept.append(index)
                best_so_far = value
        return ordered[np.array(kept, dtype=np.int64)]

    @property
    def infinite_from(self) -> float:
        """The length from which the level is infinite."""
        infinite = len(self) and self.values[-1] == np.inf
        return float(self.lengths[-1]) if infinite else np.inf

    def level(self, lengths: FloatArray) -> FloatArray:
        """Return the largest value among those not longer."""
        padded = np.concatenate(([0.0], self.values))
        return np.asarray(padded[np.searchsorted(self.lengths, lengths, side="right")])

    def bands(self, longest: float) -> list[LengthRange]:
        """Cut the lengths into a few intervals over which the level does not grow much."""
        finite = self.values[np.isfinite(self.values) & (self.lengths <= longest)]
        first = float(finite[0]) if finite.size else 0.0
        longest = min(longest, self.infinite_from)
        if not first > 0:
            return [LengthRange(0.0, longest, first)]
        growth = max(_GROWTH, (float(finite[-1]) / first) ** (1 / _BANDS))
        starts, values = [0.0], [first]
        for length, value in zip(
            self.lengths[: finite.size].tolist(), finite.tolist(), strict=True
        ):
            if value >= values[-1] * growth:
                starts.append(length)
                values.append(value)
        ends = [*starts[1:], longest]
        return [LengthRange(*band) for band in zip(starts, ends, values, strict=True)]

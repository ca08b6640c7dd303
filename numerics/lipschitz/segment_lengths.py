"""How long the segments are between samples: their distribution, beside the curve of Q(D)."""

import math
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike

from numerics.archive.files import Record, read_csv
from numerics.lipschitz.checks import draw_points
from numerics.lipschitz.curve import SEGMENTS
from numerics.lipschitz.targets import Targets
from numerics.validation import FloatArray, IntArray, check_choice, check_count

_ROWS = 1024  # samples whose distances to all others are held at a time


@dataclass(frozen=True, slots=True, eq=False)
class Lengths(Record):
    """A histogram of the lengths of segments."""

    COLUMNS: ClassVar[tuple[str, ...]] = ("low", "high", "count")

    low: FloatArray
    high: FloatArray
    count: IntArray

    @property
    def longest(self) -> float:
        """The length of the longest segment."""
        return float(self.high[-1])

    def share(self, eps: float) -> float:
        """Return the share of segments that are at most eps long."""
        ends = np.concatenate((self.low[:1], self.high))
        below = np.concatenate(([0.0], np.cumsum(self.count))) / self.count.sum()
        return 1.0 if eps >= self.longest else float(np.interp(eps, ends, below))

    def scaled(self, unit: float) -> Self:
        """Return the same lengths in another unit."""
        return replace(self, low=self.low / unit, high=self.high / unit)

    @classmethod
    def from_csv(cls, path: str | os.PathLike[str]) -> Self:
        """Read what `to_csv` wrote."""
        low, high, count = read_csv(path, cls.COLUMNS)
        whole = (low <= high).all() and (high[:-1] == low[1:]).all() and (count % 1 == 0).all()
        if not (whole and (count >= 0).all() and count.sum() > 0):
            message = f"{path} is not a histogram as Lengths.to_csv writes it"
            raise ValueError(message)
        return cls(low, high, count.astype(np.int64))


def segment_lengths(
    X: ArrayLike,
    labels: ArrayLike,
    segments: str = "same-class",
    *,
    points: int | None = None,
    rng: np.random.Generator | int | None = None,
    bins: int = 400,
) -> Lengths:
    """Count the segments of `numerics.lipschitz.lower_bound` by their length."""
    given = np.asarray(X)
    flat = given.reshape(len(given), -1)
    codes = Targets.of(labels, None, len(flat), None).codes
    count = check_count(bins, "bins", 1)
    chosen = draw_points(len(flat), points, rng)
    within = check_choice(segments, "segments", SEGMENTS) == "same-class"
    groups = [chosen[codes[chosen] == code] for code in np.unique(codes[chosen])]
    groups = [group for group in (groups if within else [chosen]) if group.size > 1]
    if not groups:
        message = "labels must leave a segment: no two points have equal targets"
        raise ValueError(message)
    middle = flat[chosen].mean(axis=0, dtype=np.float64)
    if np.issubdtype(flat.dtype, np.integer):
        middle = np.rint(middle)
    reach = max(
        float(np.square(flat[rows] - middle).sum(axis=1).max())
        for group in groups
        for rows in np.array_split(group, -(-group.size // _ROWS))
    )
    width = 2 * math.sqrt(reach) / count or 1.0
    counts = np.zeros(count + 1, dtype=np.int64)
    shortest, longest = np.inf, 0.0
    for group in groups:
        for lengths in _lengths(flat[group] - middle):
            shortest = min(shortest, float(lengths.min()))
            longest = max(longest, float(lengths.max()))
            places = np.minimum(lengths / width, count).astype(np.int64)
            counts += np.bincount(places, minlength=count + 1)
    first, last = (int(np.minimum(length / width, count)) for length in (shortest, longest))
    edges: FloatArray = np.asarray(width * np.arange(first, last + 2), dtype=np.float64)
    edges[0], edges[-1] = shortest, longest
    return Lengths(edges[:-1], edges[1:], counts[first : last + 1])


def _lengths(some: FloatArray) -> Iterator[FloatArray]:
    """Yield the distances of different points, each once."""
    squares = np.square(some).sum(axis=1)
    for start in range(0, len(some), _ROWS):
        rows = slice(start, start + _ROWS)
        block = squares[rows, None] + squares[start:]
        block -= 2 * (some[rows] @ some[start:].T)
        i, j = np.triu_indices(block.shape[0], 1, block.shape[1])
        if i.size:
            yield np.sqrt(np.maximum(block[i, j], 0))

r"""Which samples and segments can exceed a given ratio: a triangle inequality.

Let Q be at least the largest ratio between two samples. Then

.. math:: S(x, x') = \sqrt{|x - x'|^2 - |y - y'|^2 / Q^2}

is real for all of them, and some place inside the segment [b, c] has a ratio above Q against the
sample a exactly if S(b, c) > S(a, b) + S(a, c). For the squared distance of places less the squared
distance of targets over Q^2 is a quadratic along the segment with the values S(a, b)^2 and
S(a, c)^2 at its ends and the leading coefficient S(b, c)^2, and it falls below 0 in between exactly
if its vertex is there and its discriminant positive, which is this inequality.

So three numbers decide a sample and a segment, and whole rows are decided at once: if
S(a, b) <= S(a, c), then S(a, b) < max_c S(b, c)/2. What is left is computed in float64.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import floor
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from numerics.distances.gram import ScaledPoints
from numerics.lipschitz.search.ratio import between_points, point_segments
from numerics.lipschitz.search.records import LengthRange, Records
from numerics.lipschitz.targets import Targets
from numerics.validation import IntArray

_CACHE = 1 << 16  # numbers that are compared at a time, to stay in the cache
_CONFIRM = 1 << 19  # coordinates that are confirmed at a time
_MOST = 1 << 14  # triples that are confirmed at a time
_ARRAYS = 5  # of the shape of a block of sides or bases that are held at a time, masks included
_SQUARE_ARRAYS = 10  # the same for a block of pairs
_SLACK = 1e-9  # relative: rounding of values in float64 is far below, errors of blocks are apart


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """Samples that are held against all segments between some samples."""

    samples: IntArray  # the samples, shape (s,)
    ends: IntArray  # the ends of the segments, shape (m,); they may be among the samples
    constant: bool  # whether the ends have equal targets

    @property
    def pairs(self) -> int:
        """Number of samples times segments."""
        return self.samples.size * (self.ends.size * (self.ends.size - 1) // 2)


@dataclass(frozen=True, slots=True)
class Plan:
    """What fits into the memory of one process."""

    numbers: int  # numbers of the type of the blocks that may be held for blocks
    features: int  # coordinates of a point
    confirmed: int  # triples that are confirmed in float64 at a time

    @classmethod
    def of(cls, memory: float, points: ScaledPoints) -> Self:
        """Share out the memory of one process."""
        features, width = points.small.shape[1], points.small.itemsize
        # Three corners, two sides and the gap of each triple, besides some columns.
        triple = 8 * (6 * features + 60)
        most = max(16, min(_MOST, _CONFIRM // features))
        # Two rows of two blocks, five arrays of the shape of each and the points of the rows.
        fixed = 2 * (_ARRAYS * len(points) + 2 * features) * width + 64 * _CACHE
        needed = fixed + 16 * triple
        if memory < needed:
            message = (
                f"memory is too small for one block: next to the points, each process has "
                f"{max(0, int(memory))} bytes and needs {needed}. Give {needed - floor(memory)} "
                "more for each process"
            )
            raise ValueError(message)
        # With more memory, more triples are confirmed: for at most a quarter of it.
        confirmed = max(16, min(most, int(memory - fixed) // 4 // triple))
        numbers = int(memory - confirmed * triple - 64 * _CACHE) // width
        return cls(numbers, features, confirmed)

    def rows(self, columns: int) -> int:
        """Return how many rows fit."""
        return max(2, self.numbers // (_ARRAYS * columns + 2 * self.features))

    @property
    def side(self) -> int:
        """The rows and columns of a square block of pairs."""
        half = self.features / _SQUARE_ARRAYS
        return max(2, int(np.sqrt(half * half + self.numbers / _SQUARE_ARRAYS) - half))


def _parts(some: IntArray, rows: int) -> Iterator[IntArray]:
    count = -(-some.size // rows)
    yield from np.array_split(some, count) if count else []


def scan_pairs(
    points: ScaledPoints, targets: Targets, rows: IntArray, known: Records, plan: Plan
) -> Records:
    """Find the largest ratio between samples."""
    error, tiny, top = points.error, np.finfo(points.small.dtype).tiny * 16, targets.largest
    later = np.arange(rows[0], len(points))
    for row_part in _parts(rows, plan.side):
        for column_part in _parts(later, plan.side):
            squares = points.block(row_part, column_part)
            squares -= squares.dtype.type(error)
            np.maximum(squares, tiny, out=squares)
            # Bounds of the squared ratios; -1 where there is none, or it is the same pair again.
            bounds = targets.squares(row_part, column_part, 1 / top, squares.dtype)
            bounds /= squares
            bounds[(bounds <= 0) | (row_part[:, None] >= column_part)] = -1
            i, j = np.unravel_index([int(np.argmax(bounds))], bounds.shape)
            if bounds[i, j][0] < 0:
                continue
            first = between_points(points, targets, row_part[i], column_part[j])
            known = Records.union([known, first])
            if known.values[0] < np.inf:
                level = (known.values[0] * points.unit) ** 2 / top * (1 - 1e-6)
                i, j = np.nonzero(bounds >= level)
            else:
                i, j = np.nonzero((squares == tiny) & (bounds > 0))
            for some in _parts(np.arange(i.size), plan.confirmed):
                a, b = row_part[i[some]], column_part[j[some]]
                known = Records.union([known, between_points(points, targets, a, b)])
    return known


def scan_triples(
    points: ScaledPoints,
    targets: Targets,
    job: Job,
    known: Records,
    plan: Plan,
    longest: float,
) -> Records:
    """Find the records among samples and segments."""
    rows = plan.rows(job.ends.size)
    some, half = job.samples, max(1, rows // 2)
    for samples in _parts(some, half):
        for band in known.bands(longest):
            unit = (band.value * points.unit * (1 - _SLACK)) ** -2
            sides = None
            for starts in _parts(job.ends, max(1, rows - half)):
                base = _bases(points, targets, job, starts, band, unit)
                reach = base.max(axis=1) / 2
                if not (reach > 0).any():
                    continue
                if sides is None:
                    sides = _sides(points, targets, samples, job.ends, unit)
                where = np.searchsorted(job.ends, starts)
                found = _violations(sides, base, reach, where, plan.confirmed)
                for a, b, c in found:
                    known = point_segments(
                        points, targets, samples[a], starts[b], job.ends[c], known, longest
                    )
    return known


def _sides(
    points: ScaledPoints, targets: Targets, samples: IntArray, ends: IntArray, unit: float
) -> NDArray[Any]:
    """Return lower bounds of S(a, b); infinity where they are the same sample."""
    squares = points.block(samples, ends)
    squares -= targets.squares(samples, ends, unit, squares.dtype)
    squares -= squares.dtype.type(points.error)
    np.maximum(squares, 0, out=squares)
    np.sqrt(squares, out=squares)
    squares *= squares.dtype.type(1 - 8 * points.roundoff)
    squares[samples[:, None] == ends] = np.inf
    return squares


def _bases(
    points: ScaledPoints,
    targets: Targets,
    job: Job,
    starts: IntArray,
    band: LengthRange,
    unit: float,
) -> NDArray[Any]:
    """Return upper bounds of S(b, c); -1 where the length is not in the band."""
    squares = points.block(starts, job.ends)
    error, lengths = points.error, points.unit
    shortest, longest = band.shortest / lengths, band.longest / lengths
    out = squares < shortest * shortest * (1 - 1e-5) - error
    if longest < np.inf:
        out |= squares > longest * longest * (1 + 1e-5) + error
    out |= starts[:, None] == job.ends
    if not job.constant and targets.quadratic:
        squares -= targets.squares(starts, job.ends, unit, squares.dtype)
    squares += squares.dtype.type(error)
    np.maximum(squares, 0, out=squares)
    np.sqrt(squares, out=squares)
    # Also for the rounding of the difference that is taken of it.
    squares *= squares.dtype.type(1 + 16 * points.roundoff)
    squares[out] = -1
    return squares


def _violations(
    sides: NDArray[Any], base: NDArray[Any], reach: NDArray[Any], where: IntArray, enough: int
) -> Iterator[tuple[IntArray, IntArray, IntArray]]:
    """Yield sample, start and end of triples that may violate the inequality, some at a time."""
    columns = base.shape[1]
    height = max(1, _CACHE // columns)
    difference = np.empty((height, columns), dtype=base.dtype)
    above = np.empty((height, columns), dtype=bool)
    first, last = int(where[0]), int(where[-1]) + 1
    near = sides[:, first:last] < reach
    found: list[tuple[IntArray, IntArray, IntArray]] = []
    held = 0
    for a in np.flatnonzero(near.any(axis=1)):
        side = sides[a]
        starts = np.flatnonzero(near[a])
        for begin in range(0, starts.size, height):
            b = starts[begin : begin + height]
            rows, hits = difference[: b.size], above[: b.size]
            np.take(base, b, axis=0, out=rows, mode="clip")
            np.subtract(rows, side[first + b, None], out=rows)
            np.greater(rows, side, out=hits)
            if not hits.any():
                continue
            i, c = np.nonzero(hits)
            found.append((np.full(i.size, a), b[i], c))
            held += i.size
            if held >= enough:
                yield from _joined(found, enough)
                found, held = [], 0
    yield from _joined(found, enough)


def _joined(
    found: list[tuple[IntArray, IntArray, IntArray]], enough: int
) -> Iterator[tuple[IntArray, IntArray, IntArray]]:
    if not found:
        return
    a, b, c = (np.concatenate(part) for part in zip(*found, strict=True))
    for begin in range(0, a.size, enough):
        some = slice(begin, begin + enough)
        yield a[some], b[some], c[some]

r"""The segments over each interval, when virtual samples are spread evenly over every segment.

Between two neighbouring points u_k < u_{k+1} the same segments pass everywhere, each with a
constant density, and each target y~ is linear. Their total density, mean target and scatter

.. math:: D = \sum w, \quad f^* = \frac1D \sum w\,\tilde y, \quad S = \sum w (\tilde y - f^*)^2

are therefore a number, a linear function given by its two ends, and a quadratic one given by its
integral. All three are built by merging groups of segments, so that only positive terms are added:
a difference array would be shorter and lose all digits next to two nearly equal points, where
w = W_ij / |x_i - x_j| is huge.

Two orders of merging give the two costs: sample by sample for dense graphs and small full Mixup, in
time O(n^2) and memory O(n); by dyadic blocks for sparse graphs of p pairs, in time O(p + n log n).
For the full graph of more points `numerics.minimise.measure.full_graph` has sums of blocks, and for
a band on evenly spaced points `numerics.graphs.bands` convolutions, in time O(n log n).
"""

from dataclasses import dataclass
from functools import partial

import numpy as np

from numerics.graphs.bands import Band, lattice_sums, window_sums
from numerics.minimise.measure.full_graph import full_sums
from numerics.minimise.virtual.samples import Samples
from numerics.minimise.virtual.segments import PairChunk, Segments
from numerics.validation import FloatArray, IntArray

_BATCH = 1 << 14  # pairs that are held at a time, or those of one sample
SMALL = 1000
"""Points up to which the full graph is merged sample by sample, which loses no digit of a small
scatter."""


@dataclass(frozen=True, eq=False)
class Covering:
    """What the segments over each interval (u_k, u_{k+1}) sum up to."""

    density: FloatArray  # sum of the weights w of the segments over the interval, shape (m - 1,)
    left: FloatArray
    right: FloatArray
    scatter: float  # integral of sum w |y~ - f*|^2, summed over the outputs
    error: float = 0.0


def cover(segments: Segments, *, by_length: bool = True) -> Covering:
    """Sum up the segments over each interval."""
    samples = segments.samples
    if isinstance(segments.graph, Band):
        return _by_convolution(samples, segments.graph, by_length=by_length)
    m, outputs = samples.points.size, samples.values.shape[0]
    if segments.graph is None and m > SMALL:
        return _all_pairs(samples, by_length=by_length)
    # Blocks of a power of 2 intervals; a row more or less does not matter.
    size = m - 1
    if segments.graph is not None and not isinstance(segments.graph, np.ndarray):
        size = 1 << max(m - 2, 0).bit_length()
    group = _Groups(np.zeros(size), np.zeros((2, outputs, size)), np.zeros(size))
    if isinstance(segments.graph, np.ndarray) or segments.graph is None:
        _by_rows(segments, group, by_length=by_length)
    else:
        _by_blocks(samples, segments.listed, group, by_length=by_length)
    empty = group.weight[: m - 1] == 0
    ends = group.ends[:, :, : m - 1].copy()
    ends[:, :, empty] = np.nan
    return Covering(
        density=group.weight[: m - 1],
        left=ends[0],
        right=ends[1],
        scatter=float(np.diff(samples.points) @ np.where(empty, 0, group.scatter[: m - 1])),
    )


def _by_convolution(samples: Samples, band: Band, *, by_length: bool) -> Covering:
    """Sum up the segments of a band over evenly spaced points."""
    values, n = samples.values, samples.n
    if n == 1 or band.K == 0:
        none = np.full((values.shape[0], n - 1), np.nan)
        return Covering(np.zeros(n - 1), none, none, 0.0)
    spacing = float(samples.points[-1] - samples.points[0]) / (n - 1)
    density, left, right = lattice_sums(values, band.K, by_length=by_length)
    if not by_length:
        return Covering(density, left, right, np.nan)
    count = window_sums(np.ones((1, n)), band.K)[0] - 1
    others = window_sums(values, band.K) - values
    return _scattered(samples, density / spacing, left, right, count, others)


def _all_pairs(samples: Samples, *, by_length: bool) -> Covering:
    """Sum up all segments, of many samples."""
    values, first = samples.values, samples.start[:-1]
    sizes = np.diff(samples.start).astype(np.float64)
    sums = np.add.reduceat(values, first, axis=1)
    mass = np.column_stack((sizes, sums.T))
    passing, begins, ends = (
        each[0] for each in full_sums(samples.points, mass, by_length=by_length)
    )
    after, before = (passing + mass.T * begins)[:, :-1], (passing + mass.T * ends)[:, 1:]
    # Both orders of each pair.
    whole = 2 * after[0], after[1:] / after[0], before[1:] / before[0]
    if not by_length:
        return Covering(*whole, np.nan)
    count, others = samples.n - sizes, values.sum(axis=1, keepdims=True) - sums
    place = samples.place
    return _scattered(samples, *whole, count[place], others[:, place])


def _scattered(
    samples: Samples,
    density: FloatArray,
    left: FloatArray,
    right: FloatArray,
    count: FloatArray,
    others: FloatArray,
) -> Covering:
    """Add the scatter of all y~ around 0, less what their means make up.

    `count` and `others` are the number and the sum of the targets that each sample is joined to.
    """
    values = samples.values
    total = 2 / 3 * float((values * (values * count + others / 2)).sum())
    mean = float(density * np.diff(samples.points) @ _square_mean(left, right).sum(axis=0))
    rounding = 16 * np.finfo(float).eps * total
    return Covering(density, left, right, max(total - mean, 0.0), rounding)


@dataclass(frozen=True, eq=False)
class _Groups:
    """For each interval a group of segments: total weight, mean at the two ends, scatter."""

    weight: FloatArray
    ends: FloatArray
    scatter: FloatArray

    def merge(
        self, where: slice | IntArray, weight: FloatArray, ends: FloatArray, scatter: FloatArray
    ) -> None:
        """Merge other groups into those of some intervals."""
        before = self.weight[where]
        total = before + weight
        share = weight / np.where(total > 0, total, 1)
        gap = ends - self.ends[:, :, where]
        between = np.einsum("ec...,ec...->...", gap, gap) + np.einsum(
            "c...,c...->...", gap[0], gap[1]
        )
        self.scatter[where] += scatter + before * share * (between / 3)
        gap *= share
        self.ends[:, :, where] += gap
        self.weight[where] = total


def _by_rows(segments: Segments, group: _Groups, *, by_length: bool) -> None:
    """Merge the segments sample by sample: all that begin at it and reach beyond the interval.

    A few samples at a time, by rows, so that the arrays are neither short nor beyond the cache.
    """
    samples = segments.samples
    points, place, start = samples.points, samples.place, samples.start
    ordered = points[place]
    rows = 1 << max(int(np.log2(_BATCH / samples.n)), 0)
    for begin in range(0, int(start[-2]), rows):
        i = np.arange(begin, min(begin + rows, int(start[-2])))
        here = place[i]
        first = int(start[here[0] + 1])
        # From the farthest end inwards, so that running sums are those of the ends beyond.
        weight = segments.block(i, first)[:, ::-1]
        length = ordered[first:][::-1] - points[here][:, None]
        if here[-1] > here[0]:
            behind = length <= 0
            weight = np.where(behind, 0, weight)
            length[behind] = 1
        if by_length:
            weight = weight / length
        own = samples.values[:, i][:, :, None]
        slope = (samples.values[:, None, first:][:, :, ::-1] - own) / length
        total = np.cumsum(weight, axis=1)
        some = total if segments.graph is None else np.where(total > 0, total, 1)
        mean = np.cumsum(weight * slope, axis=2)
        mean /= some
        rest = slope[:, :, 1:] - mean[:, :, :-1]
        added = np.einsum("crk,crk->rk", rest, rest)
        added *= weight[:, 1:]
        added *= total[:, :-1]
        added /= some[:, 1:]
        scatter = np.zeros_like(total)
        np.cumsum(added, axis=1, out=scatter[:, 1:])
        total, mean, scatter = total[:, ::-1], mean[:, :, ::-1], scatter[:, ::-1]
        if points.size < samples.n:
            beyond = start[here[0] + 1 : -1] - first
            total, mean, scatter = total[:, beyond], mean[:, :, beyond], scatter[:, beyond]
        edge = points[here[0] :] - points[here][:, None]
        if here[-1] > here[0]:
            ahead = edge[:, :-1] >= 0
            total, scatter = np.where(ahead, total, 0), np.where(ahead, scatter, 0)
        ends = np.stack((mean * edge[:, :-1], mean * edge[:, 1:]))
        ends += own
        scatter = scatter * _square_mean(edge[:, :-1], edge[:, 1:])
        while total.shape[0] > 1:
            total, ends, scatter = _halved(total, ends, scatter)
        group.merge(slice(here[0], None), total[0], ends[:, :, 0], scatter[0])


def _halved(
    weight: FloatArray, ends: FloatArray, scatter: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Merge the rows of the second half into those of the first."""
    half = (weight.shape[0] + 1) // 2
    into = _Groups(weight[:half].copy(), ends[:, :, :half].copy(), scatter[:half].copy())
    more = slice(0, weight.shape[0] - half)
    into.merge(more, weight[half:], ends[:, :, half:], scatter[half:])
    return into.weight, into.ends, into.scatter


def _square_mean(first: FloatArray, last: FloatArray) -> FloatArray:
    """Return the mean square of a linear function with these values at its ends."""
    result: FloatArray = (first * first + first * last + last * last) / 3
    return result


def _by_blocks(samples: Samples, pairs: PairChunk, group: _Groups, *, by_length: bool) -> None:
    """Merge the segments by dyadic blocks of intervals.

    A segment over the intervals a, ..., e with a < e has one middle c, the multiple of the largest
    power of 2 with a < c <= e. Those with middle c cover an interval k < c if a <= k, and k >= c if
    k <= e: running sums towards c on both sides.
    """
    place = samples.place
    first, last = place[pairs.i], place[pairs.j] - 1
    # frexp is exact: there are fewer than 2**53 points.
    level = np.frexp((first ^ last).astype(np.float64))[1].astype(np.int8) - 1
    ceiling = group.weight.size
    points = np.concatenate((samples.points, np.full(ceiling, samples.points[-1])))
    for h in range(-1, int(level.max(initial=-1)) + 1):
        chosen = np.flatnonzero(level == h)
        if not chosen.size:
            continue
        a, e = first[chosen], last[chosen]
        shift = max(h, 0)
        middle = (e >> shift) << shift
        lines = _lines(samples, pairs, chosen, points[middle], by_length=by_length)
        merge_side = partial(_merge_side, group, points, middle, lines)
        if h >= 0:
            merge_side(middle - 1 - a, right=False)
        merge_side(e - middle, right=True)


def _lines(
    samples: Samples, pairs: PairChunk, chosen: IntArray, middle: FloatArray, *, by_length: bool
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return weight, value in the middle and slope of segments: shapes (p,), (c, p), (c, p)."""
    i, j = pairs.i[chosen], pairs.j[chosen]
    points, place, values = samples.points, samples.place, samples.values
    start, end = points[place[i]], points[place[j]]
    length = end - start
    weight = pairs.forward[chosen]
    weight = weight + (weight if pairs.forward is pairs.backward else pairs.backward[chosen])
    if by_length:
        weight /= length
    before, after = values[:, i], values[:, j]
    value = (before * (end - middle) + after * (middle - start)) / length
    return weight, value, (after - before) / length


def _merge_side(
    group: _Groups,
    points: FloatArray,
    middle: IntArray,
    lines: tuple[FloatArray, FloatArray, FloatArray],
    steps: IntArray,
    *,
    right: bool,
) -> None:
    """Merge what segments put on the intervals between their middles and one of their ends.

    `steps` counts the intervals between the one next to the middle and the last one reached.
    """
    weight, value, slope = lines
    heads, block = np.unique(middle, return_inverse=True)
    reach = int(steps.max()) + 1
    shape = (heads.size, reach)
    # The farthest interval comes first: running sums then are over the segments that reach it.
    cell = block * reach + (reach - 1 - steps)

    def binned(terms: FloatArray) -> FloatArray:
        sums = np.bincount(cell, terms, minlength=heads.size * reach)
        return sums.astype(np.float64, copy=False).reshape(shape)

    w = binned(weight)
    filled = np.where(w > 0, w, 1)
    v = np.stack([binned(weight * channel) for channel in value]) / filled
    s = np.stack([binned(weight * channel) for channel in slope]) / filled
    dv = value - v.reshape(v.shape[0], -1)[:, cell]
    ds = slope - s.reshape(s.shape[0], -1)[:, cell]
    moments = [
        binned(weight * np.einsum("cp,cp->p", one, other))
        for one, other in ((dv, dv), (dv, ds), (ds, ds))
    ]
    if reach > 1:
        total = np.cumsum(w, axis=1)
        some = np.where(total > 0, total, 1)
        mean_v = np.cumsum(w * v, axis=2) / some
        mean_s = np.cumsum(w * s, axis=2) / some
        factor = w[:, 1:] * (total[:, :-1] / some[:, 1:])
        dv, ds = v[:, :, 1:] - mean_v[:, :, :-1], s[:, :, 1:] - mean_s[:, :, :-1]
        for moment, one, other in zip(moments, (dv, dv, ds), (dv, ds, ds), strict=True):
            moment[:, 1:] += factor * np.einsum("cbk,cbk->bk", one, other)
            np.cumsum(moment, axis=1, out=moment)
        w, v, s = total, mean_v, mean_s
    away = np.arange(reach - 1, -1, -1)
    k = heads[:, None] + away if right else heads[:, None] - 1 - away
    near, far = (points[k + side] - points[heads, None] for side in (0, 1))
    vv, vs, ss = moments
    scatter = vv + vs * (near + far) + ss * _square_mean(near, far)
    ends = np.stack((v + s * near, v + s * far))
    where = k.ravel()
    group.merge(
        where,
        w.ravel(),
        ends.reshape(2, v.shape[0], -1),
        np.maximum(scatter, 0).ravel(),
    )

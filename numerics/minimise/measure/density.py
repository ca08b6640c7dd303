r"""The segments at single points, for any law of lambda, in time O(p + q c) for q points.

The ordered pair (i, j) with x_i < x_j puts at x_i + t l, with l = x_j - x_i, the density

.. math:: \frac{W_{ij}\,b_{\beta,\alpha}(t) + W_{ji}\,b_{\alpha,\beta}(t)}{l}

where b is the density of a Beta law. Points are given by an interval and by their distances from
both its ends: close to an end, where the density may be infinite, x itself says too little.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import scipy

if TYPE_CHECKING:
    from numerics.minimise.measure.bilinear import Bilinear
    from numerics.minimise.measure.polynomial import Polynomial
    from numerics.minimise.virtual.law import BetaLaw
    from numerics.minimise.virtual.segments import PairChunk, Segments
    from numerics.validation import FloatArray, IntArray

_INCIDENCES = 1 << 21  # pairs of a segment and a point that are held at a time
_TINY = 1e-300


SegmentSums: TypeAlias = "Polynomial | Bilinear"  # shorter ways to the sums


@dataclass(frozen=True, eq=False)
class Passing:
    """What the segments over some points sum up to."""

    density: FloatArray  # sum of the densities, shape (q,)
    mean: FloatArray  # mean of y~ with these weights, shape (c, q); NaN where no segment passes
    scatter: FloatArray  # sum of density |y~ - mean|^2 over segments and outputs, shape (q,)


def passing(
    segments: Segments,
    law: BetaLaw,
    k: IntArray,
    before: FloatArray,
    behind: FloatArray,
    *,
    short: SegmentSums | None = None,
    scatter: bool = True,
) -> Passing:
    """Sum up the segments over some points."""
    order = np.argsort(k, kind="stable")
    back = np.empty_like(order)
    back[order] = np.arange(order.size)
    if short is not None:
        density, mean, spread = short.sums(k[order], before[order], behind[order], scatter=scatter)
        return Passing(density[back], mean[:, back], spread[back])
    sums = _RunningSums(segments, law, k[order], before[order], behind[order])
    for chunk in segments.chunks():
        sums.add(chunk)
    empty = sums.weight == 0
    sums.mean[:, empty] = np.nan
    # exp may underflow where the mean is still known: far from where lambda tends to be.
    unit = np.exp(sums.peak)
    spread = unit * np.maximum(sums.scatter, 0)
    return Passing((unit * sums.weight)[back], sums.mean[:, back], spread[back])


class _RunningSums:
    """Running weighted means, with weights exp(peak) * weight."""

    def __init__(
        self,
        segments: Segments,
        law: BetaLaw,
        k: IntArray,
        before: FloatArray,
        behind: FloatArray,
    ) -> None:
        self.samples, self.law = segments.samples, law
        self.k, self.before, self.behind = k, before, behind
        self.peak = np.full(k.size, -np.inf)
        self.weight = np.zeros(k.size)
        self.mean = np.zeros((self.samples.values.shape[0], k.size))
        self.scatter = np.zeros(k.size)

    def add(self, chunk: PairChunk) -> None:
        place = self.samples.place
        first = np.searchsorted(self.k, place[chunk.i], side="left")
        count = np.searchsorted(self.k, place[chunk.j] - 1, side="right") - first
        ends = np.cumsum(count)
        low = 0
        while low < count.size:
            done = ends[low - 1] if low else 0
            high = max(int(np.searchsorted(ends, done + _INCIDENCES)), low + 1)
            pair = np.repeat(np.arange(low, high), count[low:high])
            if pair.size:
                node = np.arange(pair.size) - np.repeat(
                    ends[low:high] - count[low:high] - done - first[low:high], count[low:high]
                )
                self._merge(chunk, pair, node)
            low = high

    def _merge(self, chunk: PairChunk, pair: IntArray, node: IntArray) -> None:
        points, place, values = self.samples.points, self.samples.place, self.samples.values
        i, j = chunk.i[pair], chunk.j[pair]
        start, end = points[place[i]], points[place[j]]
        length = end - start
        k = self.k[node]
        done = (self.before[node] + (points[k] - start)) / length
        left = (self.behind[node] + (end - points[k + 1])) / length
        with np.errstate(divide="ignore", invalid="ignore"):
            log_done, log_left = np.log(done), np.log(left)
            log_weight = np.logaddexp(
                np.log(chunk.forward[pair]) + self.law.log_density(log_left, log_done),
                np.log(chunk.backward[pair]) + self.law.log_density(log_done, log_left),
            ) - np.log(length)
        log_weight[(done == 0) | (left == 0)] = -np.inf
        size = self.k.size
        peak = self.peak.copy()
        np.maximum.at(peak, node, log_weight)
        finite = np.where(np.isfinite(peak), peak, 0)
        weight = np.exp(log_weight - finite[node])
        target = values[:, i] * left + values[:, j] * done
        total = np.bincount(node, weight, minlength=size)
        some = np.where(total > 0, total, 1)
        mean = np.stack([np.bincount(node, weight * row, minlength=size) for row in target]) / some
        rest = target - mean[:, node]
        scatter = np.bincount(node, weight * np.einsum("cp,cp->p", rest, rest), minlength=size)
        shrink = np.exp(self.peak - finite)
        known = self.weight * shrink
        both = known + total
        share = total / np.where(both > 0, both, 1)
        gap = mean - self.mean
        self.scatter = self.scatter * shrink + scatter
        self.scatter += known * share * np.einsum("cp,cp->p", gap, gap)
        self.mean += share * gap
        self.weight, self.peak = both, peak


def limits(
    segments: Segments, law: BetaLaw, short: SegmentSums | None = None
) -> tuple[FloatArray, FloatArray]:
    """Return the limits of the mean target at the two ends of each interval."""
    # At a distance s from a point, segments through it have densities that tend to constants, and
    # those that begin there densities proportional to s^(alpha - 1) or s^(beta - 1), by their
    # direction. The smallest of the exponents that there are decides the limit.
    samples = segments.samples
    gaps = np.diff(samples.points)
    m, outputs = samples.points.size, samples.values.shape[0]
    through = _Leading(np.ones(m), np.zeros(m), np.zeros((outputs, m)))
    if m > 2:
        inner, zero = np.arange(1, m - 1), np.zeros(m - 2)
        passed = passing(segments, law, inner, zero, gaps[1:], short=short, scatter=False)
        known = ~np.isnan(passed.mean[0])
        # The density may underflow where the mean is still known.
        through.weight[1:-1] = np.where(known, np.maximum(passed.density, _TINY), 0)
        through.mean[:, 1:-1] = np.where(known, passed.mean, 0)
    nearest = np.log(np.minimum(np.append(gaps, np.inf), np.append(np.inf, gaps)))
    right = _combined(through, *_ending(segments, law, nearest, right=True))
    left = _combined(through, *_ending(segments, law, nearest, right=False))
    return right[:, :-1], left[:, 1:]


@dataclass(frozen=True, eq=False)
class _Leading:
    """Segments of one kind at each point: density ~ weight s^(exponent - 1), and mean target."""

    exponent: FloatArray
    weight: FloatArray
    mean: FloatArray


def _ending(
    segments: Segments, law: BetaLaw, nearest: FloatArray, *, right: bool
) -> tuple[_Leading, _Leading]:
    """Sum up the segments to the right (left) of each point, by the order of their pairs."""
    samples = segments.samples
    values, m = samples.values, samples.points.size
    # A forward pair has lambda = 1 at its left end, so that 1 - lambda is small there.
    exponents = (law.beta, law.alpha) if right else (law.alpha, law.beta)
    weights = np.zeros((2, m))
    sums = np.zeros((2, values.shape[0], m))
    for chunk in segments.chunks():
        own = chunk.i if right else chunk.j
        point = samples.place[own]
        length = samples.points[samples.place[chunk.j]] - samples.points[samples.place[chunk.i]]
        farther = np.log(length) - nearest[point]
        for row, pair_weight in enumerate((chunk.forward, chunk.backward)):
            # In units of the closest neighbour, lest a large exponent overflow.
            weight = pair_weight * np.exp(-exponents[row] * farther)
            weights[row] += np.bincount(point, weight, minlength=m)
            for channel, target in enumerate(values):
                sums[row, channel] += np.bincount(point, weight * target[own], minlength=m)
    kinds = []
    for row, exponent in enumerate(exponents):
        mean = sums[row] / np.where(weights[row] > 0, weights[row], 1)
        # Only segments through the point have to be compared with: theirs is the exponent 1.
        unit = np.exp(-nearest - scipy.special.betaln(law.alpha, law.beta)) if exponent == 1 else 1
        kinds.append(_Leading(np.full(m, exponent), weights[row] * unit, mean))
    return kinds[0], kinds[1]


def _combined(*kinds: _Leading) -> FloatArray:
    """Average what has the smallest exponent at each point; NaN if there is nothing."""
    power = np.stack([np.where(kind.weight > 0, kind.exponent, np.inf) for kind in kinds])
    weight = np.stack([kind.weight for kind in kinds])
    weight = np.where(power == power.min(axis=0), weight, 0)
    weight[~np.isfinite(power)] = 0
    total = weight.sum(axis=0)
    mean: FloatArray = sum(
        (share * kind.mean for share, kind in zip(weight, kinds, strict=True)),
        np.zeros_like(kinds[0].mean),
    )
    return np.where(total > 0, mean / np.where(total > 0, total, 1), np.nan)

r"""The exact minimisers of a sweep at the ordered samples, with their leverages H_ii in f = H y.

All without self pairs and for uniform lambda. Over all functions, the limits at a sample are sums
over the segments that begin, end or pass there, each with the weight W_ab/(x_b - x_a), and the
prediction with it left out is that of the segments that pass. Nothing is taken away from a sum,
so that it keeps its digits: the pairs of a list are sorted by the block boundary that they cross,
in blocks of 1, 2, 4, ... points, and are summed up to there from both ends; the exponential graph
has the sums of `numerics.minimise.measure.full_graph`. From parameter to parameter change the pairs
that enter. The other two spaces need no more than these for f.
"""

from collections.abc import Iterator
from itertools import pairwise, starmap
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
from scipy.linalg.lapack import dpttrf, dpttrs

from numerics.graphs.line import reach
from numerics.graphs.space import announce_pairs
from numerics.minimise import Space
from numerics.minimise.measure.full_graph import full_sums
from numerics.minimise.virtual.samples import SMALLEST_GAP, Samples
from numerics.validation import FloatArray, IntArray

GraphName = Literal["knn", "threshold", "exponential"]

_FIRM = 1e-9  # of 1 - H_ii, below which a sample is not predicted from its residual
_HELD = 1 << 16  # numbers for all samples and some parameters
_NOTHING = 1e-290  # weight or density, below which digits are lost to underflow
_STEEPEST = SMALLEST_GAP**-1.1  # decay in the range of x: beyond it no weight is left
_NEAR = 32  # samples to both sides to which a continuous minimiser is followed at least
_ROUNDING = np.finfo(float).eps / 16  # what is left of it beyond

_Fits: TypeAlias = tuple[FloatArray, FloatArray, FloatArray]


def fits(
    samples: Samples,
    y: FloatArray,
    graph: GraphName,
    parameters: FloatArray | IntArray,
    space: Space,
) -> Iterator[_Fits]:
    """Yield f, leverage and leave-one-out prediction at the ordered samples, shape (k, n).

    From the sparsest graph on, as the parameters are.
    """
    kind = _Exponential if graph == "exponential" else _Listed
    family = kind(samples, y, graph)
    minimise = {"L2": _all_functions, "continuous": _continuous, "linear": _line}[space]
    step = max(1, _HELD // y.size)
    for begin in range(0, parameters.size, step):
        family.take(parameters[begin : begin + step])
        yield minimise(family)


class _Sums(NamedTuple):
    """What the segments sum up to, each pair counted once, in the units of the samples."""

    passing: FloatArray  # density and sum of targets of those that pass over each point, (k, 2, m)
    begins: FloatArray  # the density of the segments that begin at each sample, shape (k, n)
    ends: FloatArray  # and of those that end there
    partners: FloatArray  # the weight of each sample's pairs with others at its point, (k, n)


class _Exponential:
    """The graphs exp(-alpha |x_i - x_j|)."""

    def __init__(self, samples: Samples, y: FloatArray, _: GraphName) -> None:
        self.samples, self.y = samples, y
        self.x = samples.points[samples.place]
        self.decays = np.empty(0)

    def take(self, parameters: FloatArray | IntArray) -> None:
        """Take the graphs of the next parameters."""
        scale = self.samples.x_scale
        self.decays = np.minimum(parameters, _STEEPEST / scale) * scale

    def sums(self) -> _Sums:
        """Sum up the segments."""
        samples = self.samples
        first, place = samples.start[:-1], samples.place
        sizes = np.diff(samples.start)
        mass = np.column_stack((sizes, np.add.reduceat(self.y, first)))
        found = full_sums(samples.points, mass, decays=self.decays)
        partners = np.broadcast_to(sizes[place] - 1.0, (self.decays.size, place.size))
        return _Sums(found.passing, found.begins[:, place], found.ends[:, place], partners)

    def joined(self) -> tuple[FloatArray, FloatArray]:
        """Return the sums of W and of W (x_j - x_i) over the partners of each sample, (k, n)."""
        weight, moment = np.zeros((2, self.x.size, self.decays.size))
        gaps = np.diff(self.x)
        fall = np.exp(-self.decays * gaps[:, None])
        for way, sign in ((slice(None), -1), (slice(None, None, -1), 1)):
            total, distance = np.zeros((2, self.decays.size))
            for i, (gap, factor) in enumerate(zip(gaps[way], fall[way], strict=True), 1):
                total = factor * (total + 1)
                distance = factor * distance + gap * total
                weight[way][i] += total
                moment[way][i] += sign * distance
        return weight.T, moment.T

    def steps(self) -> Iterator[FloatArray]:
        """Yield the weights W[i, i + l] for l = 1, 2, ..., shape (k, n - l)."""
        fall = np.exp(-self.decays[:, None] * np.diff(self.x))
        weights = fall
        for begin in range(1, self.x.size):
            yield weights
            weights = weights[:, :-1] * fall[:, begin:]

    def far(self, near: int) -> FloatArray:
        """Return the sums of W w^2 and W w^2 (x_j - x_l) over j > l = i + near, (2, 2, k, n).

        The second axis is for the samples and for the same in a mirror.
        """
        x, n = self.x, self.x.size
        ahead, behind = np.zeros((2, 2, n, self.decays.size))
        for begin in range(0, n - near - 1, near):
            a, b = np.ogrid[begin : min(begin + near, n - near - 1), begin + near + 1 : n]
            here, there = a[:, 0], b[0]
            # exp(-decay (x_j - x_i)) in two factors, neither above 1.
            fall = np.exp(-self.decays * (x[here[-1]] - x[here, None]))
            rise = np.exp(-self.decays * (x[there, None] - x[here[-1]]))
            square = np.where(b > a + near, _inverse(x[b] - x[a]) ** 2, 0)
            ahead[0, here] += fall * (square @ rise)
            behind[0, there] += rise * (square.T @ fall)
            ahead[1, here] += fall * ((square * (x[b] - x[a + near])) @ rise)
            behind[1, there] += rise * ((square * (x[b - near] - x[a])).T @ fall)
        return np.stack((ahead, behind[:, ::-1]), axis=1).swapaxes(2, 3)


class _Listed:
    """The graphs of nearest neighbours or of a threshold, whose pairs enter one after the other."""

    def __init__(self, samples: Samples, y: FloatArray, graph: GraphName) -> None:
        self.samples, self.y = samples, y
        self.nearest = graph == "knn"
        self.x = samples.points[samples.place]
        # Each sample is joined to those behind it up to the last of each graph, shape (1 + k, n);
        # the first row is that of the graph before.
        self.last = np.arange(y.size)[None]
        self.begins, self.ends, self.partners = np.zeros((3, y.size))
        size = 1 << (samples.points.size - 1).bit_length()
        self.bits = np.frexp(np.arange(size))[1]
        self.passing, self.gaps = np.zeros((2, size)), np.zeros(size + 1)
        self.gaps[1 : samples.points.size] = np.diff(samples.points)

    def take(self, parameters: FloatArray | IntArray) -> None:
        """Take the graphs of the next parameters."""
        x = self.x * self.samples.x_scale
        last = [reach(x, each, nearest=self.nearest) for each in parameters.tolist()]
        self.last = np.maximum.accumulate([self.last[-1], *last])

    def sums(self) -> _Sums:
        """Sum up the segments."""
        return _Sums(*map(np.stack, zip(*starmap(self._sums, pairwise(self.last)), strict=True)))

    def _sums(self, before: IntArray, last: IntArray) -> _Sums:
        """Let the pairs of one graph enter, and sum up."""
        n, m, place = self.y.size, self.samples.points.size, self.samples.place
        a, b = _ranges(before + 1, last + 1)
        # A pair crosses a boundary between blocks of 2^(level - 1) points: the longest blocks that
        # have one between the two, but no longer than need be. Those at one point are in row 0.
        new = last > before
        first = np.minimum(before + 1, n - 1)
        short, long = (place[each[new]] - place[new] for each in (first, last))
        longest = int(long.max(initial=1))
        low = max(int(short.min(initial=longest)).bit_length() - 1, 0)
        top = 1 + (longest - 1).bit_length()
        row = (self.bits[place[a] ^ place[b]] - low).clip(0, top - low)
        w = 1 / np.where(row > 0, self.x[b] - self.x[a], 1)
        tilt = w * w * (self.y[b] - self.y[a])
        for end, sign, gaps, reached in (
            (a, 1, self.gaps[1:], self.begins),
            (b, -1, self.gaps[:-1], self.ends),
        ):
            own, slope = (
                np.bincount(row * n + end, each, (top - low + 1) * n).reshape(-1, n)
                for each in (w, sign * tilt)
            )
            np.add(reached, own[1:].sum(axis=0), out=reached)
            self.partners += own[0]
            sums = np.zeros((3, len(own), gaps.size))
            sums[..., :m] = _at_points(np.stack((own, own * self.y, slope)), self.samples)
            for level in range(max(low + 1, 2), top + 1):
                # Below the top pairs begin in every other block, and end in those between.
                every = 1 + (level < top)
                blocks = slice(sign < 0 and every - 1, None, every)
                some, gap, passed = (
                    each.reshape(*each.shape[:-1], -1, 1 << level - 1)[..., blocks, ::sign]
                    for each in (sums[:, level - low], gaps, self.passing)
                )
                some[1] += some[2].cumsum(axis=-1) * gap
                passed[..., 1:] += some[:2].cumsum(axis=-1)[..., :-1]
        passing = self.passing[:, :m].copy()
        return _Sums(passing, self.begins.copy(), self.ends.copy(), self.partners.copy())

    def joined(self) -> tuple[FloatArray, FloatArray]:
        """Return the sums of W and of W (x_j - x_i) over the partners of each sample, (k, n)."""
        weights, moments = [], []
        for last in self.last[1:]:
            begin = last.searchsorted(np.arange(self.x.size))
            number = last - begin
            x = self.x - self.x[number.argmax()]
            window = np.column_stack((begin, last + 1)).ravel()
            weights.append(number)
            moments.append(np.add.reduceat(np.append(x, 0), window)[::2] - (number + 1) * x)
        return np.stack(weights), np.stack(moments)

    def steps(self) -> Iterator[FloatArray]:
        """Yield the weights W[i, i + l] for l = 1, 2, ..., shape (k, n - l)."""
        number = self.last[1:] - np.arange(self.x.size)
        for step in range(1, self.x.size):
            yield np.asarray(number[:, :-step] >= step, dtype=np.float64)

    def far(self, near: int) -> FloatArray:
        """Return the sums of W w^2 and W w^2 (x_j - x_l) over j > l = i + near, (2, 2, k, n)."""
        x, n = self.x, self.x.size
        here = np.arange(n)
        last = np.maximum([here, *self.last[1:]], np.minimum(here + near, n - 1))
        (ahead, behind), sums = np.zeros((2, 2, n)), []
        for before, after in pairwise(last):
            a, b = _ranges(before + 1, after + 1)
            square = _inverse(x[b] - x[a]) ** 2
            ahead[0] += np.bincount(a, square, n)
            behind[0] += np.bincount(b, square, n)
            ahead[1] += np.bincount(a, square * (x[b] - x[a + near]), n)
            behind[1] += np.bincount(b, square * (x[b - near] - x[a]), n)
            sums.append(np.stack((ahead, behind[:, ::-1]), axis=1))
        return np.stack(sums, axis=2)


_Family: TypeAlias = _Exponential | _Listed  # the graphs of a sweep, k at a time


def _inverse(length: FloatArray) -> FloatArray:
    """Return 1 over lengths, but 0 for samples at one point."""
    return np.where(length > 0, 1 / np.where(length > 0, length, 1), 0)


def _ranges(first: IntArray, end: IntArray) -> tuple[IntArray, IntArray]:
    """Return the pairs of each sample with those from a first to before an end."""
    counts = end - first
    total = np.cumsum(counts)
    announce_pairs(int(total[-1]))
    a = np.repeat(np.arange(counts.size), counts)
    return a, np.arange(total[-1]) + (first - total + counts)[a]


def _at_points(each: FloatArray, samples: Samples) -> FloatArray:
    """Sum up what the samples at each point have."""
    if samples.points.size == samples.n:
        return each
    return np.add.reduceat(each, samples.start[:-1], axis=-1)


def _mean(total: FloatArray, weight: FloatArray, alone: FloatArray | float) -> FloatArray:
    """Return the mean of total/weight over the sides that have a weight, or a value of its own."""
    some = weight > _NOTHING
    number = some.sum(axis=0)
    means = np.where(some, total / np.where(some, weight, 1), 0).sum(axis=0)
    return np.where(number > 0, means / np.maximum(number, 1), alone)


def _without(y: FloatArray, f: FloatArray, leverage: FloatArray) -> FloatArray:
    """Return the leave-one-out predictions of a linear smoother."""
    firm = 1 - leverage > _FIRM
    rest = (y - f) / np.where(firm, 1 - leverage, 1)
    return np.where(firm, y - rest, (y.sum() - y) / (y.size - 1))


def _all_functions(family: _Family) -> _Fits:
    """Minimise over all functions."""
    samples, y = family.samples, family.y
    place, found = samples.place, family.sums()
    own = np.stack((found.ends, found.begins))
    here = np.stack((own, own * y))
    at_point = _at_points(here, samples)
    passing = found.passing.swapaxes(0, 1)[:, None]
    density, target = (passing + at_point)[..., place]
    others, prediction = passing[..., place] + (at_point[..., place] - here)
    mean = (y.sum() - y) / (y.size - 1)
    return _mean(target, density, y), _mean(own, density, 1.0), _mean(prediction, others, mean)


def _continuous(family: _Family) -> _Fits:
    """Minimise over continuous functions."""
    samples, y = family.samples, family.y
    place, gaps, found = samples.place, np.diff(samples.points), family.sums()
    # Density and targets of the intervals, at both ends.
    passing = found.passing.swapaxes(0, 1)
    near, far = (
        (passing + _at_points(np.stack((own, own * y)), samples))[..., part] * gaps
        for own, part in ((found.begins, slice(None, -1)), (found.ends, slice(1, None)))
    )
    near[..., near[0] < _NOTHING] = far[..., near[0] < _NOTHING] = 0
    (mass, near), (_, far) = near, far
    # Every pair once, and so half of the weights that each of its ends sees.
    atoms = found.partners / 2
    diagonal, load = _at_points(np.stack((atoms, atoms * y)), samples)
    diagonal[:, :-1] += mass / 3
    diagonal[:, 1:] += mass / 3
    load[:, :-1] += (2 * near + far) / 6
    load[:, 1:] += (near + 2 * far) / 6
    known = diagonal > 0
    diagonal[~known] = 1
    # The tridiagonal systems of all graphs in one, from both ends.
    whole, beside = diagonal.ravel(), np.pad(mass / 6, ((0, 0), (0, 1))).ravel()[:-1]
    pivots, to_left, _ = dpttrf(whole, beside)
    mirrored, to_right, _ = dpttrf(whole[::-1], beside[::-1])
    f = dpttrs(pivots, to_left, load.reshape(-1, 1))[0].reshape(load.shape)[:, place]
    pivot = (pivots + mirrored[::-1] - whole).reshape(load.shape)
    steps = [np.append(each, 0).reshape(load.shape) for each in (to_right[::-1], to_left)]
    leverage = _spread(family, diagonal, pivot, *steps) + atoms / pivot[:, place]
    f, leverage = (np.where(known[:, place], *each) for each in ((f, y), (leverage, 1.0)))
    return f, leverage, _without(y, f, leverage)


def _spread(
    family: _Family,
    diagonal: FloatArray,
    pivot: FloatArray,
    to_right: FloatArray,
    to_left: FloatArray,
) -> FloatArray:
    r"""Return the leverage from the segments, for the inverses of tridiagonal matrices T.

    With G_i the piecewise-linear function of row i of T^-1 it is the sum over j of W_ij w^2 times
    the integral of G_i(t) |x_j - t| between the two. From its height 1/pivot at x_i on, G_i changes
    its sign from point to point and shrinks to a half or less, as elimination from the other end
    tells. So for all i at once and step by step, to the right and in a mirror, until what is left
    is rounding.
    """
    x, place = family.samples.points[family.samples.place], family.samples.place
    sizes, own = (np.stack((each, each[:, ::-1])) for each in (diagonal[:, place], pivot[:, place]))
    tied = np.diff(place) == 0
    right, left = (np.where(tied, 1, -each[:, place[:-1]]) for each in (to_right, to_left))
    ratio, gap = np.stack((right, left[:, ::-1])), np.diff(x)
    gaps = np.stack((gap, gap[::-1]))[:, None]
    height, total = np.ones_like(own), np.zeros_like(own)
    area = moment = np.zeros_like(own)
    for step, weights in enumerate(family.steps(), 1):
        last, width = height[..., :-1], gaps[..., step - 1 :]
        height = last * ratio[..., step - 1 :]
        both = last + height
        moment = moment[..., :-1] + width * (area[..., :-1] + width / 6 * (last + both))
        area = area[..., :-1] + width / 2 * both
        w = weights * _inverse(x[step:] - x[:-step]) ** 2
        total[0, :, :-step] += w * moment[0]
        total[1, :, :-step] += w[:, ::-1] * moment[1]
        if step >= _NEAR and step % 4 == 0:
            rest = np.abs(height) * sizes[..., step:]
            if (rest <= _ROUNDING * own[..., :-step]).all():
                # Beyond, the moment is a straight line as a function of x_j.
                square, reached = family.far(step)[..., :-step]
                total[..., :-step] += square * moment + reached * area
                break
    total /= own
    return np.asarray(total[0] + total[1, :, ::-1])


def _line(family: _Family) -> _Fits:
    """Minimise over affine functions, around the mean of x for the weights: r^T M r parts there."""
    y, x = family.y, family.samples.points[family.samples.place]
    weight, moment = family.joined()
    largest = weight.max(axis=1, keepdims=True)
    some = largest > _NOTHING
    weight, moment = (each / np.where(some, largest, 1) for each in (weight, moment))
    # From the sample of most weight, so that a few close samples far from the others keep digits.
    x = x - x[weight.argmax(axis=1), None]
    share = weight / np.where(some, weight.sum(axis=1, keepdims=True), 1)
    tilt = x - (share * x).sum(axis=1, keepdims=True)
    height = (share @ y)[:, None]
    form = (3 * weight * tilt + moment) / 2
    square = (form * tilt).sum(axis=1, keepdims=True)
    # Where all weight is at one point the slope is open, and 0.
    rounding = (y.size * np.finfo(float).eps) ** 2 * (weight * x * x).sum(axis=1, keepdims=True)
    form = np.where(square > rounding, form / np.where(square > rounding, square, 1), 0)
    f = height + tilt * (form * (y - height)).sum(axis=1, keepdims=True)
    f, leverage = (np.where(some, *each) for each in ((f, y), (share + tilt * form, 1.0)))
    return f, leverage, _without(y, f, leverage)

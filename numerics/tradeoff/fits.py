r"""The exact minimisers of a sweep at the ordered samples, with their leverages H_ii in f = H y.

All without self pairs and for uniform lambda. Over all functions, the limits at a sample are sums
over the segments that begin, end or pass there, each with the weight W_ab/(x_b - x_a). They change
from point to point by what begins and ends, so that running sums over the points serve, and from
parameter to parameter by the pairs that enter; the exponential graph has the sums of
`numerics.minimise.measure.full_graph`. The other two spaces need no more than these for f.
"""

from collections.abc import Iterator
from itertools import pairwise, starmap
from typing import Literal, NamedTuple, Protocol

import numpy as np
import scipy.sparse as sp
from scipy.linalg.lapack import dpttrf, dpttrs

from numerics.graphs.line import reach
from numerics.graphs.space import announce_pairs
from numerics.minimise import Space
from numerics.minimise.measure.covering import cover
from numerics.minimise.measure.full_graph import full_sums
from numerics.minimise.virtual.samples import Samples
from numerics.minimise.virtual.segments import Segments
from numerics.validation import FloatArray, IntArray

GraphName = Literal["knn", "threshold", "exponential"]

LOST = 1e-9
"""Share of a density that running sums may lose to rounding, before segments are merged instead."""
_HELD = 1 << 16  # numbers for all samples and some parameters
_RANK = 1e-13  # of the normal equations of a line
_NOTHING = 1e-290  # mass of an interval, below which digits are lost to underflow
_NEAR = 32  # samples to both sides to which a continuous minimiser is followed at least
_ROUNDING = np.finfo(float).eps / 16  # what is left of it beyond


def fits(
    samples: Samples,
    y: FloatArray,
    graph: GraphName,
    parameters: FloatArray | IntArray,
    space: Space,
) -> Iterator[tuple[FloatArray, FloatArray]]:
    """Yield f and the leverage at the ordered samples, shape (k, n), from the sparsest graph on."""
    centre = y.mean()
    kind = _Exponential if graph == "exponential" else _Listed
    family: _Family = kind(samples, y - centre, graph)
    minimise = {"L2": _all_functions, "continuous": _continuous, "linear": _line}[space]
    step = max(1, _HELD // y.size)
    for begin in range(0, parameters.size, step):
        family.take(parameters[begin : begin + step])
        f, leverage = minimise(family)
        yield f + centre, leverage


class _Sums(NamedTuple):
    """What the segments sum up to, each pair counted once, in the units of the samples."""

    density: FloatArray  # over each interval, shape (k, m - 1), 0 where no segment passes
    left: FloatArray  # the mean target at its left end, shape (k, m - 1)
    right: FloatArray  # and at its right end
    begins: FloatArray  # the density of the segments that begin at each sample, shape (k, n)
    ends: FloatArray  # and of those that end there
    partners: FloatArray  # the weight of each sample's pairs with others at its point, (k, n)


class _Family(Protocol):
    """The graphs of a sweep, k at a time."""

    samples: Samples
    y: FloatArray

    def take(self, parameters: FloatArray | IntArray) -> None:
        """Take the graphs of the next parameters."""

    def sums(self) -> _Sums:
        """Sum up the segments."""

    def joined(self, values: FloatArray) -> FloatArray:
        """Return the weighted sums of some values over the partners of each sample, (k, n, c)."""

    def steps(self) -> Iterator[FloatArray]:
        """Yield the weights W[i, i + l] for l = 1, 2, ..., shape (k, n - l)."""

    def far(self, near: int) -> FloatArray:
        """Return the sums of W w^2 and W w^2 (x_j - x_l) over j > l = i + near, (2, 2, k, n).

        The second axis is for the samples and for the same in a mirror.
        """


class _Exponential:
    """The graphs exp(-alpha |x_i - x_j|)."""

    def __init__(self, samples: Samples, y: FloatArray, _: GraphName) -> None:
        self.samples, self.y = samples, y
        self.x = samples.points[samples.place]
        self.decays = np.empty(0)

    def take(self, parameters: FloatArray | IntArray) -> None:
        """Take the graphs of the next parameters."""
        self.decays = np.asarray(parameters * self.samples.x_scale, dtype=np.float64)

    def sums(self) -> _Sums:
        """Sum up the segments."""
        samples = self.samples
        first, place = samples.start[:-1], samples.place
        sizes = np.diff(samples.start)
        mass = np.column_stack((sizes, np.add.reduceat(self.y, first)))
        found = full_sums(samples.points, mass, decays=self.decays)
        left, right = np.nan_to_num((found.left[:, 0], found.right[:, 0]))
        begins, ends = found.begins[:, place], found.ends[:, place]
        partners = np.broadcast_to(sizes[place] - 1.0, begins.shape)
        return _Sums(found.density, left, right, begins, ends, partners)

    def joined(self, values: FloatArray) -> FloatArray:
        """Return the weighted sums of some values over the partners of each sample, (k, n, c)."""
        sums = np.zeros((self.x.size, self.decays.size, values.shape[1]))
        fall = np.exp(-self.decays * np.diff(self.x)[:, None])[:, :, None]
        for way in (slice(None), slice(None, None, -1)):
            total = np.zeros_like(sums[0])
            for i in range(1, self.x.size):
                total = fall[way][i - 1] * (total + values[way][i - 1])
                sums[way][i] += total
        return sums.swapaxes(0, 1)

    def steps(self) -> Iterator[FloatArray]:
        """Yield the weights W[i, i + l] for l = 1, 2, ..., shape (k, n - l)."""
        fall = np.exp(-self.decays[:, None] * np.diff(self.x))
        weights = fall
        for begin in range(1, self.x.size):
            yield weights
            weights = weights[:, :-1] * fall[:, begin:]

    def far(self, near: int) -> FloatArray:
        """Return the sums of W w^2 and W w^2 (x_j - x_l) over j > l = i + near, (2, 2, k, n)."""
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
        self.count, self.change = np.zeros((2, samples.points.size))

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
        w = _inverse(self.x[b] - self.x[a])
        self.begins += np.bincount(a, w, minlength=n)
        self.ends += np.bincount(b, w, minlength=n)
        steep = w * w * (self.y[b] - self.y[a])
        self.change += np.bincount(place[a], steep, minlength=m)
        self.change -= np.bincount(place[b], steep, minlength=m)
        self.count += np.bincount(place[a], w > 0, minlength=m)
        self.count -= np.bincount(place[b], w > 0, minlength=m)
        for end in (a, b):
            self.partners += np.bincount(end, w == 0, minlength=n)
        own = self.begins.copy(), self.ends.copy(), self.partners.copy()
        covered = np.cumsum(self.count)[:-1] > 0.5
        density = np.cumsum(np.bincount(place, self.begins - self.ends, minlength=m))[:-1]
        largest = max(float(self.begins.max()), float(density.max()))
        if covered.any() and np.finfo(float).eps * largest > LOST * density[covered].min():
            return _Sums(*self._merged(last), *own)
        jump = np.bincount(place, (self.begins - self.ends) * self.y, minlength=m)
        moved = np.cumsum(self.change)[:-1] * np.diff(self.samples.points)
        after = np.cumsum(jump + np.concatenate(([0.0], moved)))[:-1]
        some = np.where(covered, density, 1)
        left, right = (np.where(covered, each / some, 0) for each in (after, after + moved))
        return _Sums(np.where(covered, density, 0), left, right, *own)

    def _merged(self, last: IntArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return density and targets by merging, without subtraction."""
        ordered = Samples.of(self.x, self.y[:, None])
        a, b = _ranges(np.arange(self.y.size) + 1, last + 1)
        once = sp.csr_array((np.ones(a.size), (a, b)), shape=(self.y.size, self.y.size))
        found = cover(Segments.of(ordered, once))
        left, right = (
            np.nan_to_num(ends[0]) * ordered.y_scale + ordered.y_shift[0]
            for ends in (found.left, found.right)
        )
        return found.density / ordered.x_scale, left, right

    def joined(self, values: FloatArray) -> FloatArray:
        """Return the weighted sums of some values over the partners of each sample, (k, n, c)."""
        here = np.arange(self.x.size)
        padded = np.append(values, np.zeros((1, values.shape[1])), axis=0)
        sums = []
        for last in self.last[1:]:
            window = np.column_stack((last.searchsorted(here), last + 1))
            sums.append(np.add.reduceat(padded, window.ravel())[::2] - values)
        return np.stack(sums)

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


def _all_functions(family: _Family) -> tuple[FloatArray, FloatArray]:
    """Return f and the leverage at the ordered samples, over all functions."""
    place, found = family.samples.place, family.sums()
    # What lies before and behind each point.
    outside = ((0, 0), (1, 0)), ((0, 0), (0, 1))
    density, limits = (
        np.stack([np.pad(each, width) for each, width in zip(pair, outside, strict=True)])
        for pair in ((found.density, found.density), (found.right, found.left))
    )
    sides = density > 0
    own = np.stack((found.ends, found.begins)) / np.where(sides, density, 1)[..., place]
    number = sides.sum(axis=0)[:, place]
    alone = number == 0
    number = np.maximum(number, 1)
    f = np.where(sides, limits, 0).sum(axis=0)[:, place] / number
    leverage = np.where(sides[..., place], own, 0).sum(axis=0) / number
    return np.where(alone, family.y, f), np.where(alone, 1.0, leverage)


def _continuous(family: _Family) -> tuple[FloatArray, FloatArray]:
    """Return f and the leverage at the ordered samples, over continuous functions."""
    samples, y = family.samples, family.y
    place, first = samples.place, samples.start[:-1]
    found = family.sums()
    mass = found.density * np.diff(samples.points)
    mass[mass < _NOTHING] = 0
    # Every pair once, and so half of the weights that each of its ends sees.
    atoms = found.partners / 2
    diagonal, load = (np.add.reduceat(each, first, axis=1) for each in (atoms, atoms * y))
    for end, near, far in (
        (slice(None, -1), found.left, found.right),
        (slice(1, None), found.right, found.left),
    ):
        diagonal[:, end] += mass / 3
        load[:, end] += mass * (2 * near + far) / 6
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
    alone = ~known[:, place]
    return np.where(alone, y, f), np.where(alone, 1.0, leverage)


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


def _line(family: _Family) -> tuple[FloatArray, FloatArray]:
    """Return f and the leverage at the ordered samples, over affine functions."""
    samples, y = family.samples, family.y
    x = samples.points[samples.place]
    tilt = x - x.mean()
    basis = np.column_stack((np.full(x.size, x.size**-0.5), tilt / np.linalg.norm(tilt)))
    joined = family.joined(np.column_stack((np.ones(x.size), basis)))
    largest = joined[..., :1].max(axis=1, keepdims=True)
    joined = joined / np.where(largest > 0, largest, 1)  # of weights that may be very small
    form = joined[..., :1] * basis + joined[..., 1:] / 2
    back = basis @ np.linalg.pinv(basis.T @ form, rcond=_RANK, hermitian=True)
    f = back @ (form.swapaxes(1, 2) @ y)[..., None]
    alone = ~form.any(axis=(1, 2))[:, None]
    leverage = np.einsum("kij,kij->ki", back, form)
    return np.where(alone, y, f[..., 0]), np.where(alone, 1.0, leverage)

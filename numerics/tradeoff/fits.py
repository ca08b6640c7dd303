r"""The exact minimisers of a sweep at the ordered samples, with their leverages H_ii in f = H y.

All without self pairs and for uniform lambda. Over all functions, the limits at a sample are sums
over the segments that begin, end or pass there, each with the weight W_ab/(x_b - x_a). They change
from point to point by what begins and ends, so that running sums over the points serve, and from
parameter to parameter by the pairs that enter; the exponential graph has the sums of
`numerics.minimise.measure.full_graph`. The other two spaces need no more than these for f.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

import numpy as np
import scipy.sparse as sp
from scipy.linalg import solveh_banded

from numerics.graphs.line import reach
from numerics.graphs.space import announce_pairs
from numerics.minimise.measure.covering import cover
from numerics.minimise.measure.full_graph import full_sums
from numerics.minimise.virtual.samples import Samples
from numerics.minimise.virtual.segments import Segments

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numerics.minimise import Space
    from numerics.validation import FloatArray, IntArray

GraphName = Literal["knn", "threshold", "exponential"]

LOST = 1e-9
"""Share of a density that running sums may lose to rounding, before segments are merged instead."""
_HELD = 1 << 19  # weights of a block of rows
_RANK = 1e-13  # of the normal equations of a line


def fits(
    samples: Samples,
    y: FloatArray,
    graph: GraphName,
    parameters: FloatArray | IntArray,
    space: Space,
) -> Iterator[tuple[FloatArray, FloatArray]]:
    """Yield f and the leverage at the ordered samples, from the sparsest graph on."""
    centre = y.mean()
    kind = _Exponential if graph == "exponential" else _Listed
    family: _Family = kind(samples, y - centre, graph, parameters)
    for index in range(parameters.size):
        family.move_to(index)
        if space == "linear":
            f, leverage = _line(family)
        elif space == "L2":
            f, leverage = _all_functions(family)
        else:
            f, leverage = _continuous(family)
        yield f + centre, leverage


class _Intervals(NamedTuple):
    """What the segments sum up to, each pair counted once, in the units of the samples."""

    density: FloatArray  # over each interval, shape (m - 1,), 0 where no segment passes
    left: FloatArray  # the mean target at its left end, shape (m - 1,)
    right: FloatArray  # and at its right end
    begins: FloatArray  # the density of the segments that begin at each sample, shape (n,)
    ends: FloatArray  # and of those that end there


class _Family(Protocol):
    """The graphs of a sweep, one at a time."""

    samples: Samples
    y: FloatArray

    def move_to(self, index: int) -> None:
        """Take the graph of a parameter."""

    def intervals(self) -> _Intervals:
        """Sum up the segments."""

    def partners(self) -> FloatArray:
        """Return the weight of each sample's pairs with others at its point, shape (n,)."""

    def rows(self, part: slice) -> FloatArray:
        """Return the weights of some samples with all, without self pairs."""


class _Exponential:
    """The graphs exp(-alpha |x_i - x_j|)."""

    def __init__(
        self, samples: Samples, y: FloatArray, _: GraphName, parameters: FloatArray | IntArray
    ) -> None:
        self.samples, self.y, self.decays = samples, y, parameters * samples.x_scale
        self.decay = 0.0

    def move_to(self, index: int) -> None:
        """Take the graph of a parameter."""
        self.decay = float(self.decays[index])

    def intervals(self) -> _Intervals:
        """Sum up the segments."""
        samples = self.samples
        first, place = samples.start[:-1], samples.place
        mass = np.column_stack((np.diff(samples.start), np.add.reduceat(self.y, first)))
        found = full_sums(samples.points, mass, decay=self.decay)
        left, right = np.nan_to_num((found.left[0], found.right[0]))
        return _Intervals(found.density, left, right, found.begins[place], found.ends[place])

    def partners(self) -> FloatArray:
        """Return the weight of each sample's pairs with others at its point, shape (n,)."""
        return (np.diff(self.samples.start) - 1.0)[self.samples.place]

    def rows(self, part: slice) -> FloatArray:
        """Return the weights of some samples with all, without self pairs."""
        x = self.samples.points[self.samples.place]
        weights = np.exp(-self.decay * np.abs(x[part, None] - x))
        weights[np.arange(weights.shape[0]), np.arange(x.size)[part]] = 0
        return np.asarray(weights)


class _Listed:
    """The graphs of nearest neighbours or of a threshold, whose pairs enter one after the other."""

    def __init__(
        self,
        samples: Samples,
        y: FloatArray,
        graph: GraphName,
        parameters: FloatArray | IntArray,
    ) -> None:
        self.samples, self.y, self.parameters = samples, y, parameters
        self.nearest = graph == "knn"
        self.x = samples.points[samples.place]
        # Each sample is joined to those behind it up to this one.
        self.last = np.arange(y.size)
        self.graph: sp.csr_array | None = None
        self.begins, self.ends, self.atoms = np.zeros((3, y.size))
        self.count, self.change = np.zeros((2, samples.points.size))

    def move_to(self, index: int) -> None:
        """Let the pairs of a parameter enter."""
        n, m, place = self.y.size, self.samples.points.size, self.samples.place
        parameter = self.parameters[index].item()
        last = reach(self.x * self.samples.x_scale, parameter, nearest=self.nearest)
        last = np.maximum(last, self.last)
        a, b = _ranges(self.last + 1, last + 1)
        self.last, self.graph = last, None
        length = self.x[b] - self.x[a]
        w = np.where(length > 0, 1 / np.where(length > 0, length, 1), 0)
        self.begins += np.bincount(a, w, minlength=n)
        self.ends += np.bincount(b, w, minlength=n)
        steep = w * w * (self.y[b] - self.y[a])
        self.change += np.bincount(place[a], steep, minlength=m)
        self.change -= np.bincount(place[b], steep, minlength=m)
        self.count += np.bincount(place[a], w > 0, minlength=m)
        self.count -= np.bincount(place[b], w > 0, minlength=m)
        for end in (a, b):
            self.atoms += np.bincount(end, w == 0, minlength=n)

    def intervals(self) -> _Intervals:
        """Sum up the segments."""
        samples, begins, ends = self.samples, self.begins, self.ends
        place, m = samples.place, samples.points.size
        covered = np.cumsum(self.count)[:-1] > 0.5
        density = np.cumsum(np.bincount(place, begins - ends, minlength=m))[:-1]
        largest = max(float(begins.max()), float(density.max()))
        if covered.any() and np.finfo(float).eps * largest > LOST * density[covered].min():
            return self._merged()
        jump = np.bincount(place, (begins - ends) * self.y, minlength=m)
        moved = np.cumsum(self.change)[:-1] * np.diff(samples.points)
        after = np.cumsum(jump + np.concatenate(([0.0], moved)))[:-1]
        some = np.where(covered, density, 1)
        left, right = (np.where(covered, each / some, 0) for each in (after, after + moved))
        return _Intervals(np.where(covered, density, 0), left, right, begins, ends)

    def _merged(self) -> _Intervals:
        """Sum up the segments by merging, without subtraction."""
        ordered = Samples.of(self.x, self.y[:, None])
        found = cover(Segments.of(ordered, self._once()))
        left, right = (
            np.nan_to_num(ends[0]) * ordered.y_scale + ordered.y_shift[0]
            for ends in (found.left, found.right)
        )
        density = found.density / ordered.x_scale
        return _Intervals(density, left, right, self.begins, self.ends)

    def _once(self) -> sp.csr_array:
        ends = _ranges(np.arange(self.y.size) + 1, self.last + 1)
        shape = (self.y.size, self.y.size)
        return sp.csr_array((np.ones(ends[0].size), ends), shape=shape)

    def partners(self) -> FloatArray:
        """Return the weight of each sample's pairs with others at its point, shape (n,)."""
        return self.atoms

    def rows(self, part: slice) -> FloatArray:
        """Return the weights of some samples with all, without self pairs."""
        if self.graph is None:
            once = self._once()
            self.graph = sp.csr_array(once + once.T)
        return np.asarray(self.graph[part].toarray())


def _ranges(first: IntArray, end: IntArray) -> tuple[IntArray, IntArray]:
    """Return the pairs of each sample with those from a first to before an end."""
    counts = end - first
    total = np.cumsum(counts)
    announce_pairs(int(total[-1]))
    a = np.repeat(np.arange(counts.size), counts)
    return a, np.arange(total[-1]) + (first - total + counts)[a]


def _all_functions(family: _Family) -> tuple[FloatArray, FloatArray]:
    """Return f and the leverage at the ordered samples, over all functions."""
    place = family.samples.place
    density, left, right, begins, ends = family.intervals()
    covered = density > 0
    nothing, none = np.zeros(1), np.zeros(1, dtype=bool)
    sides = np.stack((np.concatenate((none, covered)), np.concatenate((covered, none))))
    limits = np.stack((np.concatenate((nothing, right)), np.concatenate((left, nothing))))
    some = np.where(covered, density, 1)
    around = np.stack((np.concatenate(([1.0], some)), np.concatenate((some, [1.0]))))
    own = np.stack((ends, begins)) / around[:, place]
    number = sides.sum(axis=0)[place]
    alone = number == 0
    number = np.maximum(number, 1)
    f = np.where(sides, limits, 0).sum(axis=0)[place] / number
    leverage = np.where(sides[:, place], own, 0).sum(axis=0) / number
    return np.where(alone, family.y, f), np.where(alone, 1.0, leverage)


def _continuous(family: _Family) -> tuple[FloatArray, FloatArray]:
    r"""Return f and the leverage at the ordered samples, over continuous functions.

    With T f = b the tridiagonal system of `numerics.minimise.spaces.continuous` and G_i the
    piecewise-linear function of row i of T^-1, H_ii is the sum over j of W_ij w^2 times the
    integral of G_i(t) |x_j - t| between the two, and of the atom at x_i.
    """
    samples, y = family.samples, family.y
    points, place, m = samples.points, samples.place, samples.points.size
    sums, partners = family.intervals(), family.partners()
    gap = np.diff(points)
    mass = sums.density * gap
    # Every pair once, and so half of the weights that each of its ends sees.
    diagonal, load = np.zeros((2, m))
    np.add.at(diagonal, place, partners / 2)
    np.add.at(load, place, partners / 2 * y)
    for end, near, far in (
        (slice(None, -1), sums.left, sums.right),
        (slice(1, None), sums.right, sums.left),
    ):
        diagonal[end] += mass / 3
        load[end] += mass * (2 * near + far) / 6
    known = diagonal > 0
    scale = np.sqrt(np.where(known, diagonal, 1))
    beside = np.append(0, mass / 6 / (scale[:-1] * scale[1:]))
    band = np.stack((beside, np.ones(m)))
    f = (solveh_banded(band, load / scale) / scale)[place]
    leverage = np.empty(y.size)
    x = points[place]
    step = max(1, _HELD // y.size)
    for begin in range(0, y.size, step):
        part = slice(begin, begin + step)
        here = place[part]
        unit = np.zeros((m, here.size))
        unit[here, np.arange(here.size)] = 1 / scale[here]
        green = (solveh_banded(band, unit) / scale[:, None]).T
        moments = _moments(green, gap, here)
        moments += _moments(green[:, ::-1], gap[::-1], m - 1 - here)[:, ::-1]
        length = np.abs(x[part, None] - x)
        weights = np.where(length > 0, family.rows(part), 0) / np.where(length > 0, length, 1) ** 2
        leverage[part] = np.einsum("ij,ij->i", weights, moments[:, place])
        leverage[part] += partners[part] / 2 * green[np.arange(here.size), here]
    alone = ~known[place]
    return np.where(alone, y, f), np.where(alone, 1.0, leverage)


def _moments(green: FloatArray, gap: FloatArray, first: IntArray) -> FloatArray:
    """Return the integrals of G(t) (x_j - t) from a point of each row on to each x_j behind it."""
    ahead = np.arange(gap.size) >= first[:, None]
    near, far = green[:, :-1], green[:, 1:]
    whole = np.where(ahead, gap * (near + far) / 2, 0)
    before = np.cumsum(whole, axis=1) - whole
    moment = np.zeros_like(green)
    steps = np.where(ahead, gap * (before + gap * (2 * near + far) / 6), 0)
    np.cumsum(steps, axis=1, out=moment[:, 1:])
    return moment


def _line(family: _Family) -> tuple[FloatArray, FloatArray]:
    """Return f and the leverage at the ordered samples, over affine functions."""
    samples, y = family.samples, family.y
    x = samples.points[samples.place]
    tilt = x - x.mean()
    basis = np.column_stack((np.full(x.size, x.size**-0.5), tilt / np.linalg.norm(tilt)))
    form = np.empty_like(basis)
    step = max(1, _HELD // x.size)
    for begin in range(0, x.size, step):
        part = slice(begin, begin + step)
        weights = family.rows(part)
        form[part] = weights.sum(axis=1)[:, None] * basis[part] + weights @ basis / 2
    if not form.any():
        return y, np.ones(y.size)
    inverse = np.linalg.pinv(basis.T @ form, rcond=_RANK, hermitian=True)
    back = basis @ inverse
    return back @ (form.T @ y), np.einsum("ij,ij->i", back, form)

r"""The parameter of a graph for any (x, y) in noise: the exact minimiser for many of them.

The minimiser is linear in y. Over all functions, without self pairs and with uniform lambda, its
limits at a sample are sums over the segments that begin, end or pass there, each with the weight
W_ab/(x_b - x_a). They change from point to point by what begins and ends, so that running sums over
the points serve, and from parameter to parameter by the pairs that enter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal, cast, get_args

import numpy as np
import scipy.sparse as sp
from tqdm import tqdm

from numerics import graphs
from numerics.archive.files import Record
from numerics.minimise import SPACES, Line, mixup_1d
from numerics.minimise.measure.covering import cover
from numerics.minimise.virtual.samples import Samples, check_targets
from numerics.minimise.virtual.segments import Segments
from numerics.tradeoff.choice import RULES, robust_scale, scores
from numerics.validation import check_angles, check_choice, check_integers, check_nonnegative

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import ArrayLike

    from numerics.minimise import Space
    from numerics.tradeoff.choice import Rule
    from numerics.validation import FloatArray, IntArray

GraphName = Literal["knn", "threshold", "exponential"]
GRAPHS: tuple[GraphName, ...] = get_args(GraphName)

_FEWEST = 8  # samples
_LOST = 1e-9
"""Share of a density that running sums may lose to rounding, before segments are merged instead."""


@dataclass(frozen=True, slots=True, eq=False)
class Sweep(Record):
    """The exact minimiser for many parameters of a graph, and the parameter that is chosen.

    Parameters
    ----------
    parameter : numpy.ndarray
        Neighbours, eps or alpha as they were asked for, shape (k,).
    bias2, variance : numpy.ndarray
        Training error mean (f - y)^2 and spread mean (f - mean f)^2 at the samples (Definition
        IV.1), in squared units of y; of the shape of `parameter`, as the next four.
    degrees : numpy.ndarray
        Effective degrees of freedom, the trace of the linear map from y to f at the samples.
    risk : numpy.ndarray
        Estimate bias2 + 2 sigma^2 degrees/n - sigma^2 of E mean (f - s)^2.
    risk_error : numpy.ndarray
        Upper estimate of its standard error, as in `Choice`.
    score : numpy.ndarray
        What the rule makes least.
    graph, space, rule : str
        As they were asked for.
    n : int
        Number of samples.
    spread : float
        Variance mean (y - mean y)^2 of the targets.
    sigma : float
        Standard deviation of the noise, given or estimated, in units of y.
    chosen : int or float
        The parameter of least score, of several the one that joins least.
    values : numpy.ndarray
        The values f(x_i) for it, shape (n,): for "L2" the mean of the two one-sided limits.
    """

    parameter: FloatArray | IntArray
    bias2: FloatArray
    variance: FloatArray
    degrees: FloatArray
    risk: FloatArray
    risk_error: FloatArray
    score: FloatArray
    graph: GraphName
    space: Space
    rule: Rule
    n: int
    spread: float
    sigma: float
    chosen: float
    values: FloatArray

    COLUMNS: ClassVar[tuple[str, ...]] = (
        "parameter",
        "bias2",
        "variance",
        "degrees",
        "risk",
        "risk_error",
        "score",
    )


def sweep(
    x: ArrayLike,
    y: ArrayLike,
    graph: str = "knn",
    parameters: ArrayLike | None = None,
    space: str = "L2",
    rule: str = "Cp",
    *,
    sigma: float | None = None,
    progress: bool = False,
) -> Sweep:
    """Choose a graph's parameter for any (x, y) in white noise.

    Parameters
    ----------
    x : array_like of float
        Inputs, shape (n,), n >= 8, in any order, with gaps and repeats as they are.
    y : array_like of float
        Targets, shape (n,): a function of x and noise of mean 0, uncorrelated, of equal variance.
    graph : str, optional
        "knn", "threshold" or "exponential" of `numerics.graphs`, without self loops: with them the
        minimiser over all functions is y at the samples, whatever the parameter.
    parameters : array_like, optional
        Numbers of neighbours, eps in units of x, or alpha in units of 1/x. By default some 60:
        neighbours from 2 to n/2, eps from the median gap to half the range, alpha from 1 over the
        range to 1 over the median gap.
    space : str, optional
        "L2", "continuous" or "linear", as in `numerics.minimise.mixup_1d`.
    rule : str, optional
        "Cp", "GCV" or "LOO", as in `choose`.
    sigma : float, optional
        Standard deviation of the noise, in units of y; estimated by default from what each sample
        is off the line through its two neighbours in x, with the trimming of `choose`.
    progress : bool, optional
        Show a progress bar on standard error, if that is a terminal, after two seconds.

    Returns
    -------
    Sweep
        Bias², variance, degrees of freedom and estimated risk, and the chosen parameter.

    Raises
    ------
    ValueError
        If x and y are not finite real numbers of one length, at least 8, or are masked; if all x
        are equal; if the parameters do not suit the graph; if sigma is negative or not finite; if
        there is no such graph, space or rule.

    Notes
    -----
    Over "L2" a sample that no segment reaches is its own estimate: f = y there, with one degree of
    freedom. At a sample both limits count as its value. If one is left out, its limits are those of
    the segments that pass over it, so that "LOO" is exact for fixed weights of the other pairs; a
    sample that none passes over is predicted by the mean of the others.

    *Time*, for n samples: "L2" O(p log p + k n) for k parameters and p pairs in the largest graph,
    and O(k n^2) for "exponential"; "continuous" O(k n^2) and more, for the degrees of freedom.
    Where inputs are so uneven that running sums would lose nine digits of a density, segments are
    merged as in `mixup_1d`.
    """
    inputs, targets = _checked(x, y)
    known = check_choice(graph, "graph", GRAPHS)
    where, how = check_choice(space, "space", SPACES), check_choice(rule, "rule", RULES)
    asked = _parameters(known, parameters, inputs)
    samples = Samples.of(inputs, targets[:, None])
    if samples.points.size < 2:
        message = f"x must hold at least two different numbers, got {inputs[0]:g} throughout"
        raise ValueError(message)
    deviation = _noise(samples, targets) if sigma is None else check_nonnegative(sigma, "sigma")
    # From the sparsest graph on, each once.
    distinct, back = np.unique(asked, return_inverse=True)
    order = np.argsort(-distinct if known == "exponential" else distinct)
    ascending = cast("FloatArray", distinct[order])
    n, ys = inputs.size, targets[samples.order]
    if where == "L2":
        fits = _limits(samples, ys, known, ascending)
    else:
        fits = _solved(inputs[samples.order], ys, known, ascending, where)
    bias2, variance, leverage, left_out = np.empty((4, distinct.size))
    best, kept = np.inf, (0, ys)
    alone = (ys - ys.mean()) * n / (n - 1)
    bar = tqdm(fits, total=order.size, delay=2, leave=False, disable=None if progress else True)
    for position, (f, h) in zip(order.tolist(), bar, strict=True):
        rest, free = ys - f, 1 - h
        bias2[position], variance[position], leverage[position] = (
            np.mean(rest**2),
            f.var(),
            h.mean(),
        )
        firm = free > _LOST
        left_out[position] = np.mean(np.where(firm, rest / np.where(firm, free, 1), alone) ** 2)
        here = slice(position, position + 1)
        found = scores(bias2[here], leverage[here], deviation, n, how, left_out[here])[2].item()
        if found < best:
            best, kept = found, (position, f)
    risk, risk_error, score = scores(bias2, leverage, deviation, n, how, left_out)
    values = np.empty(n)
    values[samples.order] = kept[1]
    return Sweep(
        parameter=asked,
        bias2=bias2[back],
        variance=variance[back],
        degrees=n * leverage[back],
        risk=risk[back],
        risk_error=risk_error[back],
        score=score[back],
        graph=known,
        space=where,
        rule=how,
        n=n,
        spread=float(targets.var()),
        sigma=deviation,
        chosen=distinct[kept[0]].item(),
        values=values,
    )


def _limits(
    samples: Samples, y: FloatArray, graph: GraphName, parameters: FloatArray | IntArray
) -> Iterator[tuple[FloatArray, FloatArray]]:
    """Yield f and the leverage at the ordered samples, over all functions."""
    centre = y.mean()
    pairs, sizes, weights = _pairs(samples, graph, parameters)
    sums = _Sums(samples, y - centre, *pairs)
    for k, parameter in enumerate(parameters.tolist()):
        if weights is None:
            sums.add(slice(sizes[k - 1] if k else 0, sizes[k]), 1.0)
        else:
            sums.clear()
            sums.add(slice(None), np.exp(-parameter * weights))
        f, leverage = sums.fit()
        yield f + centre, leverage


def _pairs(
    samples: Samples, graph: GraphName, parameters: FloatArray | IntArray
) -> tuple[tuple[IntArray, IntArray], IntArray, FloatArray | None]:
    """Return pairs of ranks as they enter, how many for each parameter, and their distances."""
    x = samples.points[samples.place] * samples.x_scale
    if graph == "exponential":
        a, b = np.triu_indices(x.size, 1)
        apart = x[a] < x[b]
        return (a[apart], b[apart]), np.empty(0, np.int64), (x[b] - x[a])[apart]
    largest = parameters.max().item()
    W = (
        graphs.knn(x, largest, self_loops=False)
        if graph == "knn"
        else graphs.threshold(x, largest, self_loops=False)
    )
    both = sp.coo_array(W)
    rows, columns = (each.astype(np.int64) for each in both.coords)
    enters: FloatArray = np.abs(x[columns] - x[rows])
    if graph == "knn":
        # One plus the number of samples that are closer, by either end.
        by_row = np.lexsort((enters, rows))
        first = np.searchsorted(rows[by_row], np.arange(x.size))
        new = np.diff(enters[by_row], prepend=-1) != 0
        new[first[first < new.size]] = True
        start = np.maximum.accumulate(np.where(new, np.arange(new.size), 0))
        rank = np.empty(new.size)
        rank[by_row] = 1 + start - first[rows[by_row]]
        mirrored = sp.csr_array((rank, (columns, rows)), shape=W.shape)
        enters = np.minimum(rank, mirrored[rows, columns])
    ahead = (rows < columns) & (x[rows] < x[columns])
    a, b, enters = rows[ahead], columns[ahead], enters[ahead]
    order = np.argsort(enters, kind="stable")
    sizes = np.searchsorted(enters[order], parameters, side="right")
    return (a[order], b[order]), sizes, None


class _Sums:
    """What begins and ends at each sample, of the segments that have entered."""

    def __init__(self, samples: Samples, y: FloatArray, a: IntArray, b: IntArray) -> None:
        self.samples, self.y, self.a, self.b = samples, y, a, b
        x = samples.points[samples.place]
        self.inverse = 1 / (x[b] - x[a])
        self.slope = (y[b] - y[a]) * self.inverse
        self.clear()

    def clear(self) -> None:
        """Begin again without a segment."""
        n, m = self.y.size, self.samples.points.size
        self.count, self.change = np.zeros(m), np.zeros(m)
        self.begins, self.ends = np.zeros(n), np.zeros(n)
        self.weights = np.zeros(self.a.size)

    def add(self, new: slice, weight: FloatArray | float) -> None:
        """Let segments enter."""
        a, b, place = self.a[new], self.b[new], self.samples.place
        n, m = self.begins.size, self.count.size
        self.weights[new] = weight
        w = self.inverse[new] * weight
        self.begins += np.bincount(a, w, minlength=n)
        self.ends += np.bincount(b, w, minlength=n)
        w = w * self.slope[new]
        self.change += np.bincount(place[a], w, minlength=m) - np.bincount(place[b], w, minlength=m)
        some = self.weights[new] > 0
        self.count += np.bincount(place[a], some, minlength=m)
        self.count -= np.bincount(place[b], some, minlength=m)

    def fit(self) -> tuple[FloatArray, FloatArray]:
        """Return f and the leverage at the ordered samples."""
        samples, y = self.samples, self.y
        place, m = samples.place, samples.points.size
        covered = np.cumsum(self.count)[:-1] > 0.5
        density: FloatArray = np.cumsum(
            np.bincount(place, self.begins - self.ends, minlength=m), dtype=np.float64
        )[:-1]
        largest = max(float(self.begins.max()), float(density.max()))
        if covered.any() and np.finfo(float).eps * largest > _LOST * density[covered].min():
            density, left, right = self._merged()
        else:
            density = np.where(covered, density, 1)
            jump = np.bincount(place, (self.begins - self.ends) * y, minlength=m)
            moved = np.cumsum(self.change)[:-1] * np.diff(samples.points)
            after = np.cumsum(jump + np.concatenate(([0.0], moved)))[:-1]
            left, right = after / density, (after + moved) / density
        nothing, none = np.zeros(1), np.zeros(1, dtype=bool)
        sides = np.stack((np.concatenate((none, covered)), np.concatenate((covered, none))))
        limits = np.stack((np.concatenate((nothing, right)), np.concatenate((left, nothing))))
        around = np.stack((np.concatenate(([1.0], density)), np.concatenate((density, [1.0]))))
        own = np.stack((self.ends, self.begins)) / around[:, place]
        number = sides.sum(axis=0)[place]
        alone = number == 0
        number = np.maximum(number, 1)
        f = np.where(sides, limits, 0).sum(axis=0)[place] / number
        leverage = np.where(sides[:, place], own, 0).sum(axis=0) / number
        return np.where(alone, y, f), np.where(alone, 1.0, leverage)

    def _merged(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return density and ends of f between the points by merging, without subtraction."""
        n = self.y.size
        W = sp.csr_array((self.weights, (self.a, self.b)), shape=(n, n))
        W.eliminate_zeros()
        ordered = Samples.of(self.samples.points[self.samples.place], self.y[:, None])
        found = cover(Segments.of(ordered, W))
        left, right = (
            ends[0] * ordered.y_scale + ordered.y_shift[0] for ends in (found.left, found.right)
        )
        return np.where(found.density > 0, found.density / ordered.x_scale, 1), left, right


def _solved(
    x: FloatArray, y: FloatArray, graph: GraphName, parameters: FloatArray | IntArray, space: Space
) -> Iterator[tuple[FloatArray, FloatArray]]:
    """Yield f and the leverage at ordered samples, over continuous or affine functions."""
    unit = np.eye(x.size)
    for parameter in parameters.tolist():
        if graph == "exponential":
            W = graphs.exponential(x, parameter, self_loops=False)
        elif graph == "knn":
            W = graphs.knn(x, parameter, self_loops=False)
        else:
            W = graphs.threshold(x, parameter, self_loops=False)
        if not W.sum():
            yield y, np.ones(y.size)
            continue
        f = mixup_1d(x, np.column_stack((y, unit)), W, space=space)
        values = f(x) if isinstance(f, Line) else f.values
        open_ = np.isnan(values).any(axis=1)  # no segment determines them
        yield (
            np.where(open_, y, values[:, 0]),
            np.where(open_, 1.0, values[:, 1:].diagonal()),
        )


def _checked(x: ArrayLike, y: ArrayLike) -> tuple[FloatArray, FloatArray]:
    inputs = check_angles(x, "x")
    if inputs.ndim != 1 or inputs.size < _FEWEST:
        message = f"x must have shape (n,) with n >= {_FEWEST}, got shape {inputs.shape}"
        raise ValueError(message)
    targets = check_targets(y, inputs.size)
    if targets.shape[1] != 1:
        message = f"y must have shape ({inputs.size},), got {targets.shape}"
        raise ValueError(message)
    return inputs, targets[:, 0]


def _parameters(
    graph: GraphName, parameters: ArrayLike | None, x: FloatArray
) -> FloatArray | IntArray:
    """Return the parameters, shape (k,)."""
    if parameters is None:
        points = np.unique(x)
        reach = float(points[-1] - points[0]) or 1.0
        gap = float(np.median(np.diff(points))) if points.size > 1 else 1.0
        if graph == "knn":
            return np.unique(np.rint(np.geomspace(2, x.size // 2, 60)).astype(np.int64))
        if graph == "threshold":
            return np.geomspace(gap, max(reach / 2, gap), 60)
        return np.geomspace(1 / reach, 1 / gap, 60)
    if graph == "knn":
        return np.atleast_1d(check_integers(parameters, "parameters", 1))
    values = np.atleast_1d(check_angles(parameters, "parameters"))
    if values.ndim != 1 or not values.size:
        message = f"parameters must be one-dimensional and not empty, got shape {values.shape}"
        raise ValueError(message)
    if values.min() < 0:
        message = f"parameters must be at least 0, got {values.min():g}"
        raise ValueError(message)
    return values


def _noise(samples: Samples, y: FloatArray) -> float:
    """Estimate the standard deviation of the noise from the lines through neighbours."""
    x, ordered = samples.points[samples.place], y[samples.order]
    width = x[2:] - x[:-2]
    share = np.where(width > 0, (x[2:] - x[1:-1]) / np.where(width > 0, width, 1), 0.5)
    rest = share * ordered[:-2] + (1 - share) * ordered[2:] - ordered[1:-1]
    return robust_scale(rest / np.sqrt(1 + share**2 + (1 - share) ** 2))

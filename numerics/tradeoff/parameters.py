"""The parameter of a graph for any (x, y) in noise: the exact minimiser for many of them."""

import math
from dataclasses import dataclass
from typing import ClassVar, cast, get_args

import numpy as np
from numpy.typing import ArrayLike
from tqdm import tqdm

from numerics.archive.files import Record
from numerics.minimise import SPACES, Space
from numerics.minimise.virtual.samples import Samples, check_targets
from numerics.tradeoff.choice import RULES, Rule, in_units, robust_scale, scores
from numerics.tradeoff.fits import GraphName, fits
from numerics.validation import (
    FloatArray,
    IntArray,
    check_angles,
    check_choice,
    check_integers,
    check_nonnegative,
)

GRAPHS: tuple[GraphName, ...] = get_args(GraphName)

_FEWEST = 8  # samples


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
    the segments that pass over it, or that others at its point have, so that "LOO" is exact for
    fixed weights of the other pairs. Over the other spaces it is the formula of `choose`. A sample
    without such a segment, or with H_ii above 1 - 1e-9, is predicted by the mean of the others.

    No density or target is a difference: they keep their digits however uneven the inputs are.
    Weights below 1e-290 count as none.

    *Time*, for k parameters, n samples and p pairs in the largest graph: "L2" and "continuous"
    O(p + k n log n), but for "exponential" O(k n log n) and O(k n^2), the latter in products of
    matrices; "linear" O(n) for each parameter of "exponential", and for the others the sum of
    their pairs.
    """
    inputs, targets = _checked(x, y)
    known = check_choice(graph, "graph", GRAPHS)
    where, how = check_choice(space, "space", SPACES), check_choice(rule, "rule", RULES)
    given = 0.0 if sigma is None else check_nonnegative(sigma, "sigma")
    scaled, centre, unit = in_units(targets, given)
    samples = Samples.of(inputs, scaled[:, None])
    if samples.points.size < 2:
        message = f"x must hold at least two different numbers, got {inputs[0]:g} throughout"
        raise ValueError(message)
    asked = _parameters(known, parameters, samples)
    n, ys = inputs.size, scaled[samples.order]
    deviation = math.ldexp(given, -unit)
    if sigma is None:
        deviation = _noise(samples, ys)
        given = math.ldexp(deviation, unit)
    # From the sparsest graph on, each once.
    distinct, back = np.unique(asked, return_inverse=True)
    order = np.argsort(-distinct if known == "exponential" else distinct)
    ascending = cast("FloatArray", distinct[order])
    bias2, variance, leverage, left_out = np.empty((4, distinct.size))
    done, best, kept = 0, np.inf, (0, ys)
    with tqdm(total=order.size, delay=2, leave=False, disable=None if progress else True) as bar:
        for f, h, others in fits(samples, ys, known, ascending, where):
            part = order[done : done + len(f)]
            bias2[part], variance[part] = np.mean((ys - f) ** 2, axis=1), f.var(axis=1)
            left_out[part] = np.mean((ys - others) ** 2, axis=1)
            leverage[part] = h.mean(axis=1)
            found = scores(bias2[part], leverage[part], deviation, n, how, left_out[part])[2]
            least = int(found.argmin())
            if not done or found[least] < best:
                best, kept = found[least], (int(part[least]), f[least])
            done += len(f)
            bar.update(len(f))
    squares = np.stack((bias2, variance, *scores(bias2, leverage, deviation, n, how, left_out)))
    with np.errstate(over="ignore"):  # a score may be infinite
        bias2, variance, risk, risk_error, score = np.ldexp(squares, 2 * unit)[:, back]
    values = np.empty(n)
    values[samples.order] = np.ldexp(kept[1], unit) + centre
    return Sweep(
        parameter=asked,
        bias2=bias2,
        variance=variance,
        degrees=n * leverage[back],
        risk=risk,
        risk_error=risk_error,
        score=score,
        graph=known,
        space=where,
        rule=how,
        n=n,
        spread=math.ldexp(ys.var(), 2 * unit),
        sigma=given,
        chosen=distinct[kept[0]].item(),
        values=values,
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
    graph: GraphName, parameters: ArrayLike | None, samples: Samples
) -> FloatArray | IntArray:
    """Return the parameters, shape (k,)."""
    if parameters is None:
        gaps, scale = np.diff(samples.points), samples.x_scale
        reach, gap = gaps.sum(), np.median(gaps)
        if graph == "knn":
            return np.unique(np.rint(np.geomspace(2, samples.n // 2, 60)).astype(np.int64))
        if graph == "threshold":
            return np.geomspace(gap, max(reach / 2, gap), 60) * scale
        with np.errstate(over="ignore"):
            return np.minimum(np.geomspace(1 / reach, 1 / gap, 60) / scale, np.finfo(float).max)
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
    x = samples.points[samples.place]
    width = x[2:] - x[:-2]
    share = np.where(width > 0, (x[2:] - x[1:-1]) / np.where(width > 0, width, 1), 0.5)
    rest = share * y[:-2] + (1 - share) * y[2:] - y[1:-1]
    return robust_scale(rest / np.sqrt(1 + share**2 + (1 - share) ** 2))

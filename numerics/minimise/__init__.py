r"""Exact minimisers of the Mixup and Local Mixup criteria in one dimension (Sections III and IV.A).

The criterion of a function f is the sum over ordered pairs of samples

.. math:: C(f) = \sum_{i,j} W_{ij}\; E_\lambda\,\bigl|\tilde y - f(\tilde x)\bigr|^2, \quad
          \tilde x = \lambda x_i + (1 - \lambda) x_j,\;
          \tilde y = \lambda y_i + (1 - \lambda) y_j,\; \lambda \sim \mathrm{Beta}(\alpha, \beta) ,

Eq. (2) with squared loss, in the squared units of y and summed over the outputs. It is not
normalised: Definition II.1 is C(f)/n^2 with all W_ij = 1, self pairs included.

- `mixup_1d` minimises it over all measurable functions, over continuous piecewise-linear ones, or
  over affine ones;
- `printed_1d` is Eq. (1) of the paper as it is printed, which minimises something else.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from numerics.costs import announce
from numerics.minimise.measure import Measure
from numerics.minimise.measure.covering import cover
from numerics.minimise.spaces import continuous
from numerics.minimise.spaces import least_squares as linear
from numerics.minimise.spaces.curve import Curve, middle
from numerics.minimise.spaces.line import Line
from numerics.minimise.spaces.minimiser import SPACES, Loss, Minimiser, Space, best, check_knots
from numerics.minimise.virtual.law import BetaLaw, check_beta
from numerics.minimise.virtual.samples import Samples, check_targets
from numerics.minimise.virtual.segments import Segments, check_graph
from numerics.validation import FloatArray, IntArray, check_angles, check_choice

if TYPE_CHECKING:
    from collections.abc import Sequence

    import scipy.sparse as sp
    from numpy.typing import ArrayLike

    from numerics.graphs import Graph
    from numerics.graphs.bands import Band

__all__ = ["SPACES", "Curve", "Line", "Loss", "Minimiser", "Space", "mixup_1d", "printed_1d"]

_FLAT, _POLYNOMIAL, _QUADRATURE = 6e-7, 3e-8, 4e-6
"""Seconds, roughly: n log2(n) times the first for the full graph where densities are constant, else
for each pair of samples."""

Weights: TypeAlias = "ArrayLike | sp.sparray | sp.spmatrix | Band | None"


def mixup_1d(
    x: ArrayLike,
    y: ArrayLike,
    W: Weights = None,
    beta: Sequence[float] = (1, 1),
    space: str = "L2",
    *,
    knots: ArrayLike | None = None,
) -> Minimiser | Line:
    r"""Return the exact minimiser of the Mixup or Local Mixup criterion.

    Parameters
    ----------
    x : array_like of float
        Inputs, shape (n,), in any order, repeats allowed; shape (n, p) for the space "linear".
    y : array_like of float
        Targets, shape (n,), or (n, c) for several outputs or one-hot classes.
    W : array_like, scipy.sparse array, Band or None, optional
        Weight of each ordered pair, shape (n, n), nonnegative and not all 0, symmetric or not: a
        graph from `numerics.graphs` or one of your own, True and False included. None is full
        Mixup, all weights 1, self pairs included.
    beta : sequence of float, optional
        The parameters (alpha, beta) of the law of lambda, from 1e-3 to 1e6.
    space : str, optional
        "L2": all measurable functions. "continuous": continuous functions with straight pieces.
        "linear": affine functions.
    knots : array_like of float, optional
        For "continuous", the ends of the straight pieces, strictly ascending, from min(x) or below
        to max(x) or above; by default the points x.

    Returns
    -------
    Minimiser or Line
        Callable, with its limits, values and jumps at the samples, bias2, variance and criterion.

    Raises
    ------
    ValueError
        If x, y, W, beta or knots are not as described, two different points are closer than 1e-120
        of the range, or there is no such space.

    Warns
    -----
    UserWarning
        If a full graph takes longer than a minute, by a rough guess.

    Notes
    -----
    *Over "L2"* the minimiser is the mean of y~ over the segments that cover a point, each weighted
    by its density there, W_ij b((x - x_i)/(x_j - x_i))/|x_j - x_i| for both orders of the pair:
    Lemma III.1 with the weights that it lacks. Pairs at the same point, self pairs and duplicates,
    are atoms: if there are any at x_i, the minimiser's value there is their mean target (y_i for
    distinct points), isolated from the two limits. Without an atom a single point has no mass, and
    the value is by convention the mean of the two limits.

    *Where the criterion does not determine the minimiser*, outside the hull of the points (of the
    knots for "continuous") and on intervals that no segment covers, a call returns NaN rather than
    an arbitrary value: every choice has the same criterion. `undetermined` lists these intervals.
    An affine minimiser is defined everywhere; if the data leaves the slope open, it is the least,
    each input in units of how far its samples spread, by weight.

    *Cost*, for n samples. If the density is constant between the points, for beta = (1, 1) or with
    symmetric W also (1, 2) and (2, 1): time O(n log n) and memory O(n) for full Mixup, and for
    `numerics.graphs.band` on evenly spaced x; time O(p + n log n) for sparse W with p pairs; O(n^2)
    for dense W; then O(log n) for a value. If it is a polynomial, for integers alpha + beta <= 16:
    time O(n^2) and memory O(n) for full Mixup and dense W. For other laws, and for sparse W, the q
    points of a call take O(p + q c), where c is the number of segments over a point: O(n^2) a point
    for full Mixup, by products of matrices up to n = 3000. So do the nodes of the quadrature in
    `criterion`, `loss` and "continuous", some 400 on each interval.

    *Quadrature.* Nothing is integrated numerically where the density is constant and f piecewise
    linear with knots at the points. Where it is a polynomial, ten Gauss nodes are exact for the
    system of "continuous". Elsewhere the singular ends, like s^(alpha - 1), are taken away by the
    substitution of `numerics.minimise.measure.quadrature`, and adaptive Gauss-Legendre panels aim
    at 1e-13 of the integral; `criterion_error` and the `error` of a loss state what was reached,
    the rounding of concentrated densities included: 4e-15 (alpha + beta) of the integral.

    References
    ----------
    Definition II.1, Eq. (1) and (2), Lemma III.1, Theorem III.2 and Theorem IV.3 of the paper.
    """
    known = check_choice(space, "space", SPACES)
    law = check_beta(beta)
    inputs, targets, shape = _check_data(x, y, known)
    if knots is not None and known != "continuous":
        message = f"knots go with space='continuous', got space={space!r}"
        raise ValueError(message)
    graph = check_graph(W, inputs.shape[0])
    given = targets.reshape(shape)
    if known == "linear":
        return _line(inputs, given, targets, graph, law)
    if graph is None or isinstance(graph, np.ndarray):
        n = inputs.shape[0]
        seconds = n**2 * (_POLYNOMIAL if law.polynomial else _QUADRATURE)
        if graph is None and law.flat(symmetric_pairs=True):
            seconds = min(seconds, n * np.log2(n + 1) * _FLAT)
        announce(
            f"the minimiser of a full graph of {n} samples",
            "a sparse W, such as numerics.graphs.knn makes, takes time by its pairs",
            seconds=seconds,
        )
    samples = Samples.of(inputs, targets)
    measure = Measure(Segments.of(samples, graph), law)
    make = partial(
        Minimiser,
        x=inputs,
        y=given,
        space=known,
        beta=(law.alpha, law.beta),
        _samples=samples,
        _measure=measure,
    )
    if known == "L2":
        return make(
            _inside=best(measure),
            _limits=measure.limits,
            _at_points=np.where(measure.atoms.mass > 0, measure.atoms.mean, middle(measure.limits)),
            _isolated=True,
            _kinks=np.empty(0),
        )
    own_knots = samples.points if knots is None else _inner_knots(knots, inputs, samples)
    heights = continuous.solve(measure, own_knots)
    broken = continuous.PiecewiseLinear(samples.points, own_knots, heights)
    at_points = heights if own_knots is samples.points else broken.at(samples.points)
    return make(
        _inside=broken.inside,
        _limits=broken.limits(),
        _at_points=at_points,
        _hull=(own_knots[0] * samples.x_scale, own_knots[-1] * samples.x_scale),
        _kinks=own_knots,
    )


def printed_1d(x: ArrayLike, y: ArrayLike, W: Weights = None, *, self_pairs: bool = False) -> Curve:
    r"""Return Eq. (1) as it is printed: the plain mean of y~ over the pairs that reach a point.

    Parameters
    ----------
    x : array_like of float
        Inputs, shape (n,), in any order, repeats allowed.
    y : array_like of float
        Targets, shape (n,) or (n, c).
    W : array_like, scipy.sparse array, Band or None, optional
        Weight of each ordered pair in the mean, shape (n, n); None is all 1, as printed.
    self_pairs : bool, optional
        Whether a pair at the very point, (i, i) or two duplicates, counts once there. By
        Eq. (1) it would have to count for every lambda in [0, 1], infinitely often.

    Returns
    -------
    Curve
        Callable, with its limits, values and jumps at the samples, bias2 and variance. At x_i the
        segments that end there count as well as those that pass over it, as in E(x).

    Raises
    ------
    ValueError
        If x, y or W are not as described in `mixup_1d`.

    Notes
    -----
    It minimises the criterion only where the segments over a point have equal densities there, as
    with weights W_ij proportional to |x_i - x_j|. Outside the hull and on intervals that no
    segment covers it is 0/0, and a call returns NaN. Cost as for `mixup_1d`.

    References
    ----------
    Eq. (1) and Lemma III.1 of the paper.
    """
    inputs, targets, shape = _check_data(x, y, "L2")
    samples = Samples.of(inputs, targets)
    segments = Segments.of(samples, check_graph(W, inputs.shape[0]))
    found = cover(segments, by_length=False)
    m, outputs = samples.points.size, targets.shape[1]
    weight = np.zeros(m)
    total = np.zeros((outputs, m))
    # From the left come the segments that pass over the point and those that end there.
    weight[1:] = found.density
    total[:, 1:] = found.density * np.where(found.density > 0, found.right, 0)
    start, sums = segments.starting()
    weight += start
    total += sums
    if self_pairs:
        atoms = segments.atoms(BetaLaw(1.0, 1.0))
        weight += atoms.mass
        total += np.where(atoms.mass > 0, atoms.mass * atoms.mean, 0)
    at_points = np.where(weight > 0, total / np.where(weight > 0, weight, 1), np.nan)

    def inside(k: IntArray, before: FloatArray, behind: FloatArray) -> FloatArray:
        share = before / (before + behind)
        return found.left[:, k] * (1 - share) + found.right[:, k] * share

    return Curve(
        x=inputs,
        y=targets.reshape(shape),
        _samples=samples,
        _inside=inside,
        _limits=(found.left, found.right),
        _at_points=at_points,
    )


def _check_data(
    x: ArrayLike, y: ArrayLike, space: Space
) -> tuple[FloatArray, FloatArray, tuple[int, ...]]:
    """Return the inputs, the targets as (n, c), and the shape that the targets had."""
    inputs = check_angles(x, "x")
    allowed = {1, 2} if space == "linear" else {1}
    if inputs.ndim not in allowed or not inputs.size:
        shapes = "(n,) or (n, p)" if space == "linear" else "(n,)"
        message = f"x must have shape {shapes} and not be empty, got shape {inputs.shape}"
        raise ValueError(message)
    return inputs, check_targets(y, inputs.shape[0]), np.shape(y)


def _inner_knots(knots: ArrayLike, x: FloatArray, samples: Samples) -> FloatArray:
    """Return the knots in the units of the samples."""
    values = check_knots(knots)
    if values.size < 2 or values[0] > x.min() or values[-1] < x.max():
        message = (
            f"knots must be at least two and reach from min(x) = {x.min():g} or below to "
            f"max(x) = {x.max():g} or above, got {values.size} from {values[0]:g} to {values[-1]:g}"
        )
        raise ValueError(message)
    with np.errstate(over="ignore"):
        scaled: FloatArray = values / samples.x_scale
    if not np.isfinite(scaled).all():
        message = "knots must not be farther out than float64 can tell, in units of the range of x"
        raise ValueError(message)
    return samples.points if np.array_equal(scaled, samples.points) else scaled


def _line(
    x: FloatArray, y: FloatArray, targets: FloatArray, graph: Graph | Band | None, law: BetaLaw
) -> Line:
    form = linear.CriterionForm(graph, law, x.shape[0])
    inputs = x.reshape(x.shape[0], -1)
    affine = linear.fit(inputs, targets, form)
    rest = affine.at(inputs) - targets
    shape = y.shape[1:]
    return Line(
        x=x,
        y=y,
        slope=affine.slope.reshape((x.shape[1:] if x.ndim > 1 else ()) + shape),
        intercept=affine.intercept.reshape(shape),
        criterion=float((rest * form.times(rest)).sum()),
        beta=(law.alpha, law.beta),
        _affine=affine,
        _form=form,
    )

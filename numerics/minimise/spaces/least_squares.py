r"""The best affine function f(x) = a.x + b under the criterion (Theorem IV.3), in any dimension.

With residuals r_i = f(x_i) - y_i the virtual residual of a pair is lambda r_i + (1 - lambda) r_j,
and the criterion the quadratic form

.. math:: L = r^\top M r, \quad M = E\lambda^2\,\mathrm{diag}(W 1)
          + E(1-\lambda)^2\,\mathrm{diag}(W^\top 1) + E\lambda(1-\lambda)\,(W + W^\top)

and the minimiser is that of generalised least squares. Least squares itself is the case M = 1; the
two agree for every y only if M maps the span of 1 and x into itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import scipy

from numerics.graphs.bands import Band
from numerics.validation import FloatArray, check_angles

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike

    from numerics.graphs import Graph
    from numerics.minimise.virtual.law import BetaLaw

_RANK = 1e-13  # singular values below this share of the largest are rounding
_CHUNK = 1 << 18


@dataclass(frozen=True, eq=False)
class CriterionForm:
    """The quadratic form r -> r^T M r."""

    graph: Graph | Band | None  # weights, shape (n, n); None if all are 1
    law: BetaLaw  # the law of lambda
    n: int  # number of samples

    def times(self, r: FloatArray) -> FloatArray:
        """Return M r."""
        first, cross, last = self.law.second_moments
        result: FloatArray
        if self.graph is None:
            result = self.n * (first + last) * r + 2 * cross * r.sum(axis=0)
            return result
        ones = np.ones(self.n)
        out, into = self.graph @ ones, self.graph.T @ ones
        result = (first * out + last * into)[:, None] * r
        result += cross * (self.graph @ r + self.graph.T @ r)
        return result


@dataclass(frozen=True, eq=False)
class Affine:
    """An affine function f(x) = x @ slope + intercept."""

    slope: FloatArray  # shape (p, c)
    intercept: FloatArray  # shape (c,)

    def at(self, x: FloatArray) -> FloatArray:
        """Return the values at inputs."""
        return x @ self.slope + self.intercept


def fit(x: FloatArray, y: FloatArray, form: CriterionForm) -> Affine:
    """Return the affine function of least criterion."""
    centre = x.mean(axis=0)
    scale = np.abs(x - centre).max(axis=0)
    scale[scale == 0] = 1
    centred = (x - centre) / scale
    basis, singular, directions = np.linalg.svd(centred, full_matrices=False)
    rank = int((singular > _RANK * max(x.shape) * max(singular.max(initial=0), 1)).sum())
    basis = np.column_stack((np.full(x.shape[0], x.shape[0] ** -0.5), basis[:, :rank]))
    coefficients = np.zeros((rank + 1, y.shape[1]))
    gram = basis.T @ form.times(basis)
    # A second round takes away what rounding left of the first.
    for _ in range(2):
        rest = y - basis @ coefficients
        step = scipy.linalg.lstsq(gram, basis.T @ form.times(rest), cond=_RANK)[0]
        coefficients = coefficients + step
    slope = directions[:rank].T @ (coefficients[1:] / singular[:rank, None]) / scale[:, None]
    height = coefficients[0] * x.shape[0] ** -0.5
    return Affine(slope, height - centre @ slope)


def paired_excess(
    f: Callable[[FloatArray], ArrayLike],
    own: Affine,
    x: FloatArray,
    y: FloatArray,
    form: CriterionForm,
    nodes: int,
) -> float:
    """Return how much larger the criterion of f is than that of an affine function."""
    shares, weights = form.law.gauss_jacobi(nodes)
    graph = form.graph.tosparse() if isinstance(form.graph, Band) else form.graph
    total = 0.0
    step = max(_CHUNK // (nodes * form.n), 1)
    for begin in range(0, form.n, step):
        rows = np.arange(begin, min(begin + step, form.n))
        if graph is None:
            block = np.ones((rows.size, form.n))
        elif isinstance(graph, np.ndarray):
            block = graph[rows]
        else:
            block = graph[rows].toarray()
        i, j = np.nonzero(block)
        if not i.size:
            continue
        pair_weight = block[i, j]
        i = rows[i]
        share = shares[:, None, None]
        where = (share * x[i] + (1 - share) * x[j]).reshape(-1, x.shape[1])
        target = (share * y[i] + (1 - share) * y[j]).reshape(-1, y.shape[1])
        found = values_of(f, where, y.shape[1])
        base = own.at(where)
        mass = (weights[:, None] * pair_weight).ravel()
        gap = found - base
        total += float(mass @ (gap * (gap + 2 * (base - target))).sum(axis=1))
    return total


def values_of(f: Callable[[FloatArray], ArrayLike], x: FloatArray, outputs: int) -> FloatArray:
    """Call a function of the user's, and check what it returns."""
    values = np.asarray(f(x))
    shapes = {(x.shape[0], outputs)} | ({(x.shape[0],)} if outputs == 1 else set())
    if values.shape not in shapes:
        message = f"f must return shape {max(shapes)} for {x.shape[0]} inputs, got {values.shape}"
        raise ValueError(message)
    return check_angles(values, "f(x)").reshape(x.shape[0], outputs)

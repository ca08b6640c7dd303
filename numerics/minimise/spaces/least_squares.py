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
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from numerics.graphs.bands import Band
from numerics.validation import FloatArray, check_angles

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike

    from numerics.graphs import Graph
    from numerics.minimise.virtual.law import BetaLaw

_CHUNK = 1 << 18


@dataclass(frozen=True, eq=False)
class CriterionForm:
    """The quadratic form r -> r^T M r."""

    graph: Graph | Band | None  # weights, shape (n, n); None if all are 1
    law: BetaLaw  # the law of lambda
    n: int  # number of samples

    @cached_property
    def diagonal(self) -> FloatArray:
        """The part of M that is diagonal."""
        first, _, last = self.law.second_moments
        if self.graph is None:
            return np.full(self.n, self.n * (first + last))
        ones = np.ones(self.n)
        return np.asarray(first * (self.graph @ ones) + last * (self.graph.T @ ones))

    def times(self, r: FloatArray) -> FloatArray:
        """Return M r."""
        both = 2 * r.sum(axis=0) if self.graph is None else self.graph @ r + self.graph.T @ r
        return self.diagonal[:, None] * r + self.law.second_moments[1] * both


@dataclass(frozen=True, eq=False)
class Affine:
    """An affine function f(x) = x @ slope + intercept."""

    slope: FloatArray  # shape (p, c)
    origin: FloatArray  # a point, shape (p,)
    height: FloatArray  # the values there, shape (c,)

    @property
    def intercept(self) -> FloatArray:
        """The values at 0."""
        return self.height - self.origin @ self.slope

    def at(self, x: FloatArray) -> FloatArray:
        """Return the values at inputs."""
        return (x - self.origin) @ self.slope + self.height


def fit(x: FloatArray, y: FloatArray, form: CriterionForm) -> Affine:
    """Return the affine function of least criterion.

    M is between two multiples of its diagonal. With an orthonormal basis for these weights the
    system is well conditioned, however few samples have most of the weight, and however close.
    """
    largest = form.diagonal.max()
    weight = form.diagonal / largest
    root = np.sqrt(weight)[:, None]
    inverse = np.divide(1, root, out=np.zeros_like(root), where=root > 0)
    # From the sample of most weight, so that distances keep their digits where it lies.
    origin = x[weight.argmax()]
    apart = x - origin
    scale = np.abs(root * apart).max(axis=0)
    scale[scale == 0] = 1
    apart /= scale
    centre = weight @ apart / weight.sum()
    basis, singular, directions = np.linalg.svd(root * (apart - centre), full_matrices=False)
    rank = int((singular > max(x.shape) * np.finfo(float).eps).sum())
    basis = np.column_stack((root / np.linalg.norm(root), basis[:, :rank]))
    image = form.times(inverse * basis) / largest
    share = np.linalg.solve(basis.T @ (inverse * image), image.T @ y)
    tilt = directions[:rank].T @ (share[1:] / singular[:rank, None])
    height = share[0] / np.linalg.norm(root) - centre @ tilt
    return Affine(tilt / scale[:, None], origin, height)


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

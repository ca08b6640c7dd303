"""The Mixup criterion pair by pair: quadrature over u, lambda = ppf(u), and least squares."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import scipy.sparse as sp
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.integrate import quad
from scipy.optimize import lsq_linear
from scipy.special import beta as beta_function
from scipy.special import betainc, betaincinv

from numerics import graphs
from numerics.minimise import Minimiser, mixup_1d

Array = NDArray[np.float64]
Data = tuple[Array, Array, Any]
"""Inputs, targets and a graph."""
Law = tuple[float, float]


def dense(W: Any, n: int) -> Array:
    """Return the weights as a dense array."""
    if W is None:
        return np.ones((n, n))
    return np.asarray(W.toarray() if hasattr(W, "toarray") else W, dtype=np.float64)


def criterion(
    f: Callable[[float], Any],
    x: Array,
    y: Array,
    W: Any,
    beta: Law = (1.0, 1.0),
    kinks: Array | None = None,
) -> float:
    """Sum W_ij E |y~ - f(x~)|^2 over ordered pairs by scipy.integrate.quad."""
    n = x.size
    weights = dense(W, n)
    places = np.unique(x) if kinks is None else np.union1d(x, kinks)
    total = 0.0
    for i, j in np.argwhere(weights > 0):
        edges = np.array([min(x[i], x[j]), max(x[i], x[j])])
        if x[i] != x[j]:
            edges = np.union1d(edges, places[(places > edges[0]) & (places < edges[1])])
        for low, high in pairwise(edges):
            # Rounding must not put a point on an end, where f may have another value.
            inside = np.nextafter(low, high), np.nextafter(high, low)

            def squared(u: float, i: Any = i, j: Any = j, inside: Any = inside) -> float:
                share = betaincinv(*beta, u)
                where = min(max(share * x[i] + (1 - share) * x[j], inside[0]), inside[1])
                gap = share * y[i] + (1 - share) * y[j] - f(where)
                return float(np.sum(gap**2))

            ends = (0.0, 1.0)
            if x[i] != x[j]:
                shares = (np.array([low, high]) - x[j]) / (x[i] - x[j])
                ends = tuple(np.sort(betainc(*beta, shares.clip(0, 1))))
            value = quad(squared, *ends, epsabs=1e-14, epsrel=1e-12, limit=200, full_output=1)[0]
            total += weights[i, j] * value
    return total


def mean_target(x: Array, y: Array, W: Any, beta: Law, where: float) -> tuple[float, Any]:
    """Return density and mean target of the virtual samples between the training points."""
    weights = dense(W, x.size)
    density, total = 0.0, np.zeros(y.shape[1:])
    for i in range(x.size):
        for j in range(x.size):
            if weights[i, j] and min(x[i], x[j]) < where < max(x[i], x[j]):
                share = (where - x[j]) / (x[i] - x[j])
                rest = (x[i] - where) / (x[i] - x[j])  # 1 - share would be rounded
                height = share ** (beta[0] - 1) * rest ** (beta[1] - 1) / beta_function(*beta)
                mass = weights[i, j] * height / abs(x[i] - x[j])
                density += mass
                total = total + mass * (share * y[i] + rest * y[j])
    return density, total / density if density else np.nan


def least_squares_fit(
    x: Array, y: Array, W: Any, basis: Callable[[Array, Array], Array], nodes: int = 4
) -> Array:
    """Minimise over a basis of (virtual inputs, places in their intervals), lambda ~ U(0, 1)."""
    weights = dense(W, x.size)
    points = np.unique(x)
    t, w = np.polynomial.legendre.leggauss(nodes)
    t, w = (1 + t) / 2, w / 2
    inputs, insides, targets, masses = [], [], [], []
    for i in range(x.size):
        for j in range(x.size):
            if not weights[i, j]:
                continue
            if x[i] == x[j]:
                rows = [
                    (x[i], x[i], weights[i, j] * v, s * y[i] + (1 - s) * y[j])
                    for s, v in zip(t, w, strict=True)
                ]
            else:
                low, high = min(x[i], x[j]), max(x[i], x[j])
                cuts = points[(points >= low) & (points <= high)]
                rows = []
                for a, b in pairwise(cuts):
                    for s, v in zip(t, w, strict=True):
                        place = a + s * (b - a)
                        share = (place - x[j]) / (x[i] - x[j])
                        mass = weights[i, j] * v * (b - a) / (high - low)
                        rows.append((place, (a + b) / 2, mass, share * y[i] + (1 - share) * y[j]))
            for place, inside, mass, target in rows:
                inputs.append(place)
                insides.append(inside)
                masses.append(mass)
                targets.append(target)
    root = np.sqrt(np.array(masses))
    design = basis(np.array(inputs), np.array(insides)) * root[:, None]
    return np.asarray(lsq_linear(design, np.array(targets) * root, tol=1e-14).x)


def minimiser(*arguments: Any, **options: Any) -> Minimiser:
    found = mixup_1d(*arguments, **options)
    assert isinstance(found, Minimiser)
    return found


@st.composite
def datasets(draw: st.DrawFn, least: int = 2, most: int = 7) -> Data:
    """Draw points (some equal, unsorted), targets and a graph."""
    n = draw(st.integers(least, most))
    seed = draw(st.integers(0, 2**32 - 1))
    rng = np.random.default_rng(seed)
    if draw(st.booleans()):
        x = rng.integers(0, n, n).astype(float)
    else:
        x = rng.standard_normal(n) * 10.0 ** draw(st.integers(-3, 3))
    if np.unique(x).size < 2:
        x[0] = x.max() + 1
    y = rng.standard_normal(n) * 10.0 ** draw(st.integers(-2, 2))
    kind = draw(st.sampled_from(["none", "knn", "directed", "threshold", "exponential", "own"]))
    loops = draw(st.booleans())
    size = float(np.ptp(x))
    graph: Any
    if kind == "none":
        graph = None
    elif kind == "knn":
        graph = graphs.knn(x, draw(st.integers(1, n)), self_loops=loops)
    elif kind == "directed":
        graph = graphs.knn(
            x, draw(st.integers(1, n)), directed=True, self_loops=loops, sparse=False
        )
    elif kind == "threshold":
        graph = graphs.threshold(x, size * draw(st.floats(0.3, 1)), self_loops=True)
    elif kind == "exponential":
        graph = graphs.exponential(x, draw(st.floats(0, 5)) / size, self_loops=loops)
    else:
        graph = rng.random((n, n)) * (rng.random((n, n)) < 0.6) + np.diag(rng.random(n))
        graph = sp.csr_array(graph) if draw(st.booleans()) else graph
    return x, y, graph

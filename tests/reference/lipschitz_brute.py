"""Q(D) by comparing everything with everything: no bounds, no Gram matrix, no closed forms."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Norm = Callable[[Array], Array]
Found = Iterator[tuple[float, float]]


def norm_of(distance: str) -> Norm:
    """Return the norm of differences of targets, along the last axis."""
    if distance == "zero-one":
        return lambda u: np.asarray(np.abs(u).sum(axis=-1) / 2)
    return lambda u: np.asarray(np.sqrt((u * u).sum(axis=-1)))


def one_hot(labels: NDArray[np.int64]) -> Array:
    """Return classes as unit vectors."""
    return np.asarray((labels[:, None] == np.unique(labels)).astype(np.float64))


def on_segment(a: list[float], b: list[float], c: list[float]) -> float | None:
    """Return where a lies inside [b, c], exactly, or None."""
    r = [Fraction(v) - Fraction(u) for u, v in zip(b, c, strict=True)]
    q = [Fraction(v) - Fraction(u) for u, v in zip(b, a, strict=True)]
    zero = Fraction(0)
    top = sum((x * y for x, y in zip(q, r, strict=True)), zero)
    bottom = sum((x * x for x in r), zero)
    if not 0 < top < bottom or any(bottom * x != top * y for x, y in zip(q, r, strict=True)):
        return None
    return float(top / bottom)


def search(ratio: Callable[[Array], Array], grid: int = 201, zooms: int = 24) -> float:
    """Maximise a function on [0, 1] by a dense search, then around the best place found."""
    low, high, best = 0.0, 1.0, 0.0
    for _ in range(zooms):
        t = np.linspace(low, high, grid)
        values = ratio(t)
        k = int(np.argmax(values))
        best = max(best, float(values[k]))
        low, high = t[max(k - 1, 0)], t[min(k + 1, grid - 1)]
    return best


def points(X: Array, Y: Array, distance: str) -> Found:
    """Yield (0, ratio) of all pairs of samples."""
    norm = norm_of(distance)
    for i, j in combinations(range(len(X)), 2):
        top, bottom = float(norm(Y[i] - Y[j])), float(np.linalg.norm(X[i] - X[j]))
        if top > 0:
            yield 0.0, top / bottom if bottom > 0 else np.inf


def triples(X: Array, Y: Array, distance: str, *, constant: bool) -> Found:
    """Yield length and largest ratio of all samples and segments.

    With `constant`, only of segments whose ends have one target and samples that have another.
    """
    norm = norm_of(distance)
    for b, c in combinations(range(len(X)), 2):
        length = float(np.linalg.norm(X[b] - X[c]))
        for a in range(len(X)):
            if a in {b, c} or length == 0:
                continue
            if constant and ((Y[b] != Y[c]).any() or (Y[a] == Y[b]).all()):
                continue
            t = on_segment(X[a].tolist(), X[b].tolist(), X[c].tolist())
            if t is not None:
                differs = float(norm(Y[b] + t * (Y[c] - Y[b]) - Y[a])) > 1e-9
                yield length, np.inf if differs else 0.0
                continue

            def ratio(t: Array, a: int = a, b: int = b, c: int = c) -> Array:
                u = X[b] - X[a] + t[:, None] * (X[c] - X[b])
                v = Y[b] - Y[a] + t[:, None] * (Y[c] - Y[b])
                bottom = np.linalg.norm(u, axis=1)
                return np.asarray(
                    np.divide(norm(v), bottom, out=np.zeros_like(t), where=bottom > 0)
                )

            yield length, search(ratio)


def many_triples(X: Array, Y: Array, *, constant: bool, grid: int = 13) -> Found:
    """Yield the same as `triples` for Euclidean targets, for inputs in general position."""
    b, c = np.triu_indices(len(X), 1)
    r, R = X[c] - X[b], Y[c] - Y[b]
    lengths = np.linalg.norm(r, axis=1)
    for a in range(len(X)):
        some = (b != a) & (c != a)
        if constant:
            some &= (R == 0).all(axis=1) & (Y[b] != Y[a]).any(axis=1)
        k = np.flatnonzero(some)
        p, P = X[b[k]] - X[a], Y[b[k]] - Y[a]
        low, high, best = np.zeros(k.size), np.ones(k.size), np.zeros(k.size)
        every = np.arange(k.size)
        for _ in range(12):
            t = np.linspace(low, high, grid, axis=1)
            D = (p * p).sum(axis=1)[:, None] + 2 * (p * r[k]).sum(axis=1)[:, None] * t
            D += (r[k] * r[k]).sum(axis=1)[:, None] * t * t
            N = (P * P).sum(axis=1)[:, None] + 2 * (P * R[k]).sum(axis=1)[:, None] * t
            N += (R[k] * R[k]).sum(axis=1)[:, None] * t * t
            where = np.argmax(N / D, axis=1)
            low = t[every, np.maximum(where - 1, 0)]
            high = t[every, np.minimum(where + 1, grid - 1)]
            t_best = t[every, where][:, None]
            top = np.linalg.norm(P + t_best * R[k], axis=1)
            best = np.maximum(best, top / np.linalg.norm(p + t_best * r[k], axis=1))
        yield from zip(lengths[k].tolist(), best.tolist(), strict=True)


def crossing(p: list[list[float]]) -> tuple[float, float] | None:
    """Return where [p0, p1] and [p2, p3] meet in one point inside both, exactly, or None."""
    b, c, d, e = ([Fraction(v) for v in row] for row in p)
    r1 = [u - v for u, v in zip(c, b, strict=True)]
    r2 = [u - v for u, v in zip(e, d, strict=True)]
    q = [u - v for u, v in zip(d, b, strict=True)]
    # Two coordinates in which the directions differ decide s and t; all others have to agree.
    for i, j in combinations(range(len(q)), 2):
        det = r2[i] * r1[j] - r1[i] * r2[j]
        if det:
            s = (r2[i] * q[j] - r2[j] * q[i]) / det
            t = (r1[i] * q[j] - r1[j] * q[i]) / det
            same = all(s * x - t * y == z for x, y, z in zip(r1, r2, q, strict=True))
            return (float(s), float(t)) if same and 0 < s < 1 and 0 < t < 1 else None
    return None


def touching(p: list[list[float]], q: list[list[float]]) -> bool:
    """Tell whether two segments have an end in common, or are parallel."""
    if any(u == v for u in p for v in q):
        return True
    r, s = ([Fraction(v) - Fraction(u) for u, v in zip(*ends, strict=True)] for ends in (p, q))
    pairs = list(combinations(range(len(r)), 2))
    return all(r[i] * s[j] == r[j] * s[i] for i, j in pairs)


def segment_pairs(X: Array, Y: Array, distance: str) -> Found:
    """Yield the longer length and the largest ratio of all pairs of segments."""
    norm = norm_of(distance)
    segments = list(combinations(range(len(X)), 2))
    for (b, c), (d, e) in combinations(segments, 2):
        length = max(float(np.linalg.norm(X[b] - X[c])), float(np.linalg.norm(X[d] - X[e])))
        met = crossing([X[k].tolist() for k in (b, c, d, e)])
        if met is not None:
            first = Y[b] + met[0] * (Y[c] - Y[b])
            if float(norm(first - Y[d] - met[1] * (Y[e] - Y[d]))) > 1e-9:
                yield length, np.inf
                continue
        # Very near a place where segments of one target meet, the ratio is that of rounding.
        meet = met is not None or touching(X[[b, c]].tolist(), X[[d, e]].tolist())
        size = 10 * float(np.linalg.norm(X[d] - X[e])) + float(np.abs(X).max())
        apart = 1e-5 * size if meet else 0.0
        ends = (X[b], X[c], X[d], X[e]), (Y[b], Y[c], Y[d], Y[e])

        def along(t: Array, ends: Any = ends, apart: float = apart) -> Array:
            return _best_over_s(t, ends[0], ends[1], norm, apart)

        yield length, search(along, 21, 12)


def _best_over_s(
    t: Array, x: tuple[Array, ...], y: tuple[Array, ...], norm: Norm, apart: float, grid: int = 21
) -> Array:
    """Search over the places of the first segment for each place of the second."""
    low, high = np.zeros_like(t), np.ones_like(t)
    best = np.zeros_like(t)
    every = np.arange(t.size)
    for _ in range(12):
        s = np.linspace(low, high, grid, axis=1)[..., None]
        u = x[2] - x[0] - s * (x[1] - x[0]) + t[:, None, None] * (x[3] - x[2])
        v = y[2] - y[0] - s * (y[1] - y[0]) + t[:, None, None] * (y[3] - y[2])
        bottom = np.linalg.norm(u, axis=-1)
        values = np.divide(norm(v), bottom, out=np.zeros_like(bottom), where=bottom > apart)
        k = np.argmax(values, axis=1)
        best = np.maximum(best, values[every, k])
        low, high = s[every, np.maximum(k - 1, 0), 0], s[every, np.minimum(k + 1, grid - 1), 0]
    return best


def curve(found: list[tuple[float, float]]) -> tuple[Array, Array, Array]:
    """Return the least and largest length of each step but for rounding, and the best up to it."""
    lengths, values = np.array(sorted(found)).T
    best = np.maximum.accumulate(values)
    last = np.append(lengths[1:] > lengths[:-1] * (1 + 1e-10), True)
    first = np.append(True, last[:-1])
    return lengths[first], lengths[last], best[last]

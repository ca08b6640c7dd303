r"""Manifold intrusion, measured: which segments inside a class pass close to another (Section IV).

The squared distance of a sample z to the segment from x_i to x_j needs nothing but distances: with
a = (d_iz^2 + L^2 - d_jz^2)/2 and t = a/L^2 cut to [0, 1] it is d_iz^2 - t (2 a - t L^2).
"""

from dataclasses import dataclass
from typing import ClassVar, Literal, get_args

import numpy as np
import scipy
from numpy.typing import ArrayLike
from tqdm import tqdm

from numerics.archive.files import Record
from numerics.lipschitz import LowerBound, lower_bound
from numerics.validation import (
    FloatArray,
    IntArray,
    as_array,
    check_angles,
    check_choice,
    check_count,
    check_nonnegative,
    check_rng,
    check_size,
    check_thresholds,
)

EpsilonRule = Literal["no-intrusion", "persistence", "quartile", "rate"]
EPSILON_RULES: tuple[EpsilonRule, ...] = get_args(EpsilonRule)

_EXACT = 3000  # samples up to which every segment is looked at by default
_SEGMENTS = 2000  # segments that are drawn beyond
_BLOCK = 1 << 17  # distances that are held at a time, or those of a few segments:
_FEW = 16  # one by one, each product would read all samples again
_ROUNDING = 1e-13  # of the largest square: a smaller difference is a tie
_ROWS = 200  # of the table
_Z = 1.959963984540054  # of the normal law at 97.5 %


@dataclass(frozen=True, slots=True, eq=False)
class Intrusion(Record):
    """For every eps, how many segments leave their class.

    Parameters
    ----------
    epsilon : numpy.ndarray
        Up to 200 thresholds, quantiles of the lengths of the segments that were looked at, in the
        units of X; shape (k,). `at` takes any other.
    share : numpy.ndarray
        Share of the segments inside a class, up to this length, that come closer to a sample of
        another class than to every sample of their own but their two ends; of the shape of
        `epsilon`, as the next four.
    lower, upper : numpy.ndarray
        Wilson's 95 % interval of the share, if segments were drawn; else the share itself.
    within : numpy.ndarray
        Share of the pairs of samples up to this distance that are of one class.
    components : numpy.ndarray
        Connected components of the thresholded graph.
    lengths : numpy.ndarray
        Lengths of the segments that were looked at, ascending, shape (s,).
    intrudes : numpy.ndarray of bool
        Whether each leaves its class, shape (s,).
    deaths : numpy.ndarray
        Where components merge, ascending, shape (points - 1,): single linkage, and the
        0-dimensional persistence of the samples; every bar is born at 0.
    quartiles : numpy.ndarray
        The quartiles of the distances of all pairs, shape (3,).
    Q : LowerBound
        Q(D; eps) of the same samples, from `numerics.lipschitz.lower_bound`.
    n : int
        Number of samples.
    segments : int
        Number of segments inside a class that there are; all were looked at if it is s.
    points : int
        Number of samples that `within`, `components`, `deaths`, `quartiles` and `Q` are of.
    """

    epsilon: FloatArray
    share: FloatArray
    lower: FloatArray
    upper: FloatArray
    within: FloatArray
    components: IntArray
    lengths: FloatArray
    intrudes: np.ndarray[tuple[int], np.dtype[np.bool_]]
    deaths: FloatArray
    quartiles: FloatArray
    Q: LowerBound
    n: int
    segments: int
    points: int

    COLUMNS: ClassVar[tuple[str, ...]] = (
        "epsilon",
        "share",
        "lower",
        "upper",
        "within",
        "components",
    )

    def at(self, eps: ArrayLike) -> FloatArray:
        """Return the share of segments up to eps that leave their class.

        Parameters
        ----------
        eps : array_like of float
            Thresholds, in the units of X.

        Returns
        -------
        numpy.ndarray
            The shares, of the shape of eps; NaN where no segment is that short.
        """
        counts = np.searchsorted(self.lengths, check_thresholds(eps, least=-np.inf), side="right")
        hits = np.concatenate(([0], np.cumsum(self.intrudes)))[counts]
        return np.asarray(hits / np.where(counts > 0, counts, np.nan))

    def choose(self, rule: str = "no-intrusion", rate: float = 0.05) -> float:
        """Choose eps.

        Parameters
        ----------
        rule : str, optional
            "no-intrusion": the longest segment below the shortest that leaves its class.
            "persistence": where the last but one merge of components is, just below the longest
            bar. "quartile": the first quartile of the distances. "rate": the largest length up to
            which the share is at most `rate`.
        rate : float, optional
            The share for "rate", from 0 to 1.

        Returns
        -------
        float
            The threshold eps, in the units of X; 0, vanilla training, where no segment suits.

        Raises
        ------
        ValueError
            If there is no such rule, or the rate is not from 0 to 1.
        """
        known = check_choice(rule, "rule", EPSILON_RULES)
        if known == "quartile":
            return float(self.quartiles[0])
        if known == "persistence":
            shorter = self.deaths[self.deaths < self.deaths[-1]]
            return float(shorter[-1]) if shorter.size else 0.0
        limit = check_nonnegative(rate, "rate") if known == "rate" else 0.0
        if limit > 1:
            message = f"rate must be from 0 to 1, got {rate}"
            raise ValueError(message)
        suits = np.flatnonzero(self.at(self.lengths) <= limit)
        return float(self.lengths[suits[-1]]) if suits.size else 0.0


def intrusion(
    X: ArrayLike,
    labels: ArrayLike,
    *,
    segments: int | None = None,
    points: int = _EXACT,
    rng: np.random.Generator | int | None = None,
    progress: bool = False,
) -> Intrusion:
    """Measure for every eps how many segments of Local Mixup leave their class.

    Parameters
    ----------
    X : array_like of float
        Inputs, shape (n, ...), such as images; distances are Euclidean.
    labels : array_like
        Classes, shape (n,): integers or words.
    segments : int, optional
        Look at so many segments, drawn at random without replacement from those inside a class. By
        default all for n <= 3000, else 2000.
    points : int, optional
        Samples that distances, components and Q are taken of, drawn at random if there are more.
    rng : numpy.random.Generator or int, optional
        Of what is drawn.
    progress : bool, optional
        Show a progress bar on standard error, if that is a terminal, after two seconds.

    Returns
    -------
    Intrusion
        The share for every eps with its interval, components, quartiles and Q(D); `choose` makes an
        eps of them.

    Raises
    ------
    ValueError
        If X is not of finite real numbers, or is masked; if labels are not of shape (n,), are
        masked, are not integers or words, are of one class only, or no class has two samples; if
        `segments` or `points` is too small.

    Notes
    -----
    A segment leaves its class if another class comes closer to it than every sample of its own, the
    two ends left out: then a virtual sample lies where the nearest other sample is of another
    class. Squared distances that differ by less than 1e-13 of the largest square are a tie, and a
    tie is no intrusion. O(n) for each segment once the distances are known.
    """
    inputs, classes = _checked(X, labels)
    n = classes.size
    generator = check_rng(rng)
    order = np.argsort(classes, kind="stable")
    inputs, classes = inputs[order], classes[order]
    sizes = np.bincount(classes)
    total = int((sizes * (sizes - 1) // 2).sum())
    if total == 0 or np.count_nonzero(sizes) < 2:
        message = f"labels must name two classes, one of two samples or more; sizes are {sizes}"
        raise ValueError(message)
    wanted = (total if n <= _EXACT else min(_SEGMENTS, total)) if segments is None else segments
    wanted = min(check_count(wanted, "segments", 1), total)
    chosen = np.arange(total) if wanted == total else generator.choice(total, wanted, replace=False)
    i, j = _pairs(sizes, np.sort(chosen))
    lengths, intrudes = _look(inputs, classes, i, j, progress=progress)
    by_length = np.argsort(lengths, kind="stable")
    lengths, intrudes = lengths[by_length], intrudes[by_length]
    few = min(check_count(points, "points", 3), n)
    some = np.arange(n) if few == n else np.sort(generator.choice(n, few, replace=False))
    distances = scipy.spatial.distance.pdist(inputs[some])
    alike = scipy.spatial.distance.pdist(classes[some, None].astype(np.float64), "chebyshev") == 0
    deaths = scipy.cluster.hierarchy.linkage(distances, "single")[:, 2]
    between = np.argsort(distances)
    epsilon = np.unique(np.quantile(lengths, np.linspace(0, 1, _ROWS), method="higher"))
    reached = np.searchsorted(distances[between], epsilon, side="right")
    same = np.concatenate(([0], np.cumsum(alike[between])))[reached]
    counts = np.searchsorted(lengths, epsilon, side="right")
    hits = np.concatenate(([0], np.cumsum(intrudes)))[counts]
    share = hits / counts
    lower, upper = (share, share) if wanted == total else _wilson(hits, counts)
    return Intrusion(
        epsilon=epsilon,
        share=share,
        lower=lower,
        upper=upper,
        within=np.where(reached > 0, same / np.maximum(reached, 1), np.nan),
        components=few - np.searchsorted(deaths, epsilon, side="right"),
        lengths=lengths,
        intrudes=intrudes,
        deaths=deaths,
        quartiles=np.quantile(distances, [0.25, 0.5, 0.75]),
        Q=lower_bound(inputs[some], classes[some], progress=progress),
        n=n,
        segments=total,
        points=few,
    )


def _checked(X: ArrayLike, labels: ArrayLike) -> tuple[FloatArray, IntArray]:
    values = check_angles(X, "X")
    if values.ndim < 1 or not values.size:
        message = f"X must have shape (n, ...) and not be empty, got shape {values.shape}"
        raise ValueError(message)
    check_size(values, "X")
    inputs = values.reshape(values.shape[0], -1)
    names = as_array(labels, "labels")
    if names.shape != (inputs.shape[0],):
        message = f"labels must have shape ({inputs.shape[0]},), as X has; got {names.shape}"
        raise ValueError(message)
    if names.dtype.kind not in "iubUS":
        message = f"labels must be integers or words, got {names.dtype} numbers"
        raise ValueError(message)
    _, classes = np.unique(names, return_inverse=True)
    return inputs - inputs.mean(axis=0), classes.astype(np.int64)


def _pairs(sizes: IntArray, chosen: IntArray) -> tuple[IntArray, IntArray]:
    """Return the ends i < j of the segments of these numbers, where classes lie in a row."""
    ahead = np.concatenate([np.arange(size)[::-1] for size in sizes])  # samples behind, of a class
    ends = np.cumsum(ahead)
    i = np.searchsorted(ends, chosen, side="right")
    return i, i + 1 + chosen - (ends[i] - ahead[i])


def _look(
    X: FloatArray, classes: IntArray, i: IntArray, j: IntArray, *, progress: bool
) -> tuple[FloatArray, np.ndarray[tuple[int], np.dtype[np.bool_]]]:
    """Return the length of each segment, and whether it leaves its class."""
    n = classes.size
    distance = scipy.spatial.distance
    whole = distance.squareform(distance.pdist(X, "sqeuclidean")) if n <= _EXACT else None
    squares = np.einsum("ij,ij->i", X, X)
    tie = _ROUNDING * float(squares.max())

    def from_all(rows: IntArray) -> FloatArray:
        if whole is not None:
            return np.asarray(whole[rows])
        if X.shape[1] < 32:
            return np.asarray(distance.cdist(X[rows], X, "sqeuclidean"))
        return np.asarray(np.maximum(squares[rows, None] + squares - 2 * (X[rows] @ X.T), 0))

    lengths, leaves = np.empty(i.size), np.empty(i.size, dtype=bool)
    step = max(_FEW, _BLOCK // n)
    bar = tqdm(total=i.size, delay=2, leave=False, disable=None if progress else True)
    first = 0
    while first < i.size:
        # Segments of one class at a time: its samples lie in a row.
        kind = classes[i[first]]
        start, end = np.searchsorted(classes, [kind, kind + 1])
        last = min(first + step, int(np.searchsorted(i, end)))
        part = slice(first, last)
        near, far = from_all(i[part]), from_all(j[part])
        rows = np.arange(last - first)
        square = near[rows, j[part]][:, None]
        a = (near + square - far) / 2
        t = np.clip(a / np.where(square > 0, square, 1), 0, 1)
        away = near - t * (2 * a - t * square)
        away[rows, i[part]] = away[rows, j[part]] = np.inf
        own = away[:, start:end].min(axis=1)
        away[:, start:end] = np.inf
        lengths[part], leaves[part] = np.sqrt(square[:, 0]), away.min(axis=1) < own - tie
        bar.update(last - first)
        first = last
    bar.close()
    return lengths, leaves


def _wilson(hits: IntArray, counts: IntArray) -> tuple[FloatArray, FloatArray]:
    share, z = hits / counts, _Z * _Z / counts
    centre, half = share + z / 2, np.sqrt(z * (share * (1 - share) + z / 4))
    return (centre - half) / (1 + z), (centre + half) / (1 + z)

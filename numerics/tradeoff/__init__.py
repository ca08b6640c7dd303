r"""The bias-variance trade-off in K (Definition IV.1, Theorems IV.1 and IV.2).

Three different quantities go by the name of variance, and each has its function:

- `periodic`: the paper's Definition IV.1. Bias^2 is the mean squared training error
  mean (f_K - y)^2, and Var the spread mean (f_K - mean f_K)^2 of f_K over the points of Z/nZ.
- `iid`: Theorem IV.2. The variance of f_K at one point over random outputs y.
- `noisy`: the statistical trade-off that the other two stand for. The outputs are a fixed signal s
  plus white noise; the squared bias is mean (E f_K - s)^2, the variance that of f_K over the noise,
  and their sum is the expected squared error of f_K as an estimate of s.

They take a truth. `choose` takes a record in noise, estimates the risk, and chooses K; `sweep` does
the same for any (x, y) and the parameter of a graph.
"""

import math
from dataclasses import dataclass
from typing import ClassVar, TypeVar

import numpy as np
from numpy.typing import ArrayLike

from numerics.archive.files import Record
from numerics.lattice import cycle, variance
from numerics.lattice.readings import Reading, check_neighbours
from numerics.lattice.sweep import quadratic_means
from numerics.tradeoff.choice import RULES, Choice, Rule, choose
from numerics.tradeoff.fits import GraphName
from numerics.tradeoff.parameters import GRAPHS, Sweep, sweep
from numerics.validation import FloatArray, IntArray, check_nonnegative, check_signal

__all__ = [
    "GRAPHS",
    "LIMITS",
    "RULES",
    "Choice",
    "GraphName",
    "IidVariance",
    "NoisyRisk",
    "Rule",
    "Sweep",
    "Tradeoff",
    "choose",
    "iid",
    "noisy",
    "periodic",
    "sweep",
]

_Array = TypeVar("_Array", FloatArray, IntArray)

#: The limits, as K grows, of K sum_k c_k^2 and of sum_k k^2 c_k / K^2, the roughness and the second
#: moment of the kernel's limit shape: 2 (1 - |t| + |t| ln|t|) on [-1, 1] where segments of every
#: length weigh the same, |t| - 1 - ln|t| where a segment of length m weighs 1/m.
LIMITS: dict[Reading, tuple[float, float]] = {
    "counting": (28 / 27, 1 / 12),
    "counting-self": (28 / 27, 1 / 12),
    "length": (28 / 27, 1 / 12),
    "density": (5 / 3, 1 / 18),
    "continuous": (5 / 3, 1 / 18),
}


@dataclass(frozen=True, slots=True, eq=False)
class Tradeoff(Record):
    """Bias and variance of f*_K in the sense of Definition IV.1.

    Parameters
    ----------
    K : numpy.ndarray of int
        Numbers of neighbours on each side, as they were asked for; shape () or (k,).
    bias2 : numpy.ndarray
        Training error mean (f_K - y)^2, in squared units of y, of the shape of K.
    variance : numpy.ndarray
        Spread mean (f_K - mean f_K)^2 over the points, in squared units of y, of the shape of K.
    reading : str
        One of `numerics.lattice.readings.READINGS`.
    n : int
        Number of points of Z/nZ.
    spread : float
        Variance mean (y - mean y)^2 of y: that of vanilla training, and the limit in Eq. (6).
    """

    K: IntArray
    bias2: FloatArray
    variance: FloatArray
    reading: Reading
    n: int
    spread: float

    COLUMNS: ClassVar[tuple[str, ...]] = ("K", "bias2", "variance")


@dataclass(frozen=True, slots=True, eq=False)
class IidVariance(Record):
    """Variance of f*_K(x_i) over uncorrelated outputs of equal variance (Theorem IV.2).

    Parameters
    ----------
    K : numpy.ndarray of int
        Numbers of neighbours on each side, as they were asked for; shape () or (k,).
    variance : numpy.ndarray
        Var(f_K(x_i)) / sigma^2, of the shape of K.
    lower, upper : numpy.ndarray
        The bounds 16/K^2 and 8/K of Eq. (8), infinite at K = 0.
    reading : str
        One of `numerics.lattice.readings.READINGS`.
    """

    K: IntArray
    variance: FloatArray
    lower: FloatArray
    upper: FloatArray
    reading: Reading

    COLUMNS: ClassVar[tuple[str, ...]] = ("K", "variance", "lower", "upper")


@dataclass(frozen=True, slots=True, eq=False)
class NoisyRisk(Record):
    """Expected squared error of f*_K as an estimate of a signal observed in white noise.

    Parameters
    ----------
    K : numpy.ndarray of int
        Numbers of neighbours on each side, as they were asked for; shape () or (k,).
    bias2 : numpy.ndarray
        Squared error mean (E f_K - s)^2, where E f_K is f_K for the noise-free signal s; of the
        shape of K.
    variance : numpy.ndarray
        Variance of f_K(x_i) over the noise, the same at every point; of the shape of K.
    risk : numpy.ndarray
        Expected error E mean (f_K - s)^2 = bias2 + variance, of the shape of K.
    reading : str
        One of `numerics.lattice.readings.READINGS`.
    n : int
        Number of points of Z/nZ.
    sigma : float
        Standard deviation of the noise, in units of the signal.
    best_K : int
        The smallest K of least risk among those asked for.
    K_asymptotic : float
        The best K for a smooth signal as n grows: (448 sigma^2/(3 B))^(1/5), or
        (540 sigma^2/B)^(1/5) for "density" and "continuous", where B is the mean of the squared
        second difference s_{i+1} - 2 s_i + s_{i-1}; 0 (vanilla) if sigma = 0, else inf if B = 0.
    risk_asymptotic : float
        The risk that goes with it: 35/27 (or 25/12) sigma^2/K_asymptotic; 0 if sigma = 0 or B = 0.
    """

    K: IntArray
    bias2: FloatArray
    variance: FloatArray
    risk: FloatArray
    reading: Reading
    n: int
    sigma: float
    best_K: int
    K_asymptotic: float
    risk_asymptotic: float

    COLUMNS: ClassVar[tuple[str, ...]] = ("K", "bias2", "variance", "risk")


def periodic(
    y: ArrayLike, K: ArrayLike, reading: str = "counting", *, progress: bool = False
) -> Tradeoff:
    """Return bias and variance of f*_K on Z/nZ for all K asked for (Definition IV.1).

    Parameters
    ----------
    y : array_like of float
        Values y_0, ..., y_{n-1}, shape (n,), extended n-periodically.
    K : int or array_like of int
        Numbers of neighbours on each side, a scalar or one-dimensional, in any order.
    reading : str, optional
        One of `numerics.lattice.readings.READINGS`.
    progress : bool, optional
        Show a progress bar on standard error, if that is a terminal, after two seconds.

    Returns
    -------
    Tradeoff
        Arrays of the shape of K.

    Raises
    ------
    ValueError
        If y is not a one-dimensional array of finite real numbers; if K is not of integers, is
        empty, is negative or is 0 where the reading has no value; if there is no such reading.

    Notes
    -----
    One sweep in the Fourier domain serves all K: time O(n max(K)) and memory O(n + max(K)). A few
    large K take O(n log n) each instead. Bias and variance come from sums without cancellation, to
    nearly full relative accuracy however small they are.
    """
    counts, known = check_neighbours(K, reading)
    signal = check_signal(y)
    unit = _exponent(signal)
    weights = cycle.power(np.ldexp(signal, -unit))
    bias2, kept = quadratic_means(signal.size, counts, weights, known, progress=progress)
    return Tradeoff(
        K=_frozen(counts),
        bias2=_frozen(np.ldexp(bias2, 2 * unit)),
        variance=_frozen(np.ldexp(kept, 2 * unit)),
        reading=known,
        n=signal.size,
        spread=math.ldexp(weights.sum(), 2 * unit),
    )


def iid(K: ArrayLike, reading: str = "counting") -> IidVariance:
    """Return the variance of f*_K(x_i) on Z for uncorrelated outputs (Theorem IV.2).

    Parameters
    ----------
    K : int or array_like of int
        Numbers of neighbours on each side, a scalar or one-dimensional, in any order.
    reading : str, optional
        One of `numerics.lattice.readings.READINGS`.

    Returns
    -------
    IidVariance
        Arrays of the shape of K, in units of sigma^2.

    Raises
    ------
    ValueError
        If K is not of integers, is empty, is negative or is 0 where the reading has no value; if
        there is no such reading.

    Notes
    -----
    Closed forms, at once for any number of K of any size, except for "continuous": there it is a
    sum over frequencies, and takes time proportional to max(K)^2 if every K up to it is asked for.
    """
    counts, known = check_neighbours(K, reading)
    k = counts.astype(np.float64)
    with np.errstate(divide="ignore"):
        lower, upper = np.asarray(16 / k**2), np.asarray(8 / k)
    return IidVariance(
        K=_frozen(counts),
        variance=_frozen(np.asarray(variance.on_line(counts, known))),
        lower=_frozen(lower),
        upper=_frozen(upper),
        reading=known,
    )


def noisy(
    signal: ArrayLike,
    sigma: float,
    K: ArrayLike,
    reading: str = "counting",
    *,
    progress: bool = False,
) -> NoisyRisk:
    """Return the risk of f*_K for a periodic signal observed in white noise, and its best K.

    Parameters
    ----------
    signal : array_like of float
        The noise-free values s_0, ..., s_{n-1}, shape (n,), extended n-periodically.
    sigma : float
        Standard deviation of the noise, in units of the signal, at least 0.
    K : int or array_like of int
        Numbers of neighbours on each side, a scalar or one-dimensional, in any order.
    reading : str, optional
        One of `numerics.lattice.readings.READINGS`.
    progress : bool, optional
        Show a progress bar on standard error, if that is a terminal, after two seconds.

    Returns
    -------
    NoisyRisk
        Arrays of the shape of K, and the best K.

    Raises
    ------
    ValueError
        If the signal is not a one-dimensional array of finite real numbers; if sigma is negative
        or not finite; if K is not of integers, is empty, is negative or is 0 where the reading has
        no value; if there is no such reading.

    Notes
    -----
    The noise is white: of mean 0, uncorrelated and of equal variance; independence is not needed.
    For a signal that varies slowly over K points, bias2 is near (mu K^2/2)^2 B and the variance
    near R sigma^2/K, with R and mu as in `LIMITS`; their sum is least at
    K_asymptotic = (R sigma^2/(mu^2 B))^(1/5), where it is (5/4) R sigma^2/K_asymptotic.
    """
    counts, known = check_neighbours(K, reading)
    values = check_signal(signal, "signal")
    deviation = check_nonnegative(sigma, "sigma")
    unit = _exponent(np.append(values, deviation))
    weights = cycle.power(np.ldexp(values, -unit))
    bias2, _ = quadratic_means(values.size, counts, weights, known, progress=progress)
    remaining = np.asarray(
        math.ldexp(deviation, -unit) ** 2 * variance.on_cycle(values.size, counts, known)
    )
    risk = np.asarray(bias2 + remaining)
    best = int(counts[risk == risk.min()].min())
    asymptotic_K, asymptotic_risk = _asymptotic(values, deviation, known)
    return NoisyRisk(
        K=_frozen(counts),
        bias2=_frozen(np.ldexp(bias2, 2 * unit)),
        variance=_frozen(np.ldexp(remaining, 2 * unit)),
        risk=_frozen(np.ldexp(risk, 2 * unit)),
        reading=known,
        n=values.size,
        sigma=deviation,
        best_K=best,
        K_asymptotic=asymptotic_K,
        risk_asymptotic=asymptotic_risk,
    )


def _asymptotic(signal: FloatArray, sigma: float, reading: Reading) -> tuple[float, float]:
    """Return the K of least risk, and the risk, for a slowly varying signal."""
    second = np.roll(signal, -1) - 2 * signal + np.roll(signal, 1)
    unit = _exponent(second)
    curvature = math.ldexp(math.sqrt(np.mean(np.ldexp(second, -unit) ** 2)), unit)
    roughness, moment = LIMITS[reading]
    if sigma == 0:
        return 0.0, 0.0
    if curvature == 0:
        return float("inf"), 0.0
    best = (math.sqrt(roughness) / moment * (sigma / curvature)) ** 0.4
    return best, 1.25 * roughness * sigma * (sigma / best) if best > 0 else 0.0


def _exponent(values: FloatArray) -> int:
    """Return the power of 2 next above all sizes: divided by it, squares do not underflow."""
    return math.frexp(float(np.abs(values).max()))[1]


def _frozen(array: _Array) -> _Array:
    array.setflags(write=False)
    return array

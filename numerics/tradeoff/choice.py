"""The K for a record in noise, when neither the signal nor the noise is known."""

import math
from dataclasses import dataclass
from typing import ClassVar, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from numerics.archive.files import Record
from numerics.lattice.readings import Reading, check_neighbours, smallest_K
from numerics.tradeoff.boundaries import BOUNDARIES, Boundary, Cycle, Line
from numerics.validation import FloatArray, IntArray, check_choice, check_nonnegative, check_signal

Rule = Literal["Cp", "GCV", "LOO"]
RULES: tuple[Rule, ...] = get_args(Rule)

_EVERY = 1000
"""Up to here every K is tried by default, and beyond in steps of 5 %: a risk that goes as
K^4 + 4/K is at most 0.13 % above its least on such a grid."""

_FEWEST = 8  # samples
_TRIM = 2.5
_KEPT = 0.911256360935392
"""E(X^2 | |X| <= 2.5) for a standard normal X."""
_QUARTILE = 0.6744897501960818

_LARGE_JUMP = 1.5
_STEEP = 3.0  # standard deviations
_NOTICED = 0.05  # least correlation that is worth a word
_BARTLETT = 0.55
"""sqrt(n) times the standard error of the lag-1 autocorrelation -2/3 of second differences."""


@dataclass(frozen=True, slots=True, eq=False)
class Choice(Record):
    """The K for a record in noise, with what speaks for it.

    Parameters
    ----------
    K : numpy.ndarray of int
        Numbers of neighbours on each side that were tried, shape (k,).
    bias2 : numpy.ndarray
        Training error mean (f_K - y)^2 (Definition IV.1), in squared units of the record; of the
        shape of K, as the next four.
    degrees : numpy.ndarray
        Effective degrees of freedom, the trace of the linear map from y to f_K: n c_0 on the cycle.
    risk : numpy.ndarray
        Estimate bias2 + 2 sigma^2 degrees/n - sigma^2 of E mean (f_K - s)^2, in squared units of
        the record. It is unbiased for the true sigma and white noise, and may be negative.
    risk_error : numpy.ndarray
        Upper estimate of the standard error of `risk`, for Gaussian noise and sigma taken as
        known: a fifth too large for K = 40, and more for smaller K. Most of it is the same for all
        K: the differences between them are more certain.
    score : numpy.ndarray
        What the rule makes least: `risk` for "Cp", else a mean square of cross-validation.
    reading, boundary, rule : str
        As they were asked for.
    n : int
        Number of samples.
    sigma : float
        Standard deviation of the noise, given or estimated, in units of the record.
    sigma_estimated : bool
        Whether it was estimated.
    chosen_K : int
        The smallest K of least score.
    smoothed : numpy.ndarray
        The values f_K(x_i) for this K, shape (n,).
    standard_error : numpy.ndarray
        Standard deviation of `smoothed` over the noise, shape (n,). It leaves the bias out: the
        truth is not within two of them at 95 % of the points where f_K cuts a peak.
    correlation : float
        Lag-1 autocorrelation of the residuals of K = 2 ("counting"), which are second differences
        of the record, less what white noise gives, -2/3; differences above three standard
        deviations are left out. For K = 2 it does not depend on the choice, and the bias is least.
    correlated : bool
        Whether it is above 0.05 in size, and above three of its standard errors, 0.55/sqrt(n).
    jump : float
        Mean of the first w samples less that of the last w, with w = sqrt(n)/2 rounded: the step
        from the end of the record to its beginning, in units of the record.
    largest_step : float
        The largest step inside the record in the same sense.
    jumps : bool
        Whether the jump is more than 1.5 times as large and the boundary "periodic", which joins
        the two ends.
    """

    K: IntArray
    bias2: FloatArray
    degrees: FloatArray
    risk: FloatArray
    risk_error: FloatArray
    score: FloatArray
    reading: Reading
    boundary: Boundary
    rule: Rule
    n: int
    sigma: float
    sigma_estimated: bool
    chosen_K: int
    smoothed: FloatArray
    standard_error: FloatArray
    correlation: float
    correlated: bool
    jump: float
    largest_step: float
    jumps: bool

    COLUMNS: ClassVar[tuple[str, ...]] = ("K", "bias2", "degrees", "risk", "risk_error", "score")

    @property
    def notes(self) -> tuple[str, ...]:
        """What a user should know before trusting the choice, one sentence each; often none."""
        notes = []
        if self.jumps:
            notes.append(
                f"The record jumps by {self.jump:.4g} from its end to its beginning, and by "
                f"{self.largest_step:.4g} at most inside: boundary='reflect' does not join the two."
            )
        if self.correlated:
            notes.append(
                f"The residuals are correlated (lag 1: {self.correlation:+.2f} beyond white "
                "noise): the noise is not white, and K may be far too small, or the sampling does "
                "not resolve the signal."
            )
        if self.K.size > 1 and self.chosen_K == self.K.max():
            notes.append("The chosen K is the largest that was tried: a larger one may be better.")
        if self.sigma == 0:
            notes.append("sigma is 0: without noise there is nothing to smooth away.")
        return tuple(notes)


def choose(
    record: ArrayLike,
    sigma: float | None = None,
    K: ArrayLike | None = None,
    reading: str = "counting",
    boundary: str = "periodic",
    rule: str = "Cp",
    *,
    progress: bool = False,
) -> Choice:
    r"""Choose K for a record in white noise: the truth is not needed, nor is sigma.

    Parameters
    ----------
    record : array_like of float
        Values y_0, ..., y_{n-1} at evenly spaced times, shape (n,), n >= 8: a signal and noise of
        mean 0, uncorrelated and of equal variance. For other spacings there is `sweep`.
    sigma : float, optional
        Standard deviation of the noise, in units of the record, at least 0. By default it is
        estimated from third differences, see the notes.
    K : int or array_like of int, optional
        Numbers of neighbours on each side to try. By default all up to 1000 and from there in
        steps of 5 %, up to n.
    reading : str, optional
        One of `numerics.lattice.readings.READINGS`.
    boundary : str, optional
        "periodic": the end is joined to the beginning, as in Section IV.B. "reflect": the record is
        continued by its mirror image at both ends. "line": the kernel is cut off at the ends and
        brought back to sum 1.
    rule : str, optional
        "Cp": Mallows' C_p, the estimated risk. "GCV": generalised cross-validation,
        bias2/(1 - degrees/n)^2. "LOO": leave one out, mean ((y - f_K)_i/(1 - H_ii))^2. The last two
        do not use sigma, and on the cycle they are the same.
    progress : bool, optional
        Show a progress bar on standard error, if that is a terminal, after two seconds.

    Returns
    -------
    Choice
        The chosen K with its f_K, the estimated risk of every K, and in `notes` what is doubtful.

    Raises
    ------
    ValueError
        If the record is not a one-dimensional array of at least 8 finite real numbers, or is
        masked; if sigma is negative or not finite; if K is not of integers, is empty, is negative
        or is 0 where the reading has no value; if there is no such reading, boundary or rule.

    Notes
    -----
    *The rule.* E bias2 = E mean (f_K - s)^2 + sigma^2 - 2 sigma^2 c_0, with c_0 the weight of y_i
    in f_K(x_i), folded modulo n: for K <= n it is 4/(K + 3) for "counting". The f_K are ordered
    linear smoothers in the sense of A. Kneip (Annals of Statistics 22, 1994), for which the K of
    least C_p is asymptotically as good as the best.

    *Sigma* is estimated from the third differences of the record, divided by sqrt(20): polynomials
    of degree 2 drop out, and a jump spoils three of them. The median of their absolute values
    starts it, and three times the root mean square of those within 2.5 sigma, divided by what
    truncation takes away, replaces it. For Gaussian noise and no signal its mean is 1 % below sigma
    and its standard deviation 6 % at n = 500 (3 % at n = 2000); narrow peaks, and noise that is not
    white, bias it. With more than half of the differences 0, as in coarsely rounded records, it
    is 0.

    *Time* O(n max(K)), in one sweep; a few large K take O(n log n) each, as does every K of the
    reading "continuous" for "line", and for "LOO" with "reflect".
    """
    values = check_signal(record, "record")
    n = values.size
    if n < _FEWEST:
        message = f"record must have at least {_FEWEST} samples, got {n}"
        raise ValueError(message)
    edge, how = check_choice(boundary, "boundary", BOUNDARIES), check_choice(rule, "rule", RULES)
    counts, known = check_neighbours(1 if K is None else K, reading)
    counts = _default_K(n, smallest_K(known)) if K is None else np.atleast_1d(counts)
    given = 0.0 if sigma is None else check_nonnegative(sigma, "sigma")
    values, centre, unit = in_units(values, given)
    deviation = math.ldexp(given, -unit)
    if sigma is None:
        deviation = robust_scale(np.diff(values, 3) / math.sqrt(20))
        given = math.ldexp(deviation, unit)
    smoother = Line(values, known) if edge == "line" else Cycle(values, known, edge == "reflect")
    bias2, leverage, one_out = smoother.sweep(counts, one_out=how == "LOO", progress=progress)
    squares = np.stack((bias2, *scores(bias2, leverage, deviation, n, how, one_out)))
    chosen = int(counts[squares[3] == squares[3].min()].min())
    with np.errstate(over="ignore"):  # a score may be infinite
        bias2, risk, risk_error, score = np.ldexp(squares, 2 * unit)
    fit = smoother.fit(chosen)
    correlation = _excess_correlation(values)
    jump, largest = (math.ldexp(step, unit) for step in _steps(values))
    return Choice(
        K=counts,
        bias2=bias2,
        degrees=n * leverage,
        risk=risk,
        risk_error=risk_error,
        score=score,
        reading=known,
        boundary=edge,
        rule=how,
        n=n,
        sigma=given,
        sigma_estimated=sigma is None,
        chosen_K=chosen,
        smoothed=np.ldexp(fit.values, unit) + centre,
        standard_error=np.ldexp(deviation * np.sqrt(fit.variance), unit),
        correlation=correlation,
        correlated=abs(correlation) > max(_NOTICED, 3 * _BARTLETT / math.sqrt(n)),
        jump=jump,
        largest_step=largest,
        jumps=edge == "periodic" and abs(jump) > _LARGE_JUMP * largest,
    )


def in_units(values: FloatArray, sigma: float) -> tuple[FloatArray, float, int]:
    """Return values around 0 in units of a power of 2, with their centre and the power.

    No square of them or of sigma overflows then, and none vanishes but beside the others.
    """
    centre = float(values.min() / 2 + values.max() / 2)
    around = values - centre
    unit = math.frexp(max(sigma, float(np.abs(around).max())))[1]
    return np.ldexp(around, -unit), centre, unit


def scores(
    bias2: FloatArray,
    leverage: FloatArray,
    sigma: float,
    n: int,
    rule: Rule,
    one_out: FloatArray | None = None,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return estimated risk, its standard error and what a rule makes least.

    With A = (1 - H)^T (1 - H)/n the variance of y^T A y is 4 sigma^2 E|A y|^2 - 2 sigma^4 tr A^2;
    here |A y|^2 <= bias2/n for eigenvalues of H in [0, 1], and n tr A^2 >= (1 - leverage)^4.
    """
    square = sigma**2
    risk = bias2 + square * (2 * leverage - 1)
    error = np.sqrt(np.maximum(4 * square * bias2 - 2 * (square * (1 - leverage) ** 2) ** 2, 0) / n)
    if rule == "Cp":
        return risk, error, risk
    if rule == "LOO" and one_out is not None:
        return risk, error, one_out
    free = 1 - leverage
    # Where f_K = y, nothing is left to validate on.
    some = free > 16 * np.finfo(float).eps
    score = np.full_like(bias2, np.inf)
    score[some] = bias2[some] / free[some] ** 2
    return risk, error, score


def robust_scale(noise: FloatArray) -> float:
    """Return the standard deviation of mostly Gaussian numbers of mean 0, see `choose`."""
    size = np.abs(noise)
    sigma = float(np.median(size)) / _QUARTILE
    for _ in range(3 if sigma else 0):
        kept = size[size <= _TRIM * sigma]
        sigma = math.sqrt(float(np.mean(kept * kept)) / _KEPT)
    return sigma


def _default_K(n: int, least: int) -> IntArray:
    coarse = (
        np.geomspace(_EVERY, n, 1 + math.ceil(math.log(n / _EVERY) / 0.05)) if n > _EVERY else n
    )
    return np.union1d(np.arange(least, min(n, _EVERY) + 1), np.rint(coarse).astype(np.int64))


def _excess_correlation(record: FloatArray) -> float:
    """Return the lag-1 autocorrelation of the second differences beyond that of white noise.

    Steep places are left out, as they show the signal.
    """
    second = np.diff(record, 2)
    small = np.abs(second) <= _STEEP * float(np.median(np.abs(second))) / _QUARTILE
    pairs = small[1:] & small[:-1]
    before, behind = second[:-1][pairs], second[1:][pairs]
    power = float(before @ before + behind @ behind) / 2
    return float(before @ behind) / power + 2 / 3 if power else 0.0


def _steps(record: FloatArray) -> tuple[float, float]:
    """Return the step from the end to the beginning, and the largest step inside."""
    width = max(1, round(math.sqrt(record.size) / 2))
    means = np.convolve(record, np.full(width, 1 / width), mode="valid")
    inside = np.abs(means[width:] - means[:-width])
    return float(means[0] - means[-1]), float(inside.max())

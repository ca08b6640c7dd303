"""Means over runs with their intervals, paired comparisons, and the choice of the best of several.

The columns of every table are runs, and one run has the same data and the same random streams in
every row, so that two rows are compared run by run.

The smallest of several means is biased downwards as an estimate of the smallest expectation, and a
test of it is too optimistic. `compare_best` therefore chooses on one half of the runs and reports
on the other, in both directions.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import scipy
from numpy.typing import ArrayLike

from numerics.validation import (
    FloatArray,
    IntArray,
    check_angles,
    check_count,
    check_nonnegative,
    check_rng,
    check_size,
)

LEVEL = 0.95
"""Confidence level of every interval, if no other is asked for."""

ROUNDING = 1e-12
"""Relative to the largest of some numbers: what they differ by if only rounding does."""


@dataclass(frozen=True)
class Estimate:
    """A mean over independent runs.

    Parameters
    ----------
    value : float
        The mean.
    low, high : float
        Ends of its 95 % interval, or of that of another level that was asked for.
    pvalue : float
        Two-sided p-value of the hypothesis that the expectation is zero.
    runs : int
        Number of runs.
    """

    value: float
    low: float
    high: float
    pvalue: float
    runs: int


@dataclass(frozen=True)
class BestComparison:
    """The best of several candidates, compared with the best of several others.

    Parameters
    ----------
    estimate : Estimate
        Difference of the means, candidate minus other, over all runs: each run is compared with
        what the half of the runs that it is not in has chosen (runs of even and odd number).  Its
        p-value is twice the median of those of all random halves, in both directions; with one
        candidate and one other nothing is chosen, and it is that of the paired test.  Its interval
        is Student's for the choices that were made; where several candidates are equally good and
        the halves may choose differently, it covers the truth in 92 to 94 % of all cases.
    chosen : tuple of int
        Index of the candidate that the even runs choose, and the odd runs.
    halves : tuple of Estimate
        What the odd runs say of the choice of the even ones, and the reverse.
    shares : numpy.ndarray
        How often each candidate is chosen by a random half, shape (candidates,), of sum 1.
    splits : int
        Number of random splits into halves; each gives two choices and two p-values.
    """

    estimate: Estimate
    chosen: tuple[int, int]
    halves: tuple[Estimate, Estimate]
    shares: FloatArray
    splits: int


def _table(values: ArrayLike, name: str, least: int = 2) -> FloatArray:
    """Check a table of one row a setting and one column a run."""
    table = np.atleast_2d(check_angles(values, name))
    if table.ndim != 2 or not table.shape[0] or table.shape[1] < least:
        message = (
            f"{name} must have one row a setting and at least {least} columns, the runs; "
            f"got shape {np.shape(values)}"
        )
        raise ValueError(message)
    check_size(table, name)
    return table


def _row(values: ArrayLike, name: str) -> FloatArray:
    """Check numbers of which there is one a run."""
    table = _table(values, name)
    if len(table) != 1:
        message = f"{name} must have one number a run, shape (runs,); got shape {np.shape(values)}"
        raise ValueError(message)
    return np.asarray(table[0])


def _differences(first: FloatArray, second: FloatArray) -> FloatArray:
    """Subtract, run by run; numbers that differ by rounding alone are equal."""
    found = first - second
    equal = np.abs(found) <= ROUNDING * np.maximum(np.abs(first), np.abs(second))
    return np.where(equal, 0.0, found)


def _pvalues(rows: FloatArray) -> FloatArray:
    """Return two-sided p-values of Student's t test that the mean of each row is zero."""
    # Without any spread but that of rounding there is no t: equal runs show nothing, or leave no
    # doubt.
    constant = np.ptp(rows, axis=1) <= ROUNDING * np.abs(rows).max(axis=1)
    pvalues = np.where(rows[:, 0] == 0, 1.0, 0.0)
    if not constant.all():
        pvalues[~constant] = scipy.stats.ttest_1samp(rows[~constant], 0, axis=1).pvalue
    return np.asarray(pvalues, dtype=np.float64)


def half_widths(rows: FloatArray, level: float = LEVEL) -> FloatArray:
    """Return half the widths of Student's intervals of the means of rows; NaN for a single run."""
    runs = rows.shape[1]
    if runs == 1:
        return np.full(len(rows), np.nan)
    reach = scipy.stats.t.ppf((1 + level) / 2, runs - 1) / np.sqrt(runs)
    return np.asarray(reach * rows.std(axis=1, ddof=1))


def mean(values: ArrayLike, level: float = LEVEL) -> Estimate:
    """Estimate an expectation from independent runs.

    Parameters
    ----------
    values : array_like of float
        One number a run, shape (runs,), at least two.
    level : float, optional
        Confidence level of the interval, between 0 and 1.

    Returns
    -------
    Estimate
        The mean with Student's t interval and test.

    Raises
    ------
    ValueError
        If there is more than one row or fewer than two runs, a value is masked or not finite, or
        the level is out of range.
    """
    level = check_nonnegative(level, "level")
    if not 0 < level < 1:
        message = f"level must be between 0 and 1, got {level}"
        raise ValueError(message)
    rows = _row(values, "values")[None]
    value, reach = float(rows.mean()), float(half_widths(rows, level)[0])
    return Estimate(value, value - reach, value + reach, float(_pvalues(rows)[0]), rows.size)


def paired(first: ArrayLike, second: ArrayLike) -> Estimate:
    """Estimate the difference of two expectations, run by run.

    Parameters
    ----------
    first, second : array_like of float
        One number a run, shape (runs,) each, with run r of both on the same data.

    Returns
    -------
    Estimate
        Mean of ``first - second``, with the interval and the p-value of the paired t test.
        Numbers that differ by rounding alone count as equal.

    Raises
    ------
    ValueError
        If the two are not of one shape, there is more than one row or there are fewer than two
        runs, or a value is masked or not finite.
    """
    one, other = _row(first, "first"), _row(second, "second")
    if one.shape != other.shape:
        message = f"first and second must have the same runs, got {one.shape} and {other.shape}"
        raise ValueError(message)
    return mean(_differences(one, other))


def proportion(count: int, runs: int) -> tuple[float, float, float]:
    """Estimate a probability from the number of runs in which something happened.

    Parameters
    ----------
    count : int
        In how many runs, 0 to `runs`.
    runs : int
        Number of runs, at least 1.

    Returns
    -------
    tuple of float
        The share, and the ends of its exact (Clopper-Pearson) 95 % interval.

    Raises
    ------
    ValueError
        If a number is not an integer, or is out of range.
    """
    total = check_count(runs, "runs", 1)
    hits = check_count(count, "count")
    if hits > total:
        message = f"count must be at most runs = {total}, got {hits}"
        raise ValueError(message)
    tail, low, high = (1 - LEVEL) / 2, 0.0, 1.0
    if hits:
        low = float(scipy.special.betaincinv(hits, total - hits + 1, tail))
    if hits < total:
        shape = hits + 1, total - hits
        end = scipy.special.betainccinv(*shape, tail)
        # Of few hits in 10**9 runs it has eight digits only: a step of Newton's adds the others.
        excess = scipy.special.betaincc(*shape, end) - tail
        high = float(end + excess / scipy.stats.beta.pdf(end, *shape))
    return hits / total, low, high


def holm(pvalues: Sequence[float]) -> list[float]:
    """Adjust p-values for their number, by Holm's step-down rule.

    Parameters
    ----------
    pvalues : sequence of float
        In [0, 1]; they may depend on each other in any way.

    Returns
    -------
    list of float
        Adjusted p-values in the same order: calling significant what is below a level makes any
        wrong call with at most that probability.

    Raises
    ------
    ValueError
        If one is not in [0, 1].
    """
    raw = check_angles(pvalues, "pvalues")
    if raw.ndim != 1 or not ((raw >= 0) & (raw <= 1)).all():
        message = f"pvalues must be a sequence of numbers in [0, 1], got {pvalues!r}"
        raise ValueError(message)
    order = np.argsort(raw, kind="stable")
    scaled = raw[order] * np.arange(raw.size, 0, -1)
    adjusted = np.empty_like(raw)
    adjusted[order] = np.minimum(np.maximum.accumulate(scaled), 1)
    return [float(value) for value in adjusted]


def _best(table: FloatArray, runs: IntArray) -> int:
    return int(np.argmin(table[:, runs].mean(axis=1)))


def compare_best(
    candidates: ArrayLike,
    others: ArrayLike,
    *,
    splits: int = 200,
    rng: np.random.Generator | int | None = 0,
) -> BestComparison:
    """Compare the best candidate with the best of the others, on runs that did not choose them.

    Parameters
    ----------
    candidates : array_like of float
        What is to be small, shape (candidates, runs).
    others : array_like of float
        What it is compared with, shape (others, runs) or (runs,) for a single one.
    splits : int, optional
        Number of random splits into halves.
    rng : numpy.random.Generator, int or None, optional
        Source of the splits.  By default the same ones each time.

    Returns
    -------
    BestComparison
        The difference with its interval, the choices, and the p-value.

    Raises
    ------
    ValueError
        If the tables do not have the same runs, or fewer than four, or a value is not finite.

    Notes
    -----
    One split leaves the outcome to the luck of that split.  Twice the median of p-values that are
    each valid is valid, however they depend on each other: at least half of them are then below
    half the level, which by Markov's inequality happens with at most the probability of the level.
    The p-value and the interval come from different splits, and need not say the same.
    """
    first, second = _table(candidates, "candidates", 4), _table(others, "others", 4)
    runs = first.shape[1]
    if second.shape[1] != runs:
        message = f"others must have the {runs} runs of the candidates, got {second.shape[1]}"
        raise ValueError(message)
    check_count(splits, "splits", 1)

    def difference(choosing: IntArray, reporting: IntArray) -> tuple[int, FloatArray]:
        index = _best(first, choosing)
        rival = second[_best(second, choosing), reporting]
        return index, _differences(first[index, reporting], rival)

    number = np.arange(runs)
    even, odd = number[::2], number[1::2]
    by_even, on_odd = difference(even, odd)
    by_odd, on_even = difference(odd, even)
    everywhere = np.empty(runs)
    everywhere[odd], everywhere[even] = on_odd, on_even
    generator = check_rng(rng)
    counts = np.zeros(first.shape[0])
    reported: tuple[list[FloatArray], list[FloatArray]] = ([], [])
    for _ in range(splits):
        shuffled = generator.permutation(runs)
        halves = shuffled[: runs // 2], shuffled[runs // 2 :]
        for rows, choosing, reporting in zip(reported, halves, halves[::-1], strict=True):
            index, found = difference(choosing, reporting)
            counts[index] += 1
            rows.append(found)
    pvalues = np.concatenate([_pvalues(np.array(rows)) for rows in reported])
    estimate = mean(everywhere)
    if len(first) + len(second) > 2:  # for two, half of the runs would have less power for nothing
        estimate = replace(estimate, pvalue=min(1.0, 2 * float(np.median(pvalues))))
    return BestComparison(
        estimate,
        (by_even, by_odd),
        (mean(on_odd), mean(on_even)),
        counts / counts.sum(),
        splits,
    )


def bootstrap_best(
    candidates: ArrayLike,
    *,
    resamples: int = 2000,
    rng: np.random.Generator | int | None = 0,
) -> FloatArray:
    """Say how sure it is which candidate has the smallest mean, by resampling the runs.

    Parameters
    ----------
    candidates : array_like of float
        What is to be small, shape (candidates, runs).
    resamples : int, optional
        Number of resamples; each draws whole runs, with all candidates, with repetition.
    rng : numpy.random.Generator, int or None, optional
        Source of the resamples.  By default the same ones each time.

    Returns
    -------
    numpy.ndarray
        Share of the resamples in which each candidate is best, shape (candidates,), of sum 1.

    Raises
    ------
    ValueError
        If there are fewer than two runs, or a value is not finite.
    """
    table = _table(candidates, "candidates")
    check_count(resamples, "resamples", 1)
    runs = table.shape[1]
    # How often a resample has each run, in place of the resample itself.
    draws = check_rng(rng).multinomial(runs, np.full(runs, 1 / runs), size=resamples)
    best = np.argmin(draws @ table.T, axis=1)
    shares: FloatArray = np.bincount(best, minlength=table.shape[0]) / resamples
    return shares

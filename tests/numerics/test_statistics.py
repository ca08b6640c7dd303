"""numerics.statistics against scipy, definitions, and simulations in which the truth is known."""

from itertools import pairwise

import flint
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from numerics import statistics
from tests.tolerances import CLOSED_FORM

RNG = np.random.default_rng(5)
VALUES = RNG.normal(2, 3, 40)
OTHERS = VALUES + RNG.normal(0.5, 1, 40)


def test_mean_has_the_interval_of_student() -> None:
    found = statistics.mean(VALUES)
    low, high = stats.t.interval(0.95, 39, VALUES.mean(), stats.sem(VALUES))
    np.testing.assert_allclose(
        [found.value, found.low, found.high], [VALUES.mean(), low, high], rtol=CLOSED_FORM
    )
    assert found.runs == 40
    narrow = statistics.mean(VALUES, level=0.5)
    np.testing.assert_allclose(
        [narrow.low, narrow.high],
        stats.t.interval(0.5, 39, VALUES.mean(), stats.sem(VALUES)),
        rtol=CLOSED_FORM,
    )
    normal = stats.norm.interval(0.95, VALUES.mean(), stats.sem(VALUES))
    assert found.high - found.low > normal[1] - normal[0]


def test_pairs_are_compared_run_by_run() -> None:
    found = statistics.paired(VALUES, OTHERS)
    expected = stats.ttest_rel(VALUES, OTHERS)
    interval = expected.confidence_interval(0.95)
    np.testing.assert_allclose(
        [found.value, found.low, found.high, found.pvalue],
        [(VALUES - OTHERS).mean(), interval.low, interval.high, expected.pvalue],
        rtol=CLOSED_FORM,
    )
    assert found.pvalue < 0.05 < stats.ttest_ind(VALUES, OTHERS).pvalue
    assert statistics.paired(VALUES, RNG.permutation(OTHERS)).pvalue > found.pvalue


@pytest.mark.parametrize(("shift", "pvalue"), [(0.0, 1.0), (0.5, 0.0)])
def test_runs_without_any_spread(shift: float, pvalue: float) -> None:
    values = np.arange(6) / 8
    rounded = statistics.paired(0.1 * values + shift, 0.1 * values)  # but for rounding
    assert rounded.pvalue == pvalue
    found = statistics.paired(values + shift, values)
    assert (found.value, found.low, found.high) == (shift, shift, shift)
    assert found.pvalue == pvalue


@pytest.mark.parametrize("size", [1e-17, 1e-13])
def test_differences_of_rounding_are_none(size: float) -> None:
    shifted = VALUES + np.abs(VALUES) * size * np.linspace(0.5, 1, VALUES.size)
    # The control: as numbers, they are all of one sign, and there is no doubt about them.
    steady = statistics.mean(np.full(VALUES.size, 1e-17))
    assert steady.pvalue == 0
    for found in (
        statistics.paired(shifted, VALUES),
        statistics.paired(0.1 + 0.2 + 0 * VALUES, 0.3 + 0 * VALUES),
        statistics.compare_best([shifted, VALUES + 9], VALUES).estimate,
    ):
        assert (found.value, found.low, found.high, found.pvalue) == (0, 0, 0, 1)
    # A difference that is small, and no rounding, is one.
    assert statistics.paired(VALUES * (1 + 1e-9), VALUES).pvalue < 0.05


@pytest.mark.parametrize("runs", [20, 10**6, 10**9])
def test_proportions_are_exact_for_any_number_of_runs(runs: int) -> None:
    counts = (1, 3, runs // 1000, runs // 3, runs // 2, runs - 3, runs - 1)
    with flint.ctx.workprec(200):
        for count in sorted({count for count in counts if count}):
            share, *ends = statistics.proportion(count, runs)
            assert ends[0] < share < ends[1]
            tails = ((count, runs - count + 1), 0.025), ((count + 1, runs - count), 0.975)
            for end, (shape, area) in zip(ends, tails, strict=True):
                below, above = (
                    flint.arb(end * (1 + step)).beta_lower(*shape, 1) for step in (-1e-11, 1e-11)
                )
                assert below < area < above


@pytest.mark.parametrize("count", [0, 3, 20])
def test_proportion_is_that_of_clopper_and_pearson(count: int) -> None:
    share, low, high = statistics.proportion(count, 20)
    assert share == count / 20
    expected_low = stats.beta.ppf(0.025, count, 21 - count) if count else 0
    expected_high = stats.beta.ppf(0.975, count + 1, 20 - count) if count < 20 else 1
    np.testing.assert_allclose([low, high], [expected_low, expected_high], rtol=1e-9)


def test_holm_by_hand() -> None:
    np.testing.assert_allclose(statistics.holm([0.01, 0.04, 0.03]), [0.03, 0.06, 0.06])
    assert statistics.holm([]) == []
    assert statistics.holm([0.5, 0.9]) == [1.0, 1.0]


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8), st.floats(0.001, 0.5))
def test_holm_rejects_what_its_definition_rejects(pvalues: list[float], level: float) -> None:
    rejected = set()
    for rank, index in enumerate(np.argsort(pvalues, kind="stable").tolist()):
        if pvalues[index] * (len(pvalues) - rank) >= level:
            break
        rejected.add(index)
    adjusted = statistics.holm(pvalues)
    assert {i for i, value in enumerate(adjusted) if value < level} == rejected
    order = np.argsort(pvalues, kind="stable").tolist()
    assert all(adjusted[a] <= adjusted[b] for a, b in pairwise(order))
    assert all(p <= a <= min(1, p * len(pvalues)) for p, a in zip(pvalues, adjusted, strict=True))


def naive(candidates: np.ndarray, other: np.ndarray) -> float:
    """Choose and test on the same runs."""
    best = int(np.argmin(candidates.mean(axis=1)))
    return float(stats.ttest_rel(candidates[best], other).pvalue)


def test_nothing_is_found_where_there_is_nothing() -> None:
    rng = np.random.default_rng(2)
    trials, wrong, naively = 300, 0, 0
    values = []
    for _ in range(trials):
        table = rng.normal(size=(9, 40))
        found = statistics.compare_best(table[:8], table[8], splits=10)
        wrong += found.estimate.pvalue < 0.05
        naively += naive(table[:8], table[8]) < 0.05
        values.append(found.estimate.value)
    assert wrong <= 0.05 * trials
    # The control: one sample for both choosing and testing calls luck significant.
    assert naively > 0.1 * trials
    # The estimate is not biased downwards, as the smallest mean is.
    assert abs(np.mean(values)) < 4 * stats.sem(values)


def test_a_real_difference_is_found_with_its_size() -> None:
    rng = np.random.default_rng(3)
    means = np.array([3.0, 2.0, 2.9, 3.1])
    table = means[:, None] + rng.normal(0, 0.5, (4, 301))
    other = 3 + rng.normal(0, 0.5, 301)
    found = statistics.compare_best(table, other)
    assert found.chosen == (1, 1)
    np.testing.assert_array_equal(found.shares, [0, 1, 0, 0])
    assert found.estimate.pvalue < 1e-6
    assert found.estimate.low < -1 < found.estimate.high
    for half, runs in zip(found.halves, (150, 151), strict=True):
        assert half.runs == runs
        assert half.low < -1 < half.high
    # All runs chose the same, so that this is the plain paired comparison.
    plain = statistics.paired(table[1], other)
    np.testing.assert_allclose(found.estimate.value, plain.value, rtol=CLOSED_FORM)


def test_nothing_to_choose_is_the_paired_test() -> None:
    rng = np.random.default_rng(8)
    found, halves = 0, 0
    for _ in range(200):
        one, other = rng.normal(-0.35, 1, 40), np.zeros(40)
        plain = statistics.paired(one, other)
        assert statistics.compare_best(one, other, splits=1).estimate == plain
        found += plain.pvalue < 0.05
        # Two equal candidates: nothing to choose either, and half of the runs to see it by.
        halves += statistics.compare_best([one, one], other, splits=20).estimate.pvalue < 0.05
    assert found > 2 * halves


def test_pvalue_is_twice_the_median_of_those_of_the_halves() -> None:
    rng = np.random.default_rng(8)
    table = rng.normal(np.array([[-0.2], [9.0]]), 1, (2, 40))  # the first is always chosen
    shuffled = np.random.default_rng(1).permutation(40)
    halves = (float(stats.ttest_1samp(table[0, part], 0).pvalue) for part in np.split(shuffled, 2))
    found = statistics.compare_best(table, np.zeros(40), splits=1, rng=1)
    # The median of two numbers is their mean.
    np.testing.assert_allclose(found.estimate.pvalue, min(1, sum(halves)), rtol=CLOSED_FORM)


def test_the_rival_is_chosen_too() -> None:
    rng = np.random.default_rng(4)
    table = np.array([2.0, 3.0])[:, None] + rng.normal(0, 0.3, (2, 100))
    others = np.array([3.0, 1.0])[:, None] + rng.normal(0, 0.3, (2, 100))
    found = statistics.compare_best(table, others)
    assert abs(found.estimate.value - 1) < 0.2
    assert abs(statistics.compare_best(table, others[0]).estimate.value + 1) < 0.2


def test_bootstrap_draws_whole_runs() -> None:
    rng = np.random.default_rng(6)
    common = rng.normal(0, 10, 50)
    table = common + np.array([0.0, 0.1])[:, None] + rng.normal(0, 0.1, (2, 50))
    shares = statistics.bootstrap_best(table)
    assert shares.sum() == 1
    assert shares[0] > 0.95
    # Drawn for each candidate by itself, the common part would hide the difference.
    alone = [int(np.argmin([rng.choice(row, 50).mean() for row in table])) == 0 for _ in range(400)]
    assert np.mean(alone) < 0.8
    picks = rng.integers(50, size=(2000, 50))
    direct = np.mean(np.argmin(table[:, picks].mean(axis=2), axis=0) == 0)
    assert abs(direct - shares[0]) < 0.02


def test_results_are_the_same_each_time_and_follow_the_seed() -> None:
    table = np.random.default_rng(7).normal(size=(4, 30))
    first, again = (statistics.compare_best(table[:3], table[3]) for _ in range(2))
    assert first.estimate == again.estimate
    np.testing.assert_array_equal(first.shares, again.shares)
    other = statistics.compare_best(table[:3], table[3], rng=1)
    assert other.estimate.value == first.estimate.value  # that of even and odd runs
    assert not np.array_equal(other.shares, first.shares)

"""The expected squared error on a cycle, by enumeration, against theory.tradeoff.choice_of_k."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reference import enumeration as brute
from theory import READINGS
from theory.mathematics.readings import check_reading
from theory.tradeoff.choice_of_k import TWO_PAYS, second_moment

fractions = st.fractions(min_value=-5, max_value=5, max_denominator=6)
signals = st.lists(fractions, min_size=7, max_size=9)


def moment(K: int, reading: str) -> Fraction:
    taps = brute.taps(K, reading) if reading != "continuous" else brute.continuous_taps(K, 80)
    return 2 * sum((k**2 * c for k, c in enumerate(taps)), Fraction(0))


def roughness(s: list[Fraction]) -> Fraction:
    """Return the mean of the squared second differences."""
    n = len(s)
    return brute.mean([(s[(i + 1) % n] - 2 * s[i] + s[i - 1]) ** 2 for i in range(n)])


def risk(s: list[Fraction], noise: Fraction, K: int, reading: str) -> Fraction:
    """Return the expected squared error for white noise of variance `noise`."""
    n = len(s)
    response = brute.on_cycle([Fraction(int(i == 0)) for i in range(n)], K, reading)
    bias2 = brute.mean_square(brute.convolve(response, s), s)
    return bias2 + noise * sum((c**2 for c in response), Fraction(0))


@pytest.mark.claims("IV.B-oracle")
@pytest.mark.parametrize("reading", READINGS)
def test_second_moment(reading: str) -> None:
    for number in (1, 2, 3, 7, 20):
        found = second_moment(number, check_reading(reading))
        off = abs(Fraction(int(found.p), int(found.q)) - moment(number, reading))
        # What is cut off from the infinite kernel: k^2 0.268^k from k = 80 on.
        assert off == 0 or (reading == "continuous" and off < Fraction(1, 10**25))


@pytest.mark.claims("IV.B-oracle")
@pytest.mark.parametrize("reading", brute.FINITE)
@given(s=signals, noise=st.fractions(min_value=0, max_value=4), K=st.integers(1, 4))
def test_oracle_inequality_on_random_signals(
    reading: str, s: list[Fraction], noise: Fraction, K: int
) -> None:
    bound = (moment(K, reading) / 2) ** 2 * roughness(s) + noise * brute.iid_variance(K, reading)
    reached = risk(s, noise, K, reading)
    assert reached <= bound
    assert K > 2 or reached == bound


@pytest.mark.claims("IV.B-oracle")
@given(s=signals, K=st.integers(1, 4))
def test_bias_of_the_infinite_kernel(s: list[Fraction], K: int) -> None:
    beta = second_moment(K, "continuous") / 2
    bound = Fraction(int(beta.p), int(beta.q)) ** 2 * roughness(s)
    assert risk(s, Fraction(0), K, "continuous") <= bound


@pytest.mark.claims("IV.B-oracle")
def test_variance_of_the_infinite_kernel_is_that_on_the_cycle() -> None:
    # Its kernel never fits a cycle: without signal the risk on 4 points, at K = 2, is the variance
    # there, which is above the one on Z.
    on_cycle = risk([Fraction(0)] * 4, Fraction(1), 2, "continuous")
    first, *others = brute.continuous_taps(2, 60)
    on_line = first**2 + 2 * sum((c**2 for c in others), Fraction(0))
    assert on_cycle > on_line + Fraction(1, 2000)


@pytest.mark.parametrize("reading", brute.FINITE)
def test_a_smaller_moment_does_not_bound_the_risk(reading: str) -> None:
    # Equality at K = 2, and nearly so at K = 3 for a slow signal.
    s = [Fraction(v) for v in (0, 3, 4, 3, 0, -3, -4, -3)]
    for K in (2, 3):
        smaller = (Fraction(9, 10) * moment(K, reading) / 2) ** 2 * roughness(s)
        assert risk(s, Fraction(0), K, reading) > smaller


@pytest.mark.claims("IV.B-oracle")
@pytest.mark.parametrize("reading", brute.FINITE)
@given(
    s=st.lists(fractions, min_size=3, max_size=6),
    noise=st.fractions(min_value=0, max_value=Fraction(3, 2), max_denominator=30),
)
def test_two_neighbours_pay_exactly_below_the_bound(
    reading: str, s: list[Fraction], noise: Fraction
) -> None:
    pays = risk(s, noise, 2, reading) < risk(s, noise, 1, reading)
    assert risk(s, noise, 1, reading) == noise
    assert pays == (roughness(s) < TWO_PAYS[check_reading(reading)] * noise)


@pytest.mark.parametrize("reading", brute.FINITE)
def test_bound_of_two_neighbours_is_sharp(reading: str) -> None:
    s = [Fraction(v) for v in (1, 0, 0, 0)]
    bound = TWO_PAYS[check_reading(reading)]
    even = roughness(s) / bound
    assert risk(s, even, 2, reading) == even
    for other in (bound - 1, bound + 1):
        noise = roughness(s) / other
        assert risk(s, noise, 2, reading) != noise

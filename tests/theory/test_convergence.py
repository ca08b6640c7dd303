"""theory.tradeoff: limits of Theorem IV.1 and rates, on enumerated functions."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from tests.reference import enumeration as brute
from theory import READINGS, Reading
from theory.mathematics.harmonic import K as INDEX
from theory.mathematics.harmonic import values_at
from theory.tradeoff.theorem_iv1_limits import N, Z, deviation

# sin(pi/n)^2 is rational for these n.
SQUARES = {2: Fraction(1), 3: Fraction(3, 4), 4: Fraction(1, 2), 6: Fraction(1, 4)}

fractions = st.fractions(min_value=-9, max_value=9, max_denominator=12)


def fejer_sums(c: Fraction, last: int, power: int) -> list[Fraction]:
    """Return sum_{m<=K} F_m/m^power for K = 0, ..., last, where cos(theta) = c < 1."""
    cos = brute.cosine(c)
    sums = [Fraction(0)]
    for m in range(1, last + 1):
        sums.append(sums[-1] + (1 - cos(m)) / (1 - c) / m ** (1 + power))
    return sums


def test_fejer_sums_are_those_of_the_enumeration() -> None:
    c = Fraction(-1, 2)
    sums = fejer_sums(c, 8, 0), fejer_sums(c, 8, 1)
    for K in range(1, 9):
        assert 2 * (K + sums[0][K]) / (K * (K + 3)) == brute.multiplier(K, c, "counting")
        assert sums[1][K] / K == brute.multiplier(K, c, "density")


@pytest.mark.claims("IV.1-limit")
@pytest.mark.parametrize("reading", READINGS)
@given(y=st.lists(fractions, min_size=1, max_size=5), K=st.integers(1, 8))
def test_deviation_from_the_mean_on_random_data(
    reading: Reading, y: list[Fraction], K: int
) -> None:
    f = brute.on_cycle(y, K, reading)
    reach = max(abs(value - brute.mean(y)) for value in y)
    values = {INDEX: K, N: len(y), Z: sp.Rational(*reach.as_integer_ratio()), **values_at(K)}
    bound = Fraction(str(deviation(reading).subs(values)))
    assert brute.mean(f) == brute.mean(y)
    assert max(abs(value - brute.mean(y)) for value in f) <= bound
    assert brute.variance(f) <= bound**2


@pytest.mark.claims("IV.1-limit")
def test_deviation_is_of_the_right_order() -> None:
    y = [Fraction(1), Fraction(-1)]
    for K in (10, 20, 40):
        values = {INDEX: K, N: 2, Z: 1}
        assert 3 * brute.on_cycle(y, K, "counting")[0] >= deviation("counting").subs(values)


@pytest.mark.claims("IV.1-limit")
@pytest.mark.parametrize("c", [Fraction(-1), Fraction(-1, 2), Fraction(0), Fraction(1, 2)])
def test_rates_far_out(c: Fraction) -> None:
    s = (1 - c) / 2
    last = 300
    counting = fejer_sums(c, last, 0)
    for K in (30, 100, last):
        H = brute.harmonic(K)
        mult = 2 * (K + counting[K]) / (K * (K + 3))
        # K mult -> 2, with an error of order (1 + H_K/s)/K
        assert abs(K * mult - 2) <= (6 + 2 * H / s) / K
        # Bias^2 = Var(y) (1 - 4/K + ...), frequency by frequency
        assert abs((1 - mult) ** 2 - (1 - Fraction(4, K))) <= (30 + 10 * H / s) / K**2


def test_rates_are_not_met_by_the_wrong_constants() -> None:
    c, K = Fraction(0), 300
    s = Fraction(1, 2)
    H = brute.harmonic(K)
    mult = 2 * (K + fejer_sums(c, K, 0)[K]) / (K * (K + 3))
    for wrong in (1, 3, 4):
        assert abs(K * mult - wrong) > (6 + 2 * H / s) / K
    for wrong in (3, 5):
        assert abs((1 - mult) ** 2 - (1 - Fraction(wrong, K))) > (30 + 10 * H / s) / K**2 / 4


@pytest.mark.claims("IV.1-limit", "IV.1-zero")
@pytest.mark.parametrize("n", SQUARES)
@given(data=st.data(), K=st.integers(1, 8))
def test_two_sided_bound_of_the_variance(n: int, data: st.DataObject, K: int) -> None:
    y = data.draw(st.lists(fractions, min_size=n, max_size=n))
    whole, reached = brute.variance(y), brute.variance(brute.on_cycle(y, K, "counting"))
    low = Fraction(4 * (K + 1) ** 2, K**2 * (K + 3) ** 2)
    high = Fraction(4, (K + 3) ** 2) * (1 + brute.harmonic(K) / (K * SQUARES[n])) ** 2
    assert low * whole <= reached <= high * whole
    assert (reached > 0) == (whole > 0)


@pytest.mark.claims("IV.1-limit")
def test_lower_bound_of_the_variance_is_attained_and_no_larger_one_holds() -> None:
    y = [Fraction(0), Fraction(1)]
    reached = brute.variance(brute.on_cycle(y, 2, "counting"))
    assert reached == Fraction(36, 100) * brute.variance(y)
    assert reached < Fraction(4 * (2 + 2) ** 2, 2**2 * (2 + 3) ** 2) * brute.variance(y)


@pytest.mark.claims("IV.1-zero")
@pytest.mark.parametrize("n", [2, 3, 4, 5])
def test_mixup_on_few_points_has_variance(n: int) -> None:
    # All pairs of points on a line, lattice points of their segments counted: never constant.
    y = [Fraction(i) for i in range(n)]
    seen: list[list[Fraction]] = [[] for _ in y]
    for a in range(n):
        for b in range(a + 1, n):
            for p in range(a, b + 1):
                seen[p].append(brute.target(lambda i: y[i], a, b, Fraction(p)))
    f = [brute.mean(values) for values in seen]
    assert (f[0], f[-1]) == (y[0], y[-1])
    assert brute.variance(f) > 0

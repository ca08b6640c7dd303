"""The two floors against each other: exact values of theory, floating point of numerics."""

from __future__ import annotations

from fractions import Fraction
from functools import cache

import numpy as np
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

import numerics.lattice
import numerics.lattice.readings
import theory.lattice
from numerics import tradeoff
from tests.reference import enumeration as brute
from tests.tolerances import CLOSED_FORM, CONVERGED, DIRECT_SUMS, FOURIER
from theory import READINGS
from theory.iid import variance
from theory.mathematics.harmonic import H1
from theory.mathematics.harmonic import K as INDEX
from theory.mathematics.readings import MIXTURES, SMALLEST_K, M, check_reading
from theory.tradeoff import theorem_iv2 as bounds
from theory.tradeoff.choice_of_k import BEST, TWO_PAYS, second_moment
from theory.tradeoff.theorem_iv1_limits import PRINTED, N, Z
from theory.tradeoff.theorem_iv2_closed_form import LIMITS

# sin(pi/n)^2 is rational for these n.
EXACT_CYCLES = (1, 2, 3, 4, 6)
numbers = st.integers(-9, 9)


def as_float(value: sp.Expr) -> float:
    return float(sp.N(value, 30))


@cache
def exact_taps(K: int, reading: str, count: int) -> list[float]:
    return [as_float(c) for c in theory.lattice.kernel(K, reading, count)]


def test_the_floors_know_the_same_readings() -> None:
    assert numerics.lattice.readings.READINGS == READINGS
    for reading in READINGS:
        assert numerics.lattice.readings.smallest_K(reading) == SMALLEST_K[reading]


@pytest.mark.claims("Eq3")
@pytest.mark.parametrize("reading", READINGS)
def test_kernel(reading: str) -> None:
    for K in (0, 1, 2, 3, 8, 25, 60)[SMALLEST_K[check_reading(reading)] :]:
        found = numerics.lattice.kernel(K, reading, K + 5)
        # "continuous" has exact zeros at K = 1: there, relative to c_0 = 1.
        room = CLOSED_FORM if (K, reading) == (1, "continuous") else 0
        assert_allclose(found, exact_taps(K, reading, K + 5), rtol=CLOSED_FORM, atol=room)
    with pytest.raises(AssertionError):  # one more neighbour
        assert_allclose(found, exact_taps(61, reading, 65), rtol=CLOSED_FORM)


@pytest.mark.claims("Eq3")
@pytest.mark.parametrize("reading", READINGS)
def test_multiplier(reading: str) -> None:
    angles = [sp.Integer(0), sp.pi / 50, sp.Integer(1), sp.pi / 2, 3 * sp.pi / 4, sp.pi]
    counts = [1, 2, 5, 30]
    found = numerics.lattice.multiplier(counts, [as_float(theta) for theta in angles], reading)
    expected = [
        [as_float(theory.lattice.multiplier(K, theta, reading)) for theta in angles] for K in counts
    ]
    assert_allclose(found, expected, rtol=CLOSED_FORM, atol=0)


@pytest.mark.claims("Eq3", "IV.B-Kn")
@pytest.mark.parametrize("reading", brute.FINITE)
@given(y=st.lists(numbers, min_size=1, max_size=9), K=st.integers(1, 15))
def test_smooth(reading: str, y: list[int], K: int) -> None:
    kernel = brute.folded(list(map(Fraction, theory.lattice.kernel(K, reading))), len(y))
    expected = brute.convolve(kernel, [Fraction(value) for value in y])
    found = numerics.lattice.smooth(y, K, reading)
    assert_allclose(found, [float(value) for value in expected], rtol=0, atol=FOURIER)


@pytest.mark.claims("Eq3")
@pytest.mark.parametrize("n", EXACT_CYCLES)
@given(data=st.data(), K=st.integers(0, 12))
def test_smooth_over_continuous_functions(n: int, data: st.DataObject, K: int) -> None:
    y = data.draw(st.lists(numbers, min_size=n, max_size=n))
    # A signal on Z/nZ is a sum of impulses, whose response has the exact multipliers.
    kept = [theory.lattice.multiplier(K, 2 * sp.pi * j / n, "continuous") for j in range(n)]
    response = [
        sum(m * sp.cos(2 * sp.pi * j * k / n) for j, m in enumerate(kept)) / n for k in range(n)
    ]
    expected = [sum(response[(i - k) % n] * y[k] for k in range(n)) for i in range(n)]
    found = numerics.lattice.smooth(y, K, "continuous")
    assert_allclose(found, [as_float(value) for value in expected], rtol=0, atol=FOURIER)


@pytest.mark.claims("IV.2-closed-form", "IV.2-lower", "IV.2-upper")
@pytest.mark.parametrize("reading", READINGS)
def test_iid_variance(reading: str) -> None:
    # Up to 4096 numerics has a table, and beyond an expansion.
    beyond = [60, 150, 4096, 4097, 10**4] if reading != "continuous" else [40]
    counts = [*range(1, 20), *beyond]
    found = tradeoff.iid(counts, reading)
    expected = [as_float(variance(K, reading)) for K in counts]
    assert_allclose(found.variance, expected, rtol=CLOSED_FORM, atol=0)
    alone = [tradeoff.iid(K, reading).variance for K in counts]
    assert_allclose(alone, expected, rtol=CLOSED_FORM, atol=0)
    with pytest.raises(AssertionError):  # the value of one more neighbour
        assert_allclose(alone[18], expected[17], rtol=CLOSED_FORM)
    first = bounds.LOWER_FROM[check_reading(reading)]
    assert [K for K, low in zip(counts, found.variance >= found.lower, strict=True) if low] == [
        K for K in counts if first <= K
    ]
    assert (found.variance <= found.upper).all()


@pytest.mark.claims("IV.2-upper", "IV.2-total")
@pytest.mark.parametrize("reading", brute.FINITE)
def test_limit_of_the_variance(reading: str) -> None:
    K = 10**6
    limit = as_float(LIMITS[check_reading(reading)])
    assert_allclose(K * tradeoff.iid(K, reading).variance, limit, rtol=CONVERGED)
    # The next term is of order log(K)/K: K itself is not converged at a hundredth of that.
    assert abs(100 * tradeoff.iid(100, reading).variance / limit - 1) > CONVERGED


@pytest.mark.claims("IV.1-monotone", "Def.IV.1-sum", "IV.1-limit")
@pytest.mark.parametrize("reading", READINGS)
@given(y=st.lists(numbers, min_size=2, max_size=6))
def test_periodic_trade_off(reading: str, y: list[int]) -> None:
    counts = np.arange(1, 8)
    found = tradeoff.periodic(y, counts, reading)
    signal = [Fraction(value) for value in y]
    functions = [brute.on_cycle(signal, int(K), reading) for K in counts]
    spread = [float(brute.variance(f)) for f in functions]
    bias2 = [float(brute.mean_square(f, signal)) for f in functions]
    assert_allclose(found.variance, spread, rtol=DIRECT_SUMS, atol=FOURIER)
    assert_allclose(found.bias2, bias2, rtol=DIRECT_SUMS, atol=FOURIER)
    assert_allclose(found.spread, float(brute.variance(signal)), rtol=CLOSED_FORM, atol=FOURIER)
    if len(set(y)) > 1:
        assert (np.diff(found.variance) < 0).all()
        assert (np.diff(found.bias2) > 0).all()
    share = (found.bias2 + found.variance) / (found.spread or 1)
    assert ((share > 0.5 - FOURIER) & (share < 1 + FOURIER)).all() or len(set(y)) == 1


@pytest.mark.claims("Def.IV.1-sum")
@pytest.mark.parametrize(("K", "reading", "share"), [(1, "length", 1), (2, "density", 0.5)])
def test_both_ends_of_the_sum_are_reached(K: int, reading: str, share: float) -> None:
    found = tradeoff.periodic([0, 1], K, reading)
    assert_allclose(found.bias2 + found.variance, share * found.spread, rtol=CLOSED_FORM)


@pytest.mark.claims("IV.1-limit")
@pytest.mark.parametrize("reading", READINGS)
def test_rate_of_the_limits(reading: str) -> None:
    y = np.array([3.0, -1.0, 4.0, 1.0, -5.0, 9.0, 2.0])
    reach = np.abs(y - y.mean()).max()
    for K in (10, 100, 1000):
        values = {INDEX: K, N: y.size, Z: reach, H1: sp.harmonic(K)}
        bound = float(PRINTED[check_reading(reading)].subs(values))
        smoothed = numerics.lattice.smooth(y, K, reading)
        assert np.abs(smoothed - y.mean()).max() <= bound


@pytest.mark.claims("IV.1-limit")
def test_rate_of_equation_3() -> None:
    y = np.array([3.0, -1.0, 4.0, 1.0, -5.0])
    K = 10**6
    found = tradeoff.periodic(y, K, "counting")
    assert_allclose(K**2 * found.variance, 4 * found.spread, rtol=10 * CONVERGED)
    assert_allclose(K * (found.spread - found.bias2), 4 * found.spread, rtol=10 * CONVERGED)


@pytest.mark.claims("IV.1-limit", "IV.1-zero")
@pytest.mark.parametrize("n", [2, 3, 4, 6])
@given(data=st.data())
def test_two_sided_bound_of_the_variance(n: int, data: st.DataObject) -> None:
    y = data.draw(st.lists(numbers, min_size=n, max_size=n))
    found = tradeoff.periodic(y, np.arange(1, 50), "counting")
    K = found.K
    least = 4 * (K + 1) ** 2 / (K**2 * (K + 3) ** 2) * found.spread
    tail = 1 + np.cumsum(1 / K) / (K * np.sin(np.pi / n) ** 2)
    assert (found.variance >= least * (1 - CLOSED_FORM)).all()
    assert (found.variance <= 4 * found.spread / (K + 3) ** 2 * tail**2 * (1 + CLOSED_FORM)).all()
    if n == 2:  # attained
        assert_allclose(found.variance[1], least[1], rtol=CLOSED_FORM)


@pytest.mark.claims("Def.IV.1", "IV.1-monotone")
@pytest.mark.parametrize("reading", READINGS)
@given(s=st.lists(numbers, min_size=3, max_size=6))
def test_statistical_risk(reading: str, s: list[int]) -> None:
    counts = np.arange(1, 7)
    signal = [Fraction(value) for value in s]
    bias2, noise = np.array([brute.noisy(signal, int(K), reading) for K in counts], float).T
    found = tradeoff.noisy(s, 2.0, counts, reading)
    assert_allclose(found.bias2, bias2, rtol=DIRECT_SUMS, atol=FOURIER)
    assert_allclose(found.variance, 4 * noise, rtol=CLOSED_FORM)
    assert_allclose(found.risk, bias2 + 4 * noise, rtol=DIRECT_SUMS)
    assert (np.diff(found.variance) < 0).all()
    assert (np.diff(found.bias2) > 0).all() or len(set(s)) == 1


@pytest.mark.claims("IV.B-oracle")
@pytest.mark.parametrize("reading", brute.FINITE)
def test_oracle_inequality_and_two_neighbours(reading: str) -> None:
    known = check_reading(reading)
    s = np.sin(2 * np.pi * np.arange(64) / 64) + 0.3 * np.cos(6 * np.pi * np.arange(64) / 64)
    rough = float(np.mean((np.roll(s, 1) - 2 * s + np.roll(s, -1)) ** 2))
    counts = np.arange(1, 33)
    found = tradeoff.noisy(s, 0.5, counts, reading)
    beta = np.array([as_float(second_moment(int(K), known)) / 2 for K in counts])
    bound = beta**2 * rough + 0.25 * tradeoff.iid(counts, reading).variance
    assert (found.risk[2:] < bound[2:]).all()
    assert_allclose(found.risk[:2], bound[:2], rtol=CLOSED_FORM)
    edge = np.sqrt(rough / TWO_PAYS[known])
    for share, pays in ((0.99, False), (1.01, True)):
        risk = tradeoff.noisy(s, share * edge, [1, 2], reading).risk
        assert (risk[1] < risk[0]) == pays


@pytest.mark.claims("IV.B-best-K")
@pytest.mark.parametrize("reading", READINGS)
def test_best_number_for_three_periods(reading: str) -> None:
    n = 4096
    s = np.sqrt(2) * np.sin(6 * np.pi * np.arange(n) / n)
    found = tradeoff.noisy(s, 1.0, np.arange(150, 320), reading)
    rough = np.mean((np.roll(s, 1) - 2 * s + np.roll(s, -1)) ** 2)
    fifth, _ = BEST["density" if reading in ("density", "continuous") else "counting"]
    expected = (float(fifth) / rough) ** 0.2
    assert_allclose(found.K_asymptotic, expected, rtol=CLOSED_FORM)
    # The next order of the variance is ln(K)/K, which moves the optimum by a few per cent.
    assert abs(found.best_K / expected - 1) < 0.03


def test_mixtures_have_the_same_weights() -> None:
    for reading, mixture in MIXTURES.items():
        other = numerics.lattice.readings.MIXTURES[reading]
        for K in (1, 2, 9):
            count = np.array(float(K))
            assert float(other.atom(count)) == as_float(mixture.constant.subs(INDEX, K))
            assert float(other.norm(count)) == as_float(mixture.norm.subs(INDEX, K))
            weight = as_float(mixture.weight.subs(M, K))
            assert_allclose(other.factor * float(K) ** -other.decay, weight, rtol=CLOSED_FORM)

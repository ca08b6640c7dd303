"""Kernel, multiplier and smoothing on the lattice, against segments listed one by one."""

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics import lattice
from numerics.lattice import cycle
from numerics.lattice.readings import READINGS, Reading, check_reading, smallest_K
from numerics.validation import FloatArray
from tests.reference import enumeration as brute
from tests.tolerances import CLOSED_FORM, FOURIER

FINITE: tuple[Reading, ...] = ("counting", "counting-self", "length", "density")
readings = st.sampled_from(READINGS)
signals = st.lists(st.integers(-9, 9), min_size=1, max_size=7)


def floats(values: list[Any]) -> FloatArray:
    return np.array([float(value) for value in values])


@given(signals, st.integers(0, 12), readings)
def test_smooth_minimises_the_criterion(y: list[int], K: int, reading: Reading) -> None:
    K = max(K, smallest_K(reading))
    expected = floats(brute.on_cycle([Fraction(v) for v in y], K, reading))
    np.testing.assert_allclose(lattice.smooth(y, K, reading), expected, atol=FOURIER)


@pytest.mark.parametrize("reading", READINGS)
@pytest.mark.parametrize("other", READINGS)
def test_smooth_tells_the_readings_and_K_apart(reading: Reading, other: Reading) -> None:
    y = [1, 0, 0, 2, 0, -1, 0]
    expected = floats(brute.on_cycle([Fraction(v) for v in y], 3, reading))
    for K in (3, 4):
        close = np.abs(lattice.smooth(y, K, other) - expected).max() < 1e-3
        assert close == (reading == other and K == 3)


@pytest.mark.parametrize("reading", FINITE)
@pytest.mark.parametrize("K", [1, 2, 3, 5, 8])
def test_kernel_is_exact(reading: Reading, K: int) -> None:
    expected = floats([*brute.taps(K, reading), 0])
    taps = lattice.kernel(K, reading, K + 1)
    np.testing.assert_allclose(taps, expected, rtol=CLOSED_FORM)
    np.testing.assert_array_equal(lattice.kernel(K, reading), taps[:K])
    with pytest.raises(AssertionError):
        np.testing.assert_allclose(taps, expected * (1 + 1e-9), rtol=CLOSED_FORM)


def folded(taps: FloatArray, n: int) -> FloatArray:
    """Sum a symmetric kernel over residue classes modulo n."""
    result = np.zeros(n)
    k = np.arange(taps.size)
    np.add.at(result, k % n, taps)
    np.add.at(result, -k[1:] % n, taps[1:])
    return result


@pytest.mark.parametrize("K", [0, 1, 2, 3, 7])
@pytest.mark.parametrize("n", [1, 2, 5])
def test_continuous_kernel_folds_to_the_exact_minimiser(K: int, n: int) -> None:
    taps = lattice.kernel(K, "continuous", K + 60)
    impulse = [Fraction(int(i == 0)) for i in range(n)]
    expected = floats(brute.on_cycle(impulse, K, "continuous"))
    np.testing.assert_allclose(folded(taps, n), expected, atol=CLOSED_FORM)


def test_continuous_kernel_never_ends() -> None:
    K = 6
    taps = lattice.kernel(K, "continuous", K + 12)
    A, B = 1 + 4 * K / 3, 2 * K / 3
    ratio = (math.sqrt(A * A - B * B) - A) / B
    np.testing.assert_allclose(taps[K + 1 :] / taps[K:-1], ratio, rtol=CLOSED_FORM)
    assert ratio < 0
    assert taps.min() < 0


@given(st.integers(0, 3000), readings)
def test_kernel_is_an_average(K: int, reading: Reading) -> None:
    K = max(K, smallest_K(reading))
    taps = lattice.kernel(K, reading, K + 60)
    assert 2 * math.fsum(taps) - taps[0] == pytest.approx(1, rel=CLOSED_FORM)
    assert lattice.kernel(K, reading).size == max(K, 1)
    if reading != "continuous":
        assert taps[: max(K, 1)].min() > 0
        assert not taps[max(K, 1) :].any()


@given(st.integers(0, 150), st.floats(-20, 20), readings)
def test_multiplier_transforms_the_kernel(K: int, theta: float, reading: Reading) -> None:
    K = max(K, smallest_K(reading))
    taps = lattice.kernel(K, reading, K + 60)
    waves = np.cos(np.arange(taps.size) * theta)
    value = lattice.multiplier(K, theta, reading)
    np.testing.assert_allclose(value, 2 * taps @ waves - taps[0], atol=CLOSED_FORM)


def rational_fejer(m: int, n: int) -> float:
    """F_m at 2 pi/n for n = 2, 3, 4, where sin^2 is rational."""
    numerators = {2: (0, 4), 3: (0, 3, 3), 4: (0, 2, 4, 2)}[n]
    return numerators[m % n] / numerators[1] / m


@pytest.mark.parametrize("n", [2, 3, 4])
@pytest.mark.parametrize("K", [1, 2, 17, 1000, 40_000])
def test_multiplier_at_angles_with_rational_sines(n: int, K: int) -> None:
    fejer = [rational_fejer(m, n) for m in range(1, K + 1)]
    plain = math.fsum(fejer)
    shared = math.fsum(value / m for m, value in enumerate(fejer, 1))
    b = (2 + math.cos(2 * math.pi / n)) / 3
    expected: dict[Reading, float] = {
        "counting": (K + plain) / (K * (K + 3) / 2),
        "counting-self": (1 + 2 * K + 2 * plain) / (K**2 + 3 * K + 1),
        "length": plain / (K * (K + 1) / 2),
        "density": shared / K,
        "continuous": (1 + 2 * b * shared) / (1 + 2 * b * K),
    }
    for reading, value in expected.items():
        kept, lost = cycle.multiplier(n, K, reading)
        np.testing.assert_allclose(kept[0], value, rtol=CLOSED_FORM)
        np.testing.assert_allclose(lost[0], 1 - value, rtol=CLOSED_FORM, atol=CLOSED_FORM)
        swept = lattice.multiplier(K, 2 * math.pi / n, reading)
        np.testing.assert_allclose(swept, value, rtol=CLOSED_FORM)
        with pytest.raises(AssertionError):
            np.testing.assert_allclose(kept[0], value * (1 + 1e-9), rtol=CLOSED_FORM)


@pytest.mark.parametrize("K", [10**9, 10**12, 2**53])
def test_multiplier_of_huge_K(K: int) -> None:
    # On Z/2Z, where sum 1/m over odd m <= K is H_K - H_{K/2}/2 and sum 1/m^2 is nearly pi^2/8.
    half = K // 2
    odd = math.log(K) - math.log(half) / 2 + np.euler_gamma / 2 + 1 / (2 * K) - 1 / (4 * half)
    kept, _ = cycle.multiplier(2, K, "length")
    np.testing.assert_allclose(kept[0], 2 * odd / (K * (K + 1.0)), rtol=CLOSED_FORM)
    kept, _ = cycle.multiplier(2, K, "counting")
    np.testing.assert_allclose(kept[0], 2 * (odd + K) / (K * (K + 3.0)), rtol=CLOSED_FORM)
    kept, _ = cycle.multiplier(2, K, "density")
    np.testing.assert_allclose(kept[0], (math.pi**2 / 8 - 1 / (2 * K)) / K, rtol=CLOSED_FORM)
    assert cycle.multiplier(2, K - 1, "density")[0][0] > kept[0]


@given(
    st.lists(st.integers(1, 300), min_size=2, max_size=5, unique=True),
    st.floats(0.01, math.pi),
    readings,
)
def test_multiplier_decreases_in_K(K: list[int], theta: float, reading: Reading) -> None:
    # Strictly for every K >= 1: the theorem behind the trade-off.
    values = lattice.multiplier(sorted(K), theta, reading)
    assert (np.diff(values) < 0).all()
    assert values.max() <= 1
    assert values.min() > 0


@pytest.mark.parametrize("reading", READINGS)
def test_multiplier_shapes_and_multiples_of_a_turn(reading: Reading) -> None:
    theta = np.array([[0.0, 2 * math.pi, -4 * math.pi], [1.0, 1 - 2 * math.pi, 1 + 2 * math.pi]])
    K = [5, 1, 5]
    values = lattice.multiplier(K, theta, reading)
    assert values.shape == (3, 2, 3)
    assert lattice.multiplier(5, theta, reading).shape == (2, 3)
    assert lattice.multiplier(5, 1.0, reading).shape == ()
    np.testing.assert_array_equal(values[:, 0], 1)
    np.testing.assert_array_equal(values[0], values[2])
    np.testing.assert_allclose(values[:, 1, 1:], values[:, 1, :1].repeat(2, 1), rtol=CLOSED_FORM)
    np.testing.assert_array_equal(lattice.multiplier(K, [1e-12, 1e-200, 5e-324], reading), 1)


@pytest.mark.parametrize("reading", READINGS)
def test_multiplier_does_not_depend_on_how_angles_are_blocked(reading: Reading) -> None:
    theta = np.linspace(0.001, 3.1, 5001)
    K = np.arange(1, 40)
    whole = lattice.multiplier(K, theta, reading)
    np.testing.assert_allclose(
        lattice.multiplier(K[::-1], theta[::500], reading), whole[::-1, ::500], rtol=CLOSED_FORM
    )


@given(signals, signals, st.integers(1, 10**12), st.integers(-9, 9), readings)
def test_smooth_is_linear_keeps_the_mean_and_commutes_with_shifts(
    y: list[int], z: list[int], K: int, shift: int, reading: Reading
) -> None:
    n = min(len(y), len(z))
    a, b = np.array(y[:n], dtype=float), np.array(z[:n], dtype=float)
    smooth = lattice.smooth(a, K, reading)
    assert smooth.mean() == pytest.approx(a.mean(), abs=FOURIER)
    both = lattice.smooth(a - 3 * b, K, reading)
    expected = smooth - 3 * lattice.smooth(b, K, reading)
    np.testing.assert_allclose(both, expected, atol=10 * FOURIER)
    shifted = lattice.smooth(np.roll(a, shift), K, reading)
    np.testing.assert_allclose(shifted, np.roll(smooth, shift), atol=FOURIER)


@given(st.integers(1, 12), st.integers(1, 20_000), readings)
def test_smooth_winds_around_the_cycle(n: int, K: int, reading: Reading) -> None:
    impulse = np.eye(n)[0]
    expected = folded(lattice.kernel(K, reading, K + 60), n)
    smooth = lattice.smooth(impulse, K, reading)
    np.testing.assert_allclose(smooth, expected, atol=FOURIER)
    if n > 1:  # and would not if the segments stopped after one turn, or one tap were lost
        expected[0] -= 1e-9
        assert np.abs(smooth - expected).max() > FOURIER


def test_smooth_tends_to_the_mean_but_is_not_yet_there() -> None:
    y = np.array([0.0, 1.0])
    np.testing.assert_allclose(lattice.smooth(y, 2), [0.2, 0.8], rtol=CLOSED_FORM)
    values = [lattice.smooth(y, K)[0] for K in (10, 10**3, 10**6)]
    assert values == sorted(values)
    assert 0 < 0.5 - values[-1] < 2e-6


def test_vanilla_readings_return_the_signal() -> None:
    y = np.array([3.0, -1.0, 4.0, 1.0, 5.0])
    for reading in ("counting-self", "continuous"):
        np.testing.assert_allclose(lattice.smooth(y, 0, reading), y, rtol=CLOSED_FORM)
        np.testing.assert_array_equal(lattice.kernel(0, reading, 3), [1, 0, 0])
        np.testing.assert_array_equal(lattice.multiplier([0, 0], [0.5], reading), 1)


def test_readings() -> None:
    assert [smallest_K(reading) for reading in READINGS] == [1, 0, 1, 1, 0]
    assert check_reading("density") == "density"


def test_a_kernel_beyond_the_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("numerics.costs._memory", lambda: 2e10)
    with pytest.raises(MemoryError, match=r"a kernel of 10\d+ neighbours .* would take 560 GB of"):
        lattice.kernel(10**10)

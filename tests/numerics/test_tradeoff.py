"""Bias, variance and risk against K: Definition IV.1, Theorems IV.1 and IV.2 in floating point."""

import csv
import math
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from numerics import lattice, signals, tradeoff
from numerics.archive import files
from numerics.lattice import cycle, sweep, variance
from numerics.lattice.readings import READINGS, Reading, smallest_K
from numerics.validation import FloatArray
from tests.reference import enumeration as brute
from tests.tolerances import CLOSED_FORM, CONVERGED, DIRECT_SUMS, SAMPLING

FINITE: tuple[Reading, ...] = ("counting", "counting-self", "length", "density")
readings = st.sampled_from(READINGS)


def exact(values: list[int], K: int, reading: Reading) -> tuple[float, float]:
    """Return bias2 and variance of Definition IV.1 in fractions."""
    y = [Fraction(v) for v in values]
    f = brute.on_cycle(y, K, reading)
    return float(brute.mean_square(f, y)), float(brute.variance(f))


@given(
    st.lists(st.integers(-9, 9), min_size=1, max_size=6),
    st.lists(st.integers(0, 9), min_size=1, max_size=4),
    readings,
)
def test_periodic_is_definition_iv_1(y: list[int], K: list[int], reading: Reading) -> None:
    K = [max(k, smallest_K(reading)) for k in K]
    result = tradeoff.periodic(y, K, reading)
    bias2, spread = np.transpose([exact(y, k, reading) for k in K])
    np.testing.assert_allclose(result.bias2, bias2, rtol=CLOSED_FORM, atol=CLOSED_FORM)
    np.testing.assert_allclose(result.variance, spread, rtol=CLOSED_FORM, atol=CLOSED_FORM)
    np.testing.assert_array_equal(result.K, K)
    assert result.spread == pytest.approx(np.var(y), rel=CLOSED_FORM, abs=CLOSED_FORM)
    assert (result.n, result.reading) == (len(y), reading)


@pytest.mark.parametrize("reading", READINGS)
def test_definition_iv_1_tells_the_readings_and_K_apart(reading: Reading) -> None:
    y = [1, 0, 0, 2, 0, -1, 0]
    right = exact(y, 3, reading)
    wrong = [exact(y, 4, reading)] + [exact(y, 3, other) for other in READINGS if other != reading]
    result = tradeoff.periodic(y, 3, reading)
    for bias2, spread in wrong:
        assert abs(result.bias2 - bias2) > 1e-4
        assert abs(result.variance - spread) > 1e-4
    assert (float(result.bias2), float(result.variance)) == pytest.approx(right, rel=CLOSED_FORM)


@pytest.mark.parametrize("reading", READINGS)
@pytest.mark.parametrize("n", [1, 2, 3, 97, 300])
def test_periodic_measures_the_smoothed_signal(n: int, reading: Reading) -> None:
    y = np.random.default_rng(n).standard_normal(n) + 100
    K = np.arange(1, 2 * n + 20)
    result = tradeoff.periodic(y, K, reading)
    for k in {1, 2, n // 2 + 1, n, 2 * n + 19}:
        f = lattice.smooth(y, k, reading)
        measured = [result.bias2[k - 1], result.variance[k - 1]]
        # What cancellation leaves in f - y is squared.
        np.testing.assert_allclose(
            measured, [np.mean((f - y) ** 2), f.var()], rtol=DIRECT_SUMS, atol=DIRECT_SUMS**2
        )


@pytest.mark.parametrize("reading", READINGS)
@pytest.mark.parametrize(("n", "last"), [(7, 3000), (64, 700), (900, 250), (5000, 40)])
def test_sweep_and_one_by_one_agree(n: int, last: int, reading: Reading) -> None:
    weights = cycle.power(np.random.default_rng(n).standard_normal(n))
    K = np.arange(1, last + 1)
    swept = sweep._sweep(n, K, weights, reading, False)
    some = K[:: last // 7]
    single = sweep._one_by_one(n, some, weights, reading, False)
    for a, b in zip(swept, single, strict=True):
        np.testing.assert_allclose(a[some - 1], b, rtol=CLOSED_FORM, atol=CLOSED_FORM**2)
        with pytest.raises(AssertionError):
            np.testing.assert_allclose(a[some], b, rtol=CLOSED_FORM, atol=CLOSED_FORM**2)


@pytest.mark.parametrize("reading", READINGS)
@pytest.mark.parametrize("decay", [2, 8])
def test_a_little_power_at_high_frequencies_costs_no_digits(reading: Reading, decay: int) -> None:
    n = 2000
    weights = np.arange(1.0, n // 2 + 1) ** -decay
    K = np.arange(2, 600)
    swept = sweep._sweep(n, K, weights, reading, False)
    for k in (2, 3, 40, 80, 200, 599):
        single = sweep._one_by_one(n, np.array([k]), weights, reading, False)
        for a, b in zip(swept, single, strict=True):
            np.testing.assert_allclose(a[k - 2], b[0], rtol=CLOSED_FORM)


@pytest.mark.parametrize("n", [999, 4096])
@pytest.mark.parametrize("j", [1, 7, 25, 61, 400])
def test_bias_is_accurate_however_small(n: int, j: int) -> None:
    # On one frequency. For K = 2 and 3, 1 - multiplier is a polynomial in s = sin^2(theta/2).
    s = math.sin(math.pi * j / n) ** 2
    y = math.sqrt(2) * np.cos(2 * math.pi * j * np.arange(n) / n)
    weights = np.zeros(n // 2)
    weights[j - 1] = 1
    expected: dict[Reading, tuple[float, float]] = {
        "counting": (2 * s / 5, (10 * s - 16 * s * s / 3) / 9),
        "length": (2 * s / 3, (10 * s - 16 * s * s / 3) / 6),
        "density": (s / 2, (11 * s / 3 - 16 * s * s / 9) / 3),
    }
    for reading, gaps in expected.items():
        lost, _ = sweep.quadratic_means(n, np.arange(1, 150), weights, reading)
        alone = [float(sweep.quadratic_means(n, np.array(K), weights, reading)[0]) for K in (2, 3)]
        squares = np.array(gaps) ** 2
        np.testing.assert_allclose(lost[1:3], squares, rtol=CLOSED_FORM)
        np.testing.assert_allclose(alone, squares, rtol=CLOSED_FORM)
        assert lost[0] == 0
        with pytest.raises(AssertionError):
            np.testing.assert_allclose(lost[1:3], squares * (1 + 1e-9), rtol=CLOSED_FORM)
    result = tradeoff.periodic(y, [1, 2])
    np.testing.assert_allclose(result.bias2[1], expected["counting"][0] ** 2, rtol=DIRECT_SUMS)


@pytest.mark.parametrize("reading", READINGS)
def test_bias_against_a_sum_in_which_nothing_cancels(reading: Reading) -> None:
    # On one frequency 1 - multiplier is 4 sum_k c_k sin(k theta/2)^2, for K phi from 0.03 to 1.6.
    n, K = 200, np.arange(2, 101)
    weights = np.zeros(n // 2)
    weights[0] = 1
    squares = 4 * np.sin(np.pi / n * np.arange(K[-1] + 60)) ** 2
    gaps = [lattice.kernel(k, reading, squares.size) @ squares for k in K.tolist()]
    for route in (sweep._sweep, sweep._one_by_one):
        lost, _ = route(n, K, weights, reading, False)
        np.testing.assert_allclose(np.sqrt(lost), gaps, rtol=CLOSED_FORM)


@given(
    st.lists(st.integers(-9, 9), min_size=2, max_size=12).filter(lambda y: len(set(y)) > 1),
    readings,
)
def test_variance_decreases_and_bias_increases_in_K(y: list[int], reading: Reading) -> None:
    # Strictly, for every K >= 1 and every nonconstant y: Theorem IV.1 without its "eventually".
    result = tradeoff.periodic(y, np.arange(1, 200), reading)
    assert (np.diff(result.variance) < 0).all()
    assert (np.diff(result.bias2) > 0).all()
    total = result.bias2 + result.variance
    assert (total <= result.spread * (1 + CLOSED_FORM)).all()
    assert (total >= result.spread * (0.5 - CLOSED_FORM)).all()


def test_limits_of_theorem_iv_1() -> None:
    y = np.random.default_rng(2).standard_normal(30)
    K = 10**9
    result = tradeoff.periodic(y, K)
    assert 1 - 4.1 / K < result.bias2 / y.var() < 1 - 3.9 / K
    # The multiplier is (2 + (log K + ...)/(K s))/K, and s is at least sin^2(pi/30).
    next_term = math.log(K) / (K * math.sin(math.pi / 30) ** 2)
    assert 1 < result.variance * K**2 / (4 * y.var()) < 1 + 2 * next_term
    constant = tradeoff.periodic([2.5] * 5, [1, 3])
    np.testing.assert_array_equal([constant.bias2, constant.variance], 0)
    assert constant.spread == 0


@pytest.mark.parametrize("reading", READINGS)
def test_order_repeats_and_company_of_K_do_not_matter(reading: Reading) -> None:
    rng = np.random.default_rng(3)
    y = rng.standard_normal(200)
    K = np.arange(1, 301)
    whole = tradeoff.periodic(y, K, reading)
    order = np.concatenate((rng.permutation(K.size), [5, 5]))
    mixed = tradeoff.periodic(y, K[order], reading)
    np.testing.assert_array_equal(mixed.bias2, whole.bias2[order])
    np.testing.assert_array_equal(mixed.variance, whole.variance[order])
    huge = tradeoff.periodic(y, np.append(K, [10**12, 10**13]), reading)
    np.testing.assert_allclose(huge.bias2[:-2], whole.bias2, rtol=CLOSED_FORM)
    far = tradeoff.periodic(y, 10**13, reading)
    np.testing.assert_allclose(huge.variance[-1], far.variance, rtol=CLOSED_FORM)
    for some in (K[:7], K[::50], K[123]):
        part = tradeoff.periodic(y, some, reading)
        assert part.K.shape == part.bias2.shape == part.variance.shape == np.shape(some)
        np.testing.assert_allclose(part.bias2, whole.bias2[some - 1], rtol=CLOSED_FORM)
        np.testing.assert_allclose(part.variance, whole.variance[some - 1], rtol=CLOSED_FORM)


@pytest.mark.parametrize("reading", FINITE)
def test_iid_is_the_sum_of_squared_taps(reading: Reading) -> None:
    K = range(smallest_K(reading), 11)
    squares = [float(brute.iid_variance(k, reading)) if k else 1.0 for k in K]
    np.testing.assert_allclose(tradeoff.iid(K, reading).variance, squares, rtol=CLOSED_FORM)


@pytest.mark.parametrize("reading", READINGS)
def test_iid_agrees_with_the_kernel_at_larger_K(reading: Reading) -> None:
    K = [1, 2, 3, 10, 100, 4095, 4096, 4097, 9000]
    taps = [lattice.kernel(k, reading, k + 60) for k in K]
    squares = np.array([2 * c @ c - c[0] ** 2 for c in taps])
    found = tradeoff.iid(K, reading).variance
    np.testing.assert_allclose(found, squares, rtol=CLOSED_FORM)
    with pytest.raises(AssertionError):
        np.testing.assert_allclose(found, squares * (1 + 1e-9), rtol=CLOSED_FORM)


def counting_form(K: FloatArray, c: Sequence[float]) -> FloatArray:
    """The closed form of "counting", with its coefficients in c."""
    harmonic = np.array([math.fsum(1 / m for m in range(1, int(k) + 1)) for k in K])
    numerator = c[0] * K**3 + c[1] * K**2 + c[2] * K - c[3] * harmonic
    return 2 * numerator / (27 * K**2 * (K + c[4]) ** 2)


def test_every_coefficient_of_the_closed_form_counts() -> None:
    K = np.array([1.0, 2, 3, 5, 8, 40])
    right = [14.0, 183, 37, 18, 3]
    computed = tradeoff.iid(K.astype(int)).variance
    np.testing.assert_allclose(computed, counting_form(K, right), rtol=CLOSED_FORM)
    for i in range(len(right)):
        for change in (1, -1):
            wrong = [*right]
            wrong[i] += change
            with pytest.raises(AssertionError):
                np.testing.assert_allclose(computed, counting_form(K, wrong), rtol=CLOSED_FORM)


def test_iid_for_many_and_for_huge_K() -> None:
    K = np.arange(1, 10**6 + 1)
    for reading in FINITE:
        result = tradeoff.iid(K, reading)
        assert (np.diff(result.variance) < 0).all()
        roughness, _ = tradeoff.LIMITS[reading]
        huge = tradeoff.iid(10**15, reading).variance * 10**15
        np.testing.assert_allclose(huge, roughness, rtol=CLOSED_FORM)
    result = tradeoff.iid(K)
    below = K[result.variance < result.lower]
    np.testing.assert_array_equal(below, np.arange(1, 12))  # Eq. (8) holds from K = 12 on
    assert (result.variance <= result.upper).all()


def test_iid_values_and_bounds() -> None:
    assert tradeoff.iid(1).variance == 1
    assert tradeoff.iid(2).variance == pytest.approx(33 / 50, rel=CLOSED_FORM)
    assert tradeoff.iid(2, "density").variance == pytest.approx(19 / 32, rel=CLOSED_FORM)
    assert tradeoff.iid(2, "length").variance == pytest.approx(1 / 2, rel=CLOSED_FORM)
    result = tradeoff.iid([0, 4], "counting-self")
    np.testing.assert_array_equal(result.lower, [math.inf, 1])
    np.testing.assert_array_equal(result.upper, [math.inf, 2])
    assert result.variance[0] == 1
    assert tradeoff.iid(0, "continuous").variance == pytest.approx(1, rel=CLOSED_FORM)
    assert tradeoff.iid(3).lower.shape == ()


@given(st.integers(1, 9), st.integers(0, 60), readings)
@example(n=4, K=3, reading="counting")  # 2K - 2: the kernel's ends meet
def test_variance_on_a_cycle_is_that_of_the_folded_kernel(n: int, K: int, reading: Reading) -> None:
    K = max(K, smallest_K(reading))
    taps = lattice.kernel(K, reading, K + 60)
    k = np.arange(taps.size)
    folded = np.zeros(n)
    np.add.at(folded, k % n, taps)
    np.add.at(folded, -k[1:] % n, taps[1:])
    value = variance.on_cycle(n, np.array([K]), reading)
    np.testing.assert_allclose(value, folded @ folded, rtol=CLOSED_FORM)


@pytest.mark.parametrize("reading", READINGS)
def test_limits_of_the_kernel(reading: Reading) -> None:
    roughness, moment = tradeoff.LIMITS[reading]
    K = 10**6
    taps = lattice.kernel(K, reading)
    k = np.arange(K)
    np.testing.assert_allclose(K * (2 * taps @ taps - taps[0] ** 2), roughness, rtol=CONVERGED)
    np.testing.assert_allclose(2 * (k * k) @ taps / K**2, moment, rtol=CONVERGED)
    for wrong in (roughness * 1.01, roughness * 27 / 28):
        assert abs(K * (2 * taps @ taps - taps[0] ** 2) / wrong - 1) > CONVERGED


@pytest.mark.parametrize("reading", READINGS)
@pytest.mark.parametrize("n", [8, 50])
def test_noisy_adds_bias_of_the_signal_and_variance_of_the_noise(n: int, reading: Reading) -> None:
    s = signals.make(n, "bumps")
    K = np.arange(1, 40)
    result = tradeoff.noisy(s, 0.3, K, reading)
    np.testing.assert_array_equal(result.bias2, tradeoff.periodic(s, K, reading).bias2)
    np.testing.assert_array_equal(result.risk, result.bias2 + result.variance)
    impulse = np.eye(n)[0]
    squares = [np.sum(lattice.smooth(impulse, k, reading) ** 2) for k in K.tolist()]
    np.testing.assert_allclose(result.variance, 0.09 * np.array(squares), rtol=CLOSED_FORM)
    assert result.risk[result.best_K - 1] == result.risk.min()
    assert (np.diff(result.bias2) > 0).all()
    assert (np.diff(result.variance) < 0).all()


def test_noisy_foretells_simulated_noise() -> None:
    n, sigma, repeats = 60, 0.7, 400
    s = signals.make(n, "bumps")
    rng = np.random.default_rng(4)
    for reading in READINGS:
        for K in (2, 9):
            errors = [
                np.mean((lattice.smooth(s + sigma * rng.standard_normal(n), K, reading) - s) ** 2)
                for _ in range(repeats)
            ]
            risk = tradeoff.noisy(s, sigma, K, reading).risk
            deviation = np.std(errors) / math.sqrt(repeats)
            assert abs(np.mean(errors) - risk) < SAMPLING * deviation
            assert abs(np.mean(errors) - 1.3 * risk) > SAMPLING * deviation


#: K = 2 beats vanilla training iff mean (s_{i+1} - 2 s_i + s_{i-1})^2 is below this, over sigma^2.
SMOOTH_ENOUGH: dict[Reading, float] = {"counting": 34, "length": 18, "density": 26}


@pytest.mark.parametrize("reading", SMOOTH_ENOUGH)
def test_two_neighbours_help_exactly_if_the_signal_is_smooth_enough(reading: Reading) -> None:
    rng = np.random.default_rng(5)
    for n in (4, 9, 30):
        s = rng.standard_normal(n)
        curvature = np.mean((np.roll(s, 1) - 2 * s + np.roll(s, -1)) ** 2)
        threshold = math.sqrt(curvature / SMOOTH_ENOUGH[reading])
        for factor, best in ((1 - 1e-9, 1), (1 + 1e-9, 2)):
            assert tradeoff.noisy(s, threshold * factor, [1, 2], reading).best_K == best


@pytest.mark.parametrize(
    ("reading", "best", "asymptotic", "constant"),
    [
        ("counting", 207, 201.6, 0.4763),
        ("length", 203, 201.6, 0.4763),
        ("density", 264, 260.7, 0.5920),
    ],
)
def test_best_K_of_a_sine(reading: Reading, best: int, asymptotic: float, constant: float) -> None:
    s = math.sqrt(2) * signals.make(4096, "sine")
    result = tradeoff.noisy(s, 1, np.arange(1, 400), reading)
    assert result.best_K == best
    assert result.K_asymptotic == pytest.approx(asymptotic, abs=0.05)
    curvature = (2 - 2 * math.cos(2 * math.pi * 3 / 4096)) ** 2
    assert result.risk_asymptotic == pytest.approx(constant * curvature**0.2, rel=1e-4)
    assert result.risk_asymptotic == pytest.approx(result.risk.min(), rel=0.05)


@pytest.mark.parametrize("exponent", [-665, -532, -1, 450])
def test_the_unit_of_the_signal_does_not_matter(exponent: int) -> None:
    s = signals.make(64)
    counts = np.arange(1, 40)
    small, usual = (
        tradeoff.noisy(np.ldexp(s, unit), math.ldexp(0.3, unit), counts) for unit in (exponent, 0)
    )
    assert small.best_K == usual.best_K > 1
    assert small.K_asymptotic == pytest.approx(usual.K_asymptotic)
    # Squared units: where they are no float64, 0 or what is left of them is right.
    np.testing.assert_array_equal(small.risk, np.ldexp(usual.risk, 2 * exponent))
    fit, reference = (tradeoff.periodic(np.ldexp(s, e), counts) for e in (exponent, 0))
    np.testing.assert_array_equal(fit.bias2, np.ldexp(reference.bias2, 2 * exponent))
    np.testing.assert_array_equal(fit.variance, np.ldexp(reference.variance, 2 * exponent))
    assert fit.spread == math.ldexp(reference.spread, 2 * exponent)


def test_noisy_extremes() -> None:
    s = signals.make(64)
    silent = tradeoff.noisy(s, 0, [5, 1, 2])
    assert (silent.best_K, silent.K_asymptotic, silent.risk_asymptotic) == (1, 0, 0)
    np.testing.assert_array_equal(silent.variance, 0)
    flat = tradeoff.noisy(np.ones(64), 2, [3, 9, 7])
    assert (flat.best_K, flat.K_asymptotic, flat.risk_asymptotic) == (9, math.inf, 0)
    nothing = tradeoff.noisy(np.ones(8), 0, [4, 3, 3])
    assert (nothing.best_K, nothing.K_asymptotic) == (3, 0)
    for sigma in (1e-200, 5e-324):  # the limit sigma -> 0
        quiet = tradeoff.noisy(s, sigma, [5, 1, 2])
        assert quiet.best_K == 1
        assert 0 < quiet.K_asymptotic < 1e-60
        assert quiet.risk_asymptotic < 1e-300
        np.testing.assert_array_equal(quiet.bias2, silent.bias2)
    assert tradeoff.noisy(1e149 * s, 5e-324, 3).risk_asymptotic == 0
    one = tradeoff.noisy([2.0], 3, [1, 50])  # one point: f_K = y
    np.testing.assert_allclose(one.risk, 9, rtol=CLOSED_FORM)


def read(path: Path) -> dict[str, list[float]]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {name: [float(row[name]) for row in rows] for name in rows[0]}


def test_csv_reads_back_the_same_numbers(tmp_path: Path) -> None:
    s = signals.make(50, "bumps")
    K = np.array([7, 1, 300])
    results: list[tradeoff.Tradeoff | tradeoff.IidVariance | tradeoff.NoisyRisk] = [
        tradeoff.periodic(s, K),
        tradeoff.iid(K),
        tradeoff.noisy(s, 0.1, K),
    ]
    names = ["bias2 variance", "variance lower upper", "bias2 variance risk"]
    for result, columns in zip(results, names, strict=True):
        path = result.to_csv(tmp_path / "result.csv")
        table = read(path)
        assert list(table) == ["K", *columns.split()]
        for name, values in table.items():
            np.testing.assert_array_equal(values, getattr(result, name))
    scalar = tradeoff.iid(0, "counting-self").to_csv(str(tmp_path / "one.csv"))
    assert read(scalar) == {"K": [0], "variance": [1], "lower": [math.inf], "upper": [math.inf]}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one.csv", "result.csv"]


def test_files_are_written_whole_or_not_at_all(tmp_path: Path) -> None:
    result = tradeoff.iid([1, 2])
    with pytest.raises(FileNotFoundError):
        result.to_csv(tmp_path / "missing" / "result.csv")
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match="folder"):
        result.to_csv(tmp_path / "folder")
    target = tmp_path / "target.txt"
    target.write_text("old", encoding="utf-8")
    with pytest.raises(UnicodeEncodeError):
        files.write_text(target, "new \udc80")
    assert target.read_text(encoding="utf-8") == "old"
    link = tmp_path / "link.txt"
    link.symlink_to(target)
    files.write_text(link, "new\n")
    assert link.is_symlink()
    assert target.read_bytes() == b"new\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "link.txt", "target.txt"]


def test_results_cannot_be_changed() -> None:
    K = np.array([1, 2, 3])
    for result in (tradeoff.periodic([0.0, 1.0], K), tradeoff.iid(K), tradeoff.noisy([1.0], 1, K)):
        with pytest.raises(ValueError, match="read-only"):
            result.variance[0] = 1
        with pytest.raises(AttributeError):
            result.K = K  # type: ignore[misc]
    K[0] = 9  # the caller's array is the caller's
    assert tradeoff.iid(K).K[0] == 9

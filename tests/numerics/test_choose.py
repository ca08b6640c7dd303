"""From a record in noise to K: the rule, its parts against dense matrices, and what it notices."""

import itertools
from typing import Any

import numpy as np
import pytest
import scipy.signal

from numerics import lattice, signals, tradeoff
from numerics.lattice.readings import READINGS, Reading, smallest_K
from numerics.tradeoff import boundaries
from numerics.tradeoff.boundaries import BOUNDARIES, Boundary, Cycle, Line
from numerics.validation import FloatArray
from tests.tolerances import CLOSED_FORM


def matrix(n: int, K: int, reading: Reading, boundary: Boundary) -> FloatArray:
    """Return the matrix of the smoother from the taps of its kernel alone."""
    reach = max(4 * K + 60, 2 * n)
    taps = lattice.kernel(K, reading, reach)
    H = np.zeros((n, n))
    for i in range(n):
        for k in range(-reach + 1, reach):
            j = i + k
            if boundary == "periodic":
                H[i, j % n] += taps[abs(k)]
            elif boundary == "reflect":
                j %= 2 * n
                H[i, min(j, 2 * n - 1 - j)] += taps[abs(k)]
            elif 0 <= j < n:
                H[i, j] += taps[abs(k)]
    result: FloatArray = H / H.sum(axis=1, keepdims=True)
    return result


@pytest.mark.parametrize("boundary", BOUNDARIES)
@pytest.mark.parametrize("reading", READINGS)
@pytest.mark.parametrize("n", [8, 9])
def test_the_smoother_is_the_one_of_the_kernel(
    n: int, reading: Reading, boundary: Boundary
) -> None:
    y = np.random.default_rng(n).standard_normal(n) + 10
    K = np.array(
        [k for k in (0, 1, 2, 3, n - 1, n, n + 1, 2 * n, 3 * n) if k >= smallest_K(reading)]
    )
    smoother = Line(y, reading) if boundary == "line" else Cycle(y, reading, boundary == "reflect")
    bias2, leverage, _ = smoother.sweep(K)
    for k, found, mean in zip(K.tolist(), bias2, leverage, strict=True):
        H = matrix(n, k, reading, boundary)
        fit = smoother.fit(k)
        np.testing.assert_allclose(fit.values, H @ y, rtol=CLOSED_FORM)
        np.testing.assert_allclose(fit.leverage, H.diagonal(), rtol=CLOSED_FORM)
        np.testing.assert_allclose(fit.variance, (H**2).sum(axis=1), rtol=CLOSED_FORM)
        assert mean == pytest.approx(H.trace() / n, rel=CLOSED_FORM)
        assert found == pytest.approx(np.mean((H @ y - y) ** 2), rel=CLOSED_FORM, abs=CLOSED_FORM)


@pytest.mark.parametrize("boundary", ["reflect", "line"])
@pytest.mark.parametrize("reading", [name for name in READINGS if name != "continuous"])
def test_close_K_go_by_running_sums(
    reading: Reading, boundary: Boundary, monkeypatch: pytest.MonkeyPatch
) -> None:
    y = np.random.default_rng(0).standard_normal(300).cumsum() + 1e3
    smoother = Line(y, reading) if boundary == "line" else Cycle(y, reading, mirrored=True)
    K = np.concatenate((np.arange(300, 1, -7), [5, 5, 4], [301, 700]))
    running = smoother.sweep(K, one_out=True)
    monkeypatch.setattr(boundaries, "_STRIDE", 0)
    for found, one_by_one in zip(running, smoother.sweep(K, one_out=True), strict=True):
        assert found is not None
        assert one_by_one is not None
        np.testing.assert_allclose(found, one_by_one, rtol=CLOSED_FORM)
    monkeypatch.setattr(boundaries, "_STRIDE", 8)

    def refused(*_: object) -> None:
        message = "one by one"
        raise AssertionError(message)

    monkeypatch.setattr(type(smoother), "fit", refused)
    smoother.sweep(K[K <= 300], one_out=True)
    with pytest.raises(AssertionError, match="one by one"):
        smoother.sweep(K, one_out=True)


@pytest.mark.parametrize("reading", READINGS)
def test_the_estimated_risk_is_unbiased(reading: Reading) -> None:
    # The mean over all signs is exactly that over noise of this deviation.
    s, sigma, K = signals.make(8, "bumps"), 0.3, np.array([1, 2, 3, 7, 8, 20])
    risks = [
        tradeoff.choose(s + sigma * np.array(signs), sigma, K, reading).risk
        for signs in itertools.product((-1, 1), repeat=8)
    ]
    exact = tradeoff.noisy(s, sigma, K, reading).risk
    np.testing.assert_allclose(np.mean(risks, axis=0), exact, rtol=1e-10)


@pytest.mark.parametrize(
    ("name", "sigma", "worst"), [("bumps", 0.1, 1.05), ("sine", 0.5, 1.1), ("bridge", 0.3, 1.1)]
)
@pytest.mark.parametrize("rule", tradeoff.RULES)
def test_the_choice_is_near_the_best(name: str, sigma: float, worst: float, rule: str) -> None:
    s = signals.make(512, name, rng=1)
    ratios, naive = [], []
    for seed in range(20):
        y = s + sigma * np.random.default_rng(seed).standard_normal(512)
        error = [np.mean((lattice.smooth(y, k) - s) ** 2) for k in range(1, 200)]
        ratios.append(np.mean((tradeoff.choose(y, rule=rule).smoothed - s) ** 2) / min(error))
        naive.append(error[tradeoff.noisy(y, sigma, np.arange(1, 200)).best_K - 1] / min(error))
    assert np.median(ratios) < (worst if rule == "Cp" else 1.25)
    assert np.median(naive) > 1.2  # the record in place of the truth


def test_sigma_survives_a_trend_and_steps() -> None:
    n, t = 2000, np.arange(2000) / 2000
    truth = 500 * t + 40 * t * t + np.where(t > 0.3, 90, 0) - np.where(t > 0.7, 200, 0)
    found = []
    for seed in range(40):
        y = truth + 0.2 * np.random.default_rng(seed).standard_normal(n)
        found.append(tradeoff.choose(y, K=[1, 2]).sigma / 0.2)
    assert np.mean(found) == pytest.approx(1, abs=0.015)
    assert np.std(found) < 0.04
    assert tradeoff.choose(truth, K=3).sigma < 1e-4


def test_risk_error_is_above_the_spread_of_the_estimate() -> None:
    s, K = signals.make(400, "bumps"), np.array([1, 2, 5, 10, 40])
    drawn = [
        tradeoff.choose(s + 0.2 * np.random.default_rng(seed).standard_normal(400), 0.2, K)
        for seed in range(400)
    ]
    spread = np.std([each.risk for each in drawn], axis=0)
    stated = np.mean([each.risk_error for each in drawn], axis=0)
    assert (stated[1:] >= 0.9 * spread[1:]).all()
    assert (stated[1:] <= np.array([5, 3, 2, 1.3]) * spread[1:]).all()
    assert stated[0] == 0  # f_1 is y, and the estimate is sigma^2


def test_standard_error_is_the_spread_of_the_smoothed_record() -> None:
    s = signals.make(100, "sine")
    for boundary in BOUNDARIES:
        drawn = [
            tradeoff.choose(
                s + np.random.default_rng(i).standard_normal(100), 1, 6, "counting", boundary
            )
            for i in range(600)
        ]
        spread = np.std([each.smoothed for each in drawn], axis=0)
        np.testing.assert_allclose(drawn[0].standard_error, spread, rtol=0.13)


def test_cross_validation_leaves_one_out() -> None:
    y, K = np.random.default_rng(0).standard_normal(12), np.array([1, 2, 3, 5, 11])
    for boundary in BOUNDARIES:
        left, general = (
            tradeoff.choose(y, K=K, boundary=boundary, rule=rule).score for rule in ("LOO", "GCV")
        )
        assert np.isinf(left[0])
        assert np.isinf(general[0])
        for k, score in zip(K[1:].tolist(), left[1:], strict=True):
            H = matrix(12, k, "counting", boundary)
            np.fill_diagonal(H, 0)
            H /= H.sum(axis=1, keepdims=True)  # the others alone
            assert score == pytest.approx(np.mean((H @ y - y) ** 2), rel=CLOSED_FORM)
        assert np.allclose(left[1:], general[1:], rtol=1e-12) == (boundary == "periodic")


def test_a_jump_at_the_end_is_named() -> None:
    e = np.random.default_rng(5).standard_normal(500)
    trend = 3 * np.arange(500) / 500
    joined = tradeoff.choose(trend + 0.1 * e)
    assert joined.jumps
    assert joined.jump == pytest.approx(-3, abs=0.2)
    assert any("boundary='reflect'" in note for note in joined.notes)
    for boundary in ("reflect", "line"):
        result = tradeoff.choose(trend + 0.1 * e, boundary=boundary)
        assert not result.jumps
        assert not result.notes
        assert abs(result.smoothed[0]) < 0.3
        assert abs(joined.smoothed[0]) > 0.5
        assert result.chosen_K > 4 * joined.chosen_K


@pytest.mark.parametrize("name", sorted(signals.SHAPES))
def test_nothing_is_named_without_a_reason(name: str) -> None:
    if name == "white":  # is noise, and takes the largest K
        return
    notes = []
    for seed in range(20):
        y = signals.make(1000, name, rng=seed)
        y = y + 0.3 * np.random.default_rng(seed + 100).standard_normal(1000)
        notes.append(tradeoff.choose(y).notes)
    assert sum(map(bool, notes)) <= 1


@pytest.mark.parametrize("name", ["sine", "bumps", "square"])
@pytest.mark.parametrize("phi", [0.5, 0.8, -0.5])
def test_correlated_noise_is_named(name: str, phi: float) -> None:
    for seed in range(10):
        white = np.random.default_rng(seed).standard_normal(1000)
        noise = scipy.signal.lfilter([1], [1, -phi], white)
        result = tradeoff.choose(signals.make(1000, name) + 0.3 * noise)
        assert result.correlated
        assert "correlated" in result.notes[0]


def test_the_ends_of_the_range_and_no_noise_are_named() -> None:
    y = signals.make(64, "sine")
    assert "larger" in tradeoff.choose(y, 0.5, [1, 2]).notes[-1]
    flat = tradeoff.choose(np.ones(20))
    assert (flat.sigma, flat.chosen_K) == (0, 1)
    assert "sigma is 0" in flat.notes[0]
    assert tradeoff.noisy(y, 1e-200, [1, 2, 3]).best_K == tradeoff.noisy(y, 0, [1, 2, 3]).best_K


@pytest.mark.parametrize("rule", tradeoff.RULES)
@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_records_of_any_size(boundary: str, rule: str) -> None:
    y = signals.make(60, "bumps") + 0.2 * np.random.default_rng(1).standard_normal(60)
    y = np.ldexp(np.rint(y * 64), -6)  # few digits: exact in every size and beside an offset
    how: dict[str, Any] = {"boundary": boundary, "rule": rule}
    result = tradeoff.choose(y, **how)
    for other in (y * 2.0**-1060, y * 2.0**-600, y * 2.0**490, y + 2.0**40):
        found = tradeoff.choose(other, **how)
        assert (found.chosen_K, found.jumps) == (result.chosen_K, result.jumps)
        assert found.correlation == pytest.approx(result.correlation, rel=CLOSED_FORM)
    np.testing.assert_allclose(found.score, result.score, rtol=1e-11)
    np.testing.assert_allclose(found.smoothed - 2.0**40, result.smoothed, atol=1e-3)
    given = tradeoff.choose(y, 1e150, **how)
    assert np.isfinite([given.risk, given.risk_error, given.bias2]).all()
    constant = tradeoff.choose(np.full(31, 3.3), reading="continuous", **how)
    assert constant.chosen_K == (0 if rule == "Cp" else 2)


@pytest.mark.parametrize("boundary", ["periodic", "reflect"])
def test_K_of_any_size(boundary: str) -> None:
    y = np.random.default_rng(1).standard_normal(20)
    for reading in READINGS:
        result = tradeoff.choose(y, 1, [2**53, 10**4], reading, boundary)
        np.testing.assert_allclose(result.degrees, 1, rtol=0.01)


def test_all_K_by_default(tmp_path: Any) -> None:
    result = tradeoff.choose(np.random.default_rng(0).standard_normal(3000))
    assert result.K[:1000].tolist() == list(range(1, 1001))
    assert result.K[-1] == 3000
    assert (np.diff(np.log(result.K[1000:])) < 0.051).all()
    assert tradeoff.choose(np.arange(9.0)).K.tolist() == list(range(1, 10))
    text = result.to_csv(tmp_path / "choice.csv").read_text()
    assert text.startswith("K,bias2,degrees,risk,risk_error,score\n1,")

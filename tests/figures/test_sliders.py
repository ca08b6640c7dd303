"""What the sliders of the report move: the numbers are those of numerics and of the stored runs."""

import base64
import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from figures.drawing.options import Options
from figures.drawing.stored import DATA
from figures.lipschitz.curves import DIGITS
from figures.lipschitz.curves import read as read_curve
from figures.report.sliders import encoding as packing
from figures.report.sliders import k_slider as neighbours
from figures.report.sliders import q_slider as jumps
from figures.report.sliders import regions, thresholds
from figures.spirals.boundaries import GRID, SEED, train
from figures.spirals.stored import STUDIES, read_all
from numerics import lattice, lipschitz, signals, statistics, tradeoff
from numerics.experiments.two_spirals.settings import PRESETS
from numerics.lattice.readings import READINGS, Reading
from tests.figures.report_build import OPTIONS
from tests.figures.report_build import data as build


@pytest.fixture(scope="module")
def data() -> dict[str, Any]:
    return build()


def unpack(packed: packing.Packed) -> Any:
    """Unpack an array, as the page's script does."""
    levels = np.frombuffer(base64.b64decode(str(packed["data"])), "<u2").astype(np.float64)
    low, high = float(str(packed["low"])), float(str(packed["high"]))
    shape: tuple[int, ...] = tuple(packed["shape"])  # type: ignore[arg-type]
    return (low + (high - low) * levels / packing.LEVELS).reshape(shape)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=20))
def test_packed_arrays_come_back_to_half_a_step(values: list[float]) -> None:
    packed = packing.pack(values)
    step = (max(values) - min(values)) / packing.LEVELS
    off = np.abs(unpack(packed) - values)
    assert off.max() <= step * (0.5 + 1e-9) + 1e-9
    assert unpack(packing.pack(np.ones((2, 3)))).tolist() == np.ones((2, 3)).tolist()


@pytest.mark.parametrize("values", [[], [np.nan], [1.0, np.inf]])
def test_arrays_that_cannot_be_packed_are_refused(values: list[float]) -> None:
    with pytest.raises(ValueError, match="values must be finite numbers"):
        packing.pack(values)


def test_choices_of_K_grow() -> None:
    for n in (1, 5, 48, 256):
        K = neighbours.choices(n)
        assert K[0] == 1
        assert K[-1] == 4 * n
        assert (np.diff(K) > 0).all()
        assert n in K
    assert set(range(1, 17)) <= set(neighbours.choices(256).tolist())
    assert neighbours.choices(256).size < 60


def test_recording_is_one_period_of_a_real_record() -> None:
    potential = neighbours.recording()
    assert potential.shape == (256,)
    assert abs(potential[0] - potential[-1]) < 1
    assert -60 < potential.min() < potential.max() < 10


def test_own_signals_are_taken_if_they_fit() -> None:
    names = [case.name for case in neighbours.cases(OPTIONS)]
    assert names == ["own", "recorded", "bumps", "square", "bridge", "white"]
    assert len(neighbours.cases(Options())) == 5
    for signal in (np.ones(9), np.arange(2000.0)):
        assert len(neighbours.cases(Options(signal=signal))) == 5


def test_signals_of_the_page_are_reproducible() -> None:
    first, second = (neighbours.cases(Options(seed=5)) for _ in range(2))
    for one, other in zip(first, second, strict=True):
        np.testing.assert_array_equal(one.values, other.values)
    assert not np.array_equal(first[-1].values, signals.make(256, "white", rng=6))


@pytest.mark.parametrize("reading", READINGS)
def test_what_moves_with_K_is_what_numerics_says(reading: Reading, data: dict[str, Any]) -> None:
    shown = data["neighbours"]["signals"]
    cases = neighbours.cases(OPTIONS)
    assert [signal["name"] for signal in shown] == [case.name for case in cases]
    for case, signal in zip(cases, shown, strict=True):
        y, K, found = case.values, np.array(signal["K"]), signal["readings"][reading]
        expected = tradeoff.periodic(y, K, reading)
        np.testing.assert_allclose(found["bias2"], expected.bias2, rtol=1e-7)
        np.testing.assert_allclose(found["variance"], expected.variance, rtol=1e-7)
        noisy = tradeoff.noisy(y, case.sigma, K, reading)
        np.testing.assert_allclose(found["risk"], noisy.risk, rtol=1e-7)
        every = tradeoff.noisy(y, case.sigma, np.arange(1, 4 * y.size + 1), reading)
        assert found["best"] == every.best_K
        noise = np.random.default_rng(Options().seed).standard_normal(case.values.size)
        guess = tradeoff.choose(y + case.sigma * noise, K=K, reading=reading)
        np.testing.assert_allclose(found["estimate"], guess.risk, rtol=1e-7)
        assert found["chosen"] == guess.chosen_K
        smoothed = np.array([lattice.smooth(y, int(k), reading) for k in K])
        step = np.ptp(smoothed) / packing.LEVELS
        np.testing.assert_allclose(unpack(found["f"]), smoothed, rtol=0, atol=0.51 * step)
        # The paper's definitions, of the numbers on the page alone.
        again = unpack(found["f"]).var(axis=1)
        np.testing.assert_allclose(again, found["variance"], rtol=1e-3, atol=10 * step**2)
        kernel = data["neighbours"]["kernels"][str(y.size)][reading]
        taps = np.array([lattice.kernel(int(k), reading, y.size // 2 + 1) for k in K])
        np.testing.assert_allclose(kernel["first"], taps[:, 0], rtol=1e-7)
        np.testing.assert_allclose(unpack(kernel["taps"]), taps / taps[:, :1], atol=2e-5)


def test_another_reading_would_be_noticed(data: dict[str, Any]) -> None:
    signal = data["neighbours"]["signals"][1]
    for one, other in pairwise(READINGS):
        first, second = (signal["readings"][name]["bias2"] for name in (one, other))
        assert not np.allclose(first, second, rtol=1e-7)


def test_error_rates_are_those_of_the_stored_runs(data: dict[str, Any]) -> None:
    stored, shown = read_all(), data["thresholds"]["curves"]
    assert [curve["name"] for curve in shown] == [experiment.name for experiment in stored]
    missing = data["thresholds"]["missing"]
    assert len(shown) + len(missing) == len(STUDIES)
    for errors, curve in zip(stored.values(), shown, strict=True):
        order = np.argsort(errors.epsilons)
        given = [np.inf if eps is None else eps for eps in curve["epsilons"]]
        assert given == errors.epsilons[order].tolist()
        for i, percent in enumerate(100 * errors.errors[order]):
            expected = statistics.mean(percent)
            assert curve["mean"][i] == expected.value
            assert (curve["low"][i], curve["high"][i]) == (expected.low, expected.high)
            assert sum(curve["counts"][i]) == percent.size == curve["runs"]
            wide = thresholds.WIDEST / thresholds.BINS
            assert curve["counts"][i][0] == np.count_nonzero(percent < wide)


def test_regions_are_the_kept_ones(data: dict[str, Any]) -> None:
    kept, shown = regions.read(), data["thresholds"]["regions"]
    assert set(shown) == set(kept) == {"printed", "corrected", "released"}
    for preset, found in kept.items():
        assert shown[preset]["errors"] == found.errors.tolist()
        for bits, classes in zip(shown[preset]["bits"], found.classes, strict=True):
            unpacked = np.unpackbits(np.frombuffer(base64.b64decode(bits), np.uint8), count=GRID**2)
            np.testing.assert_array_equal(unpacked.reshape(GRID, GRID), classes)
        samples = regions.data_of(preset)
        for label in (0, 1):
            points = unpack(shown[preset]["samples"][label])
            expected = samples.X_train[samples.labels_train == label]
            np.testing.assert_allclose(points, expected, atol=1e-4)
        # A network that learned nothing would be wrong half the time.
        assert found.errors.max() < 0.45


def test_kept_regions_were_made_with_the_settings_of_today() -> None:
    about = json.loads((DATA / "regions.json").read_text(encoding="utf-8"))
    assert about["command"] == regions.COMMAND
    assert about["seed"] == SEED
    assert about["settings"] == {name: PRESETS[name].to_dict() for name in regions.DRAWN}


def test_regions_are_trained_kept_and_read(tmp_path: Path) -> None:
    path = regions.make(tmp_path, ("corrected",), (0.6,))
    (found,) = regions.read(tmp_path).values()
    (expected,) = train(regions.data_of("corrected"), (0.6,))
    np.testing.assert_array_equal(found.classes[0], expected.classes)
    assert found.errors.tolist() == [expected.error]
    assert found.epsilons.tolist() == [0.6]
    assert 0 < found.classes.mean() < 1
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(ValueError, match=re.escape("regions.npz must be a file that")):
        regions.read(tmp_path)
    path.unlink()
    assert regions.read(tmp_path) == {}


def test_Q_and_its_images_are_those_of_numerics(data: dict[str, Any]) -> None:
    shown = data["jumps"]["exhibits"]
    kept = read_curve(DIGITS)
    assert kept is not None
    assert kept.pictures is not None
    np.testing.assert_allclose(shown[0]["values"], kept.curve.values, rtol=1e-12)
    np.testing.assert_allclose(shown[0]["epsilons"], kept.curve.epsilons, rtol=1e-12)
    for exhibit in shown:
        for step, (value, images) in enumerate(
            zip(exhibit["values"], exhibit["images"], strict=True)
        ):
            assert len(images) in (2, 4)
            data_of = [base64.b64decode(image["data"]) for image in images]
            pixels = [np.frombuffer(some, np.uint8).astype(float) / 255 for some in data_of]
            # The nearest virtual image is the mixture of its ends, and 1/Q from the sample.
            if len(images) == 4:
                shares = [image["weight"] for image in images[2:]]
                mixed = np.tensordot(shares, pixels[2:], axes=1)
                np.testing.assert_allclose(pixels[1], mixed, atol=1.01 / 255)
            distance = np.linalg.norm(pixels[0] - pixels[1])
            np.testing.assert_allclose(distance, 1 / value, atol=0.02)
            assert exhibit["distances"][step] == 1 / value


def test_Q_of_a_few_points_comes_out(tmp_path: Path) -> None:
    # Two points of class 0 around one of class 1: vanilla 1/sqrt(2), and 1 from eps = 2 on.
    X, labels = np.array([[-1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 9.0]]), np.array([0, 0, 1, 1])
    path = tmp_path / "curve.csv"
    lipschitz.lower_bound(X, labels).to_csv(path)
    found = jumps.data(Options(curves=(path,)))["exhibits"][0]
    np.testing.assert_allclose(found["values"], [0.5**0.5, 1.0], rtol=1e-12)
    np.testing.assert_allclose(found["epsilons"], [0.0, 2.0], rtol=1e-12)
    assert found["images"] is None


def test_missing_data_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("figures.lipschitz.curves.compute_digits", lambda: None)
    found = jumps.data(Options(data=tmp_path))
    assert found["exhibits"] == []
    assert "python -m numerics lipschitz" in found["missing"]
    assert thresholds.data(Options(data=tmp_path))["curves"] == []

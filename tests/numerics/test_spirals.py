"""The two spirals: geometry, laws of the noise, split, scaling, and the distances of pairs."""

import csv
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import norm

from numerics import spirals
from tests import tolerances

Array = NDArray[np.float64]

PLAIN: dict[str, Any] = {"standardise": "none", "test_fraction": 0.0}


def excess(values: Array, edges: Array) -> float:
    """Return Pearson's statistic for equal shares, less its mean, in standard deviations."""
    counts = np.histogram(values, edges)[0]
    assert counts.sum() == values.size
    expected = values.size / counts.size
    freedom = counts.size - 1
    statistic = ((counts - expected) ** 2 / expected).sum()
    return float((statistic - freedom) / np.sqrt(2 * freedom))


def noise_of(preset: Any, n: int = 4000, **ingredients: Any) -> tuple[Array, Any]:
    """Return the noise of each sample and its label: the same draws with and without it."""
    with_noise = spirals.make(n, preset=preset, rng=5, **PLAIN, **ingredients)
    without = spirals.make(n, 0.0, preset, rng=5, **PLAIN, **ingredients)
    np.testing.assert_array_equal(with_noise.labels_train, without.labels_train)
    return with_noise.X_train - without.X_train, with_noise.labels_train


@pytest.mark.parametrize("turns", [0.5, 2.0, 3])
@pytest.mark.parametrize("mirrored", [True, False])
def test_curve(turns: float, mirrored: bool) -> None:
    found = spirals.make(500, 0, turns=turns, mirrored=mirrored, rng=1, **PLAIN)
    t = np.linalg.norm(found.X_train, axis=1)
    side = 1 - 2 * found.labels_train
    curve = np.stack((-side * t * np.cos(t), side * t * np.sin(t)), axis=1)
    np.testing.assert_allclose(found.X_train, curve, atol=tolerances.DIRECT_SUMS)
    assert t.max() < 2 * np.pi * turns
    edges = np.linspace(0, 1, 11)
    for label in (0, 1):
        own = t[found.labels_train == label]
        assert own.size == 500
        assert excess((own / (2 * np.pi * turns)) ** 2, edges) < tolerances.SAMPLING
        # Not uniform in t: the samples are spread about evenly along the curve.
        assert excess(own / (2 * np.pi * turns), edges) > tolerances.SAMPLING


@pytest.mark.parametrize("preset", ["printed", "released"])
def test_mirror_images(preset: Any) -> None:
    found = spirals.make(100, preset=preset, rng=2, **PLAIN)
    X, labels = found.X_train, found.labels_train
    rows = {(*x, label) for x, label in zip(X.tolist(), labels.tolist(), strict=True)}
    assert len(rows) == 200
    assert all((-x, -y, 1 - label) in rows for x, y, label in rows)
    found = spirals.make(100, preset=preset, rng=2, mirrored=False, **PLAIN)
    own = {tuple(x) for x in found.X_train[found.labels_train == 0].tolist()}
    other = {tuple(x) for x in (-found.X_train[found.labels_train == 1]).tolist()}
    assert len(own) == len(other) == 100
    assert not own & other


@pytest.mark.parametrize("mirrored", [True, False])
def test_gaussian_noise(mirrored: bool) -> None:
    noise, labels = noise_of("printed", mirrored=mirrored)
    inner = norm.ppf(np.linspace(0, 1, 21)[1:-1], scale=1.5)
    edges = np.concatenate(([-np.inf], inner, [np.inf]))
    for label in (0, 1):
        own = noise[labels == label]
        for values in own.T:
            assert excess(values, edges) < tolerances.SAMPLING
            assert excess(values, edges / 1.5) > tolerances.SAMPLING
        correlation = np.corrcoef(own.T)[0, 1] * np.sqrt(len(own))
        assert abs(correlation) < tolerances.SAMPLING


@pytest.mark.parametrize("mirrored", [True, False])
def test_uniform_noise(mirrored: bool) -> None:
    noise, labels = noise_of("released", mirrored=mirrored)
    rounding = tolerances.DIRECT_SUMS
    edges = np.linspace(0, 0.5, 21)
    edges[[0, -1]] += [-rounding, rounding]
    for label, sign in ((0, 1), (1, -1)):
        own = sign * noise[labels == label]
        for values in own.T:
            assert excess(values, edges) < tolerances.SAMPLING
        # One-sided: the other class would not fit.
        assert (own < 0).sum() <= 1
        assert abs(np.corrcoef(own.T)[0, 1] * np.sqrt(len(own))) < tolerances.SAMPLING


def test_noise_and_its_law_are_set_apart() -> None:
    uniform, labels = noise_of("printed", law="uniform")
    assert 1.4 < uniform[labels == 0].max() < 1.5
    gaussian, _ = noise_of("released", law="gaussian")
    assert abs(gaussian.std() - 0.5) < tolerances.SAMPLING * 0.5 / np.sqrt(2 * 8000)
    small = spirals.make(100, 0.1, rng=5, **PLAIN)
    assert small.settings.law == "gaussian"
    assert small.settings.noise == 0.1


def test_presets() -> None:
    printed, released = (spirals.make(50, preset=p, rng=3) for p in ("printed", "released"))
    assert (printed.preset, released.preset) == ("printed", "released")
    common = {"n": 50, "turns": 2.0, "mirrored": True, "standardise": "before"}
    for found, noise, law in ((printed, 1.5, "gaussian"), (released, 0.5, "uniform")):
        assert asdict(found.settings) == {
            **common,
            "noise": noise,
            "law": law,
            "test_fraction": 0.2,
        }
    assert spirals.make(rng=0).settings == spirals.PRESETS["printed"]
    # The noise is all that differs.
    np.testing.assert_array_equal(printed.labels_train, released.labels_train)
    same: dict[str, Any] = {"noise": 1.0, "law": "uniform", "rng": 3}
    one, other = (spirals.make(50, preset=p, **same) for p in ("printed", "released"))
    np.testing.assert_array_equal(one.X_train, other.X_train)
    assert (printed.X_train != released.X_train).any()


@pytest.mark.parametrize(
    ("n", "fraction", "test"),
    [(1000, 0.2, 400), (1000, 0.0, 0), (10, 0.25, 5), (7, 0.33, 5), (3, 0.9, 5), (1, 0.5, 1)],
)
def test_split(n: int, fraction: float, test: int) -> None:
    found = spirals.make(n, 1.0, rng=4, standardise="none", test_fraction=fraction)
    assert found.X_test.shape == (test, 2)
    assert found.X_train.shape == (2 * n - test, 2)
    assert found.labels_test.shape == (test,)
    assert found.labels_train.shape == (2 * n - test,)
    assert found.X_train.dtype == found.X_test.dtype == np.float64
    assert found.labels_train.dtype == found.labels_test.dtype == np.int64
    labels = np.concatenate((found.labels_train, found.labels_test))
    np.testing.assert_array_equal(np.bincount(labels, minlength=2), [n, n])
    # Where the cut is changes nothing else, and no sample is on both sides.
    together = spirals.make(n, 1.0, rng=4, **PLAIN)
    np.testing.assert_array_equal(np.concatenate((found.X_train, found.X_test)), together.X_train)
    np.testing.assert_array_equal(labels, together.labels_train)
    assert len(np.unique(together.X_train, axis=0)) == 2 * n


def test_split_is_random() -> None:
    found = spirals.make(1000, rng=4)
    share = found.labels_test.mean()
    assert abs(share - 0.5) < tolerances.SAMPLING * 0.5 / np.sqrt(400)
    runs = np.count_nonzero(np.diff(found.labels_train))
    assert abs(runs - 800) < tolerances.SAMPLING * np.sqrt(400)


def test_standardised() -> None:
    settings: dict[str, Any] = {"n": 200, "rng": 6, "mirrored": False}
    ways: Any = ("none", "before", "after")
    plain, before, after = (spirals.make(standardise=how, **settings) for how in ways)

    def moments(X: Array) -> Array:
        return np.concatenate((X.mean(axis=0), X.std(axis=0) - 1))

    def close(X: Array) -> None:
        np.testing.assert_allclose(moments(X), 0, atol=tolerances.CLOSED_FORM)

    everything = np.concatenate((before.X_train, before.X_test))
    close(everything)
    close(after.X_train)
    for X in (before.X_train, np.concatenate((after.X_train, after.X_test)), plain.X_train):
        with pytest.raises(AssertionError):
            close(X)
    # One affine map of each coordinate for both parts.
    for found in (before, after):
        for k in range(2):
            slope, shift = np.polyfit(plain.X_train[:, k], found.X_train[:, k], 1)
            for part in ("X_train", "X_test"):
                mapped = slope * getattr(plain, part)[:, k] + shift
                np.testing.assert_allclose(
                    getattr(found, part)[:, k], mapped, atol=tolerances.DIRECT_SUMS
                )


def test_one_generator_gives_the_same_data() -> None:
    one = spirals.make(20, rng=np.random.default_rng(7))
    for rng in (7, np.random.SeedSequence(7), np.random.default_rng(7)):
        np.testing.assert_array_equal(spirals.make(20, rng=rng).X_train, one.X_train)
    rng = np.random.default_rng(7)
    first, second = spirals.make(20, rng=rng), spirals.make(20, rng=rng)
    np.testing.assert_array_equal(first.X_train, one.X_train)
    assert (first.X_train != second.X_train).all()
    assert (spirals.make(20).X_train != spirals.make(20).X_train).all()


def test_draws_in_the_documented_order() -> None:
    found = spirals.make(6, 0.5, "released", rng=8, **PLAIN)
    rng = np.random.default_rng(8)
    t = 4 * np.pi * np.sqrt(rng.random(6))
    order = rng.permutation(12)
    X = np.stack((-t * np.cos(t), t * np.sin(t)), axis=1) + 0.5 * rng.random((6, 2))
    both = np.concatenate((X, -X))[order]
    np.testing.assert_allclose(found.X_train, both, rtol=tolerances.CLOSED_FORM)
    np.testing.assert_array_equal(found.labels_train, (order >= 6).astype(int))


def test_to_csv(tmp_path: Path) -> None:
    found = spirals.make(5, rng=9)
    path = found.to_csv(tmp_path / "spirals.csv")
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    assert header == ["x1", "x2", "label", "test"]
    table = np.array(rows, dtype=float)
    np.testing.assert_array_equal(table[:8, :2], found.X_train)
    np.testing.assert_array_equal(table[8:, :2], found.X_test)
    np.testing.assert_array_equal(table[:, 2], [*found.labels_train, *found.labels_test])
    np.testing.assert_array_equal(table[:, 3], [0] * 8 + [1] * 2)


@pytest.mark.parametrize("preset", ["printed", "released"])
def test_fraction(preset: Any) -> None:
    distances = spirals.pair_distances(preset, n=50)
    assert distances.shape == (4 * 80 * 79 // 2,)
    assert (np.diff(distances) >= 0).all()
    assert not distances.flags.writeable
    thresholds = np.array([[0, 0.3, distances[1000]], [1, 2.5, np.inf]])
    found = spirals.distance_fraction(thresholds, preset, n=50)
    expected = (distances[:, None] <= thresholds.ravel()).mean(axis=0).reshape(2, 3)
    np.testing.assert_allclose(found, expected, rtol=tolerances.CLOSED_FORM)
    assert found[0, 0] == 0
    assert found[1, 2] == 1
    below = np.nextafter(distances[1000], 0)
    assert spirals.distance_fraction(below, preset, n=50) < found[0, 2]
    assert spirals.distance_fraction(1, preset, n=50) == found[1, 0]


def test_reference_does_not_move() -> None:
    # Neither with the state of a generator nor with what was asked before.
    first = spirals.distance_fraction(0.8, n=40).item()
    spirals.make(40)
    np.random.default_rng(0).random(3)
    spirals.pair_distances("released", n=40)
    assert spirals.distance_fraction(0.8, n=40).item() == first
    assert spirals.distance_fraction(0.8, n=40, turns=2.5).item() != first
    assert spirals.distance_fraction(0.8, n=41).item() != first
    # A preset is its ingredients.
    as_printed: dict[str, Any] = {"n": 40, "noise": 1.5, "law": "gaussian"}
    assert spirals.distance_fraction(0.8, "released", **as_printed).item() == first


def test_unknown_ingredient_is_refused() -> None:
    with pytest.raises(TypeError):
        spirals.pair_distances(size=3)  # type: ignore[call-arg]


def test_settings() -> None:
    assert spirals.settings() == spirals.PRESETS["printed"]
    found = spirals.settings("released", n=30, noise=None, turns=1.0)
    assert found == replace(spirals.PRESETS["released"], n=30, turns=1.0)

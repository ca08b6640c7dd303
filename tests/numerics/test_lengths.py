"""numerics.lipschitz: the lengths and the images that are kept beside a curve of Q(D)."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.spatial.distance import pdist

from numerics.datasets import Dataset
from numerics.lipschitz import lower_bound
from numerics.lipschitz.checks import draw_points
from numerics.lipschitz.segment_lengths import Lengths, segment_lengths
from numerics.lipschitz.witness_images import Pictures
from tests.tolerances import CLOSED_FORM

COLOURS = np.array([50.0, 60.0, 80.0])


def data(seed: int = 0, n: int = 40) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, 5)), rng.integers(0, 3, n)


@pytest.fixture
def images() -> Dataset:
    rng = np.random.default_rng(5)
    X, labels = rng.integers(0, 256, (30, 3, 2, 3), dtype=np.uint8), np.arange(30) % 3
    return Dataset("made", X, labels, X[:3], labels[:3], ("a", "b", "c"), 255, ())


@pytest.mark.parametrize("segments", ["same-class", "all"])
def test_histogram_is_that_of_all_distances(segments: str) -> None:
    X, labels = data()
    found = segment_lengths(X, labels, segments, bins=50)
    groups = [X[labels == k] for k in range(3)] if segments == "same-class" else [X]
    lengths = np.concatenate([pdist(group) for group in groups])
    edges = np.append(found.low, found.longest)
    # No length exceeds twice the largest distance to the mean, the width of all bins together.
    width = 2 * np.linalg.norm(X - X.mean(axis=0), axis=1).max() / 50
    np.testing.assert_allclose(np.diff(edges)[1:-1], width, rtol=CLOSED_FORM)
    assert np.diff(edges).max() <= width * (1 + CLOSED_FORM)
    np.testing.assert_array_equal(found.high[:-1], found.low[1:])
    np.testing.assert_allclose([found.low[0], found.longest], [lengths.min(), lengths.max()])
    edges[0] -= 1e-9
    edges[-1] += 1e-9
    np.testing.assert_array_equal(found.count, np.histogram(lengths, edges)[0])
    for eps in (lengths.min() / 2, np.median(lengths), lengths.max()):
        assert found.share(float(eps)) == pytest.approx((lengths <= eps).mean(), abs=0.02)
    assert found.share(0) == 0
    assert found.share(found.longest) == 1


def test_blocks_of_rows_count_each_pair_once() -> None:
    rng = np.random.default_rng(0)
    X, labels = rng.integers(0, 256, (2500, 2, 2), dtype=np.uint8), np.repeat([0, 1], 1250)
    found = segment_lengths(X, labels)
    exact = np.concatenate([pdist(X[labels == k].reshape(-1, 4).astype(float)) for k in (0, 1)])
    assert found.count.sum() == exact.size
    assert (found.low[0], found.longest) == (exact.min(), exact.max())
    below = [(exact < high).sum() for high in found.high[:-1]]
    np.testing.assert_array_equal(np.cumsum(found.count)[:-1], below)


def test_the_part_is_that_of_the_curve() -> None:
    X, labels = data(n=60)
    chosen = draw_points(60, 30, 7)
    assert chosen.size == 30
    part = segment_lengths(X, labels, points=30, rng=7)
    whole = segment_lengths(X[chosen], labels[chosen])
    np.testing.assert_array_equal(part.count, whole.count)
    curve = lower_bound(X, labels, points=30, rng=7)
    used = {index for w in curve.witnesses for index in (w.point, w.i, w.j)}
    assert used <= set(chosen.tolist())
    assert curve.epsilons[-1] <= part.longest
    np.testing.assert_array_equal(draw_points(4, None, 0), np.arange(4))


def test_equal_points_and_single_segments() -> None:
    one = segment_lengths([[0.0], [3.0], [5.0]], [0, 0, 1])
    assert (one.low[0], one.longest, one.count.sum()) == (3.0, 3.0, 1)
    same = segment_lengths([[2.0], [2.0], [5.0]], [0, 0, 1])
    assert (same.low[0], same.longest, same.share(0.0)) == (0.0, 0.0, 1.0)
    with pytest.raises(ValueError, match="no two points have equal targets"):
        segment_lengths([[0.0], [3.0]], [0, 1])
    with pytest.raises(ValueError, match="bins must be at least 1"):
        segment_lengths([[0.0], [3.0]], [0, 1], bins=0)


def test_lengths_in_a_file(tmp_path: Path) -> None:
    made = segment_lengths(*data()).scaled(255.0)
    path = made.to_csv(tmp_path / "lengths.csv")
    found = Lengths.from_csv(path)
    for name in Lengths.COLUMNS:
        np.testing.assert_array_equal(getattr(found, name), getattr(made, name))
    text = path.read_text(encoding="utf-8")
    header, first, *rest = text.splitlines()
    for damaged in (
        "",
        header,
        text.replace("count", "number"),
        "\n".join([header, *rest[:3], first]),
        text.replace(first, first.rpartition(",")[0] + ",-1"),
        text.replace(first, first.rpartition(",")[0] + ",many"),
    ):
        path.write_text(damaged, encoding="utf-8")
        with pytest.raises(
            ValueError, match=r"is not a histogram|must be a table of numbers with the columns low"
        ):
            Lengths.from_csv(path)


def test_pictures_of_a_curve_attain_its_values(images: Dataset, tmp_path: Path) -> None:
    curve = lower_bound(images.X_train / COLOURS, images.labels_train)
    made = Pictures.of(images, curve, COLOURS)
    path = made.save(tmp_path / "images.npz")
    assert [file.name for file in tmp_path.iterdir()] == ["images.npz"]
    found = Pictures.load(path)
    assert curve.values.size > 2
    for value, witness in zip(curve.values, curve.witnesses, strict=True):
        point, near = found.virtual(witness)
        assert 1 / np.linalg.norm(point - near) == pytest.approx(value, rel=CLOSED_FORM)
    sample = int(found.samples[-1])
    np.testing.assert_array_equal(found.images[-1], images.X_train[sample])
    assert found.classes[-1] == "abc"[sample % 3]
    assert found.brightest == 255
    np.testing.assert_array_equal(found.inputs(sample), images.X_train[sample] / COLOURS)
    # Other deviations give other values.
    point, near = replace(found, deviations=np.ones(1)).virtual(curve.witnesses[0])
    assert 1 / np.linalg.norm(point - near) < curve.vanilla / 40
    for missing in (-1, 1000):
        with pytest.raises(ValueError, match=f"whose image is kept, got {missing}"):
            found.place(missing)
    again = made.save(tmp_path / "again.npz")
    assert again.read_bytes() == path.read_bytes()


def test_pictures_of_two_segments(images: Dataset) -> None:
    some = replace(images, X_train=images.X_train[:12], labels_train=images.labels_train[:12])
    curve = lower_bound(some.X_train / 255, some.labels_train, "segments", distance="euclidean")
    pictures = Pictures.of(some, curve, np.array([255.0]))
    labels = np.eye(3)[some.labels_train]
    crossed = 0
    for value, w in zip(curve.values, curve.witnesses, strict=True):
        crossed += w.partner != w.point
        point, near = pictures.virtual(w)
        first = w.mu * labels[w.point] + (1 - w.mu) * labels[w.partner]
        second = w.lam * labels[w.i] + (1 - w.lam) * labels[w.j]
        ratio = np.linalg.norm(first - second) / np.linalg.norm(point - near)
        assert ratio == pytest.approx(value, rel=1e-9)
    assert crossed


def test_damaged_pictures(images: Dataset, tmp_path: Path) -> None:
    curve = lower_bound(images.X_train / 255, images.labels_train)
    good = Pictures.of(images, curve, np.array([255.0]))
    path = tmp_path / "images.npz"
    for bad in (
        replace(good, samples=good.samples[::-1]),
        replace(good, classes=good.classes[1:]),
        replace(good, images=good.images.astype(np.int64)),
        replace(good, deviations=np.zeros(1)),
        replace(good, brightest=10),
        replace(good, images=good.images.reshape(len(good.images), -1)),
    ):
        bad.save(path)
        with pytest.raises(ValueError, match="does not hold images"):
            Pictures.load(path)
    np.savez(path, samples=good.samples)
    with pytest.raises(ValueError, match="must hold the arrays samples, images"):
        Pictures.load(path)
    content = good.save(path).read_bytes()
    for broken in (b"", b"text", content[: len(content) // 2]):
        path.write_bytes(broken)
        with pytest.raises(ValueError, match="must hold the arrays samples, images"):
            Pictures.load(path)
    many = np.array([{}], dtype=object)
    np.savez(path, samples=many, images=many, classes=many, deviations=many, brightest=1)
    with pytest.raises(ValueError, match="must hold the arrays samples, images"):
        Pictures.load(path)
    with pytest.raises(FileNotFoundError):
        Pictures.load(tmp_path / "nothing.npz")

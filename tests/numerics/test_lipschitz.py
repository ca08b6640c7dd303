"""The curve of Q(D) against brute force: every pair, every segment, a dense search over lambda."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from numerics import lipschitz
from numerics.lipschitz import LowerBound, lower_bound, parse_size
from tests import tolerances
from tests.reference import lipschitz_brute as brute

Array = NDArray[Any]
Data = tuple[Array, Array]


@st.composite
def samples(draw: st.DrawFn, most: int = 9, dimensions: int = 4) -> Data:
    """Classes with two points at least; integers, of which many are collinear, or floats."""
    classes = draw(st.integers(2, min(3, most // 2)))
    sizes = [draw(st.integers(2, most // classes)) for _ in range(classes)]
    n, d = sum(sizes), draw(st.integers(1, dimensions))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    kind = draw(st.sampled_from(["grid", "grid", "normal", "far", "clusters"]))
    labels = rng.permutation(np.repeat(np.arange(classes), sizes))
    if kind == "grid":
        X = rng.integers(0, draw(st.integers(1, 7)), (n, d)).astype(np.float64)
    else:
        X = rng.standard_normal((n, d)) / 8
        if kind == "far":  # |a|^2 + |b|^2 - 2 <a, b> would lose all digits
            X = np.round(X * 2**20) / 2**20 + 4096
        if kind == "clusters":
            X = np.round(X * 2**10) / 2**14 + 8 * labels[:, None]
    return X, labels


def check(q: LowerBound, found: list[tuple[float, float]]) -> None:
    """Hold a curve against the values of all pairs, at all their lengths and between them."""
    lower, upper, values = brute.curve(found)
    rtol = tolerances.LAMBDA_SEARCH
    np.testing.assert_allclose(q(upper * (1 + 1e-12)), values, rtol=rtol)
    np.testing.assert_allclose(q(lower[1:] * (1 - 1e-12)), values[:-1], rtol=rtol)
    np.testing.assert_allclose(q((upper[:-1] + lower[1:]) / 2), values[:-1], rtol=rtol)
    assert q.mixup == pytest.approx(float(values[-1]), rel=rtol)


def attained(q: LowerBound, X: Array, Y: Array) -> None:
    """Evaluate the two virtual samples of each witness."""
    norm = brute.norm_of(q.distance)
    for epsilon, value, w in zip(q.epsilons, q.values, q.witnesses, strict=True):
        first = w.mu * X[w.point] + (1 - w.mu) * X[w.partner]
        second = w.lam * X[w.i] + (1 - w.lam) * X[w.j]
        top = norm(
            w.mu * Y[w.point] + (1 - w.mu) * Y[w.partner] - w.lam * Y[w.i] - (1 - w.lam) * Y[w.j]
        )
        bottom = np.linalg.norm(first - second)
        assert 0 <= w.lam <= 1
        assert 0 <= w.mu <= 1
        reach = max(np.linalg.norm(X[w.i] - X[w.j]), np.linalg.norm(X[w.point] - X[w.partner]))
        assert reach == pytest.approx(epsilon, rel=1e-12)
        if value == np.inf:
            assert bottom <= 1e-12 * max(1.0, float(np.abs(X).max()))
            assert top > 0
        else:  # what rounding of the places leaves
            slack = 1e-14 * float(np.abs(X).max()) / bottom + tolerances.CLOSED_FORM
            assert top / bottom == pytest.approx(value, rel=float(slack))


def held(X: Array, targets: Array, segments: str, distance: str = "euclidean") -> LowerBound:
    """Compute a curve, and hold all of it against brute force."""
    classes = targets.dtype.kind == "i"
    Y = brute.one_hot(targets) if classes else targets.reshape(len(X), -1)
    if classes:
        q = lower_bound(X, targets, segments, distance=distance)
    else:
        q = lower_bound(X, segments=segments, targets=targets)
    found = [*brute.points(X, Y, distance)]
    found += brute.triples(X, Y, distance, constant=segments == "same-class")
    found += brute.segment_pairs(X, Y, distance) if segments == "segments" else []
    check(q, found)
    attained(q, X, Y)
    return q


distances = st.sampled_from(["zero-one", "euclidean"])


@given(samples(), distances)
def test_same_class(data: Data, distance: str) -> None:
    held(*data, "same-class", distance)


@given(samples(7), distances)
def test_all_segments(data: Data, distance: str) -> None:
    held(*data, "all", distance)


@given(samples(7), st.integers(1, 2))
def test_real_targets(data: Data, outputs: int) -> None:
    X, labels = data
    rng = np.random.default_rng(int(labels.sum()))
    Y = np.round(rng.standard_normal((3, outputs)) * 16)[labels] / 8
    Y[0] += 0.5
    held(X, Y[:, 0] if outputs == 1 else Y, "all")


# Two long segments cross at a small angle, which magnifies the rounding of the place.
NEARLY_PARALLEL = np.array([[131144, 131160], [55, 136], [-39, 76], [131122, 131105]]) / 2**14


@given(samples(5, dimensions=3), distances)
@example((NEARLY_PARALLEL, np.array([1, 0, 0, 1])), "zero-one")
def test_segments_against_segments(data: Data, distance: str) -> None:
    q = held(*data, "segments", distance)
    assert np.all(q.values >= lower_bound(*data, "all", distance=distance)(q.epsilons))


def test_crossing_segments() -> None:
    """XOR on a square: segments of two classes cross, and nothing fits."""
    X = np.array([[1, 0], [-1, 0], [0, 1], [0, -1.0]])
    labels = np.array([0, 0, 1, 1])
    q = lower_bound(X, labels)
    np.testing.assert_array_equal(q.epsilons, [0, 2])
    np.testing.assert_allclose(q.values, [np.sqrt(1 / 2), 1], rtol=1e-15)
    full = lower_bound(X, labels, "segments")
    np.testing.assert_array_equal(full.epsilons, [0, 2])
    np.testing.assert_allclose(full.values, [np.sqrt(1 / 2), np.inf], rtol=1e-15)


def test_skew_segments() -> None:
    """Two segments at a distance of 1/10 over their middles, farther apart everywhere else."""
    X = np.array([[1, 0, 0], [-1, 0, 0], [0, 1, 0.1], [0, -1, 0.1]])
    q = lower_bound(X, [0, 0, 1, 1], "segments")
    assert q.mixup == pytest.approx(10, rel=1e-14)
    assert q.epsilons[-1] == 2
    assert lower_bound(X, [0, 0, 1, 1], "all").mixup < 1.01
    w = q.witnesses[-1]
    assert (w.point, w.partner, w.mu, w.i, w.j, w.lam) == (0, 1, 0.5, 2, 3, 0.5)


@pytest.mark.parametrize("segments", lipschitz.SEGMENTS)
def test_equal_inputs_with_different_targets(segments: str) -> None:
    rng = np.random.default_rng(0)
    X = rng.standard_normal((12, 3))
    X[7] = X[2]
    q = lower_bound(X, np.arange(12) % 2, segments)
    np.testing.assert_array_equal(q.epsilons, [0])
    np.testing.assert_array_equal(q.values, [np.inf])
    assert q.witnesses[0][:3] == (2, 7, 7)
    assert lower_bound(np.zeros((4, 2)), [0, 0, 1, 1], segments, eps=0) == np.inf
    labels = np.arange(12) % 2
    labels[7] = labels[2]
    assert lower_bound(X, labels, segments).vanilla < np.inf


@pytest.mark.parametrize("dtype", [np.uint8, np.float32, np.float64])
def test_a_sample_on_a_segment(dtype: type[np.generic]) -> None:
    X = np.array([[0, 0, 0], [9, 3, 6], [3, 1, 2], [200, 0, 0]]).astype(dtype)
    q = lower_bound(X, [0, 0, 1, 1])
    np.testing.assert_array_equal(q.values[1:], [np.inf])
    assert q.witnesses[1][:3] == (2, 0, 1)
    assert q.witnesses[1].lam == pytest.approx(2 / 3)
    assert q(q.epsilons[1]) == np.inf
    assert q(q.epsilons[1] * (1 - tolerances.CLOSED_FORM)) == q.vanilla
    # Next to it by one unit in the last place, all digits of the distance are those of rounding.
    if dtype is np.float64:
        near = X.astype(np.float64)
        near[2, 0] = np.nextafter(3, 4)
        gap = (near[2, 0] - 3) * np.sqrt(1 - (9**2) / 126)
        assert lower_bound(near, [0, 0, 1, 1]).mixup == pytest.approx(1 / gap, rel=1e-12)


def made(n: int = 60, d: int = 5) -> Data:
    rng = np.random.default_rng(n)
    return rng.standard_normal((n, d)), np.arange(n) % 3


@pytest.mark.parametrize("segments", ["same-class", "all"])
def test_one_epsilon(segments: str) -> None:
    X, labels = made()
    q = lower_bound(X, labels, segments)
    assert q.values.size > 3
    for eps in (0, q.epsilons[2], np.nextafter(q.epsilons[2], 0), 1.5, np.inf):
        assert lower_bound(X, labels, segments, eps=float(eps)) == q(float(eps))
    assert lower_bound(X, labels, segments, eps=0) == q.vanilla
    assert lower_bound(X, labels, segments, eps=np.inf) == q.mixup
    np.testing.assert_array_equal(q([0, np.inf]), [q.vanilla, q.mixup])


def test_curve_is_a_step_function_below_its_bound() -> None:
    X, labels = made(90, 12)
    q = lower_bound(X, labels)
    assert q.epsilons[0] == 0
    assert (np.diff(q.epsilons) > 0).all()
    assert (np.diff(q.values) > 0).all()
    delta = 1 / q.vanilla
    inside = q.epsilons < 2 * delta
    bound = 1 / np.sqrt(delta**2 - q.epsilons[inside] ** 2 / 4)
    assert (q.values[inside] <= bound * (1 + 1e-12)).all()
    assert inside.sum() > 2
    lengths = {float(np.linalg.norm(X[w.i] - X[w.j])) for w in q.witnesses}
    np.testing.assert_allclose(sorted(lengths), q.epsilons, rtol=1e-14)


def test_distances_of_targets() -> None:
    X, labels = made()
    one_hot = brute.one_hot(labels)
    q, euclidean = lower_bound(X, labels), lower_bound(X, labels, distance="euclidean")
    assert (q.distance, euclidean.distance) == ("zero-one", "euclidean")
    np.testing.assert_allclose(euclidean.values, np.sqrt(2) * q.values, rtol=1e-14)
    for segments in ("same-class", "all"):
        expected = lower_bound(X, labels, segments, distance="euclidean")
        found = lower_bound(X, segments=segments, targets=one_hot)
        np.testing.assert_allclose(found.values, expected.values, rtol=1e-14)
        # The same numbers as plain vectors: nearly one-hot rows are not taken for classes.
        vectors = lower_bound(X, segments=segments, targets=2 * one_hot)
        np.testing.assert_allclose(vectors.values, 2 * expected.values, rtol=1e-12)
    for again in (lower_bound(X, one_hot), lower_bound(X, targets=one_hot, distance="zero-one")):
        np.testing.assert_allclose(again.values, q.values, rtol=1e-14)
    # Two classes as real numbers are 1 apart, and so are their mixtures.
    two = labels % 2
    np.testing.assert_allclose(
        lower_bound(X, segments="all", targets=two).values,
        lower_bound(X, two, "all").values,
        rtol=1e-13,
    )


@pytest.mark.parametrize("scale", [2.0**-300, 2.0**300])
def test_units(scale: float) -> None:
    X, labels = made()
    q, scaled = lower_bound(X, labels, "all"), lower_bound(scale * X, labels, "all")
    np.testing.assert_array_equal(scaled.epsilons, scale * q.epsilons)
    np.testing.assert_array_equal(scaled.values, q.values / scale)
    assert scaled.witnesses == q.witnesses


def test_order_and_shape_of_the_samples() -> None:
    X, labels = made(60, 6)
    shuffle = np.random.default_rng(1).permutation(60)
    q, p = lower_bound(X, labels), lower_bound(X[shuffle], labels[shuffle])
    np.testing.assert_array_equal(p.epsilons, q.epsilons)
    np.testing.assert_allclose(p.values, q.values, rtol=1e-13)
    # Not the first, whose two samples may change places.
    triples = [(w.point, {w.i, w.j}) for w in q.witnesses[1:]]
    assert triples == [(shuffle[w.point], {shuffle[w.i], shuffle[w.j]}) for w in p.witnesses[1:]]
    images = lower_bound(X.reshape(60, 2, 3), labels)
    np.testing.assert_array_equal(images.values, q.values)


def test_a_random_part_is_a_lower_bound() -> None:
    X, labels = made(90)
    q = lower_bound(X, labels)
    part = lower_bound(X, labels, points=40, rng=5)
    assert q.exact
    assert not part.exact
    assert (part.n, part.points) == (90, 40)
    grid = np.linspace(0, 6, 300)
    assert np.all(part(grid) <= q(grid))
    assert part.mixup < q.mixup
    attained(part, X, brute.one_hot(labels))
    again = lower_bound(X, labels, points=40, rng=np.random.default_rng(5))
    assert again.witnesses == part.witnesses
    whole = lower_bound(X, labels, points=90, rng=5)
    assert whole.exact
    assert whole.witnesses == q.witnesses


def test_number_of_pairs() -> None:
    X, labels = made(9)
    assert lower_bound(X, labels).pairs == 3 * 6 * 3
    assert lower_bound(X, labels, "all").pairs == 36 * 7
    assert lower_bound(X, labels, "segments").pairs == 36 * 35 // 2


def test_csv(tmp_path: Path) -> None:
    X, labels = made()
    for plain in (lower_bound(X, labels, points=30, rng=0), lower_bound(X[:, :1], labels, "all")):
        q = replace(plain, provenance={"data": "made"})
        path = q.to_csv(tmp_path / "curve.csv")
        back = LowerBound.from_csv(path)
        np.testing.assert_array_equal(back.epsilons, q.epsilons)
        np.testing.assert_array_equal(back.values, q.values)
        for name in ("witnesses", "segments", "distance", "n", "points", "pairs", "provenance"):
            assert getattr(back, name) == getattr(q, name)
        assert back.exact == q.exact
    header = path.read_text(encoding="utf-8").splitlines()[0]
    assert header == "epsilon,value,point,partner,mu,i,j,lambda"
    for damage in ("epsilon,value\n0,1\n", header + "\n", header.replace("mu", "x") + "\n1,2\n"):
        path.write_text(damage, encoding="utf-8")
        with pytest.raises(ValueError, match="must be a table with the columns epsilon, value"):
            LowerBound.from_csv(path)
    path.write_text(f"{header}\n0,2,0,0,1,1,1,1\n1,1,0,0,1,1,1,1\n", encoding="utf-8")
    with pytest.raises(ValueError, match="epsilon must increase from 0, and the values with it"):
        LowerBound.from_csv(path)
    path.write_text(f"{header}\n0,2,0,0,1,1,1,1\n", encoding="utf-8")
    with pytest.raises(ValueError, match="they do not belong together"):
        LowerBound.from_csv(path)
    with pytest.raises(ValueError, match=r"must be named \*\.csv"):
        q.to_csv(tmp_path / "curve.txt")


def test_curve_up_to_an_epsilon(tmp_path: Path) -> None:
    rng = np.random.default_rng(4)
    X, labels = rng.normal(size=(40, 3)), rng.integers(0, 3, 40)
    whole = lower_bound(X, labels)
    middle = float(whole.epsilons[whole.epsilons.size // 2])
    part = lower_bound(X, labels, up_to=middle)
    kept = whole.epsilons <= middle
    assert 1 < kept.sum() < kept.size
    np.testing.assert_array_equal(part.epsilons, whole.epsilons[kept])
    np.testing.assert_array_equal(part.values, whole.values[kept])
    assert part(middle) == whole(middle)
    for eps in (np.nextafter(middle, np.inf), np.inf):
        with pytest.raises(ValueError, match="longer segments were left out"):
            part(eps)
    with pytest.raises(ValueError, match="longer segments were left out"):
        _ = part.mixup
    found = LowerBound.from_csv(part.to_csv(tmp_path / "part.csv"))
    assert (found.up_to, whole.up_to) == (middle, np.inf)
    assert LowerBound.from_csv(whole.to_csv(tmp_path / "whole.csv")).up_to == np.inf
    assert lower_bound(X, labels, up_to=0).values.tolist() == [whole.vanilla]
    assert lower_bound(X, labels, eps=middle, up_to=middle) == part(middle)


@pytest.mark.parametrize(
    ("text", "size"), [("4G", 4 << 30), ("500M", 500 << 20), ("1.5k", 1536), (" 7 ", 7), (9, 9)]
)
def test_sizes(text: str | int, size: int) -> None:
    assert parse_size(text) == size

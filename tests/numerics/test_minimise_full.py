"""The full graph in O(n log n) against its pairs, one by one."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from numerics.minimise import Minimiser, mixup_1d, printed_1d
from numerics.minimise.measure import covering, full_graph
from tests import tolerances
from theory import line

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

N = 700


RNG = np.random.default_rng(3)
SPACINGS: dict[str, Array] = {
    "even": np.linspace(-3, 5, N),
    "random": RNG.random(N),
    "ties": np.round(RNG.random(3 * N), 3),
    "geometric": np.geomspace(1e-60, 1, N),
    "towards the middle": np.outer((-1, 1), np.geomspace(1e-60, 1, N // 2)).ravel(),
    "cluster": np.append(RNG.random(N // 2), 0.3 + 1e-6 * RNG.random(N // 2)),
    "nested": 0.3 + np.outer(10.0 ** -np.arange(0, 14, 2), RNG.random(N // 7)).ravel(),
    "adjacent floats": np.append(1 + np.spacing(1.0) * np.arange(N // 2), RNG.random(N // 2)),
}


def minimiser(*arguments: Any, **options: Any) -> Minimiser:
    found = mixup_1d(*arguments, **options)
    assert isinstance(found, Minimiser)
    return found


@pytest.fixture
def small_nodes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Use octaves of Chebyshev points for few samples already."""
    monkeypatch.setattr(covering, "SMALL", 1)
    monkeypatch.setattr(full_graph, "_DIRECT", 8)


@pytest.mark.usefixtures("small_nodes")
@pytest.mark.parametrize("spacing", SPACINGS)
def test_against_merging_sample_by_sample(spacing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(4)
    x = rng.permutation(SPACINGS[spacing])
    y = np.column_stack((np.sin(9 * x), rng.standard_normal(x.size)))
    f, g, one = minimiser(x, y), minimiser(x, y, space="continuous"), printed_1d(x, y)
    fast = f._measure.covering
    found = [f.left, f.right, f.values, g.values, one.left, one.right, one.values]
    monkeypatch.setattr(covering, "SMALL", x.size)
    F, G, other = minimiser(x, y), minimiser(x, y, space="continuous"), printed_1d(x, y)
    slow = F._measure.covering
    assert fast is not None
    assert slow is not None
    assert fast.error > slow.error == 0
    np.testing.assert_allclose(fast.density, slow.density, rtol=tolerances.CLOSED_FORM)
    expected = [F.left, F.right, F.values, G.values, other.left, other.right, other.values]
    for each, true in zip(found, expected, strict=True):
        np.testing.assert_allclose(each, true, atol=tolerances.CLOSED_FORM)
    for short, long in ((f, F), (g, G)):
        assert abs(short.criterion - long.criterion) <= 4 * short.criterion_error
        np.testing.assert_allclose(short.criterion, long.criterion, rtol=tolerances.CLOSED_FORM)


@pytest.mark.usefixtures("small_nodes")
@pytest.mark.parametrize("n", [2, 3, 5, 8, 13])
def test_against_fractions(n: int) -> None:
    rng = np.random.default_rng(n)
    x = np.sort(np.append(rng.integers(0, 50, n - 1), 60)).astype(float)
    x[0] = x[min(1, n - 2)]  # a tie, where there are three
    y = rng.integers(-9, 9, n).astype(float)
    exact = line.criterion([Fraction(v) for v in x], [Fraction(v) for v in y]).minimiser()
    f = minimiser(x, y)
    knots = np.unique(x)
    for k, point in enumerate(knots):
        at = int(np.flatnonzero(x == point)[0])
        for limit, side in ((f.left[at], -1), (f.right[at], 1)):
            if 0 <= k + (side - 1) // 2 < knots.size - 1:
                assert abs(limit - float(exact.limit(k, side))) < tolerances.CLOSED_FORM * 10


def test_octaves_give_the_sums_of_the_pairs() -> None:
    # 30 octaves on each side, and 300 points an octave: few nodes for many points.
    rng = np.random.default_rng(5)
    d, e = (np.sort(2.0 ** rng.uniform(-30, 0, 9000)) for _ in range(2))
    one, other = (np.abs(rng.standard_normal((9000, 2))) for _ in range(2))
    assert full_graph._Octaves(d).places.size < 700
    halves = d[None], e[None], one[None, :, :, None], other[None, :, :, None]
    fast = full_graph._sums_between(*halves, by_length=True)
    some = rng.integers(0, 9000, 50)
    w = 1 / (d[some, None] + e)
    np.testing.assert_allclose(fast[0][0][0, some, :, 0], w @ other[:, :1], rtol=1e-14)
    np.testing.assert_allclose(fast[0][1][0, some, :, 0], w**2 @ other, rtol=1e-13)
    w = 1 / (d[:, None] + e[some])
    np.testing.assert_allclose(fast[1][0][0, some, :, 0], w.T @ one[:, :1], rtol=1e-14)
    np.testing.assert_allclose(fast[1][1][0, some, :, 0], (w**2).T @ one, rtol=1e-13)


def test_many_samples_take_the_short_way(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        message = "pair by pair"
        raise AssertionError(message)

    monkeypatch.setattr(covering, "_by_rows", refused)
    rng = np.random.default_rng(6)
    x = rng.random(50_000)
    f = minimiser(x, 2 * x - 1)
    # A straight line is its own minimiser.
    np.testing.assert_allclose(f.left[x > x.min()], 2 * x[x > x.min()] - 1, atol=1e-13)
    assert f.criterion <= 4 * f.criterion_error
    with pytest.raises(AssertionError, match="pair by pair"):
        mixup_1d(x[:100], x[:100])

"""Which segments leave their class: against projections one by one, and what is chosen from it."""

from itertools import combinations

import numpy as np
import pytest
from scipy import stats
from scipy.sparse.csgraph import connected_components

from numerics import graphs, lipschitz
from numerics.validation import FloatArray, IntArray
from tests.tolerances import CLOSED_FORM


def blobs(n: int = 60, p: int = 2, seed: int = 0) -> tuple[FloatArray, IntArray]:
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 3, n)
    return rng.standard_normal((n, p)) + 1.5 * labels[:, None] * np.eye(3, p)[labels], labels


def leaves(X: FloatArray, labels: IntArray, i: int, j: int) -> bool:
    """Tell it from the definition, with the nearest point of the segment to each sample."""
    direction = X[j] - X[i]
    square = float(direction @ direction)
    nearest = {True: np.inf, False: np.inf}
    for k in range(len(X)):
        if k not in {i, j}:
            t = min(max(float((X[k] - X[i]) @ direction) / square, 0), 1) if square else 0.0
            away = float(np.linalg.norm(X[i] + t * direction - X[k]))
            own = bool(labels[k] == labels[i])
            nearest[own] = min(nearest[own], away)
    return nearest[False] ** 2 < nearest[True] ** 2 - 1e-12


@pytest.mark.parametrize("p", [1, 2, 40])
def test_intrusion_is_its_definition(p: int) -> None:
    X, labels = blobs(40, p)
    X[7] = X[8]  # a segment of length 0, if they are of one class
    labels[7] = labels[8]
    result = graphs.intrusion(X, labels)
    pairs = [(i, j) for i, j in combinations(range(40), 2) if labels[i] == labels[j]]
    lengths = np.array([np.linalg.norm(X[i] - X[j]) for i, j in pairs])
    truth = np.array([leaves(X, labels, i, j) for i, j in pairs])
    assert result.segments == len(pairs) == result.lengths.size
    np.testing.assert_allclose(result.lengths, np.sort(lengths), rtol=CLOSED_FORM, atol=1e-12)
    assert truth.sum() == result.intrudes.sum()
    assert truth.any()
    for eps in np.quantile(lengths, [0.1, 0.33, 0.5, 0.9, 1]) + 1e-9:
        assert result.at(eps) == pytest.approx(truth[lengths <= eps].mean(), rel=CLOSED_FORM)
    np.testing.assert_array_equal(result.share, result.at(result.epsilon))
    assert np.isnan(result.at(-1.0))


def test_what_stands_beside_it() -> None:
    X, labels = blobs()
    result = graphs.intrusion(X, labels)
    distance = np.linalg.norm(X[:, None] - X[None], axis=2)
    i, j = np.triu_indices(60, 1)
    for k in range(0, result.epsilon.size, 17):
        eps = result.epsilon[k] * (1 + 1e-12)
        near = distance[i, j] <= eps
        assert result.within[k] == pytest.approx(np.mean(labels[i][near] == labels[j][near]))
        W = graphs.threshold(X, eps)
        assert result.components[k] == connected_components(W)[0]
    np.testing.assert_allclose(result.quartiles, np.quantile(distance[i, j], [0.25, 0.5, 0.75]))
    Q = lipschitz.lower_bound(X, labels)
    np.testing.assert_allclose(result.Q.values, Q.values, rtol=1e-9)
    np.testing.assert_allclose(result.Q.epsilons, Q.epsilons, rtol=1e-9)


def test_the_order_and_the_names_of_the_classes_do_not_matter() -> None:
    X, labels = blobs()
    order = np.random.default_rng(1).permutation(60)
    words = np.array(["c", "a", "b"])[labels]
    one, other = graphs.intrusion(X, labels), graphs.intrusion(X[order] + 100, words[order])
    np.testing.assert_array_equal(one.intrudes.sum(), other.intrudes.sum())
    np.testing.assert_allclose(one.share, other.share)


def test_drawn_segments_have_an_interval_that_holds_the_truth() -> None:
    X, labels = blobs(100)
    exact = graphs.intrusion(X, labels)
    assert (exact.lower == exact.upper).all()
    held = 0
    for seed in range(100):
        drawn = graphs.intrusion(X, labels, segments=150, rng=seed)
        assert drawn.lengths.size == 150
        held += int(drawn.lower[-1] <= exact.share[-1] <= drawn.upper[-1])
    assert held >= 90
    for eps, lower, upper in zip(drawn.epsilon, drawn.lower, drawn.upper, strict=True):
        within = drawn.intrudes[drawn.lengths <= eps]
        test = stats.binomtest(int(within.sum()), within.size)
        np.testing.assert_allclose((lower, upper), test.proportion_ci(method="wilson"), atol=1e-9)
    assert (drawn.lower < drawn.share).any()
    few = graphs.intrusion(X, labels, points=30, rng=0)
    assert (few.points, few.deaths.size, few.n) == (30, 29, 100)
    assert few.components.max() <= 30


def test_many_samples_are_looked_at_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    from numerics.graphs import intrusion_curve  # noqa: PLC0415

    for p in (2, 40):
        X, labels = blobs(60, p)
        whole = graphs.intrusion(X, labels)
        monkeypatch.setattr(intrusion_curve, "_EXACT", 10)
        monkeypatch.setattr(intrusion_curve, "_BLOCK", 200)
        parts = graphs.intrusion(X, labels, segments=10**6, points=60)
        monkeypatch.undo()
        np.testing.assert_array_equal(whole.intrudes, parts.intrudes)
        np.testing.assert_allclose(whole.lengths, parts.lengths, rtol=1e-9)


def test_rules_for_eps() -> None:
    # Two rows of points, one class each, and one stray sample of the second inside the first.
    first = np.column_stack((np.arange(10.0), np.zeros(10)))
    second = np.column_stack((np.arange(10.0), np.full(10, 5.0)))
    X = np.concatenate((first, second, [[4.5, 0.4]]))
    labels = np.repeat([0, 1, 1], [10, 10, 1])
    result = graphs.intrusion(X, labels)
    assert result.choose("no-intrusion") == 0  # the segment from 4 to 5 is as short as any
    clear = graphs.intrusion(X[:-1], labels[:-1])
    assert clear.choose("no-intrusion") == 9
    assert clear.choose("persistence") == 1
    assert clear.deaths[-1] == 5
    assert clear.choose("quartile") == clear.quartiles[0]
    share = result.share[-1]
    assert result.choose("rate", 1.0) == result.lengths[-1]
    limited = result.choose("rate", share / 2)
    assert limited < result.lengths[-1]
    assert result.at(limited) <= share / 2
    with pytest.raises(ValueError, match="rule must be one of"):
        result.choose("best")
    with pytest.raises(ValueError, match="rate must be"):
        result.choose("rate", 1.5)

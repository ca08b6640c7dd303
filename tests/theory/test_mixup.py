"""Sections I to III, by other routes: Definition II.1, batches, E(x), and "low variance"."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, pairwise, permutations, product
from math import factorial
from typing import TYPE_CHECKING

import numpy as np
import pytest
import sympy as sp
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import optimize

from numerics.lipschitz import lower_bound
from tests.reference import pairs as brute
from theory.line import criterion, minimiser, printed
from theory.mixup.contradictions import ARMS, spurious_pairs
from theory.mixup.covering_set import combinations_at
from theory.mixup.definition_ii1 import bridged, targets_at
from theory.mixup.definition_ii1_batches import pair_weights
from theory.mixup.low_variance import TILTED, moments_of_minimiser

if TYPE_CHECKING:
    from collections.abc import Callable

HAT = ((0, 1, 2), (0, 1, 0))

values = st.integers(-5, 5)
positive = st.floats(0.1, 3.0)
inputs = st.lists(st.integers(-6, 6), min_size=1, max_size=5)
distinct = st.lists(st.integers(-6, 6), min_size=2, max_size=5, unique=True).map(sorted)


def fraction(value: sp.Expr) -> Fraction:
    return Fraction(int(value.p), int(value.q))


def variance(numbers: list[Fraction]) -> Fraction:
    mean = sum(numbers, Fraction(0)) / len(numbers)
    return sum(((v - mean) ** 2 for v in numbers), Fraction(0)) / len(numbers)


# Section I.


@pytest.mark.claims("I-contradiction")
@given(data=st.data(), x=distinct.filter(lambda x: len(x) > 2))
def test_contradictions_unless_on_a_line(data: st.DataObject, x: list[int]) -> None:
    slope, offset = data.draw(values), data.draw(values)
    on_line = [slope * at + offset for at in x]
    y = data.draw(st.lists(values, min_size=len(x), max_size=len(x)))
    point = x[0] + Fraction(1, 3) * (x[1] - x[0])

    def targets(y: list[int]) -> set[Fraction]:
        found = set()
        for i, j in combinations(range(len(x)), 2):
            if x[i] < point < x[j]:
                share = (point - x[i]) / (x[j] - x[i])
                found.add((1 - share) * y[i] + share * y[j])
        return found

    assert len(targets(on_line)) == 1
    straight = all(
        (b - y[0]) * (x[1] - x[0]) == (y[1] - y[0]) * (a - x[0]) for a, b in zip(x, y, strict=True)
    )
    assert (len(targets(y)) == 1) == straight
    if len(set(y)) > 1:
        # No function fits exactly if a sample and a segment over it disagree.
        fits = np.isfinite(
            lower_bound(np.array(x, float), None, "all", targets=np.array(y, float), eps=np.inf)
        )
        assert fits == straight


def nearest(x: list[int], K: int, i: int, j: int) -> bool:
    """Whether fewer than K other points are closer to x_i than x_j is."""
    return i != j and sum(abs(x[k] - x[i]) < abs(x[j] - x[i]) for k in range(len(x)) if k != i) < K


@pytest.mark.claims("IV.A-symmetric")
def test_two_weights_at_one_distance() -> None:
    x = [0, 1, 3]
    assert nearest(x, 1, 2, 1)
    assert not nearest(x, 1, 1, 2)
    five = [0, 1, 3, 4, 6]
    joined = {
        (i, j): nearest(five, 1, i, j) or nearest(five, 1, j, i)
        for i, j in combinations(range(5), 2)
    }
    assert (joined[1, 2], joined[3, 4]) == (False, True)
    assert five[2] - five[1] == five[4] - five[3]
    # A graph of the distance alone has one weight at each.
    for epsilon in range(8):
        thresholded = {abs(a - b): {abs(a - b) <= epsilon} for a, b in product(five, repeat=2)}
        assert all(len(found) == 1 for found in thresholded.values())


@pytest.mark.claims("I-forbid")
@given(
    points=st.lists(st.tuples(values, values), min_size=2, max_size=6, unique=True),
    data=st.data(),
)
def test_spurious_pairs_do_not_grow_as_eps_shrinks(
    points: list[tuple[int, int]], data: st.DataObject
) -> None:
    pairs = list(combinations(range(len(points)), 2))
    spurious = data.draw(st.sets(st.sampled_from(pairs)))
    squares = {
        (i, j): sum((a - b) ** 2 for a, b in zip(points[i], points[j], strict=True))
        for i, j in pairs
    }
    counts = [sum(squares[pair] <= square for pair in spurious) for square in range(0, 201, 5)]
    assert all(low <= high for low, high in pairwise(counts))
    weights = [
        sum(np.exp(-alpha * np.sqrt(squares[pair])) for pair in spurious)
        for alpha in (0.0, 0.5, 1.0, 5.0)
    ]
    assert all(low >= high for low, high in pairwise(weights))


@pytest.mark.claims("I-forbid")
def test_share_of_spurious_pairs_can_grow() -> None:
    def off_the_arms(i: int, j: int) -> bool:
        """Whether the middle of a pair lies off both arms, the segments to the corner."""
        a, b = np.array(ARMS[i], float), np.array(ARMS[j], float)
        middle = (a + b) / 2
        return all(
            min(np.linalg.norm(middle - t * np.array(end)) for t in np.linspace(0, 1, 201)) > 0.1
            for end in ARMS[:2]
        )

    def share(epsilon: float) -> float:
        kept = [
            (i, j)
            for i, j in product(range(3), repeat=2)
            if np.hypot(ARMS[i][0] - ARMS[j][0], ARMS[i][1] - ARMS[j][1]) <= epsilon
        ]
        return sum(off_the_arms(i, j) for i, j in kept) / len(kept)

    assert share(0) == 0
    assert share(2) == pytest.approx(2 / 5) == pytest.approx(float(Fraction(*spurious_pairs(4))))
    assert share(9) == pytest.approx(2 / 9) == pytest.approx(float(Fraction(*spurious_pairs(None))))


# Definition II.1.


@pytest.mark.claims("Def.II.1-loss")
@given(
    targets=st.lists(positive, min_size=2, max_size=5),
    weights=st.lists(positive, min_size=5, max_size=5),
)
def test_losses_with_the_mean_as_minimiser(targets: list[float], weights: list[float]) -> None:
    t = np.array(targets)
    p = np.array(weights[: len(t)]) / sum(weights[: len(t)])
    mean = float(p @ t)

    def best(loss: Callable[[float], np.ndarray]) -> float:
        def objective(f: float) -> float:
            return float(p @ loss(f))

        found = optimize.minimize_scalar(objective, bounds=(0.05, 3.2), options={"xatol": 1e-10})
        return float(found.x)

    assert best(lambda f: (t - f) ** 2) == pytest.approx(mean, abs=1e-5)
    # Bregman losses, target first: Kullback-Leibler and Itakura-Saito.
    assert best(lambda f: t * np.log(t / f) - t + f) == pytest.approx(mean, abs=1e-5)
    assert best(lambda f: t / f - np.log(t / f) - 1) == pytest.approx(mean, abs=1e-5)
    # Model first: the geometric mean.
    reversed_ = best(lambda f: f * np.log(f / t) - f + t)
    assert reversed_ == pytest.approx(float(np.exp(p @ np.log(t))), abs=1e-5)


@pytest.mark.claims("Def.II.1-loss")
def test_cross_entropy_and_its_reverse() -> None:
    targets = np.array([[1.0, 0.0, 0.0], [0.5, 0.5, 0.0], [0.2, 0.2, 0.6]])
    p = np.array([0.5, 0.3, 0.2])

    def softmax(z: np.ndarray) -> np.ndarray:
        powers = np.exp(z - z.max())
        return np.asarray(powers / powers.sum())

    def cross_entropy(z: np.ndarray) -> float:
        return -float(p @ targets @ np.log(softmax(z)))

    found = optimize.minimize(cross_entropy, np.zeros(3), tol=1e-12)
    np.testing.assert_allclose(softmax(found.x), p @ targets, atol=1e-4)
    # Model first, two classes, the single target (2/3, 1/3): linear in f, least at a vertex.
    f = np.linspace(0, 1, 101)
    loss = -f * np.log(1 / 3) - (1 - f) * np.log(2 / 3)
    assert loss.argmin() == 0
    assert np.ptp(np.diff(loss)) < 1e-12


@pytest.mark.claims("Def.II.1-loss")
def test_absolute_loss_takes_the_median() -> None:
    law = targets_at(*HAT, sp.Rational(1, 2))
    drawn = sorted(float(t) for t, p in law.items() for _ in range(int(3 * p)))
    assert drawn == [0.0, 0.5, 0.5]
    assert brute.at_point(*HAT, Fraction(1, 2)) == Fraction(1, 3)
    grid = np.linspace(-0.2, 1, 1201)
    loss = np.abs(np.subtract.outer(grid, drawn)).mean(axis=1)
    assert grid[loss.argmin()] == pytest.approx(0.5)
    assert loss.min() == pytest.approx(1 / 6)
    assert loss[np.abs(grid - 1 / 3).argmin()] == pytest.approx(2 / 9, abs=1e-3)


@pytest.mark.claims("Def.II.1-atoms")
@given(x=inputs, data=st.data())
def test_only_pairs_of_equal_inputs_reach_an_input(x: list[int], data: st.DataObject) -> None:
    """Draw lambda: the other pairs miss every input, and the self pairs decide."""
    y = data.draw(st.lists(values, min_size=len(x), max_size=len(x)))
    # Shares with a large prime denominator: a finite set of them meets no other input.
    drawn = [Fraction(k, 10007) for k in (1, 77, 5000, 9999)]
    for i, j in product(range(len(x)), repeat=2):
        hits = {share * x[i] + (1 - share) * x[j] in x for share in drawn}
        assert hits == {x[i] == x[j]}
    f = minimiser(x, y)
    for knot, value in zip(f.knots, f.values, strict=True):
        own = [target for at, target in zip(x, y, strict=True) if at == knot]
        assert fraction(value) == Fraction(sum(own), len(own))


@pytest.mark.claims("Def.II.1-atoms")
def test_no_bias_and_no_loss_of_variance_with_self_pairs() -> None:
    x, y = [0, 1, 2, 3, 4], [3, -1, 4, 1, -5]
    for K in range(5):
        W = [[int(abs(i - j) <= K) for j in x] for i in x]
        f = [fraction(value) for value in minimiser(x, y, W).values]
        assert f == y
        assert variance(f) == variance([Fraction(v) for v in y])
        # Negative control: without self pairs there is no value at the inputs at all.
        assert set(minimiser(x, y, W, self_pairs=False).values) == {sp.nan}


def best_continuous(x: tuple[int, ...], y: tuple[int, ...], cells: int) -> float:
    """Minimise the criterion, self pairs included, over hats on a grid; least squares."""
    shares = (np.arange(2000) + 0.5) / 2000
    grid = np.linspace(0, x[-1], cells + 1)
    rows = [np.eye(cells + 1)[[round(at / grid[1]) for at in x]]]
    right = [np.array(y, float)]
    for i, j in permutations(range(len(x)), 2):
        at = shares * x[i] + (1 - shares) * x[j]
        hats = np.maximum(0, 1 - np.abs(at[:, None] - grid) / grid[1])
        rows.append(hats / np.sqrt(len(shares)))
        right.append((shares * y[i] + (1 - shares) * y[j]) / np.sqrt(len(shares)))
    matrix, target = np.concatenate(rows), np.concatenate(right)
    solution, *_ = np.linalg.lstsq(matrix, target, rcond=None)
    return float(np.sum((matrix @ solution - target) ** 2)) / len(x) ** 2


@pytest.mark.claims("Def.II.1-continuous")
def test_continuous_functions_approach_the_minimum_only() -> None:
    gaps = np.array([best_continuous(*HAT, cells) for cells in (4, 8, 16, 32, 64)]) - 4 / 81
    assert np.all(gaps > 1e-4)
    # In the end the gap halves with the width of the cells.
    assert np.all(gaps[:-1] / gaps[1:] > 1.5)
    assert gaps[-2] / gaps[-1] == pytest.approx(2, rel=0.1)
    # Negative control: on two points a continuous function attains the minimum, 0.
    assert best_continuous((0, 1), (0, 1), 4) < 1e-20


@pytest.mark.claims("Def.II.1-continuous")
@pytest.mark.parametrize("epsilon", [sp.Rational(1, 3), sp.Rational(1, 50)])
def test_bridge_by_quadrature(epsilon: sp.Rational) -> None:
    f = bridged(epsilon)
    knots = [float(k) for k in f.knots]
    heights = [float(v) for v in f.values]
    middle = [float(f(sp.Rational(a + b) / 2)) for a, b in pairwise(f.knots)]
    # Continuous, and straight between its knots.
    np.testing.assert_allclose(middle, [(a + b) / 2 for a, b in pairwise(heights)])
    fine = np.linspace(0, 1, 20001)
    fine = (fine[1:] + fine[:-1]) / 2
    total = 0.0
    for i, j in permutations(range(3), 2):
        x, y = HAT
        error = np.interp(fine * x[i] + (1 - fine) * x[j], knots, heights)
        total += float(np.mean((error - fine * y[i] - (1 - fine) * y[j]) ** 2)) / 9
    assert total == pytest.approx(4 / 81 + 2 / 81 * float(epsilon), rel=1e-6)


@pytest.mark.claims("Def.II.1-batch")
@pytest.mark.parametrize(("n", "B"), [(2, 1), (4, 2), (4, 4), (6, 3), (6, 2)])
def test_shuffled_epochs(n: int, B: int) -> None:
    """Shuffle all samples, cut them into batches, and average the partner over the batch."""
    own = other = Fraction(0)
    batches = n // B
    for order in permutations(range(n)):
        for batch in (order[k * B : (k + 1) * B] for k in range(batches)):
            # A random permutation sends each sample to each with probability 1/B.
            chance = Fraction(1, B * B * batches)
            own += chance * (0 in batch)
            other += chance * (0 in batch and 1 in batch)
    own, other = own / factorial(n), other / factorial(n)
    assert [fraction(weight) for weight in pair_weights(n, B)] == [own, other]
    assert own == Fraction(1, n * B)
    assert other == Fraction(B - 1, n * (n - 1) * B)
    assert n * own + n * (n - 1) * other == 1
    if 1 < B < n:
        assert own / other == Fraction(n - 1, B - 1)
        # Negative controls: near misses of the ratio.
        assert own / other not in {Fraction(n, B), Fraction(n - 1, B), Fraction(n, B - 1), 1}


# Section III.


@pytest.mark.claims("III-finite")
@given(x=inputs.map(sorted), point=st.fractions(-7, 7, max_denominator=6))
def test_set_of_combinations(x: list[int], point: Fraction) -> None:
    found = combinations_at(x, sp.Rational(point.numerator, point.denominator))
    assert (found is None) == (point in x)
    if found is None:
        return
    assert (len(found) > 0) == (x[0] < point < x[-1])
    below = sum(at < point for at in x)
    assert len(found) == 2 * below * (len(x) - below)
    for i, j, share in found:
        assert share * x[i] + (1 - share) * x[j] == point
        assert 0 < share < 1


@pytest.mark.claims("III-finite")
@given(x=st.lists(st.integers(-9, 9), min_size=1, max_size=6, unique=True).map(sorted))
def test_combinations_at_the_inputs_without_self_pairs(x: list[int]) -> None:
    n = len(x)
    for i, at in enumerate(x):
        covering = [
            (a, b) for a, b in permutations(range(n), 2) if min(x[a], x[b]) <= at <= max(x[a], x[b])
        ]
        assert len(covering) == 2 * (i * (n - 1 - i) + n - 1)


@pytest.mark.claims("III-determined")
@given(data=st.data(), x=distinct, share=st.fractions(Fraction(1, 9), Fraction(8, 9)))
def test_set_of_combinations_gives_the_output(
    data: st.DataObject, x: list[int], share: Fraction
) -> None:
    """Solve for the weights with the triples (i, j, lambda) alone; x is not looked at again."""
    y = data.draw(st.lists(values, min_size=len(x), max_size=len(x)))
    k = data.draw(st.integers(0, len(x) - 2))
    point = x[k] + share * (x[k + 1] - x[k])
    triples = combinations_at(x, sp.Rational(point.numerator, point.denominator))
    assert triples is not None
    shares = {(i, j): fraction(value) for i, j, value in triples if i < j}
    right = {j: value / (1 - value) for (i, j), value in shares.items() if i == 0}
    left = {i: right[j] * (1 - value) / value for (i, j), value in shares.items()}
    weights = {(i, j): 1 / (left[i] + right[j]) for i, j in shares}
    total = sum(
        (w * (shares[i, j] * y[i] + (1 - shares[i, j]) * y[j]) for (i, j), w in weights.items()),
        Fraction(0),
    )
    assert total / sum(weights.values()) == brute.at_point(x, y, point)


def over_virtual_inputs(x: tuple[int, ...], y: tuple[int, ...]) -> tuple[float, float]:
    """Return the mean and the variance of f* over the virtual inputs, by a grid of lambda."""
    f = minimiser(x, y)
    knots = [float(k) for k in f.knots]
    ends = [(float(f.limit(k, 1)), float(f.limit(k + 1, -1))) for k in range(len(knots) - 1)]
    fine = (np.arange(20000) + 0.5) / 20000
    first = second = 0.0
    for i, j in product(range(len(x)), repeat=2):
        if i == j:
            found = np.full(1, float(f.values[knots.index(x[i])]))
        else:
            at = fine * x[i] + (1 - fine) * x[j]
            cell = np.clip(np.searchsorted(knots, at) - 1, 0, len(ends) - 1)
            low, high = np.array(knots)[cell], np.array(knots)[cell + 1]
            a, b = np.array(ends)[cell].T
            found = a + (b - a) * (at - low) / (high - low)
        first += float(found.mean()) / len(x) ** 2
        second += float((found**2).mean()) / len(x) ** 2
    return first, second - first**2


@pytest.mark.claims("III-low-variance")
@given(data=st.data(), x=distinct)
def test_variance_over_the_virtual_inputs(data: st.DataObject, x: list[int]) -> None:
    y = data.draw(st.lists(values, min_size=len(x), max_size=len(x)))
    assume(len(set(y)) > 1)
    mean, spread = over_virtual_inputs(tuple(x), tuple(y))
    assert mean == pytest.approx(float(np.mean(y)), abs=1e-3)
    assert spread <= 2 / 3 * float(np.var(y)) + 1e-3
    first, second = moments_of_minimiser(criterion(x, y))
    assert float(second - first**2) == pytest.approx(spread, abs=2e-3)
    # The bound is sharp: it is attained for targets on a line.
    _, straight = over_virtual_inputs(tuple(x), tuple(3 * at + 1 for at in x))
    assert straight == pytest.approx(2 / 3 * 9 * float(np.var(x)), rel=1e-6)


@pytest.mark.claims("III-low-variance")
def test_variance_over_the_inputs_can_grow() -> None:
    def middle(x: tuple[int, ...], y: tuple[int, ...], i: int) -> Fraction:
        """Eq. (1) at x_i, pairs i < j."""
        found = []
        for a, b in combinations(range(len(x)), 2):
            if x[a] <= x[i] <= x[b]:
                share = Fraction(x[b] - x[i], x[b] - x[a])
                found.append(share * y[a] + (1 - share) * y[b])
        return sum(found, Fraction(0)) / len(found)

    lattice = ((0, 1, 2, 3), (-1, 0, 0, 1))
    for x, y in (TILTED, lattice):
        f = [middle(x, y, i) for i in range(len(x))]
        assert f == [fraction(value) for value in printed(x, y).values]
        assert variance(f) > variance([Fraction(v) for v in y])
    x, y = TILTED
    for side in (-1, 1):  # the exact minimiser as well, from either side
        limit = brute.at_point(x, y, x[1] + Fraction(side, 10**9)) or Fraction(0)
        assert variance([Fraction(-1), limit, Fraction(1)]) > Fraction(2, 3)


@pytest.mark.claims("III-low-variance")
@given(y=st.lists(values, min_size=2, max_size=2, unique=True))
def test_two_points_keep_their_variance(y: list[int]) -> None:
    near = [Fraction(1, 10**9), 1 - Fraction(1, 10**9)]
    f = [brute.at_point((0, 1), y, at) or Fraction(0) for at in near]
    assert abs(variance(f) - variance([Fraction(v) for v in y])) < Fraction(1, 10**6)


@pytest.mark.claims("III-low-variance")
@given(y=st.lists(values, min_size=3, max_size=3))
def test_three_equally_spaced_points_do_not_gain(y: list[int]) -> None:
    f = [fraction(value) for value in printed((0, 1, 2), y).values]
    gain = variance(f) - variance([Fraction(v) for v in y])
    assert gain == -Fraction(10, 81) * (y[1] - Fraction(y[0] + y[2], 2)) ** 2

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

from numerics.lipschitz import lower_bound
from numerics.minimise import mixup_1d
from tests.reference import pairs as brute
from tests.reference.enumeration import mean, variance
from theory.line import criterion, minimiser, printed
from theory.mixup.contradictions import ARMS, spurious_pairs
from theory.mixup.covering_set import combinations_at
from theory.mixup.definition_ii1 import bridged, targets_at
from theory.mixup.definition_ii1_batches import pair_weights
from theory.mixup.low_variance import TILTED, moments_of_minimiser

if TYPE_CHECKING:
    from collections.abc import Callable

    Array = np.ndarray

HAT = ((0, 1, 2), (0, 1, 0))

values = st.integers(-5, 5)
inputs = st.lists(st.integers(-6, 6), min_size=1, max_size=5)
distinct = st.lists(st.integers(-6, 6), min_size=2, max_size=5, unique=True).map(sorted)


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


LOSSES: dict[str, Callable[[Array, float], Array]] = {
    "squared": lambda t, f: (t - f) ** 2,
    "Kullback-Leibler": lambda t, f: t * np.log(t / f) - t + f,
    "Itakura-Saito": lambda t, f: t / f - np.log(t / f) - 1,
    "cross-entropy": lambda t, f: -t * np.log(f) - (4 - t) * np.log(4 - f),
    "absolute": lambda t, f: abs(t - f),
    "model first": lambda t, f: f * np.log(f / t) - f + t,
}


@pytest.mark.claims("Def.II.1-loss")
@pytest.mark.parametrize("name", LOSSES)
def test_which_losses_have_the_mean_as_minimiser(name: str) -> None:
    x, y, at = (0, 1, 3), (1, 3, 1), sp.S.Half
    law = targets_at(x, y, at)
    t, p = np.array(list(law), float), np.array(list(law.values()), float)
    grid = np.linspace(0.5, 3.5, 30001)
    best = grid[np.argmin([p @ LOSSES[name](t, f) for f in grid])]
    others = {"absolute": 2, "model first": np.exp(p @ np.log(t))}
    mean = float(minimiser(x, y)(at))
    assert best == pytest.approx(others.get(name, mean), abs=1e-4)
    assert (abs(best - mean) < 1e-4) == (name not in others)


@pytest.mark.claims("Def.II.1-atoms")
@given(x=inputs, data=st.data())
def test_only_pairs_of_equal_inputs_reach_an_input(x: list[int], data: st.DataObject) -> None:
    y = data.draw(st.lists(values, min_size=len(x), max_size=len(x)))
    # Shares with a large prime denominator: a finite set of them meets no other input.
    drawn = [Fraction(k, 10007) for k in (1, 77, 5000, 9999)]
    for i, j in product(range(len(x)), repeat=2):
        hits = {share * x[i] + (1 - share) * x[j] in x for share in drawn}
        assert hits == {x[i] == x[j]}
    f = minimiser(x, y)
    for knot, value in zip(f.knots, f.values, strict=True):
        assert value == mean([Fraction(b) for a, b in zip(x, y, strict=True) if a == knot])


@pytest.mark.claims("Def.II.1-atoms")
@pytest.mark.parametrize("K", range(5))
def test_no_bias_and_no_loss_of_variance_with_self_pairs(K: int) -> None:
    x, y = range(5), (3, -1, 4, 1, -5)
    W = [[int(abs(i - j) <= K) for j in x] for i in x]
    assert minimiser(x, y, W).values == y
    # Negative control: without self pairs there is no value at the inputs at all.
    assert set(minimiser(x, y, W, self_pairs=False).values) == {sp.nan}


def best_continuous(x: tuple[int, ...], y: tuple[int, ...], cells: int) -> float:
    """Return the least criterion of continuous functions that are straight on equal cells."""
    knots = np.linspace(0, x[-1], cells + 1)
    return mixup_1d(x, y, space="continuous", knots=knots).criterion / len(x) ** 2


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
    assert pair_weights(n, B) == (own, other)
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
    found = combinations_at(x, sp.Rational(point))
    assert (found is None) == (point in x)
    if found is None:
        return
    assert (len(found) > 0) == (x[0] < point < x[-1])
    below = sum(at < point for at in x)
    assert len(found) == 2 * below * (len(x) - below)
    for i, j, share in found:
        assert share * x[i] + (1 - share) * x[j] == point
        assert 0 < share < 1


@pytest.mark.claims("III-determined")
@given(data=st.data(), x=distinct, share=st.fractions(Fraction(1, 9), Fraction(8, 9)))
def test_set_of_combinations_gives_the_output(
    data: st.DataObject, x: list[int], share: Fraction
) -> None:
    """Solve for the weights with the triples (i, j, lambda) alone; x is not looked at again."""
    y = data.draw(st.lists(values, min_size=len(x), max_size=len(x)))
    k = data.draw(st.integers(0, len(x) - 2))
    point = x[k] + share * (x[k + 1] - x[k])
    triples = combinations_at(x, sp.Rational(point))
    assert triples is not None
    shares = {(i, j): Fraction(value) for i, j, value in triples if i < j}
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
@pytest.mark.parametrize(("x", "y"), [TILTED, ((0, 1, 2, 3), (-1, 0, 0, 1))])
def test_variance_over_the_inputs_can_grow(x: tuple[int, ...], y: tuple[int, ...]) -> None:
    targets = list(map(Fraction, y))
    assert variance(list(map(Fraction, printed(x, y).values))) > variance(targets)
    if len(x) == 3:
        for side in (-1, 1):  # the exact minimiser as well, from either side
            limit = Fraction(minimiser(x, y).limit(1, side))
            assert variance([targets[0], limit, targets[2]]) > variance(targets)


@pytest.mark.claims("III-low-variance")
@given(y=st.lists(values, min_size=2, max_size=2, unique=True))
def test_two_points_keep_their_variance(y: list[int]) -> None:
    f = minimiser((0, 1), y)
    assert [f.limit(0, 1), f.limit(1, -1)] == y


@pytest.mark.claims("III-low-variance")
@given(y=st.lists(values, min_size=3, max_size=3))
def test_three_equally_spaced_points_do_not_gain(y: list[int]) -> None:
    f = list(map(Fraction, printed((0, 1, 2), y).values))
    gain = variance(f) - variance([Fraction(v) for v in y])
    assert gain == -Fraction(10, 81) * (y[1] - Fraction(y[0] + y[2], 2)) ** 2

"""theory.lipschitz.segments against dense searches in fractions."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
import sympy as sp
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.mutations.expressions import survivors
from theory.lipschitz import segments as lipschitz_pruning

Vector = tuple[Fraction, ...]
Sample = tuple[Vector, Vector]

coordinates = st.fractions(min_value=-3, max_value=3, max_denominator=2)
samples = st.tuples(
    st.tuples(coordinates, coordinates), st.tuples(st.sampled_from([Fraction(0), Fraction(1)]))
)
real_samples = st.tuples(st.tuples(coordinates, coordinates), st.tuples(coordinates))
GRID = [Fraction(k, 60) for k in range(1, 60)]


def squared(p: Vector, q: Vector) -> Fraction:
    return sum(((a - b) ** 2 for a, b in zip(p, q, strict=True)), Fraction(0))


def mix(p: Vector, q: Vector, t: Fraction) -> Vector:
    return tuple((1 - t) * a + t * b for a, b in zip(p, q, strict=True))


def exceeds(a: Sample, b: Sample, c: Sample, level: Fraction, t: Fraction) -> bool:
    """Whether a place has a squared ratio above the level, by division."""
    dy, dx = (squared(a[k], mix(b[k], c[k], t)) for k in (1, 0))
    return dy > 0 if dx == 0 else dy / dx > level


def vanilla(given: list[Sample]) -> Fraction:
    """Return the largest squared ratio of distinct inputs."""
    pairs = combinations(given, 2)
    return max(squared(p[1], q[1]) / squared(p[0], q[0]) for p, q in pairs)


def side2(p: Sample, q: Sample, level: Fraction) -> Fraction:
    return squared(p[0], q[0]) - squared(p[1], q[1]) / level


def longer(p2: Fraction, q2: Fraction, r2: Fraction) -> bool:
    """Whether r > p + q, exactly: r^2 - p^2 - q^2 > 2 p q."""
    rest = r2 - p2 - q2
    return rest > 0 and rest**2 > 4 * p2 * q2


@pytest.mark.claims("V.B-pruning")
@given(
    st.one_of(st.tuples(*[samples] * 3), st.tuples(*[real_samples] * 3)),
    st.fractions(min_value=1, max_value=3, max_denominator=4),
)
def test_three_sides_decide(three: tuple[Sample, Sample, Sample], factor: Fraction) -> None:
    a, b, c = three
    assume(len({a[0], b[0], c[0]}) == 3)
    lowest = vanilla([a, b, c])
    assume(lowest > 0)
    level = lowest * factor
    sides = side2(a, b, level), side2(a, c, level), side2(b, c, level)
    assert min(sides) >= 0
    decided = longer(*sides)
    if not decided:
        assert not any(exceeds(a, b, c, level, t) for t in GRID)
        return
    p2, q2, r2 = sides
    place = (r2 + p2 - q2) / (2 * r2)
    assert 0 < place < 1
    assert exceeds(a, b, c, level, place)
    assert 4 * min(p2, q2) < r2  # the rule that leaves out whole rows


@pytest.mark.claims("V.B-pruning")
def test_wrong_inequalities_are_seen() -> None:
    rng = np.random.default_rng(1)
    wrong = {"lengths only": 0, "one side": 0, "half the sum": 0}
    right = 0
    for _ in range(300):
        X, labels = rng.integers(-6, 7, (3, 2)), rng.integers(0, 2, 3)
        a, b, c = (
            (tuple(map(Fraction, x.tolist())), (Fraction(int(y)),))
            for x, y in zip(X, labels, strict=True)
        )
        if len({a[0], b[0], c[0]}) < 3 or len(set(labels.tolist())) < 2:
            continue
        level = vanilla([a, b, c]) * Fraction(11, 10)
        sides = side2(a, b, level), side2(a, c, level), side2(b, c, level)
        lengths = squared(a[0], b[0]), squared(a[0], c[0]), squared(b[0], c[0])
        truth = any(exceeds(a, b, c, level, t) for t in GRID)
        right += truth
        p2, q2, r2 = sides
        assert not truth or longer(*sides)
        wrong["lengths only"] += truth != longer(*lengths)
        wrong["one side"] += truth != (r2 > p2)
        wrong["half the sum"] += truth != longer(p2 / 4, q2 / 4, r2)
    assert right > 10
    assert min(wrong.values()) > 10


@pytest.mark.claims("V.B-pruning")
def test_published_bound_is_the_case_of_equal_targets() -> None:
    """|b - c| > sqrt(|a - b|^2 - r^2) + sqrt(|a - c|^2 - r^2) is 'nearer than r inside'."""
    rng = np.random.default_rng(2)
    seen = {True: 0, False: 0}
    for _ in range(400):
        a, b, c = rng.normal(size=(3, 4))
        radius = rng.uniform(0.5, 1) * min(np.linalg.norm(a - b), np.linalg.norm(a - c))
        t = np.clip((a - b) @ (c - b) / ((c - b) @ (c - b)), 0, 1)
        nearer = bool(np.linalg.norm(a - b - t * (c - b)) < radius)
        ends = (np.sqrt(((a - end) ** 2).sum() - radius**2) for end in (b, c))
        assert nearer == (np.linalg.norm(b - c) > sum(ends))
        seen[nearer] += 1
    assert min(seen.values()) > 50


@pytest.mark.claims("V.B-pruning")
def test_no_coefficient_of_the_excess_can_be_changed() -> None:
    p, q, r, t = sp.symbols("p q r t")
    rng = np.random.default_rng(3)
    cases = [[tuple(map(Fraction, row)) for row in rng.integers(-5, 6, (3, 2)).tolist()]]
    cases += [[tuple(map(Fraction, row)) for row in ((0, 1), (-1, 0), (2, 0))]]

    def accepts(form: sp.Expr) -> bool:
        for a, b, c in cases:
            sides = {p: squared(a, b), q: squared(a, c), r: squared(b, c)}
            values: dict[sp.Expr, sp.Expr] = {
                name: sp.sqrt(sp.Rational(side)) for name, side in sides.items()
            }
            for share in GRID[::13]:
                value = form.subs({**values, t: sp.Rational(share)})
                if sp.expand(value) != sp.Rational(squared(a, mix(b, c, share))):
                    return False
        return True

    assert survivors(lipschitz_pruning.excess(p, q, r, t), accepts) == []

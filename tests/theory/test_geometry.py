"""Which Z/nZ, against enumeration: winding, circular and interval, and what K >= n means."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy as sp
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.reference import enumeration as brute
from theory import READINGS
from theory.mathematics.geometry import Geometry, counting_minimiser
from theory.mathematics.vectors import mean, variance

fractions = st.fractions(min_value=-9, max_value=9, max_denominator=12)
signals = st.lists(fractions, min_size=1, max_size=6)
TWO = [Fraction(0), Fraction(1)]


def found(y: list[Fraction], K: int, geometry: Geometry) -> list[Fraction]:
    return list(map(Fraction, counting_minimiser(list(map(sp.Rational, y)), K, geometry)))


def by_pairs(y: list[Fraction], K: int, geometry: str) -> list[Fraction]:
    """Return the mean target at each point, pair by pair, by the distance of the geometry."""
    n = len(y)
    seen: list[list[Fraction]] = [[] for _ in range(n)]
    for i in range(n):
        for j in range(i + 1, n):
            if geometry == "interval":
                arcs = [(i, j)] if j - i <= K else []
            else:
                # Shorter arcs: from i to j, from j around to i + n, or both if they are as long.
                shorter = min(j - i, n - (j - i))
                ends = [(i, j), (j, i + n)]
                arcs = [(a, b) for a, b in ends if b - a == shorter <= K]
            for a, b in arcs:
                for p in range(a, b + 1):
                    seen[p % n].append(brute.target(brute.periodic(y), a, b, Fraction(p)))
    return [brute.mean(targets) if targets else y[i] for i, targets in enumerate(seen)]


@pytest.mark.claims("Eq3", "IV.B-Kn")
@given(y=signals, K=st.integers(1, 8))
def test_winding_is_equation_3_with_indices_modulo_n(y: list[Fraction], K: int) -> None:
    expected = [brute.printed(brute.periodic(y), K, i) for i in range(len(y))]
    assert found(y, K, "winding") == expected == brute.on_cycle(y, K, "counting")


@pytest.mark.claims("IV.B-Kn")
@pytest.mark.parametrize("geometry", ["circular", "interval"])
@given(y=signals, K=st.integers(1, 8))
def test_other_geometries_pair_by_pair(geometry: Geometry, y: list[Fraction], K: int) -> None:
    assert found(y, K, geometry) == by_pairs(y, K, geometry)


@pytest.mark.claims("IV.B-Kn")
@pytest.mark.parametrize("geometry", ["circular", "interval"])
@given(y=signals, more=st.integers(0, 3))
def test_other_geometries_are_mixup_from_the_complete_graph_on(
    geometry: Geometry, y: list[Fraction], more: int
) -> None:
    n = len(y)
    complete = max(n // 2 if geometry == "circular" else n - 1, 1)
    assert by_pairs(y, complete + more, geometry) == found(y, complete, geometry)


@pytest.mark.claims("IV.B-Kn")
@given(y=signals, K=st.integers(1, 8))
def test_winding_never_settles(y: list[Fraction], K: int) -> None:
    assume(len(set(y)) > 1)
    assert found(y, K, "winding") != found(y, K + 1, "winding")


@pytest.mark.claims("IV.B-Kn", "IV.1-zero", "IV.1-limit")
def test_two_points() -> None:
    values = [found(TWO, K, "winding")[0] for K in range(1, 4)]
    assert values == [0, Fraction(1, 5), Fraction(7, 27)]
    for geometry in ("circular", "interval"):  # the limits of Theorem IV.1 fail there
        for K in (1, 2, 9):
            assert found(TWO, K, geometry) == by_pairs(TWO, K, geometry) == TWO


@pytest.mark.claims("IV.1-zero")
@pytest.mark.parametrize("n", [2, 3, 4, 5])
def test_mixup_on_few_points_has_variance(n: int) -> None:
    f = found([Fraction(i) for i in range(n)], n, "interval")
    assert [f[0], f[-1]] == [0, n - 1]


@pytest.mark.claims("IV.B-Kn")
@pytest.mark.parametrize("reading", READINGS)
def test_no_reading_has_all_three_properties(reading: str) -> None:
    functions = [brute.on_cycle(TWO, K, reading) for K in range(1, 5)]
    as_printed = functions == [found(TWO, K, "winding") for K in range(1, 5)]
    assert as_printed == (reading == "counting")
    assert functions[1] != functions[2]  # so that it is not Mixup beyond n


@pytest.mark.claims("IV.B-Kn")
def test_geometries_differ_on_three_points() -> None:
    y = [Fraction(0), Fraction(1), Fraction(0)]
    functions = {tuple(found(y, 2, g)) for g in ("winding", "circular", "interval")}
    assert len(functions) == 3
    # The printed distance is not invariant under a shift of Z/3Z; Eq. (3) is.
    shifted = [y[-1], *y[:-1]]
    for geometry in ("winding", "interval"):
        moved = found(y, 2, geometry)
        moved = [moved[-1], *moved[:-1]]
        assert (found(shifted, 2, geometry) == moved) == (geometry == "winding")


@given(y=signals)
def test_mean_and_variance(y: list[Fraction]) -> None:
    exact = list(map(sp.Rational, y))
    assert (mean(exact), variance(exact)) == (brute.mean(y), brute.variance(y))

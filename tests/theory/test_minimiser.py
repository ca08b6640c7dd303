"""theory.tradeoff.equation_3: the criterion that Eq. (3) minimises, and the others."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import cache
from itertools import pairwise

import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from tests.mutations.expressions import survivors
from tests.reference import enumeration as brute
from theory.lattice import kernel
from theory.mathematics import readings as fejer
from theory.mathematics.readings import check_reading
from theory.proofs.certificates import CertificateError, Telescoping
from theory.tradeoff import equation_3 as criterion

REACH = 12
fractions = st.fractions(min_value=-9, max_value=9, max_denominator=12)
lines = st.lists(fractions, min_size=2 * REACH + 1, max_size=2 * REACH + 1)


# Each is solved once for every K, and then meets many y.
printed = cache(criterion.printed)
one_sided_limit = cache(criterion.one_sided_limit)
solve_counting = cache(criterion.solve_counting)
continuous_stationarity = cache(criterion.continuous_stationarity)


def centred(values: list[Fraction]) -> dict[sp.Symbol, sp.Rational]:
    """Return the values of y_{-REACH}, ..., y_{REACH}, by their symbols."""
    return {
        criterion.y(i): sp.Rational(value.numerator, value.denominator)
        for i, value in enumerate(values, start=-REACH)
    }


def exact(expression: sp.Expr) -> Fraction:
    return Fraction(int(expression.p), int(expression.q))


def counting_loss(y: list[Fraction], f: list[Fraction], K: int) -> Fraction:
    """Return the lattice-counting criterion on Z/nZ with winding segments, segment by segment."""
    n = len(y)
    total = Fraction(0)
    for a in range(n):
        for m in range(1, K + 1):
            for p in range(a, a + m + 1):
                seen = brute.target(brute.periodic(y), a, a + m, Fraction(p))
                total += (f[p % n] - seen) ** 2
    return total


@pytest.mark.claims("Eq3")
@given(values=lines, K=st.integers(1, 9))
def test_printed_equation_is_the_mean_over_the_segments(values: list[Fraction], K: int) -> None:
    def y(i: int) -> Fraction:
        return values[i + REACH]

    found = exact(printed(K).xreplace(centred(values)))
    assert found == brute.printed(y, K) == brute.at_point(y, K)


@pytest.mark.claims("Eq3")
@given(
    y=st.lists(fractions, min_size=2, max_size=5),
    K=st.integers(1, 6),
    step=st.lists(fractions, min_size=5, max_size=5),
)
def test_printed_equation_minimises_the_counting_criterion(
    y: list[Fraction], K: int, step: list[Fraction]
) -> None:
    best = [brute.printed(brute.periodic(y), K, i) for i in range(len(y))]
    moved = [value + change for value, change in zip(best, step, strict=False)]
    excess = counting_loss(y, moved, K) - counting_loss(y, best, K)
    # Each of the K(K+3)/2 segments through a point adds the squared step there.
    assert excess == Fraction(K * (K + 3), 2) * sum((s**2 for s in step[: len(y)]), Fraction(0))


@pytest.mark.claims("Eq3")
def test_definition_gives_another_function_from_two_neighbours_on() -> None:
    values = [Fraction(int(i == REACH)) for i in range(2 * REACH + 1)]

    def impulse(i: int) -> Fraction:
        return values[i + REACH]

    assert brute.printed(impulse, 1) == brute.one_sided(impulse, 1, "density") == 1
    assert brute.printed(impulse, 2) == Fraction(4, 5)
    assert brute.one_sided(impulse, 2, "density") == Fraction(3, 4)
    for K in range(2, 9):
        assert brute.printed(impulse, K) != brute.one_sided(impulse, K, "density")
        assert exact(printed(K).xreplace(centred(values))) == brute.printed(impulse, K)


@pytest.mark.claims("Eq3")
@pytest.mark.parametrize("reading", ["length", "density"])
@given(values=lines, K=st.integers(1, 6), side=st.sampled_from([-1, 1]))
def test_one_sided_limits(reading: str, values: list[Fraction], K: int, side: int) -> None:
    def y(i: int) -> Fraction:
        return values[i + REACH]

    expected = brute.one_sided(y, K, reading, side)
    solved = one_sided_limit(K, check_reading(reading), side)
    assert exact(solved.xreplace(centred(values))) == expected
    assert brute.one_sided(y, K, reading, -side) == expected
    # Linear between lattice points: three inner points lie on one line.
    inner = [brute.inside(y, K, reading, side * Fraction(part, 4)) for part in (1, 2, 3)]
    assert inner[2] - inner[1] == inner[1] - inner[0]


@given(values=lines, K=st.integers(1, 8), self_pairs=st.booleans())
def test_stationarity_of_the_counting_criterion(
    values: list[Fraction], K: int, self_pairs: bool
) -> None:
    found = solve_counting(K, self_pairs=self_pairs).xreplace(centred(values))
    expected = brute.at_point(lambda i: values[i + REACH], K, self_pairs=self_pairs)
    assert exact(found) == expected


@pytest.mark.claims("Eq3")
@given(y=st.lists(fractions, min_size=1, max_size=5), K=st.integers(1, 6))
def test_continuous_stationarity_holds_at_the_dense_solution(y: list[Fraction], K: int) -> None:
    f = brute.continuous_on_cycle(y, K)
    n = len(y)
    left, right = continuous_stationarity(K)
    for i in range(n):
        around = {
            **{
                sp.Symbol(f"f_{{{k}}}", real=True): sp.Rational(*f[(i + k) % n].as_integer_ratio())
                for k in (-1, 0, 1)
            },
            **{
                criterion.y(k): sp.Rational(*y[(i + k) % n].as_integer_ratio())
                for k in range(-K - 1, K + 2)
            },
        }
        assert left.xreplace(around) == right.xreplace(around)


@pytest.mark.claims("Eq3")
@pytest.mark.parametrize("K", range(2, 13))
def test_readings_differ_from_two_neighbours_on(K: int) -> None:
    kernels = {tuple(brute.taps(K, reading)) for reading in brute.FINITE}
    assert len(kernels) == len(brute.FINITE)
    # The fifth has more taps than any of them: c_K is not 0, far beyond what is cut off.
    assert abs(brute.continuous_taps(K, 60)[K]) > Fraction(1, 10**9)


def test_convolution_at_a_point() -> None:
    values = [Fraction(i**2 % 11) for i in range(2 * REACH + 1)]
    taps = kernel(4, "density")
    for point in (-3, 0, 5):

        def moved(i: int, point: int = point) -> Fraction:
            return values[i + point + REACH]

        expected = brute.minimiser(moved, 4, "density")
        assert exact(criterion.convolution_at(point, taps).xreplace(centred(values))) == expected


@pytest.mark.parametrize("certificate", fejer.fejer_certificates(), ids=["D_m", "m F_m"])
def test_fejer_certificates_bite(certificate: Telescoping) -> None:
    def accepts(closed: sp.Expr) -> bool:
        try:
            replace(certificate, closed=closed).verify()
        except CertificateError:
            return False
        return True

    assert survivors(sp.factor(certificate.closed), accepts) == []


def test_count_certificate_bites() -> None:
    certificate = fejer.count_certificate()

    def accepts(closed: sp.Expr) -> bool:
        try:
            replace(certificate, closed=closed).verify()
        except CertificateError:
            return False
        return True

    assert survivors(certificate.closed, accepts) == []
    certificate.verify()
    counts = [len(brute.segments(K)) for K in range(1, 10)]
    steps = [certificate.increment.subs(certificate.index, K) for K in range(1, 9)]
    assert [int(step) for step in steps] == [high - low for low, high in pairwise(counts)]

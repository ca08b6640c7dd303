"""theory.tradeoff.equation_3: the criterion that Eq. (3) minimises, and the others."""

from dataclasses import replace
from fractions import Fraction
from functools import cache
from itertools import pairwise

import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from tests.mutations.expressions import survivors, verifies
from tests.reference import enumeration as brute
from theory import READINGS
from theory.lattice import kernel
from theory.mathematics import readings as fejer
from theory.mathematics.geometry import counting_minimiser
from theory.mathematics.readings import check_reading
from theory.proofs.certificates import Telescoping
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
    return {criterion.y(i): sp.Rational(value) for i, value in enumerate(values, start=-REACH)}


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

    found = printed(K).xreplace(centred(values))
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
    best = list(map(Fraction, counting_minimiser(list(map(sp.Rational, y)), K, "winding")))
    moved = [value + change for value, change in zip(best, step, strict=False)]
    excess = counting_loss(y, moved, K) - counting_loss(y, best, K)
    # Each of the K(K+3)/2 segments through a point adds the squared step there.
    assert excess == Fraction(K * (K + 3), 2) * sum((s**2 for s in step[: len(y)]), Fraction(0))


@pytest.mark.claims("Eq3")
@pytest.mark.parametrize("reading", ["length", "density"])
@given(values=lines, K=st.integers(1, 6), side=st.sampled_from([-1, 1]))
def test_one_sided_limits(reading: str, values: list[Fraction], K: int, side: int) -> None:
    def y(i: int) -> Fraction:
        return values[i + REACH]

    expected = brute.one_sided(y, K, reading, side)
    solved = one_sided_limit(K, check_reading(reading), side)
    assert solved.xreplace(centred(values)) == expected
    assert brute.one_sided(y, K, reading, -side) == expected
    # Linear between lattice points: three inner points lie on one line.
    inner = [brute.inside(y, K, reading, side * Fraction(part, 4)) for part in (1, 2, 3)]
    assert inner[2] - inner[1] == inner[1] - inner[0]


@given(values=lines, K=st.integers(1, 8), self_pairs=st.booleans())
def test_stationarity_of_the_counting_criterion(
    values: list[Fraction], K: int, self_pairs: bool
) -> None:
    found = solve_counting(K, self_pairs=self_pairs).xreplace(centred(values))
    assert found == brute.at_point(lambda i: values[i + REACH], K, self_pairs=self_pairs)


@pytest.mark.claims("Eq3")
@given(y=st.lists(fractions, min_size=1, max_size=5), K=st.integers(1, 6))
def test_continuous_stationarity_holds_at_the_dense_solution(y: list[Fraction], K: int) -> None:
    f = brute.continuous_on_cycle(y, K)
    n = len(y)
    left, right = continuous_stationarity(K)
    for i in range(n):
        around = {criterion.y(k): y[(i + k) % n] for k in range(-K - 1, K + 2)}
        around |= {sp.Symbol(f"f_{{{k}}}", real=True): f[(i + k) % n] for k in (-1, 0, 1)}
        around = {name: sp.Rational(value) for name, value in around.items()}
        assert left.xreplace(around) == right.xreplace(around)


@pytest.mark.claims("Eq3")
@pytest.mark.parametrize("K", range(2, 13))
def test_readings_differ_from_two_neighbours_on(K: int) -> None:
    # "continuous" has more taps than any of them: c_K is not 0.
    assert len({tuple(kernel(K, reading, K + 1)) for reading in READINGS}) == len(READINGS)


def test_convolution_at_a_point() -> None:
    values = [Fraction(i**2 % 11) for i in range(2 * REACH + 1)]
    taps = kernel(4, "density")
    for point in (-3, 0, 5):
        expected = brute.minimiser(lambda i: values[i + REACH], 4, "density", point)
        assert criterion.convolution_at(point, taps).xreplace(centred(values)) == expected


CERTIFICATES = [*fejer.fejer_certificates(), fejer.count_certificate()]


@pytest.mark.parametrize("certificate", CERTIFICATES, ids=["D_m", "m F_m", "count"])
def test_certificates_bite(certificate: Telescoping) -> None:
    closed = sp.factor(certificate.closed)
    assert survivors(closed, lambda form: verifies(replace(certificate, closed=form))) == []


def test_count_certificate_counts_the_segments() -> None:
    certificate = fejer.count_certificate()
    counts = [len(brute.segments(K)) for K in range(1, 10)]
    steps = [certificate.increment.subs(certificate.index, K) for K in range(1, 9)]
    assert steps == [high - low for low, high in pairwise(counts)]

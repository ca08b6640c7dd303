"""theory.lattice and the readings against enumeration: Eqs. (3) and (4)."""

from collections.abc import Callable
from fractions import Fraction
from functools import partial
from typing import Any

import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from tests.mutations.expressions import survivors
from tests.reference import enumeration as brute
from theory import READINGS
from theory.lattice import continuous_taps, kernel, multiplier, segments, tap
from theory.mathematics.harmonic import K as INDEX
from theory.mathematics.readings import MIXTURES, SMALLEST_K

NEIGHBOURS = range(1, 13)
ANGLES = {
    sp.Integer(0): Fraction(1),
    sp.pi / 3: Fraction(1, 2),
    sp.pi / 2: Fraction(0),
    2 * sp.pi / 3: Fraction(-1, 2),
    sp.pi: Fraction(-1),
}

fractions = st.fractions(min_value=-9, max_value=9, max_denominator=12)
cosines = st.fractions(min_value=-1, max_value=1, max_denominator=12)


def at_cosine(expression: sp.Expr, theta: sp.Symbol, c: Fraction) -> sp.Expr:
    """Insert a rational cos(theta) = c into an expression in cos(k theta)."""
    return expression.replace(sp.cos, lambda angle: sp.chebyshevt(angle / theta, sp.sympify(c)))


@pytest.mark.claims("Eq3-count")
@pytest.mark.parametrize("K", range(13))
def test_segments_are_those_of_the_double_loop(K: int) -> None:
    found = segments(K)
    assert sorted(found) == brute.segments(K)
    assert len(found) == K * (K + 3) / 2
    ends = [pair for pair in found if 0 in pair]
    assert (len(ends), len(found) - len(ends)) == (2 * K, K * (K - 1) / 2)


def test_wrong_counts_are_rejected() -> None:
    K = sp.Symbol("K")

    def accepts(count: sp.Expr) -> bool:
        return all(count.subs(K, number) == len(brute.segments(number)) for number in NEIGHBOURS)

    assert survivors(K**2 / 2 + 3 * K / 2, accepts) == []


@pytest.mark.claims("Eq3")
@pytest.mark.parametrize("reading", brute.FINITE)
@pytest.mark.parametrize("K", NEIGHBOURS)
def test_taps_are_what_an_impulse_leaves(K: int, reading: str) -> None:
    found = kernel(K, reading, K + 3)
    assert found == [brute.minimiser(brute.impulse, K, reading, k) for k in range(K + 3)]
    assert found[:K] == brute.taps(K, reading)


@pytest.mark.parametrize("reading", brute.FINITE)
@pytest.mark.parametrize("K", [1, 2, 3, 7, 40])
def test_kernel_is_a_probability(K: int, reading: str) -> None:
    first, *others = kernel(K, reading)
    assert first + 2 * sum(others) == 1
    assert all(c > 0 for c in (first, *others))
    assert all(c > following for c, following in zip([first, *others], others, strict=False))


@pytest.mark.claims("Eq3")
@given(
    K=st.integers(1, 9), n=st.integers(1, 9), reading=st.sampled_from(brute.FINITE), data=st.data()
)
def test_kernel_folded_around_a_cycle_is_the_minimiser(
    K: int, n: int, reading: str, data: st.DataObject
) -> None:
    y = data.draw(st.lists(fractions, min_size=n, max_size=n))
    on_cycle = brute.folded(list(map(Fraction, kernel(K, reading))), n)
    assert brute.convolve(on_cycle, y) == brute.on_cycle(y, K, reading)


@pytest.mark.parametrize("K", range(1, 6))
def test_continuous_taps_satisfy_stationarity(K: int) -> None:
    count = K + 4
    u = [*map(sp.Rational, brute.taps(K, "density")), *[sp.S.Zero] * (count - K)]
    c = kernel(K, "continuous", count)

    def averaged(values: list[sp.Expr], k: int) -> sp.Expr:
        return (values[abs(k - 1)] + 4 * values[k] + values[k + 1]) / 6

    for k in range(count - 1):
        balance = c[k] - int(k == 0) + 2 * K * (averaged(c, k) - averaged(u, k))
        assert sp.radsimp(sp.expand(balance)) == 0


@pytest.mark.parametrize("K", range(1, 6))
def test_continuous_kernel_sums_to_one_with_its_tail(K: int) -> None:
    taps = continuous_taps(K, K + 3)
    for k in range(K, K + 2):
        assert taps.taps[k + 1] == taps.taps[k] * taps.ratio
    inner = sum(taps.taps[1:K], taps.field.zero)
    tail = taps.taps[K] / (taps.field.one - taps.ratio)
    assert taps.taps[0] + 2 * (inner + tail) == taps.field.one
    assert -1 < sp.N(taps.field.to_sympy(taps.ratio)) < 0


@pytest.mark.claims("Eq3")
@pytest.mark.parametrize("reading", READINGS)
@pytest.mark.parametrize("theta", ANGLES)
def test_multiplier_at_exact_angles(theta: sp.Expr, reading: str) -> None:
    for K in (1, 2, 3, 5, 8):
        found = multiplier(K, theta, reading)
        expected = brute.multiplier(K, ANGLES[theta], reading)
        assert found == expected
        assert 0 < expected <= 1


@pytest.mark.claims("Eq3", "IV.1-monotone")
@given(K=st.integers(1, 9), c=cosines, reading=st.sampled_from(READINGS))
def test_symbolic_multiplier_is_what_becomes_of_a_cosine(K: int, c: Fraction, reading: str) -> None:
    theta = sp.Symbol("theta")
    found = at_cosine(multiplier(K, theta, reading), theta, c)
    assert found == brute.multiplier(K, c, reading)
    assert c == 1 or found > brute.multiplier(K + 1, c, reading)


@pytest.mark.claims("Eq3")
@pytest.mark.parametrize("n", [1, 2, 3, 4, 6])
def test_continuous_multiplier_solves_the_criterion_on_a_cycle(n: int) -> None:
    for K in (1, 2, 4, 7):
        response = brute.continuous_on_cycle(list(map(brute.impulse, range(n))), K)
        for j in range(n):
            harmonic = sum(f * sp.cos(2 * sp.pi * j * k / n) for k, f in enumerate(response))
            assert multiplier(K, 2 * sp.pi * j / n, "continuous") == harmonic


@pytest.mark.parametrize("reading", brute.FINITE)
def test_closed_tap_is_the_tap(reading: str) -> None:
    for K in NEIGHBOURS:
        assert [tap(k, K, reading) for k in range(K + 1)] == [*brute.taps(K, reading), 0]


@pytest.mark.claims("Eq3")
@pytest.mark.parametrize("reading", brute.FINITE)
def test_closed_tap_with_a_changed_number_is_rejected(reading: str) -> None:
    k, K = sp.symbols("k K", integer=True, positive=True)
    # H_K - H_k and H_K^(2) - H_k^(2) as symbols, so that every number is a coefficient.
    h, h2 = sp.symbols("h h2")
    sums: dict[sp.Symbol, Callable[[int], Fraction]]
    sums = {h: brute.harmonic, h2: lambda number: brute.harmonic(number, 2)}
    names = {sp.harmonic(K): h + sp.harmonic(k), sp.harmonic(K, 2): h2 + sp.harmonic(k, 2)}
    closed = tap(k, K, reading).subs(names)
    cases = [
        ({K: large, k: small, **{name: H(large) - H(small) for name, H in sums.items()}}, c)
        for large in range(1, 8)
        for small, c in enumerate(brute.taps(large, reading))
        if small
    ]

    def accepts(formula: sp.Expr) -> bool:
        return all(formula.subs(values) == c for values, c in cases)

    assert survivors(sp.expand(closed), accepts) == []


@pytest.mark.claims("IV.B-K0")
def test_no_neighbours_is_vanilla_with_self_pairs_alone() -> None:
    y = [Fraction(3), Fraction(-1), Fraction(2)]
    assert brute.continuous_on_cycle(y, 0) == y
    assert [brute.at_point(lambda i: y[i % 3], 0, self_pairs=True)] == y[:1]
    for reading in READINGS:
        if reading in ("counting-self", "continuous"):
            assert kernel(0, reading, 3) == [1, 0, 0]
            assert multiplier(0, sp.Symbol("theta"), reading) == 1
        else:
            assert not MIXTURES[reading].norm.subs(INDEX, 0)
            with pytest.raises(ValueError, match="K must be at least 1"):
                kernel(0, reading)


@pytest.mark.claims("IV.B-K0")
@pytest.mark.parametrize("reading", READINGS)
def test_one_neighbour_is_vanilla_at_the_points(reading: str) -> None:
    y = [Fraction(3), Fraction(-1), Fraction(2), Fraction(7)]
    assert brute.on_cycle(y, 1, reading) == y
    assert brute.on_cycle(y, 2, reading) != y
    assert kernel(1, reading, 3) == [1, 0, 0]
    assert kernel(2, reading, 3) != [1, 0, 0]


@pytest.mark.parametrize("K", [True, 1.0, "2", sp.Rational(1, 2), None])
def test_neighbours_that_are_no_integer_are_refused(K: Any) -> None:
    for function in (kernel, partial(multiplier, theta=sp.pi)):
        with pytest.raises(TypeError, match="K must be an integer"):
            function(K)


refused: list[tuple[Callable[[], object], str]] = [
    *(
        (partial(kernel, SMALLEST_K[reading] - 1, reading), "K must be at least")
        for reading in READINGS
    ),
    (partial(kernel, 2, "count"), "got 'count'"),
    (partial(multiplier, 2, sp.pi, ""), "reading must be one of"),
    (partial(kernel, 2, taps=0), "taps must be at least 1; got 0"),
    (partial(tap, 1, 2, "continuous"), "finite kernel; got 'continuous'"),
    (partial(segments, -1), "K must be at least 0"),
    # The closed form holds up to k = K, where it is 0; beyond, it is not the tap.
    (partial(tap, 4, 3), "k must be"),
    (partial(tap, -1, 3), "k must be"),
    (partial(tap, INDEX + 1, INDEX), "k must be between 0 and K = K; got K"),
    (partial(tap, -INDEX, INDEX), "k must be between 0 and K"),
    (partial(tap, 0.5 * INDEX, 3), "k must be exact"),
    (partial(tap, 1, 2.0 * INDEX), "K must be exact"),
]


@pytest.mark.parametrize(("call", "message"), refused, ids=range(len(refused)))
def test_bad_arguments_are_refused(call: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


def test_default_reading_is_that_of_the_paper() -> None:
    assert kernel(5) == kernel(5, "counting")
    assert multiplier(5, sp.pi) == multiplier(5, sp.pi, "counting")
    assert tap(2, 5) == tap(2, 5, "counting")


@pytest.mark.parametrize("text", ["1", "__import__('os').getpid()"])
def test_text_is_never_evaluated(text: Any) -> None:
    with pytest.raises(TypeError, match="k must be an integer"):
        tap(text, INDEX)
    with pytest.raises(TypeError, match="K must be an integer"):
        tap(sp.Integer(1), text)
    with pytest.raises(ValueError, match="theta must be exact"):
        multiplier(2, text)


@pytest.mark.parametrize("number", [0.5, sp.Rational(1, 2), sp.I, sp.nan, True, None])
def test_no_tap_between_the_points(number: Any) -> None:
    with pytest.raises(TypeError, match="k must be an integer"):
        tap(number, 3)
    with pytest.raises(TypeError, match="K must be an integer"):
        tap(0, number)
    with pytest.raises(ValueError, match="K must be at least 1"):
        tap(0, 0)  # 0/0 in the reading "counting"


@pytest.mark.parametrize("theta", [0.5, sp.Float(1), sp.I, sp.oo, sp.nan, True, None, [1]])
@pytest.mark.parametrize("reading", READINGS)
def test_angles_are_exact_and_real(theta: Any, reading: str) -> None:
    with pytest.raises(ValueError, match="theta must be exact and finite"):
        multiplier(2, theta, reading)

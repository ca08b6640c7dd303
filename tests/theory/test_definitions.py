"""Definition IV.1 beside the statistical bias and variance, by enumeration of the noise."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from tests.mutations.expressions import survivors
from tests.reference import enumeration as brute
from theory import READINGS
from theory.lattice import kernel
from theory.tradeoff.definition_iv1 import expected_over_signs, stated_quantities

fractions = st.fractions(min_value=-5, max_value=5, max_denominator=6)
signals = st.lists(fractions, min_size=1, max_size=5)


def cyclic_kernel(K: int, reading: str, n: int) -> list[Fraction]:
    return brute.folded([Fraction(int(c.p), int(c.q)) for c in kernel(K, reading)], n)


def over_signs(
    s: list[Fraction], sigma: Fraction, K: int, reading: str
) -> tuple[Fraction, Fraction, Fraction, Fraction]:
    """Return E Bias^2 and E Var of Definition IV.1, and mean bias^2 and variance over the noise."""
    n = len(s)
    # What enumeration makes of each unit vector gives all of f, which is linear in y.
    units = [[Fraction(int(i == j)) for i in range(n)] for j in range(n)]
    columns = [brute.on_cycle(unit, K, reading) for unit in units]
    training, spread, values = [], [], []
    for signs in product((-1, 1), repeat=n):
        y = [value + sign * sigma for value, sign in zip(s, signs, strict=True)]
        f = [sum((y[j] * columns[j][i] for j in range(n)), Fraction(0)) for i in range(n)]
        training.append(brute.mean_square(f, y))
        spread.append(brute.variance(f))
        values.append(f)
    points = list(zip(*values, strict=True))
    bias2 = brute.mean([(brute.mean(p) - value) ** 2 for p, value in zip(points, s, strict=True)])
    return (
        brute.mean(training),
        brute.mean(spread),
        bias2,
        brute.mean([brute.variance(p) for p in points]),
    )


@pytest.mark.claims("Def.IV.1")
@given(
    s=signals,
    sigma=fractions,
    K=st.integers(1, 7),
    reading=st.sampled_from(brute.FINITE),
)
def test_identities_over_all_sign_patterns(
    s: list[Fraction], sigma: Fraction, K: int, reading: str
) -> None:
    n = len(s)
    c = cyclic_kernel(K, reading, n)
    V = sum((value**2 for value in c), Fraction(0))
    smooth = brute.convolve(c, s)
    bias2 = brute.mean_square(smooth, s)
    assert over_signs(s, sigma, K, reading) == (
        bias2 + sigma**2 * (1 - 2 * c[0] + V),
        brute.variance(smooth) + sigma**2 * (V - Fraction(1, n)),
        bias2,
        sigma**2 * V,
    )


@pytest.mark.claims("Def.IV.1")
@pytest.mark.parametrize("n", [2, 3, 4])
def test_pure_noise_has_no_bias_but_a_training_error(n: int) -> None:
    zero, one = [Fraction(0)] * n, Fraction(1)
    for K in (1, 2, 3):
        found = expected_over_signs(n, K, [sp.Integer(0)] * n)
        expected = over_signs(zero, one, K, "counting")
        assert [Fraction(int(v.p), int(v.q)) for v in found.values()] == list(expected)
        training, spread, bias2, variance = expected
        assert bias2 == 0
        assert (training > 0) == (K > 1)
        assert spread < variance


def test_smallest_case() -> None:
    assert expected_over_signs(2, 2, [sp.S.Zero] * 2)["Bias^2"] == sp.Rational(2, 25)


@pytest.mark.claims("Def.IV.1")
@given(s=st.lists(st.integers(-5, 5), min_size=1, max_size=4), K=st.integers(1, 5))
def test_stated_quantities_with_a_signal(s: list[int], K: int) -> None:
    found = stated_quantities(len(s), K, [sp.Integer(value) for value in s])
    expected = over_signs([Fraction(value) for value in s], Fraction(1), K, "counting")
    assert [Fraction(int(v.p), int(v.q)) for v in found.values()] == list(expected)


def test_changed_identities_are_rejected() -> None:
    b2, spread, sigma, c0, V, n = sp.symbols("b2 spread sigma c0 V n")
    identities = b2 + sigma**2 * (1 - 2 * c0 + V), spread + sigma**2 * (V - 1 / n), sigma**2 * V
    cases = []
    for reading in brute.FINITE:
        for K, s in ((2, [1, -2, 4]), (3, [1, -2, 4]), (3, [0, 2])):
            signal = [Fraction(value) for value in s]
            c = cyclic_kernel(K, reading, len(s))
            smooth = brute.convolve(c, signal)
            symbols = {
                b2: brute.mean_square(smooth, signal),
                spread: brute.variance(smooth),
                sigma: Fraction(2),
                c0: c[0],
                V: sum((value**2 for value in c), Fraction(0)),
                n: Fraction(len(s)),
            }
            training, wide, _, variance = over_signs(signal, Fraction(2), K, reading)
            values = {key: sp.Rational(*value.as_integer_ratio()) for key, value in symbols.items()}
            cases.append((values, (training, wide, variance)))
    for position, identity in enumerate(identities):

        def accepts(formula: sp.Expr, position: int = position) -> bool:
            return all(
                formula.subs(values) == sp.Rational(*expected[position].as_integer_ratio())
                for values, expected in cases
            )

        assert survivors(identity, accepts) == []


def test_taps_on_the_line_do_not_serve_a_short_cycle() -> None:
    # n = 2, K = 3: the identity needs the folded kernel.
    line = [Fraction(int(c.p), int(c.q)) for c in kernel(3)]
    on_line = line[0] ** 2 + 2 * sum((c**2 for c in line[1:]), Fraction(0))
    training, *_ = over_signs([Fraction(0)] * 2, Fraction(1), 3, "counting")
    assert training != 1 - 2 * line[0] + on_line


@pytest.mark.claims("Def.IV.1-sum")
@pytest.mark.parametrize("reading", READINGS)
@given(y=signals, K=st.integers(1, 6))
def test_sum_lies_between_half_the_variance_and_all_of_it(
    reading: str, y: list[Fraction], K: int
) -> None:
    f = brute.on_cycle(y, K, reading)
    bias2, spread, whole = brute.mean_square(f, y), brute.variance(f), brute.variance(y)
    assert whole / 2 <= bias2 + spread <= whole
    # sqrt(bias2) + sqrt(spread) >= sqrt(whole), squared: 2 sqrt(bias2 spread) >= the rest.
    rest = whole - bias2 - spread
    assert 4 * bias2 * spread >= rest**2
    rest_covariance = brute.mean([p * (q - p) for p, q in zip(f, y, strict=True)]) - brute.mean(
        f
    ) * (brute.mean(y) - brute.mean(f))
    assert rest_covariance >= 0
    assert rest == 2 * rest_covariance


@pytest.mark.claims("Def.IV.1-sum")
def test_both_ends_of_the_sum_are_reached() -> None:
    y = [Fraction(0), Fraction(1)]
    f = brute.on_cycle(y, 1, "length")
    assert brute.mean_square(f, y) + brute.variance(f) == brute.variance(y)
    # The only frequency of n = 2 is theta = pi, where "density" has the multiplier 1/2 at K = 2.
    assert brute.multiplier(2, Fraction(-1), "density") == Fraction(1, 2)
    f = brute.on_cycle(y, 2, "density")
    assert brute.mean_square(f, y) + brute.variance(f) == brute.variance(y) / 2

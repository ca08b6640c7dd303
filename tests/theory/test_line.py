"""theory.line and Section III against sums over pairs and quadrature over lambda."""

import math
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import partial
from itertools import pairwise, product
from typing import Any

import numpy as np
import pytest
import sympy as sp
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from numerics.minimise import mixup_1d
from tests.mutations.expressions import survivors
from tests.reference import pairs as brute
from theory.line import beta_density, criterion, minimiser, printed
from theory.mathematics.piecewise import LineFunction, X
from theory.mixup import theorem_iii2
from theory.mixup.lemma_iii1 import lengths

Law = tuple[int, int]
Data = tuple[list[int], list[int]]
HAT = ((0, 1, 2), (0, 1, 0))
LAWS = [(1, 1), (1, 2), (2, 1), (2, 2), (3, 1), (2, 3)]
TIGHT = 1e-9  # quadrature with 60 nodes on pieces without poles nearby

values = st.integers(-5, 5)
designs = st.lists(st.integers(-6, 6), min_size=2, max_size=4).filter(lambda x: len(set(x)) > 1)
distinct = st.lists(st.integers(-6, 6), min_size=2, max_size=4, unique=True)
triples = st.lists(st.integers(-6, 6), min_size=3, max_size=3, unique=True)
shares = st.fractions(Fraction(1, 20), Fraction(19, 20), max_denominator=40)
laws = st.sampled_from(LAWS)


def with_targets(inputs: st.SearchStrategy[list[int]]) -> st.SearchStrategy[Data]:
    return inputs.flatmap(
        lambda x: st.tuples(st.just(x), st.lists(values, min_size=len(x), max_size=len(x)))
    )


def matrices(n: int, low: int = 0) -> st.SearchStrategy[list[list[int]]]:
    row = st.lists(st.integers(low, 3), min_size=n, max_size=n)
    return st.lists(row, min_size=n, max_size=n)


def inner(x: list[int] | tuple[int, ...], share: Fraction) -> list[Fraction]:
    """Return one point between any two neighbouring inputs."""
    knots = sorted(set(x))
    return [low + share * (high - low) for low, high in pairwise(knots)]


def as_float(function: LineFunction) -> Callable[[float], float]:
    pieces = [sp.lambdify(X, piece, "math") for piece in function.pieces]
    knots = [float(knot) for knot in function.knots]

    def f(at: float) -> float:
        interval = min(max(int(np.searchsorted(knots, at)) - 1, 0), len(pieces) - 1)
        return float(pieces[interval](at))

    return f


@pytest.mark.claims("III.1", "Def.II.1-loss", "Def.II.1-atoms")
@given(data=st.data(), given=with_targets(designs), share=shares, law=laws)
def test_minimiser_is_the_mean_over_the_pairs(
    data: st.DataObject, given: Data, share: Fraction, law: Law
) -> None:
    x, y = given
    W = data.draw(matrices(len(x)))
    f = minimiser(x, y, W, law)
    assert f.knots == tuple(sorted(set(x)))
    expected = {point: brute.at_point(x, y, point, W, law) for point in inner(x, share)}
    expected |= {Fraction(knot): brute.at_input(x, y, knot, W, law) for knot in x}
    for point, value in expected.items():
        assert (f(point) is sp.nan) if value is None else f(point) == value
    assert minimiser(x, y, W, law, self_pairs=False).pieces == f.pieces


@pytest.mark.claims("III.1")
@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("bin_", [(0.1, 0.7), (1.25, 1.5), (2.0, 2.9)])
def test_minimiser_solves_the_normal_equations(law: Law, bin_: tuple[float, float]) -> None:
    x, y, W = (0, 1, 3, 4), (2, -1, 5, 3), [[1, 2, 1, 1], [1, 1, 3, 1], [1, 1, 1, 2], [4, 1, 1, 1]]
    exact = as_float(minimiser(x, y, W, law))
    assert abs(brute.residual(x, y, W, law, exact, bin_)) < TIGHT
    # Negative controls: Eq. (1), and the minimiser for another weight or law.
    others = [
        printed(x, y, W),
        minimiser(x, y, [*W[:3], [5, 1, 1, 1]], law),
        minimiser(x, y, W, (law[0], law[1] + 1)),
    ]
    for other in others:
        assert abs(brute.residual(x, y, W, law, as_float(other), bin_)) > 1e-4


@pytest.mark.claims("III.1")
def test_eq1_loses_one_part_in_162() -> None:
    ones = brute.ones(3)
    problem = criterion(*HAT, self_pairs=False)
    best, stated = problem.minimiser(), printed(*HAT)
    losses = [brute.loss(*HAT, ones, (1, 1), as_float(f)) for f in (stated, best)]
    np.testing.assert_allclose(losses, [1 / 18, 4 / 81], rtol=1e-12)
    assert losses[0] - losses[1] == pytest.approx(1 / 162, rel=1e-9)
    assert problem.loss(stated) - problem.loss(best) == sp.Rational(1, 162)
    # With the self pairs both pay nothing more, if they have the value y_i at x_i.
    both = criterion(*HAT)
    assert both.loss(both.minimiser()) == sp.Rational(4, 81)


@pytest.mark.parametrize("law", LAWS)
def test_exact_loss_of_samples_at_one_input(law: tuple[int, int]) -> None:
    # Each pair is at the input itself: what is integrated over lambda is its target alone.
    y = (3, -1)
    t = (1 + brute.NODES) / 2
    weights = brute.WEIGHTS / 2 * stats.beta(*law).pdf(t)
    expected = sum(weights @ (t * a + (1 - t) * b - 0.5) ** 2 for a, b in product(y, repeat=2))
    problem = criterion((0, 0), y, beta=law)
    constant = LineFunction(problem.knots, (), (sp.Rational(1, 2),))
    assert float(problem.loss(constant)) == pytest.approx(expected / 4, rel=1e-12)


@given(data=st.data(), given=with_targets(distinct), law=laws)
def test_exact_loss_against_quadrature(data: st.DataObject, given: Data, law: Law) -> None:
    x, y = given
    other = data.draw(st.permutations(range(len(x))))
    W = data.draw(matrices(len(x), 1))
    problem = criterion(x, y, W, law, self_pairs=False)
    function = printed(x, other)
    expected = brute.loss(x, y, W, law, as_float(function))
    assert float(problem.loss(function)) == pytest.approx(expected, rel=1e-9, abs=TIGHT)


@pytest.mark.parametrize("law", [(2, 2), (1, 3)])
def test_exact_loss_of_a_rational_function(law: Law) -> None:
    problem = criterion(*HAT, beta=law, self_pairs=False)
    best = problem.minimiser()
    expected = brute.loss(*HAT, brute.ones(3), law, as_float(best))
    assert float(problem.loss(best)) == pytest.approx(expected, rel=1e-9)


@pytest.mark.claims("Def.II.1-loss")
@given(given=with_targets(distinct), step=st.tuples(*[values] * 4), law=st.sampled_from(LAWS[:3:2]))
def test_every_other_function_loses_more(given: Data, step: tuple[int, ...], law: Law) -> None:
    (x, y), step = given, step[: len(given[0])]
    assume(any(step))
    problem = criterion(x, y, beta=law)
    best, change = problem.minimiser(), printed(x, step)
    moved = LineFunction(
        best.knots,
        tuple(a + b for a, b in zip(best.pieces, change.pieces, strict=True)),
        tuple(a + b for a, b in zip(best.values, change.values, strict=True)),
    )
    assert problem.loss(moved) > problem.loss(best)


@pytest.mark.claims("III.1")
@given(given=with_targets(distinct), share=shares)
def test_printed_is_the_plain_mean(given: Data, share: Fraction) -> None:
    x, y = given
    f = printed(x, y)
    for point in inner(x, share):
        assert f(point) == brute.at_point(x, y, point, density=False)
    for ordered in (False, True):
        stated = printed(x, y, ordered=ordered)
        for i, at in enumerate(x):
            found = [Fraction(y[i])] if ordered else []
            for a, b in product(range(len(x)), repeat=2):
                if (a != b if ordered else a < b) and min(x[a], x[b]) <= at <= max(x[a], x[b]):
                    t = Fraction(at - x[b], x[a] - x[b])
                    found.append(t * y[a] + (1 - t) * y[b])
            assert stated(at) == sum(found, Fraction(0)) / len(found)


@pytest.mark.claims("III.1")
@given(given=with_targets(distinct.filter(lambda x: len(x) == 2)), law=laws)
def test_two_points_agree(given: Data, law: Law) -> None:
    assert minimiser(*given, beta=law).pieces == printed(*given).pieces


@pytest.mark.claims("III.1")
@pytest.mark.parametrize(("n", "s"), [(3, 2), (4, 3), (6, 40), (30, 900)])
def test_how_far_eq1_can_be_off(n: int, s: int) -> None:
    x, y = (0, 1, *(s,) * (n - 2)), (0, 1, *(0,) * (n - 2))
    stated = brute.at_point(x, y, 1 - Fraction(1, 10**12), density=False) or 0
    formula = Fraction((n - 2) * (s - 1), (n - 1) * (s + n - 2))
    assert abs(minimiser(x, y).limit(1, -1) - stated - formula) < Fraction(1, 10**11)


@pytest.mark.claims("III.1-weight")
@given(data=st.data(), x=triples, factor=st.integers(1, 3))
def test_eq1_is_exact_for_lengths_only(data: st.DataObject, x: list[int], factor: int) -> None:
    y = sp.symbols(f"y:{len(x)}")
    stated = printed(x, y).pieces

    def exact(W: list[list[sp.Expr]]) -> bool:
        pieces = zip(minimiser(x, y, W).pieces, stated, strict=True)
        return all(sp.expand(a - b) == 0 for a, b in pieces)

    W = [[factor * weight for weight in row] for row in lengths(tuple(x))]
    assert exact(W)
    # A part moved from one order of a pair to the other changes nothing; anything else does.
    i, j = data.draw(st.permutations(range(len(x))).map(lambda order: order[:2]))
    W[i][j] += sp.S.Half
    W[j][i] -= sp.S.Half
    assert exact(W)
    W[i][j] += 1
    assert not exact(W)
    assert not exact(brute.ones(len(x)))


@pytest.mark.claims("III.1-sampling")
@given(given=with_targets(distinct.map(sorted)))
def test_point_first_sampling(given: Data) -> None:
    """Least squares on values at sampled points, a covering pair each: Eq. (1)."""
    x, y = given
    points = [p for share in (Fraction(1, 7), Fraction(1, 2)) for p in inner(x, share)]
    rows, right = [], []
    for k, point in enumerate(points):
        for i, j in product(range(len(x)), repeat=2):
            if x[i] < point < x[j]:
                share = float((point - x[i]) / (x[j] - x[i]))
                rows.append([float(k == column) for column in range(len(points))])
                right.append((1 - share) * y[i] + share * y[j])
    found, *_ = np.linalg.lstsq(np.array(rows), np.array(right), rcond=None)
    f = printed(x, y)
    np.testing.assert_allclose(found, [float(f(point)) for point in points], atol=1e-12)


@pytest.mark.claims("III.1-sampling")
@pytest.mark.parametrize("n", [2, 3, 5])
def test_counting_the_lattice(n: int) -> None:
    """Least squares on every lattice point of every segment: Eq. (1), training inputs included."""
    y = [k**2 % 5 for k in range(n)]
    rows, right = [], []
    for i in range(n):
        for j in range(i + 1, n):
            for p in range(i, j + 1):
                rows.append([float(p == column) for column in range(n)])
                right.append(((j - p) * y[i] + (p - i) * y[j]) / (j - i))
    found, *_ = np.linalg.lstsq(np.array(rows), np.array(right), rcond=None)
    stated = printed(range(n), y)
    np.testing.assert_allclose(found, [float(v) for v in stated.values], atol=1e-12)
    if n > 2:  # negative control: counting both orders and the self pairs is another criterion
        ordered = [float(v) for v in printed(range(n), y, ordered=True).values]
        assert np.abs(found - ordered).max() > 1e-3


@pytest.mark.claims("III.2-linear", "III.2-beta")
@given(data=st.data(), given=with_targets(designs), law=st.sampled_from(LAWS[:3]))
def test_linear_between_inputs(data: st.DataObject, given: Data, law: Law) -> None:
    x, y = given
    W = data.draw(matrices(len(x), 1))
    if law != (1, 1):  # the other two laws need a symmetric W
        W = [[W[i][j] + W[j][i] for j in range(len(x))] for i in range(len(x))]
    f = minimiser(x, y, W, law)
    assert all(map(f.is_linear, range(len(f.pieces))))
    for point in (p for k in (1, 4, 7) for p in inner(x, Fraction(k, 8))):
        assert f(point) == brute.at_point(x, y, point, W, law)


@pytest.mark.claims("III.2-beta")
@pytest.mark.parametrize("x", [(0, 1, 2), (0, 3, 4), (0, 1, 5, 6, 9)])
def test_only_three_laws_are_linear(x: tuple[int, ...]) -> None:
    y = [int(i == 1) for i in range(len(x))]
    laws = product([0.3, 0.5, 0.9, 1.0, 1.1, 1.5, 2.0, 2.5, 4.0], repeat=2)
    at = np.array([0.05, 0.5, 0.95]) * x[1]
    bends = {law: mixup_1d(x, y, beta=law)(at) @ [1, -2, 1] for law in laws}
    linear = {law for law, bend in bends.items() if abs(bend) < 1e-12}
    assert linear == {(1.0, 1.0), (1.0, 2.0), (2.0, 1.0)}
    assert {law for law in LAWS if minimiser(x, y, beta=law).is_linear(0)} == linear


@pytest.mark.claims("III.2-beta")
def test_bell_law_in_closed_form() -> None:
    table = {s: brute.at_point(*HAT, s, law=(2, 2)) for s in (Fraction(k, 9) for k in range(1, 9))}

    def accepts(form: sp.Expr) -> bool:
        return all(form.subs(X, s) == v for s, v in table.items())

    formula = 8 * X * (1 - X) / (10 - 9 * X)
    assert sp.cancel(minimiser(*HAT, beta=(2, 2)).pieces[0] - formula) == 0
    assert survivors(formula, accepts) == []


@pytest.mark.claims("III.2-beta")
@pytest.mark.parametrize("law", LAWS[:3])
def test_directed_graph_bends_the_other_two_laws(law: Law) -> None:
    W = [[1, 0, 1], [1, 1, 1], [1, 1, 1]]
    f = minimiser(*HAT, W, law)
    low, middle, high = (f(sp.Rational(k, 4)) for k in (1, 2, 3))
    assert (low - 2 * middle + high == 0) == f.is_linear(0) == (law == (1, 1))
    assert law != (1, 2) or low - 2 * middle + high == sp.Rational(-1, 10)


def near(
    x: tuple[int, ...], y: tuple[int, ...], i: int, side: int, density: bool = True
) -> Fraction:
    """Return the mean target very close to a training input."""
    found = brute.at_point(x, y, x[i] + Fraction(side, 10**15), density=density)
    return found or Fraction(0)


@pytest.mark.claims("III.2-closed", "III.2-continuous")
@pytest.mark.parametrize("exact", [True, False], ids=["minimiser", "Eq. (1)"])
@pytest.mark.parametrize(
    ("x", "y"),
    [HAT, theorem_iii2.STEEP, ((0, 1, 2, 3), (0, 1, 0, 0)), ((0, 2, 3, 7), (5, -1, 2, 2))],
)
def test_one_sided_limits(exact: bool, x: tuple[int, ...], y: tuple[int, ...]) -> None:
    f = minimiser(x, y) if exact else printed(x, y)
    for i in range(len(x)):
        for side in (-1, 1):
            if 0 <= i + side < len(x):
                difference = Fraction(f.limit(i, side)) - near(x, y, i, side, density=exact)
                assert abs(difference) < Fraction(1, 10**12)


@pytest.mark.claims("III.2-closed", "III.2-continuous")
def test_values_of_the_counterexamples() -> None:
    closed = printed(*HAT)
    assert [closed.limit(1, -1), closed.limit(1, 1)] == [sp.Rational(1, 2)] * 2
    assert closed(1) == sp.Rational(2, 3)
    assert printed(*HAT, ordered=True)(1) == sp.Rational(5, 7)
    steep = minimiser(*theorem_iii2.STEEP)
    assert [steep.limit(1, -1), steep.limit(1, 1)] == [sp.Rational(3, 4), sp.Rational(3, 5)]
    lattice = printed((0, 1, 2, 3), (0, 1, 0, 0))
    assert [lattice.limit(1, -1), lattice.limit(1, 1)] == [sp.Rational(1, 3), sp.Rational(1, 2)]


@pytest.mark.claims("III.2-continuous")
@given(x=st.integers(1, 6), y=st.lists(values, min_size=3, max_size=3))
def test_three_points_jump_unless_equally_spaced(x: int, y: list[int]) -> None:
    f = minimiser((0, x, 7), y)
    passing = Fraction(y[0] * (7 - x) + y[2] * x, 7)
    left, right = f.limit(1, -1), f.limit(1, 1)
    # 2x = 7 does not occur: both limits agree only if y_1 is on the line.
    assert (left == right) == (passing == y[1])
    stated = printed((0, x, 7), y)
    assert stated.limit(1, -1) == stated.limit(1, 1)


@pytest.mark.claims("III.2-closed", "III.2-continuous")
@pytest.mark.parametrize("name", ["LEFT", "RIGHT"])
def test_changed_limit_is_rejected(name: str) -> None:
    symbols = (theorem_iii2.A, theorem_iii2.B, theorem_iii2.M, theorem_iii2.S, theorem_iii2.OWN)
    cases = []
    for x, y, i in (((0, 1, 3), (0, 1, 5), 1), ((0, 2, 3, 7), (5, -1, 2, 2), 2)):
        ends = [
            sum((Fraction(1, abs(x[i] - x[j])) for j in side), Fraction(0))
            for side in (range(i), range(i + 1, len(x)))
        ]
        over = [(a, b) for a in range(i) for b in range(i + 1, len(x))]
        mass = sum((Fraction(1, x[b] - x[a]) for a, b in over), Fraction(0))
        shares = [((x[b] - x[i]) * y[a] + (x[i] - x[a]) * y[b], x[b] - x[a]) for a, b in over]
        total = sum((Fraction(top, length**2) for top, length in shares), Fraction(0))
        found = [*ends, mass, total, Fraction(y[i])]
        numbers = dict(zip(symbols, map(sp.Rational, found), strict=True))
        cases.append((numbers, near(x, y, i, -1 if name == "LEFT" else 1)))

    def accepts(formula: sp.Expr) -> bool:
        return all(
            abs(Fraction(formula.subs(numbers)) - expected) < Fraction(1, 10**12)
            for numbers, expected in cases
        )

    assert survivors(getattr(theorem_iii2, name), accepts) == []


@pytest.mark.claims("III.2-continuous")
@pytest.mark.parametrize(
    ("law", "limit"),
    [
        ((0.5, 0.5), 7.0),  # both limits are y_1
        ((0.3, 2.0), 7.0),
        ((1.0, 1.0), 5.5),  # (7 + (2/3 * 2 - 1/3)/3) / (1 + 1/3)
        ((2.0, 2.0), 1.0),  # the passing pair alone: 2 * 2/3 - 1/3
        ((1.5, 3.0), 1.0),
    ],
)
def test_three_kinds_of_limits(law: tuple[float, float], limit: float) -> None:
    f = mixup_1d((0, 1, 3), (2, 7, -1), beta=law)
    errors = [abs(float(f(1 - distance)) - limit) for distance in (1e-4, 1e-8, 1e-12)]
    assert errors[0] > errors[1] > errors[2] or max(errors) < 1e-3
    # The slowest of them is of the order distance^(1/2); the limits of the other kinds are far.
    assert errors[-1] < 1e-3


@pytest.mark.claims("III.2-continuous")
def test_arcsine_law_in_closed_form() -> None:
    t = np.array([0.1, 0.5, 0.9, 0.999])
    stated = t * np.sqrt(2 - t) / (np.sqrt(2 - t) + np.sqrt(1 - t))
    np.testing.assert_allclose(mixup_1d(*HAT, beta=(0.5, 0.5))(t), stated, rtol=1e-12)


def test_free_intervals_and_missing_atoms() -> None:
    chain = [[0, 1, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 1, 0]]
    f = minimiser((0, 1, 3, 4), (0, 1, 2, 5), chain)
    assert f.pieces[1] is sp.nan
    assert f(2) is sp.nan
    assert f.limit(1, 1) is sp.nan
    assert not f.is_linear(1)
    assert f.is_linear(0)
    assert set(f.values) == {sp.nan}
    assert f.limit(1, -1) == 1
    gap = printed((0, 1, 3, 4), (0, 1, 2, 5), chain)
    assert gap.pieces[1] is sp.nan


def test_order_of_the_inputs_does_not_matter() -> None:
    W = [[1, 2, 3], [4, 5, 6], [7, 8, 9]]
    x, y, order = (0, 1, 3), (2, 5, -1), (2, 0, 1)
    turned = minimiser(
        [x[i] for i in order],
        [y[i] for i in order],
        [[W[i][j] for j in order] for i in order],
        (1, 2),
    )
    assert turned == minimiser(x, y, W, (1, 2))
    assert printed([x[i] for i in order], [y[i] for i in order]) == printed(x, y)


def test_symbolic_targets_and_weights() -> None:
    y = sp.symbols("y_0:3")
    w = sp.Symbol("w", positive=True)
    W = [[1, w, 1], [w, 1, 1], [1, 1, 1]]
    f = minimiser((0, 1, 2), y, W)
    at = {y[0]: 0, y[1]: 1, y[2]: 4, w: 3}
    plain = minimiser((0, 1, 2), (0, 1, 4), [[1, 3, 1], [3, 1, 1], [1, 1, 1]])
    assert [sp.expand(p.subs(at)) for p in f.pieces] == [sp.expand(p) for p in plain.pieces]


def test_rational_types_are_equal() -> None:
    third = Fraction(1, 3)
    expected = minimiser((0, sp.Rational(1, 3)), (1, sp.Rational(5, 2)))
    assert minimiser((0, third), (1, Fraction(5, 2))) == expected


OF_TWO = partial(minimiser, (0, 1), (0, 1))
LINE, LOSS, HALF = OF_TWO(), criterion((0, 1), (0, 1)).loss, sp.Rational(1, 2)
POLES = [1 / X, (X - HALF) ** -2, 1 / (X**2 - HALF), abs(X - HALF), sp.sin(X)]
NO_POLE = r"function must be rational, without a pole in \[0, 1\]"
OUTSIDE: list[Any] = [-1, 2, -Fraction(1, 9), sp.sqrt(2), 0.5, sp.nan, -sp.oo, True, None, "1"]


def loss(piece: sp.Expr) -> sp.Expr:
    return LOSS(replace(LINE, pieces=(piece,)))


bad: list[tuple[Callable[[], object], str]] = [
    (partial(minimiser, (0, 1), (0,)), "x and y must have one length n >= 1; got 2 and 1"),
    (partial(minimiser, (), ()), "x and y must have one length"),
    (partial(minimiser, (0, 0.5), (0, 1)), "x must be exact and finite .*; got 0.5"),
    (partial(minimiser, (0, sp.sqrt(2)), (0, 1)), "x must be rational numbers"),
    (partial(minimiser, (0, sp.oo), (0, 1)), "x must be exact and finite"),
    (partial(minimiser, (0, True), (0, 1)), "x must be exact and finite"),
    (partial(minimiser, (0, 1), (0, math.nan)), "y must be exact and finite"),
    (partial(minimiser, (0, 1), (0, sp.nan)), "y must be exact and finite"),
    (partial(minimiser, (0, 1), (0, sp.sqrt(2))), "y and W must be polynomials over Q"),
    (partial(minimiser, (0, 1), (0, X)), "y must not depend on the variable x"),
    (partial(printed, (0, 1), (0, X)), "y must not depend on the variable x"),
    (partial(printed, (0, 1), (0, 1), [[1, X], [1, 1]]), "W must not depend on the variable x"),
    (partial(printed, (0, 1), (0, sp.I)), "y must be exact and finite"),
    (partial(OF_TWO, [[1, 1]]), "W must be 2 rows of 2 weights"),
    (partial(OF_TWO, [[1], [1, 1]]), r"W must be .*; got rows of \[1, 2\]"),
    (partial(OF_TWO, [[1, -1], [1, 1]]), "W must not be negative; got -1"),
    (partial(OF_TWO, [[1, 0.5], [1, 1]]), "W must be exact"),
    (partial(OF_TWO, beta=(0, 1)), r"beta must be two integers >= 1.*\(0, 1\)"),
    (partial(OF_TWO, beta=(1, Fraction(1, 2))), "beta must be two integers"),
    (partial(OF_TWO, beta=(1, True)), "beta must be two integers"),
    (partial(OF_TWO, beta=(1, 1, 1)), "beta must be two integers"),
    *((partial(OF_TWO, beta=beta), "beta must be two integers") for beta in (None, 1, "11")),
    (partial(printed, (0, 0), (0, 1)), "x must be distinct"),
    (partial(LINE, 2), r"point must lie in \[0, 1\], rational; got 2"),
    (partial(LINE, sp.Symbol("a")), "point must lie in .*, rational; got a"),
    (partial(LINE, 0.5), "point must be exact"),
    (partial(LINE.limit, 0, -1), "knot must have an interval on the side -1"),
    (partial(LINE.limit, 2, -1), "knot must have an interval"),
    (partial(LINE.limit, 0, 2), "side must be -1"),
    (partial(LOSS, minimiser((0, 2), (0, 1))), "function must have the knots"),
    (partial(LOSS, OF_TWO(self_pairs=False)), "function must have a value wherever"),
    (partial(OF_TWO, [[1, sp.Symbol("x")], [1, 1]]), "W must not depend on the variable x"),
    *((partial(loss, piece), NO_POLE) for piece in POLES),
    *((partial(loss, piece), "function must be exact") for piece in (X * sp.I, 0.5 * X, sp.oo)),
    (partial(replace, LINE, knots=(1, 0)), "knots must increase"),
    (partial(replace, LINE, knots=(0, 0)), "knots must increase"),
    (partial(replace, LINE, pieces=()), "knots must increase, with pieces between"),
    (partial(replace, LINE, values=(0,)), "with pieces between and values at them"),
    *((partial(beta_density, share, 2, 2), "share must be") for share in OUTSIDE),
]


@pytest.mark.parametrize(("call", "message"), bad, ids=range(len(bad)))
def test_bad_arguments_are_refused(call: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.claims("III.2-linear")
def test_absolute_loss_bends_between_two_inputs() -> None:
    y = (0, 1, 1, 0)

    def best(at: Fraction) -> Fraction:
        """Return the target with the least mean absolute error."""
        over = [(a, b) for a, b in product(range(4), repeat=2) if a < at < b]
        law = [(y[a] + (at - a) / (b - a) * (y[b] - y[a]), Fraction(1, b - a)) for a, b in over]
        return min((t for t, _ in law), key=lambda f: sum(w * abs(t - f) for t, w in law))

    found = [best(Fraction(quarter, 4)) for quarter in (5, 6, 7)]
    assert list(theorem_iii2.bent_median().found.values()) == [found]
    assert found[0] - 2 * found[1] + found[2] != 0

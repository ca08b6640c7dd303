"""The proof tools: true certificates verify, and every kind refuses its false neighbours."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import flint
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from tests.mutations.expressions import mutants, survivors, verifies
from tests.reference import enumeration as brute
from tests.reference.certificates import (
    LOGARITHM,
    ONE,
    SAMPLES,
    SEQUENCE,
    SUM_OF_HARMONIC,
    K,
    h,
    harmonic_bound,
    x,
)
from theory.proofs.certificates import (
    Antiderivative,
    Certificate,
    CertificateError,
    Exact,
    Identity,
    Relation,
    Sign,
    Telescoping,
    enclose,
)
from theory.proofs.certificates.quotients import is_zero

y, t = sp.symbols("y t")

small = st.integers(-6, 6)
rationals = st.fractions(min_value=-4, max_value=4, max_denominator=10)
polynomials = st.lists(rationals, min_size=1, max_size=7)


@pytest.mark.parametrize("certificate", SAMPLES, ids=lambda c: type(c).__name__)
def test_true_certificate_verifies_and_describes_itself(certificate: Certificate) -> None:
    certificate.verify()
    assert str(certificate).startswith(f"{certificate.kind}: {certificate.statement}")
    assert certificate.note in str(certificate)
    assert certificate.finite == isinstance(certificate, Exact)


@given(a=small, b=small, c=small)
def test_identity_decides_rational_functions(a: int, b: int, c: int) -> None:
    left = (x + a) / ((x + 7) * (y**2 + 1)) + b
    right = (x + c) / ((x + 7) * (y**2 + 1)) + b
    assert verifies(Identity("shifted", left, right)) == (a == c)


CUBE = Identity("cube", (x - 2 * y) ** 3, x**3 - 6 * x**2 * y + 12 * x * y**2 - 8 * y**3)
SQUARES = Telescoping("squares", K * (K + 1) * (2 * K + 1) / 6, (K + 1) ** 2, K, 1, ONE)


@pytest.mark.parametrize(
    ("certificate", "field"),
    [
        (CUBE, "right"),
        (SQUARES, "closed"),
        *((SUM_OF_HARMONIC, field) for field in ("closed", "increment", "base")),
        *((LOGARITHM, field) for field in ("primitive", "value")),
    ],
    ids=lambda value: value if isinstance(value, str) else value.title,
)
def test_with_a_changed_number_it_is_rejected(certificate: Certificate, field: str) -> None:
    def accepts(form: sp.Expr) -> bool:
        changed: Any = replace(certificate, **{field: form})  # type: ignore[type-var]
        return verifies(changed)

    assert survivors(sp.expand(getattr(certificate, field)), accepts) == []


def test_telescoping_with_a_harmonic_number() -> None:
    for number in (1, 2, 9):
        total = sum(brute.harmonic(m) for m in range(1, number + 1))
        assert SUM_OF_HARMONIC.closed.subs({K: number, h: brute.harmonic(number)}) == total


@given(coefficients=st.lists(small, min_size=1, max_size=4), start=st.integers(0, 3))
def test_telescoping_of_random_polynomials(coefficients: list[int], start: int) -> None:
    closed = sum((c * K**power for power, c in enumerate(coefficients)), sp.Integer(0))
    increment = closed.subs(K, K + 1) - closed
    base = closed.subs(K, start)
    Telescoping("polynomial", closed, sp.expand(increment), K, start, base).verify()
    assert not verifies(Telescoping("off", closed, increment + 1, K, start, base))
    assert not verifies(Telescoping("off", closed, increment, K, start, base + 1))


@given(coefficients=polynomials, low=rationals, high=rationals)
def test_integrals_of_random_polynomials(
    coefficients: list[Fraction], low: Fraction, high: Fraction
) -> None:
    primitive = sp.Add(*[sp.Rational(a) * x ** (i + 1) for i, a in enumerate(coefficients)])
    integrand = sp.diff(primitive, x)
    ends = {x: sp.Rational(low)}, {x: sp.Rational(high)}
    value = sp.integrate(integrand, (x, sp.Rational(low), sp.Rational(high)))
    Antiderivative("polynomial", primitive, integrand, {x: ONE}, *ends, value).verify()
    off = Antiderivative("polynomial", primitive, integrand, {x: ONE}, *ends, value + 1)
    assert not verifies(off)


@given(
    numerator=st.lists(small, min_size=1, max_size=4),
    denominator=st.lists(st.integers(0, 4), min_size=1, max_size=3).filter(any),
    start=st.integers(1, 5),
    strict=st.booleans(),
)
def test_sign_never_errs(
    numerator: list[int], denominator: list[int], start: int, strict: bool
) -> None:
    def polynomial(parts: list[int]) -> sp.Expr:
        return sp.Add(*[a * K**power for power, a in enumerate(parts)])

    expression = polynomial(numerator) / polynomial(denominator)
    if verifies(Sign("random", expression, K, start, strict=strict)):
        for number in range(start, start + 25):
            value = expression.subs(K, number)
            assert value > 0 or (not strict and value == 0)


@given(roots=st.lists(st.integers(-5, 4), min_size=1, max_size=4))
def test_sign_is_found_where_all_roots_lie_before(roots: list[int]) -> None:
    expression = sp.Mul(*[K - root for root in roots])
    last = max(roots)
    Sign("product", expression, K, last + 1).verify()
    assert not verifies(Sign("product", expression, K, last))
    Sign("product", expression, K, last, strict=False).verify()
    assert not verifies(Sign("product", -expression, K, last + 1))


@given(a=small, b=small, d=small, start=st.integers(1, 4))
def test_sign_with_a_bounded_symbol_is_never_wrong(a: int, b: int, d: int, start: int) -> None:
    expression = a * K + b * h + d
    if verifies(Sign("affine", expression, K, start, {h: (ONE, K)})):
        for number in range(start, start + 12):
            for share in (Fraction(0), Fraction(1, 3), Fraction(1)):
                value = 1 + share * (number - 1)
                assert a * number + b * value + d > 0


def test_sign_needs_all_vertices() -> None:
    g = sp.Symbol("g")
    bounds = {h: (ONE, K), g: (-ONE, ONE)}
    Sign("two symbols", K + h * g + 1, K, 1, bounds).verify()
    # Positive at three of the four vertices.
    assert not verifies(Sign("two symbols", K + 2 * h * g - g + ONE / 2, K, 1, bounds))


def test_sign_of_a_fraction_with_a_pole_is_refused() -> None:
    assert not verifies(Sign("pole", 1 / (K - 5) ** 2, K, 1))
    Sign("beyond the pole", 1 / (K - 5) ** 2, K, 6).verify()
    Sign("both negative", -1 / (1 - 2 * K), K, 1).verify()


@pytest.mark.parametrize("power", [1, 2, 3])
@given(
    slope=st.fractions(min_value=0, max_value=1, max_denominator=6),
    start=st.integers(1, 5),
    off=st.fractions(min_value=-1, max_value=1, max_denominator=4),
)
def test_harmonic_bound_never_errs(power: int, slope: Fraction, start: int, off: Fraction) -> None:
    initial = sp.Rational(brute.harmonic(start, power))
    upper = initial + sp.Rational(off) + sp.Rational(slope) * (K - start)
    certificate = harmonic_bound(upper, power=power, start=start, initial=initial)
    if verifies(certificate):
        assert off >= 0
        for number in range(start, start + 20):
            assert brute.harmonic(number, power) <= upper.subs(K, number)
    else:
        assert off < 0 or slope < Fraction(1, (start + 1) ** power)


def test_sequence_bound_holds_for_the_sequence() -> None:
    total = Fraction(0)
    for number in range(1, 60):
        total += brute.harmonic(number - 1) / number**2
        carried = SEQUENCE.upper.subs({K: number, h: brute.harmonic(number)})
        assert 0 <= total <= carried <= 2


EXPRESSIONS: dict[str, Callable[[sp.Rational], sp.Expr]] = {
    "log": sp.log,
    "root": sp.sqrt,
    "inverse root": lambda z: 1 / sp.sqrt(z),
    "power": lambda z: z**3 - 2 / z**2,
    "pi": lambda z: sp.pi * z,
    "mixture": lambda z: sp.sqrt(z) * sp.log(z + 1) - sp.Rational(73, 100) / (z + sp.sqrt(2)),
}
positive_points = st.fractions(min_value=Fraction(1, 8), max_value=6, max_denominator=50)


@pytest.mark.parametrize("name", EXPRESSIONS)
@given(point=positive_points)
def test_enclosure_is_narrow_and_holds_the_value(name: str, point: Fraction) -> None:
    expression = EXPRESSIONS[name](sp.Rational(point))
    # The value that mpmath finds to 60 digits, give or take its last ten.
    value = flint.arb(str(sp.N(expression, 60))) + flint.arb(0, 1) * flint.arb("1e-48")
    with flint.ctx.workprec(256):
        found = enclose(expression)
        assert found.overlaps(value)
        assert found.rad() < flint.arb("1e-40")


@pytest.mark.parametrize(
    "expression",
    [sp.Float("0.1"), sp.exp(2), t, sp.Integer(2) ** sp.Rational(1, 3), sp.oo],
    ids=str,
)
def test_enclosure_refuses_what_it_does_not_know(expression: sp.Expr) -> None:
    with pytest.raises(CertificateError, match="cannot be enclosed"):
        enclose(expression)


def test_a_double_is_not_the_decimal() -> None:
    with flint.ctx.workprec(128):
        tenth = enclose(sp.Rational(1, 10))
        assert tenth.overlaps(flint.arb("0.1"))
        assert not tenth.overlaps(flint.arb(0.1))


ORDER: dict[str, Callable[[Fraction, Fraction], bool]] = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


@pytest.mark.parametrize("operator", ORDER)
@given(a=rationals, b=rationals)
def test_relation_between_rationals(operator: str, a: Fraction, b: Fraction) -> None:
    relation = Relation("random", sp.Rational(a), operator, sp.Rational(b))
    assert relation.holds() == ORDER[operator](a, b)
    same = Relation("same", sp.Rational(a), operator, sp.Rational(a))
    assert same.holds() == ORDER[operator](a, a)


@pytest.mark.parametrize("operator", ["<", "<=", ">", ">="])
@given(root=st.integers(2, 60), bound=st.fractions(min_value=1, max_value=8, max_denominator=30))
def test_relation_with_square_roots(operator: str, root: int, bound: Fraction) -> None:
    relation = Relation("root", sp.sqrt(root), operator, sp.Rational(bound))
    assert relation.holds() == ORDER[operator](Fraction(root), bound**2)


@pytest.mark.parametrize(
    ("relation", "holds"),
    [
        (Relation("roots", sp.sqrt(2) * sp.sqrt(3), "==", sp.sqrt(6)), True),
        (Relation("roots", 1 / (sp.sqrt(2) - 1), "==", 1 + sp.sqrt(2)), True),
        (Relation("pi", sp.pi, "<", sp.Rational(355, 113)), True),
        (Relation("pi", sp.pi, "<", sp.Rational(333, 106)), False),
        (Relation("functions", (x + 1) ** 2, "==", x**2 + 2 * x + 1), True),
        (Relation("functions", (x + 1) ** 2, "==", x**2 + 2 * x), False),
        (Relation("functions", (x + 1) ** 2, "!=", x**2 + 2 * x), True),
    ],
    ids=str,
)
def test_relations_of_other_numbers_and_functions(relation: Relation, *, holds: bool) -> None:
    assert relation.holds() is holds


HIDDEN = sp.sqrt(3 + 2 * sp.sqrt(2)) - 1 - sp.sqrt(2)  # it is 0
HARMONIC_SERIES = sp.Sum(1 / x, (x, 1, sp.oo))


@pytest.mark.parametrize(
    ("left", "operator", "right", "message"),
    [
        (sp.Float("0.5"), "<", ONE, "a float"),
        (x * 0.5, "==", x / 2, "a float"),
        (0.5, "<", ONE, "a float"),
        (x, "<", x**2, "functions have no order"),
        (sp.sqrt(3 + 2 * sp.sqrt(2)), "==", 1 + sp.sqrt(2), "undecided"),
        (sp.I, "<", ONE, "undecided"),
        (sp.oo, ">", ONE, "undecided"),
        (sp.nan, "!=", ONE, "undecided"),
        (sp.exp(ONE), "<", sp.Integer(3), "undecided"),
        # The difference is a number that is decided; one of the sides is none, or is not real.
        (1 + sp.I, "<", 2 + sp.I, "undecided"),
        (sp.I, "<=", sp.I, "undecided"),
        (sp.log(-2), "<", 1 + sp.log(-2), "undecided"),
        (sp.log(HIDDEN), "<", 1 + sp.log(HIDDEN), "undecided"),
        (HARMONIC_SERIES, "<", 1 + HARMONIC_SERIES, "undecided"),
        (sp.exp(ONE), "==", sp.exp(ONE), "undecided"),
        (sp.log(8, 2, evaluate=False), "<", sp.Rational(5, 2), "undecided"),  # 3 < 5/2
        (x, "<", x + 1, "functions have no order"),
        (1 / x, "<=", 1 / x, "functions have no order"),
        (x, "!=", x**2, "may have a common value"),
        (sp.log(x), "==", sp.log(x), "no rational function"),
        (sp.Symbol("I") ** 2, "!=", -ONE, "no symbol of a number in I"),
        (ONE, "is", ONE, "no relation has the sign 'is'"),
    ],
)
def test_relation_that_cannot_be_decided_is_refused(
    left: sp.Expr, operator: str, right: sp.Expr, message: str
) -> None:
    with pytest.raises(CertificateError, match=message):
        Relation("K = 1", left, operator, right).holds()


@given(values=st.lists(rationals, min_size=1, max_size=5))
def test_exact_needs_every_relation(values: list[Fraction]) -> None:
    relations = tuple(Relation(f"{v}", sp.Rational(v), "<", sp.Integer(2)) for v in values)
    assert verifies(Exact("all below 2", relations, "random")) == (max(values) < 2)


def test_exact_is_finite_unless_the_statement_is_about_its_cases() -> None:
    relations = (Relation("one", ONE, "<", sp.Integer(2)),)
    assert Exact("cases", relations, "one").finite
    assert not Exact("cases", relations, "one", complete=True).finite


# The helper behind the negative controls.


def test_mutants_change_every_number_and_term() -> None:
    found = {sp.expand(mutant) for _, mutant in mutants(3 * x**2 + y)}
    expected = {4 * x**2 + y, -3 * x**2 + y, 3 * x**3 + y, 3 / x**2 + y, 3 * x**2 + 2 * y}
    assert found == expected | {3 * x**2 - y}


def test_survivors_need_a_check_that_accepts_and_something_to_change() -> None:
    with pytest.raises(ValueError, match="rejects"):
        survivors(2 * x, lambda _: False)
    with pytest.raises(ValueError, match="nothing to change"):
        survivors(x, lambda _: True)
    assert len(survivors(2 * x, lambda _: True)) == 2


def test_quotients_are_decided_without_reducing_them() -> None:
    assert is_zero(x / (x * y) - 1 / y)
    assert is_zero(1 / (1 / x + 1 / y) - x * y / (x + y))
    assert is_zero((1 / x + 1 / y) ** -2 - (x * y) ** 2 / (x + y) ** 2)
    assert not is_zero(1 / (x - y) + 1 / (y + x))


def test_a_denominator_that_vanishes_is_refused() -> None:
    with pytest.raises(CertificateError, match=r"a denominator is 0"):
        is_zero(1 / ((x + 1) ** 2 - x**2 - 2 * x - 1))


def test_an_expression_that_takes_too_long_is_refused() -> None:
    with pytest.raises(CertificateError, match="too large to be decided"):
        is_zero((x + y + t + h + 1) ** 60 - 1)


def test_more_bounded_symbols_than_vertices_can_be_tried_for_are_refused() -> None:
    symbols = sp.symbols("a0:9")
    bounds = dict.fromkeys(symbols, (ONE, K))
    Sign("eight", sp.Add(*symbols[1:]), K, 1, bounds).verify()
    with pytest.raises(CertificateError, match="more than 8 symbols with bounds"):
        Sign("nine", sp.Add(*symbols), K, 1, bounds).verify()


def test_a_long_formula_is_cut_and_says_so() -> None:
    certificate = Identity("long", sp.Add(*[x**power for power in range(100)]), ONE)
    assert len(certificate.statement) < 200
    assert certificate.statement.endswith(" characters) = 1")
    assert str(certificate) == f"identity: {certificate.statement} (note: {certificate.note})"


def test_what_a_sequence_bound_starts_from_is_printed() -> None:
    other = replace(SEQUENCE, at_start={h: 2 * ONE})
    assert "from 1, " in SEQUENCE.statement
    assert other.statement != SEQUENCE.statement

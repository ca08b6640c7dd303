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
    AFFINE,
    LOGARITHM,
    ONE,
    SAMPLES,
    SEQUENCE,
    SUM_OF_HARMONIC,
    ZERO,
    K,
    h,
    s,
    x,
)
from theory.proofs.certificates import (
    Antiderivative,
    Certificate,
    CertificateError,
    Exact,
    Identity,
    Relation,
    SequenceBound,
    Sign,
    Telescoping,
    enclose,
)
from theory.proofs.certificates.quotients import is_zero

y, t = sp.symbols("y t")

small = st.integers(-6, 6)
rationals = st.fractions(min_value=-4, max_value=4, max_denominator=10)
polynomials = st.lists(rationals, min_size=1, max_size=7)


def harmonic_bound(
    upper: sp.Expr,
    *,
    power: int = 1,
    start: int = 1,
    initial: sp.Expr = ONE,
    limit: sp.Expr | None = None,
) -> SequenceBound:
    below = upper if limit is None else limit
    return SequenceBound("H", 1 / (K + 1) ** power, initial, upper, below, K, start)


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


CHANGED: list[tuple[Certificate, dict[str, object]]] = [
    (SUM_OF_HARMONIC, {"start": 2, "initial": {h: sp.Rational(3, 2)}}),
    (SUM_OF_HARMONIC, {"shifts": {h: h + 1 / K}}),
    (SUM_OF_HARMONIC, {"shifts": {h: h + 1 / (K + 2)}}),
    (SUM_OF_HARMONIC, {"shifts": {h: h}}),
    (SUM_OF_HARMONIC, {"initial": {h: sp.Integer(0)}}),
    (SUM_OF_HARMONIC, {"initial": {}}),
    (LOGARITHM, {"integrand": s + 1}),
    (LOGARITHM, {"integrand": -s}),
    (LOGARITHM, {"rules": {x: ONE, s: -1 / x}}),
    (LOGARITHM, {"rules": {x: ONE, s: ZERO}}),
    (LOGARITHM, {"low": {x: ONE / 2}}),
    (LOGARITHM, {"high": {x: ONE, s: ONE}}),
    (AFFINE, {"expression": 3 * K - 3 * h}),
    (AFFINE, {"expression": -3 * K + 2 * h + ONE / 2}),
    (AFFINE, {"expression": 3 * K - 4 * h}),
    (AFFINE, {"expression": 3 * K - 2 * h - 2}),
    (AFFINE, {"start": 0}),
    (AFFINE, {"bounds": {h: (ONE, 2 * K)}}),
    (AFFINE, {"bounds": {h: (ONE, K**2)}}),
    (AFFINE, {"bounds": {}}),
    (SEQUENCE, {"increment": h / K**2}),
    (SEQUENCE, {"increment": h}),
    (SEQUENCE, {"increment": -h / (K + 1) ** 2}),
    (SEQUENCE, {"initial": ONE}),
    (SEQUENCE, {"upper": 2 - (h + 2) / K}),
    (SEQUENCE, {"upper": 2 - h / K}),
    (SEQUENCE, {"upper": sp.Rational(3, 2) - (h + 1) / K}),
    (SEQUENCE, {"upper": 2 * K}),
    (SEQUENCE, {"limit": ONE}),
    (SEQUENCE, {"shifts": {h: h + ONE}}),
    (SEQUENCE, {"at_start": {h: 2 * ONE}}),
    (SEQUENCE, {"bounds": {h: (-K, K)}}),
    (SEQUENCE, {"bounds": {}}),
    (SEQUENCE, {"initial": sp.Float(0)}),
    (SEQUENCE, {"limit": sp.Float(2)}),
]


THIRD = sp.Float(1) / 3  # the double next to 1/3 is not 1/3
FLOAT = "a float cannot certify anything"
NO_FUNCTION = "no rational function"
TWO_MEANINGS = "one name, two meanings in K, K"
positive = sp.Symbol("K", positive=True)
REFUSED: list[tuple[Certificate, str]] = [
    *(
        (Identity("no rational function", expression, sp.Integer(0)), NO_FUNCTION)
        for expression in (
            *(sp.sin(x) ** 2 + sp.cos(x) ** 2 - 1, sp.sqrt(2) * x, sp.pi * x),
            *(sp.exp(x), sp.Abs(x), x**y),
        )
    ),
    (Sign("sine", 2 + sp.sin(K), K, 1), NO_FUNCTION),
    (Sign("root", sp.sqrt(2) * K, K, 1), NO_FUNCTION),
    (Identity("float", THIRD * x, x / 3), FLOAT),
    (Telescoping("float", THIRD * K, ONE / 3, K, 1, ONE / 3), FLOAT),
    (Antiderivative("float", THIRD * x, ONE / 3, {x: ONE}), FLOAT),
    (Sign("float", K - THIRD, K, 1), FLOAT),
    (harmonic_bound(sp.Float(1) * K), FLOAT),
    (Telescoping("no rule for h", K + h - 1, ONE, K, 1, ONE, {}, {h: ONE}), "shift"),
    (Antiderivative("no ends", x**2 / 2, x, {x: ONE}, value=ONE), "an integral has two ends"),
    (replace(AFFINE, bounds={}), "no bounds for h"),
    # False at h = x = 1, and at x = 2.
    (Sign("chain", ONE / 2 + h - 2 * x, K, 1, {h: (0, ONE), x: (0, h)}), "bounds are .* for h"),
    (Sign("its own bound", ONE - x, K, 1, {x: (0, x)}), "bounds are .* no place for x"),
    (replace(AFFINE, expression=K * h**2 + 1), "not affine in h"),
    (replace(AFFINE, expression=1 / (1 + h)), "not affine in h"),
    # 5 - K is positive on [1, 2], which says nothing about K = 6.
    (Sign("5 - K", 5 - K, K, 1, {K: (ONE, sp.Integer(2))}), TWO_MEANINGS),
    (Sign("5 - K", 5 - positive, K, 1, {positive: (ONE, sp.Integer(2))}), TWO_MEANINGS),
    (Exact("x differs from itself", (Relation("", K, "!=", positive),), ""), TWO_MEANINGS),
    (harmonic_bound(K, initial=2 * ONE), "base case fails at K = 1"),
    (harmonic_bound(K / 2), "base case fails at K = 1"),
    (harmonic_bound((K + 1) / 3), "base case fails at K = 1"),
    (harmonic_bound(2 - 1 / K), "sign not certified"),
    (harmonic_bound(sp.Rational(3, 2) - 1 / (2 * K**2), power=2), "sign not certified"),
    (harmonic_bound(sp.Rational(6, 5), power=3), "sign not certified"),
    # Base cases compare rational numbers.
    (harmonic_bound(K, initial=sp.sqrt(2) / 2), "base case fails"),
    (harmonic_bound(K + x, limit=K), "base case fails"),
    (SequenceBound("symbol", ONE, x, K + 1, K + 1, K, 1, {}, {}, {}), "base case fails"),
    (Sign("long", (K + 10**400) ** 100, K, 1), "too large to be decided"),
    (Exact("nothing", (), "no K"), "no case was checked"),
]


POLE, NO_FIT = "a pole is possible between the ends", "the ends may not fit the rule"
NO_LIMIT = "the primitive may have no limit at an end"


def integral(
    primitive: sp.Expr,
    integrand: sp.Expr,
    value: sp.Expr,
    *ends: tuple[sp.Expr, ...],
    constants: tuple[sp.Symbol, ...] = (),
    **rules: sp.Expr,
) -> Antiderivative:
    """Integrate along x; the ends have x and then, if they have more, the values of the rules."""
    moved = {x: ONE} | {sp.Symbol(name): rule for name, rule in rules.items()}
    low, high = (dict(zip(moved, end, strict=False)) for end in ends)
    return Antiderivative("", primitive, integrand, moved, low, high, value, constants)


def steps(closed: sp.Expr, base: sp.Expr, shift: sp.Expr, first: sp.Expr) -> Telescoping:
    """Sum the increments of a closed form with a symbol g that moves."""
    later = closed.subs({K: K + 1, g: shift}, simultaneous=True)
    return Telescoping("", closed, later - closed, K, 1, base, {g: shift}, {g: first}, (h,))


g = sp.Symbol("g")
unit = (-ONE,), (ONE,)  # from -1 to 1
UNITY = (g**2 + g) / (g * (g + 1))  # 1, but where g is 0 or -1
BUT_AT_5 = (K**2 - 5 * K) / (K - 5)  # K, but not at 5
FAR, SLOPE = 1 / (K - 5), (1 - g * s) / x
RATE, PRIME = g**2 / x + g**2 / (1 - x), sp.Symbol("x'")
HALF: Any = ONE / 2
A, B = sp.symbols("A B", commutative=False)


def shifted(part: sp.Expr) -> Telescoping:
    """Add to K what its parameters may leave without a value."""
    return Telescoping("", K + part, ONE, K, 1, 1 + part, parameters=(x, y))


ZEROS, ORIGIN, RISE = (ZERO, ZERO, ZERO), (ONE, ZERO, ZERO), ((ZERO, ZERO), (ONE, ONE))

# Each is false, or says nothing, at some value that it speaks of.
FORGED: list[tuple[Certificate, str]] = [
    (integral(-1 / x, x**-2, -2 * ONE, *unit), POLE),
    (integral(-1 / x, x**-2, -2 * ONE, *unit, constants=(x,)), "one name, two meanings"),
    (integral(s, 1 / x, ZERO, (-ONE, ZERO), (ONE, ZERO), s=1 / x), POLE),
    (integral(s, 1 / (x - h), ONE, *RISE, s=1 / (x - h), constants=(h,)), POLE),
    (integral(s, s * h, ZERO, (ZERO, ZERO), ORIGIN, s=s * h), "neither a rule nor a constant"),
    (integral(s, 1 / (x**2 - 2), ONE, (ZERO, ZERO), (2 * ONE, ONE), s=1 / (x**2 - 2)), POLE),
    (integral(s, 1 / x, ZERO, (ZERO, ZERO), (ONE, ZERO), s=1 / x), NO_FIT),
    (integral(s, 1 / x, ZERO, (ZERO,), (ONE, ZERO), s=1 / x), NO_LIMIT),
    (integral(s * (1 - x), (1 - x) / x - s, ZERO, (ZERO, ZERO), (ONE,), s=1 / x), NO_FIT),
    (integral(x**2 / 2 + s, x, 3 * ONE / 2, (ZERO, ZERO), (ONE, ONE), s=ZERO), NO_FIT),
    (integral(s * (1 - x), s**2 * (1 - x) - s, -ONE, (ZERO, ONE), (ONE,), s=s**2), NO_FIT),
    # With g = 1/ln x and s = ln x their product is 1, not 0.
    (integral(g * s, g * SLOPE, ZERO, (ZERO, ZERO), ORIGIN, g=-(g**2) / x, s=1 / x), NO_FIT),
    (replace(LOGARITHM, primitive=h, integrand=ZERO, low={x: ZERO, h: ONE}), "along one x"),
    (replace(LOGARITHM, high={s: ZERO}), "along one x"),
    (integral(s, s, 4 * ONE, (ZERO, ONE), (2 * ONE, 5 * ONE), s=s), NO_FIT),
    (integral(sp.atan(1 / x), -1 / (x**2 * (1 + x**-2)), sp.pi / 2, *unit), NO_FUNCTION),
    (Antiderivative("", sp.sign(x), sp.diff(sp.sign(x), x), {x: ONE}), NO_FUNCTION),
    (Telescoping("", 1 / (K - 5), 1 / (K - 4) - 1 / (K - 5), K, 1, -ONE / 4), "K - 4 may vanish"),
    (Telescoping("", K * (K - 1) / 2, BUT_AT_5, K, 1, ZERO), "K - 5 may vanish"),
    (steps(h * K + g, h, g + 1 / (K - 5), ZERO), "K - 5 may vanish"),
    (steps(K * UNITY, ONE, g - 1, ONE), "no bounds for g"),
    (steps(K * UNITY, ONE, g - h, h), "no bounds for g"),
    (steps(1 / (K * h + K - 5 * h - 5), -1 / (4 * h + 4), g, ZERO), "may vanish"),
    (steps(g, K, g, K), "at the start no parameter for K"),
    (Telescoping("", K * h, h, K, 1, ONE, {}, {h: ONE}, (h,)), "and no other has one"),
    (Telescoping("", K, ONE, K, 1, ONE, {K: 2 * K}, {K: ONE}), TWO_MEANINGS),
    (Telescoping("", positive, ZERO, K, 1, positive, {}, {}, (positive,)), TWO_MEANINGS),
    (Sign("", h * (K - 5) + ONE / 2, K, 5, {h: (FAR, FAR + 1)}), "K - 5 may vanish"),
    # What bounds h at K does not bound it at K + 1, or at the start.
    (SequenceBound("", h - 1, *ZEROS, K, 1, {h: h + 10}, {h: ONE}, {h: (ONE, ONE)}), "from above"),
    (SequenceBound("", 1 - h, *ZEROS, K, 1, {h: h - 10}, {h: ONE}, {h: (ONE, ONE)}), "from below"),
    # g = 1/ln(1/x - 1) is 0 at both ends and fits its rule; the integral diverges in between.
    (integral(g, RATE, ZERO, (ZERO, ZERO), ORIGIN, g=RATE), NO_FIT),
    (integral(h * x, h, (h**2 - h) / (h - 1), (ZERO,), (ONE,), constants=(h,)), POLE),
    (integral(x, ONE, 2 * ONE, (-ONE, ZERO), (ONE, ZERO), s=s * sp.log(x)), NO_FUNCTION),
    (Antiderivative("", x + s, 1 + s * sp.log(x), {x: ONE, s: s * sp.log(x)}), NO_FUNCTION),
    (Antiderivative("", PRIME, x, {x: ONE, PRIME: x}), "one name, two meanings in x'"),
    *(
        (shifted(part), NO_FUNCTION)
        for part in (sp.log(x), sp.gamma(x), sp.tan(x), x**y, sp.Piecewise((1, x > 0)))
    ),
    *(
        (Identity("", part, part), NO_FUNCTION)
        for part in (sp.log(x), sp.sqrt(x), sp.Subs(1 / x, x, 0), sp.oo * x, sp.floor(x))
    ),
    # The sum over K >= 1 would follow from nothing.
    (replace(shifted(ZERO), start=HALF, base=HALF), "it starts at no integer"),
    (Identity("", A * B, B * A), "no symbol of a number in A, B"),
    *(
        (Identity("", sp.Symbol(name), sp.Symbol(name)), "no symbol of a number")
        for name in ("0 = 1 and x", "I", "oo", "pi")
    ),
    (replace(SEQUENCE, bounds={h: (2 * ONE, K + 1)}), "base case fails"),
    (replace(SEQUENCE, limit=2 + h), "the limit is in K alone"),
    (SequenceBound("", ZERO, ONE, h, K, K, 1, {}, {h: ONE}, {h: (ZERO, ONE)}), "each symbol has"),
]


@pytest.mark.parametrize(
    ("certificate", "message"), REFUSED + FORGED, ids=range(len(REFUSED + FORGED))
)
def test_false_certificate_is_refused(certificate: Certificate, message: str) -> None:
    with pytest.raises(CertificateError, match=message):
        certificate.verify()


@pytest.mark.parametrize(("certificate", "change"), CHANGED, ids=range(len(CHANGED)))
def test_changed_one_is_rejected(certificate: Certificate, change: dict[str, object]) -> None:
    certificate.verify()
    changed: Any = replace(certificate, **change)  # type: ignore[type-var]
    assert not verifies(changed)


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

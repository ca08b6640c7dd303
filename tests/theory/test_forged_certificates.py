"""Certificates that are forged: each says what is false, or nothing, and each is refused."""

from dataclasses import replace
from typing import Any

import pytest
import sympy as sp

from tests.mutations.expressions import verifies
from tests.reference.certificates import (
    AFFINE,
    LOGARITHM,
    ONE,
    SEQUENCE,
    SUM_OF_HARMONIC,
    ZERO,
    K,
    h,
    harmonic_bound,
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
)

y, t = sp.symbols("y t")


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


@pytest.mark.parametrize(
    "certificate",
    [
        Identity("text", "x", x),
        Sign("text", "K", K, 1),
        Telescoping("text", K, ONE, K, 1, "1"),
        Exact("text", (Relation("", "1", "==", ONE),), ""),
    ],
)
def test_text_is_never_evaluated(certificate: Certificate) -> None:
    with pytest.raises(CertificateError, match="text is no expression"):
        certificate.verify()

r"""Theorem IV.3: the expectation over lambda, for every law and for Beta(alpha, alpha).

Over linear models only two moments matter, since the loss of a virtual sample is a square of
something affine in lambda: p = E[lambda^2 + (1 - lambda)^2]/2 and q = E lambda (1 - lambda), with
p + q = 1/2.
"""

from __future__ import annotations

from itertools import product

import sympy as sp

from theory.proofs.certificates import Antiderivative, Identity

ALPHA = sp.Symbol("alpha", positive=True)
LAMBDA = sp.Symbol("lambda")
Q = sp.Symbol("q", nonnegative=True)
P = sp.Rational(1, 2) - Q
"""The moments p and q of any law of lambda."""

LINEAR = ("squared loss", "f affine in x", "W symmetric, or a law of lambda that is so about 1/2")
"""Hypotheses of the theorem and of all that is said about it."""


def moments(alpha: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    """Return p = E lambda^2 and q = E lambda (1 - lambda) for lambda ~ Beta(alpha, alpha)."""
    return (alpha + 1) / (2 * (2 * alpha + 1)), alpha / (2 * (2 * alpha + 1))


def expected(polynomial: sp.Expr, first: sp.Expr = sp.S.Half, second: sp.Expr = P) -> sp.Expr:
    """Return the expectation of a polynomial in lambda of degree two or less."""
    terms = sp.Poly(polynomial, LAMBDA)
    if terms.degree() > 2:
        message = f"polynomial must have degree 2 or less in lambda; got {terms.degree()}"
        raise ValueError(message)
    values = (sp.Integer(1), first, second)
    return sp.Add(*(terms.coeff_monomial(LAMBDA**k) * values[k] for k in range(3)))


def moment_certificates() -> list[Antiderivative | Identity]:
    """Certify the moments of Beta(alpha, alpha) for every alpha > 0."""
    t, u, first, second = sp.symbols("t u E_1 E_2")
    rules = {t: 1, u: ALPHA * u * (1 - 2 * t) / (t * (1 - t))}
    ends = {t: 0, u: 0}, {t: 1, u: 0}
    p, q = moments(ALPHA)
    return [
        *(
            Antiderivative(text, primitive, integrand, rules, *ends, constants=(ALPHA,))
            for text, primitive, integrand in (
                (
                    "the integral of alpha (1 - 2t) (t(1-t))^(alpha-1) over [0, 1] is 0",
                    u,
                    ALPHA * (1 - 2 * t) * u / (t * (1 - t)),
                ),
                (
                    "that of ((alpha+1) t - (2 alpha+1) t^2) (t(1-t))^(alpha-1) is 0",
                    t * u,
                    ((ALPHA + 1) * t - (2 * ALPHA + 1) * t**2) * u / (t * (1 - t)),
                ),
            )
        ),
        Identity("so E lambda = 1/2", ALPHA * (1 - 2 * first), 2 * ALPHA * (sp.S.Half - first)),
        Identity(
            "and E lambda^2 = p",
            (ALPHA + 1) / 2 - (2 * ALPHA + 1) * second,
            (2 * ALPHA + 1) * (p - second),
        ),
        Identity("q = E lambda - E lambda^2", sp.S.Half - p, q),
    ]


def pairwise_criterion(
    residuals: list[sp.Expr],
    W: list[list[sp.Expr]],
    first: sp.Expr = sp.S.Half,
    second: sp.Expr = P,
) -> sp.Expr:
    """Return the expected criterion as it is written in Eq. (2), pair by pair."""
    pairs = product(enumerate(residuals), repeat=2)
    losses = (
        W[i][j] * expected((LAMBDA * r + (1 - LAMBDA) * s) ** 2, first, second)
        for (i, r), (j, s) in pairs
    )
    return sp.Add(*losses)

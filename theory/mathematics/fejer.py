r"""The Fejér kernel behind every reading: the readings as symbols, and closed forms of the taps."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import sympy as sp

from theory.mathematics.harmonic import AT_ONE, H1, SHIFTS, K
from theory.mathematics.readings import MIXTURES, FejerMixture, Reading
from theory.proofs.certificates import CertificateError, Identity, Telescoping

M = sp.Symbol("m", integer=True, positive=True)
"""The length of a segment."""

_COMPARED = (*range(1, 129), 10**3, 10**6)


@dataclass(frozen=True)
class Mixture:
    """The multiplier (constant + sum_{m<=K} weight F_m) / norm as rational functions."""

    constant: sp.Expr  # in K
    weight: sp.Expr  # in m
    norm: sp.Expr  # in K
    share: sp.Expr  # the weight, or m times the weight: a number, or else the closed forms refuse
    total: sp.Expr  # sum_{m<=K} weight, in K and H_K


def mixture(reading: Reading) -> Mixture:
    """Return a reading as rational functions, which its functions have to be."""
    return _symbolic(MIXTURES[reading], reading)


@cache
def _symbolic(functions: FejerMixture, reading: str) -> Mixture:
    parts = []
    for name, symbol in (("constant", K), ("weight", M), ("norm", K)):
        function = getattr(functions, name)
        try:
            part = sp.cancel(function(symbol))
        except TypeError as error:  # a case distinction cannot be made of a symbol
            message = f"{name} of {reading} is no rational function: {error}"
            raise CertificateError(message) from error
        numerator, denominator = sp.fraction(part)
        rational = all(p.is_polynomial(symbol) for p in (numerator, denominator))
        if not rational or part.free_symbols - {symbol}:
            message = f"{name} of {reading} must be a rational function of {symbol}; got {part}"
            raise CertificateError(message)
        for number in map(sp.Integer, _COMPARED):
            if function(number) != part.subs(symbol, number):
                message = f"{name} of {reading} is not {part} at {symbol} = {number}"
                raise CertificateError(message)
        parts.append(part)
    constant, weight, norm = parts
    share, total = (weight, weight * K) if weight.is_number else (weight * M, weight * M * H1)
    share = sp.cancel(share)
    if not share.is_number:
        message = f"weight of {reading} must be c or c/m with a number c; got {weight}"
        raise CertificateError(message)
    return Mixture(constant, weight, norm, share, sp.cancel(total))


def norm_certificates() -> list[Telescoping]:
    """Certify that the multiplier is 1 at theta = 0, where F_m = m, and the sum of the weights."""
    certificates = []
    for reading in MIXTURES:
        of = mixture(reading)
        step, first = of.weight.subs(M, K + 1), of.weight.subs(M, 1)
        mass, length = of.norm - of.constant, f"{reading}: sum_m w_m m = norm - constant"
        certificates += [
            Telescoping(length, mass, step * (K + 1), K, 1, first),
            Telescoping(f"{reading}: sum_m w_m", of.total, step, K, 1, first, SHIFTS, AT_ONE),
        ]
    return certificates


def tap_certificates() -> list[Telescoping]:
    """Certify the closed forms of the taps, with d = H_K - H_k and e = H_K^(2) - H_k^(2)."""
    k = sp.Symbol("k", integer=True, positive=True)
    d, e = sp.symbols("d e")
    # Written from the first segment that reaches k: K = k + r, with r the index.
    r = sp.Symbol("r", integer=True, nonnegative=True)
    after = {d: d + 1 / (k + r + 1), e: e + 1 / (k + r + 1) ** 2}
    return [
        Telescoping(f"{text}, with r = K - k", closed, step, r, 0, 0, after, {d: 0, e: 0}, (k,))
        for text, closed, step in (
            ("sum_{m=k+1..K} (1 - k/m)", r - k * d, 1 - k / (k + r + 1)),
            ("sum_{m=k+1..K} (m-k)/m^2", d - k * e, (r + 1) / (k + r + 1) ** 2),
        )
    ]


def count_certificate() -> Telescoping:
    """Certify the number of segments through a point."""
    return Telescoping("sum_{m=1..K} (m+1) = K(K+3)/2", K * (K + 3) / 2, K + 2, K, 1, 2)


def fejer_certificates() -> list[Telescoping | Identity]:
    """Certify the Fejér form of A_m for every integer m.

    With z = e^{i phi}, theta = 2 phi and w = z^m, m F_m = m + 2 sum_{k<m} (m-k) cos(k theta) has
    the increments D_m = 1 + 2 sum_{k<=m} cos(k theta) = sin((2m+1) phi)/sin(phi), and these have
    the increments 2 cos((m+1) theta).
    """
    z, w, m = sp.symbols("z w m")
    sine = (z - 1 / z) / 2  # i sin(phi); the factors i cancel in every quotient below
    dirichlet = (w**2 * z - 1 / (w**2 * z)) / 2 / sine
    square, cosine = ((w - 1 / w) / 2) ** 2 / sine**2, (w * z) ** 2 + 1 / (w * z) ** 2
    step = {w: w * z}
    return [
        Telescoping(
            "D_m = sin((2m+1) phi)/sin(phi)", dirichlet, cosine, m, 0, 1, step, {w: 1}, (z,)
        ),
        Telescoping(
            "m F_m = sin(m phi)^2 / sin(phi)^2", square, dirichlet, m, 1, 1, step, {w: z}, (z,)
        ),
    ]

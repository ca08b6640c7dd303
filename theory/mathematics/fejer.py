r"""The Fejér kernel behind every reading: the readings as symbols, and closed forms of the taps."""

from __future__ import annotations

import sympy as sp

from theory.mathematics.harmonic import AT_ONE, SHIFTS, K
from theory.mathematics.readings import MIXTURES, M
from theory.proofs.certificates import Identity, Telescoping


def norm_certificates() -> list[Telescoping]:
    """Certify that the multiplier is 1 at theta = 0, where F_m = m, and the sum of the weights."""
    certificates = []
    for reading in MIXTURES:
        of = MIXTURES[reading]
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

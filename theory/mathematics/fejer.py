r"""The Fejér kernel behind every reading: closed forms of the taps, for all K."""

from __future__ import annotations

import sympy as sp

from theory.mathematics.harmonic import K
from theory.proofs.certificates import Identity, Telescoping


def tap_certificates() -> list[Telescoping]:
    """Certify the closed forms of the taps, with d = H_K - H_k and e = H_K^(2) - H_k^(2)."""
    k = sp.Symbol("k", integer=True, positive=True)
    d, e = sp.symbols("d e")
    # Written from the first segment that reaches k: K = k + r, with r the index.
    r = sp.Symbol("r", integer=True, nonnegative=True)
    after = {d: d + 1 / (k + r + 1), e: e + 1 / (k + r + 1) ** 2}
    zero = {d: sp.Integer(0), e: sp.Integer(0)}
    return [
        Telescoping(
            "sum_{m=k+1..K} (1 - k/m) = K - k - k (H_K - H_k), with r = K - k",
            r - k * d,
            1 - k / (k + r + 1),
            r,
            0,
            sp.Integer(0),
            after,
            zero,
            (k,),
        ),
        Telescoping(
            "sum_{m=k+1..K} (m-k)/m^2 = (H_K - H_k) - k (H2_K - H2_k), with r = K - k",
            d - k * e,
            (r + 1) / (k + r + 1) ** 2,
            r,
            0,
            sp.Integer(0),
            after,
            zero,
            (k,),
        ),
    ]


def count_certificate() -> Telescoping:
    """Certify the number of segments through a point."""
    return Telescoping("sum_{m=1..K} (m+1) = K(K+3)/2", K * (K + 3) / 2, K + 2, K, 1, sp.Integer(2))


def fejer_certificates() -> list[Telescoping | Identity]:
    """Certify the Fejér form of A_m for every integer m.

    With z = e^{i phi}, theta = 2 phi and w = z^m, m F_m = m + 2 sum_{k<m} (m-k) cos(k theta) has
    the increments D_m = 1 + 2 sum_{k<=m} cos(k theta) = sin((2m+1) phi)/sin(phi), and these have
    the increments 2 cos((m+1) theta).
    """
    z, w, m = sp.symbols("z w m")
    sine = (z - 1 / z) / 2  # i sin(phi); the factors i cancel in every quotient below
    dirichlet = (w**2 * z - 1 / (w**2 * z)) / 2 / sine
    square = ((w - 1 / w) / 2) ** 2 / sine**2
    step = {w: w * z}
    return [
        Telescoping(
            "D_m = 1 + 2 sum_{k=1..m} cos(k theta) = sin((2m+1) phi)/sin(phi)",
            dirichlet,
            (w * z) ** 2 + 1 / (w * z) ** 2,
            m,
            0,
            sp.Integer(1),
            step,
            {w: sp.Integer(1)},
            (z,),
        ),
        Telescoping(
            "m F_m = m + 2 sum_{k<m} (m-k) cos(k theta) = sin(m phi)^2 / sin(phi)^2",
            square,
            dirichlet,
            m,
            1,
            sp.Integer(1),
            step,
            {w: z},
            (z,),
        ),
    ]

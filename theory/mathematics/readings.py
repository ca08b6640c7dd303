r"""The five readings of "the function that minimises the Local Mixup criterion".

On the lattice four readings are mixtures of Fejér kernels.  A segment of length m that is drawn
over the points of Z contributes, at a point, the operator with multiplier

.. math:: F_m(\theta) = 1 + 2 \sum_{k=1}^{m-1} (1 - k/m) \cos k\theta
                      = \frac{\sin^2(m\theta/2)}{m \sin^2(\theta/2)},

and f*_K has the multiplier (a + sum_{m<=K} w_m F_m) / norm, with the a, w, norm of the table below.
The fifth, ``"continuous"``, is a function of ``"density"`` and no such mixture: its taps alternate
in sign far out.
"""

from __future__ import annotations

from dataclasses import dataclass
from operator import index
from typing import Literal, SupportsIndex, get_args

import sympy as sp

from theory.mathematics.harmonic import AT_ONE, H1, SHIFTS, K
from theory.proofs.certificates import Identity, Telescoping
from theory.proofs.certificates.base import require

Reading = Literal["counting", "counting-self", "length", "density", "continuous"]
READINGS: tuple[Reading, ...] = get_args(Reading)


M = sp.Symbol("m", integer=True, positive=True)
"""The length of a segment."""


@dataclass(frozen=True)
class FejerMixture:
    """The multiplier (constant + sum_{m<=K} weight F_m) / norm of a reading, in symbols."""

    constant: sp.Expr  # in K: the weight of y_i itself beside the segments
    weight: sp.Expr  # in m: c or c/m, of the segments of length m
    norm: sp.Expr  # in K
    smallest: int  # the smallest K for which the reading has a value

    @property
    def flat(self) -> bool:
        """Whether all lengths have one weight."""
        return bool(self.weight.is_number)

    @property
    def share(self) -> sp.Expr:
        """The number c."""
        share = self.weight if self.flat else sp.cancel(self.weight * M)
        require(share.is_number, f"weight must be c or c/m with a number c; got {self.weight}")
        return share

    @property
    def total(self) -> sp.Expr:
        """The sum of the weights up to K."""
        return self.share * (K if self.flat else H1)


MIXTURES: dict[Reading, FejerMixture] = {
    "counting": FejerMixture(K, sp.Integer(1), K * (K + 3) / 2, 1),
    "counting-self": FejerMixture(1 + 2 * K, sp.Integer(2), K**2 + 3 * K + 1, 0),
    "length": FejerMixture(sp.Integer(0), sp.Integer(1), K * (K + 1) / 2, 1),
    "density": FejerMixture(sp.Integer(0), 1 / M, K, 1),
}

SMALLEST_K: dict[Reading, int] = {
    **{reading: mixture.smallest for reading, mixture in MIXTURES.items()},
    "continuous": 0,
}


def check_reading(reading: str) -> Reading:
    """Return the reading, or say which there are."""
    word: object = reading
    for known in READINGS:
        if isinstance(word, str) and word == known:
            return known
    message = f"reading must be one of {', '.join(READINGS)}; got {reading!r}"
    raise ValueError(message)


def check_integer(value: SupportsIndex, name: str, least: int | None = None) -> int:
    """Return an integer that is large enough."""
    message = f"{name} must be an integer; got {value!r}"
    if isinstance(value, bool):
        raise TypeError(message)
    try:
        number = index(value)
    except TypeError:
        raise TypeError(message) from None
    if least is not None and number < least:
        message = f"{name} must be at least {least}; got {number}"
        raise ValueError(message)
    return number


def check_neighbours(K: int, reading: str) -> tuple[int, Reading]:
    """Return K and the reading after checking both."""
    known = check_reading(reading)
    number = check_integer(K, "K")
    smallest = SMALLEST_K[known]
    if smallest > number:
        why = ", where it is 0/0 at K = 0" if number == 0 else ""
        message = f"K must be at least {smallest} for the reading {known!r}{why}; got {number}"
        raise ValueError(message)
    return number, known


def norm_certificates() -> list[Telescoping]:
    """Certify that the multiplier is 1 at theta = 0, where F_m = m, and the sum of the weights."""
    certificates = []
    for reading, of in MIXTURES.items():
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
        Telescoping("D_m as a quotient", dirichlet, cosine, m, 0, 1, step, {w: 1}, (z,)),
        Telescoping("the Fejér form of m F_m", square, dirichlet, m, 1, 1, step, {w: z}, (z,)),
    ]

r"""The strict decrease of the multiplier for K <= 60, by Bernstein polynomials in c = cos(theta).

An independent check of `theory.tradeoff.theorem_iv1_monotone`, whose proof is for all K.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import flint

from theory.lattice import kernel
from theory.mathematics.readings import READINGS
from theory.proofs.certificates import Bernstein, prove_bernstein

if TYPE_CHECKING:
    from theory.mathematics.readings import Reading

CROSS_CHECKED = 60
"""The largest K of the independent check with Bernstein polynomials."""


def multiplier_polynomial(K: int, reading: Reading) -> flint.fmpq_poly:
    """Return a multiplier as a polynomial in c = cos(theta)."""
    variable = flint.fmpq_poly([0, 1])
    previous, current = flint.fmpq_poly([1]), variable
    taps = [flint.fmpq(int(c.p), int(c.q)) for c in kernel(K, reading)]
    total = flint.fmpq_poly([taps[0]])
    for c in taps[1:]:
        total += 2 * c * current
        previous, current = current, 2 * variable * current - previous
    return total


def decrease_polynomial(K: int, reading: Reading) -> list[Fraction]:
    """Return mult_K - mult_{K+1} over (1 - c), up to a positive factor."""
    if reading == "continuous":
        b = flint.fmpq_poly([flint.fmpq(2, 3), flint.fmpq(1, 3)])
        low, high = (1 - multiplier_polynomial(k, "density") for k in (K, K + 1))
        difference = 2 * (K + 1) * b * high * (1 + 2 * K * b) - 2 * K * b * low * (
            1 + 2 * (K + 1) * b
        )
    else:
        difference = multiplier_polynomial(K, reading) - multiplier_polynomial(K + 1, reading)
    quotient, remainder = divmod(difference, flint.fmpq_poly([1, -1]))
    if remainder:
        message = f"mult_K - mult_(K+1) does not vanish at theta = 0 for K = {K}, {reading}"
        raise ArithmeticError(message)
    return [Fraction(int(c.p), int(c.q)) for c in quotient.coeffs()]


def bernstein_certificates(largest: int = CROSS_CHECKED) -> list[Bernstein]:
    """Certify the strict decrease of every multiplier for small K, by another route."""
    return [
        prove_bernstein(
            f"{reading}: mult_{k} > mult_{k + 1}",
            decrease_polynomial(k, reading),
            scope=f"K = {k}, every theta in (0, pi]",
        )
        for reading in READINGS
        for k in range(1, largest + 1)
    ]

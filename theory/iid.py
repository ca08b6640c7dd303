r"""Theorem IV.2, Eq. (8): the variance of f_K(x_i) for i.i.d. outputs on Z, exactly.

Var(f_K(x_i)) = sigma^2 sum_k c_k^2.  With <F_m, F_M> = J(m, M) = m - (m^2 - 1)/(3M) for m <= M, the
Fejér mixtures give finite double sums, which telescope in K with h = H_K.  V_K below is
Var(f_K(x_i))/sigma^2.
"""

from __future__ import annotations

from functools import cache

import sympy as sp

from theory.lattice import continuous_taps, kernel
from theory.mathematics.harmonic import H1, H3, S12, K, closed_in_harmonics, values_at
from theory.mathematics.piecewise import exact_number
from theory.mathematics.rational import Rational
from theory.mathematics.readings import MIXTURES, Reading, check_neighbours, check_reading

FEJER_SUM = sp.Rational(7, 54) * K * (K + 1) * (2 * K + 1) + sp.Rational(5, 9) * K - H1 / 3
"""Q_K = sum over m, M <= K of <F_m, F_M>."""

DENSITY_SUM = sp.Rational(5, 3) * K - H1 + sp.Rational(2, 3) * S12 + H3 / 3
"""P_K = sum over m, M <= K of <F_m, F_M>/(m M) = K^2 V_K of the reading "density"."""


def closed_form(reading: Reading) -> sp.Expr:
    """Return V_K in K and the symbols of `theory.mathematics.harmonic`."""
    of = MIXTURES[reading]
    # <1, F_m> = 1, so that the constant meets the sum of the weights.
    squares = of.share**2 * (FEJER_SUM if of.flat else DENSITY_SUM)
    return (of.constant**2 + 2 * of.constant * of.total + squares) / of.norm**2


def variance(K: sp.Expr, reading: str = "counting") -> sp.Expr:
    r"""Return Var(f_K(x_i)) / sigma^2 for uncorrelated outputs of variance sigma^2 on Z.

    Parameters
    ----------
    K : int or sympy.Expr
        Number of neighbours on each side; an integer, or a symbol for the closed form.
    reading : {"counting", "counting-self", "length", "density", "continuous"}
        Which criterion f*_K minimises.

    Returns
    -------
    sympy.Expr
        For an integer the exact value: rational, or in Q(sqrt((2K+1)(2K+3)/3)) for
        ``"continuous"``.  For a symbol the closed form in ``harmonic(K)`` (and, for ``"density"``,
        ``harmonic(K, 3)`` and the sum of H_{m-1}/m^2).

    Raises
    ------
    TypeError
        If K is a number but no integer.
    ValueError
        If the reading is unknown or has no value at K, or K is a symbol and the reading is
        ``"continuous"``, whose variance is a number of a field that changes with K; if an
        expression is rounded.

    Notes
    -----
    Theorem IV.2.  For ``"counting"``,
    V_K = 2 (14 K^3 + 183 K^2 + 37 K - 18 H_K) / (27 K^2 (K+3)^2).

    An integer K is put into the closed form that row ``"IV.2-closed-form"`` proves, which takes
    under 0.1 s up to K = 5000; the result prints, whatever its number of digits.
    ``"continuous"`` has no such form: the K taps are squared and added, exactly for every K, in
    about 0.05 s at K = 100 and 3 s at K = 1000, and six times as long for each doubling from there.

    Independence is not used: outputs need a common variance and zero correlation.
    """
    known = check_reading(reading)
    if isinstance(K, sp.Expr) and not K.is_number:
        if known == "continuous":
            message = "K must be an integer for the reading 'continuous'; got the symbol " + str(K)
            raise ValueError(message)
        return sp.factor(closed_in_harmonics(closed_form(known), exact_number(K, "K")))
    number, known = check_neighbours(K, known)
    if known == "continuous":
        return squared_taps(number, known)
    value = closed_form(known).subs(values_at(number))
    return Rational(value.p, value.q)


@cache
def squared_taps(K: int, reading: Reading) -> sp.Expr:
    """Return V_K as the sum of the squared taps."""
    if reading == "continuous" and K > 0:
        surds = continuous_taps(K, K + 1)
        last = surds.taps[-1] ** 2
        inner = sum((c**2 for c in surds.taps[1:-1]), surds.field.zero)
        one = surds.field.one
        total = surds.taps[0] ** 2 + 2 * (inner + last / (one - surds.ratio**2))
        return sp.sympify(surds.field.to_sympy(total))
    taps = kernel(K, reading)
    return taps[0] ** 2 + 2 * sp.Add(*(c**2 for c in taps[1:]))

r"""The lattice: kernel, multiplier and segments of f*_K, in exact rationals (Eqs. (3) and (4)).

K is the number of neighbours on each side.  On Z, and on Z/nZ with y extended n-periodically,
f*_K is a convolution of y with a symmetric kernel c of sum 1, or in the Fourier domain a product
with the multiplier c_0 + 2 sum_k c_k cos(k theta).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy as sp

from theory.mathematics.harmonic import K as INDEX
from theory.mathematics.piecewise import exact_number
from theory.mathematics.readings import (
    MIXTURES,
    Reading,
    check_integer,
    check_neighbours,
    check_reading,
)

__all__ = ["kernel", "multiplier", "segments", "tap"]


def segments(K: int) -> list[tuple[int, int]]:
    """Return the segments that contain the point 0 of Z, ends included.

    Parameters
    ----------
    K : int
        Number of neighbours on each side; segments have length 1, ..., K.

    Returns
    -------
    list of tuple of int
        The pairs (a, b) with a <= 0 <= b and 1 <= b - a <= K, each unordered pair once; there are
        K(K+3)/2 of them.

    Raises
    ------
    TypeError
        If K is not an integer.
    ValueError
        If K is negative.
    """
    K = check_integer(K, "K", 0)
    return [(a, a + m) for m in range(1, K + 1) for a in range(-m, 1)]


def _finite_kernel(K: int, reading: Reading) -> list[sp.Rational]:
    """Taps of a Fejér mixture: sum_{m>k} w_m (m-k)/m, by summing w_m/m twice from the end."""
    mixture = MIXTURES[reading]
    share, norm = mixture.share, mixture.norm.subs(INDEX, K)
    taps = [sp.Integer(0)] * max(K, 1)
    inner = outer = sp.Integer(0)
    for k in range(K - 1, -1, -1):
        inner += share / (k + 1) ** (1 if mixture.flat else 2)
        outer += inner
        taps[k] = outer / norm
    taps[0] += mixture.constant.subs(INDEX, K) / norm
    return taps


@dataclass(frozen=True)
class SurdTaps:
    """Taps in Q(sqrt((2K+1)(2K+3)/3)), with the ratio of their geometric tail."""

    field: Any  # the number field
    taps: list[Any]  # taps c_0, c_1, ... as elements of the field.
    ratio: Any  # the quotient c_{k+1} / c_k for every k >= K


def continuous_taps(K: int, count: int) -> SurdTaps:
    """Return the taps of the reading ``"continuous"`` as elements of a quadratic number field.

    Minimising sum (f_i - y_i)^2 + 2K |f - g|^2 over piecewise-linear f, with g the minimiser of the
    reading ``"density"``, gives f = g + G * (y - g) with the Green's function G of
    1 + 2K (2 + cos theta)/3 = A + B cos(theta), whose taps are ratio^|k| / sqrt(A^2 - B^2).
    """
    A, B = 1 + sp.Rational(4 * K, 3), sp.Rational(2 * K, 3)
    square = A**2 - B**2
    root = sp.sqrt(square)
    field = sp.QQ if root.is_Rational else sp.QQ.algebraic_field(root)
    generator = field.from_sympy(root) if root.is_Rational else field.unit
    if generator**2 != field.from_sympy(square):
        message = f"the generator of {field} is not a root of {square}"
        raise ArithmeticError(message)
    green = generator / field.from_sympy(square)
    ratio = (generator - field.from_sympy(A)) / field.from_sympy(B)
    size = max(count, K)
    u = [field.from_sympy(c) for c in _finite_kernel(K, "density")] + [field.zero] * (size - K)
    # (u * ratio^|.|)_k splits into the points up to k and those after it.
    right = [field.zero] * size
    for k in range(size - 2, -1, -1):
        right[k] = ratio * (right[k + 1] + u[k + 1])
    left, power, taps = right[0], field.one / ratio, []
    for k in range(size):
        left = ratio * left + u[k] if k > 0 else left + u[0]
        power *= ratio
        taps.append(u[k] + green * (power - left - right[k]))
    return SurdTaps(field, taps[:count], ratio)


def kernel(K: int, reading: str = "counting", taps: int | None = None) -> list[sp.Expr]:
    r"""Return the exact taps of the symmetric kernel of f*_K.

    Parameters
    ----------
    K : int
        Number of neighbours on each side.
    reading : {"counting", "counting-self", "length", "density", "continuous"}
        Which criterion f*_K minimises.
    taps : int, optional
        How many taps to return; max(K, 1) if not given.

    Returns
    -------
    list of sympy.Expr, length `taps`
        Taps c_0, c_1, ...; the kernel is c_k for lags k and -k.  Rational numbers that vanish from
        c_K on (c_0 alone is 1 at K = 0), but for ``"continuous"``, whose taps lie in
        Q(sqrt((2K+1)(2K+3)/3)) and end in a geometric tail that the first K taps do not exhaust.

    Raises
    ------
    TypeError
        If K is not an integer.
    ValueError
        If the reading is unknown or has no value at K, or `taps` is less than 1.

    Notes
    -----
    Eqs. (3) and (4) for ``"counting"``: c_0 = 4/(K+3) and, for 0 < k < K,
    c_k = 2 [K - k - k (H_K - H_k)] / (K (K+3)).

    The taps are rationals of some 0.9 K digits: K = 1000 takes 0.2 s at most and K = 5000 2 s,
    ``"density"`` 9 s; ``"continuous"`` 0.2 s at K = 300. `tap` gives a single one in closed form,
    and `numerics.lattice.kernel` a million in float64.
    """
    K, known = check_neighbours(K, reading)
    count = max(K, 1) if taps is None else check_integer(taps, "taps", 1)
    if known == "continuous" and K > 0:
        surds = continuous_taps(K, count)
        return [surds.field.to_sympy(c) for c in surds.taps]
    if known == "continuous":
        known = "counting-self"  # no segments: both are vanilla
    finite: list[sp.Expr] = list(_finite_kernel(K, known))
    return (finite + [sp.Integer(0)] * (count - len(finite)))[:count]


def tap(k: sp.Expr, K: sp.Expr, reading: str = "counting") -> sp.Expr:
    r"""Return the closed form of a tap with harmonic numbers, for symbolic k and K.

    Parameters
    ----------
    k : sympy.Expr
        An integer or a symbol with 0 <= k <= K; for the number 0 the constant of the reading is
        added.
    K : sympy.Expr
        Number of neighbours on each side, an integer or a symbol.
    reading : {"counting", "counting-self", "length", "density"}
        Which criterion f*_K minimises.

    Returns
    -------
    sympy.Expr
        The tap c_k in terms of H_K - H_k, and of H_K^(2) - H_k^(2) for ``"density"``.

    Raises
    ------
    TypeError
        If k or K is neither a symbolic expression nor an integer.
    ValueError
        If the reading is unknown, has no value at K or is ``"continuous"``, whose taps are not of
        this form; if k is not between 0 and K, or an expression is rounded.
    """
    known = check_reading(reading)
    if known == "continuous":
        message = "reading must be one with a finite kernel; got 'continuous' (use kernel)"
        raise ValueError(message)
    of = MIXTURES[known]
    whole, lag = (not (isinstance(value, sp.Expr) and value.free_symbols) for value in (K, k))
    K = sp.Integer(check_neighbours(K, known)[0]) if whole else exact_number(K, "K")
    k = sp.Integer(check_integer(k, "k")) if lag else exact_number(k, "k")
    if k.is_negative or (K - k).is_negative:
        message = f"k must be between 0 and K = {K}; got {k}"
        raise ValueError(message)
    h = sp.harmonic(K) - sp.harmonic(k)
    squares = sp.harmonic(K, 2) - sp.harmonic(k, 2)
    total = of.share * (K - k - k * h if of.flat else h - k * squares)
    constant = of.constant if k == 0 else sp.Integer(0)
    return ((constant + total) / of.norm).subs(INDEX, K)


def multiplier(K: int, theta: sp.Expr, reading: str = "counting") -> sp.Expr:
    r"""Return the exact Fourier multiplier of f*_K at an angle.

    Parameters
    ----------
    K : int
        Number of neighbours on each side.
    theta : sympy.Expr
        Angle in radians, exact and real: a number or a symbol; 2 pi j / n for the j-th frequency of
        Z/nZ.
    reading : {"counting", "counting-self", "length", "density", "continuous"}
        Which criterion f*_K minimises.

    Returns
    -------
    sympy.Expr
        The sum c_0 + 2 sum_k c_k cos(k theta), exact; 1 at theta = 0 and in (0, 1] everywhere.

    Raises
    ------
    TypeError
        If K is not an integer.
    ValueError
        If the reading is unknown or has no value at K, or `theta` is rounded, infinite or not real.
    """
    K, known = check_neighbours(K, reading)
    theta = exact_number(theta, "theta")
    if known == "continuous":
        if K == 0:
            return sp.Integer(1)
        b = (2 + sp.cos(theta)) / 3
        return (1 + 2 * K * b * multiplier(K, theta, "density")) / (1 + 2 * K * b)
    taps = _finite_kernel(K, known)
    return taps[0] + sum(2 * c * sp.cos(k * theta) for k, c in enumerate(taps) if k > 0)

"""The readings of f*_K on Z/nZ with winding: one K at all frequencies 2 pi j/n, in O(n log n)."""

import numpy as np
import scipy

from numerics.lattice.fejer import SERIES_REACH, deficit, deficit_coefficients
from numerics.lattice.readings import MIXTURES, Reading
from numerics.validation import FloatArray


def power(y: FloatArray) -> FloatArray:
    """Return how the variance of a signal is spread over the frequencies."""
    n = y.size
    # Taking the mean off first keeps the rounding of a large one out of the other frequencies.
    coefficients = scipy.fft.rfft(y - y.mean())[1:] / n
    weights: FloatArray = 2 * (coefficients.real**2 + coefficients.imag**2)
    if n % 2 == 0:
        weights[-1:] /= 2  # j = n/2 is its own mirror image
    return weights


def evenly(n: int) -> FloatArray:
    """Return the weights of the frequencies j > 0 in a mean over all n."""
    weights = np.full(n // 2, 2 / n)
    if n % 2 == 0:
        weights[-1:] /= 2
    return weights


def self_pairs(reading: Reading, square: FloatArray) -> FloatArray:
    """Return the term that self pairs add to numerator and norm of a Fejér mixture."""
    return 1.5 / (3 - 2 * square) if reading == "continuous" else np.zeros_like(square)


def multiplier(n: int, K: int, reading: Reading) -> tuple[FloatArray, FloatArray]:
    """Return the multiplier of one K at all frequencies of Z/nZ, and how far it is below 1."""
    # sin^2(m phi_j) has period n in m, so that
    # sin^2(phi) G_K = sum_{0<r<n} sin^2(r phi) B_r,   B_r = sum_{m<=K, m = r mod n} w_m/m,
    # is one Fourier transform of B, where B_r is a difference of digamma values if w_m = 1. If
    # w_m = 1/m it is phi (pi - phi)/2, its value for K = infinity, less the same sum over m > K,
    # where B_r is a Hurwitz zeta value: this keeps the error relative to terms of size 1/K.
    if K <= 1:  # vanilla, and F_1 = 1
        return np.ones(n // 2), np.zeros(n // 2)
    mixture = MIXTURES[reading]
    phi = np.pi * np.arange(1, n // 2 + 1) / n
    square = np.sin(phi) ** 2
    count = np.array(float(K))
    extra = self_pairs(reading, square)
    norm = mixture.norm(count) + extra
    residues = np.arange(1, n)
    folded = np.zeros(n)
    if mixture.decay:
        beyond = residues + n * ((K - residues) // n + 1)  # the first m > K of each residue
        folded[1:] = scipy.special.zeta(2.0, beyond / n) / n**2
        total = phi * (np.pi - phi) / 2 - _sine_transform(folded)
    else:
        terms = (K - residues) // n + 1
        x = residues / n
        folded[1:] = (scipy.special.digamma(x + terms) - scipy.special.digamma(x)) / n
        total = _sine_transform(folded)
    kept = (mixture.atom(count) + extra + mixture.factor * total / square) / norm
    lost = 1 - kept
    near = int(np.searchsorted(phi, SERIES_REACH / K, side="right"))
    if near:
        series = deficit(deficit_coefficients(K, mixture)[:, -1:], square[:near])[0]
        lost[:near] = series / norm[:near]
        kept[:near] = 1 - lost[:near]
    return kept, lost


def _sine_transform(folded: FloatArray) -> FloatArray:
    """Return sum_r sin^2(pi r j/n) folded_r for j = 1, ..., n//2."""
    transform = scipy.fft.rfft(folded).real
    return np.asarray((transform[0] - transform[1:]) / 2)

r"""The segments at many points when nearly all pairs count: products of matrices.

With s_i = x - x_i for the samples to the left of a point x and r_j = x_j - x for those to its
right, the density of the pair (i, j) is a product, whose last factor does not depend on x,

.. math:: \frac{W_{ij}}{B(\alpha,\beta)}\; s_i^{\beta-1}\, r_j^{\alpha-1}\,
          (x_j - x_i)^{-(\alpha+\beta-1)} .
"""

import numpy as np
import scipy

from numerics.minimise.virtual.law import BetaLaw
from numerics.minimise.virtual.segments import Segments
from numerics.validation import FloatArray, IntArray

_MOST_SAMPLES = 3000
_LARGEST_POWER = 280.0  # decades that the powers of the smallest gap may span
_POINTS = 1 << 10  # points of an interval at a time


class Bilinear:
    """The pairs as matrices of the powers of their lengths."""

    def __init__(self, segments: Segments, law: BetaLaw) -> None:
        self.samples = segments.samples
        x = self.samples.points[self.samples.place]
        length = x[None, :] - x[:, None]
        ahead = length > 0
        length[~ahead] = 1
        scale = np.exp(-scipy.special.betaln(law.alpha, law.beta))
        kernel = np.where(ahead, scale * length ** (1 - law.alpha - law.beta), 0)
        forward = (law.beta - 1, law.alpha - 1)
        kernels: list[tuple[FloatArray, tuple[float, float]]]
        if law.symmetric:
            weights = 2.0 if segments.graph is None else segments.dense + segments.dense.T
            kernels = [(kernel * weights, forward)]
        else:
            dense = np.ones((1, 1)) if segments.graph is None else segments.dense
            kernels = [(kernel * dense, forward), (kernel * dense.T, forward[::-1])]
        self.kernels = [
            (part, part / length, part / length**2, exponents) for part, exponents in kernels
        ]
        self.x = x

    @staticmethod
    def serves(segments: Segments, law: BetaLaw) -> bool:
        """Tell whether memory and the range of float64 suffice."""
        samples = segments.samples
        dense = segments.graph is None or isinstance(segments.graph, np.ndarray)
        if not dense or samples.n > _MOST_SAMPLES or samples.points.size < 2:
            return False
        decades = -np.log10(np.diff(samples.points).min())
        return bool(max(decades, 1) * (law.alpha + law.beta + 1) < _LARGEST_POWER)

    def sums(
        self, k: IntArray, before: FloatArray, behind: FloatArray, *, scatter: bool
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Sum up the segments over some points."""
        outputs = self.samples.values.shape[0]
        density, spread = np.zeros(k.size), np.zeros(k.size)
        mean = np.zeros((outputs, k.size))
        firsts = np.flatnonzero(np.diff(k, prepend=-1))
        for first, last in zip(firsts, [*firsts[1:], k.size], strict=True):
            for begin in range(first, last, _POINTS):
                part = slice(begin, min(begin + _POINTS, last))
                density[part], mean[:, part], spread[part] = self._interval(
                    int(k[first]), before[part, None], behind[part, None], scatter=scatter
                )
        return density, mean, spread

    def _interval(
        self, k: int, before: FloatArray, behind: FloatArray, *, scatter: bool
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        samples, points = self.samples, self.samples.points
        cut = int(samples.start[k + 1])
        s = before + (points[k] - self.x[:cut])
        r = behind + (self.x[cut:] - points[k + 1])
        y_left, y_right = samples.values[:, :cut], samples.values[:, cut:]
        density = np.zeros(s.shape[0])
        total = np.zeros((y_left.shape[0], s.shape[0]))
        factors = []
        for plain, by_length, by_square, (left, right) in self.kernels:
            # Segments that end at the point itself are left out.
            a, b = _power(s, left), _power(r, right)
            density += np.einsum("qj,qj->q", a @ plain[:cut, cut:], b)
            once = by_length[:cut, cut:]
            tilted = (a * s) @ once
            for c in range(y_left.shape[0]):
                total[c] += np.einsum("qj,qj->q", (a * y_left[c]) @ once, b * r)
                total[c] += np.einsum("qj,qj->q", tilted, b * y_right[c])
            factors.append((a, b, by_square[:cut, cut:]))
        some = np.where(density > 0, density, 1)
        mean = total / some
        spread = np.zeros_like(density)
        if scatter:
            for a, b, twice in factors:
                square = (a * s**2) @ twice
                for c in range(y_left.shape[0]):
                    z, v = y_left[c] - mean[c][:, None], y_right[c] - mean[c][:, None]
                    spread += np.einsum("qj,qj->q", (a * z**2) @ twice, b * r**2)
                    spread += 2 * np.einsum("qj,qj->q", (a * s * z) @ twice, b * r * v)
                    spread += np.einsum("qj,qj->q", square, b * v**2)
        mean[:, density == 0] = np.nan
        return density, mean, np.maximum(spread, 0)


def _power(base: FloatArray, exponent: float) -> FloatArray:
    positive = base > 0
    return np.where(positive, np.where(positive, base, 1) ** exponent, 0)

r"""The segments over each interval as polynomials, for integer parameters of the Beta law.

With s = x - x_i and r = x_j - x, so that l = s + r is the length of the segment, a pair has the
density and the sums of targets

.. math:: \frac{W_{ij}}{B(\alpha,\beta)}\, s^{\beta-1} r^{\alpha-1}\, l^{-(\alpha+\beta+1)}
          \times \{(s + r)^2,\; (s + r)(y_i r + y_j s),\; |y_i r + y_j s|^2\} .

Inside the interval (x_k, x_{k+1}) these are polynomials in the distances u and v of x from its two
ends, s = u + (x_k - x_i) and r = v + (x_j - x_{k+1}), and so are their sums over all pairs. The
sums over j are carried along from interval to interval, where (x_j - x_{k+1})^m is expanded by the
binomial theorem: time O(n^2), memory O(n). All terms of the density are positive, so that it keeps
its relative accuracy next to nearly equal points as well; the scatter is a difference, and keeps
that of the sum of squares.
"""

import numpy as np
import scipy

from numerics.minimise.virtual.law import BetaLaw
from numerics.minimise.virtual.segments import Segments
from numerics.validation import FloatArray, IntArray

LARGEST_DEGREE = 16
"""Largest alpha + beta that is treated as a polynomial; the work grows with its square."""
_LARGEST_POWER = 280.0  # decades that the powers of the smallest gap may span
_HELD = 1 << 22  # coefficients that are gathered at a time


class _Kernel:
    """The pairs of one order: powers p of s and q of r, and coefficients for each interval."""

    def __init__(self, p: int, q: int, intervals: int, outputs: int) -> None:
        self.p, self.q = p, q
        # Of (u-power, v-power) sums of w a^m b^m' times 1, y_i, y_j, |y_i|^2, y_i . y_j, |y_j|^2.
        self.blocks = np.zeros((intervals, 2 * outputs + 4, p + 3, q + 3))
        self.left = [scipy.special.binom(p + e, np.arange(p + 3)) for e in range(3)]
        self.right = [scipy.special.binom(q + e, np.arange(q + 3)) for e in range(3)]

    def terms(self, e: int, u: FloatArray, v: FloatArray) -> FloatArray:
        """Return the factors of a^m b^m' in s^(p + e) r^(q + 2 - e), shape (size, p+3, q+3)."""
        f = 2 - e
        left = self.left[e] * u[:, None] ** np.maximum(self.p + e - np.arange(self.p + 3), 0)
        right = self.right[f] * v[:, None] ** np.maximum(self.q + f - np.arange(self.q + 3), 0)
        return left[:, :, None] * right[:, None, :]


class Polynomial:
    """The polynomials of every interval."""

    def __init__(self, segments: Segments, law: BetaLaw) -> None:
        self.samples = segments.samples
        self.gaps = np.diff(self.samples.points)
        self.scale = float(np.exp(-scipy.special.betaln(law.alpha, law.beta)))
        self.outputs = self.samples.values.shape[0]
        p, q = int(law.beta) - 1, int(law.alpha) - 1
        if law.symmetric:
            self.kernels = [self._summed(segments, p, q, both=True, converse=False)]
        else:
            self.kernels = [
                self._summed(segments, p, q, both=False, converse=False),
                self._summed(segments, q, p, both=False, converse=True),
            ]

    @staticmethod
    def serves(segments: Segments, law: BetaLaw) -> bool:
        """Tell whether the sums are polynomials of low degree and stay in the range of float64."""
        samples = segments.samples
        dense = segments.graph is None or isinstance(segments.graph, np.ndarray)
        total = law.alpha + law.beta
        if not dense or not law.polynomial or total > LARGEST_DEGREE or samples.points.size < 2:
            return False
        decades = -np.log10(np.diff(samples.points).min())
        return bool(max(decades, 1) * (total + 1) < _LARGEST_POWER)

    def _summed(self, segments: Segments, p: int, q: int, *, both: bool, converse: bool) -> _Kernel:
        """Carry the sums over j from the last interval to the first."""
        samples, outputs = self.samples, self.outputs
        points, start = samples.points, samples.start
        x = points[samples.place]
        squares = np.einsum("cn,cn->n", samples.values, samples.values)
        weights = np.concatenate((np.ones((1, samples.n)), samples.values, squares[None]))
        kernel = _Kernel(p, q, points.size - 1, outputs)
        sums = np.zeros((outputs + 2, q + 3, samples.n))
        powers = np.arange(q + 3)
        lower = powers[:, None] - powers
        binomials = np.where(lower >= 0, scipy.special.binom(powers[:, None], powers), 0)
        for k in range(points.size - 2, -1, -1):
            cut, end = int(start[k + 1]), int(start[k + 2])
            held = sums[:, :, :cut]
            if k + 2 < points.size:
                shift = binomials * (points[k + 2] - points[k + 1]) ** np.maximum(lower, 0)
                held[:] = np.matmul(shift, held)
            inverse = 1 / (points[k + 1] - x[:cut])
            reach = np.full(cut, self.scale * (2 if both else 1))
            for _ in range(p + q + 3):
                reach *= inverse
            if segments.graph is None:
                held[:, 0] += weights[:, cut:end].sum(axis=1)[:, None] * reach
            else:
                pairs = (
                    segments.dense[cut:end, :cut] if converse else segments.dense[:cut, cut:end].T
                )
                if both:
                    pairs = (pairs + segments.dense[cut:end, :cut]) / 2
                held[:, 0] += (weights[:, cut:end] @ pairs) * reach
            away = points[k] - x[:cut]
            left = np.empty((outputs + 2, p + 3, cut))
            left[:, 0] = weights[:, :cut]
            for m in range(1, p + 3):
                np.multiply(left[:, m - 1], away, out=left[:, m])
            product = left.reshape(-1, cut) @ held.reshape(-1, cut).T
            found = product.reshape(outputs + 2, p + 3, outputs + 2, q + 3)
            block = kernel.blocks[k]
            block[0] = found[0, :, 0]
            block[1 : outputs + 1] = found[1:-1, :, 0]
            block[outputs + 1 : -3] = found[0, :, 1:-1].swapaxes(0, 1)
            block[-3] = found[-1, :, 0]
            block[-2] = np.einsum("cmcr->mr", found[1:-1, :, 1:-1])
            block[-1] = found[0, :, -1]
        return kernel

    def sums(
        self, k: IntArray, before: FloatArray, behind: FloatArray, *, scatter: bool
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Sum up the segments over some points."""
        density, square = np.zeros(k.size), np.zeros(k.size)
        total = np.zeros((self.outputs, k.size))
        step = max(_HELD // self.kernels[0].blocks[0].size, 1)
        for begin in range(0, k.size, step):
            part = slice(begin, begin + step)
            for kernel in self.kernels:
                last, middle, first = (
                    kernel.terms(e, before[part], behind[part]) for e in range(3)
                )
                blocks = kernel.blocks[k[part]]

                def add(index: slice, terms: FloatArray, blocks: FloatArray = blocks) -> FloatArray:
                    return np.asarray(np.einsum("qbmr,qmr->bq", blocks[:, index], terms))

                density[part] += add(slice(0, 1), last + 2 * middle + first)[0]
                total[:, part] += add(slice(1, self.outputs + 1), last + middle)
                total[:, part] += add(slice(self.outputs + 1, -3), middle + first)
                if scatter:
                    square[part] += add(slice(-3, -2), last)[0]
                    square[part] += 2 * add(slice(-2, -1), middle)[0]
                    square[part] += add(slice(-1, None), first)[0]
        known = density > 0
        mean = np.where(known, total / np.where(known, density, 1), np.nan)
        if not scatter:
            return density, mean, square
        rest = square - np.einsum("cq,cq->q", total, np.where(known, mean, 0))
        return density, mean, np.maximum(rest, 0)

    def limits(self) -> tuple[FloatArray, FloatArray]:
        """Return the limits of the mean target at the two ends of each interval."""
        # A density that does not vanish at the end gives it by its value. If it does, all segments
        # begin there, with the powers s^(beta - 1) and s^(alpha - 1): the smaller decides.
        k, none = np.arange(self.gaps.size), np.zeros(self.gaps.size)
        right = self.sums(k, none, self.gaps, scatter=False)[1]
        left = self.sums(k, self.gaps, none, scatter=False)[1]
        own, end = slice(1, self.outputs + 1), slice(self.outputs + 1, -3)
        for kernel in sorted(self.kernels, key=lambda part: part.p):
            across = kernel.right[2] * _powers(self.gaps, kernel.q + 2)
            starting = np.einsum("kbr,kr->bk", kernel.blocks[:, :, 0], across)
            _fill(right, starting[0], starting[own])
        for kernel in sorted(self.kernels, key=lambda part: part.q):
            across = kernel.left[2] * _powers(self.gaps, kernel.p + 2)
            ending = np.einsum("kbm,km->bk", kernel.blocks[:, :, :, 0], across)
            _fill(left, ending[0], ending[end])
        return right, left


def _powers(base: FloatArray, degree: int) -> FloatArray:
    """Return base^degree, ..., base, 1 as rows."""
    return base[:, None] ** np.arange(degree, -1, -1)


def _fill(limit: FloatArray, weight: FloatArray, total: FloatArray) -> None:
    """Set unknown limits to a mean, where it has a weight."""
    some = np.isnan(limit[0]) & (weight > 0)
    limit[:, some] = total[:, some] / weight[some]

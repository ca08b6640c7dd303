r"""The graph that joins each sample of a row to the K before and behind it, without its n K pairs.

On evenly spaced points, the lattice of Section IV.B cut to n points, the segments over an interval
depend on distances only. With P_a(d) = sum of m^-a over d < m <= K, a sample d intervals to the
left of the interval (x_k, x_{k+1}) puts there the density P_1(d), and its target the shares
P_1(d) - d P_2(d) and P_1(d) - (d + 1) P_2(d) of it at the two ends: convolutions, in time
O(n log n) for every K. Samples with fewer than K others behind them have less, and are corrected.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
import scipy

from numerics.validation import FloatArray, check_count

_DIRECT = 64  # intervals next to the end, where the correction would cancel, and small windows


@dataclass(frozen=True)
class Band:
    """The weights W[i, j] = 1 for |i - j| <= K, and 0 else, of n samples in a row."""

    n: int  # number of samples, at least 1
    K: int  # number of neighbours on each side, at least 0
    self_loops: bool = True  # whether W[i, i] is 1 or 0

    def __post_init__(self) -> None:
        """Check the numbers."""
        object.__setattr__(self, "n", check_count(self.n, "n", 1))
        object.__setattr__(self, "K", check_count(self.K, "K"))

    @property
    def shape(self) -> tuple[int, int]:
        """The shape of the matrix."""
        return self.n, self.n

    @property
    def T(self) -> Self:
        """The transposed graph."""
        return self

    def __matmul__(self, r: FloatArray) -> FloatArray:
        """Return W r for r of shape (n,) or (n, c), in time O(n)."""
        rows = r.reshape(self.n, -1).T
        result = window_sums(rows, self.K)
        if not self.self_loops:
            result = result - rows
        return np.ascontiguousarray(result.T).reshape(r.shape)

    def tosparse(self) -> scipy.sparse.csr_array:
        """Return the graph with all its pairs."""
        here = np.arange(self.n)
        low, high = np.maximum(here - self.K, 0), np.minimum(here + self.K, self.n - 1)
        ends = np.concatenate(([0], np.cumsum(high - low + 1)))
        columns = np.arange(ends[-1]) + np.repeat(low - ends[:-1], high - low + 1)
        W = scipy.sparse.csr_array((np.ones(columns.size), columns, ends), shape=self.shape)
        if not self.self_loops:
            W.setdiag(0)
            W.eliminate_zeros()
        return W


def window_sums(rows: FloatArray, K: int) -> FloatArray:
    """Return at each place the sum over the K places before and behind it and itself."""
    n = rows.shape[1]
    if min(K, n) <= _DIRECT:
        result = rows.copy()
        for d in range(1, min(K, n - 1) + 1):
            result[:, d:] += rows[:, :-d]
            result[:, :-d] += rows[:, d:]
        return result
    total = np.concatenate((np.zeros((rows.shape[0], 1)), np.cumsum(rows, axis=1)), axis=1)
    here = np.arange(n)
    return total[:, np.minimum(here + K, n - 1) + 1] - total[:, np.maximum(here - K, 0)]


def lattice_sums(
    values: FloatArray, K: int, *, by_length: bool
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Sum up the segments over each interval of evenly spaced points, in units of their spacing."""
    n = values.shape[1]
    reach = min(K, n - 1)
    rows = np.concatenate((np.ones((1, n)), values))
    density, left, right = _from_left(rows, reach, power=1 if by_length else 0)
    _, right_mirrored, left_mirrored = _from_left(rows[:, ::-1], reach, power=1 if by_length else 0)
    first = (left + left_mirrored[:, ::-1])[1:] / density[0]
    last = (right + right_mirrored[:, ::-1])[1:] / density[0]
    return 2 * density[0], first, last


def _from_left(
    rows: FloatArray, K: int, *, power: int
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return what the samples to the left of each interval put on it: mass and target sums."""
    n = rows.shape[1]
    m = np.arange(1.0, K + 1)
    # tails[a][d]: the sum of m^-a over d < m <= K, summed up from its smallest terms.
    tails = [np.append(np.cumsum((m**-a)[::-1])[::-1], 0) for a in (float(power), float(power + 1))]
    d = np.arange(float(K))
    at_left = tails[0][:-1] - d * tails[1][:-1]
    weights = tails[0][:-1], at_left, at_left - tails[1][:-1]
    short = rows[:, n - K :]  # fewer than K samples behind them: K - 1, ..., 0
    once, twice = (tail[:K][::-1] for tail in tails)
    missing = np.cumsum(short * once, axis=1), np.cumsum(short * twice, axis=1)
    moment = np.cumsum(short * d * twice, axis=1)
    found = []
    for kind, weight in enumerate(weights):
        whole = scipy.signal.oaconvolve(rows[:, : n - 1], weight[None], axes=1)[:, : n - 1]
        # What the missing pairs would have put on the intervals next to the end.
        excess = missing[0].copy()
        if kind:
            excess -= (d + kind - 1) * missing[1] - moment
        whole[:, n - K :] -= excess[:, : K - 1]
        found.append(whole)
    density, first, last = found
    near = np.zeros(K)
    closer = np.zeros(K)
    for behind in range(1, min(_DIRECT, n - 1) + 1):
        # The segments that reach at most `behind` samples beyond the interval's left end.
        span = d + behind
        near += np.where(span <= K, span**-power, 0)
        closer += np.where(span <= K, span ** -(power + 1), 0)
        k = n - 1 - behind
        size = min(K, k + 1)
        local = rows[:, k - size + 1 : k + 1][:, ::-1]
        density[:, k] = local @ near[:size]
        first[:, k] = local @ (near - d * closer)[:size]
        last[:, k] = local @ (near - (d + 1) * closer)[:size]
    return density, first, last

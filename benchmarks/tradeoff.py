"""Time `numerics.tradeoff.periodic` against Eq. (3) and (4) evaluated as they are printed.

Run ``python benchmarks/tradeoff.py`` (about two minutes), or with ``--quick`` (seconds: n = 1024,
where the ratio is far smaller, since the printed formula takes time n K_max^2).

The printed recursion S_{K+1} = S_K + A_{K+1} sums A_K over k = 1, ..., K-1 for every point and
every K. Its fastest vectorisation here is one `numpy.correlate` per K of the wrapped signal with
the weights of A_K, a BLAS dot product per point: loops over `numpy.roll` and sliding windows times
weights, timed as well, are slower. Two routes that give up the sums as printed are timed for
comparison: one matrix product for the A_K of all K, and one fast Fourier transform per K.
"""

from __future__ import annotations

import argparse
import time
from statistics import median
from typing import TYPE_CHECKING

import numpy as np
import scipy.fft
from numpy.lib.stride_tricks import sliding_window_view

from numerics import tolerances, tradeoff

if TYPE_CHECKING:
    from collections.abc import Callable

    from numerics.validation import FloatArray


def correlate(y: FloatArray, K: int) -> FloatArray:
    """Sum A_K at all points by one correlation of the wrapped signal with its weights."""
    n = y.size
    k = np.arange(1, K)
    weights = np.zeros(2 * K - 1)  # of y_{i-K+1}, ..., y_{i+K-1}
    weights[K - 1 - k] = K - k
    weights[2 * K - 1 - k] = k
    wrapped = np.concatenate((y[n - K + 1 :], y, y[: K - 1]))
    return np.correlate(wrapped, weights / K, "valid")


def windows(y: FloatArray, K: int) -> FloatArray:
    """Sum A_K at all points as sliding windows of the wrapped signal times its weights."""
    n = y.size
    ramp = np.arange(1, K) / K
    before = sliding_window_view(np.concatenate((y[n - K + 1 :], y[:-1])), K - 1)
    after = sliding_window_view(np.concatenate((y[1:], y[: K - 1])), K - 1)
    return before @ ramp + after @ ramp[::-1]


def rolls(y: FloatArray, K: int) -> FloatArray:
    """Sum A_K at all points term by term, each term a rolled copy of the signal."""
    total = np.zeros_like(y)
    for k in range(1, K):
        total += (K - k) * np.roll(y, k) + k * np.roll(y, k - K)
    return total / K


def transforms(y: FloatArray, K: int) -> FloatArray:
    """Sum A_K at all points by a product of Fourier transforms."""
    n = y.size
    k = np.arange(1, K)
    weights = np.zeros(n)
    weights[k] = (K - k) / K
    weights[-k] += (K - k) / K
    return scipy.fft.irfft(scipy.fft.rfft(weights) * scipy.fft.rfft(y), n)


def as_printed(
    y: FloatArray, last: int, sums: Callable[[FloatArray, int], FloatArray] = correlate
) -> tuple[FloatArray, FloatArray]:
    """Return bias2 and variance for K = 1, ..., last from Eq. (3), (4) and Definition IV.1."""
    bias2, variance = np.empty(last), np.empty(last)
    S = np.zeros_like(y)
    for K in range(1, last + 1):
        if K > 1:
            S += sums(y, K)
        f = (2 * K * y + S) / (K * (K + 3) / 2)
        bias2[K - 1] = np.mean((f - y) ** 2)
        variance[K - 1] = f.var()
    return bias2, variance


def one_product(y: FloatArray, last: int) -> tuple[FloatArray, FloatArray]:
    """Return the same from one matrix product for all A_K; memory O(n last)."""
    n = y.size
    k = np.arange(1, last)
    both = y[(np.arange(n)[:, None] - k) % n] + y[(np.arange(n)[:, None] + k) % n]
    K = np.arange(1, last + 1)
    f = np.cumsum(both @ np.maximum(1 - k[:, None] / K, 0), axis=1)
    f += 2 * K * y[:, None]
    f /= K * (K + 3) / 2
    return np.mean((f - y[:, None]) ** 2, axis=0), f.var(axis=0)


def swept(y: FloatArray, last: int) -> tuple[FloatArray, FloatArray]:
    """Return the same from `numerics.tradeoff.periodic`."""
    result = tradeoff.periodic(y, np.arange(1, last + 1))
    return result.bias2, result.variance


def seconds(function: Callable[..., object], *arguments: object) -> float:
    """Return the processor time of a call, in which other programs count for little."""
    start = time.process_time()
    function(*arguments)
    return time.process_time() - start


def exponent(sizes: list[int], times: list[float]) -> float:
    """Return the slope of log time against log size, by least squares."""
    return float(np.polyfit(np.log(sizes), np.log(times), 1)[0])


def listed(sizes: list[int], times: list[float]) -> str:
    """Return sizes with their times."""
    return ", ".join(f"{size} {t * 1e3:.0f} ms" for size, t in zip(sizes, times, strict=True))


def compare(n: int, repeats: int) -> None:
    """Time both, alternating, and check that they give the same numbers."""
    y = np.random.default_rng(0).standard_normal(n)
    print(f"n = {n}, K = 1, ..., {n}, reading 'counting', white noise: processor time, medians")
    swept(y, n)  # once for the caches
    ours: list[float] = []
    printed: list[float] = []
    for _ in range(repeats):
        ours += [seconds(swept, y, n) for _ in range(5)]
        printed.append(seconds(as_printed, y, n))
    fast, slow = swept(y, n), as_printed(y, n)
    for name, a, b in zip(("bias2", "variance"), fast, slow, strict=True):
        np.testing.assert_allclose(a, b, rtol=tolerances.DIRECT_SUMS, err_msg=name)
        gap = np.max(np.abs(a[1:] - b[1:]) / b[1:])
        print(f"  {name} agrees to {gap:.0e} relative")
    t = median(ours)
    rows = [
        ("numerics.tradeoff.periodic", t),
        ("Eq. (3) and (4) as printed, numpy.correlate", median(printed)),
        ("  A_K of all K in one matrix product", seconds(one_product, y, n)),
        ("  one FFT per K", seconds(as_printed, y, n, transforms)),
    ]
    for name, value in rows:
        print(f"  {name:<46}{value * 1e3:>12.1f} ms{value / t:>10.0f} x")
    print(f"ratio to the printed formula: {median(printed) / t:.0f} (goal: 300)")


def vectorisations(n: int) -> None:
    """Time one A_K in each vectorisation of the sum as printed."""
    y = np.random.default_rng(0).standard_normal(n)
    K = n // 8
    reference = correlate(y, K)
    print(f"one A_K, n = {n}, K = {K}")
    for sums in (correlate, windows, rolls):
        np.testing.assert_allclose(sums(y, K), reference, atol=tolerances.DIRECT_SUMS)
        value = median(seconds(sums, y, K) for _ in range(5))
        print(f"  {sums.__name__:<46}{value * 1e3:>12.2f} ms")


def growth(repeats: int) -> None:
    """Fit how the time of `periodic` grows with n and with the largest K."""
    rng = np.random.default_rng(1)
    n, last = 4096, 1024
    y = rng.standard_normal(n)
    lasts = [1024, 2048, 4096, 8192, 16384]
    times = [median(seconds(swept, y, m) for _ in range(repeats)) for m in lasts]
    print(f"time ~ K_max^{exponent(lasts, times):.2f} for n = {n}: {listed(lasts, times)}")
    sizes = [4096, 8192, 16384, 32768]
    times = []
    for size in sizes:
        y = rng.standard_normal(size)
        times.append(median(seconds(swept, y, last) for _ in range(repeats)))
    print(f"time ~ n^{exponent(sizes, times):.2f} for K_max = {last}: {listed(sizes, times)}")


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="n = 1024 instead of 4096")
    quick = parser.parse_args().quick
    n, repeats = (1024, 3) if quick else (4096, 3)
    vectorisations(n)
    compare(n, repeats)
    growth(3 if quick else 5)


if __name__ == "__main__":
    main()

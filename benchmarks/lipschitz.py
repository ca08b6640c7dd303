"""Time `numerics.lipschitz.lower_bound` against the published script's algorithm.

Run ``python benchmarks/lipschitz.py`` (half an hour, nearly all of it the published algorithm), or
with ``--quick`` (300 images, a minute). It takes the images of Fashion-MNIST where Debian's package
or ``--folder`` has them.

The published algorithm takes one epsilon at a time: for every class the vectors of all its segments
of at most this length, and for every sample of the other classes its distance to each of them, from
explicit differences of coordinates. It is written here with NumPy, in float64, for as many segments
at a time as fit the cache. `lower_bound` gives the same for all epsilon at once, and both are held
against each other at twenty of them.

Processor time for the comparison and the growth, one process; wall time for the pairs decided in a
second by two processes, pruned ones included.
"""

from __future__ import annotations

import argparse
import os
import time
from typing import TYPE_CHECKING

import numpy as np

from numerics import datasets, tolerances
from numerics.lipschitz import lower_bound

if TYPE_CHECKING:
    from collections.abc import Callable

    from numerics.validation import FloatArray, IntArray

_SEGMENTS = 32  # at a time: their vectors of 784 numbers stay in the cache


def published(X: FloatArray, labels: IntArray, eps: float) -> float:
    """Return the largest inverse distance of a sample to a segment of another class.

    Degenerate segments, the samples themselves, count for every eps.
    """
    nearest = np.inf
    for label in np.unique(labels):
        ends, others = X[labels == label], X[labels != label]
        i, j = np.triu_indices(len(ends))
        start, direction = ends[i], ends[j] - ends[i]
        square = (direction * direction).sum(axis=1)
        kept = square <= eps * eps
        start, direction, square = start[kept], direction[kept], square[kept]
        square[square == 0] = 1.0  # the place on a degenerate segment is 0 in any case
        for first in range(0, len(start), _SEGMENTS):
            part = slice(first, first + _SEGMENTS)
            for sample in others:
                gap = sample - start[part]
                place = ((gap * direction[part]).sum(axis=1) / square[part]).clip(0, 1)
                gap -= place[:, None] * direction[part]
                nearest = min(nearest, float((gap * gap).sum(axis=1).min()))
    return float(1 / np.sqrt(nearest))


def seconds(function: Callable[[], object]) -> float:
    """Return the processor time of a call, in which other programs count for little."""
    start = time.process_time()
    function()
    return time.process_time() - start


def compare(X: FloatArray, labels: IntArray) -> None:
    """Time both on the same images, and compare them at twenty epsilons."""
    n = len(X)
    rng = np.random.default_rng(0)
    i, j = rng.integers(0, n, (2, 20_000))
    same = (labels[i] == labels[j]) & (i != j)
    lengths = np.linalg.norm(X[i[same]] - X[j[same]], axis=1)
    epsilons = np.quantile(lengths, np.linspace(0, 1, 20))
    lower_bound(X[:50], labels[:50])  # once for the imports
    ours = min(seconds(lambda: lower_bound(X, labels)) for _ in range(3))
    curve = lower_bound(X, labels)
    start = time.process_time()
    values = [published(X, labels, float(eps)) for eps in epsilons]
    theirs = time.process_time() - start
    np.testing.assert_allclose(curve(epsilons), values, rtol=tolerances.DIRECT_SUMS)
    print(f"{n} images, processor time")
    print(f"  lower_bound, all epsilon at once, {curve.values.size} steps {ours:12.3f} s")
    print(f"  published algorithm, 20 values of epsilon {theirs:12.1f} s")
    print(f"  ratio {theirs / ours:.0f} (goal at 1000 images: 200)")


def growth(X: FloatArray, labels: IntArray, sizes: list[int]) -> None:
    """Fit how the time grows with the number of images."""
    times = [seconds(lambda n=n: lower_bound(X[:n], labels[:n])) for n in sizes]  # type: ignore[misc]
    slope = np.polyfit(np.log(sizes), np.log(times), 1)[0]
    listed = ", ".join(f"{n}: {t:.2f} s" for n, t in zip(sizes, times, strict=True))
    print(f"time ~ n^{slope:.2f}, of n^3/20 samples times segments: {listed}")


def rate(X: FloatArray, labels: IntArray, jobs: int) -> None:
    """Count the pairs of samples and segments decided in a second."""
    start = time.perf_counter()
    curve = lower_bound(X, labels, n_jobs=jobs, memory="4G", progress=True)
    wall = time.perf_counter() - start
    print(f"{len(X)} images, {jobs} processes: {curve.pairs:.3g} samples times segments")
    print(f"  in {wall:.1f} s, {curve.pairs / wall:.2g} a second (goal: 5e8 on 2 cores)")


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="fewer images")
    parser.add_argument("--folder", help="where the files of Fashion-MNIST are")
    parser.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1))
    arguments = parser.parse_args()
    quick = arguments.quick
    data = datasets.load("fashion-mnist", arguments.folder)
    X, labels = data.flat().astype(np.float64), data.labels_train
    few, many = (300, 3000) if quick else (1000, 10_000)
    compare(X[:few], labels[:few])
    growth(X, labels, [many // 8, many // 4, many // 2, many])
    rate(X[:many], labels[:many], arguments.jobs)


if __name__ == "__main__":
    main()

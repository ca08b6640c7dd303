"""Time `numerics.minimise.mixup_1d` against normal equations and against L-BFGS.

Run ``python benchmarks/minimise.py`` (some minutes), or with ``--quick`` (n = 300 instead of 2000,
where the ratios are far smaller).

All three minimise the criterion of full Mixup over continuous functions with n straight pieces. The
normal equations are assembled pair by pair: each pair adds its share of the exact integrals of
products of hat functions to a dense matrix, which is then solved. They do not know that all pairs
over an interval can be summed up before anything is multiplied. A variant that does, and sums the
pairs by products with a triangular matrix, is timed as well. L-BFGS minimises the criterion on
random virtual samples, whose number limits its accuracy.

Processor time, medians of alternating runs.
"""

from __future__ import annotations

import argparse
import time
from statistics import median
from typing import TYPE_CHECKING

import numpy as np
import scipy.linalg
import scipy.optimize
import scipy.sparse as sp

from numerics import graphs, tolerances
from numerics.minimise import mixup_1d
from numerics.minimise.measure.full_graph import full_sums

if TYPE_CHECKING:
    from collections.abc import Callable

    from numerics.validation import FloatArray


def exact(x: FloatArray, y: FloatArray) -> FloatArray:
    """Return the heights at the sorted points from `mixup_1d`."""
    return mixup_1d(x, y, space="continuous").values


def _solved(
    x: FloatArray, y: FloatArray, density: FloatArray, left: FloatArray, right: FloatArray
) -> FloatArray:
    """Solve the dense system from density and target sums at the two ends of each interval."""
    n = x.size
    gaps = np.diff(x)
    gram = np.eye(n)  # the self pairs
    load = y.copy()
    k = np.arange(n - 1)
    gram[k, k] += density * gaps / 3
    gram[k + 1, k + 1] += density * gaps / 3
    gram[k, k + 1] += density * gaps / 6
    gram[k + 1, k] += density * gaps / 6
    load[:-1] += gaps * (2 * left + right) / 6
    load[1:] += gaps * (left + 2 * right) / 6
    return scipy.linalg.solve(gram, load, assume_a="pos")


def normal_equations(x: FloatArray, y: FloatArray) -> FloatArray:
    """Assemble the dense normal equations pair by pair, and solve them."""
    n = x.size
    gaps = np.diff(x)
    gram = np.eye(n)
    load = y.copy()
    diagonal, above = gram.ravel()[:: n + 1], gram.ravel()[1 :: n + 1]
    thirds, sixths = gaps / 3, gaps / 6
    for i in range(n):
        for j in range(i + 1, n):
            length = x[j] - x[i]
            weight = 2 / length  # both orders
            target = y[i] + (y[j] - y[i]) / length * (x[i : j + 1] - x[i])
            mass, cross = weight * thirds[i:j], weight * sixths[i:j]
            diagonal[i:j] += mass
            diagonal[i + 1 : j + 1] += mass
            above[i:j] += cross
            load[i:j] += mass * target[:-1] + cross * target[1:]
            load[i + 1 : j + 1] += cross * target[:-1] + mass * target[1:]
    return scipy.linalg.solve(gram, load, assume_a="pos", lower=False)


def triangular_products(x: FloatArray, y: FloatArray) -> FloatArray:
    """Sum up the pairs over each interval by triangular matrices first, one for each sample."""
    n = x.size
    beyond = np.tri(n - 1)  # beyond[j - 1, k]: the pair (i, j) covers the interval k >= i
    density, left, right = np.zeros((3, n - 1))
    for i in range(n - 1):
        length = x[i + 1 :] - x[i]
        weight = 2 / length
        slope = weight * (y[i + 1 :] - y[i]) / length
        total, tilt = np.stack((weight, slope)) @ beyond[i:, i:]
        density[i:] += total
        left[i:] += total * y[i] + tilt * (x[i:-1] - x[i])
        right[i:] += total * y[i] + tilt * (x[i + 1 :] - x[i])
    return _solved(x, y, density, left, right)


def sampled(x: FloatArray, y: FloatArray, samples: int) -> FloatArray:
    """Minimise the criterion on random virtual samples by L-BFGS."""
    rng = np.random.default_rng(0)
    i, j = rng.integers(0, x.size, (2, samples))
    share = rng.random(samples)
    inputs = share * x[i] + (1 - share) * x[j]
    targets = share * y[i] + (1 - share) * y[j]
    k = (np.searchsorted(x, inputs, side="right") - 1).clip(0, x.size - 2)
    right = (inputs - x[k]) / (x[k + 1] - x[k])
    design = sp.csr_array(
        (
            np.stack((1 - right, right), axis=1).ravel(),
            np.stack((k, k + 1), axis=1).ravel(),
            np.arange(0, 2 * samples + 1, 2),
        ),
        shape=(samples, x.size),
    )
    transposed = design.T.tocsr()

    def value(heights: FloatArray) -> tuple[float, FloatArray]:
        rest = design @ heights - targets
        return float(rest @ rest) / samples, 2 / samples * (transposed @ rest)

    return np.asarray(scipy.optimize.fmin_l_bfgs_b(value, y, factr=0, pgtol=1e-12, maxiter=1000)[0])


def seconds(function: Callable[..., object], *arguments: object) -> float:
    """Return the processor time of a call, in which other programs count for little."""
    start = time.process_time()
    function(*arguments)
    return time.process_time() - start


def compare(n: int, repeats: int) -> None:
    """Time the three, alternating, and check that they agree as far as they can."""
    rng = np.random.default_rng(0)
    x = np.sort(rng.random(n))
    y = np.sin(6 * x) + 0.3 * rng.standard_normal(n)
    few, many = 200 * n, 2000 * n
    print(f"full Mixup, continuous, n = {n}: processor time, medians of {repeats}")
    best = exact(x, y)
    names = ["mixup_1d", "normal equations, pair by pair", "  summed by triangular products"]
    names += [f"L-BFGS, {count:.0e} virtual samples" for count in (few, many)]
    routes: list[Callable[[], FloatArray]] = [
        lambda: exact(x, y),
        lambda: normal_equations(x, y),
        lambda: triangular_products(x, y),
        lambda: sampled(x, y, few),
        lambda: sampled(x, y, many),
    ]
    times: list[list[float]] = [[] for _ in routes]
    errors = [0.0] * len(routes)
    for _ in range(repeats):
        for index, route in enumerate(routes):
            start = time.process_time()
            found = route()
            times[index].append(time.process_time() - start)
            errors[index] = float(np.abs(found - best).max())
            if index == 0:  # it is short: more runs of it
                times[0] += [seconds(route) for _ in range(4)]
    own = median(times[0])
    print(f"  {'':<36}{'time':>10}{'ratio':>10}{'largest error':>16}")
    for name, values, error in zip(names, times, errors, strict=True):
        print(f"  {name:<36}{median(values):>9.3f}s{median(values) / own:>10.0f}{error:>16.1e}")
    for error in errors[1:3]:
        if error > tolerances.MINIMISER:
            message = f"the minimisers differ by {error:g}"
            raise ArithmeticError(message)
    growth = np.log(errors[3] / errors[4]) / np.log(many / few)
    print(f"  sampling error ~ samples^-{growth:.2f}: L-BFGS does not come close to the others")


def exponent(sizes: list[int], times: list[float]) -> float:
    """Return the slope of log time against log size, by least squares."""
    return float(np.polyfit(np.log(sizes), np.log(times), 1)[0])


def wall(function: Callable[[], object]) -> float:
    """Return the elapsed time of a call."""
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def growth(sizes: list[int], repeats: int, K: int | None) -> None:
    """Fit how the time grows with n, criterion included, for full Mixup or a graph."""
    rng = np.random.default_rng(1)
    times = []
    for n in sizes:
        x, y = rng.random(n), rng.standard_normal(n)

        def whole(x: FloatArray = x, y: FloatArray = y) -> float:
            W = None if K is None else graphs.knn(x, K)
            return mixup_1d(x, y, W).criterion

        times.append(median(wall(whole) for _ in range(repeats)))
    what = "full Mixup" if K is None else f"K = {K}, graph included"
    shown = ", ".join(f"n = {n}: {t:.2f} s" for n, t in zip(sizes, times, strict=True))
    print(f"{what}, elapsed: {shown}; time ~ n^{exponent(sizes, times):.2f}")


def precision(n: int) -> None:
    """Print how far the sums of the full graph are from direct ones, however uneven the points."""
    rng = np.random.default_rng(2)
    spacings = {
        "random": rng.random(n),
        "geometric, 100 decades": np.geomspace(1e-100, 1, n),
        "geometric from both sides": np.outer((-1, 1), np.geomspace(1e-100, 1, n // 2)).ravel(),
        "half of it in a cluster of 1e-6": np.append(rng.random(n // 2), 1e-6 * rng.random(n // 2)),
        "eight clusters, each in the one before": np.outer(
            10.0 ** -np.arange(0, 16, 2), rng.random(n // 8)
        ).ravel(),
    }
    print(f"full Mixup, n = {n}: largest error of density and ends against sums in long double")
    for name, points in spacings.items():
        x = np.unique(points)
        mass = np.column_stack((np.ones(x.size), rng.standard_normal(x.size)))
        passing, begins, ends = (each[0] for each in full_sums(x, mass))
        density, after = (passing + mass.T * begins)[:, :-1]
        before = (passing + mass.T * ends)[1, 1:]
        wide, y = x.astype(np.longdouble), mass[:, 1]
        worst = np.zeros(2)
        for k in np.unique(rng.integers(0, x.size - 1, 10)):
            i, j = slice(0, k + 1), slice(k + 1, None)
            w = 1 / (wide[j] - wide[i, None])
            total = w.sum()
            ends = [
                np.sum(w * w * ((wide[j] - t) * y[i, None] + (t - wide[i, None]) * y[j])) / total
                for t in wide[[k, k + 1]]
            ]
            gaps = after[k] / density[k] - ends[0], before[k] / density[k] - ends[1]
            worst = np.maximum(worst, [abs(density[k] / total - 1), max(map(abs, gaps))])
        print(f"  {name:<40}{worst[0]:>10.1e}{worst[1]:>10.1e}")


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="n = 300, and smaller sizes")
    quick = parser.parse_args().quick
    compare(300 if quick else 2000, 3)
    shrink = 10 if quick else 1
    growth([n // shrink for n in (250_000, 500_000, 1_000_000)], 1, None)
    precision(1600 // shrink)
    growth([n // shrink for n in (250_000, 500_000, 1_000_000)], 3, 20)


if __name__ == "__main__":
    main()

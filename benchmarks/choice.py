"""How good is the K that `numerics.tradeoff.choose` takes from a record alone, beside others?

Run ``python benchmarks/choice.py`` (100 draws, hours), with ``--draws 20 --peers 4`` (minutes), or
with ``--quick`` (seconds). The peers take ``pip install scikit-learn statsmodels``; those that are
not installed are left out, with a line that says so.

A setting is a signal, a length and a standard deviation of white noise. In each draw the squared
error mean (f - s)^2 of each method is divided by the least error that any K has in this draw, which
only the truth tells: 1 is the best that f_K can do, and a peer may be below. The table has the
median over the draws. A setting counts as resolved by its sampling if the K of least risk, from the
truth, is 4 or more and n is 500 or more.

- f_K: `choose` by C_p with sigma estimated, by C_p with the true sigma, and by GCV;
- savgol: `scipy.signal.savgol_filter`, polynomials of degree 2 and 4, window by leaving one out;
- KNN: scikit-learn's `KNeighborsRegressor`, neighbours by five-fold cross-validation;
- LOWESS: statsmodels, without robust steps, fraction by five-fold cross-validation;
- KernelReg: statsmodels, local linear, bandwidth by its own rule (least squares cross-validation).
"""

from __future__ import annotations

import argparse
import time
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np
from scipy.signal import savgol_coeffs, savgol_filter

from numerics import lattice, signals, tradeoff

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from numerics.validation import FloatArray, IntArray

    Method = Callable[[FloatArray], FloatArray]

SEED = 19
SIGMAS = (0.05, 0.2, 0.6)
FOLDS = 5
RESOLVED = 4  # the least best K


def chirp(t: FloatArray) -> FloatArray:
    """Oscillate ever faster, from 2 to 14 periods."""
    return np.asarray(np.sin(2 * np.pi * (2 * t + 6 * t * t)))


def steps(t: FloatArray) -> FloatArray:
    """Jump between five levels."""
    return np.asarray(np.select([t < 0.2, t < 0.45, t < 0.5, t < 0.8], [0.0, 1.0, -0.5, 0.7], 0.0))


def doppler(t: FloatArray) -> FloatArray:
    """Oscillate with a frequency that falls from ever higher, as Donoho and Johnstone do."""
    return np.asarray(2 * np.sqrt(t * (1 - t)) * np.sin(2 * np.pi * 1.05 / (t + 0.05)))


def heavisine(t: FloatArray) -> FloatArray:
    """Add two jumps to a sine, as Donoho and Johnstone do."""
    return np.asarray(np.sin(4 * np.pi * t) - (np.sign(t - 0.3) + np.sign(0.72 - t)) / 4)


def narrow(t: FloatArray) -> FloatArray:
    """Put ten peaks, each some three samples wide at 500 points."""
    gaps = np.cos(2 * np.pi * (t[:, None] - np.arange(0.05, 1, 0.1))) - 1
    return np.asarray(np.exp(6000 * gaps).sum(axis=1))


SHAPES: dict[str, Callable[[FloatArray], FloatArray]] = {
    "sine": lambda t: signals.make(t.size, "sine"),
    "bumps": lambda t: signals.make(t.size, "bumps"),
    "square": lambda t: signals.make(t.size, "square"),
    "bridge": lambda t: signals.make(t.size, "bridge", rng=SEED),
    "chirp": chirp,
    "steps": steps,
    "doppler": doppler,
    "heavisine": heavisine,
    "narrow": narrow,
    "constant": np.zeros_like,
}


def by_savgol(y: FloatArray) -> FloatArray:
    """Smooth by a local polynomial whose window leaves one out best."""
    best, found = np.inf, y
    widths = np.unique(np.rint(np.geomspace(5, y.size // 2, 40)).astype(int) // 2 * 2 + 1)
    for degree in (2, 4):
        for width in widths[widths > degree + 1]:
            f = savgol_filter(y, width, degree, mode="wrap")
            free = 1 - savgol_coeffs(width, degree)[width // 2]
            score = float(np.mean((y - f) ** 2)) / free**2
            if score < best:
                best, found = score, f
    return np.asarray(found)


def folds(n: int) -> list[NDArray[np.bool_]]:
    """Split the samples at random."""
    order = np.random.default_rng(SEED).permutation(n)
    return [np.isin(np.arange(n), order[k::FOLDS]) for k in range(FOLDS)]


def by_knn(y: FloatArray) -> FloatArray:
    """Average the nearest neighbours, as many as cross-validation asks for."""
    from sklearn.model_selection import GridSearchCV, KFold  # noqa: PLC0415
    from sklearn.neighbors import KNeighborsRegressor  # noqa: PLC0415

    x = np.arange(float(y.size))[:, None]
    numbers = np.unique(np.rint(np.geomspace(2, y.size // 3, 25)).astype(int))
    split = KFold(FOLDS, shuffle=True, random_state=SEED)
    search = GridSearchCV(KNeighborsRegressor(), {"n_neighbors": numbers}, cv=split)
    return np.asarray(search.fit(x, y).predict(x))


def by_lowess(y: FloatArray) -> FloatArray:
    """Fit lines to a fraction of the samples that cross-validation asks for."""
    from statsmodels.nonparametric.smoothers_lowess import lowess  # noqa: PLC0415

    x = np.arange(float(y.size))

    def error(fraction: float) -> float:
        total = 0.0
        for out in folds(y.size):
            fit = lowess(y[~out], x[~out], fraction, it=0)
            total += float(np.sum((np.interp(x[out], fit[:, 0], fit[:, 1]) - y[out]) ** 2))
        return total

    fractions = np.geomspace(max(6 / y.size, 0.005), 0.6, 15)
    best = min(fractions, key=error)
    return np.asarray(lowess(y, x, best, it=0)[:, 1])


def by_kernel_regression(y: FloatArray) -> FloatArray:
    """Regress with a Gaussian kernel and the bandwidth of statsmodels."""
    from statsmodels.nonparametric.kernel_regression import KernelReg  # noqa: PLC0415

    x = np.arange(float(y.size)) / y.size
    return np.asarray(KernelReg(y, x, "c", bw="cv_ls").fit()[0])


OWN: dict[str, Callable[[FloatArray, float], FloatArray]] = {
    "f_K": lambda y, _: tradeoff.choose(y).smoothed,
    "f_K, true sigma": lambda y, sigma: tradeoff.choose(y, sigma).smoothed,
    "f_K, GCV": lambda y, _: tradeoff.choose(y, rule="GCV").smoothed,
}
PEERS: dict[str, tuple[str, int, Method]] = {  # package, draws out of 4, method
    "savgol": ("scipy", 4, by_savgol),
    "KNN": ("sklearn", 4, by_knn),
    "LOWESS": ("statsmodels", 2, by_lowess),
    "KernelReg": ("statsmodels", 1, by_kernel_regression),
}


@cache
def multipliers(n: int) -> tuple[IntArray, FloatArray]:
    """Return numbers of neighbours up to n, in steps of 2 % at most, and their multipliers."""
    K = np.unique(np.rint(np.geomspace(1, n, 400)).astype(np.int64))
    return K, lattice.multiplier(K, 2 * np.pi * np.arange(n // 2 + 1) / n)


def least_error(y: FloatArray, s: FloatArray) -> float:
    """Return the least squared error over K, by Parseval."""
    n = s.size
    Y, S = np.fft.rfft(y), np.fft.rfft(s)
    weight = np.full(n // 2 + 1, 2.0)
    weight[0] = 1
    if n % 2 == 0:
        weight[-1] = 1
    _, M = multipliers(n)
    error = (M * M) @ (weight * np.abs(Y) ** 2) - 2 * M @ (weight * (Y * S.conj()).real)
    return float((error + weight @ np.abs(S) ** 2).min()) / n**2


def main() -> None:
    """Print the table, and the times."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--draws", type=int, default=100, help="of each setting (default: 100)")
    parser.add_argument("--peers", type=int, default=20, help="draws for the peers (default: 20)")
    parser.add_argument("--n", type=int, nargs="*", default=[60, 500, 1200, 4000], help="lengths")
    parser.add_argument("--slow", type=int, default=500, help="longest record for statsmodels")
    parser.add_argument("--time", type=int, default=10_000, help="length of the timed record")
    parser.add_argument("--quick", action="store_true", help="3 draws of two lengths, no peers")
    options = parser.parse_args()
    if options.quick:
        options.draws, options.peers, options.n, options.time = 3, 0, [60, 500], 1000
    peers = {name: peer for name, peer in PEERS.items() if find_spec(peer[0])}
    for name in PEERS.keys() - peers.keys():
        print(f"left out: {name}, {PEERS[name][0]} is not installed")
    names = [*OWN, *(peers if options.peers else [])]
    print("| signal | n | sigma | best K | " + " | ".join(names) + " |")
    print("| --- " * (4 + len(names)) + "|")
    ratios: dict[str, list[float]] = {name: [] for name in names}
    for n in options.n:
        t = np.arange(n) / n
        for shape, make in SHAPES.items():
            s = make(t)
            for sigma in SIGMAS:
                best = tradeoff.noisy(s, sigma, multipliers(n)[0]).best_K
                found: dict[str, list[float]] = {name: [] for name in names}
                for draw in range(options.draws):
                    rng = np.random.default_rng([SEED, n, draw])
                    y = s + sigma * rng.standard_normal(n)
                    least = least_error(y, s)
                    for name, own in OWN.items():
                        found[name].append(float(np.mean((own(y, sigma) - s) ** 2)) / least)
                    for name, (package, share, method) in peers.items():
                        few = max(1, options.peers * share // 4) if options.peers else 0
                        if draw < few and (package != "statsmodels" or n <= options.slow):
                            found[name].append(float(np.mean((method(y) - s) ** 2)) / least)
                cells = [f"{np.median(found[name]):.3f}" if found[name] else "" for name in names]
                print(
                    f"| {shape} | {n} | {sigma} | {best} | " + " | ".join(cells) + " |", flush=True
                )
                if n >= 500 and best >= RESOLVED and shape not in ("narrow", "constant"):
                    for name in names:
                        ratios[name] += [float(np.median(found[name]))] if found[name] else []
    print()
    for name in names:
        if ratios[name]:
            middle, worst, count = np.median(ratios[name]), max(ratios[name]), len(ratios[name])
            print(f"{name}: median {middle:.3f}, largest {worst:.3f} of {count} resolved settings")
    y = signals.make(options.time, "bumps")
    y += 0.2 * np.random.default_rng(SEED).standard_normal(y.size)
    print(f"\nProcessor time for one record of {options.time} points:")
    first = 0.0
    timed: dict[str, Callable[[FloatArray], object]] = {"f_K": tradeoff.choose}
    timed |= {name: peer[2] for name, peer in peers.items()}
    for name, work in timed.items():
        if name in names:
            began = time.process_time()
            work(y)
            took = time.process_time() - began
            first = first or took
            print(f"{name}: {took:.2f} s, {took / first:.1f} times as long as f_K")


if __name__ == "__main__":
    main()

"""How good is the K that `numerics.tradeoff.choose` takes from a record alone, beside others?

Run ``python benchmarks/choice.py --store runs.csv`` (100 draws, an hour; stopped, it goes on
from the file, and computes what is missing there), or with ``--quick`` (seconds). The peers take
``pip install scikit-learn statsmodels``; those that are not installed are left out, with a line
that says so, and may be added later. All but savgol are slow, and have the first few draws only, as
in `SLOW_DRAWS`.

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
import csv
import platform
import time
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np
from scipy.signal import savgol_coeffs, savgol_filter

from numerics import lattice, signals, tradeoff
from numerics.archive.files import write_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from numerics.validation import FloatArray, IntArray

    Method = Callable[[FloatArray], FloatArray]

Draw = tuple[str, int, float, int]  # signal, length, sigma and number

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

    # In samples: its search for the bandwidth stops at 1e-4, whatever the unit.
    return np.asarray(KernelReg(y, np.arange(float(y.size)), "c", bw="cv_ls").fit()[0])


OWN: dict[str, Callable[[FloatArray, float], FloatArray]] = {
    "f_K": lambda y, _: tradeoff.choose(y).smoothed,
    "true sigma": lambda y, sigma: tradeoff.choose(y, sigma).smoothed,
    "GCV": lambda y, _: tradeoff.choose(y, rule="GCV").smoothed,
}
PEERS: dict[str, tuple[str, Method]] = {  # package and method
    "savgol": ("scipy", by_savgol),
    "KNN": ("scikit-learn", by_knn),
    "LOWESS": ("statsmodels", by_lowess),
    "KernelReg": ("statsmodels", by_kernel_regression),
}
SLOW_DRAWS = {  # of each length; together half an hour
    "KNN": {60: 20, 500: 25, 1200: 15, 4000: 3},
    "LOWESS": {60: 50, 500: 10, 1200: 5, 4000: 1},
    "KernelReg": {60: 10, 500: 2, 1200: 1, 4000: 1},
}
MODULES = {"scikit-learn": "sklearn"}  # where a package is imported by another name


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


def settings(lengths: list[int]) -> Iterator[tuple[str, int, float, FloatArray]]:
    """Go through signal, length and noise, with the signal itself."""
    for n in lengths:
        t = np.arange(n) / n
        for shape, make in SHAPES.items():
            s = make(t)
            for sigma in SIGMAS:
                yield shape, n, sigma, s


def ratio(name: str, s: FloatArray, sigma: float, draw: int) -> float:
    """Return the error of a method in one draw, divided by the least error of any K."""
    y = s + sigma * np.random.default_rng([SEED, s.size, draw]).standard_normal(s.size)
    try:
        f = OWN[name](y, sigma) if name in OWN else PEERS[name][1](y)
    except np.linalg.LinAlgError:  # KernelReg may give up
        return np.nan
    return float(np.mean((f - s) ** 2)) / least_error(y, s)


def listed(made: dict[str, str]) -> str:
    """Return what made the draws, in a line."""
    return ", ".join(map(" ".join, made.items()))


class Store:
    """The draws that are done, a line each, under a line that says what made them."""

    HEADER = ("signal", "n", "sigma", "draw", *OWN, *PEERS)

    def __init__(self, path: Path, made: dict[str, str]) -> None:
        self.path, self.made, self.rows = path, made, dict[Draw, dict[str, float]]()
        if path.exists():
            # What follows the last end of a line was torn.
            first, _, *lines, _ = path.read_text().split("\n")
            before = dict(part.split(" ") for part in first.removeprefix("# ").split(", "))
            self.made = before | made
            if self.made != made | before:
                message = f"{path} is of another run: {listed(before)}; this is {listed(made)}"
                raise ValueError(message)
            for signal, n, sigma, draw, *cells in csv.reader(lines):
                named = zip(self.HEADER[4:], cells, strict=True)
                row = self.rows.setdefault((signal, int(n), float(sigma), int(draw)), {})
                row |= {name: float(cell) for name, cell in named if cell}
        self.write()

    def write(self) -> None:
        """Write the file anew, with one line for each draw."""
        lines = [f"# {listed(self.made)}", ",".join(self.HEADER), *map(self._line, self.rows)]
        write_text(self.path, "\n".join(lines) + "\n")

    def add(self, key: Draw, name: str, found: float) -> None:
        """Keep what a method found in a draw, in a further line of this draw."""
        self.rows.setdefault(key, {})[name] = found
        with self.path.open("a") as file:
            file.write(self._line(key) + "\n")

    def _line(self, key: Draw) -> str:
        row = self.rows[key]
        cells = [f"{row[name]:.4g}" if name in row else "" for name in self.HEADER[4:]]
        return ",".join([*map(str, key), *cells])


def table(store: Store, lengths: list[int], draws: int, names: list[str]) -> None:
    """Print the medians over the draws, and a summary of the settings that are resolved."""
    print("| signal | n | sigma | best K | " + " | ".join(names) + " |")
    print("| --- " * (4 + len(names)) + "|")
    resolved: dict[str, list[float]] = {name: [] for name in names}
    counts: dict[tuple[str, int], set[int]] = {}
    for shape, n, sigma, s in settings(lengths):
        best = tradeoff.noisy(s, sigma, multipliers(n)[0]).best_K
        done = [store.rows.get((shape, n, sigma, draw), {}) for draw in range(draws)]
        cells = []
        for name in names:
            found = [row[name] for row in done if np.isfinite(row.get(name, np.nan))]
            counts.setdefault((name, n), set()).add(len(found))
            cells.append(f"{np.median(found):.3f}" if found else "")
            if found and n >= 500 and best >= RESOLVED and shape not in ("narrow", "constant"):
                resolved[name].append(float(np.median(found)))
        print(f"| {shape} | {n} | {sigma} | {best} | " + " | ".join(cells) + " |")
    print()
    for name in names:
        of = ", ".join(f"{'-'.join(map(str, sorted(counts[name, n])))} at n = {n}" for n in lengths)
        print(f"{name}, draws: {of}")
        if resolved[name]:
            middle, worst, count = np.median(resolved[name]), max(resolved[name]), resolved[name]
            print(f"  median {middle:.3f}, largest {worst:.3f} of {len(count)} resolved settings")


def times(n: int, peers: list[str]) -> None:
    """Print how long one record takes: medians of five alternating runs, the slow ones once."""
    y = signals.make(n, "bumps") + 0.2 * np.random.default_rng(SEED).standard_normal(n)
    print(f"\nProcessor time for one record of {n} points:")
    took: dict[str, list[float]] = {}
    timed: dict[str, Callable[[FloatArray], object]] = {"f_K": tradeoff.choose}
    timed |= {name: PEERS[name][1] for name in peers}
    for turn in range(5):
        for name, work in timed.items():
            if turn == 0 or took[name][0] < 1:
                began = time.process_time()
                work(y)
                took.setdefault(name, []).append(time.process_time() - began)
    first = float(np.median(took["f_K"]))
    for name, each in took.items():
        middle = float(np.median(each))
        print(f"{name}: {middle:.3f} s, {middle / first:.3g} times as long as f_K")


def main() -> None:
    """Print the table, and the times."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--draws", type=int, default=100, help="of each setting (default: 100)")
    parser.add_argument("--n", type=int, nargs="*", default=[500, 1200, 4000, 60], help="lengths")
    parser.add_argument("--time", type=int, default=10_000, help="length of the timed record")
    parser.add_argument("--store", type=Path, metavar="FILE.csv", help="where draws are kept")
    parser.add_argument("--quick", action="store_true", help="3 draws of two lengths, no peers")
    options = parser.parse_args()
    peers = [name for name, peer in PEERS.items() if find_spec(MODULES.get(peer[0], peer[0]))]
    for name in PEERS.keys() - set(peers):
        print(f"left out: {name}, {PEERS[name][0]} is not installed")
    if options.quick:
        options.draws, peers, options.n, options.time = 3, [], [60, 500], 1000
    packages = sorted({"numpy", "scipy", *(PEERS[name][0] for name in peers)})
    made = {"seed": str(SEED), "Python": platform.python_version()}
    made |= {package: version(package) for package in packages}
    print(listed(made))
    with TemporaryDirectory() as folder:
        store = Store(options.store or Path(folder) / "runs.csv", made)
        for name, n in product([*OWN, *peers], sorted(options.n)):
            # Draws outside, so that a part is a part of each setting.
            draws = min(options.draws, SLOW_DRAWS.get(name, {}).get(n, options.draws))
            for draw, (shape, _, sigma, s) in product(range(draws), settings([n])):
                key = shape, n, sigma, draw
                if name not in store.rows.get(key, {}):
                    store.add(key, name, ratio(name, s, sigma, draw))
        store.write()
        table(store, options.n, options.draws, [*OWN, *peers])
    times(options.time, peers)


if __name__ == "__main__":
    main()

"""What moves with K: f_K over the points, its kernel, and bias, variance and risk."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib import cbook

from figures.drawing.options import SEED, Options
from figures.report.sliders.encoding import pack, rounded
from numerics import lattice, signals, tradeoff
from numerics.lattice.readings import READINGS, Reading
from numerics.validation import FloatArray, IntArray

POINTS = 256
"""Points of the signals that are made, and of the recorded one."""

EACH = 16
"""Every K up to here can be chosen."""

OCTAVE = 6
"""From there on, so many K can be chosen before the next is twice as large."""

LONGEST = 1024
"""Points of the longest signal of the user's that the page takes."""

WINDOW = slice(1811, 1811 + POINTS)
"""Samples of the recording that are shown: two spikes, and its end joins its beginning."""

MEANINGS: dict[Reading, str] = {
    "counting": "every lattice point of every segment counts 1, no self pairs: Eqs. (3) and (4)",
    "counting-self": "the same with ordered pairs and self pairs; K = 0 is vanilla training",
    "length": "segments weighted by their length: the one-sided limits of Eq. (1)",
    "density": "Definition II.1 with λ uniform on (0, 1), no self pairs: Eq. (2)",
    "continuous": "the same with self pairs, over continuous piecewise-linear functions",
}
"""What each reading of f*_K counts, as in docs/architecture.md."""


@dataclass(frozen=True, eq=False)
class Case:
    """A signal to smooth."""

    name: str  # short name, for the script
    label: str  # what to call it
    values: FloatArray  # one period, shape (n,)
    unit: str = ""  # of the values; empty if they have none

    @property
    def sigma(self) -> float:
        """Standard deviation of the noise for which the risk is shown."""
        return float(self.values.std()) / 2


def recording() -> FloatArray:
    """Read a part of the recording that matplotlib ships with its examples."""
    path = cbook.get_sample_data("membrane.dat", asfileobj=False)
    potential = np.frombuffer(Path(path).read_bytes(), "<f4")[WINDOW]
    return 100 * potential.astype(np.float64)


def cases(options: Options) -> list[Case]:
    """Collect the signals."""
    found = [
        Case("recorded", "Recorded: a membrane potential", recording(), "mV"),
        Case("bumps", "Four smooth bumps", signals.make(POINTS, "bumps")),
        Case("square", "A square wave", signals.make(POINTS, "square")),
        Case("bridge", "A random walk", signals.make(POINTS, "bridge", rng=options.seed)),
        Case("white", "White noise", signals.make(POINTS, "white", rng=options.seed)),
    ]
    own = options.signal
    if own is not None and np.ptp(own) > 0 and own.size <= LONGEST:
        found.insert(0, Case("own", options.label, own))
    return found


def choices(n: int) -> IntArray:
    """Return the K between which the slider chooses."""
    octaves = np.arange(OCTAVE * 16) / OCTAVE
    K = np.concatenate((np.arange(1, EACH + 1), np.rint(EACH * 2**octaves).astype(np.int64), [n]))
    return np.unique(np.append(K[4 * n > K], 4 * n))


def case_data(case: Case) -> dict[str, Any]:
    """Compute what moves with K for one signal."""
    y, sigma = case.values, case.sigma
    K = choices(y.size)
    record = y + sigma * np.random.default_rng(SEED).standard_normal(y.size)
    readings = {}
    for reading in READINGS:
        spread = tradeoff.periodic(y, K, reading)
        noisy = tradeoff.noisy(y, sigma, K, reading)
        guess = tradeoff.choose(record, K=K, reading=reading)
        every = tradeoff.noisy(y, sigma, np.arange(1, K[-1] + 1), reading)
        readings[reading] = {
            "f": pack([lattice.smooth(y, int(k), reading) for k in K]),
            "bias2": rounded(spread.bias2),
            "variance": rounded(spread.variance),
            "risk": rounded(noisy.risk),
            "estimate": rounded(guess.risk),
            "chosen": guess.chosen_K,
            "best": every.best_K,
            "least": float(every.risk.min()),
        }
    return {
        "name": case.name,
        "label": case.label,
        "unit": case.unit,
        "K": K.tolist(),
        "y": pack(y),
        "spread": float(y.var()),
        "sigma": sigma,
        "readings": readings,
    }


def kernels(n: int) -> dict[str, Any]:
    """Compute the kernels."""
    K = choices(n)
    found: dict[str, Any] = {"K": K.tolist()}
    for reading in READINGS:
        taps = np.array([lattice.kernel(int(k), reading, n // 2 + 1) for k in K])
        found[reading] = {
            "first": rounded(taps[:, 0]),
            "taps": pack(taps / taps[:, :1]),
        }
    return found


def data(options: Options) -> dict[str, Any]:
    """Compute everything that moves with K."""
    shown = cases(options)
    return {
        "signals": [case_data(case) for case in shown],
        "kernels": {str(n): kernels(n) for n in sorted({case.values.size for case in shown})},
        "meanings": dict(MEANINGS),
    }

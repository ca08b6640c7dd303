"""Train a few of the stored runs on the digits again, and see whether their errors come out.

Of two runs a paired test would notice nothing; the spread of all the stored runs says how much two
trainings may differ (`figures.measured.retrained`).
"""

import importlib.util
from collections.abc import Sequence
from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np
import scipy

from figures.drawing.stored import MissingRunsError
from figures.measured.retrained import Retrained, alike, seed_of
from figures.table1.stored import DIGITS, LABELS, percent, read
from numerics.archive.provenance import plain_seed
from numerics.experiments.images import Table1, Table1Settings, settings
from numerics.experiments.images.jobs import Job, train
from numerics.experiments.images.settings import flat
from numerics.processes import as_they_come
from numerics.validation import FloatArray

METHODS = ("mixup", "exponential")
"""What is trained again: one method without a graph and one with it."""

RUNS = 2
"""How many runs of each."""


def chance(stored: FloatArray, again: FloatArray) -> float:
    """Test whether runs that are trained again differ from the stored ones by chance alone."""
    difference = float(np.mean(again - stored[: again.size]))
    if difference == 0:
        return 1.0
    scale = float(np.std(stored, ddof=1)) * sqrt(2 / again.size)
    return float(2 * scipy.stats.t.sf(abs(difference) / scale, stored.size - 1)) if scale else 0.0


def recheck(
    stored: Table1,
    methods: Sequence[str] = METHODS,
    runs: int = RUNS,
    jobs: int = 1,
    **ingredients: Any,
) -> list[Retrained]:
    """Train the first runs of some methods again, with the parameters that were chosen."""
    known = flat(Table1Settings.from_dict(stored.settings))
    chosen = settings(stored.data, **(known | ingredients))
    seed = plain_seed(seed_of(DIGITS.file, stored.provenance))
    count = min(runs, stored.curves.shape[1])
    # Where Mixup or the baseline itself was chosen, that is what was trained.
    values = stored.parameters
    own = {m: m if values[m] is not None else stored.edge(m) or m for m in methods}
    trained = [Job("test", own[m], None, run, values[m]) for m in methods for run in range(count)]
    calls = [(chosen, seed, None, job) for job in trained]
    again = [training for _, training in sorted(as_they_come(train, calls, n_jobs=jobs))]
    same = alike(stored.provenance, *(training.about for training in again))
    last = [training.columns["error"][-1] for training in again]
    final = 100 * np.array(last).reshape(len(own), count)
    found = []
    for method, new in zip(own, final, strict=True):
        old = percent(stored, method)
        what = f"{DIGITS.title}, {LABELS[method]}"
        found.append(Retrained(what, old[:count], new, chance(old, new), alike=same))
    return found


def recheck_digits(folder: Path | None = None, jobs: int = 1) -> list[Retrained]:
    """Train two runs of Mixup and of Local Mixup on the digits again."""
    if importlib.util.find_spec("sklearn") is None:
        message = "recheck digits needs scikit-learn: pip install 'local-mixup[data]'"
        raise MissingRunsError(message)
    stored = read(DIGITS, folder)
    if stored is None or stored.curves.shape[1] < RUNS:
        message = f"recheck digits needs two stored runs; make them with: {DIGITS.command}"
        raise MissingRunsError(message)
    return recheck(stored, [m for m in METHODS if m in stored.methods], jobs=jobs)

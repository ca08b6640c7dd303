"""Train a few of the stored runs on the digits again, and see whether their errors come out.

Of two runs a paired test would notice nothing; the spread of all the stored runs says how much two
trainings may differ (`figures.measured.retrained`).
"""

from __future__ import annotations

import importlib.util
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np
import scipy

from figures.drawing.stored import MissingRunsError
from figures.measured.retrained import Retrained, alike, seed_of
from figures.table1.stored import DIGITS, LABELS, percent, read
from numerics.experiments.images import Table1Settings, table1
from numerics.experiments.images.settings import flat

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from typing import Any

    from numerics.experiments.images import Table1
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
    # Of one value to choose from, the choice is known.
    chosen = {
        name: (stored.scaled[name],)
        for name in ("exponential", "threshold")
        if stored.scaled.get(name) is not None
    }
    own = flat(Table1Settings.from_dict(stored.settings)) | chosen | {"validation_runs": 1}
    again = table1(
        stored.data,
        tuple(methods),
        min(runs, stored.curves.shape[1]),
        rng=seed_of(DIGITS.file, stored.provenance),
        n_jobs=jobs,
        **(own | ingredients),
    )
    same, found = alike(stored.provenance, again.provenance), []
    for method in methods:
        old, new = percent(stored, method), percent(again, method)
        what = f"{DIGITS.title}, {LABELS[method]}"
        found.append(Retrained(what, old[: new.size], new, chance(old, new), alike=same))
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

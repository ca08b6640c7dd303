"""Train a few of the stored runs on the digits again, and see whether their errors come out.

As in `figures.spirals.recheck`: with the same rounding the very same errors are to be expected, and
elsewhere a network is another one, as with another seed, so that only errors that differ by more
than such chance fail. Of two runs a paired test would notice nothing; the spread of all the stored
runs says how much two trainings may differ.
"""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

from figures.spirals.stored import MissingRunsError
from figures.table1.stored import DIGITS, LABELS, percent, read
from numerics.experiments.images import Table1Settings, table1
from numerics.experiments.images.settings import flat
from numerics.tolerances import RETRAINED

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


@dataclass(frozen=True)
class Retrained:
    """Runs of one method that were trained again, beside the stored ones."""

    method: str  # which method
    stored: FloatArray  # final test errors of the same runs in percent, shape (runs,)
    again: FloatArray  # final test errors of the same runs in percent, shape (runs,)
    pvalue: float  # of the test that both have the same expectation
    alike: bool = False

    @property
    def passes(self) -> bool:
        """Whether the stored errors still come out."""
        return self.pvalue > RETRAINED

    def __str__(self) -> str:
        said = "still come out" if self.passes else "DO NOT COME OUT ANY MORE"
        rounding = f"trained again with {'the same' if self.alike else 'another'} rounding"
        equal = int((self.stored == self.again).sum())
        return (
            f"{DIGITS.title}, {LABELS[self.method]}: the stored errors {said}: "
            f"{self.stored.size} runs, {rounding}, {equal} with the very same error, mean "
            f"{self.again.mean():.2f} % for {self.stored.mean():.2f} %, p = {self.pvalue:.2g} "
            f"(fails at {RETRAINED:g})"
        )


def chance(stored: FloatArray, again: FloatArray) -> float:
    """Test whether runs that are trained again differ from the stored ones by chance alone."""
    difference = float(np.mean(again - stored[: again.size]))
    if difference == 0:
        return 1.0
    scale = float(np.std(stored, ddof=1)) * sqrt(2 / again.size)
    return float(2 * stats.t.sf(abs(difference) / scale, stored.size - 1)) if scale else 0.0


def recheck(
    stored: Table1,
    methods: Sequence[str] = METHODS,
    runs: int = RUNS,
    jobs: int = 1,
    **ingredients: Any,
) -> list[Retrained]:
    """Train the first runs of some methods again, with the parameters that were chosen."""
    seed = stored.provenance["seed"]
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
        rng=np.random.SeedSequence(seed["entropy"], spawn_key=tuple(seed["spawn_key"])),
        n_jobs=jobs,
        **(own | ingredients),
    )
    made = [result.provenance["versions"].get("fingerprint") for result in (stored, again)]
    found = []
    for method in methods:
        old, new = percent(stored, method), percent(again, method)
        found.append(Retrained(method, old[: new.size], new, chance(old, new), made[0] == made[1]))
    return found


def recheck_digits(folder: Path | None = None, jobs: int = 1) -> list[Retrained]:
    """Train two runs of Mixup and of Local Mixup on the digits again."""
    if importlib.util.find_spec("sklearn") is None:
        message = "recheck-digits needs scikit-learn: pip install 'local-mixup[data]'"
        raise MissingRunsError(message)
    stored = read(DIGITS, folder)
    if stored is None or stored.curves.shape[1] < RUNS:
        message = f"recheck-digits needs two stored runs; make them with: {DIGITS.command}"
        raise MissingRunsError(message)
    return recheck(stored, [m for m in METHODS if m in stored.methods], jobs=jobs)

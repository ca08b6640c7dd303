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
    """Runs of one method that were trained again, beside the stored ones.

    Parameters
    ----------
    method : str
        Which method.
    stored, again : numpy.ndarray
        Final test errors of the same runs in percent, shape (runs,).
    pvalue : float
        Of the test that both have the same expectation.
    alike : bool
        Whether what computed both has the same fingerprint, so that the very same errors are to be
        expected.
    """

    method: str
    stored: FloatArray
    again: FloatArray
    pvalue: float
    alike: bool = False

    @property
    def passes(self) -> bool:
        """Whether the stored errors still come out.

        Returns
        -------
        bool
            True unless the difference is beyond chance.
        """
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
    """Test whether runs that are trained again differ from the stored ones by chance alone.

    Parameters
    ----------
    stored : numpy.ndarray
        Test errors of all stored runs, shape (runs,), at least two.
    again : numpy.ndarray
        Those of the first few, trained again.

    Returns
    -------
    float
        Two-sided p-value of Student's t test of the mean difference, if two trainings of one run
        were independent with the spread of the stored runs; they are nearer, so that the test errs
        to the side of passing.
    """
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
    """Train the first runs of some methods again, with the parameters that were chosen.

    Parameters
    ----------
    stored : numerics.experiments.images.Table1
        The stored runs.
    methods : sequence of str, optional
        Which of its methods.
    runs : int, optional
        How many runs; at most those that are stored are taken.
    jobs : int, optional
        Number of processes.
    **ingredients
        Changes of the settings, to see that they are noticed.

    Returns
    -------
    list of Retrained
        One for each method.
    """
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
    """Train two runs of Mixup and of Local Mixup on the digits again.

    Parameters
    ----------
    folder : pathlib.Path, optional
        Where the stored runs are; the repository's own data if not given.
    jobs : int, optional
        Number of processes.

    Returns
    -------
    list of Retrained
        One for each method that is stored.

    Raises
    ------
    MissingRunsError
        If no two runs on the digits are stored, or scikit-learn, which has them, is not installed.
    ValueError
        If the file is damaged, or in the repository's own data the settings of the digits are
        others now than those stored.
    """
    if importlib.util.find_spec("sklearn") is None:
        message = "recheck-digits needs scikit-learn: pip install 'local-mixup[data]'"
        raise MissingRunsError(message)
    stored = read(DIGITS, folder)
    if stored is None or stored.curves.shape[1] < RUNS:
        message = f"recheck-digits needs two stored runs; make them with: {DIGITS.command}"
        raise MissingRunsError(message)
    return recheck(stored, [m for m in METHODS if m in stored.methods], jobs=jobs)

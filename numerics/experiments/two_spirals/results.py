"""Results of the spirals experiment and of its ablation, as tables with their provenance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import stats

from numerics.archive import tables as _tables
from numerics.experiments.two_spirals.settings import SpiralsSettings

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator
    from pathlib import Path

    from numerics.experiments.two_spirals.settings import Preset, Rule
    from numerics.validation import FloatArray, IntArray

__all__ = ["Ablation", "SpiralErrors"]

_COLUMNS = ("epsilon", "batch_size", "updates", "run", "error")


@dataclass(frozen=True, slots=True, eq=False)
class SpiralErrors:
    """Test errors of networks trained on the spirals, for each epsilon and run.

    Parameters
    ----------
    epsilons : numpy.ndarray
        Thresholds of the graph, shape (E,): 0 is vanilla training, infinity is Mixup.
    batch_sizes : numpy.ndarray of int
        Pairs in a batch, before those of weight zero are dropped; shape (E,).
    updates : numpy.ndarray of int
        Optimiser steps of one run, shape (E,).
    errors : numpy.ndarray
        Test errors in [0, 1], shape (E, runs). A column is one run: the same data, the same initial
        parameters and the same random numbers for all epsilon.
    settings : SpiralsSettings
        What decides these numbers, next to epsilon and the seed.
    provenance : dict
        Plain data: "command", "seed", "versions", "backend", and times in seconds. "seconds" and
        "seconds_by_epsilon" are the wall times of the chunks, summed over processes that worked
        side by side. "wall_seconds" is for how long at least one chunk was at work, whatever was
        done beside it: without pauses, without starting and compiling. It is from the times at
        which a store's files were written, and missing where those cannot be right, as in a copy
        that does not keep them; older files do not have it.
    """

    epsilons: FloatArray
    batch_sizes: IntArray
    updates: IntArray
    errors: FloatArray
    settings: SpiralsSettings
    provenance: dict[str, Any]

    @property
    def preset(self) -> Preset:
        """Preset of the experiment.

        Returns
        -------
        str
            That of the settings.
        """
        return self.settings.preset

    @property
    def rule(self) -> Rule:
        """Batch rule of the experiment.

        Returns
        -------
        str
            That of the settings.
        """
        return self.settings.rule

    @property
    def mean(self) -> FloatArray:
        """Mean test error of each epsilon.

        Returns
        -------
        numpy.ndarray
            Shape (E,).
        """
        return np.asarray(self.errors.mean(axis=1))

    @property
    def half_width(self) -> FloatArray:
        """Half the width of Student's 95 % interval of the mean error.

        Returns
        -------
        numpy.ndarray
            Shape (E,); NaN for a single run.
        """
        runs = self.errors.shape[1]
        if runs == 1:
            return np.full(self.epsilons.size, np.nan)
        deviation = self.errors.std(axis=1, ddof=1)
        return np.asarray(stats.t.ppf(0.975, runs - 1) * deviation / np.sqrt(runs))

    def to_csv(self, path: str | os.PathLike[str]) -> Path:
        """Write one row for each epsilon and run, and the provenance beside it, atomically.

        Parameters
        ----------
        path : str or path
            File to write, ending in ".csv"; the provenance goes to the same name with ".json". Both
            are replaced if they exist. The folder must exist.

        Returns
        -------
        pathlib.Path
            The path.

        Raises
        ------
        ValueError
            If the path does not end in ".csv".
        OSError
            If a file cannot be written.

        Notes
        -----
        The columns are epsilon, batch_size, updates, run and error, with "inf" for Mixup. Numbers
        read back as the same float64. The file beside the table has its check sum.
        """
        return _tables.write(path, _COLUMNS, _rows(self), _description(self))

    @classmethod
    def from_csv(cls, path: str | os.PathLike[str]) -> SpiralErrors:
        """Read what `to_csv` wrote.

        Parameters
        ----------
        path : str or path
            The file with the table.

        Returns
        -------
        SpiralErrors
            The same numbers, settings and provenance.

        Raises
        ------
        ValueError
            If one of the two files does not hold what `to_csv` writes, or they are of different
            results.
        OSError
            If one of them cannot be read.
        """
        rows = _tables.rows_of(path, _COLUMNS)
        description = _tables.description_of(path)
        try:
            result = _parsed(rows, description)
            _tables.check_together(_COLUMNS, rows, description)
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(_tables.bad(path, error)) from None
        return result


@dataclass(frozen=True, slots=True, eq=False)
class Ablation:
    """The spirals experiment under settings that change step by step.

    Parameters
    ----------
    names : tuple of str
        What each step is, the first being where it starts from.
    results : tuple of SpiralErrors
        Its results, for the same seed, epsilons and number of runs.
    """

    names: tuple[str, ...]
    results: tuple[SpiralErrors, ...]

    def to_csv(self, path: str | os.PathLike[str]) -> Path:
        """Write one row for each step, epsilon and run, and the provenance beside it, atomically.

        Parameters
        ----------
        path : str or path
            File to write, ending in ".csv"; the provenance goes to the same name with ".json". Both
            are replaced if they exist. The folder must exist.

        Returns
        -------
        pathlib.Path
            The path.

        Raises
        ------
        ValueError
            If the path does not end in ".csv".
        OSError
            If a file cannot be written.

        Notes
        -----
        The columns are those of `SpiralErrors.to_csv` after the step's name.
        """
        steps = dict(zip(self.names, self.results, strict=True))
        return _tables.write(
            path,
            ("step", *_COLUMNS),
            (f"{name},{row}" for name, result in steps.items() for row in _rows(result)),
            {"steps": {name: _description(result) for name, result in steps.items()}},
        )

    @classmethod
    def from_csv(cls, path: str | os.PathLike[str]) -> Ablation:
        """Read what `to_csv` wrote.

        Parameters
        ----------
        path : str or path
            The file with the table.

        Returns
        -------
        Ablation
            The same numbers, settings and provenance.

        Raises
        ------
        ValueError
            If one of the two files does not hold what `to_csv` writes, or they are of different
            results.
        OSError
            If one of them cannot be read.
        """
        header = ("step", *_COLUMNS)
        rows = _tables.rows_of(path, header)
        description = _tables.description_of(path)
        parts: dict[str, list[list[str]]] = {}
        for name, *row in rows:
            parts.setdefault(name, []).append(row)
        try:
            steps = description["steps"]
            results = tuple(_parsed(part, steps[name]) for name, part in parts.items())
            _check_alike(results)
            _tables.check_together(header, rows, description)
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(_tables.bad(path, error)) from None
        return cls(tuple(parts), results)


def _check_alike(results: tuple[SpiralErrors, ...]) -> None:
    """Check that run r of one step is comparable with run r of another."""
    first = results[0]
    for result in results[1:]:
        if (
            result.provenance.get("seed") != first.provenance.get("seed")
            or result.errors.shape != first.errors.shape
            or (result.epsilons != first.epsilons).any()
        ):
            message = "all steps must have the same seed, epsilons and number of runs"
            raise ValueError(message)


def _description(result: SpiralErrors) -> dict[str, Any]:
    return {"settings": result.settings.to_dict(), "provenance": result.provenance}


def _rows(result: SpiralErrors) -> Iterator[str]:
    columns = (result.epsilons, result.batch_sizes, result.updates, result.errors)
    for epsilon, size, updates, errors in zip(*(c.tolist() for c in columns), strict=True):
        for run, error in enumerate(errors):
            yield f"{epsilon!r},{size},{updates},{run},{error!r}"


def _parsed(rows: list[list[str]], description: dict[str, Any]) -> SpiralErrors:
    values = np.array([list(map(float, row)) for row in rows])
    settings = SpiralsSettings.from_dict(description["settings"])
    provenance = description["provenance"]
    if not isinstance(provenance, dict):
        message = "the provenance must be a mapping"
        raise ValueError(message)
    if not np.isfinite(values[:, 1:]).all() or not (np.abs(values[:, 1:]) < 2**53).all():
        message = "all numbers but epsilon must be finite"
        raise ValueError(message)
    runs = int(values[:, 3].max()) + 1
    if runs < 1 or values.shape[0] % runs:
        message = "each epsilon must have the same number of runs"
        raise ValueError(message)
    blocks = values.reshape(-1, runs, len(_COLUMNS))
    whole = blocks[:, 0, 1:3].astype(np.int64)
    same = (blocks[:, :, :3] == blocks[:, :1, :3]).all() and (whole == blocks[:, 0, 1:3]).all()
    if not same or (blocks[:, :, 3] != np.arange(runs)).any() or (whole < 1).any():
        message = "the rows must be in the order of epsilon, then of the runs 0, 1, ..."
        raise ValueError(message)
    errors, epsilons = blocks[:, :, 4].copy(), blocks[:, 0, 0].copy()
    if not ((errors >= 0) & (errors <= 1)).all() or not (epsilons >= 0).all():
        message = "an error must be in [0, 1], and epsilon at least 0"
        raise ValueError(message)
    return SpiralErrors(
        epsilons=epsilons,
        batch_sizes=whole[:, 0].copy(),
        updates=whole[:, 1].copy(),
        errors=errors,
        settings=settings,
        provenance=provenance,
    )

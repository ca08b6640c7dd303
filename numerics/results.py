"""Results of the spirals experiment and of its ablation, as tables with their provenance."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import stats

from numerics.files import write_text
from numerics.settings import SpiralsSettings
from numerics.store import as_json

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

    from numerics.settings import Preset, Rule
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
        Command, seed, versions, backend and the wall time of all chunks in seconds, summed over
        the processes that worked side by side: plain data.
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
        read back as the same float64.
        """
        beside = _beside(path)
        write_text(beside, as_json(_description(self)))
        return write_text(path, "\n".join([",".join(_COLUMNS), *_rows(self)]) + "\n")

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
            If one of the two files does not hold what `to_csv` writes.
        OSError
            If one of them cannot be read.
        """
        rows = _table(path, _COLUMNS)
        description = _object(_beside(path))
        try:
            return _parsed(rows, description)
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(_bad(path, error)) from None


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
        beside = _beside(path)
        steps = dict(zip(self.names, map(_description, self.results), strict=True))
        write_text(beside, as_json({"steps": steps}))
        lines = [",".join(("step", *_COLUMNS))]
        for name, result in zip(self.names, self.results, strict=True):
            lines += [f"{name},{row}" for row in _rows(result)]
        return write_text(path, "\n".join(lines) + "\n")

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
            If one of the two files does not hold what `to_csv` writes.
        OSError
            If one of them cannot be read.
        """
        rows = _table(path, ("step", *_COLUMNS))
        description = _object(_beside(path))
        parts: dict[str, list[list[str]]] = {}
        for name, *row in rows:
            parts.setdefault(name, []).append(row)
        try:
            steps = description["steps"]
            results = tuple(_parsed(part, steps[name]) for name, part in parts.items())
            _check_alike(results)
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(_bad(path, error)) from None
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


def _beside(path: str | os.PathLike[str]) -> Path:
    """Name the file with the provenance."""
    if Path(path).suffix != ".csv":
        message = f"the file must be named *.csv, got {Path(path)}"
        raise ValueError(message)
    return Path(path).with_suffix(".json")


def _bad(path: str | os.PathLike[str], error: Exception) -> str:
    reason = f"{error} is missing" if isinstance(error, KeyError) else str(error)
    return f"{path} and the .json file beside it do not hold such a result: {reason}"


def _table(path: str | os.PathLike[str], header: tuple[str, ...]) -> list[list[str]]:
    try:
        with Path(path).open(encoding="utf-8", newline="") as file:
            first, *rows = csv.reader(file)
    except ValueError:  # empty, or no text
        first, rows = [], []
    if tuple(first) != header or not rows or any(len(row) != len(header) for row in rows):
        message = f"{path} must be a table with the columns {', '.join(header)}, and rows"
        raise ValueError(message)
    return rows


def _object(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        content = None
    if not isinstance(content, dict):
        message = f"{path} must hold a JSON object"
        raise ValueError(message)
    return content


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

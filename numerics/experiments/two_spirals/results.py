"""Results of the spirals experiment and of its ablation, as tables with their provenance."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from numerics.archive.tables import Table
from numerics.experiments.results import Errors
from numerics.experiments.two_spirals.settings import Preset, Rule, SpiralsSettings
from numerics.validation import FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class SpiralErrors(Errors):
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
        done beside it: without pauses, without starting and compiling. Older files do not have it.
    """

    HEADER = ("epsilon", "batch_size", "updates", "run", "error")

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

    def _rows(self) -> Iterator[str]:
        columns = (self.epsilons, self.batch_sizes, self.updates, self.errors)
        for epsilon, size, updates, errors in zip(*(c.tolist() for c in columns), strict=True):
            for run, error in enumerate(errors):
                yield f"{epsilon!r},{size},{updates},{run},{error!r}"

    def _description(self) -> dict[str, Any]:
        return {"settings": self.settings.to_dict(), "provenance": self.provenance}

    @classmethod
    def _parsed(cls, rows: list[list[str]], description: dict[str, Any]) -> Self:
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
        blocks = values.reshape(-1, runs, len(cls.HEADER))
        whole = blocks[:, 0, 1:3].astype(np.int64)
        same = (blocks[:, :, :3] == blocks[:, :1, :3]).all() and (whole == blocks[:, 0, 1:3]).all()
        if not same or (blocks[:, :, 3] != np.arange(runs)).any() or (whole < 1).any():
            message = "the rows must be in the order of epsilon, then of the runs 0, 1, ..."
            raise ValueError(message)
        errors, epsilons = blocks[:, :, 4].copy(), blocks[:, 0, 0].copy()
        if not ((errors >= 0) & (errors <= 1)).all() or not (epsilons >= 0).all():
            message = "an error must be in [0, 1], and epsilon at least 0"
            raise ValueError(message)
        return cls(
            epsilons=epsilons,
            batch_sizes=whole[:, 0].copy(),
            updates=whole[:, 1].copy(),
            errors=errors,
            settings=settings,
            provenance=provenance,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Ablation(Table):
    """The spirals experiment under settings that change step by step.

    Parameters
    ----------
    names : tuple of str
        What each step is, the first being where it starts from.
    results : tuple of SpiralErrors
        Its results, for the same seed, epsilons and number of runs.
    """

    HEADER = ("step", *SpiralErrors.HEADER)

    names: tuple[str, ...]
    results: tuple[SpiralErrors, ...]

    def _rows(self) -> Iterator[str]:
        for name, result in zip(self.names, self.results, strict=True):
            yield from (f"{name},{row}" for row in result._rows())

    def _description(self) -> dict[str, Any]:
        steps = zip(self.names, self.results, strict=True)
        return {"steps": {name: result._description() for name, result in steps}}

    @classmethod
    def _parsed(cls, rows: list[list[str]], description: dict[str, Any]) -> Self:
        parts: dict[str, list[list[str]]] = {}
        for name, *row in rows:
            parts.setdefault(name, []).append(row)
        steps = description["steps"]
        results = tuple(SpiralErrors._parsed(part, steps[name]) for name, part in parts.items())
        for result in results[1:]:
            if (
                result.provenance.get("seed") != results[0].provenance.get("seed")
                or result.errors.shape != results[0].errors.shape
                or (result.epsilons != results[0].epsilons).any()
            ):
                message = "all steps must have the same seed, epsilons and number of runs"
                raise ValueError(message)
        return cls(tuple(parts), results)

"""Both experiments with little work, and enough training for all their errors to be different."""

import json
import math
import shlex
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from numerics import experiments
from numerics.archive.store import Cache
from numerics.experiments import SpiralErrors, images, two_spirals
from numerics.experiments.images import METHODS, Table1
from numerics.mlp import single
from tests.processes import started

EPSILONS = (0.0, 0.8, math.inf)
SOME = ("exponential", "mixup")
RECIPE = single.Recipe(widths=(9,), epochs=2, batch_size=48, rate=0.8)
"""With so large a rate neither vanilla training nor Mixup is always best on the digits: each graph
chooses otherwise."""
TRAININGS = 1 + 2 * (4 * 2 + 2) + 3 * 7
"""The reference; two runs of four grids and of the ends; three of what is chosen, Mixup twice."""


def spirals(epsilons: Any = EPSILONS, runs: int = 7, **changes: Any) -> SpiralErrors:
    small = {"rng": 11, "n": 60, "epochs": 3, "widths": (9,), "backend": "numpy"}
    return experiments.spirals(epsilons, runs, **{**small, **changes})


def table1(methods: Any = METHODS, runs: int = 3, **changes: Any) -> Table1:
    pytest.importorskip("sklearn")
    recipe = {name: getattr(RECIPE, name) for name in ("widths", "epochs", "batch_size", "rate")}
    small = {"rng": 11, **recipe, "validation_runs": 2}
    grids = {"exponential": (0.5, 2.0), "threshold": (0.1, 0.5), "knn": (3, 12)}
    return experiments.table1("digits", methods, runs, **{**small, **grids, **changes})


def same(one: Any, other: Any) -> bool:
    """Compare all that two results say, but for how they were made."""
    names = [field.name for field in fields(one) if field.name != "provenance"]
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in names)


@dataclass(frozen=True)
class Small:
    """An experiment, for what holds of both."""

    package: ModuleType
    result: type[Any]
    run: Callable[..., Any]
    least: tuple[tuple[Any, ...], int]
    """What takes the least work, and its number of runs."""
    command: str
    some: str

    @cached_property
    def whole(self) -> Any:
        """All of it, computed once in a process."""
        return self.run()

    def at_least(self, **changes: Any) -> Any:
        return self.run(*self.least, **changes)

    def started_on(self, store: Path, more: str) -> subprocess.Popen[str]:
        """Run the command as a user runs it."""
        line = shlex.split(f"{self.command} {more}")
        root = Path(__file__).resolve().parents[2]
        return started("-m", "numerics", *line, "--store", str(store), cwd=root)


def a_store(path: Path) -> Cache:
    """Open the store of any settings."""
    return Cache(path, json.loads((path / "settings.json").read_text("utf-8"))["identity"], {})


SPIRALS = Small(
    two_spirals,
    SpiralErrors,
    spirals,
    ((0.0,), 1),
    "spirals --n 60 --epochs 3 --widths 9 --backend numpy --seed 11",
    "--epsilon 0 0.8 inf",
)
IMAGES = Small(
    images,
    Table1,
    table1,
    (("baseline",), 1),
    "table1 --rate 0.8 --widths 9 --epochs 2 --batch-size 48 --validation-runs 2 "
    "--exponential 0.5 2 --threshold 0.1 0.5 --knn 3 12 --seed 11",
    "--methods exponential mixup",
)

"""One training of the experiment on images: what it is given, how it is made, what is kept."""

import functools
import hashlib
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from numerics import adamixup, datasets
from numerics.archive.provenance import Seed, made, run_seed, versions
from numerics.archive.store import Piece
from numerics.datasets import Dataset
from numerics.experiments.images.settings import METHODS, Place, Table1Settings, settings
from numerics.experiments.workers import tick
from numerics.mlp import Networks, single
from numerics.mlp.networks import one_thread
from numerics.validation import FloatArray, IntArray

PAIRS = 100_000
"""Pairs of samples whose distances stand for those of all."""

HELD_OUT = 1 / 6
"""Share of the training set on which parameters are validated."""

Phase: TypeAlias = Literal["reference", "validation", "test"]
"""The baseline whose features give a scale; the choice of parameters; the result."""


@dataclass(frozen=True)
class Job:
    """One training, and what its numbers depend on next to the settings and the seed."""

    phase: Phase
    method: str
    grid: float | None  # the parameter in the units of the settings
    run: int
    parameter: float | None  # the graph's own

    @property
    def name(self) -> str:
        return name_of(self.phase, (self.method, self.grid), self.run)


def name_of(phase: Phase, place: Place, run: int) -> str:
    """Name what is known by the results of a training."""
    method, grid = place
    return f"{phase}-{method}-{'none' if grid is None else repr(grid)}-run-{run:05d}"


@functools.lru_cache(maxsize=1)
def images(name: str, folder: str | None) -> Dataset:
    """Load images, once in each process."""
    return datasets.load(name, folder)


def streams(seed: Seed, run: int) -> list[np.random.SeedSequence]:
    """Return what run r has for its training, its validation, and (run 0) the distances."""
    return run_seed(seed, run).spawn(3)


def distances(
    points: NDArray[Any], rng: np.random.Generator, unit: float = 1.0, pairs: int = PAIRS
) -> FloatArray:
    """Return the distances of random pairs of different points, shape (pairs,), sorted.

    Of pixels, which are integers, the squares are exact, so that all machines agree on them.
    """
    flat_points = points.reshape(len(points), -1)
    first = rng.integers(len(points), size=pairs)
    second = (first + rng.integers(1, len(points), size=pairs)) % len(points)
    kind: type[Any] = np.int32 if points.dtype.kind == "u" else np.float64
    squares = np.empty(pairs)
    for low in range(0, pairs, 4096):
        part = slice(low, low + 4096)
        apart: NDArray[Any] = flat_points[first[part]].astype(kind)
        apart -= flat_points[second[part]]
        squares[part] = np.einsum("ij,ij->i", apart, apart)
    return np.sort(np.sqrt(squares) / unit)


def held_out(labels: IntArray, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Choose the samples for validation, the same share of each class; bool, shape (n,)."""
    chosen = np.zeros(labels.size, dtype=bool)
    for label in np.unique(labels):
        members = rng.permutation(np.flatnonzero(labels == label))
        chosen[members[: round(HELD_OUT * members.size)]] = True
    return chosen


def features(networks: Networks, X: NDArray[Any]) -> NDArray[Any]:
    """Evaluate the last hidden layer of the first replicate, shape (n, width)."""
    values = X
    for layer in networks.matrices()[:-1]:
        values = np.maximum(values @ layer[0, :-1] + layer[0, -1], 0)
    return values


def train(
    chosen: Table1Settings, seed: Seed, folder: str | None, job: Job, *, ticks: str | None = None
) -> Piece:
    """Make one training, wherever this process runs; `ticks` counts epochs."""
    start = time.perf_counter()
    found = images(chosen.data, folder)
    dtype = np.float32 if chosen.recipe.dtype == "float32" else np.float64
    for_test, for_choice, _ = streams(seed, job.run)
    X, labels = found.flat("train", dtype=dtype), found.labels_train
    if job.phase == "test":
        rng = np.random.default_rng(for_test)
        test = found.flat("test", dtype=dtype), found.labels_test
    else:
        # Nothing of the test set is looked at here.
        for_split, for_training = for_choice.spawn(2)
        rng = np.random.default_rng(for_training)
        out = held_out(labels, np.random.default_rng(for_split))
        test = X[out], labels[out]
        X, labels = X[~out], labels[~out]
    errors, diverged, scale = np.empty(0), "", None
    left = chosen.recipe.epochs

    def ticked(_: int) -> None:
        nonlocal left
        if ticks is not None:
            tick(ticks)
            left -= 1

    with one_thread():
        try:
            done = fit(chosen, job.method, job.parameter, X, labels, rng, test, ticked)
            errors = np.asarray(done.errors, dtype=np.float64)
            if job.phase == "reference":
                inner = features(done.networks, X)
                generator = np.random.default_rng(streams(seed, 0)[2])
                scale = float(np.median(distances(inner, generator)))
                diverged = "" if scale else "half of its features are equal"
        except FloatingPointError as error:
            diverged = str(error)
    if ticks is not None:
        tick(ticks, left)
    about = {"job": asdict(job), "diverged": diverged, "scale": scale, **made(start, makers())}
    return Piece(job.name, about, {"epoch": np.arange(1, errors.size + 1), "error": errors})


def fit(
    chosen: Table1Settings,
    method: str,
    parameter: float | None,
    X: NDArray[Any],
    labels: IntArray,
    rng: np.random.Generator,
    test: tuple[NDArray[Any], IntArray] | None = None,
    progress: Callable[[int], object] | None = None,
) -> single.Fit:
    """Train one network by one method."""
    mixing = chosen.mixing(method, parameter)
    more: Any = {"rng": rng, "test": test, "progress": progress}
    if method == "adamixup":
        return adamixup.fit(X, labels, chosen.recipe, chosen.policy, mixing=mixing, **more)
    where: Literal["features", "input"] = "features" if method.endswith("-features") else "input"
    return single.fit(X, labels, chosen.recipe, mixing, distance=where, **more)


@functools.cache
def makers() -> dict[str, str]:
    """Name what computes here, and as "fingerprint" what numbers it computes.

    The fingerprint is a check sum of the parameters of a small network for each method, two epochs
    of SGD with momentum, weight decay and a step of the rate in float32. Adam, float64 and what
    else the settings can ask for may be computed differently without changing it.
    """
    rng = np.random.default_rng(0)
    X, labels = rng.random((60, 5), dtype=np.float32), np.arange(60) % 3
    chosen = settings(widths=(8, 7), epochs=2, batch_size=16, drops=(0.5,), knn=(3,))
    digest = hashlib.sha256()
    with one_thread():
        for method in METHODS:
            parameter = 3.0 if method == "knn" else 0.5
            done = fit(chosen, method, parameter, X, labels, np.random.default_rng(1))
            digest.update(done.networks.parameters.tobytes())
    return versions("numpy") | {"fingerprint": digest.hexdigest()[:12]}

"""What an experiment's numbers came from, as plain data."""

import math
import os
import platform
import re
import time
import warnings
from collections.abc import Iterable, Mapping, Sequence
from importlib import metadata
from typing import Any, TypeAlias, TypedDict, cast

import numpy as np

from numerics.archive.command_line import command_line
from numerics.archive.store import Piece, stored_identity
from numerics.validation import check_count

Random: TypeAlias = int | np.random.SeedSequence | np.random.Generator
"""What a seed may be."""


class Seed(TypedDict):
    """What makes a numpy.random.SeedSequence."""

    entropy: int | list[int]  # its entropy: for a whole number as the seed, that number
    spawn_key: list[int]  # its spawn key, empty unless it is a child of another


def plain_seed(rng: Random | None, store: str | os.PathLike[str] | None = None) -> Seed:
    """Return what makes the seed's children, as plain data."""
    stored = stored_identity(store) if rng is None and store is not None else None
    if stored is not None and isinstance(stored.get("seed"), dict):
        return cast("Seed", stored["seed"])
    if isinstance(rng, np.random.Generator):
        rng = rng.spawn(1)[0].bit_generator.seed_seq  # type: ignore[assignment]
    if not isinstance(rng, np.random.SeedSequence):
        number = None if rng is None else check_count(rng, "rng", most=math.inf)
        rng = np.random.SeedSequence(number)
    entropy = np.array(rng.entropy, dtype=object)  # of any size
    plain = [int(number) for number in entropy] if entropy.ndim else int(entropy[()])
    return {"entropy": plain, "spawn_key": [int(key) for key in rng.spawn_key]}


def run_seed(seed: Seed, run: int) -> np.random.SeedSequence:
    """Return the child of a seed that a run has for everything."""
    return np.random.SeedSequence(seed["entropy"], spawn_key=(*seed["spawn_key"], run))


def versions(backend: str) -> dict[str, str]:
    """Name what computes here."""
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    found = {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scipy": metadata.version("scipy"),
        "blas": f"{blas['name']} {blas['version']}",
        "machine": f"{platform.system()} {platform.machine()}",
    }
    if backend == "numba":
        found["numba"] = metadata.version("numba")
    return found


def command(name: str, seed: Seed, first: Mapping[str, Any], more: Mapping[str, Any]) -> str:
    """Return the command that computes numbers again, or a call with `first` by their place."""
    entropy, key = seed["entropy"], tuple(seed["spawn_key"])
    if key or not isinstance(entropy, int):
        arguments = [
            *map(repr, first.values()),
            f"rng=numpy.random.SeedSequence({entropy}, spawn_key={key})",
            *(f"{option}={value!r}" for option, value in more.items()),
        ]
        call = f"numerics.experiments.{name}({', '.join(arguments)})"
        return re.sub(r"\binf\b", "math.inf", call)
    return command_line(name, seed=entropy, **{**first, **more})


def made(begun: float, versions: Mapping[str, str]) -> dict[str, Any]:
    """Say of a piece that is done now what computed it since a time of `time.perf_counter`."""
    seconds = round(time.perf_counter() - begun, 3)
    return {"seconds": seconds, "ended": round(time.time(), 3), "versions": versions}


def made_by(parts: Sequence[Piece]) -> dict[str, Any]:
    """Say what computed the parts of a result, and the times that they took together."""
    makers = [part.about["versions"] for part in parts]
    names = dict.fromkeys(name for maker in makers for name in maker)
    found = {name: {maker.get(name, "") for maker in makers} - {""} for name in names}
    return {
        "versions": {name: " and ".join(sorted(values)) for name, values in found.items()},
        "seconds": round(sum(part.about["seconds"] for part in parts), 3),
    }


def wall_seconds(parts: Iterable[Piece]) -> float:
    """Return for how long somebody was at work, however many at once, without pauses."""
    total, reached = 0.0, -math.inf
    spans = ((part.about["seconds"], part.about["ended"]) for part in parts)
    for begin, end in sorted((end - seconds, end) for seconds, end in spans):
        total += max(0.0, end - max(begin, reached))
        reached = max(reached, end)
    return round(total, 3)


def warn_of_others(parts: Iterable[Piece], here: dict[str, str], stacklevel: int) -> None:
    """Warn if something else than what is here computed a part of a store."""
    makers = (part.about["versions"] for part in parts)
    there = {(k, v) for maker in makers for k, v in maker.items() if here.get(k) != v}
    if there:
        listed = ", ".join(f"{name} {version}" for name, version in sorted(there))
        message = (
            f"parts of the store were computed with {listed}, and rounding may be different here: "
            "the numbers need not be exactly those of an unbroken run"
        )
        warnings.warn(message, stacklevel=stacklevel + 1)

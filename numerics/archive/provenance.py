"""What an experiment's numbers came from, as plain data."""

import math
import os
import platform
import re
import warnings
from collections.abc import Iterable, Mapping, Sequence
from importlib import metadata
from typing import Any, Protocol, TypeAlias, TypedDict, cast

import numpy as np

from numerics.archive.command_line import command_line
from numerics.archive.store import stored_identity
from numerics.validation import check_count

Random: TypeAlias = int | np.random.SeedSequence | np.random.Generator
"""What a seed may be."""


class Seed(TypedDict):
    """What makes a numpy.random.SeedSequence."""

    entropy: int | list[int]  # its entropy: for a whole number as the seed, that number
    spawn_key: list[int]  # its spawn key, empty unless it is a child of another


class Made(Protocol):
    """A part of an experiment: what computed it, how long that took, and when it was done."""

    @property
    def versions(self) -> dict[str, str]:
        """What computed it, by name."""

    @property
    def seconds(self) -> float:
        """Elapsed time."""

    @property
    def ended(self) -> float:
        """Time on the clock, in seconds."""


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


def made_by(parts: Sequence[Made]) -> dict[str, Any]:
    """Say what computed the parts of a result, and the times that they took together."""
    names = dict.fromkeys(name for part in parts for name in part.versions)
    found = {name: {part.versions.get(name, "") for part in parts} - {""} for name in names}
    return {
        "versions": {name: " and ".join(sorted(values)) for name, values in found.items()},
        "seconds": round(sum(part.seconds for part in parts), 3),
    }


def wall_seconds(parts: Iterable[Made]) -> float:
    """Return for how long somebody was at work, however many at once, without pauses."""
    total, reached = 0.0, -math.inf
    for begin, end in sorted((part.ended - part.seconds, part.ended) for part in parts):
        total += max(0.0, end - max(begin, reached))
        reached = max(reached, end)
    return round(total, 3)


def warn_of_others(parts: Iterable[Made], here: dict[str, str], stacklevel: int) -> None:
    """Warn if something else than what is here computed a part of a store."""
    there = {(k, v) for part in parts for k, v in part.versions.items() if here.get(k) != v}
    if there:
        listed = ", ".join(f"{name} {version}" for name, version in sorted(there))
        message = (
            f"parts of the store were computed with {listed}, and rounding may be different here: "
            "the numbers need not be exactly those of an unbroken run"
        )
        warnings.warn(message, stacklevel=stacklevel + 1)

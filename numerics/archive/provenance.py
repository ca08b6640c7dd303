"""What an experiment's numbers came from, as plain data."""

from __future__ import annotations

import math
import platform
import shlex
import warnings
from dataclasses import fields
from importlib import metadata
from typing import TYPE_CHECKING, Protocol, TypedDict

import numpy as np
import scipy

from numerics.tolerances import FILE_TIMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numerics.experiments.two_spirals.settings import SpiralsSettings

__all__ = ["Seed", "command", "versions", "wall_seconds", "warn_of_others"]


class Seed(TypedDict):
    """What makes a numpy.random.SeedSequence."""

    entropy: int | list[int]  # its entropy: for a whole number as the seed, that number
    spawn_key: list[int]  # its spawn key, empty unless it is a child of another


def versions(backend: str) -> dict[str, str]:
    """Name what computes here."""
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    found = {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "blas": f"{blas['name']} {blas['version']}",
        "machine": f"{platform.system()} {platform.machine()}",
    }
    if backend == "numba":
        found["numba"] = metadata.version("numba")
    return found


def command(
    settings: SpiralsSettings,
    epsilons: Sequence[float],
    runs: int,
    seed: Seed,
    backend: str,
) -> str:
    """Return the command that computes an experiment's numbers again."""
    entropy, key = seed["entropy"], tuple(seed["spawn_key"])
    changes = dict(_changes(settings))
    if key or not isinstance(entropy, int):
        arguments = [
            f"{[float(e) for e in epsilons]!r}".replace("inf", "math.inf"),
            f"{runs}, {settings.preset!r}, rule={settings.rule!r}, backend={backend!r}",
            f"rng=numpy.random.SeedSequence({entropy}, spawn_key={key})",
            *(f"{name}={value!r}" for name, value in changes.items()),
        ]
        return f"numerics.experiments.spirals({', '.join(arguments)})"
    words = ["python", "-m", "numerics", "spirals", "--runs", str(runs)]
    words += ["--preset", settings.preset, "--rule", settings.rule, "--seed", str(entropy)]
    words += ["--backend", backend, "--epsilon", *(repr(e).removesuffix(".0") for e in epsilons)]
    for name, value in changes.items():
        option = name.replace("_", "-")
        if isinstance(value, bool):
            words.append(f"--{option}" if value else f"--no-{option}")
        else:
            values = value if isinstance(value, tuple) else (value,)
            words += [f"--{option}", *map(str, values)]
    return shlex.join(words)


def wall_seconds(
    spans: Iterable[tuple[float, float]], earliest: float | None = None
) -> float | None:
    """Return for how long somebody was at work, however many at once.

    Pauses between two pieces do not count, nor does what is done beside them, such as starting
    processes and compiling.
    """
    total, reached = 0.0, -math.inf
    for begin, end in sorted((end - seconds, end) for end, seconds in spans):
        if earliest is not None and begin < earliest - FILE_TIMES:
            return None
        total += max(0.0, end - max(begin, reached))
        reached = max(reached, end)
    return total


def _changes(settings: SpiralsSettings) -> Iterator[tuple[str, object]]:
    """Yield the ingredients that are not the preset's."""
    from numerics.experiments.two_spirals.settings import PRESETS  # noqa: PLC0415

    base = PRESETS[settings.preset]
    for field in fields(settings):
        value = getattr(settings, field.name)
        if field.name != "rule" and value != getattr(base, field.name):
            yield field.name, value


class _Made(Protocol):
    """A part of a store."""

    @property
    def versions(self) -> dict[str, str]:
        """What computed it, by name."""


def warn_of_others(parts: Iterable[_Made], here: dict[str, str], stacklevel: int) -> None:
    """Warn if something else than what is here computed a part of a store."""
    there = {(k, v) for part in parts for k, v in part.versions.items() if here.get(k) != v}
    if there:
        listed = ", ".join(f"{name} {version}" for name, version in sorted(there))
        message = (
            f"parts of the store were computed with {listed}, and rounding may be different here: "
            "the numbers need not be exactly those of an unbroken run"
        )
        warnings.warn(message, stacklevel=stacklevel + 1)

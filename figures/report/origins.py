"""Where the numbers of the page are from: versions, seeds and times."""

import json
import platform
from collections.abc import Iterator, Mapping
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from figures.spirals import boundaries

PACKAGES = (
    "local-mixup",
    "numpy",
    "scipy",
    "sympy",
    "python-flint",
    "matplotlib",
    "math-core",
    "joblib",
    "numba",
    "scikit-learn",
)


def versions() -> dict[str, str]:
    """Name what made the page."""
    found = {"Python": f"{platform.python_version()} ({platform.system()} {platform.machine()})"}
    for name in PACKAGES:
        with suppress(PackageNotFoundError):
            found[name] = version(name)
    return found


def stored_runs(folder: Path) -> list[dict[str, str]]:
    """Say how the stored data were made."""
    found = []
    for path in sorted(folder.glob("*.json")):
        content = json.loads(path.read_text(encoding="utf-8"))
        pieces = list(_pieces(content))
        if pieces:
            first = pieces[0]
            made = first.get("versions", {})
            names = ("python", "numpy", "numba", "torch", "machine")
            more = f" (the first of {len(pieces)})" if len(pieces) > 1 else ""
            seconds = [piece["seconds"] for piece in pieces if piece.get("seconds") is not None]
            found.append(
                {
                    "file": path.name,
                    "command": f"{first['command']}{more}",
                    "seed": _seed(first.get("seed")),
                    "time": duration(sum(seconds)) if seconds else "not recorded",
                    "versions": ", ".join(f"{n} {made[n]}" for n in names if n in made),
                }
            )
    return found


def _pieces(content: object) -> Iterator[Mapping[str, Any]]:
    """Find what has a command, however deep."""
    if isinstance(content, dict) and "command" in content:
        yield content
    elif isinstance(content, dict):
        for value in content.values():
            yield from _pieces(value)


def _seed(seed: object) -> str:
    if isinstance(seed, dict):
        return str(seed.get("entropy"))
    return "none" if seed is None else str(seed)


def duration(seconds: float) -> str:
    """Write a time."""
    if seconds < 120:
        return f"{seconds:.1f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


def seeds(seed: int) -> dict[str, str]:
    """Name what is random, and its seed."""
    return {
        "the noise in the figure “risk”, the random walk and the white noise": str(seed),
        "the networks of “boundaries” and of the decision regions": str(boundaries.SEED),
        "certificates, counterexamples and kernels": "none: nothing is random",
    }

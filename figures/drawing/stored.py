"""Where results are kept that took long to compute."""

from collections.abc import Callable, Mapping
from functools import lru_cache, wraps
from pathlib import Path
from typing import TypeVar

from numerics.archive.plain import differences

DATA = Path(__file__).parents[1] / "data"
"""What this repository keeps, of which the claims speak."""

_Result = TypeVar("_Result")


class MissingRunsError(FileNotFoundError):
    """Stored runs that are needed are not there; the message has the command that makes them."""


def check_settings(path: Path, found: Mapping[str, object], wanted: Mapping[str, object]) -> None:
    """Refuse runs that were not made as the claims say that they were."""
    others = differences(found, wanted)
    if others:
        message = f"{path} was made with other settings than the experiment's: {'; '.join(others)}"
        raise ValueError(message)


def from_files(compute: Callable[..., _Result]) -> Callable[..., _Result]:
    """Keep what a function makes of a folder, `DATA` if none is given, while its files stay."""

    @lru_cache(maxsize=16)
    def cached(files: object, where: Path, *arguments: str) -> _Result:
        del files  # what the cache goes by
        return compute(where, *arguments)

    @wraps(compute)
    def call(*arguments: str, folder: Path | None = None) -> _Result:
        where = folder or DATA
        files = sorted([*where.glob("*.csv"), *where.glob("*.json")])
        return cached(tuple((path, path.stat().st_mtime_ns) for path in files), where, *arguments)

    return call

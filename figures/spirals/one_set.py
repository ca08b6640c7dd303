"""Facts of the one data set of two spirals that is published, counted in its files and kept.

``figures/data/published-spirals.json`` has them, with the check sums of the files; ``python -m
figures data published-spirals`` writes it. The set itself is under another licence and not here.
"""

import json
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import scipy
from numpy.typing import NDArray

from figures.drawing.stored import DATA
from numerics import spirals
from numerics.archive.files import write_text
from numerics.archive.plain import as_json
from numerics.archive.provenance import versions
from numerics.spirals import Spirals
from numerics.validation import FloatArray, IntArray

NAME = "published-spirals"
COMMAND = f"python -m figures data {NAME}"

GRID = (*(np.arange(1, 41) / 10).tolist(), np.inf)
"""Thresholds at which pairs are counted: 0.1, 0.2, ..., 4, and infinity, which has all."""


@dataclass(frozen=True)
class Facts:
    """What was counted in a set."""

    training: int  # samples
    test: int
    mirrored: int  # samples whose reflection through the origin is in the set, in the other class
    test_mirrored: int  # samples of the test whose reflection is among those for training
    pairs: int  # pairs of different training samples
    within: tuple[int, ...]  # of them, those at most each value of `GRID` apart
    same_spiral: tuple[int, ...]  # of these, those of one class
    quantiles: tuple[float, float, float, float]  # first decile and quartiles of the distances
    diameter: float  # largest distance

    def share(self, epsilon: float) -> float:
        """Share of the pairs at most epsilon apart."""
        return self.within[self._at(epsilon)] / self.pairs if epsilon else 0.0

    def one_spiral(self, epsilon: float) -> float:
        """Share of one spiral among the pairs at most epsilon apart."""
        at = self._at(epsilon)
        return self.same_spiral[at] / self.within[at]

    @staticmethod
    def _at(epsilon: float) -> int:
        if epsilon not in GRID:
            message = f"epsilon must be one of {', '.join(map(str, GRID))}, got {epsilon}"
            raise ValueError(message)
        return GRID.index(epsilon)


def count(found: Spirals) -> Facts:
    """Count what there is in a set."""
    X, labels = found.X_train, found.labels_train
    distances = scipy.spatial.distance.pdist(X)
    first, second = np.triu_indices(len(X), 1)
    same = labels[first] == labels[second]
    everything = np.concatenate((X, found.X_test))
    classes = np.concatenate((labels, found.labels_test))
    image = _reflections(everything, classes, everything, classes)
    return Facts(
        training=len(X),
        test=len(found.X_test),
        mirrored=int(image.sum()),
        test_mirrored=int(_reflections(found.X_test, found.labels_test, X, labels).sum()),
        pairs=distances.size,
        within=tuple(int((distances <= epsilon).sum()) for epsilon in GRID),
        same_spiral=tuple(int((same & (distances <= epsilon)).sum()) for epsilon in GRID),
        quantiles=tuple(np.quantile(distances, (0.1, 0.25, 0.5, 0.75)).tolist()),
        diameter=float(distances.max()),
    )


def _reflections(
    X: FloatArray, labels: IntArray, others: FloatArray, other_labels: IntArray
) -> NDArray[np.bool_]:
    """Say of which samples the reflection is among others, in the other class, up to rounding."""
    distance, nearest = scipy.spatial.cKDTree(others).query(-X)
    return np.asarray((distance < 1e-9) & (other_labels[nearest] != labels))


def write(folder: Path, files: Path) -> Path:
    """Count the facts of the published set, and keep them."""
    content = asdict(count(spirals.published(files))) | {
        "sha256": spirals.PUBLISHED_SUMS,
        "command": f"{COMMAND} --folder {spirals.PUBLISHED_FOLDER}",
        "versions": versions("numpy"),
    }
    return write_text(folder / f"{NAME}.json", as_json(content))


@lru_cache(maxsize=1)
def known() -> tuple[Facts, str]:
    """Read the facts that are kept, and which command counted them in which files."""
    return read(DATA)


def read(folder: Path) -> tuple[Facts, str]:
    """Read the facts that are kept in a folder."""
    path = folder / f"{NAME}.json"
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        about = {name: content.pop(name) for name in ("sha256", "command", "versions")}
        values: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in content.items()
        }
        facts = Facts(**values)
    except (ValueError, KeyError, TypeError, AttributeError):
        message = f"{path} must hold what {COMMAND!r} writes"
        raise ValueError(message) from None
    files = ", ".join(f"{name} (SHA-256 {s[:16]}…)" for name, s in about["sha256"].items())
    return facts, f"counted in {files} by {about['command']}"

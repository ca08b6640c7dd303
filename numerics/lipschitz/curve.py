"""The curve eps -> Q(D; eps) as a step function with what causes its steps, and its file."""

from __future__ import annotations

import csv
import json
import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, get_args, overload

import numpy as np

from numerics.archive.files import write_text
from numerics.archive.store import as_json
from numerics.graphs.distances import slack

if TYPE_CHECKING:
    import os

    from numpy.typing import ArrayLike

    from numerics.lipschitz.targets import Distance
    from numerics.validation import FloatArray

__all__ = ["SEGMENTS", "LowerBound", "Segments", "Witness", "check_segments"]

Segments = Literal["same-class", "all", "segments"]
SEGMENTS: tuple[Segments, ...] = get_args(Segments)

_COLUMNS = ("epsilon", "value", "point", "partner", "mu", "i", "j", "lambda")


def check_segments(segments: str) -> Segments:
    """Return which virtual samples are compared, or say what there is."""
    for known in SEGMENTS:
        if segments == known:
            return known
    message = f"segments must be one of {', '.join(SEGMENTS)}; got {segments!r}"
    raise ValueError(message)


class Witness(NamedTuple):
    """Two virtual samples that attain a value of Q.

    One is mu x_point + (1 - mu) x_partner, the other lambda x_i + (1 - lambda) x_j, and their
    targets likewise.

    Parameters
    ----------
    point : int
        A sample.
    i, j : int
        Ends of the segment; they are the same where the value is that of two samples.
    lam : float
        Weight of the end i.
    partner : int
        The same as `point`, unless the values are those of segments against segments.
    mu : float
        Weight of `point`.
    """

    point: int
    i: int
    j: int
    lam: float
    partner: int
    mu: float


@dataclass(frozen=True, slots=True, eq=False)
class LowerBound:
    """The curve eps -> Q(D; eps).

    Parameters
    ----------
    epsilons : numpy.ndarray
        Where it jumps, increasing from 0, in the units of X; shape (m,).
    values : numpy.ndarray
        Its value from each of them on, in units of targets over inputs; infinite if no function
        fits. Shape (m,).
    witnesses : tuple of Witness
        What attains each value; indices are rows of X.
    segments : str
        One of `SEGMENTS`.
    distance : str
        One of `numerics.lipschitz.targets.DISTANCES`.
    n : int
        Number of samples that there are.
    points : int
        Number of them that were looked at.
    pairs : int
        Number of samples times segments (or of segments times segments) that were decided.
    up_to : float
        Longer segments were left out: there are no values for a larger eps. Infinity if all count.
    features : int
        Number of coordinates of a sample, for the rounding of lengths that are compared with eps;
        1, none, where it is not known.
    provenance : dict
        Where the samples are from and what else is worth keeping, as plain data.
    """

    epsilons: FloatArray
    values: FloatArray
    witnesses: tuple[Witness, ...]
    segments: Segments
    distance: Distance
    n: int
    points: int
    pairs: int
    up_to: float = math.inf
    features: int = 1
    provenance: dict[str, Any] = field(default_factory=dict)

    @property
    def exact(self) -> bool:
        """Whether this is Q(D) of all samples.

        Returns
        -------
        bool
            False if it is that of a random part of them, which bounds Q(D) from below.
        """
        return self.points == self.n

    @property
    def vanilla(self) -> float:
        """Q at eps = 0, that of the samples alone.

        Returns
        -------
        float
            The first value.
        """
        return float(self.values[0])

    @property
    def mixup(self) -> float:
        """Q for large eps, where all segments count.

        Returns
        -------
        float
            The last value.

        Raises
        ------
        ValueError
            If long segments were left out.
        """
        return self(math.inf)

    @overload
    def __call__(self, eps: float) -> float: ...
    @overload
    def __call__(self, eps: ArrayLike) -> float | FloatArray: ...
    def __call__(self, eps: ArrayLike) -> float | FloatArray:
        """Return Q at some eps from 0 to `up_to` (infinity is Mixup).

        A length of eps counts, by the rule of `numerics.graphs.threshold`.
        """
        asked = np.asarray(eps, dtype=np.float64)
        if not (asked >= 0).all():
            message = f"eps must not be negative or NaN, got {asked[~(asked >= 0)].flat[0]}"
            raise ValueError(message)
        if (asked > self.up_to).any():
            message = (
                f"eps must be at most {self.up_to:g}, as longer segments were left out; "
                f"got {asked[asked > self.up_to].flat[0]}"
            )
            raise ValueError(message)
        limits = asked * (1 + slack(self.features))
        found = self.values[np.searchsorted(self.epsilons, limits, side="right") - 1]
        return float(found) if asked.ndim == 0 else np.asarray(found)

    def to_csv(self, path: str | os.PathLike[str]) -> Path:
        """Write one row for each jump, and beside it what was computed, atomically.

        Parameters
        ----------
        path : str or path
            File to write, ending in ".csv"; all other fields go to the same name
            with ".json". Both are replaced if they exist. The folder must exist.

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
        Numbers read back as the same float64; the columns are those of `Witness`, with epsilon and
        value before them.
        """
        rows = [
            (epsilon, value, w.point, w.partner, w.mu, w.i, w.j, w.lam)
            for epsilon, value, w in zip(
                self.epsilons.tolist(), self.values.tolist(), self.witnesses, strict=True
            )
        ]
        names = ("segments", "distance", "n", "points", "features", "pairs", "exact", "provenance")
        about = {name: getattr(self, name) for name in names}
        about["up_to"] = None if self.up_to == math.inf else self.up_to
        write_text(_beside(path), as_json(about))
        lines = [",".join(_COLUMNS), *(",".join(map(str, row)) for row in rows)]
        return write_text(path, "\n".join(lines) + "\n")

    @classmethod
    def from_csv(cls, path: str | os.PathLike[str]) -> LowerBound:
        """Read what `to_csv` wrote.

        Parameters
        ----------
        path : str or path
            The file with the table.

        Returns
        -------
        LowerBound
            The same curve.

        Raises
        ------
        ValueError
            If a file is not what `to_csv` writes.
        OSError
            If it cannot be read.
        """
        try:
            about = json.loads(_beside(path).read_text(encoding="utf-8"))
            with Path(path).open(encoding="utf-8", newline="") as file:
                rows = list(csv.DictReader(file))
            result = cls(
                epsilons=np.array([float(row["epsilon"]) for row in rows]),
                values=np.array([float(row["value"]) for row in rows]),
                witnesses=tuple(
                    Witness(
                        point=int(row["point"]),
                        i=int(row["i"]),
                        j=int(row["j"]),
                        lam=float(row["lambda"]),
                        partner=int(row["partner"]),
                        mu=float(row["mu"]),
                    )
                    for row in rows
                ),
                segments=check_segments(about["segments"]),
                distance="zero-one" if about["distance"] == "zero-one" else "euclidean",
                n=int(about["n"]),
                points=int(about["points"]),
                features=int(about.get("features", 1)),
                pairs=int(about["pairs"]),
                up_to=math.inf if about["up_to"] is None else float(about["up_to"]),
                provenance=dict(about["provenance"]),
            )
            increasing = result.epsilons[:1] == 0 and (np.diff(result.epsilons) > 0).all()
            whole = bool(increasing and (np.diff(result.values) > 0).all())
        except (KeyError, TypeError, ValueError):
            whole = False
        if not whole:
            message = f"{path} is not a curve of Q(D) as LowerBound.to_csv writes it"
            raise ValueError(message)
        return result


def _beside(path: str | os.PathLike[str]) -> Path:
    table = Path(path)
    if table.suffix != ".csv":
        message = f"the path must end in .csv, got {str(path)!r}"
        raise ValueError(message)
    return table.with_suffix(".json")

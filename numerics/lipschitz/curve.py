"""The curve eps -> Q(D; eps) as a step function with what causes its steps, and its file."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, Self, get_args, overload

import numpy as np
from numpy.typing import ArrayLike

from numerics.archive.tables import Table
from numerics.distances import slack
from numerics.lipschitz.search.records import Records
from numerics.lipschitz.targets import DISTANCES, Distance
from numerics.validation import FloatArray, IntArray, check_choice, check_thresholds

Segments = Literal["same-class", "all", "segments"]
SEGMENTS: tuple[Segments, ...] = get_args(Segments)


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


def witnesses_of(records: Records, order: IntArray) -> tuple[Witness, ...]:
    """Name the samples that attain records by their rows of X."""
    witnesses = []
    for (a, partner, i, j), (mu, lam) in zip(
        order[records.who].tolist(), records.shares.tolist(), strict=True
    ):
        point, other = ((a, mu), (partner, 1 - mu))[:: 1 if a <= partner else -1]
        first, second = ((i, lam), (j, 1 - lam))[:: 1 if i <= j else -1]
        witnesses.append(Witness(point[0], first[0], second[0], first[1], other[0], point[1]))
    return tuple(witnesses)


@dataclass(frozen=True, slots=True, eq=False)
class LowerBound(Table):
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

    HEADER = ("epsilon", "value", "point", "partner", "mu", "i", "j", "lambda")

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
        asked = check_thresholds(eps)
        if (asked > self.up_to).any():
            message = (
                f"eps must be at most {self.up_to:g}, as longer segments were left out; "
                f"got {asked[asked > self.up_to].flat[0]}"
            )
            raise ValueError(message)
        limits = asked * (1 + slack(self.features))
        found = self.values[np.searchsorted(self.epsilons, limits, side="right") - 1]
        return float(found) if asked.ndim == 0 else np.asarray(found)

    def _rows(self) -> Iterator[str]:
        steps = zip(self.epsilons.tolist(), self.values.tolist(), self.witnesses, strict=True)
        for epsilon, value, w in steps:
            row = (epsilon, value, w.point, w.partner, w.mu, w.i, w.j, w.lam)
            yield ",".join(map(str, row))

    def _description(self) -> dict[str, Any]:
        names = ("segments", "distance", "n", "points", "features", "pairs", "exact", "provenance")
        up_to = None if self.up_to == math.inf else self.up_to
        return {name: getattr(self, name) for name in names} | {"up_to": up_to}

    @classmethod
    def _parsed(cls, rows: list[list[str]], description: dict[str, Any]) -> Self:
        epsilons, values = np.array([row[:2] for row in rows], dtype=np.float64).T
        up_to = description["up_to"]
        result = cls(
            epsilons=epsilons,
            values=values,
            witnesses=tuple(
                Witness(int(point), int(i), int(j), float(lam), int(partner), float(mu))
                for _, _, point, partner, mu, i, j, lam in rows
            ),
            segments=check_choice(description["segments"], "segments", SEGMENTS),
            distance=check_choice(description["distance"], "distance", DISTANCES),
            n=int(description["n"]),
            points=int(description["points"]),
            features=int(description.get("features", 1)),
            pairs=int(description["pairs"]),
            up_to=math.inf if up_to is None else float(up_to),
            provenance=dict(description["provenance"]),
        )
        increasing = result.epsilons[0] == 0 and (np.diff(result.epsilons) > 0).all()
        if not (increasing and (np.diff(result.values) > 0).all()):
            message = "epsilon must increase from 0, and the values with it"
            raise ValueError(message)
        return result

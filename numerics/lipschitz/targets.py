r"""Targets and their distance: classes or vectors, and what becomes of it on a segment.

Between a sample and the segment x_b + t (x_c - x_b) the squared distance of the targets is
N(t) = N0 + 2 N1 t + N2 t^2. Two distances are offered:

- ``"euclidean"``: the Euclidean norm; classes are one-hot vectors, sqrt(2) apart.
- ``"zero-one"``: half the l1 norm of one-hot vectors, the distance in variation: different classes
  are 1 apart. Between a sample and a segment it is their sup norm as well. Of three different
  classes N = 1.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal, Self, TypeAlias, get_args

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from numerics.validation import (
    FloatArray,
    IntArray,
    as_array,
    check_angles,
    check_choice,
    check_size,
)

Distance = Literal["zero-one", "euclidean"]
DISTANCES: tuple[Distance, ...] = get_args(Distance)

_Form: TypeAlias = tuple[Any, Any, Any]


def fractions(values: FloatArray) -> NDArray[np.object_]:
    """Return numbers as fractions, with which NumPy computes without rounding."""
    return np.array([Fraction(v) for v in values.flat], dtype=object).reshape(values.shape)


def _one_hot(values: NDArray[Any]) -> bool:
    """Tell whether rows are one-hot."""
    hot = values.ndim == 2 and np.isin(values, (0, 1)).all()
    return bool(hot and (values.sum(axis=1) == 1).all())


def _classes(labels: NDArray[Any], n: int) -> IntArray:
    """Return the number of the class of each sample, of integers or one-hot rows."""
    known = labels.dtype.kind in "iub" and labels.ndim == 1
    if not known and labels.dtype.kind in "iubf" and _one_hot(labels):
        known, labels = True, labels.argmax(axis=1)
    if not known or labels.shape != (n,):
        message = (
            f"labels must be classes, integers of shape ({n},) or one-hot rows, as X has {n} "
            f"points; got {labels.dtype} of shape {labels.shape}. Real numbers are targets="
        )
        raise ValueError(message)
    codes = np.unique(labels, return_inverse=True)[1].astype(np.int64)
    if codes.max() < 1:
        message = "labels must hold at least two classes, got one"
        raise ValueError(message)
    return codes


@dataclass(frozen=True, slots=True, eq=False)
class Targets:
    """Targets of samples."""

    codes: IntArray  # samples with equal targets have equal codes, shape (n,)
    vectors: FloatArray | None  # the targets, shape (n, k); None if they are classes
    distance: Distance  # one of `DISTANCES`

    @classmethod
    def of(
        cls, labels: ArrayLike | None, targets: ArrayLike | None, n: int, distance: str | None
    ) -> Self:
        """Check labels or targets, and their distance."""
        asked = None if distance is None else check_choice(distance, "distance", DISTANCES)
        if (labels is None) == (targets is None):
            message = "labels or targets must be given, and not both"
            raise ValueError(message)
        if targets is None:
            return cls(_classes(as_array(labels, "labels"), n), None, asked or "zero-one")
        values = check_angles(targets, "targets")
        if values.ndim not in {1, 2} or values.shape[:1] != (n,) or not values.size:
            message = (
                f"targets must have shape ({n},) or ({n}, k), as X has {n} points; "
                f"got {values.shape}"
            )
            raise ValueError(message)
        codes = np.unique(values, axis=0, return_inverse=True)[1].ravel().astype(np.int64)
        if codes.max() < 1:
            message = "targets must hold at least two different ones, got one"
            raise ValueError(message)
        if _one_hot(values):
            return cls(codes, None, asked or "euclidean")
        if asked == "zero-one":
            message = "distance must be 'euclidean' for real targets, got 'zero-one'"
            raise ValueError(message)
        check_size(values, "targets")
        result = cls(codes, values.reshape(n, -1), "euclidean")
        if not result.largest > 0:
            message = "targets differ by too little: the squares of their distances are 0"
            raise ValueError(message)
        return result

    def __getitem__(self, some: IntArray) -> "Targets":
        vectors = None if self.vectors is None else self.vectors[some]
        return Targets(self.codes[some], vectors, self.distance)

    @property
    def unit(self) -> int:
        """Squared distance of two different classes."""
        return 1 if self.distance == "zero-one" else 2

    @property
    def quadratic(self) -> bool:
        """Whether the distance is that of an inner product."""
        return self.distance == "euclidean"

    @property
    def largest(self) -> float:
        """Bound on the squared distances."""
        if self.vectors is None:
            return float(self.unit)
        spread = self.vectors - self.vectors[0]
        return 4 * float((spread * spread).sum(axis=1).max())

    def squares(
        self, rows: IntArray, columns: IntArray, factor: float, dtype: np.dtype[Any]
    ) -> NDArray[Any]:
        """Return squared distances of targets."""
        if self.vectors is None:
            different = self.codes[rows][:, None] != self.codes[columns]
            return np.asarray(np.multiply(different, factor * self.unit, dtype=dtype))
        squares = scipy.spatial.distance.cdist(
            self.vectors[rows], self.vectors[columns], "sqeuclidean"
        )
        squares *= factor
        return squares.astype(dtype)

    def pair_squares(self, a: IntArray, b: IntArray) -> FloatArray:
        """Return squared distances of the targets of some pairs."""
        if self.vectors is None:
            return np.asarray(np.multiply(self.codes[a] != self.codes[b], float(self.unit)))
        return np.asarray(((self.vectors[a] - self.vectors[b]) ** 2).sum(axis=1))

    def form(self, a: IntArray, b: IntArray, c: IntArray) -> _Form:
        """Return the squared distance between the targets of points and of segments."""
        if self.vectors is not None:
            P, R = self.vectors[b] - self.vectors[a], self.vectors[c] - self.vectors[b]
            return (P * P).sum(axis=1), (P * R).sum(axis=1), (R * R).sum(axis=1)
        first, second = self.pair_squares(a, b), self.pair_squares(a, c)
        third = self.pair_squares(b, c)
        if not self.quadratic:  # constant between three classes
            third = np.where((first > 0) & (second > 0), 0.0, third)
        return first, (second - first - third) / 2, third

    def exact_form(self, a: int, b: int, c: int) -> _Form:
        """Return the same for one point and one segment, as fractions."""
        if self.vectors is None:
            one = (np.array([index]) for index in (a, b, c))
            return tuple(Fraction(float(value[0])) for value in self.form(*one))  # type: ignore[return-value]
        point, start, end = fractions(self.vectors[[a, b, c]])
        P, R = start - point, end - start
        return P @ P, P @ R, R @ R

    def along(self, a: IntArray, b: IntArray, c: IntArray, t: FloatArray) -> FloatArray:
        """Return N(t) without cancellation."""
        if self.vectors is not None:
            P, R = self.vectors[b] - self.vectors[a], self.vectors[c] - self.vectors[b]
            return np.asarray(((P + t[:, None] * R) ** 2).sum(axis=1))
        at_b, at_c = self.codes[a] == self.codes[b], self.codes[a] == self.codes[c]
        ends = self.codes[b] == self.codes[c]
        three = 1 - t * (1 - t) if self.quadratic else np.ones_like(t)
        mixed = np.where(at_b, t * t, np.where(at_c, (1 - t) ** 2, three))
        return np.asarray(self.unit * np.where(ends, np.where(at_b, 0.0, 1.0), mixed))

    def corners(self, *samples: IntArray) -> list[FloatArray]:
        """Return targets as vectors."""
        if self.vectors is not None:
            return [self.vectors[index] for index in samples]
        codes = np.stack([self.codes[index] for index in samples], axis=1)
        first = np.argmax(codes[:, :, None] == codes[:, None, :], axis=2)
        return list(np.moveaxis(np.eye(len(samples))[first], 1, 0))

"""The few images that cause the steps of Q(D), kept so that they can be shown without their set."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from numerics.archive.files import read_arrays, write_arrays
from numerics.datasets import Dataset
from numerics.lipschitz.curve import LowerBound, Witness
from numerics.validation import FloatArray, IntArray

_NAMES = ("samples", "images", "classes", "deviations", "brightest")


@dataclass(frozen=True, slots=True, eq=False)
class Pictures:
    """Some training images of a set."""

    samples: IntArray  # their indices in the set, increasing; shape (k,)
    images: NDArray[np.uint8]  # shape (k, height, width) or (k, height, width, 3)
    classes: tuple[str, ...]  # the name of the class of each
    deviations: FloatArray  # what pixels were divided by, in each channel; shape (1,) or (3,)
    brightest: int  # largest value that a pixel can have

    @classmethod
    def of(cls, data: Dataset, curve: LowerBound, deviations: FloatArray) -> Self:
        """Collect the images that cause the steps of a curve."""
        samples = np.unique([[w.point, w.partner, w.i, w.j] for w in curve.witnesses])
        classes = tuple(data.classes[label] for label in data.labels_train[samples].tolist())
        return cls(samples, data.X_train[samples], classes, deviations, data.brightest)

    def place(self, sample: int) -> int:
        """Return where a sample is kept."""
        place = int(np.searchsorted(self.samples, sample))
        if place == self.samples.size or self.samples[place] != sample:
            message = f"sample must be one whose image is kept, got {sample}"
            raise ValueError(message)
        return place

    def inputs(self, sample: int) -> FloatArray:
        """Return the input that belongs to a sample."""
        return np.asarray(self.images[self.place(sample)].astype(np.float64) / self.deviations)

    def virtual(self, witness: Witness) -> tuple[FloatArray, FloatArray]:
        """Return the two virtual inputs that attain a value of Q."""
        first, partner, i, j = (
            self.inputs(sample) for sample in (witness.point, witness.partner, witness.i, witness.j)
        )
        return (
            witness.mu * first + (1 - witness.mu) * partner,
            witness.lam * i + (1 - witness.lam) * j,
        )

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write them to an .npz file, atomically."""
        return write_arrays(path, {name: np.asarray(getattr(self, name)) for name in _NAMES})

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Read what `save` wrote."""
        samples, images, classes, deviations, brightest = read_arrays(path, _NAMES)
        whole = bool(
            images.dtype == np.uint8
            and images.ndim in {3, 4}
            and len(images) == samples.size == classes.size
            and (np.diff(samples) > 0).all()
            and (deviations > 0).all()
            and images.max(initial=0) <= int(brightest)
        )
        if not whole:
            message = f"{path} does not hold images as Pictures.save writes them"
            raise ValueError(message)
        names = tuple(map(str, classes.tolist()))
        kept = samples.astype(np.int64), images, names, deviations.astype(np.float64)
        return cls(*kept, int(brightest))

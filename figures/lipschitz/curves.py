"""The curves of Q(D) on images that ``numerics lipschitz --out`` wrote: those kept, and others."""

import importlib.util
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from figures.drawing import stored
from numerics import datasets
from numerics.archive.command_line import command_line
from numerics.archive.tables import beside
from numerics.lipschitz import LowerBound, lower_bound
from numerics.lipschitz.segment_lengths import Lengths, segment_lengths
from numerics.lipschitz.witness_images import Pictures
from numerics.visible import visible

TITLES = {
    "digits": "Digits",
    "fashion-mnist": "Fashion-MNIST",
    "mnist": "MNIST",
    "cifar10": "CIFAR-10",
    "cifar100": "CIFAR-100",
    "svhn": "SVHN",
}
"""How the sets are written."""


@dataclass(frozen=True)
class Exhibit:
    """A curve with what is shown beside it."""

    label: str  # set and number of samples
    curve: LowerBound  # the curve
    lengths: Lengths | None  # how long the segments are; None if it is not kept
    pictures: Pictures | None  # the images that cause its steps; None if they are not kept
    whole: float | None = None


@dataclass(frozen=True)
class Kept:
    """A curve that is kept, or that a user may add."""

    name: str  # name of its file, without an ending
    data: str  # one of `numerics.datasets.NAMES`
    samples: int  # how many are looked at
    of: int  # how many there are
    up_to: float = math.inf  # the largest eps, infinity for the whole curve
    deviations: tuple[float, ...] = (1.0,)  # what pixels from 0 to 1 are divided by
    options: Mapping[str, object] = field(
        default_factory=dict, hash=False
    )  # of the command, further ones

    @property
    def label(self) -> str:
        """What to call it in a sentence."""
        return title(self.data, self.samples, self.of)

    @property
    def command(self) -> str:
        """The command that makes its files."""
        part = self.samples < self.of
        return command_line(
            "lipschitz",
            data=self.data,
            points=self.samples if part else None,
            seed=0 if part else None,
            epsilon=self.up_to if self.up_to < math.inf else None,
            deviations=self.deviations if set(self.deviations) != {1.0} else None,
            **self.options,
            out=f"figures/data/{self.name}.csv",
        )


DIGITS = Kept("lipschitz-digits", "digits", 1442, 1442)
FASHION = Kept("lipschitz-fashion-mnist", "fashion-mnist", 10_000, 60_000)
VANILLA = Kept("lipschitz-fashion-mnist-vanilla", "fashion-mnist", 60_000, 60_000, up_to=0)
CIFAR10 = Kept(
    "lipschitz-cifar10",
    "cifar10",
    50_000,
    50_000,
    deviations=(0.2023, 0.1994, 0.2010),
    options={"folder": "DIR", "memory": "8G", "jobs": -1, "store": "out/lipschitz-cifar10"},
)
"""The paper's Figure 4, with pixels as the published script scales them. It is not kept here."""


def title(data: str, samples: int, of: int) -> str:
    """Write a set and its samples."""
    part = f"{samples:,} of {of:,}" if samples < of else f"all {of:,}"
    return f"{TITLES.get(data, data)} ({part})"


def read(kept: Kept, folder: Path | None = None) -> Exhibit | None:
    """Read a kept curve."""
    path = (folder or stored.DATA) / f"{kept.name}.csv"
    if not path.exists():
        return None
    found = open_curve(path)
    curve, made = found.curve, found.curve.provenance
    has = (made.get("data"), curve.segments, curve.distance, curve.points, curve.n, curve.up_to)
    needs = (kept.data, "same-class", "zero-one", kept.samples, kept.of, kept.up_to)
    if has != needs or tuple(made.get("deviations", ())) != kept.deviations:
        message = f"{path} must be made by: {kept.command}; got {made.get('command', has)}"
        raise ValueError(message)
    return found


def open_curve(path: Path) -> Exhibit:
    """Read a curve with what is kept beside it."""
    curve = LowerBound.from_csv(path)
    lengths, pictures = beside(path, "-lengths.csv"), beside(path, "-images.npz")
    return Exhibit(
        title(visible(str(curve.provenance.get("data", path.stem))), curve.points, curve.n),
        curve,
        Lengths.from_csv(lengths) if lengths.exists() else None,
        Pictures.load(pictures) if pictures.exists() else None,
    )


def compute_digits() -> Exhibit | None:
    """Compute the curve of the digits here and now, which takes about a second."""
    if importlib.util.find_spec("sklearn") is None:
        return None
    data = datasets.load("digits")
    # Pixels are whole sixteenths, exact in float64.
    curve = lower_bound(data.flat(), data.labels_train)
    lengths = segment_lengths(data.X_train, data.labels_train).scaled(data.brightest)
    pictures = Pictures.of(data, curve, np.array([float(data.brightest)]))
    return Exhibit(DIGITS.label, curve, lengths, pictures)


def exhibits(folder: Path, own: Sequence[Path] = ()) -> list[Exhibit]:
    """Collect the curves that there are to show."""
    if own:
        return [open_curve(path) for path in own]
    fashion, vanilla = read(FASHION, folder), read(VANILLA, folder)
    if fashion is not None and vanilla is not None:
        fashion = replace(fashion, whole=vanilla.curve.vanilla)
    found = (compute_digits() or read(DIGITS, folder), fashion, read(CIFAR10, folder))
    shown = [exhibit for exhibit in found if exhibit is not None]
    if not shown:
        message = f"there is no curve of Q(D) in {folder}; make one with: {DIGITS.command}"
        raise stored.MissingRunsError(message)
    return shown

r"""Two coiling spirals (Section V.A), n samples of each class, split into training and test.

A sample of class 0 is at :math:`(-t\cos t, t\sin t)`, plus noise in each coordinate, with
:math:`t=2\pi\,\mathrm{turns}\,\sqrt U` and U uniform on [0, 1); the law of class 1 is its
reflection through the origin. docs/public-code.md records where the ingredients are from.
"""

import os
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, ClassVar, Literal, TypeAlias, TypedDict, Unpack, cast, get_args

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from numerics.archive.files import Record
from numerics.costs import announce
from numerics.datasets.sources import check_files, check_folder
from numerics.validation import (
    FloatArray,
    IntArray,
    check_choice,
    check_count,
    check_fields,
    check_nonnegative,
    check_positive,
    check_rng,
    check_share,
    check_thresholds,
)

Preset: TypeAlias = Literal["printed", "released"]
"""What the text says, or what the published generator does."""

Law: TypeAlias = Literal["gaussian", "uniform"]
"""Of the noise: normal with the standard deviation `noise`, or uniform on [0, noise)."""

Standardise: TypeAlias = Literal["before", "after", "none"]
"""Mean 0 and variance 1 of all samples, before the split; of the training samples only; neither."""


@dataclass(frozen=True)
class Settings:
    """Ingredients of the spirals."""

    n: int = 1000  # samples of each class, training and test together
    noise: float = 0.5  # scale of the noise in each coordinate, in the units of t
    law: Law = "uniform"  # normal with standard deviation `noise`, or uniform on [0, noise)
    turns: float = 2.0  # length of each spiral, in turns of 360 degrees
    mirrored: bool = True
    standardise: Standardise = "before"
    test_fraction: float = 0.2


class Ingredients(TypedDict, total=False):
    """Any of the fields of `Settings`, to be given in place of a preset's."""

    n: int
    noise: float | None
    law: Law | None
    turns: float | None
    mirrored: bool | None
    standardise: Standardise | None
    test_fraction: float | None


#: The ingredients that each preset fixes. The text gives n and the noise; the rest of "printed",
#: of which it says nothing, is as in "released", so that the two differ in the noise alone.
PRESETS: dict[Preset, Settings] = {
    "printed": Settings(noise=1.5, law="gaussian"),
    "released": Settings(),
}

PUBLISHED_FOLDER = "spirals_dataset"
"""Folder of the authors' public repository that holds the set of `published`."""

PUBLISHED_SUMS = {
    "x_train.npy": "66e84c8edd1edf4495afe7fe931fc6af39e9cc88d17f8d0dafa859947ae3edad",
    "y_train.npy": "2ee7a575b241d237de0c4e48a0aa1d2f7d23c951b1ecee7d0d9a392e4606b922",
    "x_test.npy": "678699233e0fe8632d1da6ddc5d332a2cff3457351872e74a0d058fe57e73abb",
    "y_test.npy": "020ae0f605205d9f13b7c61e6e181b2236a66aa4ea539a8328c44c6c0a204044",
}
"""SHA-256 sums of its files, as they were in November 2026."""

PUBLISHED = (
    f"{', '.join(PUBLISHED_SUMS)}, which are in the folder {PUBLISHED_FOLDER} of "
    "https://github.com/raphael-baena/Local-Mixup"
)
"""What a folder with the published set has, and where it is from."""

_REFERENCE_SEED = 20220829
"""Of the samples behind `pair_distances`: not one that a run of an experiment is likely to use."""

_REFERENCE_SETS = 4
"""Training sets in the reference sample: at n = 1000 they have five million pairs."""


@dataclass(frozen=True, eq=False)
class Spirals(Record):
    """Two spirals, split into training and test.

    Parameters
    ----------
    X_train, X_test : numpy.ndarray
        Inputs, float64, shapes (n_train, 2) and (n_test, 2), in random order.
    labels_train, labels_test : numpy.ndarray of int
        Classes 0 and 1, int64, shapes (n_train,) and (n_test,).
    preset : {"printed", "released"}
        What the ingredients that were not given are from.
    settings : Settings
        All ingredients.

    Notes
    -----
    The columns of `to_csv` are x1, x2, label (0 or 1) and test (1 for test samples, else 0), with
    the training samples first.
    """

    COLUMNS: ClassVar[tuple[str, ...]] = ("x1", "x2", "label", "test")

    X_train: FloatArray
    labels_train: IntArray
    X_test: FloatArray
    labels_test: IntArray
    preset: Preset
    settings: Settings

    def _columns(self) -> dict[str, NDArray[Any]]:
        X = np.concatenate((self.X_train, self.X_test))
        labels = np.concatenate((self.labels_train, self.labels_test))
        test = np.repeat([0, 1], [self.labels_train.size, self.labels_test.size])
        return dict(zip(self.COLUMNS, (*X.T, labels, test), strict=True))


def settings(preset: Preset = "printed", **ingredients: Unpack[Ingredients]) -> Settings:
    """Complete the ingredients from a preset, and check them.

    Parameters
    ----------
    preset : {"printed", "released"}, optional
        Where the ingredients that are not given are from.
    **ingredients : Ingredients
        Those of `make`, n included.

    Returns
    -------
    Settings
        All ingredients.

    Raises
    ------
    ValueError
        If one is not what `make` takes.
    """
    check_choice(preset, "preset", get_args(Preset))
    given = {name: value for name, value in ingredients.items() if value is not None}
    chosen: Settings = replace(PRESETS[preset], **cast("Any", given))
    check_fields(chosen)
    check_count(chosen.n, "n", 1)
    check_nonnegative(chosen.noise, "noise")
    check_positive(chosen.turns, "turns")
    check_share(chosen.test_fraction, "test_fraction")
    if _test_size(chosen) == 2 * chosen.n:
        message = (
            f"test_fraction must leave a training sample of the {2 * chosen.n} samples, "
            f"got {chosen.test_fraction}"
        )
        raise ValueError(message)
    return chosen


def make(
    n: int = 1000,
    noise: float | None = None,
    preset: Preset = "printed",
    *,
    rng: int | np.random.SeedSequence | np.random.Generator | None = None,
    law: Law | None = None,
    turns: float | None = None,
    mirrored: bool | None = None,
    standardise: Standardise | None = None,
    test_fraction: float | None = None,
) -> Spirals:
    """Make two coiling spirals.

    Parameters
    ----------
    n : int, optional
        Samples of each class, training and test together, at least 1.
    noise : float, optional
        Scale of the noise, at least 0: 1.5 in "printed", 0.5 in "released". The law stays the
        preset's unless it is given too.
    preset : {"printed", "released"}, optional
        Where the ingredients that are not given are from: the text of Section V.A, with the
        published generator's for what it does not say, or the published generator's.
    rng : int, numpy.random.SeedSequence or numpy.random.Generator, optional
        Seed or generator.
    law : {"gaussian", "uniform"}, optional
        Law of the noise in each coordinate: normal with standard deviation `noise` ("printed"), or
        uniform on [0, noise) ("released").
    turns : float, optional
        Turns of each spiral, above 0: 2 in both presets, which is 720 degrees.
    mirrored : bool, optional
        Whether class 1 is the mirror image of the very samples of class 0, noise included, as in
        the published generator and here in both presets; otherwise it has samples of its own.
    standardise : {"before", "after", "none"}, optional
        Whether each coordinate is given mean 0 and variance 1 over all samples, before the split
        (both presets), over the training samples, or not at all.
    test_fraction : float, optional
        Share of the 2n samples for the test, at least 0 and below 1: 0.2 in both presets.

    Returns
    -------
    Spirals
        The samples.

    Raises
    ------
    ValueError
        If an argument is not as above, if there is no training sample, or if the samples are to be
        standardised and all have one coordinate in common.

    Notes
    -----
    The generator draws n numbers U, then a permutation of all 2n samples, of which the last ones
    are for the test, then n numbers U for class 1 if that is not mirrored, then the noise in two
    coordinates. So from one seed both presets have the same U and the same split, and data that
    differ in scales, turns, standardisation or the test's share only are the same draws.

    References
    ----------
    Section V.A and Figure 3 of the paper; docs/public-code.md.
    """
    chosen = settings(
        preset,
        n=n,
        noise=noise,
        law=law,
        turns=turns,
        mirrored=mirrored,
        standardise=standardise,
        test_fraction=test_fraction,
    )
    return _made(chosen, preset, check_rng(rng))


def published(folder: str | os.PathLike[str]) -> Spirals:
    """Read the one set of two spirals that the paper's authors published.

    Parameters
    ----------
    folder : str or path
        Folder with x_train.npy, y_train.npy, x_test.npy and y_test.npy: `spirals_dataset` of
        https://github.com/raphael-baena/Local-Mixup, whose licence they are under.

    Returns
    -------
    Spirals
        1,600 training and 400 test samples as they are in the files, with the settings of the
        preset "released", that of the published generator.

    Raises
    ------
    ValueError
        If a file has another check sum than the published one.
    OSError
        If the folder or a file is missing or cannot be read.

    References
    ----------
    Section V.A and Figure 3 of the paper; docs/public-code.md.
    """
    path = check_folder(folder, PUBLISHED)
    check_files(path, PUBLISHED_SUMS, PUBLISHED, verify=True)
    arrays = (np.load(path / name, allow_pickle=False) for name in PUBLISHED_SUMS)
    X_train, y_train, X_test, y_test = arrays
    labels_train, labels_test = (y[:, 0].astype(np.int64) for y in (y_train, y_test))
    return Spirals(X_train, labels_train, X_test, labels_test, "released", settings("released"))


def pair_distances(preset: Preset = "printed", **ingredients: Unpack[Ingredients]) -> FloatArray:
    """Return the distances of two different training samples, in a fixed reference sample."""
    # So that one choice of ingredients has one batch size for each eps, in all runs.
    chosen = settings(preset, **ingredients)
    if 2 * chosen.n - _test_size(chosen) < 2:
        message = f"n and test_fraction must leave two training samples, got {chosen}"
        raise ValueError(message)
    return _reference(chosen)


def distance_fraction(
    epsilon: ArrayLike, preset: Preset = "printed", **ingredients: Unpack[Ingredients]
) -> FloatArray:
    """Return P(d <= epsilon) of `pair_distances`: the batch rule of Section V.A divides by it."""
    thresholds = check_thresholds(epsilon, "epsilon")
    distances = pair_distances(preset, **ingredients)
    below = np.searchsorted(distances, thresholds, side="right")
    return np.asarray(below / distances.size)


@lru_cache(maxsize=4)
def _reference(chosen: Settings) -> FloatArray:
    rng = np.random.default_rng(_REFERENCE_SEED)
    sets = [
        scipy.spatial.distance.pdist(_made(chosen, "released", rng).X_train)
        for _ in range(_REFERENCE_SETS)
    ]
    distances = np.sort(np.concatenate(sets))
    distances.flags.writeable = False
    return distances


def _made(chosen: Settings, preset: Preset, rng: np.random.Generator) -> Spirals:
    announce(f"two spirals of {chosen.n} samples", "make fewer", memory=100.0 * chosen.n)
    share = rng.random(chosen.n)
    order = rng.permutation(2 * chosen.n)
    shares = [share] if chosen.mirrored else [share, rng.random(chosen.n)]
    spirals = [_spiral(chosen, values, rng) for values in shares]
    X = np.concatenate((spirals[0], -spirals[-1]))
    labels = np.repeat([0, 1], chosen.n)
    train, test = np.split(order, [order.size - _test_size(chosen)])
    if chosen.standardise != "none":
        reference = X if chosen.standardise == "before" else X[train]
        scale = reference.std(axis=0)
        if not (scale > 0).all():
            message = "standardise must be 'none' if all samples have one coordinate in common"
            raise ValueError(message)
        X = (X - reference.mean(axis=0)) / scale
    return Spirals(X[train], labels[train], X[test], labels[test], preset, chosen)


def _spiral(chosen: Settings, U: FloatArray, rng: np.random.Generator) -> FloatArray:
    t = 2 * np.pi * chosen.turns * np.sqrt(U)
    draw = rng.standard_normal if chosen.law == "gaussian" else rng.random
    return np.stack((-t * np.cos(t), t * np.sin(t)), axis=1) + chosen.noise * draw((chosen.n, 2))


def _test_size(chosen: Settings) -> int:
    return round(chosen.test_fraction * 2 * chosen.n)

"""The stored runs of Table I's question on images: which there are to be, and where they are.

``figures/data/table1-SET.csv`` has the test error of every method, run and epoch, and the file of
the same name with ``.json`` says which command made it, with which seed, choices and versions.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from figures.drawing import stored
from figures.drawing.stored import from_files
from figures.lipschitz.curves import TITLES
from numerics.archive.command_line import command_line
from numerics.datasets import CLASSES
from numerics.experiments.images import METHODS, Table1, Table1Settings, settings
from numerics.experiments.images.settings import ENDS
from numerics.validation import FloatArray

LABELS = {
    "baseline": "Baseline",
    "mixup": "Mixup",
    "exponential": "Local Mixup",
    "threshold": "threshold graph",
    "knn": "K-NN graph",
    "adamixup": "AdaMixup",
    "exponential-features": "feature distances",
    "threshold-quantile": "quartile threshold",
}
"""What to call the methods; the first three as in Table I."""


@dataclass(frozen=True)
class ImageSet:
    """A set of images on which all methods are compared."""

    name: str  # one of `numerics.datasets.NAMES`
    runs: int  # how many runs of each method are asked for
    inputs: int  # numbers in an image
    folder: bool = True  # whether its files are in a folder that has to be named

    @property
    def title(self) -> str:
        """How it is written."""
        return TITLES[self.name]

    @property
    def file(self) -> str:
        """Name of its file, without an ending."""
        return f"table1-{self.name}"

    @property
    def command(self) -> str:
        """The command that makes its file."""
        return command_line(
            "table1",
            data=self.name,
            folder="DIR" if self.folder else None,
            runs=self.runs,
            methods=METHODS,
            seed=0,
            jobs=2,
            store=f"out/{self.file}",
            out=f"figures/data/{self.file}.csv",
        )


DIGITS = ImageSet("digits", 10, 64, folder=False)
FASHION = ImageSet("fashion-mnist", 5, 784, folder=False)
CIFAR10 = ImageSet("cifar10", 10, 3072)
CIFAR100 = ImageSet("cifar100", 10, 3072)
SVHN = ImageSet("svhn", 10, 3072)
MNIST = ImageSet("mnist", 10, 784)

SETS = (DIGITS, FASHION, CIFAR10, CIFAR100, SVHN, MNIST)
"""The data sets of Table I and of the text beside it, and the digits, which anyone has."""


def read(data: ImageSet, folder: Path | None = None) -> Table1 | None:
    """Read the stored runs of a data set."""
    where = folder or stored.DATA
    path = where / f"{data.file}.csv"
    if not path.exists():
        return None
    found = Table1.from_csv(path)
    if found.data != data.name:
        message = f"{path} must hold runs on {data.name}, got {found.data}"
        raise ValueError(message)
    if where == stored.DATA:  # what the rows of the ledger speak of; they say what was tried
        made = Table1Settings.from_dict(found.settings).of_one_training()
        stored.check_settings(path, made, settings(data.name).of_one_training())
    return found


@from_files
def read_all(folder: Path) -> Mapping[ImageSet, Table1]:
    """Read the stored runs of every data set, of which two make a comparison."""
    found = {data: read(data, folder) for data in SETS}
    return {
        data: runs for data, runs in found.items() if runs is not None and runs.curves.shape[1] > 1
    }


def needed(what: str, folder: Path) -> Mapping[ImageSet, Table1]:
    """Read the stored runs of every data set, of which there has to be one."""
    found = read_all(folder=folder)
    if not found:
        message = f"{what} needs runs in {folder}; make them with: {DIGITS.command}"
        raise stored.MissingRunsError(message)
    return found


def percent(runs: Table1, method: str) -> FloatArray:
    """Return the final test errors of a method."""
    return np.asarray(100 * runs.errors[runs.methods.index(method)])


def same(runs: Table1) -> dict[str, str]:
    """Tell which methods chose Mixup or vanilla training itself, and which of the two."""
    chosen = {method: runs.edge(method) for method in runs.methods}
    return {method: end for method, end in chosen.items() if end in ENDS}


def described(runs: Table1) -> str:
    """Say what was trained."""
    made = runs.settings["recipe"]
    widths = ", ".join(map(str, made["widths"]))
    return (
        f"perceptron with hidden layers of {widths}, {made['epochs']} epochs, batches of "
        f"{made['batch_size']}"
    )


def sizes(data: ImageSet, runs: Table1) -> list[int]:
    """Return the widths of the classifier's layers."""
    return [data.inputs, *runs.settings["recipe"]["widths"], len(CLASSES[data.name])]

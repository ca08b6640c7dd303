"""The 8x8 handwritten digits that come with scikit-learn, and a fixed split of them."""

import importlib
import io
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from numerics.datasets.sources import Part, Source, check_sum
from numerics.validation import IntArray

EVERY: Final = 5
"""In each class, this many images in a row give one to the test."""

SUM: Final = "87ff0c9e40dc7e2c0e34e7257799c2e3f3aec1a016363bb11cad869ec428a826"
"""SHA-256 sum of the 1797 x 64 pixels followed by the 1797 labels, a byte each.

Scikit-learn publishes none: this one was computed from versions 1.2.1 and 1.9.1, which agree.
"""


def read(*, verify: bool) -> tuple[Part, Part, tuple[Source, ...]]:
    """Read all digits, in the order that scikit-learn has them in, and split them."""
    try:
        # By name: it is optional, and without type information.
        datasets = importlib.import_module("sklearn.datasets")
    except ImportError as error:
        message = (
            "the digits come with scikit-learn, which is not installed: "
            "pip install 'local-mixup[data]'"
        )
        raise ImportError(message, name="sklearn") from error
    digits = datasets.load_digits()
    images = np.asarray(digits.images).astype(np.uint8)
    labels = np.asarray(digits.target).astype(np.int64)
    content = images.tobytes() + labels.astype(np.uint8).tobytes()
    path = Path("sklearn.datasets.load_digits")
    source = check_sum(path, io.BytesIO(content), [SUM], verify=verify)
    test = split(labels)
    return (images[~test], labels[~test]), (images[test], labels[test]), (source,)


def split(labels: IntArray) -> NDArray[np.bool_]:
    """Choose for the test the images number 5, 10, 15, ... of each class, in their order."""
    rank = np.empty(labels.size, dtype=np.int64)
    for label in np.unique(labels):
        own = labels == label
        rank[own] = np.arange(np.count_nonzero(own))
    return np.equal(rank % EVERY, EVERY - 1)

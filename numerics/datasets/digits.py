"""The 8x8 handwritten digits that come with scikit-learn, and a fixed split of them."""

from __future__ import annotations

import importlib
import io
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from numerics.datasets.sources import Source, check_sum

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from numerics.validation import IntArray

EVERY: Final = 5
"""In each class, this many images in a row give one to the test."""

SUM: Final = "87ff0c9e40dc7e2c0e34e7257799c2e3f3aec1a016363bb11cad869ec428a826"
"""SHA-256 sum of the 1797 x 64 pixels followed by the 1797 labels, a byte each.

Scikit-learn publishes none: this one was computed from versions 1.2.1 and 1.9.1, which agree.
"""


def load(*, verify: bool) -> tuple[NDArray[np.uint8], IntArray, Source]:
    """Load all digits, in the order that scikit-learn has them in."""
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
    return images, labels, check_sum(path, io.BytesIO(content), [SUM], verify=verify)


def split(labels: IntArray) -> NDArray[np.bool_]:
    """Choose the images for the test.

    The set has no split of its own. In each class, the images number 5, 10, 15, ..., in the order
    of the file, are for the test: a fifth of each class, rounded down, and nothing random.
    """
    rank = np.empty(labels.size, dtype=np.int64)
    for label in np.unique(labels):
        own = labels == label
        rank[own] = np.arange(np.count_nonzero(own))
    return np.equal(rank % EVERY, EVERY - 1)

"""What `numerics.lipschitz` checks before it computes."""

import hashlib
import re
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from numerics.lipschitz.targets import Targets
from numerics.validation import (
    LARGEST_COUNT,
    LARGEST_VALUE,
    IntArray,
    as_array,
    check_count,
    check_rng,
)

_SIZE = re.compile(r"(\d+(?:\.\d+)?)([KMGT]?)(?:i?B)?", re.ASCII | re.IGNORECASE)


def draw_points(n: int, points: int | None, rng: np.random.Generator | int | None) -> IntArray:
    """Draw samples at random without replacement."""
    if points is None:
        return np.arange(n)
    size = check_count(points, "points", 2)
    if size > n:
        message = f"points must be at most {n}, the number of points in X; got {size}"
        raise ValueError(message)
    return np.sort(check_rng(rng).permutation(n)[:size])


def parse_size(size: int | str) -> int:
    """Parse a number of bytes."""
    if isinstance(size, str):
        match = _SIZE.fullmatch(size.strip())
        if match is not None:
            number = float(match[1]) * 1024 ** " KMGT".index(match[2].upper() or " ")
            if 0 < number <= LARGEST_COUNT:
                return int(number)
        message = f"memory must be a size such as '500M' or '4G', got {size!r}"
        raise ValueError(message)
    return check_count(size, "memory", 1)


def check_inputs(X: ArrayLike) -> NDArray[Any]:
    """Return the inputs as rows, in the type that they have."""
    array = as_array(X, "X")
    if array.dtype.kind not in "iuf" or array.ndim < 1 or array.shape[0] < 2 or not array.size:
        message = (
            "X must be an array of at least two points of real numbers, "
            f"got shape {array.shape} of {array.dtype}"
        )
        raise ValueError(message)
    flat = array.reshape(array.shape[0], -1)
    low, high = float(flat.min()), float(flat.max())
    if not max(-low, high) < LARGEST_VALUE:  # NaN as well
        with np.errstate(over="ignore"):
            small = np.abs(flat.astype(np.float64)) < LARGEST_VALUE
        bad = np.flatnonzero(~small.all(axis=1))[0]
        message = (
            f"X must be finite and below {LARGEST_VALUE:g}, to be squared; point {bad} is not: "
            f"its values go from {flat[bad].min()} to {flat[bad].max()}"
        )
        raise ValueError(message)
    return flat


def check_classes(targets: Targets) -> None:
    """Check that every class has a segment."""
    sizes = np.bincount(targets.codes)
    alone = np.flatnonzero(sizes == 1)
    if alone.size:
        row = int(np.flatnonzero(targets.codes == alone[0])[0])
        message = (
            f"labels must hold each class twice for segments 'same-class', which otherwise has "
            f"none: that of point {row} has one point"
        )
        raise ValueError(message)


def digest(array: NDArray[Any]) -> str:
    """Return a check sum of an array."""
    content = hashlib.sha256(f"{array.dtype.str} {array.shape} ".encode())
    content.update(np.ascontiguousarray(array).data)
    return content.hexdigest()[:16]

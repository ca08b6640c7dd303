"""Arrays as short text: sixteen bits a number, in base 64, for a script to unpack."""

import base64

import numpy as np
from numpy.typing import ArrayLike, NDArray

LEVELS = 2**16 - 1
"""Steps between the smallest and the largest number of an array."""

Packed = dict[str, object]


def pack(values: ArrayLike) -> Packed:
    """Pack an array of finite numbers."""
    array = np.asarray(values, dtype=np.float64)
    if not array.size or not np.isfinite(array).all():
        message = f"values must be finite numbers, got shape {array.shape}"
        raise ValueError(message)
    low, high = float(array.min()), float(array.max())
    levels = np.rint((array - low) * (LEVELS / (high - low) if high > low else 0))
    return {
        "shape": list(array.shape),
        "low": low,
        "high": high,
        "data": base64.b64encode(levels.astype("<u2").tobytes()).decode("ascii"),
    }


def pack_bytes(values: NDArray[np.uint8]) -> str:
    """Pack bytes."""
    return base64.b64encode(np.ascontiguousarray(values).tobytes()).decode("ascii")


def rounded(values: ArrayLike) -> list[float]:
    """Shorten numbers to eight significant digits."""
    return [float(f"{value:.8g}") for value in np.asarray(values, dtype=np.float64).tolist()]

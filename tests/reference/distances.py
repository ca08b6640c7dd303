"""One distance in the ways that people have of computing it, which differ by rounding."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist, pdist


def ways(a: NDArray[Any], b: NDArray[Any]) -> list[float]:
    """Return the distance of two points, of shape (p,), by each way."""
    pair = np.stack((a, b))
    gaps = (a - b).tolist()
    found = [
        np.linalg.norm(a - b),
        np.linalg.norm(a[::-1] - b[::-1]),
        pdist(pair)[0],
        cdist(pair[:1], pair[1:])[0, 0],
        math.dist(a, b),
        math.sqrt(math.fsum(gap * gap for gap in gaps)),
        math.sqrt(sum(gap * gap for gap in gaps)),
        np.sqrt(np.einsum("i,i", b - a, b - a)),
        np.hypot.reduce(a - b),
    ]
    return [float(value) for value in found]

r"""The five readings of the paper's f*_K on the lattice, in floating point.

A segment of length m, drawn over the points of Z, acts at a point as the operator whose multiplier
is the Fejér kernel

.. math:: F_m(\theta) = \frac{\sin^2(m\theta/2)}{m \sin^2(\theta/2)}
                      = 1 + 2 \sum_{k=1}^{m-1} (1 - k/m) \cos k\theta ,

and four of the readings are mixtures (atom(K) + sum_{m<=K} w_m F_m) / norm(K) of these.  The fifth,
``"continuous"``, is (1 + 2 K b M) / (1 + 2 K b) with the multiplier M of ``"density"`` and
b = (2 + cos theta)/3: the self pairs of Definition II.1 over continuous piecewise-linear f.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from numerics.validation import IntArray, check_choice, check_integers

Reading = Literal["counting", "counting-self", "length", "density", "continuous"]
READINGS: tuple[Reading, ...] = get_args(Reading)

_Weight = Callable[[NDArray[np.float64]], NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class FejerMixture:
    """The multiplier (atom(K) + sum_{m<=K} w_m F_m) / norm(K), with w_m = factor m^-decay."""

    smallest: int  # the smallest K for which the reading has a value
    factor: float  # weight of a segment of length 1
    decay: int  # 0 if every segment weighs the same, 1 if a segment of length m weighs 1/m
    atom: _Weight  # K -> weight of y_i itself beside the segments
    norm: _Weight


_DENSITY = FejerMixture(1, 1.0, 1, np.zeros_like, lambda K: K)

#: The mixture of each reading; that of "continuous" is the multiplier M in its formula.
MIXTURES: dict[Reading, FejerMixture] = {
    "counting": FejerMixture(1, 1.0, 0, lambda K: K, lambda K: K * (K + 3) / 2),
    "counting-self": FejerMixture(0, 2.0, 0, lambda K: 1 + 2 * K, lambda K: K * K + 3 * K + 1),
    "length": FejerMixture(1, 1.0, 0, np.zeros_like, lambda K: K * (K + 1) / 2),
    "density": _DENSITY,
    "continuous": _DENSITY,
}


def check_reading(reading: str) -> Reading:
    """Return the reading, or say which there are."""
    return check_choice(reading, "reading", READINGS)


def smallest_K(reading: Reading) -> int:
    """Return the smallest K for which a reading has a value."""
    return 0 if reading == "continuous" else MIXTURES[reading].smallest


def check_neighbours(K: ArrayLike, reading: str) -> tuple[IntArray, Reading]:
    """Check the numbers of neighbours and the reading together."""
    known = check_reading(reading)
    least = smallest_K(known)
    why = f" for the reading {known!r}" + (", whose formula is 0/0 at K = 0" if least else "")
    return check_integers(K, "K", least, why), known

r"""The five readings of "the function that minimises the Local Mixup criterion".

On the lattice four readings are mixtures of Fejér kernels.  A segment of length m that is drawn
over the points of Z contributes, at a point, the operator with multiplier

.. math:: F_m(\theta) = 1 + 2 \sum_{k=1}^{m-1} (1 - k/m) \cos k\theta
                      = \frac{\sin^2(m\theta/2)}{m \sin^2(\theta/2)},

and f*_K has the multiplier (a + sum_{m<=K} w_m F_m) / norm, with the a, w, norm of the table below.
The fifth, ``"continuous"``, is a function of ``"density"`` and no such mixture: its taps alternate
in sign far out.
"""

from __future__ import annotations

from dataclasses import dataclass
from operator import index
from typing import TYPE_CHECKING, Literal, SupportsIndex, get_args

import sympy as sp

if TYPE_CHECKING:
    from collections.abc import Callable

Reading = Literal["counting", "counting-self", "length", "density", "continuous"]
READINGS: tuple[Reading, ...] = get_args(Reading)


@dataclass(frozen=True)
class FejerMixture:
    """The multiplier (constant + sum_{m<=K} weight(m) F_m) / norm of a reading."""

    constant: Callable[[sp.Expr], sp.Expr]  # maps K to the weight of y_i itself beside the segments
    weight: Callable[[sp.Expr], sp.Expr]  # maps m to the weight of the segments of length m
    norm: Callable[[sp.Expr], sp.Expr]
    smallest: int  # the smallest K for which the reading has a value


MIXTURES: dict[Reading, FejerMixture] = {
    "counting": FejerMixture(lambda K: K, lambda _: sp.Integer(1), lambda K: K * (K + 3) / 2, 1),
    "counting-self": FejerMixture(
        lambda K: 1 + 2 * K, lambda _: sp.Integer(2), lambda K: K**2 + 3 * K + 1, 0
    ),
    "length": FejerMixture(
        lambda _: sp.Integer(0), lambda _: sp.Integer(1), lambda K: K * (K + 1) / 2, 1
    ),
    "density": FejerMixture(lambda _: sp.Integer(0), lambda m: 1 / m, lambda K: K, 1),
}

SMALLEST_K: dict[Reading, int] = {
    **{reading: mixture.smallest for reading, mixture in MIXTURES.items()},
    "continuous": 0,
}


def check_reading(reading: str) -> Reading:
    """Return the reading, or say which there are."""
    word: object = reading
    for known in READINGS:
        if isinstance(word, str) and word == known:
            return known
    message = f"reading must be one of {', '.join(READINGS)}; got {reading!r}"
    raise ValueError(message)


def check_integer(value: SupportsIndex, name: str, least: int | None = None) -> int:
    """Return an integer that is large enough."""
    message = f"{name} must be an integer; got {value!r}"
    if isinstance(value, bool):
        raise TypeError(message)
    try:
        number = index(value)
    except TypeError:
        raise TypeError(message) from None
    if least is not None and number < least:
        message = f"{name} must be at least {least}; got {number}"
        raise ValueError(message)
    return number


def check_neighbours(K: int, reading: str) -> tuple[int, Reading]:
    """Return K and the reading after checking both."""
    known = check_reading(reading)
    number = check_integer(K, "K")
    smallest = SMALLEST_K[known]
    if smallest > number:
        why = ", where it is 0/0 at K = 0" if number == 0 else ""
        message = f"K must be at least {smallest} for the reading {known!r}{why}; got {number}"
        raise ValueError(message)
    return number, known

"""Runs that were trained again, beside the stored ones.

The same versions on the same kind of processor give the same numbers. Elsewhere the order of
summation differs, and over thousands of optimiser steps the smallest difference of rounding grows
until the network is another one, as it would be with another seed of the batches; its data are
still the same. So only errors that differ by more than such chance fail.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from numerics.tolerances import RETRAINED
from numerics.validation import FloatArray


@dataclass(frozen=True)
class Retrained:
    """Runs that were trained again, beside the stored ones."""

    what: str  # whose runs, in words
    stored: FloatArray  # test errors of the same runs in percent, shape (runs,)
    again: FloatArray  # test errors of the same runs in percent, shape (runs,)
    pvalue: float  # of the test that both have the same expectation
    test: str = ""  # which test that is, where it needs a name
    alike: bool = False  # whether the same versions on the same kind of processor trained them

    @property
    def passes(self) -> bool:
        """Whether the stored errors still come out."""
        return self.pvalue > RETRAINED

    def __str__(self) -> str:
        said = "still come out" if self.passes else "DO NOT COME OUT ANY MORE"
        rounding = f"trained again with {'the same' if self.alike else 'another'} rounding"
        equal = int((self.stored == self.again).sum())
        return (
            f"{self.what}: the stored errors {said}: {self.stored.size} runs, {rounding}, {equal} "
            f"with the very same error, mean {self.again.mean():.2f} % for "
            f"{self.stored.mean():.2f} %, {self.test}p = {self.pvalue:.2g} (fails at "
            f"{RETRAINED:g})"
        )


def alike(*made: Mapping[str, Any]) -> bool:
    """Say whether the same versions on the same kind of processor made several results."""
    prints = [about.get("versions", {}).get("fingerprint") for about in made]
    return all(fingerprint == prints[0] for fingerprint in prints)


def seed_of(name: str, made: Mapping[str, Any]) -> np.random.SeedSequence:
    """Return the seed that made a result."""
    seed = made.get("seed")
    if not isinstance(seed, dict) or not {"entropy", "spawn_key"} <= set(seed):
        message = f"{name}: the provenance must have the seed, got {seed!r}"
        raise ValueError(message)
    return np.random.SeedSequence(seed["entropy"], spawn_key=tuple(seed["spawn_key"]))

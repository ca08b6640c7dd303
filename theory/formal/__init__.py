"""The main theorems, stated in Rocq and checked by its kernel.

A file for each part of the paper; ``make proofs`` checks them all anew.  What the kernel found is
kept in checked.json, which is all that is read here: nothing else needs Rocq.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

__all__ = ["RECORD", "Theorem", "record", "theorems"]

RECORD = Path(__file__).with_name("checked.json")


@dataclass(frozen=True)
class Theorem:
    """A theorem as the kernel knows it."""

    name: str  # "TheoremIV2.V_lower"
    file: str  # of the source, from the root of the repository
    line: int
    words: str  # the sentence before it
    statement: str  # as Rocq prints it
    assumptions: tuple[str, ...]  # the axioms that its proof rests on


@cache
def record() -> dict[str, Any]:
    """Return what the last ``make proofs RECORD=1`` found: "coq", "digest" and "theorems"."""
    found: dict[str, Any] = json.loads(RECORD.read_text(encoding="utf-8"))
    return found


@cache
def theorems() -> dict[str, Theorem]:
    """Return {"TheoremIV2.V_lower": Theorem}, in the order of the paper."""
    return {
        name: Theorem(name, **{**entry, "assumptions": tuple(entry["assumptions"])})
        for name, entry in record()["theorems"].items()
    }

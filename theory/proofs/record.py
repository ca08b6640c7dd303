"""What a proof assistant's kernel has checked: ``theory/formal/checked.json``, as data."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

RECORD = Path(__file__).parents[1] / "formal" / "checked.json"


@cache
def theorems() -> Mapping[str, Any]:
    """Return {"TheoremIV2.V_lower": {"statement": ..., "assumptions": [...]}, ...}."""
    if not RECORD.exists():
        return {}
    found: Mapping[str, Any] = json.loads(RECORD.read_text(encoding="utf-8"))["theorems"]
    return found

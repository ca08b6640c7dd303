"""Settings as plain data: what JSON can hold, and what equal settings are recognised by."""

import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any, ClassVar, Self

import numpy as np


def as_json(content: Mapping[str, Any]) -> str:
    """Write plain data as JSON, in one way."""
    return json.dumps(content, indent=1, sort_keys=True, allow_nan=False) + "\n"


def differences(stored: Mapping[str, Any], asked: Mapping[str, Any]) -> list[str]:
    """List what differs between two settings."""
    found: list[str] = []
    for name in dict.fromkeys([*stored, *asked]):
        old, new = stored.get(name), asked.get(name)
        if isinstance(old, dict) and isinstance(new, dict):
            found += differences(old, new)
        elif old != new or type(old) is not type(new):
            found.append(f"{name} is {json.dumps(old)}, asked for {json.dumps(new)}")
    return found


class Plain:
    """A dataclass of numbers, strings, tuples and other such settings."""

    __slots__ = ()

    PARTS: ClassVar[Mapping[str, type["Plain"]]] = {}

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as JSON can hold them, tuples as lists."""
        plain: dict[str, Any] = json.loads(json.dumps(asdict(self)))  # type: ignore[call-overload]
        return plain

    @classmethod
    def from_dict(cls, content: Any) -> Self:
        """Make the settings of what `to_dict` returned."""
        known = {field.name for field in fields(cls)}  # type: ignore[arg-type]
        if not isinstance(content, dict) or set(content) != known:
            found = ", ".join(map(str, content)) if isinstance(content, dict) else repr(content)
            message = (
                f"the settings must be a mapping with the names {', '.join(sorted(known))}; "
                f"got {found}"
            )
            raise ValueError(message)
        given = {name: tuple(v) if isinstance(v, list) else v for name, v in content.items()}
        return cls(
            **given | {name: part.from_dict(content[name]) for name, part in cls.PARTS.items()}
        )


def chosen(given: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    """Check the names of ingredients, and bring each value into the form of the known one."""
    for name in given:
        if name not in known:
            message = f"there is no ingredient {name!r}: they are {', '.join(sorted(known))}"
            raise ValueError(message)
    return {name: _like(value, known[name]) for name, value in given.items()}


def _like(value: Any, known: Any) -> Any:
    if isinstance(value, bool):
        return value
    if isinstance(known, float) and isinstance(value, (np.integer, np.floating, int)):
        return float(value)
    if isinstance(known, int) and isinstance(value, np.integer):
        return int(value)
    if (known is None or isinstance(known, tuple)) and np.ndim(value) == 1:
        return tuple(_like(item, known[0] if known else 1) for item in value)
    return value

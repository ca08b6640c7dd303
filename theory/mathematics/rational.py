"""Exact numbers, vectors and matrices from the outside, in python-flint's rationals."""

from __future__ import annotations

from fractions import Fraction
from numbers import Rational as AnyRational
from typing import TYPE_CHECKING, Any, TypeAlias

import flint
import sympy as sp

if TYPE_CHECKING:
    from collections.abc import Sequence

Number: TypeAlias = int | Fraction | sp.Rational
"""What counts as an exact number; a bool or a float does not."""


def rational(value: object, name: str) -> flint.fmpq:
    """Return an exact number."""
    if isinstance(value, (flint.fmpq, flint.fmpz)):
        return flint.fmpq(value)
    if isinstance(value, sp.Rational):
        return flint.fmpq(int(value.p), int(value.q))
    if not isinstance(value, bool) and isinstance(value, AnyRational):
        return flint.fmpq(int(value.numerator), int(value.denominator))
    message = (
        f"{name} takes exact rational numbers (int, fractions.Fraction or sympy.Rational), since a "
        f"float decides no equality; got {value!r} of type {type(value).__name__}"
    )
    raise ValueError(message)


def listed(values: Any, name: str, what: str) -> list[Any]:
    """Unfold a sequence, an array or a sympy matrix."""
    values = values.tolist() if hasattr(values, "tolist") else values
    if isinstance(values, (str, bytes)) or not hasattr(values, "__iter__"):
        message = f"{name} must be {what}; got {values!r}"
        raise ValueError(message)
    return list(values)


def vector(values: Sequence[Number], name: str) -> flint.fmpq_mat:
    """Return a column of exact numbers."""
    entries = [rational(value, name) for value in listed(values, name, "a sequence of numbers")]
    if not entries:
        message = f"{name} must hold at least one number; got none"
        raise ValueError(message)
    return flint.fmpq_mat(len(entries), 1, entries)


def matrix(values: Sequence[Sequence[Number]], name: str) -> flint.fmpq_mat:
    """Return a matrix of exact numbers."""
    rows = [listed(row, name, "a sequence of rows") for row in listed(values, name, "a matrix")]
    if not rows or not rows[0] or any(len(row) != len(rows[0]) for row in rows):
        message = (
            f"{name} must be a matrix with rows of one length; got rows of length "
            f"{[len(row) for row in rows]}"
        )
        raise ValueError(message)
    entries = [rational(value, name) for row in rows for value in row]
    return flint.fmpq_mat(len(rows), len(rows[0]), entries)


def columns(values: Sequence[Number] | Sequence[Sequence[Number]], name: str) -> flint.fmpq_mat:
    """Return points as a matrix: a sequence of numbers is one column."""
    entries = listed(values, name, "a sequence of numbers or of rows")
    nested = [hasattr(entry, "__iter__") for entry in entries]
    if entries and all(nested):
        return matrix(entries, name)
    if any(nested):
        message = f"{name} must have shape (n,) or (n, p); got numbers and rows together"
        raise ValueError(message)
    return vector(entries, name)


class Rational(sp.Rational):  # type: ignore[misc]  # sympy has no types
    """sympy's own, by the same name, that prints at any length: Python stops at 4300 digits."""

    __slots__ = ()

    def _sympystr(self, _printer: object) -> str:
        return f"{flint.fmpz(self.p)}/{flint.fmpz(self.q)}"

    def _latex(self, _printer: object) -> str:
        return rf"\frac{{{flint.fmpz(self.p)}}}{{{flint.fmpz(self.q)}}}"


def sympified(entries: Sequence[flint.fmpq]) -> tuple[sp.Rational, ...]:
    """Return exact numbers as sympy's."""
    return tuple(sp.Rational(int(entry.p), int(entry.q)) for entry in entries)

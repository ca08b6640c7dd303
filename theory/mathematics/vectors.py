"""Sums over vectors of exact numbers or symbols."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import sympy as sp

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Point: TypeAlias = tuple[sp.Expr, ...]


def dot(u: Iterable[sp.Expr], v: Iterable[sp.Expr]) -> sp.Expr:
    """Return the sum of the products."""
    return sp.Add(*(a * b for a, b in zip(u, v, strict=True)))


def squared(p: Point, q: Point) -> sp.Expr:
    """Return the squared Euclidean distance of two points."""
    return sp.Add(*((a - b) ** 2 for a, b in zip(p, q, strict=True)))


def between(p: Point, q: Point, t: sp.Expr) -> Point:
    """Return a point of the segment from p to q."""
    return tuple((1 - t) * a + t * b for a, b in zip(p, q, strict=True))


def mean(values: Sequence[sp.Expr]) -> sp.Expr:
    """Return E_train of a list of values."""
    return sp.Add(*values) / len(values)


def variance(values: Sequence[sp.Expr]) -> sp.Expr:
    """Return Var of Definition IV.1."""
    centre = mean(values)
    return mean([(value - centre) ** 2 for value in values])


def mean_square(f: Sequence[sp.Expr], y: Sequence[sp.Expr]) -> sp.Expr:
    """Return the mean squared difference: Bias^2 of Definition IV.1 where y are the targets."""
    return mean([(a - b) ** 2 for a, b in zip(f, y, strict=True)])

"""What every certificate has in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

import sympy as sp
from sympy.polys.polyerrors import CoercionFailed

if TYPE_CHECKING:
    from collections.abc import Iterable


class CertificateError(Exception):
    """A certificate does not certify what it says."""


@runtime_checkable
class Certificate(Protocol):
    """A proof step that can be checked again on its own."""

    @property
    def kind(self) -> str:
        """The kind of proof, one word."""
        ...

    @property
    def claim(self) -> str:
        """What is certified."""
        ...

    @property
    def scope(self) -> str:
        """The parameters for which it is certified."""
        ...

    @property
    def finite(self) -> bool:
        """Whether only finitely many cases were checked."""
        ...

    def verify(self) -> None:
        """Check the certificate again."""
        ...


class FromStart:
    """What certificates for all K from a smallest one have in common."""

    index: sp.Symbol
    start: int

    @property
    def scope(self) -> str:
        """The parameters for which it is certified."""
        return f"all {self.index} >= {self.start}"


def is_zero(expression: sp.Expr) -> bool:
    """Decide whether a rational function vanishes identically."""
    expression = sp.sympify(expression)
    message = f"not a rational function over Q: {expression}"
    if expression.has(sp.Float):
        raise CertificateError(message)
    symbols = sorted(expression.free_symbols, key=str)
    # A field needs a generator even where only numbers are compared.
    field = sp.QQ.frac_field(*(symbols or [sp.Symbol("K")]))
    try:
        return not field.from_sympy(expression)
    except (CoercionFailed, ValueError, TypeError, ZeroDivisionError, NotImplementedError) as error:
        raise CertificateError(message) from error


def refuse_floats(claim: str, *expressions: object) -> None:
    """Raise if an expression holds a float, which would hide a rounding."""
    for expression in expressions:
        if sp.sympify(expression).has(sp.Float):
            message = f"{claim}: a float cannot certify anything: {expression}"
            raise CertificateError(message)


def undeclared(
    expressions: Iterable[sp.Expr], declared: Iterable[sp.Symbol], claim: str, what: str
) -> None:
    """Raise if an expression has a symbol that nothing is said about."""
    used: set[sp.Symbol] = set().union(*(sp.sympify(e).free_symbols for e in expressions))
    unknown = sorted(map(str, used - set(declared)))
    if unknown:
        message = f"{claim}: {what} for {', '.join(unknown)}"
        raise CertificateError(message)

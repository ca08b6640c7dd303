"""What every certificate has in common."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

import sympy as sp
from sympy.polys.polyerrors import CoercionFailed


class CertificateError(Exception):
    """A certificate does not certify what it says."""


@runtime_checkable
class Certificate(Protocol):
    """A proof step that can be checked again on its own."""

    @property
    def kind(self) -> str:
        """The kind of proof, one word.

        Returns
        -------
        str
            For example ``"telescoping"``.
        """
        ...

    @property
    def claim(self) -> str:
        """What is certified.

        Returns
        -------
        str
            One line of plain text.
        """
        ...

    @property
    def scope(self) -> str:
        """The parameters for which it is certified.

        Returns
        -------
        str
            For example ``"all K >= 1"`` or ``"K = 1, ..., 60"``.
        """
        ...

    @property
    def finite(self) -> bool:
        """Whether only finitely many cases were checked.

        Returns
        -------
        bool
            True for a tested range, which is never a proof for all parameters.
        """
        ...

    def verify(self) -> None:
        """Check the certificate again.

        Raises
        ------
        CertificateError
            If the check fails.
        """
        ...


def is_zero(expression: sp.Expr) -> bool:
    """Decide whether a rational function vanishes identically.

    Parameters
    ----------
    expression : sympy.Expr
        Rational in its free symbols, with rational coefficients.

    Returns
    -------
    bool
        True exactly if the expression is the zero of Q(symbols), in which equality is decided by
        canonical forms.

    Raises
    ------
    CertificateError
        If the expression is not a rational function over Q.
    """
    symbols = sorted(expression.free_symbols, key=str)
    # A field needs a generator even where only numbers are compared.
    field = sp.QQ.frac_field(*(symbols or [sp.Symbol("K")]))
    try:
        return not field.from_sympy(expression)
    except (CoercionFailed, ZeroDivisionError) as error:
        message = f"not a rational function over Q: {expression}"
        raise CertificateError(message) from error

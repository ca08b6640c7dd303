"""Certificates as plain data: JSON out, and back without evaluating any text as code.

Numbers are written in full as strings, expressions as nested lists ``[operator, ...]``.  Reading
knows a fixed set of operators and classes; symbols come back by name, without assumptions, which no
check uses.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import sympy as sp

from theory.proofs.certificates.base import CertificateError
from theory.proofs.certificates.calculus import Antiderivative
from theory.proofs.certificates.exact import Exact, Relation
from theory.proofs.certificates.induction import HarmonicBound, SequenceBound
from theory.proofs.certificates.sign import Sign
from theory.proofs.certificates.telescoping import Identity, Telescoping

if TYPE_CHECKING:
    from theory.proofs.certificates.base import Certificate

Data = Any
"""What `json` reads and writes."""

_CLASSES: dict[str, type[Any]] = {
    kind.__name__: kind
    for kind in (
        Antiderivative,
        Exact,
        HarmonicBound,
        Identity,
        Relation,
        SequenceBound,
        Sign,
        Telescoping,
    )
}

_OPERATORS: dict[str, Callable[..., sp.Expr]] = {
    "+": sp.Add,
    "*": sp.Mul,
    "^": sp.Pow,
    "log": sp.log,
}
_NAMES = {function: name for name, function in _OPERATORS.items()}
_CONSTANTS: dict[str, sp.Expr] = {"pi": sp.pi}


def _encode_expression(expression: sp.Expr, symbols: dict[str, sp.Symbol]) -> Data:
    if isinstance(expression, sp.Rational):
        return str(expression)
    if isinstance(expression, sp.Symbol):
        if symbols.setdefault(expression.name, expression) != expression:
            message = f"two different symbols have the name {expression.name}"
            raise CertificateError(message)
        return ["symbol", expression.name]
    for name, constant in _CONSTANTS.items():
        if expression == constant:
            return [name]
    if expression.func in _NAMES:
        parts = [_encode_expression(part, symbols) for part in expression.args]
        return [_NAMES[expression.func], *parts]
    message = f"expression cannot be written: {expression!r}"
    raise CertificateError(message)


def _decode_expression(data: Data) -> sp.Expr:
    match data:
        case str():
            fraction = Fraction(data)
            return sp.Rational(fraction.numerator, fraction.denominator)
        case ["symbol", str(name)]:
            return sp.Symbol(name)
        case [str(name)] if name in _CONSTANTS:
            return _CONSTANTS[name]
        case [str(name), *parts] if name in _OPERATORS:
            return _OPERATORS[name](*map(_decode_expression, parts))
    message = f"not an expression: {data!r}"
    raise ValueError(message)


def _encode(value: object, symbols: dict[str, sp.Symbol]) -> Data:
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, Fraction):
        return {"fraction": str(value)}
    if isinstance(value, sp.Basic):
        return {"expression": _encode_expression(value, symbols)}
    if isinstance(value, Mapping):
        pairs = [[_encode(k, symbols), _encode(v, symbols)] for k, v in value.items()]
        return {"mapping": pairs}
    if isinstance(value, (tuple, list)):
        return [_encode(item, symbols) for item in value]
    name = type(value).__name__
    if is_dataclass(value) and name in _CLASSES:
        parts = {part.name: _encode(getattr(value, part.name), symbols) for part in fields(value)}
        return {"class": name, **parts}
    message = f"value cannot be written: {value!r}"
    raise CertificateError(message)


def _decode(data: Data) -> Any:
    match data:
        case None | str() | bool() | int():
            return data
        case list():
            return tuple(map(_decode, data))
        # First, since a class may have a field that is called "expression".
        case {"class": str(name), **parts} if name in _CLASSES:
            return _CLASSES[name](**{str(key): _decode(value) for key, value in parts.items()})
        case {"fraction": str(text)}:
            return Fraction(text)
        case {"expression": tree}:
            return _decode_expression(tree)
        case {"mapping": list(pairs)}:
            return {_decode(key): _decode(value) for key, value in pairs}
    message = f"not a certificate's value: {str(data)[:80]}"
    raise ValueError(message)


def to_data(certificate: Certificate | Relation) -> Data:
    """Return a certificate as plain data."""
    return _encode(certificate, {})


def from_data(data: Data) -> Any:
    """Return the certificate that plain data stands for, not verified yet."""
    try:
        certificate = _decode(data)
    except (TypeError, ValueError, ZeroDivisionError, RecursionError) as error:
        message = f"damaged certificate: {error}"
        raise ValueError(message) from error
    if type(certificate).__name__ not in _CLASSES:
        message = f"damaged certificate: {str(data)[:80]}"
        raise ValueError(message)
    return certificate

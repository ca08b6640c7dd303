"""Evidence as plain data: JSON out, and back without evaluating any text.

What is read is led by the declared types: a field that is an expression takes numbers and trees
``[operator, ...]``, a field that is a number takes digits, and nothing is built before its data has
the type and the size that it should.  Symbols come back by name, without assumptions, which no
check uses.  Notes are not written, since nothing verifies them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from fractions import Fraction
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin

import sympy as sp

from theory.proofs.certificates import Certificate, CertificateError
from theory.proofs.certificates.base import NAME, Note, declared, require
from theory.proofs.evidence import as_text

Data = Any
"""What `json` reads and writes."""

Type = Any
"""A declared type."""

KINDS: tuple[type[Any], ...] = tuple(Certificate.__subclasses__())

# Several times what the ledger needs, and little enough to be checked at once.
DIGITS = 1000  # of a numerator or a denominator
POWER = 100  # the product of the exponents that stand above a part of an expression
ROOT = 10  # a square root counts as this exponent
LARGEST = 200  # integer such as the first K
DEPTH = 30  # of an expression
LENGTH = 10_000  # of a text

_NUMBER = re.compile(rf"(-?[0-9]{{1,{DIGITS}}})(?:/([0-9]{{1,{DIGITS}}}))?")
_OPERATORS: dict[str, Callable[..., sp.Expr]] = {"+": sp.Add, "*": sp.Mul, "log": sp.log}
_NAMES: dict[object, str] = {function: name for name, function in _OPERATORS.items()}
_CONSTANTS: dict[str, sp.Expr] = {"pi": sp.pi, "EulerGamma": sp.EulerGamma}


def _refuse(data: Data, what: str) -> ValueError:
    return ValueError(f"{what} expected, got {ascii(data)[:60]}")


def _number(data: Data) -> Fraction:
    match = _NUMBER.fullmatch(data) if isinstance(data, str) else None
    if match is None or (match[2] and not int(match[2])):
        message = f"a number of at most {DIGITS} digits"
        raise _refuse(data, message)
    return Fraction(int(match[1]), int(match[2] or 1))


def _symbol(data: Data) -> sp.Symbol:
    if not isinstance(data, str) or len(data) >= 40 or not NAME.fullmatch(data):
        raise _refuse(data, "the name of a symbol")
    return sp.Symbol(data)


def _expression(data: Data, depth: int = DEPTH, power: int = 1) -> sp.Expr:
    if not depth or power > POWER:
        message = f"an expression has at most {DEPTH} levels, and exponents of {POWER} in all"
        raise ValueError(message)
    match data:
        case str():
            number = _number(data)
            if len(data) * power > 2 * DIGITS:
                raise _refuse(data, f"fewer digits under the exponent {power}")
            return sp.Rational(number.numerator, number.denominator)
        case ["symbol", name]:
            return _symbol(name)
        case [str(name)] if name in _CONSTANTS:
            return _CONSTANTS[name]
        case ["^", base, exponent]:
            p, q = _number(exponent).as_integer_ratio()
            if q > 2 or (q == 2 and abs(p) > 1):
                raise _refuse(exponent, "an integer, or 1/2 or -1/2,")
            below = power * (ROOT if q == 2 else max(abs(p), 1))
            built = sp.Pow(_expression(base, depth - 1, below), sp.Rational(p, q))
        case [str(name), *parts] if name in _OPERATORS and (name in "+*" or len(parts) == 1):
            built = _OPERATORS[name](*(_expression(part, depth - 1, power) for part in parts))
        case _:
            raise _refuse(data, "an expression")
    if built in (sp.zoo, sp.nan, sp.oo, -sp.oo):
        raise _refuse(data, "an expression with a value")
    return built


def _generic(kind: Type) -> tuple[Any, tuple[Any, ...]]:
    """Take a type such as ``tuple[int, ...]`` apart."""
    return get_origin(kind), get_args(kind)


def _each(kind: Type, count: int) -> Sequence[Type]:
    """Return the type of each item of a sequence."""
    origin, parts = _generic(kind)
    return parts if origin is tuple and Ellipsis not in parts else parts[:1] * count


def _members(kind: Type) -> tuple[Type, ...]:
    """Return the types that a value may have."""
    if kind is Certificate:
        return KINDS
    origin, parts = _generic(kind)
    if origin in (Union, UnionType):
        return tuple(member for part in parts for member in _members(part))
    return (kind,)


def _written(kind: Type) -> dict[str, Type]:
    """Return the fields of a class that stand in a file, with their types."""
    return {name: part for name, part in declared(kind).items() if part != Note}


def decode(data: Data, kind: Type) -> Any:
    """Return the value of a declared type that plain data stands for, not verified yet."""
    origin, parts = _generic(kind)
    if kind is bool:
        if isinstance(data, bool):
            return data
    elif kind is int:
        if isinstance(data, int) and not isinstance(data, bool) and abs(data) <= LARGEST:
            return data
        raise _refuse(data, f"an integer up to {LARGEST}")
    elif kind in (str, object):
        if isinstance(data, str) and len(data) <= LENGTH:
            return data
        raise _refuse(data, f"a text of at most {LENGTH} characters")
    elif kind in _READERS:
        return _READERS[kind](data)
    elif isinstance(kind, type) and issubclass(kind, StrEnum):
        if data in list(kind):
            return kind(data)
    elif origin in (tuple, Sequence):
        if isinstance(data, list):
            each = _each(kind, len(data))
            if len(each) == len(data):
                return tuple(map(decode, data, each))
    elif origin is Mapping:
        if isinstance(data, list) and all(isinstance(pair, list) for pair in data):
            mapping = {decode(key, parts[0]): decode(item, parts[1]) for key, item in data}
            if len(mapping) == len(data):
                return mapping
    else:
        return _decode_class(data, _members(kind))
    raise _refuse(data, getattr(kind, "__name__", str(kind)))


_READERS: dict[Type, Callable[[Data], Any]] = {
    Fraction: _number,
    sp.Symbol: _symbol,
    sp.Expr: _expression,
}


def _decode_class(data: Data, members: tuple[Type, ...]) -> Any:
    """Build one of several dataclasses, or None where that is one of them."""
    if data is None and NoneType in members:
        return None
    classes: dict[str, Type] = {
        member.__name__: member for member in members if member is not NoneType
    }
    kind = classes.get(str(data.get("class"))) if isinstance(data, dict) else None
    if kind is None:
        raise _refuse(data, " or ".join(classes))
    fields = _written(kind)
    if data.keys() != {"class", *fields}:
        raise _refuse(sorted(data), f"the fields {', '.join(fields)}")
    notes = dict.fromkeys(declared(kind).keys() - fields, "")
    return kind(**{name: decode(data[name], part) for name, part in fields.items()}, **notes)


def _encode_expression(expression: sp.Expr, symbols: dict[str, sp.Symbol]) -> Data:
    if isinstance(expression, sp.Rational):
        return str(expression)
    if isinstance(expression, sp.Symbol):
        same = symbols.setdefault(expression.name, expression) == expression
        require(same, f"two different symbols have the name {expression.name}")
        return ["symbol", expression.name]
    for name, constant in _CONSTANTS.items():
        if expression == constant:
            return [name]
    parts = [_encode_expression(part, symbols) for part in expression.args]
    if isinstance(expression, sp.Pow):
        return ["^", *parts]
    if expression.func in _NAMES:
        return [_NAMES[expression.func], *parts]
    message = f"expression cannot be written: {expression!r}"
    raise CertificateError(message)


def encode(value: Any, kind: Type, symbols: dict[str, sp.Symbol] | None = None) -> Data:
    """Return a value of a declared type as plain data."""
    symbols = {} if symbols is None else symbols
    origin, parts = _generic(kind)
    if kind is object:
        return as_text(value)
    if kind is sp.Symbol:
        return _encode_expression(value, symbols)[1]
    if kind is sp.Expr:
        return _encode_expression(sp.sympify(value, strict=True), symbols)
    if kind is Fraction:
        return str(value)
    if origin in (tuple, Sequence):
        each = _each(kind, len(value))
        return [encode(item, part, symbols) for item, part in zip(value, each, strict=True)]
    if origin is Mapping:
        return [
            [encode(key, parts[0], symbols), encode(item, parts[1], symbols)]
            for key, item in value.items()
        ]
    own: Type = type(value)
    if hasattr(own, "__dataclass_fields__"):
        known = own in _members(kind)
        require(known, f"a {own.__name__} is no certificate: it cannot be exported")
        # A symbol is told from its namesakes within one certificate.
        symbols = {} if isinstance(value, Certificate) else symbols
        fields = _written(own).items()
        encoded = {name: encode(getattr(value, name), part, symbols) for name, part in fields}
        return {"class": own.__name__, **encoded}
    return value

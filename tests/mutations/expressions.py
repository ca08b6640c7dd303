"""Negative controls: a formula with one number or sign changed, in every way in turn."""

from collections.abc import Callable, Iterator

import sympy as sp

from theory.proofs.certificates import Certificate, CertificateError

Path = tuple[int, ...]
"""Positions among the arguments, from the top of an expression down."""


def _changed(expression: sp.Expr, path: Path, change: Callable[[sp.Expr], sp.Expr]) -> sp.Expr:
    if not path:
        return change(expression)
    parts = list(expression.args)
    parts[path[0]] = _changed(parts[path[0]], path[1:], change)
    return expression.func(*parts)


def _places(expression: sp.Expr, path: Path = ()) -> Iterator[tuple[Path, sp.Expr]]:
    yield path, expression
    for position, part in enumerate(expression.args):
        yield from _places(part, (*path, position))


def mutants(expression: sp.Expr) -> Iterator[tuple[str, sp.Expr]]:
    """Yield the expression with each number raised or negated, or a term doubled or negated."""
    for path, part in _places(expression):
        above = expression
        for position in path[:-1]:
            above = above.args[position]
        term = path and isinstance(above, sp.Add)
        if isinstance(part, sp.Rational):
            changes = {"+ 1": lambda x: x + 1, "negated": lambda x: -x}
        elif term and not any(isinstance(factor, sp.Rational) for factor in part.args):
            changes = {"doubled": lambda x: 2 * x, "negated": lambda x: -x}
        else:
            continue
        for name, change in changes.items():
            yield f"{part} at {path} {name}", _changed(expression, path, change)


def survivors(expression: sp.Expr, accepts: Callable[[sp.Expr], bool]) -> list[str]:
    """Return the mutants that a check accepts; the expression itself has to pass it."""
    if not accepts(expression):
        message = f"the check rejects {expression} itself"
        raise ValueError(message)
    found = list(mutants(expression))
    if not found:
        message = f"nothing to change in {expression}"
        raise ValueError(message)
    return [name for name, mutant in found if accepts(mutant)]


def verifies(certificate: Certificate) -> bool:
    """Tell whether a certificate holds."""
    try:
        certificate.verify()
    except CertificateError:
        return False
    return True

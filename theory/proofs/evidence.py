"""What an evidence function may return, and the verdict that follows from it.

A verdict is never typed in: `verdict_of` reads it off the kind of evidence that was found, and
each kind refuses to exist without the facts that it needs.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import inf

import flint
import sympy as sp

from theory.proofs.certificates import Certificate, Relation, enclose
from theory.proofs.certificates.base import require


class Verdict(StrEnum):
    """What the toolkit says of a claim."""

    PROVED = "PROVED"
    PROVED_WITH = "PROVED_WITH"
    REFUTED = "REFUTED"
    MEASURED = "MEASURED"
    NOT_CHECKED = "NOT_CHECKED"


@dataclass(frozen=True)
class Piece(ABC):
    """What an evidence function finds.

    Parameters
    ----------
    found : mapping of str to object
        Values that were found on the way; exact, but for those of a measurement.
    """

    found: Mapping[str, object] = field(default_factory=dict, kw_only=True)

    def check(self) -> None:
        """Verify all that a verdict rests on.

        Raises
        ------
        CertificateError
            If some of it does not hold.
        """
        self._check()

    @abstractmethod
    def _check(self) -> None:
        """Do so."""


@dataclass(frozen=True)
class Proof(Piece):
    """A proof made of certificates and the argument that joins them.

    Parameters
    ----------
    argument : str
        How the certificates give the statement, in words (Markdown with ``$...$`` mathematics).
    certificates : sequence of Certificate
        At least one of them for all parameters; finite ones are cross-checks or base cases.
    under : sequence of str
        Hypotheses or readings that the proof needs beyond what the paper states.
    """

    argument: str
    certificates: Sequence[Certificate]
    under: Sequence[str] = ()

    def _check(self) -> None:
        for certificate in self.certificates:
            certificate.verify()
        general = not all(certificate.finite for certificate in self.certificates)
        require(general, "a tested range is not a proof", self.argument)


@dataclass(frozen=True)
class Counterexample(Piece):
    """An exact case in which the statement fails.

    Parameters
    ----------
    case : str
        The smallest case, in words and numbers.
    stated : str
        What the statement says there, as a relation.
    relation : Relation
        The stated relation with both exact values; it has to be false.
    minimal : str
        Why there is no smaller case.
    smaller : Certificate, optional
        Certificate that the statement holds in every smaller case.
    """

    case: str
    stated: str
    relation: Relation
    minimal: str
    smaller: Certificate | None = None

    def _check(self) -> None:
        require(not self.relation.holds(), f"no counterexample: {self.relation} holds")
        if self.smaller is not None:
            self.smaller.verify()


@dataclass(frozen=True)
class Refutation(Counterexample):
    """A counterexample to the statement as printed."""


@dataclass(frozen=True)
class Boundary(Counterexample):
    """A counterexample outside a hypothesis: it shows that the proof needs the hypothesis."""


@dataclass(frozen=True)
class Measurement(Piece):
    """The outcome of an experiment, with its interval.

    Parameters
    ----------
    quantity : str
        What was measured, with its unit.
    value : float
        The measured value.
    interval : tuple of float
        Its 95 % interval, low and high.
    agrees : bool
        Whether the outcome agrees with the statement.
    provenance : str
        The command, seed and data behind it.
    """

    quantity: str
    value: float
    interval: tuple[float, float]
    agrees: bool
    provenance: str

    @property
    def outcome(self) -> str:
        """What it says of the statement; where it does not agree, what was found says how."""
        return "agrees" if self.agrees else str(self.found.get("outcome", "does not agree"))

    def _check(self) -> None:
        low, high = self.interval
        sound = -inf < low <= self.value <= high < inf and self.provenance
        require(sound, f"no measurement: {self.value} in [{low}, {high}], {self.provenance!r}")


@dataclass(frozen=True)
class Unchecked(Piece):
    """What it would take to check a statement that is not checked here.

    Parameters
    ----------
    needs : str
        What is missing: data, hardware, or facts that the paper does not give.
    command : str
        The command that would check it, if there is one.
    """

    needs: str
    command: str = ""

    def _check(self) -> None:
        require(self.needs, "an unchecked statement says what it would need")


Evidence = Proof | Refutation | Boundary | Measurement | Unchecked


def verdict_of(evidence: Sequence[Evidence]) -> Verdict:
    """Return the verdict that the evidence gives."""
    for piece in evidence:
        piece.check()
    kinds = {type(piece) for piece in evidence}
    if Refutation in kinds:
        return Verdict.REFUTED
    if Proof in kinds:
        whole = kinds <= {Proof, Boundary}
        require(whole, "beside a proof, no part of a statement is only measured, or not checked")
        under = any(isinstance(piece, Proof) and piece.under for piece in evidence)
        return Verdict.PROVED_WITH if under or Boundary in kinds else Verdict.PROVED
    if Measurement in kinds:
        return Verdict.MEASURED
    message = "no evidence that decides: neither a proof nor a refutation was found"
    require(Unchecked in kinds, message)
    return Verdict.NOT_CHECKED


def expect(what: str, found: object, stated: object) -> None:
    """Raise unless the evidence found what the row states."""
    require(found == stated, what, f"the row states {stated}, the evidence finds {found}")


_LONGEST = 48
"""Characters of an exact number that are still easier to read than its digits."""


def as_text(value: object) -> str:
    """Return a found value as text."""
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        # The digits that are meant: the others depend on the machine that rounds them.
        return f"{value:.6g}"
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {as_text(item)}" for key, item in value.items())
    if isinstance(value, Sequence):
        return ", ".join(as_text(item) for item in value)
    if not isinstance(value, (int, sp.Basic)):
        return str(value)
    expression = sp.sympify(value, strict=True)
    exact = str(expression)
    if isinstance(expression, sp.Rational) or not expression.is_number:
        return exact
    if len(exact) <= _LONGEST and expression.is_algebraic:
        return exact
    with flint.ctx.workprec(512):
        digits = enclose(expression).str(20, radius=False)
    return f"≈ {digits}"

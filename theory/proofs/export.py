"""Evidence written to a file, and checked from the file alone.

The file holds every certificate and every counterexample of its claims, and a digest of all that.
Checking rebuilds the evidence, verifies it in integer, rational or ball arithmetic, and derives the
verdicts again; it runs none of the functions that found the evidence.  Only then is what the file
says compared with the ledger that is installed, whose evidence is recomputed for that.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from theory.proofs.certificates import CertificateError
from theory.proofs.certificates.base import require
from theory.proofs.codec import decode, encode
from theory.proofs.evidence import Boundary, Proof, Refutation, Verdict, verdict_of
from theory.proofs.verify import verify

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable

    from theory.proofs.ledger import Ledger, Result

FORMAT = "local-mixup certificates 2"
LARGEST = 100_000_000
"""Bytes of a file; the whole ledger takes a fiftieth."""


@dataclass(frozen=True)
class Entry:
    """What a certificate file says of one claim."""

    id: str
    source: str
    statement: str
    hypotheses: tuple[str, ...]
    verdict: Verdict
    evidence: tuple[Proof | Refutation | Boundary, ...]

    def steps(self) -> list[str]:
        """Return what is verified, a line for each step."""
        lines: list[str] = []
        for piece in self.evidence:
            if isinstance(piece, Proof):
                lines += map(str, piece.certificates)
            else:
                lines.append(f"false: {piece.relation}")
                lines += [] if piece.smaller is None else [str(piece.smaller)]
        return lines

    def verify(self) -> None:
        """Verify every step, and that the verdict is the one that they give."""
        try:
            verdict = verdict_of(self.evidence)
        except CertificateError:
            raise
        # Whatever a forged step raises, it does not hold.
        except Exception as error:
            message = f"{type(error).__name__}: {error}"
            raise CertificateError(message) from error
        same = verdict is self.verdict
        require(same, f"the file says {self.verdict}, its evidence gives {verdict}")

    def differs(self, ledger: Ledger) -> str:
        """Say in words how this differs from what a ledger has and finds; "" if it does not."""
        if self.id not in ledger:
            return "the ledger has no such claim"
        claim = ledger[self.id]
        recorded = ("source", "statement", "hypotheses", "verdict")
        other = [name for name in recorded if getattr(self, name) != getattr(claim, name)]
        if not other:
            (result,) = verify([self.id], ledger=ledger)
            if not result.agrees:
                return f"the ledger's own evidence fails: {result.error or result.verdict}"
            if decode(_encoded(result), Entry) != self:
                other = ["evidence"]
        return f"not as in the ledger: {', '.join(other)}" if other else ""


def _encoded(result: Result) -> Any:
    claim = result.claim
    about = (claim.id, claim.source, claim.statement, claim.hypotheses, claim.verdict)
    return encode(Entry(*about, result.evidence), Entry)  # type: ignore[arg-type]


def _digest(claims: Any) -> str:
    text = json.dumps(claims, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def export(results: Iterable[Result]) -> str:
    """Return the evidence of claims as the text of a certificate file."""
    claims = []
    for result in results:
        said = result.error or result.verdict
        require(result.agrees, f"{result.claim.id} is not as recorded", said)
        claims.append(_encoded(result))
    content = {"format": FORMAT, "sha256": _digest(claims), "claims": claims}
    return json.dumps(content, indent=1, ensure_ascii=True) + "\n"


def _entries(text: bytes) -> tuple[Entry, ...]:
    content = json.loads(text.decode())
    if not isinstance(content, dict) or content.keys() != {"format", "sha256", "claims"}:
        message = "it takes format, sha256 and claims"
        raise ValueError(message)
    if content["format"] != FORMAT:
        message = f"its format is {ascii(content['format'])[:60]}, and this reads {FORMAT!r}"
        raise ValueError(message)
    if content["sha256"] != _digest(content["claims"]):
        message = "it was changed: its digest does not match"
        raise ValueError(message)
    entries: tuple[Entry, ...] = decode(content["claims"], tuple[Entry, ...])
    ids = [entry.id for entry in entries]
    if not ids or len(set(ids)) < len(ids) or not all(map(str.isprintable, ids)):
        message = "it takes one claim or more, each with a printable id of its own"
        raise ValueError(message)
    return entries


def read(path: str | os.PathLike[str]) -> tuple[Entry, ...]:
    """Read a certificate file; nothing in it is verified yet."""
    with Path(path).open("rb") as file:
        text = file.read(LARGEST + 1)
    try:
        if len(text) <= LARGEST:
            return _entries(text)
        problem = f"it has more than {LARGEST} bytes"
    except (ArithmeticError, AttributeError, RuntimeError, TypeError, ValueError) as error:
        problem = str(error)  # of the file, or of SymPy where it builds what the file asks for
    message = f"{path} is no certificate file: {problem}"
    raise ValueError(message)

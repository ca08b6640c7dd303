"""Evidence written to a file, and checked from the file alone.

The file holds every certificate and every counterexample of its claims, and a digest of all that.
Checking rebuilds the evidence, verifies it in integer, rational or ball arithmetic, and derives the
verdicts again; it runs none of the functions that found the evidence.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from theory.proofs.certificates import Certificate, CertificateError, Relation
from theory.proofs.certificates.codec import from_data, to_data
from theory.proofs.evidence import (
    Boundary,
    Counterexample,
    Evidence,
    Proof,
    Refutation,
    Verdict,
    as_text,
    verdict_of,
)

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable

    from theory.proofs.ledger import Result

FORMAT = "local-mixup certificates 1"


def _encode(piece: Evidence) -> dict[str, Any]:
    found = {name: as_text(value) for name, value in piece.found.items()}
    if isinstance(piece, Proof):
        return {
            "kind": "Proof",
            "argument": piece.argument,
            "under": list(piece.under),
            "certificates": [to_data(certificate) for certificate in piece.certificates],
            "found": found,
        }
    if isinstance(piece, Counterexample):
        return {
            "kind": type(piece).__name__,
            "case": piece.case,
            "stated": piece.stated,
            "relation": to_data(piece.relation),
            "minimal": piece.minimal,
            "smaller": None if piece.smaller is None else to_data(piece.smaller),
            "found": found,
        }
    message = f"a {type(piece).__name__.lower()} is not a certificate: it cannot be exported"
    raise CertificateError(message)


def _certificate(data: Any) -> Certificate:
    certificate = from_data(data)
    if not isinstance(certificate, Certificate):
        message = f"a {type(certificate).__name__} stands where a certificate should"
        raise ValueError(message)
    return certificate


def _relation(data: Any) -> Relation:
    relation = from_data(data)
    if not isinstance(relation, Relation):
        message = f"a {type(relation).__name__} stands where a relation should"
        raise ValueError(message)
    return relation


def _decode(data: dict[str, Any]) -> Evidence:
    if data["kind"] not in ("Proof", "Refutation", "Boundary"):
        raise KeyError(data["kind"])
    if data["kind"] == "Proof":
        certificates = [_certificate(item) for item in data["certificates"]]
        return Proof(data["argument"], certificates, tuple(data["under"]), data["found"])
    smaller = data["smaller"]
    return (Refutation if data["kind"] == "Refutation" else Boundary)(
        data["case"],
        data["stated"],
        _relation(data["relation"]),
        data["minimal"],
        None if smaller is None else _certificate(smaller),
        data["found"],
    )


def _digest(claims: Any) -> str:
    text = json.dumps(claims, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def export(results: Iterable[Result]) -> str:
    """Return the evidence of claims as the text of a certificate file."""
    claims = []
    for result in results:
        if not result.agrees:
            message = f"{result.claim.id} is not as recorded: {result.error or result.verdict}"
            raise CertificateError(message)
        claims.append(
            {
                "id": result.claim.id,
                "source": result.claim.source,
                "statement": result.claim.statement,
                "verdict": result.claim.verdict.value,
                "evidence": [_encode(piece) for piece in result.evidence],
            }
        )
    content = {"format": FORMAT, "sha256": _digest(claims), "claims": claims}
    return json.dumps(content, indent=1, ensure_ascii=True) + "\n"


def check(path: str | os.PathLike[str]) -> dict[str, Verdict]:
    """Verify a certificate file."""
    name = str(path)
    try:
        content = json.loads(Path(path).read_text(encoding="utf-8"))
        if content["format"] != FORMAT:
            message = f"{name} has the format {content['format']!r}; this reads {FORMAT!r}"
            raise ValueError(message)
        claims = content["claims"]
        if content["sha256"] != _digest(claims):
            message = f"{name} was changed: its digest does not match"
            raise ValueError(message)
        pieces = {claim["id"]: [_decode(item) for item in claim["evidence"]] for claim in claims}
        stated = {claim["id"]: Verdict(claim["verdict"]) for claim in claims}
    except (KeyError, TypeError, AttributeError, UnicodeDecodeError) as error:
        message = f"{name} is no certificate file: {error!r}"
        raise ValueError(message) from error
    for key, evidence in pieces.items():
        verdict = verdict_of(evidence)
        if verdict is not stated[key]:
            message = f"{key}: the file says {stated[key]}, its evidence gives {verdict}"
            raise CertificateError(message)
    return stated

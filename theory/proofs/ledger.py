"""The ledger: every claim with its statement, its verdict and the functions that recompute it.

A claim is one decorated function::

    @claim(
        "IV.2-upper",
        source="Theorem IV.2, Eq. (8)",
        statement=r"...",
        verdict=Verdict.PROVED_WITH,
    )
    def upper_bound() -> Proof:
        ...

The recorded verdict is what the ledger page prints; `Claim.run` recomputes the evidence and derives
the verdict from it, and `Result.agrees` says whether the two are the same.  What a claim rests on
is in `Claim.uses`: where `theory.proofs.verify.verify` finds that one of those fails, so does it.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import partial
from inspect import unwrap
from pathlib import Path
from typing import Any

from theory.formal import theorems
from theory.proofs.evidence import Evidence, Verdict, verdict_of

EvidenceFunction = Callable[[], Evidence]

_ROOT = Path(__file__).parents[2]

_NAME = re.compile(
    r"(?:(?P<kind>theorem|lemma|def|sec|eq|fig|table)\w*\.?\s*)?"
    r"\(?(?P<number>[ivx]+(?:\.\w+)*|\d+)\)?",
    re.IGNORECASE,
)
"""What the paper calls its statements: ``"Theorem IV.2"``, ``"Eq. (8)"``, ``"IV.2"``."""


class Group(StrEnum):
    """Whose statement a claim is; the three are counted apart."""

    PAPER = "what the paper says"
    BEYOND = "beyond the paper"
    CODE = "public code"


_ASSURANCE = {
    Verdict.PROVED: "certificates",
    Verdict.PROVED_WITH: "certificates",
    Verdict.REFUTED: "exact case",
    Verdict.MEASURED: "measured",
    Verdict.NOT_CHECKED: "not checked",
}


def inside(file: str) -> str:
    """Return the path of a file of the toolkit as seen from its folder; another's as it is."""
    path = Path(file)
    return (path.relative_to(_ROOT) if path.is_relative_to(_ROOT) else path).as_posix()


@dataclass(frozen=True)
class Claim:
    r"""One checkable statement.

    Parameters
    ----------
    id : str
        The paper's number first: ``"IV.2-lower"``.
    source : str
        Its place in the paper: ``"Theorem IV.2, Eq. (8)"``.
    title : str
        The statement in a few words, for the summary table.
    statement : str
        The statement in our words, Markdown with LaTeX mathematics.
    verdict : Verdict
        The recorded verdict.
    result : str
        What was found, one line for the summary table.
    sharper : str
        The sharper statement that the evidence proves, if one is known.
    hypotheses : tuple of str
        Readings and hypotheses that matter.
    evidence : tuple of callables
        Functions without arguments that recompute the evidence.
    group : Group
        What the paper says, what goes beyond it, or what the public code does.
    uses : tuple of str
        The claims that it rests on.
    formal : tuple of str
        Theorems of ``theory/formal`` that state it, or a part: ``"TheoremIV2.V_lower"``.
    """

    id: str
    source: str
    title: str
    statement: str
    verdict: Verdict
    result: str
    sharper: str = ""
    hypotheses: tuple[str, ...] = ()
    evidence: tuple[EvidenceFunction, ...] = ()
    group: Group = field(default=Group.PAPER, kw_only=True)
    uses: tuple[str, ...] = field(default=(), kw_only=True)
    formal: tuple[str, ...] = field(default=(), kw_only=True)

    @property
    def assurance(self) -> str:
        """What the verdict rests on.

        Returns
        -------
        str
            ``"formal"`` if a proof assistant's kernel has checked every theorem in `formal`, else
            ``"certificates"``, ``"exact case"``, ``"measured"`` or ``"not checked"``.
        """
        if self.formal and theorems().keys() >= set(self.formal):
            return "formal"
        return _ASSURANCE[self.verdict]

    @property
    def place(self) -> tuple[str, int]:
        """Where the claim stands.

        Returns
        -------
        tuple of str and int
            The file, relative to the folder of the toolkit, and the line; empty and 0 for a
            function without source.
        """
        function = self.evidence[0]
        while isinstance(function, partial):
            function = function.func
        code = getattr(unwrap(function), "__code__", None)
        if code is None:
            return "", 0
        return inside(code.co_filename), code.co_firstlineno

    def run(self) -> Result:
        """Recompute the evidence and derive the verdict.

        Returns
        -------
        Result
            What was found.  An error in the evidence is kept in ``Result.error``.
        """
        started = time.perf_counter()
        found: list[Evidence] = []
        derived, error = None, ""
        try:
            found.extend(function() for function in self.evidence)
            derived = verdict_of(found)
        # Whatever evidence raises means that the claim is not shown, and the others still run.
        except Exception as problem:  # noqa: BLE001
            error = f"{type(problem).__name__}: {problem}"
        return Result(self, tuple(found), derived, error, time.perf_counter() - started)


@dataclass(frozen=True)
class Result:
    """The evidence for a claim, as recomputed.

    Parameters
    ----------
    claim : Claim
        The claim.
    evidence : tuple of Evidence
        What was found.
    verdict : Verdict or None
        The verdict that follows from it; None if the evidence failed.
    error : str
        The error, if the evidence failed.
    seconds : float
        Wall time.
    """

    claim: Claim
    evidence: tuple[Evidence, ...]
    verdict: Verdict | None
    error: str
    seconds: float

    @property
    def agrees(self) -> bool:
        """Whether the recomputed verdict is the recorded one.

        Returns
        -------
        bool
            True if they agree.
        """
        return self.verdict is self.claim.verdict


@dataclass
class Ledger(Mapping[str, Claim]):
    """An ordered collection of claims, {id: Claim}.

    Parameters
    ----------
    claims : dict, optional
        The claims to start from.
    home : str, optional
        The module that has this ledger under the name ``LEDGER``, from which another process can
        import it.
    """

    claims: dict[str, Claim] = field(default_factory=dict)
    home: str = ""

    def __getitem__(self, key: str) -> Claim:
        return self.claims[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.claims)

    def __len__(self) -> int:
        return len(self.claims)

    def find(self, name: str) -> list[str]:
        """Find the claims that a reader of the paper means.

        Parameters
        ----------
        name : str
            An id, its beginning, or a place in the paper, in any case: ``"iv.2-lower"``,
            ``"IV.2"``, ``"Theorem IV.2"``, ``"Eq. (8)"``.

        Returns
        -------
        list of str
            Their ids, in the order of the ledger; empty if there are none.
        """
        folded = name.strip().casefold()
        ids = {key.casefold(): key for key in self}
        if folded in ids:
            return [ids[folded]]
        begun = [key for known, key in ids.items() if known.startswith(f"{folded}-")]
        place = _NAME.fullmatch(name.strip())
        if begun or place is None:
            return begun
        # "Equation 8" means "Eqs. (5) to (8)" too.
        kind = rf"\b{place['kind']}[^;]*?" if place["kind"] else ""
        pattern = rf"{kind}(?<![\w.]){re.escape(place['number'])}(?!\w)"
        return [k for k, claim in self.items() if re.search(pattern, claim.source, re.IGNORECASE)]

    def claim(self, id: str, **about: Any) -> Callable[[EvidenceFunction], EvidenceFunction]:
        """Register a claim, with the decorated function as its evidence.

        Parameters
        ----------
        id : str
            The paper's number first; unique.
        **about
            The other fields of `Claim` but the evidence.  What it uses stands before it, so that
            there is no circle.

        Returns
        -------
        callable
            A decorator that returns the function unchanged.

        Raises
        ------
        ValueError
            If there is a claim with this id already, or none with an id in `uses`.
        """
        if id in self.claims:
            message = f"id must be new in the ledger; got {id!r}, which is {self[id].title!r}"
            raise ValueError(message)
        new = Claim(id, **about)
        unknown = [key for key in new.uses if key not in self]
        if unknown:
            message = f"uses must name claims that stand before {id}; got {', '.join(unknown)}"
            raise ValueError(message)

        def register(function: EvidenceFunction) -> EvidenceFunction:
            self.claims[id] = replace(new, evidence=(function,))
            return function

        return register

    def evidence(self, id: str) -> Callable[[EvidenceFunction], EvidenceFunction]:
        """Add a further evidence function to a claim.

        Parameters
        ----------
        id : str
            The id of a claim that is registered already.

        Returns
        -------
        callable
            A decorator that returns the function unchanged.

        Raises
        ------
        KeyError
            If there is no such claim.
        """
        known = self.claims[id]

        def register(function: EvidenceFunction) -> EvidenceFunction:
            self.claims[id] = replace(known, evidence=(*self.claims[id].evidence, function))
            return function

        return register


LEDGER = Ledger(home="theory")
claim = LEDGER.claim
evidence = LEDGER.evidence

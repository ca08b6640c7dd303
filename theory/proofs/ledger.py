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
the verdict from it, and `Result.agrees` says whether the two are the same.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from theory.proofs.evidence import Evidence, Verdict, verdict_of

EvidenceFunction = Callable[[], Evidence]


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

    def claim(
        self,
        id: str,
        *,
        source: str,
        title: str,
        statement: str,
        verdict: Verdict,
        result: str,
        sharper: str = "",
        hypotheses: Sequence[str] = (),
    ) -> Callable[[EvidenceFunction], EvidenceFunction]:
        """Register a claim, with the decorated function as its evidence.

        Parameters
        ----------
        id : str
            The paper's number first; unique.
        source : str
            Its place in the paper.
        title : str
            A few words.
        statement : str
            The statement in our words.
        verdict : Verdict
            The recorded verdict.
        result : str
            What was found, one line.
        sharper : str
            The sharper statement, if one is known.
        hypotheses : sequence of str
            Readings and hypotheses that matter.

        Returns
        -------
        callable
            A decorator that returns the function unchanged.

        Raises
        ------
        ValueError
            If there is a claim with this id already.
        """
        if id in self.claims:
            message = f"id must be new in the ledger; got {id!r}, which is {self[id].title!r}"
            raise ValueError(message)

        def register(function: EvidenceFunction) -> EvidenceFunction:
            self.claims[id] = Claim(
                id,
                source,
                title,
                statement,
                verdict,
                result,
                sharper,
                tuple(hypotheses),
                (function,),
            )
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

"""Claims that an experiment decides: their verdict and their result are read off its stored runs.

Such a claim says nothing about its outcome where it is written down. What stands in the summary is
made of the evidence each time, so that it cannot differ from the numbers below it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from theory.proofs.evidence import Evidence, Measurement, Verdict
from theory.proofs.ledger import Claim, EvidenceFunction, Ledger, Result

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence


AGREES, OPPOSITE = "agrees", "significant the other way"
UNDECIDED, DIFFERS = "undecided", "does not agree"
OUTCOME = "outcome"
"""Under this name, `Measurement.found` says which of the four it is."""


@dataclass(frozen=True)
class Question:
    """One number that decides a claim, in one setting of the experiment.

    Parameters
    ----------
    subject : str
        What is compared, the same words in every setting: ``"Mixup against vanilla"``.
    where : str
        The setting: ``"printed (paper's rule)"``.
    answer : callable
        Function without arguments that returns a `Measurement`, or `Unchecked` where the runs are
        missing.
    form : str, optional
        How to write the measured number.
    """

    subject: str
    where: str
    answer: EvidenceFunction
    form: str = "{:+.2f}"


@dataclass(frozen=True)
class MeasuredClaim(Claim):
    """A claim whose verdict and result follow from measurements.

    Parameters
    ----------
    id, source, title, statement : str
        As in any claim.
    verdict : Verdict
        ``NOT_CHECKED`` until it is run.
    result : str
        Empty until it is run.
    sharper : str
        As in any claim.
    hypotheses : tuple of str
        As in any claim.
    evidence : tuple of callables
        The answers of the questions, in their order.
    questions : tuple of Question
        What is measured.
    conclude : callable, optional
        Function without arguments that returns what follows from all answers together, for the
        head of the result; nothing where it is empty.
    """

    questions: tuple[Question, ...] = ()
    conclude: Callable[[], str] | None = None

    def run(self) -> Result:
        """Answer the questions.

        Returns
        -------
        Result
            The answers, and this claim with the verdict and the result that follow from them.
        """
        found = super().run()
        if found.verdict is None:
            return found
        result = outcome(self.questions, found.evidence)
        if self.conclude is not None and found.verdict is Verdict.MEASURED:
            result = ". ".join(part for part in (self.conclude(), result) if part)
        return replace(found, claim=replace(self, verdict=found.verdict, result=result))


def measured(
    ledger: Ledger,
    id: str,
    *,
    source: str,
    title: str,
    statement: str,
    questions: Iterable[Question],
    sharper: str = "",
    hypotheses: Sequence[str] = (),
    conclude: Callable[[], str] | None = None,
) -> None:
    """Register a claim that is decided by measurements.

    Parameters
    ----------
    ledger : Ledger
        Where it goes.
    id : str
        The paper's number first; unique.
    source : str
        Its place in the paper.
    title : str
        A few words.
    statement : str
        The statement in our words.
    questions : iterable of Question
        What is measured.
    sharper : str
        What is to be said beyond the statement, whatever comes out.
    hypotheses : sequence of str
        What the measurement takes for granted, and how it decides.
    conclude : callable, optional
        What follows from all answers together, as in `MeasuredClaim`.

    Raises
    ------
    ValueError
        If there is a claim with this id already, or no question.
    """
    asked = tuple(questions)
    if id in ledger or not asked:
        message = f"id must be new in the ledger, with questions; got {id!r} with {len(asked)}"
        raise ValueError(message)
    ledger.claims[id] = MeasuredClaim(
        id,
        source,
        title,
        statement,
        Verdict.NOT_CHECKED,
        "not run yet",
        sharper,
        tuple(hypotheses),
        tuple(question.answer for question in asked),
        asked,
        conclude,
    )


def outcome(questions: Sequence[Question], answers: Sequence[Evidence]) -> str:
    """Sum up the answers in one line.

    Parameters
    ----------
    questions : sequence of Question
        What was asked.
    answers : sequence of Evidence
        What was found, in the same order.

    Returns
    -------
    str
        For each subject, where the outcome agrees with the statement and where not, with the
        measured numbers.
    """
    parts = []
    for subject in dict.fromkeys(question.subject for question in questions):
        groups: dict[str, list[str]] = {name: [] for name in (AGREES, OPPOSITE, UNDECIDED, DIFFERS)}
        for question, answer in zip(questions, answers, strict=True):
            if question.subject == subject and isinstance(answer, Measurement):
                number = question.form.format(answer.value).replace("-", "−")
                groups[conclusion(answer)].append(f"{number} in {question.where}")
        said = [f"{name}: {', '.join(places)}" for name, places in groups.items() if places]
        if said:
            parts.append(f"{subject}: {'; '.join(said)}")
    missing = sum(not isinstance(answer, Measurement) for answer in answers)
    if missing == len(answers):
        return "needs the experiment, whose runs are not stored here"
    if missing:
        parts.append(f"{missing} of {len(answers)} numbers not measured yet")
    return ". ".join(parts)


def conclusion(answer: Measurement) -> str:
    """Say what a measurement means for its statement.

    Parameters
    ----------
    answer : Measurement
        The measurement; under "outcome", `found` may say why it does not agree.

    Returns
    -------
    str
        `AGREES`, or `OPPOSITE` or `UNDECIDED` if that was found, or else `DIFFERS`.
    """
    if answer.agrees:
        return AGREES
    found = answer.found.get(OUTCOME)
    return str(found) if found in {OPPOSITE, UNDECIDED} else DIFFERS

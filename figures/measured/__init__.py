"""Claims that an experiment decides: their verdict and their result are read off its stored runs.

Such a claim says nothing about its outcome where it is written down. What stands in the summary is
made of the evidence each time, so that it cannot differ from the numbers below it.
"""

import traceback
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from theory.proofs.evidence import Evidence, Measurement, Verdict
from theory.proofs.ledger import Claim, EvidenceFunction, Group, Ledger, Result, inside

AGREES, OPPOSITE = "agrees", "significant the other way"
UNDECIDED, DIFFERS = "undecided", "does not agree"
OUTCOME = "outcome"
"""Under this name, `Measurement.found` says which of the four it is."""
REMARK = "remark"
"""Under this name, it says what no line may leave out that has the number."""

NAMED = 2
"""Settings that a short line names with their numbers; it counts more of them."""


@dataclass(frozen=True)
class Question:
    """One number that decides a claim, in one setting of the experiment."""

    subject: str  # what is compared, the same words in every setting: ``"Mixup against vanilla"``
    where: str  # the setting: ``"printed (paper's rule)"``
    answer: EvidenceFunction
    form: str = "{:+.2f}"  # how to write the measured number

    @property
    def digits(self) -> str:
        """The same without its unit."""
        return self.form[: self.form.index("}") + 1]


@dataclass(frozen=True)
class MeasuredClaim(Claim):
    """A claim whose verdict and result follow from measurements."""

    questions: tuple[Question, ...] = ()  # what is measured
    conclude: Callable[[], str] | None = None
    asked_at: tuple[str, int] = ("", 0)

    @property
    def place(self) -> tuple[str, int]:
        """The file and the line that register the claim."""
        return self.asked_at

    def run(self) -> Result:
        """Answer the questions."""
        found = super().run()
        if found.verdict is None:
            return found
        result = outcome(self.questions, found.evidence)
        if self.conclude is not None and found.verdict is Verdict.MEASURED:
            result = ". ".join(part for part in (self.conclude(), result) if part)
        return replace(found, claim=replace(self, verdict=found.verdict, result=result))


def written(value: float, form: str) -> str:
    """Write a measured number to the digits that are meant, whatever machine computed it."""
    # Means of error rates often lie half-way between two roundings: the last bit would decide.
    return form.format(round(value, 9))


def ranged(value: float, low: float, high: float, form: str) -> str:
    """Write a measured number with its interval."""
    return f"{written(value, form)} ({written(low, form)} to {written(high, form)})"


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
    group: Group = Group.PAPER,
    conclude: Callable[[], str] | None = None,
) -> None:
    """Register a claim that is decided by measurements."""
    asked = tuple(questions)
    if id in ledger or not asked:
        message = f"id must be new in the ledger, with questions; got {id!r} with {len(asked)}"
        raise ValueError(message)
    caller, _ = traceback.extract_stack(limit=2)
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
        (inside(caller.filename), caller.lineno or 0),
        group=group,
    )


def brief(result: Result) -> str:
    """Sum up a result for a list: its conclusion, or else its outcome with the settings counted."""
    claim = result.claim
    if not isinstance(claim, MeasuredClaim) or result.verdict is not Verdict.MEASURED:
        return claim.result
    concluded = claim.conclude() if claim.conclude is not None else ""
    return concluded or outcome(claim.questions, result.evidence, named=NAMED)


def outcome(
    questions: Sequence[Question], answers: Sequence[Evidence], *, named: int | None = None
) -> str:
    """Sum up the answers in one line; more settings than `named` with one outcome are counted."""
    parts = []
    for subject in dict.fromkeys(question.subject for question in questions):
        groups: dict[str, list[str]] = {name: [] for name in (AGREES, OPPOSITE, UNDECIDED, DIFFERS)}
        for question, answer in zip(questions, answers, strict=True):
            if question.subject == subject and isinstance(answer, Measurement):
                number = written(answer.value, question.form).replace("-", "−")
                remark = f" ({answer.found[REMARK]})" if REMARK in answer.found else ""
                groups[conclusion(answer)].append(f"{number} in {question.where}{remark}")
        asked = sum(map(len, groups.values()))
        said = [
            f"{name}: {', '.join(places)}"
            if named is None or len(places) <= named
            else f"{name}: {len(places)} of {asked} settings"
            for name, places in groups.items()
            if places
        ]
        if said:
            parts.append(f"{subject}: {'; '.join(said)}")
    missing = sum(not isinstance(answer, Measurement) for answer in answers)
    if missing == len(answers):
        return "needs the experiment, whose runs are not stored here"
    if missing:
        parts.append(f"{missing} of {len(answers)} numbers not measured yet")
    return ". ".join(parts)


def conclusion(answer: Measurement) -> str:
    """Say what a measurement means for its statement."""
    if answer.agrees:
        return AGREES
    found = answer.found.get(OUTCOME)
    return str(found) if found in {OPPOSITE, UNDECIDED} else DIFFERS

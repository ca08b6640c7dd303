"""The ledger page ``paper_checks.md``, rendered from recomputed evidence."""

from __future__ import annotations

import platform
import re
from importlib.metadata import version
from typing import TYPE_CHECKING

from figures.measured import MeasuredClaim
from theory.proofs.certificates import Certificate, Exact
from theory.proofs.evidence import (
    Evidence,
    Measurement,
    Proof,
    Refutation,
    Unchecked,
    Verdict,
    as_text,
)
from theory.proofs.verify import summary

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from theory.proofs.ledger import Claim, Result

PAGE = "paper_checks.md"

MEANING: dict[Verdict, str] = {
    Verdict.PROVED: "true as stated, for all parameters, by certificates",
    Verdict.PROVED_WITH: "true under the hypothesis or reading that the row names",
    Verdict.REFUTED: "false: the row has a smallest exact counterexample",
    Verdict.MEASURED: "an experiment, with its numbers and interval",
    Verdict.NOT_CHECKED: "not checked here: the row says what it would need",
}

_MATHEMATICS = re.compile(r"\$[^$]+\$")
# Markdown takes a backslash before punctuation, and a star, for itself.
_SAFE = (
    (r"\,", r"\thinspace "),
    (r"\;", r"\thickspace "),
    (r"\{", r"\lbrace "),
    (r"\}", r"\rbrace "),
    ("^*", r"^{\ast}"),
    ("*", r"\ast "),
    ("|", r"\vert "),
    ("<", r"\lt "),
    (">", r"\gt "),
)


def github_mathematics(text: str) -> str:
    """Rewrite the formulas of a text so that Markdown leaves them alone."""

    def rewrite(match: re.Match[str]) -> str:
        formula = match.group()
        for plain, safe in _SAFE:
            formula = formula.replace(plain, safe)
        return formula

    return _MATHEMATICS.sub(rewrite, text)


def anchor(claim: Claim) -> str:
    """Return the anchor of a claim's section."""
    return re.sub(r"[^a-z0-9-]", "", claim.id.lower())


def _table(results: Sequence[Result]) -> list[str]:
    lines = ["| Claim | Place in the paper | Verdict | Result |", "| --- | --- | --- | --- |"]
    for result in results:
        claim = result.claim
        lines.append(
            f"| [{claim.id}](#{anchor(claim)}) {_escape(claim.title)} | {_escape(claim.source)} "
            f"| {result.verdict} | {_escape(claim.result)} |"
        )
    return lines


def _certificate_lines(certificates: Sequence[Certificate]) -> list[str]:
    """List certificates; a run of one kind about a range of K takes one line."""
    general = [c for c in certificates if not c.finite or isinstance(c, Exact)]
    single = [c for c in certificates if c.finite and not isinstance(c, Exact)]
    lines = [f"  - {_escape(str(c))}" for c in general]
    if single:
        first, last = single[0], single[-1]
        lines.append(
            f"  - {first.kind}: {len(single)} certificates, from {_escape(first.statement)} "
            f"({_escape(first.note)}) to {_escape(last.statement)} ({_escape(last.note)})"
        )
    return lines


def _escape(text: str) -> str:
    """Keep Markdown from reading stars, underscores and brackets in plain text."""
    return re.sub(r"([\\`*_\[\]<>|~$])", r"\\\1", text)


def _evidence_lines(piece: Evidence) -> list[str]:
    if isinstance(piece, Proof):
        kind = "Proof" + (f", under: {_escape('; '.join(piece.under))}" if piece.under else "")
        lines = [f"- **{kind}.** {github_mathematics(piece.argument)}", ""]
        lines += [
            (
                "  <details><summary>"
                f"{len(piece.certificates)} certificates, each verified again</summary>"
            ),
            "",
            *_certificate_lines(piece.certificates),
            "",
            "  </details>",
            "",
        ]
    elif isinstance(piece, Measurement):
        low, high = piece.interval
        agrees = "agrees" if piece.agrees else "does not agree"
        measured = as_text(piece.value)
        if low < high:
            measured += f" (95 % interval {as_text(low)} to {as_text(high)})"
        where = _escape(piece.provenance)
        lines = [f"- **Measured, {agrees}.** {_escape(piece.quantity)}: {measured}; {where}.", ""]
    elif isinstance(piece, Unchecked):
        command = f" Command: `{piece.command}`." if piece.command else ""
        lines = [f"- **Not checked here.** It needs {_escape(piece.needs)}.{command}", ""]
    else:
        name = "Counterexample" if isinstance(piece, Refutation) else "Outside the hypothesis"
        relation = piece.relation
        lines = [
            (
                f"- **{name}.** {_escape(piece.case)}. Stated: {_escape(piece.stated)}. Exactly: "
                f"`{as_text(relation.left)} {relation.operator} {as_text(relation.right)}` is "
                f"false. Smallest: {_escape(piece.minimal)}."
            ),
            "",
        ]
    for name, value in piece.found.items():
        lines.append(f"  - {_escape(name)}: `{as_text(value)}`")
    return [*lines, ""] if piece.found else lines


def _section(result: Result) -> list[str]:
    claim = result.claim
    lines = [
        f'<a id="{anchor(claim)}"></a>',
        "",
        f"### {claim.id}: {_escape(claim.title)}",
        "",
        f"*{_escape(claim.source)}*",
        "",
        f"**Statement.** {github_mathematics(claim.statement)}",
        "",
        f"**Verdict: {result.verdict}.** {_escape(claim.result[0].upper() + claim.result[1:])}.",
        "",
    ]
    if claim.hypotheses:
        lines += ["**Readings and hypotheses.** " + _escape("; ".join(claim.hypotheses)) + ".", ""]
    if claim.sharper:
        lines += [f"**Sharper.** {github_mathematics(claim.sharper)}", ""]
    lines += ["**Evidence.**", ""]
    for piece in result.evidence:
        lines += _evidence_lines(piece)
    door = "figures" if isinstance(claim, MeasuredClaim) else "theory"
    lines += [f"Reproduce: `python -m {door} {claim.id}`", ""]
    return lines


def provenance() -> str:
    """Return the line that says what rendered the page."""
    versions = ", ".join(
        f"{name} {version(name)}" for name in ("sympy", "python-flint", "numpy", "matplotlib")
    )
    return (
        "Generated by `python -m figures ledger`, never edited by hand, with Python "
        f"{platform.python_version()}, {versions}."
    )


def render(results: Iterable[Result]) -> str:
    """Render the ledger page."""
    results = list(results)
    wrong = [result.claim.id for result in results if not result.agrees]
    if wrong:
        message = f"results must be as recorded; got another verdict for {', '.join(wrong)}"
        raise ValueError(message)
    own = sum("not in the paper" in result.claim.source for result in results)
    beyond = (
        f"{own} of these rows go beyond the paper, or ask what it does not; their place says so."
    )
    lines = [
        "# What is true in “A Local Mixup to Prevent Manifold Intrusion”",
        "",
        (
            "Claims of R. Baena, L. Drumetz and V. Gripon, *A Local Mixup to Prevent Manifold "
            "Intrusion*, EUSIPCO 2022, checked by exact derivation, and by experiments where only "
            "they decide. Statements are in our words; "
            "$K$ counts neighbours on each side, $H_K$ is a harmonic number, $V_K=\\mathrm{Var}"
            "(f_K(x_i))/\\sigma^2$, and the five readings of $f^{\\ast}_K$ (`counting`, "
            "`counting-self`, `length`, `density`, `continuous`) are those of "
            "[docs/architecture.md](docs/architecture.md)."
        ),
        "",
        f"**{summary(results)}.** {beyond}",
        "",
        *(f"- `{verdict}`: {meaning}" for verdict, meaning in MEANING.items()),
        "",
        (
            "A certificate is a small exact proof that is verified again at each run, without the "
            "search that found it; a tested range says its range and is never called a proof."
        ),
        "",
        "## Summary",
        "",
        *_table(results),
        "",
        "## The claims",
        "",
    ]
    for result in results:
        lines += _section(result)
    lines += ["---", "", provenance(), ""]
    return "\n".join(lines)

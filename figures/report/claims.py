"""The table of claims: a row for each, that opens to everything that was found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from figures.ledger.page import MEANING, anchor
from figures.measured import MeasuredClaim
from figures.report import svg
from figures.report.exhibits import TITLES, figures_of
from figures.report.text import command as shell
from figures.report.text import marked, plain
from theory.proofs.certificates import Exact
from theory.proofs.evidence import Measurement, Proof, Refutation, Unchecked, Verdict, as_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from theory.proofs.certificates import Certificate
    from theory.proofs.evidence import Evidence
    from theory.proofs.ledger import Claim, Result

NAMES: dict[Verdict, str] = {
    Verdict.PROVED: "proved",
    Verdict.PROVED_WITH: "proved under a hypothesis",
    Verdict.REFUTED: "refuted",
    Verdict.MEASURED: "measured",
    Verdict.NOT_CHECKED: "not checked",
}

_SIGNS: dict[Verdict, str] = {
    Verdict.PROVED: '<path d="M3 8.5 6.5 12 13 4.5" fill="none"/>',
    Verdict.PROVED_WITH: '<circle cx="8" cy="8" r="5.2" fill="none"/>'
    '<path d="M8 2.8a5.2 5.2 0 0 1 0 10.4z" stroke="none"/>',
    Verdict.REFUTED: '<path d="M4 4l8 8M12 4l-8 8" fill="none"/>',
    Verdict.MEASURED: '<path d="M2.5 8h11M2.5 5v6M13.5 5v6" fill="none"/>'
    '<circle cx="8" cy="8" r="2.2" stroke="none"/>',
    Verdict.NOT_CHECKED: '<circle cx="8" cy="8" r="5.2" fill="none" stroke-dasharray="2.3 2.1"/>',
}


def badge(verdict: Verdict) -> str:
    """Return a verdict with its sign: the word, the shape and the colour say the same."""
    return (
        f'<span class="badge {css_class(verdict)}">{sign(verdict)}'
        f"<span>{plain(verdict.value)}</span></span>"
    )


def sign(verdict: Verdict) -> str:
    """Return the sign of a verdict."""
    return f'<svg class="sign" viewBox="0 0 16 16" aria-hidden="true">{_SIGNS[verdict]}</svg>'


def css_class(verdict: Verdict) -> str:
    """Return what a verdict is called in the style sheet."""
    return verdict.value.lower().replace("_", "-")


def row(result: Result, drawings: Mapping[str, tuple[tuple[float, float], str]]) -> str:
    """Return the row of a claim."""
    claim, key = result.claim, anchor(result.claim)
    said = claim.result[:1].upper() + claim.result[1:]
    return (
        f'<tr role="row" id="{key}" data-verdict="{claim.verdict}">'
        f'<th role="rowheader" scope="row"><a class="id" href="#{key}">{plain(claim.id)}</a>'
        f'<span class="title">{plain(claim.title)}</span></th>'
        f'<td role="cell" class="place">{plain(claim.source)}</td>'
        f'<td role="cell" class="verdict">{badge(claim.verdict)}</td>'
        f'<td role="cell" class="found"><details><summary>{plain(said)}</summary>'
        f'<div class="body">{_body(result, drawings)}</div></details></td></tr>'
    )


def command(claim: Claim) -> str:
    """Return the command that recomputes the evidence of a claim."""
    door = "figures" if isinstance(claim, MeasuredClaim) else "theory"
    return f"python -m {door} {claim.id}"


def _body(result: Result, drawings: Mapping[str, tuple[tuple[float, float], str]]) -> str:
    claim = result.claim
    parts = [("Statement", f"<p>{marked(claim.statement)}</p>")]
    meaning = MEANING[claim.verdict]
    parts.append(("Verdict", f"<p>{badge(claim.verdict)} <span>{plain(meaning)}</span></p>"))
    if claim.hypotheses:
        items = "".join(f"<li>{plain(text)}</li>" for text in claim.hypotheses)
        parts.append(("Readings and hypotheses", f"<ul>{items}</ul>"))
    if claim.sharper:
        parts.append(("Sharper", f"<p>{marked(claim.sharper)}</p>"))
    parts.append(("Evidence", "".join(_evidence(piece) for piece in result.evidence)))
    names = figures_of(claim.id, drawings)
    if names:
        parts.append(("Figure", "".join(_figure(name, *drawings[name]) for name in names)))
    seconds = f"{result.seconds:.2f} s" if result.seconds >= 0.005 else "a few milliseconds"
    line = shell(command(claim))
    parts.append(("Reproduce", f'{line}<p class="note">It took {seconds} for this page.</p>'))
    return "".join(
        f'<section class="part"><h3>{name}</h3><div>{content}</div></section>'
        for name, content in parts
    )


def _figure(name: str, size: tuple[float, float], text: str) -> str:
    return (
        f'<figure class="small">{svg.element(name, size, text)}'
        f'<figcaption><a href="#{name}">{plain(TITLES.get(name, name))}</a>. {plain(text)}'
        "</figcaption></figure>"
    )


def _evidence(piece: Evidence) -> str:
    if isinstance(piece, Proof):
        under = f", under: {plain('; '.join(piece.under))}" if piece.under else ""
        inside = f"<p><b>Proof{under}.</b> {marked(piece.argument)}</p>"
        inside += _certificates(piece.certificates)
    elif isinstance(piece, Measurement):
        inside = _measurement(piece)
    elif isinstance(piece, Unchecked):
        inside = f"<p><b>Not checked here.</b> It needs {plain(piece.needs)}.</p>"
        if piece.command:
            inside += shell(piece.command)
    else:
        name = "Counterexample" if isinstance(piece, Refutation) else "Outside the hypothesis"
        relation = piece.relation
        inside = (
            f"<p><b>{name}.</b> {plain(piece.case)}. Stated: {plain(piece.stated)}. Exactly: "
            f"<code>{plain(as_text(relation.left))} {plain(relation.operator)} "
            f"{plain(as_text(relation.right))}</code> is false. Smallest: {plain(piece.minimal)}."
            "</p>"
        )
    if piece.found:
        pairs = "".join(
            f"<div><dt>{plain(name)}</dt><dd>{plain(as_text(value))}</dd></div>"
            for name, value in piece.found.items()
        )
        inside += f"<dl>{pairs}</dl>"
    return f'<div class="evidence">{inside}</div>'


def _measurement(piece: Measurement) -> str:
    low, high = piece.interval
    number = as_text(piece.value).replace("-", "−")
    if low < high:
        ends = f"{as_text(low)} to {as_text(high)}".replace("-", "−")
        number += f' <span class="interval">95 % interval {ends}</span>'
    agrees = "agrees" if piece.agrees else "does not agree"
    return (
        f"<p><b>Measured, {agrees}.</b> {plain(piece.quantity)}:</p>"
        f'<p class="number">{number}</p><p class="note">{plain(piece.provenance)}.</p>'
    )


def _certificates(certificates: Sequence[Certificate]) -> str:
    """List certificates; those of one kind about a range of K take one line."""
    lines = [str(c) for c in certificates if not c.finite or isinstance(c, Exact)]
    single = [c for c in certificates if c.finite and not isinstance(c, Exact)]
    if single:
        first, last = single[0], single[-1]
        lines.append(
            f"{first.kind}: {len(single)} certificates, from {first.statement} ({first.note}) to "
            f"{last.statement} ({last.note})"
        )
    items = "".join(f"<li>{plain(line)}</li>" for line in lines)
    count = len(certificates)
    what = "1 certificate, verified" if count == 1 else f"{count} certificates, each verified"
    return f"<details><summary>{what} again</summary><ul>{items}</ul></details>"

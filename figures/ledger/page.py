"""The ledger's pages, rendered from recomputed evidence: what is read first, and each room."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib import import_module
from importlib.metadata import version
from pathlib import PurePosixPath

from figures.drawing.templates import environment
from figures.measured import MeasuredClaim, brief, written
from theory.formal import theorems
from theory.formal.page import prose
from theory.proofs.evidence import Evidence, Refutation, Verdict, as_text
from theory.proofs.ledger import Claim, Group, Result
from theory.proofs.verify import summary

PAGE = "paper_checks.md"
ROOMS = "docs/claims"
"""The folder of the rooms' pages, as seen from the front page."""

MEANING: dict[Verdict, str] = {
    Verdict.PROVED: "true as stated, for all parameters",
    Verdict.PROVED_WITH: "true under the hypothesis or reading that the row names",
    Verdict.REFUTED: "false: the row has a smallest exact counterexample",
    Verdict.MEASURED: "an experiment, with its numbers and interval",
    Verdict.NOT_CHECKED: "not checked here: the row says what it would need",
}

ASSURANCE: dict[str, str] = {
    "formal": "a proof assistant's kernel has checked the formal statements that the row shows; "
    "they may be a part of what it says",
    "certificates": "each step is verified again at each run; what joins the steps is prose",
    "exact case": "one case in exact arithmetic, which is enough to refute",
    "measured": "an experiment",
}
"""What a verdict can rest on, from the strongest on."""

FINDINGS: tuple[tuple[str, ...], ...] = (
    ("III.1",),
    ("III.2-linear", "III.2-continuous"),
    ("Eq3",),
    ("IV.1-limit", "IV.1-zero"),
    ("IV.1-monotone",),
    ("IV.2-lower", "IV.2-upper", "IV.2-closed-form"),
    ("IV.3", "IV.3-condition"),
    ("V.B-monotone", "Fig4-smooth"),
    ("Fig3-minimum", "Fig3-vanilla", "Fig3-ablation"),
    ("Table1-intervals", "Table1-network"),
)
"""The ten findings: the rows that each is told by."""

MARKS = "<!-- findings -->\n", "<!-- end of the findings -->\n"
QUOTED = {"README.md": f"{ROOMS}/", "docs/index.md": "claims/"}
"""Pages that have the findings between these marks, and how their links begin."""

_NUMBERED = re.compile(r"Definition|Lemma|Theorem|Eqs?\.")
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


def anchor(key: str) -> str:
    """Return the anchor of a claim's section."""
    return re.sub(r"[^a-z0-9-]", "", key.lower())


def command(claim: Claim) -> str:
    """Return the command that recomputes the evidence of a claim."""
    door = "figures claims" if isinstance(claim, MeasuredClaim) else "theory"
    return f"python -m {door} {claim.id}"


def home(claim: Claim) -> str:
    """Return the package that a claim stands in: ``"theory.mixup"``."""
    return ".".join(PurePosixPath(claim.place[0]).parts[:2])


def room(claim: Claim) -> str:
    """Return the name of the page that has a claim."""
    floor, _, name = home(claim).partition(".")
    return name if floor == "theory" else f"measured-{name}"


def pieces(result: Result) -> Iterator[tuple[Evidence, str]]:
    """Yield what was found, each piece with the form of the number that it measures."""
    forms = [question.digits for question in getattr(result.claim, "questions", ())]
    for place, piece in enumerate(result.evidence):
        yield piece, forms[place] if forms else "{:.6g}"


def counterexample(result: Result) -> str:
    """Return the first counterexample in one line; empty if the claim is not refuted."""
    for piece in result.evidence:
        if isinstance(piece, Refutation):
            relation = piece.relation
            left, right = as_text(relation.left), as_text(relation.right)
            return f"{piece.case}: {left} {relation.operator} {right} is false"
    return ""


def check(results: Iterable[Result]) -> None:
    """Refuse to render what is not as recorded."""
    wrong = [result.claim.id for result in results if not result.agrees]
    if wrong:
        message = f"results must be as recorded; got another verdict for {', '.join(wrong)}"
        raise ValueError(message)


def groups(results: Iterable[Result]) -> dict[Group, list[Result]]:
    """Sort results by whose statement it is: the paper's first, each counted by itself."""
    results = list(results)
    found = {group: [r for r in results if r.claim.group is group] for group in Group}
    return {group: rows for group, rows in found.items() if rows}


def findings(results: Iterable[Result]) -> list[list[Result]]:
    """Return the rows that tell the ten findings; those that were not recomputed are left out."""
    known = {result.claim.id: result for result in results}
    return [rows for keys in FINDINGS if (rows := [known[key] for key in keys if key in known])]


CLAIM_FILTERS: dict[str, Callable[..., object]] = {
    "anchor": anchor,
    "brief": brief,
    "command": command,
    "exact": as_text,
    "kind": lambda piece: type(piece).__name__,
    "pieces": pieces,
    "theorem": lambda name: theorems()[name],
    "written": written,
}
"""What pages say of claims and their evidence."""

TEMPLATES = environment(
    "figures.ledger",
    CLAIM_FILTERS
    | {
        "capital": lambda text: text[:1].upper() + text[1:],
        "counterexample": counterexample,
        "mathematics": github_mathematics,
        "prose": prose,
        "room": room,
        # Markdown is not to read stars, underscores and brackets in plain text.
        "text": lambda text: re.sub(r"([\\`*_\[\]<>|~$])", r"\\\1", text),
    },
)


def _fill(template: str, **values: object) -> str:
    return TEMPLATES.get_template(template).render(values)


def quotation(results: Iterable[Result], folder: str) -> str:
    """Render the ten findings as a list; `folder` is where the rooms' pages are seen."""
    return _fill("findings.md.jinja", findings=findings(results), folder=folder)


def renewed(page: str, results: Iterable[Result], folder: str) -> str:
    """Return a page with the findings between its marks renewed; without marks, as it is."""
    first, last = MARKS
    before, begins, rest = page.partition(first)
    _, ends, after = rest.partition(last)
    if not (begins and ends):
        return page
    return f"{before}{first}\n{quotation(results, folder)}{last}{after}"


def is_numbered(claim: Claim) -> bool:
    """Whether a claim is a numbered statement of the paper."""
    return claim.group is Group.PAPER and _NUMBERED.match(claim.source) is not None


def render(results: Sequence[Result]) -> str:
    """Render the front page."""
    check(results)
    numbered = [result for result in results if is_numbered(result.claim)]
    return _fill(
        "page.md.jinja",
        findings=quotation(results, f"{ROOMS}/"),
        groups={group: summary(rows) for group, rows in groups(results).items()},
        formal=sum(result.claim.assurance == "formal" for result in numbered),
        numbered=numbered,
        rooms=_rooms(result for result in results if result not in numbered),
        folder=f"{ROOMS}/",
        up="",
        meanings=MEANING,
        assurances=ASSURANCE,
        provenance=provenance(),
    )


def render_rooms(results: Sequence[Result]) -> dict[str, str]:
    """Render the page of each room, by its path."""
    check(results)
    return {
        f"{ROOMS}/{room(rows[0].claim)}.md": _fill(
            "room.md.jinja",
            title=title,
            results=rows,
            rooms={key: room(result.claim) for result in results for key in (result.claim.id,)},
            page=PAGE,
            up="../../",
        )
        for title, rows in _rooms(results).items()
    }


def _rooms(results: Iterable[Result]) -> dict[str, list[Result]]:
    """Sort results by room, each under the title that its package has."""
    found: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        found[home(result.claim)].append(result)
    titles = {package: import_module(package).__doc__ or package for package in found}
    return {titles[key].partition("\n")[0].rstrip("."): rows for key, rows in found.items()}


def provenance() -> str:
    """Return the line that says what rendered the page."""
    # No versions of libraries: the same claims are the same page on every machine.
    return (
        "Generated by `python -m figures ledger`, never edited by hand, with local-mixup "
        f"{version('local-mixup')}. Measured rows name the run behind them, whose versions stand "
        "beside it in `figures/data/`."
    )

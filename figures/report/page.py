"""The report: one page with every claim, what shows it, and sliders to move K and eps."""

import json
import time
from collections import Counter, defaultdict
from collections.abc import Sequence

from markupsafe import Markup

from figures.catalogue import Gallery
from figures.drawing.options import Options
from figures.drawing.templates import environment
from figures.ledger.page import ASSURANCE, CLAIM_FILTERS, MEANING, check, findings, groups
from figures.report import graph, svg
from figures.report.exhibits import TITLES, figures_of
from figures.report.origins import duration, seeds, stored_runs, versions
from figures.report.sliders import k_slider, q_slider, thresholds
from figures.report.text import marked
from theory import Verdict
from theory.proofs.certificates import Certificate, Exact
from theory.proofs.ledger import Result
from theory.proofs.verify import summary

LARGEST = 5_000_000
"""Bytes that the page stays under."""

NAMES: dict[Verdict, str] = {
    Verdict.PROVED: "proved",
    Verdict.PROVED_WITH: "proved under a hypothesis",
    Verdict.REFUTED: "refuted",
    Verdict.MEASURED: "measured",
    Verdict.NOT_CHECKED: "not checked",
}


def certificate_lines(certificates: Sequence[Certificate]) -> list[str]:
    """List certificates; a run of one kind about a range of K takes one line."""
    lines = [str(c) for c in certificates if not c.finite or isinstance(c, Exact)]
    single = [c for c in certificates if c.finite and not isinstance(c, Exact)]
    if single:
        first, last = single[0], single[-1]
        lines.append(
            f"{first.kind}: {len(single)} certificates, from {first.statement} ({first.note}) to "
            f"{last.statement} ({last.note})"
        )
    return lines


TEMPLATES = environment(
    "figures.report",
    CLAIM_FILTERS
    | {
        "css": lambda verdict: verdict.value.lower().replace("_", "-"),
        "lines": certificate_lines,
        "marked": lambda text: Markup(marked(text)),
        "minus": lambda text: text.replace("-", "−"),
        "short": lambda number: f"{number:g}".replace("-", "−"),
    },
    html=True,
)
TEMPLATES.globals |= {
    "assurances": ASSURANCE,
    "figures_of": figures_of,
    "meanings": MEANING,
    "names": NAMES,
    "titles": defaultdict(str, TITLES),
}


def render(
    results: Sequence[Result],
    options: Options,
    gallery: Gallery | None = None,
    *,
    rechecks: Sequence[str] = (),
) -> str:
    """Render the report."""
    check(results)
    clock = time.perf_counter()
    times = {"evidence of all claims, added up": sum(result.seconds for result in results)}
    gallery = gallery or Gallery()
    gallery.complete(options)
    drawings = {name: svg.render(drawing, name) for name, drawing in gallery.drawings.items()}
    times["figures"] = time.perf_counter() - clock
    clock = time.perf_counter()
    data = {
        "neighbours": k_slider.data(options),
        "thresholds": thresholds.data(options),
        "jumps": q_slider.data(options),
    }
    times["data of the sliders"] = time.perf_counter() - clock
    page = TEMPLATES.get_template("template.html").render(
        style=resource("style.css"),
        script=resource("script.js"),
        data=embedded(data),
        results=results,
        counts=Counter(result.claim.verdict for result in results),
        groups={group: summary(rows) for group, rows in groups(results).items()},
        findings=findings(results),
        graph=graph.draw([result.claim for result in results]),
        box=(graph.WIDTH, graph.HEIGHT),
        drawings=drawings,
        missing=gallery.missing,
        origins={
            "Versions": versions(),
            "Seeds": seeds(options.seed),
            "Times": {name: duration(seconds) for name, seconds in times.items()},
        },
        stored=stored_runs(options.data),
        rechecks=rechecks,
    )
    size = len(page.encode())
    if size >= LARGEST:
        message = f"the page must stay under {LARGEST} bytes, got {size}"
        raise ValueError(message)
    return page


def resource(name: str) -> str:
    """Read a file that comes with this package, as it is."""
    loader = TEMPLATES.loader
    return loader.get_source(TEMPLATES, name)[0] if loader else ""


def embedded(data: object) -> str:
    """Write data so that they can stand in a page."""
    text = json.dumps(data, separators=(",", ":"), allow_nan=False, ensure_ascii=False)
    return text.replace("<", "\\u003c")

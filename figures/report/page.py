"""The report: one page with every claim, what shows it, and sliders to move K and eps."""

from __future__ import annotations

import json
import time
from collections import Counter
from importlib import resources
from string import Template
from typing import TYPE_CHECKING

from figures.drawing.gallery import Gallery
from figures.ledger.page import MEANING
from figures.report import svg
from figures.report.claims import NAMES, css_class, row, sign
from figures.report.exhibits import TITLES
from figures.report.origins import section
from figures.report.sliders import k_slider as neighbours
from figures.report.sliders import q_slider as jumps
from figures.report.sliders import thresholds
from figures.report.text import plain
from theory import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from figures.drawing.options import Options
    from theory.proofs.ledger import Result

LARGEST = 5_000_000
"""Bytes that the page stays under."""


def resource(name: str) -> str:
    """Read a file that comes with this package."""
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")


def render(
    results: Sequence[Result],
    options: Options,
    gallery: Gallery | None = None,
    *,
    rechecks: Sequence[str] = (),
) -> str:
    """Render the report."""
    wrong = [result.claim.id for result in results if not result.agrees]
    if wrong:
        message = f"results must be as recorded; got another verdict for {', '.join(wrong)}"
        raise ValueError(message)
    clock = time.perf_counter()
    times = {"evidence of all claims, added up": sum(result.seconds for result in results)}
    gallery = gallery or Gallery()
    gallery.complete(options)
    contents = {name: svg.render(d.figure, name) for name, d in gallery.drawings.items()}
    times["figures"] = time.perf_counter() - clock
    clock = time.perf_counter()
    data = {
        "neighbours": neighbours.data(options),
        "thresholds": thresholds.data(options),
        "jumps": jumps.data(options),
    }
    times["data of the sliders"] = time.perf_counter() - clock
    shown = {
        name: ((width, height), gallery.drawings[name].caption)
        for name, (_, width, height) in contents.items()
    }
    counts = Counter(result.claim.verdict for result in results)
    page = Template(resource("template.html")).substitute(
        style=resource("style.css"),
        script=resource("script.js"),
        data=embedded(data),
        total=len(results),
        summary=_summary(counts),
        beyond=sum("not in the paper" in result.claim.source for result in results),
        bar=_bar(counts),
        filters=_filters(counts),
        rows="\n".join(row(result, shown) for result in results),
        figures="\n".join(_figure(name, shown[name], contents[name][0]) for name in contents),
        missing="".join(
            f"<p>Not drawn here: “{plain(name)}”, as {plain(why)}</p>"
            for name, why in gallery.missing.items()
        ),
        neighbours=_static("tradeoff", shown),
        thresholds=_static("fig3", shown),
        jumps=_static("fig4", shown),
        origins=section(options.data, options.seed, times, list(rechecks)),
    )
    size = len(page.encode())
    if size >= LARGEST:
        message = f"the page must stay under {LARGEST} bytes, got {size}"
        raise ValueError(message)
    return page


def embedded(data: object) -> str:
    """Write data so that they can stand in a page."""
    text = json.dumps(data, separators=(",", ":"), allow_nan=False, ensure_ascii=False)
    return text.replace("<", "\\u003c")


def _summary(counts: Mapping[Verdict, int]) -> str:
    *most, last = [f"{counts.get(verdict, 0)} are {name}" for verdict, name in NAMES.items()]
    return f"{', '.join(most)}, and {last}"


def _bar(counts: Mapping[Verdict, int]) -> str:
    parts = "".join(
        f'<span class="{css_class(verdict)}" style="flex-grow:{counts.get(verdict, 0)}"></span>'
        for verdict in Verdict
        if counts.get(verdict, 0)
    )
    return f'<div class="bar" aria-hidden="true">{parts}</div>'


def _filters(counts: Mapping[Verdict, int]) -> str:
    return "".join(
        f'<label class="filter {css_class(verdict)}">'
        f'<input type="checkbox" name="verdict" value="{verdict}">'
        f'<span class="count">{counts.get(verdict, 0)}</span>'
        f'<span class="name">{sign(verdict)}{name}</span>'
        f'<span class="meaning">{plain(MEANING[verdict])}</span></label>'
        for verdict, name in NAMES.items()
    )


def _figure(name: str, shown: tuple[tuple[float, float], str], content: str) -> str:
    size, text = shown
    title = plain(TITLES.get(name, name))
    return (
        f'<figure id="{name}"><h3>{title}</h3>{svg.element(name, size, text, content)}'
        f"<figcaption>{plain(text)} <code>python -m figures draw {plain(name)}</code></figcaption>"
        "</figure>"
    )


def _static(name: str, shown: Mapping[str, tuple[tuple[float, float], str]]) -> str:
    """Return what stands where a slider would be, without JavaScript."""
    if name not in shown:
        return ""
    size, text = shown[name]
    return (
        f'<figure class="small">{svg.element(name, size, text)}<figcaption>{plain(text)}'
        "</figcaption></figure>"
    )

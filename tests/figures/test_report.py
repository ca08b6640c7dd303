"""The report without a browser: what is embedded, well-formed and named, and its numbers."""

import json
import re
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from html import escape, unescape
from html.parser import HTMLParser
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from figures.catalogue import FIGURES, Gallery
from figures.drawing.options import Options
from figures.drawing.save import Drawing
from figures.drawing.stored import DATA
from figures.drawing.style import column_figure
from figures.ledger import LEDGER
from figures.ledger.page import FINDINGS, anchor, command
from figures.measured import brief
from figures.measured.retrained import Retrained
from figures.report import graph, render
from figures.report.exhibits import SHOWN, TITLES, figures_of
from figures.report.origins import duration, stored_runs
from figures.report.page import LARGEST, TEMPLATES, embedded
from figures.report.text import marked, mathml
from tests.commands import Output
from tests.figures.report_build import LABEL, OPTIONS, RECHECKED
from tests.figures.report_build import data as slider_data
from tests.figures.report_build import page as build
from theory import Claim, Result, Verdict
from theory.formal import theorems
from theory.proofs.evidence import Proof, as_text
from theory.proofs.ledger import Group

FORMULA = re.compile(r"\$([^$]+)\$")
EMPTY = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "wbr"}
NAMED = {"img", "group"}  # a group has links in it, which a picture hides
LOADS = {"src", "srcset", "data", "action", "poster", "background", "formaction"}


class Elements(HTMLParser):
    """Every element with its attributes and the text directly inside it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.unmatched: list[str] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1] == tag:
            self.open.pop()
        else:
            self.unmatched.append(tag)

    def handle_data(self, data: str) -> None:
        self.texts.append((self.open[-1] if self.open else "", data))


@cache
def elements(page: str) -> Elements:
    return Elements(page)


def outside(page: str) -> list[str]:
    """What a browser would ask a network for."""
    parsed = elements(page)
    found = [tag for tag, _ in parsed.found if tag in {"link", "iframe", "object", "embed", "base"}]
    for tag, attributes in parsed.found:
        for name, value in attributes.items():
            local = value.startswith(("#", "data:"))
            if (name in LOADS or (name.endswith("href") and tag != "a")) and not local:
                found.append(f"{tag} {name}={value}")
            if name == "href" and tag == "a" and not local:
                found.append(f"{tag} {name}={value}")
            found += [
                f"{tag} {name}"
                for url in re.findall(r"url\(\s*['\"]?([^)]*)", value)
                if url[0] != "#"
            ]
    for inside, text in parsed.texts:
        if inside == "style":
            found += re.findall(r"@import|url\([^)]*\)", text)
        if inside == "script":
            found += re.findall(r"\bfetch\(|XMLHttpRequest|\bimport\s*\(|WebSocket|https?://", text)
    return found


def ids(page: str) -> list[str]:
    return [a["id"] for _, a in elements(page).found if "id" in a]


def dangling(page: str) -> set[str]:
    """References to ids that are not on the page."""
    wanted: set[str] = set()
    for _, attributes in elements(page).found:
        for name, value in attributes.items():
            if name in {"for", "aria-labelledby", "aria-describedby"}:
                wanted |= set(value.split())
            elif name == "href" and value.startswith("#"):
                wanted.add(value[1:])
            else:
                wanted |= set(re.findall(r"url\(#([^)]+)\)", value))
    return wanted - set(ids(page))


def unnamed(page: str) -> int:
    """How many pictures have no alternative text."""
    pictures = [a for tag, a in elements(page).found if tag in {"svg", "canvas", "img"}]
    return sum(
        not (a.get("aria-hidden") == "true" or (a.get("role") in NAMED and a.get("aria-label")))
        for a in pictures
    )


def rows(page: str) -> dict[str, str]:
    """The row of each claim, by its anchor."""
    found = re.findall(r'(?s)<tr role="row" id="([^"]+)"(.*?)</tr>\n?(?=<tr role|</tbody>)', page)
    return dict(found)


@pytest.fixture(scope="module")
def results(recompute: Callable[[str], Result]) -> list[Result]:
    return [recompute(key) for key in LEDGER]


@pytest.fixture(scope="module")
def page(recompute: Callable[[str], Result]) -> str:
    return build(recompute)


def test_page_is_one_file_that_asks_nothing_of_a_network(page: str) -> None:
    assert outside(page) == []
    assert "default-src 'none'" in page


@pytest.mark.parametrize(
    "added",
    [
        '<link rel="stylesheet" href="style.css">',
        '<img src="https://example.org/a.png" alt="">',
        "<style>p{background:url(a.png)}</style>",
        "<script>fetch('a.json')</script>",
        '<a href="https://example.org">out</a>',
        '<svg><image href="a.png"/></svg>',
    ],
)
def test_what_comes_from_elsewhere_is_found(added: str) -> None:
    assert outside(f"<p>{added}</p>")


def test_elements_are_closed_in_the_order_in_which_they_are_opened(page: str) -> None:
    assert elements(page).unmatched == []
    assert elements(page).open == []
    assert Elements("<p><b>x</p></b>").unmatched


def test_page_is_small(page: str, results: list[Result], monkeypatch: pytest.MonkeyPatch) -> None:
    assert 1_000_000 < len(page.encode()) < LARGEST == 5_000_000
    monkeypatch.setattr("figures.report.page.LARGEST", 10_000)
    monkeypatch.setattr("figures.catalogue.FIGURES", {})
    with pytest.raises(ValueError, match="must stay under 10000 bytes"):
        render(results[:1], OPTIONS)


def test_ids_are_unique_and_references_lead_somewhere(page: str) -> None:
    assert len(ids(page)) == len(set(ids(page)))
    # What the script makes is not there yet.
    assert dangling(page) == set()
    assert dangling('<a href="#x">x</a><p id="y">') == {"x"}


def test_pictures_have_alternative_texts(page: str) -> None:
    assert unnamed(page) == 0
    assert unnamed('<svg role="img"></svg><canvas></canvas><svg aria-hidden="true"></svg>') == 2
    labels = [a["aria-label"] for tag, a in elements(page).found if a.get("class") == "drawing"]
    assert len(labels) > 60
    assert all(len(label) > 40 for label in labels)


def test_every_figure_is_there_once_and_shared(page: str) -> None:
    drawn = set(re.findall(r'<g id="figure-([a-z0-9-]+)"', page))
    missing = set(re.findall(r"Not drawn here: “([a-z0-9-]+)”", page))
    assert drawn | missing == set(FIGURES)
    assert not drawn & missing
    assert len(drawn) >= 13
    for name in drawn:
        assert page.count(f'id="figure-{name}"') == 1
        assert name in TITLES
    assert page.count('<use href="#figure-tradeoff"/>') > 5


def test_colours_of_figures_are_the_pages_own(page: str) -> None:
    (gallery,) = re.findall(r'<div class="gallery">(.*?)</section>', page, re.DOTALL)
    assert "var(--ink,#000000)" in gallery
    assert not re.search(r"(?<!,)#(000000|ffffff|0072b2)", gallery)


def test_findings_and_sliders_come_before_the_claims(page: str) -> None:
    sections = re.findall(r'<section id="([a-z0-9-]+)"', page)
    assert sections == [
        "findings",
        "move-k",
        "figure-3",
        "figure-4",
        "claims",
        "graph",
        "figures",
        "origins",
    ]
    assert page.index('name="verdict"') > page.index('id="claims"')


def test_findings_are_told_by_rows(page: str, results: list[Result]) -> None:
    (section,) = re.findall(r'<section id="findings".*?</section>', page, re.DOTALL)
    known = {result.claim.id: result for result in results}
    told = section.split("<li>")[1:]
    assert len(told) == len(FINDINGS) == 10
    for text, keys in zip(told, FINDINGS, strict=True):
        assert re.findall(r'href="#([^"]+)"', text) == [anchor(key) for key in keys]
        for key in keys:
            assert brief(known[key]) in unescape(text)


def test_groups_are_counted_apart(page: str, results: list[Result]) -> None:
    lines = re.findall(r"<li>([A-Z][a-z ]+): (\d+) claims: ", page)
    counts = Counter(result.claim.group for result in results)
    assert lines == [(group.capitalize(), str(counts[group])) for group in Group]


def _claims(*uses: tuple[str, tuple[str, ...]]) -> list[Claim]:
    return [replace(LEDGER["III.1"], id=key, uses=below) for key, below in uses]


def test_graph_has_each_claim_right_of_what_it_uses() -> None:
    drawn = graph.draw(list(LEDGER.values()))
    boxes = {box.id: box for box in drawn.boxes}
    linked = {key for key, claim in LEDGER.items() if claim.uses}
    assert set(boxes) == linked.union(*(LEDGER[key].uses for key in linked))
    for key in linked:
        for below in LEDGER[key].uses:
            assert boxes[key].x >= boxes[below].x + graph.STEP
    places = [(box.x, box.y) for box in drawn.boxes]
    for (x, y), (u, v) in combinations(places, 2):
        assert x != u or abs(y - v) >= graph.LINE - 1e-9, "boxes do not overlap"
    assert max(x for x, _ in places) + graph.WIDTH == drawn.width
    assert max(y for _, y in places) + graph.HEIGHT <= drawn.height


def test_graph_leaves_out_what_follows_and_keeps_apart_what_is_apart() -> None:
    drawn = graph.draw(
        _claims(
            ("a", ()), ("b", ("a",)), ("c", ("a", "b")), ("alone", ()), ("d", ()), ("e", ("d",))
        )
    )
    assert [box.id for box in drawn.boxes] == ["a", "b", "c", "d", "e"]
    assert len(drawn.paths) == 3
    rows = {box.id: box.y for box in drawn.boxes}
    assert rows["a"] == rows["b"] == rows["c"] < rows["d"] == rows["e"]
    assert graph.draw(_claims(("alone", ()))).boxes == ()


def test_graph_is_on_the_page_and_leads_to_the_rows(page: str) -> None:
    (section,) = re.findall(r'<section id="graph".*?</section>', page, re.DOTALL)
    drawn = graph.draw(list(LEDGER.values()))
    assert re.findall(r'<a href="#([^"]+)"', section) == [anchor(box.id) for box in drawn.boxes]
    assert section.count("<path") == len(drawn.paths)
    for box in drawn.boxes:
        assert f">{box.id}</text>" in section


@pytest.mark.parametrize("key", LEDGER)
def test_formulas_become_well_formed_mathml(key: str, recompute: Callable[[str], Result]) -> None:
    result = recompute(key)
    texts = [result.claim.statement, result.claim.sharper]
    texts += [piece.argument for piece in result.evidence if isinstance(piece, Proof)]
    for text in texts:
        for formula in FORMULA.findall(text):
            root = ET.fromstring(mathml(formula))
            assert root.tag == "math"
            (annotation,) = root.iter("annotation")
            assert annotation.get("encoding") == "application/x-tex"
            assert annotation.text == formula
            assert not [node for node in root.iter() if node.tag == "merror"]
        # All the rest is well-formed too, and no dollar is left over.
        assert "$" not in re.sub(r"<annotation.*?</annotation>", "", marked(text))
        ET.fromstring(f"<p>{marked(text)}</p>")


@pytest.mark.parametrize("formula", [r"\nosuchthing", r"\frac{1}", "{"])
def test_formulas_that_are_none_are_refused(formula: str) -> None:
    with pytest.raises(ValueError, match="formula must be LaTeX"):
        mathml(formula)


def test_little_markdown_is_read_and_all_else_escaped() -> None:
    assert marked("a<b & `c<d` **e** *f* g*h*i f* k*") == (
        "a&lt;b &amp; <code>c&lt;d</code> <strong>e</strong> <em>f</em> g*h*i f* k*"
    )
    assert "<script" not in marked("$x<y$ <script>")


def test_every_claim_has_its_row_with_all_that_was_found(page: str, results: list[Result]) -> None:
    found = rows(page)
    assert list(found) == [anchor(result.claim.id) for result in results]
    for result in results:
        claim, text = result.claim, unescape(found[anchor(result.claim.id)])
        assert f'data-verdict="{claim.verdict}"' in text
        assert claim.title in text
        assert claim.source in text
        bare = re.sub(r"</?span>", "", text)
        assert command(claim) in bare
        assert claim.place[0] in text
        for key in claim.uses:
            assert f'<a href="#{anchor(key)}">{key}</a>' in text
        for name in claim.formal:
            assert theorems()[name].statement in text
        if claim.verdict in {Verdict.PROVED, Verdict.REFUTED}:
            assert f'<span class="assurance">{claim.assurance}</span>' in text
        for piece in result.evidence:
            for name, value in piece.found.items():
                assert f"<dt>{name}</dt><dd>{as_text(value)}</dd>" in text
        formulas = FORMULA.findall(f"{claim.statement} {claim.sharper}")
        annotations = re.findall(r"<annotation[^>]*>(.*?)</annotation>", text, re.DOTALL)
        assert annotations[: len(formulas)] == formulas
    # A row is not another's.
    assert "python -m theory IV.2-lower" not in re.sub(r"</?span>", "", found["iv2-upper"])


def test_verdicts_are_counted(page: str, results: list[Result]) -> None:
    counts = Counter(result.verdict for result in results)
    shown = re.findall(r'value="([A-Z_]+)"><span class="count">(\d+)<', page)
    assert {name: int(count) for name, count in shown} == {v: counts[v] for v in Verdict}
    assert sum(counts.values()) == len(LEDGER)
    assert Counter(re.findall(r'data-verdict="([A-Z_]+)"', page)) == +counts


def test_figures_are_named_by_patterns_that_fit() -> None:
    for pattern, names in SHOWN:
        assert set(names) <= set(FIGURES)
        assert [key for key in LEDGER if re.fullmatch(pattern, key)], pattern
    assert figures_of("IV.1-monotone", FIGURES) == ["tradeoff"]
    assert figures_of("IV.1-monotone", {}) == []
    assert figures_of("no claim", FIGURES) == []


def test_a_verdict_that_is_not_as_recorded_is_refused(results: list[Result]) -> None:
    wrong = replace(results[0], verdict=Verdict.REFUTED)
    assert not wrong.agrees
    with pytest.raises(ValueError, match=f"another verdict for {wrong.claim.id}"):
        render([wrong], OPTIONS)


def test_texts_of_a_claim_are_escaped(results: list[Result]) -> None:
    claim = replace(results[0].claim, title="<i>&", hypotheses=("<u>",), result="a<b", source='"<')
    rows: Any = TEMPLATES.get_template("claims.html").module
    text = str(rows.row(replace(results[0], claim=claim), {}))
    assert "&lt;i&gt;&amp;" in text
    assert "&lt;u&gt;" in text
    assert "<i>" not in text
    assert "<u>" not in text
    assert "A&lt;b" in text


def test_texts_of_a_user_are_escaped(page: str) -> None:
    assert LABEL not in page
    assert slider_data()["neighbours"]["signals"][0]["label"] == LABEL
    assert escape(RECHECKED) in page


def test_the_page_has_the_data_of_the_sliders(page: str) -> None:
    (text,) = re.findall(r'(?s)<script type="application/json" id="data">(.*?)</script>', page)
    assert json.loads(text) == slider_data()


def test_data_cannot_end_their_element() -> None:
    hostile = {"a": "</script><!-- <script>"}
    assert "<" not in embedded(hostile)
    assert json.loads(embedded(hostile)) == hostile
    with pytest.raises(ValueError, match="not JSON compliant"):
        embedded([float("nan")])


def test_versions_seeds_and_times_are_said(page: str) -> None:
    (section,) = re.findall(r'<section id="origins".*?</section>', page, re.DOTALL)
    for text in ("math-core", "numpy", "sympy", str(OPTIONS.seed), "evidence of all claims"):
        assert text in section
    known = stored_runs(DATA)
    files = {run["file"] for run in known}
    assert {"regions.json", "lipschitz-digits.json", "spirals-released-paper.json"} <= files
    for run in known:
        assert escape(run["command"]) in section
        assert all(run.values())


def test_times_are_written_for_a_reader() -> None:
    assert [duration(s) for s in (0.04, 119, 600, 1e4)] == ["0.0 s", "119.0 s", "10 min", "2.8 h"]


def test_report_shares_the_ledger_and_the_figures(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, results: list[Result], output: Output
) -> None:
    calls: list[str] = []

    def verified(jobs: int) -> list[Result]:
        calls.append(f"ledger with {jobs}")
        return results[:1]

    def trained(_: Path, jobs: int) -> list[Retrained]:
        return [Retrained(f"trained with {jobs}", np.ones(2), np.ones(2), 1.0)]

    def drawn(_: Options) -> Drawing:
        calls.append("figure")
        return Drawing(column_figure(1), ("x",), [(1,)], "A caption.")

    monkeypatch.setattr("figures.commands.ledger.verify_all", verified)
    monkeypatch.setattr("figures.commands.recheck.RECHECKS", {"spirals": trained})
    monkeypatch.setattr("figures.commands.all.FIGURES", {"fig2": drawn})
    monkeypatch.setattr("figures.catalogue.FIGURES", {"fig2": drawn})
    monkeypatch.setattr("figures.report.page.k_slider.data", lambda _: {})
    page, ledger = tmp_path / "new" / "report.html", tmp_path / "page.md"
    output("figures --jobs 1 --out", page.parent, "--page", ledger)
    assert calls == ["figure", "ledger with 1"]
    assert ledger.exists()
    assert 'id="figure-fig2"' in page.read_text(encoding="utf-8")
    assert "trained with 1: the stored errors still come out" in page.read_text(encoding="utf-8")


def test_gallery_says_what_it_misses(tmp_path: Path) -> None:
    gallery = Gallery({name: Drawing(column_figure(1), (), [], "") for name in FIGURES})
    del gallery.drawings["fig3"]
    gallery.complete(Options(data=tmp_path))
    assert set(gallery.missing) == {"fig3"}
    assert "fig3 needs runs" in gallery.missing["fig3"]

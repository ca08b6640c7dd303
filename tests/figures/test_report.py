"""The report without a browser: what is embedded, well-formed and named, and its numbers."""

import base64
import json
import re
import xml.etree.ElementTree as ET
from base64 import b64decode
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from html import escape, unescape
from html.parser import HTMLParser
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from figures.catalogue import FIGURES
from figures.drawing.gallery import Gallery
from figures.drawing.options import Options
from figures.drawing.save import Drawing
from figures.drawing.stored import DATA
from figures.drawing.style import column_figure
from figures.ledger import LEDGER
from figures.ledger.page import FINDINGS, anchor, command
from figures.lipschitz.curves import DIGITS
from figures.lipschitz.curves import read as read_curve
from figures.measured import brief
from figures.measured.retrained import Retrained
from figures.report import graph, render
from figures.report.exhibits import SHOWN, TITLES, figures_of
from figures.report.origins import duration, stored_runs
from figures.report.page import LARGEST, embedded, row
from figures.report.sliders import encoding as packing
from figures.report.sliders import k_slider as neighbours
from figures.report.sliders import q_slider as jumps
from figures.report.sliders import regions, thresholds
from figures.report.text import marked, mathml
from figures.spirals.boundaries import GRID, SEED, train
from figures.spirals.stored import STUDIES, read_all
from numerics import lattice, lipschitz, signals, statistics, tradeoff
from numerics.experiments.two_spirals.settings import PRESETS
from numerics.lattice.readings import READINGS, Reading
from tests.commands import Output
from tests.figures.report_build import LABEL, OPTIONS, RECHECKED
from tests.figures.report_build import page as build
from theory import Claim, Result, Verdict
from theory.formal import theorems
from theory.proofs.evidence import Proof, as_text
from theory.proofs.ledger import Group

FORMULA = re.compile(r"\$([^$]+)\$")
EMPTY = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "wbr"}
NAMED = {"img", "group"}  # a group has links in it, which a picture hides
LOADS = {"src", "srcset", "data", "action", "poster", "background", "formaction"}


def unpack(packed: packing.Packed) -> Any:
    """Unpack an array, as the page's script does."""
    levels = np.frombuffer(base64.b64decode(str(packed["data"])), "<u2").astype(np.float64)
    low, high = float(str(packed["low"])), float(str(packed["high"]))
    shape: tuple[int, ...] = tuple(packed["shape"])  # type: ignore[arg-type]
    return (low + (high - low) * levels / packing.LEVELS).reshape(shape)


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


@pytest.fixture(scope="module")
def data(page: str) -> dict[str, Any]:
    (text,) = re.findall(r'(?s)<script type="application/json" id="data">(.*?)</script>', page)
    found: dict[str, Any] = json.loads(text)
    return found


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
    monkeypatch.setattr("figures.drawing.gallery.FIGURES", {})
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
    text = row(replace(results[0], claim=claim), {})
    assert "&lt;i&gt;&amp;" in text
    assert "&lt;u&gt;" in text
    assert "<i>" not in text
    assert "<u>" not in text
    assert "A&lt;b" in text


def test_texts_of_a_user_are_escaped(page: str, data: dict[str, Any]) -> None:
    assert LABEL not in page
    assert data["neighbours"]["signals"][0]["label"] == LABEL
    assert escape(RECHECKED) in page


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


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=20))
def test_packed_arrays_come_back_to_half_a_step(values: list[float]) -> None:
    packed = packing.pack(values)
    step = (max(values) - min(values)) / packing.LEVELS
    off = np.abs(unpack(packed) - values)
    assert off.max() <= step * (0.5 + 1e-9) + 1e-9
    assert unpack(packing.pack(np.ones((2, 3)))).tolist() == np.ones((2, 3)).tolist()


@pytest.mark.parametrize("values", [[], [np.nan], [1.0, np.inf]])
def test_arrays_that_cannot_be_packed_are_refused(values: list[float]) -> None:
    with pytest.raises(ValueError, match="values must be finite numbers"):
        packing.pack(values)


def test_choices_of_K_grow() -> None:
    for n in (1, 5, 48, 256):
        K = neighbours.choices(n)
        assert K[0] == 1
        assert K[-1] == 4 * n
        assert (np.diff(K) > 0).all()
        assert n in K
    assert set(range(1, 17)) <= set(neighbours.choices(256).tolist())
    assert neighbours.choices(256).size < 60


def test_recording_is_one_period_of_a_real_record() -> None:
    potential = neighbours.recording()
    assert potential.shape == (256,)
    assert abs(potential[0] - potential[-1]) < 1
    assert -60 < potential.min() < potential.max() < 10


def test_own_signals_are_taken_if_they_fit() -> None:
    names = [case.name for case in neighbours.cases(OPTIONS)]
    assert names == ["own", "recorded", "bumps", "square", "bridge", "white"]
    assert len(neighbours.cases(Options())) == 5
    for signal in (np.ones(9), np.arange(2000.0)):
        assert len(neighbours.cases(Options(signal=signal))) == 5


@pytest.mark.parametrize("reading", READINGS)
def test_what_moves_with_K_is_what_numerics_says(reading: Reading, data: dict[str, Any]) -> None:
    shown = data["neighbours"]["signals"]
    cases = neighbours.cases(OPTIONS)
    assert [signal["name"] for signal in shown] == [case.name for case in cases]
    for case, signal in zip(cases, shown, strict=True):
        y, K, found = case.values, np.array(signal["K"]), signal["readings"][reading]
        expected = tradeoff.periodic(y, K, reading)
        np.testing.assert_allclose(found["bias2"], expected.bias2, rtol=1e-7)
        np.testing.assert_allclose(found["variance"], expected.variance, rtol=1e-7)
        noisy = tradeoff.noisy(y, case.sigma, K, reading)
        np.testing.assert_allclose(found["risk"], noisy.risk, rtol=1e-7)
        every = tradeoff.noisy(y, case.sigma, np.arange(1, 4 * y.size + 1), reading)
        assert found["best"] == every.best_K
        noise = np.random.default_rng(Options().seed).standard_normal(case.values.size)
        guess = tradeoff.choose(y + case.sigma * noise, K=K, reading=reading)
        np.testing.assert_allclose(found["estimate"], guess.risk, rtol=1e-7)
        assert found["chosen"] == guess.chosen_K
        smoothed = np.array([lattice.smooth(y, int(k), reading) for k in K])
        step = np.ptp(smoothed) / packing.LEVELS
        np.testing.assert_allclose(unpack(found["f"]), smoothed, rtol=0, atol=0.51 * step)
        # The paper's definitions, of the numbers on the page alone.
        again = unpack(found["f"]).var(axis=1)
        np.testing.assert_allclose(again, found["variance"], rtol=1e-3, atol=10 * step**2)
        kernel = data["neighbours"]["kernels"][str(y.size)][reading]
        taps = np.array([lattice.kernel(int(k), reading, y.size // 2 + 1) for k in K])
        np.testing.assert_allclose(kernel["first"], taps[:, 0], rtol=1e-7)
        np.testing.assert_allclose(unpack(kernel["taps"]), taps / taps[:, :1], atol=2e-5)


def test_another_reading_would_be_noticed(data: dict[str, Any]) -> None:
    signal = data["neighbours"]["signals"][1]
    for one, other in pairwise(READINGS):
        first, second = (signal["readings"][name]["bias2"] for name in (one, other))
        assert not np.allclose(first, second, rtol=1e-7)


def test_error_rates_are_those_of_the_stored_runs(data: dict[str, Any]) -> None:
    stored, shown = read_all(), data["thresholds"]["curves"]
    assert [curve["name"] for curve in shown] == [experiment.name for experiment in stored]
    missing = data["thresholds"]["missing"]
    assert len(shown) + len(missing) == len(STUDIES)
    for errors, curve in zip(stored.values(), shown, strict=True):
        order = np.argsort(errors.epsilons)
        given = [np.inf if eps is None else eps for eps in curve["epsilons"]]
        assert given == errors.epsilons[order].tolist()
        for i, percent in enumerate(100 * errors.errors[order]):
            expected = statistics.mean(percent)
            assert curve["mean"][i] == expected.value
            assert (curve["low"][i], curve["high"][i]) == (expected.low, expected.high)
            assert sum(curve["counts"][i]) == percent.size == curve["runs"]
            wide = thresholds.WIDEST / thresholds.BINS
            assert curve["counts"][i][0] == np.count_nonzero(percent < wide)


def test_regions_are_the_kept_ones(data: dict[str, Any]) -> None:
    kept, shown = regions.read(), data["thresholds"]["regions"]
    assert set(shown) == set(kept) == {"printed", "corrected", "released"}
    for preset, found in kept.items():
        assert shown[preset]["errors"] == found.errors.tolist()
        for bits, classes in zip(shown[preset]["bits"], found.classes, strict=True):
            unpacked = np.unpackbits(np.frombuffer(b64decode(bits), np.uint8), count=GRID**2)
            np.testing.assert_array_equal(unpacked.reshape(GRID, GRID), classes)
        samples = regions.data_of(preset)
        for label in (0, 1):
            points = unpack(shown[preset]["samples"][label])
            expected = samples.X_train[samples.labels_train == label]
            np.testing.assert_allclose(points, expected, atol=1e-4)
        # A network that learned nothing would be wrong half the time.
        assert found.errors.max() < 0.45


def test_kept_regions_were_made_with_the_settings_of_today() -> None:
    about = json.loads((DATA / "regions.json").read_text(encoding="utf-8"))
    assert about["command"] == regions.COMMAND
    assert about["seed"] == SEED
    assert about["settings"] == {name: PRESETS[name].to_dict() for name in regions.DRAWN}


def test_regions_are_trained_kept_and_read(tmp_path: Path) -> None:
    path = regions.make(tmp_path, ("corrected",), (3.5,))
    (found,) = regions.read(tmp_path).values()
    (expected,) = train(regions.data_of("corrected"), (3.5,))
    np.testing.assert_array_equal(found.classes[0], expected.classes)
    assert found.errors.tolist() == [expected.error]
    assert found.epsilons.tolist() == [3.5]
    assert 0 < found.classes.mean() < 1
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(ValueError, match=re.escape("regions.npz must be a file that")):
        regions.read(tmp_path)
    path.unlink()
    assert regions.read(tmp_path) == {}


def test_Q_and_its_images_are_those_of_numerics(data: dict[str, Any]) -> None:
    shown = data["jumps"]["exhibits"]
    kept = read_curve(DIGITS)
    assert kept is not None
    assert kept.pictures is not None
    np.testing.assert_allclose(shown[0]["values"], kept.curve.values, rtol=1e-12)
    np.testing.assert_allclose(shown[0]["epsilons"], kept.curve.epsilons, rtol=1e-12)
    for exhibit in shown:
        for step, (value, images) in enumerate(
            zip(exhibit["values"], exhibit["images"], strict=True)
        ):
            assert len(images) in (2, 4)
            data_of = [b64decode(image["data"]) for image in images]
            pixels = [np.frombuffer(some, np.uint8).astype(float) / 255 for some in data_of]
            # The nearest virtual image is the mixture of its ends, and 1/Q from the sample.
            if len(images) == 4:
                shares = [image["weight"] for image in images[2:]]
                mixed = np.tensordot(shares, pixels[2:], axes=1)
                np.testing.assert_allclose(pixels[1], mixed, atol=1.01 / 255)
            distance = np.linalg.norm(pixels[0] - pixels[1])
            np.testing.assert_allclose(distance, 1 / value, atol=0.02)
            assert exhibit["distances"][step] == 1 / value


def test_Q_of_a_few_points_comes_out(tmp_path: Path) -> None:
    # Two points of class 0 around one of class 1: vanilla 1/sqrt(2), and 1 from eps = 2 on.
    X, labels = np.array([[-1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 9.0]]), np.array([0, 0, 1, 1])
    path = tmp_path / "curve.csv"
    lipschitz.lower_bound(X, labels).to_csv(path)
    found = jumps.data(Options(curves=(path,)))["exhibits"][0]
    np.testing.assert_allclose(found["values"], [0.5**0.5, 1.0], rtol=1e-12)
    np.testing.assert_allclose(found["epsilons"], [0.0, 2.0], rtol=1e-12)
    assert found["images"] is None


def test_missing_data_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("figures.lipschitz.curves.compute_digits", lambda: None)
    found = jumps.data(Options(data=tmp_path))
    assert found["exhibits"] == []
    assert "python -m numerics lipschitz" in found["missing"]
    assert thresholds.data(Options(data=tmp_path))["curves"] == []


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
    monkeypatch.setattr("figures.drawing.gallery.FIGURES", {"fig2": drawn})
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


def test_signals_of_the_page_are_reproducible() -> None:
    first, second = (neighbours.cases(Options(seed=5)) for _ in range(2))
    for one, other in zip(first, second, strict=True):
        np.testing.assert_array_equal(one.values, other.values)
    assert not np.array_equal(first[-1].values, signals.make(256, "white", rng=6))

"""The report in a real browser: headless Chromium opens the file, and everything is tried."""

import json
import os
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect, sync_playwright

from figures.ledger import LEDGER
from figures.lipschitz.curves import FASHION, exhibits
from figures.report.sliders import k_slider as neighbours
from figures.report.sliders import regions
from figures.spirals.boundaries import GRID
from figures.spirals.stored import read_all
from numerics import lattice, statistics, tradeoff
from numerics.lattice.readings import READINGS
from tests.figures.report_build import LABEL, OPTIONS
from tests.figures.report_build import page as build
from theory import Result, Verdict

pytestmark = pytest.mark.slow

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
SHOWN = ".claims tbody tr:not([hidden])"


def executable() -> str:
    """Find Chromium; where CHROMIUM names it, as .ci/run does, it has to be there."""
    named = os.environ.get("CHROMIUM")
    found = next(filter(None, map(shutil.which, [named] if named else NAMES)), None)
    if found is None and named:
        pytest.fail(f"CHROMIUM must name a browser, got {named!r}")
    if found is None:
        pytest.skip("no Chromium here; on Debian and Ubuntu: apt-get install chromium")
    return found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = executable()
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def report(
    browser: Browser,  # noqa: ARG001 (no page is rendered where there is no browser)
    recompute: Callable[[str], Result],
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    path: Path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(build(recompute), encoding="utf-8")
    return path


class Watched:
    """A page whose complaints and requests are kept."""

    def __init__(self, context: BrowserContext, path: Path, anchor: str = "") -> None:
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self.address = f"{path.as_uri()}{anchor}"
        self.page = context.new_page()
        self.page.on(
            "console",
            lambda said: self.complaints.append(said.text) if said.type == "error" else None,
        )
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(self.address)


@pytest.fixture(scope="module")
def watched(browser: Browser, report: Path) -> Iterator[Watched]:
    context = browser.new_context(viewport=DESKTOP, color_scheme="light", offline=True)
    yield Watched(context, report)
    context.close()


@pytest.fixture
def page(watched: Watched) -> Iterator[Page]:
    """The open page, found as it was left; whatever it complained of fails the test."""
    yield watched.page
    assert watched.complaints == []


def value(page: Page, place: str, name: str) -> float:
    """Read a number of the page, in full precision, by what it is called."""
    entries = page.locator(f"#{place} > div").evaluate_all(
        "all => all.map(e => [e.querySelector('dt').textContent, "
        "e.querySelector('dd').dataset.value])"
    )
    (found,) = [text for title, text in entries if title.startswith(name)]
    return float(found)


def move(page: Page, slider: str, to: float) -> None:
    page.locator(f"#{slider}").fill(str(to))


def curve(page: Page, chart: str, which: int) -> np.ndarray[Any, Any]:
    """Read a line of a chart, in pixels, shape (points, 2)."""
    path = page.locator(f"#{chart} path").nth(which).get_attribute("d") or ""
    return np.array([[float(v) for v in pair.split()] for pair in re.split("[ML]", path)[1:]])


def straight(pixels: np.ndarray[Any, Any], values: np.ndarray[Any, Any]) -> float:
    """Return how far, in pixels, a line is from what the values look like on a linear axis."""
    design = np.stack([values, np.ones_like(values)], axis=1)
    fitted = design @ np.linalg.lstsq(design, pixels, rcond=None)[0]
    return float(np.abs(fitted - pixels).max())


def test_page_opens_from_disk_and_asks_for_nothing_else(watched: Watched, page: Page) -> None:
    assert page.title().startswith("What is true in")
    assert watched.requests == [watched.address]
    expect(page.locator("#k-signal-chart svg")).to_be_visible()
    expect(page.locator("#e-curve-chart svg")).to_be_visible()
    expect(page.locator("#q-curve-chart svg")).to_be_visible()


def test_a_script_error_would_be_noticed(browser: Browser, report: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.html"
    text = report.read_text(encoding="utf-8")
    broken.write_text(text.replace("moveK();\n", "moveKay();\n"), encoding="utf-8")
    context = browser.new_context(offline=True)
    assert any("moveKay" in complaint for complaint in Watched(context, broken).complaints)
    context.close()


def test_counts_filter(page: Page) -> None:
    rows = page.locator(".claims tbody tr")
    counts = Counter(rows.evaluate_all("all => all.map(e => e.dataset.verdict)"))
    assert sum(counts.values()) == len(LEDGER)
    for verdict in Verdict:
        box = page.locator(f'input[value="{verdict}"]')
        box.check()
        expect(page.locator(SHOWN)).to_have_count(counts[verdict])
        expect(page.locator("#shown")).to_have_text(f"{counts[verdict]} of {len(LEDGER)} claims")
        box.uncheck()
    page.locator('input[value="PROVED"]').check()
    page.locator('input[value="REFUTED"]').check()
    expect(page.locator(SHOWN)).to_have_count(counts["PROVED"] + counts["REFUTED"])
    page.locator("#reset").click()
    expect(page.locator(SHOWN)).to_have_count(len(LEDGER))
    assert page.locator("input:checked[name=verdict]").count() == 0


def test_search_finds_words_in_everything_that_is_said(page: Page) -> None:
    search = page.locator("#search")
    search.fill("III.1-weight")
    expect(page.locator("#iii1-weight")).to_be_visible()
    assert page.locator(SHOWN).count() < 10
    search.fill("21563/14400 upper")  # in the result, and in the title
    assert "iv2-upper" in page.locator(SHOWN).evaluate_all("all => all.map(e => e.id)")
    search.fill(r"\mathcal E")  # in a formula
    expect(page.locator("#iii-determined")).to_be_visible()
    search.fill("no such word anywhere")
    expect(page.locator(SHOWN)).to_have_count(0)
    expect(page.locator("#none")).to_be_visible()
    search.fill("")
    expect(page.locator(SHOWN)).to_have_count(len(LEDGER))
    expect(page.locator("#none")).to_be_hidden()


def test_a_claim_opens_to_its_statement_evidence_and_figure(page: Page) -> None:
    row = page.locator("#iv2-lower")
    expect(row.locator(".body")).to_be_hidden()
    row.locator("summary").first.click()
    expect(row.locator(".body")).to_be_visible()
    formula = row.locator("math").first.bounding_box()
    assert formula is not None
    assert formula["height"] > 8
    # The shared figure is really painted.
    box = row.locator("use").first.evaluate("e => e.getBoundingClientRect().toJSON()")
    assert box["width"] > 200
    assert box["height"] > 100
    expect(row.locator("pre.command").last).to_contain_text("python -m theory IV.2-lower")
    row.locator("summary").first.press("Enter")
    expect(row.locator(".body")).to_be_hidden()


def test_all_shown_claims_open_and_close(page: Page) -> None:
    page.locator("#search").fill("Theorem IV.2")
    count = page.locator(SHOWN).count()
    page.locator("#toggle-all").click()
    expect(page.locator(f"{SHOWN} .found > details[open]")).to_have_count(count)
    expect(page.locator("#toggle-all")).to_have_text("Close those shown")
    page.locator("#toggle-all").click()
    expect(page.locator(".found > details[open]")).to_have_count(0)
    page.locator("#reset").click()


def test_an_address_opens_its_claim(browser: Browser, report: Path) -> None:
    context = browser.new_context(viewport=DESKTOP, offline=True)
    linked = Watched(context, report, "#iii1")
    expect(linked.page.locator("#iii1 .body")).to_be_visible()
    expect(linked.page.locator("#iii1 summary").first).to_be_in_viewport()
    assert linked.complaints == []
    context.close()


@pytest.mark.parametrize("reading", READINGS)
def test_K_moves_what_numerics_says(reading: str, page: Page) -> None:
    cases = neighbours.cases(OPTIONS)
    assert page.locator("#k-signal option").first.text_content() == LABEL
    page.locator(f'input[value="{reading}"]').check()
    for which, case in enumerate(cases):
        page.locator("#k-signal").select_option(str(which))
        K = neighbours.choices(case.values.size)
        for place in (0, K.size // 2, K.size - 1):
            move(page, "k-slider", place)
            k = int(K[place])
            expect(page.locator("#k-value")).to_have_text(f"K = {k}")
            expected = tradeoff.periodic(case.values, k, reading)
            noisy = tradeoff.noisy(case.values, case.sigma, k, reading)
            names = ("Bias²", "Var", "Risk", "Own weight")
            found = [value(page, "k-numbers", name) for name in names]
            wanted = [expected.bias2, expected.variance, noisy.risk, lattice.kernel(k, reading)[0]]
            np.testing.assert_allclose(found, wanted, rtol=1e-7)
            pixels = curve(page, "k-signal-chart", 1)
            smoothed = lattice.smooth(case.values, k, reading)
            assert pixels.shape == (case.values.size, 2)
            assert straight(pixels[:, 1], smoothed) < 0.1
    # The line is not that of another reading, nor the signal itself.
    page.locator("#k-signal").select_option("1")
    move(page, "k-slider", 20)
    pixels, y = curve(page, "k-signal-chart", 1), cases[1].values
    k = int(neighbours.choices(y.size)[20])
    assert straight(pixels[:, 1], lattice.smooth(y, k, reading)) < 0.1
    assert straight(pixels[:, 1], y) > 1
    assert straight(pixels[:, 1], lattice.smooth(y, k + 8, reading)) > 0.5


def test_best_K_is_that_of_numerics(page: Page) -> None:
    case = neighbours.cases(OPTIONS)[1]
    page.locator("#k-signal").select_option("1")
    for reading in ("counting", "density"):
        page.locator(f'input[value="{reading}"]').check()
        every = tradeoff.noisy(case.values, case.sigma, np.arange(1, 400), reading)
        assert value(page, "k-numbers", "Best") == every.best_K


def test_sliders_move_by_keyboard_and_by_buttons(page: Page) -> None:
    move(page, "k-slider", 3)
    page.locator("#k-slider").press("ArrowRight")
    expect(page.locator("#k-value")).to_have_text("K = 5")
    assert page.locator("#k-slider").get_attribute("aria-valuetext") == "K = 5"
    page.locator("#k-more").click()
    expect(page.locator("#k-value")).to_have_text("K = 6")
    page.locator("#k-less").click()
    page.locator("#k-slider").press("Home")
    expect(page.locator("#k-value")).to_have_text("K = 1")
    expect(page.locator("#k-less")).to_be_disabled()
    expect(page.locator("#k-status")).to_contain_text("K = 1, reading")


def test_thresholds_move_through_the_stored_runs(page: Page) -> None:
    stored = read_all()
    if not stored:
        expect(page.locator("#e-explorer")).to_be_hidden()
        return
    kept = regions.read()
    for which, (experiment, errors) in enumerate(stored.items()):
        page.locator("#e-runs").select_option(str(which))
        order = np.argsort(errors.epsilons)
        for place, epsilon in enumerate(errors.epsilons[order].tolist()):
            move(page, "e-slider", place)
            expected = statistics.mean(100 * errors.errors[order][place])
            assert value(page, "e-numbers", "Mean error rate") == expected.value
            interval = page.locator("#e-numbers small").first.text_content() or ""
            numbers = re.findall(r"-?\d+\.?\d*(?= to| %$)", interval.replace("\N{MINUS SIGN}", "-"))
            ends = [float(number) for number in numbers]
            np.testing.assert_allclose(ends, [expected.low, expected.high], rtol=1e-3)
            if (found := kept.get(experiment.preset)) is None:
                expect(page.locator("#e-regions")).to_be_hidden()
                continue
            where = found.epsilons.tolist().index(epsilon)
            assert value(page, "e-numbers", "Test error") == found.errors[where]


def test_regions_are_painted_as_they_are_kept(page: Page) -> None:
    preset = next(iter(read_all())).preset
    kept = regions.read()[preset]
    page.locator("#e-runs").select_option("0")
    # Corners and borders hold no sample.
    end = GRID - 1
    at = [(0, 0), (0, end), (end, 0), (end, end), (0, 60), (120, 0), (90, end)]
    for epsilon in (0.0, 0.8, np.inf):
        where = kept.epsilons.tolist().index(epsilon)
        move(page, "e-slider", where)
        colours = page.evaluate(
            """at => { const canvas = document.getElementById('e-regions');
                 const context = canvas.getContext('2d'), size = canvas.width / 2;
                 return at.map(([row, column]) => [...context.getImageData(
                   2 * column, 2 * (size - 1 - row), 1, 1).data].slice(0, 3)); }""",
            [list(point) for point in at],
        )
        tints = [[191, 220, 236], [246, 207, 181]]
        assert colours == [tints[kept.classes[where][point]] for point in at]


def test_jumps_of_Q_are_those_of_numerics(page: Page) -> None:
    shown = exhibits(OPTIONS.data)
    for which, exhibit in enumerate(shown):
        page.locator("#q-data").select_option(str(which))
        known = exhibit.curve
        for position in (0, 130, 400, 777, 1000):
            move(page, "q-slider", position)
            epsilon = value(page, "q-numbers", "ε")
            assert value(page, "q-numbers", "Q(D)") == known(epsilon)
            if exhibit.lengths is not None:
                part = value(page, "q-numbers", "Segments at most")
                np.testing.assert_allclose(part, exhibit.lengths.share(epsilon), atol=0.02)
        move(page, "q-slider", 0)
        for step in range(1, known.epsilons.size):
            page.locator("#q-more").click()
            assert value(page, "q-numbers", "ε") == known.epsilons[step]
            assert value(page, "q-numbers", "Jump") == step
            expect(page.locator("#q-images canvas")).to_have_count(4)
        expect(page.locator("#q-more")).to_be_disabled()
        page.locator("#q-less").click()
        assert value(page, "q-numbers", "ε") == known.epsilons[-2]


def test_images_are_painted_as_numerics_mixes_them(page: Page) -> None:
    shown = exhibits(OPTIONS.data)
    which = [exhibit.label for exhibit in shown].index(FASHION.label)
    curve_, pictures = shown[which].curve, shown[which].pictures
    assert pictures is not None
    page.locator("#q-data").select_option(str(which))
    step = int(value(page, "q-numbers", "Jump"))
    assert step == 1 + int(np.argmax(np.diff(curve_.values))), "it starts at the largest jump"
    painted = page.locator("#q-images canvas").evaluate_all(
        """all => all.map(canvas => [...canvas.getContext('2d').getImageData(
             0, 0, canvas.width, canvas.height).data].filter((_, i) => i % 4 === 0))"""
    )
    scale = pictures.deviations / pictures.brightest
    expected = [image * scale for image in pictures.virtual(curve_.witnesses[step])]
    for pixels, image in zip(painted, expected, strict=False):
        np.testing.assert_allclose(pixels, 255 - np.rint(255 * image.ravel()), atol=1)
    assert painted[0] != painted[1]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_axe_finds_nothing_serious(browser: Browser, report: Path, scheme: Any, size: Any) -> None:
    context = browser.new_context(viewport=size, color_scheme=scheme, offline=True)
    watched = Watched(context, report)
    page = watched.page
    for key in ("iii1", "iv2-lower", "fig3-minimum", "fig4-jump", "v-c-parameters", "iv1-monotone"):
        for details in page.locator(f"#{key} > .found > details").all():
            details.locator("summary").first.click()
    page.locator("#iv2-lower .evidence summary").first.click()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    # What is painted inside a picture is not read out; axe takes its time over each stroke.
    page.evaluate("for (const e of document.querySelectorAll('.drawing')) e.replaceChildren()")
    found = Axe().run(page).response["violations"]
    serious = [
        f"{violation['id']}: {violation['nodes'][0]['html'][:200]}"
        for violation in found
        if violation["impact"] in {"serious", "critical"}
    ]
    assert serious == []
    assert watched.complaints == []
    context.close()


def test_axe_would_find_a_violation(browser: Browser, report: Path) -> None:
    context = browser.new_context(offline=True)
    page = Watched(context, report).page
    page.evaluate(
        "document.querySelector('main').insertAdjacentHTML('afterbegin', "
        '\'<img src="data:,"><button></button><p style="color:#bbb">pale</p>\')'
    )
    axe = Axe().run(page, context="#claims, main > img, main > button, main > p")
    names = {violation["id"] for violation in axe.response["violations"]}
    assert {"image-alt", "button-name", "color-contrast"} <= names
    context.close()


def test_without_a_script_all_but_the_sliders_can_be_read(browser: Browser, report: Path) -> None:
    context = browser.new_context(java_script_enabled=False, viewport=DESKTOP, offline=True)
    page = Watched(context, report).page
    expect(page.locator("#k-explorer")).to_be_hidden()
    expect(page.locator("#search")).to_be_hidden()
    expect(page.locator("#move-k noscript p")).to_be_visible()
    expect(page.locator("#move-k .no-js svg")).to_be_visible()
    row = page.locator("#iv2-lower")
    row.locator("summary").first.click()
    expect(row.locator(".body math").first).to_be_visible()
    expect(page.locator("#tradeoff svg")).to_be_visible()
    expect(page.locator("#origins dl").first).to_be_visible()
    context.close()


def test_print_leaves_out_what_cannot_be_used_on_paper(browser: Browser, report: Path) -> None:
    context = browser.new_context(viewport=DESKTOP, color_scheme="dark", offline=True)
    page = Watched(context, report).page
    page.emulate_media(media="print")
    for place in ("nav", ".tools", "#k-slider", "#k-more"):
        expect(page.locator(place)).to_be_hidden()
    expect(page.locator("#iii1")).to_be_visible()
    background = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert background == "rgb(255, 255, 255)"
    context.close()


def test_page_in_the_dark_is_dark(browser: Browser, report: Path) -> None:
    def brightness(scheme: Any) -> list[float]:
        context = browser.new_context(color_scheme=scheme, offline=True)
        page = Watched(context, report).page
        colours = page.evaluate(
            "[getComputedStyle(document.documentElement).backgroundColor, "
            "getComputedStyle(document.body).color, "
            "getComputedStyle(document.querySelector('#tradeoff .drawing')).fill]"
        )
        context.close()
        return [sum(map(float, json.loads("[" + c[4:-1] + "]"))) / 765 for c in colours]

    light, dark = brightness("light"), brightness("dark")
    assert light[0] > 0.9
    assert light[1] < 0.2
    assert dark[0] < 0.2
    assert dark[1] > 0.8
    assert light[2] == light[1]
    assert dark[2] == dark[1]

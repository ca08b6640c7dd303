"""The figures' data against numerics and theory, their files, and the ledger page."""

import csv
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from figures.__main__ import parse
from figures.catalogue import FIGURES
from figures.commands.ledger import report, write
from figures.drawing import stored
from figures.drawing.options import Options
from figures.drawing.save import Drawing, save
from figures.lattice.fig2 import TARGETS
from figures.ledger import LEDGER
from figures.ledger.page import (
    FINDINGS,
    MARKS,
    PAGE,
    QUOTED,
    ROOMS,
    anchor,
    github_mathematics,
    quotation,
    render,
    render_rooms,
    renewed,
    room,
)
from figures.measured import MeasuredClaim, Question, outcome, written
from numerics import signals, tradeoff
from numerics.lattice import asymptotics
from tests.commands import Call, Output
from tests.figures.made_runs import few_epochs, write_runs, write_table1
from tests.processes import ROOT
from tests.tolerances import CLOSED_FORM
from theory import Ledger, Measurement, Proof, Refutation, Result, Verdict
from theory.formal import theorems
from theory.proofs.certificates import Relation
from theory.proofs.ledger import Group
from theory.tradeoff.equation_3 import printed, y

OPTIONS = Options(signal=signals.make(48, "bumps"), K=np.arange(1, 200), sigma=0.3, label="test")


@pytest.fixture(scope="module")
def options(tmp_path_factory: pytest.TempPathFactory) -> Options:
    folder = write_table1(write_runs(tmp_path_factory.mktemp("data")))
    for path in stored.DATA.glob("intrusion-*"):
        shutil.copy(path, folder)
    return replace(OPTIONS, data=folder)


@pytest.fixture(scope="module", autouse=True)
def quickly() -> Iterator[None]:
    with few_epochs():
        yield


@pytest.fixture(scope="module")
def drawings(options: Options) -> dict[str, Drawing]:
    return {name: build(options) for name, build in FIGURES.items()}


@pytest.mark.parametrize("name", FIGURES)
def test_files_of_a_figure(
    name: str, options: Options, drawings: dict[str, Drawing], tmp_path: Path
) -> None:
    drawing = drawings[name]
    files = save(drawing, name, tmp_path / "first")
    again = save(FIGURES[name](options), name, tmp_path / "again")
    assert [one.read_bytes() for one in files] == [other.read_bytes() for other in again]
    texts = [f".{ending}" for ending in drawing.texts]
    assert [path.suffix for path in files] == [".pdf", ".png", *texts, ".csv"]
    assert sorted((tmp_path / "first").iterdir()) == sorted(files)
    # A column wide, with embedded fonts.
    assert drawing.figure.get_size_inches()[0] == 3.5
    content = files[0].read_bytes()
    assert b"/FontFile2" in content
    assert b"/Type3" not in content
    assert b"CreationDate" not in content
    # The table holds what is plotted.
    with files[-1].open(newline="") as file:
        header, *rows = csv.reader(file)
    assert header == list(drawing.header)
    assert rows == [[str(cell) for cell in row] for row in drawing.rows]
    assert all(len(row) == len(header) for row in rows)


@pytest.mark.parametrize("name", FIGURES)
def test_every_axes_is_labelled(name: str, drawings: dict[str, Drawing]) -> None:
    figure = drawings[name].figure
    assert any(ax.get_title() for ax in figure.axes)
    bottom = figure.axes[-1]
    assert bottom.get_xlabel() or [t.get_text() for t in bottom.get_xticklabels()]
    assert figure.axes[0].get_ylabel()
    assert drawings[name].caption.endswith(".")


def test_fig2_averages_to_equation_3(drawings: dict[str, Drawing]) -> None:
    values = {y(k): target for k, target in TARGETS.items()}
    for K, red in ((2, 1), (3, 3)):
        rows = [row for row in drawings["fig2"].rows if row[0] == K]
        assert [row[4] for row in rows].count("passes") == red
        average = sum(float(str(row[3])) for row in rows) / len(rows)
        np.testing.assert_allclose(average, float(printed(K).subs(values)), rtol=CLOSED_FORM)


def test_tradeoff_data_are_those_of_numerics(drawings: dict[str, Drawing]) -> None:
    expected = tradeoff.periodic(OPTIONS.values, OPTIONS.neighbours, "density")
    rows = [row for row in drawings["tradeoff"].rows if row[0] == "density"]
    columns = np.array([[float(str(cell)) for cell in row[1:]] for row in rows]).T
    np.testing.assert_array_equal(columns[:3], [expected.K, expected.bias2, expected.variance])


@pytest.mark.parametrize(
    "reading", ["counting", "counting-self", "length", "density", "continuous"]
)
def test_asymptotes_are_reached(reading: str) -> None:
    signal = signals.make(16, "bumps")
    K = np.array([2000, 200_000])
    near, far = np.abs(
        asymptotics.periodic_variance(signal, K, reading)
        / tradeoff.periodic(signal, K, reading).variance
        - 1
    )
    assert near < 0.01
    assert far < near / 20, "the asymptote is approached like 1/K"


def test_constant_signals_and_missing_noise_are_refused() -> None:
    with pytest.raises(ValueError, match="signal must not be constant"):
        FIGURES["tradeoff"](Options(signal=np.ones(5)))
    with pytest.raises(ValueError, match="sigma must be positive"):
        FIGURES["risk"](Options(sigma=0.0))
    with pytest.raises(ValueError, match="K must hold a number of at least 1"):
        FIGURES["tradeoff"](Options(K=np.array([0])))


def test_own_signal_through_the_door(tmp_path: Path, call: Call) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("\n".join(map(str, signals.make(40, "sine"))))
    out = tmp_path / "out"
    line = f"figures draw tradeoff risk --data '{path}' --K 1:60 --out '{out}'"
    drawn = call(f"{line} --sigma 0.5")
    assert drawn.status == 0
    assert {p.name for p in out.iterdir()} == {
        f"{name}.{end}" for name in ("tradeoff", "risk") for end in ("pdf", "png", "csv")
    }
    assert "tradeoff.pdf" in drawn.out
    path.write_text("1\n2\nthree\n")
    refused = call(line)
    assert refused.status == 2
    assert "line 3" in refused.err


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("fig99", "there is no command 'fig99'; the nearest is 'fig"),
        ("ledgr", "there is no command 'ledgr'; the nearest is 'ledger'"),
        ("draw fig33", "there is no figure 'fig33'; the nearest is 'fig3'"),
        ("draw qqqqqq", "there is no figure 'qqqqqq': there are fig1, fig2, "),
        ("claims Fig3-minimun", "there is no claim 'Fig3-minimun'; the nearest is 'Fig3-minimum'"),
        ("recheck spiral", "the nearest is 'spirals'"),
        ("--jobs 0", "takes a whole number from 1 on, got '0'"),
        ("draw tradeoff --column 0", "--column goes with a signal"),
        ("draw tradeoff --decimal ,", "--decimal goes with a signal"),
        ("draw risk --boundary line", "--boundary goes with choice, got risk"),
        ("draw fig2 --K 1:3", "--K goes with tradeoff and risk and choice, got fig2"),
        ("draw tradeoff --data . /", "--data takes one folder and one signal, got ., /"),
        ("draw fig4 --data mine.txt", "mine.txt, which is not a curve of Q(D), is read as a"),
        ("draw risk --data curve.csv", "a curve of Q(D), goes with fig4 and fig4-images, got risk"),
        ("draw risk --data none.csv", "none.csv"),
        ("data regions --folder .", "--folder goes with image-sets and published-spirals"),
    ],
)
def test_wrong_calls_are_explained(
    line: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: Call
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.txt").write_text("1\n2\n", encoding="utf-8")
    (tmp_path / "curve.csv").write_text("epsilon,value,point,partner\n", encoding="utf-8")
    status, _, said = call(f"figures {line}")
    assert status == 2
    assert message in said
    assert said.count("\n") == 1
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("fig2 bounds --out o", "draw fig2 bounds --out o"),
        ("Fig3-minimum Eq3", "claims Fig3-minimum Eq3"),
        ("recheck-digits --jobs 1", "recheck digits --jobs 1"),
        ("image-sets --data d --folder f", "data image-sets --out d --folder f"),
        ("regions", "data regions"),
        ("tradeoff --signal s.csv --column 1", "draw tradeoff --data s.csv --column 1"),
        ("fig4 --from a.csv b.csv --data d", "draw fig4 --data a.csv b.csv d"),
        ("ledger --page p.md", "ledger --out p.md"),
    ],
)
def test_old_calls_mean_the_same_and_say_the_new_one(
    old: str, new: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found = [parse(call.split())[1] for call in (new, old)]
    assert vars(found[0]) == vars(found[1])
    assert " is now called " in capsys.readouterr().err


def test_claims_are_found_by_the_papers_names_and_cited(output: Output) -> None:
    text = output("figures claims --cite fig4-SMOOTH IV.2-lower")
    for part in ("python -m figures claims Fig4-smooth", "python -m theory IV.2-lower", "MEASURED"):
        assert part in text
    options = parse(["claims", "Figure 4"])[1]
    assert {"Fig4-smooth", "Fig4-jump", "V.B-monotone"} <= set(options.ids[0])


def test_without_a_command_it_is_everything() -> None:
    assert parse([])[1] == parse(["all"])[1]
    assert parse(["--out", "o"])[1] == parse(["all", "--out", "o"])[1]


@pytest.fixture(scope="module")
def results(recompute: Callable[[str], Result]) -> list[Result]:
    return [recompute(key) for key in LEDGER]


def body(page: str) -> str:
    """Leave out the last line, which names the versions that rendered the page."""
    return page.rpartition("\n---\n")[0]


def test_ledger_page_is_up_to_date(results: list[Result]) -> None:
    kept = (ROOT / PAGE).read_text(encoding="utf-8")
    assert body(kept) == body(render(results)), f"run: python -m figures ledger, to renew {PAGE}"
    # The comparison notices a changed number.
    assert body(kept.replace("21563", "21564")) != body(kept)


def test_pages_of_the_rooms_are_up_to_date(results: list[Result]) -> None:
    pages = render_rooms(results)
    kept = {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for path in (ROOT / ROOMS).iterdir()
    }
    assert set(kept) == set(pages)
    for name, page in pages.items():
        assert kept[name] == page, f"run: python -m figures ledger, to renew {name}"


@pytest.mark.parametrize("name", QUOTED)
def test_quoted_findings_are_up_to_date(name: str, results: list[Result]) -> None:
    page = (ROOT / name).read_text(encoding="utf-8")
    assert all(page.count(mark) == 1 for mark in MARKS)
    assert renewed(page, results, QUOTED[name]) == page, "run: python -m figures ledger"
    other = [replace(r, claim=replace(r.claim, result="no")) for r in results]
    assert renewed(page, other, QUOTED[name]) != page
    assert renewed("no marks", results, "") == "no marks"


def test_front_page_is_read_in_two_minutes(results: list[Result]) -> None:
    page = render(results)
    assert len(page.splitlines()) <= 200
    told = re.search(r"## Ten findings\n(.*?)\n## ", page, re.DOTALL)
    assert told is not None
    assert re.findall(r"^(\d+)\. ", told[1], re.MULTILINE) == [str(n) for n in range(1, 11)]
    for claim in LEDGER.values():
        file, line = claim.place
        assert page.count(f"]({file}#L{line})") >= 1
        assert len(re.findall(rf"^\S+ \[{re.escape(claim.id)}\]", page, re.MULTILINE)) == 1


def test_findings_are_told_by_rows() -> None:
    assert len(FINDINGS) == 10
    assert {key for keys in FINDINGS for key in keys} <= set(LEDGER)
    rows = [LEDGER[key].run() for key in ("III.1", "IV.3")]
    changed = [replace(r, claim=replace(r.claim, result=f"told {r.claim.id}")) for r in rows]
    text = quotation(changed, "there/")
    assert "told III.1" in text
    assert "(there/linear_models.md#iv3)" in text.replace("[IV.3]", "")
    assert "Table1" not in text


def test_statements_of_the_paper_are_counted_apart(results: list[Result]) -> None:
    page = render(results)
    lines = [line for line in page.splitlines() if re.match(r"- (\*\*)?\w.* claims: ", line)]
    counts = [int(re.findall(r"(\d+) claims", line)[0]) for line in lines]
    by_group = Counter(claim.group for claim in LEDGER.values())
    assert counts == [by_group[group] for group in Group]
    assert lines[0].startswith("- **What the paper says")
    # What says that it is not in the paper is not counted as the paper's.
    for claim in LEDGER.values():
        if "not in the paper" in claim.source:
            assert claim.group is Group.BEYOND, claim.id


def test_every_numbered_statement_of_the_paper_is_in_the_table(results: list[Result]) -> None:
    (table,) = re.findall(r"## The numbered statements\n(.*?)\n## ", render(results), re.DOTALL)
    for name in ("Definition II.1", "Lemma III.1", "Theorem III.2", "Eq. (3)", "Theorem IV.1"):
        assert name in table
    rows = table.strip().splitlines()[2:]
    assert all("*formal*" in row for row in rows if "Theorem" in row)
    (lemma,) = (row for row in rows if "[III.1](" in row)
    assert "1/4 == 1/3 is false" in lemma
    assert "IV.2-closed-form" not in table


def test_pages_of_the_rooms_have_every_claim(results: list[Result]) -> None:
    pages = render_rooms(results)
    for result in results:
        claim = result.claim
        page = pages[f"{ROOMS}/{room(claim)}.md"]
        _, begins, rest = page.partition(f'<a id="{anchor(claim.id)}"></a>\n')
        section = rest.partition("<a id=")[0]
        assert begins
        assert f"## {claim.id}:" in section
        door = "figures claims" if isinstance(claim, MeasuredClaim) else "theory"
        assert f"`python -m {door} {claim.id}`" in section
        for name in claim.formal:
            assert f"\n{theorems()[name].statement}\n" in section
        for key in claim.uses:
            assert f"[{key}]({room(LEDGER[key])}.md#{anchor(key)})" in section
        for piece in result.evidence:
            if isinstance(piece, Proof):
                assert f"({len(piece.certificates)} certificate" in section
    every = re.findall(r'<a id="([a-z0-9-]+)"', "".join(pages.values()))
    assert len(every) == len(set(every)) == len(LEDGER)


@pytest.mark.parametrize("value", [0.0025, 1.0005, 26.14625, -0.0024999999999999966])
def test_the_last_bit_of_a_measured_number_is_not_on_a_page(value: float) -> None:
    near = [np.nextafter(value, side) for side in (-np.inf, np.inf)]
    for form in ("{:+.3f}", "{:.4f}", "{:+z.2f} points"):
        assert len({written(float(other), form) for other in (value, *near)}) == 1
    assert written(-0.001, "{:+z.2f}") == "+0.00"
    assert written(0.0015, "{:.3f}") != written(0.0035, "{:.3f}")


def test_short_lines_count_what_the_long_ones_name() -> None:
    def measurement(value: float) -> Measurement:
        return Measurement("size", value, (value, value), agrees=value > 0, provenance="here")

    values = (1.0, 2.0, 3.0, -1.0)
    asked = [Question("size", f"set {k}", lambda: measurement(0), "{:g}") for k in range(4)]
    answers = [measurement(value) for value in values]
    assert outcome(asked, answers, named=2) == (
        "size: agrees: 3 of 4 settings; does not agree: −1 in set 3"
    )
    assert "3 in set 2" in outcome(asked, answers)


def test_ledger_is_written_beside_the_page(
    results: list[Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("README.md").write_text("mine\n".join(MARKS), encoding="utf-8")
    said = write(results[:3], "checks.md")
    assert said.startswith("checks.md written")
    assert Path("checks.md").read_text(encoding="utf-8") == render(results[:3])
    assert [path.name for path in Path(ROOMS).iterdir()] == ["mixup.md"]
    assert "mine" not in Path("README.md").read_text(encoding="utf-8")


def test_page_refuses_a_verdict_without_its_evidence() -> None:
    ledger = Ledger()

    @ledger.claim(
        "X",
        source="nowhere",
        title="two is three",
        statement="$2=3$",
        verdict=Verdict.PROVED,
        result="no",
    )
    def two() -> Refutation:
        return Refutation("2", "2 = 3", Relation("2", 2, "==", 3), "no smaller case")

    result = ledger["X"].run()
    assert result.verdict is Verdict.REFUTED
    with pytest.raises(ValueError, match="another verdict for X"):
        render([result])
    assert "NOT AS RECORDED: X" in report([result])


@pytest.mark.parametrize(
    ("plain", "safe"),
    [
        (r"a*b $f^*_K\,x$", r"a*b $f^{\ast}_K\thinspace x$"),
        (r"$\{0\}$ and |x|", r"$\lbrace 0\rbrace $ and |x|"),
        (r"$|x|<c*y$", r"$\vert x\vert \lt c\ast y$"),
    ],
)
def test_mathematics_survives_markdown(plain: str, safe: str) -> None:
    assert github_mathematics(plain) == safe

"""Every code block and every command of the README and the documentation works."""

import re
from collections.abc import Iterator
from pathlib import Path

import matplotlib.image
import matplotlib.pyplot as plt
import numpy as np
import pytest

from figures.commands import COMMANDS as FIGURE_COMMANDS
from figures.ledger import LEDGER
from numerics.commands import COMMANDS
from tests.doors.pages import (
    ELSEWHERE,
    PAGES,
    SHORTER,
    Block,
    PageError,
    Runner,
    blocks,
    commands,
    furnish,
    run_command,
)
from tests.processes import ROOT

FENCED = {page: list(blocks(page)) for page in PAGES}
SHOWN = [
    (block, command)
    for page in PAGES
    for block in FENCED[page]
    if block.language == "sh"
    for command in commands(block)
]

INLINE = re.compile(r"(?<!`)`((?:python -m |make )[^`]+)`")
IMAGE = re.compile(r"!\[([^\]]*)\]\(([^)]+)\)")
LINK = re.compile(r"\]\(([^)\s]+)\)")

RISK = "python -m figures draw risk"

PICTURES = {
    "bounds.png": ("python -m figures draw bounds", "out/bounds.png"),
    "choice.png": ("python -m figures draw choice", "out/choice.png"),
    "readings.png": ("python examples/five_readings.py docs/images", "docs/images/readings.png"),
    "membrane-risk.png": (
        f"{RISK} --data out/membrane.csv --column millivolts --K 1:400 --sigma 5",
        "out/risk.png",
    ),
}
"""The pictures of the pages: the command that draws each, and the file that it writes."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder to work in, with a file of data in it."""
    monkeypatch.chdir(tmp_path)
    furnish(tmp_path)
    with plt.rc_context():
        plt.switch_backend("agg")
        yield tmp_path
    plt.close("all")


@pytest.mark.parametrize("page", [page for page in PAGES if FENCED[page]])
@pytest.mark.usefixtures("folder")
def test_blocks_of_a_page_run_in_order(page: str) -> None:
    runner = Runner(page)
    for block in FENCED[page]:
        if block.language != "bibtex":
            runner.run(block)


def test_pages_are_found() -> None:
    assert {"README.md", "docs/tutorial.md", "docs/how-to/cluster.md"} <= set(PAGES)
    languages = {block.language for page in PAGES for block in FENCED[page]}
    assert languages == {"python", "sh", "text", "bibtex"}


def test_no_shorter_version_is_left_over() -> None:
    assert set(SHORTER) <= {command.text for _, command in SHOWN}
    assert {what for _, what in ELSEWHERE} <= {command.text for _, command in SHOWN} | {"python"}


@pytest.mark.parametrize("page", PAGES)
def test_commands_in_the_text_exist(page: str) -> None:
    source = (ROOT / page).read_text(encoding="utf-8")
    for command in INLINE.findall(source):
        words = command.split()
        if "…" in command or "NAME" in command:  # stands for many
            continue
        if words[0] == "make":
            run_command(command)
        elif words[3:4] and not words[3].startswith("-"):
            _asks_for_something_known(words[2], words[3])


def _asks_for_something_known(module: str, name: str) -> None:
    known = {
        "theory": {*LEDGER, "CLAIM"},
        "numerics": set(COMMANDS),
        "figures": set(FIGURE_COMMANDS),
        "pip": {"install"},
    }[module]
    assert name in known, f"python -m {module} {name}"


def anchors(page: Path) -> set[str]:
    """Collect what a link can lead to on a page: its headings, and marks of its own."""
    source = page.read_text(encoding="utf-8")
    source_without_code = re.sub(r"```.*?```", "", source, flags=re.DOTALL)
    titles = re.findall(r"^#+ (.+)$", source_without_code, flags=re.MULTILINE)
    kept = (re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles)
    return {*kept, *re.findall(r'<a id="([\w-]+)"', source)}


def broken(page: str) -> list[str]:
    """List the links of a page that lead nowhere."""
    place = ROOT / page
    found = []
    for link in LINK.findall(place.read_text(encoding="utf-8")):
        target, _, anchor = link.partition("#")
        if target.startswith(("http:", "https:")):
            continue
        path = (place.parent / target).resolve() if target else place
        gallery = ROOT / "docs" / "gallery"
        if path.parent == gallery:  # made from the examples
            if path.stem != "index" and not (ROOT / "examples" / f"{path.stem}.py").is_file():
                found.append(link)
        elif path.suffix in {".py", ".v"} and path.is_file():
            if int(anchor.removeprefix("L") or 1) > path.read_text(encoding="utf-8").count("\n"):
                found.append(link)
        elif not path.exists() or (anchor and anchor not in anchors(path)):
            found.append(link)
    return found


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    assert broken(page) == []


def test_pictures_are_shown_with_words_and_drawn_by_a_command() -> None:
    shown = {}
    for page in PAGES:
        for words, target in IMAGE.findall((ROOT / page).read_text(encoding="utf-8")):
            assert len(words) > 40, f"{page}: {target} needs a description"
            shown[target.rpartition("/")[2]] = page
    assert set(shown) == set(PICTURES)
    assert set(shown) == {path.name for path in (ROOT / "docs" / "images").iterdir()}
    every = "\n".join((ROOT / page).read_text(encoding="utf-8") for page in PAGES)
    for command, _ in PICTURES.values():
        assert command in every


@pytest.mark.parametrize("name", PICTURES)
def test_picture_is_what_its_command_draws(name: str, folder: Path) -> None:
    command, target = PICTURES[name]
    if "membrane" in command:
        run_command("python examples/recorded_signal.py out")
        plt.close("all")
    Runner("").run(Block("", 0, "sh", command))
    kept = matplotlib.image.imread(ROOT / "docs" / "images" / name)
    drawn = matplotlib.image.imread(folder / target)
    assert drawn.shape == kept.shape
    # Another version of matplotlib may smooth edges otherwise.
    assert float(np.abs(drawn - kept).mean()) < 0.01


def test_bibtex_is_that_of_the_citation_file() -> None:
    (block,) = [block for block in FENCED["README.md"] if block.language == "bibtex"]
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8").partition("references:")[2]
    fields = dict(re.findall(r"^  (\w+) += \{(.*)\},$", block.text, flags=re.MULTILINE))
    for name in ("title", "year", "doi", "booktitle"):
        assert f": {fields[name]}\n" in citation
    families = re.findall(r"family-names: (\w+)", citation)
    assert re.findall(r"(\w+), \w+", fields["author"]) == families


# Negative controls: each page has one thing wrong.


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("source", "error", "message"),
    [
        ("```python\n1 / 0\n```", ZeroDivisionError, "division"),
        ("```python\nprint(1)\n```\n```text\n2\n```", PageError, "it printed\n1"),
        ("```sh\npython -m numerics nothing\n```", PageError, "ends with 2"),
        ("```sh\npython -m numerics tradeoff --data none.csv\n```", PageError, "ends with 2"),
        ("```sh\npython -m theory no-such-claim\n```", PageError, "ends with 2"),
        ("```sh\npython -m figures ledger\n```", PageError, "how long"),
        ("```sh\npython examples/none.py\n```", FileNotFoundError, "none.py"),
        ("```sh\nmake nothing\n```", PageError, "ends with 2"),
        ("```sh\ndask scheduler --no-such-option\n```", PageError, "no-such-option"),
        ("```sh\npython benchmarks/tradeoff.py --slow\n```", PageError, "no --slow"),
        ("```sh\npython -m pip install local-mixup[nothing]\n```", PageError, "no such"),
        ("```sh\npython -m pip install --group nothing\n```", PageError, "no such"),
        ("```sh\nrm -r everything\n```", PageError, "no way"),
        ("```fortran\nend\n```", PageError, "no way"),
    ],
)
def test_what_is_wrong_is_noticed(source: str, error: type[Exception], message: str) -> None:
    runner = Runner("page.md")
    *before, last = blocks("page.md", source)
    for block in before:
        runner.run(block)
    with pytest.raises(error, match=message):
        runner.run(last)


def test_a_block_without_end_is_noticed() -> None:
    with pytest.raises(PageError, match="no end"):
        list(blocks("page.md", "```python\nprint(1)\n"))

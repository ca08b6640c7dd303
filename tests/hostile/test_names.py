"""Names with dollars, markup, escapes and odd bytes: shown as text, and never obeyed."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.mathtext import MathTextParser

from figures.__main__ import main as draw
from figures.drawing.options import Options
from figures.drawing.style import as_text
from figures.lattice import choice
from numerics import signals
from numerics.__main__ import main as compute
from numerics.commands import guarded
from numerics.visible import shortened, visible
from theory.__main__ import main as prove

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NAMES = {
    "dollars": "$x^2$ for $5",
    "one dollar": "5$",
    "a dollar that is escaped": r"\$x\$",
    "broken formula": r"$\frac{$",
    "markup": "<b>&amp;</b><script>alert(1)</script>",
    "terminal": "\x1b[31mred\x1b[0m\x07\x9b2J",
    "lines": "one\ntwo\rthree",
    "no encoding": os.fsdecode(b"caf\xe9"),
    "right to left": "txt.\u202egpj",
}
"""What a file may be called, by kind."""

ORDERS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What a terminal obeys, but for the ends of lines."""

TEXTS = ("dollars", "one dollar", "a dollar that is escaped", "broken formula", "markup")
"""Names of characters that are seen."""


def outcome(command: Callable[[list[str]], int], arguments: list[str]) -> int:
    """Run a command as its door does."""
    try:
        return guarded("door", lambda: command(arguments))
    except SystemExit as end:
        return int(end.code or 0)


@pytest.mark.parametrize("kind", NAMES)
def test_what_is_seen_is_the_name(kind: str) -> None:
    name = NAMES[kind]
    for shown in (visible(name), shortened(name)):
        assert not ORDERS.search(shown.replace("\n", "\0"))
    if kind in TEXTS:
        assert visible(name) == name
    visible(name).encode()


def test_nothing_but_orders_is_spelled_out() -> None:
    assert visible("ε ≤ 3 · naïve\nK²", lines=True) == "ε ≤ 3 · naïve\nK²"
    assert visible("a\nb") == r"a\nb"
    assert visible("\x1b[2J\udcff") == r"\x1b[2J\udcff"


@pytest.mark.parametrize("kind", NAMES)
def test_terminal(kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = NAMES[kind].replace("/", "_")
    record = tmp_path / f"{name}.csv"
    record.write_text("\n".join(map(str, np.sin(np.arange(40.0)).round(3))))
    target = str(tmp_path / f"{name}-out.csv")
    calls: list[tuple[Callable[[list[str]], int], list[str], int]] = [
        (compute, ["choose", "--data", str(record), "--K", "1:9", "--out", target], 0),
        (compute, ["choose", "--data", str(record), "--column", name], 2),
        (compute, ["choose", "--data", str(tmp_path / name)], 2),
        (compute, ["spirals", "--preset", name], 2),
        (compute, [name], 2),
        (prove, [name], 2),
        (prove, ["--check", str(tmp_path / name)], 2),
        (prove, ["--check", str(record)], 2),
    ]
    for command, arguments, status in calls:
        assert outcome(command, arguments) == status, arguments
        out, err = capsys.readouterr()
        assert not ORDERS.search(out + err), arguments
        assert err.count("\n") == (1 if status else 0), arguments
    assert os.path.exists(target)  # noqa: PTH110  # by the very bytes


def drawn(text: Any) -> str:
    """Return the characters that a text of a figure consists of."""
    words, formulas = text._preprocess_math(text.get_text())
    if not formulas:
        return str(words)
    glyphs = MathTextParser("path").parse(words).glyphs
    return "".join(chr(number) for _, _, number, *_ in glyphs)


@pytest.mark.parametrize("kind", NAMES)
def test_figures_show_the_name(kind: str) -> None:
    name = visible(NAMES[kind])
    figure = Figure()
    ax = figure.subplots()
    title = ax.set_title(f"{as_text(name)}: $K$")
    plain = ax.set_xlabel(as_text(name))
    figure.draw_without_rendering()
    for shown, expected in ((title, f"{name}: K"), (plain, name)):
        assert drawn(shown) == expected


def test_a_figure_of_a_file_of_any_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record = tmp_path / "$x^2$ <b>&amp; \x1b[31m\udce9 $.csv"
    record.write_text("\n".join(map(str, signals.make(64, "bumps"))))
    out = tmp_path / "out"
    assert outcome(draw, ["draw", "choice", "--data", str(record), "--out", str(out)]) == 0
    assert not ORDERS.search("".join(capsys.readouterr()))
    assert {path.suffix for path in out.iterdir()} == {".pdf", ".png", ".csv"}
    drawing = choice.build(Options(signal=signals.make(64, "bumps"), label=visible(record.stem)))
    assert drawing.caption.startswith(r"$x^2$ <b>&amp; \x1b[31m\udce9 $: from the record alone")

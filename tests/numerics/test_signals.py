"""Signals that are made, and signals that are read from what people have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from numerics import signals
from numerics.tolerances import CLOSED_FORM

if TYPE_CHECKING:
    from pathlib import Path

NUMBERS = [1.5, -2.0, 3e-3]


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "signal.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("1.5\n-2\n3e-3\n", None),
        ("1.5\n-2\n3e-3", None),
        ("\n1.5\r\n\r\n -2\r\n3e-3\r\n", None),
        (b"\xef\xbb\xbf1.5\n-2\n3e-3\n", None),
        (b"\xef\xbb\xbfvolts\n1.5\n-2\n3e-3\n", "volts"),
        ("# made by hand\nvolts\n1.5\n# a comment\n-2\n3e-3\n", None),
        ("date,volts\n2020-01-01,1.5\n2020-01-02,-2\n2020-01-03,3e-3\n", None),
        ("2020-01-01,1.5\n2020-01-02,-2\n2020-01-03,3e-3\n", None),
        ("t;volts\n0;1.5\n1;-2\n2;3e-3\n", "volts"),
        ("t\tvolts\n0\t1.5\n1\t-2\n2\t3e-3\n", "volts"),
        ("t, volts\n0, 1.5\n1, -2\n2, 3e-3\n", "volts"),
        ("t  volts\n0   1.5\n1    -2\n2  3e-3\n", 1),
        ("0 1.5\n1 -2\n2 3e-3\n", 1),
        ('"time, s","volts"\n"0","1.5"\n"1","-2"\n"2","3e-3"\n', "volts"),
        ("volts,volts\n1.5,0\n-2,1\n3e-3,2\n", 0),
    ],
)
def test_read_csv(tmp_path: Path, text: str | bytes, column: Any) -> None:
    values = signals.read_csv(written(tmp_path, text), column)
    np.testing.assert_array_equal(values, NUMBERS)


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        ("", None, "signal.csv is empty"),
        (b"\xef\xbb\xbf\n\n# only a comment\n", None, "signal.csv is empty"),
        ("volts\n", None, "line 1: a header and no numbers below it"),
        ("volts\n1\nn/a\n", None, "signal.csv, line 3: 'n/a' is not a number$"),
        ("\n\n1\n\nn/a\n", None, "signal.csv, line 5: 'n/a' is not a number$"),
        ("a,b\nx,1\ny,\n", None, "line 3: a value is missing"),
        ("1;2,5\n", 1, r"line 1: '2,5' is not a number \(decimals take a point\)"),
        ("1\n1_000\n", None, "line 2: '1_000' is not a number$"),
        ("nan\n", None, "line 1: 'nan' is not a finite number"),
        ("1\n-inf\n", None, "line 2: '-inf' is not a finite number"),
        ("1\n1e999\n", None, "line 2: '1e999' is not a finite number"),
        ("a,b\n1,2\n3\n", "a", "line 3: 1 columns where the first row has 2"),
        ("a,b\n1,2\n", None, r"several columns of numbers; name one: 'a' \(0\), 'b' \(1\)"),
        ("1,2\n", None, "several columns of numbers; name one: 0, 1"),
        ("a,b\n1,2\n", "c", r"no column 'c'; it has 'a' \(0\), 'b' \(1\)"),
        ("1,2\n", "c", "no column 'c'; it has 0, 1"),
        ("a,b\n1,2\n", 2, "no column 2; it has"),
        ("a,a\n1,2\n", "a", "has 2 columns 'a'; name one by its index from 0"),
        ("a,b\n1,2\n", -1, "column must be at least 0, got -1"),
        ("a,b\n1,2\n", True, "column must be an integer, got True"),
        ("a,b\nx,y\n", None, "line 2: no number in 'x', 'y'"),
        ("volts\nx\n", None, "line 2: 'x' is not a number"),
        (b"1\n2\n\xff\xfe\n", None, "signal.csv, line 3: not text in UTF-8"),
    ],
)
def test_read_csv_says_what_is_wrong(
    tmp_path: Path, text: str | bytes, column: Any, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        signals.read_csv(written(tmp_path, text), column)


def test_read_csv_needs_a_file(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        signals.read_csv(tmp_path / "none.csv")


def test_made_signals() -> None:
    for name in signals.SHAPES:
        for n in (1, 2, 256):
            y = signals.make(n, name, rng=1)
            assert y.shape == (n,)
            assert np.isfinite(y).all()
            np.testing.assert_array_equal(y, signals.make(n, name, rng=1))
    np.testing.assert_allclose(np.abs(np.fft.rfft(signals.make(64)))[3], 32, rtol=CLOSED_FORM)
    assert sorted(set(signals.make(60, "square"))) == [-1, 1]
    assert np.diff(signals.make(60, "square", rng=2)).nonzero()[0].size == 5
    bumps = signals.make(1000, "bumps")
    peaks = (bumps > np.roll(bumps, 1)) & (bumps > np.roll(bumps, -1))
    assert peaks.sum() == 4
    bridge = signals.make(500, "bridge", rng=3)
    assert abs(bridge[-1]) < CLOSED_FORM
    assert not np.array_equal(bridge, signals.make(500, "bridge", rng=4))


def test_make_takes_generators_and_refuses_nonsense() -> None:
    rng = np.random.default_rng(1)
    first, second = signals.make(8, "white", rng=rng), signals.make(8, "white", rng=rng)
    np.testing.assert_array_equal(first, signals.make(8, "white", rng=1))
    assert not np.array_equal(first, second)
    with pytest.raises(ValueError, match=r"name must be one of sine, .*; got 'cosine'"):
        signals.make(8, "cosine")
    with pytest.raises(ValueError, match="n must be at least 1, got 0"):
        signals.make(0)
    with pytest.raises(ValueError, match=r"n must be an integer, got 8\.0"):
        signals.make(8.0)  # type: ignore[arg-type]

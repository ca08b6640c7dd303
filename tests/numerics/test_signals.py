"""Signals that are made, and signals that are read from what people have."""

import gzip
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from numerics import signals
from tests.tolerances import CLOSED_FORM

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
        ("volts\n1\nn/a\n", None, "signal.csv, line 3: a value is missing"),
        ("\n\n1\n\nn/a\n", None, "signal.csv, line 5: a value is missing"),
        ("a,b\nx,1\ny,\n", None, "line 3: a value is missing"),
        ("1;2,5\n2;1.5\n", 1, "line 1: the comma in '2,5' is not clear: decimal=','"),
        ("1;2\n2;1,500\n", 1, "line 2: the comma in '1,500' is not clear: .* thousands"),
        ("1\n1_000\n", None, "line 2: '1_000' is not a number$"),
        ("nan\n", None, "line 1: is 'nan' a header, or .* missing.* header=0 or header=None"),
        ("2\nnan\n", None, "line 2: a value is missing"),
        ("1\n-inf\n", None, "line 2: '-inf' is not a finite number"),
        ("1\n1e999\n", None, "line 2: '1e999' is not a finite number"),
        ("a,b\n1,2\n3\n", "a", "line 3: 1 columns where the first row has 2"),
        ("a,b\n1,2\n", None, r"several columns of numbers; name one: 'a' \(0\), 'b' \(1\)$"),
        ("1,2\n", None, "name one: 0, 1; or give decimal=',' if they are one, with a decimal"),
        ("1,2.5\n", None, "several columns of numbers; name one: 0, 1$"),
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
def test_errors_are_said(tmp_path: Path, text: str | bytes, column: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        signals.read_csv(written(tmp_path, text), column)


CASES: list[tuple[str, dict[str, Any], list[float] | str]] = [
    # Text files that people have: what comes of each, or what the refusal says.
    ("0\n1.5\n2.5\n3.5\n", {}, "line 1: is '0' a header, .* Say header=0 or header=None"),
    ("0\n1.5\n2.5\n3.5\n", {"header": 0}, [1.5, 2.5, 3.5]),
    ("0\n1.5\n2.5\n3.5\n", {"header": None}, [0, 1.5, 2.5, 3.5]),
    ("0\n3\n2\n", {}, "header=0 or header=None"),
    ("2019\n1.5\n2.5\n", {}, "header=0 or header=None"),
    ("2019\n1.5\n2\n", {}, [2019, 1.5, 2]),
    (",0\n0,1.5\n1,2.5\n2,3.5\n", {"column": 1}, "line 1: is '', '0' a header"),
    (",0\n0,1.5\n1,2.5\n2,3.5\n", {"column": 1, "header": 0}, [1.5, 2.5, 3.5]),
    (",5\n0,1\n1,2\n", {"column": 1}, "line 1: is '', '5' a header"),
    (",v\n0,1.5\n1,2.5\n", {"column": "v"}, [1.5, 2.5]),
    ("NA\n2.5\n3.5\n", {}, "line 1: is 'NA' a header"),
    ("NA\n2.5\n3.5\n", {"header": None}, "line 1: a value is missing"),
    ("NA\n2.5\n3.5\n", {"header": None, "missing": "drop"}, [2.5, 3.5]),
    ("2020-01-01,\n2020-01-02,1.5\n", {"column": 1}, "line 1: is '2020-01-01', '' a header"),
    ("d,v\n2020-01-01,NA\n2020-01-02,1.5\n", {"column": "v", "missing": "drop"}, [1.5]),
    ("1.5D-03\n2.5\n3.5d2\n", {}, [0.0015, 2.5, 350]),
    ('"1,234"\n900\n800\n', {}, "line 1: the comma in '1,234' is not clear"),
    ('900\n"1,234"\n800\n', {}, "line 2: the comma in '1,234' is not clear: .* thousands"),
    ('"1,234"\n900\n800\n', {"decimal": ","}, [1.234, 900, 800]),
    ("t;u\n0;1,5\n1;2,5\n", {"column": "u"}, [1.5, 2.5]),
    ("t;u\n0;1,5\n1;2,5\n", {"column": "u", "delimiter": ";", "decimal": ","}, [1.5, 2.5]),
    ("t;u\n0;1,5\n1;2,5\n", {"column": "u", "decimal": "."}, "line 2: '1,5' is not a number where"),
    ("1,5\n2,5\n", {"decimal": ","}, [1.5, 2.5]),
    (
        "1.5\n2.5\n",
        {"decimal": ","},
        r"line 1: '1\.5' is not a number where the decimal mark is ','",
    ),
    ("made by x\nv 2\n1.5\n2.5\n", {"skip": 2}, [1.5, 2.5]),
    ("made by x\nv\n1.5\n2.5\n", {"skip": 0, "header": 1}, [1.5, 2.5]),
    ("1|2.5\n2|3.5\n", {"delimiter": "|", "column": 1}, [2.5, 3.5]),
    ("a,b\n1,NA\nx,2\n", {"column": "b", "missing": "drop"}, [2]),
    ("a\nNA\nNA\n", {"missing": "drop"}, "every row has a missing value"),
    ('a,b\n"1,2\n3,4\n', {"column": "a"}, "a quotation mark is open"),
    ("1\n2\n", {"missing": "skip"}, "missing must be one of error, drop"),
    ("1\n2\n", {"header": "none"}, "header must be 'auto', None or the index"),
    ("1\n2\n", {"header": 2}, "header must be below the number of rows, 2, got 2"),
    ("1\n2\n", {"decimal": ";"}, "decimal must be"),
    ("1\n2\n", {"delimiter": ", "}, "delimiter must be one character"),
    ("1\n2\n", {"delimiter": ",", "decimal": ","}, "delimiter and decimal must differ"),
    ("1\n2\n", {"skip": -1}, "skip must be at least 0"),
    ("1\n2\n", {"encoding": "utf-99"}, "encoding must be one that Python knows"),
    ("1\n2\n", {"column": []}, "column must name at least one"),
]


@pytest.mark.parametrize(("text", "options", "right"), CASES)
@pytest.mark.parametrize("way", ["plain", "gzip", "utf-16"])
def test_files_that_people_have(
    tmp_path: Path, text: str, options: dict[str, Any], right: list[float] | str, way: str
) -> None:
    data = text.encode("utf-16" if way == "utf-16" else "utf-8")
    if way == "utf-16" and "encoding" in options:
        return
    path = written(tmp_path, gzip.compress(data) if way == "gzip" else data)
    if isinstance(right, str):
        with pytest.raises(ValueError, match=right):
            signals.read_csv(path, **options)
    else:
        np.testing.assert_array_equal(signals.read_csv(path, **options), right)


def test_several_columns_in_one_call(tmp_path: Path) -> None:
    path = written(tmp_path, "t,u,w\n0,1,x\n1,NA,y\n2,3,z\n")
    found = signals.read_csv(path, ["u", 0], missing="drop")
    np.testing.assert_array_equal(found, [[1, 3], [0, 2]])
    assert signals.read_csv(path, ("t",)).shape == (1, 3)


def test_words_are_classes_where_it_is_said(tmp_path: Path) -> None:
    path = written(tmp_path, "t,u,w\n0,1,oak\n1,2,ash\n2,3,\n3,4,7\n4,5,oak\n")
    found = signals.read_csv(path, ["t"], classes="w", missing="drop")
    np.testing.assert_array_equal(found, [[0, 1, 3, 4], [2, 1, 0, 2]])
    one = signals.read_csv(path, "t", classes=2, missing="drop")
    np.testing.assert_array_equal(one, found)
    numeric = signals.read_csv(path, "t", classes="u")  # numbers stay what they are
    np.testing.assert_array_equal(numeric, [range(5), range(1, 6)])
    for column, classes, message in (
        ("t", "w", "line 4: a value is missing"),
        ("w", "w", "line 2: 'oak' is not a number"),
        ("t", "x", "has no column 'x'"),
        ("t", 1.5, "classes must be an integer"),
    ):
        with pytest.raises(ValueError, match=message):
            signals.read_csv(path, column, classes=classes)  # type: ignore[arg-type]


def test_the_fast_way_and_the_careful_way_agree(tmp_path: Path) -> None:
    values = np.random.default_rng(0).standard_normal((50, 2)) * 10.0 ** np.arange(-12, 12, 12)
    lines = [",".join(map(repr, row)) for row in values.tolist()]
    fast = signals.read_csv(written(tmp_path, "a,b\n" + "\n".join(lines)), ["a", "b"])
    quoted = ['"' + line.replace(",", '","') + '"' for line in lines]
    careful = signals.read_csv(written(tmp_path, "a,b\n" + "\n".join(quoted)), ["a", "b"])
    np.testing.assert_array_equal(fast, values.T)
    np.testing.assert_array_equal(careful, values.T)


def test_a_million_rows(tmp_path: Path) -> None:
    rows = "".join(f"{i / 7:.6f},{i % 1000}\n" for i in range(10**5))
    path = written(tmp_path, "a,b\n" + 10 * rows)
    began = time.process_time()
    assert signals.read_csv(path, ["a", "b"]).shape == (2, 10**6)
    assert time.process_time() - began < 1


def test_other_encodings_are_named(tmp_path: Path) -> None:
    path = written(tmp_path, "größe\n1.5\n".encode("latin-1"))
    with pytest.raises(ValueError, match="line 1: not text in UTF-8; name another with encoding="):
        signals.read_csv(path)
    assert signals.read_csv(path, "größe", encoding="latin-1") == [1.5]
    with pytest.raises(ValueError, match=r"begins like a \.gz file"):
        signals.read_csv(written(tmp_path, b"\x1f\x8b12"))


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

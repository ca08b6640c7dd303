"""Options that several commands of ``python -m figures`` share."""

import argparse
from pathlib import Path

from figures.drawing.options import Options
from numerics import signals
from numerics.commands import (
    SEED,
    Renamed,
    add_file_format,
    column,
    file_format,
    load,
    refuse_file_format,
    takes,
)
from numerics.lattice.readings import READINGS
from numerics.tradeoff.boundaries import BOUNDARIES
from numerics.visible import visible

SIGNALS = ("tradeoff", "risk", "choice")
"""Figures of a signal, which may be the user's."""

CURVES = ("fig4", "fig4-images")
"""Figures of curves of Q(D), which may be the user's."""

INTRUSIONS = ("intrusion",)
"""Figures of curves of intrusion, which may be the user's."""

_CURVE, _INTRUSION = "epsilon,value,point,", "epsilon,share,lower,"
"""How the tables of curves begin."""


def add_jobs(parser: argparse.ArgumentParser) -> None:
    """Add the number of processes."""
    parser.add_argument(
        "--jobs",
        type=takes("a whole number from 1 on", r"0*[1-9]\d*", int),
        default=2,
        metavar="N",
        help="processes (default: 2)",
    )


def add_folder(parser: argparse.ArgumentParser) -> None:
    """Add the folder that figures and the report go to."""
    parser.add_argument("--out", default="out", metavar="DIR", help="folder (default: out)")


def add_data(parser: argparse.ArgumentParser) -> None:
    """Add what is read, and what is asked of a signal."""
    data = parser.add_argument(
        "--data",
        nargs="+",
        type=Path,
        default=[],
        action="extend",
        metavar="PATH",
        help="a folder with stored runs and curves (default: those kept with this package); curves "
        f"that 'python -m numerics lipschitz --out' wrote, for {' and '.join(CURVES)}, or '... "
        f"intrusion --out', for {INTRUSIONS[0]}; or a text file with a signal, for "
        f"{', '.join(SIGNALS)}",
    )
    for old in ("--from", "--signal"):
        parser.add_argument(old, action=Renamed, new=data)
    own = parser.add_argument_group("a signal")
    own.add_argument(
        "--column", type=column, help="its column: a header or, if all digits, an index from 0"
    )
    own.add_argument("--K", metavar="SPEC", help="neighbours on each side: 1:400, 1,2,5, ...")
    own.add_argument("--sigma", type=float, help="standard deviation of the noise (risk, choice)")
    own.add_argument(
        "--reading", choices=READINGS, help="which f_K is meant (risk, choice; counting)"
    )
    own.add_argument(
        "--boundary", choices=BOUNDARIES, help="what is beyond the ends (choice; periodic)"
    )
    own.add_argument("--seed", type=SEED, help="of the drawn noise and samples (default: fixed)")
    add_file_format(own)


def chosen(
    given: argparse.Namespace, names: tuple[str, ...] = (*SIGNALS, *CURVES, *INTRUSIONS)
) -> Options:
    """Return the choices for figures; what none of them shows is refused."""
    options: dict[str, object] = {
        name: getattr(given, name)
        for name in ("sigma", "reading", "boundary", "seed")
        if getattr(given, name) is not None
    }
    if given.K is not None:
        options["K"] = load("numerics", "tradeoff").parse_K(given.K)
    folders = [path for path in given.data if path.is_dir()]
    curves = [path for path in given.data if path.is_file() and _begins(path, _CURVE)]
    intrusions = [path for path in given.data if path.is_file() and _begins(path, _INTRUSION)]
    others = [path for path in given.data if path not in [*folders, *curves, *intrusions]]
    if len(folders) > 1 or len(others) > 1:
        got = ", ".join(map(str, given.data))
        message = f"--data takes one folder and one signal, got {got}; figures are named before it"
        raise ValueError(message)
    if folders:
        options["data"] = folders[0]
    if curves:
        _check_shown(f"--data {curves[0]}, a curve of Q(D),", CURVES, names)
        options["curves"] = tuple(curves)
    if intrusions:
        _check_shown(f"--data {intrusions[0]}, a curve of intrusion,", INTRUSIONS, names)
        options["intrusions"] = tuple(intrusions)
    if others:
        what = f"--data {others[0]}, which is not a curve of Q(D), is read as a signal: it"
        _check_shown(what, SIGNALS, names)
        options |= {
            "signal": signals.read_csv(others[0], given.column, **file_format(given)),
            "label": visible(others[0].stem),
        }
    else:
        if given.column is not None:
            message = "--column goes with a signal: --data FILE.csv"
            raise ValueError(message)
        refuse_file_format(given, "a signal: --data FILE.csv")
    for name in ("K", "sigma", "reading", "boundary"):
        if name in options:
            _check_shown(f"--{name}", ("choice",) if name == "boundary" else SIGNALS, names)
    return Options(**options)  # type: ignore[arg-type]  # each as its field is


def _begins(path: Path, text: str) -> bool:
    with path.open("rb") as file:
        return file.read(len(text)) == text.encode()


def _check_shown(what: str, wanted: tuple[str, ...], names: tuple[str, ...]) -> None:
    if not set(wanted) & set(names):
        message = f"{what} goes with {' and '.join(wanted)}, got {', '.join(names)}"
        raise ValueError(message)

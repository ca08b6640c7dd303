"""``local-mixup``, the command of an installed copy, and what the package index shows."""

import re
import tomllib
from importlib import import_module
from types import ModuleType
from typing import Any

import pytest

import figures
import local_mixup
import numerics
import theory
from tests.commands import Call, Output
from tests.processes import ROOT, loaded

PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
RELATIVE = re.compile(r"\]\((?!https:|#)")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("", "numerics  what is computed"),
        ("--help", "local-mixup theory IV.2-lower"),
        ("--version", f"local-mixup {numerics.__version__}\n"),
        ("theory --version", f"local-mixup {theory.__version__}\n"),
        ("numerics --version", f"local-mixup {numerics.__version__}\n"),
        ("figures --version", f"local-mixup {figures.__version__}\n"),
        ("numerics tradeoff --n 9 --K 1:3", "Definition IV.1"),
        ("figures draw --help", "python -m figures draw fig2"),
    ],
)
def test_each_door_opens(line: str, said: str, output: Output) -> None:
    assert said in output(line)


@pytest.mark.parametrize("floor", [numerics, figures])
def test_help_has_a_line_for_each_command(floor: ModuleType, output: Output) -> None:
    lines = output(f"{floor.__name__} --help").splitlines()
    for name, summary in import_module(f"{floor.__name__}.commands").COMMANDS.items():
        assert [len(line) < 80 for line in lines if line.split() == [name, *summary.split()]]


def test_a_wrong_floor_gets_the_nearest(call: Call) -> None:
    status, _, err = call("figure draw")
    assert status == 2
    assert "the nearest is 'figures'" in err


@pytest.mark.parametrize(
    ("floor", "arguments", "found"),
    [
        ("theory", ["Fig3-minimum"], set()),
        ("numerics", ["--help"], set()),
        ("numerics", ["no-such-command"], set()),
        ("numerics", ["spirals", "--help"], {"numpy", "scipy"}),
        ("figures", ["--help"], set()),
        ("figures", ["fig33"], set()),
        ("figures", ["draw", "fig33"], set()),
        ("figures", ["recheck", "spiral"], set()),
        ("figures", ["data", "region"], set()),
        ("figures", ["claims", "Fig3-minimun"], {"sympy"}),
    ],
)
def test_a_door_opens_before_what_lies_behind_it_is_loaded(
    floor: str, arguments: list[str], found: set[str]
) -> None:
    heavy = {"theory": ("figures", "numerics", "numpy"), "numerics": ("numpy", "scipy")}
    names = heavy.get(
        floor, ("sympy", "matplotlib", "scipy.stats", "scipy.signal", "scipy.spatial")
    )
    code = f"import {floor}.__main__\ntry: {floor}.__main__.main({arguments})\n"
    assert loaded(f"{code}except SystemExit: pass", *names) == found


def test_the_command_is_installed_with_its_module() -> None:
    assert PROJECT["project"]["scripts"] == {"local-mixup": "local_mixup:main"}
    wheel = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert {*local_mixup.FLOORS, "local_mixup.py"} == set(wheel["only-include"])
    assert all((ROOT / path).exists() for path in [*wheel["only-include"], *wheel["shared-data"]])


def test_version_is_that_of_the_project_and_other_names_are_none() -> None:
    assert numerics.__version__ == PROJECT["project"]["version"]
    for floor in (theory, numerics, figures):
        with pytest.raises(AttributeError, match="has no attribute 'no_such_name'"):
            floor.no_such_name  # noqa: B018


def test_links_lead_somewhere_on_the_package_index() -> None:
    page = shown = (ROOT / "README.md").read_text(encoding="utf-8")
    for rule in PROJECT["tool"]["hatch"]["metadata"]["hooks"]["fancy-pypi-readme"]["substitutions"]:
        shown = re.sub(rule["pattern"], rule["replacement"], shown)
    assert RELATIVE.search(page)
    assert not RELATIVE.search(shown)
    assert re.findall(r"\]\((https:[^)]+)\)", shown) == re.findall(r"\]\((https:[^)]+)\)", page)
    assert "(IV.2-lower): PROVED" in shown

"""``local-mixup``, the command of an installed copy, and what the package index shows."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

import figures
import local_mixup
import numerics
import theory

ROOT = Path(__file__).parents[2]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
RELATIVE = re.compile(r"\]\((?!https:|#)")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "numerics  what is computed"),
        (["--help"], "local-mixup theory IV.2-lower"),
        (["--version"], f"local-mixup {numerics.__version__}\n"),
        (["theory", "--version"], f"local-mixup {theory.__version__}\n"),
        (["figures", "--version"], f"local-mixup {figures.__version__}\n"),
        (["numerics", "tradeoff", "--n", "9", "--K", "1:3"], "Definition IV.1"),
        (["figures", "draw", "--help"], "python -m figures draw fig2"),
    ],
)
def test_each_door_opens(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        status: object = local_mixup.main(arguments)
    except SystemExit as stop:
        status = stop.code
    assert not status
    assert said in capsys.readouterr().out


def test_a_wrong_floor_gets_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        local_mixup.main(["figure", "draw"])
    assert stop.value.code == 2
    assert "the nearest is 'figures'" in capsys.readouterr().err


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

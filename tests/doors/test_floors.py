"""Who may import whom: theory and numerics never each other, and nothing imports figures."""

import ast
from pathlib import Path

import pytest

from tests.processes import ROOT, loaded

FORBIDDEN = {
    "theory": {"numerics", "figures", "tests", "numpy", "scipy", "matplotlib"},
    "numerics": {"theory", "figures", "tests", "sympy", "flint", "matplotlib"},
    "figures": {"tests"},
}
IMPORTERS = {"import_module", "__import__", "find_spec", "run_module"}


def imported(source: str, package: str) -> set[str]:
    """Return the top-level packages that a source file imports, statically or by name."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            # A relative import stays in its package: the three packages have no common parent.
            names.add(package if node.level else (node.module or "").split(".")[0])
        elif isinstance(node, ast.Call) and node.args:
            called = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            called = node.func.id if isinstance(node.func, ast.Name) else called
            first = node.args[0]
            if called in IMPORTERS and isinstance(first, ast.Constant):
                names.add(str(first.value).split(".")[0])
    return names


def sources(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def test_no_file_imports_another_floor() -> None:
    every = {
        path: (package, imported(path.read_text(encoding="utf-8"), package))
        for package in FORBIDDEN
        for path in sources(package)
    }
    assert len(every) > 200
    assert [path for path, (package, names) in every.items() if names & FORBIDDEN[package]] == []
    found = {name for _, names in every.values() for name in names}
    assert {"sympy", "numpy", *FORBIDDEN} <= found


def private_imports(source: str) -> list[str]:
    """Return the names with a leading underscore that a source file imports."""
    return [
        alias.name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name.startswith("_") and not alias.name.startswith("__")
    ]


@pytest.mark.parametrize("package", FORBIDDEN)
def test_no_module_imports_a_private_name(package: str) -> None:
    assert private_imports("from a import _b, __version__, c") == ["_b"]
    for path in sources(package):
        assert not private_imports(path.read_text(encoding="utf-8")), path


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import numerics", True),
        ("import numerics.lattice as lattice", True),
        ("from numerics import lattice", True),
        ("from numerics.lattice import kernel", True),
        ("def f():\n    from numerics.lattice import kernel", True),
        ("if TYPE_CHECKING:\n    import numerics", True),
        ("import os, numerics", True),
        ("import importlib\nimportlib.import_module('numerics.lattice')", True),
        ("__import__('numerics')", True),
        ("import numericsx", False),
        ("numerics = 1", False),
        ("'import numerics'", False),
        ("from . import numerics", False),
        ("# numerics", False),
    ],
)
def test_imports_are_found_and_nothing_else(source: str, found: bool) -> None:
    assert ("numerics" in imported(source, "theory")) == found


@pytest.mark.parametrize("package", ["theory", "numerics"])
def test_running_the_floor_loads_no_other(package: str) -> None:
    modules = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in sources(package)
    ]
    code = "\n".join(f"import {name}" for name in modules)
    assert loaded(code, package, *FORBIDDEN[package]) == {package}


def asserts(source: str) -> bool:
    """Tell whether a source file has an assert statement."""
    return any(isinstance(node, ast.Assert) for node in ast.walk(ast.parse(source)))


def test_no_library_file_asserts() -> None:  # python -O would drop it
    assert asserts("def f(x):\n    assert x > 0\n    return x")
    assert not asserts("def f(x):\n    return 'assert x'")
    every = [path for package in FORBIDDEN for path in sources(package)]
    assert [path for path in every if asserts(path.read_text(encoding="utf-8"))] == []


def borrows_tolerances(source: str) -> bool:
    """Tell whether a file imports what the code under test allows itself."""
    return any(
        node.module == "numerics.tolerances"
        or (node.module == "numerics" and any(alias.name == "tolerances" for alias in node.names))
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom)
    )


def test_tests_state_their_own_tolerances() -> None:
    assert borrows_tolerances("from numerics.tolerances import STEP")
    assert borrows_tolerances("from numerics import graphs, tolerances")
    assert not [path for path in sources("tests") if borrows_tolerances(path.read_text("utf-8"))]


def test_contributing_names_every_room() -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for package in FORBIDDEN:
        (row,) = [line for line in page.splitlines() if line.startswith(f"| `{package}/` |")]
        rooms = {path.parent.name for path in (ROOT / package).glob("*/__init__.py")}
        assert {room for room in rooms if f"`{room}`" not in row} == set()

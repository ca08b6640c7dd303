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


FILES = [(package, path) for package in FORBIDDEN for path in sources(package)]


@pytest.mark.parametrize(
    ("package", "path"), FILES, ids=[path.relative_to(ROOT).as_posix() for _, path in FILES]
)
def test_no_file_imports_another_floor(package: str, path: Path) -> None:
    found = imported(path.read_text(encoding="utf-8"), package)
    assert not found & FORBIDDEN[package]


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


@pytest.mark.parametrize("package", ["theory", "numerics"])
def test_there_is_something_to_look_at(package: str) -> None:
    assert len(sources(package)) > 5
    every = {name for path in sources(package) for name in imported(path.read_text(), package)}
    assert package in every
    assert ("sympy" if package == "theory" else "numpy") in every


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


@pytest.mark.parametrize(
    "path", [path for _, path in FILES], ids=lambda p: p.relative_to(ROOT).as_posix()
)
def test_no_library_file_asserts(path: Path) -> None:
    # python -O would drop it.
    assert not asserts(path.read_text(encoding="utf-8"))


def asserts(source: str) -> list[int]:
    """Return the lines of a source file with an assert statement."""
    tree = ast.parse(source)
    return [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Assert)]


def test_assert_is_found() -> None:
    assert asserts("def f(x):\n    assert x > 0\n    return x") == [2]
    assert asserts("def f(x):\n    return 'assert x'") == []


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

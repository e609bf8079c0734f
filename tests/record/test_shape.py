"""The shape of tools: no part of the package, and in need of nothing that it may not have."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOOLS = sorted((ROOT / "tools").rglob("*.py"))
PACKAGE = sorted((ROOT / "pxeclient").rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    """The modules that a file imports, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relative to itself"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def dependencies(path: Path) -> set[str]:
    """What the package depends on; for the tools of tests and releases, what these need as well."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = list(project["dependencies"])
    if "record" not in path.parts:
        extras = project["optional-dependencies"]
        wanted += [*extras["test"], *extras["dist"]]
    return {re.split(r"[<>=! \[]", one)[0] for one in wanted}


@pytest.mark.parametrize("path", TOOLS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_tool_needs_what_the_package_has(path: Path) -> None:
    """The standard library, the package's own dependencies, the package, other tools.

    Who records firmware needs no more than the package; whoever runs the others has the tests' own.
    """
    allowed = {*sys.stdlib_module_names, *dependencies(path), "pxeclient", "tools"}
    assert {name.partition(".")[0] for name in imported(path)} <= allowed


def test_the_package_needs_no_tools() -> None:
    """Nor tests: it is installed without them."""
    for path in PACKAGE:
        assert not {name.partition(".")[0] for name in imported(path)} & {"tools", "tests"}, path


def test_the_recorder_has_no_import_cycles() -> None:
    """Its modules can be put in an order in which each imports only those before it."""
    names = {name(path): path for path in TOOLS if "record" in path.parts}
    graph = {
        one: {
            base for other in imported(path) if (base := known(other, set(names))) not in ("", one)
        }
        for one, path in names.items()
    }
    assert len(list(TopologicalSorter(graph).static_order())) == len(names)


def name(path: Path) -> str:
    """A file's dotted name."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def known(imported_name: str, names: set[str]) -> str:
    """The module that an import means: ``a.b.c`` may be the module or a name in ``a.b``."""
    if imported_name in names:
        return imported_name
    base = imported_name.rpartition(".")[0]
    return base if base in names and base != "tools.record" else ""


@pytest.mark.parametrize("path", TOOLS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_tool_says_what_it_is(path: Path) -> None:
    """It begins with a docstring."""
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))

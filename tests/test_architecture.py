"""The shape of the package: imports point one way, and only `link` and `lab` touch the outside."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent / "pxeclient"

ALLOWED: dict[str, set[str]] = {
    # room: the rooms that it may import from, besides itself
    "wire": set(),
    "link": {"wire"},
    "lab": {"link"},
    "spelling": set(),
    "practice": {"spelling", "wire"},
    "boot": {"spelling", "wire"},
    "firmware": {"wire", "boot"},
    "profile": {"spelling", "wire", "boot", "firmware", "nbp"},
    "advice": {"boot"},
    "errors": {"advice", "boot", "profile"},
    "trace": {"boot"},
    "run": {"boot", "link", "trace"},
    "trial": {"boot", "link", "practice", "profile", "trace", "run"},
    "diagnose": {"advice", "wire", "boot", "trace", "nbp", "architectures"},
    "playbook": {"wire", "boot", "profile", "trace"},
    "nbp": set(),
    "architectures": {"nbp"},
    "report": {"advice", "wire", "boot", "trace", "nbp", "diagnose"},
    "pytest_plugin": {
        "wire",
        "link",
        "lab",
        "boot",
        "practice",
        "profile",
        "trace",
        "diagnose",
        "report",
        "trial",
    },
    "replay": {"wire", "link", "boot", "practice", "profile", "trace", "report", "run"},
    "compare": {"wire", "link", "boot", "practice", "profile", "trace", "report", "run", "replay"},
    "teach": {"spelling", "wire", "boot", "practice", "profile", "trace", "report", "trial"},
    "matrix": {
        "wire", "link", "boot", "practice", "profile", "trace", "diagnose", "report", "run", "nbp",
        "architectures", "replay",
    },
    "explain": {
        "wire", "link", "boot", "profile", "trace", "nbp", "diagnose", "report", "run", "replay",
    },
    "corpus": {"", "wire", "link", "boot", "practice", "profile", "trace", "report", "trial"},
    "check": {
        "spelling", "wire", "link", "lab", "practice", "boot", "profile", "trace", "run",
        "diagnose", "nbp", "architectures", "report", "trial",
    },
}  # fmt: skip
PURE = (
    "spelling", "wire", "boot", "firmware", "practice", "trace", "diagnose", "profile", "errors",
    "advice", "playbook",
)  # fmt: skip
OUTSIDE = {
    "asyncio", "multiprocessing", "random", "secrets", "select", "selectors", "signal", "socket",
    "socketserver", "subprocess", "threading", "time", "datetime",
}  # fmt: skip
"""The clock, chance, and everything that waits or listens."""


def modules() -> dict[str, Path]:
    """All modules of the package, by dotted name."""
    found = {}
    for path in ROOT.rglob("*.py"):
        parts = ("pxeclient", *path.relative_to(ROOT).with_suffix("").parts)
        found[".".join(parts).removesuffix(".__init__")] = path
    return found


MODULES = modules()


@cache
def tree(name: str) -> ast.Module:
    """The module's source, parsed."""
    return ast.parse(MODULES[name].read_text(encoding="utf-8"))


def room(name: str) -> str:
    """The part of the package that a module belongs to."""
    parts = name.split(".")
    return parts[1] if len(parts) > 1 else ""


def imported(name: str, node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    """The modules that an import statement of module `name` names."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
        return
    assert node.level == 0, f"{name} imports relative to itself"
    base = node.module or ""
    for alias in node.names:
        inner = f"{base}.{alias.name}"
        yield inner if inner in MODULES else base


@cache
def nodes(name: str) -> tuple[ast.AST, ...]:
    """Everything in the module's source."""
    return tuple(ast.walk(tree(name)))


@cache
def imports(name: str) -> frozenset[str]:
    """All modules that a module imports when it runs, anywhere in it."""
    skipped = {
        id(inner)
        for node in nodes(name)
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")
        for inner in ast.walk(node)
    }
    return frozenset(
        other
        for node in nodes(name)
        if isinstance(node, ast.Import | ast.ImportFrom) and id(node) not in skipped
        for other in imported(name, node)
    )


def used(name: str) -> set[str]:
    """Every attribute of a name that a module uses, as ``os.environ``."""
    return {
        f"{node.value.id}.{node.attr}"
        for node in nodes(name)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }


def rooms(name: str) -> set[str]:
    """The rooms of the package that a module imports from."""
    return {room(other) for other in imports(name) if other.startswith("pxeclient")}


@pytest.mark.parametrize("name", sorted(name for name in MODULES if room(name) in ALLOWED))
def test_imports_point_one_way(name: str) -> None:
    """A module imports only from its own room and from those before it."""
    assert rooms(name) - {room(name)} <= ALLOWED[room(name)]


@pytest.mark.parametrize("name", sorted(name for name in MODULES if room(name) in PURE))
def test_only_links_and_labs_touch_the_outside(name: str) -> None:
    """No clock, no chance, no sockets, no environment."""
    assert {other.partition(".")[0] for other in imports(name)} & OUTSIDE == set()
    assert used(name) & {"os.environ", "os.getenv", "os.urandom", "sys.argv", "sys.stdin"} == set()


@pytest.mark.parametrize(
    "place",
    [
        "boot",
        "wire",
        "firmware",
        "practice",
        "diagnose",
        "playbook",
        "link",
        "lab",
        "errors",
        "report",
        "replay",
        "compare",
        "matrix",
        "teach",
        "explain",
        "corpus",
        "pytest_plugin",
        "check",
    ],
)
def test_a_room_has_no_import_cycles(place: str) -> None:
    """Its modules can be put in an order in which each imports only those before it."""
    inside = {name for name in MODULES if room(name) == place}
    graph = {name: imports(name) & inside - {name} for name in inside}
    try:
        order = list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        pytest.fail(" imports ".join(reversed(error.args[1])))
    assert set(order) == inside


def test_every_module_belongs_to_a_room() -> None:
    """Nothing lies about: each has a place in the picture."""
    known = {*ALLOWED, "", "__main__", "cli"}
    assert {room(name) for name in MODULES} <= known


@pytest.mark.parametrize("name", sorted(MODULES))
def test_every_module_says_what_it_is(name: str) -> None:
    """It begins with a docstring, and its annotations, if any, are not evaluated."""
    module = tree(name)
    if not module.body:
        return
    assert ast.get_docstring(module)
    if any(isinstance(node, ast.FunctionDef | ast.AnnAssign) for node in nodes(name)):
        assert "__future__" in imports(name)

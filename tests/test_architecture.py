"""The shape of the package: imports point one way, and only `link` and `lab` touch the outside."""

from __future__ import annotations

import ast
import sys
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
    "lab": {"link", "wire"},
    "spelling": set(),
    "prose": set(),
    "documents": set(),
    "harmless": set(),
    "practice": {"spelling", "documents", "harmless", "wire"},
    "decisions": set(),
    "outcome": set(),
    "stack": {"wire", "decisions"},
    "fetch": {"wire", "stack", "decisions", "outcome"},
    "boot": {"spelling", "wire", "stack", "fetch", "decisions", "outcome"},
    "machine": {"decisions", "outcome", "stack", "fetch", "wire", "boot"},
    "firmware": {"decisions", "wire", "stack", "fetch", "boot"},
    "profile": {
        "decisions", "outcome", "stack", "fetch", "spelling", "documents", "harmless", "wire",
        "boot", "firmware", "nbp",
    },
    "advice": {"decisions", "documents", "boot"},
    "errors": {"decisions", "outcome", "documents", "advice", "boot", "profile", "prose"},
    "seen": {"wire"},
    "capture": {"wire", "seen"},
    "trace": {"outcome", "stack", "boot", "seen"},
    "endings": {"outcome", "boot", "wire", "seen", "trace", "nbp", "architectures", "clients"},
    "boots": {
        "machine", "stack", "wire", "link", "boot", "practice", "profile", "trace", "harmless",
    },
    "diagnose": {
        "decisions", "outcome", "advice", "documents", "wire", "boot", "seen", "trace", "nbp",
        "architectures", "endings", "clients", "httpboot",
    },
    "httpboot": {"decisions", "wire", "boot", "seen"},
    "playbook": {"outcome", "stack", "wire", "boot", "profile", "seen", "trace"},
    "nbp": {"documents"},
    "clients": {"documents", "wire", "seen"},
    "architectures": {"nbp"},
    "report": {
        "", "decisions", "outcome", "stack", "advice", "wire", "boot", "capture", "seen", "trace",
        "nbp", "diagnose", "endings", "prose", "harmless", "architectures",
    },
    "artifacts": {"boot", "capture", "trace", "diagnose", "report", "harmless"},
    "pytest_plugin": {
        "outcome", "artifacts", "cli", "harmless", "wire", "link", "lab", "boot", "stack",
        "practice", "profile", "trace", "diagnose", "report", "boots", "endings",
    },
    "replay": {
        "decisions", "outcome", "stack", "wire", "link", "boot", "practice", "profile", "capture",
        "seen", "trace", "report", "boots", "endings",
    },
    "compare": {
        "decisions", "outcome", "wire", "link", "boot", "practice", "profile", "capture", "seen",
        "trace", "report", "boots", "replay", "documents", "harmless",
    },
    "teach": {
        "outcome", "stack", "spelling", "wire", "boot", "practice", "profile", "seen", "trace",
        "report", "boots", "documents", "harmless", "endings", "prose",
    },
    "matrix": {
        "outcome", "wire", "link", "boot", "practice", "profile", "seen", "trace", "diagnose",
        "report", "advice", "boots", "nbp", "architectures", "replay", "endings", "prose",
    },
    "explain": {
        "decisions", "outcome", "stack", "advice", "wire", "link", "boot", "profile", "capture",
        "seen", "trace", "nbp", "diagnose", "report", "boots", "replay", "endings", "prose",
        "documents", "harmless", "clients", "architectures", "httpboot", "fetch",
    },
    "real": {
        "wire", "link", "lab", "boot", "profile", "capture", "trace", "boots", "compare",
    },
    "handbook": {"diagnose", "errors", "practice", "prose", "spelling"},
    "schemas": {
        "decisions", "outcome", "advice", "boot", "seen", "nbp", "diagnose", "replay", "report",
        "architectures", "compare", "explain", "watch", "check",
    },
    "watch": {
        "outcome", "wire", "boot", "advice", "capture", "seen", "endings", "explain", "harmless",
    },
    "corpus": {
        "decisions", "stack", "", "wire", "link", "boot", "practice", "profile", "seen", "trace",
        "report", "boots",
    },
    "check": {
        "outcome", "stack", "advice", "spelling", "wire", "link", "lab", "practice", "boot",
        "profile", "seen", "trace", "boots", "diagnose", "nbp", "architectures", "report",
        "endings", "prose", "documents", "harmless", "httpboot",
    },
    "cli": {
        "real", "decisions", "outcome", "stack", "", "spelling", "wire", "link", "lab", "practice",
        "boot", "profile", "errors", "capture", "seen", "trace", "boots", "diagnose", "report",
        "replay", "compare", "matrix", "teach", "explain", "corpus", "check", "advice",
        "architectures", "endings", "prose", "documents", "harmless", "nbp", "watch", "artifacts",
        "fetch", "handbook", "schemas",
    },
}  # fmt: skip
PURE = (
    "spelling", "wire", "decisions", "outcome", "stack", "fetch", "boot", "machine", "firmware",
    "practice", "seen", "trace", "diagnose", "profile", "documents", "harmless", "errors", "advice",
    "playbook", "boots", "prose", "httpboot", "handbook",
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


def modules_of(place: str) -> list[str]:
    """The modules of a room."""
    return sorted(name for name in MODULES if room(name) == place)


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
        if isinstance(node, ast.If) and _last(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    return frozenset(
        other
        for node in nodes(name)
        if isinstance(node, ast.Import | ast.ImportFrom) and id(node) not in skipped
        for other in imported(name, node)
    )


def _last(node: ast.expr) -> str:
    """The last name of a dotted one; empty for anything else."""
    match node:
        case ast.Name(id=last) | ast.Attribute(attr=last):
            return last
        case _:
            return ""


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


@pytest.mark.parametrize("place", ALLOWED)
def test_imports_point_one_way(place: str) -> None:
    """A module imports only from its own room and from those before it."""
    for name in modules_of(place):
        assert rooms(name) - {place} <= ALLOWED[place], name


@pytest.mark.parametrize("place", PURE)
def test_only_links_and_labs_touch_the_outside(place: str) -> None:
    """No clock, no chance, no sockets, no environment."""
    surroundings = {"os.environ", "os.getenv", "os.urandom", "sys.argv", "sys.stdin"}
    for name in modules_of(place):
        assert {other.partition(".")[0] for other in imports(name)} & OUTSIDE == set(), name
        assert used(name) & surroundings == set(), name


@pytest.mark.parametrize(
    "place",
    [
        "stack",
        "fetch",
        "boot",
        "machine",
        "wire",
        "firmware",
        "practice",
        "seen",
        "capture",
        "boots",
        "diagnose",
        "playbook",
        "link",
        "lab",
        "errors",
        "report",
        "replay",
        "compare",
        "real",
        "matrix",
        "teach",
        "explain",
        "artifacts",
        "corpus",
        "handbook",
        "pytest_plugin",
        "check",
        "cli",
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


CODECS = {
    f"pxeclient.wire.{name}"
    for name in (
        "arp", "dhcp", "dns", "ethernet", "icmp", "icmpv6", "igmp", "ipv4", "ipv6", "onestep",
        "tcp", "tftp", "udp",
    )
}  # fmt: skip
READERS = {"wire", "stack", "fetch", "boot", "practice", "link", "seen"}
"""Who reads octets: the machine and the servers as what they are, links for their own needs, and
`seen` for everybody who tells."""
READS_FOR_ITSELF = {
    # They show every octet, right or wrong, so they read layer by layer themselves.
    "pxeclient.report.fields.layers", "pxeclient.report.fields.dhcp",
    # Holds two frames together octet by octet.
    "pxeclient.compare.fields",
    # A test's own eyes: what it asserts must not come from what it tests.
    "pxeclient.playbook.sight",
    # A probe is a client: it reads the datagrams that its own host delivered.
    "pxeclient.check.asking", "pxeclient.check.fetching", "pxeclient.check.probes.delivery",
    "pxeclient.check.surfing",
    # A server: it reads what it is asked.
    "pxeclient.lab.tftpd.server", "pxeclient.lab.tftpd.transfer",
}  # fmt: skip


def codec_reads(name: str) -> set[str]:
    """The calls in a module that read octets by a codec: ``arp.parse``, ``read_udp``."""
    calls = {
        ast.unparse(node.func)
        for node in nodes(name)
        if isinstance(node, ast.Call) and _last(node.func) in ("parse", "read_udp")
    }
    codecs = {other.rpartition(".")[2] for other in imports(name) & CODECS}
    reads = {f"{codec}.parse" for codec in codecs} | {"read_udp", "onestep.read_udp"}
    return calls & reads


@pytest.mark.parametrize("place", sorted({*map(room, MODULES)} - READERS))
def test_frames_are_read_in_one_place(place: str) -> None:
    """Who tells of a boot takes `seen`'s values and parses nothing."""
    for name in modules_of(place):
        if name in READS_FOR_ITSELF:
            assert codec_reads(name), f"{name} reads nothing any more: take it out"
        else:
            assert codec_reads(name) == set(), name


@pytest.mark.parametrize(
    "name", sorted(name for name in MODULES if room(name) in ("stack", "fetch", "boot"))
)
def test_the_engine_asserts_nothing(name: str) -> None:
    """What a state or a job needs it is made with, so nobody need say that it is there."""
    assert not any(isinstance(node, ast.Assert) for node in nodes(name))


def test_every_module_belongs_to_a_room() -> None:
    """Nothing lies about: each has a place in the picture."""
    known = {*ALLOWED, "", "__main__"}
    assert {room(name) for name in MODULES} <= known


@pytest.mark.parametrize("place", sorted({*map(room, MODULES)}))
def test_every_module_says_what_it_is(place: str) -> None:
    """It begins with a docstring, and its annotations, if any, are not evaluated."""
    for name in modules_of(place):
        module = tree(name)
        if not module.body:
            continue
        assert ast.get_docstring(module), name
        if any(isinstance(node, ast.FunctionDef | ast.AnnAssign) for node in nodes(name)):
            assert "__future__" in imports(name), name


def test_a_lab_needs_no_library() -> None:
    """Its processes start without site-packages: quickly, and whatever the owner has installed."""
    names, seen = ["pxeclient.lab.keeper"], set[str]()
    while names:
        name = names.pop()
        if name in seen or name not in MODULES:
            continue
        seen.add(name)
        names += [
            *imports(name),
            *(f"{name}.{one}" for one in imports(name)),
            name.rpartition(".")[0],
        ]
    wanted = {one.partition(".")[0] for name in seen for one in imports(name)}
    assert wanted - set(sys.stdlib_module_names) <= {"pxeclient"}

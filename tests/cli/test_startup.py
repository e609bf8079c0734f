"""Starting up is quick: what a command does not need is not imported."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import pxeclient
from tests.cli.runner import CHECKOUT, process, run, started

HEAVY = ("scapy", "tftpy", "msgspec", "asyncio", "logging.handlers", "importlib.metadata")
"""What costs more than it is worth at start-up, or is needed by one command only."""

PROBE = """
import sys
from pxeclient.cli.main import cli
try:
    cli.main(sys.argv[1:], prog_name="pxeclient", standalone_mode=True)
finally:
    print("\\nmodules:", *sorted(sys.modules))
"""


def modules(*arguments: str) -> set[str]:
    """The modules that are loaded when the command line has done its work."""
    done = subprocess.run(
        [sys.executable, "-c", PROBE, *arguments],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        timeout=60,
        check=False,
        cwd=CHECKOUT,
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.rpartition("\nmodules: ")[2].split())


@pytest.mark.parametrize("arguments", [("--help",), ("--version",), ("-h",)])
def test_help_imports_little(arguments: tuple[str, ...]) -> None:
    """Help and version need click and one small module."""
    loaded = modules(*arguments)
    assert not loaded & set(HEAVY)
    ours = {name for name in loaded if name.split(".")[0] == "pxeclient"}
    assert ours == {"pxeclient", "pxeclient.cli", "pxeclient.cli.main"}


@pytest.mark.parametrize(
    "arguments",
    [("boot", "--help"), ("boot", "-p", "ipxe", "-q"), ("boot", "-p", "ipxe", "--json")],
)
def test_boot_imports_what_it_needs(arguments: tuple[str, ...]) -> None:
    """Nothing of a boot needs a library's packets, or a ladder."""
    loaded = modules(*arguments)
    assert not loaded & {"scapy", "tftpy", "asyncio", "importlib.metadata"}
    for room in ("report.ladder", "explain", "replay", "capture"):
        assert not [name for name in loaded if name.startswith(f"pxeclient.{room}")]


@pytest.mark.parametrize("format", ["txt", "mmd", "svg", "html"])
def test_a_ladder_imports_what_it_is_drawn_with(format: str) -> None:
    """And not the other formats."""
    loaded = modules("ladder", "-p", "ipxe", "--format", format)
    drawn = {"txt": "text", "mmd": "mermaid", "svg": "svg", "html": "html"}
    room = "pxeclient.report.ladder."
    names = {name.removeprefix(room) for name in loaded if name.startswith(room)}
    assert names & set(drawn.values()) == {drawn[format]}


def test_corpus_imports_no_library(tmp_path: Path) -> None:
    """All that it writes is ours; scapy judges it in the tests."""
    assert not modules("corpus", "-p", "ipxe", str(tmp_path)) & {"scapy", "tftpy", "asyncio"}


def test_captures_need_no_library(tmp_path: Path) -> None:
    """They are written and read by ourselves; scapy judges that in the tests."""
    capture = str(tmp_path / "boot.pcapng")
    written = modules("boot", "-p", "ipxe", "-q", "-w", capture)
    assert "pxeclient.capture.writing" in written  # the probe sees what is imported
    read = modules("explain", "-q", capture)
    assert "pxeclient.capture.pcapng" in read
    assert not (written | read) & {"scapy", "tftpy", "asyncio"}


def test_networks_import_neither_profiles_nor_links() -> None:
    """A list of networks takes nothing but the networks."""
    loaded = modules("networks")
    assert not loaded & {"scapy", "tftpy", "pxeclient.profile", "pxeclient.link.packet"}


def test_version() -> None:
    """--version is the package's."""
    assert run("--version").stdout == f"pxeclient, version {pxeclient.__version__}\n"


@pytest.mark.parametrize("arguments", [("--help",), ("-h",)])
def test_help_lists_the_commands(arguments: tuple[str, ...]) -> None:
    """Each command has a line in the help."""
    shown = run(*arguments).stdout
    for name in ("boot", "networks", "profiles"):
        assert f"\n  {name} " in shown


@pytest.mark.parametrize(
    "command",
    [
        ("boot",),
        ("corpus",),
        ("ladder",),
        ("networks",),
        ("profiles",),
        ("profiles", "show"),
        ("profiles", "list"),
    ],
)
def test_help_of_each_command(command: tuple[str, ...]) -> None:
    """Each command explains itself, by -h as well."""
    shown = run(*command, "--help").stdout
    assert shown.startswith(f"Usage: pxeclient {' '.join(command)}")
    assert run(*command, "-h").stdout == shown


def test_help_names_every_exit_status() -> None:
    """The help of boot says what each exit status means."""
    from pxeclient.cli.exit_codes import MEANINGS

    shown = " ".join(run("boot", "--help").stdout.split())
    for status in MEANINGS:
        assert f" {status} " in shown, status


def test_module() -> None:
    """`python -m pxeclient` is the command."""
    done = started("--version")
    assert done.stdout == process("--version").stdout
    assert (done.returncode, done.stdout) == (0, f"pxeclient, version {pxeclient.__version__}\n")

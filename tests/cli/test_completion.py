"""Shells complete commands, options and values; they are asked as they ask us."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.shell_completion import BashComplete, CompletionItem

from pxeclient import profile
from pxeclient.cli.main import cli
from pxeclient.diagnose import catalogue
from pxeclient.practice import scenario
from pxeclient.teach import loading
from tests.cli.commands import options
from tests.cli.runner import CHECKOUT, complaint, run


def items(line: str) -> list[CompletionItem[str]]:
    """What is offered at the end of a line; with a blank there, for a word that is not begun."""
    words = line.split(" ")[1:]
    shell = BashComplete(cli, {}, "pxeclient", "_PXECLIENT_COMPLETE")
    return shell.get_completions(words[:-1], words[-1])


def offered(line: str) -> list[str]:
    """The values alone."""
    return [item.value for item in items(line)]


@pytest.mark.parametrize("line", [
    "pxeclient boot -p ", "pxeclient boot --profile ", "pxeclient matrix -p ",
    "pxeclient lab run -p ", "pxeclient check --profile ", "pxeclient ladder -p ipxe -p ",
    "pxeclient compare x.pcap -p ", "pxeclient corpus -p ", "pxeclient profiles show ",
    "pxeclient profiles rows ", "pxeclient explain x.pcap --as ",
    "pxeclient profiles learn x.pcap -p ",
])  # fmt: skip
def test_profiles(line: str) -> None:
    """All of them; what is begun narrows it, whatever its capitals."""
    assert offered(line) == profile.names()
    assert offered(f"{line}VMW") == ["vmware-e1000e", "vmware-efi"]
    assert offered(f"{line}zzz") == []


def test_variants() -> None:
    """After each plus sign, with what they are."""
    first = offered("pxeclient boot -p vmware-e1000e+")
    assert "vmware-e1000e+port-68" in first
    assert offered("pxeclient boot -p vmware-e1000e+port-68+prl") == [
        "vmware-e1000e+port-68+prl-24"
    ]
    assert all(item.help for item in items("pxeclient boot -p vmware-e1000e+"))
    assert offered("pxeclient boot -p nobody+") == []


@pytest.mark.parametrize("command", ["boot", "matrix", "check", "watch", "ladder"])
def test_networks(command: str) -> None:
    """The built-in ones; recorded situations when their name is begun."""
    line = f"pxeclient {command} --network "
    assert offered(line) == scenario.names()
    begun = scenario.recorded_names()[0][:3]
    assert set(offered(f"{line}{begun}")) > set()
    assert all(name.startswith(begun) for name in offered(f"{line}{begun}"))


@pytest.mark.parametrize("line", ["pxeclient boot -p ", "pxeclient boot --network "])
@pytest.mark.parametrize("path", ["./", "mine/x", "/etc/", "~/x"])
def test_paths_are_left_to_the_shell(line: str, path: str) -> None:
    """Profiles and networks may be files."""
    [item] = items(f"{line}{path}")
    assert (item.type, item.value) == ("file", path)


def test_lessons() -> None:
    """In their order, with their titles."""
    found = items("pxeclient teach ")
    assert [item.value for item in found] == loading.names()
    assert all(item.help for item in found)


def test_findings() -> None:
    """Whatever the capitals."""
    assert offered("pxeclient findings ") == list(catalogue())
    assert offered("pxeclient findings d43-v") == ["D43-VMW"]


@pytest.mark.parametrize("begun", ["PXE-E5", "pxe-e5", "E5", "e5"])
def test_codes(begun: str) -> None:
    """As a screen shows them, and as people type them."""
    assert {"PXE-E51", "PXE-E53", "PXE-E55"} <= set(offered(f"pxeclient errors {begun}"))
    assert all(name.startswith("PXE-E5") for name in offered(f"pxeclient errors {begun}"))


def test_numbers_of_ipxe() -> None:
    """Its codes are numbers."""
    assert "2d03e13b" in offered("pxeclient errors 2d03")


def test_topics() -> None:
    """Pages that people wrote, and all others when they are begun."""
    assert "esxi-pxe-e55" in offered("pxeclient help ")
    assert not [name for name in offered("pxeclient help ") if "D43-VMW" in name]
    assert any("D43-VMW" in name for name in offered("pxeclient help findings/D43"))


@pytest.mark.parametrize("command", ["boot", "matrix", "check", "watch"])
def test_interfaces(command: str) -> None:
    """Those of this machine."""
    assert "lo" in offered(f"pxeclient {command} -i ")


def test_kinds_of_servers() -> None:
    """The choices."""
    assert {"dnsmasq", "kea"} <= set(offered("pxeclient boot --server-kind "))


def test_reports() -> None:
    """Formats, and then the shell's files."""
    assert offered("pxeclient check --report j") == ["junit=", "json="]
    assert [item.type for item in items("pxeclient check --report junit=bo")] == ["file"]


def test_commands() -> None:
    """The whole list, and those of a group."""
    assert {"boot", "completion"} <= set(offered("pxeclient "))
    assert offered("pxeclient expl") == ["explain"]
    assert sorted(offered("pxeclient profiles l")) == ["learn", "list"]
    assert offered("pxeclient completion ") == ["bash", "zsh", "fish"]


def test_options_of_now() -> None:
    """Old spellings are not offered."""
    shown = set(offered("pxeclient check --"))
    assert shown == {one for one in options("check") if one.startswith("--")} | {"--help"}
    assert "--junit" not in shown


def test_commands_are_told_without_importing_them() -> None:
    """It is asked for at every press of a key."""
    program = "import sys; from pxeclient.cli.main import main; sys.argv = ['pxeclient']; main()"
    done = _asked(["pxeclient", ""], [sys.executable, "-X", "importtime", "-c", program])
    assert "plain,boot" in done.stdout
    assert "pxeclient.cli.main" in done.stderr
    assert "pxeclient.cli.boot" not in done.stderr


def _asked(words: Sequence[str], command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """What a shell gets that is at the last of these words."""
    env = {
        **os.environ,
        "_PXECLIENT_COMPLETE": "bash_complete",
        "COMP_WORDS": " ".join(words),
        "COMP_CWORD": str(len(words) - 1),
    }
    return subprocess.run(
        command, env=env, cwd=CHECKOUT, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_script_for_each_shell(shell: str, tmp_path: Path) -> None:
    """On standard output or in a file; it asks us by our variable, and ends with its line."""
    path = tmp_path / "script"
    script = run("completion", shell).stdout
    assert f"_PXECLIENT_COMPLETE={shell}_complete" in script
    assert script.endswith("\n")
    assert run("completion", shell, "-o", str(path)).stdout == ""
    assert path.read_text() == script


def test_another_shell() -> None:
    """Has none."""
    assert "'bash', 'zsh', 'fish'" in complaint(run("completion", "tcsh"), 2)


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """Our command as a file in a folder of its own."""
    path = tmp_path / "bin" / "pxeclient"
    path.parent.mkdir()
    path.write_text(f'#!/bin/sh\nexec {sys.executable} -m pxeclient "$@"\n')
    path.chmod(0o755)
    return path


BASH = """\
source "$1"
shift
COMP_WORDS=("$@")
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
compopt() { printf 'compopt %s %s\\n' "$@"; }
_pxeclient_completion pxeclient "${COMP_WORDS[COMP_CWORD]}"
printf '%s\\n' "${COMPREPLY[@]}"
"""

ZSH = "autoload -Uz compinit; compinit -u -D; source {}; echo $_comps[pxeclient]"


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("pxeclient", "expl"), ["explain"]),
        (("pxeclient", "boot", "-p", "vmware-e1000e+prl"), ["vmware-e1000e+prl-24"]),
        (("pxeclient", "boot", "-q", "--network", "nak"), ["nak"]),
        (("pxeclient", "errors", "e5"), ["PXE-E51", "PXE-E52", "PXE-E53", "PXE-E55"]),
        (("pxeclient", "check", "--report", "ju"), ["compopt -o nospace", "junit="]),
        (("pxeclient", "boot", "--network", "./"), ["compopt -o default", ""]),
    ],
)
def test_in_bash(program: Path, tmp_path: Path, words: tuple[str, ...], told: list[str]) -> None:
    """The script's function, called as bash calls it."""
    script = tmp_path / "script"
    run("completion", "bash", "-o", str(script))
    done = subprocess.run(
        ["bash", "--norc", "-c", BASH, "bash", str(script), *words],
        env={**os.environ, "PATH": f"{program.parent}:{os.environ['PATH']}"},
        cwd=CHECKOUT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.stderr == ""
    assert done.stdout.splitlines()[: len(told)] == told


@pytest.mark.skipif(shutil.which("fish") is None, reason="fish is not installed")
def test_in_fish(program: Path, tmp_path: Path) -> None:
    """Asked as a person's key would ask."""
    script = tmp_path / "script"
    run("completion", "fish", "-o", str(script))
    done = subprocess.run(
        ["fish", "--no-config", "-c", f'source {script}; complete -C "pxeclient boot -p vmware-e"'],
        env={**os.environ, "PATH": f"{program.parent}:{os.environ['PATH']}"},
        cwd=CHECKOUT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert [line.split("\t")[0] for line in done.stdout.splitlines()] == [
        "vmware-e1000e", "vmware-efi",
    ]  # fmt: skip


@pytest.mark.skipif(shutil.which("zsh") is None, reason="zsh is not installed")
def test_zsh_reads_its_script(tmp_path: Path) -> None:
    """Without a complaint."""
    script = tmp_path / "script"
    run("completion", "zsh", "-o", str(script))
    done = subprocess.run(
        ["zsh", "-f", "-c", ZSH.format(script)],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.stdout, done.stderr) == ("_pxeclient_completion\n", "")

"""``--help``: commands in groups, an example for each, and all of them can be run."""

from __future__ import annotations

import shlex
from pathlib import Path

import click
import pytest

from pxeclient.cli import main
from pxeclient.cli.main import cli
from tests.cli.commands import COMMANDS, NAMES, examples
from tests.cli.runner import run


def test_every_command_has_a_group() -> None:
    """One, and only one."""
    placed = [name for names in main.groups().values() for name in names]
    assert sorted(placed) == sorted(cli.list_commands(click.Context(cli)))
    assert "Others" not in main.groups()


def test_the_groups() -> None:
    """In the order in which somebody comes to need them, and nothing is left out."""
    shown = run("--help").stdout
    at = [shown.index(f"\n{group}:\n") for group in ("Diagnose", "Test", "Learn", "Reference")]
    assert at == sorted(at)
    assert all(f"\n  {name} " in shown for name in main._COMMANDS)


@pytest.mark.parametrize("name", NAMES)
def test_every_command_has_an_example(name: str) -> None:
    """At the end of its help, as it is to be typed."""
    shown = run(*name.split(), "--help").stdout
    assert examples(name)
    assert "\nExamples:\n" in shown.replace("\n  Examples:\n", "\nExamples:\n")
    for line in examples(name):
        assert line.split()[-1] in shown


LINES = [pytest.param(name, line, id=line) for name in NAMES for line in examples(name)]


@pytest.mark.parametrize(("name", "line"), LINES)
def test_examples_are_what_the_parser_takes(
    name: str, line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every option is one of now, and every value is of its kind."""
    monkeypatch.chdir(tmp_path)
    words = _words(line)
    for word in words:
        if "." in word and "/" not in word:
            Path(word).touch()
    command, rest = _command(words)
    assert command == name or command.startswith(f"{name} ") or not name
    with COMMANDS[command].make_context(command, rest) as ctx:
        assert ctx.params is not None


def test_examples_name_what_there_is() -> None:
    """Lessons, codes, findings, profiles and practice networks."""
    for line in (line for name in NAMES for line in examples(name)):
        words = _words(line)
        if words[:1] in (["teach"], ["errors"], ["findings"]) or words[:2] == ["profiles", "show"]:
            count = 3 if words[0] == "profiles" else 2
            assert run(*words[:count]).exit_code == 0, line
        if "--network" in words:
            known = {line.split(" ")[0] for line in run("networks").stdout.splitlines()}
            assert words[words.index("--network") + 1] in known, line


def _words(line: str) -> list[str]:
    """Those after the program's name."""
    plain = line.removeprefix('eval "$(').removesuffix(')"')
    before, _, _ = plain.replace("$(which pxeclient)", "pxeclient").partition(" > ")
    words = shlex.split(before)
    return words[words.index("pxeclient") + 1 :]


def _command(words: list[str]) -> tuple[str, list[str]]:
    """The words that are a command, and the rest."""
    for count in (2, 1):
        name = " ".join(words[:count])
        if name in COMMANDS:
            return name, words[count:]
    raise AssertionError(words)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("boto",), "there is no command 'boto': did you mean 'boot'?"),
        (("BOOT",), "there is no command 'BOOT': did you mean 'boot'?"),
        (("expl",), "there is no command 'expl': did you mean 'explain'?"),
        (("zzz",), "there is no command 'zzz'"),
        (("profiles", "shw"), "there is no command 'shw': did you mean 'show'?"),
        (("lab", "Run"), "there is no command 'Run': did you mean 'run'?"),
        (("--versoin",), "there is no option '--versoin': did you mean '--version'?"),
        (("boot", "--netwrok", "x"), "there is no option '--netwrok': did you mean '--network'?"),
        (("boot", "--PROFILE", "x"), "there is no option '--PROFILE': did you mean '--profile'?"),
        (("check", "--zzz"), "there is no option '--zzz'"),
        (("lab", "run", "--prof", "x"), "there is no option '--prof': did you mean '--profile'?"),
        (("boot", "-p", "IPXE"), "no profile is called 'IPXE': did you mean 'ipxe'?"),
        (("boot", "-p", "esxi"), "'vmware-e1000e' or 'vmware-efi' may be meant"),
        (("boot", "-p", "ipxe", "--network", "Menu"), "did you mean 'menu'?"),
        (
            ("boot", "-p", "ipxe", "--network", "4011-dead"),
            "did you mean 'proxy-60-file-4011-dead'",
        ),
        (("teach", "Bit-3"), "no lesson is called 'Bit-3': did you mean 'bit-3'?"),
        (("findings", "D43VMW"), "there is no finding 'D43VMW': did you mean 'D43-VMW'"),
        (("findings", "D99"), "there is no finding 'D99': `pxeclient findings` lists all"),
        (("errors", "PXE-5E5"), "PXE-E55"),
        (("errors", "qqqqq"), "nothing is known of 'qqqqq'. `pxeclient errors` lists all"),
    ],
)
def test_which_is_meant(words: tuple[str, ...], said: str) -> None:
    """Of commands, options and all that has a name; capitals make no difference."""
    done = run(*words)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert said in done.stderr.splitlines()[-1]
    assert done.stderr.splitlines()[-1].endswith(("?", "'", "all", "meant", "E55", ".")) or said


def test_a_missing_profile_says_what_to_do() -> None:
    """The names that there are, who tells them apart, and the variable."""
    said = run("boot").stderr.splitlines()[-1]
    for words in ("'--profile' / '-p'", "PXECLIENT_PROFILE", "vmware-e1000e", "pxeclient profiles"):
        assert words in said

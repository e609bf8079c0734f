"""Variables that stand for options which are not given."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pxeclient.cli.options import INTERFACE, PROFILE, SERVER_KIND
from tests.cli.commands import NAMES, options
from tests.cli.runner import complaint, run

NOWHERE = "nowhere0"
"""An interface that there is not: who uses it says so."""


def test_profile() -> None:
    """Where one is needed."""
    shown = run("boot", "--json", env={PROFILE: "edk2"})
    assert json.loads(shown.stdout)["profile"] == "edk2"


def test_an_option_goes_before_it() -> None:
    """As ever."""
    shown = run("boot", "--json", "-p", "ipxe", env={PROFILE: "edk2"})
    assert json.loads(shown.stdout)["profile"] == "ipxe"


def test_a_wrong_one_is_told() -> None:
    """As of the option."""
    assert "no profile is called 'nobody'" in complaint(run("boot", env={PROFILE: "nobody"}), 2)


@pytest.mark.parametrize("command", ["matrix", "corpus"])
def test_it_does_not_choose_among_all(command: str, tmp_path: Path) -> None:
    """Where none means all, the variable changes nothing."""
    words = (str(tmp_path / "x"),) if command == "corpus" else ()
    given, bare = run(command, *words, env={PROFILE: "ipxe"}), run(command, *words)
    assert given.stdout == bare.stdout


def test_interface() -> None:
    """Where no wire is named."""
    said = complaint(run("boot", "-p", "ipxe", env={INTERFACE: NOWHERE}), 3)
    assert NOWHERE in said


@pytest.mark.parametrize(
    "words",
    [("boot", "-p", "ipxe"), ("matrix", "-p", "ipxe"), ("watch",), ("check", "--starter")],
    ids=lambda words: words[0],
)
def test_a_named_network_goes_before_it(words: tuple[str, ...]) -> None:
    """It does not exclude what it did not choose."""
    wire = ("--network", "plain-dhcp")
    given, bare = run(*words, *wire, env={INTERFACE: NOWHERE}), run(*words, *wire)
    assert (given.exit_code, given.stdout) == (bare.exit_code, bare.stdout)


@pytest.mark.parametrize("words", [("--tap", "a-name-beyond-15")], ids=["tap"])
def test_any_other_wire_goes_before_it(words: tuple[str, ...]) -> None:
    """A TAP device, too."""
    said = complaint(run("boot", "-p", "ipxe", *words, env={INTERFACE: NOWHERE}), 3)
    assert NOWHERE not in said


def test_interfaces_to_watch() -> None:
    """It may name several, and each is looked for."""
    said = complaint(run("watch", env={INTERFACE: f"{NOWHERE} nowhere1"}), 3)
    assert NOWHERE in said


def test_a_capture_to_watch_goes_before_it(tmp_path: Path) -> None:
    """It is not there, which is what is said."""
    said = complaint(run("watch", str(tmp_path / "x.pcap"), env={INTERFACE: NOWHERE}), 3)
    assert NOWHERE not in said


SUITE = '[[cases]]\nname = "one"\nprofiles = ["ipxe"]\nboots = true\n'


def test_a_suite_that_says_where_goes_before_it(tmp_path: Path) -> None:
    """One that does not is tried there."""
    bare, named = tmp_path / "bare.toml", tmp_path / "named.toml"
    bare.write_text(SUITE)
    named.write_text(f'[network]\npractice = "plain-dhcp"\n{SUITE}')
    env = {INTERFACE: NOWHERE}
    assert run("check", str(named), env=env).exit_code == 0
    assert NOWHERE in complaint(run("check", str(bare), env=env), 3)
    assert "does not say where the servers are" in complaint(run("check", str(bare)), 2)


def test_the_starter_is_printed_all_the_same() -> None:
    """Nobody asked for a wire."""
    assert run("check", "--starter", env={INTERFACE: NOWHERE}).stdout.startswith("#")


def test_kind_of_server() -> None:
    """Cures are shown for it."""
    words = ("boot", "-q", "-p", "ipxe", "--network", "silence")
    kea = run(*words, env={SERVER_KIND: "kea"}).stdout
    assert kea == run(*words, "--server-kind", "kea").stdout
    assert kea != run(*words).stdout


@pytest.mark.parametrize("name", NAMES)
def test_help_names_them(name: str) -> None:
    """Wherever they count."""
    shown = " ".join(run(*name.split(), "--help").stdout.split())
    for option in options(name).values():
        if option.envvar:
            assert f"[env var: {option.envvar}" in shown

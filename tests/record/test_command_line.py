"""`python -m tools.record`: sentences for what cannot be done, before anything is done."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tools.record import needs
from tools.record.__main__ import cli
from tools.record.firmwares import FIRMWARES, Kind, version
from tools.record.machine import command
from tools.record.private import SCRATCH
from tools.record.scenario import Script, read
from tools.record.stored import CAPTURES, scenario_of

PLAIN = CAPTURES / "ovmf-virtio" / "plain-dhcp-bootfile"


def run(*arguments: str) -> Result:
    """Run it in this process."""
    result = CliRunner().invoke(cli, arguments, prog_name="python -m tools.record")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture(autouse=True)
def no_changed_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands extend PATH; other tests keep theirs."""
    monkeypatch.setenv("PATH", os.environ.get("PATH", ""))


@pytest.fixture
def everything_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if all packages were installed."""
    monkeypatch.setattr(needs, "_lacks", lambda firmware, script: iter(()))


def test_only_root_records(everything_there: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A first word that is no command is a firmware."""
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    result = run("ipxe-e1000e", "plain-dhcp-bootfile", "--out", "out")
    assert result.exit_code == 2
    assert result.output.startswith("Error: recording needs root: ")


def test_an_unknown_firmware() -> None:
    """All are named."""
    result = run("award-bios", "plain-dhcp-bootfile", "--out", "out")
    assert result.exit_code == 2
    assert "'award-bios' is not one of 'aavmf-virtio', " in result.output


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "not JSON"),
        ("[]", "a scenario is a table of keys"),
        ('{"name": "../up"}', "'../up' cannot be the name of a folder - at `$.name`"),
        ('{"name": "a", "severs": []}', "Object contains unknown field `severs`"),
        ('{"servers": [{"name": "a", "ip": "10.77", "mac": "52:54:00:aa:00:01"}]}', "not an IPv4"),
        ('{"servers": 7}', "Expected `array`, got `int` - at `$.servers`"),
        ('{"servers": [7]}', "Expected `object`, got `int` - at `$.servers[0]`"),
        ('{"servers": [{"bootp": [{"replies": 3}]}]}', "got `int`"),
        ('{"http": {"paths": {"/": 3}}}', "got `int` - at `$.http.paths[...]`"),
        ('{"servers": [{"ra": {}}]}', "need a link-local address - at `$.ip6`"),
        (
            '{"servers": [{"dhcp6": [{"replies": [{"msg": "offer"}]}]}]}',
            "Invalid enum value 'offer'",
        ),
        (
            '{"servers": [], "hosts": [{"name": "a"}]}',
            "missing required field `ip` - at `$.hosts[0]`",
        ),
    ],
)
def test_a_wrong_scenario(tmp_path: Path, text: str, words: str) -> None:
    """What is wrong, and where."""
    path = tmp_path / "s.json"
    path.write_text(text)
    result = run("ipxe-e1000e", str(path), "--out", "out")
    assert result.exit_code == 2
    assert str(path) in result.output
    assert words in result.output


def test_no_such_scenario() -> None:
    """Neither a file nor a stored one."""
    result = run("ipxe-e1000e", "no-such", "--out", "out")
    assert result.exit_code == 2
    assert "no-such: neither a file nor a scenario of" in result.output


def test_missing_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not there, and how it is had."""
    monkeypatch.setattr(shutil, "which", lambda name: None if "qemu" in name else name)
    monkeypatch.setattr(needs, "_of_firmware", lambda firmware: iter(()))
    result = run("ipxe-e1000e", "plain-dhcp-bootfile", "--out", "out")
    assert result.exit_code == 2
    expected = "qemu-system-x86_64: not on this machine: apt-get install qemu-system-x86\n"
    assert result.output == f"Error: {expected}"


def test_a_rom_that_no_package_has(everything_there: None, tmp_path: Path) -> None:
    """How it is built, and where it is looked for."""
    words = ("ipxe-head-e1000e", "plain-dhcp-bootfile", "--out", "out")
    for more in ((), ("--roms", str(tmp_path))):
        result = run(*words, *more)
        assert result.exit_code == 2
        assert "build ipxe-head-e1000e.rom" in result.output


def test_where_a_recording_has_its_own_files(everything_there: None) -> None:
    """Nothing can be written there."""
    result = run("ipxe-e1000e", "plain-dhcp-bootfile", "--out", str(SCRATCH / "out"))
    assert result.exit_code == 2
    assert f"a recording has {SCRATCH} for itself" in result.output


def test_verify(tmp_path: Path) -> None:
    """Its exit status says whether all is in order."""
    made = tmp_path / "ovmf-virtio" / PLAIN.name
    shutil.copytree(PLAIN, made)
    result = run("verify", str(tmp_path))
    assert (result.exit_code, result.output.splitlines()) == (
        0,
        [
            "ovmf-virtio/plain-dhcp-bootfile: in order",
            "1 recordings, 0 not in order; 0 go beyond what the practice network plays",
        ],
    )
    outcome = json.loads((made / "outcome.json").read_text()) | {"bootfile": "x"}
    (made / "outcome.json").write_text(json.dumps(outcome))
    result = run("verify", "-q", str(tmp_path))
    assert result.exit_code == 1
    assert "bootfile is 'x' in outcome.json" in result.output


def test_shrink_of_nothing(tmp_path: Path) -> None:
    """A folder without recordings is a mistake."""
    result = run("shrink", str(tmp_path))
    assert result.exit_code == 2
    assert "no recordings in" in result.output


@pytest.mark.parametrize("name", sorted(FIRMWARES))
def test_every_firmware_has_a_command_line(name: str) -> None:
    """One card with the machine's address, and the console where it is looked for."""
    firmware, script = FIRMWARES[name], read(scenario_of(PLAIN))
    words = command(firmware, script, Path("/w"), Path("/roms"), typing=False)
    assert words[0] == needs.QEMU[firmware.kind][0]
    assert sum("mac=52:54:00:12:34:56" in word for word in words) == 1
    assert "file:/w/console.raw" in words
    assert not any("{" in word for word in words)


def test_a_boot_option_needs_its_slot() -> None:
    """The options of a prepared variable store name the card's slot."""
    script = Script(Path("s"), {"name": "s", "boot": "http6", "wait": 5})
    words = command(FIRMWARES["ovmf-virtio"], script, Path("/w"), None, typing=True)
    assert any(word.endswith("bootindex=1,romfile=,addr=1") for word in words)
    assert "virtio-blk-pci,drive=d0,bootindex=0,addr=3" in words
    assert "socket,id=c0,path=/w/console,server=on,wait=off,logfile=/w/console.raw" in words


def test_version() -> None:
    """iPXE says its own."""
    text = "iPXE 1.0.0+git-20190125.36a4c85-5.1 -- Open Source Network Boot Firmware"
    assert version(FIRMWARES["ipxe-e1000e"], text) == "iPXE 1.0.0+git-20190125.36a4c85-5.1"
    assert version(FIRMWARES["ipxe-e1000e"], "") is None
    assert FIRMWARES["ipxe-efi-e1000e"].kind is Kind.EFI

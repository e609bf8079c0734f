"""The serial console: what is read off it, when it is over, what is typed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pxeclient.real.console import clean
from tools.record.console import Console, ending, error_text, keys_of
from tools.record.firmwares import FIRMWARES
from tools.record.scenario import Script
from tools.record.stored import CAPTURES, recordings


def script(**keys: Any) -> Script:
    """A scenario that nobody plays."""
    return Script(Path("some.json"), {"name": "some", **keys})


def test_clean() -> None:
    """Escapes, deleted characters and NULs are gone; every line ends alike."""
    assert clean(b"\x1b[2Ja\x1b[01;01Hb\r\nc|\x08/\x08d\re\0") == "ab\ncd\ne"


@pytest.mark.parametrize(
    "recording",
    [one for one in recordings(CAPTURES) if (one / "console.txt").is_file()],
    ids=lambda path: "/".join(path.parts[-2:]),
)
def test_error_text(recording: Path) -> None:
    """It is found again in every recording."""
    outcome = json.loads((recording / "outcome.json").read_text())
    found = error_text((recording / "console.txt").read_text(encoding="utf-8"))
    assert outcome["error_text"] == (None if outcome["result"] == "booted" else found)


@pytest.mark.parametrize(
    ("firmware", "keys", "text"),
    [
        ("ipxe-e1000e", {}, "No more network devices"),
        ("ovmf-virtio", {}, ">>Start PXE over IPv6."),
        ("ovmf-virtio", {"boot": "pxe6"}, 'BdsDxe: failed to load Boot0002 "UEFI PXEv6 (MAC:52'),
        ("uboot-arm64", {}, "U-Boot\n=> "),
        ("slof-ppc64", {}, "E3405: No such device"),
        ("ipxe-e1000e", {"prune": []}, "UiApp"),
        ("ipxe-e1000e", {"end": "grub>"}, "grub> "),
    ],
)
def test_ending(firmware: str, keys: dict[str, Any], text: str) -> None:
    """Each firmware has its last words; a scenario may have others."""
    pattern, patience = ending(FIRMWARES[firmware], script(**keys))
    assert pattern.search(text)
    assert not pattern.search("BdsDxe: loading Boot0003")
    assert patience > 0


def test_lines_have_the_time_when_they_were_whole(tmp_path: Path) -> None:
    """And the last line counts although it is not ended."""
    console = Console(tmp_path / "log", None, [])
    console.look(1.0)
    console.log.write_bytes(b"one\r\n\r\ntw")
    console.look(2.0)
    console.log.write_bytes(b"one\r\n\r\ntwo\r\nrest")
    console.look(3.0)
    assert console.finished(4.0) == "one\n\ntwo\nrest"
    assert console.lines == [(2.0, "one"), (3.0, "two"), (4.0, "rest")]


def test_what_is_typed() -> None:
    """U-Boot's commands at once, keys when something is on the screen."""
    keys = [{"when": "boot:", "send": "x\n"}]
    assert keys_of(script(type="dhcp\n", keys=keys)) == [{"when": "", "send": "dhcp\n"}, *keys]
    assert keys_of(script()) == []

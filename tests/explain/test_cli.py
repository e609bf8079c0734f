"""The command line of explaining."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pxeclient.wire.options import printable
from tests.cli.runner import CONTROL, complaint, run
from tests.explain.captures import CAPTURES, PLAIN, PROXY, changed, frames, write


def explain(*arguments: str) -> str:
    """What the command prints; its status is 0."""
    result = run("explain", *arguments)
    assert result.exit_code == 0, result.output
    assert not CONTROL.search(result.stdout)
    return result.stdout


def found(*arguments: str) -> dict[str, Any]:
    """The object that it prints."""
    data = json.loads(explain(*arguments, "--json"))
    assert isinstance(data, dict)
    return data


def test_a_boot_is_told() -> None:
    """Firmware, offers, reasons, file and hash."""
    text = explain(str(PROXY))
    assert "Firmware: looks like ipxe-20190125" in text
    assert "proxy offer of 10.77.0.2: no address, next server 10.77.0.3, file proxy67.0" in text
    assert "◆ after-ack: look for the boot file in the DHCPACK" in text
    assert "■ proxy67.0 was fetched whole from 10.77.0.3 (frame 19): 512 octets." in text
    assert "SHA-256 959c530f2598d5204cef00454eb35977f4bce1ab830fd0c17f4ee82f833c5475" in text


def test_another_firmware_in_its_place() -> None:
    """The seed of it all: iPXE boots there, VMware's ROM asks port 4011."""
    text = " ".join(explain(str(PROXY), "--as", "vmware-e1000e").split())
    assert "In its place, given the same replies, vmware-e1000e" in text
    assert (
        "It would ask 10.77.0.3 on port 4011, which the recorded client never did: whether"
        " anybody answers, and what, the capture cannot tell."
    ) in text
    assert "If nobody answers, it ends with: PXE-E55" in text


BEGINS = {"tool_version", "time", "profile_version"}
"""What all objects have, as docs/reference/json.md says."""


def test_the_json_has_what_the_documentation_says() -> None:
    """Every key, in every part of it."""
    page = Path(__file__).parents[2] / "docs" / "reference" / "explain.md"
    documented = page.read_text(encoding="utf-8")
    data = found(str(PROXY), "--as", "vmware-e1000e")
    assert data["schema"] == "pxeclient-explain/3"
    attempt = data["clients"][0]["attempts"][0]
    parts = [
        data,
        data["clients"][0],
        attempt,
        attempt["firmware"],
        attempt["firmware"]["marks"][0],
        attempt["replies"][0],
        attempt["steps"][0],
        attempt["reasons"],
        attempt["ending"],
        attempt["ending"]["transfer"],
        attempt["as"],
    ]
    for part in parts:
        for key in part.keys() - BEGINS:
            assert f"`{key}`" in documented, key
    assert attempt["firmware"]["profile"] == "ipxe-20190125"
    assert attempt["ending"]["stop"] == "fetched"
    assert attempt["as"]["result"] == "cannot-tell"


def test_the_code_on_the_screen_is_marked_as_inferred() -> None:
    """Nothing on the wire says what was on the screen."""
    capture = CAPTURES / "ovmf-virtio" / "proxy-60-only-4011-dead" / "capture.pcap"
    assert "Inferred: edk2 ends here with PXE-E16: No valid offer received." in explain(
        str(capture)
    )
    reasons = found(str(capture))["clients"][0]["attempts"][0]["reasons"]
    assert reasons["inferred_code"] == "PXE-E16"


def test_verbose_has_every_mark_and_source() -> None:
    """What agrees, too."""
    text = explain(str(PROXY), "-v")
    assert "= TTL: 64" in text
    assert "rule latest; observed: recordings" in text


def test_wrong_usage_and_useless_files(tmp_path: Path) -> None:
    """2 for what was typed, 3 for what a file is; one sentence each."""
    path = tmp_path / "x.pcap"
    path.write_text("nothing")
    assert "no capture" in complaint(run("explain", str(path)), 3)
    assert "cannot read" in complaint(run("explain", str(tmp_path / "none.pcap")), 3)
    assert "no profile is called 'vmwar'" in complaint(
        run("explain", str(PROXY), "--as", "vmwar"), 2
    )
    assert "no variant" in complaint(run("explain", str(PROXY), "--as", "vmware-e1000e+x"), 2)
    assert "not a MAC address" in complaint(run("explain", str(PROXY), "--mac", "x"), 2)
    other = "02:00:00:00:00:01"
    assert "no client 02:00:00:00:00:01: it has 52:54:00:12:34:56" in complaint(
        run("explain", str(PROXY), "--mac", other), 3
    )


def test_a_capture_without_a_boot_says_so(tmp_path: Path) -> None:
    """And is no failure: that is what happened in it."""
    quiet = [frame for frame in frames(PLAIN) if frame.data[12:14] != b"\x08\x00"]
    path = write(tmp_path / "x.pcap", quiet)
    assert "no network boot client" in explain(str(path))
    assert found(str(path))["clients"] == []


@pytest.mark.parametrize("name", [b"a\x1b[31m\n.0", "ü\u202eab.0".encode()])
def test_names_cannot_reach_the_terminal_raw(name: bytes, tmp_path: Path) -> None:
    """Escape sequences in a file name are shown, not obeyed."""
    evil = changed(frames(PROXY), lambda data: data.replace(b"proxy67.0", name))
    text = explain(str(write(tmp_path / "x.pcap", evil)))
    assert printable(name) in text
    assert "\x1b" not in text
    assert "\u202e" not in text

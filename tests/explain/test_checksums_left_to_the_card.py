"""Captures made on a server, whose card was still to complete the checksums: nobody judges them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pxeclient.diagnose import Severity
from pxeclient.explain.as_json import as_json
from pxeclient.explain.words import lines
from pxeclient.wire import ethernet, ipv4
from pxeclient.wire.checksum import checksum
from tests.cli.runner import run
from tests.explain.captures import CAPTURES, changed, frames, told, whole, write

FILES = Path(__file__).parent / "files"
LEFT = FILES / "left-to-the-card.pcap"
"""EDK II boots; its server's frames have the sum over the pseudo-header only."""
SERVER_SIDE = FILES / "server-side.pcap"
"""tcpdump on a DHCP server that sends option 60, before VMware's ROM; the proxy is another host."""
RECORDINGS = sorted(CAPTURES.glob("ovmf-virtio/proxy-60*file*/capture.pcap*"))


def left(data: bytes) -> bytes:
    """The frame as a host's own capture has it: a UDP checksum over the pseudo-header only."""
    frame = ethernet.parse(data)
    if frame.ethertype != ethernet.IPV4:
        return data
    packet = ipv4.parse(frame.payload)
    at = ethernet.HEADER + (data[ethernet.HEADER] & 15) * 4 + 6
    if packet.protocol != ipv4.UDP or packet.is_fragment or data[at : at + 2] == b"\0\0":
        return data
    pseudo = data[26:34] + b"\0\x11" + len(packet.payload).to_bytes(2, "big")
    return data[:at] + (0xFFFF - checksum(pseudo)).to_bytes(2, "big") + data[at + 2 :]


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: f"{path.parts[-3]}-{path.parts[-2]}")
def test_the_same_is_told_of_both(path: Path, tmp_path: Path) -> None:
    """Story, reasons, findings and ladder are those of the same capture made elsewhere."""
    there = write(tmp_path / "there.pcap", frames(path))
    here = write(tmp_path / "here.pcap", changed(frames(path), left))
    assert there.read_bytes() != here.read_bytes()
    elsewhere, remarked = dict(as_json(whole(there))), dict(as_json(whole(here)))
    assert remarked.pop("remarks") != elsewhere.pop("remarks")
    assert remarked.pop("capture") != elsewhere.pop("capture")
    assert remarked == elsewhere
    drawn = [run("explain", str(one), "--ladder", "-").stdout for one in (there, here)]
    assert drawn[0].replace("there.pcap", "here.pcap") == drawn[1]


@pytest.mark.parametrize("arguments", [("matrix", "--capture"), ("compare", "-p", "edk2")])
def test_tables_do_not_see_it(arguments: tuple[str, ...], tmp_path: Path) -> None:
    """Nor do those that put other firmwares in the client's place, or hold one against it."""
    recorded = frames(CAPTURES / "ovmf-virtio" / "proxy-60-file" / "capture.pcap")
    there = write(tmp_path / "there.pcap", recorded)
    here = write(tmp_path / "here.pcap", changed(recorded, left))
    shown = [run(*arguments, str(one), "--json").stdout for one in (there, here)]
    assert json.loads(shown[0].replace("there.pcap", "here.pcap")) == json.loads(shown[1])


def test_a_boot_that_works_has_no_finding() -> None:
    """Broken packets would have stopped it."""
    assert told(LEFT)[0].findings == []
    [remark] = whole(LEFT).capture.remarks
    assert "Checksums are not right in 5 of the frames" in remark


def test_the_finding_is_the_true_one() -> None:
    """The DHCPACK that is shown came, and what is wrong is option 60."""
    [finding] = told(SERVER_SIDE)[0].findings
    assert (finding.id, finding.severity) == ("D60-PROXY", Severity.STOPS)
    text = "\n".join(lines(whole(SERVER_SIDE)))
    assert "DHCPACK of 192.168.1.1" in text
    assert "no DHCPACK" not in text


def test_right_checksums_are_no_remark() -> None:
    """Fragments, whose checksum is in another frame, included."""
    for scenario in ("plain-dhcp-bootfile", "proxy-60-file"):
        capture = whole(CAPTURES / "ovmf-virtio" / scenario / "capture.pcap").capture
        assert capture.remarks == ()

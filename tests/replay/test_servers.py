"""What the recorded servers give to another firmware."""

from __future__ import annotations

from pathlib import Path

from pxeclient.replay.verdict import Fate
from pxeclient.seen.said import Fragment
from pxeclient.wire import ethernet
from tests.compare.recordings import frames, write
from tests.replay.recorded import Recorded, capture, put, servers_of


def test_a_file_that_came_in_fragments_is_served_in_fragments() -> None:
    """To EDK II, which asks with options of its own, as to the recorded iPXE."""
    found = put(capture("ipxe-e1000e", "odd-tftp-fragments"), "edk2")
    assert found.verdict.result is Fate.NOT_JUDGED  # it was named to a BIOS machine
    assert found.played.reworded
    parts = [frame for frame in found.trace.talk().frames if isinstance(frame.said, Fragment)]
    assert parts


def test_an_error_in_midway_is_for_who_asks_alike() -> None:
    """iPXE of today asks as it did in 2019; of EDK II's transfer nobody knows the end."""
    path = capture("ipxe-82540em", "tftp-error-midway")
    assert put(path, "ipxe").verdict.result is Fate.FAILS
    edk2 = put(path, "edk2").verdict
    assert edk2.result is Fate.CANNOT_TELL
    assert "the capture has only the first 5728 octets of it" in edk2.why


def test_a_capture_without_arp_hides_nobody(tmp_path: Path) -> None:
    """It was filtered; one with ARP shows who was looked for."""
    whole = frames(capture("ipxe-82540em", "plain-dhcp-bootfile"))
    arp = ethernet.ARP.to_bytes(2, "big")
    kept = [frame for frame in whole if frame.data[12:14] != arp]
    assert put(write(tmp_path / "x.pcap", kept), "vmware-e1000e").verdict.result is Fate.BOOTS


def test_who_says_what_is_asked_that_nobody_recorded() -> None:
    """The verdict names the question and what would follow if nobody answered it."""
    verdict = put(capture("ipxe-e1000e", "proxy-60-file"), "vmware-e1000e").verdict
    assert verdict.is_new
    assert verdict.question is not None
    assert verdict.question.words == "a request to port 4011 of 10.77.0.3"
    assert verdict.if_silent is None
    assert verdict.question not in servers_of(Recorded("ipxe-e1000e", "proxy-60-file")).asked

"""``--as``: another firmware in the recorded client's place."""

from __future__ import annotations

from pathlib import Path

import pytest

from pxeclient import profile as profiles
from pxeclient.boot.actions import Decide
from pxeclient.capture.values import Recorded
from pxeclient.explain.otherwise import Otherwise
from pxeclient.explain.story import explain
from pxeclient.replay.verdict import FETCHES, Fate
from tests.examples import some
from tests.explain.captures import CAPTURES, CLIENT, PROXY, changed, frames, told, write

SERVER = bytes.fromhex("02000000aa02")
OTHER = bytes(6) + SERVER + b"\x88\xb5" + bytes(46)
"""A frame between two others."""
TO_CLIENT = CLIENT + SERVER + b"\x88\xb5" + bytes(46)
"""A frame to the client that is none of the boot."""


def instead(capture: Path, profile: str) -> Otherwise:
    """What the profile would have done."""
    found = told(capture, profile)[0].otherwise
    assert found is not None
    return found


def recording(name: str) -> Path:
    """``FIRMWARE/SCENARIO``."""
    return next((CAPTURES / name).glob("capture.pcap*"))


def test_ipxe_boots_where_vmware_asks_port_4011() -> None:
    """The proxy names server and file beside option 60: only VMware's ROM asks further."""
    found = instead(PROXY, "vmware-e1000e")

    assert found.result is Fate.CANNOT_TELL
    assert "ask 10.77.0.3 on port 4011, which the recorded client never did" in found.sentence
    assert "whether anybody answers, and what, the capture cannot tell" in found.sentence
    assert "PXE-E55: ProxyDHCP service did not reply" in found.if_silent
    questions = {
        item.decision.question: item.decision.answer.name
        for item in found.decided
        if isinstance(item, Decide)
    }
    assert questions["after-ack"] == "ASK_PORT_4011"
    assert "RRQ" not in [one.kind for one in found.asked]
    assert "user class (77): iPXE, it nothing" in found.caveats[0]


def test_a_variant_takes_the_file_as_it_is() -> None:
    """By PXE 2.1's sentence read the other way, no question is left open."""
    found = instead(PROXY, "vmware-e1000e+file-without-43")
    assert found.result in FETCHES
    assert "fetch proxy67.0 from 10.77.0.3, as the recorded client did, 512 octets" in (
        found.sentence
    )


def test_the_same_firmware_does_the_same() -> None:
    """In its own place it boots, frame by frame."""
    found = instead(PROXY, "ipxe-20190125")
    assert found.result in FETCHES
    assert found.sentence == (
        "It would fetch proxy67.0 from 10.77.0.3, as the recorded client did, 512 octets."
    )
    assert not found.caveats


def test_a_file_that_the_server_refused_is_refused_to_others() -> None:
    """The answer does not depend on their options."""
    found = instead(recording("ipxe-82540em/tftp-notfound"), "vmware-e1000e")
    assert found.result is Fate.FAILS
    assert "ERROR 1" in found.sentence
    assert "It would end with: PXE-E3B: TFTP Error - File Not found" in found.sentence


def test_nobody_answers_anybody(tmp_path: Path) -> None:
    """A silence that was recorded is the same to all; one that may not have been is not."""
    path = recording("ipxe-82540em/no-server")
    alone = instead(path, "vmware-e1000e")
    assert alone.result is Fate.CANNOT_TELL
    assert alone.sentence.endswith("nobody's frames but the recorded client's.")
    assert alone.if_silent.startswith("If there was nothing else: It would end with: PXE-E51")
    others = [Recorded(99, at, data, len(data)) for at, data in ((1.0, OTHER), (60.0, TO_CLIENT))]
    both = write(tmp_path / "x.pcap", [*frames(path), *others])
    found = instead(both, "vmware-e1000e")
    assert found.result is Fate.FAILS
    assert "It would end with: PXE-E51" in found.sentence


def test_the_answer_from_port_4011_is_there_if_it_was_asked() -> None:
    """EDK II asked, and was answered; iPXE would have taken the same answer."""
    edk2 = told(recording("ovmf-virtio/proxy-60-only"))[0]
    found = instead(recording("ovmf-virtio/proxy-60-only"), "ipxe")
    assert edk2.ending.transfer is not None
    assert found.result in FETCHES
    assert edk2.ending.transfer.request.filename.decode() in found.sentence


def test_iPXE_goes_on_where_port_4011_is_silent() -> None:
    """What would follow a silence is told as such, and no further."""
    found = instead(recording("ovmf-virtio/proxy-60-only-4011-dead"), "ipxe")
    assert found.result is Fate.FAILS
    assert "Nothing to boot" in found.sentence
    answers = [item.decision.answer.name for item in found.decided if isinstance(item, Decide)]
    assert "CARRY_ON" in answers


def test_a_file_never_fetched_is_not_invented(tmp_path: Path) -> None:
    """A capture that ends with the DHCPACK: whether the file is there, it cannot tell."""
    short = [frame for frame in frames() if frame.number <= 6]
    found = instead(write(tmp_path / "x.pcap", short), "ipxe-20190125")
    assert found.result is Fate.CANNOT_TELL
    assert "ask 10.77.0.3 for proxy67.0 by TFTP, which the recorded client never did" in (
        found.sentence
    )


def test_a_file_too_big_for_the_firmware(tmp_path: Path) -> None:
    """What the ROM's memory holds is known, if only inferred; the sentence says how well."""
    profile = Path(tmp_path / "small.toml")
    text = (profiles.folder() / "vmware-e1000e.toml").read_text(encoding="utf-8")
    profile.write_text(text.replace("most-file = 524288", "most-file = 4096"), encoding="utf-8")
    found = instead(recording("ipxe-82540em/tftp-large"), str(profile))
    assert found.result is Fate.FAILS
    assert "The boot file has 307200 octets or more; this firmware holds at most 4096." in (
        found.sentence
    )
    assert "(How much it holds: inferred" in found.sentence


OTHERS = ["edk2", "vmware-e1000e", "pxe-2.1-spec", "ipxe-efi"]


@pytest.mark.parametrize("profile", OTHERS)
def test_no_recording_gets_an_answer_that_it_does_not_have(profile: str) -> None:
    """Booting is told only of files of which all came to the recorded client."""
    found = sorted(CAPTURES.glob("ipxe-head-e1000e/*/capture.pcap*"))
    for capture in some(found, 2, OTHERS.index(profile)):
        one = explain(capture, [], profiles.load(profile)).stories[0].attempts[0]
        assert one.otherwise is not None
        if one.otherwise.result in FETCHES:
            assert one.ending.transfer is not None, capture
            assert one.ending.transfer.size is not None, capture


def test_a_capture_without_arp(tmp_path: Path) -> None:
    """A filter for UDP hides ARP; the hosts are there all the same."""
    filtered = changed(frames(), lambda data: None if data[12:14] == b"\x08\x06" else data)
    path = write(tmp_path / "x.pcap", filtered)
    one = told(path, "ipxe-20190125")[0]
    assert one.reasons is not None
    assert one.reasons.agrees
    assert one.otherwise is not None
    assert one.otherwise.result in FETCHES

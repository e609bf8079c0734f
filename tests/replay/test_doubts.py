"""A silence that may be the capture's own is not told as the servers'."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pxeclient.capture.values import Recorded
from pxeclient.matrix.row import Cell, Row
from pxeclient.replay.client_of import dhcp_message
from pxeclient.replay.frames import frame_of
from pxeclient.replay.recording import recording
from pxeclient.wire import dhcp
from tests.compare.recordings import CLIENT, frames, write
from tests.matrix.recorded import rows_of
from tests.replay.recorded import capture


def is_ours(frame: Recorded) -> bool:
    """The recorded client sent it."""
    return frame.data[6:12] == CLIENT


def is_group(frame: Recorded) -> bool:
    """It was sent to more than one station."""
    return bool(frame.data[0] & 1)


def says(type_: int) -> Callable[[Recorded], bool]:
    """It is a DHCP message of that type."""

    def check(frame: Recorded) -> bool:
        message = dhcp_message(frame_of(frame.data))
        return message is not None and message.type == type_

    return check


def is_arp_reply(frame: Recorded) -> bool:
    """It answers an ARP request."""
    return frame.data[12:14] == b"\x08\x06" and frame.data[20:22] == b"\0\2"


def foretold(tmp_path: Path, kept: list[Recorded], *names: str) -> list[Row]:
    """What the frames that were kept say of these firmwares."""
    return rows_of(recording(write(tmp_path / "part.pcap", kept)), *names)


def parts(firmware: str, scenario: str, lost: Callable[[Recorded], bool]) -> list[Recorded]:
    """A recording without some frames."""
    return [frame for frame in frames(capture(firmware, scenario)) if not lost(frame)]


@pytest.mark.parametrize("scenario", ["plain-dhcp-bootfile", "proxy-60-only", "no-server"])
def test_one_direction_only(tmp_path: Path, scenario: str) -> None:
    """Whether the client was answered, or by whom, does not show."""
    kept = parts("ipxe-82540em", scenario, lambda frame: not is_ours(frame))
    for row in foretold(tmp_path, kept, "ipxe", "vmware-e1000e", "edk2"):
        assert row.result is Cell.CANNOT_TELL
        assert row.remark == (
            "it sends a DHCPDISCOVER, and the capture has nobody's frames but the recorded client's"
        )


@pytest.mark.parametrize(
    ("type_", "words"),
    [(dhcp.OFFER, "a DHCPDISCOVER"), (dhcp.ACK, "a DHCPREQUEST for the offer of 10.77.0.1")],
)
def test_an_answer_that_was_lost(tmp_path: Path, type_: int, words: str) -> None:
    """The client goes on as if it had had it."""
    kept = parts("ipxe-82540em", "plain-dhcp-bootfile", says(type_))
    (row,) = foretold(tmp_path, kept, "vmware-e1000e")
    assert row.result is Cell.CANNOT_TELL
    assert row.remark == (
        f"it sends {words}, and the recorded client goes on as after an answer, which the capture"
        " lacks"
    )


def test_an_arp_reply_that_was_lost(tmp_path: Path) -> None:
    """The station's own frames show that it is there: nothing is left open."""
    kept = parts("ipxe-82540em", "plain-dhcp-bootfile", is_arp_reply)
    (row,) = foretold(tmp_path, kept, "vmware-e1000e")
    assert (row.result, row.file) == (Cell.BOOTED, "dhcp-file.0")


def test_another_port_of_the_switch(tmp_path: Path) -> None:
    """Only what is broadcast shows: EDK II's DHCP does, and no answer to its ARP requests."""

    def hidden(frame: Recorded) -> bool:
        return not (is_ours(frame) or is_group(frame))

    (row,) = foretold(tmp_path, parts("ovmf-virtio", "plain-dhcp-bootfile", hidden), "edk2")
    assert row.result is Cell.CANNOT_TELL
    assert row.remark == (
        "it asks for the file dhcp-file.0 of 10.77.0.3, and the capture has no frame that was sent"
        " to the recorded client alone"
    )


def test_a_silence_that_shows(tmp_path: Path) -> None:
    """Others are heard, and the client gives up: that nobody answers is the servers' doing."""
    (row,) = foretold(
        tmp_path, frames(capture("ovmf-virtio", "proxy-60-only-4011-dead")), "vmware-e1000e"
    )
    assert (row.result, row.code) == (Cell.FAILED, "PXE-E55")


@pytest.mark.parametrize(
    ("firmware", "scenario", "frame", "what"),
    [
        # The offer that it takes, next to a proxy offer that is there.
        ("ipxe-82540em", "proxy-60-file", 2, "10.77.0.50"),
        # The proxy offer, whose list of boot servers it goes through.
        ("ipxe-82540em", "proxy-60-43-menu", 3, "10.77.0.5"),
        # The same, with the group in which it looks for them.
        ("ovmf-virtio", "proxy-60-43-menu-mcast", 4, "239.77.0.1"),
        # Port 4011's answer, which names the file.
        ("ipxe-82540em", "proxy-two", 14, "the file ack4011.0"),
    ],
)
def test_one_of_several_replies_was_lost(
    tmp_path: Path, firmware: str, scenario: str, frame: int, what: str
) -> None:
    """The client knows what nothing tells it: others would have known it, too."""
    kept = parts(firmware, scenario, lambda one: one.number == frame)
    for row in foretold(tmp_path, kept, "ipxe", "vmware-e1000e", "edk2"):
        assert row.result is Cell.CANNOT_TELL
        assert row.remark == (
            f"it sends a DHCPDISCOVER, and the recorded client knows {what}, which nothing in the"
            " capture tells it"
        )

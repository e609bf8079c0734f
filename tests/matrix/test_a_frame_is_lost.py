"""Captures lose frames, and end too soon: what they leave open is no failure of a machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from pxeclient.compare.client_of import dhcp_message
from pxeclient.matrix.recorded import recording
from pxeclient.matrix.row import Result
from tests.compare.recordings import CLIENT, frames, write
from tests.matrix.recorded import capture, open_recording, rows_of

FIRMWARES = ("ipxe", "vmware-e1000e", "edk2")


@pytest.mark.parametrize(
    ("recorded", "scenario"),
    [
        ("ipxe-82540em", "plain-dhcp-bootfile"),
        ("ipxe-82540em", "proxy-60-file"),
        ("ipxe-head-e1000e", "proxy-60-43-menu"),
        ("ipxe-e1000e", "samehost-60-only"),
        ("ovmf-virtio", "plain-dhcp-bootfile"),
        ("ovmf-virtio", "proxy-two"),
        ("ovmf-virtio", "proxy-60-43-menu-mcast"),
    ],
)
def test_who_boots_never_fails_for_want_of_a_frame(
    tmp_path: Path, recorded: str, scenario: str
) -> None:
    """Whichever frame of the servers is missing."""
    whole = frames(capture(recorded, scenario))
    before = rows_of(open_recording(recorded, scenario), *FIRMWARES)
    booting = [row.profile for row in before if row.result is Result.BOOTED]
    assert booting
    for lost in (frame for frame in whole if frame.data[6:12] != CLIENT):
        part = write(tmp_path / "part.pcap", [frame for frame in whole if frame is not lost])
        for row in rows_of(recording(part), *booting):
            assert row.result in (Result.BOOTED, Result.CANNOT_TELL), (lost.number, row)


@pytest.mark.parametrize(
    ("recorded", "scenario"),
    [
        # A server that pings an address for three seconds before it offers it.
        ("ipxe-82540em", "dnsmasq-full"),
        ("ipxe-82540em", "proxy-60-43-menu"),
        ("ipxe-head-e1000e", "two-dhcp"),
        ("ovmf-virtio", "proxy-60-only"),
    ],
)
def test_who_boots_never_fails_where_the_capture_ends(
    tmp_path: Path, recorded: str, scenario: str
) -> None:
    """Whenever it is stopped."""
    whole = frames(capture(recorded, scenario))
    before = rows_of(open_recording(recorded, scenario), *FIRMWARES)
    booting = [row.profile for row in before if row.result is Result.BOOTED]
    assert booting
    first = next(at for at, frame in enumerate(whole, 1) if dhcp_message(frame.data))
    for count in range(first, len(whole)):
        part = recording(write(tmp_path / "part.pcap", whole[:count]))
        for row in rows_of(part, *booting):
            assert row.result in (Result.BOOTED, Result.CANNOT_TELL), (count, row)

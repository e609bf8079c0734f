"""Every recorded TCP connection of UEFI HTTP boot and iPXE: our segments are the firmware's.

Compared are flags, sequence and acknowledgement numbers, windows, sizes and options of every
segment, in their order. Outside the mask are only the firmware's own timestamps and when ACKs
go out; what differs besides is listed here with its reason.
"""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from pxeclient.firmware.edk2 import tcp as edk2
from pxeclient.firmware.ipxe import tcp as ipxe
from pxeclient.stack.tcp.traits import TcpTraits
from pxeclient.wire.tcp import TIMESTAMPS, Flags, Segment, TcpOption
from tests.stack.tcp.recorded import WEB, Again, Recorded, connections

FIRMWARES = {
    "ovmf-virtio": edk2.TCP,
    "aavmf-virtio": edk2.TCP,
    "ipxe-e1000e": ipxe.TCP_2019,
    "ipxe-head-e1000e": ipxe.TCP,
}
PATHS = sorted(path for folder in FIRMWARES for path in (WEB / folder).glob("[hi]4-*.pcap.gz"))
READER = {"ovmf-virtio/h4-iso", "ovmf-virtio/h4-large", "aavmf-virtio/h4-chunked"}
"""The boot program reads at moments of its own, within a burst too: by that windows, and whether
the second segment or the third is acknowledged, differ somewhere in the body."""
GONE = {"ovmf-virtio/h4-head-405", "ovmf-virtio/h4-type-octet-bin"}
"""The firmware broke the connection off before it acknowledged the last segment."""


def seen(segment: Segment) -> tuple[object, ...]:
    """What is compared of a segment."""
    options = tuple(
        TcpOption(kind, data[4:] if kind == TIMESTAMPS else data) for kind, data in segment.options
    )
    numbers = segment.sequence, segment.acknowledgement, segment.window
    return segment.flags, *numbers, segment.payload[:1], len(segment.payload), options


def is_bare(segment: Segment) -> bool:
    """It only acknowledges."""
    return segment.flags == Flags.ACK and not segment.payload


def played(recorded: Recorded, traits: TcpTraits) -> tuple[list[Segment], list[Segment]]:
    """The firmware's segments, and ours."""
    again = Again(recorded, traits)
    again.play()
    theirs = [one.segment for one in recorded.heard if one.ours]
    ours = again.sent
    # What comes after the end is answered by a RST each; by then the recording's card was off.
    while len(ours) > len(theirs) and ours[-1].flags == Flags.RST and not ours[-1].acknowledgement:
        ours = ours[:-1]
    return theirs, ours


@pytest.mark.parametrize("path", PATHS, ids=lambda path: f"{path.parent.name}/{path.name[:-8]}")
def test_segments_are_those_of_the_recording(path: Path) -> None:
    """The same server's segments, taken in the recording's order."""
    name = f"{path.parent.name}/{path.name[:-8]}"
    for recorded in connections(path):
        theirs, ours = played(recorded, FIRMWARES[path.parent.name])
        if name in READER:
            assert [*map(seen, theirs[:6])] == [*map(seen, ours[:6])]
            assert abs(len(theirs) - len(ours)) <= len(theirs) // 50
            theirs, ours = ([one for one in some if not is_bare(one)] for some in (theirs, ours))
        elif name in GONE:
            assert is_bare(ours[-2])
            del ours[-2]
        assert [*map(seen, theirs)] == [*map(seen, ours)]


def test_there_are_recordings() -> None:
    """So that the test above says something."""
    found = [len(connections(path)) for path in PATHS]
    assert sum(found) == 83


@pytest.mark.parametrize("evidence", [edk2.TCP_EVIDENCE, ipxe.TCP_EVIDENCE])
def test_every_trait_says_how_it_is_known(evidence: dict[str, object]) -> None:
    """No value without its source."""
    assert set(evidence) == {one.name for one in fields(TcpTraits)}

"""The waits of Intel's ROMs for a TFTP server that stays silent, as three boards were seen to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pxeclient import profile as profiles
from pxeclient.capture.values import Recorded
from pxeclient.compare.verdict import Comparison, compare
from pxeclient.wire import ethernet, icmp, ipv4
from tests.compare.recordings import frames, write

SILENCE = Path(__file__).parent.parent / "explain" / "files" / "intel-tftp-silence.pcap"
INTEL = ["vmware-e1000e", "virtualbox-intel"]

Change = Callable[[list[Recorded]], list[Recorded]]


def compared(tmp_path: Path, found: list[Recorded], profile: str) -> Comparison:
    """These frames against a profile."""
    return compare(write(tmp_path / "x.pcap", found), profiles.load(profile))


def with_refusals(found: list[Recorded]) -> list[Recorded]:
    """The port is closed: each read request is answered with ICMP port unreachable."""
    return [frame for one in found for frame in (one, *_refusal(one))]


def _refusal(one: Recorded) -> Iterator[Recorded]:
    if ethernet.parse(one.data).ethertype != ethernet.IPV4 or one.data[36:38] != b"\0\x45":
        return
    asked = ethernet.parse(one.data)
    packet = ipv4.parse(asked.payload)
    quoted = icmp.Icmp(icmp.UNREACHABLE, icmp.PORT_UNREACHABLE, bytes(4) + asked.payload[:28])
    told = ipv4.Packet(packet.destination, packet.source, ipv4.ICMP, icmp.build(quoted))
    data = ethernet.join(asked.source, asked.destination, ethernet.IPV4, ipv4.build(told))
    yield replace(one, data=data, at=one.at + 0.001, length=len(data))


def as_recorded(found: list[Recorded]) -> list[Recorded]:
    """Unchanged."""
    return found


def cut(found: list[Recorded]) -> list[Recorded]:
    """The log ends after the first request for the file, as one of the three does."""
    return found[:12]


@pytest.mark.parametrize("name", INTEL)
@pytest.mark.parametrize(
    ("change", "frames_left"), [(as_recorded, 14), (with_refusals, 22), (cut, 12)]
)
def test_the_plan_of_the_relatives_is_the_profiles(
    name: str, change: Change, frames_left: int, tmp_path: Path
) -> None:
    """Five requests for the size, then the file; an ICMP error changes nothing."""
    recorded = change(frames(SILENCE))
    assert len(recorded) == frames_left
    found = compared(tmp_path, recorded, name)
    assert [one.sentence for one in found.differences] == []


def test_a_client_that_asks_every_five_seconds_is_another(tmp_path: Path) -> None:
    """As Intel's code for EFI does."""
    found = compared(tmp_path, frames(SILENCE), "pxe-2.1-spec")
    assert found.differences

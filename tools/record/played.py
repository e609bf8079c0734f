"""A recording's servers against the practice network: do both answer the machine alike?"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from pxeclient.capture.values import Recorded
from pxeclient.practice.model import Scenario
from pxeclient.practice.network import PracticeNetwork
from pxeclient.wire import dhcp
from pxeclient.wire.onestep import Datagram, read_udp
from tools.record.layers import CLIENT

_PORTS = (dhcp.SERVER_PORT, dhcp.PROXY_PORT)


def difference(scenario: Scenario, frames: Sequence[Recorded]) -> str | None:
    """How the practice network's replies differ from the recorded ones; None: not at all.

    It is given the machine's frames at their times. DHCP and ProxyDHCP replies are held together,
    with their addresses and ports, but for the IP identification; those in fragments are not.
    Boot files are not the same, since the recorded ones tell QEMU that they ran.
    """
    network = PracticeNetwork(scenario)
    recorded: list[bytes] = []
    ours: list[bytes] = []
    for frame in frames:
        while (due := network.next_at()) is not None and due <= frame.at:
            ours += network.poll(due)
        if frame.data[6:12] == CLIENT:
            network.receive(frame.data, frame.at)
        else:
            recorded.append(frame.data)
    theirs, made = replies(recorded), replies(ours)
    for number, (one, other) in enumerate(zip(theirs, made, strict=False), 1):
        if one != other:
            return f"the practice network's DHCP reply {number} is another than the recorded one"
    if len(theirs) != len(made):
        return f"the practice network sends {len(made)} DHCP replies, recorded were {len(theirs)}"
    return None


def replies(frames: Sequence[bytes]) -> list[tuple[bytes, Datagram]]:
    """The DHCP and ProxyDHCP replies among frames: Ethernet addresses and datagram."""
    found = ((frame[:12], read_udp(frame)) for frame in frames)
    return [
        (addresses, replace(datagram, start=b""))
        for addresses, datagram in found
        if datagram is not None and datagram.peer.port in _PORTS
    ]

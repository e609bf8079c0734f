"""Real packets: every frame of the captures is read and written back octet by octet.

The servers' network cards were told not to compute checksums (``ethtool -K … tx off``), so
what their kernels sent is whole too: no checksum is excused. A frame may only be longer
than its packet if it is padded with zeros to 60 octets, Ethernet's minimum.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from scapy.utils import RawPcapReader

from pxeclient.wire import arp, dhcp, ethernet, icmp, ipv4, tftp, udp

CAPTURES = Path(__file__).parent.parent / "captures"
ALL = sorted(CAPTURES.glob("*/*/capture.pcap"))

DHCP_PORTS = {dhcp.SERVER_PORT, dhcp.CLIENT_PORT, dhcp.PROXY_PORT}


def frames(capture: Path) -> Iterator[bytes]:
    """The frames of a capture, all of which are there in full."""
    with RawPcapReader(str(capture)) as reader:
        for frame, metadata in reader:
            assert metadata.wirelen == len(frame)
            yield frame


class Rewriter:
    """Reads frames and builds them anew, counting what it met."""

    def __init__(self) -> None:
        self.met: Counter[str] = Counter()
        self._tftp_clients: set[int] = set()

    def frame(self, data: bytes) -> bytes:
        """The frame as our codecs write it."""
        frame = ethernet.parse(data)
        match frame.ethertype:
            case ethernet.ARP:
                self.met["ARP"] += 1
                payload = arp.build(arp.parse(frame.payload))
            case ethernet.IPV4:
                payload = self._packet(frame.payload)
            case _:
                self.met["other"] += 1
                payload = frame.payload
        rebuilt = ethernet.Frame(frame.destination, frame.source, frame.ethertype, payload)
        return ethernet.build(rebuilt, pad_to=60 if len(data) == 60 else 0)

    def _packet(self, data: bytes) -> bytes:
        packet = ipv4.parse(data)
        match packet.protocol:
            case _ if packet.is_fragment:
                self.met["fragment"] += 1
                payload = packet.payload
            case ipv4.ICMP:
                self.met["ICMP"] += 1
                payload = icmp.build(icmp.parse(packet.payload))
            case ipv4.UDP:
                datagram = udp.parse(packet.payload, packet.source, packet.destination)
                again = udp.Datagram(
                    datagram.source_port, datagram.destination_port, self._payload(datagram)
                )
                payload = udp.build(again, packet.source, packet.destination)
                if packet.payload[6:8] == b"\0\0":
                    payload = payload[:6] + b"\0\0" + payload[8:]  # its sender made no checksum
            case _:
                self.met["other"] += 1
                payload = packet.payload
        again_packet = ipv4.Packet(
            packet.source,
            packet.destination,
            packet.protocol,
            payload,
            packet.ttl,
            packet.identification,
            packet.dont_fragment,
            packet.more_fragments,
            packet.fragment_offset,
            packet.tos,
            packet.options,
        )
        return ipv4.build(again_packet)

    def _payload(self, datagram: udp.Datagram) -> bytes:
        ports = {datagram.source_port, datagram.destination_port}
        if ports & DHCP_PORTS:
            self.met["DHCP"] += 1
            return dhcp.build(dhcp.parse(datagram.payload))
        if datagram.destination_port == tftp.PORT:
            self._tftp_clients.add(datagram.source_port)
        if ports & self._tftp_clients:
            self.met["TFTP"] += 1
            return tftp.build(tftp.parse(datagram.payload))
        self.met["other"] += 1
        return datagram.payload


@pytest.mark.parametrize("capture", ALL, ids=lambda path: str(path.parent.relative_to(CAPTURES)))
def test_every_frame_is_written_back(capture: Path) -> None:
    """What the firmware and the servers sent is what we would send for the same message."""
    rewriter = Rewriter()
    for number, frame in enumerate(frames(capture), start=1):
        assert frame == rewriter.frame(frame), f"frame {number}"


@pytest.mark.parametrize(
    ("capture", "expected"),
    [
        ("ipxe-e1000e/samehost-60-only", {"ARP": 5, "DHCP": 6, "TFTP": 5, "other": 6}),
        ("ipxe-head-e1000e/dnsmasq-proxy", {"ARP": 6, "DHCP": 7, "ICMP": 2, "TFTP": 9, "other": 1}),
        ("ovmf-virtio/samehost-60-43-menu", {"ARP": 2, "DHCP": 6, "TFTP": 9, "other": 2}),
    ],
)
def test_the_captures_hold_what_is_to_be_read(capture: str, expected: dict[str, int]) -> None:
    """No frame escapes the test above: "other" is IPv6 and EAPOL, which we do not read."""
    rewriter = Rewriter()
    for frame in frames(CAPTURES / capture / "capture.pcap"):
        rewriter.frame(frame)
    assert expected == rewriter.met

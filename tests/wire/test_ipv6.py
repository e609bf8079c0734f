"""IPv6 packets, judged by scapy."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scapy.layers.inet import UDP
from scapy.layers.inet6 import ICMPv6ND_RS, IPv6, IPv6ExtHdrDestOpt, IPv6ExtHdrFragment
from scapy.packet import Raw

from pxeclient.wire import icmpv6, ipv6
from pxeclient.wire.errors import ChecksumError, WireError

HEAD = IPv6(src="2001:db8::5", dst="2001:db8::1", hlim=9)


def test_a_packet_behind_extension_headers() -> None:
    """The payload's own protocol; padding behind the packet is left out."""
    found = ipv6.parse(
        bytes(HEAD / IPv6ExtHdrDestOpt() / UDP(sport=1, dport=2) / Raw(b"x")) + b"\0"
    )
    assert (found.protocol, found.hop_limit, len(found.payload), found.size) == (17, 9, 9, 9)
    assert str(found.source) == "2001:db8::5"
    ipv6.check(found, "UDP")


def test_a_fragment() -> None:
    """Where it belongs, in octets."""
    found = ipv6.parse(bytes(HEAD / IPv6ExtHdrFragment(offset=185, m=1, nh=17) / Raw(bytes(16))))
    assert (found.fragment_offset, found.more_fragments, found.is_fragment) == (1480, True, True)


def test_a_cut_packet() -> None:
    """How long it was can still be told."""
    octets = bytes(HEAD / UDP() / Raw(bytes(100)))[:60]
    with pytest.raises(WireError, match="payload length 108"):
        ipv6.parse(octets)
    found = ipv6.parse(octets, is_cut=True)
    assert (len(found.payload), found.size) == (20, 108)


def test_a_solicitation() -> None:
    """With its checksum, and with a wrong one."""
    octets = bytes(HEAD / ICMPv6ND_RS())
    assert icmpv6.parse(ipv6.parse(octets)).type == icmpv6.ROUTER_SOLICITATION
    with pytest.raises(ChecksumError):
        icmpv6.parse(ipv6.parse(octets[:42] + b"\1\2" + octets[44:]))


@given(st.binary(max_size=120), st.booleans())
def test_any_octets(octets: bytes, is_cut: bool) -> None:
    """`WireError` and nothing else."""
    for data in (octets, b"\x60" + octets):
        try:
            icmpv6.parse(ipv6.parse(data, is_cut))
        except WireError:
            continue

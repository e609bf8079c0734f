"""Which server program sent a reply, by the order of its options."""

from __future__ import annotations

from ipaddress import IPv4Address

import pytest

from pxeclient.advice import Server
from pxeclient.diagnose.at_hand import recognised
from pxeclient.seen.dhcp import Dhcp
from pxeclient.wire import dhcp

DNSMASQ = (53, 54, 51, 58, 59, 1, 28, 3)
"""2.90, to a client that asks for 1, 3 and more."""
KEA = (53, 1, 3, 6, 51, 54, 60)
"""2.2.0."""
DHCPD = (53, 54, 51, 1, 3, 6, 15, 60)
"""4.4.3-P1."""


def reply(codes: tuple[int, ...], kind: int = dhcp.OFFER, address: str = "10.0.0.9") -> Dhcp:
    """A server's message with these options, in that order."""
    options = tuple(
        dhcp.Option(code, bytes((kind,)) if code == 53 else b"\x0a\0\0\1") for code in codes
    )
    message = dhcp.Message(
        op=dhcp.BOOTREPLY,
        xid=1,
        chaddr=bytes.fromhex("525400123456") + bytes(10),
        yiaddr=IPv4Address(address),
        options=options,
    )
    at, to = IPv4Address("10.0.0.1"), IPv4Address("255.255.255.255")
    return Dhcp(message, 300, at, 67, to, 68)


@pytest.mark.parametrize(
    ("codes", "server"),
    [
        (DNSMASQ, Server.DNSMASQ),
        ((53, 54, 51, 67, 58, 59, 1, 28, 3), Server.DNSMASQ),
        ((53, 54, 51, 66, 67, 58, 59, 1, 28, 3, 60, 97, 43), Server.DNSMASQ),
        (KEA, Server.KEA),
        ((53, 1, 3, 51, 54, 58, 59, 61), Server.KEA),
        (DHCPD, None),
        ((53, 54, 51, 1, 28, 3), None),
        ((53, 54, 51, 58, 59, 1, 3), None),
        ((53, 1, 58, 59, 51, 54, 3), None),
        ((53, 1, 3), None),
        ((1, 3, 51, 53, 54), None),
        ((53,), None),
        ((), None),
    ],
)
def test_the_order_tells(codes: tuple[int, ...], server: Server | None) -> None:
    """Or it does not: what many write alike is nobody's."""
    assert recognised(reply(codes)) is server
    assert recognised(reply(codes, dhcp.ACK)) is (server if codes else None)


def test_only_a_reply_with_an_address_tells() -> None:
    """A proxy offer has few options, in an order that many write."""
    assert recognised(reply(DNSMASQ, address="0.0.0.0")) is None
    assert recognised(reply(DNSMASQ, dhcp.NAK)) is None

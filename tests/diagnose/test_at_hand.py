"""Which server program sent a reply, by the order of its options."""

from __future__ import annotations

from ipaddress import IPv4Address

import pytest

from pxeclient.advice import Server
from pxeclient.diagnose import diagnose
from pxeclient.diagnose.at_hand import recognised
from pxeclient.seen.dhcp import Dhcp
from pxeclient.trace import Trace
from pxeclient.wire import dhcp
from tests.diagnose.boots import VMWARE, boot_on, host

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


def as_dnsmasq(tftp: dict[str, object]) -> Trace:
    """A boot from a host whose DHCP server writes as dnsmasq does, with that TFTP server."""
    ip = "10.77.0.2"
    more = [[58, "u32", 1800], [59, "u32", 3150], [1, "ip", "255.255.255.0"],
            [28, "ip", "10.77.0.255"]]  # fmt: skip
    says = {"siaddr": ip, "file": "boot.0", "yiaddr": "10.77.0.50"}

    def replies(kind: int) -> dict[str, object]:
        first = [[53, "u8", kind], [54, "ip", ip], [51, "u32", 3600]]
        return {**says, "options": [*first, *more]}

    rules = [
        {"port": 67, "msg": "discover", "replies": [replies(2)]},
        {"port": 67, "msg": "request", "replies": [replies(5)]},
    ]
    return boot_on(VMWARE, [host("both", ip, bootp=rules, tftp=tftp)])


@pytest.mark.parametrize(
    ("tftp", "id", "server"),
    [
        ({"files": {"*": {"size": 42000}}, "wire": {"mtu": 1450}}, "T-MTU", None),
        ({"files": {}, "error": [1, "File not found"]}, "T-FOUND", None),
        ({"files": {}, "error": [1, "file /t/boot.0 not found for 10.77.0.50"]}, "T-FOUND",
         Server.DNSMASQ),
    ],
)  # fmt: skip
def test_the_tftp_server_beside_it_is_another_matter(
    tftp: dict[str, object], id: str, server: Server | None
) -> None:
    """A finding about the download shows dnsmasq's settings only where dnsmasq is what serves."""
    [finding] = [one for one in diagnose(as_dnsmasq(tftp)) if one.id == id]
    assert (None if finding.at_hand is None else finding.at_hand.server) is server

"""The one error of the wire layer."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv4Address

import pytest

from pxeclient.wire import arp, dhcp, ethernet, icmp, ipv4, pxe, tftp, udp
from pxeclient.wire.errors import WireError

HERE = IPv4Address("10.0.0.2")

PARSERS: dict[str, Callable[[bytes], object]] = {
    "ARP": arp.parse,
    "DHCP": dhcp.parse,
    "Ethernet": ethernet.parse,
    "ICMP": icmp.parse,
    "IPv4": ipv4.parse,
    "TFTP": tftp.parse,
    "UDP": lambda data: udp.parse(data, HERE, HERE),
    "option 43.8": pxe.parse_boot_servers,
    "option 43.9": pxe.parse_menu,
}


@pytest.mark.parametrize("what", PARSERS)
def test_an_error_says_what_was_being_read(what: str) -> None:
    """The text of an error begins with the name of the thing that could not be read."""
    with pytest.raises(WireError, match=rf"^{what}: "):
        PARSERS[what](b"\x07")


@pytest.mark.parametrize("what", PARSERS)
def test_an_error_is_plain_text(what: str) -> None:
    """Whatever came from the network, the text of an error is safe on a terminal."""
    for data in (b"\x1b[2J", b"\x00\x01\x1b[2Jno-mode\x00", bytes([27]) * 19, b"\xff" * 30):
        try:
            PARSERS[what](data)
        except WireError as error:
            text = str(error)
            assert text.isascii()
            assert text.isprintable()


def test_it_is_a_value_error() -> None:
    """Callers that know nothing of packets can catch the usual error for bad values."""
    assert issubclass(WireError, ValueError)

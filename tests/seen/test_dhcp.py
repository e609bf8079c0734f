"""A DHCP message's facts, read in full."""

from __future__ import annotations

from ipaddress import IPv4Address

import pytest

from pxeclient.seen.dhcp import Dhcp
from pxeclient.seen.reading import read
from pxeclient.wire import dhcp, pxe
from pxeclient.wire.dhcp import Option
from pxeclient.wire.pxe import Purpose, boot_item_of, purpose_of
from tests.seen.frames import CLIENT, OTHER, OURS, PXE, THEIRS, answers, asks, message, reply

BOOT_ITEM = Option(43, pxe.build_suboptions([pxe.boot_item(3)]))


def of(octets: bytes, ours: bool = False) -> Dhcp:
    """The message in a frame."""
    found = read(2, 0.1, octets, ours).dhcp
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("type", "options", "port", "purpose"),
    [
        (dhcp.DISCOVER, (), 67, Purpose.DISCOVER),
        (dhcp.REQUEST, (), 67, Purpose.REQUEST),
        (dhcp.REQUEST, (), 4011, Purpose.PROXY_REQUEST),
        (dhcp.REQUEST, (BOOT_ITEM,), 4011, Purpose.BOOT_SERVER_REQUEST),
        (dhcp.REQUEST, (BOOT_ITEM,), 67, Purpose.BOOT_SERVER_REQUEST),
        (dhcp.INFORM, (), 67, None),
        (dhcp.RELEASE, (), 67, None),
    ],
)
def test_what_a_message_is_for(
    type: int, options: tuple[Option, ...], port: int, purpose: Purpose | None
) -> None:
    """By its type, its boot item and its port, in that order."""
    payload = message(type, *options)
    assert purpose_of(dhcp.parse(payload), port) is purpose
    assert of(asks(payload, port), True).purpose is purpose


def test_a_server_has_no_purpose() -> None:
    """Purposes are the client's."""
    assert of(answers(reply(dhcp.ACK, BOOT_ITEM))).purpose is None


def test_a_boot_item_is_found_wherever_it_stands() -> None:
    """In two options 43 that are one, and in the file field."""
    inside = BOOT_ITEM.data
    split = dhcp.parse(message(dhcp.REQUEST, Option(43, inside[:3]), Option(43, inside[3:])))
    assert boot_item_of(split) == 3
    area = dhcp.build_options((BOOT_ITEM, Option(dhcp.END))).ljust(128, b"\0")
    whole = message(dhcp.REQUEST, Option(52, b"\1"))
    overloaded = dhcp.parse(whole[:108] + area + whole[236:])
    assert boot_item_of(overloaded) == 3
    assert boot_item_of(dhcp.parse(message(dhcp.REQUEST))) is None


def test_none_is_none() -> None:
    """Fields of zeros and options that are not there."""
    found = of(answers(reply(dhcp.OFFER, yiaddr=IPv4Address("0.0.0.0"))))
    assert (found.yiaddr, found.siaddr, found.giaddr, found.ciaddr) == (None,) * 4
    assert (found.server_id, found.address(3), found.vendor_class) == (None, None, None)
    assert found.who == THEIRS
    assert (found.file, found.names) == (b"", ())


def test_who_speaks() -> None:
    """The server identifier before the source."""
    found = of(answers(reply(dhcp.OFFER, Option(54, OTHER.packed))))
    assert found.who == OTHER
    assert found.words == "the DHCPOFFER from 10.77.0.9 (frame 2)"


def test_names() -> None:
    """Option 67 and the field may name two files."""
    payload = bytearray(reply(dhcp.OFFER, Option(67, b"other.efi\0")))
    payload[108:114] = b"boot.0"
    found = of(answers(bytes(payload)))
    assert found.names == (b"other.efi", b"boot.0")
    assert (found.option_name, found.field_name, found.file) == (
        b"other.efi",
        b"boot.0",
        b"other.efi",
    )


def test_an_offer_of_service_alone() -> None:
    """PXEClient, no address, and nothing in option 43."""
    found = of(answers(reply(dhcp.OFFER, PXE, yiaddr=IPv4Address("0.0.0.0"))))
    assert found.is_proxy
    assert found.is_bare
    assert found.kind_words == "proxy offer"
    assert not found.offers_address


def test_the_client() -> None:
    """Its hardware address, and what it says it is."""
    found = of(asks(message(dhcp.DISCOVER, PXE)), True)
    assert found.hardware == CLIENT
    assert found.identity == (PXE.data, None, None, None, None)
    assert found.of_client(True) is found
    assert not found.of_client(False).ours


def test_what_a_relay_passed_on() -> None:
    """By giaddr."""
    assert of(asks(message(dhcp.DISCOVER, giaddr=OTHER)), True).is_relayed
    assert not of(asks(message(dhcp.DISCOVER)), True).is_relayed
    assert of(answers(reply(dhcp.ACK))).yiaddr == OURS

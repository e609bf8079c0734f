"""Hardware addresses."""

from __future__ import annotations

import copy
import pickle
from ipaddress import IPv4Address

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scapy.layers.l2 import getmacbyip

from pxeclient.wire.addresses import BROADCAST_MAC, ZERO_MAC, Mac, multicast_mac
from tests.wire.octets import macs

CASES = [
    (Mac(bytes.fromhex("525400123456")), "52:54:00:12:34:56"),
    (Mac(bytes.fromhex("00aabbccddee")), "00:aa:bb:cc:dd:ee"),
    (BROADCAST_MAC, "ff:ff:ff:ff:ff:ff"),
    (ZERO_MAC, "00:00:00:00:00:00"),
]
"""Addresses and how they are written."""


@pytest.mark.parametrize(("mac", "text"), CASES)
def test_an_address_is_written_and_read_with_colons(mac: Mac, text: str) -> None:
    """The text of an address reads back as that address."""
    assert text == str(mac)
    assert mac == Mac.from_text(text)


@pytest.mark.parametrize("text", ["52-54-00-AA-bb-56", "52:54:00:AA:BB:56", "52:54:00:aa:bb:56"])
def test_hyphens_and_capitals_are_read_too(text: str) -> None:
    """The way that Windows and switches write an address is understood."""
    assert Mac(bytes.fromhex("525400aabb56")) == Mac.from_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "52:54:00:12:34",
        "52:54:00:12:34:56:78",
        "52:54-00:12:34:56",
        "525400123456",
        "5254.0012.3456",
        "52:54:00:12:34:5g",
        " 52:54:00:12:34:56",
        "52:54:00:12:34:56\n",
        "5:54:00:12:34:56",
        "٥2:54:00:12:34:56",
    ],
)
def test_other_texts_are_refused(text: str) -> None:
    """What is not six pairs of hexadecimal digits with one separator is no address."""
    with pytest.raises(ValueError, match="is not a MAC address"):
        Mac.from_text(text)


@pytest.mark.parametrize("size", [0, 5, 7, 16])
def test_an_address_has_six_octets(size: int) -> None:
    """More or fewer octets are refused, with their number."""
    with pytest.raises(ValueError, match=f"6 octets, not {size}"):
        Mac(bytes(size))


@given(macs)
def test_any_address_survives_text_copy_and_pickle(mac: Mac) -> None:
    """An address is a value: it equals its copies, whichever way they were made."""
    assert mac == Mac.from_text(str(mac))
    assert mac == copy.deepcopy(mac)
    assert mac == pickle.loads(pickle.dumps(mac))
    assert hash(mac) == hash(copy.copy(mac))
    assert repr(mac) == f"Mac('{mac}')"


@given(st.text())
def test_any_text_is_read_or_refused_with_value_error(text: str) -> None:
    """No text makes anything but an address or a ValueError."""
    try:
        mac = Mac.from_text(text)
    except ValueError:
        return
    assert text.lower().replace("-", ":") == str(mac)


def test_a_station_has_an_address_of_its_own() -> None:
    """That of a group, of everybody or of nobody is refused."""
    assert Mac.of_station("02-00-00-00-00-01") == Mac.from_text("02:00:00:00:00:01")
    for text in ("01:00:5e:00:00:01", str(BROADCAST_MAC), str(ZERO_MAC)):
        with pytest.raises(ValueError, match=f"{text} is no station's address"):
            Mac.of_station(text)
    with pytest.raises(ValueError, match="'x' is not a MAC address"):
        Mac.of_station("x")


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("52:54:00:12:34:56", False),
        ("01:00:5e:00:00:01", True),
        ("33:33:00:00:00:01", True),
        ("ff:ff:ff:ff:ff:ff", True),
        ("00:00:00:00:00:00", False),
        ("fe:ff:ff:ff:ff:ff", False),
    ],
)
def test_the_lowest_bit_of_the_first_octet_makes_a_group(text: str, group: bool) -> None:
    """Multicast and broadcast addresses are groups; all others name one station."""
    assert group == Mac.from_text(text).is_group


@pytest.mark.parametrize(
    ("group", "mac"),
    [
        ("224.0.0.1", "01:00:5e:00:00:01"),
        ("224.1.1.1", "01:00:5e:01:01:01"),
        ("232.129.1.2", "01:00:5e:01:01:02"),
        ("239.255.255.250", "01:00:5e:7f:ff:fa"),
    ],
)
def test_a_group_address_loses_all_but_23_bits(group: str, mac: str) -> None:
    """The Ethernet group of an IPv4 group is 01:00:5e and its low 23 bits; scapy agrees."""
    assert Mac.from_text(mac) == multicast_mac(IPv4Address(group))
    assert mac == getmacbyip(group)

"""Options as scenarios write them, and the octets they become."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from pxeclient.practice.option_spec import OptionSpec, area, encode
from pxeclient.practice.request import Request, read
from pxeclient.wire import dhcp
from tests.practice.client import UUID, dhcp_request


def asked(*options: dhcp.Option) -> Request:
    """A request with those options, as a server sees it."""
    request = read(dhcp_request(dhcp.REQUEST, *options))
    assert request is not None
    return request


@pytest.mark.parametrize(
    ("kind", "value", "octets"),
    [
        ("ip", "10.77.0.1", "0a4d0001"),
        ("ips", ["10.77.0.1", "10.77.0.2"], "0a4d0001 0a4d0002"),
        ("str", "aé", "61 e9"),
        ("strz", "a", "61 00"),
        ("hex", "06 01 08 ff", "060108ff"),
        ("u8", 2, "02"),
        ("u16", 0x0102, "0102"),
        ("u32", 3600, "00000e10"),
        ("u16le", 1758, "de06"),
        ("bootservers", [[1, ["10.77.0.5"]], [2, []]], "0001 01 0a4d0005 0002 00"),
        ("menu", [[1, "A"], [2, "BC"]], "0001 01 41 0002 02 4243"),
        ("prompt", [10, "F8"], "0a 4638"),
        ("item", [1, 0], "0001 0000"),
        ("sub", [[6, "u8", 8]], "06 01 08 ff"),
        ("sub", [[71, "subitem", None], [6, "u8", 8]], "47 04 00010000 06 01 08 ff"),
    ],
)
def test_type_becomes_octets(kind: str, value: Any, octets: str) -> None:
    """Every type has the encoding of its RFC."""
    request = asked(dhcp.Option(43, bytes.fromhex("47 04 00010000 ff")))
    assert (dhcp.Option(43, bytes.fromhex(octets)),) == OptionSpec(43, kind, value).encode(request)


def test_echo_gives_the_requests_option_back() -> None:
    """An echo copies the request's option; without one it is left out."""
    specs = (OptionSpec(97, "echo"), OptionSpec(12, "echo"), OptionSpec(71, "subitem"))
    assert (dhcp.Option(97, UUID),) == encode(specs, asked())
    assert encode(specs, None) == ()


def test_long_option_is_split() -> None:
    """More than 255 octets become several options of one code (RFC 3396)."""
    made = OptionSpec(67, "str", "x" * 300).encode(None)
    assert [len(option.data) for option in made] == [255, 45]


def test_area_ends_with_end() -> None:
    """PAD and END may be written out; the closing END is added all the same."""
    specs = (OptionSpec(0, "str", ""), OptionSpec(53, "u8", 5), OptionSpec(255, "str", ""))
    assert bytes.fromhex("00 350105 ff ff") == area(specs, None)


@pytest.mark.parametrize(
    ("spec", "fixed"),
    [
        (OptionSpec(53, "u8", 1), True),
        (OptionSpec(97, "echo"), False),
        (OptionSpec(43, "sub", [[6, "u8", 8]]), True),
        (OptionSpec(43, "sub", [[71, "subitem", None]]), False),
    ],
)
def test_fixed_options_do_not_depend_on_the_request(spec: OptionSpec, fixed: bool) -> None:
    """Only echoes, however deep, keep a reply from being made in advance."""
    assert fixed == spec.is_fixed


def test_options_are_hashable_and_compare_by_octets() -> None:
    """Equal options, however written, share what is made of them."""
    by_hand = OptionSpec(43, "hex", "060108ff")
    assert hash(by_hand) == hash(OptionSpec(43, "hex", "06 01 08 FF"))
    assert msgspec.convert([43, "hex", "06 01 08 FF"], OptionSpec) == by_hand

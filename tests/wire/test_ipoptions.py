"""Options of an IPv4 header: which are whole, in words for those that are not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scapy.layers.inet import IP, IPOption_LSRR, IPOption_Router_Alert, IPOption_RR

from pxeclient.wire.ipoptions import fault

ROUTE = "0a4d0001 0a4d0002"


@pytest.mark.parametrize(
    "options",
    [
        "",
        "01010101",
        "00ffffff",
        "94040000",  # router alert
        f"07 0b 04 {ROUTE} 00",
        f"07 0b 0c {ROUTE} 00",
        f"83 0b 0c {ROUTE} 01",
        f"89 0b 0c {ROUTE} 01",
    ],
)
def test_whole_options(options: str) -> None:
    """Padding, an alert, a route that is recorded, a source route gone to its end."""
    assert fault(bytes.fromhex(options)) == ""


@pytest.mark.parametrize(
    ("options", "because"),
    [
        ("94", "option 148 at octet 20 of the IPv4 header has no whole value"),
        ("01940400", "option 148 at octet 21"),
        ("94010000", "no whole value"),
        ("07040400", "the route at octet 20 of the IPv4 header has 4 octets"),
        ("07020000", "has 2 octets"),
        (f"07 0b 10 {ROUTE} 00", "points to octet 16 of 11"),
        (f"07 0b 05 {ROUTE} 00", "points to octet 5 of 11"),
        (f"83 0b 08 {ROUTE} 00", "has not been gone to its end"),
        (f"01 89 0b 04 {ROUTE}", "the route at octet 21 of the IPv4 header has not been gone"),
    ],
)
def test_broken_options(options: str, because: str) -> None:
    """What is wrong, and where."""
    assert because in fault(bytes.fromhex(options))


@pytest.mark.parametrize(
    "option",
    [
        IPOption_RR(routers=["10.77.0.1"]),
        IPOption_Router_Alert(),
        IPOption_LSRR(routers=["10.77.0.1"], pointer=8),
    ],
)
def test_scapys_options_are_whole(option: IPOption_RR) -> None:
    """Those of another builder; it leaves a source route at its end."""
    header = bytes(IP(options=[option]))
    assert len(header) > 20
    assert fault(header[20:]) == ""


@given(st.binary(max_size=40))
def test_any_octets_get_an_answer(options: bytes) -> None:
    """Never an exception, and never words of raw octets."""
    assert fault(options).isprintable()

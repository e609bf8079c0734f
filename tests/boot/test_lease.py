"""Taking a lease: netmask and routes as the DHCPACK gives them."""

from __future__ import annotations

import pytest

from pxeclient.playbook import (
    ARP,
    DHCPDISCOVER,
    DHCPREQUEST,
    Playbook,
    ack,
    offer,
)
from tests.stories.firmwares import IPXE, IPXE_2019, VMWARE, book

FAR = "192.0.2.3"


def leased(firmware: str, server: str, options: dict[int, bytes]) -> Playbook:
    """A book in which the boot file is on `server`, and the DHCPACK has these options."""
    return (
        book(firmware)
        .sends(DHCPDISCOVER)
        .gets(offer(vendor_class="PXEClient", siaddr=server, file="x", control=8))
        .sends(DHCPREQUEST)
        .gets(
            ack(
                vendor_class="PXEClient", siaddr=server, file="x", control=8,
                options={1: b"\xff\xff\xff\0", 3: b"", **options},
            )
        )
    )  # fmt: skip


@pytest.mark.parametrize(
    ("mask", "server", "hop"),
    [
        (b"\xff\xff\xff\0", "10.77.1.3", "10.77.0.9"),
        (b"\xff\xff\0\0", "10.77.1.3", "10.77.1.3"),
        (b"\xff\0\xff\0", "10.99.1.3", "10.99.1.3"),
        (b"\xff\xff", "10.99.1.3", "10.99.1.3"),
        (b"\0\0\0\0", FAR, FAR),
    ],
)
@pytest.mark.parametrize("firmware", [IPXE, VMWARE])
def test_the_netmask_says_what_is_near(firmware: str, mask: bytes, server: str, hop: str) -> None:
    """One that is no netmask is replaced by the address's class."""
    leased(firmware, server, {1: mask, 3: b"\x0a\x4d\0\x09"}).sends(ARP, to=hop)


@pytest.mark.parametrize("router", [b"", b"\x0a\x4d", bytes(4)])
@pytest.mark.parametrize("firmware", [IPXE, VMWARE])
def test_without_a_router_a_far_server_is_out_of_reach(firmware: str, router: bytes) -> None:
    """The read request is not sent, which says why."""
    leased(firmware, FAR, {3: router}).ignores("our packet to 192.0.2.3", because="no route")


def test_the_first_router_is_used() -> None:
    """Option 3 lists them in order of preference."""
    leased(IPXE, FAR, {3: bytes((10, 77, 0, 8, 10, 77, 0, 9))}).sends(ARP, to="10.77.0.8")


@pytest.mark.parametrize(
    ("routes", "hop"),
    [
        (bytes((24, 192, 0, 2, 10, 77, 0, 7)), "10.77.0.7"),
        (bytes((0, 10, 77, 0, 6)), "10.77.0.6"),
        (bytes((0, 10, 77, 0, 6, 24, 192, 0, 2, 10, 77, 0, 7)), "10.77.0.7"),
        (bytes((32, 192, 0, 2, 3, 0, 0, 0, 0)), FAR),
        (bytes((24, 192, 0, 2, 10, 77, 0, 7, 33, 1)), "10.77.0.7"),
        (bytes((24, 192, 0, 2, 10, 77, 0, 7, 8, 10, 77)), "10.77.0.7"),
    ],
)
def test_todays_ipxe_takes_classless_routes(routes: bytes, hop: str) -> None:
    """Option 121, the longest match first; a broken tail is left out."""
    leased(IPXE, FAR, {3: bytes((10, 77, 0, 9)), 121: routes}).sends(ARP, to=hop)


def test_classless_routes_replace_the_router() -> None:
    """Option 3 counts for nothing beside them (RFC 3442)."""
    routes = bytes((8, 172, 10, 77, 0, 7))
    book_ = leased(IPXE, FAR, {3: bytes((10, 77, 0, 9)), 121: routes})
    book_.ignores("our packet to 192.0.2.3", because="no route")


@pytest.mark.parametrize("firmware", [IPXE_2019, VMWARE])
def test_older_firmwares_do_not_know_classless_routes(firmware: str) -> None:
    """They go by option 3."""
    options = {3: bytes((10, 77, 0, 9)), 121: bytes((0, 10, 77, 0, 7))}
    leased(firmware, FAR, options).sends(ARP, to="10.77.0.9")

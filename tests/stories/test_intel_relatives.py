"""The other ROMs of Intel's family, each where it is unlike VMware's."""

from __future__ import annotations

import pytest

from pxeclient.playbook import (
    BROADCAST,
    DHCPDISCOVER,
    DHCPREQUEST,
    PROXY_SERVER,
    TFTP_SERVER,
    ack,
    offer,
    proxy_offer,
)
from tests.stories.firmwares import BOOT_AGENT, DHCP_4011, PROXY_4011, VIRTUALBOX_INTEL, book
from tests.stories.menus import FIRST_4011, ITEM_1, said, told

OTHER = "10.77.0.6"
"""A second DHCP server, which names a boot file."""
LIST_36 = bytes.fromhex(
    "01 02 03 04 05 06 0b 0c 0d 0f 10 11 12 16 17 1c 28 29 2a 2b 32 33 36 3a 3b 3c 42 43"
) + bytes(range(128, 136))


def test_virtualbox_as_it_was_seen() -> None:
    """virtualbox-intelrom-2018: two plain offers, the second with a file; the other's ACK first."""
    book_ = book(VIRTUALBOX_INTEL).sends(
        DHCPDISCOVER,
        xid=0x28123456,
        secs=4,
        flags=0x8000,
        length=548,
        codes=(53, 55, 57, 97, 93, 94, 60),
        options={55: LIST_36, 57: bytes.fromhex("04ec"), 94: bytes.fromhex("010201")},
    )
    book_.gets(offer()).gets(offer(server=OTHER, siaddr=OTHER, file="pxelinux.0"))
    book_.sends(
        DHCPREQUEST,
        after=1.609 - 0.002,
        xid=0x28123456,
        secs=4,
        codes=(53, 50, 55, 57, 54, 97, 93, 94, 60),
        options={54: bytes((10, 77, 0, 6))},
    )
    book_.gets(ack()).ignores(because="accept-ack/other-server")
    book_.gets(ack(server=OTHER, siaddr=OTHER, file="pxelinux.0"))
    book_.downloads("pxelinux.0", server=OTHER).ends("pxelinux.0")


@pytest.mark.parametrize(
    ("firmware", "gaps", "secs", "xids"),
    [
        (
            VIRTUALBOX_INTEL,
            (1.609, 3.218, 6.436, 12.872),
            (4, 6, 9, 15),
            (0x28123456, 0x29123456, 0x2A123456, 0x2B123456),
        ),
        (BOOT_AGENT, (4.0, 8.0, 16.0, 32.0), (4, 8, 16, 32), (0x6B123456,) * 4),
    ],
)
def test_four_discovers(
    firmware: str, gaps: tuple[float, ...], secs: tuple[int, ...], xids: tuple[int, ...]
) -> None:
    """Their windows, secs and transaction ids."""
    book_ = book(firmware)
    for before, counted, xid in zip((0.0, *gaps), secs, xids, strict=False):
        book_.sends(DHCPDISCOVER, after=before, secs=counted, xid=xid)
    book_.fails("PXE-E51", after=gaps[-1])


def test_the_boot_agent_reuses_its_transaction_id() -> None:
    """nuc-bootagent-menu: a proxy's menu is followed in spite of its file, with the same xid."""
    xid = 0x6B123456
    book_ = book(BOOT_AGENT).sends(DHCPDISCOVER, xid=xid).gets(offer())
    book_.gets(
        proxy_offer(
            siaddr=PROXY_SERVER,
            file="boot.0",
            control=3,
            servers={1: (PROXY_SERVER,)},
            menu=b"\0\1\x03One",
            prompt=(0, "Boot"),
        )
    )
    book_.sends(DHCPREQUEST, to=BROADCAST, xid=xid).gets(ack())
    book_.decides("boot-from", "discovery")
    book_.sends(DHCPREQUEST, to=PROXY_4011, xid=xid, options={43: ITEM_1})


def test_the_boot_agents_screen() -> None:
    """Its banner, and its own word for the end."""
    book(BOOT_AGENT).prints("Intel(R) Boot Agent GE v1.5.50").sends(DHCPDISCOVER)
    book_ = told(BOOT_AGENT, offer(vendor_class="PXEClient"))
    for wait in (0.0, 1.0, 2.0, 3.0):
        book_.sends(DHCPREQUEST, to=DHCP_4011, after=wait)
    book_.fails("PXE-E55", after=4.0)
    book_.prints("PXE-E55: ProxyDHCP service did not reply to request on port 4011")
    book_.prints("PXE-M0F: Exiting Intel Boot Agent.")


@pytest.mark.parametrize("firmware", [BOOT_AGENT, VIRTUALBOX_INTEL])
def test_they_decide_as_vmwares_rom(firmware: str) -> None:
    """Bit 3 boots the file, a bare offer leads to port 4011, a menu to its boot server."""
    file = offer(vendor_class="PXEClient", siaddr=TFTP_SERVER, file="boot.0", control=8)
    told(firmware, file).downloads("boot.0").ends("boot.0")
    book_ = book(firmware).sends(DHCPDISCOVER).gets(offer())
    book_.gets(proxy_offer(siaddr=PROXY_SERVER, file="boot.0")).sends(DHCPREQUEST).gets(ack())
    book_.sends(DHCPREQUEST, to=PROXY_4011, source_port=4011)
    told(firmware, said()).sends(DHCPREQUEST, to=FIRST_4011, options={43: ITEM_1})

"""Who downloads by multicast (MTFTP, 43.1 to 43.5), and who does not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pxeclient.boot.actions import StateName
from pxeclient.playbook import (
    CLIENT_ADDRESS,
    DHCPDISCOVER,
    DHCPREQUEST,
    IGMP,
    RRQ,
    TFTP_SERVER,
    ack,
    offer,
    proxy_offer,
)
from tests.stories.firmwares import VMWARE, any_edk2, any_ipxe, book
from tests.stories.menus import FIRST, answer, said, told
from tests.stories.multicasts import (
    ACK,
    GROUP,
    LISTEN,
    MTFTP,
    OFFER,
    PARAMETERS,
    SERVER_PORT,
    SLACK,
)


# --- who comes to download by multicast ---------------------------------------------------
def test_an_offer_with_the_parameters_is_rank_2() -> None:
    """R17: 43.1 to 43.5 with a file make the offer one of MTFTP; the DHCPACK's count."""
    (
        book(VMWARE)
        .sends(DHCPDISCOVER)
        .gets(OFFER())
        .decides("classify-offer", "own-mtftp")
        .waits(2.1)
        .decides("select-offer", "rank-2-own-mtftp")
        .gets(ACK())
        .decides("boot-from", "file")
        .decides("fetch-by", "mtftp")
        .prints("MTFTP")
        .enters(StateName.MTFTP)
        .sends(IGMP, to=GROUP, after=0.0, source=CLIENT_ADDRESS, ttl=20)
    )


def test_a_proxy_with_the_parameters_is_rank_4() -> None:
    """R17: the proxy offer itself counts; port 4011 is not asked."""
    (
        book(VMWARE)
        .sends(DHCPDISCOVER)
        .gets(offer())
        .gets(proxy_offer(siaddr=TFTP_SERVER, file="proxy.0", suboptions=PARAMETERS))
        .decides("classify-offer", "proxy-mtftp")
        .waits(2.1)
        .decides("select-offer", "rank-4-proxy-mtftp")
        .gets(ack())
        .decides("fetch-by", "mtftp")
        .sends(IGMP, to=GROUP)
        .sends(RRQ, to=MTFTP, file="proxy.0")
    )


def test_bit_3_and_the_parameters_go_together() -> None:
    """Discovery control says that the file is taken at once, not by which way."""
    with_bit_3 = {6: b"\x08", **PARAMETERS}
    (
        book(VMWARE)
        .sends(DHCPDISCOVER)
        .gets(OFFER(suboptions=with_bit_3))
        .decides("classify-offer", "own-pxe10")
        .waits(2.1)
        .gets(ACK(suboptions=with_bit_3))
        .decides("boot-from", "bit-3-and-file")
        .decides("fetch-by", "mtftp")
        .sends(IGMP, to=GROUP)
    )


def test_a_boot_servers_reply_can_have_the_parameters() -> None:
    """Found by discovery, the boot server multicasts its file."""
    reply = answer()
    (
        told(VMWARE, said())
        .sends(DHCPREQUEST, to=f"{FIRST}:4011")
        .gets(replace(reply, suboptions=PARAMETERS))
        .decides("fetch-by", "mtftp")
        .sends(IGMP, to=GROUP)
        .sends(RRQ, to=f"{FIRST}:{SERVER_PORT}", after=LISTEN + SLACK)
    )


def test_without_a_server_there_is_no_multicast_either() -> None:
    """PXE-E7B: neither siaddr nor server identifier, as a BOOTP reply can have it."""
    reply = offer(type=None, server_id=None, file="boot.0", suboptions=PARAMETERS)
    (
        book(VMWARE)
        .sends(DHCPDISCOVER)
        .gets(reply)
        .decides("classify-offer", "bootp-with-file")
        .waits(2.1)
        .decides("boot-from", "no-server")
        .fails("PXE-E7B")
    )


@pytest.mark.parametrize("code", [1, 2, 3, 4, 5])
def test_a_zero_among_the_parameters_ends_the_boot(code: int) -> None:
    """Not even TFTP is tried. What such a ROM prints is not known."""
    zero = {**PARAMETERS, code: bytes(len(PARAMETERS[code]))}
    (
        book(VMWARE)
        .sends(DHCPDISCOVER)
        .gets(OFFER())
        .waits(2.1)
        .gets(ACK(suboptions=zero))
        .decides("fetch-by", "useless")
        .fails("", because="zero or malformed")
    )


# --- who does not -------------------------------------------------------------------------
@any_edk2
def test_edk2_throws_such_offers_away(firmware: str) -> None:
    """With PXEClient and all of 43.1 to 43.5 an offer is of no use, its file notwithstanding."""
    (
        book(firmware)
        .sends(DHCPDISCOVER)
        .gets(OFFER(broadcast=True))
        .ignores(because="classify-offer/mtftp")
        .sends(DHCPDISCOVER)
    )


@any_edk2
def test_edk2_takes_tftp_where_only_the_ack_has_the_parameters(firmware: str) -> None:
    """Nothing looks at them any more."""
    (
        book(firmware)
        .sends(DHCPDISCOVER)
        .gets(offer(siaddr=TFTP_SERVER, file="boot.0", broadcast=True))
        .sends(DHCPREQUEST)
        .gets(ACK(broadcast=True))
        .decides("fetch-by", "tftp")
        .downloads("boot.0")
        .ends("boot.0")
    )


@any_ipxe
def test_ipxe_takes_tftp(firmware: str) -> None:
    """The parameters are nothing to it: the file is a plain file, and no group is joined."""
    (
        book(firmware)
        .sends(DHCPDISCOVER)
        .gets(OFFER())
        .sends(DHCPREQUEST, after=0.0)
        .gets(ACK())
        .decides("fetch-by", "tftp")
        .downloads("boot.0")
        .ends("boot.0")
    )

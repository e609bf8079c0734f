"""Offers in odd packets: what each family's host stack makes of them, and what the trace says."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from pxeclient.playbook import (
    DHCPDISCOVER,
    DHCPREQUEST,
    RRQ,
    TFTP_SERVER,
    DhcpReply,
    Playbook,
    ServerMessage,
    ack,
    data,
    oack,
    offer,
    sight,
)
from pxeclient.practice.oddities import Carriage, parts
from pxeclient.wire import dhcp, ethernet, ipv4
from tests.stories.firmwares import (
    EDK2,
    EDK2_ARM,
    IPXE,
    IPXE_2019,
    IPXE_EFI,
    IPXE_EFI_2019,
    VIRTUALBOX,
    VMWARE,
    VMWARE_EFI,
    book,
)

IPXES = (IPXE, IPXE_2019, IPXE_EFI, IPXE_EFI_2019, VIRTUALBOX)
EDK2S = (EDK2, EDK2_ARM, VMWARE_EFI)
EVERYBODY = (*IPXES, VMWARE, *EDK2S)

OFFER = partial(offer, broadcast=True, siaddr=TFTP_SERVER, file="boot.0")
ACK = partial(ack, broadcast=True, siaddr=TFTP_SERVER, file="boot.0")


def gets(book_: Playbook, message: ServerMessage, wire: Carriage) -> Playbook:
    """A message reaches the client in odd packets."""
    sound = ethernet.parse(message(book_.client))
    packet = replace(ipv4.parse(sound.payload), identification=77)
    passed = 0.0
    for part in parts(packet, wire):
        frame = ethernet.join(sound.destination, sound.source, part.ethertype, part.octets)
        book_.gets(frame, after=part.after - passed + (0.001 if not passed else 0.0))
        passed = part.after
    return book_


def offered(firmware: str, wire: Carriage, reply: DhcpReply | None = None) -> Playbook:
    """Its first DISCOVER is answered by an offer in odd packets."""
    return gets(book(firmware).sends(DHCPDISCOVER), reply or OFFER(), wire)


def is_asked_for(book_: Playbook) -> bool:
    """The offer leads to a DHCPREQUEST before any firmware's patience with one DISCOVER ends."""
    book_.waits(3.9)
    sent = (sight(frame).kind for _, frame, by_client in book_.trace.frames() if by_client)
    return DHCPREQUEST in sent


def boots(book_: Playbook) -> None:
    """The offer was heard, and the boot goes its way."""
    assert is_asked_for(book_)
    book_.gets(ACK()).downloads("boot.0").ends("boot.0")


def goes_unheard(book_: Playbook, because: str) -> None:
    """The offer was dropped, and the trace says why."""
    book_.ignores(because=because)
    assert not is_asked_for(book_)


def everybody(*firmwares: str) -> pytest.MarkDecorator:
    """The story holds for all of these."""
    return pytest.mark.parametrize("firmware", firmwares)


# --- fragments ----------------------------------------------------------------------------
@everybody(*EVERYBODY)
def test_fragments_in_order_are_put_together(firmware: str) -> None:
    """By all; recorded of iPXE and OVMF."""
    boots(offered(firmware, Carriage(mtu=200)))


@everybody(*EVERYBODY)
def test_fragments_may_come_twice(firmware: str) -> None:
    """To iPXE the second copy is out of turn, which does no harm."""
    boots(offered(firmware, Carriage(mtu=200, twice=True)))


@everybody(*IPXES)
def test_ipxe_takes_fragments_only_in_order(firmware: str) -> None:
    """The last fragment first is no packet at all; recorded."""
    why = "fragments are taken only in order: octet 0 is next, this begins at 176"
    goes_unheard(offered(firmware, Carriage(mtu=200, backwards=True)), why)


@everybody(VMWARE, *EDK2S)
def test_others_take_fragments_as_they_come(firmware: str) -> None:
    """Recorded of OVMF, inferred for VMware's ROM."""
    boots(offered(firmware, Carriage(mtu=200, backwards=True)))


@everybody(*IPXES)
def test_ipxe_waits_half_a_second_for_the_next_fragment(firmware: str) -> None:
    """One 0.7 s later finds its beginning forgotten; recorded."""
    boots(offered(firmware, Carriage(mtu=200, gap=0.4)))
    goes_unheard(
        offered(firmware, Carriage(mtu=200, gap=0.7)), "octet 0 is next, this begins at 176"
    )


@everybody(VMWARE, *EDK2S)
def test_others_are_patient_with_fragments(firmware: str) -> None:
    """Seconds do not matter."""
    boots(offered(firmware, Carriage(mtu=200, gap=0.7)))


@everybody(*EDK2S)
def test_edk2_drops_fragments_that_should_not_have_been_cut(firmware: str) -> None:
    """The bit DF in a fragment; recorded."""
    goes_unheard(offered(firmware, Carriage(mtu=200, dont_fragment=True)), 'says "don\'t fragment"')


@everybody(*IPXES, VMWARE)
def test_others_do_not_look_at_that_bit(firmware: str) -> None:
    """Recorded of iPXE."""
    boots(offered(firmware, Carriage(mtu=200, dont_fragment=True)))


@everybody(IPXE, IPXE_2019, *EDK2S)
def test_blocks_in_fragments(firmware: str) -> None:
    """A TFTP server behind a narrow link; recorded of both."""
    book_ = book(firmware).sends(DHCPDISCOVER).gets(OFFER()).waits(3.9).gets(ACK()).sends(RRQ)
    content = bytes(1000)
    if firmware in EDK2S:
        # Its first request only asks for the size.
        book_.gets(oack(tsize=1000)).waits(0.1).gets(oack(blksize=1468), after=0.001)
    else:
        book_.gets(oack(blksize=1432, tsize=1000))
    gets(book_, data(1, content), Carriage(mtu=200)).waits(0.0).ends("boot.0", content=content)


# --- long replies -------------------------------------------------------------------------
def long_offer(octets: int) -> DhcpReply:
    """An offer with so many octets, filled with site-specific options."""
    room = octets - 240 - 3 - 6 - 6 - 6 - 6 - 1
    codes = iter(range(224, 254))
    filling = {}
    while room:
        # An option has two octets at least, so none may leave a single one.
        size = min(room, 257) if room != 258 else 200
        filling[next(codes)] = bytes(size - 2)
        room -= size
    return OFFER(options=filling)


@everybody(*EVERYBODY)
def test_how_long_an_offer_may_be(firmware: str) -> None:
    """VMware's ROM says 1260 in option 57 and EDK II has 1472 octets of room; iPXE has no end."""
    most = {VMWARE: 1260} | dict.fromkeys(EDK2S, 1472)
    for octets in (1260, 1261, 1472, 1473, 1794):
        message = long_offer(octets)
        client = book(firmware).sends(DHCPDISCOVER).client
        assert len(dhcp.build(message.message(client))) == octets
        book_ = offered(firmware, Carriage(), message)
        if octets <= most.get(firmware, octets):
            boots(book_)
        else:
            goes_unheard(book_, f"it has {octets} octets, and this firmware takes no more than")


# --- headers ------------------------------------------------------------------------------
@everybody(*EVERYBODY)
@pytest.mark.parametrize(
    "wire",
    [
        Carriage(ip_options="01010101"),
        Carriage(ip_options="94040000"),
        Carriage(udp_checksum="none"),
        Carriage(trailer=20),
    ],
    ids=["no operation", "router alert", "no UDP checksum", "padding"],
)
def test_what_nobody_minds(firmware: str, wire: Carriage) -> None:
    """Header options, no UDP checksum, padding; recorded of iPXE and OVMF."""
    boots(offered(firmware, wire))


@everybody(*EVERYBODY)
def test_malformed_header_options(firmware: str) -> None:
    """A record route of four octets: only EDK II looks; recorded of iPXE and OVMF."""
    book_ = offered(firmware, Carriage(ip_options="07040400"))
    if firmware in EDK2S:
        goes_unheard(book_, "the route at octet 20 of the IPv4 header has 4 octets")
    else:
        boots(book_)


@everybody(*EVERYBODY)
def test_a_header_without_a_checksum(firmware: str) -> None:
    """EDK II takes 0 for none, as OVMF does; iPXE and VMware's ROM do not."""
    book_ = offered(firmware, Carriage(ip_checksum="none"))
    if firmware in EDK2S:
        boots(book_)
    else:
        goes_unheard(book_, "IPv4: wrong header checksum")


@everybody(*EVERYBODY)
@pytest.mark.parametrize(
    ("wire", "because"),
    [
        (Carriage(ip_checksum="bad"), "IPv4: wrong header checksum"),
        (Carriage(udp_checksum="bad"), "UDP: wrong checksum"),
        (Carriage(excess=4), "IPv4: total length"),
        (Carriage(vlan=(0,)), "takes no tag, not even one that gives a priority"),
        (Carriage(vlan=(7,)), "is in no VLAN, so a tagged frame is not for it"),
        (Carriage(vlan=(7, 7)), "is in no VLAN, so a tagged frame is not for it"),
        (Carriage(trailer=1300), "octets, and the card takes 1514 at most"),
    ],
)
def test_what_nobody_takes(firmware: str, wire: Carriage, because: str) -> None:
    """Wrong checksums, an IP length beyond the frame, tags, and frames beyond Ethernet's."""
    goes_unheard(offered(firmware, wire), because)

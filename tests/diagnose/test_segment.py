"""Others on the segment who speak up: for an address, for a file, by ICMP."""

from __future__ import annotations

import pytest

from pxeclient.diagnose import Severity
from pxeclient.outcome import Booted, Failed
from pxeclient.playbook import (
    ACK,
    DHCPDISCOVER,
    DHCPREQUEST,
    ERROR,
    RRQ,
    Client,
    Playbook,
    ServerMessage,
    UdpDatagram,
    ack,
    data,
    icmp_error,
    mac_of,
    oack,
    offer,
    tftp_error,
)
from pxeclient.trace import Trace
from pxeclient.wire import arp, ethernet, icmp, ipv4
from pxeclient.wire.addresses import BROADCAST_MAC, Mac
from pxeclient.wire.addresses import ipv4 as address_of
from tests.diagnose import boots
from tests.diagnose.boots import EDK2, IPXE, TFTP, VMWARE, found, hides, shows
from tests.stories.firmwares import book

STOPS, OTHERS = Severity.STOPS, Severity.OTHERS
OWN, THIRD = "10.77.0.50", "10.77.0.9"
EVIL = Mac.from_text("52:54:00:66:66:66")
FIRMWARES = (IPXE, VMWARE, EDK2)


def claims(
    address: str, mac: Mac = EVIL, *, to: str = "client", op: int = arp.REPLY
) -> ServerMessage:
    """That card says that it has the address: to the client, or to everybody."""

    def frame(client: Client) -> bytes:
        whose = address_of(bytes(map(int, address.split("."))))
        target = client.address if to == "client" else whose
        message = arp.build(arp.Arp(op, mac, whose, client.mac, target))
        receiver = client.mac if to == "client" else BROADCAST_MAC
        return ethernet.build(ethernet.Frame(receiver, mac, ethernet.ARP, message))

    return frame


def ended(book: Playbook) -> Trace:
    """The trace when the most patient of them, VMware's ROM, has given up."""
    return boots.ended(book, 900.0)


def downloading(firmware: str = IPXE) -> Playbook:
    """A boot that has asked for boot.0, and knows its size if it wants to."""
    to_all = firmware == EDK2
    begun = book(firmware).sends(DHCPDISCOVER)
    begun.gets(offer(siaddr=TFTP, file="boot.0", broadcast=to_all))
    if firmware == IPXE:
        begun.sends(DHCPDISCOVER)
    begun.sends(DHCPREQUEST)
    asked = begun.gets(ack(siaddr=TFTP, file="boot.0", broadcast=to_all)).sends(RRQ)
    if firmware == IPXE:
        return asked
    return asked.gets(oack(tsize=515, port=50000)).sends(ERROR).sends(RRQ)


def answered(firmware: str = IPXE) -> Playbook:
    """The same, and the server has agreed to the options from its port 50001."""
    return downloading(firmware).gets(oack(blksize=512)).sends(ACK)


def fetches(book: Playbook) -> Playbook:
    """The file comes from there, in two blocks."""
    return book.gets(data(1, bytes(512))).gets(data(2, b"NBP"))


# --- two stations with one address -------------------------------------------------------
@pytest.mark.parametrize("firmware", FIRMWARES)
@pytest.mark.parametrize(
    "claim", [claims(TFTP), claims(TFTP, to="all"), claims(TFTP, op=arp.REQUEST)]
)
def test_r_arp(firmware: str, claim: ServerMessage) -> None:
    """By a reply, a gratuitous reply, a question: it is the sender's address that is told."""
    trace = ended(downloading(firmware).gets(claims(TFTP, mac_of(TFTP))).gets(claim))
    finding = shows(trace, "R-ARP", STOPS, str(EVIL), str(mac_of(TFTP)), TFTP)
    assert "Our packets to it went to" in finding.seen
    assert found(trace)[0] == "R-ARP"


def test_r_arp_of_an_address_that_the_boot_got_by_without() -> None:
    """It boots, and is told what may stop others; so it is with the router's address."""
    trace = ended(fetches(answered().gets(claims(TFTP, mac_of(TFTP))).gets(claims(TFTP))))
    assert isinstance(trace.outcome, Booted)
    shows(trace, "R-ARP", OTHERS, str(EVIL))


def test_r_arp_is_one_station() -> None:
    """It says so twice; two say it of two addresses; the other is the client itself."""
    twice = answered().gets(claims(TFTP, mac_of(TFTP))).gets(claims(TFTP, mac_of(TFTP)))
    hides(ended(fetches(twice.gets(claims("10.77.0.99", EVIL)))), "R-ARP")
    hides(ended(fetches(answered().gets(claims(OWN)).gets(claims(OWN, mac_of(THIRD))))), "R-ARP")


# --- somebody else with the client's address ---------------------------------------------
@pytest.mark.parametrize("firmware", FIRMWARES)
@pytest.mark.parametrize("claim", [claims(OWN), claims(OWN, to="all"), claims(OWN, to="all", op=1)])
def test_r_own(firmware: str, claim: ServerMessage) -> None:
    """A gratuitous ARP while the file is fetched, which then never comes."""
    shows(
        ended(downloading(firmware).gets(claim)), "R-OWN", STOPS, str(EVIL), f"{OWN}, the client's"
    )


def test_r_own_that_does_no_harm_here() -> None:
    """The boot goes on."""
    trace = ended(fetches(answered().gets(claims(OWN))))
    assert isinstance(trace.outcome, Booted)
    shows(trace, "R-OWN", OTHERS, str(EVIL))


def test_r_own_is_nobodys_claim() -> None:
    """Somebody looks whether it is free (RFC 5227 §2.1.1); asks for it; has another."""
    free = claims("0.0.0.0", to="client", op=arp.REQUEST)
    for harmless in (free, claims("10.77.0.51", to="all"), claims(TFTP, mac_of(TFTP))):
        hides(ended(fetches(answered().gets(harmless))), "R-OWN")


# --- two who answer ----------------------------------------------------------------------
@pytest.mark.parametrize("firmware", [IPXE, VMWARE])
@pytest.mark.parametrize(
    "second", [data(1, bytes(512), port=40000), data(1, bytes(512), server=THIRD, port=40000)]
)
def test_t_two(firmware: str, second: ServerMessage) -> None:
    """The first has the download, and falls silent; the other is dropped."""
    book = answered(firmware).gets(data(1, bytes(512))).gets(second)
    shows(ended(book), "T-TWO", STOPS, "50001", "40000", "boot.0", str(mac_of(TFTP)))


def test_t_two_when_an_oack_meets_a_block() -> None:
    """An agreement from one and a block from the other; the boot ends well."""
    trace = ended(fetches(answered().gets(data(1, b"bad", port=40000))))
    assert isinstance(trace.outcome, Booted)
    shows(trace, "T-TWO", OTHERS, "50001", "40000")


def test_t_two_are_one() -> None:
    """One port; one host that was not asked; a request sent again, and answered again."""
    hides(ended(fetches(answered())), "T-TWO")
    hides(ended(downloading().gets(data(1, b"NBP", server=THIRD))), "T-TWO")
    again = downloading(IPXE).waits(2.0)
    hides(ended(again.gets(data(1, bytes(512))).gets(data(1, bytes(512), port=40000))), "T-TWO")


# --- an error of a third party -----------------------------------------------------------
@pytest.mark.parametrize("firmware", [IPXE, VMWARE])
@pytest.mark.parametrize(
    ("server", "port"), [(TFTP, 40000), (THIRD, 50001), (THIRD, 69)], ids=["port", "host", "69"]
)
def test_t_third(firmware: str, server: str, port: int) -> None:
    """It is dropped, and no reason for how the boot ends."""
    book = answered(firmware).gets(data(1, bytes(512)))
    trace = ended(book.gets(tftp_error(1, "no such file", server=server, port=port)))
    shows(trace, "T-THIRD", OTHERS, "ERROR 1: no such file", f"{server}:{port}", f"{TFTP}:50001")
    assert not {"T-FOUND", "T-ERROR", "T-PATH", "T-DENIED"} & set(found(trace))


def test_t_third_is_the_servers() -> None:
    """It comes from the one that sends the file; or there is none."""
    hides(ended(downloading().gets(tftp_error(1))), "T-THIRD")
    hides(ended(downloading().gets(data(1, bytes(512))).gets(tftp_error(0, "x"))), "T-THIRD")
    hides(ended(fetches(answered())), "T-THIRD")


# --- an ICMP error that is not so --------------------------------------------------------
def unquoted(client: Client) -> bytes:
    """A port is closed, and nothing is quoted."""
    message = icmp.build(icmp.Icmp(icmp.UNREACHABLE, icmp.PORT_UNREACHABLE, bytes(4)))
    source = address_of(bytes((10, 77, 0, 9)))
    packet = ipv4.build(ipv4.Packet(source, client.address, ipv4.ICMP, message))
    return ethernet.build(ethernet.Frame(client.mac, EVIL, ethernet.IPV4, packet))


LIES: dict[str, tuple[ServerMessage, str]] = {
    "of a third party": (icmp_error(sender=THIRD), f"Only {TFTP} itself"),
    "about another's packet": (
        icmp_error(to="8.8.8.8", to_port=53, sender="8.8.8.8"),
        "nothing there",
    ),
    "about nothing": (unquoted, "quotes no packet"),
    "that is disproved": (icmp_error(), "answers the request"),
}


@pytest.mark.parametrize("firmware", [IPXE, VMWARE])
@pytest.mark.parametrize("lie", LIES)
def test_p_icmp(firmware: str, lie: str) -> None:
    """The firmware minds none of them, boots, and nothing is said of a closed port."""
    message, why = LIES[lie]
    trace = ended(fetches(downloading(firmware).gets(message).gets(oack(blksize=512))))
    assert isinstance(trace.outcome, Booted)
    shows(trace, "P-ICMP", OTHERS, why)
    hides(trace, "T-CLOSED")


def test_p_icmp_that_ends_the_boot() -> None:
    """EDK II looks at what is quoted, and not at who sent it."""
    trace = ended(downloading(EDK2).gets(icmp_error(sender=THIRD)))
    assert isinstance(trace.outcome, Failed)
    shows(trace, "P-ICMP", STOPS, f"Only {TFTP} itself", str(mac_of(THIRD)))
    assert found(trace)[0] == "P-ICMP"
    assert "T-SILENT" not in found(trace)


def test_p_icmp_may_be_so() -> None:
    """The host itself says it, or a router that the host cannot be reached."""
    hides(ended(downloading(EDK2).gets(icmp_error())), "P-ICMP")
    hides(ended(downloading(EDK2).gets(icmp_error(code=1, sender="10.77.0.1"))), "P-ICMP")
    hides(ended(fetches(answered())), "P-ICMP")


def test_ports_that_anybody_sends_to_are_nobodys_answers() -> None:
    """What comes to another port of the client is about no download."""
    stray = UdpDatagram(b"\0\5\0\1x\0", 9999, 40000, THIRD, OWN)
    trace = ended(fetches(answered().gets(stray)))
    assert isinstance(trace.outcome, Booted)
    for id in ("T-TWO", "T-THIRD", "P-ICMP", "R-ARP", "R-OWN"):
        assert id not in found(trace)

"""The playbook itself: what its verbs accept, and what a failing step shows."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest

from pxeclient.boot.actions import StateName
from pxeclient.boot.machine import NICS, Machine
from pxeclient.playbook import (
    ARP,
    ARP_REPLY,
    BROADCAST,
    DHCPDISCOVER,
    DHCPREQUEST,
    ECHO_REPLY,
    RRQ,
    TFTP_SERVER,
    Client,
    Kind,
    Playbook,
    ack,
    arp_query,
    arp_reply,
    data,
    ladder,
    mac_of,
    nak,
    oack,
    offer,
    ping,
    proxy_ack,
    proxy_offer,
    sight,
    tftp_error,
)
from pxeclient.profile import load
from pxeclient.wire.addresses import Mac

IPXE, VMWARE = load("ipxe"), load("vmware-e1000e")
OFFER = offer(vendor_class="PXEClient", siaddr=TFTP_SERVER, file="boot.0")
ACK = ack(siaddr=TFTP_SERVER, file="boot.0")


def discovering() -> Playbook:
    """A book whose DISCOVER has been read."""
    return Playbook(IPXE).sends(DHCPDISCOVER)


def leased() -> Playbook:
    """A book in which the address is confirmed and the read request is on its way."""
    return discovering().gets(OFFER).sends(DHCPREQUEST).gets(ACK)


FAILING: list[tuple[str, Callable[[], Playbook]]] = [
    ("sends DHCPREQUEST", lambda: discovering().sends(DHCPREQUEST)),
    (
        "sends DHCPDISCOVER to 10.0.0.1:67",
        lambda: Playbook(IPXE).sends(DHCPDISCOVER, to="10.0.0.1:67"),
    ),
    (
        "sends DHCPDISCOVER 2.0 s after power-on, not 1.000",
        lambda: discovering().sends(DHCPDISCOVER, at=2.0),
    ),
    (
        "sends DHCPDISCOVER after 2.0 s, not 1.000",
        lambda: discovering().sends(DHCPDISCOVER, after=2.0),
    ),
    (
        "sends DHCPDISCOVER within 1.1 to 2.0 s, not 1.000",
        lambda: discovering().sends(DHCPDISCOVER, within=(1.1, 2.0)),
    ),
    ("sends DHCPDISCOVER with secs 5, not 4", lambda: Playbook(IPXE).sends(DHCPDISCOVER, secs=5)),
    (
        "with options {54: b'me'}, not {54: None}",
        lambda: Playbook(IPXE).sends(DHCPDISCOVER, options={54: b"me"}),
    ),
    ("stays quiet for 1.5 s", lambda: discovering().stays_quiet(1.5)),
    ("decides after-ack by nonsense", lambda: leased().decides("after-ack", "nonsense")),
    ("ignores something, because: no reason", lambda: leased().ignores(because="no reason")),
    ("prints 'PXE-E99'", lambda: leased().prints("PXE-E99")),
    ("enters ProxyDHCP", lambda: leased().enters(StateName.PROXYDHCP)),
    ("ends with 'boot.0'", lambda: leased().ends("boot.0")),
    ("ends with 'other.0'", lambda: leased().downloads("boot.0").ends("other.0")),
    (
        "ends with 'boot.0', 1 octets of what was sent",
        lambda: leased().downloads("boot.0").ends("boot.0", content=b"!"),
    ),
    ("fails with 040ee119", lambda: leased().downloads("boot.0").fails("040ee119")),
    ("fails with 2d03e13b", lambda: discovering().waits(60).fails("2d03e13b")),
    (
        "fails with 040ee119, because: the moon",
        lambda: discovering().waits(60).fails("040ee119", because="the moon"),
    ),
    ("sends RRQ to 10.77.0.4:69", lambda: leased().downloads("boot.0", server="10.77.0.4")),
    (
        "downloads boot.0 in one block",
        lambda: leased().downloads("boot.0", content=bytes(1432)),
    ),
    ("sends RRQ", lambda: discovering().waits(60).sends(RRQ)),
]


@pytest.mark.parametrize(("wanted", "steps"), FAILING, ids=[wanted for wanted, _ in FAILING])
def test_a_step_that_fails_says_what_was_wanted(wanted: str, steps: Callable[[], Playbook]) -> None:
    """The last line of the failure names the step."""
    with pytest.raises(AssertionError) as failure:
        steps()
    assert wanted in str(failure.value).splitlines()[-1]


def test_a_failing_step_shows_the_boot_so_far() -> None:
    """One line for every frame, decision, ignore and print, in the order of the boot."""
    book = leased().gets(data(1, bytes(512), port=1, server="10.77.0.9")).gets(oack(blksize=512))
    with pytest.raises(AssertionError) as failure:
        book.fails("PXE-E99")
    text = str(failure.value)
    assert text == f"the boot so far:\n{book.ladder}\nwanted next: fails with PXE-E99"
    shown = [
        "● power on",
        "● discovery",
        "client ──▶ 255.255.255.255:67     DHCPDISCOVER",
        "client ◀── 10.77.0.1:67           DHCPOFFER",
        "◆ leave-discovery/offer-and-proxy: request the chosen offer's address",
        "client ──▶ 10.77.0.50             ARP who has 10.77.0.50",
        "▪ Filename: boot.0",
        "client ◀── 10.77.0.3              ARP 10.77.0.3 is here",
        "client ──▶ 10.77.0.3:69           RRQ boot.0 blksize=1432 tsize=0",
        "client ◀── 10.77.0.9:1            DATA 1, 512 octets",
        "✗ ignored",
    ]
    at = -1
    for part in shown:
        assert text.find(part, at + 1) > at, part
        at = text.find(part, at + 1)


def test_the_ladder_shows_how_it_ended() -> None:
    """With the boot file and its size, or with the firmware's words and ours."""
    booted = leased().downloads("boot.0").ends("boot.0").ladder
    assert booted.splitlines()[-1].endswith("■ boot.0, 13 octets")
    failed = discovering().waits(60).fails("040ee119")
    assert "■ No configuration methods succeeded" in failed.ladder.splitlines()[-1]
    assert ladder(failed.trace.records[:1]).strip() == "0.000    ● power on"


def test_a_frame_that_no_step_names_is_noticed() -> None:
    """The second DISCOVER comes before the DHCPREQUEST."""
    book = discovering().gets(offer())
    with pytest.raises(AssertionError, match="wanted next: sends DHCPREQUEST"):
        book.sends(DHCPREQUEST)


def test_what_is_sent_during_a_wait_needs_no_step() -> None:
    """But the notes of that time can still be read, and later frames count again."""
    (
        Playbook(VMWARE)
        .waits(3.0)
        .prints("CLIENT MAC ADDR: 00 50 56 12 34 56")
        .enters(StateName.DISCOVERY)
        .sends(DHCPDISCOVER, at=6.261)
    )


def test_arp_is_answered_unless_the_host_is_absent() -> None:
    """An absent host's ARP requests are frames like any other."""
    leased().sends(RRQ)
    book = Playbook(IPXE, absent=[TFTP_SERVER]).sends(DHCPDISCOVER).gets(OFFER)
    book.sends(DHCPREQUEST).gets(ACK)
    with pytest.raises(AssertionError, match="wanted next: sends RRQ"):
        book.sends(RRQ)
    book.gets(arp_reply(TFTP_SERVER))
    assert book.client.tftp_port > 1024


def test_answered_arp_can_be_named_all_the_same() -> None:
    """The announcement of the new address, then the question for the server's."""
    leased().sends(ARP, to="10.77.0.50").sends(ARP, to=TFTP_SERVER).sends(RRQ)


def test_arp_and_ping_from_servers_are_answered() -> None:
    """An ARP reply needs no step, an echo reply does."""
    (
        leased()
        .sends(RRQ)
        .gets(arp_query("10.77.0.50"))
        .sends(ARP_REPLY, to="10.77.0.1", source="10.77.0.50")
        .gets(ping(b"\0\1\0\2abc"))
        .sends(ECHO_REPLY, to="10.77.0.1")
    )


def test_keys_and_raw_frames_can_be_given() -> None:
    """Both show in the ladder."""
    book = discovering().presses("ESC").ignores("the key ESC", because="no keys")
    book.gets(b"too short").ignores("a malformed frame", because="14")
    assert "● the key ESC" in book.ladder
    assert "a frame that cannot be read" in book.ladder


def test_another_machine_can_boot() -> None:
    """Its MAC is in the DISCOVER, and the servers answer to it."""
    mac = Mac.from_text("02:00:00:00:00:01")
    machine = Machine(mac, UUID(int=1), NICS["virtio-net"], seed=7)
    book = Playbook(IPXE, machine=machine).sends(DHCPDISCOVER, options={61: b"\1" + mac})
    book.gets(OFFER).sends(DHCPREQUEST).gets(ACK).downloads("boot.0").ends("boot.0")


@pytest.mark.parametrize(
    ("message", "kind", "words"),
    [
        (OFFER, Kind.DHCP_OTHER, "DHCPOFFER"),
        (ACK, Kind.DHCP_OTHER, "DHCPACK"),
        (nak(), Kind.DHCP_OTHER, "DHCPNAK"),
        (proxy_offer(menu=b"\0\0\4none"), Kind.DHCP_OTHER, "DHCPOFFER"),
        (proxy_ack(), Kind.DHCP_OTHER, "DHCPACK"),
        (offer(type=None), Kind.DHCP_OTHER, "BOOTP"),
        (oack(tsize=1), Kind.TFTP_OTHER, "OACK tsize=1"),
        (data(7, b"12"), Kind.TFTP_OTHER, "DATA 7, 2 octets"),
        (tftp_error(1, "no\x1b"), Kind.ERROR, "ERROR 1 no<1b>"),
        (arp_query("10.77.0.50"), Kind.ARP, "ARP who has 10.77.0.50"),
        (ping(), Kind.OTHER, "ICMP type 8 code 0"),
    ],
)
def test_every_message_is_a_frame_that_reads_back(
    message: Callable[[Client], bytes], kind: Kind, words: str
) -> None:
    """Built by one half of the package, read by the other."""
    seen = sight(message(Client(mac_of("10.77.0.99"), tftp_port=2070)))
    assert (seen.kind, seen.words) == (kind, words)


def test_a_request_of_a_client_is_told_from_a_reply() -> None:
    """Only what a client sends is a DHCPDISCOVER."""
    book = Playbook(IPXE)
    book.sends(DHCPDISCOVER, to=BROADCAST, ttl=64, source="0.0.0.0", source_port=68)

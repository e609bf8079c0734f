"""Every stage of a boot meets every kind of event."""

from __future__ import annotations

import pytest

from pxeclient.boot.events import Event, FrameReceived, KeyPressed, PowerOn, TimerFired
from pxeclient.playbook import (
    Client,
    ServerMessage,
    UdpDatagram,
    ack,
    arp_query,
    arp_reply,
    data,
    igmp_message,
    nak,
    oack,
    offer,
    ping,
    proxy_ack,
    proxy_offer,
    router_advertisement,
    tftp_error,
)
from pxeclient.stack.acts import Owner, Timer
from tests.boots import machine
from tests.examples import some
from tests.properties.network import PROFILES, STAGES, Account, account_at, profile

MESSAGES: dict[str, ServerMessage] = {
    "an offer": offer(siaddr="10.77.0.3", file="boot.0"),
    "a PXE offer": offer(vendor_class="PXEClient"),
    "a menu": offer(vendor_class="PXEClient", control=3, menu=b"\0\1\1x"),
    "a proxy offer": proxy_offer(siaddr="10.77.0.3", file="boot.0"),
    "a BOOTP reply": offer(type=None, server_id=None, file="boot.0"),
    "a DHCPACK": ack(siaddr="10.77.0.3", file="boot.0"),
    "a DHCPNAK": nak(),
    "an answer from port 4011": proxy_ack(siaddr="10.77.0.3", file="boot.0"),
    "an OACK": oack(blksize=512, tsize=600),
    "an empty OACK": oack(),
    "a block": data(1, bytes(512)),
    "a last block": data(2, b""),
    "block 0": data(0, b"x"),
    "a TFTP error": tftp_error(1, "no"),
    "an IGMP query": igmp_message(0x11),
    "an IGMP report": igmp_message(0x16, "239.77.0.1"),
    "a block to the group": UdpDatagram(
        b"\0\3\0\1" + bytes(512), 2070, 69, to="239.77.0.1", to_group=True
    ),
    "the server's block 1": UdpDatagram(b"\0\3\0\1" + bytes(512), 2070, 69),
    "a datagram of no octets": UdpDatagram(b"", 68),
    "an ARP question": arp_query("10.77.0.50"),
    "an ARP reply": arp_reply("10.77.0.3"),
    "a ping": ping(),
    "a router advertisement": router_advertisement(),
}
EVENTS: dict[str, Event] = {
    "power on, again": PowerOn(),
    "a key": KeyPressed("ESC"),
    "a timer that nobody set": TimerFired(Timer(Owner.FIRMWARE, "retransmitted")),
    "an ARP timer that nobody set": TimerFired(Timer(Owner.ARP, "10.9.9.9")),
    "no octets at all": FrameReceived(b""),
    "a header only": FrameReceived(bytes(14)),
}


def event(account: Account, name: str) -> Event:
    """The event of that name, made for this client."""
    if name in EVENTS:
        return EVENTS[name]
    return FrameReceived(MESSAGES[name](account.client))


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("name", PROFILES)
def test_the_client_copes(name: str, stage: str) -> None:
    """Twice the same event, then silence to the end: it finishes, and says why.

    The firmwares of a family, which decide alike, take turns with the events.
    """
    turn = PROFILES.index(name) + list(STAGES).index(stage)
    for happens in some((*MESSAGES, *EVENTS), 2, turn):
        try:
            copes(account_at(name, stage), happens)
        except Exception as error:
            error.add_note(f"{name}, {stage}: {happens}")
            raise


def copes(account: Account, happens: str) -> None:
    """One event, twice."""
    for _ in range(2):
        account.feed(event(account, happens))
        account.check()
    account.to_the_end()
    account.check_traffic()
    account.check_explained()
    assert account.feed(event(account, happens)) == []


@pytest.mark.parametrize("happens", MESSAGES)
@pytest.mark.parametrize("name", PROFILES)
def test_a_machine_that_is_off_hears_nothing(name: str, happens: str) -> None:
    """Before power-on no frame leads to anything."""
    known = profile(name)
    off = machine(known)
    assert off.handle(FrameReceived(MESSAGES[happens](Client(known.machine.mac))), 0.0) == []

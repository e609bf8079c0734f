"""Whose frames they are: finished recordings, and wires that go on."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address

from pxeclient.seen.frame import Frame
from pxeclient.seen.reading import read
from pxeclient.seen.stations import MOST_ADDRESSES, SIDES, Sharing, stations
from pxeclient.wire import arp, dhcp, ethernet, ipv4, tftp
from pxeclient.wire.addresses import BROADCAST_MAC, Mac
from pxeclient.wire.dhcp import Option
from tests.seen.frames import (
    CLIENT,
    OTHER,
    OURS,
    SERVER,
    THEIRS,
    answers,
    asks,
    download,
    framed,
    frames,
    message,
    packet,
    recordings,
    reply,
    seen,
)

OTHER_CLIENT = Mac.from_text("52:54:00:65:43:21")
RELAY = IPv4Address("10.5.0.1")


def routed(one: ipv4.Packet) -> bytes:
    """A packet on the other side of a router."""
    return ethernet.join(SERVER, b"\2\0\0\0\xaa\1", ethernet.IPV4, ipv4.build(one))


def relayed(type: int = dhcp.DISCOVER) -> bytes:
    """A client's message as a relay passes it on."""
    payload = message(type, Option(82, b"\1\1x"), giaddr=RELAY)
    return framed(packet(payload, (RELAY, 67), (THEIRS, 67)), ours=False)


def test_two_clients() -> None:
    """Each has its own, and what went to everybody by its hardware address."""
    found = stations(
        frames(
            [
                (asks(message(dhcp.DISCOVER)), False),
                (answers(reply(dhcp.OFFER, mac=OTHER_CLIENT)), False),
                (answers(reply(dhcp.OFFER)), False),
            ]
        )
    )
    assert [station.mac for station in found] == [CLIENT, OTHER_CLIENT]
    assert [(one.number, one.ours) for one in found[0].frames] == [(1, True), (3, False)]
    assert [one.number for one in found[1].frames] == [2]
    assert found[0].frames[0].message is not None
    assert found[0].frames[0].message.ours


def test_a_relays_copy_is_put_back() -> None:
    """Where the client's own message is not there."""
    (found,) = stations([read(1, 0.0, relayed())])
    (only,) = found.frames
    assert only.is_rebuilt
    assert only.ours
    assert (only.sender, only.port) == (CLIENT, 67)
    assert only.message is not None
    assert only.message.giaddr is None
    assert 82 not in only.message.options
    assert list(found.relays) == [RELAY]


def test_a_relays_copy_is_left_out() -> None:
    """Where it is."""
    both = [read(1, 0.0, relayed()), read(2, 0.1, asks(message(dhcp.DISCOVER)))]
    (found,) = stations(both)
    assert [one.number for one in found.frames] == [2]


def test_behind_a_router() -> None:
    """Packets of a leased address are the client's, with its MAC put in."""
    sent = packet(tftp.build(tftp.Request(b"boot.0")))
    (found,) = stations([read(1, 0.0, answers(reply(dhcp.ACK))), read(2, 0.1, routed(sent))])
    assert [one.number for one in found.frames] == [1, 2]
    assert found.frames[1].sender == CLIENT
    assert found.frames[1].octets[6:12] == CLIENT
    assert found.frames[1].is_rebuilt


def test_the_same_packet_on_both_sides_of_a_router() -> None:
    """It is told once."""
    sent = packet(tftp.build(tftp.Request(b"boot.0")), identification=9)
    both = [routed(replace(sent, ttl=63)), framed(sent)]
    heard = [read(1, 0.0, answers(reply(dhcp.ACK)))]
    (found,) = stations([*heard, *(read(at, 0.1, one) for at, one in enumerate(both, 2))])
    assert [one.number for one in found.frames] == [1, 3]


def claim(sender: IPv4Address, mac: Mac) -> bytes:
    """A gratuitous ARP."""
    message = arp.build(arp.Arp(arp.REQUEST, mac, sender, Mac(bytes(6)), sender))
    return ethernet.build(ethernet.Frame(BROADCAST_MAC, mac, ethernet.ARP, message))


def test_a_claim_of_its_address_is_heard() -> None:
    """By the client that has the address, once, and by nobody else."""
    boot = [
        (asks(message(dhcp.DISCOVER)), False),
        (asks(message(dhcp.DISCOVER, mac=OTHER_CLIENT)), False),
        (answers(reply(dhcp.ACK)), False),
        (claim(OURS, SERVER), False),
        (claim(OTHER, SERVER), False),
        (claim(OURS, OTHER_CLIENT), False),
    ]
    found = {station.mac: station.frames for station in stations(frames(boot))}
    assert [(one.number, one.ours) for one in found[CLIENT]] == [
        (1, True), (3, False), (4, False), (6, False),
    ]  # fmt: skip
    assert [(one.number, one.ours) for one in found[OTHER_CLIENT]] == [(2, True), (6, True)]


def test_a_claim_on_another_segment_is_not_heard() -> None:
    """Beyond a relay nobody hears what goes to all; nor before the address was given."""
    lease = framed(
        packet(message(dhcp.ACK, op=dhcp.BOOTREPLY, yiaddr=OURS, giaddr=RELAY), (THEIRS, 67)),
        ours=False,
    )
    found = stations(frames([(relayed(), False), (lease, False), (claim(OURS, SERVER), False)]))
    assert [one.number for one in found[0].frames] == [1, 2]
    early = [(claim(OURS, SERVER), False), (asks(message(dhcp.DISCOVER)), False)]
    (one,) = stations(frames([*early, (answers(reply(dhcp.ACK)), False)]))
    assert [frame.number for frame in one.frames] == [2, 3]


def test_a_download_without_dhcp() -> None:
    """A client all the same."""
    found = stations([replace_ours(one) for one in frames(list(download(b"f", [b"x"])))])
    assert [station.mac for station in found] == [CLIENT]
    assert not found[0].has_dhcp
    assert len(found[0].frames) == 3


def replace_ours(frame: Frame) -> Frame:
    """A frame as a capture has it: nobody's."""
    return frame.of_client(False)


def test_live_is_what_a_recording_shows() -> None:
    """Frame by frame, every recording gives its client the same."""
    for path in recordings()[::5]:
        everything = seen(path)
        sharing = Sharing()
        live = [
            (station.mac, turn.number, turn.ours)
            for frame in everything
            for station, turn in sharing.add(frame)
        ]
        (whole,) = stations(everything)
        # What went before its first message is not yet known to be a client's.
        first = live[0][1]
        assert live == [
            (whole.mac, one.number, one.ours) for one in whole.frames if one.number >= first
        ]


def test_memory_is_bounded() -> None:
    """Clients come and go; the one that was silent longest is forgotten."""
    sharing = Sharing(most=10)
    for at in range(100):
        mac = Mac(b"\x02\0\0\0" + at.to_bytes(2, "big"))
        sharing.add(read(at, float(at), asks(message(dhcp.DISCOVER, mac=mac))))
        address = IPv4Address(0x0A4D0000 + at)
        sharing.add(read(at, float(at), answers(reply(dhcp.ACK, mac=mac, yiaddr=address))))
    assert [int.from_bytes(one.mac[4:], "big") for one in sharing.stations] == [*range(90, 100)]
    assert sharing.remembered <= 10 + 200


def test_memory_of_one_client_is_bounded() -> None:
    """One that claims address after address, and packet after packet."""
    sharing = Sharing()
    for at in range(100):
        address = IPv4Address(0x0A4D0000 + at)
        sharing.add(read(at, 0.0, answers(reply(dhcp.ACK, yiaddr=address))))
    for at in range(SIDES + 100):
        one = ipv4.Packet(OURS, THEIRS, 99, b"", identification=at)
        sharing.add(read(at, 0.0, framed(one)))
    assert len(sharing.stations[0].addresses) == MOST_ADDRESSES
    assert sharing.remembered <= MOST_ADDRESSES + SIDES

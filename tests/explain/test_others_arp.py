"""What others say by ARP to everybody: of a capture's client only where it is about its address."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address
from pathlib import Path

import pytest

from pxeclient.capture.values import Recorded
from pxeclient.diagnose import Severity
from pxeclient.seen.reading import read
from pxeclient.wire import arp, dhcp, ethernet
from pxeclient.wire.addresses import ANY, BROADCAST_MAC, Mac
from tests.explain.captures import PLAIN, frames, told, write

EVIL = Mac.from_text("66:06:06:06:06:06")
ELSE = IPv4Address("10.77.0.99")


def acked() -> tuple[Recorded, Mac, IPv4Address]:
    """The recording's DHCPACK, and what it gives to whom."""
    for one in frames(PLAIN):
        message = read(one.number, one.at, one.data, False).message
        if message is not None and message.type == dhcp.ACK:
            assert message.hardware is not None
            assert message.yiaddr is not None
            return one, message.hardware, message.yiaddr
    raise AssertionError("a boot without a lease")


ACK, CLIENT, OWN = acked()


def claim(
    sender: IPv4Address, operation: int, by: Mac = EVIL, target: IPv4Address | None = None
) -> bytes:
    """That card says to all that it has the address."""
    message = arp.Arp(operation, by, sender, Mac(bytes(6)), target or sender)
    return ethernet.build(ethernet.Frame(BROADCAST_MAC, by, ethernet.ARP, arp.build(message)))


def with_claim(path: Path, octets: bytes, at: float) -> Path:
    """The recording with one more frame."""
    more = Recorded(0, at, octets, len(octets))
    ordered = sorted([*frames(PLAIN), more], key=lambda one: one.at)
    write(path, [replace(one, number=number) for number, one in enumerate(ordered, 1)])
    return path


@pytest.mark.parametrize("operation", [arp.REQUEST, arp.REPLY])
def test_somebody_claims_the_clients_address(tmp_path: Path, operation: int) -> None:
    """By a gratuitous ARP, a question or an answer (RFC 5227 section 3)."""
    path = with_claim(tmp_path / "c.pcap", claim(OWN, operation), ACK.at + 0.001)
    [one] = told(path)
    [found] = [finding for finding in one.findings if finding.id == "R-OWN"]
    assert found.severity is Severity.OTHERS
    assert str(EVIL) in found.seen
    assert str(OWN) in found.seen


def test_who_uses_the_clients_address_to_ask_for_another(tmp_path: Path) -> None:
    """It is the sender's address that is claimed, whomever it looks for."""
    asks = claim(OWN, arp.REQUEST, target=ELSE)
    [one] = told(with_claim(tmp_path / "c.pcap", asks, ACK.at + 0.001))
    assert "R-OWN" in [finding.id for finding in one.findings]


@pytest.mark.parametrize(
    ("octets", "after"),
    [
        (claim(ELSE, arp.REQUEST), 0.001),
        (claim(OWN, arp.REQUEST, by=CLIENT), 0.001),
        (claim(ANY, arp.REQUEST, target=OWN), 0.001),
        (claim(ELSE, arp.REQUEST, target=OWN), 0.001),
        (claim(OWN, arp.REQUEST), -1000.0),
    ],
    ids=["another address", "the client", "looks whether it is free", "asks for it", "long before"],
)
def test_what_is_no_claim(tmp_path: Path, octets: bytes, after: float) -> None:
    """Others' ARP, the client's own, and who had the address before it was given to the client."""
    [one] = told(with_claim(tmp_path / "c.pcap", octets, ACK.at + after))
    assert "R-OWN" not in [finding.id for finding in one.findings]


def test_others_arp_is_not_the_clients(tmp_path: Path) -> None:
    """What a broadcast says of others' addresses is not among a client's frames."""
    plain = [len(one.attempt.frames) for one in told(PLAIN)]
    path = with_claim(tmp_path / "c.pcap", claim(ELSE, arp.REPLY), ACK.at + 0.001)
    assert [len(one.attempt.frames) for one in told(path)] == plain

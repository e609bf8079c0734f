"""Captures made on a relay: what a server said, and what the client got of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from msgspec import structs

from pxeclient.diagnose import Finding
from pxeclient.wire import dhcp, ethernet, ipv4, udp
from pxeclient.wire.dhcp import Option
from tests.explain.captures import PLAIN, behind_relay, changed, frames, later, told, write

AGENT = Option(82, b"\1\4eth0")
NAMES = (Option(66, b"10.77.0.3"), Option(67, b"boot.0"))


def both_sides(tmp_path: Path, *options: Option) -> list[Finding]:
    """What is found where the server's replies to the relay end in these options."""

    def to_relay(data: bytes) -> bytes | None:
        copy = behind_relay(data)
        return None if copy is None else _ending_in(copy, options)

    sides = later(changed(frames(PLAIN), to_relay), -0.0005) + frames(PLAIN)
    path = write(tmp_path / "sides.pcap", sorted(sides, key=lambda frame: frame.at))
    [only] = told(path)
    return [one for one in only.findings if one.id == "M-RELAY"]


def _ending_in(data: bytes, options: tuple[Option, ...]) -> bytes:
    outer = ethernet.parse(data)
    packet = ipv4.parse(outer.payload)
    datagram = udp.parse(packet.payload, packet.source, packet.destination)
    if datagram.source_port != 67 or datagram.payload[:1] != b"\2":
        return data
    message = dhcp.parse(datagram.payload)
    kept = [one for one in message.options if one.code not in (82, dhcp.END)]
    message = replace(message, options=(*kept, *options, Option(dhcp.END)))
    datagram = structs.replace(datagram, payload=dhcp.build(message))
    packet = replace(packet, payload=udp.build(datagram, packet.source, packet.destination))
    return ethernet.build(replace(outer, payload=ipv4.build(packet)))


def test_option_82_is_not_last(tmp_path: Path) -> None:
    """What stands behind it does not reach the client."""
    offer, ack = both_sides(tmp_path, AGENT, *NAMES)
    for one in (offer, ack):
        assert "option 66 (" in one.seen
        assert "option 67 (" in one.seen
        assert "it stands behind option 82" in one.seen
        assert len(one.frames) == 2


def test_a_relay_that_takes_options_away(tmp_path: Path) -> None:
    """Elsewhere in the reply: told, without that reason."""
    offer, _ = both_sides(tmp_path, NAMES[0], AGENT)
    assert "option 66 (" in offer.seen
    assert "behind option 82" not in offer.seen


@pytest.mark.parametrize("options", [(AGENT,), ()])
def test_a_relay_that_takes_away_its_own(tmp_path: Path, options: tuple[Option, ...]) -> None:
    """Option 82 is the relay's."""
    assert both_sides(tmp_path, *options) == []

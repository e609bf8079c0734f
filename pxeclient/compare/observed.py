"""A firmware's identity as a recording shows it: options, padding, ports, times."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from pxeclient.replay.client_of import FILLED
from pxeclient.replay.labels import DHCP_STREAM
from pxeclient.replay.play import Play, Said
from pxeclient.wire import dhcp, ethernet, tftp
from pxeclient.wire.addresses import BROADCAST
from pxeclient.wire.dhcp import Message
from pxeclient.wire.ipv4 import Packet
from pxeclient.wire.pxe import Purpose

_PADDED = ethernet.MINIMUM


@dataclass(frozen=True, slots=True)
class Asked:
    """A DHCP message of the recorded client."""

    purpose: Purpose
    at: float
    packet: Packet
    source_port: int
    message: Message
    length: int

    @property
    def is_broadcast(self) -> bool:
        """It goes to everybody."""
        return self.packet.destination == BROADCAST


def asked(play: Play) -> list[Asked]:
    """The client's DHCP messages that are for something in a boot, in order."""
    found = []
    for said in play.said:
        one, packet = said.frame.dhcp, said.frame.packet
        if said.label.stream == DHCP_STREAM and one is not None and packet is not None:
            purpose = one.purpose or Purpose.REQUEST
            found.append(Asked(purpose, said.at, packet, one.source_port, one.message, one.size))
    return found


def of_message(one: Asked) -> dict[str, Any]:
    """One kind of message, but for its option values and waits."""
    codes = [option.code for option in one.message.options]
    shape: dict[str, Any] = {
        "options": [code for code in codes if code not in (dhcp.PAD, dhcp.END)],
        "ciaddr": any(one.message.ciaddr.packed),
        "dont-fragment": one.packet.dont_fragment,
    }
    # Only boot servers are asked in several ways, of which broadcast may differ.
    prefix = ""
    if one.purpose is Purpose.BOOT_SERVER_REQUEST and one.is_broadcast:
        prefix = "broadcast-"
    return shape | {
        f"{prefix}flags": one.message.flags,
        f"{prefix}source-port": one.source_port,
    }


def values(one: Asked) -> Iterator[tuple[int, bytes]]:
    """The option values that are the firmware's own."""
    for option in one.message.options:
        if option.code not in (dhcp.PAD, dhcp.END) and option.code not in FILLED:
            yield option.code, option.data


def size(messages: list[Asked]) -> int:
    """Octets to which messages are padded; 0 for none."""
    padded = [one.length for one in messages if one.message.rest and not any(one.message.rest)]
    return min(padded, default=0)


def ip(play: Play, messages: list[Asked]) -> dict[str, Any]:
    """What shows of the IPv4 host."""
    lengths = [len(said.data) for said in play.said]
    found: dict[str, Any] = {"ttl": messages[0].packet.ttl}
    kinds = {said.label.kind for said in play.said}
    if any(kind.startswith("ARP request") for kind in kinds):
        # It has an address by then: an announcement would have come before.
        found["gratuitous-arp"] = "ARP announcement" in kinds
        found["pad-to"] = _PADDED if min(lengths) == _PADDED else 0
    return found


def repeats(said: list[Said]) -> list[float]:
    """The waits between frames that repeat each other."""
    return [after.at - before.at for before, after in pairwise(said)]


def unanswered_searches(play: Play) -> Iterator[list[Said]]:
    """The ARP searches, each as the requests that were made."""
    streams = {said.label.stream for said in play.said if said.label.kind.startswith("ARP req")}
    for stream in sorted(streams):
        yield [said for said in play.said if said.label.stream == stream]


def transfers(play: Play) -> list[list[tuple[Said, tftp.Message]]]:
    """The TFTP transfers, each as the client's frames."""
    found: dict[str, list[tuple[Said, tftp.Message]]] = {}
    for said in play.said:
        if said.label.stream.startswith("TFTP transfer"):
            message = said.frame.tftp
            assert message is not None, "labelled as one of a transfer"
            found.setdefault(said.label.stream, []).append((said, message))
    return list(found.values())


def of_transfer(frames: list[tuple[Said, tftp.Message]]) -> dict[str, Any]:
    """One read request of a download."""
    request = frames[0][1]
    assert isinstance(request, tftp.Request)
    options = [[key.decode("latin-1"), value.decode("latin-1")] for key, value in request.options]
    return {"options": options} | ({"abort": True} if abort(frames) else {})


def abort(frames: list[tuple[Said, tftp.Message]]) -> tftp.Error | None:
    """The ERROR with which the client ends a transfer that it opened only for the size."""
    messages = [message for _, message in frames]
    others = [message for message in messages if not isinstance(message, tftp.Request)]
    return others[0] if others and isinstance(others[0], tftp.Error) else None


def background(play: Play) -> dict[tuple[str, int, bytes], list[float]]:
    """What goes out by the clock, and when: neither IPv4 nor ARP."""
    found: dict[tuple[str, int, bytes], list[float]] = {}
    for said in play.said:
        frame = said.frame
        kind = frame.ethertype
        if kind is not None and kind not in (ethernet.IPV4, ethernet.ARP):
            key = (str(frame.receiver), kind, frame.octets[ethernet.HEADER :])
            found.setdefault(key, []).append(max(0.0, said.at))
    return found

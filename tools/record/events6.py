"""Events of ICMPv6 and TCP."""

from __future__ import annotations

import re
from ipaddress import IPv6Address
from typing import Any

from tools.record import ipv6, tcp
from tools.record.layers import Layers

_NAMES = {
    1: "unreachable",
    2: "too-big",
    3: "time-exceeded",
    4: "param-problem",
    128: "echo",
    129: "echo-reply",
    131: "MLDv1",
    132: "MLD-done",
    133: "RS",
    134: "RA",
    135: "NS",
    136: "NA",
    143: "MLDv2",
}
_HTTP = re.compile(rb"(GET|HEAD|POST|CONNECT|PUT|OPTIONS) |HTTP/1\.")
_SERIAL = 1 << 32


def icmp6_event(frame: Layers) -> dict[str, Any]:
    """An ICMPv6 message; its checksum and length are not looked at."""
    data = frame.payload
    kind = data[0]
    found: dict[str, Any] = {
        "kind": "icmp6", "type": kind, "name": _NAMES.get(kind, str(kind)),
        "src": str(frame.source), "dst": str(frame.destination), "hlim": frame.hops,
    }  # fmt: skip
    match kind:
        case ipv6.NEIGHBOUR_SOLICITATION | ipv6.NEIGHBOUR_ADVERTISEMENT if len(data) >= 24:
            found["target"] = str(IPv6Address(data[8:24]))
            if kind == ipv6.NEIGHBOUR_ADVERTISEMENT:
                found["flags"] = data[4] >> 5
            found["opts"] = data[24:].hex()
        case ipv6.ROUTER_ADVERTISEMENT if len(data) >= 16:
            found |= {"flags": data[5], "lifetime": int.from_bytes(data[6:8], "big")}
            found["opts"] = data[16:].hex()
        case ipv6.ROUTER_SOLICITATION:
            found["opts"] = data[8:].hex()
        case 143:
            found["groups"] = _listener_groups(data)
        case 131 | 132 if len(data) >= 24:
            found["group"] = str(IPv6Address(data[8:24]))
        case 1 | 2 | 3 | 4:
            found["code"] = data[1]
        case _:
            pass
    return found


def _listener_groups(data: bytes) -> list[list[int | str]]:
    """The records of a version 2 report (RFC 3810 §5.2)."""
    found: list[list[int | str]] = []
    at = 8
    for _ in range(int.from_bytes(data[6:8], "big")):
        if at + 20 > len(data):
            break
        found.append([data[at], str(IPv6Address(data[at + 4 : at + 20]))])
        at += 20 + data[at + 1] * 4 + int.from_bytes(data[at + 2 : at + 4], "big") * 16
    return found


class Connections:
    """Gives segments numbers from the start of their connection, as people read them."""

    def __init__(self) -> None:
        self._starts: dict[tuple[str, int, str, int], int] = {}

    def event(self, frame: Layers) -> dict[str, Any]:
        """A segment; ``http`` is the head of the message that begins in it."""
        segment = tcp.parse(frame.payload)
        if segment is None:
            return {}
        ends = str(frame.source), str(frame.destination)
        here = ends[0], segment.source_port, ends[1], segment.port
        there = ends[1], segment.port, ends[0], segment.source_port
        if segment.flags & tcp.SYN:
            self._starts[here] = segment.sequence
        start = self._starts.get(here, segment.sequence)
        found: dict[str, Any] = {
            "kind": "tcp", "sport": segment.source_port, "dport": segment.port,
            "flags": segment.letters, "seq": (segment.sequence - start) % _SERIAL,
            "win": segment.window, "len": len(segment.data),
        }  # fmt: skip
        if segment.flags & tcp.ACK:
            start = self._starts.get(there, segment.acknowledged)
            found["ack"] = (segment.acknowledged - start) % _SERIAL
        if names := tcp.option_names(segment.options):
            found["opts"] = names
        if _HTTP.match(segment.data):
            found["http"] = segment.data.split(b"\r\n\r\n")[0].decode("latin-1")
        return found

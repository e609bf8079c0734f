"""The frames of a capture as one small table each: the ``events`` of an outcome.json."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from pxeclient.practice.request import MESSAGE_NAMES, NO_TYPE
from pxeclient.wire import arp, dhcp, ethernet, ipv4, pxe, tftp
from pxeclient.wire.errors import WireError
from tools.record import dhcp6, dns, ipv6
from tools.record.events6 import Connections, icmp6_event
from tools.record.layers import TCP, Layers

Event: TypeAlias = dict[str, Any]

_ARP = {arp.REQUEST: "request", arp.REPLY: "reply"}
_KEPT_BLOCK = 3
"""Blocks up to this one are never folded."""
_DHCP6_PORTS = {dhcp6.CLIENT_PORT, dhcp6.SERVER_PORT, dhcp6.PROXY_PORT}


def text(field: bytes) -> str:
    """What stands before the first NUL."""
    return dhcp.text_field(field).decode("latin-1")


def message_of(frame: Layers) -> dhcp.Message | None:
    """The DHCP message in a datagram over IPv4."""
    if not frame.is_udp or frame.ethertype != ethernet.IPV4 or len(frame.payload) < dhcp.FIXED:
        return None
    message = dhcp.parse(frame.payload)
    return message if message.cookie == dhcp.COOKIE else None


def message_name(message: dhcp.Message) -> str:
    """What the message is called in scenarios."""
    found = dhcp.joined(message.options, 53)
    return MESSAGE_NAMES.get(found[0], NO_TYPE) if found else NO_TYPE


def suboptions(message: dhcp.Message) -> tuple[dhcp.Option, ...]:
    """Those of option 43."""
    return pxe.parse_suboptions(dhcp.joined(message.options, 43) or b"")


def events(frames: Sequence[Layers]) -> list[Event]:
    """An event for each frame; `t` is its time in the capture."""
    readers = _Readers()
    return [readers.event(frame) for frame in frames]


class _Readers:
    """What has to be remembered to tell what a frame is."""

    def __init__(self) -> None:
        self._tftp_ports: set[int] = set()
        self._connections = Connections()

    def event(self, frame: Layers) -> Event:
        found: Event = {
            "t": frame.at, "kind": "other", "from": "client" if frame.ours else "server",
        }  # fmt: skip
        if frame.ethertype == ethernet.ARP:
            return found | _arp(frame)
        if frame.protocol is None:
            is_ip = frame.ethertype in (ethernet.IPV4, ethernet.IPV6)
            return found if is_ip else found | {"ethertype": f"{frame.ethertype:04x}"}
        ends = {"src": str(frame.source), "dst": str(frame.destination)}
        if frame.is_fragment:
            return found | ends | {"kind": "fragment", "proto": frame.protocol}
        if frame.is_udp:
            ports = {"sport": frame.source_port, "dport": frame.port}
            return found | ends | ports | self._datagram(frame)
        if frame.protocol == TCP:
            return found | ends | self._connections.event(frame)
        if frame.protocol == ipv6.ICMPV6 and len(frame.payload) >= 8:
            return found | icmp6_event(frame)
        return found | ends | _other(frame)

    def _datagram(self, frame: Layers) -> Event:
        ports = {frame.source_port, frame.port}
        if message := message_of(frame):
            return _dhcp(frame, message)
        if frame.ethertype == ethernet.IPV6 and ports & _DHCP6_PORTS:
            six = dhcp6.parse(frame.payload)
            if six is not None:
                return _dhcp6(frame, six)
        if dns.PORT in ports:
            return _dns(frame)
        if frame.port == tftp.PORT:
            self._tftp_ports.add(frame.source_port)
        if ports & {tftp.PORT, *self._tftp_ports}:
            return _tftp(frame.payload)
        return {"kind": "udp", "len": len(frame.payload)}


def _arp(frame: Layers) -> Event:
    try:
        message = arp.parse(frame.payload)
    except WireError:
        return {}
    return {
        "kind": "arp",
        "op": _ARP.get(message.operation),
        "spa": str(message.sender),
        "tpa": str(message.target),
        "dmac": str(frame.to),
    }


def _other(frame: Layers) -> Event:
    if frame.protocol == ipv4.ICMP and len(frame.payload) >= 2:
        return {"kind": "icmp", "type": frame.payload[0], "code": frame.payload[1]}
    if frame.protocol == ipv4.IGMP and frame.payload:
        return {"kind": "igmp", "type": frame.payload[0]}
    return {"proto": frame.protocol}


def _dhcp(frame: Layers, message: dhcp.Message) -> Event:
    found: Event = {
        "kind": "dhcp",
        "msg": message_name(message),
        "dmac": str(frame.to),
        "ttl": frame.hops,
        "xid": f"{message.xid:08x}",
        "secs": message.secs,
        "flags": message.flags,
        "hops": message.hops,
        "ciaddr": str(message.ciaddr),
        "yiaddr": str(message.yiaddr),
        "siaddr": str(message.siaddr),
        "giaddr": str(message.giaddr),
        "sname": text(message.sname),
        "file": text(message.file),
        "len": len(frame.payload),
        "options": _option_list(message.options),
    }
    if sub := suboptions(message):
        found["sub43"] = _option_list(sub)
    return found


def _option_list(options: Sequence[dhcp.Option]) -> list[list[int | str]]:
    return [[one.code, one.data.hex()] for one in options if one.code not in (dhcp.PAD, dhcp.END)]


def _dhcp6(frame: Layers, message: dhcp6.Message) -> Event:
    return {
        "kind": "dhcp6",
        "msg": message.name,
        "xid": message.transaction.hex(),
        "hlim": frame.hops,
        "len": len(frame.payload),
        "dmac": str(frame.to),
        "options": [[code, data.hex()] for code, data in message.options],
    }


def _dns(frame: Layers) -> Event:
    found: Event = {"kind": "dns", "len": len(frame.payload)}
    if question := dns.parse(frame.payload):
        found |= {
            "id": question.identification,
            "flags": question.flags,
            "counts": list(question.counts),
            "name": question.name,
            "qtype": question.type,
        }
    return found


def option_pairs(options: Sequence[tuple[bytes, bytes]]) -> list[list[str]]:
    """TFTP options as text."""
    return [[name.decode("latin-1"), value.decode("latin-1")] for name, value in options]


def _tftp(payload: bytes) -> Event:
    found: Event = {"kind": "tftp"}
    try:
        message = tftp.parse(payload)
    except WireError:
        return found | {"op": int.from_bytes(payload[:2], "big")}
    match message:
        case tftp.Request(filename, options, mode):
            found |= {"op": "rrq", "file": filename.decode("latin-1")}
            return found | {"mode": mode.decode("latin-1"), "options": option_pairs(options)}
        case tftp.Data(block, content):
            return found | {"op": "data", "block": block, "len": len(content)}
        case tftp.Ack(block):
            return found | {"op": "ack", "block": block}
        case tftp.Error(code, words):
            return found | {"op": "error", "code": code, "text": text(words)}
        case tftp.OptionAck(options):
            return found | {"op": "oack", "options": option_pairs(options)}


def folded(found: Sequence[Event]) -> Iterator[Event]:
    """The events with the middle of each long transfer made one.

    Of TFTP the first blocks and the last of a run stay; of TCP the first and last three segments
    of a run that has neither flags nor the head of a message.
    """
    run: list[Event] = []
    for event in (*found, None):
        if event is not None and _is_middle(event) and _same(run, event):
            run.append(event)
            continue
        yield from _fold(run)
        run = []
        if event is not None:
            if _is_middle(event):
                run.append(event)
            else:
                yield event


def _is_middle(event: Event) -> bool:
    if event["kind"] == "tftp":
        return event.get("op") in ("data", "ack") and event["block"] > _KEPT_BLOCK
    return event["kind"] == "tcp" and event["flags"] in ("A", "PA") and "http" not in event


def _same(run: list[Event], event: Event) -> bool:
    return not run or run[0]["kind"] == event["kind"]


def _fold(run: list[Event]) -> list[Event]:
    head, tail, most = (0, 2, 4) if run and run[0]["kind"] == "tftp" else (3, 3, 8)
    if len(run) <= most:
        return run
    middle = {"t": run[head]["t"], "kind": run[0]["kind"], "op": "..."}
    return [*run[:head], middle | {"packets": len(run) - head - tail}, *run[-tail:]]

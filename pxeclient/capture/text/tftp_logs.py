"""Logs of TFTP servers: tftpd-hpa, atftpd, and Tftpd32/Tftpd64 with its DHCP server."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address

from pxeclient.capture.text.building import mac_of
from pxeclient.capture.text.lines import Lines
from pxeclient.capture.text.log_frames import Logged, address_of, answered, asked, time_of
from pxeclient.capture.text.piece import Format, Piece
from pxeclient.wire.addresses import ANY, Mac

_ADDRESS = r"\d{1,3}(?:\.\d{1,3}){3}"
_HPA = re.compile(
    rf"tftpd(?:\[\d{{1,10}}\])?: (?:RRQ from (?:::ffff:)?(?P<client>{_ADDRESS})"
    rf" filename (?P<name>\S.{{0,400}}?)(?: remapped to .{{1,400}})?\s*$"
    rf"|sending NAK \((?P<code>\d{{1,5}}), (?P<words>[^)]{{0,200}})\)"
    rf" to (?:::ffff:)?(?P<to>{_ADDRESS})"
    rf"|Client (?:::ffff:)?(?P<done>{_ADDRESS}) finished (?P<file>\S.{{0,400}}?)\s*$"
    rf"|Serving (?P<serving>\S.{{0,400}}?) to (?P<whom>{_ADDRESS}):\d{{1,5}}\s*$)"
)
_RECEIVED = re.compile(
    rf"Rcvd DHCP (?P<what>Discover|Rqst) Msg for IP (?P<ip>{_ADDRESS}),"
    r" Mac (?P<mac>[0-9A-Fa-f:]{17})"
)
_PROPOSED = re.compile(rf"DHCP: proposed address (?P<ip>{_ADDRESS})")
_ACKED = re.compile(rf"Previously allocated address(?: (?P<ip>{_ADDRESS}))? acked")
_CONNECTION = re.compile(
    rf"Connection received from (?P<ip>{_ADDRESS}) on port (?P<port>\d{{1,5}})"
)
_READ = re.compile(r"Read request for file <(?P<name>[^>]{1,400})>")
_SENT = re.compile(
    r"<(?P<name>[^>]{1,400})>: sent (?P<blocks>\d{1,9}) blks?, (?P<size>\d{1,12}) bytes"
)
_NO_FILE = re.compile(r"File <(?P<name>[^>]{1,400})> ?: error (?P<code>\d{1,5}) in system call")
_OACK = re.compile(r"OACK: <([^>]{1,200})>")
_TFTPD32 = (_RECEIVED, _PROPOSED, _ACKED, _CONNECTION, _READ, _SENT, _NO_FILE, _OACK)
_WORDS = (
    "Rcvd DHCP ", "DHCP: proposed", "Previously allocated", "Connection received",
    "Read request", ">: sent ", "in system call", "OACK: <",
)  # fmt: skip
"""One of which stands in each: patterns are looked for only there."""
_MOST_BETWEEN = 12
"""Lines of Tftpd32 that say nothing of frames, between those that do."""


def read_hpa(lines: Lines) -> list[Piece] | None:
    """What tftpd-hpa or atftpd tells in a run of lines."""
    if _HPA.search(lines.next) is None:
        return None
    found: list[Piece] = []
    asking: dict[IPv4Address, int] = {}
    nth = lines.at * 2
    while lines and (line := _HPA.search(lines.next)) is not None:
        where = Logged(Format.TFTPD, lines.number, time_of(lines.next))
        lines.take()
        nth += 2
        client = address_of(line["client"] or line["to"] or line["done"] or line["whom"])
        if client is None:
            continue
        name = line["name"] or line["serving"]
        if name is not None:
            asking[client] = nth
            found.append(where.read_request(client, lines.server, name, nth))
        elif line["code"] is not None and client in asking:
            words = line["words"] or ""
            code = int(line["code"])
            found.append(where.error(client, lines.server, code, words, asking[client]))
        elif line["done"] is not None:
            if client not in asking:
                found.append(where.read_request(client, lines.server, line["file"], nth))
            found += where.sent(client, lines.server, asking.pop(client, nth))
    return found


@dataclass(slots=True)
class _Tftpd32:
    """What a run of Tftpd32's lines has told so far."""

    server: IPv4Address | None
    hardware: Mac | None = None
    asks: int = 1
    """Option 53 of the message that was received last."""
    proposed: IPv4Address | None = None
    peer: IPv4Address | None = None
    nth: int = 0


def read_tftpd32(lines: Lines) -> list[Piece] | None:
    """What Tftpd32 or Tftpd64 tells in a run of lines."""
    if not _is_tftpd32(lines.next):
        return None
    log = _Tftpd32(lines.server, nth=lines.at * 2)
    found: list[Piece] = []
    silent = 0
    while lines and silent <= _MOST_BETWEEN:
        if not _is_tftpd32(lines.next):
            if not lines.next:
                break
            silent += 1
            lines.take()
            continue
        silent = 0
        where = Logged(Format.TFTPD32, lines.number, time_of(lines.next))
        found += _line(log, where, lines.take())
    lines.at -= silent
    return found


def _is_tftpd32(line: str) -> bool:
    return any(word in line for word in _WORDS) and any(one.search(line) for one in _TFTPD32)


def _line(log: _Tftpd32, where: Logged, line: str) -> list[Piece]:
    if (found := _RECEIVED.search(line)) is not None:
        log.hardware = mac_of(found["mac"])
        log.asks = 1 if found["what"] == "Discover" else 3
        if log.hardware is None:
            return []
        return [where.message(asked(log.asks, log.hardware), log.server)]
    if (found := _PROPOSED.search(line)) is not None and log.hardware is not None:
        log.proposed = address_of(found["ip"])
        return [where.message(answered(2, log.hardware, log.proposed), log.server)]
    if (found := _ACKED.search(line)) is not None and log.hardware is not None:
        address = address_of(found["ip"]) or log.proposed or ANY
        return [where.message(answered(5, log.hardware, address), log.server)]
    if (found := _CONNECTION.search(line)) is not None:
        log.peer = address_of(found["ip"])
        return []
    if log.peer is None:
        return []
    if (found := _READ.search(line)) is not None:
        log.nth += 2
        return [where.read_request(log.peer, log.server, found["name"], log.nth)]
    if (found := _OACK.search(line)) is not None:
        pairs = [one.partition("=") for one in found.group(1).split(",") if "=" in one]
        options = tuple((name.encode(), value.encode()) for name, _, value in pairs)
        return [where.granted(log.peer, log.server, options, log.nth)]
    if _SENT.search(line) is not None:
        return where.sent(log.peer, log.server, log.nth)
    if (found := _NO_FILE.search(line)) is not None:
        code = 1 if found["code"] in ("2", "3") else 2
        words = "File not found" if code == 1 else "Access violation"
        return [where.error(log.peer, log.server, code, words, log.nth)]
    return []

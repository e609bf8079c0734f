"""dnsmasq's log, with ``log-dhcp`` or without: what it was asked, what it sent, which files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Address

from pxeclient.capture.text.building import mac_of
from pxeclient.capture.text.lines import Lines
from pxeclient.capture.text.log_frames import Logged, address_of, answered, asked, time_of
from pxeclient.capture.text.message import Told
from pxeclient.capture.text.piece import Format, Piece
from pxeclient.wire.addresses import ANY
from pxeclient.wire.dhcp import Option

_LINE = re.compile(r"\bdnsmasq(?:-(?P<part>dhcp|tftp))?(?:\[[\d.]{1,10}\])?: (?P<words>.*)")
_XID = re.compile(r"(\d{1,10}) (?=\S)")
_EVENT = re.compile(
    r"(?P<what>DHCP[A-Z]{3,8}|PXE|PXEBS|BOOTP)\([^)]{1,30}\) "
    r"(?:(?P<ip>\d{1,3}(?:\.\d{1,3}){3}) )?(?P<mac>(?:[0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2})"
    r" ?(?P<rest>.{0,300})"
)
_OPTION = re.compile(r"sent size: {1,3}(\d{1,3}) option: {1,3}(\d{1,3}) ?\S* {0,3}(.*)")
_NUMBERS = re.compile(r"(\d{1,3})(?::[\w-]{1,40})?(?:, ?|$)")
_SENT = re.compile(r"sent (?P<name>.{1,500}) to (?P<client>\d{1,3}(?:\.\d{1,3}){3})\s*$")
_MISSING = re.compile(
    r"(?:file (?P<name>.{1,500}) not found|cannot (?:access|read) (?P<other>.{1,500}): .{1,80}?)"
    r"(?: for (?P<client>\d{1,3}(?:\.\d{1,3}){3}))?\s*$"
)
_ROOT = re.compile(r"TFTP root is (\S{1,300})")
_SPAN = re.compile(r"(\d{1,10})([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_TIMES = frozenset({51, 58, 59})
_TEXTS = frozenset({12, 15, 17, 60, 64, 66, 67})
_KINDS = {
    "DHCPDISCOVER": 1, "DHCPOFFER": 2, "DHCPREQUEST": 3, "DHCPDECLINE": 4, "DHCPACK": 5,
    "DHCPNAK": 6, "DHCPRELEASE": 7, "DHCPINFORM": 8,
}  # fmt: skip
_REPLIES = (2, 5, 6)


@dataclass(slots=True)
class _Dialogue:
    """What is known of one message of a client, and of the answer to it."""

    xid: int | None
    where: Logged
    says: list[Option] = field(default_factory=list)
    """Options of the client's message."""
    client: Told | None = None
    reply: Told | None = None
    is_pxe: bool = False
    """It is answered as a proxy: in which message the answer itself says."""
    ip: IPv4Address | None = None
    shows_options: bool = False


@dataclass(slots=True)
class _Log:
    """A run of dnsmasq's lines."""

    server: IPv4Address | None
    root: str = ""
    known: _Dialogue | None = None
    names: list[bytes] = field(default_factory=list)
    """Boot files that were named."""
    clients: list[IPv4Address] = field(default_factory=list)
    transfers: int = 0
    sent: tuple[IPv4Address, str] | None = None
    """The file that was sent last, and to whom."""


def read(lines: Lines) -> list[Piece] | None:
    """The frames that the log which begins here tells of; None where none does."""
    if _LINE.search(lines.next) is None:
        return None
    log = _Log(lines.server)
    found: list[Piece] = []
    while lines and (match := _LINE.search(lines.next)) is not None:
        where = Logged(Format.DNSMASQ, lines.number, time_of(lines.next))
        lines.take()
        if match["part"] == "tftp":
            found += _flushed(log)
            found += _file(log, where, match["words"].strip())
        elif match["part"] == "dhcp":
            found += _told(log, where, match["words"].strip())
    found += _flushed(log)
    lines.log_of(log.server)
    return found


def _told(log: _Log, where: Logged, words: str) -> Iterator[Piece]:
    number = _XID.match(words)
    xid = int(number.group(1)) & 0xFFFFFFFF if number is not None else None
    words = words[number.end() :] if number is not None else words
    known = log.known
    event = _EVENT.match(words)
    begins = words.startswith(("available DHCP", "vendor class:", "client provides"))
    is_new = event is not None and _KINDS.get(event["what"], 0) not in _REPLIES
    if known is None or known.xid != xid or (known.reply and (begins or is_new or event)):
        yield from _flushed(log)
        known = log.known = _Dialogue(xid, where)
    if event is not None:
        yield from _event(log, known, where, event)
        return
    name, _, value = words.partition(": ")
    option = _OPTION.match(words)
    match name:
        case "vendor class":
            known.says.append(Option(60, value.encode()[:255]))
        case "user class":
            known.says.append(Option(77, value.encode()[:255]))
        case "client provides name":
            known.says.append(Option(12, value.encode()[:255]))
        case "requested options":
            codes = bytes(int(one) & 0xFF for one in _NUMBERS.findall(value))
            known.says.append(Option(55, codes))
        case "bootfile name" if known.reply is not None:
            known.reply.file = value.encode()
        case "server name" if known.reply is not None:
            known.reply.sname = value.encode()
        case "next server" if known.reply is not None:
            known.reply.siaddr = address_of(value) or ANY
        case "broadcast response" if known.reply is not None:
            known.reply.flags = 0x8000
        case _ if option is not None and known.reply is not None:
            _option(log, known, int(option.group(2)), int(option.group(1)), option.group(3))
        case _:
            pass


def _event(log: _Log, known: _Dialogue, where: Logged, event: re.Match[str]) -> Iterator[Piece]:
    hardware = mac_of(event["mac"])
    if hardware is None:
        return
    ip = address_of(event["ip"])
    kind = _KINDS.get(event["what"])
    if kind is not None and kind not in _REPLIES:
        known.client = asked(kind, hardware)
        known.where = where
        if ip is not None and kind == 3:
            known.client.options.append(Option(50, ip.packed))
        if "no address" in event["rest"] or "ignored" in event["rest"]:
            yield from _flushed(log)
        return
    known.reply = answered(kind or 0, hardware, ip if kind is not None else None)
    known.ip = ip
    if kind is None:
        known.is_pxe = True
        known.reply.options.clear()
        rest = event["rest"].strip()
        if rest and rest != "proxy":
            known.reply.file = rest.removeprefix("proxy ").encode()
    if known.client is None:
        asks = {2: 1, 5: 3, 6: 3}.get(kind or 0)
        known.client = asked(asks, hardware) if asks is not None else None


def _option(log: _Log, known: _Dialogue, code: int, size: int, words: str) -> None:
    reply = known.reply
    assert reply is not None, "an option is of an answer"
    if not known.shows_options:
        # All that it sends is listed: nothing but values that are cut is lacking.
        known.shows_options, reply.lacks_options = True, False
        reply.options.clear()
    data = _value(code, size, words.strip())
    if data is None or not 0 < code < 255:
        reply.lacks_options = True
        return
    reply.options.append(Option(code, data))
    if code == 54 and size == 4:
        log.server = address_of(words.strip()) or log.server


def _value(code: int, size: int, words: str) -> bytes | None:
    """The octets of an option; None where the log shortens them."""
    if words.endswith("..."):
        return None
    parts = words.split(":")
    if len(parts) == size and all(len(part) == 2 for part in parts):
        try:
            return bytes(int(part, 16) for part in parts)
        except ValueError:
            return None
    if code in _TIMES:
        spans = _SPAN.findall(words)
        seconds = sum(int(number) * _SECONDS[unit] for number, unit in spans)
        seconds = 0xFFFFFFFF if words == "infinite" else seconds
        return seconds.to_bytes(4, "big") if 0 < seconds <= 0xFFFFFFFF else None
    if code in _TEXTS:
        text = words.encode()
        return text if len(text) == size else text + b"\0" if len(text) == size - 1 else None
    addresses = [address_of(part.strip()) for part in words.split(",")]
    if size == 4 * len(addresses) and None not in addresses:
        return b"".join(one.packed for one in addresses if one is not None)
    if words.isascii() and words.isdigit() and size <= 4 and int(words) < 256**size:
        return int(words).to_bytes(size, "big")
    return None


def _flushed(log: _Log) -> Iterator[Piece]:
    """The question and the answer that are known by now."""
    known, log.known = log.known, None
    if known is None:
        return
    reply, client = known.reply, known.client
    kind = next((one.data[0] for one in reply.options if one.code == 53), 0) if reply else 0
    is_proxy = known.is_pxe and kind == 5
    if client is None and known.is_pxe and reply is not None:
        client = asked(3 if is_proxy else 1, reply.hardware)
    if client is not None:
        client.options += _joined(known.says)
        client.xid = known.xid
        client.ciaddr = (known.ip or ANY) if is_proxy else ANY
        yield known.where.message(client, log.server, is_proxy)
    if reply is not None:
        reply.xid = known.xid
        if known.shows_options:
            reply.secs, reply.flags = 0, reply.flags or 0
        reply.ciaddr = (known.ip or ANY) if is_proxy else ANY
        log.names += [reply.file] if reply.file else []
        log.names += [one.data.rstrip(b"\0") for one in reply.options if one.code == 67]
        if reply.yiaddr != ANY or known.ip is not None:
            log.clients.append(known.ip or reply.yiaddr)
        yield known.where.message(reply, log.server, is_proxy)


def _joined(options: list[Option]) -> list[Option]:
    """Each once; a list that stands in several lines is one."""
    found: dict[int, bytes] = {}
    for one in options:
        found[one.code] = found.get(one.code, b"") + one.data if one.code == 55 else one.data
    return [Option(code, data[:255]) for code, data in found.items()]


def _file(log: _Log, where: Logged, words: str) -> Iterator[Piece]:
    root = _ROOT.match(words)
    sent, missing = _SENT.match(words), _MISSING.match(words)
    if root is not None:
        log.root = root.group(1)
    elif sent is not None and not words.startswith("sent size"):
        client = address_of(sent["client"])
        # A firmware may have asked for its size first: one line for each, which are alike.
        if client is not None and log.sent != (client, sent["name"]):
            log.sent = client, sent["name"]
            log.transfers += 2
            name = _requested(log, sent["name"])
            yield where.read_request(client, log.server, name, log.transfers)
            yield from where.sent(client, log.server, log.transfers)
    elif missing is not None:
        # Old versions do not say who asked: the last that got an address did, if anybody.
        client = address_of(missing["client"]) or (log.clients[-1] if log.clients else None)
        path = missing["name"] or missing["other"]
        if client is not None:
            log.transfers += 2
            name = _requested(log, path)
            yield where.read_request(client, log.server, name, log.transfers)
            what = f"file {path} not found" if missing["name"] else f"cannot read {path}"
            code = 1 if missing["name"] else 2
            yield where.error(client, log.server, code, what, log.transfers)


def _requested(log: _Log, path: str) -> str:
    """The name that was asked for, of the path of the file: as a reply named it, or below the
    root of the server."""
    for name in reversed(log.names):
        text = name.decode(errors="replace")
        if text and (path == text or path.endswith("/" + text.lstrip("/"))):
            return text
    if log.root and path.startswith(log.root):
        return path[len(log.root) :].lstrip("/")
    return path

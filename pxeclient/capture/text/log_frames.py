"""Frames of what a server's log tells: of each message only what is written there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address

from pxeclient.capture.text.building import Way, framed
from pxeclient.capture.text.message import Told
from pxeclient.capture.text.piece import Clock, Format, Piece, nanoseconds
from pxeclient.seen.aspects import Aspect
from pxeclient.wire import dhcp, ethernet, tftp
from pxeclient.wire.addresses import ANY, BROADCAST
from pxeclient.wire.dhcp import Option

_TIME = re.compile(r"(?<![:\w])(\d{1,2}):(\d\d):(\d\d(?:[.,]\d{1,9})?)(?!\d|:)")
_UNTOLD = frozenset(
    {Aspect.LINK, Aspect.IP, Aspect.PORTS, Aspect.CHECKSUMS, Aspect.OTHERS, Aspect.PADDING}
)
_FIRST_PORT = 49152
"""Of the ports that stand for a client's own, which logs do not tell (RFC 6335 §6: for anybody)."""


@dataclass(frozen=True, slots=True)
class Logged:
    """Where something stands in a log."""

    format: Format
    line: int
    at: int | None

    def piece(self, data: bytes, length: int, more: frozenset[Aspect]) -> Piece:
        """A frame that is told there."""
        untold = _UNTOLD | more | (frozenset({Aspect.TIME}) if self.at is None else frozenset())
        return Piece(self.format, self.line, data, length, untold, self.at, Clock.DAY)

    def message(self, told: Told, server: IPv4Address | None, is_proxy: bool = False) -> Piece:
        """A DHCP message; `is_proxy`: of port 4011, between two that have addresses."""
        octets, size, untold = told.built()
        known = server or ANY
        port = dhcp.PROXY_PORT if is_proxy else dhcp.SERVER_PORT
        if told.op == dhcp.BOOTREQUEST:
            ends = (told.ciaddr, known if is_proxy and server else BROADCAST)
            ports = (dhcp.CLIENT_PORT, port)
        else:
            ends = (known, told.ciaddr if is_proxy and told.ciaddr != ANY else BROADCAST)
            ports = (port, dhcp.CLIENT_PORT)
        return self._datagram(ends, ports, octets, size, untold)

    def read_request(
        self, client: IPv4Address, server: IPv4Address | None, name: str, nth: int
    ) -> Piece:
        """A TFTP read request, of which the options are not told."""
        octets = tftp.build(tftp.Request(name.encode(errors="replace")))
        more = frozenset({Aspect.READ})
        ports = (_FIRST_PORT + nth % 16_000, tftp.PORT)
        return self._datagram((client, server or ANY), ports, octets, len(octets), more)

    def error(
        self, client: IPv4Address, server: IPv4Address | None, code: int, words: str, nth: int
    ) -> Piece:
        """What the server answers it with if it has no such file."""
        octets = tftp.build(tftp.Error(code & 0xFFFF, words.encode(errors="replace")))
        return self._datagram(
            (server or ANY, client), self._back(nth), octets, len(octets), frozenset()
        )

    def granted(
        self,
        client: IPv4Address,
        server: IPv4Address | None,
        options: tuple[tuple[bytes, bytes], ...],
        nth: int,
    ) -> Piece:
        """An OACK."""
        octets = tftp.build(tftp.OptionAck(options))
        ends = (server or ANY, client)
        return self._datagram(ends, self._back(nth), octets, len(octets), frozenset())

    def sent(self, client: IPv4Address, server: IPv4Address | None, nth: int) -> list[Piece]:
        """The end of a transfer of which the log says that all was sent.

        The number and the size of its blocks are not told: that there was a first one, and an
        end that the client acknowledged, is.
        """
        more = frozenset({Aspect.CONTENT})
        there, back = (client, server or ANY), self._back(nth)
        last = tftp.build(tftp.Data(_LAST, b""))
        ack = tftp.build(tftp.Ack(_LAST))
        return [
            self._datagram((server or ANY, client), back, last, len(last), more),
            self._datagram(there, back[::-1], ack, len(ack), more),
        ]

    @staticmethod
    def _back(nth: int) -> tuple[int, int]:
        return _FIRST_PORT + 1 + nth % 16_000, _FIRST_PORT + nth % 16_000

    def _datagram(
        self,
        ends: tuple[IPv4Address, IPv4Address],
        ports: tuple[int, int],
        octets: bytes,
        size: int,
        untold: frozenset[Aspect],
    ) -> Piece:
        packet, length = Way(*ends).datagram(ports, octets, size)
        data, length = framed(None, ethernet.IPV4, packet, length)
        return self.piece(data, length, untold)


_LAST = 2
"""The block that stands for the last: one before it is missing, so nothing is said of sizes."""


def time_of(line: str) -> int | None:
    """The time of the day in a line's beginning or end, as logs have it."""
    found = _TIME.search(line[:60]) or _TIME.search(line[-60:])
    if found is None:
        return None
    whole = int(found.group(1)) * 3600 + int(found.group(2)) * 60
    return nanoseconds(found.group(3), whole)


def asked(kind: int, hardware: bytes) -> Told:
    """A client's message, of which a log never tells all."""
    told = Told(dhcp.BOOTREQUEST, hardware=hardware, lacks_options=True)
    told.options.append(Option(53, bytes((kind,))))
    return told


def answered(kind: int, hardware: bytes, address: IPv4Address | None) -> Told:
    """A server's message, of which little is told."""
    told = Told(dhcp.BOOTREPLY, hardware=hardware, lacks_options=True)
    told.yiaddr = address or ANY
    told.options.append(Option(53, bytes((kind,))))
    return told


def address_of(text: str | None) -> IPv4Address | None:
    """An address; None where there is none."""
    try:
        return IPv4Address(text) if text else None
    except ValueError:
        return None

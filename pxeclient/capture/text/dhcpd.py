"""ISC dhcpd's lines in a syslog: who asked, who was offered what; no options and no files."""

from __future__ import annotations

import re

from pxeclient.capture.text.building import mac_of
from pxeclient.capture.text.lines import Lines
from pxeclient.capture.text.log_frames import Logged, address_of, answered, asked, time_of
from pxeclient.capture.text.message import TYPES
from pxeclient.capture.text.piece import Format, Piece
from pxeclient.wire.addresses import ANY
from pxeclient.wire.dhcp import Option

_ADDRESS = r"\d{1,3}(?:\.\d{1,3}){3}"
_LINE = re.compile(
    rf"\bDHCP(?P<what>DISCOVER|OFFER|REQUEST|ACK|NAK|DECLINE|INFORM)"
    rf"(?: (?:on|for|of) (?P<ip>{_ADDRESS}))?(?: \((?P<server>{_ADDRESS})\))?"
    rf" (?:from|to) (?P<mac>(?:[0-9a-fA-F]{{1,2}}:){{5}}[0-9a-fA-F]{{1,2}})"
    rf"(?: \([^)]{{1,80}}\))? via (?P<via>[\w.@-]{{1,40}})"
)
_REPLIES = ("OFFER", "ACK", "NAK")


def read(lines: Lines) -> list[Piece] | None:
    """The message that the next line tells of; None where it tells of none."""
    found = _LINE.search(lines.next)
    if found is None:
        return None
    where = Logged(Format.DHCPD, lines.number, time_of(lines.next))
    lines.take()
    hardware, kind = mac_of(found["mac"]), TYPES[found["what"].lower()]
    if hardware is None:
        return []
    ip, server = address_of(found["ip"]), address_of(found["server"])
    lines.log_of(server)
    if found["what"] in _REPLIES:
        told = answered(kind, hardware, None if found["what"] == "NAK" else ip)
        if lines.server is not None:
            told.options.append(Option(54, lines.server.packed))
    else:
        told = asked(kind, hardware)
        if ip is not None:
            told.options.append(Option(50, ip.packed))
        if server is not None:
            told.options.append(Option(54, server.packed))
    # Via an address is via a relay; the client's own frames are not in such a log.
    told.giaddr = address_of(found["via"]) or ANY
    return [where.message(told, lines.server)]

"""A client's frame as named fields, so that a difference can be called by its name.

Every octet is in some field, but for the mask: what a firmware draws or counts by chance.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from pxeclient.replay.labels import DHCP_PORTS
from pxeclient.replay.mending import mended
from pxeclient.wire import arp, dhcp, ethernet, icmp, ipv4, tftp, udp
from pxeclient.wire.dhcp import END, PAD, Message
from pxeclient.wire.errors import WireError
from pxeclient.wire.ipv4 import Packet
from pxeclient.wire.options import option_name, printable, show_value

MASK = {
    "xid": "the value; whether it is zero, the same again or a new one counts",
    "IP identification": "the value",
    "ephemeral UDP ports": "the value; whether a request is repeated from the same port counts",
    "checksums": "the value; whether a UDP checksum is there counts",
}
"""What is not compared."""

OPTION_ORDER = "option order"

Fields = dict[str, str]
"""Names and values, both for people, in wire order."""


@dataclass(slots=True)
class FieldReader:
    """Reads one client's frames, in the order in which they were sent."""

    pad_to: int = 0
    """Shorter frames get zeros up to here: the wire of the other client's recording padded."""
    counts_on: bool = False
    """The first message is not the client's first: its seconds are where the count begins."""
    _xids: list[int] = field(default_factory=list)
    _since: int | None = None

    def read(self, data: bytes) -> Fields:
        """The frame's fields."""
        data = data.ljust(self.pad_to, b"\0")
        fields: Fields = {}
        try:
            frame = ethernet.parse(mended(data))
            fields["Ethernet destination"] = str(frame.destination)
            fields["Ethernet source"] = str(frame.source)
            fields["Ethernet type"] = f"0x{frame.ethertype:04x}"
            match frame.ethertype:
                case ethernet.ARP:
                    return fields | _arp(frame.payload)
                case ethernet.IPV4:
                    return fields | self._packet(frame.payload, data)
                case _:
                    return fields | {"payload": _octets(frame.payload)}
        except WireError:
            return fields | {"octets": _octets(data)}

    def _packet(self, data: bytes, raw: bytes) -> Fields:
        packet = ipv4.parse(data)
        total = int.from_bytes(data[2:4], "big")
        fields = {
            "IP source": str(packet.source),
            "IP destination": str(packet.destination),
            "IP TOS": f"0x{packet.tos:02x}",
            "TTL": str(packet.ttl),
            "DF": "set" if packet.dont_fragment else "clear",
            "IP fragment": _fragment(packet, data),
            "IP protocol": str(packet.protocol),
            "IP options": _octets(packet.options),
        }
        after = {"Ethernet padding": _octets(data[total:])}
        if packet.is_fragment:
            return fields | {"payload": _octets(packet.payload)} | after
        if packet.protocol == ipv4.UDP:
            return fields | self._datagram(packet, raw) | after
        if packet.protocol == ipv4.ICMP:
            message = icmp.parse(packet.payload)
            fields["ICMP type"] = f"{message.type} code {message.code}"
            return fields | {"ICMP body": _octets(message.body)} | after
        return fields | {"payload": _octets(packet.payload)} | after

    def _datagram(self, packet: Packet, raw: bytes) -> Fields:
        datagram = udp.parse(packet.payload, packet.source, packet.destination)
        at = ethernet.HEADER + 20 + len(packet.options)
        fields = {
            "UDP source port": _own_port(datagram.source_port),
            "UDP destination port": str(datagram.destination_port),
            "UDP checksum": "none" if raw[at + 6 : at + 8] == b"\0\0" else "there",
            "after the datagram": _octets(packet.payload[8 + len(datagram.payload) :]),
        }
        if datagram.destination_port in DHCP_PORTS:
            return fields | self._message(dhcp.parse(datagram.payload))
        return fields | _tftp(datagram.payload)

    def _message(self, message: Message) -> Fields:
        fields = {
            "op": str(message.op),
            "htype": str(message.htype),
            "hlen": str(message.hlen),
            "hops": str(message.hops),
            "xid": self._xid(message.xid),
            "secs": self._secs(message),
            "flags": f"0x{message.flags:04x}",
            "ciaddr": str(message.ciaddr),
            "yiaddr": str(message.yiaddr),
            "siaddr": str(message.siaddr),
            "giaddr": str(message.giaddr),
            "chaddr": _octets(message.chaddr),
            "sname": _octets(message.sname.rstrip(b"\0")),
            "file": _octets(message.file.rstrip(b"\0")),
            "magic cookie": _octets(message.cookie),
        }
        return fields | _options(message)

    def _secs(self, message: Message) -> str:
        if not self.counts_on:
            return str(message.secs)
        if self._since is None and message.type == dhcp.DISCOVER:
            self._since = message.secs
        if self._since is None or message.secs < self._since:
            return str(message.secs)
        return f"{message.secs - self._since} since the first that was recorded"

    def _xid(self, xid: int) -> str:
        if xid == 0:
            return "zero"
        if xid not in self._xids:
            self._xids.append(xid)
        return f"number {self._xids.index(xid) + 1} of this boot"


def _options(message: Message) -> Fields:
    order = [option.code for option in message.options]
    fields: Fields = {OPTION_ORDER: " ".join(map(str, order))}
    seen: Counter[int] = Counter()
    for option in message.options:
        if option.code in (PAD, END):
            continue
        seen[option.code] += 1
        again = f" (number {seen[option.code]})" if seen[option.code] > 1 else ""
        fields[f"option {option.code}{again}"] = _value(option.code, option.data)
    fields["after END"] = _octets(message.rest)
    return fields


def _value(code: int, data: bytes) -> str:
    """An option's value; with its octets wherever the words alone might hide a difference."""
    words = show_value(code, data)
    numeric = option_name(code) in ("maximum message size", "lease time", "message type")
    is_plain = words == data.hex(" ") or (numeric and len(data) in (1, 2, 4))
    return words if is_plain else f"{words} [{data.hex(' ')}]"


def _own_port(port: int) -> str:
    return str(port) if port < 1024 or port in DHCP_PORTS else "an ephemeral one"


def _fragment(packet: Packet, data: bytes) -> str:
    reserved = ", reserved bit set" if data[6] & 0x80 else ""
    if not packet.is_fragment:
        return f"none{reserved}"
    more = " and more follow" if packet.more_fragments else ""
    return f"octets from {packet.fragment_offset}{more}{reserved}"


def _arp(data: bytes) -> Fields:
    message = arp.parse(data)
    return {
        "ARP operation": str(message.operation),
        "ARP sender": f"{message.sender} at {message.sender_mac}",
        "ARP target": f"{message.target} at {message.target_mac}",
        "Ethernet padding": _octets(data[28:]),
    }


def _tftp(payload: bytes) -> Fields:
    try:
        message = tftp.parse(payload)
    except WireError:
        return {"payload": _octets(payload)}
    fields: Fields = {}
    match message:
        case tftp.Request(filename, options, mode, write):
            pairs = ", ".join(f"{printable(key)} {printable(value)}" for key, value in options)
            fields = {
                "TFTP operation": "WRQ" if write else "RRQ",
                "file name": printable(filename),
                "mode": printable(mode),
                "TFTP options": pairs or "none",
            }
        case tftp.Ack(block):
            fields = {"TFTP operation": "ACK", "block": str(block)}
        case tftp.Error(code, text):
            fields = {"TFTP operation": "ERROR", "error": f"{code} {printable(text)}"}
        case _:
            return {"payload": _octets(payload)}
    if tftp.build(message) != payload:
        fields["TFTP octets"] = _octets(payload)
    return fields


def _octets(data: bytes) -> str:
    """Octets for people: few as they are, zeros counted."""
    if not data:
        return "nothing"
    if not any(data):
        return f"{len(data)} zero octets" if len(data) > 1 else "a zero octet"
    return f"{len(data)} octets {data.hex(' ')}"

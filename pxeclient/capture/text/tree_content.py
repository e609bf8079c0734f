"""ARP, ICMP and TFTP in Wireshark's packet details."""

from __future__ import annotations

import re
import struct
from ipaddress import IPv4Address

from pxeclient.capture.text.building import Way, mac_of
from pxeclient.capture.text.tree_section import Section
from pxeclient.seen.aspects import Aspect
from pxeclient.wire import arp, icmp, ipv4, tftp
from pxeclient.wire.addresses import ZERO_MAC, Mac

_HARDWARE = re.compile(r"((?:[0-9a-fA-F]{2}[:-]){5}[0-9a-fA-F]{2})\)?\s*$")
_ADDRESS = re.compile(r"(\d{1,3}(?:\.\d{1,3}){3})\)?\s*$")
_IN_BRACKETS = re.compile(r"\((\d{1,5})\)")
_OPTION = re.compile(r"\s*Option: (\w{1,20}) = (\S{1,40})")
_OPERATIONS = {
    1: tftp.RRQ, 2: tftp.WRQ, 3: tftp.DATA, 4: tftp.ACK, 5: tftp.ERROR, 6: tftp.OACK,
}  # fmt: skip


def arp_of(section: Section) -> bytes | None:
    """An ARP message; None where it is not all told."""
    operation = _bracketed(section.value("opcode"))
    sender_mac, sender = _mac(section, "sender"), _ip(section, "sender")
    target_mac, target = _mac(section, "target"), _ip(section, "target")
    if operation not in (arp.REQUEST, arp.REPLY) or sender is None or target is None:
        return None
    if sender_mac is None:
        return None
    return arp.build(arp.Arp(operation, sender_mac, sender, target_mac or ZERO_MAC, target))


def _mac(section: Section, whose: str) -> Mac | None:
    text = section.value(f"{whose} MAC address", f"{whose} hardware address") or ""
    found = _HARDWARE.search(text)
    return mac_of(found.group(1)) if found is not None else None


def _ip(section: Section, whose: str) -> IPv4Address | None:
    text = section.value(f"{whose} IP address", f"{whose} protocol address") or ""
    found = _ADDRESS.search(text)
    try:
        return IPv4Address(found.group(1)) if found is not None else None
    except ValueError:
        return None


def _bracketed(text: str | None) -> int | None:
    found = _IN_BRACKETS.search(text or "")
    return int(found.group(1)) if found is not None else None


def icmp_of(
    section: Section, quoted: tuple[IPv4Address, IPv4Address, int, int] | None
) -> bytes | None:
    """An ICMP message; of an error, with the packet that it is about."""
    kind, code = section.number("type"), section.number("code")
    if kind is None or code is None or kind > 255 or code > 255:
        return None
    body = bytes(4)
    if quoted is not None:
        source, target, port, other = quoted
        ports = struct.pack("!HHHH", port & 0xFFFF, other & 0xFFFF, 8, 0)
        body += Way(source, target).packet(ipv4.UDP, ports)[0]
    return icmp.build(icmp.Icmp(kind, code, body))


def tftp_of(section: Section, size: int | None) -> tuple[bytes, int, frozenset[Aspect]]:
    """A TFTP packet, its length, and what is unknown of it."""
    operation = _OPERATIONS.get(_bracketed(section.value("opcode")) or 0)
    message: tftp.Message | None = None
    block = section.number("block")
    options = tuple(
        (found.group(1).encode(), found.group(2).encode())
        for found in map(_OPTION.match, section.lines)
        if found is not None
    )
    name = section.value("source file", "destination file")
    if operation in (tftp.RRQ, tftp.WRQ) and name is not None:
        mode = (section.value("type") or "octet").encode()
        message = tftp.Request(name.encode(), options, mode, operation == tftp.WRQ)
    elif operation == tftp.DATA and block is not None:
        message = tftp.Data(block & 0xFFFF, section.data)
    elif operation == tftp.ACK and block is not None:
        message = tftp.Ack(block & 0xFFFF)
    elif operation == tftp.ERROR:
        code = _bracketed(section.value("error code"))
        words = (section.value("error message") or "").encode()
        message = tftp.Error(code, words) if code is not None else None
    elif operation == tftp.OACK:
        message = tftp.OptionAck(options)
    if message is None:
        return b"", max(size or 1, 1), frozenset({Aspect.CONTENT})
    octets = tftp.build(message)
    whole = len(octets) if size is None else max(size, 1)
    is_lacking = len(octets) != whole or (size is None and operation == tftp.DATA)
    if size is None and operation == tftp.DATA:
        whole = len(octets) + 1
    return octets[:whole], whole, frozenset({Aspect.CONTENT} if is_lacking else ())

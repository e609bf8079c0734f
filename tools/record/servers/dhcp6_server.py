"""DHCPv6 servers: ordered rules as those of DHCP, and replies as lists of options.

``duid`` (hexadecimal) is the server's; ``dhcp6`` rules have ``port`` (547, or 4011), ``msg``,
``vendor`` (in option 16), ``any_server_id``, ``skip``, ``times`` and ``replies`` with ``msg``,
``options`` as ``[code, type, value]``, ``delay``, ``repeat``, ``src``, ``src_port``, ``bad_xid``.
Besides those of DHCP the types are ``cid`` (the client's identifier), ``sid`` (the server's, or
another in hexadecimal), ``ia`` (``addr`` or ``addrs``, ``preferred``, ``valid``, ``t1``, ``t2``,
``status``), ``ip6s``, ``status`` (code and text), ``vclass`` (enterprise, texts), ``vopts``
(enterprise, ``[[code, text]]``), ``params`` (texts, option 60), ``domains``.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from ipaddress import IPv6Address
from typing import Any

from pxeclient.practice.option_spec import OptionSpec
from tools.record import dhcp6, dns
from tools.record.scenario import Table
from tools.record.servers.part import Counts


class Dhcp6Server:
    """One server."""

    def __init__(self, raw: Table, counts: Counts) -> None:
        self._rules, self._duid = raw["dhcp6"], bytes.fromhex(raw["duid"])
        self._counts = counts

    def listens(self, port: int) -> bool:
        """A rule is for that port."""
        return any(rule.get("port", dhcp6.SERVER_PORT) == port for rule in self._rules)

    def replies(self, port: int, payload: bytes) -> Iterator[tuple[Table, bytes]]:
        """The scripts of what is answered, and the octets."""
        asked = dhcp6.parse(payload)
        if asked is None:
            return
        for number, rule in enumerate(self._rules):
            key = "dhcp6", number
            if not self._matches(rule, port, asked) or self._counts.spent(key, rule):
                continue
            if not self._counts.skipped(key, rule):
                for reply in rule.get("replies", ()):
                    yield reply, self._built(reply, asked)
            return

    def _matches(self, rule: Table, port: int, asked: dhcp6.Message) -> bool:
        if rule.get("port", dhcp6.SERVER_PORT) != port or rule.get("msg", asked.name) != asked.name:
            return False
        vendor = rule.get("vendor", "").encode()
        if vendor not in (asked.first(dhcp6.VENDOR_CLASS) or b""):
            return False
        server = asked.first(dhcp6.SERVER_ID)
        return server is None or bool(rule.get("any_server_id")) or server == self._duid

    def _built(self, reply: Table, asked: dhcp6.Message) -> bytes:
        transaction = asked.transaction
        if reply.get("bad_xid"):
            transaction = bytes((transaction[0] ^ 1,)) + transaction[1:]
        options = b"".join(self._option(asked, *one) for one in reply.get("options", ()))
        return bytes((dhcp6.NUMBERS[reply["msg"]],)) + transaction + options

    def _option(self, asked: dhcp6.Message, code: int, kind: str, value: Any) -> bytes:
        data: bytes | None
        match kind:
            case "cid":
                data = asked.first(dhcp6.CLIENT_ID) or b""
            case "sid":
                data = bytes.fromhex(value) if value else self._duid
            case "ia":
                data = _association(asked, value)
            case "echo":
                data = asked.first(code)
            case _:
                data = encoded(kind, value)
        return b"" if data is None else dhcp6.option(code, data)


def _association(asked: dhcp6.Message, value: Table) -> bytes:
    """An IA_NA (RFC 8415 §21.4) with addresses (§21.6) and perhaps a status."""
    identifier = (asked.first(dhcp6.IA_NA) or bytes(4))[:4]
    data = identifier + struct.pack("!II", value.get("t1", 1800), value.get("t2", 2880))
    for text in value.get("addrs", [value["addr"]] if "addr" in value else []):
        address = IPv6Address(text)
        if asked.first(dhcp6.ARCHITECTURE) is None:
            # Not the boot client, but the IP stack's own: a real server knows it by its IAID.
            address = IPv6Address(int(address) ^ 0x100)
        lifetimes = struct.pack("!II", value.get("preferred", 3600), value.get("valid", 7200))
        data += dhcp6.option(dhcp6.IA_ADDRESS, address.packed + lifetimes)
    if "status" in value:
        data += dhcp6.option(dhcp6.STATUS, encoded("status", value["status"]))
    return data


def encoded(kind: str, value: Any) -> bytes:
    """An option's octets, where they do not depend on what was asked."""
    match kind:
        case "ip6s":
            return b"".join(IPv6Address(text).packed for text in value)
        case "status":
            return struct.pack("!H", value[0]) + str(value[1]).encode()
        case "vclass":
            return struct.pack("!I", value[0]) + _lengthened(value[1:])
        case "vopts":
            options = (dhcp6.option(code, text.encode()) for code, text in value[1])
            return struct.pack("!I", value[0]) + b"".join(options)
        case "params":
            return _lengthened(value)
        case "domains":
            return b"".join(dns.name(text) for text in value)
        case _:
            octets = OptionSpec(1, kind, value).value
            assert isinstance(octets, bytes)
            return octets


def _lengthened(texts: list[str]) -> bytes:
    return b"".join(struct.pack("!H", len(text)) + text.encode() for text in texts)

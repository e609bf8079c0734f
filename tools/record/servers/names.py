"""DNS over IPv4 and IPv6.

``dns``: ``records`` ``{name: {"A": [...], "AAAA": [...], "CNAME": name}}`` or in short ``names``
``{name: address}``; ``silent``, ``skip``, ``delay``, ``rcode``, ``ttl``; ``soa``: an empty answer
has a SOA record beside it; ``plain``: the name that a CNAME leads to is written out.
"""

from __future__ import annotations

import struct
from ipaddress import ip_address

from tools.record import dns
from tools.record.scenario import Table

_NAME_ERROR = 3
_A, _CNAME, _SOA = 1, 5, 6
_QUESTION = b"\xc0\x0c"
"""A pointer to the name that was asked for."""


def answer(script: Table, question: dns.Question, asked: bytes) -> bytes:
    """The reply to a message."""
    records = {name.lower(): found for name, found in script.get("records", {}).items()}
    for name, address in script.get("names", {}).items():
        kind = "A" if ip_address(address).version == 4 else "AAAA"
        records.setdefault(name.lower(), {})[kind] = [address]
    found = records.get(question.name.lower())
    code = script.get("rcode", _NAME_ERROR if found is None else 0)
    answers: list[bytes] = []
    if code == 0 and found:
        answers = _answers(script, question, found, records)
    beside = [_record(dns.name("test"), _SOA, _authority(), script)]
    beside = beside if script.get("soa") and not answers else []
    head = struct.pack(
        "!6H", question.identification, 0x8180 | code, 1, len(answers), len(beside), 0
    )
    return head + asked[12 : question.end] + b"".join(answers + beside)


def _answers(
    script: Table, question: dns.Question, found: Table, records: dict[str, Table]
) -> list[bytes]:
    name, made = _QUESTION, []
    if "CNAME" in found:
        target = dns.name(found["CNAME"])
        made.append(_record(name, _CNAME, target, script))
        # Servers point at the CNAME's data, which stands after its name and 10 octets.
        pointer = struct.pack("!H", 0xC000 | (question.end + 12))
        name = target if script.get("plain") else pointer
        found = records.get(found["CNAME"].lower(), {})
    kind = dns.NUMBERS.get(str(question.type), 0)
    addresses = found.get(str(question.type), ()) if kind in (_A, dns.NUMBERS["AAAA"]) else ()
    return made + [_record(name, kind, ip_address(one).packed, script) for one in addresses]


def _record(name: bytes, kind: int, data: bytes, script: Table) -> bytes:
    return name + struct.pack("!HHIH", kind, 1, script.get("ttl", 300), len(data)) + data


def _authority() -> bytes:
    numbers = struct.pack("!5I", 1, 3600, 600, 86400, 60)
    return dns.name("ns.test") + dns.name("admin.test") + numbers

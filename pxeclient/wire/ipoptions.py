"""Options in an IPv4 header (RFC 791 §3.1): not what they ask for, only whether they are whole."""

from __future__ import annotations

END, NOP = 0, 1
RECORD_ROUTE = 7
SOURCE_ROUTES = (131, 137)
"""Loose and strict source route."""


def fault(options: bytes) -> str:
    """What is wrong with the options of a packet that has arrived; empty if nothing is.

    A route is a type, a length, a pointer that counts octets from 1, and addresses. A source
    route has been gone to its end when the packet is here: its pointer is past the last address.
    """
    at = 0
    while at < len(options):
        kind = options[at]
        if kind == END:
            return ""
        if kind == NOP:
            at += 1
            continue
        size = options[at + 1] if at + 1 < len(options) else 0
        if size < 2 or at + size > len(options):
            return f"option {kind} at octet {20 + at} of the IPv4 header has no whole value"
        if kind == RECORD_ROUTE or kind in SOURCE_ROUTES:
            wrong = _route_fault(options[at : at + size])
            if wrong:
                return f"the route at octet {20 + at} of the IPv4 header {wrong}"
        at += size
    return ""


def _route_fault(option: bytes) -> str:
    size = len(option)
    if size < 3 or (size - 3) % 4:
        return f"has {size} octets, which are no whole addresses"
    pointer = option[2]
    if pointer > size + 1 or pointer % 4:
        return f"points to octet {pointer} of {size}"
    if option[0] in SOURCE_ROUTES and pointer != size + 1:
        return "has not been gone to its end"
    return ""

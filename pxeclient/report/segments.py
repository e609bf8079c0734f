"""TCP segments and DNS messages in words.

A segment is a request or an answer by its head, anything else is a part of a stream.
"""

from __future__ import annotations

from typing import NamedTuple

from pxeclient.seen.frame import Frame
from pxeclient.seen.said import Tcp
from pxeclient.wire import dns, http
from pxeclient.wire.dns import Dns
from pxeclient.wire.options import printable
from pxeclient.wire.tcp import Flags

_SHOWN = 200
"""Characters of a target, and of what a head says, that are shown."""


class Words(NamedTuple):
    """What a segment is."""

    kind: str
    detail: str
    is_bulk: bool
    """It only carries on: where others are folded, so is it."""


def segment_words(frame: Frame, said: Tcp) -> Words:
    """A segment in words; safe to print."""
    head = frame.payload
    if http.is_request(head):
        found = http.lenient_request(head)
        if found is not None:
            where = f" of {printable(found.host)}" if found.host else ""
            return Words(printable(found.method), printable(found.target)[:_SHOWN] + where, False)
    if http.is_response(head):
        return _answer(head)
    names = "-".join(one.name or "" for one in (Flags.SYN, Flags.FIN, Flags.RST, Flags.ACK)
                     if said.flags & one)  # fmt: skip
    detail = f"{frame.size} octets" if frame.size else ""
    if said.opens:
        return Words("TCP SYN", f"to port {frame.port}", False)
    is_refusal = said.resets and not frame.ours
    return Words(f"TCP {names}".rstrip(), detail, not is_refusal)


def _answer(head: bytes) -> Words:
    found = http.lenient_response(head)
    if found is None:
        return Words("HTTP", "an answer that is none", False)
    parts = [printable(found.reason)]
    parts += [printable(value) for value in (found.content_type,) if value is not None]
    if found.location is not None:
        parts.append(f"to {printable(found.location)}")
    if found.content_length is not None:
        parts.append(f"{found.content_length} octets")
    return Words(f"HTTP {found.status}", ", ".join(parts)[:_SHOWN], False)


def dns_words(said: Dns) -> str:
    """What is asked, or came; safe to print."""
    asked = ", ".join(
        f"{dns.TYPES.get(one.type, f'type {one.type}')} {printable(one.name)}"
        for one in said.questions
    )
    if not said.is_response:
        return asked
    given = ", ".join(map(str, said.addresses))
    code = dns.CODES.get(said.code, f"code {said.code}") if said.code else "no address"
    return f"{asked}: {given or code}"

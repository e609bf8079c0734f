"""Where replies go: by broadcast, by unicast, to a relay."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from ipaddress import IPv4Address
from itertools import islice
from typing import NamedTuple

from pxeclient.check.asking import (
    MOST_ASKED,
    SETTLE,
    Asker,
    discover,
    lease,
    message,
    release,
    replies,
)
from pxeclient.check.probing import Probing, point, unknown
from pxeclient.check.results import Point, Status
from pxeclient.check.talking import Correspondent, Reaction, Script, Send, Turn
from pxeclient.seen.dhcp import Dhcp
from pxeclient.wire import dhcp
from pxeclient.wire.dhcp import BROADCAST_FLAG
from pxeclient.wire.udp import Datagram

_DELIVERY = "RFC 2131 §4.1"
_TABLE = "RFC 2131 §4.3.1, table 3"
_ECHO = "RFC 3046 §2.2"
_AGENT = b"\x01\x04port\x02\x05relay"
"""Circuit and remote id (RFC 3046 §3.1, §3.2)."""


def broadcast_flag(probing: Probing) -> Iterator[Point]:
    """The BROADCAST flag is returned as it was sent, and kept to."""
    expected = "the flags of a client that takes unicast are returned (0000)"
    if not probing.talk(partial(_flagged, flags=BROADCAST_FLAG)):
        yield from unknown(("no finding R-BFLAG", expected), "no server answered")
        return
    # Only this far: the check looks at a client that asks for broadcasts.
    yield from probing.not_found("R-BFLAG")
    found = probing.talk(partial(_flagged, flags=0))
    if not found:
        yield from unknown((expected,), "no server answered without the flag")
    # What has no address in it can only be broadcast, whatever its flags say.
    for seen in (one for one in found if one.offers_address):
        happened = f"{seen.words} has flags {seen.message.flags:04x}, sent to {seen.destination}"
        yield point(seen.message.flags == 0, expected, happened, seen.number, _TABLE)


def _flagged(asking: Correspondent, flags: int) -> Script[list[Dhcp]]:
    asker = Asker(asking.xid(), flags=flags)
    return (yield from discover(asking, [asker]))[asker.xid]


class _Relayed(NamedTuple):
    """What came back to a relay."""

    server: IPv4Address
    relay: IPv4Address
    answers: list[Dhcp]


def relay(probing: Probing) -> Iterator[Point]:
    """A relay gets the replies at its own address and port 67, with option 82 returned."""
    expected = "replies to a relay go to it, port 67"
    found, further = probing.talk(_relay)
    if not found:
        yield from unknown((expected,), "no server gave us an address to be a relay with")
    for one in found:
        if one.answers:
            yield from _judge(one)
        else:
            words = f"{one.server} answers no DHCPDISCOVER that {one.relay} relays to it"
            yield from unknown((expected,), words)
    if further:
        yield from unknown((expected,), f"{further} more servers offer, and were sent nothing")


def _relay(asking: Correspondent) -> Script[tuple[list[_Relayed], int]]:
    """Get an address; then forward another client's DHCPDISCOVER from it to each server.

    To the first `MOST_ASKED` of them; with how many more there are.
    """
    asker = Asker(asking.xid())
    leased = yield from lease(asking, asker)
    if leased.ack is None:
        return [], 0
    found = []
    servers = dict.fromkeys(seen.who for seen in leased.offers)
    for server in islice(servers, MOST_ASKED):
        answers = yield from _forward(asking, server)
        found.append(_Relayed(server, asking.host.address, answers))
    yield from release(asking, asker, leased.ack)
    return found, len(servers) - len(found)


def _forward(asking: Correspondent, server: IPv4Address) -> Script[list[Dhcp]]:
    own = asking.host
    asker = Asker(asking.xid(), flags=0, relay=own.address, agent=_AGENT)
    read = dhcp.parse(message(own, asker, dhcp.DISCOVER))
    # Another client than ourselves, or the server would offer it the relay's own address.
    other = bytes((*own.mac[:5], own.mac[5] ^ 0x80)) + bytes(10)
    payload = dhcp.build(replace(read, chaddr=other))
    send = Send(Datagram(dhcp.SERVER_PORT, dhcp.SERVER_PORT, payload), server)
    heard: list[Reaction] = []
    for _ in range(2):
        enough = partial(_answered, asker)
        heard += yield Turn((send,), asking.patience / 2, enough, SETTLE)
        if _answered(asker, heard):
            break
    return list(replies(heard, asker))


def _answered(asker: Asker, heard: Sequence[Reaction]) -> bool:
    return any(True for _ in replies(heard, asker))


def _judge(one: _Relayed) -> Iterator[Point]:
    seen = one.answers[0]
    there = seen.destination == one.relay and seen.port == dhcp.SERVER_PORT
    went = f"{seen.words} went to {seen.destination}, port {seen.port}"
    expected = f"replies to a relay go to it, port 67 ({one.relay}:67)"
    yield point(there, expected, went, seen.number, _DELIVERY)
    kept = seen.message.giaddr == one.relay
    words = f"{seen.words} has giaddr {seen.message.giaddr}"
    yield point(kept, f"giaddr {one.relay} is returned", words, seen.number, _TABLE)
    echoed = seen.options.get(82)
    expected = "option 82 is returned as it was"
    if echoed is None:
        words = f"{seen.words} has no option 82: this server does not know relays' information"
        yield Point(Status.UNKNOWN, expected, words, seen.number, _ECHO)
    else:
        words = f"{seen.words} has option 82 = {echoed.hex()}"
        yield point(echoed == _AGENT, expected, words, seen.number, _ECHO)

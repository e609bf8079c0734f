"""The DHCP, ProxyDHCP and boot-server side of a host: which rule answers a request, and how."""

from __future__ import annotations

from dataclasses import dataclass

from msgspec import Struct

from pxeclient.practice.model import Reply, Rule, Server
from pxeclient.practice.oddities import Carriage
from pxeclient.practice.reply import template
from pxeclient.practice.request import Request
from pxeclient.wire import dhcp
from pxeclient.wire.addresses import ANY, BROADCAST, BROADCAST_MAC
from pxeclient.wire.onestep import Peer

_NOWHERE, _EVERYONE = ANY.packed, BROADCAST.packed


class Sending(Struct, frozen=True):
    """A reply on its way."""

    at: float
    to: Peer
    source_port: int
    payload: bytes
    wire: Carriage | None = None
    """What is odd about its packets."""


@dataclass(slots=True)
class _Counted:
    """A rule, and how often it has matched."""

    rule: Rule
    vendor: bytes
    matches: int = 0


class DhcpServer:
    """Answers by the rules of one server; the state is how often each has matched."""

    def __init__(self, server: Server) -> None:
        self._identity = server.ip.packed
        self._rules = [_Counted(rule, rule.vendor.encode("latin-1")) for rule in server.bootp]
        self.ports = frozenset(rule.port for rule in server.bootp)
        """The UDP ports that are open."""

    def answer(self, request: Request, client: Peer, port: int, now: float) -> list[Sending]:
        """The replies to a request that `client` sent to `port`."""
        rule = self._decide(request, port)
        if rule is None:
            return []
        sendings: list[Sending] = []
        for spec in rule.replies:
            to = _addressed(spec, request, client, port)
            source_port = port if spec.src_port is None else spec.src_port
            payload = template(spec).build(request)
            for number in range(spec.repeat):
                at = now + spec.delay + number * spec.gap
                sendings.append(Sending(at, to, source_port, payload, spec.wire))
        return sendings

    def _decide(self, request: Request, port: int) -> Rule | None:
        for counted in self._rules:
            if not self._matches(counted, request, port):
                continue
            counted.matches += 1
            rule = counted.rule
            if counted.matches <= rule.skip:
                return None
            if rule.times is None or counted.matches <= rule.skip + rule.times:
                return rule
        return None

    def _matches(self, counted: _Counted, request: Request, port: int) -> bool:
        rule = counted.rule
        if rule.port != port or rule.msg not in (None, request.type):
            return False
        if rule.item is not None and rule.item != (request.item is not None):
            return False
        if not request.options.get(60, b"").startswith(counted.vendor):
            return False
        # A REQUEST for another server's offer is none of our business (RFC 2131 §4.3.2).
        identity = request.options.get(54)
        elsewhere = bool(identity) and identity != self._identity
        return not elsewhere or rule.any_server_id or port != dhcp.SERVER_PORT


def _addressed(spec: Reply, request: Request, client: Peer, port: int) -> Peer:
    """Where a reply goes: RFC 2131 §4.1, unless the scenario says otherwise.

    On port 4011 clients are answered at the port they ask from, 68 (iPXE) or 4011 (EDK II).
    """
    reply_port = client.port if port == dhcp.PROXY_PORT else dhcp.CLIENT_PORT
    offered = spec.yiaddr.packed
    if spec.to == "unicast":
        address = client.address if offered == _NOWHERE else offered
        return Peer(request.chaddr, address, reply_port, client.local)
    if spec.to != "broadcast":
        if client.address != _NOWHERE:
            return client
        if offered != _NOWHERE and not request.flags & dhcp.BROADCAST_FLAG:
            return Peer(request.chaddr, offered, reply_port, client.local)
    return Peer(BROADCAST_MAC, _EVERYONE, reply_port, client.local)

"""Decision-table rows as networks: what the documentation says of a situation, ready to boot in.

A row names the replies in short (``rows/intel21.toml`` says how); here they become the servers
of a `Scenario`. The addresses are those of the practice networks.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import msgspec

from pxeclient.documents import own_toml
from pxeclient.practice.model import Scenario
from pxeclient.practice.option_spec import from_text

_FOLDER = Path(__file__).with_name("rows")

DHCP, PROXY, TFTP = "10.77.0.1", "10.77.0.2", "10.77.0.3"
CLIENT = "10.77.0.50"

Table = dict[str, Any]


class Row(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One row of a decision table."""

    row: str
    """Its name, such as ``R4b``; a row with several cases occurs several times."""
    situation: str
    action: str
    """What the evidence says the firmware does."""
    known: str
    """How well that is known, in the words of the evidence."""
    ends: str
    """What comes of it: a code, ``local boot``, or a boot file ``from`` its server."""
    asks: tuple[str, ...] = ()
    """The addresses that are asked on port 4011, each once, in order."""
    keys: tuple[str, ...] = ()
    """What somebody presses."""
    own: Table | None = None
    ack: Table | None = None
    proxy: Table | None = None
    bootp: Table | None = None
    answers: tuple[Table, ...] = ()
    hosts: tuple[str, ...] = ()
    """Hosts that are there and serve nothing."""
    tftp: Table = msgspec.field(default_factory=dict)
    mtftp: Table | None = None
    """The TFTP host serves by multicast, too."""
    tftp_on: str = TFTP
    tftp_silent_arp: bool = False

    @property
    def scenario(self) -> Scenario:
        """The network of this situation."""
        hosts = [*self._dhcp_servers(), *self._answering()]
        hosts += [(host, {}) for host in self.hosts]
        serving = {"tftp": self.tftp, "no_arp": self.tftp_silent_arp}
        if self.mtftp is not None:
            serving["mtftp"] = self.mtftp
        hosts.append((self.tftp_on, serving))
        raw = {"name": self.row, "title": self.situation, "servers": list(_servers(hosts))}
        return msgspec.convert(raw, Scenario, dec_hook=from_text)

    def _dhcp_servers(self) -> Iterator[tuple[str, Table]]:
        if self.own is not None:
            ack = self.own if self.ack is None else self.ack
            yield DHCP, _rule(67, "discover", _leased(self.own, 2))
            yield DHCP, _rule(67, "request", _leased(ack, 5), item=False)
        if self.proxy is not None:
            yield PROXY, _rule(67, "discover", _proxied(self.proxy))
        if self.bootp is not None:
            yield DHCP, _rule(67, "discover", {**self.bootp, "yiaddr": CLIENT})

    def _answering(self) -> Iterator[tuple[str, Table]]:
        for answer in self.answers:
            reply = dict(answer)
            host, item = reply.pop("host"), reply.pop("item", False)
            port, group = reply.pop("port", 4011), reply.pop("group", None)
            said = [[53, "u8", 5], [54, "ip", host], *reply.pop("options", [])]
            if item:
                said += [[60, "str", "PXEClient"], [43, "sub", [[71, "subitem"]]]]
            found = _rule(port, "request", {**reply, "options": said}, item=item)
            if group:
                found["groups"] = [group]
            yield host, found


def _rule(port: int, message: str, reply: Table, **more: Any) -> Table:
    return {"bootp": [{"port": port, "msg": message, "replies": [reply], **more}]}


def _leased(reply: Table, kind: int) -> Table:
    """A reply of the server that gives the address."""
    lease = [
        [53, "u8", kind],
        [54, "ip", DHCP],
        [51, "u32", 3600],
        [1, "ip", "255.255.255.0"],
        [3, "ip", DHCP],
    ]
    return {**reply, "yiaddr": CLIENT, "options": [*lease, *reply.get("options", [])]}


def _proxied(reply: Table) -> Table:
    """A proxy's offer; it says PXEClient unless the row says otherwise."""
    said = dict(reply)
    vendor_class = said.pop("vendor_class", "PXEClient")
    options = [[53, "u8", 2], [54, "ip", PROXY]]
    if vendor_class:
        options.append([60, "str", vendor_class])
    return {**said, "options": [*options, *said.get("options", [])]}


def _servers(hosts: list[tuple[str, Table]]) -> Iterator[Table]:
    """One server for each address, with all that its entries say."""
    found: dict[str, Table] = {}
    for ip, parts in hosts:
        last = int(ip.rpartition(".")[2])
        mac = f"52:54:00:aa:00:{last:02x}"
        server = found.setdefault(ip, {"name": f"host-{last}", "ip": ip, "mac": mac})
        for key, value in parts.items():
            server[key] = [*server.get(key, []), *value] if isinstance(value, list) else value
    yield from found.values()


class _Document(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    rows: Annotated[tuple[Row, ...], msgspec.Meta(min_length=1)]


@cache
def rows(table: str) -> tuple[Row, ...]:
    """All rows of a decision table, in its order.

    Raises:
        KeyError: There is no such table.
    """
    path = _FOLDER / f"{table}.toml"
    if not path.is_file():
        raise KeyError(table)
    data = own_toml(path)
    return msgspec.convert(data, _Document).rows

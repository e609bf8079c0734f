"""The lines on the machine's own screen: a profile's templates, filled in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from ipaddress import IPv4Address
from string import Formatter
from typing import NamedTuple

from pxeclient.boot.actions import Action, Print
from pxeclient.boot.machine import Machine
from pxeclient.boot.reply import Reply
from pxeclient.wire.addresses import ANY, dotted, ipv4


class ScreenFacts(NamedTuple):
    """What a line may name, as things stand."""

    machine: Machine
    address: IPv4Address
    mask: IPv4Address
    ack: Reply | None
    proxy_server: IPv4Address
    server: IPv4Address
    file: str
    """The boot file's name, safe to print."""
    dots: str

    @property
    def router(self) -> IPv4Address:
        """The first router of the DHCPACK; 0.0.0.0 if it names none."""
        for option in self.ack.message.options if self.ack else ():
            if option.code == 3 and len(option.data) >= 4:
                return ipv4(option.data[:4])
        return ANY


NAMES: Mapping[str, Callable[[ScreenFacts], str]] = {
    "mac": lambda facts: str(facts.machine.mac),
    "mac-spaced": lambda facts: facts.machine.mac.hex(" ").upper(),
    "uuid": lambda facts: str(facts.machine.uuid).upper(),
    "nic": lambda facts: facts.machine.nic.name,
    "address": lambda facts: dotted(facts.address),
    "mask": lambda facts: dotted(facts.mask),
    "gw": lambda facts: f" gw {dotted(facts.router)}" if facts.router != ANY else "",
    "gateway-line": lambda facts: (
        f"GATEWAY IP: {dotted(facts.router)}" if facts.router != ANY else ""
    ),
    "proxy-ip": lambda facts: (
        f"  PROXY IP: {dotted(facts.proxy_server)}" if facts.proxy_server != ANY else ""
    ),
    "dhcp-server": lambda facts: dotted(facts.ack.server_id if facts.ack else ANY),
    "server": lambda facts: dotted(facts.server),
    "file": lambda facts: facts.file,
    "uri": lambda facts: f"tftp://{dotted(facts.server)}/{facts.file}",
    "dots": lambda facts: facts.dots,
}
"""The names that a line may use; some lines have more, such as ``{text}`` of a failure."""


def write(
    lines: tuple[str, ...], facts: ScreenFacts, values: Mapping[str, object]
) -> Iterator[Action]:
    """The lines with all names filled in."""
    for line in lines:
        known = {
            name: values[name] if name in values else NAMES[name](facts) for name in _names(line)
        }
        shown = line.format_map(known)
        # A line that is nothing but an empty value, such as that of a missing gateway, is left out.
        if shown or not line:
            yield Print(shown)


@lru_cache(maxsize=1024)
def _names(line: str) -> tuple[str, ...]:
    """The names that stand in a line of a profile."""
    return tuple(name for _, name, _, _ in Formatter().parse(line) if name is not None)

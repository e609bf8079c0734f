"""The machine's own screen: a profile's templates, filled in, when their time has come."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address
from string import Formatter

from msgspec import Struct

from pxeclient.boot.actions import Action, Print
from pxeclient.boot.dhcp.reply import Reply
from pxeclient.boot.machine import Machine
from pxeclient.boot.screen.growing import Growing
from pxeclient.boot.screen.traits import FailureText, FileFormat, GrowingLine, ScreenTraits
from pxeclient.outcome import BootFile
from pxeclient.wire import icmpv6
from pxeclient.wire.addresses import ANY, dotted, ipv4
from pxeclient.wire.options import printable


class ScreenFacts(Struct, frozen=True):
    """What a line may name, as things stand."""

    machine: Machine
    address: IPv4Address
    mask: IPv4Address
    ack: Reply | None
    proxy_server: IPv4Address
    boot_file: BootFile
    """Its server is 0.0.0.0 and its name empty where nobody has told them."""
    naming: Reply | None
    """The reply that names it; there the name may be a URI."""

    @property
    def server(self) -> str:
        """The TFTP server."""
        return dotted(self.boot_file.server)

    @property
    def file(self) -> str:
        """The boot file's name, safe to print."""
        return on_screen(self.boot_file.name)

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
    "server": lambda facts: facts.server,
    "file": lambda facts: facts.file,
    "next-server": lambda facts: dotted(facts.naming.next_server if facts.naming else ANY),
    "named-file": lambda facts: on_screen((facts.naming and facts.naming.boot_file) or b""),
    "uri": lambda facts: f"tftp://{facts.server}/{facts.file}",
    "image": lambda facts: facts.file.rpartition("/")[2],
    "mac-plain": lambda facts: facts.machine.mac.hex().upper(),
    "link-local": lambda facts: str(IPv6Address(icmpv6.link_local(facts.machine.mac))),
    "open": lambda facts: "",
}
"""The names that a line may use; some lines have more, such as ``{text}`` of a failure."""


def write(lines: tuple[str, ...], facts: ScreenFacts, values: Mapping[str, object]) -> list[Action]:
    """The lines with all names filled in."""
    written: list[Action] = []
    for line in lines:
        if "{" not in line:
            written.append(Print(line))
            continue
        known = {}
        for name, of in _names(line):
            known[name] = values[name] if of is None or name in values else of(facts)
        shown = line.format_map(known)
        # A line that is nothing but an empty value, such as that of a missing gateway, is left out.
        if shown or not line:
            written.append(Print(shown, "open" not in known))
    return written


def on_screen(octets: bytes) -> str:
    """What a server sent, as a screen shows it, but for characters that are no text."""
    return printable(octets)


def format_of(content: bytes, formats: tuple[FileFormat, ...]) -> str:
    """What the firmware calls a boot file, in brackets; nothing if it has no name for it."""
    for kind in formats:
        octets = bytes.fromhex(kind.octets)
        if content[kind.at : kind.at + len(octets)] == octets:
            return f" [{kind.name}]"
    return ""


@lru_cache(maxsize=1024)
def _names(line: str) -> tuple[tuple[str, Callable[[ScreenFacts], str] | None], ...]:
    """The names that stand in a line of a profile, each with what it means if it is of `NAMES`."""
    names = [name for _, name, _, _ in Formatter().parse(line) if name is not None]
    return tuple((name, NAMES.get(name)) for name in names)


class Screen:
    """The machine's screen: what was shown already, and the line that grows."""

    def __init__(self, traits: ScreenTraits, facts: Callable[[float], ScreenFacts]) -> None:
        self._traits = traits
        self._facts = facts
        self._growing: Growing | None = None
        self._shows_lease = False
        self._shows_size = False
        self._shows_download = False

    def show(self, lines: tuple[str, ...], now: float, **values: object) -> Iterable[Action]:
        """Write lines of the profile; what grew on the screen is done."""
        if not lines:
            return ()
        written = write(lines, self._facts(now), values)
        return written if self._growing is None else (*self.stop_growing(now), *written)

    def grow(
        self, line: GrowingLine, now: float, left: int = 0, **values: object
    ) -> Iterator[Action]:
        """Write lines of which the last one grows until the next are shown.

        `left`: the seconds of a countdown.
        """
        if line.lines:
            yield from self.show(line.lines, now, **values)
            self._growing = Growing(line, left)
            yield from self._growing.begin(now)

    def grown(self, now: float, done: int, size: int | None) -> Iterable[Action]:
        """The timer of the growing line has run out; `done` octets of `size` are there."""
        return () if self._growing is None else self._growing.step(now, done, size)

    def stop_growing(self, now: float, ran_out: bool = False) -> Iterator[Action]:
        """The line grows no more; a countdown may have run out."""
        growing, self._growing = self._growing, None
        if growing is not None:
            yield from growing.end(now, ran_out)

    def sent(self) -> Iterable[Action]:
        """A request went out: a mark on some screens."""
        return self._growing.sent() if self._growing is not None else ()

    def lease(self, now: float) -> Iterator[Action]:
        """The address is configured."""
        if not self._shows_lease:
            self._shows_lease = True
            yield from self.show(self._traits.leased, now)

    def size(self, size: int, now: float) -> Iterator[Action]:
        """The size of the boot file was asked for: `size` octets, 0 if it is not known."""
        if not self._shows_size:
            self._shows_size = True
            yield from self.show(self._traits.sized, now, size=size)

    def download(self, now: float) -> Iterator[Action]:
        """The boot file itself is on its way."""
        if not self._shows_download:
            self._shows_download = True
            yield from self.grow(self._traits.downloading, now)

    def booted(self, content: bytes, size: int, now: float) -> Iterator[Action]:
        """The boot file is there."""
        kind = format_of(content, self._traits.formats)
        yield from self.show(self._traits.booted, now, size=size, format=kind)

    def failure(
        self,
        words: FailureText,
        has_lease: bool,
        has_asked: bool,
        now: float,
        values: Mapping[str, object],
    ) -> Iterator[Action]:
        """What was not shown yet of how far it came (lease, request for the file), the words."""
        if has_lease:
            yield from self.lease(now)
        if has_asked:
            yield from self.size(0, now)
        if self._growing is not None and self._growing.traits.failure_below:
            yield from self.stop_growing(now)
            yield Print("")
        lines = self._traits.failure if words.screen is None else words.screen
        yield from self.show(lines, now, **values)
        yield from self.show(self._traits.failed, now)

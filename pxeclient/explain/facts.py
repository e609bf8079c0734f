"""What a chapter's frames say by themselves: who offered what, and what the client asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from ipaddress import IPv4Address

from pxeclient.explain.chapters import Chapter, message_of
from pxeclient.explain.stations import Turn
from pxeclient.explain.vendor import vendor_lines
from pxeclient.report.frames import dhcp_kind
from pxeclient.wire import dhcp, pxe
from pxeclient.wire.addresses import ANY
from pxeclient.wire.dhcp import Message
from pxeclient.wire.options import printable


@dataclass(frozen=True, slots=True)
class Offer:
    """A server's reply: an offer, an acknowledgement, or an answer from port 4011."""

    number: int
    at: float
    """Seconds since the chapter began."""
    kind: str
    """Such as ``DHCPOFFER``, ``proxy offer``, ``DHCPACK``, ``reply from port 4011``."""
    source: IPv4Address
    server_id: IPv4Address | None
    address: IPv4Address | None
    next_server: IPv4Address | None
    file: bytes | None
    """The file field."""
    option_67: bytes | None
    vendor_class: bytes | None
    vendor: tuple[str, ...]
    """Option 43, decoded."""
    is_cut: bool
    """Not all of it was recorded: what it lacks here it may have had."""
    times: int = 1
    """How often it came."""

    @property
    def server(self) -> IPv4Address:
        """Who speaks: the server identifier, or the source where there is none."""
        return self.server_id or self.source

    @property
    def is_proxy(self) -> bool:
        """It offers a boot file or a service, but no address."""
        return self.address is None and (self.vendor_class or b"").startswith(pxe.PXECLIENT)

    def words(self) -> str:
        """What it says, in a line; safe to print."""
        parts = [str(self.address) if self.address else "no address"]
        if self.next_server:
            parts.append(f"next server {self.next_server}")
        if self.file:
            parts.append(f"file {printable(self.file)}")
        if self.option_67:
            parts.append(f"option 67 {printable(self.option_67)}")
        if self.vendor_class is not None:
            parts.append(f"option 60 {printable(self.vendor_class)}")
        if not self.file and not self.option_67:
            parts.append("its options were not recorded" if self.is_cut else "no boot file")
        return ", ".join(parts)


def replies(chapter: Chapter) -> list[Offer]:
    """All that DHCP, ProxyDHCP and boot servers sent to the client; repeats are counted."""
    found: dict[object, Offer] = {}
    for turn in chapter.messages(ours=False):
        offer = _offer(chapter, turn)
        key = (offer.kind, offer.source, offer.words(), offer.vendor)
        known = found.get(key)
        if known is None:
            found[key] = offer
        else:
            found[key] = replace(known, times=known.times + 1)
    return list(found.values())


def _offer(chapter: Chapter, turn: Turn) -> Offer:
    message = message_of(turn)
    options = message.overloaded()
    server_id = dhcp.first(options, 54)
    vendor = dhcp.first(options, 43)
    name = b"" if message.file_is_options else dhcp.text_field(message.file)
    option_67 = dhcp.first(options, 67)
    return Offer(
        turn.number,
        turn.at - chapter.began,
        _kind(turn, message),
        turn.seen.source,
        IPv4Address(server_id) if server_id and len(server_id) == 4 else None,
        message.yiaddr if message.yiaddr != ANY else None,
        message.siaddr if message.siaddr != ANY else None,
        name or None,
        dhcp.text_field(option_67) if option_67 else None,
        dhcp.first(options, 60),
        tuple(vendor_lines(vendor)) if vendor is not None else (),
        turn.seen.is_cut,
    )


def _kind(turn: Turn, message: Message) -> str:
    if turn.seen.is_cut and message.type is None:
        return "DHCP reply"
    if turn.seen.source_port == dhcp.PROXY_PORT:
        return "reply from port 4011"
    vendor_class = dhcp.first(message.options, 60) or b""
    is_proxy = message.yiaddr == ANY and vendor_class.startswith(pxe.PXECLIENT)
    if message.type == dhcp.OFFER and is_proxy:
        return "proxy offer"
    return dhcp_kind(message)


def offers(found: list[Offer]) -> list[Offer]:
    """Those that came while discovering."""
    return [one for one in found if one.kind in ("DHCPOFFER", "proxy offer", "BOOTREPLY")]


def requested(turn: Turn) -> tuple[IPv4Address | None, IPv4Address | None]:
    """The address that a DHCPREQUEST asks for, and the server that it asks."""
    options = message_of(turn).options
    return _address(dhcp.first(options, 50)), _address(dhcp.first(options, 54))


def _address(data: bytes | None) -> IPv4Address | None:
    return IPv4Address(data) if data and len(data) == 4 else None


def boot_item(message: Message) -> int | None:
    """The boot server type that a request asks for (43.71)."""
    vendor = dhcp.first(message.options, 43) or b""
    item = dhcp.first(pxe.parse_suboptions(vendor), pxe.BOOT_ITEM)
    return int.from_bytes(item[:2], "big") if item else None


def named_by(found: list[Offer], name: bytes, server: IPv4Address) -> Offer | None:
    """The latest reply that names the file; one with the right next server before others."""
    naming = [one for one in found if name in (one.file, one.option_67)]
    right = [one for one in naming if server in (one.next_server, one.server_id, one.source)]
    found_here = right or naming
    return found_here[-1] if found_here else None


def asks_port_4011(chapter: Chapter) -> Iterator[Turn]:
    """The client's messages to port 4011 that are no search for a boot server."""
    for turn in chapter.messages(ours=True):
        if turn.seen.port == dhcp.PROXY_PORT and boot_item(message_of(turn)) is None:
            yield turn


def searches(chapter: Chapter) -> Iterator[Turn]:
    """The client's searches for a boot server."""
    for turn in chapter.messages(ours=True):
        if message_of(turn).type == dhcp.REQUEST and boot_item(message_of(turn)) is not None:
            yield turn

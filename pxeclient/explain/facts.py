"""What an attempt's frames say by themselves: who offered what, and what the client asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from ipaddress import IPv4Address
from urllib.parse import unquote_to_bytes

from pxeclient.explain.vendor import vendor_lines
from pxeclient.report.frames import dhcp_kind
from pxeclient.report.frames6 import dhcp6_detail
from pxeclient.seen.attempts import Attempt
from pxeclient.seen.dhcp import Dhcp
from pxeclient.seen.dhcp6 import Dhcp6
from pxeclient.seen.frame import Address, Frame
from pxeclient.wire import dhcp, pxe
from pxeclient.wire.dhcp import Message
from pxeclient.wire.options import printable


@dataclass(frozen=True, slots=True)
class Offer:
    """A server's reply: an offer, an acknowledgement, or an answer from port 4011."""

    number: int
    at: float
    """Seconds since the attempt began."""
    kind: str
    """Such as ``DHCPOFFER``, ``proxy offer``, ``DHCPACK``, ``reply from port 4011``."""
    source: Address
    server_id: IPv4Address | None
    address: Address | None
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
    over6: Dhcp6 | None = None
    """Over IPv6: the message itself; what IPv4 has is None then."""

    @property
    def server(self) -> Address:
        """Who speaks: the server identifier, or the source where there is none."""
        return self.server_id or self.source

    @property
    def is_proxy(self) -> bool:
        """It offers a boot file or a service, but no address."""
        return self.address is None and (self.vendor_class or b"").startswith(pxe.PXECLIENT)

    def words(self) -> str:
        """What it says, in a line; safe to print."""
        if self.over6 is not None:
            return dhcp6_detail(self.over6)
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


def replies(attempt: Attempt) -> list[Offer]:
    """All that DHCP, ProxyDHCP and boot servers sent to the client; repeats are counted."""
    found: dict[object, Offer] = {}
    for frame in attempt.messages(ours=False):
        offer = _offer(attempt, frame)
        key = (offer.kind, offer.source, offer.words(), offer.vendor)
        known = found.get(key)
        if known is None:
            found[key] = offer
        else:
            found[key] = replace(known, times=known.times + 1)
    for said in attempt.dhcp6:
        if not said.ours and said.number in attempt.boot6_numbers:
            offer = _offer6(attempt, said)
            key6 = (offer.kind, offer.source, offer.words())
            known = found.get(key6)
            found[key6] = offer if known is None else replace(known, times=known.times + 1)
    return sorted(found.values(), key=lambda one: one.number)


def _offer6(attempt: Attempt, said: Dhcp6) -> Offer:
    kind = f"{said.kind_words}{' from port 4011' if said.is_4011 else ''}"
    address = said.addresses[0] if said.addresses else None
    at = said.at - attempt.began
    nothing = (None, None, None, None, ())
    return Offer(
        said.number, at, kind, said.source, None, address, *nothing, said.is_cut, over6=said
    )


def _offer(attempt: Attempt, frame: Frame) -> Offer:
    said = dhcp_of(frame)
    return Offer(
        frame.number,
        frame.at - attempt.began,
        _kind(said),
        said.source,
        said.server_id,
        said.yiaddr,
        said.siaddr,
        said.field_name or None,
        said.option_name if said.options.get(67) else None,
        said.vendor_class,
        tuple(_vendor(said)),
        frame.is_cut,
    )


def _vendor(said: Dhcp) -> Iterator[str]:
    """Option 43, decoded; of several each by itself, since clients differ in what they read."""
    several = said.several_43
    for at, one in enumerate(several, 1):
        for line in vendor_lines(one):
            yield f"{line} (option 43, {at} of {len(several)})"
    if not several and 43 in said.options:
        yield from vendor_lines(said.options[43])


def _kind(said: Dhcp) -> str:
    if said.is_cut and said.type is None:
        return "DHCP reply"
    if said.source_port == dhcp.PROXY_PORT:
        return "reply from port 4011"
    return "proxy offer" if said.type == dhcp.OFFER and said.is_proxy else dhcp_kind(said.message)


def offers(found: list[Offer]) -> list[Offer]:
    """Those that came while discovering."""
    return [one for one in found if one.kind in ("DHCPOFFER", "proxy offer", "BOOTREPLY")]


def dhcp_of(frame: Frame) -> Dhcp:
    """The DHCP message of a frame that has one, with its facts."""
    assert frame.message is not None
    return frame.message


def message_of(frame: Frame) -> Message:
    """The same as the codec has it."""
    return dhcp_of(frame).message


def requested(frame: Frame) -> tuple[IPv4Address | None, IPv4Address | None]:
    """The address that a DHCPREQUEST asks for, and the server that it asks."""
    asked = dhcp_of(frame)
    return asked.address(50), asked.server_id


def named_by(found: list[Offer], name: bytes, server: Address) -> Offer | None:
    """The latest reply that names the file; one with the right next server before others."""
    naming = [one for one in found if name in (one.file, one.option_67) or _is_of_url(one, name)]
    right = [one for one in naming if server in (one.next_server, one.server_id, one.source)]
    found_here = right or naming
    return found_here[-1] if found_here else None


def _is_of_url(offer: Offer, name: bytes) -> bool:
    """Its URL ends in that path, which a client asks for without the first slash (RFC 5970 §3.1
    leaves that open; EDK II and iPXE)."""
    url = offer.over6.url if offer.over6 is not None else None
    return url is not None and unquote_to_bytes(url.partition(b"://")[2]).endswith(b"/" + name)


def asks_port_4011(attempt: Attempt) -> Iterator[Frame]:
    """The client's messages to port 4011 that are no search for a boot server."""
    for frame in attempt.messages(ours=True):
        asked = dhcp_of(frame)
        if asked.port == dhcp.PROXY_PORT and asked.boot_item is None:
            yield frame


def searches(attempt: Attempt) -> Iterator[Frame]:
    """The client's searches for a boot server."""
    return (frame for frame in attempt.messages(ours=True) if dhcp_of(frame).is_search)

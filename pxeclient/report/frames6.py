"""What is said over IPv6, in words: DHCPv6, and of routers, neighbours and groups."""

from __future__ import annotations

from collections.abc import Iterator

from pxeclient.seen.dhcp6 import Dhcp6
from pxeclient.wire import dhcp6, ndp
from pxeclient.wire.options import printable


def dhcp6_detail(said: Dhcp6) -> str:
    """What matters in a DHCPv6 message; safe to print."""
    return ", ".join(_answered(said) if said.is_reply else _asked(said))


def _asked(said: Dhcp6) -> Iterator[str]:
    yield f"xid {said.xid:06x}"
    if said.elapsed is not None:
        yield f"elapsed {said.elapsed / 100:g} s"
    for address in said.addresses:
        verb = "gives back" if said.type in (dhcp6.RELEASE, dhcp6.DECLINE) else "asks for"
        yield f"{verb} {address}"
    if said.architectures:
        yield f"architecture {said.architectures[0]}"
    if said.class_words:
        yield f"option 16 {said.class_words}"
    for name in said.user_classes:
        yield f"option 15 {printable(name)}"


def _answered(said: Dhcp6) -> Iterator[str]:
    yield ", ".join(map(str, said.addresses)) or "no address"
    if said.status is not None:
        text = f" {printable(said.status.text)}" if said.status.text else ""
        yield f"status {said.status.code} {said.status.name}{text}"
    if said.url is not None:
        yield f"option 59 {printable(said.url)}"
    if said.option(dhcp6.BOOT_PARAMETERS) is not None:
        shown = " ".join(map(printable, said.parameters))
        yield f"option 60 {shown or 'malformed'}"
    if said.class_words:
        yield f"option 16 {said.class_words}"
    elif said.option(dhcp6.VENDOR_CLASS) is not None:
        yield "option 16 malformed"
    if said.dns:
        yield f"DNS {' '.join(map(str, said.dns))}"
    if said.preference:
        yield f"preference {said.preference}"


def neighbour_words(said: ndp.Said6) -> str:
    """What it says, such as ``router advertisement, M O, default router for 1800 s``."""
    match said:
        case ndp.RouterSolicitation():
            return "router solicitation"
        case ndp.RouterAdvertisement():
            return ", ".join(("router advertisement", *_of_router(said)))
        case ndp.NeighbourSolicitation(target):
            return f"neighbour solicitation, who has {target}?"
        case ndp.NeighbourAdvertisement(target, _, mac):
            return f"neighbour advertisement, {target} is at {mac or 'the sender'}"
        case ndp.Listener(type, group):
            name = {ndp.LISTENER_QUERY: "query", ndp.LISTENER_DONE: "done"}.get(type, "report")
            return f"listener {name}{f' for {group}' if group is not None else ''}"


def _of_router(said: ndp.RouterAdvertisement) -> Iterator[str]:
    flags = " ".join(name for name, is_set in (("M", said.managed), ("O", said.other)) if is_set)
    yield flags or "neither M nor O"
    yield f"default router for {said.lifetime} s" if said.lifetime else "no default router"
    for one in said.prefixes:
        yield f"prefix {one.address}/{one.length}{' A' if one.autonomous else ''}"
    if said.dns:
        yield f"DNS {' '.join(map(str, said.dns))}"

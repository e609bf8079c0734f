"""Boots over IPv6: what servers and routers say, and what the firmware makes of it.

No silence counts here but two: port 4011's after a question, and routers' after three. The client
shows both itself: it gives its lease back, or asks again.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv6Address

from pxeclient.advice import places_for
from pxeclient.diagnose.model import Sighting
from pxeclient.diagnose.registry import check, frames
from pxeclient.diagnose.scene import Scene
from pxeclient.seen.dhcp6 import Dhcp6
from pxeclient.wire import dhcp6
from pxeclient.wire.dhcp6_options import INTEL
from pxeclient.wire.options import printable

_MOST_SOLICITATIONS = 3
"""Router solicitations that are sent where nobody answers (RFC 4861 §10)."""


def _replies(scene: Scene) -> list[Dhcp6]:
    """What servers said to the boot client of addresses and boot files."""
    wanted = (dhcp6.ADVERTISE, dhcp6.REPLY)
    given_back = {one.xid for one in scene.asked6 if one.type == dhcp6.RELEASE}
    return [one for one in scene.heard6 if one.type in wanted and one.xid not in given_back]


def _values(scene: Scene) -> dict[str, str]:
    """What is known for the places of cures."""
    for one in scene.asked6:
        if one.architectures:
            return places_for(one.architectures[0])
    return {}


def _advertised(scene: Scene) -> list[Dhcp6]:
    """The ADVERTISEs that are no refusal."""
    found = [one for one in _replies(scene) if one.type == dhcp6.ADVERTISE]
    return [one for one in found if one.status is None]


def _is_http(scene: Scene) -> bool:
    return any(one.is_http for one in scene.asked6)


def _is_ipxe(scene: Scene) -> bool:
    return any(one.is_ipxe for one in scene.asked6)


def _is_pxe_server(one: Dhcp6) -> bool:
    """EDK II takes it for a PXE server, which port 4011 is asked of."""
    told = one.vendor_class
    return one.is_pxe and told is not None and told.enterprise == INTEL


def _numbers(found: list[Dhcp6]) -> tuple[int, ...]:
    return tuple(one.number for one in found)


def _machine(scene: Scene) -> str:
    codes = [one.architectures[0] for one in scene.asked6 if one.architectures]
    return f" to a client that says architecture {codes[0]} in option 61" if codes else ""


@check("V6-URL", from_frames=True)
def no_url(scene: Scene) -> Iterator[Sighting]:
    """Every ADVERTISE and REPLY, or every one of a kind, lacks option 59, and nothing is asked of
    port 4011."""
    found = [one for one in _replies(scene) if one.status is None]
    bare = [one for one in found if not one.url and not _is_pxe_server(one)]
    is_whole = not any(one.is_cut for one in bare)
    if not bare or not is_whole or any(map(_is_pxe_server, found)) or _is_http(scene):
        return
    kinds = {one.type for one in found}
    for kind in (dhcp6.ADVERTISE, dhcp6.REPLY):
        lacking = [one for one in bare if one.type == kind]
        all_of_it = [one for one in found if one.type == kind]
        if not lacking or len(lacking) < len(all_of_it):
            continue
        who = lacking[0].source
        name = lacking[0].kind_words
        others = " The other of the two has one." if len(bare) < len(found) and kinds else ""
        words = (
            f"{who} names no boot file URL in its {name} ({frames(*_numbers(lacking))})"
            f"{_machine(scene)}.{others}"
        )
        yield Sighting(_numbers(lacking), words, scene.got_nothing6, _values(scene))
        return


@check("V6-SCHEME", from_frames=True)
def not_tftp(scene: Scene) -> Iterator[Sighting]:
    """A PXE client that is not iPXE is told of a URL that does not begin with tftp://."""
    if _is_http(scene) or _is_ipxe(scene) or not scene.asked6:
        return
    found = [one for one in _replies(scene) if one.url and not one.url.startswith(b"tftp://")]
    for url in dict.fromkeys(one.url for one in found if one.url is not None):
        told = [one for one in found if one.url == url]
        words = f"{told[0].source} names {printable(url)} ({frames(*_numbers(told))})."
        yield Sighting(_numbers(told), words, scene.got_nothing6, _values(scene))


@check("V6-DNS", from_frames=True)
def name_without_dns(scene: Scene) -> Iterator[Sighting]:
    """A URL has a host's name, and no message to the client has option 23."""
    replies = _replies(scene)
    if any(one.dns for one in replies):
        return
    found = [one for one in replies if one.url and _is_named(one.url)]
    if found:
        url = printable(found[0].url or b"")
        words = f"{found[0].source} names {url} and no DNS server ({frames(*_numbers(found))})."
        yield Sighting(_numbers(found), words, scene.got_nothing6, _values(scene))


def _is_named(url: bytes) -> bool:
    """Its host is no IPv6 address in brackets."""
    scheme, mark, rest = url.partition(b"://")
    if not mark or scheme.lower() not in (b"tftp", b"http", b"https"):
        return False
    if not rest.startswith(b"["):
        return bool(rest.partition(b"/")[0])
    try:
        IPv6Address(rest[1:].partition(b"]")[0].decode("latin-1"))
    except ValueError:
        return True
    return False


@check("V6-4011", from_frames=True)
def port_4011_is_silent(scene: Scene) -> Iterator[Sighting]:
    """The client asked port 4011, heard nothing from there, and gave its lease back."""
    asked = [one for one in scene.asked6 if one.port == dhcp6.PROXY_PORT]
    answered = any(one.source_port == dhcp6.PROXY_PORT for one in scene.heard6)
    is_over = any(one.type == dhcp6.RELEASE for one in scene.asked6)
    servers = [one for one in _advertised(scene) if _is_pxe_server(one)]
    if not asked or answered or not is_over or not servers:
        return
    whom = "all servers" if asked[0].destination.is_multicast else str(asked[0].destination)
    words = (
        f"{servers[0].source} says PXEClient in option 16 ({frames(*_numbers(servers))});"
        f" {whom} does not answer on port 4011 ({frames(*_numbers(asked))})."
    )
    yield Sighting((*_numbers(servers), *_numbers(asked)), words, True, _values(scene))


@check("V6-STATELESS", from_frames=True)
def stateless_answer(scene: Scene) -> Iterator[Sighting]:
    """An ADVERTISE to a PXE client that is not iPXE has a URL and no IA_NA, and comes before any
    with both; none says PXEClient."""
    offers = _advertised(scene)
    if _is_http(scene) or _is_ipxe(scene) or any(map(_is_pxe_server, offers)):
        return
    first = next((one for one in offers if one.url), None)
    if first is None or first.has_association or first.is_cut:
        return
    words = f"{first.source} answers its SOLICIT so (frame {first.number})."
    is_it = not any(one.type == dhcp6.REQUEST for one in scene.asked6)
    yield Sighting((first.number,), words, is_it, _values(scene))


@check("V6-REFUSED", from_frames=True)
def no_address(scene: Scene) -> Iterator[Sighting]:
    """A server's ADVERTISE or REPLY has a status other than Success."""
    found: dict[tuple[IPv6Address, int], list[Dhcp6]] = {}
    for one in _replies(scene):
        if one.status is not None:
            found.setdefault((one.source, one.status.code), []).append(one)
    is_given = any(one.type == dhcp6.REPLY and one.addresses for one in _replies(scene))
    for (who, code), told in found.items():
        status = told[0].status
        name = status.name if status is not None else ""
        words = f"{who} says {name} (status {code}, {frames(*_numbers(told))})."
        yield Sighting(_numbers(told), words, not is_given and scene.got_nothing6)


@check("V6-TAKEN", from_frames=True)
def address_is_taken(scene: Scene) -> Iterator[Sighting]:
    """Another host says to all that it has an address which a REPLY gave the client."""
    given = {
        address: one.number
        for one in _replies(scene)
        if one.type == dhcp6.REPLY
        for address in one.addresses
    }
    for number, said in scene.claimed:
        if said.target in given:
            who = said.mac or "Another host"
            words = f"{who} says that {said.target} is its own (frame {number})."
            yield Sighting((given[said.target], number), words, scene.got_nothing6)
            return


@check("V6-HTTP", from_frames=True)
def no_http_class(scene: Scene) -> Iterator[Sighting]:
    """An HTTP boot client's ADVERTISEs all lack HTTPClient in option 16."""
    offers = _advertised(scene)
    if not offers or not _is_http(scene) or any(one.is_http for one in offers):
        return
    if any(one.is_cut for one in offers):
        return
    said = next((one for one in offers if one.option(dhcp6.VENDOR_CLASS) is not None), None)
    has = "no option 16" if said is None else f"option 16 {said.class_words or 'malformed'}"
    words = f"{offers[0].source} sends {has} ({frames(*_numbers(offers))})."
    yield Sighting(_numbers(offers), words, scene.got_nothing6, _values(scene))


@check("V6-PARAM", from_frames=True)
def malformed_parameters(scene: Scene) -> Iterator[Sighting]:
    """Option 60 of a server's message is no list of strings with their lengths."""
    found = [one for one in _replies(scene) if dhcp6.BOOT_PARAMETERS in one.malformed]
    if found and not found[0].is_cut:
        data = found[0].option(dhcp6.BOOT_PARAMETERS) or b""
        why = found[0].malformed[dhcp6.BOOT_PARAMETERS]
        words = f"{found[0].source} sends {printable(data)} ({frames(*_numbers(found))}): {why}."
        yield Sighting(_numbers(found), words)


@check("V6-FLAGS", from_frames=True)
def neither_m_nor_o(scene: Scene) -> Iterator[Sighting]:
    """Every router advertisement that the client heard has neither M nor O, and it boots over IPv6,
    or is iPXE that gets nothing over IPv4."""
    flags = [number for number, said in scene.routers if not said.managed and not said.other]
    if not flags or len(flags) < len(scene.routers):
        return
    words = f"The router advertisements have neither flag ({frames(*flags)})."
    # Whether iPXE was meant to boot over IPv6 does not show: it asks over both.
    if scene.asked6 or (scene.is_ipxe and scene.got_nothing6 and not scene.dhcp_replied):
        yield Sighting(tuple(flags), words)


@check("V6-ROUTER", from_frames=True)
def no_router(scene: Scene) -> Iterator[Sighting]:
    """A client that boots over IPv6 solicited routers three times and heard none. Of iPXE nothing
    is said: over IPv4 it asks as often."""
    asked = scene.solicited
    if len(asked) < _MOST_SOLICITATIONS or scene.routers or not scene.asked6:
        return
    words = f"It asks {len(asked)} times ({frames(*asked)}) and hears no advertisement."
    yield Sighting(tuple(asked), words)

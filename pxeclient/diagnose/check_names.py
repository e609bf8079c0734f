"""How replies name the boot file and its server."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import AddressValueError, IPv4Address

from pxeclient.diagnose.model import Sighting
from pxeclient.diagnose.registry import check
from pxeclient.diagnose.scene import Scene
from pxeclient.outcome import Failure
from pxeclient.seen.dhcp import Dhcp
from pxeclient.wire import dhcp, tftp
from pxeclient.wire.dhcp import build_options
from pxeclient.wire.options import printable

_SCHEME = re.compile(rb"[a-z][a-z0-9+.-]*:/", re.IGNORECASE)
_BOOT_FILE = 67


def _naming(scene: Scene) -> list[Dhcp]:
    """Each server's latest reply that names a boot file."""
    named = (seen for seen in scene.replies if seen.file)
    return list({(seen.who, seen.source_port): seen for seen in named}.values())


def _download_failed(scene: Scene) -> bool:
    failure = scene.failure
    return failure is not None and failure.value.startswith(("tftp-", "arp-", "icmp-"))


def _asked_file(scene: Scene) -> bytes:
    return scene.transfers[-1].request.filename if scene.transfers else b""


@check("B67-FF", from_frames=True)
def name_runs_on(scene: Scene) -> Iterator[Sighting]:
    """Option 67 has no NUL at its end, and the octet that follows it is none either."""
    client = scene.first_discover
    if client is not None and client.is_http:
        return  # No ROM is meant.
    for seen in _naming(scene):
        wrong = _as_c_string(seen)
        if wrong:
            words = f"{seen.words}: such a ROM asks for the file {printable(wrong)}."
            yield Sighting((seen.number,), words)


def _as_c_string(seen: Dhcp) -> bytes:
    """The name that is read from option 67 on to the next NUL; empty if it is the right one."""
    options = seen.message.options
    at = next((at for at, option in enumerate(options) if option.code == _BOOT_FILE), None)
    if at is None or not options[at].data or b"\0" in options[at].data:
        return b""
    after = build_options(options[at + 1 :]) + seen.message.rest
    beyond, nul, _ = after.partition(b"\0")
    # Without a NUL in the packet, what stands behind it in memory decides.
    return options[at].data + beyond if beyond and nul else b""


@check("B67-NUL", from_frames=True)
def name_has_a_nul(scene: Scene) -> Iterator[Sighting]:
    """Option 67 or 66 contains a NUL."""
    for seen in _naming(scene):
        codes = [code for code in (66, 67) if b"\0" in seen.options.get(code, b"")]
        if codes:
            which = " and ".join(str(code) for code in codes)
            yield Sighting((seen.number,), f"{seen.words}: a NUL in option {which}.")


@check("B-FIELD", from_frames=True)
def two_names(scene: Scene) -> Iterator[Sighting]:
    """The header's file field and option 67 name different files."""
    for seen in _naming(scene):
        field, option = seen.field_name, seen.option_name
        if field and option and field != option:
            words = (
                f"{seen.words}: the header's field says {printable(field)}, option 67 says"
                f" {printable(option)}."
            )
            stops = _download_failed(scene) and _asked_file(scene) in (field, option)
            yield Sighting((seen.number,), words, stops)


@check("B-67-ONLY")
def name_in_option_only(scene: Scene) -> Iterator[Sighting]:
    """The boot file stands in option 67 only, the header's field is empty."""
    for seen in _naming(scene):
        overloaded = seen.message.file_is_options
        if seen.option_name and not seen.field_name and not overloaded:
            words = (
                f"{seen.words}: option 67 says {printable(seen.option_name)}, the field is empty."
            )
            yield Sighting((seen.number,), words)


@check("B-66", from_frames=True)
def two_servers(scene: Scene) -> Iterator[Sighting]:
    """Option 66, or the header's sname field, names another server than siaddr."""
    for seen in _naming(scene):
        for where, text in _server_names(seen):
            try:
                address = IPv4Address(printable(text))
            except AddressValueError:
                continue
            if seen.siaddr not in (None, address):
                words = f"{seen.words}: next server {seen.siaddr}, but {where} says {address}."
                values = {"server": str(address)}
                if _is_dead(scene, seen.siaddr):
                    yield Sighting((seen.number,), words, True, values)
                else:
                    unheard = _never_answers(scene, seen.siaddr)
                    yield Sighting(
                        (seen.number,), words, False, values if unheard else {}, is_telling=unheard
                    )
                break


def _never_answers(scene: Scene, server: IPv4Address) -> bool:
    """No block of a file came of that server, as far as is recorded, and of no other."""
    answers = [seen for one in scene.transfers for seen in one.answers]
    asked = not scene.transfers or scene.transfers[-1].server == server
    return (
        asked
        and scene.booted is None
        and not any(isinstance(seen.said, tftp.Data | tftp.OptionAck) for seen in answers)
    )


def _is_dead(scene: Scene, server: IPv4Address) -> bool:
    """The download that this boot failed of was asked of that server, and never began."""
    asked = scene.transfers[-1] if scene.transfers else None
    if asked is None:
        unheard = server in scene.arp_asked and server not in scene.arp_answered
        return _download_failed(scene) and unheard
    never = not any(isinstance(seen.said, tftp.Data) for seen in asked.answers)
    return _download_failed(scene) and asked.server == server and never


def _server_names(seen: Dhcp) -> Iterator[tuple[str, bytes]]:
    yield "option 66", dhcp.text_field(seen.options.get(66, b""))
    which = seen.options.get(dhcp.OVERLOAD, b"\0")[:1]
    if not (which and which[0] & 2):
        yield "the sname field", dhcp.text_field(seen.message.sname)


@check("B-OVERLOAD", from_frames=True)
def options_in_other_fields(scene: Scene) -> Iterator[Sighting]:
    """Option 52: options stand in the header's file or sname field."""
    for seen in {
        seen.who: seen for seen in scene.replies if dhcp.OVERLOAD in seen.options
    }.values():
        data = seen.options[dhcp.OVERLOAD]
        which = {1: "file", 2: "sname", 3: "file and sname"}.get(data[0] if data else 0)
        if which is not None:
            stops = scene.is_ipxe and _download_failed(scene)
            yield Sighting((seen.number,), f"{seen.words}: options in {which} (option 52).", stops)


@check("B-NEXT")
def no_next_server(scene: Scene) -> Iterator[Sighting]:
    """A boot file is named, but siaddr is 0."""
    for seen in _naming(scene):
        at_4011 = seen.source_port == dhcp.PROXY_PORT  # D4011-NEXT
        if seen.siaddr or _SCHEME.match(seen.file) or at_4011:
            continue
        name = dhcp.text_field(seen.options.get(66, b""))
        instead = f"; option 66 says {printable(name)}" if name else ""
        words = f"{seen.words} names file {printable(seen.file)} and siaddr 0.0.0.0{instead}."
        asked = scene.transfers[-1].server if scene.transfers else None
        named = any(reply.siaddr == asked for reply in scene.replies)
        guessed = asked == seen.who and not named and _download_failed(scene)
        stops = scene.failure is Failure.NO_NEXT_SERVER or guessed
        yield Sighting((seen.number,), words, stops)


@check("A-URL", from_frames=True)
def url_for_tftp(scene: Scene) -> Iterator[Sighting]:
    """A client that says PXEClient is given a URL, and is not iPXE: that fetches it, and servers
    name one to iPXE alone."""
    client = scene.first_discover
    if scene.is_ipxe:
        return
    for seen in _naming(scene):
        if _SCHEME.match(seen.file) and client is not None and client.is_pxe:
            words = f"{seen.words} names {printable(seen.file)}."
            yield Sighting((seen.number,), words, _download_failed(scene))

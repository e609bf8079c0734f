"""Clients that differ in what they say of themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pxeclient.check.asking import Asker, discover
from pxeclient.check.naming import in_replies
from pxeclient.check.probes.web import fetched, url_of
from pxeclient.check.probing import Probing, point, unknown
from pxeclient.check.results import Point
from pxeclient.check.talking import Correspondent, Script
from pxeclient.seen.dhcp import Dhcp

_HTTP = b"HTTPClient:Arch:00016:UNDI:003001"
_IPXE = b"iPXE"
_FEATURES = bytes((0xB1, 5, 1, 0x80, 0x86, 0x10, 0x0E, 0x21, 1, 1, 0x15, 1, 1))
"""Option 175 as iPXE's: a card's PCI id, and the features PXE and TFTP
(ipxe src/include/ipxe/dhcp.h, features.h). Servers know iPXE by it as well as by option 77."""


def http(probing: Probing) -> Iterator[Point]:
    """A UEFI HTTP boot client (x64, 16) gets HTTPClient, a URL it can resolve, and a file by it."""
    asker = Asker(1, 16, vendor=_HTTP)
    expected = "no finding A-HTTP"
    found = probing.talk(lambda asking: _offers(asking, asker))[0]
    naming = [one for one in found if one.file]
    is_url = any(url_of(one.file) is not None for one in naming)
    if not naming:
        reason = "no offer names a boot file to an HTTP client" if found else "no server answered"
        yield from unknown((expected,), reason)
    elif not is_url and not any(one.is_http for one in found):
        # Such a client waits for HTTPClient and takes no other offer for its boot.
        words = f"{naming[0].words} does not say HTTPClient, and so is no offer of HTTP boot"
        yield from unknown((expected,), words)
    else:
        yield from probing.not_found("A-HTTP", "A-HTTP-DNS", "H-PATH")
        if is_url:
            yield from fetched(probing, asker)


def _offers(asking: Correspondent, *askers: Asker) -> Script[list[list[Dhcp]]]:
    """The offers to each of these clients, each with a transaction id of its own."""
    asked = [replace(one, xid=asking.xid()) for one in askers]
    found = yield from discover(asking, asked)
    return [found[one.xid] for one in asked]


def machine_id(probing: Probing) -> Iterator[Point]:
    """A client gets offers whatever its option 97 is: a UUID, zeros, or none at all."""
    names = ("without option 97", "with a UUID of zeros in option 97")
    usual = probing.talk(lambda asking: _offers(asking, Asker(1)))[0]
    yield from probing.not_found("A97")
    if not usual:
        yield from unknown((f"an offer {name}" for name in names), "no server answered")
        return
    askers = (Asker(1, machine_id=None), Asker(1, machine_id=bytes(17)))
    for name, found in zip(names, probing.talk(lambda one: _offers(one, *askers)), strict=True):
        lost = sorted({str(one.who) for one in usual} - {str(one.who) for one in found})
        happened = f"no offer from {' and '.join(lost)}" if lost else "the same servers offered"
        frame = found[0].number if found else None
        yield point(not lost, f"an offer {name}", happened, frame, "RFC 4578 §2.3")


def user_class(probing: Probing) -> Iterator[Point]:
    """iPXE is not given iPXE again, in whichever form it says its user class (option 77)."""
    ipxe = Asker(1, user_class=_IPXE, features=_FEATURES)
    found = probing.talk(lambda asking: _offers(asking, ipxe))[0]
    if not found:
        yield from unknown(("no finding C-LOOP",), "no server answered")
        return
    yield from probing.not_found("C-LOOP")
    # RFC 3004 has a length before each class; iPXE itself has none.
    forms = (Asker(1, user_class=_IPXE), Asker(1, user_class=bytes((len(_IPXE),)) + _IPXE))
    yield from _same_file(probing.talk(lambda asking: _offers(asking, *forms)))


def _same_file(found: Sequence[Sequence[Dhcp]]) -> Iterator[Point]:
    raw, counted = (in_replies(seen) for seen in found)
    expected = "the same file for the user class iPXE with RFC 3004's length and without"
    if raw.by is None and counted.by is None:
        yield from unknown((expected,), f"neither is named a file: {raw.missing}")
        return
    happened = f"without: {raw.words}; with: {counted.words}"
    yield point(raw.what == counted.what, expected, happened, raw.frame, "RFC 3004 §4")

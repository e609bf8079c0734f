"""What each architecture gets, and whether it can run it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial
from ipaddress import IPv4Address

from pxeclient.architectures import IPXE, Fit, fit
from pxeclient.check.asking import (
    Asker,
    Question,
    ask_4011,
    discover,
    lease,
    release,
    replies,
)
from pxeclient.check.fetching import Fetched, read
from pxeclient.check.naming import Client, Named, in_replies, question
from pxeclient.check.probing import Probing, point, served
from pxeclient.check.results import Point, Status
from pxeclient.check.talking import Correspondent, Reaction, Script
from pxeclient.nbp import identify
from pxeclient.wire.options import ARCHITECTURES, printable

REGISTERED = range(42)
"""IANA's "Processor Architecture Types" (RFC 5970 §3.3 and the registry): all codes so far."""
HTTP = frozenset((15, 16, 17, 18, 19, 20, 23, 24, 26, 28, 30, 38, 40))
"""Those of them that boot over HTTP."""

_REGISTRY = "IANA, Processor Architecture Types; RFC 4578 erratum 4625"
_URL = re.compile(rb"[a-z][a-z0-9+.-]*:/", re.IGNORECASE)
_BLOCK = (("blksize", "1468"),)
_X64 = (7, 9)


def same_for_7_and_9(probing: Probing) -> Iterator[Point]:
    """Architectures 7 and 9 get the same file: both are x64 UEFI, by which table one goes."""
    expected = "architecture 9 gets the file of 7"
    seven, nine = probing.talk(partial(_sweep, archs=_X64))
    if seven.by is None and nine.by is None:
        yield Point(Status.UNKNOWN, expected, f"neither is named a file: {seven.missing}")
        return
    happened = f"7: {seven.words}; 9: {nine.words}"
    frame = nine.frame or seven.frame
    yield point(seven.what == nine.what, expected, happened, frame, _REGISTRY)


def architectures(probing: Probing) -> Iterator[Point]:
    """Every architecture (option 93) gets a file that it can run, by the file's first octets."""
    archs = probing.case.archs or tuple(REGISTERED)
    found = dict(zip(archs, probing.talk(partial(_sweep, archs=archs)), strict=True))
    files: dict[tuple[bytes, IPv4Address, str], Fetched | None] = {}
    for arch, one in found.items():
        if one.by is None or _URL.match(one.file):
            yield _without_file(arch, one)
            continue
        kind = probing.wires.file_kind(arch)
        if kind is None:
            words = "the practice network has no file for it"
            yield Point(Status.UNKNOWN, _expected(arch), words, one.frame)
            continue
        key = (*one.what, kind)
        if key not in files:
            files[key] = _fetch(probing, arch, one)
        yield _judge(arch, one, files[key])


def _sweep(asking: Correspondent, archs: Sequence[int]) -> Script[list[Named]]:
    """What each of them is told: by the offers, or else by port 4011."""
    askers = [Asker(asking.xid(), arch, vendor=_vendor(arch)) for arch in archs]
    offers = yield from discover(asking, askers)
    found = {asker.xid: in_replies(offers[asker.xid]) for asker in askers}
    unnamed = [asker for asker in askers if found[asker.xid].by is None]
    questions = [question(offer, asker) for asker in unnamed for offer in offers[asker.xid]]
    wanted = [one for one in questions if one is not None]
    if wanted:
        heard = yield from _with_an_address(asking, wanted)
        for asker in unnamed:
            seen = list(replies(heard, asker))
            if seen:
                found[asker.xid] = in_replies(seen)
    return [found[asker.xid] for asker in askers]


def _with_an_address(asking: Correspondent, wanted: Sequence[Question]) -> Script[list[Reaction]]:
    """Ask port 4011 all these questions at once."""
    asker = Asker(asking.xid())
    leased = yield from lease(asking, asker)
    if leased.ack is None:
        return []
    heard = yield from ask_4011(asking, wanted)
    yield from release(asking, asker, leased.ack)
    return heard


def _vendor(arch: int) -> bytes:
    boots = "HTTPClient" if arch in HTTP else "PXEClient"
    return f"{boots}:Arch:{arch:05}:UNDI:003001".encode()


def _fetch(probing: Probing, arch: int, wanted: Named) -> Fetched | None:
    """The beginning of the file; None without an address to fetch it from."""

    def fetch(asking: Correspondent, client: Client) -> Script[Fetched]:
        return (yield from read(asking, wanted.server, wanted.file, _BLOCK))

    asker = partial(_asker, arch)
    return probing.talk(served(fetch, asker), arch)[1]


def _asker(arch: int, asking: Correspondent) -> Asker:
    return Asker(asking.xid(), arch, _vendor(arch))


def _expected(arch: int) -> str:
    return f"{_name(arch)} gets a file that it can run"


def _name(arch: int) -> str:
    known = ARCHITECTURES.get(arch)
    return f"{known} ({arch})" if known else f"architecture {arch}"


def _without_file(arch: int, one: Named) -> Point:
    if one.by is None:
        return Point(Status.UNKNOWN, _expected(arch), one.missing)
    words = f"is told {printable(one.file)}, which is no file for TFTP"
    if arch in HTTP:
        return Point(Status.UNKNOWN, _expected(arch), f"{words}; it was not fetched", one.frame)
    return Point(Status.NOT_MET, _expected(arch), words, one.frame, "PXE 2.1 §2.2.3")


def _judge(arch: int, one: Named, fetched: Fetched | None) -> Point:
    if fetched is None or not fetched.content:
        error = fetched.error if fetched else None
        if error is None:
            words = f"{one.words} cannot be fetched"
            return Point(Status.UNKNOWN, _expected(arch), words, one.frame)
        why = f"ERROR {error.code} {printable(error.message)}"
        words = f"{one.words} cannot be fetched: {why}"
        return Point(Status.NOT_MET, _expected(arch), words, one.frame, "RFC 1350 §5")
    kind = identify(fetched.content)
    words = f"{one.words} is {kind.words}"
    if arch in HTTP:
        # An HTTP boot client takes no offer without HTTPClient, whatever it names: probe "http".
        return Point(Status.UNKNOWN, _expected(arch), f"is told a TFTP name: {words}", one.frame)
    # A client that asks so may be anybody's: iPXE's, too.
    fits = fit(arch, IPXE, kind)
    if fits is Fit.UNKNOWN:
        return Point(Status.UNKNOWN, _expected(arch), f"{words}; what it runs is not known here")
    return point(fits is Fit.FITS, _expected(arch), words, one.frame, _REGISTRY)

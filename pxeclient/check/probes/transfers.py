"""TFTP: the size that is asked for, blocks and windows of many sizes, and who answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from pxeclient.check.asking import Asker
from pxeclient.check.fetching import Fetched, Options, read
from pxeclient.check.naming import Client
from pxeclient.check.probing import Probing, point, served, unknown
from pxeclient.check.results import Point, Status
from pxeclient.check.talking import Absent, Correspondent, Refused, Script
from pxeclient.wire.options import printable

SIZES = (512, 1024, 1400, 1432, 1456, 1468)
"""Block sizes: RFC 1350's, two that help where tunnels take their part of the MTU, and those
that iPXE (1432), Intel's ROMs (1456) and EDK II (1468) ask for. A larger one than 1468 needs
fragments on Ethernet."""
WINDOWS = (1, 4, 16, 64)
_MISSING = b"pxeclient-no-such-file"


def _asker(asking: Correspondent) -> Asker:
    return Asker(asking.xid())


def _no_file(client: Client, expected: str) -> Iterator[Point]:
    yield from unknown((expected,), f"there is no file to ask for: {client.told.missing}")


class _Sized(NamedTuple):
    size: Fetched
    then: Fetched


def tftp_size(probing: Probing) -> Iterator[Point]:
    """The size is told (tsize), and a client that only asked for it is served afterwards."""
    expected = "after asking for the size and breaking off, the file is served"
    client, found = probing.talk(served(_size, _asker))
    if found is None:
        yield from _no_file(client, expected)
        return
    if found.size.is_answered:
        yield from probing.not_found("T-TSIZE")
    happened = f"{client.told.words}: {_words(found.then)}"
    got = found.then.blocks > 0
    yield point(got, expected, happened, found.then.number, "RFC 2349; EDK II asks so")


def _size(asking: Correspondent, client: Client) -> Script[_Sized]:
    named = client.told
    size = yield from read(asking, named.server, named.file, (("tsize", "0"),), most=0)
    then = yield from read(asking, named.server, named.file)
    return _Sized(size, then)


def tftp_source(probing: Probing) -> Iterator[Point]:
    """TFTP answers come from the address that was asked; a missing file gets an ERROR."""
    expected = "TFTP answers come from the address that was asked"
    client, found = probing.talk(served(_source, _asker))
    if found is None:
        yield from _no_file(client, expected)
        return
    there, missing = found
    if there.stranger is not None:
        yield from probing.not_found("T-SRCIP")
        return
    happened = f"{client.told.words}: {_words(there)}"
    yield point(there.is_answered, expected, happened, there.number, "RFC 1350 §4")
    expected = "a missing file gets an ERROR"
    happened = f"{_MISSING.decode()}: {_words(missing)}"
    if missing.blocks:
        yield from unknown((expected,), f"{happened}: this server has a file of any name")
    else:
        refused = missing.error is not None
        yield point(refused, expected, happened, missing.number, "RFC 1350 §4")


def _source(asking: Correspondent, client: Client) -> Script[tuple[Fetched, Fetched]]:
    there = yield from read(asking, client.told.server, client.told.file)
    missing = yield from read(asking, client.told.server, _MISSING)
    return there, missing


class _Try(NamedTuple):
    option: str
    value: int
    got: Fetched


def tftp_blocks(probing: Probing) -> Iterator[Point]:
    """Blocks and windows of every usual size arrive."""
    wanted = [("blksize", size) for size in probing.case.sizes or SIZES]
    wanted += [("windowsize", count) for count in probing.case.windows or WINDOWS]

    def script(asking: Correspondent, client: Client) -> Script[list[_Try]]:
        found = []
        for option, value in wanted:
            most = 2 if option == "blksize" else value + 1
            asked: Options = ((option, str(value)),)
            got = yield from read(asking, client.told.server, client.told.file, asked, most)
            found.append(_Try(option, value, got))
        return found

    client, tries = probing.talk(served(script, _asker))
    if tries is None:
        yield from _no_file(client, "blocks of every usual size arrive")
    for one in tries or ():
        yield _judge(one)


def _judge(one: _Try) -> Point:
    got, expected = one.got, f"{one.option} {one.value} works"
    source = "RFC 2348" if one.option == "blksize" else "RFC 7440"
    agreed = got.agreed(one.option, 0)
    if agreed > one.value:
        return Point(Status.NOT_MET, expected, f"{agreed} is granted", got.number, source)
    happened = f"{agreed} agreed; {_words(got)}" if agreed else f"not granted; {_words(got)}"
    if one.option == "blksize" and got.is_whole and got.longest < agreed:
        words = f"{happened}: the file has only {len(got.content)} octets"
        return Point(Status.UNKNOWN, expected, words, got.number, source)
    works = got.blocks > 0 and got.error is None
    if agreed and not works and got.error is None:
        happened += ": larger blocks are lost on the way, as where the MTU is smaller"
    return point(works, expected, happened, got.number, source)


def _words(got: Fetched) -> str:
    if got.error is not None:
        return f"ERROR {got.error.code} {printable(got.error.message)}".rstrip()
    match got.refused:
        case Refused(number, source):
            return f"an ICMP error from {source} (frame {number})"
        case Absent(address):
            return f"{address} does not answer ARP"
        case None:
            pass
    if got.stranger is not None and not got.is_answered:
        return f"the answer came from {got.stranger.source}"
    if not got.is_answered:
        return "no answer"
    return f"{got.blocks} blocks, {len(got.content)} octets"

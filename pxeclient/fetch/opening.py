"""The one door: what is wanted, a stack and a fetcher become a job, by scheme.

A scheme is a folder here and an entry of `SCHEMES`. Which of them a ROM takes for the boot file
that it was told of is its own table's answer (`fetch-by`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pxeclient.fetch.content import Content, NewSink
from pxeclient.fetch.fetcher import Fetcher
from pxeclient.fetch.job import Job
from pxeclient.fetch.mtftp.job import MtftpJob
from pxeclient.fetch.tftp.job import TftpJob
from pxeclient.fetch.uri import tftp_uri
from pxeclient.outcome import BootFile
from pxeclient.stack.host import Host
from pxeclient.wire.options import printable
from pxeclient.wire.pxe import Mtftp


class NoScheme(ValueError):
    """A URI that nothing here fetches, or one that is malformed; the text says which."""


@dataclass(frozen=True, slots=True)
class Multicast:
    """A boot file that is sent to a group."""

    boot_file: BootFile
    parameters: Mtftp
    """Options 43.1 to 43.5."""


def fetch(
    wanted: str | BootFile | Multicast, stack: Host, fetcher: Fetcher, sink: NewSink = Content
) -> Job:
    """A job that fetches a file; nothing is sent before its `start`.

    Args:
        wanted: A URI such as ``tftp://10.0.0.1/file``, a boot file on a TFTP server, or one that
            is sent to a group.
        stack: What it sends by, and whose address it has.
        fetcher: Whose ways it goes.
        sink: Makes what the octets go into; called for each request that is made for the file.

    Raises:
        NoScheme: The URI is none that is fetched here.
    """
    match wanted:
        case BootFile():
            return TftpJob(wanted, stack, fetcher, sink)
        case Multicast(boot_file, parameters):
            return MtftpJob(boot_file, parameters, stack, fetcher, sink)
        case str():
            return _by_uri(wanted, stack, fetcher, sink)


def _by_uri(uri: str, stack: Host, fetcher: Fetcher, sink: NewSink) -> Job:
    scheme, _, _ = uri.partition("://")
    opener = SCHEMES.get(scheme.lower())
    if opener is None:
        shown, known = printable(uri.encode(errors="replace")), ", ".join(SCHEMES)
        raise NoScheme(f"{shown}: a URI of no known scheme ({known})")
    return opener(uri.encode(errors="replace"), stack, fetcher, sink)


def _tftp(uri: bytes, stack: Host, fetcher: Fetcher, sink: NewSink) -> Job:
    found = tftp_uri(uri)
    if found is None:
        raise NoScheme(f"{printable(uri)}: not of the form tftp://10.0.0.1/file")
    boot_file = BootFile(found.file, found.server, f"the URI {printable(uri)}", found.port)
    return TftpJob(boot_file, stack, fetcher, sink)


SCHEMES: Mapping[str, Callable[[bytes, Host, Fetcher, NewSink], Job]] = {"tftp": _tftp}
"""What opens a URI, by its scheme. Multicast has none: a group and two ports are no place."""

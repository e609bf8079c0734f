"""The file of an HTTP boot: asked for with HEAD and GET, as UEFI's HTTP boot asks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from ipaddress import AddressValueError, IPv4Address
from typing import NamedTuple

from pxeclient.architectures import Fit, architecture, fit
from pxeclient.check.asking import Asker
from pxeclient.check.naming import Client
from pxeclient.check.probing import Probing, point, served, unknown
from pxeclient.check.results import Point
from pxeclient.check.surfing import Asked, get, resolve
from pxeclient.check.talking import Absent, Correspondent, Refused, Script
from pxeclient.httpboot import image
from pxeclient.nbp import identify
from pxeclient.wire import http
from pxeclient.wire.options import printable

_URL = re.compile(rb"(https?)://(?:[^/@]*@)?([^/:@\[\]]+)(?::([0-9]{1,5}))?(/.*)?", re.IGNORECASE)
_FINDINGS = ("H-STATUS", "H-MOVED", "H-HEAD", "H-TYPE", "H-WHOLE")
_DNS_SERVERS = 6
_ANSWERS = "the web server answers HEAD and GET"


class Url(NamedTuple):
    """What there is to fetch."""

    is_tls: bool
    host: str
    port: int
    target: str


def url_of(name: bytes) -> Url | None:
    """The parts of a URL; None if it is none that UEFI's HTTP boot takes over IPv4."""
    found = _URL.fullmatch(name)
    if found is None:
        return None
    scheme, host, port, target = found.groups()
    is_tls = scheme.lower() == b"https"
    number = int(port) if port else (http.TLS_PORT if is_tls else http.PORT)
    shown = printable(target or b"/")
    return Url(is_tls, printable(host), number, shown) if number < 65536 else None


class _Came(NamedTuple):
    url: Url
    server: IPv4Address | None
    """None if the name was not resolved."""
    head: Asked | None = None
    get: Asked | None = None


def fetched(probing: Probing, asker: Asker) -> Iterator[Point]:
    """What HEAD and GET of the URL bring, by EDK II's rules."""

    def asks(asking: Correspondent) -> Asker:
        return replace(asker, xid=asking.xid())

    client, came = probing.talk(served(_fetch, asks), asker.arch)
    if came is None:
        yield from unknown((_ANSWERS,), client.told.missing or "no URL in the replies")
        return
    url = f"{'https' if came.url.is_tls else 'http'}://{came.url.host}{came.url.target}"
    if came.url.is_tls:
        yield from unknown((_ANSWERS,), f"{url}: what comes by TLS is not asked for")
        return
    if came.server is None:
        happened = f"{url}: no name server gives an address for {came.url.host}"
        yield point(False, _ANSWERS, happened, client.told.frame, "EDK II DnsDxe")
        return
    yield from _judged(probing, came, url, asker.arch)


def _judged(probing: Probing, came: _Came, url: str, arch: int) -> Iterator[Point]:
    for asked in (came.head, came.get):
        if asked is None or asked.answer.head is None:
            happened = f"{url}: {_why_not(asked)}"
            frame = asked.number if asked is not None else None
            yield point(False, _ANSWERS, happened, frame, "EDK II HttpBootClient.c")
            return
    yield from probing.not_found(*_FINDINGS)
    web = probing.trace.talk().web
    if came.get is None or not web or not web[-1].is_success:
        return
    kind = identify(bytes(came.get.answer.content))
    is_disk = image(web[-1]) not in (None, "EFI program")
    judged = Fit.UNKNOWN if is_disk else fit(arch, (), kind)
    name = architecture(arch).name
    expected = f"{name} ({arch}) gets a file that it can run"
    if judged is Fit.UNKNOWN:
        yield from unknown((expected,), f"{url} is taken for a disk, not looked into")
        return
    happened = f"{url} is {kind.words}"
    yield point(judged is Fit.FITS, expected, happened, web[-1].number, "UEFI 2.10 §24.7")


def _why_not(asked: Asked | None) -> str:
    """Why there is no answer."""
    if asked is None:
        return "it was not asked"
    match asked.refused:
        case Absent(address):
            return f"nobody answers ARP for {address}"
        case Refused(_, source):
            return f"{source} says that it cannot be reached"
        case None:
            silent = "no answer to the request" if asked.is_open else "no answer to the SYN"
            return asked.answer.oddity or silent
        case one:
            return f"{one.source} refuses the connection"


def _fetch(asking: Correspondent, client: Client) -> Script[_Came | None]:
    url = url_of(client.told.file)
    if url is None or url.is_tls:
        return None if url is None else _Came(url, None)
    server = yield from _address(asking, client, url.host)
    if server is None:
        return _Came(url, None)
    head = yield from get(asking, server, url.port, url.host, url.target, "HEAD")
    if head.answer.head is None:
        return _Came(url, server, head)  # EDK II asks no more, and gives up.
    body = yield from get(asking, server, url.port, url.host, url.target, "GET")
    return _Came(url, server, head, body)


def _address(asking: Correspondent, client: Client, host: str) -> Script[IPv4Address | None]:
    try:
        return IPv4Address(host)
    except AddressValueError:
        pass
    replies = [*filter(None, (client.leased.ack,)), *client.leased.offers]
    names = next(filter(None, (one.address(_DNS_SERVERS) for one in replies)), None)
    if names is None:
        return None
    return (yield from resolve(asking, names, host.encode()))

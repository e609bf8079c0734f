"""Boots of UEFI's HTTP boot and of iPXE from web servers, made frame by frame."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from ipaddress import IPv4Address

from pxeclient.boot.events import FrameReceived, PowerOn
from pxeclient.stack.acts import SendFrame
from pxeclient.trace import Trace
from pxeclient.wire import dhcp, dns
from pxeclient.wire.dhcp import Option
from tests.seen.connections import BODY, GET, HEAD, Speaking
from tests.seen.frames import CLIENT, OURS, framed, message, packet

HTTP = (Option(60, b"HTTPClient:Arch:00016:UNDI:003000"), Option(93, b"\0\x10"))
PXE = (Option(60, b"PXEClient:Arch:00000:UNDI:002001"), Option(93, b"\0\0"))
SAYS_HTTP = Option(60, b"HTTPClient")
URL = b"http://10.77.0.7/boot.efi"
DHCP, PROXY = IPv4Address("10.77.0.1"), IPv4Address("10.77.0.2")
IPXE_GET = GET.replace(b"UefiHttpBoot/1.0", b"iPXE/1.21.1")


def answer(
    status: bytes = b"200 OK",
    type: bytes = b"application/efi",
    length: int | None = len(BODY),
    more: bytes = b"",
) -> bytes:
    """The head of an answer."""
    says = b"" if length is None else b"Content-Length: %d\r\n" % length
    kind = b"Content-Type: " + type + b"\r\n" if type else b""
    return b"HTTP/1.1 " + status + b"\r\n" + kind + says + more + b"\r\n"


def offered(*options: Option, server: IPv4Address = DHCP, address: IPv4Address = OURS) -> bytes:
    """An offer, with these options."""
    says = message(
        dhcp.OFFER, Option(54, server.packed), *options, op=dhcp.BOOTREPLY, yiaddr=address
    )
    return framed(packet(says, (server, 67), (IPv4Address("255.255.255.255"), 68)), False, True)


def asked(type: int, *options: Option, secs: int = 0) -> bytes:
    """A client's broadcast."""
    says = message(type, *options, secs=secs)
    ends = (IPv4Address("0.0.0.0"), 68), (IPv4Address("255.255.255.255"), 67)
    return framed(packet(says, *ends), True, True)


def trace_of(frames: Iterable[bytes], ends: float = 60.0) -> Trace:
    """The trace of these frames, a hundredth of a second apart."""
    made = Trace("unknown", "an unknown firmware", "a test")
    made.add(0.0, PowerOn())
    for at, octets in enumerate(frames):
        ours = octets[6:12] == CLIENT
        made.add(at / 100, SendFrame(octets) if ours else FrameReceived(octets))
    return replace(made, ended=ends, stopped="end-of-capture")


def lease(url: bytes = URL, says: tuple[Option, ...] = HTTP) -> list[bytes]:
    """DHCP up to the DHCPACK."""
    named = (SAYS_HTTP, Option(67, url))
    ack = message(dhcp.ACK, Option(54, DHCP.packed), *named, op=dhcp.BOOTREPLY, yiaddr=OURS)
    return [
        asked(dhcp.DISCOVER, *says),
        offered(*named),
        asked(dhcp.REQUEST, Option(50, OURS.packed), Option(54, DHCP.packed), *says),
        framed(packet(ack, (DHCP, 67), (IPv4Address("255.255.255.255"), 68)), False, True),
    ]


def http_boot(
    head: bytes | None,
    get: bytes | None,
    body: bytes = BODY,
    path: bytes = b"/boot.efi",
    closes: bool = False,
) -> Trace:
    """UEFI's HTTP boot: HEAD and GET with these answers, on one connection; None is none."""
    spoken = Speaking().opens().says(True, HEAD.replace(b"/boot.efi", path))
    if head is not None:
        spoken.says(False, head)
    if get is not None:
        spoken.fetched(get, body, GET.replace(b"/boot.efi", path))
    if closes:
        spoken.finish(False)
    spoken.reset(True)
    return trace_of([*lease(b"http://10.77.0.7" + path), *spoken.frames])


def ipxe_boot(get: bytes, body: bytes = BODY, resets: bool = False) -> Trace:
    """iPXE's: one GET."""
    spoken = Speaking().opens().fetched(get, body, IPXE_GET)
    if resets:
        spoken.reset(False)
    return trace_of([*lease(says=PXE), *spoken.frames])


def looked_up(code: int, *addresses: IPv4Address) -> list[bytes]:
    """A query for the URL's host, and its answer."""
    question = (dns.Question(b"boot.test", dns.A),)
    records = tuple(dns.Record(b"boot.test", dns.A, 60, one.packed) for one in addresses)
    said = dns.Dns(7, question, records, is_response=True, code=code)
    query = packet(dns.build(dns.Dns(7, question)), (OURS, 4000), (DHCP, 53))
    return [framed(query), framed(packet(dns.build(said), (DHCP, 53), (OURS, 4000)), False)]

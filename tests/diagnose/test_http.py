"""Findings about HTTP boots: what is offered, and what web and name servers answer."""

from __future__ import annotations

from ipaddress import IPv4Address

import pytest

from pxeclient.advice import Server
from pxeclient.diagnose import Severity, diagnose
from pxeclient.trace import Trace
from pxeclient.wire import dhcp
from pxeclient.wire.addresses import ANY
from pxeclient.wire.dhcp import Option
from pxeclient.wire.tcp import Flags
from tests.diagnose.boots import hides, shows
from tests.diagnose.web import (
    DHCP,
    HTTP,
    PROXY,
    SAYS_HTTP,
    URL,
    answer,
    asked,
    http_boot,
    ipxe_boot,
    lease,
    looked_up,
    offered,
    trace_of,
)
from tests.seen.connections import BODY, Speaking

STOPS, OTHERS = Severity.STOPS, Severity.OTHERS
GOOD = answer()
OCTETS = answer(type=b"application/octet-stream")
CHUNKED = answer(length=None, more=b"Transfer-Encoding: chunked\r\n")
IN_CHUNKS = b"%x\r\n%b\r\n0\r\n\r\n" % (len(BODY), BODY)
AGAIN = (asked(dhcp.DISCOVER, *HTTP), asked(dhcp.DISCOVER, *HTTP, secs=4))


def stopping(trace: Trace) -> list[str]:
    """The ids of what stops a boot."""
    return [one.id for one in diagnose(trace) if one.severity is STOPS]


def test_a_good_boot_has_nothing_that_stops_it() -> None:
    """HEAD and GET are answered."""
    assert stopping(http_boot(GOOD, GOOD)) == []


@pytest.mark.parametrize(
    ("type", "path"),
    [
        (b"application/octet-stream", b"/boot"),
        (b"text/plain", b"/x64/boot.bin"),
        (b"application/efi; charset=utf-8", b"/a"),
        (b"", b"/get?f=boot.efi"),
    ],
)
def test_h_type(type: bytes, path: bytes) -> None:
    """Neither type nor name says what it is; a parameter spoils the type, a query is no name."""
    head = answer(type=type)
    finding = shows(http_boot(head, head, path=path), "H-TYPE", STOPS, "is none of EFI's" if type
                    else "no Content-Type")  # fmt: skip
    assert finding.cures[0].id == "http-content-type"


@pytest.mark.parametrize(
    ("type", "path"),
    [(b"Application/EFI", b"/boot"), (b"text/plain", b"/boot.EFI"), (b"", b"/disk.iso?a=b")],
)
def test_h_type_is_known(type: bytes, path: bytes) -> None:
    """One of them is enough."""
    head = answer(type=type)
    hides(http_boot(head, head, path=path), "H-TYPE")


def test_the_cure_is_for_the_server_that_names_itself() -> None:
    """With the path of the URL; of a name that means more there, a word stands in its place."""
    head = answer(type=b"text/plain", more=b"Server: nginx/1.22.1\r\n")
    finding = shows(http_boot(head, head, path=b"/x64/boot.bin"), "H-TYPE", STOPS)
    assert finding.at_hand is not None
    assert finding.at_hand.server is Server.NGINX
    assert "location = /x64/boot.bin {" in finding.cures[0].nginx[1]
    finding = shows(http_boot(head, head, path=b"/x{};"), "H-TYPE", STOPS)
    assert "location = /PATH-OF-THE-URL {" in finding.cures[0].nginx[1]


@pytest.mark.parametrize(
    "head",
    [
        answer(b"405 Method Not Allowed"),
        answer(b"501 Not Implemented"),
        answer(b"404 Not Found"),
        answer(length=None),
    ],
)
def test_h_head(head: bytes) -> None:
    """HEAD is refused or says no length; GET is well, and of no use."""
    shows(http_boot(head, GOOD), "H-HEAD", STOPS, "takes a body only in chunks")


def test_h_head_matters_not_to_chunks() -> None:
    """The body is kept then; and a file that is not there is another matter."""
    hides(http_boot(answer(b"405 No"), CHUNKED, IN_CHUNKS), "H-HEAD")
    assert stopping(http_boot(CHUNKED, CHUNKED, IN_CHUNKS)) == []
    hides(http_boot(answer(b"404 No"), answer(b"404 No")), "H-HEAD")


@pytest.mark.parametrize("status", [b"301 Moved", b"302 Found", b"303 x", b"307 x", b"308 x"])
def test_h_moved(status: bytes) -> None:
    """With where it leads to; iPXE follows it."""
    moved = answer(status, length=0, more=b"Location: http://10.77.0.8/b.efi\r\n")
    shows(http_boot(moved, moved, b""), "H-MOVED", STOPS, "a redirect to http://10.77.0.8/b.efi")
    hides(ipxe_boot(moved, b""), "H-MOVED")


@pytest.mark.parametrize("status", [b"404 Not Found", b"403 Forbidden", b"401 x", b"500 Oops"])
def test_h_status(status: bytes) -> None:
    """Of UEFI and of iPXE."""
    refused = answer(status, length=0)
    shows(http_boot(refused, refused, b""), "H-STATUS", STOPS, status.decode())
    shows(ipxe_boot(refused, b""), "H-STATUS", STOPS, status.decode())


def test_h_status_is_no_end() -> None:
    """The server asks for patience, and iPXE has it."""
    later = answer(b"503 Busy", length=0, more=b"Retry-After: 2\r\n")
    hides(ipxe_boot(later, b""), "H-STATUS")
    hides(ipxe_boot(GOOD), "H-STATUS")


def test_h_whole() -> None:
    """Empty, longer than HEAD said, broken off."""
    none = answer(length=0)
    shows(http_boot(none, none, b""), "H-WHOLE", STOPS, "the file is empty")
    shows(http_boot(answer(length=3000), GOOD), "H-WHOLE", STOPS, "HEAD announced 3000 octets")
    short = http_boot(GOOD, GOOD, BODY[:4000], closes=True)
    shows(short, "H-WHOLE", STOPS, "after 4000 of 6144 octets the server closed")
    shows(ipxe_boot(GOOD, BODY[:4000], resets=True), "H-WHOLE", STOPS, "broke the connection off")
    shows(ipxe_boot(none, b""), "H-WHOLE", STOPS, "the file is empty")
    hides(ipxe_boot(GOOD, BODY, resets=True), "H-WHOLE")


def test_h_closed() -> None:
    """A RST for the SYN; one that ends a download is another matter."""
    spoken = Speaking()
    spoken.send(True, b"", Flags.SYN)
    spoken.send(False, b"", Flags.RST | Flags.ACK)
    shows(
        trace_of([*lease(), *spoken.frames]), "H-CLOSED", STOPS, "refuses a connection to port 80"
    )
    hides(http_boot(GOOD, GOOD), "H-CLOSED")


@pytest.mark.parametrize(("code", "words"), [(3, "NXDOMAIN"), (2, "SERVFAIL"), (0, "no address")])
def test_h_name(code: int, words: str) -> None:
    """The name server has none."""
    url = b"http://boot.test/boot.efi"
    trace = trace_of([*lease(url), *looked_up(code)])
    shows(trace, "H-NAME", STOPS, words, "boot.test")


def test_h_name_is_known() -> None:
    """It has one, and the client goes there."""
    spoken = Speaking().opens()
    known = looked_up(0, IPv4Address("10.77.0.7"))
    hides(trace_of([*lease(b"http://boot.test/boot.efi"), *known, *spoken.frames]), "H-NAME")


def test_h_tls() -> None:
    """An alert; one that only says goodbye is none."""
    hello = b"\x16\x03\x01\x00\x04abcd"
    spoken = Speaking(server_port=443).opens().says(True, hello)
    failed = spoken.says(False, b"\x15\x03\x03\x00\x02\x02\x28").finish(False)
    shows(trace_of([*lease(), *failed.frames]), "H-TLS", STOPS, "handshake_failure")
    spoken = Speaking(server_port=443).opens().says(True, hello)
    spoken.says(False, b"\x17\x03\x03\x00\x02ab").says(True, b"\x17\x03\x03\x00\x02ab")
    hides(trace_of([*lease(), *spoken.reset(True).frames]), "H-TLS")


def test_h_path() -> None:
    """A URL that ends with its host."""
    shows(trace_of(lease(b"http://10.77.0.7")), "H-PATH", OTHERS, "names http://10.77.0.7.")
    hides(trace_of(lease(b"http://10.77.0.7/")), "H-PATH")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ((Option(67, URL),), "does not say HTTPClient"),
        ((SAYS_HTTP,), "names no URL"),
        ((SAYS_HTTP, Option(67, b"boot.efi")), "no http URL"),
        ((Option(60, b"PXEClient"), Option(67, URL)), "does not say HTTPClient"),
    ],
)
def test_it_takes_no_such_offer(options: tuple[Option, ...], words: str) -> None:
    """It asks again and again."""
    trace = trace_of([AGAIN[0], offered(*options), AGAIN[1], offered(*options)])
    shows(trace, "A-HTTP", STOPS, words)


def test_it_takes_no_name_without_a_name_server() -> None:
    """A lease beside it may have one."""
    named = (SAYS_HTTP, Option(67, b"http://boot.example/boot.efi"))
    trace = trace_of([AGAIN[0], offered(*named), AGAIN[1], offered(*named)])
    shows(trace, "A-HTTP-DNS", STOPS, "no offer has option 6")
    other = offered(Option(6, DHCP.packed), server=PROXY)
    hides(trace_of([AGAIN[0], offered(*named), other]), "A-HTTP-DNS")


@pytest.mark.parametrize(("end", "is_shown"), [(b"", True), (b"\0", False)])
def test_b67_later(end: bytes, is_shown: bool) -> None:
    """A DHCPREQUEST without an address goes to the proxy that answered last."""
    named = (SAYS_HTTP, Option(67, URL + end))
    proxy = offered(SAYS_HTTP, server=PROXY, address=ANY)
    request = asked(dhcp.REQUEST, Option(54, PROXY.packed), *HTTP)
    trace = trace_of([AGAIN[0], offered(*named), proxy, request, request])
    if is_shown:
        shows(trace, "B67-LATER", STOPS, "goes to 10.77.0.2, which offered no address")
    else:
        hides(trace, "B67-LATER")

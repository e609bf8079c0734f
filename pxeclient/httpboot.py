"""What UEFI's HTTP boot makes of a web server's answers: EDK II's rules, in its order.

Recorded with OVMF and AAVMF 2022.11, and read in edk2-stable202211 (NetworkPkg/HttpBootDxe,
NetworkPkg/HttpDxe); what its HEAD of August 2026 does otherwise is at the rules. Makers of machines
derive theirs from it, and may word what they show otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pxeclient.decisions import Evidence, Known
from pxeclient.seen.web import BodyEnd, WebRequest
from pxeclient.wire.options import printable

USER_AGENT = b"UefiHttpBoot/"
"""How its requests name it (HttpBootSupport.h, HTTP_USER_AGENT_EFI_HTTP_BOOT)."""
IPXE_AGENT = b"iPXE/"
PATIENCE = 5.0
"""Seconds that it waits for an answer's head, and then for more of its body (PcdHttpIoTimeout)."""
_LATE = 0.5
"""What an end that is told by silence may be early, by the clock of a capture."""

TYPES = {
    "application/efi": "EFI program",
    "application/vnd.efi-iso": "ISO image",
    "application/vnd.efi-img": "disk image",
}
"""Content-Types that it knows: exactly these, in any case (HttpBootSupport.c)."""
NAMES = {".efi": "EFI program", ".iso": "ISO image", ".img": "disk image"}
"""The ends of a path that it goes by where it does not know the type."""

_PLAIN = re.compile(rb"/[A-Za-z0-9._/+-]*")
"""A path that means itself in every configuration."""

SIZE = "Could not retrieve NBP file size from HTTP server."
NETWORK, SILENT = "Unexpected network error.", "Server response timeout."
CONNECTION = "Could not establish connection with HTTP server."


def is_uefi(request: WebRequest) -> bool:
    """UEFI's HTTP boot asks, or a program through it."""
    return request.user_agent.startswith(USER_AGENT)


def is_ipxe(request: WebRequest) -> bool:
    """IPXE asks."""
    return request.user_agent.startswith(IPXE_AGENT)


def image(request: WebRequest) -> str | None:
    """What it takes the file for, by the answer's Content-Type, else by the name; None: nothing."""
    by_type = TYPES.get((request.content_type or "").lower())
    return by_type or NAMES.get(printable(request.path[-4:]).lower())


class Asked(NamedTuple):
    """What it asked for, and what was asked for after that by whatever ran."""

    head: WebRequest | None
    """The last HEAD before the GET."""
    get: WebRequest | None
    after: Sequence[WebRequest]
    until: float
    """When the capture, or the attempt, ends."""

    @property
    def whole(self) -> WebRequest:
        """The request that the boot file comes by, or would have come by."""
        found = self.get or self.head
        assert found is not None
        return found


def asked(web: Sequence[WebRequest], until: float) -> Asked | None:
    """The boot file's requests among those of a client; None if it is not UEFI that asks."""
    first = next((one for one in web if one.request is not None), None)
    if first is None or not is_uefi(first):
        return None
    head: WebRequest | None = None
    for at, one in enumerate(web):
        if one.target != first.target:
            return Asked(head, None, web[at:], until)
        if not one.is_head:
            return Asked(head, one, web[at + 1 :], until)
        head = one
    return Asked(head, None, (), until)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of it."""

    rule: str
    is_fetched: bool | None
    """None: it cannot be told."""
    because: str
    """A clause; safe to print."""
    request: WebRequest
    """The one by which it was decided."""
    shows: tuple[str, ...]
    """The last lines that EDK II 2022.11 prints, without the word Error before each."""
    known: Known


class _Rule(NamedTuple):
    name: str
    holds: Callable[[Asked], bool]
    is_fetched: bool | None
    because: Callable[[Asked], str]
    about: Callable[[Asked], WebRequest | None]
    shows: tuple[str, ...]
    known: Known


def verdict(found: Asked) -> Verdict:
    """What it makes of the answers; the first rule that holds."""
    for rule in RULES:
        about = rule.about(found)
        if rule.holds(found) and about is not None:
            words = rule.because(found)
            return Verdict(rule.name, rule.is_fetched, words, about, rule.shows, rule.known)
    raise AssertionError("the last rule holds always")


# --- what the rules ask -------------------------------------------------------------------
def head_fault(head: WebRequest | None) -> str:
    """Why a HEAD's answer is none that it can use, a clause; empty if it can, or there is none."""
    if head is None or head.status is None:
        return ""
    if head.status >= 300:
        return f"the server answers HEAD with {status_words(head)}"
    if head.length is None:
        return "the answer to HEAD has no Content-Length"
    if image(head) is None:
        return not_an_image(head)
    return ""


def not_an_image(request: WebRequest) -> str:
    """That neither type nor name says that it is one."""
    kind = request.content_type
    type_ = "no Content-Type" if kind is None else f"Content-Type {kind}"
    name = printable(request.path.rpartition(b"/")[2]) or "/"
    return f"{type_} is none of EFI's, and the name {name} ends in none of .efi, .iso and .img"


def status_words(request: WebRequest) -> str:
    """Such as ``404 Not Found``; safe to print."""
    response = request.response
    if response is None:
        return "nothing"
    return f"{response.status} {printable(response.reason)}".strip()


def _is_unanswered(found: Asked) -> bool:
    head = found.head
    return head is not None and head.status is None and found.get is None


def _has_given_up(found: Asked) -> bool:
    """The HEAD's wait is over."""
    head = found.head
    assert head is not None
    is_over = head.ended is not None or head.end in (BodyEnd.RESET, BodyEnd.NOT_HTTP)
    return is_over or found.until - head.at > PATIENCE + _LATE


def _silence(found: Asked) -> str:
    head = found.head
    assert head is not None
    if head.broken_by is False:
        return "the server breaks the connection off instead of an answer to HEAD"
    if head.is_closed:
        return "the server closes the connection instead of an answer to HEAD"
    if head.end is BodyEnd.NOT_HTTP:
        return "what the server answers to HEAD is no HTTP"
    return f"no answer to HEAD came in {head.seconds or found.until - head.at:.1f} s"


def _refused(found: Asked) -> str:
    return f"the server answers GET with {status_words(_get(found))}"


def _get(found: Asked) -> WebRequest:
    assert found.get is not None
    return found.get


def _is_redirect(one: WebRequest | None) -> bool:
    return one is not None and one.status in (301, 302, 303, 307, 308)


def _redirected(found: Asked) -> str:
    one = found.whole if _is_redirect(found.whole) else found.head
    assert one is not None
    to = f" to {one.location}" if one.location else ""
    return f"the server redirects it{to} with {status_words(one)}, and it follows no redirect"


def _is_size_query(found: Asked) -> bool:
    """Its GET has no room for a body: only one in chunks is kept."""
    return found.get is not None and found.get.status is not None and bool(head_fault(found.head))


def _is_chunked(found: Asked) -> bool:
    response = found.get.response if found.get is not None else None
    return response is not None and response.is_chunked


def _is_no_image(found: Asked) -> bool:
    """By HEAD's answer if that is of use, else by GET's."""
    is_of_use = found.head is not None and found.head.is_success and not head_fault(found.head)
    return not is_of_use and image(_get(found)) is None


def _lacks_room(found: Asked) -> bool:
    head, get = found.head, found.get
    if head is None or get is None or head.length is None or get.status is None:
        return False
    return get.size > head.length or (get.length or 0) > head.length


def _has_stalled(found: Asked) -> bool:
    get = found.get
    if get is None or get.status is None or get.end not in (BodyEnd.STOPPED, BodyEnd.OPEN):
        return False
    over = get.ended.at if get.ended is not None else found.until
    return over - get.last > PATIENCE - 2 * _LATE


def _unfinished(found: Asked) -> str:
    get = _get(found)
    of = "" if get.length is None else f" of {get.length}"
    return f"after {get.size}{of} octets {ENDS[get.end]}"


ENDS = {
    BodyEnd.NO_ANSWER: "no answer came",
    BodyEnd.NO_BODY: "no body belongs to it",
    BodyEnd.COMPLETE: "all came",
    BodyEnd.CLOSED: "the server closed the connection",
    BodyEnd.TRUNCATED: "the server closed the connection",
    BodyEnd.RESET: "the server broke the connection off",
    BodyEnd.STOPPED: "the client broke the connection off",
    BodyEnd.OPEN: "nothing more is in the capture",
    BodyEnd.NOT_HTTP: "what came is no HTTP",
    BodyEnd.LOST: "the capture lacks what followed",
}
"""How an answer ended, a clause."""


def _always(found: Asked) -> bool:
    return True


_OF_HEAD: Callable[[Asked], WebRequest | None] = lambda found: found.head  # noqa: E731
_OF_GET: Callable[[Asked], WebRequest | None] = lambda found: found.get  # noqa: E731
_OF_LAST: Callable[[Asked], WebRequest | None] = lambda found: found.whole  # noqa: E731


def _seen(*recordings: str) -> Known:
    return Known(Evidence.OBSERVED, f"recordings {', '.join(recordings)} (OVMF 2022.11)")


RULES: tuple[_Rule, ...] = (
    _Rule(
        "head-unanswered",
        lambda found: _is_unanswered(found) and _has_given_up(found),
        False,
        lambda found: f"{_silence(found)}, and then it sends no GET",
        _OF_HEAD,
        (SIZE, CONNECTION),
        _seen("h4-stall-head", "h4-fin-head", "h4-data-drop"),
    ),
    _Rule(
        "authentication",
        lambda found: found.whole.status in (401, 407),
        False,
        lambda found: (
            f"the server answers with {status_words(found.whole)}, and it has no password"
        ),
        _OF_LAST,
        (CONNECTION,),
        _seen("h4-401"),
    ),
    _Rule(
        "redirect",
        lambda found: _is_redirect(found.get),
        False,
        _redirected,
        _OF_LAST,
        (SIZE, NETWORK),
        _seen("h4-301", "h4-302", "h4-307", "h4-308"),
    ),
    _Rule(
        "get-refused",
        lambda found: found.get is not None and (found.get.status or 0) >= 300,
        False,
        _refused,
        _OF_GET,
        (SIZE, NETWORK),
        _seen("h4-404"),
    ),
    _Rule(
        "type-unknown",
        lambda found: found.get is not None and found.get.is_success and _is_no_image(found),
        False,
        lambda found: not_an_image(_get(found)),
        _OF_GET,
        (SIZE, NETWORK),
        _seen("h4-type-octet-bin", "h4-ext-query"),
    ),
    _Rule(
        "chunked-after-head",
        lambda found: _is_size_query(found) and _is_chunked(found) and _get(found).is_whole,
        True,
        lambda found: "it comes in chunks, which are kept, whatever came of HEAD",
        _OF_GET,
        (),
        _seen("h4-chunked"),
    ),
    _Rule(
        "head-refused",
        lambda found: _is_size_query(found) and not _is_chunked(found),
        False,
        lambda found: (
            f"{head_fault(found.head)}: it then asks with GET for the size alone, and takes a body"
            " only in chunks"
        ),
        _OF_HEAD,
        (SIZE, NETWORK),
        _seen("h4-head-405", "h4-head-404", "h4-no-length"),
    ),
    _Rule(
        "empty",
        lambda found: found.head is not None and found.head.length == 0 and found.get is not None,
        False,
        lambda found: "the file is empty",
        _OF_GET,
        (),
        _seen("h4-zero"),
    ),
    _Rule(
        "longer-than-head-said",
        _lacks_room,
        False,
        lambda found: (
            f"HEAD announced {found.head.length if found.head else 0} octets, and GET brings more"
        ),
        _OF_GET,
        (NETWORK,),
        _seen("h4-long"),
    ),
    _Rule(
        "fetched",
        lambda found: found.get is not None and found.get.is_whole,
        True,
        lambda found: "all of it came",
        _OF_GET,
        (),
        _seen("h4-plain"),
    ),
    _Rule(
        "stalled",
        _has_stalled,
        False,
        _unfinished,
        _OF_GET,
        (SILENT,),
        # HEAD goes on with Range and If-Match where the server gives an ETag (HttpBootImpl.c).
        _seen("h4-stall"),
    ),
    _Rule(
        "broken-off",
        lambda found: found.get is not None and found.get.end in (BodyEnd.TRUNCATED, BodyEnd.RESET),
        False,
        _unfinished,
        _OF_GET,
        (),
        Known(Evidence.INFERRED, "a body that ends before its length is none to run"),
    ),
    _Rule(
        "unknown",
        _always,
        None,
        lambda found: f"{ENDS[found.whole.end]}: how it went on cannot be told",
        _OF_LAST,
        (),
        Known(Evidence.INFERRED, ""),
    ),
)


def plain_path(request: WebRequest) -> str | None:
    """The path as it may stand in a web server's configuration; None if it may mean more there."""
    return request.path.decode("ascii") if _PLAIN.fullmatch(request.path) else None

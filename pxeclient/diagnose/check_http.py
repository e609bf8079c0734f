"""What web servers and name servers answered."""

from __future__ import annotations

from collections.abc import Iterator

from pxeclient import httpboot
from pxeclient.diagnose.model import Sighting
from pxeclient.diagnose.registry import check
from pxeclient.diagnose.scene import Scene
from pxeclient.httpboot import Verdict, status_words
from pxeclient.seen.web import BodyEnd, WebRequest
from pxeclient.wire import dns


def _verdict(scene: Scene, *rules: str) -> Verdict | None:
    """What UEFI's HTTP boot made of the answers, if it failed by one of these rules."""
    asked = httpboot.asked(scene.web, scene.until)
    found = httpboot.verdict(asked) if asked is not None else None
    return found if found is not None and found.rule in rules else None


def _last(scene: Scene) -> WebRequest | None:
    """The last request of another client than UEFI's, where none brought a file."""
    web = scene.web
    if not web or httpboot.asked(web, scene.until) is not None:
        return None
    return None if any(one.is_whole and one.size for one in web) else web[-1]


def _who(one: WebRequest) -> str:
    """Who answered what."""
    what = f"{one.method} {one.url}" if one.method else "a request"
    return f"{one.server} answers {what} with {status_words(one)} (frame {one.last_number})"


def _frames(one: WebRequest) -> tuple[int, ...]:
    return (one.number, one.last_number)


def _values(one: WebRequest) -> dict[str, str]:
    """The path as it may stand in a configuration."""
    path = httpboot.plain_path(one)
    return {} if path is None else {"path": path}


@check("H-TYPE", from_frames=True)
def file_of_an_unknown_type(scene: Scene) -> Iterator[Sighting]:
    """UEFI's HTTP boot got an answer whose type and name say no EFI program, ISO or disk image."""
    found = _verdict(scene, "type-unknown")
    if found is not None:
        one = found.request
        yield Sighting(_frames(one), f"{_who(one)}: {found.because}.", True, _values(one))


@check("H-HEAD", from_frames=True)
def no_length_by_head(scene: Scene) -> Iterator[Sighting]:
    """HEAD was refused, or told no length, and GET's body came in no chunks."""
    found = _verdict(scene, "head-refused")
    if found is not None:
        one = found.request
        yield Sighting(_frames(one), f"{_who(one)}: {found.because}.", True)


@check("H-MOVED", from_frames=True)
def it_is_redirected(scene: Scene) -> Iterator[Sighting]:
    """UEFI's HTTP boot was redirected."""
    found = _verdict(scene, "redirect")
    if found is not None:
        one = found.request
        to = f" to {one.location}" if one.location is not None else ""
        yield Sighting(_frames(one), f"{_who(one)}, a redirect{to}.", True)


@check("H-STATUS", from_frames=True)
def file_is_refused(scene: Scene) -> Iterator[Sighting]:
    """The last that was asked for, or UEFI's boot file, was answered with a status from 400 on."""
    found = _verdict(scene, "get-refused", "authentication")
    one = found.request if found is not None else _last(scene)
    if one is None or one.response is None or one.response.status < 400:
        return
    if found is None and one.response.header(b"Retry-After") is not None:
        return  # iPXE asks again, as it is told to.
    yield Sighting(_frames(one), f"{_who(one)}.", True)


@check("H-WHOLE", from_frames=True)
def file_is_not_as_announced(scene: Scene) -> Iterator[Sighting]:
    """The file is empty, longer than HEAD said, or was broken off by the server."""
    found = _verdict(scene, "empty", "longer-than-head-said", "broken-off")
    if found is not None:
        one = found.request
        yield Sighting(_frames(one), f"{_who(one)}: {found.because}.", True)
        return
    last = _last(scene)
    if last is None or last.status is None:
        return
    if last.is_whole and not last.size:
        yield Sighting(_frames(last), f"{_who(last)}: the file is empty.", True)
    elif last.is_success and last.end in (BodyEnd.TRUNCATED, BodyEnd.RESET):
        of = "" if last.length is None else f" of {last.length}"
        words = f"{_who(last)}: after {last.size}{of} octets {httpboot.ENDS[last.end]}."
        yield Sighting(_frames(last), words, True)


@check("H-CLOSED", from_frames=True)
def nobody_listens(scene: Scene) -> Iterator[Sighting]:
    """A RST answered the SYN, and no request ever went out."""
    last = scene.connections[-1] if scene.connections else None
    if last is not None and last.is_refused and last.reset is not None and not scene.web:
        words = f"{last.server} refuses a connection to port {last.port} (RST, frame"
        number = last.reset.number
        yield Sighting((last.number, number), f"{words} {number}).", True)


@check("H-NAME", from_frames=True)
def name_without_an_address(scene: Scene) -> Iterator[Sighting]:
    """The name server answered without an address, and no connection followed."""
    last = scene.lookups[-1] if scene.lookups else None
    if last is None or last.answer is None or last.addresses or scene.connections:
        return
    code = last.answer.code
    what = dns.CODES.get(code, f"code {code}") if code else "no address"
    number = last.answered[-1].number
    words = f"{last.server} answers {what} for {last.name} (frame {number})."
    yield Sighting((last.asked[0].number, number), words, True)


@check("H-TLS", from_frames=True)
def handshake_is_broken_off(scene: Scene) -> Iterator[Sighting]:
    """An alert ended a TLS handshake, or the client broke it off."""
    last = scene.connections[-1] if scene.connections else None
    tls = last.tls if last is not None else None
    if last is None or tls is None or tls.is_under_way:
        return
    where = f"{last.server}:{last.port}"
    if tls.alert is not None:
        who = "the client" if tls.alert.ours else where
        words = f"{who} ends the handshake with {tls.alert.name} (frame {tls.alert.number})."
        yield Sighting((last.number, tls.alert.number), words, True)
    elif last.reset is not None and last.reset_by:
        words = f"the client breaks the handshake with {where} off (frame {last.reset.number})."
        yield Sighting((last.number, last.reset.number), words, True)

"""Where a boot over IPv6 ends that never asked for a file by TFTP."""

from __future__ import annotations

from dataclasses import replace

from pxeclient.explain import screen6 as screen
from pxeclient.explain.course6 import Course, Who, host_of
from pxeclient.explain.ending_web import web_ending
from pxeclient.explain.stop import Ending, Stop, times, too_soon
from pxeclient.replay.patience import PATIENCE
from pxeclient.seen.attempts import Attempt
from pxeclient.seen.dhcp6 import Dhcp6
from pxeclient.seen.names import Lookup
from pxeclient.wire import dns
from pxeclient.wire.options import printable


def dialogue6_ending(attempt: Attempt) -> Ending:
    """Where an attempt over IPv6 without a download ends."""
    course = Course(attempt)
    found = _ending(course)
    if course.who is not Who.EDK2:
        return replace(found, screen="")
    return found


def _ending(course: Course) -> Ending:
    if not course.asked:
        return _only_the_stack(course)
    if course.confirmed is not None:
        return _configured(course)
    if course.refused is not None and course.refused.status is not None:
        said = course.refused
        words = f"{_status(said)} in the REPLY of {said.source} (frame {said.number})"
        return Ending(Stop.NAK, f"{words}, and no lease follows.")
    if course.requests:
        return _no_reply(course)
    if course.informed and not course.solicits:
        first = course.informed[0]
        waited = course.attempt.until - first.at
        if waited < PATIENCE:
            return too_soon(f"the INFORMATION-REQUEST (frame {first.number})", waited)
        count = _count(len(course.informed), "INFORMATION-REQUEST")
        return Ending(Stop.NO_OFFER, f"No REPLY is in the capture: {count} in {waited:.1f} s.")
    return _soliciting(course)


def _only_the_stack(course: Course) -> Ending:
    said = [one for one in course.attempt.dhcp6 if one.ours]
    if not said:
        words = "The capture has too little of it to tell how far it came."
        return Ending(Stop.CANNOT_TELL, words)
    words = (
        f"Its {said[0].kind_words} (frame {said[0].number}) names no boot client (option 16) and"
        " asks for no boot file: it may be the machine's IPv6 stack, or an operating system."
    )
    return Ending(Stop.CANNOT_TELL, words)


def both_ending(attempt: Attempt, discovers: int) -> Ending:
    """Where iPXE ends, which asks over both families at once, where IPv4 gave it nothing.

    It goes on when both have ended (net/ndp.c, usr/autoboot.c), and asks no DHCPv6 server before a
    router says so.
    """
    course = Course(attempt)
    before = f"Over IPv4 no offer is in the capture ({_count(discovers, 'DHCPDISCOVER')})."
    if course.asked:
        found = replace(_ending(course), screen="")
    elif attempt.routers:
        frame, said = attempt.routers[0]
        if said.managed or said.other:
            found = too_soon(f"the router advertisement (frame {frame.number})", 0.0)
        else:
            words = (
                f"the router advertisement (frame {frame.number}) has neither M nor O: iPXE asks no"
                " DHCPv6 server then, and so gets no boot file."
            )
            found = Ending(Stop.NO_OFFER, words)
    else:
        words = (
            "no router advertisement is in the capture, and without one iPXE asks no DHCPv6 server."
        )
        found = Ending(Stop.NO_OFFER, words)
    return replace(found, sentence=f"{before} Over IPv6: {found.sentence}")


# --- SOLICIT --------------------------------------------------------------------------------
_MOST_SOLICITS, _MOST_REQUESTS, _MOST_READS = 4, 11, 6
"""How often EDK II asks before it gives up (MRC 4 and 10; observed)."""
_CHOOSES = 5.0
"""Seconds after its SOLICIT within which EDK II has chosen (4..5; measured)."""


def _soliciting(course: Course) -> Ending:
    first = course.solicits[0]
    waited = course.attempt.until - first.at
    asked = f"{_count(len(course.solicits), 'SOLICIT')} in {waited:.1f} s"
    silence = screen.HTTP_UNEXPECTED if course.is_http else screen.E16
    if len(course.solicits) < _MOST_SOLICITS:
        silence = ""
    if course.offers:
        return _not_taken(course)
    if waited < PATIENCE:
        return too_soon(f"the first SOLICIT (frame {first.number})", waited)
    if course.advertised:
        words = (
            f"No ADVERTISE gives it an address: {_refusals(course.advertised)}."
            f" It requests none ({asked})."
        )
        return Ending(Stop.NOT_TAKEN, words, screen=silence)
    if course.rapid:
        reply = course.rapid[0]
        words = (
            f"{reply.source} answers its SOLICIT with a REPLY (frame {reply.number}), and no"
            f" ADVERTISE, although it asks for no rapid commit (option 14): it takes none"
            f" ({asked})."
        )
        return Ending(Stop.NOT_TAKEN, words, screen=silence)
    words = f"No ADVERTISE is in the capture: {asked}."
    if not course.attempt.routers:
        words += " Nor is a router advertisement."
    return Ending(Stop.NO_OFFER, words, screen=silence)


def _refusals(said: tuple[Dhcp6, ...]) -> str:
    """Who says why not, each once."""
    found = {(one.source, _status(one)): one.number for one in reversed(said)}
    return ", ".join(f"{who} says {why} (frame {at})" for (who, why), at in found.items())


def _status(said: Dhcp6) -> str:
    found = said.status
    if found is None:
        return "nothing"
    text = f' "{printable(found.text)}"' if found.text else ""
    return f"{found.name} (status {found.code}{text})"


def _not_taken(course: Course) -> Ending:
    first = course.offers[0]
    waited = course.attempt.until - first.at
    since = course.attempt.until - course.solicits[0].at
    if waited < PATIENCE and not course.attempt.why_over:
        return too_soon(f"the first ADVERTISE (frame {first.number})", waited)
    if course.who is Who.EDK2 and since < _CHOOSES and not course.attempt.why_over:
        words = (
            f"The capture ends {since:.1f} s after its first SOLICIT, and EDK II chooses among the"
            " ADVERTISEs after 4 to 5 s: how it went on cannot be told."
        )
        return Ending(Stop.CANNOT_TELL, words)
    if course.is_http:
        return _not_taken_by_http(course, waited)
    bare = _stateless(course)
    if bare is not None and course.who is Who.EDK2:
        words = (
            f"{bare.source} answers its SOLICIT without an IA_NA (frame {bare.number}): no address,"
            " but a boot file URL. EDK II chooses such an ADVERTISE, cannot request an address of"
            f" it, and hangs: no packet and no message follow ({waited:.1f} s)."
        )
        return Ending(Stop.STATELESS, words)
    if not any(one.url for one in course.offers) and not any(map(is_pxe_server, course.offers)):
        of = _for_architecture(course)
        words = (
            f"No ADVERTISE names a boot file (option 59){of}, so it requests none in"
            f" {waited:.1f} s (frame {first.number})."
        )
        return Ending(Stop.NOT_TAKEN, words, screen=screen.E21)
    words = f"ADVERTISEs came, but it requested none of them in {waited:.1f} s."
    return Ending(Stop.NOT_TAKEN, words)


def _stateless(course: Course) -> Dhcp6 | None:
    """The ADVERTISE without an address that EDK II's PXE client chooses, if it chooses one: the
    first with a URL that names no PXE server (UefiPxeBcDxe/PxeBcDhcp6.c; observed)."""
    if any(is_pxe_server(one) for one in course.offers):
        return None
    found = next((one for one in course.offers if one.url), None)
    return found if found is not None and not found.has_association else None


def is_pxe_server(said: Dhcp6) -> bool:
    """What EDK II takes for a PXE server, which it asks on port 4011: enterprise 343 and PXEClient
    in option 16."""
    told = said.vendor_class
    return said.is_pxe and told is not None and told.enterprise == 343


def _for_architecture(course: Course) -> str:
    return f" for architecture {course.architecture}" if course.architecture is not None else ""


def _not_taken_by_http(course: Course, waited: float) -> Ending:
    saying = [one for one in course.offers if one.is_http]
    cancelled = screen.HTTP_CANCELLED
    first = course.offers[0]
    if not saying:
        why = f"none says HTTPClient in option 16 (frame {first.number})"
    elif not any(one.url for one in saying):
        why, cancelled = f"none names a URL (option 59{_for_architecture(course)})", ""
    elif not any(one.has_association for one in course.offers):
        why = f"none gives an address (frame {first.number})"
    elif not any(one.dns for one in course.offers) and all(
        host_of(one.url or b"")[1] is None for one in saying
    ):
        host = host_of(saying[0].url or b"")[0]
        why = f"the URL has the name {host}, and none names a name server (option 23)"
    else:
        why, cancelled = "why does not show", ""
    words = f"ADVERTISEs came, and it requested none of them in {waited:.1f} s: {why}."
    return Ending(Stop.NOT_TAKEN, words, screen=cancelled)


def _no_reply(course: Course) -> Ending:
    first = course.requests[0]
    waited = course.attempt.until - first.at
    ask = f"the REQUEST (frame {first.number})"
    if waited < PATIENCE:
        return too_soon(ask, waited)
    words = (
        f"No REPLY to {ask} is in the capture: asked {times(len(course.requests))}, {waited:.1f} s."
    )
    is_over = len(course.requests) >= _MOST_REQUESTS and not course.is_http
    return Ending(Stop.NO_ACK, words, screen=screen.E16 if is_over else "")


# --- after the REPLY ------------------------------------------------------------------------
def _configured(course: Course) -> Ending:
    taken = course.taken
    if taken is not None:
        given = ", ".join(map(str, course.addresses))
        words = (
            f"{taken.sender} says that it has the address which the client was given, {given}"
            f" (frame {taken.number}): the client may not use it."
        )
        return Ending(Stop.DECLINED, words, screen="" if course.is_http else screen.E07)
    silent = _silent_4011(course)
    if silent is not None:
        return silent
    return web_ending(course.attempt) or _url_ending(course)


def _silent_4011(course: Course) -> Ending | None:
    asked = course.proxied
    if not asked or course.from_4011 is not None:
        return None
    first = asked[0]
    waited = course.attempt.until - first.at
    told = next((one for one in course.attempt.complaints if one.port == first.port), None)
    whom = "all servers" if first.destination.is_multicast else str(first.destination)
    if told is not None:
        words = f"{told.words[0].upper()}{told.words[1:]} (ICMPv6, frame {told.number})."
        return Ending(Stop.PORT_4011_CLOSED, words)
    if waited < _PATIENCE_4011 and not course.releases:
        return too_soon(f"its question on port 4011 (frame {first.number})", waited)
    words = (
        f"No answer to its question on port 4011 is in the capture: {whom} asked"
        f" {times(len(asked))} (frame {first.number})."
    )
    return Ending(Stop.PORT_4011_SILENT, words, screen=screen.E16)


_PATIENCE_4011 = 3.5
"""Seconds: EDK II waits 3.0 s there (measured)."""


def _url_ending(course: Course) -> Ending:
    """What becomes of the URL."""
    reply = course.confirmed
    assert reply is not None
    source = course.url_from or reply
    where = f"the {source.kind_words} of {source.source} (frame {source.number})"
    waited = course.attempt.until - reply.at
    url = course.url
    is_over = bool(course.releases) or bool(course.attempt.why_over)
    if url is None or url == b"":
        if waited < PATIENCE and not is_over:
            return too_soon(f"the REPLY (frame {reply.number})", waited)
        named = any(one.url for one in course.offers)
        but = ", though the ADVERTISE did" if named else ""
        words = f"After {where}, which names no boot file (option 59){but}, it asks for nothing."
        shown = screen.E99 if named and not course.is_http else ""
        return Ending(Stop.UNUSABLE_URL, words, screen=shown)
    if not is_over and waited < PATIENCE and course.unanswered is None:
        return too_soon(f"the REPLY (frame {reply.number})", waited)
    told = f"{printable(url)} of {where}"
    if not course.is_http and course.who is Who.EDK2 and not url.startswith(b"tftp://"):
        words = f"It does nothing with the URL {told}: EDK II's PXE client takes tftp:// alone, in"
        return Ending(Stop.UNUSABLE_URL, f"{words} lower case.", screen=screen.E53)
    host, address = host_of(url)
    if address is None:
        return _unresolved(course, host, told)
    return _unreached(course, told)


def _unresolved(course: Course, host: str, told: str) -> Ending:
    lookups = course.attempt.lookups
    if not course.dns and not lookups:
        words = f"The URL {told} has the name {host}, and no name server was named (option 23)."
        shown = "" if course.is_http else screen.E99
        return Ending(Stop.UNUSABLE_URL, words, screen=shown)
    if not lookups:
        words = f"No query for {host}, the host of the URL {told}, is in the capture."
        return Ending(Stop.CANNOT_TELL, words)
    last = lookups[-1]
    frame = last.asked[0].number
    if last.answer is None:
        words = f"No answer of {last.server} to its query for {host} (frame {frame}) is there."
        shown = screen.HTTP_TIMEOUT if course.is_http else screen.E18
        return Ending(Stop.NAME_SILENT, f"{words} It is the host of the URL {told}.", screen=shown)
    words = f"{last.server} answers its query for {host} (frame {frame}): {last.came_to}."
    words += f" It is the host of the URL {told}, and the client asks for nothing more."
    return Ending(Stop.NAME_UNKNOWN, words, screen=_shown_for(course, last))


def _shown_for(course: Course, last: Lookup) -> str:
    """EDK II passes over an answer that ends with the question, and takes one with an authority
    section (DnsDxe/DnsImpl.c; observed)."""
    answer = last.answer
    if answer is None or answer.addresses:
        return ""
    if not answer.authorities:
        return screen.HTTP_TIMEOUT if course.is_http else screen.E18
    is_known = answer.code == dns.NO_SUCH_NAME and not course.is_http
    return screen.E53 if is_known else ""


def _unreached(course: Course, told: str) -> Ending:
    looked = course.unanswered
    if looked is None:
        words = f"It was given the URL {told}, and asks for nothing more."
        return Ending(Stop.NOTHING_FOLLOWS, words)
    target, frames = looked
    waited = course.attempt.until - frames[0].at
    if waited < PATIENCE:
        return too_soon(
            f"its neighbour solicitation for {target} (frame {frames[0].number})", waited
        )
    words = (
        f"Nobody answers its neighbour solicitations for {target}: {len(frames)} of them from frame"
        f" {frames[0].number} on, {waited:.1f} s."
    )
    if course.is_http:
        return Ending(Stop.NEIGHBOUR_SILENT, words, screen=screen.HTTP_UNEXPECTED)
    if course.who is Who.EDK2 and course.releases:
        return Ending(Stop.NEIGHBOUR_SILENT, words, screen=screen.E18)
    if course.who is Who.EDK2:
        words += (
            f" EDK II either gives up after about 30 s with {screen.E18} and a RELEASE, or hangs"
            " without another packet and without a message: it is a race in the firmware, and both"
            " were seen. No RELEASE is in the capture."
        )
    return Ending(Stop.NEIGHBOUR_SILENT, words)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"


def _reads(attempt: Attempt) -> int:
    return sum(len(one.asked) for one in attempt.transfers if not one.heard)


# --- downloads ------------------------------------------------------------------------------
def download6_screen(attempt: Attempt, ended: Ending) -> str:
    """What EDK II prints where a download over IPv6 ends so; empty where it is not known."""
    if Course(attempt).who is not Who.EDK2 or attempt.kind.name != "IPV6":
        return ""
    transfer = ended.transfer
    match ended.stop:
        case Stop.TFTP_ERROR:
            return screen.E23
        case Stop.TFTP_SILENT if _reads(attempt) >= _MOST_READS:
            return screen.E18
        case Stop.UNREACHABLE:
            return screen.E99
        case Stop.TFTP_ENDED_BY_CLIENT if transfer is not None and transfer.options is None:
            return screen.E99
        case _:
            return ""

"""Where a boot ends that asks a web server."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from pxeclient import httpboot
from pxeclient.explain.stop import Ending, Stop, times, too_soon
from pxeclient.httpboot import ENDS, Verdict
from pxeclient.replay.patience import PATIENCE
from pxeclient.seen.attempts import Attempt
from pxeclient.seen.names import Lookup
from pxeclient.seen.streams import Connection
from pxeclient.seen.web import BodyEnd, WebRequest
from pxeclient.wire.options import printable


def web_ending(attempt: Attempt) -> Ending | None:
    """Where the attempt's connections end; None where it has none of its own."""
    ours = [one for one in attempt.connections if not one.is_incoming]
    if not ours:
        return None
    web = attempt.web
    found = _of_requests(attempt, web) if web else _of_connection(attempt, ours[-1])
    if found.stop is not Stop.FETCHED and any(one.is_one_sided for one in ours):
        words = "The capture has only one direction of its connection"
        return Ending(Stop.CANNOT_TELL, f"{words}: how it went on cannot be told.")
    return found


# --- requests -----------------------------------------------------------------------------
def _of_requests(attempt: Attempt, web: Sequence[WebRequest]) -> Ending:
    asked = httpboot.asked(web, attempt.until)
    if asked is not None:
        found = httpboot.verdict(asked)
        return _of_uefi(attempt, found, tuple(asked.after))
    for at, one in enumerate(web):
        if one.is_whole and not one.is_head:
            return fetched(one, tuple(web[at + 1 :]))
    last = web[-1]
    if last.status == 503 and last.response is not None and httpboot.is_ipxe(last):
        wait = last.response.header(b"Retry-After")
        if wait is not None:
            again = f"It is to ask again in {printable(wait)} s, as iPXE does for as long as it is"
            words = f"{_answer(last)}. {again} told so: how it went on cannot be told."
            return Ending(Stop.CANNOT_TELL, words, request=last)
    stop, words = _came_to(attempt, last)
    return Ending(stop, words, request=last)


def fetched(
    one: WebRequest, after: tuple[WebRequest, ...], verdict: Verdict | None = None
) -> Ending:
    """The file came."""
    words = f"{one.url} was fetched whole from {_server(one)} (frame {one.last_number})"
    words += f": {one.size} octets"
    if one.end is BodyEnd.CLOSED:
        words += ", as far as it can be told: the end of the connection is that of the file"
    if one.answer.missing:
        words += f"; {one.answer.missing} of them are not in the capture"
    kind = httpboot.image(one) if verdict is not None else None
    if kind not in (None, "EFI program"):
        words += f". It is taken for a{'n ISO image' if kind == 'ISO image' else f' {kind}'}"
        words += ", and booted from as a disk in memory"
    return Ending(Stop.FETCHED, f"{words}.", request=one, after_web=after, verdict=verdict)


def _of_uefi(attempt: Attempt, found: Verdict, after: tuple[WebRequest, ...]) -> Ending:
    one = found.request
    if found.is_fetched:
        return fetched(one, after, found)
    stop, words = _came_to(attempt, one)
    if found.is_fetched is None:
        if stop not in (Stop.CANNOT_TELL, Stop.HTTP_SILENT, Stop.HTTP_STOPPED):
            stop = Stop.CANNOT_TELL
            words = f"The capture ends after {_answer(one)}: how it went on cannot be told."
        return Ending(stop, words, request=one, verdict=found)
    if found.rule in ("authentication", "redirect", "get-refused"):
        stop = Stop.HTTP_ERROR
    elif found.rule in ("head-refused", "type-unknown", "empty", "longer-than-head-said"):
        stop = Stop.HTTP_NOT_TAKEN
        words = f"{_answer(one)}, and UEFI's HTTP boot does not take it: {found.because}."
    return Ending(stop, words, request=one, after_web=after, verdict=found)


def _answer(one: WebRequest) -> str:
    status = httpboot.status_words(one)
    return f"{_server(one)} answers {_ask(one)} with {status} (frame {one.last_number})"


def _came_to(attempt: Attempt, one: WebRequest) -> tuple[Stop, str]:
    """What a request came to whose file did not come."""
    end = one.end
    waited = (one.ended.at if one.ended is not None else attempt.until) - one.last
    if end is BodyEnd.LOST:
        lacks = f"The capture lacks frames of the answer to {_ask(one)}"
        return Stop.CANNOT_TELL, f"{lacks} (frame {one.number}): what came of it cannot be told."
    if end is BodyEnd.NOT_HTTP:
        return Stop.HTTP_ERROR, f"What {_server(one)} answers to {_ask(one)} is no HTTP."
    if one.status is None:
        return _unanswered(attempt, one)
    if not one.is_success:
        to = f", a redirect to {one.location}" if one.location else ""
        return Stop.HTTP_ERROR, f"{_answer(one)}{to}."
    if one.is_head:
        return Stop.CANNOT_TELL, f"{_answer(one)}, and no more of it is in the capture."
    if end is BodyEnd.OPEN and waited < PATIENCE:
        ended = too_soon(f"{one.size} octets of {one.url} (frame {one.last_number})", waited)
        return Stop.CANNOT_TELL, ended.sentence
    of = "" if one.length is None else f" of {one.length}"
    words = f"{one.url} stops after {one.size}{of} octets (frame {one.last_number}): {ENDS[end]}"
    return Stop.HTTP_STOPPED, f"{words}{_when(one, waited)}."


def _when(one: WebRequest, waited: float) -> str:
    """By which frame it was over, and after how long a silence."""
    if one.ended is None:
        return f" in {waited:.1f} s"
    silence = f" {waited:.1f} s later" if waited >= 1 else ""
    return f"{silence} (frame {one.ended.number})"


def _unanswered(attempt: Attempt, one: WebRequest) -> tuple[Stop, str]:
    if one.broken_by is False and one.ended is not None:
        words = f"{_server(one)} breaks the connection off instead of an answer to {_ask(one)}"
        return Stop.HTTP_STOPPED, f"{words} (frame {one.ended.number})."
    if one.is_closed and one.ended is not None:
        words = f"{_server(one)} closes the connection instead of an answer to {_ask(one)}"
        return Stop.HTTP_STOPPED, f"{words} (frame {one.ended.number})."
    waited = (one.ended.at if one.ended is not None else attempt.until) - one.at
    if one.ended is None and waited < PATIENCE:
        return Stop.CANNOT_TELL, too_soon(f"{_ask(one)} (frame {one.number})", waited).sentence
    words = f"No answer to {_ask(one)} (frame {one.number}) is in the capture: {waited:.1f} s"
    if one.broken_by:
        words += ", and then the client breaks the connection off"
    return Stop.HTTP_SILENT, f"{words}."


def _ask(one: WebRequest) -> str:
    return f"{one.method} {one.url}" if one.method else "a request that it lacks"


def _server(one: WebRequest) -> str:
    return endpoint(one.server, one.port)


def endpoint(address: object, port: int) -> str:
    """``10.77.0.7:80`` or ``[fd77::7]:80``."""
    text = str(address)
    return f"[{text}]:{port}" if ":" in text else f"{text}:{port}"


# --- connections without requests ---------------------------------------------------------
def _of_connection(attempt: Attempt, one: Connection) -> Ending:
    where = endpoint(one.server, one.port)
    told = next(
        (told for told in attempt.complaints if (told.about, told.port) == (one.server, one.port)),
        None,
    )
    if told is not None and one.is_unanswered:
        words = f"{told.words[0].upper()}{told.words[1:]}: the answer to its SYN"
        return Ending(Stop.UNREACHABLE, f"{words} (ICMP, frame {told.number}).")
    if one.is_refused and one.reset is not None:
        words = f"{one.server} refuses a connection to port {one.port} (RST, frame"
        return Ending(Stop.TCP_REFUSED, f"{words} {one.reset.number}).")
    if one.is_unanswered:
        return _syn_unanswered(attempt, one, where)
    if one.tls is not None:
        return _of_tls(one, where)
    if one.web is not None and one.web.is_web is False:
        words = (
            f"It goes on by TCP to {where} (frame {one.number}), with something that is no HTTP."
        )
        return Ending(Stop.OTHER_PROTOCOL, words)
    words = f"Of its connection to {where} (frame {one.number}) the capture has no request"
    return Ending(Stop.CANNOT_TELL, f"{words}: how it went on cannot be told.")


def _syn_unanswered(attempt: Attempt, one: Connection, where: str) -> Ending:
    number, at = one.opened[0]
    waited = attempt.until - at
    if waited < PATIENCE:
        return too_soon(f"the SYN to {where} (frame {number})", waited)
    waits = [f"{round(after - before, 1):g}" for (_, before), (_, after) in pairwise(one.opened)]
    again = f"; asked again after {', '.join(waits)} s" if waits else ""
    words = f"No answer of {where} to the SYN is in the capture: asked {times(len(one.opened))},"
    return Ending(
        Stop.TCP_SILENT, f"{words} {waited:.1f} s without a word (from frame {number}{again})."
    )


def _of_tls(one: Connection, where: str) -> Ending:
    alert = one.tls.alert if one.tls is not None else None
    if alert is not None:
        who = "The client" if alert.ours else where
        words = f"{who} ends the TLS handshake with the alert {alert.name} (frame {alert.number})."
        return Ending(Stop.TLS_FAILED, words)
    is_under_way = one.tls is not None and one.tls.is_under_way
    if not is_under_way and one.reset is not None:
        who = "The client" if one.reset_by else where
        words = f"{who} breaks the TLS handshake off (frame {one.reset.number})"
        if one.reset_by:
            words += ": it does not accept what it was shown, such as the server's certificate"
        return Ending(Stop.TLS_FAILED, f"{words}.")
    words = f"It goes on by TLS to {where} (frame {one.number})"
    return Ending(Stop.CANNOT_TELL, f"{words}: what is asked there, and what comes, does not show.")


# --- names --------------------------------------------------------------------------------
def name_ending(attempt: Attempt) -> Ending | None:
    """Where a boot ends that asks for a name and goes no further; None if it does not ask."""
    found = attempt.lookups
    if not found:
        return None
    last = found[-1]
    number = last.asked[0].number
    ask = f"the name {last.name} ({last.type}, frame {number})"
    waited = attempt.until - last.asked[0].at
    if last.answer is None:
        if waited < PATIENCE and not attempt.why_over:
            return too_soon(ask, waited)
        count = times(len(last.asked))
        words = f"No answer of {last.server} to {ask} is in the capture: asked {count},"
        return Ending(Stop.NAME_SILENT, f"{words} {waited:.1f} s without a word.")
    ask = f"{last.name} ({last.type}, frame {last.answered[-1].number})"
    words = f"{last.server} has {_what(last)} for the name {ask}"
    if last.addresses:
        words = f"{last.server} answers {', '.join(map(str, last.addresses))} for the name {ask}"
        words += ", and the client goes on with none of them"
        if not all(record.is_pointed for record in last.answer.answers):
            words += (
                ": a record's name is written out where most servers point to the question, and EDK"
                " II's resolver passes over such a record"
            )
    return Ending(Stop.NAME_UNKNOWN, f"{words}.")


def _what(last: Lookup) -> str:
    answer = last.answer
    code = f" ({last.came_to})" if answer is not None and answer.code else ""
    return f"no address{code}"

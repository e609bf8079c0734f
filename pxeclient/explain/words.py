"""An explanation as lines for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pxeclient.advice import Server
from pxeclient.boot.actions import Decide
from pxeclient.clients import NamedClient
from pxeclient.diagnose.loaders import is_spare
from pxeclient.endings import end_of, judge
from pxeclient.explain.booting import is_untold
from pxeclient.explain.course6 import firmware6_words
from pxeclient.explain.facts import Offer
from pxeclient.explain.fingerprint import Fingerprint, Likeness, Match, nearest, says_of_itself
from pxeclient.explain.makers import fit
from pxeclient.explain.marks import Mark
from pxeclient.explain.otherwise import Otherwise
from pxeclient.explain.reasons import Reasons
from pxeclient.explain.steps import Event, came_to, connection_words, web_words
from pxeclient.explain.stop import Ending, Stop
from pxeclient.explain.story import ExplainedAttempt, Explanation, Story
from pxeclient.explain.summary import finding, table
from pxeclient.harmless import clean
from pxeclient.nbp import identify
from pxeclient.outcome import Failed
from pxeclient.report import closing
from pxeclient.report.transcript import TELLING, wrapped
from pxeclient.seen.aspects import Aspect
from pxeclient.seen.attempts import Kind
from pxeclient.seen.transfers import Transfer
from pxeclient.stack.acts import Ignore
from pxeclient.trace import Trace
from pxeclient.wire.options import printable

_INDENT = "  "
_DEEP = " " * 8
_MOST = 6
"""Marks and later downloads that are listed without being asked for all."""
_SHOWN = 60
"""Characters of a mark's value that are shown without being asked for all."""


def lines(
    found: Explanation, verbose: bool = False, kind: Server | None = None, brief: bool = False
) -> Iterator[str]:
    """The whole explanation: a table of all machines, then their stories.

    Args:
        found: What is to be told.
        verbose: Everything.
        kind: Whose settings cures are shown for; None: whoever is recognised.
        brief: No more than the table.
    """
    booting = [story for story in found.stories if story.is_network_boot]
    capture = found.capture
    counted = _count(len(booting), "network boot client") if booting else _nobody(found)
    frames = _count(len(capture.frames), "frame")
    yield f"{clean(str(capture.path))}: {frames} in {capture.seconds:.1f} s, {counted}"
    for remark in capture.remarks:
        yield from wrapped(remark, _INDENT)
    yield from table(booting)
    if brief:
        return
    for story in booting:
        yield from _story(story, verbose, kind)
    yield from _others([one for one in found.stories if not one.is_network_boot], verbose)


def _nobody(found: Explanation) -> str:
    """Messages that were cut when they were recorded may be anybody's."""
    is_cut = any(is_untold(told.attempt) for story in found.stories for told in story.attempts)
    # A text may not have what would tell.
    is_cut = is_cut or any(Aspect.CONTENT in frame.untold for frame in found.capture.frames)
    return "no network boot client to be seen" if is_cut else "no network boot client"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _others(others: Sequence[Story], verbose: bool) -> Iterator[str]:
    """Who is there too; of whom the capture shows next to nothing, only that."""
    vague = 0 if verbose else sum(story.is_vague for story in others)
    told = [story for story in others if verbose or not story.is_vague]
    if others:
        yield ""
    if told:
        is_dhcp = all(story.station.has_dhcp for story in told)
        noun = "other DHCP client" if is_dhcp else "other client"
        yield f"No network boot: {_count(len(told), noun)}"
    for story in told[: None if verbose else _MOST]:
        yield from _other(story)
    if len(told) > _MOST and not verbose:
        yield f"{_INDENT}… and {len(told) - _MOST} more (-v shows them)"
    if vague:
        words = _count(vague, "other client" if told else "client")
        yield f"Of {words} too little was recorded to say more (-v shows it)."


def _other(story: Story) -> Iterator[str]:
    # Its renewals add nothing.
    told = story.attempts[0]
    says = "; ".join(f"{value} ({name})" for name, value in says_of_itself(told.attempt))
    yield from wrapped(f"{story.station.mac} {says or 'does not name itself'}", _INDENT)
    yield from wrapped(told.ending.sentence, _DEEP)


def _story(story: Story, verbose: bool, kind: Server | None) -> Iterator[str]:
    for told in story.attempts:
        yield ""
        yield from attempt_lines(story, told, verbose, kind)


def attempt_lines(
    story: Story, told: ExplainedAttempt, verbose: bool = False, kind: Server | None = None
) -> Iterator[str]:
    """One attempt, from who it is to what to change; see `lines`."""
    yield from _head(story, told)
    yield from _firmware(told, verbose)
    yield from _offers(told)
    yield from _course(told, verbose)
    yield from _next(told)
    if told.otherwise is not None:
        yield from _otherwise(told.otherwise, verbose)
    elif told.is_other_wanted and told.is_over_ipv6:
        words = f"What another firmware would have done is not told: {told.why_no_reasons}."
        yield from wrapped(words, _INDENT)
    elif told.why_no_reasons and told.reasons is None and verbose:
        yield from wrapped(f"Not played to any profile: {told.why_no_reasons}.", _INDENT)
    yield from _beside(told, verbose, kind)
    yield from end_lines(told, verbose, kind)


def end_lines(
    told: ExplainedAttempt, verbose: bool = False, kind: Server | None = None
) -> Iterator[str]:
    """How an attempt ended, why, and what to change: its verdict alone."""
    yield from _end(told)
    yield from _to_change(told, verbose, kind)


def _head(story: Story, told: ExplainedAttempt) -> Iterator[str]:
    frames = told.attempt.frames
    of = f", attempt {told.number} of {len(story.attempts)}" if len(story.attempts) > 1 else ""
    yield (
        f"{story.station.mac}{of}: frames {frames[0].number} to {frames[-1].number},"
        f" from {told.attempt.began:.3f} s"
    )
    if told.attempt.is_rebuilt:
        relays = ", ".join(map(str, story.station.relays)) or "a router"
        yield from wrapped(
            f"Only what the relay {relays} passed on was recorded; TTL, ports and padding of the"
            " client do not show.",
            _INDENT,
        )
    elif story.station.relays:
        relays = ", ".join(map(str, story.station.relays))
        yield from wrapped(f"The copies of the relay {relays} are left out.", _INDENT)


# --- firmware -----------------------------------------------------------------------------
def _firmware(told: ExplainedAttempt, verbose: bool) -> Iterator[str]:
    looks = told.fingerprint
    if told.named is not None:
        yield from _named(told.named, verbose)
        for name, value in says_of_itself(told.attempt):
            yield f"{_DEEP}it says {value} ({name})"
        return
    if told.attempt.kind is Kind.IPV6:
        yield from wrapped(f"Firmware: {firmware6_words(told.attempt)}", _INDENT)
        for name, value in says_of_itself(told.attempt):
            yield f"{_DEEP}it says {value} ({name})"
        return
    yield from wrapped(f"Firmware: {_verdict(looks)}", _INDENT)
    if told.attempt.kind is not Kind.PXE or looks.best is None:
        for name, value in says_of_itself(told.attempt):
            yield f"{_DEEP}it says {value} ({name})"
    if looks.best is not None and looks.before:
        nth = _NTH.get(looks.before + 1, f"{looks.before + 1}th")
        words = f"Recorded from its {nth} DHCPDISCOVER on: ids and seconds are counted on."
        yield from wrapped(words, _DEEP)
    match = looks.best or nearest(looks)
    if match is None:
        return
    for mark in match.against[: None if verbose else _MOST]:
        yield from wrapped(_differs(mark, match, verbose), _DEEP)
    if len(match.against) > _MOST and not verbose:
        yield f"{_DEEP}… and {len(match.against) - _MOST} more (-v shows them)"
    if verbose:
        for mark in match.marks:
            if mark.agrees:
                yield from wrapped(f"= {mark.name}: {mark.has}", _DEEP)


def _named(found: NamedClient, verbose: bool) -> Iterator[str]:
    """Who it is, how that is known, and what has to be known to read its story."""
    client = found.client
    level, source = client.known
    sure = "" if client.sure else "likely "
    where = f"; {source}" if verbose else ""
    words = f"Firmware: {sure}{client.name}, by {found.by} ({level}{where}). No profile is its own."
    yield from wrapped(words, _INDENT)
    for sentence, level, source in client.notes:
        where = f"; {source}" if verbose else ""
        yield from wrapped(f"{sentence} ({level}{where})", _DEEP)


_NTH = {2: "second", 3: "third", 4: "fourth", 5: "fifth", 6: "sixth"}


def _verdict(looks: Fingerprint) -> str:
    if looks.likeness is Likeness.UNKNOWN:
        return f"cannot tell, {looks.why}."
    best = looks.matches[0]
    share = f"{_agreeing(best)} of {len(best.marks)} marks agree"
    match looks.likeness:
        case Likeness.NONE:
            kin = nearest(looks)
            near = f"; the nearest is {best.profile.name}, {share}" if kin else ""
            return f"none of our profiles{near}."
        case _:
            others = [one.profile.name for one in looks.equals if one is not best]
            tied = f" {_tied(looks)} it from {', '.join(others)}." if others else ""
            name = f"{best.profile.name} ({best.profile.title})"
            but = ", but it does otherwise (below)" if looks.departs else ""
            return f"{looks.likeness.value} {name}: {share}{but}.{tied}"


def _tied(looks: Fingerprint) -> str:
    """What tells it from its equals after all."""
    maker = looks.maker
    if maker is not None and fit(maker, looks.matches[0].profile.name) > 0:
        return f"Its MAC address is {maker.name}'s; its frames do not tell"
    return "The capture does not tell"


def _agreeing(match: Match) -> int:
    return sum(mark.agrees for mark in match.marks)


def _differs(mark: Mark, match: Match, verbose: bool) -> str:
    known = f" ({mark.known.level})" if mark.known else ""
    return (
        f"≠ {mark.name}: the capture has {_short(mark.has, verbose)},"
        f" {match.profile.name} {_short(mark.profile_has, verbose)}{known}"
    )


def _short(text: str, verbose: bool) -> str:
    return text if verbose or len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


# --- offers -------------------------------------------------------------------------------
def _offers(told: ExplainedAttempt) -> Iterator[str]:
    if not told.replies:
        return
    yield f"{_INDENT}Offered:"
    for offer in told.replies:
        yield from _offer(offer)


def _offer(offer: Offer) -> Iterator[str]:
    times = f" ({offer.times} times)" if offer.times > 1 else ""
    via = "" if offer.server == offer.source else f", sent by {offer.source}"
    who = offer.server if offer.over6 is None else offer.over6.who_words
    yield f"{_DEEP}#{offer.number} {offer.kind} of {who}{via}: {offer.words()}{times}"
    for line in offer.vendor:
        yield f"{_DEEP}    {line}"


# --- what happened ------------------------------------------------------------------------
def _course(told: ExplainedAttempt, verbose: bool) -> Iterator[str]:
    if not told.steps:
        return
    yield f"{_INDENT}What happened{_and_why(told.reasons, told.fingerprint.likeness)}:"
    chosen = list(told.reasons.chosen) if told.reasons else []
    for step in told.steps:
        while chosen and chosen[0].frame < step.number:
            yield from _decision(chosen.pop(0).item, verbose)
        yield _step(step)
    for one in chosen:
        yield from _decision(one.item, verbose)
    for connection in told.attempt.connections:
        said = connection_words(connection)
        if said and (verbose or connection.lost or connection.is_one_sided):
            yield from wrapped(f"TCP with {said}.", _DEEP)
    if told.reasons is not None and told.reasons.parts_at:
        words = (
            f"From here on {told.reasons.profile.name} explains nothing: {told.reasons.parts_at}."
        )
        yield from wrapped(words, f"{_DEEP}")


def _and_why(found: Reasons | None, likeness: Likeness) -> str:
    if found is None or not found.chosen:
        return ""
    if likeness is Likeness.SAME:
        return f", and why by the tables of {found.profile.name}"
    return f", and why if it decides as {found.profile.name} does"


def _step(step: Event) -> str:
    arrow = "──▶" if step.ours else "◀──"
    times = f" ({step.times} times, last at {step.last:.3f} s)" if step.times > 1 else ""
    head = f"{step.at:9.3f} {arrow} #{step.number} {step.peer} {step.kind}"
    return f"{head}  {step.detail}{times}".rstrip()


def _decision(item: Decide | Ignore, verbose: bool) -> Iterator[str]:
    if isinstance(item, Ignore):
        yield from wrapped(f"✗ ignored {item.what}: {item.because}", " " * 14)
        return
    decision = item.decision
    if not verbose and decision.question not in TELLING:
        return
    about = f": {item.about}" if item.about else ""
    yield from wrapped(f"◆ {decision.question}: {decision.answer}{about}", " " * 14)
    yield from wrapped(decision.because, " " * 18)
    if verbose:
        yield f"{' ' * 18}rule {decision.rule}; {decision.source}"


# --- the end ------------------------------------------------------------------------------
def _end(told: ExplainedAttempt) -> Iterator[str]:
    ended = told.ending
    beside = told.attempt.dhcpv6
    if beside and told.attempt.kind is not Kind.IPV6:
        first, last = beside[0].number, beside[-1].number
        where = f"frame {first}" if first == last else f"frames {first} to {last}"
        words = f"Beside it the client asks over IPv6 (DHCPv6, {where})."
        yield from wrapped(words, _INDENT)
    yield from wrapped(f"■ {ended.sentence}", _INDENT)
    if ended.stop is Stop.FETCHED:
        yield from _file(ended, told.trace)
    if ended.verdict is not None and ended.verdict.shows and not ended.is_doubtful:
        shown = " and then ".join(f'"{line}"' for line in ended.verdict.shows)
        words = f"Inferred, if it is of EDK II's kind: it shows {shown}"
        yield from wrapped(words, _INDENT)
    if ended.screen:
        given = "if nothing answered, " if ended.is_doubtful else ""
        words = f"Inferred from recordings of EDK II: {given}it ends here with {ended.screen}"
        yield from wrapped(words, _INDENT)
    if told.reasons is not None:
        yield from _inferred(told.reasons, told.fingerprint.likeness, finding(told) is None)
    if told.attempt.why_over:
        yield from wrapped(f"Then {told.attempt.why_over} ({told.attempt.until:.3f} s).", _INDENT)


def _file(ended: Ending, trace: Trace) -> Iterator[str]:
    content = ended.content
    if content is None:
        yield from wrapped(_of_beginning(ended), _INDENT)
    else:
        judged = judge(trace)
        cannot = judged.cannot if judged is not None else ""
        sign = ";" if cannot else ","
        kind = identify(content)
        yield f"{_INDENT}{kind.words}{cannot}{sign} SHA-256 {ended.sha256}"


def _of_beginning(ended: Ending) -> str:
    """What the recorded part of a file shows."""
    start = ended.beginning
    if not start:
        return "Not every octet of it was recorded: what kind of file it is does not show."
    words = identify(start, ended.size).words
    return f"Not every octet of it was recorded; by its first {len(start)}: {words}."


def _next(told: ExplainedAttempt) -> Iterator[str]:
    """What whatever was fetched asks for; of a client that reads file after file, what it does."""
    ended = told.ending
    if ended.after or ended.after_web:
        by_itself = told.named is not None and told.named.client.own_names
        words = "It asks for more" if by_itself else "What runs next asks for more"
        yield f"{_INDENT}{words}:"
    for transfer in ended.after[:_MOST]:
        name = printable(transfer.request.filename)
        came = came_to(transfer, told.attempt.complaints) + _harmless(transfer)
        yield f"{_DEEP}#{transfer.asked[0].number} {name} of {transfer.server}: {came}"
    if len(ended.after) > _MOST:
        yield f"{_DEEP}… and {len(ended.after) - _MOST} more"
    for one in ended.after_web[:_MOST]:
        yield from wrapped(f"#{one.number} {one.method} {web_words(one)}", _DEEP)
    if len(ended.after_web) > _MOST:
        yield f"{_DEEP}… and {len(ended.after_web) - _MOST} more by HTTP"


def _harmless(transfer: Transfer) -> str:
    """That the program which asks goes on without."""
    return ": harmless" if transfer.refused is not None and is_spare(transfer) else ""


def _inferred(found: Reasons, likeness: Likeness, says_why: bool) -> Iterator[str]:
    """What the machine's screen said, and why where no finding tells it."""
    sure = "Inferred" if likeness is Likeness.SAME else "Inferred, if it is of that kind"
    if isinstance(found.outcome, Failed):
        with_words = f" with {found.outcome.text}" if found.outcome.text else ""
        words = f"{sure}: {found.profile.name} ends here{with_words}"
        because = found.outcome.because
        yield from wrapped(
            words if because in words or not says_why else f"{words} - {because}", _INDENT
        )
    elif found.waits:
        yield f"{_INDENT}{sure}: {found.profile.name} waits for a key at its boot menu here."


def _beside(told: ExplainedAttempt, verbose: bool, kind: Server | None) -> Iterator[str]:
    """What is wrong beside what the verdict is about."""
    end = end_of(told.trace)
    for line in closing.beside(told.findings, finding(told), end, verbose, kind):
        yield type(line)(f"{_INDENT}{line}")


def _to_change(told: ExplainedAttempt, verbose: bool, kind: Server | None) -> Iterator[str]:
    """Why, and what to change, as after a boot of our own."""
    outcome = told.trace.outcome
    code = outcome.code if isinstance(outcome, Failed) else None
    yield from closing.advice(finding(told), "", code or "", kind, verbose, _INDENT)


# --- another firmware ---------------------------------------------------------------------
def _otherwise(found: Otherwise, verbose: bool) -> Iterator[str]:
    name = f"{found.profile.name} ({found.profile.title})"
    yield from wrapped(f"In its place, given the same replies, {name}:", _INDENT)
    for item in found.decided:
        if isinstance(item, Decide):
            yield from _decision(item, verbose)
    yield from wrapped(f"■ {found.sentence}", _DEEP)
    if found.if_silent:
        yield from wrapped(found.if_silent, f"{_DEEP}  ")
    for caveat in found.caveats:
        yield from wrapped(caveat, f"{_DEEP}  ")

"""An explanation as one JSON object; ``docs/reference/explain.md`` documents it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pxeclient.advice.as_json import known_as_json
from pxeclient.boot.actions import Decide
from pxeclient.clients import NamedClient
from pxeclient.explain.course6 import firmware6_name
from pxeclient.explain.deeds import would
from pxeclient.explain.facts import Offer
from pxeclient.explain.fingerprint import Fingerprint, Match, says_of_itself
from pxeclient.explain.otherwise import Otherwise
from pxeclient.explain.reasons import Reasons
from pxeclient.explain.steps import Event
from pxeclient.explain.stop import Ending
from pxeclient.explain.story import ExplainedAttempt, Explanation, Story
from pxeclient.httpboot import Verdict
from pxeclient.nbp import identify
from pxeclient.outcome import Failed
from pxeclient.report import findings
from pxeclient.report.words import word
from pxeclient.seen.attempts import Attempt
from pxeclient.seen.dhcp6 import Dhcp6
from pxeclient.seen.names import Lookup
from pxeclient.seen.streams import Connection
from pxeclient.seen.transfers import Transfer
from pxeclient.seen.web import WebRequest
from pxeclient.stack.acts import Ignore
from pxeclient.wire.dhcp6_options import duid_words
from pxeclient.wire.options import printable

if TYPE_CHECKING:
    from pxeclient.schemas import explain as shapes

SCHEMA: Final = "pxeclient-explain/3"
"""Grows by new keys only; any other change makes it /4."""


def as_json(found: Explanation) -> shapes.Explain:
    """The whole explanation."""
    return {
        "schema": SCHEMA,
        "capture": str(found.capture.path),
        "frame_count": len(found.capture.frames),
        "seconds": _time(found.capture.seconds),
        "remarks": list(found.capture.remarks),
        "clients": [_client(story) for story in found.stories],
    }


def _time(seconds: float) -> float:
    return round(seconds, 6)


def _client(story: Story) -> shapes.Client:
    return {
        "mac": str(story.station.mac),
        "network_boot": story.is_network_boot,
        "relays": [str(relay) for relay in story.station.relays],
        "attempts": [attempt_as_json(told) for told in story.attempts],
    }


def attempt_as_json(told: ExplainedAttempt) -> shapes.Attempt:
    """One attempt, as in the clients of an explanation."""
    attempt = told.attempt
    return {
        "number": told.number,
        "kind": attempt.kind.name.lower(),
        "first_frame": attempt.frames[0].number,
        "last_frame": attempt.frames[-1].number,
        "began": _time(attempt.began),
        "rebuilt_from_relay": attempt.is_rebuilt,
        "says_of_itself": dict(says_of_itself(attempt)),
        "firmware": _firmware(told.fingerprint),
        "client": None if told.named is None else _named(told.named),
        "over_ipv6": _firmware6(attempt),
        "replies": [_reply(offer) for offer in told.replies],
        "steps": [_step(step) for step in told.steps],
        "reasons": None if told.reasons is None else _reasons(told.reasons),
        "web_requests": [_web(one) for one in attempt.web],
        "tcp_connections": [_connection(one) for one in attempt.connections],
        "lookups": [_lookup(one) for one in attempt.lookups],
        "ending": _ending(told.ending),
        "findings": findings.as_json(told.findings),
        "followed_by": attempt.why_over or None,
        "as": None if told.otherwise is None else _otherwise(told.otherwise),
    }


def _firmware6(attempt: Attempt) -> shapes.OverIpv6 | None:
    """What there is of DHCPv6."""
    if not attempt.dhcp6:
        return None
    return {
        "looks_like": firmware6_name(attempt) or None,
        "boot_frames": [one.number for one in attempt.boot6],
        "stack_frames": [
            one.number for one in attempt.dhcp6 if one.number not in attempt.boot6_numbers
        ],
        "router_flags": [
            (frame.number, said.managed, said.other) for frame, said in attempt.routers
        ],
    }


def _firmware(looks: Fingerprint) -> shapes.Firmware:
    best = looks.best
    return {
        "verdict": word(looks.likeness),
        "why": looks.why or None,
        "departs": looks.departs or None,
        "maker": None if looks.maker is None else looks.maker.name,
        "discovers_before": looks.before,
        "profile": best.profile.name if best else None,
        "profile_version": best.profile.version if best else None,
        "equals": [match.profile.name for match in looks.equals],
        "scores": {match.profile.name: round(match.score, 4) for match in looks.matches},
        "marks": _marks(looks.matches[0]) if looks.matches else [],
    }


def _named(found: NamedClient) -> shapes.NamedClient:
    level, where = found.client.known
    return {
        "name": found.client.name,
        "family": found.client.family,
        "sure": "certain" if found.client.sure else "likely",
        "known": {"level": level, "where": where},
    }


def _marks(match: Match) -> list[shapes.Mark]:
    return [
        {
            "mark": mark.name,
            "agrees": mark.agrees,
            "weight": mark.weight,
            "has": mark.has,
            "profile_has": mark.profile_has,
            "known": known_as_json(mark.known) if mark.known else None,
        }
        for mark in match.marks
    ]


def _reply(offer: Offer) -> shapes.Reply:
    return {
        "frame": offer.number,
        "at": _time(offer.at),
        "kind": offer.kind,
        "from": str(offer.source),
        "server": str(offer.server),
        "address": _text(offer.address),
        "next_server": _text(offer.next_server),
        "file": _octets(offer.file),
        "option_67": _octets(offer.option_67),
        "option_60": _octets(offer.vendor_class),
        "option_43": list(offer.vendor),
        "times": offer.times,
        "cut": offer.is_cut,
        "over_ipv6": None if offer.over6 is None else _over6(offer.over6),
    }


def _over6(said: Dhcp6) -> shapes.SaidOverIpv6:
    status = said.status
    return {
        "server_id": None if said.server_id is None else duid_words(said.server_id),
        "addresses": [str(address) for address in said.addresses],
        "url": _octets(said.url),
        "parameters": [printable(one) for one in said.parameters],
        "vendor_class": said.class_words or None,
        "dns": [str(address) for address in said.dns],
        "preference": said.preference,
        "status_code": None if status is None else (status.code, status.name),
    }


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _octets(value: bytes | None) -> str | None:
    return None if value is None else printable(value)


def _step(step: Event) -> shapes.Step:
    return {
        "frame": step.number,
        "at": _time(step.at),
        "sent": step.ours,
        "peer": step.peer,
        "kind": step.kind,
        "detail": step.detail,
        "times": step.times,
    }


def _reasons(found: Reasons) -> shapes.Reasons:
    outcome = found.outcome
    failed = outcome if isinstance(outcome, Failed) else None
    return {
        "profile": found.profile.name,
        "profile_version": found.profile.version,
        "agrees": found.agrees,
        "parts_at": found.parts_at or None,
        "decisions": [_decision(one.item, one.frame) for one in found.chosen],
        "inferred_code": (failed.code or None) if failed else None,
        "inferred_text": failed.text if failed else None,
        "inferred_because": failed.because if failed else None,
        "waits_for_key": found.waits,
    }


def _decision(item: Decide | Ignore, frame: int | None) -> shapes.Decided:
    if isinstance(item, Ignore):
        return {"frame": frame, "ignored": item.what, "because": item.because}
    decision = item.decision
    return {
        "frame": frame,
        "question": decision.question,
        "answer": decision.answer.name.lower().replace("_", "-"),
        "answer_words": decision.answer.value,
        "about": item.about,
        "because": decision.because,
        "rule": decision.rule,
        "known": known_as_json(decision.source),
    }


def _ending(ended: Ending) -> shapes.Ending:
    return {
        "stop": ended.stop.value,
        "sentence": ended.sentence,
        "inferred_text": ended.screen or None,
        "inferred_code": ended.code or None,
        "transfer": None if ended.transfer is None else _transfer(ended.transfer),
        "after": [_transfer(transfer) for transfer in ended.after],
        "web_request": None if ended.request is None else _web(ended.request),
        "web_requests_after": [_web(one) for one in ended.after_web],
        "http_boot": None if ended.verdict is None else _verdict(ended.verdict),
    }


def _verdict(found: Verdict) -> shapes.HttpBoot:
    return {
        "rule": found.rule,
        "fetched": found.is_fetched,
        "because": found.because,
        "inferred_text": " ".join(found.shows) or None,
        "known": known_as_json(found.known),
    }


def _web(one: WebRequest) -> shapes.WebRequest:
    content = one.content
    return {
        "frame": one.number,
        "server": str(one.server),
        "port": one.port,
        "method": one.method or None,
        "url": one.url,
        "user_agent": printable(one.user_agent) or None,
        "http_status": one.status,
        "content_type": one.content_type,
        "content_length": one.length,
        "location": one.location,
        "body_size": one.size,
        "body_missing": one.answer.missing,
        "body_end": one.end.value,
        "seconds": _time(one.seconds),
        "oddities": [*filter(None, (one.oddity, one.answer.oddity))],
        "sha256": one.sha256,
        "file_kind": identify(content).kind if content is not None else None,
    }


def _connection(one: Connection) -> shapes.Connection:
    sides = (one.ours, one.theirs)
    return {
        "frame": one.number,
        "server": str(one.server),
        "port": one.port,
        "syns": len(one.opened),
        "accepted": one.accepted is not None,
        "reset": one.reset is not None,
        "came_again": sum(side.retransmitted for side in sides),
        "out_of_order": sum(side.out_of_order for side in sides),
        "overlapping": sum(side.overlapping for side in sides),
        "octets_lacking": one.lost,
        "octets_cut": sum(side.cut for side in sides),
        "joined": one.is_joined,
        "one_sided": one.is_one_sided,
    }


def _lookup(one: Lookup) -> shapes.Lookup:
    return {
        "frame": one.asked[0].number,
        "server": str(one.server),
        "dns_name": one.name,
        "dns_type": one.type,
        "times": len(one.asked),
        "addresses": [str(address) for address in one.addresses],
        "came_to": one.came_to,
    }


def _transfer(transfer: Transfer) -> shapes.Transfer:
    content = transfer.content
    return {
        "file": printable(transfer.request.filename),
        "server": str(transfer.server),
        "port": transfer.server_port,
        "frame": transfer.asked[0].number,
        "options": [(printable(key), printable(value)) for key, value in transfer.request.options],
        "whole": transfer.is_whole,
        "size": transfer.size,
        "sha256": transfer.sha256,
        "file_kind": None if content is None else identify(content).kind,
        "error": None
        if transfer.refused is None
        else (transfer.refused.code, printable(transfer.refused.message)),
    }


def _otherwise(found: Otherwise) -> shapes.Otherwise:
    return {
        "profile": found.profile.name,
        "profile_version": found.profile.version,
        "result": found.result.value,
        "sentence": found.sentence,
        "if_silent": found.if_silent or None,
        "caveats": list(found.caveats),
        "deeds": [would(one) for one in found.asked],
        "decisions": [_decision(item, None) for item in found.decided],
    }

"""A profile's identity from a recording; its decisions, and what does not show, from a base.

A wait is learnt where the recording contradicts the base: clocks of real machines tick, and
0.27 s in a recording do not make 0.25 s in a profile wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

from pxeclient.boot.dhcp.options import NAMES, Names, fill
from pxeclient.boot.dhcp.traits import Secs
from pxeclient.boot.machine import Machine
from pxeclient.capture.reading import read
from pxeclient.capture.values import CaptureError
from pxeclient.compare import observed
from pxeclient.compare.observed import Asked
from pxeclient.profile import Profile
from pxeclient.replay.client_of import frames_and_client, machine_of
from pxeclient.replay.play import Play, Said, play_of
from pxeclient.wire.addresses import Mac
from pxeclient.wire.pxe import Purpose

_TICK, _DRIFT = 0.12, 0.12
"""Seconds, and share of the wait, by which a recorded wait may miss the nominal one."""

Learnt = dict[tuple[str, ...], Any]
"""Values by the keys that lead to them in a profile."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a recording says about a firmware."""

    values: Learnt
    machine: Machine
    remarks: tuple[str, ...] = ()
    """What is to be said of the recording's file itself."""


def learn(capture: Path, base: Profile, mac: Mac | None = None) -> Lesson:
    """The identity of the firmware in a capture.

    Raises:
        CaptureError: The capture cannot be used.
    """
    taken = read(capture).whole()
    frames, client = frames_and_client(taken, mac)
    recorded = play_of(frames, client)
    machine = machine_of(base, client)
    messages = observed.asked(recorded)
    if not messages:
        raise CaptureError(
            f"{capture} has no message of {client.mac} to a server's port: it shows no firmware"
        )
    values: Learnt = {("dhcp", "size"): observed.size(messages)}
    for key, value in observed.ip(recorded, messages).items():
        values["ip", key] = value
    values |= _messages(messages, base, machine)
    values |= _times(recorded, messages, base)
    values |= _downloads(recorded, base)
    values |= _background(recorded, base, machine)
    return Lesson(values, machine, taken.remarks)


def _messages(messages: list[Asked], base: Profile, machine: Machine) -> Learnt:
    found: Learnt = {}
    common: dict[int, str] = {}
    for one in messages:
        name = ("dhcp", "messages", one.purpose.value)
        is_first = (*name, "options") not in found
        for key, value in observed.of_message(one).items():
            found.setdefault((*name, key), value)
        if not is_first:
            continue
        shape = base.traits.dhcp.messages.get(one.purpose)
        echoed = () if shape is None else shape.echo
        for code, data in observed.values(one):
            text = template(data, machine)
            if code in echoed:
                continue
            if common.setdefault(code, text) == text:
                found["dhcp", "values", str(code)] = {"hex": common[code]}
            else:
                found[(*name, "values", str(code))] = {"hex": text}
    return found


def template(data: bytes, machine: Machine) -> str:
    """An option value with the machine's own octets replaced by their names."""
    text = data.hex()
    for name in ("mac", "uuid", "uuid-le", "bus"):
        octets = NAMES[name](machine)
        at = text.find(octets)
        if at >= 0 and at % 2 == 0:
            text = f"{text[:at]} {{{name}}} {text[at + len(octets) :]}".strip()
    return text


def _times(recorded: Play, messages: list[Asked], base: Profile) -> Learnt:
    found: Learnt = {}
    for purpose in Purpose:
        waits = _waits(messages, purpose)
        shape = base.traits.dhcp.messages.get(purpose)
        nominal = () if shape is None else shape.waits
        if waits and len(waits) < max(len(nominal), 2):
            found["dhcp", "messages", purpose.value, "waits"] = settled(waits, nominal)
    searches = [list(burst) for burst in observed.unanswered_searches(recorded)]
    longest = max(searches, key=len, default=[])
    nominal = base.traits.ip.arp_waits
    waits = observed.repeats(longest)[: len(nominal) - 1]
    if waits:
        found["ip", "arp-waits"] = settled(waits, nominal)
    discovers = [one.message.secs for one in messages if one.purpose is Purpose.DISCOVER]
    if base.traits.dhcp.secs is Secs.LISTED:
        kept = list(base.traits.dhcp.secs_listed[len(discovers) :])
        found["dhcp", "secs-listed"] = discovers + kept
    return found


def _waits(messages: list[Asked], purpose: Purpose) -> list[float]:
    """The waits in the first run of messages for `purpose` to one server."""
    runs = groupby(messages, key=lambda one: (one.purpose, one.packet.destination))
    times = next(([one.at for one in run] for key, run in runs if key[0] is purpose), [])
    return [after - before for before, after in pairwise(times)]


def settled(waits: list[float], nominal: tuple[float, ...]) -> list[float]:
    """The nominal waits where the recorded ones do not contradict them."""
    found = [round(wait, 2) for wait in waits]
    for at, (wait, expected) in enumerate(zip(waits, nominal, strict=False)):
        if abs(wait - expected) <= _TICK + _DRIFT * expected:
            found[at] = expected
    # Nothing shows how long the firmware waits after its last transmission.
    return found + (list(nominal[len(found) :]) or found[-1:])


def _downloads(recorded: Play, base: Profile) -> Learnt:
    transfers = observed.transfers(recorded)
    if transfers and observed.abort(transfers[-1]) is not None:
        # Nothing follows: not the end of a request for the size, but of the boot.
        transfers = transfers[:-1]
    if not transfers:
        return {}
    requests = [observed.of_transfer(frames) for frames in transfers]
    known = base.traits.tftp.requests
    if len(requests) > max(len(known), 2):
        # A second file, or a retry without options: the first requests are those of a download.
        requests = requests[: len(known)]
    written = [
        {"options": [list(pair) for pair in request.options]}
        | ({"abort": True} if request.abort else {})
        for request in known
    ]
    last = len(requests) - 1
    is_open = all(said.label.kind == "RRQ" for said, _ in transfers[last])
    if is_open and last < len(known) and requests[last]["options"] == written[last]["options"]:
        # Nobody answered: what the client would have done with an answer does not show.
        requests[last] = written[last]
    kept = written[len(requests) :]
    found: Learnt = {("tftp", "requests"): requests + (kept if requests[-1].get("abort") else [])}
    ended = observed.abort(transfers[0])
    if ended is not None:
        found["tftp", "abort-code"] = ended.code
        found["tftp", "abort-text"] = ended.message.decode("latin-1")
    waits = observed.repeats(_opening(transfers[0]))
    if waits:
        found["tftp", "open-waits"] = settled(waits, base.traits.tftp.open_waits)
    return found


def _background(recorded: Play, base: Profile, machine: Machine) -> Learnt:
    """Frames that the base does not send, or not at these times; what it sends later is kept."""
    known = {(one.destination, one.ethertype): one for one in base.traits.background}
    found: list[dict[str, Any]] = []
    for (destination, ethertype, payload), times in observed.background(recorded).items():
        one = known.pop((destination, ethertype), None)
        is_same = one is not None and fill(one.payload, Names(machine)) == payload
        frame: dict[str, Any] = {
            "name": one.name if one else f"frame of type 0x{ethertype:04x} to {destination}",
            "at": settled_times(times, one.at if one else ()),
            "destination": destination,
            "ethertype": ethertype,
            "payload": one.payload if one and is_same else template(payload, machine),
        }
        if one and one.holds_until:
            frame["holds-until"] = one.holds_until
        found.append(frame)
    return {("background",): found} if found else {}


def settled_times(times: list[float], nominal: tuple[float, ...]) -> list[float]:
    """The nominal times where the waits between the recorded ones do not contradict them."""
    waits = [after - before for before, after in pairwise(times)]
    expected = tuple(after - before for before, after in pairwise(nominal))
    is_same = len(waits) <= len(expected) and settled(waits, expected)[: len(waits)] == list(
        expected[: len(waits)]
    )
    return list(nominal) if nominal and (is_same or not waits) else [round(at, 2) for at in times]


def _opening(frames: list[tuple[Said, Any]]) -> list[Said]:
    """The read requests of a transfer, up to the first answer's acknowledgement."""
    return [said for said, _ in frames if said.label.kind == "RRQ"]

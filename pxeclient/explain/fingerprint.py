"""Which of our profiles a client looks like, with what agrees and what does not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from pathlib import Path

from pxeclient.decisions import Evidence
from pxeclient.explain.facts import message_of
from pxeclient.explain.makers import Maker, fit, maker_of
from pxeclient.explain.marks import Mark, distance, marks
from pxeclient.explain.shown import Shown, shown
from pxeclient.profile import Profile, load_file
from pxeclient.seen.attempts import Attempt, Kind
from pxeclient.wire import dhcp
from pxeclient.wire.dhcp6_options import duid_words
from pxeclient.wire.options import printable, show_value

_CLOSE = 0.8
"""The share of the marks, by weight, from which a profile is called close."""
_LEAST = 5
"""Marks that there must be of a client that is known from text."""
_KIN = 0.6
"""From which it is named as the nearest."""


class Likeness(StrEnum):
    """How sure it is."""

    SAME = "looks like"
    """All marks agree, but perhaps for waits."""
    CLOSE = "close to"
    """Most do."""
    NONE = "none of our profiles"
    UNKNOWN = "cannot tell"
    """The capture does not show enough, or it is no PXE client."""


@dataclass(frozen=True, slots=True)
class Match:
    """One profile, held against the client."""

    profile: Profile
    marks: tuple[Mark, ...]

    @property
    def score(self) -> float:
        """The share of the marks that agree, by weight; waits count half."""
        weights = [(mark.weight / (2 if mark.is_timing else 1), mark.agrees) for mark in self.marks]
        return sum(weight for weight, agrees in weights if agrees) / sum(w for w, _ in weights)

    @property
    def against(self) -> tuple[Mark, ...]:
        """What does not agree, the most telling first."""
        found = [mark for mark in self.marks if not mark.agrees]
        return tuple(sorted(found, key=lambda mark: -mark.weight))

    @property
    def is_same(self) -> bool:
        """Nothing but waits differs."""
        return all(mark.agrees or mark.is_timing for mark in self.marks)


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Which firmware a client looks like."""

    likeness: Likeness
    matches: tuple[Match, ...]
    """All profiles, the likest first."""
    why: str = ""
    """Why it cannot be told."""
    maker: Maker | None = None
    """Who made the network card, if that is known: of equals it names the likelier."""
    before: int = 0
    """How many DHCPDISCOVERs the client sent before the first that was recorded."""
    departs: str = ""
    """What the likest profile would have done and the client did not, in a clause: then it sends
    what that firmware sends, and is not it."""

    def parted(self, parts_at: str) -> Fingerprint:
        """The same of a client that does otherwise than the likest profile."""
        lowered = Likeness.CLOSE if self.likeness is Likeness.SAME else self.likeness
        return replace(self, likeness=lowered, departs=parts_at)

    def chosen(self, match: Match) -> Fingerprint:
        """The same with one of the equals before the others: it does what the client did."""
        others = (one for one in self.matches if one is not match)
        return replace(self, matches=(match, *others))

    @property
    def best(self) -> Match | None:
        """The likest profile; None where it cannot be told or none is like it."""
        if self.likeness in (Likeness.NONE, Likeness.UNKNOWN) or not self.matches:
            return None
        return self.matches[0]

    @property
    def equals(self) -> tuple[Match, ...]:
        """The profiles that the capture does not tell from the likest."""
        best = self.best
        if best is None:
            return ()
        equal = [one for one in self.matches if one.score == best.score]
        plain = {one.profile.path for one in equal if not one.profile.chosen}
        # A variant that shows no more than its profile is not told of.
        return tuple(
            one for one in equal if not one.profile.chosen or one.profile.path not in plain
        )


def fingerprint(attempt: Attempt, number: int, profiles: Sequence[Profile]) -> Fingerprint:
    """Hold an attempt's client against all profiles; `number` is which attempt it is, from 1."""
    if attempt.kind is not Kind.PXE:
        return Fingerprint(Likeness.UNKNOWN, (), f"it is a {attempt.kind}")
    found = shown(attempt, number)
    if found is None:
        return Fingerprint(Likeness.UNKNOWN, (), _why_not(attempt))
    if not profiles:
        return Fingerprint(Likeness.UNKNOWN, (), "there is no profile to hold it against")
    maker = maker_of(attempt.mac)
    held = [_held(found, profile) for profile in profiles]
    if not any(one.is_same for one in held):
        # Only where no profile is the same: a variant differs from its profile in one thing.
        held += [_held(found, one) for profile in profiles for one in _variants(profile)]
    if attempt.untold and max(len(one.marks) for one in held) < _LEAST:
        return Fingerprint(Likeness.UNKNOWN, (), "the text tells too little of it")
    matches = tuple(sorted(held, key=lambda match: _rank(match, found, maker)))
    before = found.before(matches[0].profile)
    return Fingerprint(_likeness(matches[0]), matches, maker=maker, before=before)


def _held(found: Shown, profile: Profile) -> Match:
    return Match(profile, tuple(marks(found, profile)))


def _variants(profile: Profile) -> Iterator[Profile]:
    """The profile with each of its variants that is another value, not another decision."""
    if profile.chosen:
        return
    for name, variant in profile.variants.items():
        if any(key.startswith(_ON_THE_WIRE) for key in variant.values):
            yield _variant(profile.path, name)


_ON_THE_WIRE = ("dhcp.values", "dhcp.messages", "dhcp.xid", "dhcp.secs", "dhcp.size", "tftp.")


@cache
def _variant(path: Path, name: str) -> Profile:
    return load_file(path, (name,))


def _rank(
    match: Match, found: Shown, maker: Maker | None
) -> tuple[float, int, int, float, int, str]:
    """The likest first; of equals the one whose maker made the card, no variant, the one whose
    waits are nearer, and the one of which more is known."""
    profile = match.profile
    guesses = profile.evidence_levels()[Evidence.INFERRED]
    suits, far = fit(maker, profile.name), distance(found, profile)
    return -match.score, -suits, len(profile.chosen), far, guesses, profile.name


def _likeness(best: Match) -> Likeness:
    if best.is_same:
        return Likeness.SAME
    return Likeness.CLOSE if best.score >= _CLOSE else Likeness.NONE


def _why_not(attempt: Attempt) -> str:
    if attempt.discover is not None:
        if attempt.untold:
            return "the text does not have all of its messages"
        return "its messages were cut when they were recorded"
    return "the capture has no DHCPDISCOVER of it"


def nearest(found: Fingerprint) -> Match | None:
    """The likest profile even if it is not like enough, where it is like at all."""
    if found.likeness is Likeness.UNKNOWN or not found.matches:
        return None
    return found.matches[0] if found.matches[0].score >= _KIN else None


def _says6(attempt: Attempt) -> list[tuple[str, str]]:
    """The same of a boot over IPv6."""
    asked = next((one for one in attempt.boot6 if one.ours), None)
    if asked is None:
        return []
    found = []
    if asked.class_words:
        found.append(("option 16, vendor class", asked.class_words))
    found += [("option 15, user class", printable(name)) for name in asked.user_classes]
    if asked.architectures:
        # The numbers are those of DHCPv4's option 93 (RFC 5970 §3.3).
        values = b"".join(code.to_bytes(2, "big") for code in asked.architectures)
        found.append(("option 61, architecture", show_value(93, values)))
    if asked.client_id is not None:
        found.append(("option 1, client identifier", duid_words(asked.client_id)))
    return found


def says_of_itself(attempt: Attempt) -> list[tuple[str, str]]:
    """Who the client says it is: name and value of the options that tell."""
    frame = attempt.first
    if frame is None:
        return _says6(attempt)
    found = []
    message = message_of(frame)
    for code, name in ((60, "vendor class"), (77, "user class"), (93, "architecture")):
        data = dhcp.first(message.options, code)
        if data is not None:
            value = printable(data) if code != 93 else show_value(code, data)
            found.append((f"option {code}, {name}", value))
    host = dhcp.first(message.options, 12)
    if host is not None:
        found.append(("option 12, host name", printable(host)))
    return found

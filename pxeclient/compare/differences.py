"""What two clients did differently, as sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import pairwise

from pxeclient.compare.fields import OPTION_ORDER, FieldReader, Fields
from pxeclient.replay.labels import is_beside
from pxeclient.replay.play import Play, Said
from pxeclient.replay.player import Sent
from pxeclient.replay.tolerance import Tolerance

Pair = tuple[Said, Sent]


class Aspect(StrEnum):
    """In what the two differ."""

    FRAMES = "frames"
    """One sends a frame that the other does not."""
    BYTES = "bytes"
    ORDER = "order"
    TIMING = "timing"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that our client does otherwise."""

    aspect: Aspect
    frame: int | None
    """The frame's number in the capture; None for a frame that is not in it."""
    field: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Over:
    """How our client's boot ended, and what in it was chance."""

    at: float
    why: str
    """Told with the first frame that our client owes."""
    chance: Mapping[str, float] = field(default_factory=dict)
    """By how much the times of a conversation are up to chance."""


def differences(
    play: Play, sent: Sequence[Sent], tolerance: Tolerance, over: Over, is_later: bool = False
) -> list[Difference]:
    """All differences, in the order of the capture; those of frames that it lacks come last.

    `is_later`: the capture begins with a later DHCPDISCOVER, and counts on from there.
    """
    pairs, missing, surplus = match(play, sent)
    pairs.sort(key=lambda pair: pair[0].number)
    limit = _limit(play, pairs)
    owed = [
        said
        for said in sorted(missing, key=lambda said: said.number)
        if not _is_excused(said, pairs, over, tolerance)
    ]
    found = [
        *_bytes(play, pairs, is_later),
        *(_missing(said, over if at == 0 else None) for at, said in enumerate(owed)),
        *_timing(pairs, tolerance, over.chance),
        *_order(pairs, tolerance),
    ]
    found.sort(key=lambda difference: difference.frame or 0)
    within = [one for one in surplus if one.at + tolerance.of(one.at - _before(pairs, one)) < limit]
    return found + [_surplus(one) for one in within]


def match(play: Play, sent: Sequence[Sent]) -> tuple[list[Pair], list[Said], list[Sent]]:
    """Pairs of frames, in each conversation in order; and those that only one side has."""
    pairs: list[Pair] = []
    missing: list[Said] = []
    surplus: list[Sent] = []
    labels = [*(said.label for said in play.said), *(one.label for one in sent)]
    streams = dict.fromkeys(label.stream for label in labels)
    for stream in streams:
        theirs = [said for said in play.said if said.label.stream == stream]
        ours = [one for one in sent if one.label.stream == stream]
        _align(theirs, ours, pairs, missing, surplus)
    return pairs, missing, surplus


def _align(
    theirs: list[Said],
    ours: list[Sent],
    pairs: list[Pair],
    missing: list[Said],
    surplus: list[Sent],
) -> None:
    kinds = [said.label.kind for said in theirs], [one.label.kind for one in ours]
    same = next((i for i, (a, b) in enumerate(zip(*kinds, strict=False)) if a != b), None)
    same = min(map(len, kinds)) if same is None else same
    pairs.extend(zip(theirs[:same], ours[:same], strict=True))
    theirs, ours = theirs[same:], ours[same:]
    matcher = SequenceMatcher(None, kinds[0][same:], kinds[1][same:], autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        # Frames of other kinds in the same place are one frame with a difference, the rest
        # is too many or too few.
        both = min(b - a, d - c) if tag in ("equal", "replace") else 0
        pairs.extend(zip(theirs[a : a + both], ours[c : c + both], strict=True))
        missing.extend(theirs[a + both : b])
        surplus.extend(ours[c + both : d])


def _limit(play: Play, pairs: list[Pair]) -> float:
    """When, by our client's clock, the comparison ends."""
    if not pairs:
        return play.ends
    said, ours = pairs[-1]
    return ours.at + play.ends - said.at


def _before(pairs: list[Pair], one: Sent) -> float:
    """When our client last sent a frame that the capture has too."""
    return max((ours.at for _, ours in pairs if ours.at <= one.at), default=0.0)


def _is_excused(said: Said, pairs: list[Pair], over: Over, tolerance: Tolerance) -> bool:
    """What goes out beside the boot may fall on either side of its end."""
    if not is_beside(said.label) or not pairs:
        return False
    last, ours = pairs[-1]
    after = said.at - (last.at + over.at - ours.at)
    return after >= 0 and after <= tolerance.of(said.at - last.at)


def _missing(said: Said, over: Over | None) -> Difference:
    because = f": {over.why}" if over else ""
    return Difference(
        Aspect.FRAMES,
        said.number,
        "missing",
        f"frame {said.number} {said.label.name} at {said.at:.3f} s:"
        f" our client does not send it{because}",
    )


def _surplus(one: Sent) -> Difference:
    return Difference(
        Aspect.FRAMES,
        None,
        "surplus",
        f"our client sends a frame that is not in the capture: {one.label.name} at {one.at:.3f} s",
    )


def _bytes(play: Play, pairs: list[Pair], is_later: bool) -> Iterator[Difference]:
    # Behind a card that pads, no frame is shorter than Ethernet's minimum.
    pads = all(len(said.data) >= 60 for said in play.said)
    theirs = FieldReader(counts_on=is_later)
    ours = FieldReader(60 if pads else 0, counts_on=is_later)
    for said, one in pairs:
        for name, words in held(ours.read(one.data), theirs.read(said.data)):
            sentence = f"frame {said.number} {said.label.name}: {words}"
            yield Difference(Aspect.BYTES, said.number, name, sentence)


def held(ours: Fields, theirs: Fields) -> Iterator[tuple[str, str]]:
    """Each field that differs, and in which words."""
    for name in {**theirs, **ours}:
        our_value, their_value = ours.get(name), theirs.get(name)
        if our_value == their_value:
            continue
        if our_value is not None and their_value is not None:
            our_value, their_value = _shortened(our_value, their_value)
            yield name, f"{name} is {our_value}, capture has {their_value}"
        elif ours.get(OPTION_ORDER) == theirs.get(OPTION_ORDER) or not name.startswith("option "):
            # An option that only one has is told by the order of the options already.
            yield name, f"{name} is {our_value or 'missing'}, capture has {their_value or 'none'}"


def _shortened(ours: str, theirs: str) -> tuple[str, str]:
    """The values without their octets, where the words alone tell them apart."""
    our_words, their_words = ours.split(" [")[0], theirs.split(" [")[0]
    return (our_words, their_words) if our_words != their_words else (ours, theirs)


def _timing(
    pairs: list[Pair], tolerance: Tolerance, chance: Mapping[str, float]
) -> Iterator[Difference]:
    """The waits between the frames of a conversation, and before its first."""
    latest: dict[str, Pair] = {}
    previous: Pair | None = None
    for said, one in pairs:
        before = latest.get(said.label.stream, previous)
        if before is not None:
            wait, our_wait = said.at - before[0].at, one.at - before[1].at
            allowed = tolerance.of(wait) + chance.get(said.label.stream, 0.0)
            if abs(our_wait - wait) > allowed:
                yield Difference(
                    Aspect.TIMING,
                    said.number,
                    "time",
                    f"frame {said.number} {said.label.name}: comes {our_wait:.3f} s after"
                    f" frame {before[0].number}, capture has {wait:.3f} s",
                )
        if said.at >= 0:
            # What went out beside the boot before its first message starts no clock.
            latest[said.label.stream] = previous = (said, one)


def _order(pairs: list[Pair], tolerance: Tolerance) -> Iterator[Difference]:
    """Frames of two conversations, where the recording leaves no doubt which came first."""
    for (first, our_first), (second, our_second) in pairwise(pairs):
        apart = second.at - first.at
        if our_second.at < our_first.at and apart > tolerance.of(second.at):
            yield Difference(
                Aspect.ORDER,
                second.number,
                "order",
                f"frame {second.number} {second.label.name}: our client sends it before frame"
                f" {first.number} {first.label.name}, capture has it {apart:.3f} s after",
            )

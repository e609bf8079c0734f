"""What a lesson says: its network, its steps, and what must come of its boot."""

from __future__ import annotations

import msgspec


class LessonError(ValueError):
    """A lesson cannot be used; the text names it and the key, and says why."""


class _Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """A table of the file: every key is known."""


class Match(_Table, frozen=True, kw_only=True):
    """Which moment a step is about: the next one in the trace that is all this."""

    sent: str | None = None
    """The kind of a frame that the machine sends: ``DHCPDISCOVER``, ``RRQ``, ``ARP request``."""
    received: str | None = None
    """The kind of a frame that it receives."""
    to: str | None = None
    """How a sent frame's destination begins: ``10.77.0.2:4011``, ``broadcast``."""
    of: str | None = None
    """How a received frame's source begins."""
    says: str | None = None
    """Words in the frame's summary, such as ``file boot.0`` or ``block 1,``."""
    decision: str | None = None
    """A question of the firmware, such as ``after-ack``."""
    rule: str | None = None
    """The rule that answered it."""
    state: str | None = None
    """The stage that begins: a value of `StateName`."""
    screen: str | None = None
    """Words of a line on the machine's screen."""
    ignored: str | None = None
    """Words about a packet that the firmware drops."""
    key: str | None = None
    """A key that is pressed."""
    end: bool = False
    """The end of the boot."""

    def __post_init__(self) -> None:
        subjects = ("sent", "received", "decision", "state", "screen", "ignored", "key", "end")
        given = [name for name in subjects if getattr(self, name)]
        if len(given) != 1:
            raise ValueError(f"give exactly one of {', '.join(subjects)}")
        for name, needs in (("to", "sent"), ("of", "received"), ("rule", "decision")):
            if getattr(self, name) is not None and given != [needs]:
                raise ValueError(f"{name} goes with {needs} only")
        if self.says is not None and given[0] not in ("sent", "received"):
            raise ValueError("says goes with sent or received only")

    @property
    def words(self) -> str:
        """The matcher as its file has it, for messages."""
        given = ((field, getattr(self, field)) for field in self.__struct_fields__)
        return ", ".join(f"{name} = {value!r}" for name, value in given if value)


class Step(_Table, frozen=True, kw_only=True):
    """One moment, and what there is to say about it."""

    title: str
    match: Match | None = None
    """The moment; None for a step of words only."""
    profiles: tuple[str, ...] = ()
    """The profiles that have this step; all of the lesson's if empty."""
    show: tuple[str, ...] = ()
    """The fields of the frame that matter, as `fields.show` names them."""
    think: tuple[str, ...] = ()
    """Questions whose decisions are shown besides the usual ones: those on the way to this
    moment, and those that its frame leads to at once."""
    claims: dict[str, str] = {}
    """Fields of the frame and what they must say, because the text says so."""
    text: str
    """Paragraphs, an empty line between them; `backquotes` for what stands on wire or screen."""
    question: str = ""
    answer: str = ""
    look_up: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if bool(self.question) != bool(self.answer):
            raise ValueError("question and answer go together")
        if (self.show or self.claims) and (
            self.match is None or not (self.match.sent or self.match.received)
        ):
            raise ValueError("only a frame, sent or received, has fields to show")


class Expected(_Table, frozen=True, kw_only=True):
    """What must come of the boot: the claims that the words rest on."""

    ends: str
    """``booted``, a failure such as ``no-proxy-reply``, or ``waiting`` for a key."""
    code: str = ""
    """The firmware's own code; empty if it has none or boots."""
    file: str = ""
    """The boot file that it fetches, and from where: ``boot.0 from 10.77.0.3``."""
    asked: tuple[str, ...] = ()
    """Whom it asks on port 4011, each once, in order."""
    rules: tuple[str, ...] = ()
    """Rules that must have decided, as ``question/rule``."""


class Lesson(_Table, frozen=True, kw_only=True):
    """One lesson."""

    name: str
    """The file's name without its ending."""
    title: str
    group: str
    """The heading under which it is listed."""
    order: int
    """Where it stands in the list."""
    network: str
    """A practice network, or a recorded situation."""
    keys: tuple[str, ...] = ()
    """What is pressed, as soon as the machine watches its keyboard."""
    aim: str
    """One sentence: what you know afterwards."""
    intro: str
    steps: tuple[Step, ...]
    learnt: tuple[str, ...]
    """What to take along, a sentence each."""
    expects: dict[str, Expected]
    """By profile: those that the words are true of, the first of them the lesson's own."""

    @property
    def profiles(self) -> tuple[str, ...]:
        """The profiles that the lesson is written for."""
        return tuple(self.expects)

"""Which names a client asked name servers for, and what they said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from pxeclient.seen.frame import Address, Frame
from pxeclient.wire import dns
from pxeclient.wire.dns import Dns
from pxeclient.wire.options import printable


@dataclass(slots=True, eq=False)
class Lookup:
    """One name and type that one server was asked for, repeats included."""

    question: dns.Question
    server: Address
    asked: list[Frame]
    answered: list[Frame] = field(default_factory=list)
    """The frames of the server's answers."""

    @property
    def name(self) -> str:
        """The name, safe to print."""
        return printable(self.question.name)

    @property
    def type(self) -> str:
        """Such as ``A``."""
        return dns.TYPES.get(self.question.type, f"type {self.question.type}")

    @property
    def answer(self) -> Dns | None:
        """What the server said last."""
        said = self.answered[-1].said if self.answered else None
        return said if isinstance(said, Dns) else None

    @property
    def addresses(self) -> tuple[Address, ...]:
        """The addresses that came."""
        return self.answer.addresses if self.answer is not None else ()

    @property
    def came_to(self) -> str:
        """What came, in a few words: ``10.77.0.7``, ``NXDOMAIN``, ``no answer in the capture``."""
        answer = self.answer
        if answer is None:
            return "no answer in the capture"
        if answer.addresses:
            return ", ".join(map(str, answer.addresses))
        if answer.code:
            return dns.CODES.get(answer.code, f"answer code {answer.code}")
        return "no address"


def lookups(frames: Iterable[Frame]) -> tuple[Lookup, ...]:
    """The names among a client's frames, in the order in which they were asked first.

    A query that is repeated counts as one, whatever its id: iPXE draws another for each.
    """
    found: dict[object, Lookup] = {}
    open_: dict[object, Lookup] = {}
    for frame in frames:
        said = frame.said
        other = frame.destination if frame.ours else frame.source
        if not isinstance(said, Dns) or other is None:
            continue
        if frame.ours and not said.is_response and said.questions:
            question = said.questions[0]
            key = question.name.lower(), question.type, other.address
            known = found.setdefault(key, Lookup(question, other.address, []))
            known.asked.append(frame)
            open_[said.id, frame.source_port, other.address] = known
        elif not frame.ours and said.is_response:
            asked = open_.get((said.id, frame.port, other.address))
            if asked is not None:
                asked.answered.append(frame)
    return tuple(found.values())

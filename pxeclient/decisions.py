"""Decision tables: how a firmware's choices are written down.

A `Table` answers one named question. Its rules are tried in order and the first whose
`when` holds gives the answer. The answer keeps the rule's reason and source, so one table
drives the emulator, the transcript, `pxeclient profiles show` and the documentation; the
condition a reader sees is the docstring of the rule's `when`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Generic, NamedTuple, TypeVar

FactsT = TypeVar("FactsT")
AnswerT = TypeVar("AnswerT", bound=StrEnum)
AnyAnswer = TypeVar("AnyAnswer", bound=StrEnum, covariant=True)


class Evidence(StrEnum):
    """How we know that a firmware behaves this way, strongest first."""

    OBSERVED = "observed"
    """Seen on the wire or the screen of this very firmware."""
    RELATED = "observed on a related firmware"
    """Seen on another firmware of the same ancestry."""
    SOURCE = "read in source"
    """Read in the source of this firmware, or of the one it descends from."""
    SPECIFIED = "specified"
    """Required by a specification; not seen."""
    INFERRED = "inferred"
    """Our best guess, from what its relatives do or from what must happen somehow."""


class Known(NamedTuple):
    """How well something is known, and from where: a rule, a value, a cause, a cure.

    In TOML it is such a pair, ``["observed", "recording no-server"]``.
    """

    level: Evidence
    where: str
    """Such as ``ipxe@0ab2277c4 src/net/udp/dhcp.c:613-632``: enough for a reader to check it."""

    def __str__(self) -> str:
        return f"{self.level}: {self.where}" if self.where else str(self.level)


@dataclass(frozen=True, slots=True)
class Rule(Generic[FactsT, AnswerT]):
    """When `when` holds, the answer is `then`."""

    id: str
    when: Callable[[FactsT], bool]
    """Its docstring is the condition in words."""
    then: AnswerT
    because: str
    """One sentence in the reader's terms, shown as it stands."""
    source: Known


@dataclass(frozen=True, slots=True)
class Decision(Generic[AnyAnswer]):
    """One answered question, as it goes into the trace."""

    question: str
    answer: AnyAnswer
    rule: str
    because: str
    source: Known
    passed_over: tuple[str, ...]
    """Rules tried first that did not hold: the "why not" of the answer."""


@dataclass(frozen=True, slots=True)
class Table(Generic[FactsT, AnswerT]):
    """The ordered rules that answer one question. The last rule must always hold."""

    question: str
    asks: str
    """The question in words, ending in a question mark."""
    rules: tuple[Rule[FactsT, AnswerT], ...]
    _decisions: tuple[tuple[Callable[[FactsT], bool], Decision[AnswerT]], ...] = field(
        init=False, repr=False, compare=False
    )
    """When each rule holds and what it decides; made once, since a boot asks many questions."""

    def __post_init__(self) -> None:
        made = tuple(
            (
                rule.when,
                Decision(
                    self.question,
                    rule.then,
                    rule.id,
                    rule.because,
                    rule.source,
                    tuple(other.id for other in self.rules[:at]),
                ),
            )
            for at, rule in enumerate(self.rules)
        )
        object.__setattr__(self, "_decisions", made)

    def decide(self, facts: FactsT) -> Decision[AnswerT]:
        """Return the first rule that holds for `facts`, with its reason."""
        for holds, decision in self._decisions:
            if holds(facts):
                return decision
        raise AssertionError(f"{self.question}: no rule holds for {facts!r}")

    def before(self, rule: str, *new: Rule[FactsT, AnswerT]) -> Table[FactsT, AnswerT]:
        """The same table with rules put in before the one of that id."""
        at = self._at(rule)
        return replace(self, rules=(*self.rules[:at], *new, *self.rules[at:]))

    def instead(self, rule: str, new: Rule[FactsT, AnswerT]) -> Table[FactsT, AnswerT]:
        """The same table with another rule in the place of the one of that id."""
        at = self._at(rule)
        return replace(self, rules=(*self.rules[:at], new, *self.rules[at + 1 :]))

    def _at(self, rule: str) -> int:
        return [known.id for known in self.rules].index(rule)


def always(_: object) -> bool:
    """otherwise"""
    return True


def condition(rule: Rule[FactsT, AnswerT]) -> str:
    """The rule's condition in words: its predicate's docstring, on one line."""
    words = (rule.when.__doc__ or rule.when.__name__).strip().split("\n\n")[0]
    return " ".join(words.split()).rstrip(".")

"""Decision tables: the first rule that holds answers, and says why."""

from __future__ import annotations

from enum import StrEnum

import pytest

from pxeclient.decisions import Evidence, Known, Rule, Table, always, condition


class Colour(StrEnum):
    """An answer."""

    RED = "red"
    BLUE = "blue"


def is_big(number: int) -> bool:
    """it is
    big.

    More about it.
    """
    return number > 10


def is_even(number: int) -> bool:
    return number % 2 == 0


SEEN, GUESSED = Known(Evidence.OBSERVED, "a recording"), Known(Evidence.INFERRED, "")
BIG = Rule("big", is_big, Colour.RED, "It is big.", SEEN)
EVEN = Rule("even", is_even, Colour.BLUE, "It is even.", GUESSED)
OTHERWISE: Rule[int, Colour] = Rule("otherwise", always, Colour.RED, "So be it.", GUESSED)
TABLE: Table[int, Colour] = Table("colour", "Which colour?", (BIG, EVEN, OTHERWISE))


@pytest.mark.parametrize(
    ("number", "rule", "answer", "passed_over"),
    [(12, "big", Colour.RED, ()), (4, "even", Colour.BLUE, ("big",)),
     (3, "otherwise", Colour.RED, ("big", "even"))],
)  # fmt: skip
def test_the_first_rule_that_holds_answers(
    number: int, rule: str, answer: Colour, passed_over: tuple[str, ...]
) -> None:
    """With the rules tried before it."""
    decision = TABLE.decide(number)
    assert (decision.question, decision.rule) == ("colour", rule)
    assert (decision.answer, decision.passed_over) == (answer, passed_over)


def test_the_answer_keeps_reason_and_source() -> None:
    """As they stand in the rule."""
    decision = TABLE.decide(12)
    assert (decision.because, decision.source) == ("It is big.", SEEN)


def test_a_table_must_answer() -> None:
    """One whose last rule may not hold is our own mistake."""
    table: Table[int, Colour] = Table("colour", "Which colour?", (BIG,))
    with pytest.raises(AssertionError, match="no rule holds for 3"):
        table.decide(3)


def test_a_condition_in_words_is_the_docstring_of_its_predicate() -> None:
    """Its first paragraph on one line, or the name where there is none."""
    assert [condition(rule) for rule in TABLE.rules] == ["it is big", "is_even", "otherwise"]


def test_a_source_reads_as_level_and_place() -> None:
    """The place may be missing."""
    assert [str(SEEN), str(GUESSED)] == ["observed: a recording", "inferred"]

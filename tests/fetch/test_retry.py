"""When to repeat a packet."""

from __future__ import annotations

import pytest

from pxeclient.fetch.tftp.retry import Listed, Retry, Smoothed


def waits(retry: Retry, now: float) -> list[float]:
    """All waits until the exchange is over, the first included."""
    found = [retry.wait(now)]
    while not retry.expired():
        now += found[-1]
        found.append(retry.wait(now))
    return found


def test_listed_waits_are_as_listed() -> None:
    """After the last, the exchange is over."""
    assert waits(Listed((1.0, 2.0, 4.0)), 0.0) == [1.0, 2.0, 4.0]


def test_an_answer_starts_the_list_over() -> None:
    """Whatever was used up."""
    retry = Listed((1.0, 2.0))
    assert [retry.wait(0.0), retry.wait(1.0)] == [1.0, 2.0]
    retry.answered(2.0)
    assert waits(retry, 2.0) == [1.0, 2.0]


def test_smoothed_waits_double() -> None:
    """From the floor up to the limit: 15.75 s in all."""
    assert waits(Smoothed(0.25, 8.0), 0.0) == [0.25, 0.5, 1.0, 2.0, 4.0, 8.0]


def test_a_quick_answer_leaves_the_floor() -> None:
    """7/8 of a small wait plus half a short round trip is less than the floor."""
    retry = Smoothed(0.25, 8.0)
    retry.wait(0.0)
    retry.answered(0.01)
    assert retry.wait(0.01) == 0.25


def test_a_slow_answer_lengthens_the_wait() -> None:
    """It moves by half the round-trip time less an eighth of itself."""
    retry = Smoothed(0.25, 8.0)
    retry.wait(0.0)
    retry.answered(0.2)
    assert retry.wait(0.2) == pytest.approx(0.25 * 7 / 8 + 0.1)


def test_an_answer_after_repeats_pays_one_off() -> None:
    """The wait is not smoothed before all repeats are paid off."""
    retry = Smoothed(0.25, 8.0)
    retry.wait(0.0)
    assert not retry.expired()
    assert retry.wait(0.25) == 0.5
    retry.answered(0.3)
    assert retry.wait(0.3) == 0.5
    retry.answered(0.3)
    assert retry.wait(0.3) == pytest.approx(0.4375)

"""Nothing that anybody sends makes a machine send more than a frame for each, over a second."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pxeclient.playbook import ServerMessage, ping
from pxeclient.stack.acts import SendFrame
from tests.examples import examples
from tests.properties.network import PROFILES, STAGES, Account, account_at, messages

RATE = 100
"""Frames that come in the second."""
OWN = 12
"""Frames that a machine may send of itself in a second: a stage that begins asks, with ARP before
it, and whatever its card announces."""


def sent_in_a_second(account: Account, said: Sequence[ServerMessage]) -> int:
    """What the machine sends while these come, one after the other, over and over."""
    before, began = account.counted[SendFrame], account.now
    for number in range(RATE):
        at = began + number / RATE
        while account.timers and min(account.timers.values()) <= at:
            account.wakes()
        account.now = max(account.now, at)
        account.gets(said[number % len(said)])
    while account.timers and min(account.timers.values()) <= began + 1.0:
        account.wakes()
    return account.counted[SendFrame] - before


@given(
    name=st.sampled_from(PROFILES),
    stage=st.sampled_from(STAGES),
    said=st.lists(messages, min_size=1, max_size=4),
)
@settings(max_examples=examples(0.5))
def test_nobody_gets_more_than_was_sent(name: str, stage: str, said: list[ServerMessage]) -> None:
    """Whatever it is, in whatever stage."""
    account = account_at(name, stage)
    assert sent_in_a_second(account, said) <= RATE + OWN


@pytest.mark.parametrize("name", PROFILES)
def test_pings_from_made_up_addresses_put_no_more_on_the_wire_than_came(name: str) -> None:
    """An ARP request each at most, though firmware makes four or five."""
    account = account_at(name, "the first block has come")
    made_up = [ping(sender=f"10.77.0.{100 + number}") for number in range(RATE)]
    assert sent_in_a_second(account, made_up) <= RATE + OWN

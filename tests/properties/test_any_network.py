"""Whatever the network does, a boot ends or waits, in bounded traffic, with its reasons."""

from __future__ import annotations

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from pxeclient.boot.events import FrameReceived, TimerFired
from pxeclient.playbook import ServerMessage
from pxeclient.stack.acts import Owner, Timer
from tests.examples import examples
from tests.properties.network import (
    PROFILES,
    STAGES,
    Account,
    account_at,
    keys,
    messages,
    mutated,
    mutations,
    pieces,
)


class AnyNetwork(RuleBasedStateMachine):
    """A client on a network that may say anything, at any time, or nothing."""

    account: Account

    @initialize(name=st.sampled_from(PROFILES), stage=st.sampled_from(STAGES))
    def power_on(self, name: str, stage: str) -> None:
        """The machine was switched on, and has come as far as `stage`, or almost."""
        self.account = account_at(name, stage)

    @rule(message=messages, after=st.floats(0, 1.5))
    def a_server_says(self, message: ServerMessage, after: float) -> None:
        """A frame in good order arrives; timers that are due meanwhile have run out."""
        self.account.now += after
        self.account.gets(message)

    @rule(message=messages, changes=mutations, cut=st.none() | st.integers(0, 600))
    def a_frame_is_garbled(
        self, message: ServerMessage, changes: list[tuple[int, int]], cut: int | None
    ) -> None:
        """A frame arrives with some octets changed, or cut off."""
        frame = message(self.account.client)
        self.account.feed(FrameReceived(mutated(frame, changes, cut)))

    @rule(message=messages, mtu=st.sampled_from((28, 68, 300)))
    def a_packet_is_fragmented(self, message: ServerMessage, mtu: int) -> None:
        """Its fragments arrive, last first."""
        for piece in reversed(pieces(message(self.account.client), mtu)):
            self.account.feed(FrameReceived(piece))

    @rule(octets=st.binary(max_size=80))
    def noise(self, octets: bytes) -> None:
        """Anything at all arrives, to the client's address."""
        self.account.feed(FrameReceived(octets))
        self.account.feed(FrameReceived(self.account.profile.machine.mac + octets))

    @rule(late=st.sampled_from((0.0, 0.0, 0.0, 0.05, 3.0)))
    def nobody_answers(self, late: float) -> None:
        """The next timer runs out, perhaps late."""
        self.account.wakes(late)

    @rule(
        owner=st.sampled_from(Owner),
        name=st.sampled_from(("retransmit", "10.77.0.3", "x", "0", "")),
    )
    def a_timer_fires_that_should_not(self, owner: Owner, name: str) -> None:
        """Too early, repeated, or never set: nothing comes of it."""
        timer = Timer(owner, name)
        if self.account.timers.get(timer, 1e9) > self.account.now:
            assert self.account.feed(TimerFired(timer)) == []

    @rule(key=keys)
    def a_key(self, key: str) -> None:
        """Somebody presses a key."""
        self.account.presses(key)

    @invariant()
    def it_keeps_its_promises(self) -> None:
        """Finished or waiting, nothing after the end, no control characters, little traffic."""
        if hasattr(self, "account"):
            self.account.check()
            self.account.check_traffic()

    def teardown(self) -> None:
        """A boot file is explained, and the same events give the same actions again."""
        if hasattr(self, "account"):
            self.account.check_explained()
            again = self.account.fresh()
            actions = [
                action for event, now in self.account.events for action in again.handle(event, now)
            ]
            assert actions == self.account.actions


AnyNetwork.TestCase.settings = settings(
    max_examples=examples(2),
    stateful_step_count=30,
    suppress_health_check=list(HealthCheck),
)
TestAnyNetwork = AnyNetwork.TestCase

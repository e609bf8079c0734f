"""A host knows when its timers run out: who takes it over goes on where the last one stopped."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from ipaddress import IPv4Address
from math import inf

from hypothesis import given
from hypothesis import strategies as st

from pxeclient import profile
from pxeclient.boot.client import BootClient
from pxeclient.boot.events import PowerOn
from pxeclient.playbook import arp_reply
from pxeclient.stack.acts import CancelTimer, Owner, SetTimer, Timer
from pxeclient.stack.host import Host
from pxeclient.stack.traits import IgmpTraits
from pxeclient.wire.udp import Datagram
from tests.stack.test_host import CLIENT, MAC, TRAITS

NEAR = [IPv4Address(f"10.77.0.{number}") for number in range(2, 6)]
GROUPS = [IPv4Address(f"239.77.0.{number}") for number in range(2, 5)]
SPEAKING = replace(TRAITS, igmp=IgmpTraits(version=2))


def configured() -> Host:
    """A host with an address."""
    host = Host(MAC, SPEAKING)
    host.configure(IPv4Address("10.77.0.50"), 24, ())
    return host


def note(running: dict[Timer, float], acts: Iterable[object]) -> None:
    """What acts say of timers."""
    for act in acts:
        match act:
            case SetTimer(timer, due):
                running[timer] = due
            case CancelTimer(timer):
                running.pop(timer, None)
            case _:
                pass


steps = st.one_of(
    st.tuples(st.just("send"), st.sampled_from(NEAR)),
    st.tuples(st.just("answer"), st.sampled_from(NEAR)),
    st.tuples(st.just("join"), st.sampled_from(GROUPS)),
    st.tuples(st.just("leave"), st.sampled_from(GROUPS)),
    st.tuples(st.just("wait"), st.none()),
)


@given(st.lists(steps, max_size=30))
def test_what_it_says_of_its_timers_is_what_it_set(todo: list[tuple[str, IPv4Address]]) -> None:
    """After anything: the timers that were set and neither cancelled nor run out."""
    host, running, now = configured(), dict[Timer, float](), 0.0
    for what, whom in todo:
        match what:
            case "send":
                note(running, host.send(Datagram(1025, 69, b""), whom, now))
            case "answer":
                note(running, host.receive(arp_reply(str(whom))(CLIENT), now))
            case "join":
                note(running, host.join(whom, now))
            case "leave":
                note(running, host.leave(whom, now))
            case _ if running:
                first = min(running, key=lambda timer: running[timer])
                now = running.pop(first)
                note(running, host.timer_fired(first, now))
        assert dict(host.timers()) == running
        assert host.next_at() == min(running.values(), default=inf)


def test_a_stack_outlives_its_user() -> None:
    """Who is switched on with a host that is looking for somebody goes on looking."""
    host = configured()
    list(host.send(Datagram(1025, 69, b""), NEAR[0], 0.0))
    ipxe = profile.load("ipxe")
    client = BootClient(ipxe.traits, ipxe.policy, ipxe.machine, host)
    running: dict[Timer, float] = {}
    note(running, client.handle(PowerOn(), 0.0))
    assert running[Timer(Owner.ARP, str(NEAR[0]))] == TRAITS.arp_waits[0]


def test_an_address_can_be_given_back() -> None:
    """Then it takes what comes, as before it had one."""
    host = configured()
    host.unconfigure()
    assert (int(host.address), int(host.mask)) == (0, 0)
    assert list(host.receive(arp_reply(str(NEAR[0]))(CLIENT), 0.0)) == []

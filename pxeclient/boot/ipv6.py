"""State *IPv6 autoconfiguration*: DHCP is done, but the firmware still waits for a router.

A build with IPv6 configures both protocols at once and boots when neither is under way any
more: where no router advertises itself, when IPv6 has given up (``usr/ifmgmt.c:244-264``).
Only this wait is emulated, not IPv6: a router advertisement ends it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pxeclient.boot.actions import Action, StateName
from pxeclient.boot.bootfrom import boot_from
from pxeclient.boot.goals import AwaitIpv6
from pxeclient.boot.session import Session, State
from pxeclient.outcome import DhcpFailure, Failure
from pxeclient.stack.acts import Ignore
from pxeclient.stack.host import Arrived


def configured(session: Session, now: float) -> Iterable[Action]:
    """DHCP has given all it will; go on when IPv6 is over too."""
    if now < session.ipv6_until:
        return session.enter(AwaitIpv6(None), now)
    return _go_on(session, now)


def _go_on(session: Session, now: float) -> Iterator[Action]:
    """Look for the boot file, or, where nobody wants one, be done."""
    return session.configured(now) if session.only_configures else boot_from(session, now)


def unconfigured(session: Session, failure: Failure, because: str, now: float) -> Iterator[Action]:
    """DHCP has failed; say so when IPv6 is over too."""
    failed = DhcpFailure(failure, because)
    if now < session.ipv6_until:
        yield from session.enter(AwaitIpv6(failed), now)
    else:
        yield from _fail(session, failed, now)


def _fail(session: Session, failed: DhcpFailure, now: float) -> Iterator[Action]:
    """One protocol is enough to be configured, but IPv4 alone brings a boot file here."""
    if session.ipv6_configured:
        because = f"IPv6 is configured, but names no boot file; and: {failed.because}"
        yield from session.fail(Failure.NO_BOOT_FILE, because, now)
    else:
        yield from session.fail(failed.failure, failed.because, now)


def router_advertised(session: Session, now: float) -> Iterator[Action]:
    """A router has answered: nothing is left to wait for."""
    if now >= session.ipv6_until:
        return
    session.ipv6_until, session.ipv6_configured = now, True
    yield Ignore("an IPv6 router advertisement", "it ends the wait for one; IPv6 is not emulated")
    yield from session.state.on_router(session, now)


class Ipv6(State):
    """The wait for a router."""

    name = StateName.IPV6

    def __init__(self, failed: DhcpFailure | None) -> None:
        self._failed = failed

    def on_enter(self, session: Session, now: float) -> Iterator[Action]:
        """Wait as long as the firmware does."""
        yield session.wait(session.ipv6_until - now, now)

    def on_datagram(self, session: Session, arrived: Arrived, now: float) -> Iterator[Action]:
        """Nobody listens."""
        yield Ignore(
            f"a UDP datagram from {arrived.source}:{arrived.datagram.source_port}",
            "DHCP is over, nobody listens on that port",
        )

    def on_timer(self, session: Session, now: float) -> Iterator[Action]:
        """IPv6 is over: go on with what DHCP has given, or fail as it did."""
        if self._failed is not None:
            yield from _fail(session, self._failed, now)
        else:
            yield from _go_on(session, now)

    def on_router(self, session: Session, now: float) -> Iterator[Action]:
        """The same, and earlier."""
        return self.on_timer(session, now)

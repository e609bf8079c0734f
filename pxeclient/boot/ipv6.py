"""State *IPv6 autoconfiguration*: DHCP is done, but the firmware still waits for a router.

A build with IPv6 configures both protocols at once and boots when neither is under way any
more: where no router advertises itself, when IPv6 has given up (``usr/ifmgmt.c:244-264``).
Only this wait is emulated, not IPv6: a router advertisement ends it.
"""

from __future__ import annotations

from collections.abc import Iterator

from pxeclient.boot.actions import Action, StateName
from pxeclient.boot.bootfrom import boot_from
from pxeclient.boot.dhcp.exchange import wait_on
from pxeclient.boot.session import Session, State
from pxeclient.outcome import DhcpFailure, Failure
from pxeclient.stack.acts import Ignore
from pxeclient.stack.host import Arrived


def configured(session: Session, now: float) -> Iterator[Action]:
    """DHCP has given all it will; go on when IPv6 is over too."""
    if now < session.ipv6_until:
        yield from session.enter(StateName.IPV6, now)
    else:
        yield from boot_from(session, now)


def unconfigured(session: Session, failure: Failure, because: str, now: float) -> Iterator[Action]:
    """DHCP has failed; say so when IPv6 is over too."""
    if now < session.ipv6_until:
        session.dhcp_failure = DhcpFailure(failure, because)
        yield from session.enter(StateName.IPV6, now)
    else:
        yield from _fail(session, DhcpFailure(failure, because), now)


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
    if session.state is StateName.IPV6:
        yield from _on_timer(session, now)


def _on_enter(session: Session, now: float) -> Iterator[Action]:
    yield session.wait(session.ipv6_until - now, now)


def _on_datagram(session: Session, arrived: Arrived, now: float) -> Iterator[Action]:
    yield Ignore(
        f"a UDP datagram from {arrived.source}:{arrived.datagram.source_port}",
        "DHCP is over, nobody listens on that port",
    )


def _on_timer(session: Session, now: float) -> Iterator[Action]:
    failed = session.dhcp_failure
    if failed is not None:
        yield from _fail(session, failed, now)
    else:
        yield from boot_from(session, now)


IPV6 = State(_on_enter, _on_datagram, _on_timer, wait_on)

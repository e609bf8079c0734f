"""ICMP errors: whether one ends the boot is asked of the firmware (`icmp-error`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from pxeclient.boot.actions import Action, StateName
from pxeclient.boot.policy import IcmpTold, IcmpUse
from pxeclient.boot.session import Session, decided
from pxeclient.outcome import Failure
from pxeclient.stack.acts import Ignore
from pxeclient.stack.host import IcmpError
from pxeclient.wire import icmp, ipv4


def complained(session: Session, error: IcmpError, now: float) -> Iterator[Action]:
    """Somebody says that a packet could not be delivered."""
    told = IcmpTold(
        error.message.type,
        error.message.code,
        session.state.name is StateName.DOWNLOAD,
        _quotes_download(session, icmp.quoted(error.message)),
    )
    decision = session.policy.icmp_error.decide(told)
    match decision.answer:
        case IcmpUse.IGNORE:
            rule = f"{decision.question}/{decision.rule}"
            yield Ignore(error.words, decision.because, rule, decision.source)
            return
        case IcmpUse.UNREACHABLE:
            failure = Failure.ICMP_UNREACHABLE
        case IcmpUse.ERROR:
            failure = Failure.ICMP_ERROR
        case _:
            assert_never(decision.answer)
    yield decided(decision, error.words)
    yield from session.state.stop(session, now)
    because = f"{error.source} sent an ICMP error about the request to the TFTP server."
    yield from session.fail(failure, because, now)


def _quotes_download(session: Session, quoted: icmp.Quoted | None) -> bool:
    """It quotes a datagram that the download under way has sent."""
    if quoted is None or quoted.protocol != ipv4.UDP:
        return False
    port, to_port = quoted.source_port, quoted.destination_port
    if quoted.source != session.host.address or port is None or to_port is None:
        return False
    return session.state.has_sent(port, (quoted.destination, to_port))

"""State *boot-server discovery*: the place of the boot menu and of DHCPREQUESTs with 43.71.

Not emulated yet. The boot ends here with a plain word about it, so that nobody takes the
gap for the firmware's own behaviour.
"""

from __future__ import annotations

from collections.abc import Iterator

from pxeclient.boot.actions import Action
from pxeclient.boot.exchange import wait_on
from pxeclient.boot.host import Arrived
from pxeclient.boot.outcome import Failure
from pxeclient.boot.session import Session, State


def _on_enter(session: Session, now: float) -> Iterator[Action]:
    yield from session.fail(
        Failure.NOT_EMULATED,
        "The reply calls for a boot menu or boot-server discovery (option 43 without discovery"
        " control bit 3), which pxeclient does not emulate yet: this says nothing about your"
        " server.",
        now,
    )


def _on_datagram(session: Session, arrived: Arrived, now: float) -> Iterator[Action]:
    return iter(())


def _on_timer(session: Session, now: float) -> Iterator[Action]:
    return iter(())


PXEBS = State(_on_enter, _on_datagram, _on_timer, wait_on)

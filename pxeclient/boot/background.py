"""Frames that a firmware sends beside the boot, at fixed times after power-on.

Today's iPXE announces itself to 802.1X switches (EAPOL-Start); builds with IPv6 solicit
routers, and do not boot before IPv6 is configured or has given up.
"""

from __future__ import annotations

from collections.abc import Iterator

from pxeclient.boot.actions import Action
from pxeclient.boot.dhcp.options import Names, fill
from pxeclient.boot.traits import BackgroundTraits
from pxeclient.stack.acts import Owner, SendFrame, SetTimer, Timer
from pxeclient.wire import ethernet
from pxeclient.wire.addresses import Mac


class Background:
    """The frames of one machine, and when each goes out."""

    def __init__(self, traits: tuple[BackgroundTraits, ...], mac: Mac, known: Names) -> None:
        self._traits = traits
        self._mac = mac
        self._known = known
        self._times = [list(item.at) for item in traits]
        self._frames: dict[int, bytes] = {}
        """Those that went out already: most do more than once."""

    def start(self) -> Iterator[Action]:
        """Set the first timers."""
        for number, times in enumerate(self._times):
            if times:
                yield SetTimer(Timer(Owner.BACKGROUND, str(number)), times[0])

    def timer_fired(self, timer: Timer, now: float) -> Iterator[Action]:
        """Send the frame whose time has come, and set the timer of the next.

        The next wait begins now: a machine that was busy when the time came sends late, and
        is late with all that follow.
        """
        number = int(timer.name)
        times = self._times[number]
        was_due = times.pop(0)
        yield SendFrame(self._frame(number))
        if times:
            yield SetTimer(timer, now + times[0] - was_due)

    def _frame(self, number: int) -> bytes:
        frame = self._frames.get(number)
        if frame is None:
            item = self._traits[number]
            payload = fill(item.payload, self._known)
            to = destination(item, self._known)
            frame = ethernet.join(to, self._mac, item.ethertype, payload)
            self._frames[number] = frame
        return frame


def destination(item: BackgroundTraits, known: Names) -> Mac:
    """Where its frames go.

    Raises:
        ValueError: The template does not make a MAC address.
    """
    return Mac(fill(item.destination.replace(":", " "), known))

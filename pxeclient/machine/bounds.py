"""How far a program is followed: bounds, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass

from pxeclient.machine.wants import Exit, Fetch, Key, Wait, Want

MOST_WANTS = 10_000
"""Wants of one program. PXELINUX, with all its names and a menu that counts down five minutes, has
some 400, GRUB with its modules some 100; a loop in a script has as many as it is let."""
AT_ONCE = 1_000
"""Wants between two events: who wants so much while no time passes and nothing comes waits for
nothing, and would keep everybody waiting."""
LONGEST_WAIT = 24 * 3600.0
"""Seconds. Who waits longer will not be waited for: PXELINUX's longest is five minutes."""
MOST_FETCHED = 4 << 30
"""Octets that one program loads. Kernels, initrds and the images of live systems are shorter
together, and a machine that boots has seldom as much memory."""
MOST_TEXT = 8192
"""Characters of one `Show`: four screens. Who shows a whole file, as no loader does, shows its
beginning."""

MOST_NAME = 1024
"""Octets of a file's name, or characters of a URI. A read request that fits one frame holds 400
more, its options among them; who reads a name out of a stranger's file may find a longer one."""


@dataclass(slots=True)
class Used:
    """How much of it a program has used."""

    wants: int = 0
    at_once: int = 0
    """Wants since the latest event."""
    fetched: int = 0
    """Octets."""

    def beyond(self, want: Want | None) -> str:
        """Why the program is not followed further; empty if it is. Who ends is let end."""
        if want is None or isinstance(want, Exit):
            return ""
        if self.wants > MOST_WANTS:
            return f"it has wanted something {MOST_WANTS} times"
        if self.at_once > AT_ONCE:
            return f"it has wanted something {AT_ONCE} times while no time passed"
        if isinstance(want, Fetch) and self.fetched > MOST_FETCHED:
            return f"it has fetched {self.fetched} octets"
        seconds = _waits(want)
        return "" if seconds <= LONGEST_WAIT else f"it waits for {seconds:g} seconds"


def _waits(want: Want) -> float:
    """For how long, of itself."""
    match want:
        case Wait(seconds):
            return seconds
        case Key(_, _, timeout) if timeout is not None:
            return timeout
        case _:
            return 0.0

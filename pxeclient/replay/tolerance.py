"""How far two times may differ and still be called equal."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tolerance:
    """A fixed part and a share of the time waited.

    The default is what recordings of firmware under a software emulator need: their clocks
    tick coarsely (BIOS 55 ms, UEFI a second that comes early) and run late on a busy host.
    """

    seconds: float = 0.35
    share: float = 0.12

    def of(self, wait: float) -> float:
        """The difference that is tolerated after a wait of so many seconds."""
        return self.seconds + self.share * abs(wait)

    def words(self) -> str:
        """Such as ``0.35 s + 12 %``."""
        return f"{self.seconds:g} s + {self.share:.0%}"

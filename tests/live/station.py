"""A program that does what it is told on a link: `python -m tests.live.station STEPS`.

STEPS is a JSON list of lists; each is the name of a method of `Station` with its arguments. For
each step one line of JSON is printed; `{"error": ...}` ends the program early.
"""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from pxeclient.link.base import LinkError
from pxeclient.link.packet import PacketLink
from pxeclient.link.tap import TapLink

_ETH_P_ALL = 3


class Station:
    """The steps. They act on the link that was opened last, until the step `first`."""

    def __init__(self) -> None:
        self._held = contextlib.ExitStack()
        self._links: list[PacketLink | TapLink] = []
        self._link: PacketLink | TapLink
        self._raw: socket.socket

    def close_all(self) -> None:
        """Close whatever the steps opened."""
        self._held.close()

    def packet(self, name: str, mac: str) -> None:
        """Open a PacketLink."""
        self._keep(PacketLink(name, bytes.fromhex(mac)))

    def tap(self, name: str, mac: str) -> bool:
        """Open a TapLink; says whether it was created."""
        link = TapLink(name, bytes.fromhex(mac))
        self._keep(link)
        return link.created

    def first(self) -> None:
        """Go back to the link that was opened first."""
        self._link = self._links[0]

    def send(self, *frames: str) -> None:
        """Send frames."""
        for frame in frames:
            self._link.send(bytes.fromhex(frame))

    def repeat(self, times: int, frame: str) -> None:
        """Send one frame many times."""
        for _ in range(times):
            self._link.send(bytes.fromhex(frame))

    def receive(self, count: int, seconds: float) -> list[str]:
        """Receive so many frames, for so many seconds at most."""
        frames: list[str] = []
        until = self._link.now() + seconds
        while len(frames) < count and (frame := self._link.receive(until)) is not None:
            frames.append(frame.hex())
        return frames

    def waited(self, seconds: float) -> float:
        """Wait for a frame that does not come; says how many seconds that took."""
        start = time.monotonic()
        if self._link.receive(start + seconds) is not None:
            raise AssertionError("a frame came")
        return time.monotonic() - start

    def lost(self) -> list[int]:
        """What two questions in a row say was lost."""
        assert isinstance(self._link, PacketLink)
        return [self._link.lost(), self._link.lost()]

    def close(self) -> None:
        """Close the link twice."""
        self._link.close()
        self._link.close()

    def raw(self, name: str) -> None:
        """Open a plain AF_PACKET socket, for comparison."""
        self._raw = self._held.enter_context(
            socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ETH_P_ALL))
        )
        self._raw.bind((name, _ETH_P_ALL))

    def raw_receive(self, seconds: float) -> str:
        """One frame as the plain socket sees it."""
        self._raw.settimeout(seconds)
        return self._raw.recv(65536).hex()

    def names(self) -> list[str]:
        """The interfaces there are."""
        return sorted(name for _, name in socket.if_nameindex())

    def run(self, *command: str) -> str:
        """Run a command; says what it printed."""
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    def _keep(self, link: PacketLink | TapLink) -> None:
        self._held.enter_context(contextlib.closing(link))
        self._links.append(link)
        self._link = link


def main(steps: str) -> None:
    """Do the steps, one line of output each."""
    station = Station()
    try:
        for name, *arguments in json.loads(steps):
            step: Callable[..., Any] = getattr(station, name)
            print(json.dumps(step(*arguments)), flush=True)
    except LinkError as error:
        print(json.dumps({"error": str(error)}))
    except KeyboardInterrupt:
        print(json.dumps("interrupted"))
    finally:
        station.close_all()


if __name__ == "__main__":
    main(sys.argv[1])

"""What a link does on a host of a lab, step by step: `python -m tests.live.onhost DEED GO WORDS`.

A deed is a generator. Each thing that it yields is printed as a line of JSON; it goes on when the
test writes a line into the named pipe GO. `tests.live.deeds` is the test's end of this.
"""

from __future__ import annotations

import contextlib
import json
import socket
import sys
from collections.abc import Callable, Iterator
from typing import Any

from pxeclient.link.base import LinkError
from pxeclient.link.packet import PacketLink
from pxeclient.link.tap import TapLink

MAC = bytes.fromhex("525400123456")
OTHER = bytes.fromhex("525400000002")
_ETH_P_ALL = 3
_PATIENCE = 120.0
"""Seconds that a frame may take: nobody waits so long for one that comes."""


def use(kind: str, name: str, *frames: str) -> Iterator[Any]:
    """Open a link; send these frames and tell what comes first; close it twice."""
    with contextlib.closing(_opened(kind, name)) as link:
        yield getattr(link, "created", None)
        for frame in frames:
            link.send(bytes.fromhex(frame))
        yield _next(link)
    link.close()
    yield _interfaces()


def send(kind: str, name: str, frame: str) -> Iterator[Any]:
    """Open a link, then send a frame."""
    with contextlib.closing(_opened(kind, name)) as link:
        yield None
        link.send(bytes.fromhex(frame))
        yield None


def hold(name: str, kind: str = "packet") -> Iterator[Any]:
    """Open a link, and close it when that is told."""
    with contextlib.closing(_opened(kind, name)) as link:
        yield getattr(link, "created", None)
    yield _interfaces()


def join_twice(name: str) -> Iterator[Any]:
    """Join a TAP that is joined."""
    with contextlib.closing(TapLink(name, MAC)):
        yield None
        TapLink(name, MAC)


def beside_a_plain_socket(name: str) -> Iterator[Any]:
    """The same frame as a plain AF_PACKET socket sees it, and as the link gives it."""
    with (
        socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ETH_P_ALL)) as plain,
        contextlib.closing(PacketLink(name, MAC)) as link,
    ):
        plain.bind((name, _ETH_P_ALL))
        plain.settimeout(_PATIENCE)
        yield None
        yield [plain.recv(65536).hex(), _next(link)]


def beside_another_link(name: str, outgoing: str) -> Iterator[Any]:
    """What one of two links on an interface hears first, after the other has sent a frame."""
    with (
        contextlib.closing(PacketLink(name, MAC)) as first,
        contextlib.closing(PacketLink(name, MAC)) as second,
    ):
        second.send(bytes.fromhex(outgoing))
        yield None
        yield _next(first)


def from_the_kernel(name: str, *frames: str) -> Iterator[Any]:
    """What the far end of a TAP hears first of what its own machine sends."""
    with (
        contextlib.closing(TapLink(name, MAC)) as link,
        contextlib.closing(PacketLink(name, OTHER)) as kernel,
    ):
        for frame in frames:
            kernel.send(bytes.fromhex(frame))
        yield _next(link)


def lose(name: str) -> Iterator[Any]:
    """What two questions in a row say was lost, while nobody fetched anything."""
    with contextlib.closing(PacketLink(name, MAC)) as link:
        yield None
        yield [link.lost(), link.lost()]


def wait(name: str) -> Iterator[Any]:
    """Wait for a frame that does not come."""
    with contextlib.closing(PacketLink(name, MAC)) as link:
        print('"waiting"', flush=True)
        yield link.receive(link.now() + 600)


def _opened(kind: str, name: str) -> PacketLink | TapLink:
    return PacketLink(name, MAC) if kind == "packet" else TapLink(name, MAC)


def _interfaces() -> list[str]:
    return sorted(name for _, name in socket.if_nameindex())


def _next(link: PacketLink | TapLink) -> str | None:
    frame = link.receive(link.now() + _PATIENCE)
    return None if frame is None else frame.hex()


def main(deed: str, go: str, *words: str) -> None:
    """Do it, one line of output for each step."""
    function: Callable[..., Iterator[Any]] = globals()[deed]
    with open(go) as told, contextlib.suppress(KeyboardInterrupt):
        try:
            for step in function(*words):
                print(json.dumps(step), flush=True)
                if not told.readline():
                    return
        except LinkError as error:
            print(json.dumps({"error": str(error)}), flush=True)
        except KeyboardInterrupt:
            print('"interrupted"', flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])

"""A crowd of machines and their servers (`tests.crowds`), on interfaces of a lab.

    python -m tests.live.crowds serve INTERFACE COUNT
    python -m tests.live.crowds boot INTERFACE COUNT

`serve` says that it is ready and serves until it is told to end. `boot` boots them all, and prints
as a JSON object what each came to, with the finding that its own trace has.
"""

from __future__ import annotations

import contextlib
import json
import select
import signal
import socket
import sys
import time
from collections.abc import Sequence

from pxeclient.boots.many import boot_all
from pxeclient.diagnose import diagnose
from pxeclient.endings import End, end_of
from pxeclient.link.packet import PacketLink
from pxeclient.report.closing import main as finding_of
from tests.crowds import Segment, Traces, crowd

_ALL = 3
_QUEUE = 8 * 1024 * 1024


def serve(interface: str, count: int) -> None:
    """Answer whoever of the crowd asks."""
    segment = Segment(crowd(count))
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0) as cable:
        cable.setsockopt(socket.SOL_SOCKET, 33, _QUEUE)  # SO_RCVBUFFORCE
        # PACKET_ADD_MEMBERSHIP, PACKET_MR_PROMISC: the servers' addresses are not the interface's.
        index = socket.if_nametoindex(interface)
        membership = index.to_bytes(4, sys.byteorder) + (1).to_bytes(2, sys.byteorder)
        cable.setsockopt(263, 1, membership + bytes(10))
        cable.bind((interface, _ALL))
        cable.setblocking(False)
        print("ready", flush=True)
        while True:
            now = time.monotonic()
            for frame in segment.poll(now):
                cable.send(frame)
            due = segment.next_at()
            select.select([cable], [], [], 1.0 if due is None else max(due - now, 0))
            with contextlib.suppress(BlockingIOError):
                while True:
                    frame, (_, _, kind, *_) = cable.recvfrom(65536)
                    if kind != 4:  # PACKET_OUTGOING: our own
                        segment.receive(frame, time.monotonic())


def boot(interface: str, count: int) -> None:
    """Boot them all."""
    who, traces = crowd(count), Traces()
    first, *others = (one.machine.mac for one in who)
    with contextlib.closing(PacketLink(interface, first, beside=others)) as link:
        boot_all(who, link, traces)
    for mac, trace in traces.of.items():
        found = finding_of(diagnose(trace), end_of(trace))
        told = {
            "mac": ":".join(f"{octet:02x}" for octet in mac),
            "profile": trace.profile,
            "failed": end_of(trace) in (End.FAILED, End.WRONG_FILE),
            "finding": "" if found is None else found.id,
            "lost": trace.lost,
        }
        print(json.dumps(told), flush=True)


def run(words: Sequence[str]) -> None:
    """As the command line says."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    what, interface, count = words
    {"serve": serve, "boot": boot}[what](interface, int(count))


if __name__ == "__main__":
    run(sys.argv[1:])

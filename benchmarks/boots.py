"""Whole simulated boots per second on one core: client and practice servers together.

Every boot is a new client on a new network: DISCOVER to the last ACK of a one-block boot
file, real bytes both ways, every checksum made and checked, the trace kept.

    python benchmarks/boots.py [--seconds 5]

*handle* is the share of that which `BootClient.handle` takes; the rest is the servers, the wire and
the loop.

Boots per second say as much of the machine, and of what else it does, as of the code. *in loops*
says what the code needs: CPU time of a boot divided by that of a fixed loop of Python, which is
run in turn with the boots. Changes are judged by it.
"""

from __future__ import annotations

import argparse
import cProfile
import gc
import pstats
import struct
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import NamedTuple
from unittest.mock import patch

from pxeclient import profile
from pxeclient.boot.actions import Action
from pxeclient.boot.client import BootClient
from pxeclient.boot.events import Event
from pxeclient.boots.boot import Wire
from pxeclient.boots.boot import boot as boot_on
from pxeclient.link.simulated import SimulatedLink
from pxeclient.outcome import Booted
from pxeclient.practice.model import Scenario
from pxeclient.practice.network import PracticeNetwork
from pxeclient.practice.scenario import load
from pxeclient.profile import Profile
from pxeclient.trace import Trace

NETWORK = Path(__file__).with_name("one-block.toml")
PROFILES = ("ipxe", "ipxe-20190125", "vmware-e1000e")


def boot(firmware: Profile, network: Scenario) -> Trace:
    """One boot, from power-on to boot file."""
    wire = Wire(SimulatedLink(PracticeNetwork(network)), "benchmark")
    trace = boot_on(firmware, firmware.machine, wire)
    assert isinstance(trace.outcome, Booted), trace.outcome
    return trace


class Measured(NamedTuple):
    """What the boots of a profile take."""

    boots: float
    """Per second of CPU time, in the best stretch."""
    loops: float
    """CPU time of a boot in times of the fixed loop's, the median of all stretches."""
    frames: int
    """Per boot."""
    handle: float
    """The share of `BootClient.handle`, from 0 to 1."""


def fixed_loop() -> int:
    """Always the same work, of the kinds that a boot is made of. Must never change."""
    words = struct.Struct("!HHHH")
    seen: dict[bytes, int] = {}
    total = 0
    for number in range(1000):
        octets = words.pack(number, 67, 68, total & 0xFFFF) + b"pxeclient"
        first, *_, last = words.unpack_from(octets)
        key = octets[:2] + octets[-3:]
        seen[key] = seen.get(key, 0) + first
        total += sum((last, len(octets), int.from_bytes(key, "big") % 0xFFFF))
    return total + len(seen)


_STRETCHES = 25


def measured(firmware: Profile, network: Scenario, seconds: float) -> Measured:
    """Boot, and run the fixed loop, in turn: what slows the machine down slows both."""
    frames = sum(1 for _ in boot(firmware, network).frames())
    most, loops = 0.0, []
    for _ in range(_STRETCHES):
        each = cpu(lambda: boot(firmware, network), seconds / _STRETCHES)
        most = max(most, 1 / each)
        loops.append(each / cpu(fixed_loop, seconds / _STRETCHES / 4))
    return Measured(most, median(loops), frames, share_of_handle(firmware, network))


def share_of_handle(firmware: Profile, network: Scenario, boots: int = 50) -> float:
    """By a clock that is read twice an event: what reading it takes counts as the rest's."""
    inside, handle = 0.0, BootClient.handle

    def timed(client: BootClient, event: Event, now: float) -> list[Action]:
        nonlocal inside
        began = time.perf_counter()
        done = handle(client, event, now)
        inside += time.perf_counter() - began
        return done

    with patch.object(BootClient, "handle", timed):
        began = time.perf_counter()
        for _ in range(boots):
            boot(firmware, network)
        return inside / (time.perf_counter() - began)


def cpu(work: Callable[[], object], seconds: float) -> float:
    """CPU seconds of one piece of work, done again and again for so long."""
    count, started = 0, time.process_time()
    while True:
        work()
        count += 1
        if (spent := time.process_time() - started) >= seconds:
            return spent / count


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="simulated boots per second")
    parser.add_argument("--seconds", type=float, default=5.0, help="for each profile")
    parser.add_argument("--profile", action="store_true", help="show where the time goes")
    asked = parser.parse_args()
    network = load(NETWORK)
    gc.freeze()  # what is imported by now is not garbage, and need not be looked through
    if asked.profile:
        firmware = profile.load("ipxe")
        with cProfile.Profile() as seen:
            for _ in range(500):
                boot(firmware, network)
        pstats.Stats(seen).sort_stats("tottime").print_stats(25)
        return
    print(
        f"{'profile':20} {'boots/s':>8} {'µs/boot':>8} {'in loops':>9} {'frames':>7} {'handle':>8}"
    )
    for name in PROFILES:
        boots, loops, frames, handle = measured(profile.load(name), network, asked.seconds)
        print(f"{name:20} {boots:8.0f} {1e6 / boots:8.0f} {loops:9.3f} {frames:7} {handle:8.0%}")


if __name__ == "__main__":
    main()

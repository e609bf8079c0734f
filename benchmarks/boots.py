"""Whole simulated boots per second on one core: client and practice servers together.

Every boot is a new client on a new network: DISCOVER to the last ACK of a one-block boot
file, real bytes both ways, every checksum made and checked, the trace kept.

    python benchmarks/boots.py [--seconds 5]
"""

from __future__ import annotations

import argparse
import cProfile
import gc
import pstats
import time
from pathlib import Path

from pxeclient import profile
from pxeclient.boot.client import BootClient
from pxeclient.boot.outcome import Booted
from pxeclient.link.simulated import SimulatedLink
from pxeclient.practice.model import Scenario
from pxeclient.practice.network import PracticeNetwork
from pxeclient.practice.scenario import load
from pxeclient.profile import Profile
from pxeclient.run import run
from pxeclient.trace import Trace

NETWORK = Path(__file__).with_name("one-block.toml")
PROFILES = ("ipxe", "ipxe-20190125", "vmware-e1000e")


def boot(firmware: Profile, network: Scenario) -> Trace:
    """One boot, from power-on to boot file."""
    client = BootClient(firmware.traits, firmware.policy, firmware.machine)
    trace = run(
        client, SimulatedLink(PracticeNetwork(network)), Trace(firmware.name, "", "benchmark")
    )
    assert isinstance(trace.outcome, Booted), trace.outcome
    return trace


def rate(firmware: Profile, network: Scenario, seconds: float) -> tuple[float, int]:
    """Boots per second of CPU time in the best of five stretches, and frames per boot."""
    frames = sum(1 for _ in boot(firmware, network).frames())
    best = 0.0
    for _ in range(5):
        count, started = 0, time.process_time()
        while (spent := time.process_time() - started) < seconds / 5:
            boot(firmware, network)
            count += 1
        best = max(best, count / spent)
    return best, frames


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
        with cProfile.Profile() as measured:
            for _ in range(500):
                boot(firmware, network)
        pstats.Stats(measured).sort_stats("tottime").print_stats(25)
        return
    print(f"{'profile':20} {'boots/s':>8} {'µs/boot':>8} {'frames':>7}")
    for name in PROFILES:
        boots, frames = rate(profile.load(name), network, asked.seconds)
        print(f"{name:20} {boots:8.0f} {1e6 / boots:8.0f} {frames:7}")


if __name__ == "__main__":
    main()

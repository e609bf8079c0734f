"""What a block of a long TFTP download costs: client and practice servers together.

    python benchmarks/blocks.py [--downloads 5]

A file of 16 MB, fetched by a simulated boot, so that nearly all of the CPU time goes into its
blocks. The columns mean what they mean in `boots`.
"""

from __future__ import annotations

import argparse
import gc
from statistics import median
from typing import NamedTuple

from boots import NETWORK, boot, cpu, fixed_loop, share_of_handle
from msgspec.structs import replace

from pxeclient import profile
from pxeclient.practice.model import Scenario, Server
from pxeclient.practice.scenario import load
from pxeclient.profile import Profile
from pxeclient.wire.onestep import read_udp

SIZE = 16 * 1024 * 1024
PROFILES = ("ipxe", "ipxe-20190125", "edk2")
"""Those with room for it: what a BIOS ROM loads is smaller."""
_IS_DATA = b"\0\3"


class Measured(NamedTuple):
    """What one block takes."""

    blocks: int
    """In the file."""
    micros: float
    """Microseconds of CPU time for each, in the best download."""
    loops: float
    """The same in times of the fixed loop, the median of all downloads."""
    handle: float
    """The share of `BootClient.handle`, from 0 to 1."""


def with_large_file(network: Scenario) -> Scenario:
    """The same network, whose file has `SIZE` octets."""
    return replace(network, servers=tuple(map(_with_large_file, network.servers)))


def _with_large_file(server: Server) -> Server:
    if server.tftp is None:
        return server
    files = {name: replace(spec, size=SIZE) for name, spec in server.tftp.files.items()}
    return replace(server, tftp=replace(server.tftp, files=files))


def measured(firmware: Profile, network: Scenario, downloads: int) -> Measured:
    """Download the file, and run the fixed loop, in turn."""
    read = [
        read_udp(frame) for _, frame, is_ours in boot(firmware, network).frames() if not is_ours
    ]
    blocks = sum(one is not None and one.payload.startswith(_IS_DATA) for one in read)
    each, loops = [], []
    for _ in range(downloads):
        each.append(cpu(lambda: boot(firmware, network), 0.0) / blocks)
        loops.append(each[-1] / cpu(fixed_loop, 0.2))
    share = share_of_handle(firmware, network, boots=1)
    return Measured(blocks, 1e6 * min(each), median(loops), share)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="the cost of a block of a TFTP download")
    parser.add_argument("--downloads", type=int, default=5, help="for each profile")
    asked = parser.parse_args()
    network = with_large_file(load(NETWORK))
    gc.freeze()
    print(f"{'16 MB by TFTP':20} {'blocks':>8} {'µs/block':>8} {'in loops':>9} {'handle':>16}")
    for name in PROFILES:
        blocks, micros, loops, handle = measured(profile.load(name), network, asked.downloads)
        print(f"{name:20} {blocks:8} {micros:8.1f} {loops:9.4f} {handle:16.0%}")


if __name__ == "__main__":
    main()

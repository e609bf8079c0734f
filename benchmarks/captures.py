"""How fast capture files are read and written, beside scapy, and in how much memory.

    python benchmarks/captures.py [--frames NUMBER]

Each is a process of its own, so that what it imports and holds is its own; the best of three. The
frames are of a boot: the lengths of DHCP messages, blocks of TFTP, and their acknowledgements.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

SIZES = (60, 342, 389, 558, 1514)
FRAMES = f"""
from random import Random
chance = Random(1)
def frames(count):
    for number in range(count):
        yield 1_700_000_000 + number / 1024, chance.randbytes(chance.choice({SIZES}))
"""
MEASURED = """
import json, resource, sys, time
begun = time.process_time()
count = work(sys.argv[1], int(sys.argv[2]))
spent = time.process_time() - begun
most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
print(json.dumps([count, spent, most]))
"""
WORK = {
    ("read", "ours"): """
def work(path, count):
    from pathlib import Path
    from pxeclient.capture.file import raw_frames
    return sum(1 for _ in raw_frames(Path(path)))
""",
    ("read", "scapy"): """
def work(path, count):
    from scapy.utils import RawPcapReader
    with RawPcapReader(path) as reader:
        return sum(1 for _ in reader)
""",
    ("write", "ours"): FRAMES
    + """
def work(path, count):
    from pathlib import Path
    from pxeclient.capture.writing import Written, write
    write(Path(path), (Written(at, octets, True) for at, octets in frames(count)))
    return count
""",
    ("write", "scapy"): FRAMES
    + """
def work(path, count):
    from scapy.utils import RawPcapNgWriter
    with RawPcapNgWriter(path) as writer:
        writer.linktype = 1
        writer.write_header(None)
        for at, octets in frames(count):
            writer.write_packet(octets, sec=at)
    return count
""",
}
PCAP = f"""
import struct, sys
{FRAMES}
with open(sys.argv[1], "wb") as file:
    file.write(struct.pack("<IHHIIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
    for at, octets in frames(int(sys.argv[2])):
        head = struct.pack("<IIII", int(at), int(at % 1 * 1e6), len(octets), len(octets))
        file.write(head + octets)
"""


def measured(code: str, path: Path, count: int) -> tuple[float, int]:
    """Seconds of processor time and megabytes, the best of three."""
    best = (float("inf"), 1 << 30)
    for _ in range(3):
        printed = subprocess.check_output([sys.executable, "-c", code, str(path), str(count)])
        found, seconds, megabytes = json.loads(printed)
        assert found == count, (found, count)
        best = min(best[0], seconds), min(best[1], megabytes)
    return best


def main() -> None:
    """Print a line for each."""
    parser = argparse.ArgumentParser(description="Time capture files beside scapy.")
    parser.add_argument("--frames", type=int, default=100_000, help="how many (default: 100000)")
    count = parser.parse_args().frames
    with tempfile.TemporaryDirectory() as folder:
        old, new = Path(folder, "x.pcap"), Path(folder, "x.pcapng")
        subprocess.check_call([sys.executable, "-c", PCAP, str(old), str(count)])
        for what, path in (("write", new), ("read", new), ("read", old)):
            for who in ("ours", "scapy"):
                code = WORK[what, who] + MEASURED
                seconds, megabytes = measured(code, path, count)
                print(
                    f"{what:5} {path.suffix[1:]:6} {who:5} {count:,} frames: {seconds:.2f} s,"
                    f" {megabytes} MB"
                )


if __name__ == "__main__":
    main()

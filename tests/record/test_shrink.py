"""Smaller recordings: without programs of others, without copies, and still in order."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from scapy.layers.inet import IP, TCP, UDP
from scapy.layers.l2 import Ether
from scapy.packet import Packet, Raw
from scapy.utils import PcapWriter, rdpcap

from tests.record.scripts import CLIENT, SERVER_MAC, script
from tools.record.scenario import Script
from tools.record.shrink import SharedError, shrink, trim, without_programs
from tools.record.stored import CAPTURES, SHARED, scenario_of
from tools.record.verify import verify

PLAIN = CAPTURES / "ovmf-virtio" / "plain-dhcp-bootfile"
SERVED = {"a": {"path": "a.0"}, "b": {"text": "b"}}


def ours(payload: Packet) -> Packet:
    """A frame of the machine's."""
    whole: Packet = Ether(src=str(CLIENT), dst=str(SERVER_MAC)) / IP(dst="10.77.0.1") / payload
    return whole


def theirs(payload: Packet) -> Packet:
    """A frame of the server's."""
    whole: Packet = Ether(dst=str(CLIENT), src=str(SERVER_MAC)) / IP(src="10.77.0.1") / payload
    return whole


def transfer(name: str, port: int, blocks: int) -> list[Packet]:
    """A TFTP transfer of whole blocks."""
    request = b"\0\1" + name.encode() + b"\0octet\0"
    made = [ours(UDP(sport=port, dport=69) / Raw(request))]
    for number in range(1, blocks + 1):
        head = number.to_bytes(2, "big")
        made.append(theirs(UDP(sport=50001, dport=port) / Raw(b"\0\3" + head + b"\xaa" * 512)))
        made.append(ours(UDP(sport=port, dport=50001) / Raw(b"\0\4" + head)))
    return made


def capture(folder: Path, frames: list[Packet]) -> Path:
    """A file as tcpdump writes it."""
    path = folder / "capture.pcap"
    with PcapWriter(str(path), linktype=1, endianness="<") as writer:
        for number, frame in enumerate(frames):
            frame.time = 1.7e9 + number / 100
            writer.write(frame)
    return path


def contents_of(path: Path) -> list[bytes]:
    """The data of the DATA packets, whose checksums are right."""
    found = []
    for frame in rdpcap(str(path)):
        again = frame.copy()
        del again[UDP].chksum
        assert bytes(Ether(bytes(again))) == bytes(frame)
        payload = bytes(frame[UDP].payload)
        if payload[:2] == b"\0\3":
            found.append(payload[4:])
    return found


def serving(folder: Path, **more: Any) -> Script:
    """A scenario that serves a program of another project, and a text."""
    return script(folder, tftp={"files": SERVED}, scenario=more)


def test_only_a_programs_first_block_stays(tmp_path: Path) -> None:
    """The rest is zeros; other files stay as they are."""
    path = capture(tmp_path, transfer("a", 2001, 3) + transfer("b", 2002, 3))
    before = [len(bytes(frame)) for frame in rdpcap(str(path))]
    assert without_programs(path, serving(tmp_path)) == {"removed": {}, "blanked": 2}
    kept, gone = b"\xaa" * 512, bytes(512)
    assert contents_of(path) == [kept, gone, gone, kept, kept, kept]
    assert [len(bytes(frame)) for frame in rdpcap(str(path))] == before


def test_the_middle_of_a_long_transfer_goes(tmp_path: Path) -> None:
    """Of files that the scenario names, by a pattern perhaps."""
    path = capture(tmp_path, transfer("dir/b", 2001, 30) + transfer("c", 2002, 30))
    done = without_programs(path, serving(tmp_path, prune=["*b"]))
    assert done == {"removed": {"dir/b (frame 0)": 36}, "blanked": 0}
    assert len(rdpcap(str(path))) == 2 * 61 - 36


def test_http_bodies(tmp_path: Path) -> None:
    """Of a program 1,024 octets stay."""
    http = {"ip": "10.77.0.4", "paths": {"/a": {"body": {"path": "a.0"}}}}
    get = ours(TCP(sport=3000, dport=80, seq=1) / Raw(b"GET /a HTTP/1.1\r\n\r\n"))
    head = b"HTTP/1.1 200 OK\r\n\r\n"
    first = theirs(TCP(sport=80, dport=3000, seq=1) / Raw(head + b"\xaa" * 1000))
    after = theirs(TCP(sport=80, dport=3000, seq=1020) / Raw(b"\xbb" * 1000))
    path = capture(tmp_path, [get, first, after])
    made = script(tmp_path, scenario={"http": http})
    assert without_programs(path, made)["blanked"] == 1
    _, one, two = rdpcap(str(path))
    assert bytes(one[TCP].payload) == head + b"\xaa" * 1000
    assert bytes(two[TCP].payload) == b"\xbb" * 24 + bytes(976)
    again = two.copy()
    del again[TCP].chksum
    assert bytes(Ether(bytes(again))) == bytes(two)


def test_the_next_boot_option_is_cut_off(tmp_path: Path) -> None:
    """A UEFI machine whose HTTP boot failed tries PXE: not this recording's."""
    pxe = rdpcap(str(PLAIN / "capture.pcap"))
    path = capture(tmp_path, [*transfer("b", 2001, 1), *pxe])
    assert trim(path, None) == 0
    assert len(rdpcap(str(path))) == 3 + len(pxe)
    assert trim(path, "http4") == len(pxe)
    assert len(rdpcap(str(path))) == 3


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A recording as it is written at first."""
    folder = tmp_path / "ovmf-virtio" / PLAIN.name
    shutil.copytree(PLAIN, folder)
    shutil.copyfile(scenario_of(PLAIN), folder / "scenario.json")
    (folder / "dnsmasq.log").write_text("started\n")
    outcome = json.loads((folder / "outcome.json").read_text())
    outcome |= {"run": {"seconds": 1}, "events": []}
    (folder / "outcome.json").write_text(json.dumps(outcome))
    return folder


def test_what_is_shared_is_not_copied(made: Path) -> None:
    """The package has that scenario; logs, run and events go; it is in order as before."""
    assert shrink(made)
    assert {path.name for path in made.iterdir()} == {"capture.pcap", "console.txt", "outcome.json"}
    kept = json.loads((made / "outcome.json").read_text())
    assert kept == json.loads((PLAIN / "outcome.json").read_text())
    assert verify(made).faults == ()
    assert shrink(made) == []


def test_a_new_scenario_is_put_where_all_find_it(made: Path) -> None:
    """Beside the firmwares, by its name."""
    new = made.rename(made.with_name("new-one"))
    table = json.loads((new / "scenario.json").read_text()) | {"name": "new-one"}
    (new / "scenario.json").write_text(json.dumps(table))
    outcome = json.loads((new / "outcome.json").read_text()) | {"scenario": "new-one"}
    (new / "outcome.json").write_text(json.dumps(outcome))
    shrink(new)
    assert scenario_of(new) == new.parents[1] / SHARED / "new-one.json"
    assert verify(new).faults == ()


def test_a_name_is_of_one_scenario_only(made: Path) -> None:
    """Another text under a name that is taken changes nothing."""
    text = (made / "scenario.json").read_text() + " "
    (made / "scenario.json").write_text(text)
    with pytest.raises(SharedError, match="is another scenario; give yours another name"):
        shrink(made)
    assert (made / "scenario.json").read_text() == text

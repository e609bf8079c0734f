"""Captures that tcpdump and tshark print, read back: the same story, or less, never another."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

import pytest

from pxeclient.capture.writing import write
from pxeclient.explain.stop import Stop
from pxeclient.report.commented import commented
from tests.boots import booted
from tests.capture.text.told import Told, of_capture, of_text
from tests.compare.recordings import CAPTURES
from tests.live.needs import program

pytestmark = pytest.mark.live

WHOLE = {
    "tcpdump -x": ("tcpdump", "-n", "-x"),
    "tcpdump -xx": ("tcpdump", "-n", "-tttt", "-e", "-xx"),
    "tcpdump -X": ("tcpdump", "-X"),
    "tcpdump -vXX": ("tcpdump", "-n", "-vvv", "-tt", "-XX"),
}
"""Of these every octet can be read, times too."""
PARTLY = {
    "tcpdump -v": ("tcpdump", "-n", "-v"),
    "tcpdump -vvve": ("tcpdump", "-n", "-vvv", "-e"),
    "tshark -V": ("tshark", "-V"),
    "tshark -x": ("tshark", "-x"),
}
BOOTS = [
    ("edk2", "plain-dhcp"),
    ("vmware-e1000e", "proxy-60-file-4011-dead"),
    ("edk2", "tftp-missing"),
    ("ipxe", "no-next-server"),
    ("vmware-e1000e", "ack-without-boot-file"),
    ("edk2", "menu"),
    ("ipxe", "tftp-icmp-error"),
    ("vmware-efi", "silence"),
    ("edk2", "nak"),
]
RECORDINGS = [
    "ipxe-e1000e/plain-dhcp-bootfile",
    "ipxe-e1000e/samehost-60-only",
    "ovmf-virtio/dnsmasq-proxy",
    "ovmf-virtio/dhcpd-tftpd",
    "ovmf-virtio/filename-path",
    "ipxe-82540em/overload-52-nofile",
]


@cache
def _boot(firmware: str, network: str) -> bytes:
    """A boot of ours as a file of frames."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "boot.pcapng"
        write(path, commented(booted(firmware, network, 300.0), 1_700_000_000.0))
        return path.read_bytes()


def printed(path: Path, command: tuple[str, ...]) -> bytes:
    """What a program prints of it."""
    name, *arguments = command
    done = subprocess.run(
        [program(name), "-r", str(path), *arguments], capture_output=True, check=True, timeout=60
    )
    return done.stdout


def _is_less(read: list[Told], known: list[Told]) -> bool:
    """The same clients in the same attempts; ends are the same or open, findings no others."""
    assert [(one.mac, one.kind) for one in read] == [(one.mac, one.kind) for one in known]
    for one, other in zip(read, known, strict=True):
        assert one.stop in (other.stop, Stop.CANNOT_TELL), (one.sentence, other.sentence)
        assert one.findings <= other.findings
        assert set(one.replies) <= set(other.replies)
    return True


@pytest.mark.parametrize("way", [*WHOLE, *PARTLY])
@pytest.mark.parametrize(("firmware", "network"), BOOTS)
def test_boots_of_ours(tmp_path: Path, firmware: str, network: str, way: str) -> None:
    """Whatever prints them, they are told alike."""
    path = tmp_path / "boot.pcapng"
    path.write_bytes(_boot(firmware, network))
    known = of_capture(path)
    assert known
    read = of_text(printed(path, {**WHOLE, **PARTLY}[way]), tmp_path)
    assert _is_less(read, known)
    if way in WHOLE:
        assert [(one.stop, one.findings) for one in read] == [
            (one.stop, one.findings) for one in known
        ]


@pytest.mark.parametrize("way", [*WHOLE, *PARTLY])
@pytest.mark.parametrize("recording", RECORDINGS)
def test_recordings(tmp_path: Path, recording: str, way: str) -> None:
    """Real firmware's boots."""
    path = CAPTURES / recording / "capture.pcap"
    known = of_capture(path)
    read = of_text(printed(path, {**WHOLE, **PARTLY}[way]), tmp_path)
    assert _is_less(read, known)
    if way in WHOLE:
        assert [one[:4] for one in read] == [one[:4] for one in known]


@pytest.mark.parametrize("recording", RECORDINGS)
def test_a_frame_in_two_formats_is_one(tmp_path: Path, recording: str) -> None:
    """Details and octets of one capture, one below the other, are not twice as many frames."""
    path = CAPTURES / recording / "capture.pcap"
    octets = printed(path, WHOLE["tcpdump -xx"])
    text = printed(path, PARTLY["tcpdump -v"]) + b"\n\nand with octets:\n\n" + octets
    known, read = of_text(octets, tmp_path), of_text(text, tmp_path)
    assert [one[:4] for one in read] == [one[:4] for one in known]

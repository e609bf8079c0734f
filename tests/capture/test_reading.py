"""Capture files of all kinds, and files that are none."""

from __future__ import annotations

import gzip
from dataclasses import replace
from pathlib import Path

import pytest
from scapy.packet import Raw
from scapy.utils import PcapNgWriter, PcapWriter

from pxeclient.capture.reading import read
from pxeclient.capture.values import CaptureError, Recorded
from pxeclient.replay.client_of import choose
from pxeclient.replay.frames import frames_of
from pxeclient.replay.play import play_of
from pxeclient.wire.addresses import Mac
from tests.compare.recordings import CLIENT, PROXY, frames, write


def fill(writer: PcapNgWriter | PcapWriter, recorded: list[Recorded]) -> None:
    """Write the frames, and close the file."""
    writer.write_header(None)
    for frame in recorded:
        packet = Raw(load=frame.data)
        packet.time = 1_000 + frame.at
        writer.write_packet(packet)
    writer.close()


def test_pcap_times_count_from_the_first_frame() -> None:
    """The frames are numbered as Wireshark numbers them, and begin at 0."""
    found = read(PROXY).frames
    assert [frame.number for frame in found[:3]] == [1, 2, 3]
    assert found[0].at == 0.0
    assert found[-1].at == pytest.approx(16.11, abs=0.01)


def test_pcapng_nanoseconds_and_gzip_read_alike(tmp_path: Path) -> None:
    """The same frames at the same times, whatever the file's format."""
    original = frames()
    files = [tmp_path / "a.pcapng", tmp_path / "b.pcap", tmp_path / "c.pcap.gz"]
    ng, nano = PcapNgWriter(str(files[0])), PcapWriter(str(files[1]), linktype=1, nano=True)
    ng.linktype = 1
    for writer in (ng, nano):
        fill(writer, original)
    files[2].write_bytes(gzip.compress(PROXY.read_bytes()))

    for file in files:
        found = read(file).frames
        assert [frame.data for frame in original] == [frame.data for frame in found]
        assert [frame.at for frame in original] == pytest.approx(
            [frame.at for frame in found], abs=2e-6
        )


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no capture that can be read: it is empty"),
        (gzip.compress(b""), "no capture that can be read: it is empty"),
        (bytes(40), "it does not begin as one"),
        (b"hello, world, this is a text", "no capture"),
    ],
)
def test_what_is_no_capture_is_said_to_be_none(tmp_path: Path, content: bytes, words: str) -> None:
    """One sentence with the file's name."""
    path = tmp_path / "x.pcap"
    path.write_bytes(content)
    with pytest.raises(CaptureError, match=words):
        read(path)


def test_a_file_that_breaks_off_is_read_up_to_there(tmp_path: Path) -> None:
    """A remark names the frame; a file with no whole frame is refused."""
    path = tmp_path / "x.pcap"
    path.write_bytes(PROXY.read_bytes()[:-10])
    found = read(path)
    assert list(found.frames) == frames()[:18]
    assert found.remarks == ("The file breaks off or is damaged after frame 18.",)
    path.write_bytes(PROXY.read_bytes()[:60])
    with pytest.raises(CaptureError, match="breaks off within frame 1"):
        read(path)


def test_a_pcapng_that_breaks_off(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """No frame is half there; scapy tells of the block in its own words, which are not ours."""
    path = tmp_path / "x.pcapng"
    writer = PcapNgWriter(str(path))
    writer.linktype = 1
    fill(writer, frames())
    path.write_bytes(path.read_bytes()[:-10])
    found = read(path)
    assert len(found.frames) == 18
    assert found.remarks == ("The file breaks off or is damaged after frame 18.",)
    assert capfd.readouterr() == ("", "")


def test_frames_that_are_not_ethernet_are_refused(tmp_path: Path) -> None:
    """Such as those captured on a tunnel."""
    with pytest.raises(CaptureError, match="link type 101"):
        read(write(tmp_path / "x.pcap", frames(), linktype=101))


def test_a_missing_file_and_an_empty_capture(tmp_path: Path) -> None:
    """Both end in a sentence."""
    with pytest.raises(CaptureError, match="cannot read"):
        read(tmp_path / "none.pcap")
    with pytest.raises(CaptureError, match="no frames"):
        read(write(tmp_path / "x.pcap", []))


def test_a_cut_frame_is_refused_when_it_matters() -> None:
    """A snap length that cut the client's or a server's frame is named."""
    cut = [replace(frame, data=frame.data[:96]) for frame in frames()]
    with pytest.raises(CaptureError):
        play_of(frames_of(cut), choose(frames_of(cut)))


def test_the_client_is_found_among_others() -> None:
    """Two clients need a choice; one that is not there is told."""
    mine = frames()
    other = [
        Recorded(
            frame.number,
            frame.at,
            frame.data.replace(CLIENT, bytes.fromhex("525400999999")),
            frame.length,
        )
        for frame in mine
    ]
    both = mine + other
    with pytest.raises(CaptureError, match=r"several PXE clients.*52:54:00:99:99:99"):
        choose(frames_of(both))
    wanted = Mac.from_text("52:54:00:99:99:99")
    assert wanted == choose(frames_of(both), wanted).mac
    with pytest.raises(CaptureError, match="no PXE client 02:00:00:00:00:01"):
        choose(frames_of(both), Mac.from_text("02:00:00:00:00:01"))


def test_a_capture_without_a_pxe_client_says_what_it_has() -> None:
    """No DHCP at all, or none that names itself PXEClient."""
    quiet = [frame for frame in frames() if frame.data[12:14] == b"\x86\xdd"]
    with pytest.raises(CaptureError, match="no DHCP message"):
        choose(frames_of(quiet))
    plain = [
        replace(frame, data=frame.data.replace(b"PXEClient", b"SomeOther")) for frame in frames()
    ]
    with pytest.raises(CaptureError, match="names itself PXEClient"):
        choose(frames_of(plain))


def test_a_relays_copies_are_not_the_clients_frames() -> None:
    """They come from another MAC address than the one inside."""
    relayed = [
        replace(frame, data=frame.data[:6] + bytes.fromhex("020000000001") + frame.data[12:])
        for frame in frames()
    ]
    with pytest.raises(CaptureError, match="relay"):
        choose(frames_of(relayed))


def test_a_capture_that_begins_too_late_is_refused() -> None:
    """Without the DHCPDISCOVER there is no beginning to play from."""
    with pytest.raises(CaptureError, match="middle of a boot"):
        choose(frames_of(frames()[1:]))


def test_vlan_tags_of_a_mirror_port_are_left_out(tmp_path: Path) -> None:
    """No firmware sees them."""
    tagged = [
        replace(frame, data=frame.data[:12] + b"\x81\0\0\x0a" + frame.data[12:], length=0)
        for frame in frames()
    ]
    tagged = [replace(frame, length=len(frame.data)) for frame in tagged]
    found = read(write(tmp_path / "x.pcap", tagged)).frames
    assert [frame.data for frame in frames()] == [frame.data for frame in found]

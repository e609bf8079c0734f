"""Which firmware a client is said to be: what counts, and what is the card's or the capture's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from scapy.config import conf

from pxeclient import profile as profiles
from pxeclient.capture.reading import read as read_any
from pxeclient.capture.values import Recorded
from pxeclient.capture.writing import write as write_ours
from pxeclient.explain.fingerprint import Fingerprint, Likeness
from pxeclient.explain.makers import fit, maker_of, makers
from pxeclient.explain.story import explain
from pxeclient.explain.words import lines
from pxeclient.replay.mending import mended
from pxeclient.report.commented import commented
from pxeclient.wire.addresses import Mac
from tests.boots import booted
from tests.compare.recordings import write
from tests.explain.captures import PROFILES

FILES = Path(__file__).parent / "files"


def of(path: Path) -> Fingerprint:
    """The likeness of the first attempt of a capture's only client."""
    return explain(path, PROFILES).stories[0].attempts[0].fingerprint


def name(looks: Fingerprint) -> str:
    """The likest."""
    assert looks.best is not None
    return looks.best.profile.name


def rewritten(path: Path, folder: Path, change: Callable[[bytes], bytes]) -> Path:
    """A capture with other octets, checksums put right."""
    found = [replace(one, data=mended(change(one.data))) for one in read_any(path).frames]
    return write(folder / "x.pcap", found)


def boot(profile: str, network: str, folder: Path) -> Path:
    """A boot of our own, as a capture."""
    path = folder / "x.pcapng"
    write_ours(path, commented(booted(profile, network)))
    return path


# --- the maker of the card ----------------------------------------------------------------
@pytest.mark.parametrize(
    ("prefix", "best"),
    [
        ("00:0c:29", "vmware-efi"),
        ("00:50:56", "vmware-efi"),
        ("52:54:00", "edk2"),
        ("18:03:73", "edk2"),
        ("02:00:00", "edk2"),
    ],
)
def test_the_maker_names_the_likelier_of_equals(prefix: str, best: str, tmp_path: Path) -> None:
    """VMware's cards are in VMware's machines; others' are not."""
    old, new = bytes.fromhex("000c29880021"), bytes.fromhex(prefix.replace(":", "") + "880021")
    path = rewritten(FILES / "vmware-oui-edk2.pcap", tmp_path, lambda data: data.replace(old, new))
    looks = of(path)
    assert name(looks) == best
    assert {one.profile.name for one in looks.equals} >= {"edk2", "vmware-efi"}


def test_what_names_it_is_said() -> None:
    """The reader sees that it is the address and not the frames."""
    text = " ".join(" ".join(lines(explain(FILES / "vmware-oui-edk2.pcap", PROFILES))).split())
    assert "looks like vmware-efi" in text
    assert "Its MAC address is VMware's; its frames do not tell it from edk2" in text


@pytest.mark.parametrize(
    ("first", "prefix", "best"),
    [
        ("vmware-e1000e", "000c29", "vmware-e1000e"),
        ("vmware-e1000e", "020000", "vmware-e1000e"),
        ("virtualbox-intel", "080027", "virtualbox-intel"),
        ("virtualbox-intel", "020000", "virtualbox-intel"),
    ],
)
def test_bios_roms_of_two_platforms(first: str, prefix: str, best: str, tmp_path: Path) -> None:
    """By the maker, or else by the nearer waits: 2.087 and 1.609 s are the two first windows."""
    old, new = profiles.load(first).machine.mac, bytes.fromhex(prefix + "345678")
    path = rewritten(
        boot(first, "plain-dhcp", tmp_path), tmp_path, lambda data: moved(data, old, new)
    )
    assert name(of(path)) == best


def moved(data: bytes, old: bytes, new: bytes) -> bytes:
    """The same from another address, which the transaction ids are made of."""
    for count in range(1, 5):
        before, after = (_xid(mac, count) for mac in (old, new))
        data = data.replace(before, after)
    return data.replace(old, new)


def _xid(mac: bytes, count: int) -> bytes:
    return (int.from_bytes(mac[2:6], "big") + (count << 24) & 0xFFFFFFFF).to_bytes(4, "big")


def test_the_table_is_the_public_registry() -> None:
    """Each prefix is in scapy's copy of it, but for QEMU's, which nobody can register."""
    for maker in makers():
        for prefix in maker.prefixes:
            short, whole = conf.manufdb.lookup(f"{prefix}:00:00:01")
            registered = f"{short} {whole}".lower()
            known = {
                "VirtualBox": "pcs",
                "Hyper-V": "microsoft",
                "HP": "hewlett",
                "Xen": "xensource",
                "QEMU/KVM": "",
            }.get(maker.name, maker.name.lower())
            assert known in registered, (prefix, registered)
            assert maker_of(Mac.from_text(f"{prefix}:12:34:56")) is maker
        assert set(maker.firmware) <= set(profiles.names())
    prefixes = [prefix for maker in makers() for prefix in maker.prefixes]
    assert len(prefixes) == len(set(prefixes))


def test_a_maker_and_a_profile() -> None:
    """Its own, nobody's, somebody else's; variants are their profiles'."""
    vmware = maker_of(Mac.from_text("00:0C:29:00:00:01"))
    assert fit(vmware, "vmware-efi") == fit(vmware, "vmware-e1000e+prl-24") == 1
    assert fit(vmware, "ipxe") == 0
    assert fit(vmware, "virtualbox-intel") == -1
    assert maker_of(Mac.from_text("02:00:00:00:00:01")) is None
    assert fit(None, "vmware-efi") == 0


# --- what is the card's -------------------------------------------------------------------
@pytest.mark.parametrize(
    ("undi", "interface", "size"),
    [(b"003016", "010310", 1464), (b"003001", "010301", 1472), (b"003020", "010314", 8972)],
)
def test_the_cards_driver_is_no_mark(
    undi: bytes, interface: str, size: int, tmp_path: Path
) -> None:
    """UNDI version and MTU of a physical machine are its card's: it is EDK II all the same."""

    def changed(data: bytes) -> bytes:
        data = data.replace(b"UNDI:003016", b"UNDI:" + undi)
        data = data.replace(b"\x5e\x03\x01\x03\x10", b"\x5e\x03" + bytes.fromhex(interface))
        return data.replace(b"\x39\x02\x05\xb8", b"\x39\x02" + size.to_bytes(2, "big"))

    looks = of(rewritten(FILES / "undi-316.pcap", tmp_path, changed))
    assert looks.likeness is Likeness.SAME
    assert name(looks) == "edk2"


def test_another_architecture_is_a_mark(tmp_path: Path) -> None:
    """The near miss: what stands before the UNDI version is the firmware's."""
    looks = of(
        rewritten(
            FILES / "undi-316.pcap",
            tmp_path,
            lambda data: data.replace(b"Arch:00007", b"Arch:00006"),
        )
    )
    assert looks.likeness is not Likeness.SAME


# --- variants -----------------------------------------------------------------------------
@pytest.mark.parametrize("variant", ["prl-24", "spec-windows"])
def test_a_variant_is_named(variant: str, tmp_path: Path) -> None:
    """Where the profile itself is not the same, its variants are tried."""
    looks = of(boot(f"vmware-e1000e+{variant}", "silence", tmp_path))
    names = {one.profile.name for one in looks.equals}
    assert looks.likeness is Likeness.SAME
    assert f"vmware-e1000e+{variant}" in names or "vmware-e1000e" in names


def test_a_list_of_24_codes_is_a_variant(tmp_path: Path) -> None:
    """Hyper-V's legacy adapter asks for those, as other Intel ROMs do."""
    looks = of(boot("vmware-e1000e+prl-24", "plain-dhcp", tmp_path))
    assert looks.likeness is Likeness.SAME
    assert name(looks).endswith("+prl-24")


# --- a capture that begins later ----------------------------------------------------------
def from_discover(nth: int, path: Path, folder: Path) -> Path:
    """A capture from the client's nth DHCPDISCOVER on."""
    found: list[Recorded] = []
    count = 0
    for one in read_any(path).frames:
        count += b"\x63\x82\x53\x63\x35\x01\x01" in one.data
        if count >= nth:
            found.append(one)
    return write(folder / "later.pcap", found)


@pytest.mark.parametrize("nth", [2, 3])
@pytest.mark.parametrize("profile", ["vmware-e1000e", "intel-boot-agent", "edk2", "ipxe"])
def test_a_capture_that_begins_with_a_later_discover(
    profile: str, nth: int, tmp_path: Path
) -> None:
    """Seconds, ids and transaction ids are counted on: it is the same firmware."""
    path = from_discover(nth, boot(profile, "silence", tmp_path), tmp_path)
    looks = of(path)
    assert looks.likeness is Likeness.SAME
    assert profile in {one.profile.name for one in looks.equals}
    assert looks.before == nth - 1
    told = explain(path, PROFILES).stories[0].attempts[0]
    assert told.reasons is not None
    assert not told.reasons.parts_at


def test_a_rom_from_its_second_discover() -> None:
    """One that was made by hand, with a second window of 8 s."""
    path = FILES / "starts-at-discover-2.pcap"
    looks = of(path)
    assert looks.likeness is Likeness.SAME
    assert name(looks).startswith("vmware-e1000e")
    text = " ".join(" ".join(lines(explain(path, PROFILES))).split())
    assert "Recorded from its second DHCPDISCOVER on" in text


# --- waits --------------------------------------------------------------------------------
def test_the_waits_of_read_requests_are_told() -> None:
    """Five for the size and then for the file, each from the next port: a plan to know it by."""
    path = FILES / "intel-tftp-silence.pcap"
    looks = of(path)
    assert looks.best is not None
    (mark,) = [one for one in looks.best.marks if one.name == "waits between read requests"]
    assert mark.has == "2 4 6 8 10 36 72 s"
    text = " ".join(" ".join(lines(explain(path, PROFILES))).split())
    assert "asked 8 times, 138.0 s without a word" in text
    assert "asked again after 2, 4, 6, 8, 10, 36, 72 s" in text

"""A profile says which kinds of boot file its firmware starts; all who judge a file agree on it."""

from __future__ import annotations

import ast
from pathlib import Path

import msgspec
import pytest

import pxeclient
from pxeclient import architectures
from pxeclient import profile as profiles
from pxeclient.diagnose import diagnose
from pxeclient.matrix.entries import entries
from pxeclient.matrix.row import Cell, row
from pxeclient.practice import scenario as networks
from pxeclient.practice.boot_files import Kind
from pxeclient.practice.model import FileSpec, Scenario
from pxeclient.profile import Profile, ProfileError
from pxeclient.profile.reading import POLICIES
from pxeclient.trace import Trace
from tests.diagnose.boots import boot_in

WRONG_FILE = {"A-FALL", "A-SCRIPT", "T-EMPTY"}
PLAIN = networks.by_name("plain-dhcp")


def serving(file: FileSpec) -> Scenario:
    """The default network with another boot file."""
    servers = tuple(
        msgspec.structs.replace(one, tftp=msgspec.structs.replace(one.tftp, files={"*": file}))
        if one.tftp
        else one
        for one in PLAIN.servers
    )
    return msgspec.structs.replace(PLAIN, servers=servers)


ELF = FileSpec(content=b"\x7fELF" + bytes(600))
LINUX = FileSpec(content=bytes(0x202) + b"HdrS" + bytes(600))
FILES = [*(FileSpec(kind=kind.value) for kind in Kind), ELF, LINUX, FileSpec(text="#!gpxe\n")]


def is_ipxe(profile: Profile) -> bool:
    """It says so on the wire."""
    values = profile.traits.dhcp.values
    return "175" in values or values.get("77") == b"iPXE".hex()


@pytest.mark.parametrize("name", profiles.names())
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.kind or repr(file.content)[:9])
def test_table_and_findings_agree(name: str, file: FileSpec) -> None:
    """What the table calls the wrong file, a finding says why; what it says boots, none stops."""
    profile = profiles.load(name)
    trace: Trace = boot_in(name, serving(file))
    [entry] = entries([profile])
    found = row(entry, trace)
    stops = {one.id for one in diagnose(trace)} & WRONG_FILE
    assert found.result in (Cell.BOOTED, Cell.WRONG_FILE)
    assert (found.result is Cell.WRONG_FILE) is bool(stops), (found, stops)


@pytest.mark.parametrize("name", profiles.names())
def test_who_says_ipxe_runs_scripts(name: str) -> None:
    """And nobody else; what findings take for granted of such a client, the profile says."""
    profile = profiles.load(name)
    assert ("script" in profile.runs) is is_ipxe(profile)
    is_bios = profile.traits.dhcp.values["93"] == "0000"
    beyond = set(profile.runs) - {"pe", "raw", "boot-sector"}
    if is_ipxe(profile):
        assert beyond == (architectures.IPXE if is_bios else {"script"})
    assert ("raw" in profile.runs) is is_bios
    assert ("pe" in profile.runs) is not is_bios
    assert profile.evidence["runs"].where


@pytest.mark.parametrize(("line", "words"), [("", "runs: missing"), ("runs = ['exe']", "'exe'")])
def test_a_profile_must_say(line: str, words: str, tmp_path: Path) -> None:
    """In kinds that there are."""
    written = profiles.load("edk2").path.read_text(encoding="utf-8")
    path = tmp_path / "mine.toml"
    path.write_text(written.replace('runs = ["pe"]', line), encoding="utf-8")
    with pytest.raises(ProfileError, match=words):
        profiles.load(str(path))


def test_nobody_asks_for_a_family_by_its_name() -> None:
    """A policy's name tells whose tables it has, not what its firmware can do."""
    root = Path(pxeclient.__file__).parent
    asking = [
        f"{path.relative_to(root)}:{node.lineno}"
        for path in root.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Compare)
        for side in (node.left, *node.comparators)
        if isinstance(side, ast.Constant) and side.value in POLICIES
    ]
    assert asking == []

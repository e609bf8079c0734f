"""`pxeclient nbp`: lines for people, JSON, and files that cannot be read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pxeclient.nbp.programs import MOST
from pxeclient.practice.boot_files import Kind, boot_file
from tests.cli.runner import CONTROL, complaint, run
from tests.nbp.built import grub


def saved(folder: Path, content: bytes, name: str = "file") -> str:
    """A file with these octets."""
    (folder / name).write_bytes(content)
    return str(folder / name)


def test_a_disk_build(tmp_path: Path) -> None:
    """Name, machines, caveat, signature, and which octets told it."""
    shown = run("nbp", saved(tmp_path, grub(over_tftp=False))).stdout
    words = " ".join(shown.split())
    for part in (
        "PE image for x64 (UEFI): GRUB (disk build)",
        "Started by: x64 UEFI (7)",
        "It is a build for disks and CDs: it has no TFTP in it",
        "Signature: not signed",
        "Secure Boot with Microsoft's keys would refuse this file: it is not signed.",
        "Told by 'Welcome to GRUB!' at 0x",
        "(observed: Debian's grubnetx64",
    ):
        assert part in words
    assert CONTROL.search(shown) is None


@pytest.mark.parametrize(
    ("content", "parts"),
    [
        (b"", ("an empty file", "0 octets", "Nothing in it tells what it is.")),
        (b"\x90", ("raw code", "1 octets", "Nothing in it tells what it is.")),
        (b"#!ipxe\nboot\n", ("iPXE script", "Started by: iPXE, which has to be there already")),
        (boot_file(Kind.EFI).read(0, 800), ("Cut off: by its own headers it has at least 1536",)),
    ],
)
def test_other_files(tmp_path: Path, content: bytes, parts: tuple[str, ...]) -> None:
    """What there is to say of them."""
    words = " ".join(run("nbp", saved(tmp_path, content)).stdout.split())
    assert all(part in words for part in parts), words


def test_several(tmp_path: Path) -> None:
    """One after the other, with a line between."""
    names = [saved(tmp_path, grub(), "a"), saved(tmp_path, b"hello\n", "b")]
    first, second = run("nbp", *names).stdout.split("\n\n")
    assert "netboot build" in " ".join(first.split())
    assert "text, no program" in second


def test_json(tmp_path: Path) -> None:
    """The same as one object."""
    found = json.loads(run("nbp", "--json", saved(tmp_path, grub())).stdout)
    assert found["schema"] == "pxeclient-nbp/1"
    (file,) = found["files"]
    assert file["kind"] == "pe"
    assert file["architectures"] == [7, 9, 16, 17]
    assert (file["identified"]["name"], file["identified"]["build"]) == ("GRUB", "netboot build")
    assert file["identified"]["sure"] == "certain"
    assert file["signature"]["secure_boot_refuses"] == "it is not signed"
    sign = file["signs"][0]
    content = grub()
    assert content[sign["offset"] : sign["offset"] + sign["octets"]] == sign["found"].encode()


def test_standard_input() -> None:
    """A dash."""
    from click.testing import CliRunner

    from pxeclient.cli.main import cli

    result = CliRunner().invoke(cli, ["nbp", "-"], input=b"<html>\n")
    assert "an HTML page" in result.output


def test_a_long_file(tmp_path: Path) -> None:
    """Of a file beyond the bound only the beginning is looked at, and it says so."""
    path = tmp_path / "long"
    with path.open("wb") as file:
        file.write(boot_file(Kind.EFI).read(0, 800))
        file.truncate(MOST + 1000)
    shown = " ".join(run("nbp", str(path)).stdout.split())
    assert f"Only the first {MOST} of {MOST + 1000} octets were looked at" in shown
    assert "Signature" not in shown


def test_no_file(tmp_path: Path) -> None:
    """A sentence, whatever it is."""
    assert "No such file" in complaint(run("nbp", str(tmp_path / "nothing")), 2)
    assert "directory" in complaint(run("nbp", str(tmp_path)), 2)

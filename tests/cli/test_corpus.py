"""`pxeclient corpus`: a folder of messages, and what it does not touch."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from click.testing import Result

from pxeclient.cli import corpus_folder
from pxeclient.corpus import listed
from tests.cli.runner import complaint, run


def corpus(folder: Path, *arguments: str) -> Result:
    """Run the command; by default for one firmware."""
    names = () if "-p" in arguments else ("-p", "ipxe")
    return run("corpus", str(folder), *names, *arguments)


def paths(folder: Path) -> set[str]:
    """All files in the folder."""
    return {one.relative_to(folder).as_posix() for one in folder.rglob("*") if not one.is_dir()}


def contents(folder: Path) -> dict[str, bytes]:
    """The same with what they hold."""
    return {path: (folder / path).read_bytes() for path in paths(folder)}


def test_a_new_folder(tmp_path: Path) -> None:
    """It is made, and has what its manifest lists and nothing else."""
    folder = tmp_path / "fixtures"
    result = corpus(folder)
    found = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert (result.exit_code, result.stderr) == (0, "")
    told = f"{len(found['messages'])} messages of 1 profile in {folder}/manifest.json\n"
    assert result.stdout == told
    assert paths(folder) == listed((folder / "manifest.json").read_bytes())
    assert [one.name for one in tmp_path.iterdir()] == ["fixtures"]


def test_all_profiles(tmp_path: Path) -> None:
    """Without -p: every firmware that comes with pxeclient."""
    from pxeclient import profile

    assert run("corpus", str(tmp_path)).exit_code == 0
    found = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    assert [one["name"] for one in found["profiles"]] == profile.names()


def test_two_runs_make_the_same_folder(tmp_path: Path) -> None:
    """Octet by octet, in a new folder and in the old one."""
    assert corpus(tmp_path / "a").exit_code == 0
    assert corpus(tmp_path / "b").exit_code == 0
    first = contents(tmp_path / "a")
    assert first == contents(tmp_path / "b")
    assert corpus(tmp_path / "a").exit_code == 0
    assert first == contents(tmp_path / "a")


def test_the_machine(tmp_path: Path) -> None:
    """MAC, UUID and seed are the user's."""
    uuid = "11111111-2222-3333-4444-555555555555"
    result = corpus(tmp_path, "--mac", "02:aa:bb:cc:dd:ee", "--uuid", uuid, "--seed", "9")
    assert result.exit_code == 0
    found = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    machine = found["profiles"][0]["machine"]
    given = {"mac": "02:aa:bb:cc:dd:ee", "uuid": uuid, "seed": 9}
    assert {key: machine[key] for key in given} == given
    frame = (tmp_path / "ipxe" / "dhcp-discover-01.frame.bin").read_bytes()
    assert frame[6:12].hex(":") == "02:aa:bb:cc:dd:ee"


def test_a_variant(tmp_path: Path) -> None:
    """It has a folder of its own, and sends what it says."""
    assert corpus(tmp_path, "-p", "vmware-e1000e+port-68").exit_code == 0
    found = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    ports = [
        m["udp"]["source_port"]
        for m in found["messages"]
        if m["id"] == "vmware-e1000e+port-68/proxydhcp-request-01"
    ]
    assert ports == [68]


def test_what_is_no_longer_in_it_goes(tmp_path: Path) -> None:
    """An older corpus of other firmwares is brought up to date, folders included."""
    assert corpus(tmp_path, "-p", "ipxe", "-p", "edk2").exit_code == 0
    assert (tmp_path / "edk2").is_dir()
    assert corpus(tmp_path).exit_code == 0
    assert not (tmp_path / "edk2").exists()
    assert paths(tmp_path) == listed((tmp_path / "manifest.json").read_bytes())


@pytest.mark.parametrize("name", ["notes.txt", "manifest.json", "README.md", "ipxe/mine.bin"])
def test_a_folder_with_other_files(tmp_path: Path, name: str) -> None:
    """It is refused, and nothing in it changes."""
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("mine", encoding="utf-8")
    said = complaint(corpus(tmp_path), 3)
    assert said.startswith(f"{tmp_path} holds files that are no corpus's: {name!r}; choose")
    assert contents(tmp_path) == {name: b"mine"}


def test_other_files_beside_a_corpus(tmp_path: Path) -> None:
    """A file that was added later is as foreign as one that was there before."""
    assert corpus(tmp_path).exit_code == 0
    (tmp_path / "ipxe" / "dhcp-discover-99.frame.bin").write_bytes(b"mine")
    (tmp_path / "notes.txt").write_bytes(b"mine")
    before = contents(tmp_path)
    assert "dhcp-discover-99.frame.bin' and 1 more;" in complaint(corpus(tmp_path), 3)
    assert contents(tmp_path) == before


def test_force(tmp_path: Path) -> None:
    """Other files stay, also in a firmware's folder that goes."""
    assert corpus(tmp_path, "-p", "edk2").exit_code == 0
    (tmp_path / "edk2" / "notes.txt").write_bytes(b"mine")
    (tmp_path / "README.md").write_bytes(b"mine")
    assert corpus(tmp_path, "--force").exit_code == 0
    assert (tmp_path / "README.md").read_bytes() != b"mine"
    ours = listed((tmp_path / "manifest.json").read_bytes())
    assert paths(tmp_path) == ours | {"edk2/notes.txt"}


def test_what_an_interrupted_run_left(tmp_path: Path) -> None:
    """Its files are as they should be, so they are no obstacle; the manifest comes last."""
    assert corpus(tmp_path).exit_code == 0
    whole = contents(tmp_path)
    (tmp_path / "manifest.json").unlink()
    (tmp_path / "ipxe" / "dhcp-discover-01.frame.bin").unlink()
    assert corpus(tmp_path).exit_code == 0
    assert contents(tmp_path) == whole


def test_interrupted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file that is there is whole, and there is no manifest yet."""
    written: list[Path] = []

    def write(target: Path, content: bytes) -> None:
        if len(written) == 20:
            raise KeyboardInterrupt
        written.append(target)
        target.write_bytes(content)

    monkeypatch.setattr(corpus_folder, "_write", write)
    assert corpus(tmp_path).exit_code != 0
    assert len(paths(tmp_path)) == 20
    assert not (tmp_path / "manifest.json").exists()


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    """A firmware's folder that leads elsewhere is foreign, whatever the manifest says."""
    folder, elsewhere = tmp_path / "corpus", tmp_path / "elsewhere"
    assert corpus(folder).exit_code == 0
    (folder / "ipxe").rename(elsewhere)
    (folder / "ipxe").symlink_to(elsewhere)
    before = contents(elsewhere)
    assert "'ipxe'" in complaint(corpus(folder), 3)
    assert contents(elsewhere) == before


def test_an_altered_manifest_removes_nothing_outside(tmp_path: Path) -> None:
    """Names that lead out of the folder are not its files."""
    folder = tmp_path / "corpus"
    assert corpus(folder).exit_code == 0
    outside = tmp_path / "x.frame.bin"
    outside.write_bytes(b"mine")
    found = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    found["messages"][0]["files"]["frame"]["bin"] = "../x.frame.bin"
    (folder / "manifest.json").write_text(json.dumps(found), encoding="utf-8")
    assert corpus(folder).exit_code == 0
    assert outside.read_bytes() == b"mine"


def test_a_file_in_the_folders_place(tmp_path: Path) -> None:
    """Exit status 3, one sentence."""
    target = tmp_path / "file"
    target.write_bytes(b"")
    said = complaint(corpus(target), 3)
    assert said == f"cannot write into {target}: it is a file, not a folder"


def test_no_parent(tmp_path: Path) -> None:
    """Only the last folder is made."""
    target = tmp_path / "a" / "b"
    assert complaint(corpus(target), 3) == f"cannot make {target}: there is no folder {tmp_path}/a"


def test_a_name_that_is_too_long(tmp_path: Path) -> None:
    """The system's own reason."""
    assert "File name too long" in complaint(corpus(tmp_path / ("x" * 300)), 3)


def test_a_file_where_a_firmwares_folder_goes(tmp_path: Path) -> None:
    """Not even --force replaces it."""
    (tmp_path / "ipxe").write_bytes(b"mine")
    assert f"cannot use {tmp_path}/ipxe: " in complaint(corpus(tmp_path, "--force"), 3)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_no_rights(tmp_path: Path) -> None:
    """A folder that cannot be written."""
    tmp_path.chmod(0o500)
    assert "Permission denied" in complaint(corpus(tmp_path), 3)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("-p", "ipex"), "no profile is called 'ipex'"),
        (("--mac", "ff:ff:ff:ff:ff:ff"), "no station's address"),
        (("--mac", "52:54"), "is not a MAC address"),
        (("--uuid", "x"), "'x' is not a UUID"),
        (("--seed", "-1"), "-1 is not in the range"),
        (("-p", "ipxe", "-p", "ipxe"), "2 profiles are called ipxe"),
    ],
)
def test_wrong_usage(tmp_path: Path, arguments: tuple[str, ...], words: str) -> None:
    """Exit status 2, and no folder."""
    target = tmp_path / "new"
    assert words in complaint(corpus(target, *arguments), 2)
    assert not target.exists()


def test_help() -> None:
    """By -h as well."""
    assert run("corpus", "-h").stdout.startswith("Usage: pxeclient corpus [OPTIONS] DIR")

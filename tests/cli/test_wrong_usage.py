"""What cannot be: status 2 or 3, one sentence that says what is wrong, and no boot."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.cli.runner import VMWARE, boot, complaint, run, sentence
from tests.cli.scenarios import scenario


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(["--mac", "52:54:00"], "is not a MAC address like", id="mac"),
        pytest.param(["--mac", "01:00:5e:00:00:01"], "no station's address", id="mac-group"),
        pytest.param(["--mac", "ff:ff:ff:ff:ff:ff"], "no station's address", id="mac-broadcast"),
        pytest.param(["--mac", "00:00:00:00:00:00"], "no station's address", id="mac-zero"),
        pytest.param(["--uuid", "12-34"], "'12-34' is not a UUID", id="uuid"),
        pytest.param(["--nic", "3c905"], "82540em, 82574l, virtio-net", id="nic"),
        pytest.param(["--nic", "1af4:104"], "such as 1af4:1041", id="nic-ids"),
        pytest.param(["--seed", "-1"], "'--seed'", id="seed"),
        pytest.param(["--seed", "one"], "'--seed'", id="seed-word"),
        pytest.param(["--time-scale", "-1"], "'--time-scale'", id="pace"),
        pytest.param(["--time-scale", "fast"], "'--time-scale'", id="pace-word"),
        pytest.param(["--time-scale", "inf"], "--time-scale", id="pace-infinite"),
        pytest.param(["--time-scale", "nan"], "--time-scale", id="pace-not-a-number"),
        pytest.param(["--deadline", "0"], "'--deadline'", id="deadline"),
        pytest.param(["--deadline", "soon"], "'--deadline'", id="deadline-word"),
        pytest.param(["--deadline", "nan"], "--deadline", id="deadline-not-a-number"),
        pytest.param(["-v", "-q"], "--verbose and --quiet exclude each other", id="verbosity"),
        pytest.param(
            ["--network", "silence", "-i", "c0"],
            "--network and --interface exclude each other: choose one wire",
            id="two-wires",
        ),
        pytest.param(
            ["--tap", "tap0", "-i", "c0"], "--interface and --tap exclude each other", id="tap"
        ),
        pytest.param(
            ["-i", "c0", "--time-scale", "0"], "--time-scale 0 is for the practice", id="pace-0"
        ),
        pytest.param(
            ["--tap", "tap0", "--time-scale", "0"], "--time-scale 0 is for", id="pace-0-tap"
        ),
        pytest.param(["more"], "unexpected extra argument", id="extra"),
        pytest.param(["--speed", "9"], "there is no option", id="unknown-option"),
    ],
)
def test_wrong_option(arguments: list[str], words: str) -> None:
    """A wrong value or contradiction is refused before anything happens."""
    assert words in complaint(boot(*arguments), 2)


def test_profile_is_required() -> None:
    """Without a profile there is nobody to boot as, and the option is named."""
    assert "'--profile' / '-p'" in complaint(run("boot"), 2)


def test_command_is_required() -> None:
    """Without a command the help is shown, on whichever stream click puts it."""
    assert "Diagnose:" in run().output


def test_unknown_command() -> None:
    """An unknown command is named."""
    assert "'bot'" in complaint(run("bot"), 2)


@pytest.mark.parametrize("arguments", [["boot", "-p"], ["profiles", "show"]])
@pytest.mark.parametrize(
    ("name", "words"),
    [
        pytest.param("vmware", "did you mean 'vmware-efi' or 'vmware-e1000e'?", id="near"),
        pytest.param("zzz", "there are edk2, edk2-aarch64, intel-boot-agent, ipxe, ", id="far"),
        pytest.param("../profiles/ipxe", "no profile is called", id="path"),
        pytest.param("", "no profile is called ''", id="empty"),
        pytest.param("a\x1b[31mb", r"'a\x1b[31mb'", id="escape"),
        pytest.param("missing.toml", "missing.toml: No such file or directory", id="file"),
    ],
)
def test_unknown_profile(arguments: list[str], name: str, words: str) -> None:
    """An unknown profile is named, with a hint at those there are."""
    assert words in complaint(run(*arguments, name), 2)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("name = ", "not TOML", id="syntax"),
        pytest.param('name = "x"', "title", id="missing-key"),
        pytest.param("\xff", "not TOML", id="latin-1"),
    ],
)
def test_wrong_profile_file(tmp_path: Path, text: str, words: str) -> None:
    """A profile file that is wrong is named with what is wrong in it."""
    path = tmp_path / "mine.toml"
    path.write_bytes(text.encode("latin-1"))
    said = complaint(boot(profile=str(path)), 2)
    assert said.startswith(f"{path}: ")
    assert words in said


@pytest.mark.parametrize(
    ("name", "words"),
    [
        pytest.param("plain-dhpc", "plain-dhpc': did you mean 'plain-dhcp' or ", id="near"),
        pytest.param("zzz", "zzz': `pxeclient networks` lists them", id="far"),
        pytest.param("../networks/silence", "there is no practice network", id="path"),
        pytest.param("a\x1b[31mb", r"'a\x1b[31mb'", id="escape"),
        pytest.param("missing.json", "missing.json: cannot be read: No such file", id="file"),
    ],
)
def test_unknown_network(name: str, words: str) -> None:
    """An unknown practice network is named, with those there are."""
    assert words in complaint(boot("--network", name), 2)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("{", "not JSON", id="syntax"),
        pytest.param("[]", "a scenario is a table of keys", id="list"),
        pytest.param('{"servers": [{}]}', "servers[0].name: is missing", id="missing"),
        pytest.param(
            '{"server": []}',
            "server: is no key of a scenario; did you mean 'servers'?",
            id="unknown",
        ),
        pytest.param('{"hosts": []}', "real servers cannot run on the practice", id="hosts"),
        pytest.param("[" * 5000, "nested too deeply", id="deep"),
    ],
)
def test_wrong_scenario_file(tmp_path: Path, text: str, words: str) -> None:
    """A scenario file that is wrong is named with the key and the reason."""
    path = tmp_path / "mine.json"
    path.write_text(text)
    said = complaint(boot("--network", str(path)), 2)
    assert said.startswith(f"{path}: ")
    assert words in said


def test_card_that_does_not_show() -> None:
    """--nic is refused where the firmware's packets do not tell the card."""
    said = complaint(boot("--nic", "82540em", profile=VMWARE), 2)
    assert said == "--nic: vmware-e1000e does not show its card on the wire"


@pytest.mark.parametrize("option", ["--save-file", "--write"])
def test_folder_in_a_files_place(tmp_path: Path, option: str) -> None:
    """A folder cannot be the file to write."""
    assert "is a directory" in complaint(boot(option, str(tmp_path)), 2)


@pytest.mark.parametrize("option", ["--save-file", "--write"])
def test_missing_folder(tmp_path: Path, option: str) -> None:
    """A file in a folder that is not there is refused before the boot."""
    path = tmp_path / "no" / "file"
    said = complaint(boot(option, str(path)), 3)
    assert said == f"cannot write {path}: there is no folder {path.parent}"


@pytest.mark.parametrize("option", ["--save-file", "--write"])
def test_name_too_long(tmp_path: Path, option: str) -> None:
    """A file name that no file system takes is a sentence, not a traceback."""
    result = boot("-q", option, str(tmp_path / ("x" * 300)))
    assert result.exit_code in (2, 3)
    assert "File name too long" in sentence(result.stderr)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("option", ["--save-file", "--write"])
def test_empty_file_name(option: str) -> None:
    """An empty file name, as of an unset shell variable, is refused before the boot."""
    result = boot(option, "")
    assert result.exit_code in (2, 3)
    assert result.stdout == ""


def test_one_file_for_two_purposes(tmp_path: Path) -> None:
    """Boot file and capture cannot go to the same file: one would be lost."""
    path = str(tmp_path / "same")
    assert "same" in complaint(boot("--save-file", path, "-w", path), 2)


@pytest.mark.skipif(
    sys.getfilesystemencoding() != "utf-8", reason="no umlauts in the names of files"
)
def test_scenario_in_a_strange_folder(tmp_path: Path) -> None:
    """A folder with blanks and umlauts in its name is no trouble, and named as it is."""
    folder = tmp_path / "mein Ordner ü"
    folder.mkdir()
    path = scenario(folder)
    result = boot("--network", path)
    assert result.exit_code == 0
    assert path in result.stdout.splitlines()[1]

"""`pxeclient ladder`, and `pxeclient boot --ladder`."""

from __future__ import annotations

from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest

from pxeclient.cli.drawing import FORMATS
from pxeclient.report.ladder import Format
from tests.cli.runner import IPXE, VMWARE, boot, complaint, run

DEAD = ("--network", "proxy-60-file-4011-dead")


def test_formats_are_those_of_the_report() -> None:
    """The command line names them without importing what draws."""
    assert tuple(Format) == FORMATS


def test_text_goes_to_standard_output() -> None:
    """Where no file is named."""
    result = run("ladder", "-p", VMWARE, *DEAD)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "├─ DHCPDISCOVER ─" in result.stdout
    assert "■ PXE-E55: " in result.stdout


def test_ascii_and_width() -> None:
    """For places that take no other signs, and narrow ones."""
    shown = run("ladder", "-p", VMWARE, *DEAD, "--ascii", "--width", "60").stdout
    assert shown.isascii()
    assert max(map(len, shown.splitlines())) <= 60


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("names", [(VMWARE,), (VMWARE, IPXE)])
def test_the_suffix_says_the_format(tmp_path: Path, suffix: str, names: tuple[str, ...]) -> None:
    """One boot or two, written whole, with nothing left beside."""
    path = tmp_path / f"boot.{suffix}"
    profiles = [word for name in names for word in ("-p", name)]
    result = run("ladder", *profiles, *DEAD, "-o", str(path))
    assert (result.exit_code, result.output) == (0, "")
    drawn = path.read_text(encoding="utf-8")
    assert all(name in drawn for name in names)
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_a_format_for_standard_output() -> None:
    """To be piped on."""
    result = run("ladder", "-p", IPXE, "--format", "svg")
    assert fromstring(result.stdout).tag.endswith("svg")


def test_verbose_leaves_nothing_out() -> None:
    """Neither decisions nor packets."""
    short, whole = (run("ladder", "-p", IPXE, *more).stdout for more in ((), ("-v",)))
    assert "more DATA and ACK" in short
    assert "more DATA and ACK" not in whole
    assert "classify-offer" in whole


def test_boot_draws_what_it_shows(tmp_path: Path) -> None:
    """The same ladder as that of `pxeclient ladder`, and the exit status of the boot."""
    path = tmp_path / "boot.txt"
    result = boot(*DEAD, "-q", "--ladder", str(path), profile=VMWARE)
    assert result.exit_code == 13
    assert path.read_text(encoding="utf-8") == run("ladder", "-p", VMWARE, *DEAD).stdout


def test_boot_draws_in_place_of_the_transcript() -> None:
    """Standard output has the ladder and nothing else."""
    result = boot(*DEAD, "--ladder", "-", profile=VMWARE)
    assert result.exit_code == 13
    assert result.stdout == run("ladder", "-p", VMWARE, *DEAD).stdout


def test_boot_draws_a_boot_that_was_stopped(tmp_path: Path) -> None:
    """As far as it came."""
    path = tmp_path / "boot.txt"
    boot("--network", "silence", "--deadline", "2", "--ladder", str(path))
    *_, end, waits = path.read_text(encoding="utf-8").splitlines()
    assert end.endswith("■ Deadline passed after 2.000 s")
    assert "waiting for an answer to a DHCPDISCOVER" in waits


@pytest.mark.parametrize("name", ["boot.png", "boot", "svg"])
def test_a_name_without_format(name: str) -> None:
    """Is refused before anything boots, with what would do."""
    for option, arguments in (
        ("--ladder", ("boot", "-p", IPXE, "--ladder", name)),
        ("--output", ("ladder", "-p", IPXE, "--output", name)),
    ):
        said = complaint(run(*arguments), 2)
        assert said.startswith(f"{option} {name}: its name must end in .txt, ")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("-p", "nothing"), "nothing"),
        (("-p", IPXE, "-p", IPXE, "-p", VMWARE), "--profile: 3 are given, two fit side by side"),
        (("-p", IPXE, "--network", "nowhere"), "nowhere"),
        (("-p", IPXE, "--ascii", "-o", "x.svg"), "--ascii is for text, not for svg"),
    ],
)
def test_wrong_usage(arguments: tuple[str, ...], sentence: str) -> None:
    """One sentence says what is wrong."""
    assert sentence in complaint(run("ladder", *arguments), 2)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    """Is told before the boot."""
    path = tmp_path / "none" / "boot.svg"
    assert "there is no folder" in complaint(run("ladder", "-p", IPXE, "-o", str(path)), 3)
    assert "there is no folder" in complaint(boot("--ladder", str(path)), 3)


def test_files_that_exclude_each_other(tmp_path: Path) -> None:
    """Two outputs cannot be one file, nor one stream."""
    path = str(tmp_path / "boot.txt")
    said = complaint(boot("--save-file", path, "--ladder", path), 2)
    assert said == f"--save-file and --ladder cannot both go to {path}"
    assert complaint(boot("--json", "--ladder", "-"), 2).endswith("exclude each other")

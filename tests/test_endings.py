"""A file that the machine cannot run is no boot, whoever tells of it."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from pxeclient import profile as profiles
from pxeclient.capture import writing
from pxeclient.check.judging import ending as check_words
from pxeclient.check.judging import judge as judge_case
from pxeclient.check.results import Status
from pxeclient.check.suite import Boots, Case
from pxeclient.cli.exit_codes import WRONG_FILE, exit_code
from pxeclient.diagnose import diagnose
from pxeclient.diagnose.sorting import scene
from pxeclient.endings import End, end_of
from pxeclient.matrix.entries import entries
from pxeclient.matrix.row import Cell, row
from pxeclient.practice import scenario as networks
from pxeclient.practice.boot_files import Kind
from pxeclient.pytest_plugin.result import BootResult
from pxeclient.replay.recording import recording
from pxeclient.replay.verdict import Fate, foretell
from pxeclient.report.as_json import as_json
from pxeclient.report.commented import commented
from pxeclient.report.ladder import Format, render
from pxeclient.report.transcript import ending
from pxeclient.trace import Trace
from tests.cli.runner import run
from tests.diagnose.boots import boot as boot_of

BIOS, EFI, ARM, SCRIPT = (
    {"kind": kind.value} for kind in (Kind.BIOS, Kind.EFI, Kind.EFI_ARM64, Kind.SCRIPT)
)
LINUX = {"content": b64encode(bytes(0x202) + b"HdrS" + bytes(600)).decode()}
File = Mapping[str, Any]


def given(profile: str, file: File) -> Trace:
    """A boot on a network that names wanted.0 to everybody, which holds that."""
    return boot_of(profile, both={"file": "wanted.0"}, tftp={"files": {"*": file}})


WRONG = [
    # profile, file, what it cannot
    ("edk2", BIOS, "which x64 UEFI cannot run"),
    ("vmware-efi", BIOS, "which x64 UEFI cannot run"),
    ("vmware-efi", ARM, "which x64 UEFI cannot run"),
    ("edk2-aarch64", EFI, "which ARM 64-bit UEFI cannot run"),
    ("ipxe-efi", BIOS, "which x64 UEFI cannot run"),
    ("vmware-e1000e", EFI, "which x86 BIOS cannot run"),
    ("ipxe", EFI, "which x86 BIOS cannot run"),
    ("vmware-e1000e", SCRIPT, "which this firmware cannot run"),
    ("intel-boot-agent", LINUX, "which this firmware cannot run"),
]
RIGHT = [
    ("edk2", EFI),
    ("edk2-aarch64", ARM),
    ("vmware-e1000e", BIOS),
    ("ipxe", SCRIPT),
    ("ipxe", LINUX),
    ("ipxe-efi", SCRIPT),
]


def case(boots: bool | str | Boots) -> Case:
    """A case of a suite."""
    return Case(name="it", boots=boots)


def judged(trace: Trace, boots: bool | str | Boots) -> set[Status]:
    """What a suite says of the boot."""
    one = case(boots)
    return {point.status for point in judge_case(one, trace, scene(trace), diagnose(trace))}


@pytest.mark.parametrize(("profile", "file", "cannot"), WRONG)
def test_all_say_that_it_is_no_boot(profile: str, file: File, cannot: str) -> None:
    """Transcript, exit status, JSON, suite, table, ladder and test fixture are of one mind."""
    trace = given(profile, file)
    told = f"Fetched wanted.0, {cannot}"
    assert end_of(trace) is End.WRONG_FILE
    assert ending(trace)[0] == f"■ {told}"
    assert exit_code(trace) == WRONG_FILE == 23
    found: dict[str, Any] = {**as_json(trace, exit_code(trace))}
    assert (found["result"], found["boot_file"]["fit"]) == ("wrong-file", "wrong")
    assert "is no boot file for" in found["because"]
    assert judged(trace, True) == judged(trace, "wanted.0") == {Status.NOT_MET}
    assert judged(trace, False) == {Status.MET}
    assert cannot in check_words(trace)
    [entry] = entries([profiles.load(profile)])
    assert row(entry, trace).result is Cell.WRONG_FILE
    assert told in render([trace], Format.TEXT)
    with pytest.raises(AssertionError, match=told):
        BootResult(trace).booted()
    BootResult(trace).fetched("wanted.0")
    assert {one.id for one in diagnose(trace)} & {"A-FALL", "A-SCRIPT"}


@pytest.mark.parametrize(("profile", "file"), RIGHT)
def test_all_say_that_it_is_one(profile: str, file: File) -> None:
    """The same for files that fit."""
    trace = given(profile, file)
    assert end_of(trace) is End.BOOTED
    assert ending(trace)[0].startswith("■ Booted wanted.0 from ")
    assert exit_code(trace) == 0
    assert as_json(trace, 0)["result"] == "booted"
    assert judged(trace, True) == judged(trace, "wanted.0") == {Status.MET}
    assert BootResult(trace).booted("wanted.0").fetched("wanted.0")
    [entry] = entries([profiles.load(profile)])
    assert row(entry, trace).result is Cell.BOOTED
    assert not {one.id for one in diagnose(trace)} & {"A-FALL", "A-SCRIPT"}


def test_a_suite_may_want_that_kind() -> None:
    """Who names a kind says what the machine is to be given, whether it runs that or not."""
    trace = given("edk2", BIOS)
    assert judged(trace, Boots(name="wanted.0", kind="raw")) == {Status.MET}
    assert judged(trace, Boots(kind="pe")) == {Status.NOT_MET}
    assert judged(trace, Boots(server="10.77.0.3")) == {Status.NOT_MET}


def test_on_the_command_line(tmp_path: Path) -> None:
    """`boot` ends with a status of its own; `matrix` and its object agree."""
    path = tmp_path / "wrong.toml"
    plain = Path(networks.__file__).parent / "networks" / "plain-dhcp.toml"
    text = plain.read_text(encoding="utf-8").replace("size = 4000", 'kind = "bios"')
    path.write_text(text, encoding="utf-8")
    boot = run("boot", "-p", "edk2", "--network", str(path), "-q")
    assert (boot.exit_code, boot.stdout.splitlines()[0]) == (
        23,
        "■ Fetched boot.0, which x64 UEFI cannot run",
    )
    args = ["matrix", "-p", "edk2", "-p", "ipxe", "--network", str(path), "--json"]
    rows = json.loads(run(*args).stdout)["rows"]
    assert [one["result"] for one in rows] == ["wrong-file", "booted"]


CAPTURES = Path(__file__).parent / "captures"


def test_files_for_others_are_not_judged() -> None:
    """What recorded servers named to a BIOS they may not name to UEFI: no boot, and no fault."""
    (path,) = (CAPTURES / "ipxe-82540em" / "plain-dhcp-bootfile").glob("capture.pcap*")
    found = foretell(recording(path), profiles.load("edk2"))
    assert (found.verdict.result, end_of(found.trace)) == (Fate.NOT_JUDGED, End.NOT_JUDGED)
    assert not {one.id for one in diagnose(found.trace)} & {"A-FALL", "A-SCRIPT"}
    same = foretell(recording(path), profiles.load("vmware-e1000e"))
    assert same.verdict.result is Fate.BOOTS


def test_a_table_does_not_contradict_itself() -> None:
    """A BIOS recorded from its second DHCPDISCOVER on: what UEFI would get there is not told."""
    path = str(CAPTURES.parent / "explain" / "files" / "starts-at-discover-2.pcap")
    both = run("matrix", "--capture", path, "-p", "vmware-e1000e", "-p", "edk2")
    assert "■ 2 machines: 1 boot, 1 get a file that they could not run, named to" in both.stdout
    assert "A-FALL" not in both.stdout
    assert "so a file that they cannot run is not judged" in " ".join(both.stdout.split())
    assert both.exit_code == 1
    alone = run("matrix", "--capture", path, "-p", "vmware-e1000e", "-p", "virtualbox-intel")
    assert "■ 2 machines: 2 boot" in alone.stdout
    assert alone.exit_code == 0


@pytest.mark.parametrize(
    "name", ["boot\\x86\\wdsnbp.com", "boot\\iPXE\\snponly.efi", "\\x64\\a.efi", "a\\\\b"]
)
def test_backslashes_are_told_as_they_are(name: str) -> None:
    """In transcript, table, suite and fixture; JSON escapes them itself, its value is the name."""
    trace = boot_of("edk2", both={"file": name}, tftp={"files": {"*": EFI}})
    assert ending(trace)[0].startswith(f"■ Booted {name} from ")
    assert json.loads(json.dumps(as_json(trace, 0)))["boot_file"]["name"] == name
    assert judged(trace, name) == {Status.MET}
    BootResult(trace).booted(name)
    [entry] = entries([profiles.load("edk2")])
    assert row(entry, trace).file == name


@pytest.mark.parametrize(("profile", "file", "cannot"), WRONG[:6])
def test_a_recording_says_the_same(profile: str, file: File, cannot: str, tmp_path: Path) -> None:
    """What a boot of ours came to, its capture comes to; the recorded machine's own file counts."""
    path = tmp_path / "boot.pcapng"
    writing.write(path, commented(given(profile, file)))
    shown = " ".join(run("explain", str(path)).stdout.split())
    assert cannot in shown
    assert "A-FALL" in shown
    found = json.loads(run("explain", str(path), "--as", profile, "--json").stdout)
    (attempt,) = found["clients"][0]["attempts"]
    assert attempt["as"]["result"] == "wrong-file"
    assert cannot in attempt["as"]["sentence"]
    done = run("matrix", "--capture", str(path), "-p", profile, "--json")
    assert [one["result"] for one in json.loads(done.stdout)["rows"]] == ["wrong-file"]

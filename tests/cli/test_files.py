"""The files that a boot writes: whole or not at all, and nothing beside them."""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from scapy.utils import PcapNgReader

from pxeclient.capture import writing
from tests.cli.runner import CHECKOUT, IPXE, boot, command, complaint, report, sentence
from tests.cli.scenarios import large
from tests.processes import await_that, ended_in_time, heeding_signals

OLD = b"what was there before"


def names(folder: Path) -> list[str]:
    """What is in a folder."""
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """An empty folder."""
    made = tmp_path / "made"
    made.mkdir()
    yield made
    made.chmod(0o755)


def test_both_files(folder: Path) -> None:
    """Boot file and capture are written, and nothing is left beside them."""
    found = report("--save-file", str(folder / "boot.0"), "-w", str(folder / "boot.pcapng"))
    assert names(folder) == ["boot.0", "boot.pcapng"]
    with PcapNgReader(str(folder / "boot.pcapng")) as reader:
        frames = [event for event in found["events"] if event["event"] in ("sent", "received")]
        assert len(list(reader)) == len(frames)


def test_permissions(folder: Path) -> None:
    """The files may be read by whom the umask lets."""
    path = folder / "kept"
    done = subprocess.run(
        command("boot", "-q", "-p", IPXE, "--save-file", str(path)),
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        umask=0o027,
    )
    assert done.stderr == ""
    assert path.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("option", ["--save-file", "-w"])
def test_existing_file_is_replaced(folder: Path, option: str) -> None:
    """A file that is there gives way to the new one, which never was half written."""
    path = folder / "kept"
    path.write_bytes(OLD)
    before = path.open("rb")
    with before:
        assert boot("-q", option, str(path)).exit_code == 0
        assert before.read() == OLD  # the old one is still whole, for whoever has it open
    assert path.read_bytes() != OLD
    assert names(folder) == ["kept"]


@pytest.mark.parametrize("option", ["--save-file", "-w"])
def test_link_stays_a_link(folder: Path, option: str) -> None:
    """A symbolic link is followed, not replaced."""
    target, link = folder / "target", folder / "link"
    target.write_bytes(OLD)
    link.symlink_to("target")
    assert boot("-q", option, str(link)).exit_code == 0
    assert link.is_symlink()
    assert target.read_bytes() != OLD


def test_file_of_an_earlier_boot_stays(folder: Path) -> None:
    """A boot that fails leaves an earlier boot file alone."""
    path = folder / "kept"
    path.write_bytes(OLD)
    assert boot("-q", "--save-file", str(path), "--network", "tftp-error-midway").exit_code == 21
    assert path.read_bytes() == OLD


@pytest.mark.parametrize("option", ["--save-file", "-w"])
def test_devices(option: str) -> None:
    """A device is written to, and stays a device."""
    assert boot("-q", option, "/dev/null").exit_code == 0
    assert Path("/dev/null").is_char_device()


def test_standard_output() -> None:
    """A pipe has no other name than that by which it was given."""
    done = subprocess.run(
        command("boot", "-q", "-p", IPXE, "--save-file", "/dev/stdout"),
        cwd=CHECKOUT,
        capture_output=True,
        timeout=60,
        check=True,
    )
    assert done.stderr == b""
    assert len(done.stdout) > 4000
    assert b"Booted boot.0 " in done.stdout


@pytest.mark.parametrize("option", ["--save-file", "-w"])
def test_full_disk(option: str) -> None:
    """A full disk is a sentence with the file's name, after the boot has been told."""
    result = boot("-q", option, "/dev/full")
    assert result.exit_code == 3
    assert sentence(result.stderr) == "cannot write /dev/full: No space left on device"
    assert result.stdout.startswith("■ Booted ")


@pytest.mark.parametrize("option", ["--save-file", "-w"])
def test_full_disk_and_json(option: str) -> None:
    """The object is printed even if a file cannot be written: the boot has happened."""
    result = boot("--json", option, "/dev/full")
    assert result.exit_code == 3
    assert json.loads(result.stdout)["result"] == "booted"


def test_capture_that_fails_does_not_cost_the_boot_file(folder: Path) -> None:
    """Each of the two files is written if it can be."""
    assert boot("-q", "-w", "/dev/full", "--save-file", str(folder / "boot.0")).exit_code == 3
    assert names(folder) == ["boot.0"]


@pytest.mark.parametrize("option", ["--save-file", "-w"])
def test_failure_midway(folder: Path, monkeypatch: pytest.MonkeyPatch, option: str) -> None:
    """If writing fails midway the old file stays as it was, and nothing half-written is left."""
    path = folder / "kept"
    path.write_bytes(OLD)

    def fail(*arguments: object) -> None:
        written = next(value for value in arguments if isinstance(value, io.IOBase))
        written.write(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writing, "write", fail)
    monkeypatch.setattr("pxeclient.cli.keeping._write_bytes", fail)
    result = boot("-q", option, str(path))
    assert result.exit_code == 3
    assert sentence(result.stderr) == f"cannot write {path}: No space left on device"
    assert path.read_bytes() == OLD
    assert names(folder) == ["kept"]


def test_folder_that_is_not_writable() -> None:
    """A place where nobody may write is a sentence."""
    result = boot("-q", "--save-file", "/proc/kept")
    assert result.exit_code == 3
    assert sentence(result.stderr).startswith("cannot write /proc/kept: ")


def test_folder_is_checked_before_the_boot(folder: Path) -> None:
    """A missing folder costs no boot."""
    assert "there is no folder" in complaint(boot("-w", str(folder / "no" / "x.pcapng")), 3)
    assert names(folder) == []


def is_writing(running: subprocess.Popen[str], folder: Path) -> bool:
    """It has a file open there, with or without a name; or one in memory, as root has."""
    for at in Path(f"/proc/{running.pid}/fd").iterdir():
        with contextlib.suppress(OSError):  # closed meanwhile
            if os.readlink(at).startswith((f"{folder}/", "/memfd:pxeclient")):
                return True
    return False


@pytest.mark.parametrize("old", [b"", OLD], ids=["new", "old"])
@pytest.mark.parametrize(
    "wish", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL], ids=lambda one: one.name
)
def test_stopped_while_writing(folder: Path, wish: signal.Signals, old: bytes) -> None:
    """Whoever stops it while it writes a long capture finds no half-written file, hidden or not."""
    path = folder / "boot.pcapng"
    if old:
        path.write_bytes(old)
    before = names(folder)
    words = command(
        *("boot", "-q", "-p", IPXE, "--network", large(folder.parent, 2_000_000)),
        *("-w", str(path)),
    )
    pipe = subprocess.PIPE
    with (
        subprocess.Popen(
            words, stdout=pipe, stderr=pipe, text=True, cwd=CHECKOUT, preexec_fn=heeding_signals
        ) as running,
        ended_in_time(running),
    ):
        await_that(lambda: running.poll() is not None or is_writing(running, folder))
        assert running.poll() is None
        running.send_signal(wish)
        _, errors = running.communicate()
    assert "Traceback" not in errors
    assert running.returncode == (-wish if wish == signal.SIGKILL else 130)
    assert names(folder) in (before, ["boot.pcapng"])
    if old and wish == signal.SIGKILL:
        assert path.read_bytes() == old

"""One recording, from the empty network to the folder that is kept."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pxeclient.capture.values import CaptureError
from tools.record import images, machine, outcome, shrink, variables
from tools.record.console import Console, ending, error_text, keys_of
from tools.record.firmwares import Firmware, version
from tools.record.programs import EXIT_STATUS, MARK, program, waiting
from tools.record.scenario import Script
from tools.record.segment import RAW, TAP, Segment
from tools.record.stores import prepared

_SETTLED = 1.0
"""Seconds that real servers have to open their ports."""
_PATIENCE = 20.0
_LOOK_AGAIN = 0.05
_LAST_FRAMES = 0.4
_KERNEL = "STUB-KERNEL"


class RecordingError(RuntimeError):
    """The recording could not be made."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be recorded, and where things are."""

    firmware: Firmware
    script: Script
    out: Path
    stores: Path
    """Where prepared variable stores are kept."""
    files: Path | None = None
    roms: Path | None = None
    limit: float | None = None
    keep_all: bool = False
    """Leave the programs of other projects in the capture."""

    @property
    def folder(self) -> Path:
        """Where the recording is written."""
        return self.out / self.firmware.name / self.script.name


@dataclass(slots=True)
class _Run:
    """What the machine did."""

    result: str
    console: Console
    text: str
    status: int | None
    started: float
    seconds: float


def record(order: Order, work: Path) -> dict[str, Any]:
    """Make a recording; inside (`private`). Its outcome.

    Raises:
        RecordingError: A program that is needed ends, or does not begin.
        tools.record.segment.SegmentError: The network cannot be made.
    """
    script, firmware = order.script, order.firmware
    made = work / "made"
    made.mkdir()
    images.prepare(script, firmware.kind, made)
    _prepare_disks(order, work)
    segment = Segment()
    try:
        segment.add_addresses(script.http)
        capture = work / "capture.pcap"
        size = str(script.table.get("snaplen", 0))
        tcpdump = ["tcpdump", "--immediate-mode", "-U", "-n", "-s", size, "-i", TAP, "-w"]
        capturing = segment.start([*tcpdump, str(capture)], work / "tcpdump.log")
        await_words(work / "tcpdump.log", "listening on", capturing)
        logs = _start_servers(order, work, segment)
        ran = _run(order, work, segment)
        time.sleep(_LAST_FRAMES)
        capturing.send_signal(signal.SIGINT)
        capturing.wait(_PATIENCE)
    finally:
        segment.stop()
    return _keep(order, work, ran, logs)


def _prepare_disks(order: Order, work: Path) -> None:
    script, kind = order.script, order.firmware.kind
    if kind.is_efi:
        option = script.boot if machine.has_options(order.firmware, script) else None
        try:
            store = prepared(order.firmware, option, bool(script.wait), order.stores, work)
        except variables.StoreError as error:
            raise RecordingError(str(error)) from None
        (work / machine.VARIABLES).write_bytes(store)
    if script.wait:
        images.disk(work / machine.DISK, kind, waiting(script.wait))


def _start_servers(order: Order, work: Path, segment: Segment) -> dict[str, list[Path]]:
    """The scripted servers and the real ones; the logs of these, by host."""
    script, kind = order.script, order.firmware.kind
    logs: dict[str, list[Path]] = {}
    for number, host in enumerate(script.hosts):
        folder = work / f"host{number}"
        (folder / "tftp").mkdir(parents=True)
        for name in ("boot.0", "menu1.0", "menu2.0", "boot.efi"):
            (folder / "tftp" / name).write_bytes(program(kind, 3000))
        logs[host.name] = segment.add_host(number, host, folder)
    if script.servers or script.http:
        log = work / "server.jsonl"
        command = [sys.executable, "-m", "tools.record.servers", RAW, str(script.path)]
        command += ["--kind", kind, "--made", str(work / "made"), "--log", str(log)]
        command += ["--files", str(order.files)] if order.files else []
        serving = segment.start(command, work / "servers.log")
        await_words(log, '"ready"', serving, work / "servers.log")
    if script.hosts:
        time.sleep(_SETTLED)
    return logs


def await_words(
    log: Path, words: str, process: subprocess.Popen[bytes], errors: Path | None = None
) -> None:
    """Wait until a program says something."""
    deadline = time.monotonic() + _PATIENCE
    while not (log.exists() and words in log.read_text(errors="replace")):
        if process.poll() is not None or time.monotonic() > deadline:
            told = (errors or log).read_text(errors="replace").strip()
            raise RecordingError(f"{process.args!r} does not begin: {told}")
        time.sleep(_LOOK_AGAIN)


def _run(order: Order, work: Path, segment: Segment) -> _Run:
    """Boot the machine, and watch it until it is over."""
    script, firmware = order.script, order.firmware
    keys = list(keys_of(script))
    port = work / machine.PORT if keys else None
    console = Console(work / machine.CONSOLE, port, keys)
    limit = order.limit or script.limit(firmware.kind.is_efi)
    pattern, patience = ending(firmware, script)
    started = time.time()
    command = machine.command(firmware, script, work, order.roms, bool(keys))
    running = segment.start(command, work / "qemu.log")
    ends, result = started + limit, "timeout"
    while (status := running.poll()) is None and (now := time.time()) < ends:
        time.sleep(_LOOK_AGAIN)
        console.look(now)
        if result == "timeout" and pattern.search(console.text):
            ends, result = now + patience, "failed"
    if status is None:
        running.kill()
        running.wait()
    seconds = time.time() - started
    text = console.finished(time.time())
    if status is not None:
        result = "failed"
        if status not in (0, EXIT_STATUS):
            told = (work / "qemu.log").read_text(errors="replace").strip()
            raise RecordingError(f"QEMU ended with status {status}: {told}")
    if status == EXIT_STATUS or MARK.decode() in text:
        result = "kernel" if _KERNEL in text else "booted"
    return _Run(result, console, text, status, started, round(seconds, 1))


def _keep(order: Order, work: Path, ran: _Run, logs: dict[str, list[Path]]) -> dict[str, Any]:
    """Write the folder; all at once, so that there is never half of one."""
    capture = work / "capture.pcap"
    script = order.script
    notes: dict[str, Any] = {"trimmed": shrink.trim(capture, script.boot)}
    if not order.keep_all:
        notes |= shrink.without_programs(capture, script)
    found = _outcome(order, work, ran, capture, notes)
    order.folder.parent.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(prefix=f".{script.name}-", dir=order.folder.parent))
    try:
        new.chmod(0o755)
        shutil.copyfile(capture, new / "capture.pcap")
        shutil.copyfile(script.path, new / "scenario.json")
        (new / "console.txt").write_text(ran.text.rstrip("\n") + "\n", encoding="utf-8")
        (new / "outcome.json").write_text(outcome.written(found), encoding="utf-8")
        for host, files in logs.items():
            told = "".join(path.read_text(errors="replace") for path in files)
            (new / f"{host}.log").write_text(told.replace(str(work), "$WORK"), encoding="utf-8")
        if order.folder.exists():
            shutil.rmtree(order.folder)
        new.rename(order.folder)
    finally:
        shutil.rmtree(new, ignore_errors=True)
    return found


def _outcome(
    order: Order, work: Path, ran: _Run, capture: Path, notes: dict[str, Any]
) -> dict[str, Any]:
    firmware, script = order.firmware, order.script
    own: dict[str, Any] = {
        "scenario": script.name,
        "firmware": firmware.name,
        "version": version(firmware, ran.text),
        "nic": firmware.nic,
        "result": ran.result,
        "error_text": None,
    }
    if script.boot:
        own["boot"] = script.boot
    if ran.result not in ("booted", "kernel"):
        own_words = firmware.is_ipxe or not script.boot
        own["error_text"] = error_text(ran.text, not own_words or "prune" in script.table)
    try:
        frames = outcome.frames_or_none(capture)
    except CaptureError as error:
        raise RecordingError(str(error)) from None
    typing = bool(keys_of(script))
    words = machine.command(firmware, script, work, order.roms, typing)
    run = {
        "limit_s": order.limit or script.limit(firmware.kind.is_efi),
        "qemu": " ".join(words).replace(str(work), "$WORK").replace(str(order.roms), "$ROMS"),
        "t_start": ran.started,
        "qemu_rc": ran.status,
        "seconds": ran.seconds,
        "console": ran.console.lines,
    } | {key: value for key, value in notes.items() if value}
    told = outcome.told(frames, ran.console.lines, outcome.began(capture))
    return outcome.of_capture(own, frames) | {"run": run, "events": told}

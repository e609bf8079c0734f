"""What `pxeclient watch` does beside showing: captures, a command, counts, the system's log."""

from __future__ import annotations

import json
import os
import re
import socket
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from pxeclient.capture.reading import read
from pxeclient.cli import watch_syslog
from pxeclient.cli.output import EnvironmentProblem
from pxeclient.cli.rights import stays
from pxeclient.cli.watch_command import MOST_WAITING, OnFailure
from pxeclient.cli.watch_keep import MEGABYTE, Folder
from pxeclient.explain.stop import Stop
from pxeclient.explain.story import explain
from pxeclient.watch.events import Ended
from pxeclient.watch.facts import NAME, PREFIX, Facts, facts
from pxeclient.watch.room import Room
from tests import examples
from tests.cli.runner import run
from tests.explain.captures import CAPTURES, PROFILES
from tests.watch.boots import ended, explained, some

NETWORK = ("--network", "tftp-missing")


def events(*options: str, network: str = "tftp-missing") -> list[dict[str, Any]]:
    """The ends that `watch --jsonl` tells of."""
    done = run("watch", "--jsonl", "--network", network, *options)
    assert done.exit_code == 0, done.output
    told = [json.loads(line) for line in done.stdout.splitlines()]
    return [one for one in told if one["event"] in ("ended", "next-stage")]


# --- captures -----------------------------------------------------------------------------
WATCHED = ["tftp-missing", "tftp-silent", "tftp-fragments"]


@pytest.mark.parametrize("network", WATCHED)
def test_each_boot_is_kept_as_it_was_told(tmp_path: Path, network: str) -> None:
    """A file for each, which `explain` tells as the event has it, with the verdict as comment."""
    folder = tmp_path / "new" / "boots"
    told = events("--keep", str(folder), network=network)
    assert {Path(one["capture"]).name for one in told} == set(os.listdir(folder))
    for one in told:
        path = Path(one["capture"])
        assert NAME.fullmatch(path.name)
        assert one["mac"].replace(":", "") in path.name
        for finding in one["attempt"]["findings"]:
            if finding["severity"] == "stops":
                assert finding["id"].encode() in path.read_bytes()
    for one in examples.some(told, 3, WATCHED.index(network)):
        path = Path(one["capture"])
        done = run("explain", "--json", str(path))
        [client] = json.loads(done.stdout)["clients"]
        [attempt] = client["attempts"]
        assert attempt["ending"]["stop"] == one["attempt"]["ending"]["stop"]
        assert _ids(attempt) == _ids(one["attempt"])


def test_who_is_not_blamed_is_not_blamed_by_the_file(tmp_path: Path) -> None:
    """Frames were lost here: the file says so, and `explain` heeds it."""
    capture = read(CAPTURES / "ovmf-virtio" / "tftp-silent" / "capture.pcap")
    stops = {}
    for loses in (False, True):
        room, found = Room("here", explained), []
        for one in capture.frames:
            found += room.add(one.number, one.at, one.data)
            if loses and one.number == capture.frames[-1].number // 4:
                room.lost()
        found += room.end(capture.seconds)
        event = next(one for one in found if isinstance(one, Ended))
        path = folder_of(tmp_path).keep(event, facts(event))
        kept = read(path)
        assert (kept.loses, kept.until > kept.frames[-1].at) == (loses, True)
        [told] = explain(path, PROFILES).stories[0].attempts
        stops[loses] = (told.ending.stop, [one.id for one in told.findings])
    assert stops == {False: (Stop.TFTP_SILENT, ["T-SILENT"]), True: (Stop.CANNOT_TELL, [])}


def _ids(attempt: dict[str, Any]) -> list[str]:
    return [finding["id"] for finding in attempt["findings"]]


def folder_of(path: Path, most: int = 500, octets: int = 10 * MEGABYTE) -> Folder:
    """A folder that is ours."""
    return Folder(path, most, octets, stays())


def keep_some(folder: Folder, count: int) -> list[str]:
    """So many boots of one machine, an hour after each other; the names of their files."""
    one = ended("ipxe", "plain-dhcp")
    told = facts(one)
    return [folder.keep(one, replace(told, began=3600.0 * number)).name for number in range(count)]


def test_the_oldest_go_by_number(tmp_path: Path) -> None:
    """Also those of an earlier run; whatever else is in the folder stays."""
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "20200101T000000Z-holiday.pcapng").write_text("mine")
    earlier = keep_some(folder_of(tmp_path), 4)
    assert len(earlier) == 4
    one = ended("ipxe", "plain-dhcp")
    name = folder_of(tmp_path, most=2).keep(one, replace(facts(one), began=1e9)).name
    assert sorted(os.listdir(tmp_path)) == sorted(
        [earlier[-1], name, "notes.txt", "20200101T000000Z-holiday.pcapng"]
    )


def test_the_oldest_go_by_size(tmp_path: Path) -> None:
    """Until what is left takes no more; the newest stays, however large."""
    [size] = {(tmp_path / name).stat().st_size for name in keep_some(folder_of(tmp_path), 2)}
    names = keep_some(folder_of(tmp_path, octets=int(2.5 * size)), 5)
    assert sorted(os.listdir(tmp_path)) == names[-2:]
    names = keep_some(folder_of(tmp_path, octets=10), 6)
    assert os.listdir(tmp_path) == names[-1:]


def test_a_boot_that_is_told_again_has_one_file(tmp_path: Path) -> None:
    """What runs next met with trouble: the file that has all of it."""
    folder, one = folder_of(tmp_path), ended("ipxe", "plain-dhcp")
    first = folder.keep(one, facts(one))
    later = replace(facts(one), event="next-stage", code="T-MORE")
    assert folder.keep(one, later) != first
    assert os.listdir(tmp_path) == [later.file_name]


def test_a_file_is_there_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that is full leaves nothing of it, and the watching goes on and says so."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pxeclient.capture.writing.write", full)
    done = run("watch", *NETWORK, "--keep", str(tmp_path))
    assert done.exit_code == 0
    assert done.stderr.count("cannot keep a capture: No space left on device") == 2
    assert "times)" in done.stderr
    assert os.listdir(tmp_path) == []


def test_a_large_frame_says_how_long_it_was(tmp_path: Path) -> None:
    """Of which only the beginning was kept."""
    one = ended("ipxe", "plain-dhcp")
    first, *others = one.frames
    cut = replace(first, data=first.data[:68], length=len(first.data))
    path = folder_of(tmp_path).keep(replace(one, frames=(cut, *others)), facts(one))
    kept = read(path).frames[0]
    assert (kept.data, kept.length) == (cut.data, cut.length)


def test_a_folder_that_is_not_ours_is_told_before(tmp_path: Path) -> None:
    """In a sentence with the cure."""
    if os.geteuid() == 0:
        pytest.skip("root may write anywhere")
    tmp_path.chmod(0o500)
    done = run("watch", *NETWORK, "--keep", str(tmp_path))
    assert done.exit_code == 3
    assert "chown" in done.output


@pytest.mark.parametrize(
    ("options", "status", "words"),
    [
        (["--keep-files", "3"], 2, "are for --keep DIR"),
        (["--keep-size", "3"], 2, "are for --keep DIR"),
        (["--keep", "here", "--keep-files", "0"], 2, "0 is not in the range"),
        (["--on-failure", " "], 2, "needs a command"),
        (["--textfile", "nowhere/at/all.prom"], 3, "there is no folder nowhere/at"),
        (["--keep", "/dev/null/boots"], 3, "cannot keep captures in /dev/null/boots"),
    ],
)
def test_what_cannot_be_done_is_told(options: list[str], status: int, words: str) -> None:
    """Before anything is watched."""
    done = run("watch", *NETWORK, *options)
    assert (done.exit_code, words in done.output) == (status, True), done.output
    assert "Watching" not in done.output


# --- a command ----------------------------------------------------------------------------
@pytest.fixture
def said() -> list[str]:
    """What the user was told."""
    return []


def job(number: int = 1) -> tuple[Facts, str, str | None]:
    """A failed boot."""
    told = facts(ended("ipxe", "silence", 4))
    return replace(told, attempt=number), json.dumps({"number": number}), None


def test_the_command_knows_all_from_its_surroundings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once for each failed boot, in order; its file is none of a folder's."""
    monkeypatch.setenv("PXECLIENT_OLD", "of somebody else")
    log = tmp_path / "log"
    command = f'env | grep ^PXECLIENT_ >> {log}; cat "$PXECLIENT_JSON" >> {log}'
    told = [one for one in events("--on-failure", command) if one["attempt"]["findings"]]
    lines = log.read_text().splitlines()
    objects = [json.loads(line) for line in lines if line.startswith("{")]
    assert objects == told
    values = [line.partition("=") for line in lines if line.startswith(PREFIX)]
    macs = [value for name, _, value in values if name == "PXECLIENT_MAC"]
    assert macs == [one["mac"] for one in told]
    assert {value for name, _, value in values if name == "PXECLIENT_FINDING"} == {"T-FOUND"}
    assert "PXECLIENT_OLD" not in log.read_text()


def test_nothing_of_the_network_is_in_the_command(said: list[str], tmp_path: Path) -> None:
    """The shell reads the user's words alone."""
    told, event, _ = job()
    odd = replace(told, firmware="$(touch gone)", line="`touch gone`")
    runner = OnFailure(f'cd {tmp_path}; printf %s "$PXECLIENT_FIRMWARE" > told', said.append, True)
    runner.take(odd, event, None)
    runner.finish(False)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"told": "$(touch gone)"}
    assert said == []


def test_one_at_a_time(said: list[str], tmp_path: Path) -> None:
    """`mkdir` fails where somebody else is at it."""
    command = f"mkdir {tmp_path}/at && sleep 0.02 && rmdir {tmp_path}/at && echo >> {tmp_path}/done"
    runner = OnFailure(command, said.append, True)
    for number in range(5):
        runner.take(*job(number))
    runner.finish(False)
    assert said == []
    assert (tmp_path / "done").read_text() == "\n" * 5


def test_too_many_are_counted(said: list[str], tmp_path: Path) -> None:
    """A rack that fails at once waits in a queue, which is bounded and told of."""
    wait = tmp_path / "wait"
    os.mkfifo(wait)
    runner = OnFailure(f"read line < {wait}", said.append, True)
    for number in range(MOST_WAITING + 8):
        runner.take(*job(number))
    assert [one for one in said if f"{MOST_WAITING} failed boots wait" in one] == said
    runner.finish(True)
    assert said[-1] == f"--on-failure was not run for {MOST_WAITING + 7} failed boots."


def test_who_takes_too_long_is_killed(said: list[str], tmp_path: Path) -> None:
    """With all that it has begun."""
    pid = tmp_path / "pid"
    command = f"sleep 600 & echo $! > {pid}.new; mv {pid}.new {pid}; wait"
    runner = OnFailure(command, said.append, True, longest=1.0)
    runner.take(*job())
    _await(pid.exists)
    runner.finish(False)
    assert said == [f"--on-failure for {job()[0].mac} was killed after 1 s."]
    _await(lambda: _is_gone(int(pid.read_text())))


def _is_gone(pid: int) -> bool:
    try:
        return "State:\tZ" in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return True


def _await(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.parametrize(
    ("command", "words"),
    [("exit 7", "ended with status 7"), ("kill -9 $$", "ended by signal 9"), ("true", "")],
)
def test_how_it_ended_is_told(said: list[str], command: str, words: str) -> None:
    """If it was not well."""
    runner = OnFailure(command, said.append, True)
    runner.take(*job())
    runner.finish(False)
    assert words in "".join(said)
    assert bool(said) == bool(words)


def test_it_cannot_be_begun(said: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """No room for another process: said, and the next one is tried."""

    def full(*_: object, **__: object) -> None:
        raise OSError(11, "Resource temporarily unavailable")

    monkeypatch.setattr("subprocess.Popen", full)
    runner = OnFailure("true", said.append, True)
    runner.take(*job())
    runner.finish(False)
    mac = job()[0].mac
    assert said == [f"--on-failure for {mac} cannot be run: Resource temporarily unavailable"]


# --- counts -------------------------------------------------------------------------------
def test_the_text_file_counts_what_was_told(tmp_path: Path) -> None:
    """It is replaced at once, and read by Prometheus' own parser."""
    path = tmp_path / "boots.prom"
    told = events("--textfile", str(path))
    found = {one.name: one for one in text_string_to_metric_families(path.read_text())}
    failures = found["pxeclient_watch_failures"].samples
    failed = [one for one in told if one["attempt"]["findings"]]
    assert sum(one.value for one in failures) == len(failed)
    assert {one.labels["finding"] for one in failures} == {"T-FOUND"}
    boots = found["pxeclient_watch_boots"].samples
    assert sum(one.value for one in boots) == len(told)
    assert os.listdir(tmp_path) == ["boots.prom"]


# --- the system's log -----------------------------------------------------------------------
@pytest.fixture
def system_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> socket.socket:
    """A daemon that keeps the system's log."""
    daemon = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    daemon.bind(str(tmp_path / "log"))
    daemon.settimeout(10)
    monkeypatch.setattr(watch_syslog, "SOCKET", str(tmp_path / "log"))
    return daemon


def test_a_line_for_each_boot(system_log: socket.socket) -> None:
    """RFC 3164: facility daemon (3), a warning (4) of a failure, else for information (6)."""
    log = watch_syslog.SystemLog()
    with system_log:
        for event in some():
            log.take(facts(event))
            line = system_log.recv(2000).decode().rstrip("\0")
            level = 4 if facts(event).is_trouble else 6
            assert line.startswith(f"<{3 * 8 + level}>pxeclient[{os.getpid()}]: {event.mac} ")
            assert line.isprintable()
    log.close()


def test_a_log_that_is_full_or_gone_is_not_waited_for(
    system_log: socket.socket,
) -> None:
    """What it does not take is counted."""
    log, told = watch_syslog.SystemLog(), facts(ended("ipxe", "silence", 4))
    for _ in range(2000):
        log.take(told)
    assert log.lost > 0
    system_log.close()
    before = log.lost
    log.take(told)
    assert log.lost == before + 1
    log.close()


def test_no_system_log_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before anything is watched."""
    monkeypatch.setattr(watch_syslog, "SOCKET", str(tmp_path / "none"))
    with pytest.raises(EnvironmentProblem, match="there is no system log at"):
        watch_syslog.SystemLog()


def test_the_line_of_a_stranger_is_harmless() -> None:
    """No end of line, no order to a terminal."""
    assert not re.search(r"[\x00-\x1f\x7f]", facts(ended("edk2", "tftp-missing", 3)).line)

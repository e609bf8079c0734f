"""What `boot` does with a real wire, shown with a link that stands in for it."""

from __future__ import annotations

import itertools
import json
from typing import Any, ClassVar

import pytest

from pxeclient.link import packet
from pxeclient.link.base import LinkError
from pxeclient.link.simulated import SimulatedLink
from pxeclient.practice.boot_files import Kind
from pxeclient.practice.network import PracticeNetwork
from pxeclient.practice.scenario import by_name
from tests.cli.runner import boot, complaint, report, run

LOST = "  Our own receive buffer lost 7 frames; the servers did not.\n"


class Cable(SimulatedLink):
    """An interface `c0` with the practice network behind it."""

    opened: ClassVar[list[Cable]]
    network: ClassVar[str]

    def __init__(self, interface: str, mac: bytes) -> None:
        if interface != "c0":
            raise LinkError(f"There is no interface {interface!r}: choose one of 'c0'.")
        super().__init__(PracticeNetwork(by_name(self.network), Kind.BIOS))
        self.mac = mac
        self.closed = False
        self.opened.append(self)

    def lost(self) -> int:
        """A queue that was too short."""
        return 7

    def close(self) -> None:
        """Remembered."""
        super().close()
        self.closed = True


@pytest.fixture(autouse=True)
def cable(monkeypatch: pytest.MonkeyPatch) -> None:
    """No boot of these tests touches a real interface."""
    monkeypatch.setattr(Cable, "opened", [], raising=False)
    monkeypatch.setattr(Cable, "network", "plain-dhcp", raising=False)
    monkeypatch.setattr(packet, "PacketLink", Cable)


def report_of(*arguments: str) -> dict[str, Any]:
    """The object of a boot that may say something on standard error."""
    found = json.loads(boot("--json", *arguments).stdout)
    assert isinstance(found, dict)
    return found


def test_interface_is_told() -> None:
    """The transcript and the object name the interface."""
    told = boot("-i", "c0").stdout.splitlines()[1]
    assert told == "on interface c0, for 600 s at most (--deadline)"
    told = boot("-i", "c0", "--deadline", "none").stdout.splitlines()[1]
    assert told == "on interface c0"
    told = boot("-i", "c0", "--deadline", "77.5").stdout.splitlines()[1]
    assert told == "on interface c0, for 77.5 s at most (--deadline)"
    assert report_of("-i", "c0")["network"] == "interface c0"


@pytest.mark.parametrize("pace", [(), ("--time-scale", "0.001")], ids=["own-pace", "faster"])
def test_lost_frames_are_told(pace: tuple[str, ...]) -> None:
    """Frames that our own queue lost are told, lest a server be blamed."""
    assert report_of("-i", "c0", *pace)["frames_lost"] == 7
    done = boot("-i", "c0", *pace)
    told = "Our own receive buffer lost 7 frames; the servers did not."
    assert done.exit_code == 0
    assert f"\n  {told}\n" in done.stdout[done.stdout.index("■ Booted") :]
    clock = [line.partition(":")[0] for line in done.stderr.splitlines()]
    assert clock == (["Clock x1000"] if pace else [])
    for beside in (("--json",), ("--screen",), ("--ladder", "-")):
        assert told in boot("-i", "c0", *beside).stderr


@pytest.mark.parametrize(
    ("network", "failure", "profile"),
    [
        ("silence", "no-offer", "vmware-e1000e"),
        ("tftp-silent", "tftp-open-timeout", "ipxe"),
        ("proxy-60-file-4011-dead", "no-proxy-reply", "vmware-e1000e"),
    ],
)
def test_a_silence_that_may_be_our_own(
    monkeypatch: pytest.MonkeyPatch, network: str, failure: str, profile: str
) -> None:
    """Says nothing of the servers: no cure, and the status of a machine that could not look."""
    monkeypatch.setattr(Cable, "network", network)
    done = boot("-i", "c0", profile=profile)
    assert done.exit_code == 3
    verdict = " ".join(done.stdout[done.stdout.index("■") :].split())
    assert "Our own receive buffer lost 7 frames: an answer may have been among them" in verdict
    assert "Cure" not in verdict
    found = json.loads(boot("--json", "-i", "c0", profile=profile).stdout)
    assert (found["result"], found["failure"], found["exit_code"]) == ("failed", failure, 3)
    assert "Our own receive buffer lost 7 frames: an answer may have been" in found["because"]
    monkeypatch.setattr(Cable, "lost", lambda cable: 0)
    done = boot("-i", "c0", profile=profile)
    assert done.exit_code in (10, 13, 20)
    assert "Cure" in done.stdout


def test_what_was_said_is_no_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    """An ERROR is an ERROR, whatever else was lost."""
    monkeypatch.setattr(Cable, "network", "tftp-missing")
    done = boot("-i", "c0")
    assert done.exit_code == 21
    assert "lost 7 frames; the servers did not" in done.stdout
    assert "Cure" in done.stdout


def test_another_of_us_with_that_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """Is told before the boot, which goes on."""
    assert "Another pxeclient" not in boot("-i", "c0").stderr
    monkeypatch.setattr(Cable, "doubled", True)
    done = boot("-i", "c0")
    assert done.stderr.startswith("Another pxeclient has the same MAC address on this interface")
    assert done.exit_code == 0


@pytest.mark.parametrize("scale", ["1e308", "1e-308", "1001", "0.0009", "inf", "nan"])
@pytest.mark.parametrize(
    "command",
    [
        ("boot", "-p", "ipxe", "-i", "c0"),
        ("boot", "-p", "ipxe"),
        ("matrix", "-i", "c0"),
        ("check", "--starter", "-i", "c0"),
        ("lab", "run", "-p", "ipxe", "--time-scale", "1", "true"),
    ],
    ids=lambda words: words[0] + words[-1],
)
def test_a_pace_that_is_none(command: tuple[str, ...], scale: str) -> None:
    """Is refused with the range of those that are, whatever the command."""
    words = [scale if word == "1" else word for word in command]
    if scale not in words:
        words += ["--time-scale", scale]
    said = complaint(run(*words), 2)
    assert "is no pace: from 0.001" in said
    assert Cable.opened == []


def test_mac_is_the_wires() -> None:
    """The interface filters for the machine's address."""
    report_of("-i", "c0", "--mac", "02:00:00:00:00:09")
    assert bytes(Cable.opened[-1].mac).hex(":") == "02:00:00:00:00:09"


def test_interface_is_given_back() -> None:
    """The interface is let go at the end, even if something goes wrong."""
    boot("-i", "c0")
    boot("-i", "c0", "-q", "--save-file", "/dev/full")
    assert [cable.closed for cable in Cable.opened] == [True, True]


def test_seed_comes_from_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without --seed two boots differ by when they began; with it they do not."""
    clock = itertools.count(1000.0, 1.5)
    monkeypatch.setattr("pxeclient.cli.boot.seconds_since_1970", lambda: next(clock))
    first, second = (report_of("-i", "c0")["events"] for _ in range(2))
    assert first != second
    same = [report_of("-i", "c0", "--seed", "3")["events"] for _ in range(2)]
    assert same[0] == same[1]


INTERRUPTED = """\
■ Interrupted after 0.000 s
  It was waiting for an answer to a DHCPDISCOVER, sent once, 0.0 s before.
"""


def test_interrupt(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C while waiting for a frame ends the boot with status 130, and is told."""

    def interrupt(self: Cable, until: float) -> bytes | None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Cable, "receive", interrupt)
    result = boot("-i", "c0", "-q")
    assert (result.exit_code, result.stdout) == (130, INTERRUPTED + LOST)
    assert Cable.opened[-1].closed


def test_interrupt_as_json(monkeypatch: pytest.MonkeyPatch) -> None:
    """The object of an interrupted boot says so."""

    def interrupt(self: Cable, until: float) -> bytes | None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Cable, "receive", interrupt)
    found = report_of("-i", "c0")
    assert (found["result"], found["exit_code"], found["boot_file"]) == ("interrupted", 130, None)


def test_wire_that_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wire that breaks during a boot is a sentence, with status 3, after the transcript."""

    def breaks(self: Cable, until: float) -> bytes | None:
        raise LinkError("Interface 'c0' was removed while in use: make it again.")

    monkeypatch.setattr(Cable, "receive", breaks)
    result = boot("-i", "c0", "-q")
    assert result.exit_code == 3
    said = result.stderr.splitlines()[-1]
    assert said == "Error: Interface 'c0' was removed while in use: make it again."
    assert result.stdout == f"■ Stopped after 0.000 s\n{LOST}"


def test_wire_that_is_not_there() -> None:
    """A wire that cannot be opened is a sentence, and no transcript has begun."""
    result = boot("-i", "c1")
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr == "Error: There is no interface 'c1': choose one of 'c0'.\n"


def test_practice_is_no_wire() -> None:
    """Without -i no interface is opened."""
    report()
    assert Cable.opened == []


@pytest.mark.parametrize("given", [(), ("--json",)])
def test_a_boot_that_booted_stays_so_though_its_report_is_interrupted(
    given: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was said of its end stands, with its exit status; so does what an object says of it."""

    def never_ends(trace: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("pxeclient.diagnose.diagnose", never_ends)
    monkeypatch.setattr("pxeclient.report.as_json.diagnose", never_ends)
    done = boot("-i", "c0", *given)
    assert done.exit_code == 0
    assert "Interrupted: not all that was found is told." in done.stderr
    if given:
        told = json.loads(done.stdout)
        assert (told["result"], told["exit_code"]) == ("booted", 0)
        assert told["left_out"] == ["findings"]
    else:
        assert "Booted" in done.stdout

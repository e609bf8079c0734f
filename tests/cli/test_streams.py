"""What goes to standard output and what to standard error, in colour or not."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import re
import subprocess
from pathlib import Path

import pytest

from tests.cli.runner import BOTH, CHECKOUT, CONTROL, IPXE, VMWARE, boot, command, process, shell
from tests.cli.scenarios import large, scenario
from tests.processes import ended_in_time


def on_a_terminal(*arguments: str, env: dict[str, str] | None = None) -> str:
    """All that the command shows on a terminal; it must end well."""
    screen, terminal = pty.openpty()
    with (
        subprocess.Popen(
            command(*arguments),
            stdin=terminal,
            stdout=terminal,
            stderr=terminal,
            cwd=CHECKOUT,
            env={**os.environ, "TERM": "xterm", "PYTHONIOENCODING": "utf-8", **(env or {})},
        ) as running,
        ended_in_time(running),
    ):
        os.close(terminal)
        shown = b""
        with contextlib.suppress(OSError):  # how Linux says that the other end has been closed
            while more := os.read(screen, 65536):
                shown += more
        os.close(screen)
        running.wait()
    assert running.returncode == 0, shown.decode()
    return shown.decode()


@pytest.mark.parametrize("name", BOTH)
def test_json_is_alone(name: str) -> None:
    """--json prints exactly one object on standard output, and nothing anywhere else."""
    result = boot("--json", profile=name)
    assert result.stderr == ""
    whole, end = json.JSONDecoder().raw_decode(result.stdout)
    assert result.stdout[end:] == "\n"
    assert whole["schema"] == "pxeclient-boot/2"
    assert result.stdout.isascii()


def test_json_of_a_failure() -> None:
    """A boot that fails is an object too, and no error."""
    result = boot("--json", "--network", "tftp-missing")
    assert (result.exit_code, result.stderr) == (21, "")
    assert json.loads(result.stdout)["failure"] == "tftp-not-found"


def test_json_verbose() -> None:
    """-v beside --json puts the transcript on standard error, the same as without --json."""
    both = boot("--json", "-v")
    assert json.loads(both.stdout) == json.loads(boot("--json").stdout)
    assert both.stderr == boot("-v").stdout
    assert boot("-v").stderr == ""


def test_json_quiet() -> None:
    """-q beside --json changes nothing."""
    assert boot("--json", "-q").output == boot("--json").output


def test_transcript_tells_where() -> None:
    """The transcript begins with who boots and that nothing leaves this machine."""
    first, second, *_ = boot().stdout.splitlines()
    assert first == "ipxe: iPXE, BIOS build of today (2.0.0+)"
    assert "practice network plain-dhcp" in second
    assert "nothing leaves this machine" in second


def test_verbose_tells_more() -> None:
    """-v adds decisions with rule and source, and all options."""
    usual, verbose = boot().stdout, boot("-v").stdout
    assert "classify-offer" not in usual
    assert "    rule offer" in verbose
    assert "DATA             block 3" in verbose
    assert set(usual.splitlines()) - set(verbose.splitlines()) == {
        line for line in usual.splitlines() if "more DATA and ACK" in line
    }


@pytest.mark.parametrize(
    ("name", "network", "first"),
    [
        pytest.param(IPXE, "plain-dhcp", "■ Booted boot.0 from 10.77.0.3, named by", id="booted"),
        pytest.param(VMWARE, "silence", "■ PXE-E51: No DHCP or proxyDHCP offers", id="failed"),
    ],
)
def test_quiet(name: str, network: str, first: str) -> None:
    """-q is the verdict, as it ends the transcript."""
    quiet = boot("-q", "--network", network, profile=name).stdout.splitlines()
    whole = boot("--network", network, profile=name).stdout.splitlines()
    assert quiet[0].startswith(first)
    assert whole[-len(quiet) :] == quiet


@pytest.mark.parametrize("arguments", [(), ("-v",), ("-q",), ("--json", "-v")])
def test_no_escape_codes_in_a_pipe(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """Where nobody looks there is neither colour nor progress."""
    done = process("boot", "-p", IPXE, "--network", large(tmp_path, 600_000), *arguments)
    assert done.returncode == 0
    assert "\x1b" not in done.stdout + done.stderr
    assert "\r" not in done.stdout + done.stderr
    if "--json" not in arguments:
        assert done.stderr == ""


def test_terminal_has_colour_and_progress(tmp_path: Path) -> None:
    """On a terminal there is colour, and a line that grows while a large file comes."""
    shown = on_a_terminal("boot", "-p", IPXE, "--network", large(tmp_path))
    assert "\x1b[38;5;28m\x1b[1m■\x1b[0m\x1b[1m Booted" in shown
    assert re.search(r"\r\x1b\[K\[#{3}-{27}\] +1\d% of 2\.9 MiB", shown)
    assert "\r\x1b[K" in shown  # the line is taken away
    assert "MiB" not in shown.rpartition("\x1b[K")[2]


def test_terminal_without_colour() -> None:
    """NO_COLOR takes the colour away."""
    shown = on_a_terminal("boot", "-p", IPXE, env={"NO_COLOR": "1"})
    assert "■ Booted" in shown
    assert "\x1b[3" not in shown
    assert "\x1b[1m" not in shown


def test_small_file_has_no_progress_line() -> None:
    """A download that is over at once does not flicker."""
    assert "MiB" not in on_a_terminal("boot", "-p", VMWARE)


def test_json_on_a_terminal_is_not_coloured() -> None:
    """The object is the same on a terminal."""
    shown = on_a_terminal("boot", "-p", IPXE, "--json")
    assert json.loads(shown)["result"] == "booted"


@pytest.mark.parametrize(
    "line",
    [
        "$PXECLIENT boot -p ipxe | head -n 1",
        "$PXECLIENT boot -p ipxe -v | head -n 1",
        "$PXECLIENT boot -p ipxe --json | head -n 1",
        "$PXECLIENT networks | head -n 1",
        "$PXECLIENT profiles show ipxe | head -n 1",
        "$PXECLIENT boot --help | head -n 1",
    ],
)
def test_reader_that_leaves(line: str) -> None:
    """A closed pipe ends it without a word."""
    done = shell(line)
    assert done.stderr == ""
    assert len(done.stdout.splitlines()) == 1


@pytest.mark.parametrize(
    "words",
    [
        ("boot", "-p", "ipxe"),
        ("boot", "-p", "ipxe", "--json"),
        ("matrix", "-p", "ipxe", "-p", "edk2"),
        ("check", "--starter", "--network", "plain-dhcp"),
        ("errors", "PXE-E55"),
        ("--help",),
        ("boot", "--help"),
        ("teach",),
        ("boot", "-p", "none"),
        ("explain", "none"),
    ],
    ids=" ".join,
)
def test_nobody_reads(words: tuple[str, ...]) -> None:
    """The status is that of a program which a broken pipe ends (SIGPIPE), as a shell has it."""
    usual = process(*words)
    for stream, said in (("stdout", usual.stdout), ("stderr", usual.stderr)):
        ours, theirs = os.pipe()
        os.close(ours)
        is_out = stream == "stdout"
        done = process(*words, stdout=theirs) if is_out else process(*words, stderr=theirs)
        os.close(theirs)
        assert done.returncode == (141 if said else usual.returncode), stream
        assert not done.stderr or done.stderr == usual.stderr, stream


@pytest.mark.parametrize(
    "line",
    [
        "$PXECLIENT boot -p ipxe -q > /dev/full",
        "$PXECLIENT boot -p ipxe --json > /dev/full",
        "$PXECLIENT networks > /dev/full",
        "$PXECLIENT boot -p ipxe >&-",
        "$PXECLIENT networks >&-",
        "$PXECLIENT boot -p ipxe -q 2>&- >/dev/null",
    ],
)
def test_output_that_cannot_be_written(line: str) -> None:
    """A full disk or a closed stream is told in a sentence at most, never in a traceback."""
    done = shell(line)
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
    assert len(done.stderr.splitlines()) <= 1
    assert done.returncode in (0, 3)


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
@pytest.mark.parametrize("arguments", [("boot", "-p", IPXE), ("profiles", "show", IPXE)])
def test_terminal_without_arrows(encoding: str, arguments: tuple[str, ...]) -> None:
    """Where the encoding has no arrows, something stands in their place."""
    done = process(*arguments, env={"PYTHONIOENCODING": encoding})
    assert done.stderr == ""
    assert done.returncode == 0


EVIL = "../../etc/\x1b]0;x\x07\x9b31m\x7f\nboot\\"


@pytest.mark.parametrize("arguments", [(), ("-v",), ("-q",), ("--json",)])
@pytest.mark.parametrize("name", BOTH)
def test_names_from_the_network_are_escaped(
    tmp_path: Path, name: str, arguments: tuple[str, ...]
) -> None:
    """Control characters in names and messages of servers never reach the screen as they are."""
    path = scenario(
        tmp_path,
        file=EVIL,
        options=([12, "str", "h\x1b[2J"], [67, "str", EVIL], [60, "str", "PXEClient\x1b[31m"]),
        tftp={"files": {}, "error": [1, "no\x1b[31m such\r\nfile\x9b"]},
    )
    result = boot("--network", path, *arguments, profile=name)
    assert CONTROL.search(result.stdout + result.stderr) is None
    assert result.exit_code in (13, 21)


@pytest.mark.parametrize("name", BOTH)
def test_names_from_the_network_are_no_paths(tmp_path: Path, name: str) -> None:
    """A boot from such a name ends well, shows it escaped, and writes where the user said."""
    kept = tmp_path / "folder" / "kept"
    kept.parent.mkdir()
    network = scenario(tmp_path, file=EVIL)
    result = boot("--network", network, "--save-file", str(kept), profile=name)
    assert result.exit_code == 0
    assert CONTROL.search(result.stdout) is None
    assert "../../etc/<1b>]0;x<07><9b>31m<7f><0a>boot\\" in result.stdout
    assert [path.name for path in kept.parent.iterdir()] == ["kept"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "scenario.json"]

"""``pxeclient lab run``."""

from __future__ import annotations

import json
import os
import secrets
import shlex
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest
from scapy.utils import rdpcap

from pxeclient.capture.reading import read
from pxeclient.practice.boot_files import Kind, boot_file
from tests.cli.runner import CHECKOUT, command, complaint, run
from tests.lab.labs import CONTENT, DNSMASQ, await_none, fence, require_lab
from tests.processes import await_that, ended_in_time, heeding_signals
from tests.schemas.valid import complaints

PACE = ("--time-scale", "0.2")


@pytest.fixture
def tftp(tmp_path: Path) -> tuple[str, ...]:
    """What makes dnsmasq serve a boot file."""
    (tmp_path / "boot.0").write_bytes(CONTENT)
    return ("--dhcp-boot=boot.0", "--enable-tftp", f"--tftp-root={tmp_path}")


def lab_run(*arguments: str) -> Any:
    """Run the command in this process."""
    return run("lab", "run", *arguments)


@pytest.mark.live
def test_machines_boot(tftp: tuple[str, ...]) -> None:
    """Each with its verdict; and their number."""
    require_lab("dnsmasq")
    done = lab_run("-p", "ipxe", "-p", "vmware-e1000e", *PACE, "--", *DNSMASQ, *tftp)
    assert done.exit_code == 0
    assert done.stderr.startswith("Clock x5: a server that pings an address before it offers it ")
    assert done.stderr.count("\n") == 1
    lines = done.stdout.splitlines()
    assert lines[0].startswith("ipxe: iPXE, BIOS")
    assert lines[1] == "on private network of 10.77.0.1, for 600 s at most (--deadline)"
    assert lines[4].startswith("vmware-e1000e: VMware's E1000e ROM")
    booted = "■ Booted boot.0 from 10.77.0.1, named by the DHCPACK from 10.77.0.1"
    assert [lines[2], lines[6]] == [booted, booted]
    assert lines[-1] == "2 of 2 booted."


@pytest.mark.live
def test_a_machine_does_not_boot(tftp: tuple[str, ...]) -> None:
    """The status is that of the first that failed; why, and what to change; the server's log."""
    require_lab("dnsmasq")
    options = ("-p", "vmware-e1000e", "-p", "ipxe", *PACE, "--log", "-v")
    done = lab_run(*options, "--", *DNSMASQ, *tftp, "--dhcp-option=60,PXEClient")
    assert done.exit_code == 13
    assert "■ PXE-E55: ProxyDHCP service did not reply" in done.stdout
    assert "▲ D43-VMW: " in done.stdout
    assert "dhcp-option=vendor:PXEClient,6,8" in done.stdout
    assert "──▶ 10.77.0.1:4011" in done.stdout
    assert done.stdout.splitlines()[-1] == "1 of 2 booted."
    assert "\n── dnsmasq on 10.77.0.1 ──\ndnsmasq: started" in done.stderr


@pytest.mark.live
def test_a_verdict_stands_though_findings_take_too_long(
    tftp: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each machine has its time; the status is that of the boots."""
    require_lab("dnsmasq")

    def late(*_: object) -> None:
        signal.raise_signal(signal.SIGALRM)

    monkeypatch.setattr("pxeclient.diagnose.diagnose", late)
    done = lab_run("-p", "ipxe", "-p", "vmware-e1000e", *PACE, "--", *DNSMASQ, *tftp)
    assert done.exit_code == 0
    assert done.stdout.count("■ Booted boot.0 from 10.77.0.1") == 2
    assert done.stdout.splitlines()[-1] == "2 of 2 booted."
    assert done.stderr.count("Out of time: not all that was found is told.") == 2


@pytest.mark.live
def test_json(tftp: tuple[str, ...]) -> None:
    """One object, with the boots as `pxeclient boot --json` has them."""
    require_lab("dnsmasq")
    options = ("-p", "ipxe", "--json", "--address", "192.0.2.1/24", *PACE)
    plain = [word for word in DNSMASQ if "range" not in word]
    done = lab_run(*options, *plain, "--dhcp-range=192.0.2.9,192.0.2.9", *tftp)
    found = json.loads(done.stdout)
    assert complaints("lab", found) == []
    assert (found["schema"], found["exit_code"], done.exit_code) == ("pxeclient-lab/2", 0, 0)
    assert found["lab"]["address"] == "192.0.2.1"
    assert found["lab"]["kind"] in ("root", "rootless")
    assert found["program"]["name"] == "dnsmasq"
    assert found["program"]["exit_code"] is None
    assert "DHCPOFFER(s0) 192.0.2.9" in found["program"]["log"]
    (boot,) = found["boots"]
    assert (boot["schema"], boot["result"], boot["exit_code"]) == ("pxeclient-boot/2", "booted", 0)
    assert (boot["network"], boot["lease"]["address"]) == (
        "private network of 192.0.2.1",
        "192.0.2.9",
    )


@pytest.mark.live
def test_what_is_kept(tftp: tuple[str, ...], tmp_path: Path) -> None:
    """Of who did not boot, with what the server said; and the command makes that boot again."""
    require_lab("dnsmasq")
    kept, again = tmp_path / "kept", tmp_path / "again"
    server = (*DNSMASQ, *tftp, "--dhcp-option=60,PXEClient")
    options = ("-p", "ipxe", "-p", "vmware-e1000e", *PACE)
    done = lab_run(*options, "--artifacts", str(kept), "--", *server)
    assert done.exit_code == 13
    assert sorted(path.relative_to(kept).as_posix() for path in kept.rglob("*.*")) == [
        "index.html", "vmware-e1000e/again.sh", "vmware-e1000e/boot.json",
        "vmware-e1000e/boot.pcapng", "vmware-e1000e/ladder.html", "vmware-e1000e/server.log",
    ]  # fmt: skip
    log = (kept / "vmware-e1000e" / "server.log").read_text(encoding="utf-8")
    assert log.startswith("── dnsmasq on 10.77.0.1 ──\ndnsmasq: started")
    assert "DHCPACK(s0)" in log
    script = (kept / "vmware-e1000e" / "again.sh").read_text(encoding="utf-8")
    name, *words = shlex.split(script.splitlines()[-1])
    assert (name, words[:6]) == (
        "pxeclient", ["lab", "run", "--profile", "vmware-e1000e", "--seed", "2"],
    )  # fmt: skip
    words[2:2] = ["--artifacts", str(again)]
    assert run(*words).exit_code == 13
    xids = [
        {frame.data[46:50] for frame in read(path / "vmware-e1000e" / "boot.pcapng").frames[:1]}
        for path in (kept, again)
    ]
    assert xids[0] == xids[1]
    written = (kept / "index.html").stat().st_mtime
    first = rdpcap(str(kept / "vmware-e1000e" / "boot.pcapng"))[0]
    assert 0 < written - float(first.time) < 600


@pytest.mark.live
def test_the_servers_interface(tftp: tuple[str, ...]) -> None:
    """Its name and MTU are as wanted."""
    require_lab("dnsmasq", "ip")
    plain = [word for word in DNSMASQ if "interface" not in word]
    wanted = ("--server-interface", "ens18", "--mtu", "1300", "--log", *PACE)
    script = 'ip -o link show ens18; exec "$0" "$@"'
    server = ("sh", "-c", script, *plain, "--interface=ens18", *tftp)
    done = lab_run("-p", "ipxe", *wanted, "--", *server)
    assert done.exit_code == 0, done.stdout + done.stderr
    assert "DHCPACK(ens18)" in done.stderr
    assert " mtu 1300 " in done.stderr


@pytest.mark.live
def test_a_server_that_does_not_last() -> None:
    """It is said, besides what the machine saw."""
    require_lab()
    shell = ("sh", "-c", "echo on; sleep 0.2; exit 3")
    done = lab_run("-p", "ipxe", "--deadline", "1", "--ready", "on", "--", *shell)
    assert done.exit_code == 124
    assert done.stderr == "sh did not last: it ended with status 3.\n"


@pytest.mark.live
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--", "no-such-server"), "There is no program 'no-such-server' to be executed"),
        (("--", "sh", "-c", "echo why; exit 1"), "sh ended with status 1 before it was ready:"),
        (("--ready", "up", "--", "true"), "true ended with status 0 before it was ready"),
    ],
)
def test_what_cannot_be(arguments: tuple[str, ...], words: str) -> None:
    """A sentence and status 3."""
    require_lab()
    done = lab_run("-p", "ipxe", *arguments)
    assert (done.exit_code, done.stdout) == (3, "")
    assert done.stderr.startswith(f"Error: {words}")


@pytest.mark.parametrize(
    "arguments",
    [
        ("-p", "ipxf", "true"),
        ("true",),
        ("-p", "ipxe"),
        ("-p", "ipxe", "--time-scale", "0", "true"),
        ("-p", "ipxe", "--time-scale", "nan", "true"),
        ("-p", "ipxe", "--deadline", "0", "true"),
        ("-p", "ipxe", "--address", "here", "true"),
        ("-p", "ipxe", "--address", "10.77.0.300/24", "true"),
        ("-p", "ipxe", "--address", "10.77.0.1/31", "true"),
        ("-p", "ipxe", "--server-interface", "a/b", "true"),
        ("-p", "ipxe", "--mtu", "60", "true"),
    ],
)
def test_wrong_usage(arguments: tuple[str, ...]) -> None:
    """Nothing is started."""
    assert complaint(lab_run(*arguments), 2)


def test_an_address_that_is_none() -> None:
    """It is named, before anything is made."""
    words = complaint(lab_run("-p", "ipxe", "--address", "here", "--", "true"), 2)
    assert "'here' is no IPv4 address with a prefix length" in words


def test_without_a_private_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Status 3, with the sentence that says what to enable."""
    monkeypatch.setattr("pxeclient.lab.keeper.COMMAND", "raise SystemExit(1)")
    words = complaint(lab_run("-p", "ipxe", "--", "true"), 3)
    assert words.startswith("No private network can be made here: its keeper did not")


@pytest.mark.live
@pytest.mark.parametrize("wish", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_an_end_before_its_time(wish: signal.Signals, tmp_path: Path) -> None:
    """Nothing is left: no process, no file, no interface."""
    require_lab("dnsmasq")
    value = secrets.token_hex(8)
    words = command("lab", "run", "-p", "ipxe", "--ready", "on", "--", "sh", "-c")
    script = f"echo on; echo > {tmp_path}/up; sleep 69 & wait"
    kept = tmp_path / "kept"
    kept.mkdir()
    environment = {**os.environ, "PXECLIENT_TEST": value, "TMPDIR": str(kept)}
    with fence() as around:
        with (
            subprocess.Popen(
                around.inside([*words, script]),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=CHECKOUT,
                env=environment,
                start_new_session=True,
                preexec_fn=heeding_signals,
            ) as running,
            ended_in_time(running),
        ):
            await_that(lambda: (tmp_path / "up").exists() or running.poll() is not None)
            os.killpg(running.pid, wish)
            output, errors = running.communicate()
        assert running.returncode == (-9 if wish == signal.SIGKILL else 130)
        told = b"" if wish == signal.SIGKILL else b"Interrupted."
        assert (output, errors.strip()) == (b"", told)
        assert await_none(f"PXECLIENT_TEST={value}") == []
        assert list(kept.iterdir()) == []
        assert around.seen() == around.before


HOST_ENTRY = ("--dhcp-host=52:54:00:12:34:56,set:mine", "--dhcp-boot=tag:mine,bios.0")
"""What names a file to one machine alone."""


@pytest.mark.live
@pytest.mark.parametrize("entry", [HOST_ENTRY, HOST_ENTRY[:1], ("--dhcp-boot=bios.0",)])
def test_a_file_for_one_machine_alone(tmp_path: Path, entry: tuple[str, ...]) -> None:
    """Of a file that cannot run, a stranger is asked for: an entry, or the same for all."""
    require_lab("dnsmasq")
    (tmp_path / "bios.0").write_bytes(boot_file(Kind.BIOS).read(0, 4000))
    (tmp_path / "grub.efi").write_bytes(boot_file(Kind.EFI).read(0, 4000))
    serve = ("--enable-tftp", f"--tftp-root={tmp_path}")
    rest = ("--dhcp-boot=grub.efi",) if entry[0] == HOST_ENTRY[0] else ()
    done = lab_run("-p", "edk2", *PACE, "--json", "--", *DNSMASQ, *serve, *entry, *rest)
    [told] = json.loads(done.stdout)["boots"]
    stopping = [
        (one["id"], one["follows_from"])
        for one in told["findings"]
        if one["severity"] == "stops the boot"
    ]
    if entry == HOST_ENTRY:
        assert stopping == [("M-HOST", None), ("A-FALL", "M-HOST")]
        # The cure: the same entry, without the file.
        cure = told["findings"][0]["cures"][0]["settings"]["dnsmasq"]
        assert HOST_ENTRY[0].removeprefix("--").startswith(cure[-1])
    elif entry == HOST_ENTRY[:1]:
        assert (done.exit_code, stopping) == (0, [])
    else:
        assert stopping == [("A-FALL", None)]

"""Real servers in private networks."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
from pathlib import Path

import pytest

from pxeclient.lab import Lab, LabError, Program, open_lab
from tests.lab.labs import (
    CHECKOUT,
    CONTENT,
    DNSMASQ,
    TFTP,
    as_nobody,
    assert_booted,
    boot,
    processes,
    python,
    require_lab,
)
from tests.live.needs import TAP_DEVICE

pytestmark = pytest.mark.live

SPEAKER = "import os, sys, time; print(os.getcwd(), *sys.argv[1:], flush=True); time.sleep(60)"


def serve(lab: Lab, *options: str) -> None:
    """Have dnsmasq give addresses and the boot file."""
    (lab.folder / "boot.0").write_bytes(CONTENT)
    lab.start([*DNSMASQ, *TFTP, *options])


def ended(program: Program) -> bool:
    """It does not run any more."""
    return program.returncode is not None


@pytest.mark.parametrize("profile", ["ipxe", "vmware-e1000e"])
@pytest.mark.parametrize("tap", [False, True], ids=["veth", "tap"])
def test_a_machine_boots(profile: str, tap: bool) -> None:
    """dnsmasq serves a machine on a cable of its own, or on a TAP as virtual machines have it."""
    require_lab("dnsmasq", *([TAP_DEVICE] if tap else []))
    with open_lab(tap=tap) as lab:
        serve(lab)
        assert_booted(boot(lab, profile))


ROOTLESS = """
from pxeclient.lab import open_lab
from tests.lab.labs import *
with open_lab() as lab:
    (lab.folder / "boot.0").write_bytes(CONTENT)
    # In the background, as another user, with a lease file: all that rights are needed for.
    lab.start(["dnsmasq", *DNSMASQ[2:], *TFTP])
    assert_booted(boot(lab))
    print(lab.kind, lab.folder)
"""


def test_an_ordinary_user_may() -> None:
    """Nobody's rights do, and a server that insists on changing users is content."""
    require_lab("dnsmasq")
    done = subprocess.run(
        as_nobody(python("-c", ROOTLESS)), capture_output=True, text=True, timeout=300, cwd=CHECKOUT
    )
    if "No private network can be made here" in done.stderr and os.environ.get("CI") != "true":
        pytest.skip(done.stderr.splitlines()[-1])
    assert done.returncode == 0, done.stderr
    kind, folder = done.stdout.split()
    assert kind == "rootless"
    assert not Path(folder).exists()


NO_TAP = """
from pxeclient.lab import open_lab
with open_lab(tap=True) as lab, lab.link(bytes.fromhex("525400000001")):
    pass
"""


def test_a_tap_that_may_not_be() -> None:
    """The device that it takes is named."""
    require_lab()
    done = subprocess.run(
        as_nobody(python("-c", NO_TAP)), capture_output=True, text=True, timeout=300, cwd=CHECKOUT
    )
    if done.returncode == 0:
        pytest.skip("everybody may open TAPs here")
    sentence = "The lab cannot plug a machine in: a TAP needs access to /dev/net/tun."
    assert done.stderr.endswith(f"LabError: {sentence}\n")


def test_an_address_that_two_have() -> None:
    """Hosts are as independent as real ones: nothing stops them from having one address."""
    require_lab()
    with open_lab() as lab:
        assert lab.add_host("10.77.0.1/24").address == lab.address


def test_two_hosts() -> None:
    """A DHCP server on one, a ProxyDHCP server on the other; the proxy's file counts."""
    require_lab("dnsmasq")
    with open_lab("10.78.0.1/16") as lab:
        proxy = lab.add_host("10.78.0.2/16")
        (proxy.folder / "boot.0").write_bytes(CONTENT)
        plain = [word for word in DNSMASQ if "range" not in word]
        lab.start([*plain, "--dhcp-range=10.78.1.0,10.78.1.99"])
        proxy.start([
            *plain, "--dhcp-range=10.78.0.0,proxy", "--enable-tftp", "--tftp-root={folder}",
            "--pxe-service=x86PC,Boot,boot.0,{address}", "--dhcp-no-override",
        ])  # fmt: skip
        assert_booted(boot(lab), "10.78.0.2")
        assert [title for title, _ in lab.logs()] == [
            "dnsmasq on 10.78.0.1",
            "dnsmasq on 10.78.0.2",
        ]
        assert all(log for _, log in lab.logs())


def test_two_machines_at_once() -> None:
    """Each has a cable of its own, and sees the other's broadcasts only."""
    require_lab()
    first, second = bytes.fromhex("525400000001"), bytes.fromhex("525400000002")
    with open_lab() as lab, lab.link(first) as one, lab.link(second) as other:
        broadcast = b"\xff" * 6 + first + b"\x08\x06" + b"to all".ljust(46, b"\0")
        one.send(broadcast)
        assert other.receive(other.now() + 60) == broadcast
        assert one.receive(one.now() + 0.05) is None
        other.send(first + second + b"\x08\x06" + b"to one".ljust(46, b"\0"))
        assert one.receive(one.now() + 60) is not None


def test_placeholders() -> None:
    """They are filled in command line, environment and configuration; other braces stay."""
    require_lab()
    with open_lab() as lab:
        folder = str(lab.folder)
        program = lab.start(
            python("-c", SPEAKER, "{interface}", "{address}", "{folder}", '{"other": {}}'),
            ready="other",
            folder=lab.folder,
        )
        assert program.log == f'{folder} s0 10.77.0.1 {folder} {{"other": {{}}}}\n'
        shell = ["sh", "-c", 'echo "$WHERE"; exec sleep 60']
        other = lab.start(shell, ready="s0", environment={"WHERE": "{interface}"})
        assert other.log == "s0\n"
        assert lab.fill("interface={interface} {}") == "interface=s0 {}"


def test_a_server_sees_nothing_but_its_segment() -> None:
    """The machine's interfaces are not there, and ours are not on the machine."""
    require_lab()
    before = {name for _, name in socket.if_nameindex()}
    code = "import socket; print(sorted(n for _, n in socket.if_nameindex()), flush=True)"
    with open_lab() as lab:
        program = lab.start(python("-c", code + "; import time; time.sleep(9)"), ready="]")
        assert program.log == "['lo', 's0']\n"
        made = {name for _, name in socket.if_nameindex()} - before
        assert made.isdisjoint({"s0", "br0", "p0", "q0", "c0"})


def test_a_server_ends_with_all_it_started() -> None:
    """One that goes into the background and starts others, too; and the status is told."""
    require_lab("dnsmasq")
    mark = secrets.token_hex(8)
    with open_lab() as lab:
        words = [word for word in DNSMASQ if word != "-d"]
        background = lab.start(words, environment={"PXECLIENT_TEST": mark})
        script = "setsid sleep 61 & echo on; wait"
        child = lab.start(["sh", "-c", script], "on", environment={"PXECLIENT_TEST": mark})
        assert not ended(child)
        assert len(processes(f"PXECLIENT_TEST={mark}")) >= 3
        background.stop()
        child.stop()
        assert (background.returncode, child.returncode) == (0, -15)
        assert processes(f"PXECLIENT_TEST={mark}") == []
        child.stop()
        lab.start(DNSMASQ)  # the port is free again


def test_a_stubborn_server_is_killed() -> None:
    """One that will not hear of ending."""
    require_lab()
    with open_lab() as lab:
        program = lab.start(["sh", "-c", "trap '' TERM; echo on; sleep 60 & wait; wait"], "on")
        program.stop()
        assert program.returncode == -9


def test_what_servers_write_in_the_system_is_gone() -> None:
    """Leases and process ids."""
    require_lab()
    state, run = "/var/lib/misc/pxeclient-test", "/run/pxeclient-test.pid"
    script = f"echo 1 > {run} && echo on; [ -d /var/lib/misc ] && echo 1 > {state}; exec sleep 60"
    with open_lab() as lab:
        lab.start(["sh", "-c", script], ready="on")
        assert not Path(state).exists()
        assert not Path(run).exists()


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (["no-such-server"], "There is no program 'no-such-server' to be executed: install it, "),
        ([], "There is no server to start: give its command."),
        (["sh", "-c", "echo why\x1b[2J; exit 3"], r"sh ended with status 3 before it was ready:"),
        (["sh", "-c", "exit 0"], r"sh ended with status 0 before it was ready; it printed nothin"),
        (["sh", "-c", "kill -9 $$"], r"sh was killed by signal 9 before it was ready"),
    ],
)
def test_a_server_that_does_not_start(command: list[str], words: str) -> None:
    """A sentence says so, with the end of the log and no control characters."""
    require_lab()
    with open_lab() as lab:
        with pytest.raises(LabError) as raised:
            lab.start(command)
        assert str(raised.value).startswith(words)
        assert "\x1b" not in str(raised.value)


def test_a_server_that_is_never_ready() -> None:
    """It is stopped, and the sentence has what it did print."""
    require_lab()
    own = {"PXECLIENT_TEST": secrets.token_hex(8)}
    shell = ["sh", "-c", "echo busy; exec sleep 60"]
    with open_lab() as lab:
        with pytest.raises(LabError, match=r"sh has not printed 'ready' within 0\.5 s:\n  busy"):
            lab.start(shell, "ready", 0.5, own)
        assert processes(f"PXECLIENT_TEST={own['PXECLIENT_TEST']}") == []


@pytest.mark.parametrize("address", ["10.77.0.1/31", "10.77.0", "here", "10.77.0.1/24/3"])
def test_addresses_that_are_none(address: str) -> None:
    """They are refused before anything is made."""
    with pytest.raises(LabError, match="address"), open_lab(address):
        pass


def test_a_lab_that_is_closed() -> None:
    """It is gone after an exception too, and says so; a log stays as it was last read."""
    require_lab()
    with pytest.raises(KeyError), open_lab() as lab:  # noqa: PT012
        program = lab.start(["sh", "-c", "echo on; exec sleep 60"], ready="on")
        raise KeyError
    assert program.log == "on\n"
    assert not lab.folder.exists()
    with pytest.raises(LabError, match="closed"):
        lab.start(["true"])
    with pytest.raises(LabError, match="closed"), lab.link(bytes.fromhex("525400000001")):
        pass


def test_descriptors_are_given_back() -> None:
    """A lab and its links leave none open in the owner."""
    require_lab()
    before = os.listdir("/proc/self/fd")
    with open_lab() as lab:
        for number in range(3):
            with lab.link(bytes([2, 0, 0, 0, 0, number])):
                pass
        assert len(os.listdir("/proc/self/fd")) == len(before) + 1
    assert os.listdir("/proc/self/fd") == before
    assert socket.if_nameindex()

"""What hosts of a lab can be besides a server on its segment: clients, routers, far ends."""

from __future__ import annotations

import signal
import sys
import time
from pathlib import Path

import pytest

from pxeclient import profile as profiles
from pxeclient.boots.boot import Wire
from pxeclient.boots.boot import boot as start
from pxeclient.lab import Lab, LabError, LabUnavailable, Program, open_lab, open_loopback
from pxeclient.trace import Trace
from tests.lab.labs import CHECKOUT, CONTENT, DNSMASQ, TFTP, assert_booted, boot, require_lab
from tests.live.needs import TAP_DEVICE

pytestmark = pytest.mark.live

PLAIN = tuple(word for word in DNSMASQ if "range" not in word)


def test_a_program_is_run_to_its_end() -> None:
    """Its streams come apart, names are filled in, and what it leaves behind is ended."""
    require_lab()
    with open_lab() as lab:
        script = "echo out {address}; echo err >&2; sleep 600 & exit 7"
        done = lab.run(["sh", "-c", script])
        assert (done.returncode, done.stdout, done.stderr) == (7, "out 10.77.0.1\n", "err\n")
        with pytest.raises(LabError, match=r"sh has not ended within 0\.2 s:\n  busy"):
            lab.run(["sh", "-c", "echo busy; exec sleep 600"], timeout=0.2)
        with pytest.raises(LabError, match="There is no program 'no-such-program'"):
            lab.run(["no-such-program"])
        with pytest.raises(LabError, match="There is no program to start"):
            lab.run([])


def test_a_program_is_waited_for_and_told() -> None:
    """By what it prints; a signal goes to it; what it will never say is known when it ends."""
    require_lab()
    with open_lab() as lab:
        shell = "trap 'echo again' HUP; echo on; while :; do sleep 0.01; done"
        program = lab.spawn(["sh", "-c", shell])
        assert program.await_log("o") == "on"
        program.send_signal(signal.SIGHUP)
        assert program.await_log("again") == "again"
        assert program.returncode is None
        with pytest.raises(LabError, match=r"sh has not printed 'more' within 0\.1 s:\n  on"):
            program.await_log("more", 0.1)
        program.send_signal(signal.SIGKILL)
        assert program.wait() == -9
        with pytest.raises(LabError, match="sh ended without having printed 'more':\n  on"):
            program.await_log("more")
        program.send_signal(signal.SIGHUP)  # to nobody


def test_a_server_that_takes_its_time() -> None:
    """One that computes before it listens is not ready, however long that takes."""
    require_lab()
    code = (
        "import socket, time\n"
        "while time.process_time() < 1.5: pass\n"
        "one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); one.bind(('', 69))\n"
        "print('listens', flush=True); time.sleep(600)"
    )
    with open_lab() as lab:
        started = time.monotonic()
        program = lab.start([sys.executable, "-c", code])
        assert time.monotonic() - started > 1.4
        program.await_log("listens")


def test_an_interface_of_any_name() -> None:
    """As a configuration that is made for another machine has it; with another MTU."""
    require_lab("dnsmasq", "ip")
    with open_lab(interface="ens18", mtu=1400) as lab:
        (lab.folder / "boot.0").write_bytes(CONTENT)
        assert lab.fill("{interface}") == "ens18"
        assert "mtu 1400" in lab.run(["ip", "link", "show", "ens18"]).stdout
        lab.start([word.replace("{interface}", "ens18") for word in (*DNSMASQ, *TFTP)])
        assert_booted(boot(lab))
        with pytest.raises(LabError, match="cannot have an MTU of 60: 68 to 65535"):
            lab.add_host("10.77.0.2/24", mtu=60)
        with pytest.raises(LabError, match="'a/b' cannot be the name"):
            lab.add_host("10.77.0.2/24", interface="a/b")


def test_the_mtu_holds_on_the_wire() -> None:
    """A server's block beyond the MTU of its interface comes in fragments."""
    require_lab("atftpd")
    with open_lab() as lab:
        server = lab.add_host("10.77.0.2/24", mtu=576)
        (server.folder / "boot.0").write_bytes(CONTENT)
        server.start(
            ["atftpd", "--daemon", "--no-fork", "--user", "root.root", "--logfile", "-",
             "--bind-address", "{address}", "{folder}"]
        )  # fmt: skip
        (lab.folder / "boot.0").write_bytes(b"not this one")
        options = ("--dhcp-boot=boot.0,,10.77.0.2", "--dhcp-no-override")
        require_lab("dnsmasq")
        lab.start([*DNSMASQ, *options])
        trace = boot(lab)
        assert_booted(trace, "10.77.0.2")
        more = [octets for _, octets, ours in trace.frames() if not ours and octets[20] & 0x20]
        assert more
        assert all(len(octets) <= 14 + 576 for octets in more)


def test_a_machine_without_address() -> None:
    """A host of its own on the segment, on which any client may run."""
    require_lab("ip")
    with open_lab() as lab:
        machine = lab.add_host(interface="c0")
        assert (machine.address, machine.leases) == ("", ("", ""))
        assert " inet " not in machine.run(["ip", "-4", "address", "show", "dev", "c0"]).stdout
        machine.run(["ip", "address", "add", "10.77.0.9/24", "dev", "c0"])
        code = "import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); \
            s.bind(('', 69)); print('up', flush=True); print(s.recv(99), flush=True)"
        server = lab.start([sys.executable, "-c", code], ready="up")
        speak = "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM) \
            .sendto(b'hello', ('10.77.0.1', 69))"
        assert machine.run([sys.executable, "-c", speak]).returncode == 0
        assert server.await_log("hello") == "b'hello'"


def test_a_tap_to_be_joined() -> None:
    """As a virtual machine does; it stays until the lab is closed."""
    require_lab("dnsmasq", TAP_DEVICE)
    with open_lab() as lab:
        host = lab.add_host("10.77.5.1/24", interface="tap0", tap=True, mtu=1280)
        (host.folder / "boot.0").write_bytes(CONTENT)
        host.start([*PLAIN, "--dhcp-range=10.77.5.9,10.77.5.99", *TFTP])
        command = [sys.executable, "-m", "pxeclient", "boot", "-p", "vmware-e1000e"]
        for _ in range(2):
            done = host.run([*command, "--tap", "tap0"], folder=CHECKOUT)
            assert done.returncode == 0, done.stdout + done.stderr
        assert "mtu 1280" in host.run(["ip", "link", "show", "tap0"]).stdout


def relayed(lab: Lab, profile: str) -> tuple[Trace, Program]:
    """A machine on a second segment, whose requests dnsmasq as a relay agent carries over."""
    branch = lab.add_segment()
    relay = lab.add_host("10.77.0.2/24")
    assert relay.plug_into(branch, "10.78.0.1/24") == "s1"
    lab.add_route("10.78.0.0/24", "10.77.0.2")
    (lab.folder / "boot.0").write_bytes(CONTENT)
    lab.start([*PLAIN, "--dhcp-range=10.78.0.50,10.78.0.99,255.255.255.0", *TFTP])
    words = [word for word in PLAIN if "interface" not in word]
    agent = relay.start([*words, "--dhcp-relay=10.78.0.1,10.77.0.1"])
    found = profiles.load(profile)
    with lab.link(found.machine.mac, branch) as link:
        return start(found, found.machine, Wire(link, "branch"), deadline=90.0), agent


@pytest.mark.parametrize("profile", ["ipxe", "vmware-e1000e"])
def test_a_relay_between_two_segments(profile: str) -> None:
    """The lease is of the machine's own segment, and the file comes by the router."""
    require_lab("dnsmasq")
    with open_lab() as lab:
        trace, agent = relayed(lab, profile)
        assert_booted(trace)
        assert "10.78.0.1" in agent.log


def test_segments_are_apart() -> None:
    """Nothing passes from one to another but by a host on both."""
    require_lab()
    first, second = bytes.fromhex("525400000001"), bytes.fromhex("525400000002")
    with open_lab() as lab:
        branch = lab.add_segment()
        with lab.link(first) as here, lab.link(second, branch) as there:
            here.send(b"\xff" * 6 + first + b"\x08\x06" + bytes(46))
            assert there.receive(there.now() + 0.2) is None
        with pytest.raises(LabError, match=r"The lab cannot add a route: "):
            lab.add_route("10.99.0.0/24", "10.98.0.1")
        with pytest.raises(LabError, match=r"no route to 'x' by '10\.77\.0\.2'"):
            lab.add_route("x", "10.77.0.2")


def test_a_fresh_link_carries_frames() -> None:
    """From the first: the switch has noticed its cables, and each card its carrier."""
    require_lab()
    first, second = bytes.fromhex("525400000001"), bytes.fromhex("525400000002")
    frame = b"\xff" * 6 + first + b"\x08\x06" + bytes(46)
    for _ in range(10):
        with open_lab() as lab, lab.link(first) as one, lab.link(second) as other:
            one.send(frame)
            assert other.receive(other.now() + 60) == frame


def test_on_loopback(tmp_path: Path) -> None:
    """Programs are run there as well; what takes a network is said to."""
    with open_loopback() as lab:
        assert lab.run(["sh", "-c", "echo {address}; exit 3"]).stdout == "127.0.0.1\n"
        for wanted in (
            lambda: lab.add_segment(),
            lambda: lab.add_host("127.0.0.2/24", mtu=1400),
            lambda: lab.add_host(),
            lambda: lab.add_route("10.0.0.0/8", "127.0.0.2"),
        ):
            with pytest.raises(LabError, match="The loopback interface is no network: ") as raised:
                wanted()
            assert not isinstance(raised.value, LabUnavailable)
    with (
        open_loopback("There is none.") as lab,
        pytest.raises(LabUnavailable, match=r"^There is none\. The loopback interface is no"),
    ):
        lab.add_segment()

"""Deeds of links on hosts of a lab (`tests.live.onhost`), as a test has them done; and frames."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
from collections.abc import Iterator
from typing import Any

from scapy.layers.dhcp import BOOTP, DHCP
from scapy.layers.inet import IP, UDP
from scapy.layers.l2 import Ether

from pxeclient.lab import Host
from tests.lab.labs import CHECKOUT
from tests.live.needs import program

MAC = "525400123456"
OTHER = "525400000002"
BROADCAST = "ff" * 6

SPEAK = """
import socket
speaker = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
speaker.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
speaker.sendto(b"a datagram of odd length!", ("10.77.0.255", 68))
speaker.close()
"""

PATIENCE = 120.0
"""Seconds that a step may take. Each ends when it is done; this only keeps a test from hanging."""


class Deed:
    """A deed under way."""

    def __init__(self, host: Host, name: str, *words: str, without: str = "") -> None:
        self._go = host.folder / f"go{len(host.programs)}"
        os.mkfifo(self._go)
        # For reading as well, so that neither end waits for the other.
        self._told = os.open(self._go, os.O_RDWR)
        command = [sys.executable, "-W", "error", "-m", "tests.live.onhost", name, str(self._go)]
        command = without_right(without, command) if without else command
        self.program = host.spawn([*command, *words], folder=CHECKOUT)
        self._steps = 0

    def step(self) -> Any:
        """What it says next; it is told to go on where it waits for that."""
        if self._steps:
            self.go_on()
        self._steps += 1
        deadline = time.monotonic() + PATIENCE
        while True:
            ended = self.program.returncode is not None
            lines = self.program.output.splitlines(keepends=True)
            if len(lines) >= self._steps and lines[self._steps - 1].endswith("\n"):
                return json.loads(lines[self._steps - 1])
            assert not ended, self.program.log
            assert time.monotonic() < deadline, self.program.log
            time.sleep(0.005)

    def go_on(self) -> None:
        """Have it do the next step."""
        os.write(self._told, b"\n")

    def close(self) -> None:
        """Let it end; it must have had nothing to complain about."""
        self.go_on()
        os.close(self._told)
        self.program.stop()
        assert self.program.errors == ""


@contextlib.contextmanager
def deed(host: Host, name: str, *words: str, without: str = "") -> Iterator[Deed]:
    """Begin a deed. `without`: a capability it is to do without."""
    with contextlib.closing(Deed(host, name, *words, without=without)) as begun:
        yield begun


def refusal(host: Host, name: str, *words: str, without: str = "") -> str:
    """The sentence that a deed of one step ends with."""
    with deed(host, name, *words, without=without) as begun:
        return error_of(begun.step())


def without_right(capability: str, command: list[str]) -> list[str]:
    """The command line that runs a command as a user without that capability would."""
    drop = f"-{capability}"
    return [program("setpriv"), "--bounding-set", drop, "--inh-caps", drop, *command]


def error_of(said: Any) -> str:
    """The sentence that a step ended with: exactly one, and printable."""
    sentence = said["error"]
    assert isinstance(sentence, str)
    assert sentence.isprintable()
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert "Errno" not in sentence
    return sentence


def on(host: Host, *words: str) -> str:
    """What a command says that runs on a host, and succeeds."""
    done = host.run(words)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def speak(host: Host) -> None:
    """Have a host's kernel send a UDP datagram."""
    on(host, sys.executable, "-c", SPEAK)


def frame(destination: str, text: bytes = b"hello") -> str:
    """A frame of an experimental type, as a hexadecimal string."""
    return destination + OTHER + "0806" + text.hex().ljust(92, "0")


def discover() -> str:
    """A hand-made DHCPDISCOVER of a PXE client, as a hexadecimal string."""
    options = [
        ("message-type", "discover"),
        ("vendor_class_id", b"PXEClient:Arch:00000:UNDI:002001"),
        ("pxe_client_architecture", b"\0\0"),
        ("param_req_list", [1, 3, 43, 60, 66, 67]),
        "end",
    ]
    message = (
        Ether(dst="ff:ff:ff:ff:ff:ff", src="52:54:00:12:34:56")
        / IP(src="0.0.0.0", dst="255.255.255.255")
        / UDP(sport=68, dport=67)
        / BOOTP(chaddr=bytes.fromhex(MAC), xid=0x12345678)
        / DHCP(options=options)
    )
    return bytes(message).hex()

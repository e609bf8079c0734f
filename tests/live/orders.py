"""Steps for a station program in a lab, and what came of them."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from scapy.layers.dhcp import BOOTP, DHCP
from scapy.layers.inet import IP, UDP
from scapy.layers.l2 import Ether

from tests.live.needs import program
from tests.live.netns import CHECKOUT, Lab
from tests.live.processes import inside

MAC = "525400123456"
BROADCAST = "ff" * 6

STATION = ["-W", "error", "-m", "tests.live.station"]

SPEAK = """
import socket
speaker = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
speaker.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
speaker.sendto(b"a datagram of odd length!", ("10.77.0.255", 4000))
speaker.close()
"""


def run_steps(
    lab: Lab, *steps: list[Any], namespace: str = "", without: str = "", timeout: float = 20
) -> list[Any]:
    """The results of a station's steps. `without`: a capability it is to do without."""
    arguments = [*STATION, json.dumps(steps)]
    command = [sys.executable, *arguments]
    if without:
        drop = f"-{without}"
        command = [program("setpriv"), "--bounding-set", drop, "--inh-caps", drop, *command]
    done = subprocess.run(
        inside(namespace or lab.client, command),
        capture_output=True,
        text=True,
        timeout=timeout,
        cwd=CHECKOUT,
        check=False,
    )
    assert done.stderr == ""
    return [json.loads(line) for line in done.stdout.splitlines()]


def error_of(results: list[Any]) -> str:
    """The sentence that the last step ended with: exactly one, and printable."""
    sentence = results[-1]["error"]
    assert isinstance(sentence, str)
    assert sentence.isprintable()
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert "Errno" not in sentence
    return sentence


def speak(lab: Lab) -> list[str]:
    """The step that has the server's kernel send a UDP datagram."""
    command = inside(lab.server.namespace, [sys.executable, "-c", SPEAK])
    return ["run", *command]


def utter(lab: Lab, *steps: list[Any]) -> list[str]:
    """The step that has a station in the server's namespace do steps of its own."""
    command = inside(lab.server.namespace, [sys.executable, *STATION, json.dumps(steps)])
    return ["run", *command]


def frame(destination: str, text: bytes = b"hello") -> str:
    """A frame of an experimental type, as a hexadecimal string."""
    return destination + "525400000002" + "88b5" + text.hex().ljust(92, "0")


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


def order(words: str) -> list[str]:
    """The step that runs a command without blanks in its arguments."""
    return ["run", *words.split()]

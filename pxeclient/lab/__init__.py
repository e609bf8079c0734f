"""Private networks: real servers and emulated machines on a segment of their own.

    with open_lab() as lab:
        lab.start(["dnsmasq", "-d", "--interface={interface}", ...])
        with lab.link(mac) as link:
            run(client, link, trace)

The segment lies in network namespaces without names, which no other process can see; no
interface of the machine is touched, and nothing leaves it. An ordinary user may do this where
the kernel allows user namespaces; root may anywhere. Whatever ends the owner, be it SIGKILL:
servers, namespaces, interfaces and temporary files go with it (`keeper`). Where no network can be
made, `open_loopback` gives a lab with unprivileged ports on the loopback interface.
"""

from __future__ import annotations

from pxeclient.lab.errors import LabError, LabUnavailable
from pxeclient.lab.host import Host, Segment
from pxeclient.lab.lab import Lab, open_lab
from pxeclient.lab.loopback import open_loopback
from pxeclient.lab.program import Program

__all__ = [
    "Host",
    "Lab",
    "LabError",
    "LabUnavailable",
    "Program",
    "Segment",
    "open_lab",
    "open_loopback",
]

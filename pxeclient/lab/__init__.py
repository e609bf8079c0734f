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

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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

_WHERE = {
    "Host": "host",
    "Lab": "lab",
    "LabError": "errors",
    "LabUnavailable": "errors",
    "Program": "program",
    "Segment": "host",
    "open_lab": "lab",
    "open_loopback": "loopback",
}


def __getattr__(name: str) -> Any:
    """Imported when it is wanted: the keeper, which every lab starts anew, wants none of it."""
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)

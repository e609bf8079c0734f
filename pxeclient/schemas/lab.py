"""``pxeclient lab run --json``."""

from __future__ import annotations

from typing import Annotated, Literal, TypedDict

from pxeclient.report.words import Words
from pxeclient.schemas.boot import Boot


class LabNetwork(TypedDict):
    """A lab's network."""

    kind: Annotated[str, Words("root", "rootless", "loopback")]
    address: str


class LabProgram(TypedDict):
    """The server that it ran."""

    name: str
    exit_code: int | None
    log: str


class Lab(TypedDict):
    """A server on a private network, and machines that booted from it."""

    schema: Literal["pxeclient-lab/2"]
    lab: LabNetwork
    program: LabProgram
    boots: list[Boot]
    exit_code: int

"""``pxeclient real --json``."""

from __future__ import annotations

from typing import Literal, TypedDict

from pxeclient.schemas.boot import Boot
from pxeclient.schemas.compare import Compare


class Real(TypedDict):
    """The real firmware beside its emulation."""

    schema: Literal["pxeclient-real/1"]
    profile: str
    profile_version: str
    real_firmware: str
    network: str
    equal: bool
    in_time: bool
    console: list[str]
    comparison: Compare
    emulated: Boot

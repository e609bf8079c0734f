"""Scenario files for boots on a network of the test's own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

SERVER = "10.77.0.1"


def scenario(
    folder: Path,
    *,
    file: str = "boot.0",
    options: tuple[list[Any], ...] = (),
    tftp: dict[str, Any] | None = None,
) -> str:
    """The path of a scenario: one host with DHCP and TFTP that gives address, server and file.

    `options`: more options of its replies. `tftp`: what its TFTP server does.
    """
    replies = [_reply(kind, file, options) for kind in (2, 5)]
    server = {
        "name": "server",
        "ip": SERVER,
        "mac": "52:54:00:aa:00:01",
        "bootp": [
            {"port": 67, "msg": "discover", "replies": [replies[0]]},
            {"port": 67, "msg": "request", "replies": [replies[1]]},
        ],
        "tftp": {"files": {"*": {}}} if tftp is None else tftp,
    }
    path = folder / "scenario.json"
    path.write_text(json.dumps({"title": "a network of the test", "servers": [server]}))
    return str(path)


def large(folder: Path, size: int = 3_000_000) -> str:
    """The path of a scenario with a boot file of `size` octets."""
    return scenario(folder, tftp={"files": {"*": {"size": size}}})


def _reply(kind: int, file: str, options: tuple[list[Any], ...]) -> dict[str, Any]:
    return {
        "yiaddr": "10.77.0.50",
        "siaddr": SERVER,
        "file": file,
        "options": [
            [53, "u8", kind],
            [54, "ip", SERVER],
            [51, "u32", 3600],
            [1, "ip", "255.255.255.0"],
            *options,
        ],
    }

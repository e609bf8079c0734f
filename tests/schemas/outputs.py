"""What each command prints with ``--json``, in situations that show every part of it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from tests.cli.runner import run

TESTS = Path(__file__).parents[1]
CAPTURES, SIX = TESTS / "captures", TESTS / "captures6"
BARE = "proxy-60-file-4011-dead"


def _capture(name: str, folder: Path = CAPTURES) -> str:
    return str(folder / name / "capture.pcap")


OBJECTS = {
    "boot": ("boot", "--json", "-p", "vmware-e1000e", "--network", BARE),
    "boot-booted": ("boot", "--json", "-p", "edk2"),
    "boot-ignores": ("boot", "--json", "-p", "ipxe", "--network", "tftp-port-closed"),
    "boot-menu": ("boot", "--json", "-p", "vmware-e1000e", "--network", "menu", "--key", "F8"),
    "boot-stopped": ("boot", "--json", "-p", "ipxe", "--network", "silence", "--deadline", "3"),
    "boot-variant": ("boot", "--json", "-p", "vmware-e1000e+port-68"),
    "matrix": ("matrix", "--json", "--arch", "0,7", "--network", BARE),
    "matrix-booted": ("matrix", "--json", "-p", "ipxe", "-p", "edk2"),
    "matrix-stopped": ("matrix", "--json", "-p", "ipxe", "--network", "menu-without-prompt"),
    "matrix-capture": (
        "matrix", "--json", "-p", "edk2", "-p", "ipxe",
        "--capture", _capture("ovmf-virtio/proxy-60-file"),
    ),
    "explain": ("explain", "--json", "--as", "ipxe", _capture("ovmf-virtio/proxy-60-file")),
    "explain-ignores": ("explain", "--json", _capture("ovmf-virtio/wrong-xid")),
    "explain-errors": ("explain", "--json", _capture("ovmf-virtio/tftp-notfound")),
    "explain-client": (
        "explain", "--json", _capture("uboot-arm64/u-nofile", TESTS / "clients" / "captures"),
    ),
    "explain-ipv6": ("explain", "--json", _capture("ovmf-virtio/p6-preference-255", SIX)),
    "explain-http": ("explain", "--json", _capture("ovmf-virtio/h6-name-dns", SIX)),
    "explain-ipv6-status": ("explain", "--json", _capture("ovmf-virtio/p6-noaddrs", SIX)),
    "compare": ("compare", "--json", "-p", "edk2", _capture("ovmf-virtio/proxy-60-file")),
    "compare-another": ("compare", "--json", "-p", "ipxe", _capture("ovmf-virtio/proxy-60-file")),
    "check": ("check", "--json", "--starter", "--network", BARE),
    "errors": ("errors", "--json"),
    "error": ("errors", "--json", "PXE-E55"),
    "error-screen": ("errors", "--json", "PXE-M0F"),
    "findings": ("findings", "--json"),
    "finding": ("findings", "--json", "D43-VMW"),
    "networks": ("networks", "--json"),
    "networks-recorded": ("networks", "--json", "--recorded"),
    "profiles": ("profiles", "--json"),
    "profiles-list": ("profiles", "list", "--json"),
    "lessons": ("teach", "--json"),
    "nbp": ("nbp", "--json", str(TESTS / "nbp" / "files" / "signed.efi")),
}  # fmt: skip
LINES = {
    "lines": ("boot", "--jsonl", "-p", "vmware-e1000e", "--network", "menu", "--deadline", "60"),
    "lines-booted": ("boot", "--jsonl", "-p", "ipxe"),
    "watch": ("watch", "--jsonl", "--network", BARE),
}


@cache
def shown(name: str) -> Any:
    """What the command prints, read: an object, or a list of lines."""
    if name in LINES:
        return [json.loads(line) for line in run(*LINES[name]).stdout.splitlines()]
    return json.loads(run(*OBJECTS[name]).stdout)


def objects(name: str) -> list[Any]:
    """The objects by themselves."""
    found = shown(name)
    return found if name in LINES else [found]


def schema_of(name: str) -> str:
    """The schema that these objects keep to, by its file's name."""
    if name.startswith("lines"):
        return "events"
    found: str = objects(name)[0]["schema"]
    return found.removeprefix("pxeclient-").partition("/")[0]

"""The words of JSON: every key of every command's object has one type and one meaning."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from pxeclient.check.results import Status
from pxeclient.explain.fingerprint import Likeness
from pxeclient.matrix.row import Cell
from pxeclient.replay.verdict import Fate as As
from pxeclient.report.words import KEYS, NAMED, word
from tests.cli.runner import run

ROOT = Path(__file__).parents[2]
CAPTURES = ROOT / "tests" / "captures"
SIGNED = Path(__file__).parent.parent / "nbp" / "files" / "signed.efi"
UBOOT = ROOT / "tests" / "clients" / "captures" / "uboot-arm64" / "u-nofile" / "capture.pcap"
BARE = "proxy-60-file-4011-dead"
OBJECTS = {
    "boot": ("boot", "--json", "-p", "vmware-e1000e", "--network", BARE),
    "boot-booted": ("boot", "--json", "-p", "edk2"),
    "boot-ignores": ("boot", "--json", "-p", "ipxe", "--network", "tftp-port-closed"),
    "boot-menu": ("boot", "--json", "-p", "vmware-e1000e", "--network", "menu", "--key", "F8"),
    "matrix": ("matrix", "--json", "--arch", "0,7", "--network", BARE),
    "matrix-booted": ("matrix", "--json", "-p", "ipxe", "-p", "edk2"),
    "matrix-capture": (
        "matrix", "--json", "-p", "edk2", "-p", "ipxe",
        "--capture", str(CAPTURES / "ovmf-virtio/proxy-60-file/capture.pcap"),
    ),
    "explain": (
        "explain", "--json", "--as", "ipxe",
        str(CAPTURES / "ovmf-virtio/proxy-60-file/capture.pcap"),
    ),
    "explain-ignores": (
        "explain", "--json", str(CAPTURES / "ovmf-virtio/wrong-xid/capture.pcap"),
    ),
    "explain-errors": (
        "explain", "--json", str(CAPTURES / "ovmf-virtio/tftp-notfound/capture.pcap"),
    ),
    "explain-client": ("explain", "--json", str(UBOOT)),
    "explain-ipv6": (
        "explain", "--json",
        str(CAPTURES.parent / "captures6/ovmf-virtio/p6-preference-255/capture.pcap"),
    ),
    "explain-http": (
        "explain", "--json",
        str(CAPTURES.parent / "captures6/ovmf-virtio/h6-name-dns/capture.pcap"),
    ),
    "explain-ipv6-status": (
        "explain", "--json", str(CAPTURES.parent / "captures6/ovmf-virtio/p6-noaddrs/capture.pcap"),
    ),
    "compare": (
        "compare", "--json", "-p", "edk2",
        str(CAPTURES / "ovmf-virtio/proxy-60-file/capture.pcap"),
    ),
    "compare-another": (
        "compare", "--json", "-p", "ipxe",
        str(CAPTURES / "ovmf-virtio/proxy-60-file/capture.pcap"),
    ),
    "check": ("check", "--json", "--starter", "--network", BARE),
    "errors": ("errors", "--json"),
    "nbp": ("nbp", "--json", str(SIGNED)),
}  # fmt: skip
LINES = {
    "lines": ("boot", "--jsonl", "-p", "vmware-e1000e", "--network", "menu", "--deadline", "60"),
    "watch": ("watch", "--jsonl", "--network", BARE),
}
ONLY_WHERE_A_LAB_CAN_BE = {"boots", "lab", "log", "program"}
"""Keys of `pxeclient lab run`, which is told of in `tests/cli/test_lab.py`."""
DOCS = ("json", "explain", "matrix", "compare", "testing", "lab", "errors", "nbp", "watch")
TYPES = {bool: "boolean", int: "number", float: "number", str: "string", dict: "object"}


@cache
def shown(name: str) -> Any:
    """What the command prints, read."""
    return json.loads(run(*OBJECTS[name]).stdout)


@cache
def lines(name: str) -> list[Any]:
    """A command's JSON Lines."""
    return [json.loads(line) for line in run(*LINES[name]).stdout.splitlines()]


def keys(value: Any) -> Iterator[tuple[str, str]]:
    """Every key below, with the type of its value if it has one."""
    if isinstance(value, list):
        for one in value:
            yield from keys(one)
    elif isinstance(value, dict):
        for key, one in value.items():
            yield key, "" if one is None else TYPES.get(type(one), "array")
            if key not in NAMED:
                yield from keys(one)


def words(value: Any) -> Iterator[str]:
    """Every string below."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for one in value.values() if isinstance(value, dict) else value:
            yield from words(one)


def of(name: str) -> Any:
    """The object, or the lines."""
    return lines(name) if name in LINES else shown(name)


@pytest.mark.parametrize("name", [*OBJECTS, *LINES])
def test_every_key_has_its_one_meaning(name: str) -> None:
    """It is among the words, with the type that it has there."""
    for key, kind in set(keys(of(name))):
        assert key in KEYS, key
        assert kind in ("", KEYS[key].partition(":")[0]), key


def test_no_word_is_left_over() -> None:
    """Every one is a key of some object."""
    found = {key for name in (*OBJECTS, *LINES) for key, _ in keys(of(name))}
    assert set(KEYS) - found == ONLY_WHERE_A_LAB_CAN_BE


def test_meanings_are_told() -> None:
    """Each has a type and words, and no two keys have the same."""
    kinds = {"array", "boolean", "number", "object", "string"}
    assert {meaning.partition(": ")[0] for meaning in KEYS.values()} == kinds
    told = [meaning.partition(": ")[2] for meaning in KEYS.values()]
    assert all(told)
    assert list(KEYS) == sorted(KEYS)


def test_every_key_is_in_the_documentation() -> None:
    """In backticks, in one of the pages about the commands."""
    text = "\n".join(
        (ROOT / "docs" / "reference" / f"{name}.md").read_text(encoding="utf-8") for name in DOCS
    )
    quoted = set(re.findall(r"`([a-z0-9_]+)`", text))
    assert set(KEYS) <= quoted


@pytest.mark.parametrize(
    "value", [Status.UNKNOWN, Cell.CANNOT_TELL, As.CANNOT_TELL, Likeness.UNKNOWN]
)
def test_cannot_tell_is_one_word(value: Status | Cell | As | Likeness) -> None:
    """Whoever cannot."""
    assert word(value) == "cannot-tell"


@pytest.mark.parametrize("name", ["check", "matrix-capture", "explain"])
def test_nobody_says_it_otherwise(name: str) -> None:
    """As a value, that is; sentences are sentences."""
    assert "cannot tell" not in set(words(of(name)))
    assert "cannot_tell" not in {key for key, _ in keys(of(name))}

"""What docs/reference/testing.md says is so."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import msgspec
import pytest

from pxeclient.check.judging import KINDS
from pxeclient.check.peers import peers
from pxeclient.check.probes import PROBES
from pxeclient.check.reading import suite_of
from pxeclient.check.suite import Case, Lease, Network

TEXT = (Path(__file__).parents[2] / "docs" / "reference" / "testing.md").read_text(encoding="utf-8")
SUITES = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)


@pytest.mark.parametrize("text", SUITES)
def test_a_suite_of_the_page_can_be_read(text: str) -> None:
    """Every key and name in it exists."""
    assert suite_of(tomllib.loads(text)).cases


@pytest.mark.parametrize("kind", [Case, Lease, Network])
def test_every_key_is_told(kind: type[msgspec.Struct]) -> None:
    """None is left for the reader to find out."""
    for field in msgspec.structs.fields(kind):
        assert f"`{field.encode_name}`" in TEXT


def test_every_probe_and_kind_of_file_is_told() -> None:
    """The table of probes has a row for each."""
    assert re.findall(r"^\| `([a-z0-9-]+)` \| (?=.*)", TEXT, re.MULTILINE)
    for name in PROBES:
        assert f"\n| `{name}` | " in TEXT
    for kind in KINDS:
        assert f"`{kind}`" in TEXT


def test_every_peer_is_a_network() -> None:
    """The set-ups of peers.toml can be read, and name what they need."""
    assert len({peer.name for peer in peers()}) == len(peers()) >= 5
    for peer in peers():
        assert peer.needs
        assert peer.network.hosts
        assert all("{python}" not in word for host in peer.network.hosts for command in host.servers
                   for word in command)  # fmt: skip

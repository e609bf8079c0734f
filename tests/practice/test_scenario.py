"""Scenario files: what loads, and how each mistake is named."""

from __future__ import annotations

import json
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import pytest

from pxeclient.practice.scenario import ScenarioError, by_name, load, names

SERVER: dict[str, Any] = {"name": "dhcp", "ip": "10.77.0.1", "mac": "52:54:00:aa:00:01"}


def server(**keys: Any) -> dict[str, Any]:
    """A scenario of one server with those keys."""
    return {"servers": [SERVER | keys]}


def rule(**keys: Any) -> dict[str, Any]:
    """A scenario of one server with one rule."""
    return server(bootp=[{"port": 67} | keys])


def reply(**keys: Any) -> dict[str, Any]:
    """A scenario of one server with one rule and one reply."""
    return rule(replies=[keys])


def option(*parts: Any) -> dict[str, Any]:
    """A scenario with one option."""
    return reply(options=[list(parts)])


AT_REPLY = "servers[0].bootp[0].replies[0]"

MISTAKES: list[tuple[Any, str]] = [
    ([], "a scenario is a table of keys, this is something else"),
    ({"hosts": []}, "hosts: real servers cannot run on the practice network"),
    ({"http": {}}, "http: HTTP servers cannot run on the practice network"),
    ({"colour": 1}, "colour: is no key of a scenario"),
    ({"title": 7}, "title: expected str, got int"),
    ({"servers": {}}, "servers: expected array, got object"),
    ({"servers": [{"name": "a", "ip": "1.2.3.4"}]}, "servers[0].mac: is missing"),
    (server(ip="ten"), "servers[0].ip: 'ten' is not an IPv4 address"),
    (server(ip=7), "servers[0].ip: 7 is not an IPv4 address"),
    (server(mac="52"), "servers[0].mac: '52' is not a MAC address like 52:54:00:12:34:56"),
    (server(mac=5), "servers[0].mac: 5 is not a MAC address"),
    (
        server(mac="01:00:5e:00:00:01"),
        "servers[0].mac: 01:00:5e:00:00:01 is a group address, not a host's",
    ),
    (server(aliases=["x"]), "servers[0].aliases[0]: 'x' is not an IPv4 address"),
    (server(groups=["10.0.0.1"]), "servers[0].groups[0]: 10.0.0.1 is not a multicast address"),
    (server(no_arp=1), "servers[0].no_arp: expected bool, got int"),
    (server(dns={}), "servers[0].dns: is no key of a scenario"),
    (server(tftp={"max_blksize": 1}), "servers[0].tftp.max_blksize: expected int >= 8"),
    (
        server(tftp={"files": {"*": {"kind": "elf"}}}),
        "].kind: 'elf' is not one of bios, efi, efi-arm64, efi-ia32",
    ),
    (
        server(tftp={"files": {"*": {"size": 1, "text": ""}}}),
        "give only one of size, text, content, junk and exact_blocks",
    ),
    (rule(port=68), "servers[0].bootp[0].port: 68 is not one of 67, 4011"),
    (rule(msg="hello"), "servers[0].bootp[0].msg: 'hello' is not one of discover, offer, "),
    (rule(skip=-1), "servers[0].bootp[0].skip: expected int >= 0"),
    (reply(yiaddr="ten"), f"{AT_REPLY}.yiaddr: 'ten' is not an IPv4 address"),
    (reply(ciaddr="x"), f"{AT_REPLY}.ciaddr: 'x' is neither an IPv4 address nor echo"),
    (reply(to="me"), f"{AT_REPLY}.to: 'me' is not one of auto, broadcast, unicast"),
    (reply(file="x" * 129), f"{AT_REPLY}.file: 129 octets do not fit in 128"),
    (reply(sname="→"), "'→' has characters beyond Latin-1"),
    (reply(file=[[67, "str", "x" * 126]]), f"{AT_REPLY}.file: 129 octets do not fit in 128"),
    (reply(delay=-0.5), f"{AT_REPLY}.delay: expected float >= 0"),
    (reply(options=[[1, "str", "x" * 70000]]), f"{AT_REPLY}.options: 70551 octets do not fit"),
    (option(1), f"{AT_REPLY}.options[0]: expected array of at least length 2, got 1"),
    (option(256, "u8", 1), f"{AT_REPLY}.options[0][0]: expected int <= 255"),
    (option(1, "ipp", "1.2.3.4"), f"{AT_REPLY}.options[0][1]: 'ipp' is not an option type (ip, "),
    (option(1, "ip", "1.2.3"), f"{AT_REPLY}.options[0][2]: '1.2.3' is not an IPv4 address"),
    (option(1, "ips", ["x"]), f"{AT_REPLY}.options[0][2][0]: 'x' is not an IPv4 address"),
    (option(1, "hex", "0g"), f"{AT_REPLY}.options[0][2]: '0g' is not pairs of hexadecimal"),
    (option(1, "u8", 256), f"{AT_REPLY}.options[0][2]: expected int <= 255"),
    (option(1, "u8", True), f"{AT_REPLY}.options[0][2]: expected int, got bool"),
    (option(1, "str"), f"{AT_REPLY}.options[0][2]: expected str, got null"),
    (
        option(43, "sub", [[6, "u8", 1], [8, "bootservers", [[1, ["x"]]]]]),
        f"{AT_REPLY}.options[0][2][1][2][0][1][0]: 'x' is not an IPv4 address",
    ),
    (
        option(43, "sub", [[9, "menu", [[1, "x" * 250], [2, "y" * 9]]]]),
        f"{AT_REPLY}.options[0][2]: sub-option 9 has 265 octets, 255 fit",
    ),
    (option(9, "menu", [[1, "x" * 256]]), f"{AT_REPLY}.options[0][2]: a menu line has 256 octets"),
    (
        option(8, "bootservers", [[1, ["10.0.0.1"] * 256]]),
        f"{AT_REPLY}.options[0][2]: a boot server type has more than 255 addresses",
    ),
]


@pytest.mark.parametrize(("content", "complaint"), MISTAKES)
def test_mistake_is_named_with_file_and_key(tmp_path: Path, content: Any, complaint: str) -> None:
    """One sentence: the file, the key, and what is wrong with its value."""
    path = tmp_path / "x.json"
    path.write_text(json.dumps(content))
    with pytest.raises(ScenarioError) as raised:
        load(path)
    assert str(raised.value).startswith(f"{path}: ")
    assert complaint in str(raised.value)
    assert "`" not in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("x.json", b"{", "not JSON: "),
        ("x.json", b'{"title": "\xff"}', "not JSON: "),
        ("x.json", b"[" * 100_000, "nested too deeply"),
        ("x.toml", b"a =", "not TOML: "),
        ("x.toml", b"\xff", "not TOML: "),
        ("x.yaml", b"", "a scenario is a .toml or a .json file"),
    ],
)
def test_unreadable_file_is_named(
    tmp_path: Path, name: str, content: bytes, complaint: str
) -> None:
    """A file of another format, or a broken one, is no scenario."""
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ScenarioError, match="x") as raised:
        load(path)
    assert str(raised.value).startswith(f"{path}: {complaint}")


def test_missing_file_is_named(tmp_path: Path) -> None:
    """A path that leads nowhere is an error that names it."""
    with pytest.raises(ScenarioError, match=r"none\.toml: cannot be read: No such file"):
        load(tmp_path / "none.toml")


def test_toml_and_json_are_one_format(tmp_path: Path) -> None:
    """The same keys in either notation are the same scenario; `desc` is the title."""
    table = {"name": "n", "desc": "one line", "timeout": {"x": 1}, "servers": [SERVER]}
    in_json, in_toml = tmp_path / "a.json", tmp_path / "b.toml"
    in_json.write_text(json.dumps(table))
    in_toml.write_text(
        'name = "n"\ntitle = "one line"\n[[servers]]\n'
        'name = "dhcp"\nip = "10.77.0.1"\nmac = "52:54:00:aa:00:01"\n'
    )
    assert load(in_json) == load(in_toml)
    assert load(in_json).title == "one line"
    assert load(in_json).servers[0].ip == IPv4Address("10.77.0.1")


def test_file_name_is_the_default_name(tmp_path: Path) -> None:
    """A scenario without a name is called as its file."""
    path = tmp_path / "my-network.toml"
    path.write_text("servers = []")
    assert load(path).name == "my-network"


def test_unknown_name_is_told_which_is_meant() -> None:
    """A misspelt name is answered with what is close; any other with who lists them."""
    with pytest.raises(ScenarioError, match=r"'plain-dchp': did you mean 'plain-dhcp' or '.*'\?$"):
        by_name("plain-dchp")
    with pytest.raises(ScenarioError, match="'zzz': `pxeclient networks` lists them"):
        by_name("zzz")
    assert by_name(names()[0]) is by_name(names()[0])


BOUNDS: list[tuple[dict[str, Any], str]] = [
    (server(tftp={"files": {"*": {"size": (1 << 28) + 1}}}), "size: "),
    (server(tftp={"files": {"*": {"size": 1 << 40}}}), "size: "),
    (server(tftp={"files": {"*": {"junk": 1 << 30}}}), "junk: "),
    (server(tftp={"files": {"*": {"exact_blocks": (1 << 17) + 1}}}), "exact_blocks: "),
    (reply(delay=86_401), "delay: "),
    (reply(gap=1e308), "gap: "),
    (reply(repeat=10_001), "repeat: "),
    (rule(replies=[{"repeat": 10_000}] * 11), "its replies are 110000 frames, 100000 are the most"),
    (
        reply(repeat=10_000, min_len=1200, wire={"mtu": 68}),
        "frames, 100000 are the most",
    ),
    ({"servers": [SERVER] * 1001}, "servers: "),
]


@pytest.mark.parametrize(("content", "complaint"), BOUNDS, ids=[words for _, words in BOUNDS])
def test_nothing_is_without_bounds(tmp_path: Path, content: dict[str, Any], complaint: str) -> None:
    """Files, times, repeats, servers: no boot on a practice network takes a day of anybody's."""
    path = tmp_path / "x.json"
    path.write_text(json.dumps(content))
    with pytest.raises(ScenarioError) as raised:
        load(path)
    assert complaint in str(raised.value)
    assert len(str(raised.value).splitlines()) == 1

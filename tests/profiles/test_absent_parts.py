"""A profile may lack what its firmware lacks; what its tables send it must have."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from typing import Any

import pytest

from pxeclient.boot.menu.policy import Choice
from pxeclient.boot.policy import AfterAck, Policy
from pxeclient.boots.boot import boot
from pxeclient.boots.networks import network
from pxeclient.cli.wire_page import lines
from pxeclient.decisions import Table
from pxeclient.outcome import Booted, Failed
from pxeclient.profile import POLICIES, Profile, ProfileError, folder, reading
from pxeclient.profile.reading import converted, profile_of

PATH = folder() / "virtualbox-82540em.toml"


def without(*keys: str) -> dict[str, Any]:
    """A profile's document without these parts, and without their evidence."""
    data: dict[str, Any] = tomllib.loads(PATH.read_text(encoding="utf-8"))
    for key in keys:
        *path, last = key.split(".")
        table = data
        for part in path:
            table = table[part]
        del table[last]
        for note in [note for note in data["evidence"] if f"{note}.".startswith(f"{key}.")]:
            del data["evidence"][note]
    return data


def never(table: Table[Any, Any], answer: object) -> Table[Any, Any]:
    """The same table of a firmware that never gives that answer."""
    rules = tuple(rule for rule in table.rules if rule.then is not answer)
    last = replace(rules[-1], when=table.rules[-1].when)
    return replace(table, rules=(*rules[:-1], last))


def menuless(policy: Policy) -> Policy:
    """It looks for no boot server."""
    return replace(policy, menu_choice=never(policy.menu_choice, Choice.DISCOVER))


def proxyless(policy: Policy) -> Policy:
    """It never asks port 4011."""
    return replace(policy, after_ack=never(policy.after_ack, AfterAck.ASK_PORT_4011))


def loaded(monkeypatch: pytest.MonkeyPatch, change: Any, *keys: str) -> Profile:
    """The profile without these parts, of a firmware whose tables are changed so."""
    monkeypatch.setattr(
        reading, "POLICIES", {name: change(policy) for name, policy in POLICIES.items()}
    )
    return profile_of(PATH, without(*keys))


def same(policy: Policy) -> Policy:
    """The tables as they are."""
    return policy


BOOT_SERVER, PROXY = "dhcp.messages.boot-server-request", "dhcp.messages.proxy-request"


@pytest.mark.parametrize(
    ("change", "absent", "shown"),
    [(menuless, BOOT_SERVER, "to a boot server"), (proxyless, PROXY, "to a PXE server")],
)
@pytest.mark.parametrize("net", ["plain-dhcp", "menu", "proxy-60-file-4011-alive"])
def test_a_message_that_no_table_sends_may_be_missing(
    change: Any, absent: str, shown: str, net: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The profile loads, boots, and is shown, without that message."""
    profile = loaded(monkeypatch, change, absent)
    trace = boot(profile, profile.machine, network(net).wire(profile.traits), deadline=300)
    assert isinstance(trace.outcome, Booted | Failed) or trace.stopped
    page = "\n".join(lines(profile))
    assert "DHCPDISCOVER" in page
    assert shown not in page


@pytest.mark.parametrize(
    ("absent", "rule"),
    [
        (BOOT_SERVER, "of menu-choice"),
        (PROXY, "of after-ack"),
        ("dhcp.messages.discover", "every boot"),
        ("dhcp.messages.request", "every boot"),
    ],
)
def test_a_message_that_a_table_sends_is_missed(absent: str, rule: str) -> None:
    """And who sends it is said."""
    with pytest.raises(ProfileError, match=f"^{absent}: missing; .*{rule}.* sends it"):
        profile_of(PATH, without(absent))


@pytest.mark.parametrize("absent", [("screen",), ("failures",), ("mtftp",), ("screen", "failures")])
def test_a_screen_may_be_unknown(absent: tuple[str, ...]) -> None:
    """The boot is the same on the wire; of its words nothing is invented."""
    absent = tuple(key for key in absent if key in without())
    profile, whole = profile_of(PATH, without(*absent)), profile_of(PATH, without())
    for net in ("plain-dhcp", "tftp-missing", "no-server"):
        traces = [
            boot(one, one.machine, network(net).wire(one.traits), deadline=300)
            for one in (profile, whole)
        ]
        frames = [[(record.at, frame) for record, frame, _ in one.frames()] for one in traces]
        assert frames[0] == frames[1]
        assert type(traces[0].outcome) is type(traces[1].outcome)


# --- parts that are still to come ---------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Inner:
    """A part of a part."""

    most_hops: int = 1


@dataclass(frozen=True, slots=True)
class Dhcp6:
    """A part that only some firmwares have."""

    solicit_waits: tuple[float, ...]
    inner: Inner | None = None
    each: tuple[Inner, ...] = ()


@dataclass(frozen=True, slots=True)
class Firmware:
    """A firmware with such a part, or without."""

    name: str
    dhcp6: Dhcp6 | None = None


@pytest.mark.parametrize(
    ("data", "part"),
    [
        ({}, None),
        ({"dhcp6": {"solicit-waits": [1.0]}}, Dhcp6((1.0,))),
        (
            {"dhcp6": {"solicit-waits": [], "inner": {"most-hops": 3}, "each": [{"most-hops": 4}]}},
            Dhcp6((), Inner(3), (Inner(4),)),
        ),
    ],
)
def test_a_part_may_be_absent(data: dict[str, Any], part: Dhcp6 | None) -> None:
    """Its keys are written as those of all parts."""
    assert converted({"name": "x", **data}, Firmware) == Firmware("x", part)


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ({"solicit-wait": []}, "dhcp6.solicit-wait: no such key"),
        ({"solicit-waits": [], "inner": {"hops": 1}}, "dhcp6.inner.hops: no such key"),
        ({}, "missing required field solicit-waits"),
        ([], "Expected object"),
    ],
)
def test_a_part_that_is_there_is_checked(part: Any, words: str) -> None:
    """As any other."""
    with pytest.raises(ProfileError, match=words):
        converted({"name": "x", "dhcp6": part}, Firmware)

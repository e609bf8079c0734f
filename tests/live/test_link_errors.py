"""The links on real interfaces of a lab: what they refuse, and in which words."""

from __future__ import annotations

from typing import Any

import pytest

from tests.live.needs import TAP_DEVICE, require
from tests.live.netns import Lab
from tests.live.orders import BROADCAST, MAC, error_of, frame, order, run_steps

pytestmark = pytest.mark.live


@pytest.mark.parametrize(
    ("step", "without", "words"),
    [
        pytest.param(["packet", "c0", MAC], "net_raw", "needs the right CAP_NET_RAW", id="frames"),
        pytest.param(["tap", "tap9", MAC], "net_admin", "needs the right CAP_NET_ADMIN", id="tap"),
    ],
)
def test_missing_rights_are_named(lab: Lab, step: list[str], without: str, words: str) -> None:
    """Without its capability a link says which one it needs and how to get it."""
    sentence = error_of(run_steps(lab, step, without=without))
    assert words in sentence
    assert "sudo" in sentence


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param("link set c0 down", "`ip link set c0 up`", id="down"),
        pytest.param("link delete c0", "There is no interface 'c0'", id="absent"),
    ],
)
def test_unusable_interface_is_refused(lab: Lab, change: str, words: str) -> None:
    """An interface that is down or not there is refused, and not brought up."""
    sentence = error_of(run_steps(lab, order(f"ip {change}"), ["packet", "c0", MAC]))
    assert words in sentence


@pytest.mark.parametrize(
    "use", [["receive", 1, 10], ["send", frame(BROADCAST)]], ids=lambda u: u[0]
)
@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param("link set c0 down", "went down while in use", id="down"),
        pytest.param("link delete c0", "was removed while in use", id="removed"),
    ],
)
def test_interface_lost_midway(lab: Lab, change: str, words: str, use: list[Any]) -> None:
    """An interface that goes away under a link ends the next use with a sentence."""
    results = run_steps(lab, ["packet", "c0", MAC], order(f"ip {change}"), use)
    assert words in error_of(results)


@pytest.mark.parametrize(
    "use", [["receive", 1, 10], ["send", frame(BROADCAST)]], ids=lambda u: u[0]
)
def test_tap_removed_midway(lab: Lab, use: list[Any]) -> None:
    """A TAP that is deleted under a link ends the next use with a sentence."""
    require(TAP_DEVICE)
    results = run_steps(lab, ["tap", "tap9", MAC], order("ip link delete tap9"), use)
    assert "was removed while in use" in error_of(results)


def test_long_frame_is_refused(lab: Lab) -> None:
    """A frame beyond the MTU is refused with the MTU it would need."""
    results = run_steps(lab, ["packet", "c0", MAC], ["send", frame(BROADCAST, bytes(1600))])
    assert "an MTU of 1600 or more" in error_of(results)


def test_use_after_close(lab: Lab) -> None:
    """A closed link says that it is closed."""
    results = run_steps(lab, ["packet", "c0", MAC], ["close"], ["receive", 1, 5])
    assert "is closed" in error_of(results)


def test_tap_held_by_another(lab: Lab) -> None:
    """A TAP that is joined already cannot be joined again."""
    require(TAP_DEVICE)
    assert "held by another" in error_of(run_steps(lab, ["tap", "tap9", MAC], ["tap", "tap9", MAC]))


def test_other_interface_is_no_tap(lab: Lab) -> None:
    """An existing interface of another kind is not joined."""
    require(TAP_DEVICE)
    assert "is not a TAP" in error_of(run_steps(lab, ["tap", "c0", MAC]))


def test_tunnel_is_not_ethernet(lab: Lab) -> None:
    """A tun interface is refused, with the others to choose from."""
    require(TAP_DEVICE)
    results = run_steps(lab, order("ip tuntap add dev tun0 mode tun"), ["packet", "tun0", MAC])
    sentence = error_of(results)
    assert "not Ethernet" in sentence
    assert "choose one of 'c0', 'lo'." in sentence

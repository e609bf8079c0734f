"""The links on real interfaces of a lab: what they refuse, and in which words."""

from __future__ import annotations

import pytest

from pxeclient.lab import Host, Lab
from pxeclient.link.base import LinkError
from tests.live.deeds import BROADCAST, MAC, deed, error_of, frame, on, refusal
from tests.live.needs import TAP_DEVICE, require

pytestmark = pytest.mark.live

USES = [
    pytest.param(("use",), id="receive"),
    pytest.param(("send", frame(BROADCAST)), id="send"),
]


@pytest.mark.parametrize(
    ("name", "kind", "without", "words"),
    [
        pytest.param("c0", "packet", "net_raw", "needs the right CAP_NET_RAW", id="frames"),
        pytest.param("tap9", "tap", "net_admin", "needs the right CAP_NET_ADMIN", id="tap"),
    ],
)
def test_missing_rights_are_named(
    client: Host, name: str, kind: str, without: str, words: str
) -> None:
    """Without its capability a link says which one it needs and how to get it."""
    if kind == "tap":
        require(TAP_DEVICE)
    sentence = refusal(client, "hold", name, kind, without=without)
    assert words in sentence
    assert "sudo" in sentence


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param("set c0 down", "`ip link set c0 up`", id="down"),
        pytest.param("delete c0", "There is no interface 'c0'", id="absent"),
    ],
)
def test_unusable_interface_is_refused(client: Host, change: str, words: str) -> None:
    """An interface that is down or not there is refused, and not brought up."""
    on(client, "ip", "link", *change.split())
    assert words in refusal(client, "hold", "c0")


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param("set c0 down", "went down while in use", id="down"),
        pytest.param("delete c0", "was removed while in use", id="removed"),
    ],
)
def test_interface_lost_midway(client: Host, change: str, words: str, use: tuple[str, ...]) -> None:
    """An interface that goes away under a link ends the next use with a sentence."""
    with deed(client, use[0], "packet", "c0", *use[1:]) as opened:
        opened.step()
        on(client, "ip", "link", *change.split())
        assert words in error_of(opened.step())


@pytest.mark.parametrize("use", USES)
def test_tap_removed_midway(client: Host, use: tuple[str, ...]) -> None:
    """A TAP that is deleted under a link ends the next use with a sentence."""
    require(TAP_DEVICE)
    with deed(client, use[0], "tap", "tap9", *use[1:]) as opened:
        opened.step()
        on(client, "ip", "link", "delete", "tap9")
        assert "was removed while in use" in error_of(opened.step())


def test_long_frame_is_refused(client: Host) -> None:
    """A frame beyond the MTU is refused with the MTU it would need."""
    with deed(client, "send", "packet", "c0", frame(BROADCAST, bytes(1600))) as opened:
        opened.step()
        assert "an MTU of 1600 or more" in error_of(opened.step())


def test_use_after_close(lab: Lab) -> None:
    """A closed link says that it is closed."""
    with lab.link(bytes.fromhex(MAC)) as link:
        link.close()
        with pytest.raises(LinkError) as raised:
            link.receive(link.now() + 5)
    assert "is closed" in error_of({"error": str(raised.value)})


def test_tap_held_by_another(client: Host) -> None:
    """A TAP that is joined already cannot be joined again."""
    require(TAP_DEVICE)
    with deed(client, "join_twice", "tap9") as opened:
        opened.step()
        assert "held by another" in error_of(opened.step())


def test_other_interface_is_no_tap(client: Host) -> None:
    """An existing interface of another kind is not joined."""
    require(TAP_DEVICE)
    assert "is not a TAP" in refusal(client, "hold", "c0", "tap")


def test_tunnel_is_not_ethernet(client: Host) -> None:
    """A tun interface is refused, with the others to choose from."""
    require(TAP_DEVICE)
    on(client, "ip", "tuntap", "add", "dev", "tun0", "mode", "tun")
    sentence = refusal(client, "hold", "tun0")
    assert "not Ethernet" in sentence
    assert "choose one of 'c0', 'lo'." in sentence

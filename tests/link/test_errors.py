"""Errors of the kernel as sentences that say what to do."""

from __future__ import annotations

import errno
import os

import pytest

from pxeclient.link import errors
from pxeclient.link.base import LinkError
from pxeclient.link.packet import PacketLink
from pxeclient.link.tap import TapLink

MAC = bytes.fromhex("525400123456")


def assert_one_sentence(error: LinkError) -> None:
    """One line, printable, ends with a full stop, and is not Python's own text."""
    text = str(error)
    assert text.isprintable()
    assert text.endswith(".")
    assert "Errno" not in text


@pytest.mark.parametrize("link", [PacketLink, TapLink])
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("sixteen-letters0", "too long"),
        ("\N{SNOWMAN}" * 6, "too long"),
        ("", "'' cannot be the name"),
        (".", "cannot be the name"),
        ("eth0:1", "cannot be the name"),
        ("tap%d", "cannot be the name"),
        ("a b", "cannot be the name"),
        ("../../etc", "cannot be the name"),
        ("\x1b[31mred", r"'\x1b[31mred' cannot be the name"),
        ("nul\0", r"'nul\x00' cannot be the name"),
        ("\udcff", r"'\udcff' cannot be the name"),
    ],
)
def test_impossible_name(link: type[PacketLink] | type[TapLink], name: str, words: str) -> None:
    """A name no interface can have is refused, shown without its control characters."""
    with pytest.raises(LinkError) as caught:
        link(name, MAC)
    assert words in str(caught.value)
    assert_one_sentence(caught.value)


def test_absent_interface_lists_the_others() -> None:
    """A name that nothing has is answered with the names there are."""
    with pytest.raises(LinkError, match=r"There is no interface 'no-such': choose one of .*'lo'"):
        PacketLink("no-such", MAC)


def test_loopback_is_refused() -> None:
    """The loopback has no Ethernet frames, and is not among the alternatives."""
    with pytest.raises(LinkError, match="'lo' is the loopback and not Ethernet") as caught:
        PacketLink("lo", MAC)
    assert_one_sentence(caught.value)
    assert "'lo'" not in str(caught.value).partition("PXE needs")[2]


def test_many_interfaces_are_not_all_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a hundred interfaces a dozen is shown, and the number of the rest."""
    many = [(number, f"veth{number:03}") for number in range(100)]
    monkeypatch.setattr("socket.if_nameindex", lambda: many)
    text = str(errors.absent("eth0"))
    assert "'veth011' and 88 more" in text
    assert "veth012" not in text


def test_no_interface_to_choose(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no other interface the advice is to make one."""
    monkeypatch.setattr("socket.if_nameindex", lambda: [(1, "lo")])
    assert "make one" in str(errors.not_ethernet("lo", 772))


@pytest.mark.parametrize(
    ("code", "size", "words"),
    [
        (errno.EBADF, 0, "is closed"),
        (errno.EPERM, 0, "CAP_NET_RAW"),
        (errno.EACCES, 0, "CAP_NET_RAW"),
        (errno.EMSGSIZE, 1614, "an MTU of 1600 or more"),
        (errno.EINVAL, 5, "14 bytes of an Ethernet header"),
        (errno.ENETDOWN, 0, "'lo' went down"),
        (errno.EIO, 60, "'lo' went down"),
        (errno.ENOMEM, 60, "failed (Cannot allocate memory)"),
        (errno.EINVAL, 60, "failed (Invalid argument)"),
    ],
)
def test_error_of_a_running_link(code: int, size: int, words: str) -> None:
    """Each errno that a running link can meet has its sentence; the rest share one."""
    explained = errors.explain(OSError(code, os.strerror(code)), "lo", size)
    assert words in str(explained)
    assert_one_sentence(explained)


@pytest.mark.parametrize("code", [errno.ENODEV, errno.ENXIO, errno.EBADFD, errno.ENETDOWN])
def test_removed_interface(code: int) -> None:
    """When the name is gone too, the interface was removed."""
    explained = errors.explain(OSError(code, os.strerror(code)), "was-here")
    assert "'was-here' was removed" in str(explained)
    assert_one_sentence(explained)


def test_names_in_commands_are_quoted() -> None:
    """A command to copy is safe to copy, whatever the name."""
    assert "`ip link set '$(reboot)' up`" in str(errors.down("$(reboot)"))


@pytest.mark.parametrize(
    "error",
    [
        errors.down("c0"),
        errors.not_ethernet("tun0", 65534),
        errors.not_ethernet("wpan0", 804),
        errors.no_right_to_frames("c0"),
        errors.no_right_to_tap("tap0"),
        errors.no_right_to_raise("tap0"),
        errors.no_tap_device("/dev/net/tun"),
        errors.tap_busy("tap0"),
        errors.not_a_tap("c0"),
    ],
    ids=str,
)
def test_sentences(error: LinkError) -> None:
    """Each is one sentence that names what it is about."""
    assert_one_sentence(error)

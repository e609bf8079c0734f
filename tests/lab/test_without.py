"""What needs no private network: sentences, messages, orders to the kernel."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pxeclient.lab import LabUnavailable, channel, errors, open_lab


@pytest.mark.parametrize(
    ("path", "value", "command"),
    [
        (
            "/proc/sys/kernel/apparmor_restrict_unprivileged_userns",
            "1",
            "`sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0`",
        ),
        (
            "/proc/sys/kernel/unprivileged_userns_clone",
            "0",
            "`sudo sysctl -w kernel.unprivileged_userns_clone=1`",
        ),
        ("/proc/sys/user/max_user_namespaces", "0", "`sudo sysctl -w user.max_user_namespaces="),
    ],
)
def test_advice(monkeypatch: pytest.MonkeyPatch, path: str, value: str, command: str) -> None:
    """The switch that forbids it is named, with what to type."""
    monkeypatch.setattr(errors, "_content", lambda asked: value if asked == path else "")
    error = errors.unavailable("making a user namespace", "Operation not permitted")
    assert isinstance(error, LabUnavailable)
    words = "No private network can be made here (making a user namespace: Operation not permitted"
    assert str(error).startswith(words)
    assert command in str(error)


def test_advice_in_a_container(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where no switch forbids it, the container may."""
    monkeypatch.setattr(errors, "_content", lambda asked: "")
    monkeypatch.setattr(errors, "_CONTAINERS", (str(tmp_path),))
    assert "start it with --privileged" in str(errors.unavailable("a", "b"))
    monkeypatch.setattr(errors, "_CONTAINERS", ())
    assert "run it as root" in str(errors.unavailable("a", "b"))


def test_a_keeper_that_cannot(monkeypatch: pytest.MonkeyPatch) -> None:
    """A keeper that does not come up is told as such."""
    monkeypatch.setattr("pxeclient.lab.keeper.COMMAND", "raise SystemExit(1)")
    with (
        pytest.raises(LabUnavailable, match=r"keeper did not start \(it ended at once\)"),
        open_lab(),
    ):
        pass


def test_a_python_that_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    """As when an interpreter was replaced under a running process; nothing stays open."""
    before = os.listdir("/proc/self/fd")
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    with pytest.raises(LabUnavailable, match=r"keeper did not start \(No such file"), open_lab():
        pass
    assert os.listdir("/proc/self/fd") == before


def test_messages() -> None:
    """They come one by one, with their descriptors, until the other end closes."""
    one, other = channel.pair()
    reading, writing = os.pipe()
    with one, other:
        channel.send(one, {"text": "ä\udcff"})
        channel.send(one, {"long": "x" * 200_000}, [reading, writing])
        os.close(reading)
        os.close(writing)
        assert channel.receive(other) == ({"text": "ä\udcff"}, [])
        received = channel.receive(other)
        assert received is not None
        message, (here, there) = received
        assert len(message["long"]) == 200_000
        assert os.write(there, b"x") == len(os.read(here, 1)) == 1
        os.close(here)
        os.close(there)
        one.close()
        assert channel.receive(other) is None
        with pytest.raises(OSError, match="Broken pipe"):
            channel.send(other, {})


def test_tails_of_logs() -> None:
    """The last lines, printable."""
    assert errors.tail("") == "; it printed nothing."
    assert errors.tail("a\nb\x1b[2J\n", 1) == ":\n  b?[2J"

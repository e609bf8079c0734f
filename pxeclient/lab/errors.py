"""What can go wrong with a private network, as sentences."""

from __future__ import annotations

from pathlib import Path

_SWITCHES = (
    # file, the value that forbids, what to type
    (
        "/proc/sys/kernel/apparmor_restrict_unprivileged_userns",  # Ubuntu 23.10 and later
        "1",
        "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0",
    ),
    (
        "/proc/sys/kernel/unprivileged_userns_clone",  # Debian and Ubuntu kernels
        "0",
        "sudo sysctl -w kernel.unprivileged_userns_clone=1",
    ),
    ("/proc/sys/user/max_user_namespaces", "0", "sudo sysctl -w user.max_user_namespaces=10000"),
)
"""How distributions forbid user namespaces to ordinary users."""

_CONTAINERS = ("/.dockerenv", "/run/.containerenv")


class LabError(Exception):
    """Something in the lab does not go; one sentence that says what, and what to do."""


class LabUnavailable(LabError):
    """No private network can be made on this machine by this user; says what to enable."""


def unavailable(step: str, why: str) -> LabUnavailable:
    """The kernel refused a step of making the network. `why`: its words."""
    return LabUnavailable(f"No private network can be made here ({step}: {why}): {_advice()}.")


def no_keeper(python: str, why: str) -> LabUnavailable:
    """The process that keeps the network could not be started."""
    return LabUnavailable(
        f"No private network can be made here: its keeper did not start ({why}). See that"
        f" {python!r} can be executed by this user."
    )


def no_ports(name: str, why: str) -> LabUnavailable:
    """A server on loopback was not told where to listen. `why`: there is no private network."""
    return LabUnavailable(
        f"{why} {name} cannot run on the loopback interface either: its command has none of"
        " {dhcp_port}, {tftp_port} and {proxy_port} (pxeclient help testing)."
    )


def no_network(what: str, instead: str, segment: str = "") -> LabError:
    """The loopback interface is none. `instead`: why there is no private network, if it is for one.

    `segment`: what there is, if `what` is an address that is not on it.
    """
    words = (
        f"{what} is not on the segment {segment}. A test with several hosts takes a private"
        " network, or asks for addresses of that segment where its network's `kind` is loopback."
    )
    if not segment:
        words = f"The loopback interface is no network: {what} takes a private one."
    return LabUnavailable(f"{instead} {words}") if instead else LabError(words)


def ended(name: str, status: int, log: str) -> LabError:
    """A server is gone before it was ready. `status`: negative for a signal."""
    how = f"was killed by signal {-status}" if status < 0 else f"ended with status {status}"
    return LabError(f"{name} {how} before it was ready{tail(log)}")


def not_ready(name: str, seconds: float, ready: str, log: str) -> LabError:
    """A server runs, but never said the words."""
    return LabError(f"{name} has not printed {ready!r} within {seconds:g} s{tail(log)}")


def never_said(name: str, words: str, log: str) -> LabError:
    """A program is gone that was to say something."""
    return LabError(f"{name} ended without having printed {words!r}{tail(log)}")


def not_ended(name: str, seconds: float, log: str) -> LabError:
    """A program should have come to its end."""
    return LabError(f"{name} has not ended within {seconds:g} s{tail(log)}")


def tail(log: str, count: int = 10) -> str:
    """The last lines of a log, printable, as the end of a sentence."""
    lines = [_printable(line) for line in log.strip().splitlines()[-count:]]
    return ":\n  " + "\n  ".join(lines) if lines else "; it printed nothing."


def _printable(line: str) -> str:
    return "".join(sign if sign.isprintable() else "?" for sign in line.expandtabs())


def _advice() -> str:
    for path, forbids, command in _SWITCHES:
        if _content(path) == forbids:
            return f"allow user namespaces with `{command}`, or run it as root"
    if any(Path(path).exists() for path in _CONTAINERS):
        return (
            "this is a container: start it with --privileged, or with --cap-add SYS_ADMIN"
            " --cap-add NET_ADMIN --security-opt seccomp=unconfined --security-opt"
            " apparmor=unconfined"
        )
    return "run it as root, or on a kernel with user and network namespaces"


def _content(path: str) -> str:
    try:
        return Path(path).read_text().strip()
    except OSError:
        return ""

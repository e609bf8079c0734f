"""A boot as a ladder: who stands where, and what happens between them from top to bottom.

The one thing that all renderers draw. Everything in it is words, safe to show, but for the
octets of the messages; nothing in it depends on how it will be drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias


class Role(StrEnum):
    """What a station is, as far as the trace shows it, in the order in which roles are named."""

    CLIENT = "client"
    DHCP = "DHCP server"
    PROXY = "ProxyDHCP server"
    BOOT = "boot server"
    TFTP = "TFTP server"
    ASKED_4011 = "asked on port 4011"
    """It never answered there, so what listens there, if anything, is not known."""
    ASKED_TFTP = "asked for TFTP"
    NEXT = "next server"
    """A DHCP reply names it in siaddr; nothing more is known of it."""
    HOST = "other host"
    OTHERS = "other hosts"
    """All that have nothing to do with this boot, or for whom there is no line left."""
    MULTICAST = "multicast"
    BROADCAST = "broadcast"


@dataclass(frozen=True, slots=True)
class Lifeline:
    """One vertical line."""

    id: str
    """``client``, ``s1``, ``s2`` ..., ``others``, ``multicast``, ``broadcast``."""
    roles: tuple[Role, ...]
    address: str = ""
    """Its IPv4 address; of the client, and of what speaks no IPv4, the MAC. May be empty."""

    @property
    def name(self) -> str:
        """Its roles in words, such as ``DHCP and TFTP server``."""
        return _joined(self.roles)


def _joined(roles: tuple[Role, ...]) -> str:
    """The roles, servers first and with the word said once."""
    servers = [role.removesuffix(" server") for role in roles if role.endswith(" server")]
    others = [str(role) for role in roles if not role.endswith(" server")]
    words = [f"{' and '.join(servers)} server"] if servers else []
    return ", ".join((*words, *others))


@dataclass(frozen=True, slots=True)
class Message:
    """A frame from one station to another."""

    at: float
    frame: int
    """Its number in the trace, from 1."""
    source: str
    """The id of a station."""
    target: str
    sent: bool
    """By the client."""
    kind: str
    """Such as ``DHCPOFFER``."""
    detail: str
    sender: str
    """As on the wire: ``ADDRESS:PORT``, an address, or a MAC; so is `receiver`."""
    receiver: str
    octets: bytes


@dataclass(frozen=True, slots=True)
class Decided:
    """The firmware answered a question."""

    at: float
    frame: int
    """The latest frame then."""
    question: str
    answer: str
    about: str
    rule: str
    because: str
    source: str
    evidence: str
    """How it is known that the firmware decides so."""
    passed_over: tuple[str, ...]
    """Rules tried first that did not hold."""
    telling: bool
    """One of those that explain a boot; the others are its small print."""


@dataclass(frozen=True, slots=True)
class Entered:
    """The firmware's boot reached another state, or the boot another stage."""

    at: float
    stage: str
    begins: bool = False
    """The machine is another's from here on: of a program, say."""


@dataclass(frozen=True, slots=True)
class Shown:
    """Lines on the machine's own screen."""

    at: float
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dropped:
    """A packet was ignored."""

    at: float
    frame: int
    what: str
    because: str
    rule: str
    source: str
    evidence: str
    last_told: bool
    """It keeps coming; the repeats after this one are left out."""


@dataclass(frozen=True, slots=True)
class Keyboard:
    """A key was pressed, or the machine began to wait for one."""

    at: float
    words: str


@dataclass(frozen=True, slots=True)
class Folded:
    """Packets of a download, or segments of a connection, that are left out."""

    at: float
    """When the first of them came."""
    until: float
    count: int
    last: str
    """The last of them, in words."""
    peer: str
    """The id of the TFTP server's station."""
    kinds: str = "DATA and ACK"
    """What they are."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What a cure changes on one server program."""

    server: str
    """What it is called, or ``others``."""
    lines: tuple[str, ...]
    is_told_in_words: bool
    """They are sentences, not lines of a configuration."""


@dataclass(frozen=True, slots=True)
class Remedy:
    """A cure."""

    do: str
    """In words, for whatever server it is."""
    settings: tuple[Setting, ...]
    """The server at hand first, if one is known; the words for others last."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A finding."""

    id: str
    title: str
    mark: str
    """How bad it is, or what it follows from."""
    stops: bool
    """It is why this boot failed, or stops its next stage."""
    seen: tuple[str, ...]
    """Of one server each, a sentence."""
    why: str
    remedies: tuple[Remedy, ...]
    """Any of them cures it, the best first."""
    basis: str = ""
    """On what the server at hand was recognised."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How the boot ended, or why it was stopped."""

    at: float
    booted: bool
    failed: bool
    """It came to an end other than a boot file that the machine runs, and that can be told."""
    lines: tuple[str, ...]
    """The firmware's own words, one sentence, and a line for each finding."""
    reason: str = ""
    """What follows the firmware's own words: why it ended so, or what the file is."""
    problems: tuple[Problem, ...] = ()
    """The findings in full, with what to change; the one that the verdict is about first."""
    cause: str = ""
    """What the first is to the verdict: ``Why``, ``Next`` or ``Note``; if nothing, empty."""
    came: tuple[str, ...] = ()
    """A line for each stage, where there are several."""


Event: TypeAlias = Message | Decided | Entered | Shown | Dropped | Keyboard | Folded | Ended


@dataclass(frozen=True, slots=True)
class Ladder:
    """One boot."""

    profile: str
    title: str
    where: str
    stations: tuple[Lifeline, ...]
    """From left to right: the client first, broadcast last."""
    events: tuple[Event, ...]
    """From top to bottom."""


def clean(text: str) -> str:
    """The text without signs that do not show: controls, marks that turn its direction."""
    if text.isprintable():  # nearly every text is, and this is asked of every one
        return text
    return "".join(sign if sign.isprintable() else _escaped(sign) for sign in text)


def _escaped(sign: str) -> str:
    number = ord(sign)
    return f"\\x{number:02x}" if number < 256 else f"\\u{number:04x}"

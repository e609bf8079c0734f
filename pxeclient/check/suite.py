"""What a suite says: where, who, and what is expected. Every key is documented on its field.

``docs/reference/testing.md`` tells it to people. Unknown keys are errors.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

import msgspec

Text = Annotated[str, msgspec.Meta(min_length=1)]
Positive = Annotated[float, msgspec.Meta(gt=0)]
Code = Annotated[int, msgspec.Meta(ge=0, le=0xFFFF)]
Texts: TypeAlias = Text | tuple[Text, ...]
When: TypeAlias = Literal["never", "otherwise", "always"]
Command = Annotated[tuple[Text, ...], msgspec.Meta(min_length=1)]


class _Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """A table of the file: every key is known and fixed after loading."""


class Host(_Table, frozen=True):
    """A host of the private network, and the servers that are started on it."""

    address: Text = "10.77.0.1/24"
    """With the length of its prefix."""
    files: dict[Text, str] = {}
    """Text files that are put into ``{folder}`` first; the same names are filled in."""
    tftp: Text | None = None
    """A folder that a TFTP server of pxeclient's hands out, as in `Network.tftp`."""
    servers: tuple[Command, ...] = ()
    """Command lines, started in this order; `Network.server` says what may stand in them."""


class Network(_Table, frozen=True):
    """Where the servers are: one of `interface`, `practice`, `server` or `hosts`."""

    interface: Text | None = None
    """An interface with the servers' network behind it."""
    practice: Text | None = None
    """A practice network, or a scenario file beside the suite."""
    server: Command | None = None
    """A command line to start in a private network. ``{interface}``, ``{address}``, ``{folder}``
    (a new and empty one) and ``{suite}`` (the suite's own folder, where it runs) are filled in."""
    tftp: Text | None = None
    """A folder that a TFTP server beside `server` hands out, for who has none of his own: within
    the suite's folder unless it begins with a slash. ``{folder}`` and ``{suite}`` are filled in."""
    address: Text = "10.77.0.1/24"
    """The server's address."""
    hosts: tuple[Host, ...] = ()
    """Several servers, or several hosts, in place of `server`."""
    loopback: When = "otherwise"
    """When servers run on the loopback interface rather than in a private network: ``otherwise`` is
    where none can be made, and they are told their ports."""
    time_scale: Positive | None = None
    """The firmware's clock: 0.1 is ten times as fast, and servers that ping an address before they
    offer it look silent then. By default 1; practice networks have no pace."""

    def __post_init__(self) -> None:
        given = [name for name in WHERE if getattr(self, name)]
        if len(given) != 1:
            found = f"these are given: {', '.join(given)}" if given else "none is given"
            raise ValueError(f"one of {', '.join(WHERE)} says where; {found}")
        if self.tftp is not None and self.server is None:
            raise ValueError("tftp stands beside server; with hosts, in the host that has it")


WHERE = ("interface", "practice", "server", "hosts")
"""The keys of `Network` that say where the servers are."""


class Boots(_Table, frozen=True):
    """The boot file that is fetched. What is not given does not matter."""

    name: Text | None = None
    server: Text | None = None
    """The TFTP server's address."""
    sha256: Annotated[str, msgspec.Meta(pattern="^[0-9a-fA-F]{64}$")] | None = None
    kind: Text | None = None
    """What its first octets show: one of `KINDS`, or ``pe-x86``, ``pe-x64``, ``pe-arm64``…"""


class Lease(_Table, frozen=True):
    """The lease that the machine gets."""

    network: Text | None = None
    """A network that the address is in, such as ``10.77.0.0/24``."""
    address: Text | None = None
    server: Text | None = None
    """The server identifier (option 54)."""
    router: Text | None = None
    seconds: Annotated[int, msgspec.Meta(ge=0)] | None = None
    """At least so long."""


class Case(_Table, frozen=True):
    """What is expected. All of it must hold, for each profile and architecture."""

    name: Text
    """Unique in the suite."""
    why: str = ""
    """Shown where it is not met."""
    profiles: tuple[Text, ...] = ()
    """Who boots, variants included; the suite's if none is given."""
    archs: tuple[Code, ...] = ()
    """Option 93: the profiles claim each of these; a probe asks for each."""
    keys: tuple[Text, ...] = ()
    """Pressed one by one when the machine watches its keyboard."""
    probe: Text | None = None
    """A probe in place of a boot: a name of `pxeclient check --probes`."""
    sizes: tuple[Annotated[int, msgspec.Meta(ge=8, le=65464)], ...] = ()
    """The block sizes that the probe ``tftp-blocks`` tries."""
    windows: tuple[Annotated[int, msgspec.Meta(ge=1, le=65535)], ...] = ()
    """The window sizes that the same probe tries."""
    patience: Positive = 4.0
    """Seconds that a probe waits for an answer."""

    boots: bool | Text | Boots | None = None
    """true: the boot file is fetched; a text: one of that name; false: none is."""
    fails: bool | Texts | None = None
    """true: the boot fails; texts: with one of these codes or failures, such as ``PXE-E55`` or
    ``no-proxy-reply``."""
    asks_4011: bool | Text | None = msgspec.field(name="asks-4011", default=None)
    """Whether port 4011 is asked, by a ProxyDHCP request or a search for a boot server; a text:
    at that address and nowhere else."""
    within: Positive | None = None
    """The firmware's seconds from power-on to the end."""
    finding: Texts | None = None
    """Ids of `pxeclient findings` that must show."""
    no_finding: Texts | None = None
    """Ids that must not show; ``*`` is all but notes."""
    lease: Text | Lease | None = None
    """A text is the address, or the network that it must be in."""

    def __post_init__(self) -> None:
        if self.fails and self.boots:
            raise ValueError("boots and fails contradict each other")
        if self.probe is None:
            if not any(getattr(self, key) not in (None, ()) for key in EXPECTATIONS):
                raise ValueError("nothing is expected: give boots, fails, finding or another")
            return
        given = [key for key in _OF_BOOTS if getattr(self, key) not in (None, ())]
        if given:
            raise ValueError(f"a probe boots nobody - at `$.{given[0].replace('_', '-')}`")


_OF_BOOTS = ("profiles", "keys", "boots", "fails", "asks_4011", "within", "lease")
EXPECTATIONS = (*_OF_BOOTS[2:], "finding", "no_finding")
"""The fields of `Case` that say what is expected."""


class Suite(_Table, frozen=True):
    """A whole suite."""

    cases: Annotated[tuple[Case, ...], msgspec.Meta(min_length=1)]
    title: Text = "suite"
    network: Network | None = None
    """Where; None leaves it to the command line."""
    profiles: tuple[Text, ...] = ()
    """Who boots in the cases that do not say."""
    mac: Text | None = None
    """The MAC address of all machines and probes, which then boot one after another. By default
    each profile's own; before real servers, where all boot side by side, a second machine with
    that address has the next one."""


def listed(texts: Texts | None) -> tuple[str, ...]:
    """One text, several, or none."""
    return () if texts is None else (texts,) if isinstance(texts, str) else texts

"""The types of what a scenario has beyond the practice network's format.

What is wrong is told before anything begins, with its place. Keys that both have are not here: the
practice network's own model looks at them.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

Number = Annotated[int, msgspec.Meta(ge=0)]
U16 = Annotated[int, msgspec.Meta(ge=0, le=0xFFFF)]
Seconds = Annotated[float, msgspec.Meta(ge=0)]
Hex = Annotated[str, msgspec.Meta(pattern=r"^([0-9a-fA-F]{2})*$")]
Port = Annotated[str, msgspec.Meta(pattern=r"^\d{1,5}$")]


class Host(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A host with real servers; ``{dir}`` and ``{tftp}`` stand for its folders."""

    name: Annotated[str, msgspec.Meta(pattern=r"^[\w-]+$")]
    ip: Annotated[str, msgspec.Meta(pattern=r"^\d+\.\d+\.\d+\.\d+$")]
    cmds: tuple[tuple[str, ...], ...]
    """The servers' command lines."""
    ip6: tuple[str, ...] = ()
    forwarding: int = 0
    """It is a router for IPv6."""
    files: dict[str, str] = {}
    """Their configurations."""
    touch: tuple[str, ...] = ()
    """Empty files."""
    env: dict[str, str] = {}


class Key(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is typed when a pattern is on the console."""

    when: str
    send: str
    delay: Seconds = 0.3


class File(msgspec.Struct, frozen=True):
    """A file of a TFTP server."""

    path: str = ""
    kernel: bool = False
    zeros: Number = 0
    error: tuple[U16, str] | None = None


class Tftp(msgspec.Struct, frozen=True):
    """A TFTP server."""

    files: dict[str, File] = {}
    silent_names: tuple[str, ...] = ()
    mute_after: dict[str, Number] = {}
    missing: tuple[U16, str] | None = None


class Rule(msgspec.Struct, frozen=True):
    """A rule of a DHCP server."""

    ipxe: bool = False
    arch: U16 = 0
    has: Number = 0
    hasnt: Number = 0
    before: str = ""
    after: str = ""


class Reply6(msgspec.Struct, frozen=True):
    """A DHCPv6 server's reply."""

    msg: Literal["advertise", "reply", "reconfigure"]
    options: tuple[tuple[U16, str, Any], ...] = ()
    delay: Seconds = 0
    repeat: Number = 1
    src_port: U16 = 0


class Rule6(msgspec.Struct, frozen=True):
    """A rule of a DHCPv6 server."""

    port: U16 = 547
    msg: str = ""
    vendor: str = ""
    skip: Number = 0
    times: Number | None = None
    replies: tuple[Reply6, ...] = ()


class Router(msgspec.Struct, frozen=True):
    """What a router advertises."""

    flags: str = ""
    prefixes: tuple[tuple[str, Number, str, Number, Number], ...] = ()
    every: Seconds = 0
    first: Seconds = 0
    delay: Seconds = 0
    skip: Number = 0
    rdnss: tuple[str, ...] = ()


class Server(msgspec.Struct, frozen=True):
    """A scripted host."""

    bootp: tuple[Rule, ...] = ()
    tftp: Tftp | None = None
    dns: dict[str, Any] | None = None
    ip6: tuple[str, ...] = ()
    ra: Router | None = None
    dad_conflict: tuple[str, ...] = ()
    duid: Hex = ""
    dhcp6: tuple[Rule6, ...] = ()
    tcp: dict[Port, dict[str, Any]] = {}

    def __post_init__(self) -> None:
        if (self.ra or self.dhcp6) and not any(one[:4].lower() == "fe80" for one in self.ip6):
            raise ValueError("routers and DHCPv6 servers need a link-local address - at `$.ip6`")


class Http(msgspec.Struct, frozen=True):
    """An HTTP server."""

    ip: str = ""
    ip6: str = ""
    port: U16 = 80
    files: dict[str, dict[str, Any]] = {}
    paths: dict[str, dict[str, Any] | list[dict[str, Any]]] = {}


class Shape(msgspec.Struct, frozen=True):
    """A whole scenario."""

    servers: tuple[Server, ...] = ()
    http: Http | tuple[Http, ...] = ()
    hosts: tuple[Host, ...] = ()
    keys: tuple[Key, ...] = ()
    timeout: dict[str, Seconds] = {}
    limit: Seconds = 0
    end: str = ""
    type: str = ""
    boot: str = ""
    wait: Number = 0
    prep: Literal["img", "iso"] | tuple[Literal["img", "iso"], ...] = ()
    cacert: bool = False
    mem: Number = 256
    smbios: tuple[str, ...] = ()
    fw_cfg: dict[str, str] = {}
    qemu: tuple[str, ...] = ()
    snaplen: Number = 0
    prune: tuple[str, ...] = ()


def checked(table: object) -> Shape:
    """The scenario's own part.

    Raises:
        msgspec.ValidationError: Something is not of its type; the text says where.
    """
    return msgspec.convert(table, Shape)

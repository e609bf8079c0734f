"""What a scenario says: its servers, their rules, and their replies.

The format is shared with recordings of real firmwares (``scenario.json``), so that a boot
can be compared against the very answers that a firmware got. Every key is documented on
its field; `option_spec` lists the option types. Unknown keys are errors.
"""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import Annotated

import msgspec

from pxeclient.practice.boot_files import Kind
from pxeclient.practice.oddities import Carriage
from pxeclient.practice.option_spec import U8, U16, U32, OptionSpec, area, latin1
from pxeclient.practice.request import MESSAGE_NAMES, NO_TYPE
from pxeclient.wire import dhcp, icmp
from pxeclient.wire.addresses import ANY, Mac

Seconds = Annotated[float, msgspec.Meta(ge=0, le=86_400)]
"""Up to a day: no client waits longer."""
Count = Annotated[int, msgspec.Meta(ge=0, le=10_000)]
Size = Annotated[int, msgspec.Meta(ge=0, le=1 << 28)]
"""Up to 256 MiB: some 200,000 blocks, and a boot of half a minute."""
Blocks = Annotated[int, msgspec.Meta(ge=0, le=1 << 17)]
"""Twice as many as a block's number of 16 bits can count."""

MOST_SERVERS = 1000
MOST_FRAMES = 100_000
"""Frames that a scenario's replies to one request of each kind may come to."""

_LONGEST = 0xFFFF - 20 - 8 - dhcp.FIXED
"""Octets of options that fit in one UDP datagram."""


class _Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of the file: every key is known and fixed after loading."""


class Reply(_Table, frozen=True, cache_hash=True):
    """One BOOTREPLY."""

    delay: Seconds = 0.0
    """Seconds after the request."""
    repeat: Count = 1
    """How often it is sent."""
    gap: Seconds = 0.005
    """Seconds between repeats."""
    bad_xid: bool = False
    """Answer with a wrong transaction id."""
    secs: U16 = 0
    flags: U16 | None = None
    """The header's flags; None copies the request's."""
    ciaddr: str = "0.0.0.0"
    """An address, or "echo" to copy the request's."""
    yiaddr: IPv4Address = ANY
    """The offered address; 0.0.0.0 in a proxy's replies."""
    siaddr: IPv4Address = ANY
    """The TFTP server (next server)."""
    sname: str | tuple[OptionSpec, ...] = ""
    """Text, or options in the field's place (option 52, RFC 2132 §9.3)."""
    file: str | tuple[OptionSpec, ...] = ""
    """The boot file name, or options in the field's place."""
    options: tuple[OptionSpec, ...] = ()
    """In wire order; END is added."""
    min_len: Annotated[int, msgspec.Meta(ge=0, le=_LONGEST + dhcp.FIXED)] = 300
    """Padded with zeros to this many octets; 300 is BOOTP's size (RFC 951 §3)."""
    to: str = "auto"
    """`TO`: "auto" follows RFC 2131 §4.1, the others send to that address regardless."""
    src_port: U16 | None = None
    """The reply's source port; None is the port that was asked."""
    wire: Carriage | None = None
    """What is odd about its packets; None is nothing."""

    def __post_init__(self) -> None:
        _one_of("to", self.to, TO)
        _check_ciaddr(self.ciaddr)
        _check_field("sname", self.sname, 64)
        _check_field("file", self.file, 128)
        if (size := len(area(self.options, None))) > _LONGEST:
            raise ValueError(f"{size} octets do not fit in a datagram - at `$.options`")


class Rule(_Table, frozen=True):
    """When to answer what. Of a server's rules the first that matches a request decides."""

    port: int
    """67, or 4011 where ProxyDHCP and boot servers are asked."""
    msg: str | None = None
    """The message type, such as "discover"; None is any."""
    item: bool | None = None
    """Whether the request carries a boot item (43.71); None is either."""
    vendor: str = ""
    """How the request's option 60 must begin."""
    any_server_id: bool = False
    """On port 67, match requests that name another server in option 54 too."""
    skip: Count = 0
    """The first so many matches are lost without an answer."""
    times: Annotated[int, msgspec.Meta(ge=0)] | None = None
    """After so many answers the rule no longer matches; None is never."""
    replies: tuple[Reply, ...] = ()

    def __post_init__(self) -> None:
        _one_of("port", self.port, (dhcp.SERVER_PORT, dhcp.PROXY_PORT))
        if self.msg is not None:
            _one_of("msg", self.msg, (*MESSAGE_NAMES.values(), NO_TYPE))
        latin1(self.vendor)


class FileSpec(_Table, frozen=True):
    """What a file holds; at most one of `size`, `text`, `content`, `junk` and `exact_blocks`."""

    kind: str | None = None
    """What kind of boot file: a value of `Kind`; None is what the network was asked to serve."""
    size: Size | None = None
    """Padded to this many octets; None is as small as the kind can be."""
    text: str | None = None
    """Exactly this text."""
    content: bytes | None = None
    """Exactly these octets; in base64."""
    junk: Size | None = None
    """So many octets that are no boot file at all."""
    exact_blocks: Blocks | None = None
    """So many whole blocks, whatever block size is agreed: an empty block ends the transfer."""

    def __post_init__(self) -> None:
        if self.kind is not None:
            _one_of("kind", self.kind, tuple(Kind))
        given = (self.size, self.text, self.content, self.junk, self.exact_blocks)
        if sum(value is not None for value in given) > 1:
            raise ValueError("give only one of size, text, content, junk and exact_blocks")


class Tftp(_Table, frozen=True):
    """A TFTP server (RFC 1350)."""

    files: dict[str, FileSpec] = msgspec.field(default_factory=lambda: {"*": FileSpec()})
    """By name; "*" is any other name."""
    options: tuple[str, ...] = ("blksize", "tsize", "timeout", "windowsize")
    """The options that are acknowledged (RFC 2347); others are left out of the OACK."""
    only_opts: tuple[str, ...] | None = None
    """Narrows `options` further; None does not."""
    max_blksize: Annotated[int, msgspec.Meta(ge=8, le=65464)] = 65464
    max_windowsize: Annotated[int, msgspec.Meta(ge=1, le=65535)] = 64
    silent: bool = False
    """Nothing is ever answered."""
    error: tuple[U16, str] | None = None
    """Every request is answered with this ERROR: code and text."""
    error_at_block: U32 | None = None
    """ERROR 0 comes in this block's place."""
    drop_blocks: tuple[U32, ...] = ()
    """These blocks are lost the first time."""
    stall_at_block: U32 | None = None
    """This block never comes, nor any after it."""
    first_block: U16 = 1
    """The number of the first block; anything but 1 is wrong (RFC 1350 §2)."""
    excess: Count = 0
    """So many octets more than agreed are in every whole block."""
    oack: dict[str, str] = msgspec.field(default_factory=dict)
    """Options that are acknowledged with this value instead of the one agreed on."""
    dup: bool = False
    """Every packet is sent twice."""
    wire: Carriage | None = None
    """What is odd about its packets; None is nothing."""

    def __post_init__(self) -> None:
        for name, value in self.oack.items():
            latin1(value)
            if "\0" in value:
                raise ValueError(f"{value!r} has a NUL inside - at `$.oack.{name}`")


class Mtftp(_Table, frozen=True):
    """A multicast TFTP server (Intel's, as in PXE 2.1): one file, one group, blocks of 512."""

    group: IPv4Address
    """The multicast group that gets the file; what 43.1 should say."""
    client_port: U16
    """The UDP port of its members; what 43.2 should say."""
    server_port: U16
    """The UDP port that is asked, and that the blocks come from; what 43.3 should say."""
    name: str
    """The file that may be asked for."""
    file: FileSpec = FileSpec()
    """What it holds."""
    silent: bool = False
    """No request is ever answered."""
    error: tuple[U16, str] | None = None
    """Every request is answered with this ERROR: code and text."""
    first_block: str = "both"
    """`FIRST_BLOCK`: "both" sends block 1 to the client that asked and to the group, which
    makes it the master; "client" only to the client, as atftpd does; "group" only to the
    group, as if another client had asked before."""
    under_way: Annotated[int, msgspec.Meta(ge=1, le=65535)] | None = None
    """A transfer to other clients runs when a client joins: this block comes first."""
    stops_after: U16 | None = None
    """The last block of a transfer to other clients, whose master is gone; None: all come."""
    gap: Seconds = 0.01
    """Seconds between the blocks that other clients acknowledge."""
    drop_blocks: tuple[U32, ...] = ()
    """These blocks are lost the first time."""

    def __post_init__(self) -> None:
        if not self.group.is_multicast:
            raise ValueError(f"{self.group} is not a multicast address - at `$.group`")
        _one_of("first_block", self.first_block, FIRST_BLOCK)
        latin1(self.name)


class Page(_Table, frozen=True):
    """What a web server answers to one path."""

    file: FileSpec = FileSpec()
    """Of whole octets; `exact_blocks` is TFTP's."""
    status: Annotated[int, msgspec.Meta(ge=200, le=599)] = 200
    head_status: Annotated[int, msgspec.Meta(ge=200, le=599)] | None = None
    """To HEAD; None is the same."""
    type: str | None = "application/efi"
    """Content-Type; None leaves it out."""
    location: str | None = None
    """Where it redirects to."""
    length: bool = True
    """Content-Length is said; else the end of the connection is that of the body."""
    silent: bool = False
    """Nothing is ever answered."""


class Web(_Table, frozen=True):
    """A web server (RFC 9112)."""

    pages: dict[str, Page] = msgspec.field(default_factory=lambda: {"*": Page()})
    """By path, with its query; "*" is any other path."""
    port: U16 = 80


class Server(_Table, frozen=True):
    """One host of the segment."""

    name: str
    ip: IPv4Address
    mac: Mac
    aliases: tuple[IPv4Address, ...] = ()
    """More addresses of this host."""
    no_arp: bool = False
    """ARP for its addresses goes unanswered."""
    groups: tuple[IPv4Address, ...] = ()
    """Multicast groups it listens on."""
    icmp_unreach: bool = False
    """Closed UDP ports are answered with ICMP port unreachable, else with silence."""
    icmp_error: tuple[U8, U8] | None = None
    """Closed UDP ports are answered with an ICMP error of this type and code instead."""
    icmp_quotes_port: U16 | None = None
    """The source port in what such an error quotes; None is the client's, as it should be."""
    bootp: tuple[Rule, ...] = ()
    """Ports that no rule names are closed."""
    tftp: Tftp | None = None
    mtftp: Mtftp | None = None
    web: Web | None = None
    """Without one, TCP ports are closed, and a SYN is answered with nothing at all."""

    def __post_init__(self) -> None:
        if self.icmp_error is not None:
            _one_of("icmp_error", self.icmp_error[0], tuple(sorted(icmp.ERRORS)))
        if self.mac.is_group:
            raise ValueError(f"{self.mac} is a group address, not a host's - at `$.mac`")
        for number, group in enumerate(self.groups):
            if not group.is_multicast:
                raise ValueError(f"{group} is not a multicast address - at `$.groups[{number}]`")


class Scenario(_Table, frozen=True):
    """A situation on the network."""

    name: str
    title: str = ""
    """One line that says what the servers do."""
    shows: str = ""
    """One sentence: what is to be learnt here."""
    servers: Annotated[tuple[Server, ...], msgspec.Meta(max_length=MOST_SERVERS)] = ()

    def __post_init__(self) -> None:
        frames = sum(
            _frames(reply) for one in self.servers for rule in one.bootp for reply in rule.replies
        )
        if frames > MOST_FRAMES:
            raise ValueError(f"its replies are {frames} frames, {MOST_FRAMES} are the most")


def _frames(reply: Reply) -> int:
    """About how many frames a reply is, with its repeats and fragments."""
    wire = reply.wire or Carriage()
    longest = max(reply.min_len, dhcp.FIXED + len(area(reply.options, None)))
    return (
        reply.repeat
        * (2 if wire.twice else 1)
        * -(-longest // (wire.mtu - 60 if wire.mtu > 120 else 8))
    )


FIRST_BLOCK = ("both", "client", "group")
TO = ("auto", "broadcast", "unicast")


def _one_of(key: str, value: object, known: tuple[object, ...]) -> None:
    if value not in known:
        names = ", ".join(str(name) for name in known)
        raise ValueError(f"{value!r} is not one of {names} - at `$.{key}`")


def _check_ciaddr(text: str) -> None:
    if text == "echo":
        return
    try:
        IPv4Address(text)
    except ValueError:
        raise ValueError(f"{text!r} is neither an IPv4 address nor echo - at `$.ciaddr`") from None


def _check_field(key: str, value: str | tuple[OptionSpec, ...], room: int) -> None:
    size = len(latin1(value) if isinstance(value, str) else area(value, None))
    if size > room:
        raise ValueError(f"{size} octets do not fit in {room} - at `$.{key}`")

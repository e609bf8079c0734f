"""How a boot ends, and each of its stages."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from ipaddress import IPv4Address, IPv6Address
from typing import NamedTuple, TypeAlias

from msgspec import Struct


class Failure(StrEnum):
    """What went wrong, whatever the firmware prints for it."""

    NO_OFFER = "no-offer"
    ONLY_PROXY_OFFERS = "only-proxy-offers"
    NO_VALID_OFFER = "no-valid-offer"
    """Offers came, but none that leads anywhere."""
    REFUSED = "refused"
    """The server sent a DHCPNAK, and the firmware takes that for the end."""
    NO_ACK = "no-ack"
    NO_BOOT_FILE = "no-boot-file"
    NO_NEXT_SERVER = "no-next-server"
    NO_PROXY_REPLY = "no-proxy-reply"
    LOCAL_BOOT = "local-boot"
    """The menu says so, or somebody pressed a key: no failure of any server."""
    CANCELLED = "cancelled"
    NO_MENU = "no-menu"
    """There is a boot menu, but the firmware was built without menus."""
    BAD_MULTICAST = "bad-multicast-address"
    BAD_SERVERS = "bad-server-list"
    BAD_MENU = "bad-menu"
    TYPE_NOT_LISTED = "type-not-listed"
    """43.8 lists boot servers, but none of the wanted type."""
    DISCOVERY_REFUSED = "discovery-refused"
    """Boot servers answered, but none that may be taken."""
    NO_BOOT_SERVER = "no-boot-server"
    """The options leave no way to look for a boot server."""
    NO_DISCOVERY_REPLY = "no-discovery-reply"
    DISCOVERY_NO_FILE = "discovery-no-file"
    """A boot server answered without a boot file."""
    NOT_EMULATED = "not-emulated"
    """The firmware would go on, but pxeclient does not know how."""
    BAD_MTFTP = "bad-mtftp-parameters"
    """The options call for a multicast download that cannot be."""
    UNSUPPORTED_SCHEME = "unsupported-scheme"
    ARP_TIMEOUT = "arp-timeout"
    TFTP_OPEN_TIMEOUT = "tftp-open-timeout"
    TFTP_READ_TIMEOUT = "tftp-read-timeout"
    TFTP_NOT_FOUND = "tftp-not-found"
    TFTP_ACCESS_VIOLATION = "tftp-access-violation"
    TFTP_ILLEGAL_OPERATION = "tftp-illegal-operation"
    TFTP_ERROR = "tftp-error"
    TFTP_BLOCK_TOO_LONG = "tftp-block-too-long"
    TFTP_MALFORMED = "tftp-malformed"
    TFTP_BAD_BLKSIZE = "tftp-bad-blksize"
    TFTP_BAD_TSIZE = "tftp-bad-tsize"
    TFTP_NO_OPTIONS = "tftp-no-options"
    """The server ignores options, and the firmware cannot do without."""
    TFTP_NO_TSIZE = "tftp-no-tsize"
    """The server does not say the size, and the firmware cannot do without."""
    TFTP_BAD_OACK = "tftp-bad-oack"
    ICMP_UNREACHABLE = "icmp-unreachable"
    ICMP_ERROR = "icmp-error"
    EMPTY_FILE = "empty-file"
    FILE_TOO_BIG = "file-too-big"
    FILE_OUTGROWN = "file-outgrown"
    """More came than the server, or option 13, had announced."""


BEYOND = (Failure.NOT_EMULATED, Failure.UNSUPPORTED_SCHEME)
"""Where the emulation stops, not the firmware."""


@dataclass(frozen=True, slots=True)
class DhcpFailure:
    """DHCP has failed, but the firmware has not said so yet."""

    failure: Failure
    because: str


class BootFile(Struct, frozen=True):
    """A boot file, and who named it."""

    name: bytes
    """As it stands in the reply, and in the read request."""
    server: IPv4Address
    """The TFTP server."""
    named_by: str
    """Such as ``the proxy offer from 10.77.0.2``."""
    port: int = 69
    size: int | None = None
    """Octets as option 13 has it, which counts in units of 512; None if it is absent."""
    server6: IPv6Address | None = None
    """Of a recorded boot over IPv6, the server in place of `server`, which is 0.0.0.0 then."""

    @property
    def whom(self) -> IPv4Address | IPv6Address:
        """The TFTP server, whichever family it is of."""
        return self.server6 or self.server


class Whole(NamedTuple):
    """What is known of a file of which only the beginning is kept."""

    size: int
    """Octets."""
    sha256: str
    """In hexadecimal."""


@dataclass(frozen=True, slots=True)
class Booted:
    """The boot file was fetched; a real machine would run it now.

    A stage that ends so has handed the machine on, be it to the next stage or, where none follows,
    to what is not emulated any more: a kernel, a program that nobody here knows.
    """

    boot_file: BootFile
    content: bytes
    """The NBP; its beginning if there is a `whole`."""
    whole: Whole | None = None
    """Where it is too long to be kept (`content.MOST_KEPT`)."""
    arguments: str = ""
    """What a program starts it with, such as a kernel's command line."""
    beside: tuple[BootFile, ...] = ()
    """What a program has loaded for it, such as an initrd."""

    @property
    def size(self) -> int:
        """Octets of the NBP."""
        return len(self.content) if self.whole is None else self.whole.size

    @property
    def sha256(self) -> str:
        """Of the NBP, in hexadecimal."""
        return sha256(self.content).hexdigest() if self.whole is None else self.whole.sha256


@dataclass(frozen=True, slots=True)
class Failed:
    """The attempt is over without a boot file."""

    failure: Failure
    code: str
    """The firmware's own code, such as ``PXE-E55`` or ``2d03e13b``; empty if it has none."""
    text: str
    """The firmware's own words, as on its screen."""
    because: str
    """One sentence for people: what happened on the wire."""


Outcome: TypeAlias = Booted | Failed
"""How a firmware's attempt ends."""


@dataclass(frozen=True, slots=True)
class Exited:
    """A program that was started has given the machine back."""

    status: int
    """0 if it says that nothing went wrong."""
    code: str
    """The program's own code, such as ``2d12603b``; empty if it has none."""
    text: str
    """The program's own last words, as on the screen; may be empty."""
    because: str
    """One sentence for people."""

    @property
    def is_failure(self) -> bool:
        """It says that something went wrong."""
        return self.status != 0


Ending: TypeAlias = Outcome | Exited
"""How a stage ends, and with the last of them the boot."""


class StageKind(StrEnum):
    """What runs the machine for a while."""

    ROM = "rom"
    """The firmware that the machine is switched on with."""
    FIRMWARE = "firmware"
    """One that was itself fetched, and begins anew: an iPXE that is chained."""
    PROGRAM = "program"
    """A boot program, which asks for one thing after the other."""

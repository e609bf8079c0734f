"""How far a boot can come."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pxeclient.httpboot import Verdict
from pxeclient.seen.transfers import Transfer
from pxeclient.seen.web import WebRequest


class Stop(StrEnum):
    """How far it came."""

    FETCHED = "fetched"
    """The client acknowledged the last block of a file."""
    TFTP_ERROR = "tftp-error"
    TFTP_SILENT = "tftp-silent"
    TFTP_STOPPED = "tftp-stopped"
    """The transfer began, but did not come to its end."""
    TFTP_ENDED_BY_CLIENT = "tftp-ended-by-client"
    UNREACHABLE = "unreachable"
    """An ICMP error answered the read request."""
    ARP_SILENT = "arp-silent"
    NO_OFFER = "no-offer"
    NOT_TAKEN = "offers-not-taken"
    """Offers came, but the client requested none."""
    NO_ACK = "no-ack"
    NAK = "nak"
    DECLINED = "declined"
    """The client found the address that it was given to be in use."""
    PORT_4011_SILENT = "port-4011-silent"
    PORT_4011_CLOSED = "port-4011-closed"
    """An ICMP error answered what it asked there, or a search for a boot server."""
    SEARCH_SILENT = "boot-servers-silent"
    NOTHING_FOLLOWS = "nothing-follows"
    """It was answered, and asked for nothing more."""
    HTTP_ERROR = "http-error"
    """A web server answered, with something that is not the file."""
    HTTP_NOT_TAKEN = "http-not-taken"
    """It answered with a file that the client does not take."""
    HTTP_SILENT = "http-silent"
    """No answer came to a request."""
    HTTP_STOPPED = "http-stopped"
    """The file began to come, but not to its end."""
    TCP_SILENT = "tcp-silent"
    """No answer came to a SYN."""
    TCP_REFUSED = "tcp-refused"
    """A RST did."""
    TLS_FAILED = "tls-failed"
    """The handshake was broken off."""
    NAME_SILENT = "name-silent"
    """No answer came to a question for a name."""
    NAME_UNKNOWN = "name-unknown"
    """The answer had no address, or none that the client took."""
    OTHER_PROTOCOL = "other-protocol"
    """It goes on by TCP, with something that is not read."""
    STATELESS = "stateless-answer"
    """Over IPv6: a server answered without an address what asks for one."""
    NEIGHBOUR_SILENT = "neighbour-silent"
    """Over IPv6: nobody says that the address is his."""
    UNUSABLE_URL = "url-not-usable"
    """Over IPv6: it has an address, and a boot file URL that it does nothing with, or none."""
    LEASE = "lease"
    """A client that is no PXE client has its address."""
    CANNOT_TELL = "cannot-tell"


@dataclass(frozen=True, slots=True)
class Ending:
    """Where it ends."""

    stop: Stop
    sentence: str
    """In words, with frame numbers; safe to print."""
    transfer: Transfer | None = None
    """The one that it ends with."""
    after: tuple[Transfer, ...] = ()
    """What whatever runs then asks for."""
    request: WebRequest | None = None
    """The web request that it ends with."""
    after_web: tuple[WebRequest, ...] = ()
    """What whatever runs then asks web servers for."""
    verdict: Verdict | None = None
    """What UEFI's HTTP boot makes of the answers."""
    is_doubtful: bool = False
    """There may have been answers that were not recorded; the sentence says so."""
    screen: str = ""
    """Over IPv6: what EDK II prints there, of a client whose messages are EDK II's. Empty where
    that is not known."""

    @property
    def code(self) -> str:
        """The code in it, such as ``PXE-E16``; empty if there is none."""
        return self.screen.partition(":")[0] if self.screen.startswith("PXE-") else ""

    @property
    def content(self) -> bytes | None:
        """The file that it ends with, if all of it came and was recorded."""
        source = self.transfer or self.request
        return None if source is None else source.content

    @property
    def beginning(self) -> bytes:
        """The file as far as it was recorded without a gap."""
        source = self.transfer or self.request
        return b"" if source is None else source.beginning

    @property
    def size(self) -> int | None:
        """Octets of the file on the wire, if that shows."""
        source = self.transfer or self.request
        return None if source is None else source.size

    @property
    def sha256(self) -> str | None:
        """Of the content, if it is all there."""
        source = self.transfer or self.request
        return None if source is None else source.sha256


TOO_SOON = "The capture ends"


def too_soon(what: str, waited: float, transfer: Transfer | None = None) -> Ending:
    """The capture ends too soon after something to call what follows silence."""
    words = f"{TOO_SOON} {waited:.1f} s after {what}: how it went on cannot be told."
    return Ending(Stop.CANNOT_TELL, words, transfer)


def times(count: int) -> str:
    """How often, in words."""
    return "once" if count == 1 else f"{count} times"

"""iPXE's boot file: which name, from which server, and what a TFTP ERROR means."""

from __future__ import annotations

from dataclasses import replace

from pxeclient.boot.policy import (
    AddressOf,
    BootFrom,
    FetchBy,
    Fetching,
    IcmpTold,
    IcmpUse,
    Naming,
    Sources,
)
from pxeclient.decisions import Evidence, Known, Rule, Table, always
from pxeclient.fetch.tftp.refusal import TftpErrorUse, TftpRefusal
from pxeclient.fetch.uri import tftp_uri
from pxeclient.firmware.facts import is_access_violation, is_file_not_found, no_file_named
from pxeclient.firmware.ipxe.sources import read, seen
from pxeclient.wire.addresses import ANY


def has_menu(sources: Sources) -> bool:
    """one says PXEClient, one has a menu (43.9), and not both: 43.6 bit 3 and a file name"""
    replies = sources.replies
    skips = any(reply.names_file for reply in replies) and _control(sources) & 8
    pxe = next((reply for reply in replies if reply.vendor_class is not None), None)
    return pxe is not None and pxe.is_pxe and any(reply.has_menu for reply in replies) and not skips


def _control(sources: Sources) -> int:
    found = (reply.control for reply in sources.replies)
    return next((control for control in found if control is not None), 0)


def names_other_uri(sources: Sources) -> bool:
    """the name is a URI (letters, '-' or '_', then ":/"), but not tftp:// with an IPv4 address"""
    scheme = _scheme(sources)
    return scheme.replace(b"-", b"").replace(b"_", b"").isalpha() and not names_tftp_uri(sources)


def names_other_uri_2019(sources: Sources) -> bool:
    """the name has ":/" after its first word, but is not tftp:// with an IPv4 address"""
    return bool(_scheme(sources)) and not names_tftp_uri(sources)


def _scheme(sources: Sources) -> bytes:
    """What stands before the first colon, if a slash follows it."""
    name = sources.naming.boot_file if sources.naming else None
    scheme, _, rest = (name or b"").partition(b":")
    return scheme if rest.startswith(b"/") else b""


def names_tftp_uri(sources: Sources) -> bool:
    """the name is a URI tftp://ADDRESS/FILE"""
    name = sources.naming.boot_file if sources.naming else None
    return tftp_uri(name or b"") is not None


def name_is_empty(sources: Sources) -> bool:
    """the first name found is empty (an option 67 without content)"""
    return sources.naming is not None and not sources.naming.boot_file


def names_no_server(sources: Sources) -> bool:
    """the reply with the name has siaddr 0"""
    return sources.naming is not None and sources.naming.next_server == ANY


BOOT_FROM: Table[Sources, BootFrom] = Table(
    "boot-from",
    "The machine is configured: what does it boot?",
    (
        Rule(
            "menu",
            has_menu,
            BootFrom.BOOT_SERVER,
            "There is a boot menu (43.9), and it is not switched off by 43.6 bit 3 with a file"
            " name: the menu is then the only path.",
            seen("usr/autoboot.c:365-417", "samehost-60-43-menu"),
        ),
        Rule(
            "no-file",
            no_file_named,
            BootFrom.NO_BOOT_FILE,
            "No reply names a boot file.",
            seen("usr/autoboot.c:445-449", "no-bootfile"),
        ),
        Rule(
            "empty-name",
            name_is_empty,
            BootFrom.NO_BOOT_FILE,
            "The first boot file name found is empty.",
            read("usr/autoboot.c:242-292"),
        ),
        Rule(
            "tftp-uri",
            names_tftp_uri,
            BootFrom.DOWNLOAD,
            "The name is a tftp:// URI, which says server and file itself.",
            seen("core/uri.c:755-829", "tftp-uri-filename"),
        ),
        Rule(
            "other-uri",
            names_other_uri,
            BootFrom.UNSUPPORTED_SCHEME,
            "The name is a URI that pxeclient does not fetch: iPXE would use its scheme (or"
            " resolve its host name).",
            seen("core/uri.c:755-829", "http-uri-filename"),
        ),
        Rule(
            "no-next-server",
            names_no_server,
            BootFrom.NO_NEXT_SERVER,
            "The reply that names the boot file has siaddr 0, and iPXE takes no other address:"
            " not option 66, not sname, not the server identifier.",
            seen("usr/autoboot.c:242-292", "plain-dhcp-file-no-siaddr, plain-dhcp-sname"),
        ),
        Rule(
            "file-and-server",
            always,
            BootFrom.DOWNLOAD,
            "The first reply that names a boot file also names the next server.",
            seen("usr/autoboot.c:242-292", "plain-dhcp-bootfile"),
        ),
    ),
)

_ANY_SCHEME = Rule(
    "other-uri",
    names_other_uri_2019,
    BootFrom.UNSUPPORTED_SCHEME,
    "The name is a URI that pxeclient does not fetch: iPXE would use its scheme (or resolve its"
    " host name).",
    Known(Evidence.SOURCE, "ipxe@36a4c85 src/core/uri.c (scheme before any colon)"),
)
_NO_MENU = Rule(
    "menu-without-support",
    has_menu,
    BootFrom.NO_MENU,
    "There is a boot menu (43.9) that is not switched off, and EFI builds of iPXE have no menu:"
    " they give up without a word.",
    Known(
        Evidence.OBSERVED,
        "recording ipxe-efi-e1000e/samehost-60-43-menu; ipxe@0ab2277c4 src/usr/autoboot.c:91-93",
    ),
)


def _with(
    table: Table[Sources, BootFrom], **rules: Rule[Sources, BootFrom]
) -> Table[Sources, BootFrom]:
    """The table with the rules of these ids (``-`` written ``_``) replaced."""
    return replace(
        table, rules=tuple(rules.get(rule.id.replace("-", "_"), rule) for rule in table.rules)
    )


BOOT_FROM_2019 = _with(BOOT_FROM, other_uri=_ANY_SCHEME)
BOOT_FROM_EFI = _with(BOOT_FROM, menu=_NO_MENU)
BOOT_FROM_EFI_2019 = _with(BOOT_FROM_2019, menu=_NO_MENU)


def is_tftp_uri(naming: Naming) -> bool:
    """the name is a URI tftp://ADDRESS/FILE"""
    return tftp_uri(naming.reply.boot_file or b"") is not None


BOOT_SERVER: Table[Naming, AddressOf] = Table(
    "boot-server",
    "Which address is the TFTP server?",
    (
        Rule(
            "uri",
            is_tftp_uri,
            AddressOf.URI,
            "The name is a tftp:// URI, which says server and file itself.",
            seen("core/uri.c:755-829", "tftp-uri-filename"),
        ),
        Rule(
            "siaddr",
            always,
            AddressOf.SIADDR,
            "The next server of the same reply that names the file: siaddr, or option 175.3.",
            seen("usr/autoboot.c:242-292", "offer-ack-differ"),
        ),
    ),
)


def is_illegal_operation(refusal: TftpRefusal) -> bool:
    """the code is 4"""
    return refusal.code == 4


FETCH_BY: Table[Fetching, FetchBy] = Table(
    "fetch-by",
    "Option 43 has the parameters of a multicast download (1 to 5): how is the file fetched?",
    (
        Rule(
            "tftp",
            always,
            FetchBy.TFTP,
            "iPXE does not look at the parameters of a multicast download; only a URI (tftm://,"
            " mtftp://) calls for one.",
            read("usr/autoboot.c: no code reads 43.1 to 43.5"),
        ),
    ),
)

TFTP_ERROR: Table[TftpRefusal, TftpErrorUse] = Table(
    "tftp-error",
    "The TFTP server sent an ERROR: what now?",
    (
        Rule(
            "not-found",
            is_file_not_found,
            TftpErrorUse.NOT_FOUND,
            "Code 1: the file is not there. iPXE does not ask again.",
            seen("net/udp/tftp.c (rx error)", "tftp-notfound"),
        ),
        Rule(
            "access-violation",
            is_access_violation,
            TftpErrorUse.ACCESS_VIOLATION,
            "Code 2: permission denied.",
            read("net/udp/tftp.c (rx error)"),
        ),
        Rule(
            "illegal-operation",
            is_illegal_operation,
            TftpErrorUse.ILLEGAL_OPERATION,
            "Code 4: an error that has no text in iPXE.",
            read("net/udp/tftp.c (rx error)"),
        ),
        Rule(
            "other",
            always,
            TftpErrorUse.ERROR,
            "Any other code, 0 and 8 included, ends the download: no retry without options.",
            seen("net/udp/tftp.c (rx error)", "tftp-error-midway, dnsmasq-full"),
        ),
    ),
)

ICMP_ERROR: Table[IcmpTold, IcmpUse] = Table(
    "icmp-error",
    "Somebody says that a packet could not be delivered: what now?",
    (
        Rule(
            "any",
            always,
            IcmpUse.IGNORE,
            "iPXE answers ICMP echo requests and ignores everything else.",
            read("net/icmpv4.c:82-94"),
        ),
    ),
)

"""Which server a finding is about, as far as its replies show it: whose settings to show first.

Web servers name themselves. DHCP servers do not: what tells is the order in which they write their
options, where that is of their own making. Orders that many write alike, as ISC dhcpd's (53, 54,
51, and then as asked) or a ProxyDHCP server's, tell nothing: then no server is named. Of TFTP
servers the words of an ERROR tell.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from ipaddress import IPv4Address
from itertools import pairwise

from pxeclient.advice import Server
from pxeclient.diagnose.model import AtHand
from pxeclient.diagnose.scene import Scene
from pxeclient.seen.dhcp import Dhcp
from pxeclient.seen.transfers import Transfer
from pxeclient.seen.web import WebRequest
from pxeclient.wire import dhcp, tftp

_NAMES = (66, 67)
"""Where a client asks for them, dnsmasq puts the names of server and file among its first."""


def at_hand(scene: Scene, frames: Sequence[int], id: str = "") -> AtHand | None:
    """The server program that sent the replies in these frames, or all replies, if it shows.

    None if it does not, or if the replies are of different programs. A finding about the download,
    by its `id`, is about the TFTP server: where one answers, it may be another program than the
    DHCP server on the same host.
    """
    served = [one for one in (*scene.transfers, *scene.next_stage) if one.answers]
    if served and (id.startswith("T-") or id in _OF_FILES):
        return _tftp_server(served)
    web = [one for one in scene.web if one.number in frames]
    if web:
        return _web_server(web[0])
    about = [reply for reply in scene.replies if reply.number in frames] or scene.replies
    whom = [_known(scene, who) for who in dict.fromkeys(reply.who for reply in about)]
    found = [one for one in whom if one is not None]
    if not found or len(found) < len(whom):
        return None
    return found[0] if len({one.server for one in found}) == 1 else None


_OF_FILES = ("C-NEEDS", "C-REFUSED", "C-SPARE", "C-SERVER")
"""Findings about the TFTP server that are not of the download."""
_DNSMASQ_ERROR = re.compile(rb"file .+ not found( for [\d.]+)?\Z")
"""How dnsmasq refuses what is not there (observed: 2.90; tftp.c)."""


def _tftp_server(served: Sequence[Transfer]) -> AtHand | None:
    """The program whose words an ERROR has."""
    for one in served:
        error = one.error.said if one.error is not None else None
        if isinstance(error, tftp.Error) and _DNSMASQ_ERROR.match(error.message):
            number = one.error.number if one.error is not None else 0
            basis = f"{one.server} refuses files in dnsmasq's words (frame {number})"
            return AtHand(Server.DNSMASQ, basis)
    return None


_WEB_SERVERS = ((b"nginx", Server.NGINX), (b"Apache", Server.APACHE))
"""How the Server header begins (RFC 9110 §10.2.4)."""


def _web_server(one: WebRequest) -> AtHand | None:
    """The program that names itself in its answer."""
    named = (one.response.header(b"Server") or b"") if one.response is not None else b""
    for name, server in _WEB_SERVERS:
        if named.startswith(name):
            basis = f"{one.server} says so in its Server header (frame {one.last_number})"
            return AtHand(server, basis)
    return None


def _known(scene: Scene, who: IPv4Address) -> AtHand | None:
    for reply in scene.replies:
        if reply.who == who and (server := recognised(reply)) is not None:
            order = f"{server.called}'s order (frame {reply.number})"
            return AtHand(server, f"{who} writes its options in {order}")
    return None


def recognised(reply: Dhcp) -> Server | None:
    """The program that writes an offer or DHCPACK of an address so; None if many do.

    dnsmasq sends 51 and then, whether asked or not, 58, 59, 1 and 28 (observed: 2.90; rfc2131.c,
    do_options). Kea sends 53 and then all others by their numbers
    (observed: 2.2.0).
    """
    if reply.type not in (dhcp.OFFER, dhcp.ACK) or not reply.offers_address:
        return None
    codes = [
        option.code for option in reply.message.options if option.code not in (dhcp.PAD, dhcp.END)
    ]
    fixed = [code for code in codes if code not in _NAMES]
    if fixed[:7] == [53, 54, 51, 58, 59, 1, 28]:
        return Server.DNSMASQ
    rest = codes[1:]
    by_number = all(one < other for one, other in pairwise(rest))
    if codes[:2] == [53, 1] and by_number and {51, 54} <= set(rest):
        return Server.KEA
    return None

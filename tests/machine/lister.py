"""A small but whole boot program: what a second stage does, and nothing of any real one.

It asks DHCP as a plain client, reads two files that lie beside it, waits for a key and gives up
with a text. Whoever writes a program finds all that one is made of here.
"""

from __future__ import annotations

from dataclasses import replace

from pxeclient.boot.dhcp.traits import (
    DhcpTraits,
    FileOrder,
    MessageTraits,
    ReadTraits,
    Secs,
    Xid,
)
from pxeclient.decisions import Evidence, Known
from pxeclient.fetch.job import Fetched
from pxeclient.firmware.ipxe import IPXE
from pxeclient.machine.given import Given
from pxeclient.machine.program import Program
from pxeclient.machine.wants import NotLeased, Script, Why, dhcp, fetch, key, leave, show
from pxeclient.outcome import BootFile
from pxeclient.wire.pxe import Purpose

SOURCE = Known(Evidence.SPECIFIED, "tests/machine/lister.py")
"""Of a real program: a recording, lines of its source, a manual."""

ADDRESS = Why("own-address", "It trusts no address that somebody else asked for.", SOURCE)
LIST = Why("list-beside", "Its list lies in the folder list, beside itself.", SOURCE)
MENU = Why("menu-of-list", "The list's first line names the menu.", SOURCE)
SCREEN = Why("says-so", "It tells what it does.", SOURCE)
CHOICE = Why("menu-waits", "A menu waits five seconds for a key.", SOURCE)
NO_CHOICE = Why("nobody-chose", "Nobody has chosen an entry of the menu.", SOURCE)
NO_ADDRESS = Why("no-address", "It does not go on without an address of its own.", SOURCE)
NO_FILE = Why("no-file", "It does not go on without its list and its menu.", SOURCE)
NOT_THERE = Why("no-such-entry", "The menu has no such entry.", SOURCE)

PLAIN = DhcpTraits(
    size=0,
    xid=Xid.RANDOM,
    secs=Secs.LISTED,
    secs_listed=(0,),
    read=ReadTraits(overload=False, join_long=False, file_order=FileOrder.FIELD),
    values={"55": "010306", "61": "01 {mac}"},
    messages={
        Purpose.DISCOVER: MessageTraits((53, 55, 61), flags=0x8000, waits=(1.0, 2.0)),
        Purpose.REQUEST: MessageTraits((53, 54, 50, 55, 61), flags=0x8000, waits=(1.0, 2.0)),
    },
)
"""A plain DHCP client: no PXEClient, no architecture. It decides as iPXE does."""


def run(given: Given) -> Script[None]:
    """The program's script."""
    yield from show("lister 1.0", SCREEN)
    leased = yield from dhcp(PLAIN, IPXE, ADDRESS)
    if isinstance(leased, NotLeased):
        yield from leave(1, NO_ADDRESS, "no address")
        return
    listed = yield from fetch(beside(given, b"list/default"), LIST)
    if not isinstance(listed, Fetched):
        yield from leave(2, NO_FILE, "no list")
        return
    name = b"list/" + listed.content.partition(b"\n")[0]
    menu = yield from fetch(beside(given, name), MENU)
    if not isinstance(menu, Fetched):
        yield from leave(2, NO_FILE, "no menu")
        return
    yield from show(menu.content.decode(errors="replace"), SCREEN)
    yield from show("Your choice: ", SCREEN, ends=False)
    chosen = yield from key("Your choice:", CHOICE, timeout=5.0)
    if chosen is None:
        yield from show("", SCREEN)
        yield from leave(3, NO_CHOICE, "nothing to list")
    else:
        yield from show(chosen, SCREEN)
        yield from leave(4, NOT_THERE, f"there is no {chosen}")


def beside(given: Given, name: bytes) -> BootFile:
    """A file of the server and the folder that the program itself came from."""
    own = given.started.boot_file
    folder, slash, _ = own.name.rpartition(b"/")
    return BootFile(folder + slash + name, own.server, "lister", own.port)


LISTER = Program("lister", run)
"""It sends and fetches by the firmware."""


def own_stack(given: Given) -> Program:
    """The same program with a stack of its own."""
    return replace(LISTER, ip=given.inherited.ip)

"""What a program wants of its machine, and what it is answered.

A program's script yields a want and is given its answer, which the functions at the end do with the
right type: ``found = yield from fetch(file, WHY)``. Each want has a `Why`: the rule of the program
that it follows, a reason, and how well that is known. They go into the trace as decisions do, to
the question `NEXT`.
"""

from __future__ import annotations

from collections.abc import Generator
from enum import StrEnum
from typing import NamedTuple, TypeAlias, TypeVar

from msgspec import Struct

from pxeclient.boot.dhcp.reply import Reply
from pxeclient.boot.dhcp.traits import DhcpTraits
from pxeclient.boot.policy import Policy
from pxeclient.boot.screen.traits import ScreenTraits
from pxeclient.decisions import Known
from pxeclient.fetch.job import Fetched, NotFetched
from pxeclient.outcome import BootFile, Ending, Failure

NEXT = "program-next"
"""The question that a want answers: what does the program do next?"""
SHOWS = "program-shows"
"""The same of wants that are seen where they are: lines on the screen, and waits."""


class Next(StrEnum):
    """What a program does next."""

    FETCH = "fetch a file"
    SHOW = "show a line"
    KEY = "wait for a key"
    WAIT = "wait"
    DHCP = "ask DHCP"
    START = "start what was fetched"
    EXIT = "give the machine back"


class Why(NamedTuple):
    """Why something is wanted."""

    rule: str
    """Such as ``config-by-mac``."""
    because: str
    """One sentence in the reader's terms, shown as it stands."""
    source: Known


_SAYS_NOTHING = ScreenTraits()


# --- wants --------------------------------------------------------------------------------
class Fetch(Struct, frozen=True):
    """A file. Answered by `Fetched` or `NotFetched`."""

    what: str | BootFile
    """A URI, or a name as it goes into the read request, with its server."""
    why: Why


class Show(Struct, frozen=True):
    """Text on the screen, from where the cursor is. Answered by None, at once."""

    text: str
    """Of any number of lines; what no screen shows is taken out of it."""
    why: Why
    ends: bool = True
    """The line ends with it; otherwise what comes next goes on in it."""


class Key(Struct, frozen=True):
    """A key. Answered by its name, or by None when the time is up."""

    shows: str
    """What the user has before him, such as ``boot:``."""
    why: Why
    timeout: float | None = None
    """Seconds; None: as long as it takes."""


class Wait(Struct, frozen=True):
    """Time to pass. Answered by None.

    A script that goes through what a stranger wrote, and so may go round for ever, wants
    ``Wait(0)`` at each step: that is how it is stopped.
    """

    seconds: float
    why: Why


class Dhcp(Struct, frozen=True):
    """A DHCP exchange of the program's own, by these messages and tables.

    It is the firmware's own, from discovery up to where that would look for its boot file.
    Answered by `Leased`, and then the program's stack has the address, or by `NotLeased`.
    """

    dhcp: DhcpTraits
    policy: Policy
    why: Why
    screen: ScreenTraits = _SAYS_NOTHING
    """What is said meanwhile."""


class Start(Struct, frozen=True):
    """What was fetched is given the machine.

    Answered by `Returned` where it gives it back; else the program is not heard of again.
    """

    file: Fetched
    why: Why
    arguments: str = ""
    """Such as a kernel's command line."""
    beside: tuple[BootFile, ...] = ()
    """What else was loaded for it, such as an initrd."""
    returns: bool = True
    """The program goes on if what it started gives the machine back."""


class Exit(Struct, frozen=True):
    """The machine is given back to whoever started the program. There is no answer."""

    status: int
    """0: nothing went wrong."""
    why: Why
    text: str = ""
    """The program's last words. They are shown as well, if `show` has not done so."""
    code: str = ""
    """Its own code for what went wrong."""


Want: TypeAlias = Fetch | Show | Key | Wait | Dhcp | Start | Exit


# --- answers ------------------------------------------------------------------------------
class Leased(Struct, frozen=True):
    """DHCP has given an address."""

    ack: Reply
    sources: tuple[Reply, ...]
    """The replies that count, in the order of the tables: with a proxy's, say."""


class NotLeased(Struct, frozen=True):
    """It has not."""

    failure: Failure
    because: str
    """One sentence for people: what happened on the wire."""


class Returned(Struct, frozen=True):
    """What was started has given the machine back."""

    ending: Ending


Answer: TypeAlias = Fetched | NotFetched | str | Leased | NotLeased | Returned | None

T = TypeVar("T")
Script: TypeAlias = Generator[Want, Answer, T]
"""A script, or a part of one. A program's own may end without `Exit`: then nothing went wrong."""


# --- what scripts are written with --------------------------------------------------------
def fetch(what: str | BootFile, why: Why) -> Script[Fetched | NotFetched]:
    """Fetch a file."""
    answer = yield Fetch(what, why)
    assert isinstance(answer, Fetched | NotFetched), "so is a `Fetch` answered"
    return answer


def show(text: str, why: Why, ends: bool = True) -> Script[None]:
    """Show text."""
    yield Show(text, why, ends)


def key(shows: str, why: Why, timeout: float | None = None) -> Script[str | None]:
    """Wait for a key; None when the time is up."""
    answer = yield Key(shows, why, timeout)
    assert answer is None or isinstance(answer, str), "so is a `Key` answered"
    return answer


def wait(seconds: float, why: Why) -> Script[None]:
    """Let time pass."""
    yield Wait(seconds, why)


def dhcp(
    traits: DhcpTraits, policy: Policy, why: Why, screen: ScreenTraits = _SAYS_NOTHING
) -> Script[Leased | NotLeased]:
    """Ask DHCP for an address."""
    answer = yield Dhcp(traits, policy, why, screen)
    assert isinstance(answer, Leased | NotLeased), "so is a `Dhcp` answered"
    return answer


def start(
    file: Fetched,
    why: Why,
    arguments: str = "",
    beside: tuple[BootFile, ...] = (),
    returns: bool = True,
) -> Script[Returned]:
    """Start what was fetched, and go on if it gives the machine back."""
    answer = yield Start(file, why, arguments, beside, returns)
    assert isinstance(answer, Returned), "so is a `Start` answered"
    return answer


def leave(status: int, why: Why, text: str = "", code: str = "") -> Script[None]:
    """Give the machine back; nothing after it is done."""
    yield Exit(status, why, text, code)

"""What a firmware says on its screen: its part of a profile."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FailureText:
    """What the firmware says when it fails."""

    code: str
    text: str
    screen: tuple[str, ...] | None = None
    """The lines on its screen, if they differ from ``screen.failure``."""


@dataclass(frozen=True, slots=True)
class GrowingLine:
    """Lines of which the last grows, or counts, while the machine waits."""

    lines: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    """What is added, one after the other and then again from the first.

    Marks that end in BS take each other's place, and are gone at the end."""
    every: float = 0.0
    """Seconds between two marks, or between two counts; 0 for none."""
    each_send: str = ""
    """What every transmission adds."""
    percent: bool = False
    """Where the size of the download is known, how much of it is there takes the marks' place."""
    count: str = ""
    """A countdown, with ``{seconds}``: each number takes the last one's place."""
    lag: float = 0.0
    """The machine sees so much later that the wait is over: a mark due by then still comes."""
    failure_below: bool = False
    """A failure is told in the next line, not in this one."""
    erased: bool = False
    """The countdown is gone when it has run out."""


@dataclass(frozen=True, slots=True)
class FileFormat:
    """A kind of boot file as the firmware calls it."""

    name: str
    octets: str = ""
    """What it holds, in hexadecimal; nothing: any file."""
    at: int = 0
    """Where it holds that."""


@dataclass(frozen=True, slots=True)
class ScreenTraits:
    """What the firmware writes on its screen; ``{address}`` and the like are filled in.

    Each text is a line, unless it ends in ``{open}``: then what comes next goes on in it.
    """

    columns: int = 0
    """How wide the screen is; 0 if it is not known, or wider than any line."""
    started: tuple[str, ...] = ()
    configuring: GrowingLine = GrowingLine()
    """While DHCP is under way."""
    leased: tuple[str, ...] = ()
    menu_started: tuple[str, ...] = ()
    prompt: GrowingLine = GrowingLine()
    """The menu prompt, with ``{prompt}``, while it counts down."""
    prompt_only: tuple[str, ...] = ()
    """The menu prompt where nothing is counted."""
    menu_opened: tuple[str, ...] = ()
    menu: tuple[str, ...] = ()
    """Each item of the boot menu, with ``{number}``, ``{letter}`` and ``{item}``."""
    discovering: GrowingLine = GrowingLine()
    """While a boot server is searched, with ``{type}``."""
    discovered: tuple[str, ...] = ()
    """A boot server has answered; ``{type}`` is its type as this firmware shows it."""
    boot_server: tuple[str, ...] = ()
    boot_file: tuple[str, ...] = ()
    sized: tuple[str, ...] = ()
    """The size of the boot file was asked for, with ``{size}``: 0 if it is not known."""
    downloading: GrowingLine = GrowingLine()
    multicast: tuple[str, ...] = ()
    """In place of `boot_file`, where the file is fetched by multicast."""
    booted: tuple[str, ...] = ()
    formats: tuple[FileFormat, ...] = ()
    """What ``{format}`` may say; the first that fits."""
    failure: tuple[str, ...] = ("{text}",)
    """A failure that has no lines of its own."""
    failed: tuple[str, ...] = ()
    """After every failure."""

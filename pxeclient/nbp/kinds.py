"""What is told of a boot file."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

KINDS = (
    "pe",
    "linux",
    "kernel",
    "elf",
    "module",
    "script",
    "u-boot",
    "packed",
    "text",
    "boot-sector",
    "raw",
)
"""The forms that a file can have. ``linux`` is a bzImage without a PE header, ``kernel`` any other
Linux kernel without one; ``module`` a part of a loader, which is no program by itself; ``packed``
compressed data and archives; ``raw`` code that shows nothing."""


class Sure(StrEnum):
    """How sure it is whose program a file is."""

    CERTAIN = "certain"
    """Texts or tables in it say so."""
    LIKELY = "likely"
    """It begins as that program does; what would prove it is not among the octets at hand."""


@dataclass(frozen=True, slots=True)
class Sign:
    """Octets that told something."""

    offset: int
    """In the file."""
    length: int
    what: str
    """Such as ``PXELINUX``, printable."""
    unpacked: bool = False
    """The offset is in what is packed in the file."""


@dataclass(frozen=True, slots=True)
class Program:
    """Whose program a file is."""

    name: str
    """Such as ``iPXE``."""
    build: str = ""
    """Which of its builds, such as ``snponly.efi`` or ``netboot build``; empty where it does not
    show."""
    version: str = ""
    """Empty where it does not show."""
    sure: Sure = Sure.CERTAIN
    level: str = "observed"
    """How well the sign is known: ``observed`` on files that were measured, ``specified``,
    ``inferred`` (public texts about files that nobody here could measure)."""
    source: str = ""

    @property
    def words(self) -> str:
        """Such as ``iPXE 2.0.0+ (snponly.efi)``."""
        build = f" ({self.build})" if self.build else ""
        version = f" {self.version}" if self.version else ""
        likely = "likely " if self.sure is Sure.LIKELY else ""
        return f"{likely}{self.name}{version}{build}"


@dataclass(frozen=True, slots=True)
class NbpKind:
    """A kind of boot file."""

    kind: str
    """One of `KINDS`, or ``empty``."""
    words: str
    """For people, with the program."""
    machine: int | None = None
    """The PE machine type."""
    subsystem: int | None = None
    """What a PE image is for; None where its header is not at hand."""
    program: Program | None = None
    signs: tuple[Sign, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    """What else it says of itself: names and values, printable."""
    has: int = 0
    """Octets that were looked at."""
    size: int | None = None
    """Octets of the whole file; None where only a part is at hand and that is not known."""
    needs: int = 0
    """Octets that it has at least by its own headers; 0 where these do not say."""
    caveat: str = ""
    """Why it will not do what it seems made for, such as a loader without a network; a clause
    that goes on with ``it``. Empty where there is nothing to say."""

    @property
    def is_partial(self) -> bool:
        """Only the beginning of the file was at hand."""
        return self.size is None or self.has < self.size

    @property
    def is_cut(self) -> bool:
        """The whole file is shorter than its own headers say."""
        return self.size is not None and self.needs > self.size

    @property
    def is_linux(self) -> bool:
        """A Linux kernel that a loader of bzImages takes, whether or not it is a PE image too."""
        return self.kind == "linux" or dict(self.facts).get("boot protocol") is not None

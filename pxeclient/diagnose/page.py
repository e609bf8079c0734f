"""Findings as pages: all on one, ``docs/reference/findings.md``, or each on its own, and a list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pxeclient.advice import Cure, fill
from pxeclient.diagnose.catalogue import catalogue, not_covered
from pxeclient.diagnose.model import Fault, Severity
from pxeclient.diagnose.places import renamed
from pxeclient.diagnose.registry import speaks_when

_HEAD = """\
# Findings

What `pxeclient boot` names after the end of a boot, and `pxeclient findings ID` describes. Made by
`make docs` from `pxeclient/diagnose/texts`.

A finding is about the servers or the way to them, never about the firmware. Its severity is
*stops the boot* where it is why this boot failed (or why a real machine could not run what was
fetched), *stops the next stage* where the boot file comes and cannot go on, *may stop this boot*
where the machine was waiting for it when last seen, *would stop another firmware*, or *note*, told
in that order. What only follows from another finding is told below it.
Frame numbers are those of the capture that `-w` writes. After a failed boot, what stopped it is
told in full and all else in a line; after one that went well, what stops the next stage in full
and what would stop another firmware in a line. `-v` tells everything.

Cures for dnsmasq, ISC dhcpd and Kea are lines of their configuration, for Kea inside `"Dhcp4"`;
the tests have the real servers read every one of them. Words in capitals, and what a boot fills
in, are to be replaced: a name or an address is only filled in where it means itself in all of
these languages. Windows DHCP was not at hand: its cures are from its documentation.
"""


def page() -> str:
    """The whole page as Markdown."""
    return "\n".join(_lines()) + "\n"


def listing() -> str:
    """The list alone; it leads to pages in the folder ``findings``."""
    links = {id: f"findings/{id}.md" for id in catalogue()}
    return "\n".join((*_list(links), *_not_covered())) + "\n"


def one(fault: Fault) -> str:
    """The page of one finding."""
    return (
        "\n".join(
            (
                f"# {fault.id}: {fault.title}",
                "",
                f"*{_otherwise(fault).capitalize()}.*",
                *_told(fault),
            )
        )
        + "\n"
    )


def _lines() -> Iterator[str]:
    yield from _list({id: f"#{id.lower()}" for id in catalogue()})
    for fault in catalogue().values():
        yield ""
        yield f"## {fault.id}"
        yield ""
        yield f"{fault.title}. *{_otherwise(fault).capitalize()}.*"
        yield from _told(fault)
    yield from _not_covered()


def _list(links: Mapping[str, str]) -> Iterator[str]:
    yield _HEAD
    yield "| id | what is wrong | severity otherwise |"
    yield "|---|---|---|"
    for id, fault in catalogue().items():
        yield f"| [{id}]({links[id]}) | {fault.title} | {_otherwise(fault)} |"


def _not_covered() -> Iterator[str]:
    yield ""
    yield "## Not covered"
    yield ""
    yield "What people meet and the wire of one boot does not show:"
    yield ""
    for missed, reason in not_covered().items():
        yield f"* {missed}. {reason}"


def _otherwise(fault: Fault) -> str:
    return "always stops the boot" if fault.severity is Severity.STOPS else fault.severity.value


def _told(fault: Fault) -> Iterator[str]:
    yield ""
    yield fault.why
    yield ""
    yield f"Said when: {speaks_when(fault.id)}"
    yield ""
    best, *rest = (fill(cure, renamed({}, fault.places)) for cure in fault.cures)
    yield from _cure(best)
    for cure in rest:
        yield f"* or: {cure.do}"
        yield ""
    yield f"Source ({fault.known.level}): {fault.known.where}"


def _cure(cure: Cure) -> Iterator[str]:
    for server, lines in cure.settings():
        if server.is_told_in_words:
            yield f"* {server.called}: {lines[0]}"
        else:
            yield f"* {server.called}:"
            yield ""
            yield from (f"      {line}" for line in lines)
        yield ""
    yield f"* others: {cure.do}"
    yield ""

"""Which text a file is, where it is a text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pxeclient.nbp.kinds import Program, Sign

LOOKED_AT = 4096
"""Octets by which a text is told."""
_SPACES = frozenset(b"\t\n\r\f\x1a\x1b")
"""What a text has besides letters."""
_MARK = b"\xef\xbb\xbf"
_SCRIPT = re.compile(rb"#!i?g?pxe(?=[ \t\r\n\f\v])")
_SCRIPT_LIKE = re.compile(rb"(?:\xef\xbb\xbf|\s+)?#!\s*i?g?pxe", re.IGNORECASE)
_HTML = re.compile(
    rb"\s*(<\?xml[^>]{0,200}>\s*)?(<!--.{0,400}?-->\s*)?(<!doctype\s+html|<html|<head|<body)",
    re.IGNORECASE | re.DOTALL,
)
_TITLE = re.compile(rb"<title[^>]{0,80}>([^<]{1,120})</title>", re.IGNORECASE)
_PXELINUX = re.compile(
    rb"^[ \t]*(default|label|kernel|linux|append|initrd|menu|ui|prompt|timeout|ontimeout|include"
    rb"|localboot|ipappend|sysappend|say|display|serial|totaltimeout|allowoptions|noescape|text"
    rb"|endtext|f\d{1,2}|com32|fdt|fdtdir|implicit|font|kbdmap|path|nohalt|onerror)\b",
    re.IGNORECASE | re.MULTILINE,
)
_PXELINUX_OWN = re.compile(
    rb"^[ \t]*(label[ \t]+\S|kernel[ \t]+\S|append[ \t]+\S|ipappend[ \t]+\d|localboot[ \t]+-?\w"
    rb"|default[ \t]+\S|menu[ \t]+(label|title|default))",
    re.IGNORECASE | re.MULTILINE,
)
_GRUB_OWN = re.compile(
    rb"^[ \t]*(menuentry[ \t]+.*\{|submenu[ \t]+.*\{|set[ \t]+\w+=|insmod[ \t]+\w|configfile[ \t]"
    rb"|search[ \t]+--|linux(efi|16)?[ \t]+[/($]|chainloader[ \t]|if[ \t]+\[)",
    re.MULTILINE,
)
_LINES = re.compile(rb"^[ \t]*[^\s#].*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Text:
    """A text."""

    kind: str
    """``script`` or ``text``."""
    words: str
    sign: Sign
    program: Program | None = None
    facts: tuple[tuple[str, str], ...] = ()


def text(content: bytes) -> Text | None:
    """What text the file is; None if it is none."""
    head = content[:LOOKED_AT]
    script = _SCRIPT.match(head)
    if script is not None:
        return Text("script", "iPXE script", Sign(0, script.end(), _plain(script[0])))
    if not _is_text(head):
        return None
    return _script_like(head) or _page(head) or _configuration(head) or _other(head)


def _is_text(head: bytes) -> bool:
    """Lines of letters: no machine code goes on for so long without anything else."""
    marked = head.startswith((b"#", _MARK)) or _HTML.match(head) is not None
    if (b"\n" not in head and not marked) or any(
        octet < 32 and octet not in _SPACES for octet in head
    ):
        return False
    try:
        head.decode()
    except UnicodeDecodeError as error:
        # A letter of several octets may be cut where we stop looking, or be of an older code.
        return error.start > LOOKED_AT - 4
    return b"\x7f" not in head


def _script_like(head: bytes) -> Text | None:
    found = _SCRIPT_LIKE.match(head)
    if found is None:
        return None
    why = (
        "a byte order mark stands before #!ipxe"
        if head.startswith(_MARK)
        else "its first line is not #!ipxe"
    )
    words = f"text, no program: meant as an iPXE script, but {why}"
    return Text("text", words, Sign(0, found.end(), _plain(found[0])))


def _page(head: bytes) -> Text | None:
    """A page for browsers, as web servers give instead of what they do not have."""
    found = _HTML.match(head)
    if found is None:
        return None
    title = _TITLE.search(head)
    name = _plain(b" ".join(title[1].split())) if title else ""
    called = f' titled "{name}"' if name else ""
    facts = (("title", name),) if name else ()
    words = f"text, no program: an HTML page{called}, as a web server gives for an error"
    return Text("text", words, Sign(found.start(3), len(found[3]), _plain(found[3])), None, facts)


def _configuration(head: bytes) -> Text | None:
    """A configuration of a boot loader: most of its lines are in that loader's language."""
    lines = len(_LINES.findall(head))
    grub = list(_GRUB_OWN.finditer(head))
    if len(grub) >= 2 or (grub and lines <= 3):
        sign = Sign(grub[0].start(), len(grub[0][0]), _plain(grub[0][0]).strip())
        return Text("text", "text, no program: a configuration of GRUB", sign)
    own = _PXELINUX_OWN.search(head)
    if own is not None and 2 * len(_PXELINUX.findall(head)) > lines:
        sign = Sign(own.start(), len(own[0]), _plain(own[0]).strip())
        return Text("text", "text, no program: a configuration of PXELINUX", sign)
    return None


def _other(head: bytes) -> Text:
    first = head.split(b"\n", 1)[0].strip()
    sign = Sign(0, len(first), _plain(first)[:60])
    if first.startswith(b"#cloud-config"):
        return Text("text", "text, no program: a configuration of cloud-init", sign)
    if first.startswith(b"#!"):
        return Text("text", "text, no program: a script for an operating system", sign)
    return Text("text", "text, no program", sign)


def _plain(octets: bytes) -> str:
    """Printable, whatever it is."""
    text = octets.decode("utf-8", "replace")
    return "".join(one if one.isprintable() and one.isascii() else "?" for one in text)

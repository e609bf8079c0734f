"""Texts that are served in place of a program."""

from __future__ import annotations

import pytest

from pxeclient.nbp import identify

PXELINUX, GRUB = "a configuration of PXELINUX", "a configuration of GRUB"
PAGE = "an HTML page"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<!DOCTYPE html>\n<html><body>x</body></html>\n", PAGE),
        (b"<html><head><title>404 Not Found</title></head></html>", 'titled "404 Not Found"'),
        (b"  \r\n<HTML><TITLE>\nIndex of /\n</TITLE>", 'titled "Index of /"'),
        (b'<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "x">\n<html>\n', PAGE),
        (b"<!-- generated -->\n<html lang=en>\n", PAGE),
        (b"DEFAULT linux\nLABEL linux\n  KERNEL vmlinuz\n  APPEND initrd=x\n", PXELINUX),
        (b"# pxelinux.cfg\n\nui menu.c32\nprompt 0\nlabel a\n menu label A\n linux a\n", PXELINUX),
        (b"default 0\r\ntimeout 10\r\nlabel 0\r\nlocalboot 0\r\n", PXELINUX),
        (b"set timeout=5\nmenuentry 'Linux' {\n linux /vmlinuz\n initrd /initrd\n}\n", GRUB),
        (b"insmod all_video\nset root=(tftp)\nconfigfile /grub/x.cfg\n", GRUB),
        (b"if [ x$y = x ]; then\n  set z=1\nfi\n", GRUB),
        (b"\xef\xbb\xbf#!ipxe\ndhcp\n", "a byte order mark stands before #!ipxe"),
        (b"\n#!ipxe\ndhcp\n", "its first line is not #!ipxe"),
        (b"#!IPXE\ndhcp\n", "its first line is not #!ipxe"),
        (b"#!ipxe", "its first line is not #!ipxe"),
        (b"#!/bin/sh\necho\n", "a script for an operating system"),
        (b"#cloud-config\nusers: []\n", "a configuration of cloud-init"),
    ],
)
def test_which_text(content: bytes, words: str) -> None:
    """Text is no program, and it says which text it is."""
    found = identify(content)
    assert found.kind == "text"
    assert found.words.startswith("text, no program")
    assert words in found.words


@pytest.mark.parametrize(
    "content",
    [
        b"hello\n",
        b"Default gateway is down.\nPlease call the label printer people.\nThank you.\n",
        b"kernel panic\nis what it said\nand then nothing\nat all\n",
        b"key = value\nset = 1\n",
        b"a <html> tag in the middle\n",
    ],
)
def test_just_text(content: bytes) -> None:
    """What only looks a little like it is no more than text."""
    assert identify(content).words == "text, no program"


@pytest.mark.parametrize("white", [b" ", b"\t", b"\n", b"\r\n"])
@pytest.mark.parametrize("magic", [b"#!ipxe", b"#!gpxe"])
def test_a_script(magic: bytes, white: bytes) -> None:
    """The magic and a white space, as iPXE wants it (image/script.c)."""
    assert identify(magic + white + b"boot x\n").kind == "script"


def test_a_title_is_printable() -> None:
    """A page's title may be anything."""
    found = identify(b"<html><title>\x1b[31m404\x1b \xc3\xa9</title>\n")
    assert found.kind == "text"
    assert found.words.isprintable()
    assert found.words.isascii()

"""What all pages have in common: a head that lets nothing in but the page's own style and script.

A page is one file and asks for nothing. All words on it are escaped; the functions take texts as
they are and give markup.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256

from pxeclient.harmless import clean
from pxeclient.report.ladder.pieces import escaped


def head(title: str, style: str, script: str = "") -> Iterator[str]:
    """The page up to its body; `script` is what will stand at its end."""
    yield "<!doctype html>"
    yield '<html lang="en">'
    yield "<head>"
    yield '<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{policy(style, script)}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="referrer" content="no-referrer">'
    yield f"<title>{words(title)}</title>"
    yield f"<style>{style}</style>"
    yield "</head>"


def policy(style: str, script: str = "") -> str:
    """A Content-Security-Policy that lets in this style and this script alone."""
    scripts = f" script-src '{_hash(script)}';" if script else ""
    return (
        f"default-src 'none'; style-src '{_hash(style)}';{scripts}"
        " base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def words(text: str) -> str:
    """Anybody's text as it may stand in an element or an attribute."""
    return escaped(clean(text))

"""What a shell offers for a value that is not typed to its end.

Each function takes the context, the parameter, and what stands there so far, as click's
`shell_complete` does. A shell waits for the answer at every press of a key, and nobody sees an
error there: what cannot be known is an empty list.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import click
from click.shell_completion import CompletionItem

from pxeclient.harmless import clean

Items = list[CompletionItem[str]]


def profiles(ctx: click.Context, param: click.Parameter, so_far: str) -> Items:
    """Firmwares, with their variants after a plus sign; or files, where it looks like a path."""
    from pxeclient import profile
    from pxeclient.profile import ProfileError

    if _is_path(so_far):
        return _files(so_far)
    if "+" not in so_far:
        return _beginning(profile.names(), so_far)
    before, _, last = so_far.rpartition("+")
    try:
        known = profile.load(before).variants
    except ProfileError:
        return []
    told = {f"{before}+{name}": variant.summary for name, variant in known.items()}
    return described(told, f"{before}+{last}")


def networks(ctx: click.Context, param: click.Parameter, so_far: str) -> Items:
    """Practice networks, and recorded situations once something of their name is there."""
    from pxeclient.practice import scenario

    if _is_path(so_far):
        return _files(so_far)
    return _beginning(scenario.names() + (scenario.recorded_names() if so_far else []), so_far)


def lessons(ctx: click.Context, param: click.Parameter, so_far: str) -> Items:
    """Lessons, in the order in which they are to be taken."""
    from pxeclient.teach import loading

    return described({name: loading.load(name).title for name in loading.names()}, so_far)


def findings(ctx: click.Context, param: click.Parameter, so_far: str) -> Items:
    """Findings, whether or not they are typed in capitals."""
    from pxeclient.diagnose import catalogue

    return described({id: found.title for id, found in catalogue().items()}, so_far)


def codes(ctx: click.Context, param: click.Parameter, so_far: str) -> Items:
    """Error codes, with and without their `PXE-`; texts that have no code are not offered."""
    from pxeclient.errors.lookup import pages

    known = {name: page.texts[0] for name, page in pages().items() if " " not in name}
    short = so_far.upper()
    if so_far and not "PXE-".startswith(short[:4]):
        short = f"PXE-{short}"
    return described(known, so_far) or described(known, short)


def interfaces(ctx: click.Context, param: click.Parameter, so_far: str) -> Items:
    """The interfaces of this machine."""
    from pxeclient.link.errors import names

    try:
        return _beginning(names(), so_far)
    except OSError:
        return []


def schemas(ctx: click.Context, param: click.Parameter, so_far: str) -> Items:
    """JSON Schemas."""
    from pxeclient import schemas

    return _beginning(schemas.names(), so_far)


def _beginning(names: Iterable[str], so_far: str) -> Items:
    return described(dict.fromkeys(names, ""), so_far)


def described(told: Mapping[str, str], so_far: str) -> Items:
    """Of values and what they are, those that begin like that, if need be with other capitals."""
    folded = so_far.casefold()
    return [
        CompletionItem(name, help=" ".join(clean(words).split()) or None)
        for name, words in told.items()
        if name.casefold().startswith(folded)
    ]


def _is_path(so_far: str) -> bool:
    return so_far.startswith(("/", ".", "~")) or "/" in so_far


def _files(so_far: str) -> Items:
    return [CompletionItem(so_far, type="file")]

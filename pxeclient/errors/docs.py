"""The error codes, as a page of the documentation: ``docs/reference/errors.md``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from pxeclient.advice import Cure, fill
from pxeclient.advice import catalogue as cures
from pxeclient.decisions import Known
from pxeclient.errors.catalogue import Cause, Entry, catalogue, family_of
from pxeclient.errors.meanings import Meaning, command, meanings
from pxeclient.outcome import Failure

_HEAD = """\
# Error codes

What the codes and texts on a machine's screen mean, what causes them on the wire, and what
cures them. `pxeclient errors CODE` shows the same for one code, `--json` gives it to tools.
Made by
`make docs` from the profiles, which say what a firmware prints for which failure, and from
`pxeclient/errors/*.toml`, which say the rest. The tests boot every practice network that is
named here, and give every server setting to the server's own check. After each statement stands
how well it is known, and from where.

With `--json`, a page is an object (`pxeclient-error/1`): `name`, `texts`, `beside` (for a line
beside a code), `screen` (for a line that is no profile's: `who` prints it, what it `means`),
`ask_first` (of machines that found nothing to boot from), `not_caused_by_the_network` (`caused_by`
what, and the `causes` that the network has all the same), and `meanings`, each with `code`, `text`
and `text_known`, `family`, `profiles`, `failure` (as in `pxeclient boot --json`), `means`, `causes`
in order, each with its `cures`, and `see`, the commands that show it; `known` and cures are as in
[json.md](json.md). Without a code, `codes` has all pages (`pxeclient-errors/1`).
"""


def page() -> str:
    """The whole page as Markdown."""
    parts = (_codes(), _beside(), _screens(), _failures(), _cures(), _others())
    return "\n".join([_HEAD, *chain.from_iterable(parts)]) + "\n"


def listing(links: Mapping[str, str]) -> str:
    """The codes alone, each a link.

    Args:
        links: Where the page of each code is, by the name of `pages`.
    """
    parts = (_codes(links), _beside(), _screens(links), _rest(links))
    return "\n".join([_HEAD, *chain.from_iterable(parts)]) + "\n"


def _rest(links: Mapping[str, str]) -> Iterator[str]:
    yield "## Not caused by the network, or hardly ever"
    yield ""
    for group in catalogue().others:
        yield f"{family_of(group.family).title}: {group.why}. {_known(group.source)}"
        yield ""
        yield from (f"* [`{code}`]({links[code]}) {text}" for code, text in group.codes)
        yield ""


def _codes(links: Mapping[str, str] | None = None) -> Iterator[str]:
    for family in {each.family.name: each.family for each in meanings()}.values():
        same = [each for each in meanings() if each.family.name == family.name]
        yield f"## {family.title}"
        yield ""
        yield "| code | text | what it stands for |"
        yield "|---|---|---|"
        for name in dict.fromkeys(each.name for each in same):
            here = [each for each in same if each.name == name]
            code = f"`{name}`" if here[0].code else "none"
            if links is not None:
                code = f"[{code}]({links[name]})"
            text = here[0].text.removeprefix(f"{name}: ")
            stands_for = _link if links is None else _plain
            yield f"| {code} | {text} | {', '.join(stands_for(each) for each in here)} |"
        yield ""


def _link(meaning: Meaning) -> str:
    return f"[{meaning.failure}](#{meaning.failure}){' (never)' if meaning.never else ''}"


def _plain(meaning: Meaning) -> str:
    return f"{meaning.failure}{' (never)' if meaning.never else ''}"


def _beside() -> Iterator[str]:
    yield "## Lines beside a code"
    yield ""
    for name, line in catalogue().lines.items():
        yield f"* `{name}`: {line.means} {_known(line.source)}"
    yield ""


def _screens(links: Mapping[str, str] | None = None) -> Iterator[str]:
    yield "## Other lines on a machine's screen"
    yield ""
    for screen in catalogue().screens:
        texts = ", ".join(f"“{text}”" for text in screen.texts)
        linked = ", ".join(f"[{name}](#cure-{name})" for name in screen.cures)
        if links is not None and linked:
            linked = f"[here]({links[screen.texts[0]]})"
        cure = f" Cure: {linked}." if linked else ""
        yield f"* {screen.who}: {texts}. {screen.means} {_known(screen.source)}{cure}"
    yield ""


def _failures() -> Iterator[str]:
    yield "## What is behind it"
    yield ""
    for failure, entry in catalogue().failures.items():
        same = [each for each in meanings() if each.failure is failure]
        if same:
            yield from _failure(failure, entry, same)


def _failure(failure: Failure, entry: Entry, same: list[Meaning]) -> Iterator[str]:
    yield f"### {failure}"
    yield ""
    yield entry.means
    yield ""
    if entry.meant:
        yield f"First: {catalogue().meant.text} {_known(catalogue().meant.source)}"
        yield ""
    for each in same:
        names = ", ".join(profile.name for profile in each.profiles)
        shown = f"`{each.name}`" if each.code else f"“{each.text}”"
        how = f"It never comes to that. {each.never}" if each.never else _how(each)
        yield f"* {shown} on {names}. {how}"
    yield ""
    for number, cause in enumerate(entry.causes, 1):
        yield from _cause(number, cause, same)
    yield ""


def _how(meaning: Meaning) -> str:
    assert meaning.see is not None
    shown = command(meaning.profiles[0].name, meaning.see)
    return f"{_known(meaning.entry.known(meaning.family))} See it: `{shown}`"


def _cause(number: int, cause: Cause, same: Iterable[Meaning]) -> Iterator[str]:
    only = {each.family.title: None for each in same if cause in each.causes and not each.never}
    every = {each.family.title: None for each in same if not each.never}
    whose = "" if only == every else f" ({', '.join(only)})"
    cures = ", ".join(f"[{name}](#cure-{name})" for name in cause.cures)
    known = {
        _known(cause.known(each.family)): None
        for each in same
        if cause in each.causes and not each.never
    }
    yield f"{number}. {cause.why}{whose} {' '.join(known)} Cure: {cures}."


def _cures() -> Iterator[str]:
    yield "## Cures"
    yield ""
    yield "Words in capitals are to be replaced, and so are addresses that begin with 192.0.2. What"
    yield "depends on the architecture is shown for x64 UEFI (7 in option 93);"
    yield "`pxeclient errors CODE` fills in that of the firmware which has the code."
    yield ""
    causes = [cause for entry in catalogue().failures.values() for cause in entry.causes]
    causes += [cause for group in catalogue().others for cause in group.causes]
    named = {name for cause in causes for name in cause.cures} | {
        name for screen in catalogue().screens for name in screen.cures
    }
    for name, cure in cures().items():
        if name in named:
            yield from _cure(name, fill(cure))


def _cure(name: str, cure: Cure) -> Iterator[str]:
    yield f"### Cure: {name}"
    yield ""
    yield f"{cure.do} {_known(cure.known)}"
    yield ""
    for server, lines in cure.settings():
        if server.is_told_in_words:
            yield f"{server.called}: {lines[0]}"
            yield ""
            continue
        yield f"{server.called}:"
        yield ""
        yield from (f"    {line}" for line in lines)
        yield ""


def _others() -> Iterator[str]:
    yield "## Not caused by the network, or hardly ever"
    yield ""
    for group in catalogue().others:
        yield f"{family_of(group.family).title}: {group.why}. {_known(group.source)}"
        yield ""
        yield from (f"* `{code}` {text}" for code, text in group.codes)
        yield ""
        for number, cause in enumerate(group.causes, 1):
            linked = ", ".join(f"[{name}](#cure-{name})" for name in cause.cures)
            yield f"{number}. By the network: {cause.why} {_known(cause.source)} Cure: {linked}."
        if group.causes:
            yield ""


def _known(known: Known) -> str:
    return f"*({known})*"

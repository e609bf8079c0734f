"""``pxeclient profiles``: the firmwares, and each one's whole description."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pxeclient import profile as profile_module
from pxeclient.cli import completing, old, options
from pxeclient.cli.callbacks import any_mac
from pxeclient.cli.drawing import STDOUT
from pxeclient.cli.listing import print_list
from pxeclient.cli.output import check_files, write_text, written_later
from pxeclient.cli.rights import give_up
from pxeclient.decisions import Evidence, condition
from pxeclient.profile import Profile, ProfileError, tables
from pxeclient.wire.addresses import Mac
from pxeclient.wire.options import OPTIONS

if TYPE_CHECKING:
    from pxeclient.schemas import lists as shapes

_MARKS = {
    Evidence.OBSERVED: "seen",
    Evidence.RELATED: "kin",
    Evidence.SOURCE: "read",
    Evidence.SPECIFIED: "spec",
    Evidence.INFERRED: "guess",
}


@click.group(
    invoke_without_command=True,
    epilog=options.examples("pxeclient profiles", "pxeclient profiles show vmware-e1000e"),
)
@options.as_json
@click.pass_context
def profiles(ctx: click.Context, as_json: bool) -> None:
    """List the firmwares that pxeclient can be; `profiles show NAME` describes one."""
    if ctx.invoked_subcommand is None:
        _list(as_json)
    elif as_json:
        raise click.UsageError("--json is for the list: pxeclient profiles --json")


@profiles.command("list", epilog=options.examples("pxeclient profiles list --json"))
@options.as_json
def list_(as_json: bool) -> None:
    """List the firmwares."""
    _list(as_json)


@profiles.command(epilog=options.examples("pxeclient profiles show vmware-e1000e"))
@click.argument("name", shell_complete=completing.profiles)
def show(name: str) -> None:
    """Describe a firmware: identity, timers and decisions, each with its source."""
    try:
        found = profile_module.load(name)
    except ProfileError as error:
        raise click.UsageError(str(error)) from None
    give_up()
    for line in describe(found):
        click.echo(line)


@profiles.command("rows", epilog=options.examples("pxeclient profiles rows intel-boot-agent"))
@click.argument("name", shell_complete=completing.profiles)
@click.option("--markdown", is_flag=True, help="As a table in Markdown.")
def rows_(name: str, markdown: bool) -> None:
    """Boot a firmware in every row of the decision table for Intel's PXE ROMs.

    Each row of the table (`pxeclient help vmware-e1000e`) is a small network; what the profile
    does in it stands beside what the evidence says of VMware's ROM, with the rules that led
    there. Any profile or variant can be held against the table.
    """
    from pxeclient.cli.rows import lines

    try:
        found = profile_module.load(name)
    except ProfileError as error:
        raise click.UsageError(str(error)) from None
    give_up()
    for line in lines(found, markdown):
        click.echo(line)


@profiles.command(
    epilog=options.examples("pxeclient profiles learn boot.pcap -p ipxe --name mine -o mine.toml")
)
@click.argument("capture", type=click.Path(path_type=Path, dir_okay=False))
@options.profile(more="Its decisions are taken.")
@old.option("--base", into="name", new="--profile NAME")
@click.option("--name", "called", default="learnt", show_default=True, help="What to call it.")
@options.mac(any_mac, "It says which one, where the capture has several.")
@click.option(
    "--contradictions",
    is_flag=True,
    help="Only tell where the recording contradicts that profile.",
)
@old.option("--check", into="contradictions", new="--contradictions", is_flag=True)
@options.output()
@click.pass_context
def learn(
    ctx: click.Context,
    capture: Path,
    name: str,
    called: str,
    mac: Mac | None,
    contradictions: bool,
    output: Path,
) -> None:
    """Write a profile from a CAPTURE of a real boot, on standard output.

    What the capture shows is learnt: options with their order and values, padding, TTL, ports,
    read requests, and the waits that contradict those of the base. Decisions, texts and all
    that does not show come from the base and are marked as inferred.
    """
    from pxeclient.cli.learning import lines

    check_files([("--output", output)])
    with written_later(output):
        found = lines(capture, name, called, mac, contradictions)
        whole = "\n".join([*found, ""])
        if output == STDOUT:
            click.echo(whole, nl=False)
        else:
            write_text(output, whole)
    ctx.exit(1 if contradictions and found else 0)


def _object(found: Profile) -> shapes.ListedProfile:
    return {
        "profile": found.name,
        "profile_version": found.version,
        "title": found.title,
        "summary": found.summary,
        "variants": [{"name": one.name, "summary": one.summary} for one in found.variants.values()],
        "levels": {level.value: count for level, count in found.evidence_levels().items()},
    }


def _whole(known: list[shapes.ListedProfile]) -> shapes.Profiles:
    return {"schema": "pxeclient-profiles/1", "profiles": known}


def _list(as_json: bool) -> None:
    if as_json:
        known = [_object(profile_module.load(name)) for name in profile_module.names()]
        print_list(_whole(known))
        return
    for name in profile_module.names():
        found = profile_module.load(name)
        click.echo(f"{name}")
        click.echo(f"    {found.title}")
        click.echo(f"    {found.summary}")
        click.echo(f"    {levels(found)}")


def levels(found: Profile) -> str:
    """How well the profile's values and rules are known, such as ``120 observed, 3 inferred``."""
    counts = found.evidence_levels()
    return ", ".join(f"{count} {level}" for level, count in counts.items() if count)


def describe(found: Profile) -> Iterator[str]:
    """The whole description, line by line."""
    from pxeclient.cli import wire_page

    yield f"{found.name}: {found.title}"
    yield found.summary
    for variant in found.chosen:
        yield f"With {variant.name}: {variant.summary}"
    yield ""
    if found.description:
        yield found.description
        yield ""
    yield f"Values and rules: {levels(found)}."
    yield f"Version: {found.version} (profile_version in JSON: the same as long as they are)."
    yield "Marks: " + ", ".join(f"{mark} = {level}" for level, mark in _MARKS.items()) + "."
    yield ""
    yield from wire_page.lines(found)
    yield f"DECISIONS (tables of {found.policy.name}; the first rule that holds decides)"
    for table in tables(found.policy):
        yield from _table(table)
    yield ""
    yield from _endings(found)
    yield from _variants(found)
    yield from _unknown(found)
    yield "VALUES"
    for key, value in found.values.items():
        source = found.evidence[key]
        yield f"  [{_MARKS[source.level]:5}] {key} = {_shown(key, value)}"
        yield f"          {source.where}"


def _endings(found: Profile) -> Iterator[str]:
    """How a boot can fail, in the firmware's own words."""
    yield "WHAT IT SAYS WHEN IT FAILS"
    for failure, words in found.traits.failures.items():
        source = found.evidence[f"failures.{failure}.text"]
        yield f"  [{_MARKS[source.level]:5}] {failure}: {words.text}"
    yield ""


def _unknown(found: Profile) -> Iterator[str]:
    if not found.unknown:
        return
    yield "NOT KNOWN"
    for sentence in found.unknown:
        yield f"  ? {sentence}"
    yield ""


def _variants(found: Profile) -> Iterator[str]:
    """The other choices that the profile can be had with."""
    if not found.variants:
        return
    yield "VARIANTS (the other side where sources contradict each other; --profile NAME+VARIANT)"
    for variant in found.variants.values():
        mark = "*" if variant in found.chosen else " "
        yield f" {mark}[{_MARKS[variant.source.level]:5}] {variant.name}: {variant.summary}"
        yield f"          {variant.source.where}"
    yield ""


def _shown(key: str, value: object) -> str:
    """A value on a line; option values with the option's name."""
    code = key.rsplit(".", 1)[-1]
    named = f"  ({OPTIONS[int(code)].name})" if _is_option(key, code) else ""
    if isinstance(value, dict) and len(value) == 1:
        form, inner = next(iter(value.items()))
        return f"{form} {inner!r}{named}" if isinstance(inner, str) else f"{form} {inner}{named}"
    return repr(value) if isinstance(value, str) else f"{value}{named}"


def _is_option(key: str, code: str) -> bool:
    return ".values." in key and code.isdigit() and int(code) in OPTIONS


def _table(table: Any) -> Iterator[str]:
    yield ""
    yield f"  {table.question}: {table.asks}"
    for at, rule in enumerate(table.rules, 1):
        words = condition(rule)
        clause = words if words == "otherwise" else f"if {words}"
        yield f"    {at}. {clause}"
        yield f"       → {rule.then}   [{rule.id}]"
        yield f"       {rule.because}"
        yield f"       [{_MARKS[rule.source.level]}] {rule.source.where}"

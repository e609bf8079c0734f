"""Variants of a profile: how they are chosen, and what is said of those that are wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from pxeclient.decisions import Evidence
from pxeclient.profile import ProfileError, folder, load, load_file, names, tables

VMWARE = (folder() / "vmware-e1000e.toml").read_text(encoding="utf-8")
VARIED = [(name, variant) for name in names() for variant in load(name).variants]


@pytest.mark.parametrize(("name", "variant"), VARIED)
def test_every_variant_can_be_had(name: str, variant: str) -> None:
    """It has a summary and a source, and it is different."""
    own, other = load(name), load(f"{name}+{variant}")
    chosen = other.variants[variant]
    assert other.name == f"{name}+{variant}"
    assert other.chosen == (chosen,)
    assert chosen.summary.endswith(".")
    assert chosen.source.where
    assert own.values.keys() == other.values.keys()
    same_tables = list(tables(own.policy)) == list(tables(other.policy))
    assert not same_tables or own.traits != other.traits
    assert same_tables is not bool(chosen.switches)


def test_the_evidence_of_a_value_is_that_of_its_variant() -> None:
    """All others keep theirs."""
    own, other = load("vmware-e1000e"), load("vmware-e1000e+port-68")
    key = "dhcp.messages.proxy-request.source-port"
    assert (own.values[key], other.values[key]) == (4011, 68)
    assert other.evidence[key] == other.variants["port-68"].source
    changed = {key for key in own.values if own.evidence[key] != other.evidence[key]}
    assert changed == set(other.variants["port-68"].values)


def test_a_specification_vouches_only_for_itself() -> None:
    """What was seen or read of a firmware is inferred for a machine known by a specification."""
    levels = load("pxe-2.1-spec").evidence_levels()
    assert levels[Evidence.SPECIFIED] > 20
    for stronger in (Evidence.OBSERVED, Evidence.RELATED, Evidence.SOURCE):
        assert levels[stronger] == 0


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("vmware-e1000e+port-86", "no variant is called 'port-86': did you mean 'port-68'?"),
        ("vmware-e1000e+zzz", "no variant is called 'zzz': there are strict-list, edk1-checks, "),
        ("vmware-e1000e+", "no variant is called ''"),
        ("ipxe+port-68", "no variant is called 'port-68': it has none"),
        ("vmware-e1000e+port-68+port-68", "the variant 'port-68' is named twice"),
        (
            "vmware-e1000e+spec-windows+three-discovers",
            "the variants 'spec-windows' and 'three-discovers' both set"
            " dhcp.messages.discover.waits",
        ),
    ],
)
def test_a_choice_that_cannot_be(name: str, complaint: str) -> None:
    """Named after the profile, in one line."""
    with pytest.raises(ProfileError) as failure:
        load(name)
    text = str(failure.value)
    assert text.startswith(f"{name.partition('+')[0]}: {complaint}")
    assert "\n" not in text


HEAD = "[variants.port-68]\n"


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        (HEAD, "[variants]\nx = 1\n" + HEAD, "variants.x: not a table"),
        (HEAD, HEAD + 'colour = "red"\n', "variants.port-68.colour: no such key"),
        (
            'summary = "Asks port 4011 from port 68."\n',
            "",
            "variants.port-68.summary: missing, or not a text",
        ),
        (
            'switches = ["strict-list"]\n',
            "",
            "variants.strict-list: it changes nothing",
        ),
        (
            'switches = ["strict-list"]',
            "switches = [1]",
            "variants.strict-list.switches: not a list of texts",
        ),
        (
            'evidence = ["inferred", "iPXE does;',
            'evidence = ["heard", "iPXE does;',
            "evidence.'variants.port-68.evidence': 'heard' is not one of ",
        ),
    ],
)
def test_a_variant_that_is_wrong(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    """Whether it is chosen or not."""
    assert old in VMWARE
    path = tmp_path / "mine.toml"
    path.write_text(VMWARE.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ProfileError) as failure:
        load_file(path)
    assert str(failure.value).startswith(f"{path}: {complaint}")


@pytest.mark.parametrize(
    ("old", "new", "variant", "complaint"),
    [
        (
            'switches = ["strict-list"]',
            'switches = ["strict"]',
            "strict-list",
            "variants.strict-list.switches: intel21 has no switch 'strict'",
        ),
        (
            '"dhcp.xid" = "mac"',
            '"dhcp.xip" = "mac"',
            "constant-xid",
            "variants.constant-xid.values: the profile has no value dhcp.xip",
        ),
        ('"dhcp.xid" = "mac"', '"dhcp.xid" = "dice"', "constant-xid", "Invalid enum value 'dice'"),
    ],
)
def test_a_variant_that_cannot_be_applied(
    tmp_path: Path, old: str, new: str, variant: str, complaint: str
) -> None:
    """When it is chosen; the file can be named with variants as well."""
    assert old in VMWARE
    path = tmp_path / "mine.toml"
    path.write_text(VMWARE.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ProfileError) as failure:
        load(f"{path}+{variant}")
    assert str(failure.value).startswith(f"{path}: {complaint}")

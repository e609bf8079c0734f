"""The entries about codes and failures: complete, true on the practice networks, and sourced."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from pxeclient.boot.actions import Print
from pxeclient.compare.suite import captures, firmwares
from pxeclient.decisions import Evidence
from pxeclient.errors.catalogue import See, applies, catalogue, family_of
from pxeclient.errors.meanings import Meaning, meanings
from pxeclient.outcome import Failed, Failure
from pxeclient.practice.scenario import names as networks
from pxeclient.profile import POLICIES, Profile, load, names
from pxeclient.trace import Trace
from tests.boots import boot_on

CAPTURES = Path(__file__).parents[1] / "captures"
SHOWN = [
    pytest.param(meaning, profile, id=f"{profile.name}-{meaning.failure}")
    for meaning in meanings()
    for profile in meaning.profiles
    if not meaning.never
]
NEVER = {profile.name for meaning in meanings() if meaning.never for profile in meaning.profiles}


@cache
def boot(name: str, see: See) -> Trace:
    """Boot that firmware where the entry says."""
    return boot_on(name, see.network, keys=see.keys)


def screen(trace: Trace) -> list[str]:
    """The lines on the machine's screen."""
    return [record.item.line for record in trace.records if isinstance(record.item, Print)]


# --- complete -----------------------------------------------------------------------------
@pytest.mark.parametrize("name", names())
def test_every_failure_of_every_profile_is_explained(name: str) -> None:
    """Each has an entry, a cause that holds for this firmware, and a network or a reason."""
    profile = load(name)
    of_profile = {m.failure: m for m in meanings() if name in [p.name for p in m.profiles]}
    assert set(of_profile) == set(profile.traits.failures)
    for failure, meaning in of_profile.items():
        assert meaning.causes, failure
        assert meaning.never or meaning.see, failure


@pytest.mark.parametrize("name", names())
def test_codes_and_texts_are_those_of_the_profile(name: str) -> None:
    """Nothing about them is written down a second time."""
    for failure, words in load(name).traits.failures.items():
        [meaning] = [
            m for m in meanings() if m.failure == failure and name in [p.name for p in m.profiles]
        ]
        assert meaning.code == (words.code or meaning.code)
        assert words.text.startswith(meaning.text)


def test_every_profile_belongs_to_a_family() -> None:
    """A new policy needs a line in others.toml."""
    assert {family_of(policy).name for policy in POLICIES} == set(catalogue().families)


def test_no_entry_is_left_over() -> None:
    """Each belongs to a failure that some profile has."""
    assert set(catalogue().failures) == {meaning.failure for meaning in meanings()}


def test_families_are_those_of_the_profiles() -> None:
    """A misspelt one would silence its entry."""
    for entry in catalogue().failures.values():
        limited = [
            *(cause.families for cause in entry.causes),
            *(see.families for see in entry.see),
            *(never.families for never in entry.never),
        ]
        for family in (name for families in limited for name in families):
            assert any(applies((family,), policy) for policy in POLICIES), family
        for each in (entry, *entry.causes):
            assert set(each.sources) <= set(catalogue().families)


# --- true ---------------------------------------------------------------------------------
@pytest.mark.parametrize(("meaning", "profile"), SHOWN)
def test_the_practice_network_shows_it(meaning: Meaning, profile: Profile) -> None:
    """Each of the firmwares ends there with that failure, that code and that text."""
    see = meaning.see_with(profile)
    assert see is not None
    outcome = boot(profile.name, see).outcome
    assert isinstance(outcome, Failed)
    words = profile.traits.failures[meaning.failure]
    assert (outcome.failure, outcome.code, outcome.text) == (
        meaning.failure,
        words.code,
        words.text,
    )


@pytest.mark.parametrize("name", sorted(NEVER))
def test_what_never_happens_does_not_happen(name: str) -> None:
    """Not on any practice network, whether ESC is pressed or not."""
    never = {m.failure for m in meanings() if m.never and name in [p.name for p in m.profiles]}
    for network in (network for network in networks() if network != "big-file"):
        for keys in ((), ("ESC",)):
            outcome = boot(name, See(network=network, keys=keys)).outcome
            assert not isinstance(outcome, Failed) or outcome.failure not in never, network


@pytest.mark.parametrize("name", catalogue().lines)
def test_lines_beside_a_code_are_on_the_screen(name: str) -> None:
    """The network that an entry names makes the ROM print such a line."""
    line = catalogue().lines[name]
    assert any(text.startswith(line.begins) for text in screen(boot("vmware-e1000e", line.see)))


def test_what_no_network_causes_is_printed_by_none() -> None:
    """A code among the others is not one that a profile of that family has words for."""
    for group in catalogue().others:
        printed = {each.code for each in meanings() if each.family.name == group.family}
        assert not printed & {code for code, _ in group.codes}


# --- sourced ------------------------------------------------------------------------------
def recorded(meaning: Meaning) -> set[str]:
    """The scenarios in which firmware of this meaning was recorded."""
    ours = {profile.name for profile in meaning.profiles}
    return {
        capture.parent.name
        for firmware in firmwares(CAPTURES)
        if firmware.has_profile and firmware.profile in ours
        for capture in captures(CAPTURES, firmware.name)
    }


def claims(meaning: Meaning) -> Iterator[tuple[Evidence, str]]:
    """What the page about a meaning says of how things are known."""
    yield meaning.entry.known(meaning.family)
    yield from (cause.known(meaning.family) for cause in meaning.causes)


@pytest.mark.parametrize(
    "meaning",
    [
        pytest.param(meaning, id=f"{meaning.family.name}-{meaning.name}-{meaning.failure}")
        for meaning in meanings()
    ],
)
def test_an_observation_on_a_recording_has_that_recording(meaning: Meaning) -> None:
    """Of this very firmware, or the claim is that of a relative."""
    for evidence, where in claims(meaning):
        named = re.findall(r"recordings? ([^;]*)", where)
        if evidence is Evidence.OBSERVED and named:
            wanted = {name.strip() for name in ", ".join(named).split(",")}
            assert wanted <= recorded(meaning), where


def test_intels_roms_were_never_recorded() -> None:
    """So nothing about them is taken from a recording."""
    for meaning in (each for each in meanings() if each.family.name == "intel21"):
        assert not any("recording" in where for _, where in claims(meaning)), meaning.failure


def test_sentences() -> None:
    """Everything said is a sentence, and says where it comes from."""
    for failure in Failure:
        entry = catalogue().failures.get(failure)
        if entry is None:
            continue
        said = (entry.means, *(cause.why for cause in entry.causes))
        assert all(text.endswith(".") and text[0].isupper() for text in said if text[:4] != "iPXE")
        assert all(each.source[1] for each in (entry, *entry.causes))

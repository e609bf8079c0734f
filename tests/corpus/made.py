"""Corpora for the tests; made once for each machine."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from typing import Any

from pxeclient import profile as profile_module
from pxeclient.corpus import Subject, collect, files
from pxeclient.corpus.collecting import Entry

PROFILES = profile_module.names()


@cache
def subject(name: str) -> Subject:
    """A profile and its own machine."""
    profile = profile_module.load(name)
    return Subject(profile, profile.machine)


@cache
def entries(name: str) -> tuple[Entry, ...]:
    """The messages of a profile."""
    return tuple(collect(subject(name)))


@cache
def folder(*names: str, **machine: Any) -> dict[str, bytes]:
    """The files of a corpus by path; `machine` says what differs from the profiles' own."""
    subjects = [subject(name) for name in names]
    changed = [one._replace(machine=replace(one.machine, **machine)) for one in subjects]
    return {file.path: file.content for file in files(changed)}


@cache
def manifest(*names: str, **machine: Any) -> dict[str, Any]:
    """The manifest of `folder`."""
    found = json.loads(folder(*names, **machine)["manifest.json"])
    assert isinstance(found, dict)
    return found


def messages(*names: str, **machine: Any) -> list[dict[str, Any]]:
    """Its messages."""
    found = manifest(*names, **machine)["messages"]
    assert isinstance(found, list)
    return found

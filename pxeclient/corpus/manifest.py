"""The manifest of a corpus; ``docs/reference/corpus.md`` documents it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from pxeclient import __version__
from pxeclient.corpus.collecting import Entry, Subject
from pxeclient.corpus.headers import headers
from pxeclient.corpus.knowledge import knowledge
from pxeclient.corpus.layers import NAMES, Layer
from pxeclient.corpus.purposes import described
from pxeclient.corpus.situations import Situation, situations

SCHEMA = "pxeclient-corpus/1"
"""Grows by new keys only; any other change makes it /2."""

_COLUMNS = ("profile", "purpose", "number", "layer", "file", "size", "sha256")


def file_name(entry: Entry, layer: Layer, suffix: str) -> str:
    """The path of a file in the folder, such as ``ipxe/dhcp-discover-01.udp-payload.bin``."""
    return f"{entry.subject.profile.name}/{entry.name}.{layer.name}.{suffix}"


def manifest(parts: Sequence[tuple[Subject, list[Entry]]]) -> dict[str, Any]:
    """What is in the folder."""
    return {
        "schema": SCHEMA,
        "generator": f"pxeclient {__version__}",
        "profiles": [_profile(subject, entries) for subject, entries in parts],
        "situations": [_situation(situation) for situation in situations()],
        "messages": [_message(entry) for _, entries in parts for entry in entries],
    }


def index(manifest: dict[str, Any]) -> str:
    """The manifest's files as a table with tabs between, for languages without JSON."""
    lines = ["\t".join(_COLUMNS)]
    for message in manifest["messages"]:
        for layer, file in message["files"].items():
            if file is not None:
                cells = {**message, **file, "layer": layer, "file": file["bin"]}
                lines.append("\t".join(str(cells[column]) for column in _COLUMNS))
    return "\n".join(lines) + "\n"


def _profile(subject: Subject, entries: list[Entry]) -> dict[str, Any]:
    profile, machine = subject
    used = {key for entry in entries for key in knowledge(profile, entry.sent).keys}
    counts = Counter(entry.sent.purpose.value for entry in entries)
    unseen = described(profile) - {entry.sent.purpose for entry in entries}
    return {
        "name": profile.name,
        "title": profile.title,
        "summary": profile.summary,
        "machine": {
            "mac": str(machine.mac),
            "uuid": str(machine.uuid),
            "nic": machine.nic.name,
            "seed": machine.seed,
        },
        "purposes": dict(counts),
        "described_but_never_sent": sorted(unseen),
        "values": {
            key: {"evidence": source.level.value, "source": source.where}
            for key, source in profile.evidence.items()
            if key in used
        },
    }


def _situation(situation: Situation) -> dict[str, Any]:
    return {
        "id": situation.id,
        "network": situation.network,
        "title": situation.title,
    }


def _message(entry: Entry) -> dict[str, Any]:
    profile, sent = entry.subject.profile, entry.sent
    known = knowledge(profile, sent)
    summary = sent.summary
    return {
        "id": f"{profile.name}/{entry.name}",
        "profile": profile.name,
        "purpose": sent.purpose.value,
        "number": entry.number,
        "title": f"{summary.kind} to {summary.destination}: {summary.detail}".removesuffix(": "),
        "evidence": {
            "weakest": known.weakest.value,
            "levels": {level.value: count for level, count in known.levels.items()},
            "values": list(known.keys),
            "note": known.note or None,
        },
        "situation": entry.situation.id,
        "frame": sent.number,
        "at": round(sent.at, 6),
        "files": _files(entry),
        **headers(profile, sent),
    }


def _files(entry: Entry) -> dict[str, Any]:
    """The files of each layer; null for a layer that the message does not have."""
    found: dict[str, Any] = dict.fromkeys(NAMES)
    for layer in entry.sent.layers.parts():
        found[layer.name] = {
            "bin": file_name(entry, layer, "bin"),
            "hex": file_name(entry, layer, "hex"),
            "offset": layer.offset,
            "size": len(layer.octets),
            "sha256": sha256(layer.octets).hexdigest(),
        }
    return found

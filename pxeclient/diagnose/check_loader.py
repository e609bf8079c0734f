"""What the boot file is made for: what it asks for next, and whether Secure Boot would take it."""

from __future__ import annotations

from collections.abc import Iterator

from pxeclient.architectures import Fit
from pxeclient.diagnose.loaders import first_of
from pxeclient.diagnose.model import Sighting
from pxeclient.diagnose.registry import check
from pxeclient.diagnose.scene import Scene
from pxeclient.nbp.signed import Signature, signature


@check("C-SECURE", from_frames=True)
def secure_boot_would_refuse_it(scene: Scene) -> Iterator[Sighting]:
    """A UEFI machine has its boot file, a known loader or a signed one, and Secure Boot with
    Microsoft's keys would refuse that. Nothing was recorded of what it asked for: it may not run.
    """
    judged, booted = scene.judged, scene.booted
    if judged is None or booted is None or judged.fit is not Fit.FITS or scene.next_stage:
        return
    if scene.is_ipxe:  # It runs: Secure Boot is off, or takes what this starts by other keys.
        return
    found = signature(booted.content) if judged.kind.kind == "pe" else None
    if found is None or not found.refused or (not found.count and judged.kind.program is None):
        return
    words = (
        f"{judged.name} is {_state(found)}. Where Secure Boot is on, with Microsoft's keys, the"
        " firmware refuses it."
    )
    yield Sighting(_asked(scene), words, is_telling=found.count > 0)


def _state(found: Signature) -> str:
    if not found.count:
        return found.words
    return f"{found.words}: {found.refused}"


@check("C-BESIDE")
def what_it_asks_for_next(scene: Scene) -> Iterator[Sighting]:
    """The boot file is a loader that cannot do without another file, and the boot ends before
    that is asked for."""
    judged, booted = scene.judged, scene.booted
    if judged is None or booted is None or judged.fit is not Fit.FITS or scene.next_stage:
        return
    first = first_of(judged.kind)
    if first is None or judged.kind.caveat:
        return
    words = (
        f"{judged.name} is {first.words}, and asks for {_where(judged.name, first.file)} next:"
        " whether that is served, this boot does not show."
    )
    yield Sighting(_asked(scene), words, cures=first.cures, is_telling=True)


def _where(name: str, file: str) -> str:
    """A file beside the boot file, as far as that is known."""
    if file.startswith("/"):
        return file
    if "\\" in name:
        return f"{file} (in its folder or, as its path has backslashes, in the root)"
    return f"{name.rpartition('/')[0]}/{file}".lstrip("/")


def _asked(scene: Scene) -> tuple[int, ...]:
    return (scene.transfers[-1].asked[0].number,) if scene.transfers else ()

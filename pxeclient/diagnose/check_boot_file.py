"""The file that was fetched: can this machine run it, and what comes after it?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pxeclient.architectures import Fit
from pxeclient.diagnose.model import Sighting
from pxeclient.diagnose.registry import check
from pxeclient.diagnose.scene import Scene
from pxeclient.nbp import NbpKind
from pxeclient.seen.said import Said
from pxeclient.wire import tftp
from pxeclient.wire.options import ARCHITECTURES, printable

_IPXE_FILE = re.compile(rb"(^|/)(undionly|ipxe|snponly|snp|intel|realtek|gpxe)[^/]*\.[a-z0-9]+$")


@check("A-FALL")
def file_for_another_machine(scene: Scene) -> Iterator[Sighting]:
    """The file's kind is not one that the client's architecture (option 93) runs."""
    judged = scene.judged
    if judged is None or judged.fit is not Fit.WRONG or judged.architecture is None:
        return
    kind, arch = judged.kind, judged.architecture
    if kind.kind in ("script", "empty", *_NO_PROGRAM):
        return  # A-SCRIPT, T-EMPTY and A-KIND tell of those.
    machine = ARCHITECTURES.get(arch, f"architecture {arch}")
    words = f"{judged.name} is {_a(kind.words)}; the client says {machine} ({arch}) in option 93."
    yield Sighting(_last_frames(scene), words, True, {"arch": str(arch)})


@check("A-KIND")
def file_is_no_program(scene: Scene) -> Iterator[Sighting]:
    """The file is text, an archive or a part of a loader: no machine boots it."""
    judged = scene.judged
    if judged is None or judged.fit is not Fit.WRONG or judged.kind.kind not in _NO_PROGRAM:
        return
    kind = judged.kind
    words = f"{judged.name} is {_a(kind.words)}."
    yield Sighting(_last_frames(scene), words, True, cures=(_cure_of(kind),))


_NO_PROGRAM = ("text", "packed", "module")


def _cure_of(kind: NbpKind) -> str:
    """What to do about a file that is no program."""
    if "HTML" in kind.words:
        return "file-itself"
    return "script-first-line" if "iPXE script" in kind.words else "loader-itself"


@check("B-CUT")
def file_is_cut_off(scene: Scene) -> Iterator[Sighting]:
    """The file came whole, and its own headers say that it is longer."""
    judged = scene.judged
    if judged is None or not judged.kind.is_cut or judged.fit is Fit.WRONG:
        return
    kind = judged.kind
    words = (
        f"{judged.name} has {kind.size} octets; {_a(kind.words)} with these headers has at least"
        f" {kind.needs}."
    )
    yield Sighting(_last_frames(scene), words, True)


@check("C-BUILD")
def build_cannot_go_on(scene: Scene) -> Iterator[Sighting]:
    """The file is a program that goes on from a disk, or starts no system at all."""
    judged = scene.judged
    if judged is None or judged.fit is Fit.WRONG or not judged.kind.caveat:
        return
    kind = judged.kind
    words = f"{judged.name} is {_a(kind.words)}: it {kind.caveat}."
    is_grub = kind.program is not None and kind.program.name == "GRUB"
    cures = ("netboot-build",) if is_grub else ("loader-itself",)
    yield Sighting(_last_frames(scene), words, False, cures=cures)


@check("A-SCRIPT")
def script_for_a_rom(scene: Scene) -> Iterator[Sighting]:
    """The file is a script, and the client is not iPXE."""
    judged = scene.judged
    if judged is None or judged.kind.kind != "script" or judged.fit is Fit.FITS:
        return
    if not scene.is_ipxe:
        words = f"{judged.name} is a script; the client does not say that it is iPXE."
        yield Sighting(_last_frames(scene), words, True)


@check("T-EMPTY")
def file_is_empty(scene: Scene) -> Iterator[Sighting]:
    """The boot file has no octets."""
    for transfer in scene.transfers:
        nothing = [
            seen
            for seen in transfer.answers
            if seen.said == tftp.Data(1, b"")
            or (isinstance(seen.said, tftp.OptionAck) and seen.said.get(b"tsize") == b"0")
        ]
        # A server that tells a wrong size is another matter (T-TSIZE).
        if nothing and not any(_has_octets(seen.said) for seen in transfer.answers):
            if scene.booted is not None and scene.booted.content:
                return
            words = f"{printable(transfer.request.filename)} (frame {nothing[0].number}) is empty."
            yield Sighting((nothing[0].number,), words, True)
            return


def _has_octets(said: Said) -> bool:
    return isinstance(said, tftp.Data) and bool(said.content)


@check("C-LOOP")
def ipxe_is_given_ipxe(scene: Scene) -> Iterator[Sighting]:
    """A client that says it is iPXE is given a file with one of iPXE's usual names."""
    if scene.is_ipxe:
        yield from _named(scene)


@check("C77")
def user_class_is_raw(scene: Scene) -> Iterator[Sighting]:
    """The same, and the client's user class is the bare word iPXE, without RFC 3004's lengths."""
    client = scene.first_discover
    if client is not None and client.options.get(77) == b"iPXE":
        for seen in _named(scene):
            words = f"Option 77 in frame {client.number} is the four octets iPXE; {seen.words}"
            yield Sighting((client.number, *seen.frames), words)


def _named(scene: Scene) -> Iterator[Sighting]:
    latest = {seen.who: seen for seen in scene.replies if _IPXE_FILE.search(seen.file)}
    for seen in latest.values():
        words = f"{seen.words} names {printable(seen.file)} to a client that says it is iPXE."
        yield Sighting((seen.number,), words)


def _last_frames(scene: Scene) -> tuple[int, ...]:
    return (scene.transfers[-1].asked[0].number,) if scene.transfers else ()


def _a(words: str) -> str:
    return words if words.startswith(("a ", "an ", "raw ", "text ")) else f"a {words}"

"""What the boot file asks for once it runs, and what it is refused.

Which loader asks is told by the names that it asks for (`loaders`); no check says that a file was
asked for which no frame asks for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pxeclient.diagnose.loaders import Need, Read, plain, read_of
from pxeclient.diagnose.model import Sighting
from pxeclient.diagnose.registry import check, frames
from pxeclient.diagnose.scene import Scene
from pxeclient.nbp import identify
from pxeclient.seen.frame import Address, Complaint
from pxeclient.seen.transfers import Transfer
from pxeclient.wire import tftp
from pxeclient.wire.options import printable

_SHIM_FILE = re.compile(r"(^|/)(?!.*(ipxe|snp))[^/]*(shim|grub)[^/]*\.efi$", re.IGNORECASE)
"""Names that only shim and GRUB have; iPXE has a shim of its own, which asks as iPXE does."""
_GRUB_FILE = re.compile(r"(^|/)(grub[^/]*\.efi|core\.(0|efi))$", re.IGNORECASE)
_AUTOEXEC = "autoexec.ipxe"
_OF_GRUB, _OF_SHIM = "GRUB", "shim"
_QUIET = 15.0
"""Seconds after which a loader that asks at once has asked for nothing."""
_NO_ANSWER = 3
"""Requests after which silence is no lost packet."""


def _is_had(transfer: Transfer) -> bool:
    """The server has the file."""
    return bool(transfer.answers) and transfer.error is None


def _is_refused(transfer: Transfer) -> bool:
    """It has not, or does not give it."""
    return transfer.error is not None and not transfer.seen.count


def _lacking(scene: Scene) -> Iterator[tuple[Read | None, list[Transfer]]]:
    """Refused reads of the next stage that were not made good; one entry for what belongs
    together: the names of which one is needed, or the repeats of one name."""
    found: dict[object, tuple[Read | None, list[Transfer]]] = {}
    for transfer in scene.next_stage:
        read = read_of(transfer.request.filename)
        is_one = read is not None and read.need is Need.ONE
        key = read if is_one else transfer.request.filename
        found.setdefault(key, (read, []))[1].append(transfer)
    for read, several in found.values():
        refused = [one for one in several if _is_refused(one)]
        if refused and not any(map(_is_had, several)):
            yield read, refused


def _numbers(several: Sequence[Transfer]) -> tuple[int, ...]:
    return tuple(
        frame.number for one in several for frame in (one.asked[0], one.error) if frame is not None
    )


def _refusal(one: Transfer) -> str:
    """Such as ``10.77.0.1 refuses ldlinux.c32 with ERROR 1: File not found (frames 7 and 8)``."""
    assert one.error is not None
    packet = one.error.said
    assert isinstance(packet, tftp.Error)
    says = f": {printable(packet.message)}" if packet.message else ""
    where = frames(one.asked[0].number, one.error.number)
    return f"{one.server} refuses {one.name} with ERROR {packet.code}{says} ({where})"


def _several(refused: Sequence[Transfer]) -> str:
    first = _refusal(refused[0])
    rest = [one.name for one in refused[1:] if one.name != refused[0].name]
    if not rest:
        return first
    last = refused[-1].asked[0].number
    if len(rest) == 1:
        return f"{first}, and {rest[0]} (frame {last})"
    return f"{first}, and {len(rest)} more names, the last {rest[-1]} (frame {last})"


# --- why it is refused --------------------------------------------------------------------
def _why(scene: Scene, one: Transfer) -> str:
    """What of the name or of the refusal explains it; empty if nothing does."""
    boot = _boot_name(scene)
    asked = one.request.filename
    packet = one.error.said if one.error is not None else None
    reasons = []
    if b"\\" in boot and b"/" not in boot and not _has_folder(asked):
        reasons.append(
            f"it is asked for in the root: the boot file's path, {printable(boot)}, has"
            " backslashes, in which iPXE sees no folder"
            if _is_autoexec(one)
            else f"it is asked for in the root, the boot file came from {_folder(boot)}"
        )
    elif _folder(boot) and not plain(asked).lstrip("/").startswith(_folder(boot)):
        reasons.append(f"it is not asked for in the folder of the boot file, {_folder(boot)}")
        read = read_of(asked)
        if read is not None and read.loader == _OF_SHIM and _is_in_option_alone(scene, boot):
            reasons.append(
                "the header's file field is empty, and option 67, which has the folder, is not"
                " read by shim"
            )
    if isinstance(packet, tftp.Error) and _is_read_filters(packet, boot + asked):
        reasons.append(
            f"ERROR {packet.code} is no missing file: so Windows Deployment Services refuses a"
            " name that its ReadFilter does not let through"
        )
    return "; ".join(reasons)


_ILLEGAL = 4
"""ERROR 4, illegal operation: what WDS says for a name that its ReadFilter stops, file or none."""


def _is_read_filters(packet: tftp.Error, names: bytes) -> bool:
    is_told = packet.message.lower().startswith(b"access violation")
    return packet.code == _ILLEGAL and (is_told or b"\\" in names)


def _boot_name(scene: Scene) -> bytes:
    if scene.booted is not None:
        return scene.booted.boot_file.name
    return scene.fetched.request.filename if scene.fetched is not None else b""


def _boot_server(scene: Scene) -> Address | None:
    if scene.booted is not None:
        return scene.booted.boot_file.server
    return scene.fetched.server if scene.fetched is not None else None


def _folder(name: bytes) -> str:
    """With its slash; empty for the root."""
    return (
        plain(name).lstrip("/").rpartition("/")[0] + "/" if "/" in plain(name).lstrip("/") else ""
    )


def _has_folder(name: bytes) -> bool:
    return bool(_folder(name))


def _is_in_option_alone(scene: Scene, boot: bytes) -> bool:
    naming = [seen for seen in scene.replies if boot in (seen.option_name, seen.field_name)]
    return bool(naming) and not any(seen.field_name for seen in naming)


def _is_autoexec(one: Transfer) -> bool:
    return plain(one.request.filename).rpartition("/")[2] == _AUTOEXEC


# --- findings -----------------------------------------------------------------------------
@check("C-NEEDS", from_frames=True)
def what_it_needs_is_refused(scene: Scene) -> Iterator[Sighting]:
    """What runs next is refused a file that it cannot do without, by every name it tries."""
    for read, refused in _lacking(scene):
        if read is None or read.need is Need.NONE:
            continue
        if not any(read.gives_up_at(one.request.filename) for one in refused):
            continue
        why = _why(scene, refused[0])
        words = f"{_several(refused)}: {read.means}."
        words += f" {why[0].upper()}{why[1:]}." if why else ""
        yield Sighting(_numbers(refused), words, False, _place(refused[0]), read.cures)


def _place(one: Transfer) -> dict[str, str]:
    return {"server": str(one.server)}


@check("C-SERVER")
def its_server_is_dead(scene: Scene) -> Iterator[Sighting]:
    """What runs next asks a host by TFTP that never answers, or whose port is closed."""
    asked: dict[Address, list[Transfer]] = {}
    for one in scene.next_stage:
        asked.setdefault(one.server, []).append(one)
    for server, several in asked.items():
        if any(one.answers for one in several):
            continue
        sent = [frame.number for one in several for frame in one.asked]
        refused = _closed(scene, server)
        if refused is None and len(sent) < _NO_ANSWER:
            continue
        first = several[0]
        came = "no answer"
        numbers = list(sent)
        if refused is not None:
            came = f"an ICMP error of {refused.source} (frame {refused.number})"
            numbers.append(refused.number)
        words = f"{_who(first)} asks {server} for {first.name} ({frames(*sent)}) and gets {came}."
        yield Sighting(tuple(numbers), words)


def _closed(scene: Scene, server: Address) -> Complaint | None:
    told = (one for one in scene.complaints if one.is_credible and one.port == tftp.PORT)
    return next((one for one in told if one.about == server), None)


def _who(one: Transfer) -> str:
    read = read_of(one.request.filename)
    return "What runs next" if read is None else read.loader


@check("C-PROXYSRV", from_frames=True)
def next_stage_asks_the_dhcp_server(scene: Scene) -> Iterator[Sighting]:
    """What came from a server that the DHCPACK does not name is called shim or GRUB, or asks as
    GRUB does, and that server has not served GRUB."""
    ack, name, server = scene.ack, _boot_name(scene), _boot_server(scene)
    is_asked = any(map(_is_of_grub, scene.next_stage))
    if ack is None or server is None or not (is_asked or _SHIM_FILE.search(plain(name))):
        return
    if ack.siaddr == server or any(map(_is_had, _of_grub(scene, server))):
        return
    words = (
        f"{printable(name)} came from {server}; the next server of {ack.words} is"
        f" {ack.siaddr or 'none'}"
    )
    asked = [one for one in scene.next_stage if one.server == ack.siaddr]
    if any(map(_is_had, asked)):
        return
    if asked:
        first = asked[0]
        words += f", and {_who(first)} asks that for {first.name} (frame {first.asked[0].number})"
    numbers = (ack.number, *(one.asked[0].number for one in asked))
    yield Sighting(numbers, f"{words}.", False, {"server": str(server)})


def _of_grub(scene: Scene, server: Address) -> list[Transfer]:
    """GRUB's own reads of that server."""
    return [one for one in scene.next_stage if one.server == server and _is_of_grub(one)]


def _is_of_grub(one: Transfer) -> bool:
    read = read_of(one.request.filename)
    return read is not None and read.loader == _OF_GRUB


@check("C-QUIET")
def grub_asks_for_nothing(scene: Scene) -> Iterator[Sighting]:
    """GRUB was fetched, and a quarter of a minute later nothing was asked for."""
    last = scene.next_stage[-1] if scene.next_stage else scene.fetched
    if last is None or not last.is_whole:
        return
    is_grub = _GRUB_FILE.search(plain(last.request.filename)) is not None
    if is_grub and scene.quiet >= _QUIET:
        words = (
            f"{last.name} was fetched whole (until frame {last.last_number}), and nothing was asked"
            f" for in the {scene.quiet:.0f} s that follow."
        )
        yield Sighting((last.asked[0].number, last.last_number), words)


@check("C-REFUSED", from_frames=True)
def something_is_refused(scene: Scene) -> Iterator[Sighting]:
    """What runs next is refused a file of which nothing is known here."""
    for read, refused in _lacking(scene):
        if read is None:
            yield Sighting(_numbers(refused), f"{_several(refused)}.")


@check("C-SPARE", from_frames=True)
def what_it_can_do_without_is_refused(scene: Scene) -> Iterator[Sighting]:
    """What runs next is refused files that it goes on without, or finds by another name."""
    spare: dict[Read, list[Transfer]] = {}
    for transfer in scene.next_stage:
        read = read_of(transfer.request.filename)
        if read is not None and _is_refused(transfer) and not _is_autoexec(transfer):
            spare.setdefault(read, []).append(transfer)
    had = {read_of(one.request.filename) for one in scene.next_stage if _is_had(one)}
    for read, refused in spare.items():
        if read.need is Need.NONE:
            words = f"{_several(refused)}: {read.means}."
            yield Sighting(_numbers(refused), words)
        elif read.need is Need.ONE and read in had:
            words = f"{_several(refused)}; another of these names is there."
            yield Sighting(_numbers(refused), words)


@check("C-AUTOEXEC", from_frames=True)
def autoexec_is_not_there(scene: Scene) -> Iterator[Sighting]:
    """iPXE asked for autoexec.ipxe, and was refused it."""
    asked = [one for one in (*scene.transfers, *scene.next_stage) if _is_autoexec(one)]
    refused = [one for one in asked if _is_refused(one)]
    if refused and not any(map(_is_had, asked)):
        why = _why(scene, refused[0])
        words = _several(refused)
        yield Sighting(
            _numbers(refused), f"{words}: {why}." if why else f"{words}.", is_telling=bool(why)
        )


@check("C-SHIMPATH", from_frames=True)
def path_with_backslashes(scene: Scene) -> Iterator[Sighting]:
    """A PE file was fetched whose name has backslashes; what it asked for, it asked in the root."""
    booted = scene.booted
    if booted is None or b"\\" not in booted.boot_file.name:
        return
    asked = scene.next_stage
    in_root = [one for one in asked if not _has_folder(one.request.filename)]
    if identify(booted.content).kind != "pe" or (asked and not in_root):
        return
    words = f"The boot file is {printable(booted.boot_file.name)}"
    if in_root:
        words += (
            f"; {in_root[0].name} was asked for in the root (frame {in_root[0].asked[0].number})"
        )
    numbers = tuple(one.asked[0].number for one in (*scene.transfers[-1:], *in_root))
    yield Sighting(numbers, f"{words}.")

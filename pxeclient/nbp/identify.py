"""What a file is, by its octets: one look, bounded, that never raises."""

from __future__ import annotations

from dataclasses import replace

from pxeclient.nbp import linux, packed, texts, uboot
from pxeclient.nbp.kinds import NbpKind, Program, Sign
from pxeclient.nbp.pe import MACHINES, Image, parse
from pxeclient.nbp.programs import Recognised, recognise
from pxeclient.nbp.sbat import sbat

_RAW = "raw code, such as a BIOS PXE NBP"
_LINUX_SOURCE = "the kernel's documentation of its boot protocols"


def identify(content: bytes, size: int | None = -1) -> NbpKind:
    """The kind of a boot file, whatever octets these are.

    Args:
        content: The file, or as much of its beginning as there is.
        size: Octets of the whole file, None where that is not known; left out, the content is
            all of it.
    """
    whole = len(content) if size == -1 else size
    if not content and not whole:
        return NbpKind("empty", "an empty file", size=whole)
    is_whole = whole is not None and len(content) >= whole
    found = _look(content, is_whole)
    return replace(found, has=len(content), size=whole)


def _look(content: bytes, whole: bool) -> NbpKind:
    image = parse(content)
    if image is not None:
        return _pe(content, image, whole)
    found = linux.kernel(content)
    if found is not None:
        return _kernel(content, found)
    if content.startswith(b"\x7fELF"):
        return _elf(content)
    uimage = uboot.uimage(content)
    if uimage is not None:
        return NbpKind(
            uimage.kind,
            uimage.words,
            signs=(uimage.sign,),
            facts=uimage.facts,
            needs=uimage.needs,
        )
    text = texts.text(content)
    if text is not None:
        return NbpKind(
            text.kind, text.words, program=text.program, signs=(text.sign,), facts=text.facts
        )
    data = packed.packed(content)
    if data is not None:
        return NbpKind("packed", data.words, signs=(data.sign,))
    return _code(content, whole)


# --- each form ----------------------------------------------------------------------------
def _pe(content: bytes, image: Image, whole: bool) -> NbpKind:
    name = MACHINES.get(image.machine, f"machine 0x{image.machine:04x}")
    where = "UEFI" if image.is_efi else "not for UEFI"
    words = f"PE image for {name} ({where})"
    sections = tuple(one.name for one in image.sections)
    told = recognise("pe", content, sections, whole)
    kernel = linux.kernel(content)
    if told is None and kernel is not None:
        program = Program(kernel.words, "", kernel.version, level="specified", source=_LINUX_SOURCE)
        told = Recognised(program, (kernel.sign,), kernel.facts)
    components = sbat(content, image)
    facts = (("SBAT", "; ".join(components)),) if components else ()
    found = NbpKind(
        "pe",
        words,
        image.machine,
        image.subsystem,
        signs=(Sign(image.at, 4, "PE"),),
        facts=facts,
        needs=image.extent,
    )
    if kernel is not None:
        found = replace(found, facts=(*kernel.facts, *facts))
        told = told and replace(told, facts=())
    return _with(found, told)


def _kernel(content: bytes, found: linux.Kernel) -> NbpKind:
    version = f" {found.version}" if found.version else ""
    kind = NbpKind(
        found.form,
        f"{found.words}{version}",
        signs=(found.sign,),
        facts=found.facts,
        needs=found.needs,
    )
    return _with(kind, recognise(found.form, content))


def _elf(content: bytes) -> NbpKind:
    told = recognise("elf", content)
    is_part = told is not None and bool(told.caveat)
    kind = NbpKind("module" if is_part else "elf", "ELF image", signs=(Sign(0, 4, "ELF"),))
    return _with(kind, told)


def _code(content: bytes, whole: bool) -> NbpKind:
    is_sector = content[510:512] == b"\x55\xaa"
    form, words = ("boot-sector", "BIOS boot sector") if is_sector else ("raw", _RAW)
    told = recognise(form, content, whole=whole)
    if content.startswith(b"\x55\xaa") and content[3:4] in (b"\xe9", b"\xeb"):
        words = "option ROM for a BIOS, no boot file"
    elif told is not None and form == "raw":
        words = "raw code for BIOS"
    signs = (Sign(510, 2, "55aa"),) if is_sector else ()
    return _with(NbpKind(form, words, signs=signs), told)


def _with(kind: NbpKind, told: Recognised | None) -> NbpKind:
    """The kind with the program that was recognised."""
    if told is None:
        return kind
    return replace(
        kind,
        words=f"{kind.words}: {told.program.words}",
        program=told.program,
        signs=(*told.signs, *kind.signs),
        facts=(*told.facts, *kind.facts),
        caveat=told.caveat,
    )

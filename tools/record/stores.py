"""Prepared variable stores, made once and kept: a machine that boots for the first time is slow."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

from tools.record.firmwares import MAC, UUID, Firmware, Kind
from tools.record.needs import CODE, QEMU
from tools.record.variables import StoreError, starting

_EMPTY = {
    Kind.EFI: Path("/usr/share/OVMF/OVMF_VARS_4M.fd"),
    Kind.EFI_ARM64: Path("/usr/share/AAVMF/AAVMF_VARS.fd"),
}
_SECURE = Path("/usr/share/OVMF/OVMF_VARS_4M.ms.fd")
_MACHINE = {
    Kind.EFI: ("-machine", "q35", "-vga", "none", "-boot", "strict=on"),
    Kind.EFI_ARM64: ("-machine", "virt", "-cpu", "cortex-a57"),
}
_READY = b"Start PXE over IPv4"
"""When the firmware says this, its boot options have been made."""
_LIMIT = 180.0


def prepared(firmware: Firmware, option: str | None, first: bool, kept: Path, work: Path) -> bytes:
    """A variable store; with `option` one that starts it next, or has it `first` in its order.

    Raises:
        StoreError: The firmware makes no such option.
    """
    if option is None:
        return (_SECURE if firmware.is_secure else _EMPTY[firmware.kind]).read_bytes()
    name = f"{firmware.kind}-{firmware.device}.fd"
    path = kept / name
    if not path.is_file():
        kept.mkdir(parents=True, exist_ok=True)
        fresh = kept / f".{name}.{os.getpid()}"
        try:
            fresh.write_bytes(_populated(firmware, work))
            fresh.rename(path)
        finally:
            fresh.unlink(missing_ok=True)
    return starting(path.read_bytes(), option, first)


def _populated(firmware: Firmware, work: Path) -> bytes:
    """Boot once without a network, so that the firmware makes its boot options."""
    image, console = work / "populated.fd", work / "populated.txt"
    image.write_bytes(_EMPTY[firmware.kind].read_bytes())
    code = CODE[firmware.kind][0]
    command = [
        QEMU[firmware.kind][0], "-accel", "tcg", *_MACHINE[firmware.kind], "-m", "256",
        "-display", "none", "-nodefaults", "-monitor", "none", "-uuid", UUID,
        "-serial", f"file:{console}", "-netdev", "hubport,hubid=0,id=n0",
        "-device", f"{firmware.device},netdev=n0,mac={MAC},bootindex=1,romfile=,addr=1",
        "-device", "virtio-rng-pci,addr=2",
        "-drive", f"if=pflash,format=raw,readonly=on,file={code}",
        "-drive", f"if=pflash,format=raw,file={image}",
    ]  # fmt: skip
    with (work / "populated.log").open("wb") as log:
        running = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
        try:
            deadline = time.monotonic() + _LIMIT
            while not (console.exists() and _READY in console.read_bytes()):
                if running.poll() is not None or time.monotonic() > deadline:
                    told = (work / "populated.log").read_text(errors="replace").strip()
                    raise StoreError(f"the firmware makes no boot options: {told}")
                time.sleep(0.2)
        finally:
            running.kill()
            running.wait()
    return image.read_bytes()

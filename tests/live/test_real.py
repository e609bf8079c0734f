"""The real firmware in QEMU beside its emulation, before a real dnsmasq (`pxeclient real`)."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from pxeclient.capture.reading import read
from pxeclient.real.machines import MACHINES
from tests.lab.labs import CHECKOUT, await_none
from tests.live.boots import CONTENT, PXECLIENT
from tests.live.needs import TAP_DEVICE, require, require_lab
from tests.schemas.valid import complaints

pytestmark = pytest.mark.live

DNSMASQ = (
    "dnsmasq", "-d", "--port=0", "--interface={interface}", "--dhcp-range={first},{last}",
    "--dhcp-boot=boot.efi", "--enable-tftp",
)  # fmt: skip
PATIENCE = 400.0


def real(*arguments: str, status: int = 0) -> dict[str, Any]:
    """The object that the command prints."""
    require_lab()
    require(TAP_DEVICE)
    done = subprocess.run(
        [*PXECLIENT, "real", "--json", *arguments],
        capture_output=True, text=True, timeout=PATIENCE, cwd=CHECKOUT,
    )  # fmt: skip
    assert done.returncode == status, done.stderr + done.stdout[-3000:]
    found: dict[str, Any] = json.loads(done.stdout)
    assert complaints("real", found) == []
    return found


def needs(name: str) -> None:
    """The firmware's program and files."""
    machine = MACHINES[name]
    require(machine.program[0])
    require(TAP_DEVICE, *(path for path in machine.files if not Path(path).is_file()))


@pytest.mark.parametrize("name", sorted(MACHINES))
def test_the_real_firmware_does_the_same(name: str, tmp_path: Path) -> None:
    """The same decisions and the same octets; a busy machine may make its waits longer."""
    needs(name)
    (tmp_path / "boot.efi").write_bytes(CONTENT)
    kept = tmp_path / "card.pcap"
    root = f"--tftp-root={tmp_path}"
    found = real("-p", name, "-w", str(kept), "--", *DNSMASQ, root)
    assert found["equal"]
    assert found["comparison"]["frame_count"] >= 8
    assert found["emulated"]["result"] in ("booted", "wrong-file")
    assert len(read(kept).frames) >= found["comparison"]["frame_count"]
    assert await_none("qemu-system", 10.0) == []


def test_what_the_emulation_does_not_do_is_told(tmp_path: Path) -> None:
    """Another firmware's profile is not proved by this one: it differs, and how is said."""
    needs("ipxe-20190125")
    (tmp_path / "boot.efi").write_bytes(CONTENT)
    wrong = tmp_path / "ipxe-20190125.toml"
    text = (CHECKOUT / "profiles" / "ipxe-20190125.toml").read_text(encoding="utf-8")
    assert "ttl = 64" in text
    wrong.write_text(text.replace("ttl = 64", "ttl = 63"), encoding="utf-8")
    found = real("-p", str(wrong), "--", *DNSMASQ, f"--tftp-root={tmp_path}", status=1)
    assert not found["equal"]
    sentences = [one["sentence"] for one in found["comparison"]["differences"]]
    assert any("63" in sentence and "64" in sentence for sentence in sentences)

"""The probe `http` before real servers: dnsmasq, and Python's web server in the kernel's TCP."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from pxeclient.practice.boot_files import Kind, boot_file
from tests.lab.labs import require_lab
from tests.live.needs import program
from tests.live.test_check_servers import check

pytestmark = pytest.mark.live

SUITE = """
title = "HTTP boot"
profiles = ["edk2"]

[network]
server = ["/bin/sh", "{suite}/serve.sh", "{interface}", "{address}", "{folder}"]

[[cases]]
name = "http"
probe = "http"
"""
SERVE = """
PYTHON -m http.server --bind "$2" --directory "DIRECTORY" 80 >/dev/null 2>&1 &
exec DNSMASQ -d --conf-file=/dev/null --port=0 --no-ping --leasefile-ro --interface="$1" \\
  --pid-file="$3/pid" --user=root --group=root --dhcp-range=10.77.0.100,10.77.0.150 \\
  --dhcp-vendorclass=set:http,HTTPClient --dhcp-boot=tag:http,"URL" OPTIONS
"""
FORCED = "--dhcp-option-force=tag:http,60,HTTPClient"


def points(folder: Path, url: str, options: str = FORCED) -> dict[str, dict[str, Any]]:
    """What the probe expected, with its status and what happened."""
    require_lab("dnsmasq")
    folder.chmod(0o755)
    www = folder / "www"
    www.mkdir()
    file = boot_file(Kind.EFI, 300_000)
    for name in ("boot.efi", "boot"):
        (www / name).write_bytes(file.read(0, file.size))
    words = {"PYTHON": sys.executable, "DNSMASQ": program("dnsmasq"), "DIRECTORY": str(www)}
    script = SERVE.replace("URL", url).replace("OPTIONS", options)
    for word, value in words.items():
        script = script.replace(word, value)
    (folder / "serve.sh").write_text(script)
    path = folder / "suite.toml"
    path.write_text(SUITE)
    done = check(str(path), "--json")
    assert done.stderr == ""
    (result,) = json.loads(done.stdout)["results"]
    return {one["expected"]: one for one in result["points"]}


def test_a_good_server(tmp_path: Path) -> None:
    """HEAD and GET of 300,000 octets, through a stack that sends large segments."""
    found = points(tmp_path, "http://10.77.0.1/boot.efi")
    assert {one["status"] for one in found.values()} == {"met"}, found
    assert "x64 UEFI HTTP (16) gets a file that it can run" in found


def test_a_name_that_says_nothing(tmp_path: Path) -> None:
    """Python's server calls it application/octet-stream."""
    found = points(tmp_path, "http://10.77.0.1/boot")
    assert found["no finding H-TYPE"]["status"] == "not-met"


@pytest.mark.parametrize(
    ("url", "options", "expected"),
    [
        ("http://10.77.0.1/none.efi", FORCED, "no finding H-STATUS"),
        ("http://10.77.0.1:81/boot.efi", FORCED, "the web server answers HEAD and GET"),
        ("http://10.77.0.1/boot.efi", "", "no finding A-HTTP"),
        ("http://boot.example/boot.efi", f"{FORCED} --dhcp-option=6", "no finding A-HTTP-DNS"),
    ],
)
def test_what_is_wrong_is_not_met(tmp_path: Path, url: str, options: str, expected: str) -> None:
    """No file, no server, no option 60, no name server."""
    found = points(tmp_path, url, options)
    assert found[expected]["status"] == "not-met", found

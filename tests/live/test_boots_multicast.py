"""Multicast downloads against a real server: atftpd, which knows PXE's MTFTP."""

from __future__ import annotations

import pytest

from pxeclient.lab import Lab
from tests.live import daemons
from tests.live.boots import IPXE, VMWARE, assert_booted, boot, dhcpd_conf, tftp_folder

pytestmark = pytest.mark.live

SERVER, GROUP = "10.77.0.1", "239.77.0.1"
CLIENT_PORT, SERVER_PORT = 1758, 1759
PARAMETERS = "01:04:ef:4d:00:01:02:02:de:06:03:02:df:06:04:01:01:05:01:01:ff"
"""43.1 to 43.5: the group, both ports in Intel order, a second and a second."""


def servers(lab: Lab) -> str:
    """ISC dhcpd with the parameters; atftpd with one file to multicast, and to send by TFTP.

    Returns the name of the boot file: atftpd multicasts under full paths only.
    """
    root = tftp_folder(lab)
    name = str(root / "boot.0")
    statements = (
        f"next-server {SERVER};",
        f'filename "{name}";',
        'option vendor-class-identifier "PXEClient";',
        f"option vendor-encapsulated-options {PARAMETERS};",
    )
    daemons.isc_dhcpd(lab, dhcpd_conf(*statements))
    config = root.parent / "mtftp.conf"
    config.write_text(f"{name} {GROUP} {CLIENT_PORT}\n")
    daemons.atftpd(lab, root, "--mtftp", str(config), "--mtftp-port", str(SERVER_PORT))
    return name


def test_intels_code_does_not_get_on_with_atftpd(lab: Lab) -> None:
    """atftpd answers from a new port, and to the client alone: it ends with TFTP."""
    name = servers(lab)
    ended = boot(lab, VMWARE, scale=1)
    assert_booted(ended, SERVER, name)
    dropped = [event["because"] for event in ended.report["events"] if event["event"] == "ignored"]
    assert f"the file comes from {SERVER}:{SERVER_PORT}" in dropped
    asked = [event["to"] for event in ended.sent if event["kind"] == "RRQ"]
    assert asked == [f"{SERVER}:{SERVER_PORT}"] * 3 + [f"{SERVER}:69"] * 2
    joined = [event["to"] for event in ended.sent if event["kind"] == "IGMP report"]
    assert joined == [GROUP]
    rules = {(made["question"], made["rule"]) for made in ended.report["decisions"]}
    assert {("fetch-by", "mtftp"), ("fetch-by", "multicast-failed")} <= rules


def test_ipxe_never_asks_for_it(lab: Lab) -> None:
    """The same servers, and a plain download."""
    name = servers(lab)
    ended = boot(lab, IPXE)
    assert_booted(ended, SERVER, name)
    assert [event["to"] for event in ended.sent if event["kind"] == "RRQ"] == [f"{SERVER}:69"]

"""The plugin in other people's projects."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.lab.labs import CHECKOUT
from tests.pytest_plugin.strangers import OTHERS, passes

BUILT_IN = CHECKOUT / "pxeclient" / "practice" / "networks"

PRACTICE = """
def test_a(pxe_boot):
    pxe_boot("vmware-e1000e", network="plain-dhcp").booted("boot.0", server="10.77.0.3")
"""


def failing(pytester: pytest.Pytester, call: str) -> str:
    """What a test that boots VMware's ROM where port 4011 is dead, and calls that, prints."""
    network = 'pxe_boot("vmware-e1000e", network="proxy-60-file-4011-dead")'
    code = f"def test_a(pxe_boot):\n    {network}.{call}\n"
    return passes(pytester, code, failed=1).stdout.str()


def test_practice(pytester: pytest.Pytester) -> None:
    """A practice network needs no rights."""
    passes(pytester, PRACTICE, passed=1)


def test_what_a_result_has(pytester: pytest.Pytester) -> None:
    """File, lease, findings, trace."""
    passes(
        pytester,
        """
        import hashlib

        def test_booted(pxe_boot):
            result = pxe_boot("ipxe", network="plain-dhcp", mac="52:54:00:00:00:07")
            assert result.booted() is result
            found = result.boot_file
            assert (found.name, found.server) == ("boot.0", "10.77.0.3")
            assert found.sha256 == hashlib.sha256(found.content).hexdigest()
            result.booted("boot.0", server="10.77.0.3", sha256=found.sha256).did_not_ask_4011()
            assert result.lease.address == "10.77.0.50"
            assert result.lease.server == "10.77.0.1"
            assert result.trace.profile == "ipxe"
            _, discover, _ = next(result.trace.frames())
            assert discover[6:12] == bytes.fromhex("525400000007")
            assert repr(result).startswith("<BootResult ipxe: Booted boot.0 from 10.77.0.3, named")

        def test_failed(pxe_boot):
            result = pxe_boot("vmware-e1000e", network="proxy-60-file-4011-dead")
            result.failed().failed("PXE-E55").failed("no-proxy-reply")
            result.asked_4011().asked_4011("10.77.0.3")
            assert result.boot_file is None
            assert "D43-VMW" in [finding.id for finding in result.findings]
            assert "10.77.0.3" in result.ladder

        def test_stopped(pxe_boot):
            result = pxe_boot("vmware-e1000e", network="silence", deadline=3)
            assert result.outcome is None
            assert result.trace.stopped == "deadline"
            assert result.lease is None
        """,
        passed=3,
    )


@pytest.mark.parametrize(
    ("call", "instead", "wanted"),
    [
        ('booted("x.0")', "not x.0", "to boot x.0"),
        ("booted()", "not booted", "to boot"),
        ('failed("PXE-E51")', "not PXE-E51", "to fail with PXE-E51"),
        (
            'asked_4011("10.77.0.9")',
            "10.77.0.9 not asked on port 4011",
            "to ask 10.77.0.9 on port 4011",
        ),
        ("did_not_ask_4011()", "port 4011 asked", "not to ask on port 4011"),
    ],
)
def test_a_failing_assertion_tells_the_boot(
    pytester: pytest.Pytester, call: str, instead: str, wanted: str
) -> None:
    """What was wanted, how it ended, the ladder, the findings, and the stranger's own line."""
    shown = failing(pytester, call)
    assert f"AssertionError: PXE-E55, {instead}: vmware-e1000e was {wanted}" in shown
    [line] = [one for one in shown.splitlines() if one.startswith("FAILED ")]
    # Cut to the terminal's width: what is first is seen.
    assert line.partition(" - ")[2].startswith("PXE-E55, ")
    assert "PXE-E55: ProxyDHCP service did not reply" in shown
    assert "├─ DHCPREQUEST ─" in shown
    assert "▲ D43-VMW: " in shown
    assert "dhcp-option=vendor:PXEClient,6,8" in shown
    assert (
        f"""    {'pxe_boot("vmware-e1000e", network="proxy-60-file-4011-dead")'}.{call}""" in shown
    )
    assert "_unlike" not in shown


@pytest.mark.parametrize(
    ("call", "wanted"),
    [
        ('failed("PXE-E55")', "not PXE-E55: ipxe was to fail with PXE-E55"),
        ("failed()", "not failed: ipxe was to fail"),
        (
            "asked_4011()",
            "some server not asked on port 4011: ipxe was to ask some server on port 4011",
        ),
        ('booted("other")', "not other: ipxe was to boot other"),
        ('booted(server="10.77.0.4")', "not from 10.77.0.4: ipxe was to boot from 10.77.0.4"),
        ('booted(sha256="00")', "not SHA-256 00…: ipxe was to boot with SHA-256 00"),
    ],
)
def test_assertions_about_a_boot_that_succeeds(
    pytester: pytest.Pytester, call: str, wanted: str
) -> None:
    """They fail just so."""
    code = f"def test_a(pxe_boot):\n    pxe_boot('ipxe', network='plain-dhcp').{call}\n"
    shown = passes(pytester, code, failed=1).stdout.str()
    assert f"AssertionError: boot.0, {wanted}; it ended so:" in shown
    assert "Booted boot.0 from 10.77.0.3" in shown


def test_profiles(pytester: pytest.Pytester) -> None:
    """The marker runs a test once for each profile; `pxe_boot` takes it by itself."""
    result = passes(
        pytester,
        """
        import pytest

        @pytest.mark.pxe_profiles("ipxe", "vmware-e1000e")
        def test_a(pxe_profile, pxe_boot):
            assert pxe_boot(network="plain-dhcp").booted().trace.profile == pxe_profile

        @pytest.mark.pxe_profiles("edk2")
        class TestMany:
            def test_b(self, pxe_boot, pxe_profile):
                pxe_boot(pxe_profile, network="plain-dhcp").booted()
        """,
        passed=3,
    )
    result = pytester.runpytest(*OTHERS, "-v", "--strict-markers")
    result.stdout.fnmatch_lines(["*test_a?ipxe? PASSED*", "*test_a?vmware-e1000e? PASSED*"])
    assert "pxe_profiles(*names)" in pytester.runpytest(*OTHERS, "--markers").stdout.str()


def test_architectures(pytester: pytest.Pytester) -> None:
    """The number goes into options 93 and 60, and the name says that it is not the firmware's."""
    passes(
        pytester,
        """
        def test_a(pxe_boot):
            result = pxe_boot("edk2", arch=9, network="plain-dhcp")
            discover = next(frame for _, frame, ours in result.trace.frames() if ours)
            assert bytes.fromhex("5d020009") in discover
            assert b"PXEClient:Arch:00009:UNDI:003000" in discover
            assert result.trace.profile == "edk2 as architecture 9"
        """,
        passed=1,
    )


@pytest.mark.parametrize(
    ("call", "words"),
    [
        ('pxe_boot("ipxf", network="plain-dhcp")', "ipxf"),
        ('pxe_boot("ipxe", network="nowhere")', "nowhere"),
        ('pxe_boot("ipxe", mac="01:00:00:00:00:00", network="silence")', "no station's address"),
        ('pxe_boot("ipxe", mac="x", network="silence")', "'x'"),
        ('pxe_boot("ipxe", arch=70000, network="silence")', "70000 is no number of 16 bits"),
        ('pxe_boot("ipxe", network="menu", keys=["f8"])', "did you mean 'F8'?"),
        ('pxe_boot(network="silence")', "pxe_profile needs a marker"),
    ],
)
def test_wrong_words(pytester: pytest.Pytester, call: str, words: str) -> None:
    """A sentence, and no traceback into the plugin."""
    shown = passes(pytester, f"def test_a(pxe_boot):\n    {call}\n", failed=1).stdout.str()
    assert words in shown
    assert "boots.py" not in shown
    assert "another exception" not in shown


def test_where_the_emulation_ends_nothing_has_failed(pytester: pytest.Pytester) -> None:
    """IPXE would fetch the URL. That it is one can be claimed all the same."""
    network = (BUILT_IN / "plain-dhcp.toml").read_text(encoding="utf-8")
    path = pytester.path / "url.toml"
    path.write_text(network.replace('"boot.0"', '"http://10.77.0.3/boot.ipxe"'), encoding="utf-8")
    code = f"""
        def test_known(pxe_boot):
            pxe_boot("ipxe", network={str(path)!r}).failed("unsupported-scheme")

        def test_unknown(pxe_boot):
            pxe_boot("ipxe", network={str(path)!r}).failed()
    """
    shown = passes(pytester, code, passed=1, failed=1).stdout.str()
    assert (
        "AssertionError: unsupported-scheme, not failed: ipxe was to fail; it ended so: " in shown
    )
    assert "a URI that pxeclient does not fetch" in " ".join(shown.split())


def test_where_more_is_told(pytester: pytest.Pytester) -> None:
    """Of a finding that took a line; pytest's own -v does not."""
    code = 'def test_a(pxe_boot): pxe_boot("ipxe", network="proxy-60-file-4011-dead").failed()\n'
    shown = passes(pytester, code, failed=1).stdout.str()
    assert "▲ D43-VMW (would stop another firmware): " in shown
    assert "More of it, and what to change: pxeclient findings ID" in shown


@pytest.mark.parametrize("marker", ["()", "(1)", "(name='ipxe')"])
def test_wrong_markers(pytester: pytest.Pytester, marker: str) -> None:
    """They are told when tests are collected."""
    code = f"import pytest\n@pytest.mark.pxe_profiles{marker}\ndef test_a(pxe_profile): pass\n"
    result = passes(pytester, code, errors=1)
    result.stdout.fnmatch_lines(["*pxe_profiles takes names of profiles*"])


def test_a_wrong_pace(pytester: pytest.Pytester) -> None:
    """The setting is a number."""
    pytester.makeini("[pytest]\npxe_time_scale = fast\n")
    result = passes(pytester, "def test_a(pxe_boot): pass\n", errors=1)
    result.stdout.fnmatch_lines(["*pxe_time_scale = fast: it must be a number*"])


IDLE = """
import sys
def test_nothing():
    loaded = [name for name in sys.modules if name.split(".")[0] == "pxeclient"]
    assert sorted(loaded) == ["pxeclient", "pxeclient.pytest_plugin"]
    assert not {"msgspec", "scapy", "click"} & set(sys.modules)
"""


def test_runs_that_do_not_use_it(pytester: pytest.Pytester) -> None:
    """It loads nothing but itself, and asks for no fixture."""
    pytester.makepyfile(IDLE)
    outside = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    command = [sys.executable, "-W", "error", "-m", "pytest", "-q", "-p", "pxeclient.pytest_plugin"]
    done = subprocess.run(
        [*command, "-p", "no:cacheprovider", "--setup-show"],
        capture_output=True, text=True, timeout=60, cwd=pytester.path, check=False,
        env={**outside, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "pxe" not in done.stdout

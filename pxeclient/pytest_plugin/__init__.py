"""A pytest plugin for those who write or configure boot servers; installed with pxeclient.

    def test_vmware_boots(pxe_network, pxe_boot):
        pxe_network.start(["dnsmasq", "-d", "--interface={interface}", ...])
        pxe_boot("vmware-e1000e").booted("pxelinux.0")

`pxe_network` is a private network (`pxeclient.lab.Lab`), `pxe_boot` boots a machine there, or on a
practice network, and gives a `BootResult`. What pytest loads in every run is this module: it
imports nothing of pxeclient until a test asks for one of its fixtures.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pxeclient.lab import Lab
    from pxeclient.pytest_plugin.boots import PxeBoot

_MARK = "pxe_profiles"
_SCALE = "pxe_time_scale"


def pytest_addoption(parser: pytest.Parser) -> None:
    """The one setting there is."""
    parser.addini(
        _SCALE,
        "pace of the emulated firmware on pxe_network: 0.1 is ten times as fast (default: 1)",
        default="1",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line(
        "markers",
        f"{_MARK}(*names): run the test once for each of these pxeclient profiles, which it gets"
        " as `pxe_profile`",
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that asks for `pxe_profile` runs once for each profile that its marker names."""
    marker = metafunc.definition.get_closest_marker(_MARK)
    if marker is None or "pxe_profile" not in metafunc.fixturenames:
        return
    if not marker.args or marker.kwargs or not all(isinstance(one, str) for one in marker.args):
        raise pytest.UsageError(
            f"{metafunc.definition.nodeid}: {_MARK} takes names of profiles,"
            f' such as @pytest.mark.{_MARK}("ipxe", "vmware-e1000e")'
        )
    metafunc.parametrize("pxe_profile", marker.args, indirect=True)


@pytest.fixture
def pxe_profile(request: pytest.FixtureRequest) -> str:
    """One of the profiles that the test's marker `pxe_profiles` names."""
    name: str | None = getattr(request, "param", None)
    if name is None:
        pytest.fail(
            f'pxe_profile needs a marker, such as @pytest.mark.{_MARK}("ipxe", "vmware-e1000e")',
            pytrace=False,
        )
    return name


@pytest.fixture
def pxe_network() -> Iterator[Lab]:
    """A private network with a host for servers (`start`), and more if wanted (`add_host`).

    The test is skipped where none can be made, and fails there if CI=true.
    """
    from pxeclient.lab import LabUnavailable, open_lab

    try:
        with open_lab() as lab:
            yield lab
    except LabUnavailable as error:
        _cannot(str(error))


def _cannot(why: str) -> None:
    if os.environ.get("CI") == "true":
        # The machine is ours to prepare, and a skipped test would hide that it is not.
        pytest.fail(why, pytrace=False)
    pytest.skip(why)


@pytest.fixture
def pxe_boot(request: pytest.FixtureRequest) -> PxeBoot:
    """Boots a machine: ``pxe_boot("ipxe")`` on `pxe_network`, or with `network` on a practice one.

    See `pxeclient.pytest_plugin.boots.PxeBoot` for what it takes.
    """
    from pxeclient.pytest_plugin.boots import PxeBoot

    text = str(request.config.getini(_SCALE))
    try:
        scale = float(text)
    except ValueError:
        scale = 0.0
    if not 0.001 <= scale <= 1000:
        pytest.fail(f"{_SCALE} = {text}: it must be a number from 0.001 to 1000", pytrace=False)
    return PxeBoot(request, scale)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, None]:
    """Show what the servers printed with a failing test."""
    outcome = yield
    lab = getattr(item, "funcargs", {}).get("pxe_network")
    if lab is not None:
        report = outcome.get_result()
        if report.failed:
            report.sections.extend((f"log of {title}", log) for title, log in lab.logs())

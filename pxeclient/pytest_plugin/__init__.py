"""A pytest plugin for those who write or configure boot servers; installed with pxeclient.

    def test_vmware_boots(pxe_network, pxe_boot):
        pxe_network.start(["dnsmasq", "-d", "--interface={interface}", ...])
        pxe_boot("vmware-e1000e").booted("pxelinux.0")

`pxe_network` is a private network (`pxeclient.lab.Lab`), `pxe_boot` boots a machine there, or on a
practice network, and gives a `BootResult`. What pytest loads in every run is this module: it
imports nothing of pxeclient until a test asks for one of its fixtures.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

if TYPE_CHECKING:
    from pxeclient.lab import Lab
    from pxeclient.pytest_plugin.boots import PxeBoot

_MARK = "pxe_profiles"
_SCALE = "pxe_time_scale"
_LOOPBACK = "pxe_loopback"
_WHEN = ("never", "otherwise", "always")


def pytest_addoption(parser: pytest.Parser) -> None:
    """The settings there are."""
    group = parser.getgroup("pxeclient", "boots of pxe_boot")
    group.addoption(
        "--pxe-artifacts",
        metavar="FOLDER",
        help="keep each boot of a test that fails: capture, ladder, JSON, the servers' log and the"
        " command that repeats it, a folder for each, and a page that leads to them",
    )
    group.addoption(
        "--pxe-artifacts-all", action="store_true", help="keep the boots of other tests, too"
    )
    parser.addini(
        _SCALE,
        "pace of the emulated firmware on pxe_network: 0.1 is ten times as fast (default: 1)",
        default="1",
    )
    parser.addini(
        _LOOPBACK,
        "when pxe_network is the loopback interface, with servers on unprivileged ports: otherwise"
        " (default: where no private network can be made, and the server is told its ports),"
        " always, never",
        default="otherwise",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known, and keep boots if that is wanted."""
    folder = config.getoption("--pxe-artifacts")
    if folder:
        from pxeclient.pytest_plugin.keeping import Keeping

        config.pluginmanager.register(Keeping(config, folder), "pxeclient-artifacts")
    elif config.getoption("--pxe-artifacts-all"):
        raise pytest.UsageError("--pxe-artifacts-all: name a folder with --pxe-artifacts")
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
def pxe_network(request: pytest.FixtureRequest) -> Iterator[Lab]:
    """A private network with a host for servers (`start`), and more if wanted (`add_host`).

    Where none can be made it is the loopback interface, for servers that are told their ports.
    Where that will not do either the test is skipped, and fails if CI=true. The setting
    `pxe_loopback` changes this.
    """
    from pxeclient.lab import LabError, LabUnavailable, open_lab, open_loopback

    when = str(request.config.getini(_LOOPBACK))
    if when not in _WHEN:
        pytest.fail(f"{_LOOPBACK} = {when}: it must be {', '.join(_WHEN)}", pytrace=False)
    with contextlib.ExitStack() as stack:
        try:
            opened = stack.enter_context(open_loopback() if when == "always" else open_lab())
        except LabUnavailable as error:
            if when == "never":
                _cannot(str(error))
            opened = stack.enter_context(open_loopback(str(error)))
        except LabError as error:
            pytest.fail(str(error), pytrace=False)
        yield opened


def _unavailable(call: pytest.CallInfo[None]) -> str:
    """Why there is no network for the test's servers, if that has ended it."""
    from pxeclient.lab import LabUnavailable

    found = call.excinfo
    return str(found.value) if found and isinstance(found.value, LabUnavailable) else ""


def _cannot(why: str) -> NoReturn:
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


def _begin_with_the_code(report: pytest.TestReport, call: pytest.CallInfo[None]) -> None:
    """In the summary's line about a test, which is short; the traceback names the exception."""
    words = call.excinfo.value.args if call.excinfo is not None else ()
    # Told by name: this module imports none of the others.
    if words and type(words[0]).__module__ == f"{__name__}.result":
        crash = getattr(report.longrepr, "reprcrash", None)
        if crash is not None:
            crash.message = str(words[0])


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, Any, None]:
    """Skip what cannot be tried here; show what the servers printed with a failing test."""
    if "pxe_network" in getattr(item, "fixturenames", ()) and (why := _unavailable(call)):
        call.excinfo = pytest.CallInfo.from_call(lambda: _cannot(why), call.when).excinfo
    outcome = yield
    _begin_with_the_code(outcome.get_result(), call)
    lab = getattr(item, "funcargs", {}).get("pxe_network")
    if lab is not None:
        report = outcome.get_result()
        if report.failed:
            from pxeclient.harmless import for_a_log

            report.sections.extend((f"log of {title}", for_a_log(log)) for title, log in lab.logs())

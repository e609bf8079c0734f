"""Whom a boot asked on port 4011: the plugin, a suite, the table and the JSON mean one thing."""

from __future__ import annotations

import pytest

from pxeclient import profile as profiles
from pxeclient.check.judging import judge
from pxeclient.check.results import Status
from pxeclient.check.suite import Case
from pxeclient.diagnose.scene import Scene
from pxeclient.diagnose.sorting import scene
from pxeclient.matrix.entries import Entry
from pxeclient.matrix.row import row
from pxeclient.pytest_plugin.result import BootResult
from pxeclient.report.as_json import requests_on_4011
from pxeclient.trace import Trace
from tests.boots import booted
from tests.report.traces import SMALL


def met(trace: Trace, there: Scene, asks: bool | str) -> bool:
    """Whether a case that expects that is met."""
    [point] = judge(Case(name="port 4011", asks_4011=asks), trace, there, [])
    return point.status is Status.MET


def holds(result: BootResult, server: str | None) -> bool:
    """Whether the plugin's assertion passes."""
    try:
        result.asked_4011(server)
    except AssertionError:
        return False
    return True


@pytest.mark.parametrize("firmware", profiles.names())
def test_all_mean_the_same(firmware: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """On every practice network, whether it is a proxy that is asked or a boot server."""
    # What a failed assertion shows is of no interest here, and most of its work.
    monkeypatch.setattr(BootResult, "ladder", "")
    profile = profiles.load(firmware)
    kinds = set()
    for network in SMALL:
        trace = booted(firmware, network)
        result = BootResult(trace)
        told = list(requests_on_4011(trace))
        whom = {request["to"].replace("broadcast", "255.255.255.255") for request in told}
        there = scene(trace)
        shown = row(Entry(profile, None, False, profile.machine), trace).asked
        assert {asked.address.replace("broadcast", "255.255.255.255") for asked in shown} == whom
        assert sum(asked.times for asked in shown) == len(told)
        assert holds(result, None) is met(trace, there, True) is bool(whom), network
        assert met(trace, there, False) is not bool(whom), network
        for server in whom:
            assert holds(result, server), network
            assert met(trace, there, server) is (whom == {server}), network
        assert not holds(result, "10.77.0.99")
        kinds |= {request["boot_server_type"] is None for request in told}
    if firmware == "vmware-e1000e":
        assert kinds == {True, False}

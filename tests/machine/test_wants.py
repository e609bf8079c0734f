"""What programs want, what they are answered, and how far they may go."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv4Address
from math import inf, nan
from pathlib import Path

import pytest

from pxeclient.boot.actions import AwaitKey, Decide, Print
from pxeclient.decisions import Evidence, Known
from pxeclient.fetch.job import Fetched, NotFetched
from pxeclient.firmware.ipxe import IPXE
from pxeclient.machine import Given, Program, bounds
from pxeclient.machine.wants import (
    Answer,
    Key,
    Leased,
    NotLeased,
    Script,
    Wait,
    Want,
    Why,
    dhcp,
    fetch,
    key,
    leave,
    show,
    wait,
)
from pxeclient.outcome import BootFile, Exited, Failed, Failure
from pxeclient.practice.scenario import load
from pxeclient.stack.acts import SendFrame
from pxeclient.trace import Trace
from tests.machine.boots import NETWORK, staged
from tests.machine.lister import PLAIN

WHY = Why("any", "It wants to.", Known(Evidence.INFERRED, "a test"))
TFTP = IPv4Address("10.77.0.3")


def run(script: Callable[[], Script[None]], keys: tuple[str, ...] = ()) -> Trace:
    """The boot that ends with a program of that script."""
    return staged(lambda given: Program("tried", lambda given: script()), keys=keys)


def answers(want: Callable[[], Script[Answer]], keys: tuple[str, ...] = ()) -> Answer:
    """What a want is answered."""
    heard: list[Answer] = []

    def script() -> Script[None]:
        heard.append((yield from want()))

    trace = run(script, keys)
    assert trace.ended_as == Exited(0, "", "", "tried has come to its end.")
    return heard[0]


def test_a_file_by_name() -> None:
    """As it goes into the read request, of whichever server."""
    found = answers(lambda: fetch(BootFile(b"list/menu.txt", TFTP, "a test"), WHY))
    assert isinstance(found, Fetched)
    assert found.content == b"1 memtest"


def test_a_file_by_uri() -> None:
    """What is escaped in it is not on the wire."""
    found = answers(lambda: fetch("tftp://10.77.0.3/list%2Fmenu.txt", WHY))
    assert isinstance(found, Fetched)
    assert found.boot_file.name == b"list/menu.txt"


@pytest.mark.parametrize(
    "uri", ["gopher://10.77.0.3/x", "tftp://nowhere", "", "\x1b[2J", "tftp://10.77.0.3"]
)
def test_a_uri_that_nothing_fetches(uri: str) -> None:
    """It is an answer like any other."""
    found = answers(lambda: fetch(uri, WHY))
    assert isinstance(found, NotFetched)
    assert found.failure is Failure.UNSUPPORTED_SCHEME


def test_a_file_that_is_not_there() -> None:
    """The server says so."""
    found = answers(lambda: fetch(BootFile(b"nothing", TFTP, "a test"), WHY))
    assert isinstance(found, NotFetched)
    assert found.failure is Failure.TFTP_NOT_FOUND


@pytest.mark.parametrize("what", [BootFile(b"x" * 5000, TFTP, "a test"), "tftp://" + "x" * 5000])
def test_a_name_that_no_request_holds(what: str | BootFile) -> None:
    """It was read out of a stranger's file, and is not asked for."""
    found = answers(lambda: fetch(what, WHY))
    assert isinstance(found, NotFetched)
    assert len(found.because) < 100


def test_a_server_that_is_not_there() -> None:
    """ARP finds nobody, as the firmware's own downloads do."""
    found = answers(lambda: fetch(BootFile(b"x", IPv4Address("10.77.0.9"), "a test"), WHY))
    assert isinstance(found, NotFetched)


def test_an_address_of_its_own() -> None:
    """The replies that count come with it."""
    found = answers(lambda: dhcp(PLAIN, IPXE, WHY))
    assert isinstance(found, Leased)
    assert found.ack.yiaddr == IPv4Address("10.77.0.50")
    assert found.sources == (found.ack,)


def test_no_address(tmp_path: Path) -> None:
    """The server has answered the firmware, and answers nobody any more: the reason is told."""
    silent = tmp_path / "silent.toml"
    twice = 'msg = "discover"\ntimes = 2\n'
    silent.write_text(NETWORK.read_text().replace('msg = "discover"\n', twice))
    heard: list[Answer] = []

    def script(given: Given) -> Script[None]:
        heard.append((yield from dhcp(PLAIN, IPXE, WHY)))

    trace = staged(lambda given: Program("tried", script), on=load(silent))
    (found,) = heard
    assert isinstance(found, NotLeased)
    assert found.failure is Failure.NO_OFFER
    assert "2 DISCOVERs in 3.0 s" in found.because
    assert trace.ended == pytest.approx(trace.stages[1].began + 3.0)


def test_keys_come_in_order_and_time_runs_out() -> None:
    """One for each time that it waits; then nobody presses any."""
    heard: list[str | None] = []

    def script() -> Script[None]:
        for _ in range(3):
            pressed = yield from key("?", WHY, timeout=2.0)
            heard.append(pressed)

    trace = run(script, ("F8", "x"))
    assert heard == ["F8", "x", None]
    waits = [one.at for one in trace.records if isinstance(one.item, AwaitKey)]
    assert trace.ended == pytest.approx(waits[-1] + 2.0)


def test_who_waits_for_a_key_for_ever_is_stopped() -> None:
    """As at a firmware's menu."""

    def script() -> Script[None]:
        yield from key("grub>", WHY)

    trace = run(script)
    assert (trace.stopped, trace.ended_as) == ("waiting", None)


def test_time_passes() -> None:
    """And nothing else happens."""

    def script() -> Script[None]:
        yield from wait(7.5, WHY)
        yield from wait(-1.0, WHY)

    trace = run(script)
    assert trace.ended == pytest.approx(trace.stages[1].began + 7.5)


def test_what_is_shown_is_fit_to_be_shown() -> None:
    """Whatever a stranger's file had in it; each of its lines is one."""

    def script() -> Script[None]:
        yield from show("one\ntwo\x1b[2J\x00\u202e\udc80\tthree", WHY)
        yield from leave(1, WHY, "bad \x1b]0;x\x07 \u2028 text", "\x9b")

    trace = run(script)
    lines = [one.item.line for one in trace.stages[1].records if isinstance(one.item, Print)]
    assert lines[0] == "one"
    assert len(lines) == 2
    assert isinstance(trace.ended_as, Exited)
    for text in (*lines, trace.ended_as.text, trace.ended_as.code):
        assert text.isascii()
        assert text.isprintable()


def test_after_exit_nothing_is_done() -> None:
    """Whatever stands there."""

    def script() -> Script[None]:
        yield from leave(9, WHY, "enough")
        raise AssertionError("it goes on")

    assert run(script).ended_as == Exited(9, "", "enough", "It wants to.")


def test_wants_are_decisions() -> None:
    """Rule, reason and source are the program's."""

    def script() -> Script[None]:
        yield from leave(0, WHY)

    decided = [one.item for one in run(script).stages[1].records if isinstance(one.item, Decide)]
    (only,) = decided
    decision = only.decision
    assert (decision.question, decision.rule, decision.because, decision.source) == (
        "program-next",
        *WHY,
    )


# --- bounds -------------------------------------------------------------------------------
def forever(want: Want) -> Callable[[], Script[None]]:
    """A script that wants the same again and again."""

    def script() -> Script[None]:
        while True:
            yield want

    return script


def beyond(trace: Trace) -> str:
    """Why a program was not followed further."""
    assert isinstance(trace.ended_as, Failed)
    assert trace.ended_as.failure is Failure.NOT_EMULATED
    assert trace.stopped == ""
    return trace.ended_as.because


@pytest.mark.parametrize("want", [Wait(0, WHY), Wait(-1, WHY)])
def test_a_loop_without_time_has_an_end(want: Want) -> None:
    """A script that goes round and round would hang whoever follows it."""
    assert beyond(run(forever(want))) == (
        "tried goes on beyond what pxeclient follows: it has wanted something 1000 times while no"
        " time passed."
    )


def test_a_loop_of_text_has_an_end() -> None:
    """The trace does not grow for ever."""

    def script() -> Script[None]:
        while True:
            yield from show("again", WHY)

    trace = run(script)
    assert "1000 times" in beyond(trace)
    assert len(trace.records) < 5000


@pytest.mark.parametrize("want", [Wait(60, WHY), Key("?", WHY, timeout=60)])
def test_a_loop_in_time_has_an_end(want: Want, monkeypatch: pytest.MonkeyPatch) -> None:
    """It need not be waited for by a deadline."""
    monkeypatch.setattr(bounds, "MOST_WANTS", 50)
    trace = staged(lambda given: Program("tried", lambda given: forever(want)()))
    assert "50 times" in beyond(trace)


def test_fetching_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of octets, too."""
    monkeypatch.setattr(bounds, "MOST_FETCHED", 20)

    def script() -> Script[None]:
        while True:
            yield from fetch(BootFile(b"list/menu.txt", TFTP, "a test"), WHY)

    assert beyond(run(script)).endswith("it has fetched 27 octets.")


def test_asking_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also for what is not there."""
    monkeypatch.setattr(bounds, "MOST_WANTS", 30)

    def script() -> Script[None]:
        while True:
            yield from fetch(BootFile(b"nothing", TFTP, "a test"), WHY)

    trace = run(script)
    assert "30 times" in beyond(trace)
    sent = [one for one in trace.stages[1].records if isinstance(one.item, SendFrame)]
    assert len(sent) < 100


@pytest.mark.parametrize("seconds", [1e9, inf, nan])
def test_nobody_waits_for_ever(seconds: float) -> None:
    """Neither for time nor for a key that has a limit."""
    assert "it waits for" in beyond(run(forever(Wait(seconds, WHY))))
    assert "it waits for" in beyond(run(forever(Key("?", WHY, timeout=seconds))))

"""The stack outlives the ROM: what a ROM has booted fetches with it."""

from __future__ import annotations

from collections.abc import Iterable
from math import inf

import pytest

from pxeclient.boot.client import BootClient
from pxeclient.boots.booting import Booting
from pxeclient.boots.loop import attend, has_come
from pxeclient.fetch.job import Fetched, Job, NotFetched, Result, Step
from pxeclient.fetch.opening import fetch
from pxeclient.link.base import Link
from pxeclient.outcome import Booted, Failure
from pxeclient.stack.acts import SendFrame, SetTimer
from pxeclient.stack.chance import Dice
from pxeclient.stack.host import Arrived, Host
from pxeclient.trace import Trace
from tests.boots import link_to, profile
from tests.fetch.by_hand import PLAIN, fetcher


class Program:
    """Who runs one job on a link: all that a customer of `fetch` has to do."""

    def __init__(self, job: Job, host: Host, link: Link) -> None:
        self._job, self._host, self._link = job, host, link
        self._origin = link.now()
        self.result: Result | None = None
        self._do(job.start(0.0))

    @property
    def is_over(self) -> bool:
        """There is a result."""
        return self.result is not None

    def next_at(self) -> float:
        """The job's timer."""
        return self._origin + self._job.next_at()

    def hear(self, frame: bytes, at: float) -> None:
        """The host takes it; the job is told of datagrams."""
        now = at - self._origin
        for happened in self._host.receive(frame, now):
            if isinstance(happened, Arrived):
                self._do(self._job.datagram(happened, now))
            elif isinstance(happened, SendFrame):
                self._link.send(happened.frame)

    def wake(self, at: float) -> None:
        """The job's timer, if it is time."""
        if has_come(self._job.next_at(), at - self._origin):
            self._do(self._job.timer_fired(at - self._origin))

    def _do(self, steps: Iterable[Step]) -> None:
        for step in steps:
            if isinstance(step, SendFrame):
                self._link.send(step.frame)
            elif isinstance(step, SetTimer):
                assert step.deadline < inf
            elif isinstance(step, Result):
                self.result = step


@pytest.mark.parametrize("firmware", ["ipxe", "vmware-e1000e", "edk2"])
def test_what_was_booted_fetches_with_the_roms_stack(firmware: str) -> None:
    """Address and neighbours are there: no DHCP, no ARP, the file at once, and patience."""
    rom, link = profile(firmware), link_to("plain-dhcp", firmware)
    host = Host(rom.machine.mac, rom.traits.ip, Dice(rom.machine.seed))
    trace = Trace("", "", "")
    client = BootClient(rom.traits, rom.policy, rom.machine, host)
    attend(Booting(client, link, trace), link)
    booted = trace.outcome
    assert isinstance(booted, Booted)
    assert list(host.timers()) == []

    wanted = f"tftp://{booted.boot_file.server}/{booted.boot_file.name.decode()}"
    again = Program(fetch(wanted, host, fetcher(PLAIN)), host, link)
    attend(again, link)
    assert isinstance(again.result, Fetched)
    assert again.result.content == booted.content

    silent = wanted.replace("3/", "3:6969/")
    nobody = Program(fetch(silent, host, fetcher(PLAIN)), host, link)
    attend(nobody, link)
    assert isinstance(nobody.result, NotFetched)
    assert nobody.result.failure is Failure.TFTP_OPEN_TIMEOUT

"""Stages one after the other: what is started, what comes back, and chains without an end."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from pxeclient.boot.actions import BeginStage, Finish
from pxeclient.decisions import Evidence, Known
from pxeclient.fetch.job import Fetched
from pxeclient.machine import Firmware, Given, Program
from pxeclient.machine.staged import MOST_STAGES
from pxeclient.machine.wants import Returned, Script, Why, fetch, leave, start
from pxeclient.outcome import Booted, BootFile, Exited, Failed, Failure, StageKind
from pxeclient.practice.model import Scenario
from pxeclient.report.stages import came_to
from pxeclient.seen.dhcp import Dhcp
from pxeclient.stack.traits import IpTraits
from pxeclient.trace import Trace
from pxeclient.wire.arp import Arp
from pxeclient.wire.dhcp import DISCOVER
from tests.boots import profile
from tests.machine.boots import network, staged
from tests.machine.lister import beside

WHY = Why("any", "It wants to.", Known(Evidence.INFERRED, "a test"))


def loads(name: bytes, arguments: str = "", returns: bool = True, status: int = 7) -> Program:
    """A program that starts a file, and, should it come back, ends with a status of its own."""

    def script(given: Given) -> Script[None]:
        file = yield from fetch(beside(given, name), WHY)
        assert isinstance(file, Fetched)
        initrd = BootFile(b"initrd.img", file.boot_file.server, "a test")
        beside_it = (initrd,) if arguments else ()
        back = yield from start(file, WHY, arguments, beside_it, returns)
        assert isinstance(back, Returned)
        yield from leave(status, WHY, f"back: {came_to(back.ending)}")

    return Program(f"loads {name.decode()}", script)


def ends(status: int) -> Program:
    """A program that only ends."""

    def script(given: Given) -> Script[None]:
        yield from leave(status, WHY, "no way")

    return Program("ends", script)


def by_name(on: Scenario | None = None, **programs: Program | Firmware | None) -> Trace:
    """A boot in which files are what is said of them, by name without what follows a dot."""

    def loader(given: Given) -> Program | Firmware | None:
        name = given.started.boot_file.name.decode().rpartition("/")[2]
        return programs.get(name.partition(".")[0])

    return staged(loader, on=on)


def firmware(name: str) -> Firmware:
    """One that is fetched."""
    found = profile(name)
    return Firmware(found.name, found.traits, found.policy)


def test_what_nobody_knows_is_the_end() -> None:
    """A kernel, say: the last program has started it."""
    trace = by_name(lister=loads(b"list/menu.txt", "root=/dev/ram0"))
    assert [one.name for one in trace.stages] == ["ipxe", "loads list/menu.txt"]
    ended = trace.ended_as
    assert isinstance(ended, Booted)
    assert (ended.boot_file.name, ended.content) == (b"list/menu.txt", b"1 memtest")
    assert (ended.arguments, ended.beside[0].name) == ("root=/dev/ram0", b"initrd.img")


def test_without_a_loader_that_knows_it_a_boot_is_as_ever() -> None:
    """Its file is there, and that is all."""
    trace = by_name()
    assert not trace.has_stages
    assert trace.outcome == trace.ended_as


def test_a_program_that_comes_back_is_told_how() -> None:
    """And whoever has started it goes on, as a stage that resumes."""
    trace = by_name(lister=loads(b"list/default"), default=ends(5))
    assert [(one.name, one.resumes) for one in trace.stages] == [
        ("ipxe", 0),
        ("loads list/default", 0),
        ("ends", 0),
        ("loads list/default", 2),
    ]
    assert trace.ended_as == Exited(7, "", "back: ended with status 5: no way", "It wants to.")


def test_a_program_that_does_not_want_the_machine_back_does_not_get_it() -> None:
    """What it has started ends the boot."""
    trace = by_name(lister=loads(b"list/default", returns=False), default=ends(5))
    assert trace.ended_as == Exited(5, "", "no way", "It wants to.")
    assert len(trace.stages) == 3


def test_three_deep() -> None:
    """Each goes back to who started it."""
    trace = by_name(
        lister=loads(b"list/default", status=1), default=loads(b"menu.txt", status=2), menu=ends(3)
    )
    assert [(one.name, one.resumes) for one in trace.stages[3:]] == [
        ("ends", 0),
        ("loads menu.txt", 3),
        ("loads list/default", 2),
    ]
    assert isinstance(trace.ended_as, Exited)
    assert trace.ended_as.text == "back: ended with status 2: back: ended with status 3: no way"


def test_a_firmware_that_was_fetched_begins_anew() -> None:
    """With a stack, a clock and numbers of its own: an iPXE that a ROM has chained."""
    trace = by_name(lister=firmware("ipxe-20190125"))
    chained = trace.stages[1]
    assert (chained.name, chained.kind) == ("ipxe-20190125", StageKind.FIRMWARE)
    said = [one.said for one in trace.talk().frames if one.ours]
    xids = {one.message.xid: None for one in said if isinstance(one, Dhcp) and one.type == DISCOVER}
    assert len(xids) >= 2


def test_a_firmware_that_fails_gives_the_machine_back() -> None:
    """To a program that has started it; else it is the end, as its own boot would be."""
    once = replace_rule(network(), times=2)
    back = by_name(lister=loads(b"list/default"), default=firmware("edk2"), on=once)
    assert [one.name for one in back.stages[2:]] == ["edk2", "loads list/default"]
    assert isinstance(back.stages[2].outcome, Failed)
    assert isinstance(back.ended_as, Exited)
    assert back.ended_as.text == "back: failed: PXE-E18: Server response timeout."
    alone = by_name(lister=firmware("edk2"), on=once)
    assert alone.ended_as == back.stages[2].outcome


def replace_rule(scenario: Scenario, times: int) -> Scenario:
    """The network whose DHCP server answers only so many DISCOVERs."""
    dhcp, *others = scenario.servers
    first, *rules = dhcp.bootp
    answers = replace(dhcp, bootp=(replace(first, times=times), *rules))
    return replace(scenario, servers=(answers, *others))


@pytest.mark.parametrize("kind", ["program", "firmware"])
def test_a_chain_that_starts_itself_has_an_end(kind: str) -> None:
    """A server that names iPXE to iPXE; a program that loads itself."""
    again = loads(b"lister.0", returns=False) if kind == "program" else firmware("ipxe")
    trace = by_name(lister=again)
    assert len(trace.stages) == MOST_STAGES
    assert isinstance(trace.ended_as, Failed)
    assert trace.ended_as.failure is Failure.NOT_EMULATED
    assert trace.ended_as.because == (
        "lister.0 is the 17th thing that was started one after the other; pxeclient follows no"
        " further."
    )
    assert isinstance(trace.outcome, Booted)


def test_a_program_that_restarts_another_for_ever_has_an_end() -> None:
    """Coming back does not make room."""

    def script(given: Given) -> Script[None]:
        while True:
            file = yield from fetch(beside(given, b"list/default"), WHY)
            assert isinstance(file, Fetched)
            yield from start(file, WHY)

    trace = by_name(lister=Program("again", script), default=ends(1))
    assert len(trace.stages) <= MOST_STAGES + 1
    assert isinstance(trace.ended_as, Failed)


def test_each_stage_ends_once() -> None:
    """And the next begins with it."""
    trace = by_name(lister=loads(b"list/default"), default=ends(5))
    items = [one.item for one in trace.records if isinstance(one.item, Finish | BeginStage)]
    assert [type(one) for one in items] == [Finish, BeginStage] * 3 + [Finish]


# --- what is inherited --------------------------------------------------------------------
def given_to_first(name: str, on: str | None = None) -> Given:
    """What the program is given that a firmware starts on a network."""
    heard: list[Given] = []

    def loader(given: Given) -> None:
        heard.append(given)

    staged(loader, name, on=network() if on is None else on)
    return heard[0]


@pytest.mark.parametrize("name", ["ipxe", "edk2", "intel-boot-agent", "vmware-efi"])
def test_a_program_knows_what_the_firmware_was_told(name: str) -> None:
    """Its address, its messages, who it is."""
    found = given_to_first(name)
    inherited = found.inherited
    assert inherited.firmware == name
    assert str(inherited.stack.address) == "10.77.0.50"
    assert inherited.stack.prefix == 24
    assert [str(router) for _, router in inherited.stack.routes] == ["10.77.0.1"]
    ack, discover = found.packets.ack, found.packets.discover
    assert ack is not None
    assert (ack.type, str(ack.yiaddr), str(ack.siaddr)) == (5, "10.77.0.50", "10.77.0.3")
    assert discover is not None
    assert discover.type == DISCOVER
    assert found.started.boot_file.name == b"lister.0"


def test_a_rom_gives_out_the_dhcp_servers_ack_and_the_cached_reply() -> None:
    """PXE 2.1: GRUB reads the one, PXELINUX the other after it."""
    packets = given_to_first("intel-boot-agent", "proxy-60-file-bit3").packets
    assert packets.ack is not None
    assert packets.ack.file.strip(b"\0") == b""
    assert packets.proxy_offer is None
    assert packets.reply is not None
    assert packets.reply.file.rstrip(b"\0") != b""


def test_uefi_gives_out_the_proxy_offer_by_itself() -> None:
    """shim reads it."""
    packets = given_to_first("edk2", "proxy-60-file-bit3").packets
    assert packets.ack is not None
    assert packets.ack.file.strip(b"\0") == b""
    assert packets.proxy_offer is not None
    assert packets.reply is None


def test_ipxe_gives_out_one_ack_of_all_that_it_was_told() -> None:
    """The lease's address with the proxy's file and server; the lease's own come first."""
    packets = given_to_first("ipxe", "proxy-60-file-bit3").packets
    assert packets.ack is not None
    assert str(packets.ack.yiaddr) == "10.77.0.50"
    assert packets.ack.type == 5
    assert packets.ack.file.rstrip(b"\0") != b""
    assert packets.reply is not None
    assert (str(packets.reply.ciaddr), str(packets.reply.yiaddr)) == ("10.77.0.50", "0.0.0.0")


def arps(trace: Trace) -> int:
    """How often a program asked who has the TFTP server's address."""
    sent = {one.frame for one in trace.stages[1].records}
    frames = [one for one in trace.talk().frames if one.number in sent and one.ours]
    asked = [one.said for one in frames if isinstance(one.said, Arp)]
    return sum(str(one.target) == "10.77.0.3" for one in asked)


def test_a_program_that_sends_by_the_firmware_knows_its_neighbours() -> None:
    """One with a stack of its own asks for them, and has the address all the same."""
    own: IpTraits = profile("edk2").traits.ip
    lent = loads(b"list/default")
    assert arps(by_name(lister=lent)) == 0
    trace = by_name(lister=Program("own", lent.run, own))
    assert arps(trace) == 1
    assert isinstance(trace.ended_as, Booted)

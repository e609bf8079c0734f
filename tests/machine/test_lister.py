"""A boot that goes on after its boot file, from power-on to the program's last words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pxeclient.boot.actions import AwaitKey, Decide, Print
from pxeclient.capture import reading, writing
from pxeclient.check.judging import ending as ending_in_words
from pxeclient.endings import End, end_of
from pxeclient.matrix.as_json import as_json as matrix_json
from pxeclient.matrix.entries import Entry
from pxeclient.matrix.row import row
from pxeclient.matrix.table import what
from pxeclient.outcome import Booted, Exited, StageKind
from pxeclient.report.as_json import as_json, lease_of
from pxeclient.report.commented import commented
from pxeclient.report.ladder import Format, Style, render
from pxeclient.report.transcript import TELLING, Transcript, ending
from pxeclient.seen.dhcp import Dhcp
from pxeclient.seen.transfers import Transfers
from pxeclient.trace import Stage, Trace
from pxeclient.wire.dhcp import DISCOVER
from tests.boots import boot_on, profile
from tests.machine.boots import listed, network

FIRMWARES = ["ipxe", "ipxe-efi", "edk2", "intel-boot-agent", "vmware-e1000e", "pxe-2.1-spec"]


def asked(trace: Trace, stage: Stage) -> list[bytes]:
    """The files that were fetched in a stage, whole."""
    numbers = {record.frame for record in stage.records}
    transfers = Transfers()
    found = [transfers.add(one) for one in trace.talk().frames if one.number in numbers]
    return [one.request.filename for one in dict.fromkeys(filter(None, found)) if one.is_whole]


def discovers(trace: Trace) -> list[Dhcp]:
    """The DHCPDISCOVERs of a boot."""
    said = [one.said for one in trace.talk().frames if one.ours]
    return [one for one in said if isinstance(one, Dhcp) and one.type == DISCOVER]


def transcript(trace: Trace) -> str:
    """All of it, as a terminal shows it."""
    told = Transcript(columns=200)
    lines = [line for record in trace.records for line in told.lines(record)]
    return "\n".join([*lines, *told.rest(), *ending(trace, 200)])


@pytest.mark.parametrize("firmware", FIRMWARES)
def test_it_asks_reads_waits_and_gives_up(firmware: str) -> None:
    """All that it wants, on whichever firmware it runs."""
    trace = listed(firmware)
    rom, program = trace.stages
    assert isinstance(trace.outcome, Booted)
    assert (rom.name, rom.kind, rom.outcome) == (firmware, StageKind.ROM, trace.outcome)
    assert (program.name, program.kind, program.outcome) == (
        "lister",
        StageKind.PROGRAM,
        trace.ended_as,
    )
    assert trace.ended_as == Exited(
        3, "", "nothing to list", "Nobody has chosen an entry of the menu."
    )
    assert asked(trace, rom) == [b"lister.0"]
    assert asked(trace, program) == [b"list/default", b"list/menu.txt"]
    shown = [one.item.line for one in program.records if isinstance(one.item, Print)]
    assert shown == ["lister 1.0", "1 memtest", "Your choice: ", ""]
    waits = next(one.at for one in program.records if isinstance(one.item, AwaitKey))
    assert trace.ended == pytest.approx(waits + 5.0)
    assert trace.stopped == ""


def test_its_dhcp_is_its_own() -> None:
    """Other options, another transaction; the engine's tables decide, and say so."""
    trace = listed("edk2")
    mine = discovers(trace)
    assert 93 in mine[0].options
    assert {*mine[-1].options} - {255} == {53, 55, 61}
    assert mine[0].message.xid != mine[-1].message.xid
    program = trace.stages[1]
    questions = [
        one.item.decision.question for one in program.records if isinstance(one.item, Decide)
    ]
    assert {"program-next", "classify-offer", "select-offer", "accept-ack"} <= {*questions}


def test_a_key_is_its_answer() -> None:
    """It comes as soon as the program watches the keyboard."""
    trace = listed("vmware-e1000e", ("7",))
    assert isinstance(trace.ended_as, Exited)
    assert (trace.ended_as.status, trace.ended_as.text) == (4, "there is no 7")


def test_a_firmware_without_the_program_boots_as_ever() -> None:
    """Its own stage is, record by record, what the boot is without a loader."""
    for firmware in FIRMWARES:
        trace, alone = listed(firmware), boot_on(firmware, network())
        assert trace.stages[0].records == alone.records
        assert (trace.outcome, end_of(trace)) == (alone.outcome, end_of(alone))
        assert lease_of(trace) == lease_of(alone)
        assert trace.rom.ended == alone.ended


def test_the_transcript_has_a_bar_for_the_stage_and_a_line_for_each_at_the_end() -> None:
    """And the wants, as decisions are told."""
    told = transcript(listed("vmware-e1000e"))
    bar = "══ lister runs: a boot program ══"
    before, after = told.split(bar)
    assert before.endswith("■ started lister.0 from 10.77.0.3, 4000 octets\n    2.090 ")
    assert "◆ program-next: fetch a file: list/default from 10.77.0.3" in after
    assert "Its list lies in the folder list, beside itself." in after
    assert "program-next" in TELLING
    assert after.split("■ ")[1].splitlines() == [
        "nothing to list",
        "  Nobody has chosen an entry of the menu.",
        "  1 vmware-e1000e: started lister.0 from 10.77.0.3, 4000 octets",
        "  2 lister: ended with status 3: nothing to list",
    ]


def test_json_has_the_stages() -> None:
    """What is above them is the firmware's."""
    found = json.loads(json.dumps(as_json(listed(), 0)))
    assert found["result"] == "booted"
    assert [(one["number"], one["name"], one["kind"]) for one in found["stages"]] == [
        (1, "ipxe", "rom"),
        (2, "lister", "program"),
    ]
    last = found["stages"][1]
    assert (last["result"], last["text"]) == ("failed", "nothing to list")
    assert last["at"] + last["seconds"] == pytest.approx(found["seconds"])
    event = next(one for one in found["events"] if one["event"] == "stage")
    assert (event["name"], event["kind"], event["resumes"]) == ("lister", "program", None)


def test_json_of_a_boot_without_a_program_has_one_stage() -> None:
    """The firmware's, which is the boot."""
    found = as_json(boot_on("ipxe", network()), 0)
    (only,) = found["stages"]
    assert (only["name"], only["result"], only["seconds"]) == ("ipxe", "started", found["seconds"])


@pytest.mark.parametrize("format", list(Format))
def test_ladders_have_a_bar(format: Format) -> None:
    """In every format."""
    drawn = render([listed()], format, Style(width=100))
    assert "lister runs: a boot program" in drawn
    assert "nothing to list" in drawn


def test_captures_have_the_frames_of_all_stages(tmp_path: Path) -> None:
    """And what was wanted, at the frames."""
    trace = listed()
    writing.write(tmp_path / "boot.pcapng", commented(trace))
    frames = reading.read(tmp_path / "boot.pcapng").frames
    assert len(frames) == len([*trace.frames()])
    comments = [text for one in commented(trace) for text in one.comments]
    assert any("lister runs" in text for text in comments)
    assert any("menu-of-list" in text for text in comments)


def test_a_suite_says_what_came_after() -> None:
    """Behind how the firmware ended."""
    assert ending_in_words(listed()) == (
        "booted lister.0 from 10.77.0.3; then lister ended with status 3: nothing to list"
    )


def test_findings_are_about_the_firmwares_servers() -> None:
    """What a program asks for and does not get is not why the firmware's boot came to nothing."""
    assert end_of(listed()) is End.BOOTED
    drawn = render([listed()], Format.TEXT, Style(width=100))
    assert "▲" not in drawn


def test_a_table_says_what_came_after() -> None:
    """Behind the boot file, and as stages in its JSON."""
    found = profile("ipxe")
    entry = Entry(found, 0, False, found.machine)
    shown = row(entry, listed())
    assert what(shown).endswith("; then lister ended with status 3: nothing to list")
    made = matrix_json([shown], "a test", "", "", 0, {"findings": [], "left_out": []})
    assert [one["name"] for one in made["rows"][0]["stages"]] == ["ipxe", "lister"]
    alone = row(entry, boot_on("ipxe", network()))
    assert "then" not in what(alone)
    assert what(shown).startswith(what(alone))

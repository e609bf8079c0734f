"""``pxeclient help``: lists, pages, and what happens to topics that are none."""

from __future__ import annotations

import pytest

from tests.cli.runner import run


def test_without_a_topic_it_lists_pages() -> None:
    """By what they are for, with their names and titles, and what there are many of."""
    shown = run("help").stdout
    assert shown.startswith("pxeclient help TOPIC shows a page.\n\nTutorials\n  first-boot")
    assert "  esxi-pxe-e55        My ESXi VM says PXE-E55\n" in shown
    assert "such as: pxeclient help D43-VMW\n" in shown
    order = [shown.index(f"\n{one}\n") for one in ("Tutorials", "How to", "Reference", "More")]
    assert order == sorted(order)


@pytest.mark.parametrize(
    ("topic", "begins"),
    [
        (["testing"], "Suites, and the pytest plugin\n====="),
        (["D43-VMW"], "D43-VMW: An offer says PXEClient"),
        (["d43-vmw"], "D43-VMW: An offer says PXEClient"),
        (["E55"], "PXE-E55: ProxyDHCP service did not reply"),
        (["https://ipxe.org/2d03e13b"], "2d03e13b: "),
        (["grub-rescue"], "grub rescue>\n====="),
        (["customer", "capture"], "Read a customer's capture"),
        (["edk2"], "Firmware edk2\n"),
        (["two-dhcp"], "Practice network two-dhcp\n"),
        (["commands/lab-run"], "pxeclient lab run\n"),
    ],
)
def test_a_page(topic: list[str], begins: str) -> None:
    """By whatever it is called."""
    done = run("help", *topic)
    assert done.exit_code == 0
    assert done.stdout.startswith(begins)
    assert done.stderr == ""


def test_a_page_leads_to_others() -> None:
    """What it links to, and what links to it."""
    assert run("help", "D43-VMW").stdout.endswith("\nSee also: pxeclient help esxi-pxe-e55\n")
    assert "findings/D60-PROXY" in run("help", "esxi-pxe-e55").stdout.rpartition("See also")[2]


def test_several_pages_are_listed() -> None:
    """Where words stand in the titles of more than one."""
    shown = run("help", "port", "4011").stdout
    assert shown.startswith("Pages about that:\n  ")
    assert "\n  findings/D60-MOVED " in shown
    many = run("help", "DHCP").stdout
    assert many.splitlines()[-1].startswith("  and ")


@pytest.mark.parametrize(
    ("topic", "words"),
    [
        (["tetsing"], "there is no page 'tetsing': did you mean 'testing'?"),
        (["qqqq"], "there is no page 'qqqq': pxeclient help lists them"),
        (["../../etc/passwd"], "there is no page '../../etc/passwd'"),
    ],
)
def test_no_such_page(topic: list[str], words: str) -> None:
    """Wrong usage, and what may be meant."""
    done = run("help", *topic)
    assert done.exit_code == 2
    assert words in done.stderr


@pytest.mark.parametrize(
    ("command", "line"),
    [
        (("findings", "D60"), "  Page: pxeclient help D60"),
        (("errors", "E55"), "  Page: pxeclient help PXE-E55"),
        (
            ("errors", "Operating System not found"),
            "  Page: pxeclient help Operating-System-not-found",
        ),
    ],
)
def test_findings_and_errors_name_their_page(command: tuple[str, ...], line: str) -> None:
    """And it is there."""
    assert run(*command).stdout.splitlines()[-1] == line
    assert run("help", line.rpartition(" ")[2]).exit_code == 0

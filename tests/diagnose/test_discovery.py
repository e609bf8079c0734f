"""Option 43: discovery control, lists, menus, boot servers."""

from __future__ import annotations

from typing import Any

from pxeclient.diagnose import Severity
from pxeclient.trace import Trace
from tests.diagnose.boots import (
    BOOT_SERVER,
    DHCP,
    EDK2,
    IPXE,
    IPXE_EFI,
    SAYS_PXE,
    TFTP,
    VMWARE,
    boot,
    boot_on,
    found,
    hides,
    host,
    rule,
    shows,
)

STOPS, OTHERS, NOTE = Severity.STOPS, Severity.OTHERS, Severity.NOTE

LIST = [8, "bootservers", [[1, [BOOT_SERVER]]]]
MENU = [9, "menu", [[1, "Boot"]]]
PROMPT = [10, "prompt", [0, "PXE"]]
GROUP = [7, "ip", "224.0.1.2"]


def control(bits: int) -> list[Any]:
    """Discovery control."""
    return [6, "u8", bits]


def discovery(*sub: list[Any], **more: Any) -> dict[str, Any]:
    """A reply that says PXEClient, with these sub-options of option 43 and nothing to boot."""
    return {"siaddr": "0.0.0.0", "file": "", "options": [SAYS_PXE, [43, "sub", list(sub)]], **more}


def boot_server(*options: list[Any], file: str = "boot.0") -> dict[str, Any]:
    """A boot server that answers searches with these options, 43.71 among them unless replaced."""
    usual = [[53, "u8", 5], [54, "ip", BOOT_SERVER], SAYS_PXE, [97, "echo"],
             [43, "sub", [[71, "subitem"]]]]  # fmt: skip
    answer = rule(4011, "request", {"siaddr": TFTP, "file": file}, usual, {"options": options})
    # EDK II fetches the file from the server that it asked, whatever the next server is.
    return host("boot-server", BOOT_SERVER, bootp=[answer], tftp={"files": {"*": {}}})


WHOLE = (control(3), LIST, MENU, PROMPT)
"""All that a search by list, and by nothing else, needs."""


def test_whole_discovery_has_no_fault() -> None:
    """A list, a menu, a prompt, and a boot server that answers."""
    for firmware in (IPXE, VMWARE, EDK2):
        assert found(boot(firmware, both=discovery(*WHOLE), more=[boot_server()])) == []


def test_d43_group() -> None:
    """Multicast is allowed and has no group."""
    trace = boot(VMWARE, both=discovery(control(4), LIST, MENU, PROMPT))
    shows(trace, "D43-GROUP", STOPS, "43.6 = 4")


def test_d43_group_is_named_or_not_needed() -> None:
    """There is a group; or bit 1 is set; or bit 3 and a file need no discovery."""
    searching = discovery(control(0), GROUP, LIST, MENU, PROMPT)
    hides(boot(VMWARE, both=searching, more=[boot_server()]), "D43-GROUP")
    hides(boot(VMWARE, both=discovery(*WHOLE), more=[boot_server()]), "D43-GROUP")
    offered = discovery(control(8), siaddr=TFTP, file="boot.0")
    hides(boot(VMWARE, both=offered), "D43-GROUP")


def test_d43_nofile() -> None:
    """Bit 3, and nothing to boot."""
    for firmware in (VMWARE, EDK2):
        trace = boot(firmware, both=discovery(control(8)))
        shows(trace, "D43-NOFILE", STOPS, "43.6 = 8 and no boot file")
        assert found(trace) == ["D43-NOFILE"]


def test_d43_nofile_is_named() -> None:
    """The same with a file; or a menu in its place."""
    hides(boot(EDK2, both=discovery(control(8), siaddr=TFTP, file="boot.0")), "D43-NOFILE")
    menu = discovery(control(11), LIST, MENU, PROMPT)
    hides(boot(EDK2, both=menu, more=[boot_server()]), "D43-NOFILE")


def test_d43_prompt_without_a_menu() -> None:
    """EDK II has nothing to choose from and gives up."""
    trace = boot(EDK2, both=discovery(control(2), siaddr=TFTP, file="boot.0"))
    shows(trace, "D43-PROMPT", STOPS, "no boot menu")


def test_d43_list() -> None:
    """Bits 0, 1 and 2 leave only a list, and there is none."""
    trace = boot(VMWARE, both=discovery(control(7), MENU, PROMPT))
    shows(trace, "D43-LIST", STOPS, "43.6 = 7", "no address in 43.8")


def test_d43_list_that_is_cut_off() -> None:
    """An entry of 43.8 claims two servers and has one."""
    cut = [8, "hex", "0001 02 0a4d0005"]
    trace = boot(VMWARE, both=discovery(control(2), cut, MENU, PROMPT))
    shows(trace, "D43-LIST", STOPS, "cut off")


def test_d43_list_is_there() -> None:
    """The same bits with a list."""
    searching = discovery(control(7), LIST, MENU, PROMPT)
    hides(boot(VMWARE, both=searching, more=[boot_server()]), "D43-LIST")


def test_d43_prompt() -> None:
    """No menu prompt: PXE-E74."""
    trace = boot(VMWARE, both=discovery(control(2), LIST, MENU), more=[boot_server()])
    shows(trace, "D43-PROMPT", STOPS, "no menu prompt")


def test_d43_prompt_is_there_or_not_needed() -> None:
    """It is there; or bit 3 and a file need none."""
    hides(boot(VMWARE, both=discovery(*WHOLE), more=[boot_server()]), "D43-PROMPT")
    hides(boot(VMWARE, both=discovery(control(8), siaddr=TFTP, file="boot.0")), "D43-PROMPT")


def test_d43_strict() -> None:
    """43.6 = 0x0b, as some servers send it."""
    offered = discovery(control(11), siaddr=TFTP, file="boot.0")
    shows(boot(VMWARE, both=offered), "D43-STRICT", NOTE, "43.6 = 11")


def test_d43_strict_with_bit_3_alone() -> None:
    """43.6 = 8."""
    hides(boot(VMWARE, both=discovery(control(8), siaddr=TFTP, file="boot.0")), "D43-STRICT")


def test_d43_servers() -> None:
    """Bit 3 with a list whose first server is not the next server."""
    offered = discovery(control(8), LIST, siaddr=TFTP, file="boot.0")
    shows(boot(IPXE, both=offered), "D43-SERVERS", OTHERS, TFTP, BOOT_SERVER)


def test_d43_servers_agree() -> None:
    """The list begins with the next server."""
    listed = [8, "bootservers", [[1, [TFTP]]]]
    hides(boot(IPXE, both=discovery(control(8), listed, siaddr=TFTP, file="boot.0")), "D43-SERVERS")


def test_d43_menu() -> None:
    """The first item of the menu is of a type that no server is listed for."""
    menu = [9, "menu", [[3, "Other"], [1, "Boot"]]]
    searching = discovery(control(7), LIST, menu, PROMPT)
    trace = boot(IPXE, both=searching, more=[boot_server()])
    shows(trace, "D43-MENU", STOPS, "Other (type 3)")


def test_d43_menu_with_local_boot_or_broadcast() -> None:
    """Type 0 needs no server; and a type that is not listed may be looked for by broadcast."""
    local = [9, "menu", [[1, "Boot"], [0, "Local"]]]
    hides(boot(IPXE, both=discovery(control(7), LIST, local, PROMPT)), "D43-MENU")
    menu = [9, "menu", [[3, "Other"], [1, "Boot"]]]
    hides(boot(IPXE, both=discovery(control(2), LIST, menu, PROMPT)), "D43-MENU")


def test_d43_wait() -> None:
    """A prompt without end."""
    prompt = [10, "prompt", [255, "PXE"]]
    trace = boot(IPXE, both=discovery(control(2), LIST, MENU, prompt), more=[boot_server()])
    shows(trace, "D43-WAIT", NOTE, "255")


def test_d43_wait_ends() -> None:
    """Three seconds."""
    prompt = [10, "prompt", [3, "PXE"]]
    trace = boot(IPXE, both=discovery(control(2), LIST, MENU, prompt), more=[boot_server()])
    hides(trace, "D43-WAIT")


def test_d43_nomenu() -> None:
    """iPXE for EFI has no menu."""
    trace = boot(IPXE_EFI, both=discovery(*WHOLE), more=[boot_server()])
    shows(trace, "D43-NOMENU", STOPS)


def test_d43_nomenu_where_there_is_one() -> None:
    """iPXE for BIOS has."""
    hides(boot(IPXE, both=discovery(*WHOLE), more=[boot_server()]), "D43-NOMENU")


def test_d43_no60() -> None:
    """Discovery options and no PXEClient."""
    reply = {"siaddr": "0.0.0.0", "file": "", "options": [[43, "sub", list(WHOLE)]]}
    trace = boot(EDK2, both=reply, more=[boot_server()])
    shows(trace, "D43-NO60", STOPS, "43.6", "43.9")


def test_d43_no60_is_not_about_other_vendors() -> None:
    """Option 43 in another vendor's sense."""
    reply = {"options": [[43, "hex", "f1 04 0a 4d 00 09"]]}
    hides(boot(EDK2, both=reply), "D43-NO60")
    hides(boot(EDK2, both=discovery(*WHOLE)), "D43-NO60")


def test_d43_cut() -> None:
    """43.6 claims two octets of one."""
    reply = {"options": [SAYS_PXE, [43, "hex", "06 02 08"]]}
    shows(boot(IPXE, both=reply), "D43-CUT", OTHERS, "claims 2 octets")


def test_d43_cut_without_end_is_whole() -> None:
    """The last octet 255 may be missing."""
    hides(boot(IPXE, both={"options": [SAYS_PXE, [43, "hex", "06 01 08"]]}), "D43-CUT")


def test_d_server() -> None:
    """The boot server is not there."""
    for firmware in (IPXE, VMWARE, EDK2):
        trace = boot(firmware, both=discovery(*WHOLE), more=[host("quiet", BOOT_SERVER)])
        shows(trace, "D-SERVER", STOPS, "type 1", f"{BOOT_SERVER}:4011", "no answer")


def test_d_server_answers() -> None:
    """It is there."""
    hides(boot(IPXE, both=discovery(*WHOLE), more=[boot_server()]), "D-SERVER")


def test_d_server_reply_without_file() -> None:
    """It answers without a boot file."""
    trace = boot(VMWARE, both=discovery(*WHOLE), more=[boot_server(file="")])
    shows(trace, "D-SERVER-REPLY", STOPS, "names no boot file")


def test_d_server_reply_of_another_type() -> None:
    """It answers for another type than was asked for."""
    other = [43, "sub", [[71, "item", [2, 0]]]]
    trace = boot(IPXE, both=discovery(*WHOLE), more=[boot_server(other)])
    shows(trace, "D-SERVER-REPLY", STOPS, "is for type 2")


def test_d_server_reply_is_whole() -> None:
    """File and type are there."""
    hides(boot(VMWARE, both=discovery(*WHOLE), more=[boot_server()]), "D-SERVER-REPLY")


def instances(*parts: str) -> Trace:
    """The trace of a boot whose server sends several options 43, as they are."""
    rules = []
    for asked, type in (("discover", 2), ("request", 5)):
        usual = [[53, "u8", type], [54, "ip", DHCP], [1, "ip", "255.255.255.0"], SAYS_PXE]
        made = rule(67, asked, {"yiaddr": "10.77.0.50"}, usual)
        made["replies"][0]["options"] += [[43, "hex", part] for part in parts]
        rules.append(made)
    return boot_on(VMWARE, [host("dhcp", DHCP, bootp=rules)])


def test_what_is_missing_is_in_a_further_option_43() -> None:
    """43.6 in the first, 43.8 in another, each ended: the first by itself lacks the list."""
    first, second, other = "06 01 03 ff", "08 07 00 01 01 0a 4d 00 05 ff", "0a 02 00 50 ff"
    for parts in ((first, second), (first, other, second), (first, second, other)):
        words = f"first of {len(parts)} instances"
        shows(instances(*parts), "D43-LIST", OTHERS, words, "43.8 stands in", "not known")


def test_no_further_option_43_has_it() -> None:
    """There is one; or the others lack it too."""
    for parts in (("06 01 03 ff",), ("06 01 03 ff", "0a 02 00 50 ff")):
        assert "instances" not in shows(instances(*parts), "D43-LIST", STOPS).seen

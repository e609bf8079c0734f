"""Option 43: discovery control, lists, menus, and boot servers."""

from __future__ import annotations

from collections.abc import Iterator

from pxeclient.diagnose.model import Sighting
from pxeclient.diagnose.registry import check, frames
from pxeclient.diagnose.scene import Scene
from pxeclient.outcome import Failure
from pxeclient.seen.dhcp import Dhcp
from pxeclient.wire import pxe
from pxeclient.wire.addresses import ANY
from pxeclient.wire.dhcp import area_fault, first, scan_options
from pxeclient.wire.options import printable

_VENDOR = 43
_BROKEN = {Failure.NO_BOOT_SERVER, Failure.BAD_MULTICAST, Failure.BAD_SERVERS, Failure.BAD_MENU}
_NOT_FOUND = {*_BROKEN, Failure.NO_DISCOVERY_REPLY, Failure.TYPE_NOT_LISTED}
_EMPTY_HANDED = {Failure.NO_BOOT_FILE, Failure.NO_VALID_OFFER, Failure.NO_PROXY_REPLY}


def _pxe_replies(scene: Scene) -> list[Dhcp]:
    """Each server's latest reply that says PXEClient with options of discovery."""
    found = (seen for seen in scene.replies if seen.is_pxe and seen.has_discovery_tags)
    return list({(seen.who, seen.offers_address): seen for seen in found if _opens(seen)}.values())


def _opens(seen: Dhcp) -> bool:
    """It is no boot server's answer, whose 43.71 stands for all that was agreed before."""
    return seen.boot_item is None


def _searching(scene: Scene) -> list[Dhcp]:
    """Those of them that send the client to look for a boot server."""
    return [
        seen
        for seen in _pxe_replies(scene)
        if not seen.disables_discovery or (seen.has_menu and not seen.file)
    ]


def _in_other_instances(seen: Dhcp, *codes: int) -> str:
    """What is missing is in a further option 43, behind the END of the one that was read.

    RFC 3396 has a client join them all; then the first END hides the rest. A firmware that reads
    each by itself, or the last, finds it: servers are known that send them so, and boot.
    """
    instances = [one.data for one in seen.message.overloaded() if one.code == _VENDOR]
    further = [pxe.parse_suboptions(data) for data in instances[1:]]
    has = [code for code in codes if any(first(one, code) is not None for one in further)]
    if not has:
        return ""
    which = " and ".join(f"43.{code}" for code in has)
    return (
        f" in the first of {len(instances)} instances of option 43; {which} stands in a later"
        " one, and whether this firmware reads that is not known"
    )


@check("D43-NOFILE")
def nothing_to_boot_without_discovery(scene: Scene) -> Iterator[Sighting]:
    """Discovery is switched off (43.6 bit 3), and there is neither a boot file nor a menu."""
    for seen in _pxe_replies(scene):
        if seen.disables_discovery and not seen.file and not seen.has_menu:
            words = f"{seen.words} has 43.6 = {seen.control} and no boot file."
            stops = scene.failure in {*_EMPTY_HANDED, *_BROKEN, Failure.LOCAL_BOOT}
            yield Sighting((seen.number,), words, stops)


@check("D43-GROUP")
def multicast_without_group(scene: Scene) -> Iterator[Sighting]:
    """Discovery by multicast is not forbidden (43.6 bit 1), and 43.7 names no multicast group."""
    for seen in _searching(scene):
        group = seen.sub(pxe.MULTICAST_ADDRESS) or b""
        is_group = len(group) == 4 and 224 <= group[0] < 240
        if not (seen.control or 0) & pxe.NO_MULTICAST and not is_group:
            control = "no discovery control" if seen.control is None else f"43.6 = {seen.control}"
            words = f"{seen.words} has {control} and no multicast group in 43.7"
            more = _in_other_instances(seen, pxe.MULTICAST_ADDRESS)
            stops = scene.failure is Failure.BAD_MULTICAST and not more
            yield Sighting((seen.number,), f"{words}{more}.", stops)


@check("D43-LIST")
def list_is_missing(scene: Scene) -> Iterator[Sighting]:
    """43.6 allows only listed boot servers, or neither broadcast nor multicast, without a list."""
    for seen in _searching(scene):
        control, data = seen.control or 0, seen.sub(pxe.BOOT_SERVERS)
        needs = pxe.needs_list(control)
        broken = data is not None and bool(pxe.scan_boot_servers(data)[1])
        if broken or (needs and not any(entry.addresses for entry in seen.listed)):
            what = "a list 43.8 that is cut off" if broken else "no address in 43.8"
            more = _in_other_instances(seen, pxe.BOOT_SERVERS)
            words = f"{seen.words} has 43.6 = {control} and {what}{more}."
            stops = scene.failure in {Failure.BAD_SERVERS, Failure.NO_BOOT_SERVER} and not more
            yield Sighting((seen.number,), words, stops)


@check("D43-PROMPT")
def menu_is_missing(scene: Scene) -> Iterator[Sighting]:
    """Boot-server discovery without a boot menu (43.9) or a prompt (43.10), or a broken one."""
    for seen in _searching(scene):
        menu, prompt = seen.sub(pxe.BOOT_MENU), seen.sub(pxe.MENU_PROMPT)
        faults = []
        if not menu:
            faults.append("no boot menu (43.9)")
        elif pxe.scan_menu(menu)[1] or any(not item.text for item in pxe.scan_menu(menu)[0]):
            faults.append("a boot menu (43.9) with an item that is empty or cut off")
        if not prompt:
            faults.append("no menu prompt (43.10)")
        if faults:
            more = _in_other_instances(seen, pxe.BOOT_MENU, pxe.MENU_PROMPT)
            words = f"{seen.words} has {' and '.join(faults)}; 43.6 = {seen.control}{more}."
            missing = scene.failure is Failure.LOCAL_BOOT and not menu
            stops = (missing or scene.failure is Failure.BAD_MENU) and not more
            yield Sighting((seen.number,), words, stops)


@check("D43-STRICT")
def bit_3_with_others(scene: Scene) -> Iterator[Sighting]:
    """Discovery is switched off (bit 3), but other bits of 43.6 ask for a list that is missing."""
    for seen in _pxe_replies(scene):
        control = seen.control or 0
        needs = pxe.needs_list(control)
        if seen.disables_discovery and seen.file and needs and not seen.listed:
            yield Sighting(
                (seen.number,), f"{seen.words} has 43.6 = {control} and no list in 43.8."
            )


@check("D43-SERVERS")
def list_beats_next_server(scene: Scene) -> Iterator[Sighting]:
    """43.6 bit 3 with a file, while 43.8 lists another host than the next server."""
    for seen in _pxe_replies(scene):
        listed = next((address for entry in seen.listed for address in entry.addresses), None)
        both = listed not in (None, ANY) and seen.siaddr is not None
        if seen.disables_discovery and seen.file and both and listed != seen.siaddr:
            words = f"{seen.words} has next server {seen.siaddr}, but 43.8 begins with {listed}."
            yield Sighting((seen.number,), words)


@check("D43-MENU")
def menu_leads_nowhere(scene: Scene) -> Iterator[Sighting]:
    """The menu has an item whose type 43.8 does not list, where only listed servers count."""
    for seen in _searching(scene):
        control = seen.control or 0
        only = pxe.needs_list(control)
        types = {entry.type for entry in seen.listed if entry.addresses}
        items = pxe.scan_menu(seen.sub(pxe.BOOT_MENU) or b"")[0]
        lost = [item for item in items if item.type and item.type not in types]
        if only and types and lost:
            which = ", ".join(f"{printable(item.text)} (type {item.type})" for item in lost)
            words = f"{seen.words}: 43.8 lists no server for {which}; 43.6 = {control}."
            yield Sighting((seen.number,), words, scene.failure in _NOT_FOUND)


@check("D43-WAIT")
def menu_waits_for_ever(scene: Scene) -> Iterator[Sighting]:
    """The prompt's time-out is 255: without a key the machine stays there."""
    for seen in _searching(scene):
        prompt = seen.sub(pxe.MENU_PROMPT)
        if prompt and prompt[0] == 255:
            yield Sighting((seen.number,), f"{seen.words} has a prompt (43.10) with time-out 255.")


@check("D43-NOMENU")
def no_menu_built_in(scene: Scene) -> Iterator[Sighting]:
    """There is a boot menu, and this firmware was built without menus."""
    if scene.failure is Failure.NO_MENU:
        for seen in _pxe_replies(scene):
            if seen.has_menu:
                yield Sighting((seen.number,), f"{seen.words} has a boot menu (43.9).", True)


@check("D43-NO60")
def discovery_without_pxeclient(scene: Scene) -> Iterator[Sighting]:
    """Option 43 reads as PXE discovery options, but option 60 does not say PXEClient."""
    latest = {seen.who: seen for seen in scene.offers}
    for seen in latest.values():
        control, menu = seen.sub(pxe.DISCOVERY_CONTROL), seen.sub(pxe.BOOT_MENU)
        # Others use option 43 too: only what reads as PXE's counts.
        reads = len(control or b"") == 1 or bool(menu and not pxe.scan_menu(menu)[1])
        if reads and not seen.is_pxe and not seen.is_http:
            words = f"{seen.words} has option 43 ({_codes(seen)}) and no option 60 with PXEClient."
            yield Sighting((seen.number,), words, not seen.file and scene.failure in _EMPTY_HANDED)


def _codes(seen: Dhcp) -> str:
    return ", ".join(f"43.{option.code}" for option in seen.vendor)


@check("D43-CUT")
def vendor_options_are_cut(scene: Scene) -> Iterator[Sighting]:
    """In a PXE reply, option 43 breaks off inside a sub-option."""
    for seen in {seen.who: seen for seen in scene.replies if seen.is_pxe}.values():
        options, rest = scan_options(seen.options.get(43, b""))
        # PXE wants an END, but its absence alone hurts nobody.
        if rest and not (options and options[-1].code == 255):
            fault = area_fault(options, rest, 0)
            yield Sighting((seen.number,), f"{seen.words}: in option 43, {fault}.", _fails(scene))


def _fails(scene: Scene) -> bool:
    return scene.failure in {*_NOT_FOUND, *_EMPTY_HANDED}


@check("D-SERVER")
def boot_server_is_silent(scene: Scene) -> Iterator[Sighting]:
    """The client looked for a boot server, and nobody answered."""
    asked = scene.searches
    if asked and not scene.answers(asked):
        where = frames(*(seen.number for seen in asked))
        whom = ", ".join(dict.fromkeys(f"{seen.destination}:{seen.port}" for seen in asked))
        refused = scene.refusals(asked)
        got = f"an ICMP error from {refused[0].source}" if refused else "no answer"
        words = f"Requests for boot server type {asked[0].boot_item} to {whom} ({where}) got {got}."
        yield Sighting(tuple(seen.number for seen in asked), words, scene.failure in _NOT_FOUND)


@check("D-SERVER-REPLY")
def boot_server_says_little(scene: Scene) -> Iterator[Sighting]:
    """A boot server answers without a boot file, or for another type than was asked for."""
    asked = scene.searches
    wanted = {seen.boot_item for seen in asked}
    for seen in scene.answers(asked):
        faults = []
        if not seen.file:
            faults.append("names no boot file")
        if seen.boot_item is None:
            faults.append("lacks the boot item 43.71")
        elif seen.boot_item not in wanted:
            faults.append(f"is for type {seen.boot_item}")
        if faults:
            failure = scene.failure
            stops = failure in {*_NOT_FOUND, Failure.DISCOVERY_NO_FILE, Failure.DISCOVERY_REFUSED}
            yield Sighting((seen.number,), f"{seen.words} {' and '.join(faults)}.", stops)

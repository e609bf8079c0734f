"""Option 60 without option 43: who is sent to port 4011, and whether anybody is there.

An offer is *bare* that says PXEClient (option 60) and nothing of discovery in option 43. Intel's
ROMs and EDK II ask port 4011 after such an offer, even if it names server and file; iPXE only if
it does not.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address

from pxeclient.diagnose.model import Sighting
from pxeclient.diagnose.registry import check, frames
from pxeclient.diagnose.scene import Scene
from pxeclient.outcome import Failure
from pxeclient.seen.dhcp import Dhcp

_FATAL = {Failure.NO_PROXY_REPLY, Failure.NO_BOOT_FILE}
"""How a boot ends that needed an answer from port 4011."""


def _bare(scene: Scene) -> list[Dhcp]:
    return [offer for offer in (*scene.address_offers, *scene.proxy_offers) if offer.is_bare]


def _asked(scene: Scene, offer: Dhcp) -> list[Dhcp]:
    """The questions to port 4011 that this offer led to."""
    targets = {offer.siaddr, offer.server_id, offer.source} - {None}
    return [seen for seen in scene.proxy_requests if seen.destination in targets]


def _is_dead(scene: Scene, asked: list[Dhcp]) -> bool:
    return bool(asked) and not scene.answers(asked)


def _silence(scene: Scene, asked: list[Dhcp]) -> str:
    """What came of questions that got no answer, and what it can mean."""
    target = asked[0].destination
    times = f"{len(asked)} requests" if len(asked) > 1 else "one request"
    where = frames(*(seen.number for seen in asked))
    refusals = scene.refusals(asked)
    if refusals:
        meaning = f"were answered by ICMP: {refusals[0].words} (frame {refusals[0].number})"
    elif target in scene.arp_asked and target not in scene.arp_answered:
        meaning = f"could not be sent: {target} does not answer ARP"
    else:
        meaning = "got no answer: a closed port, a firewall and a deaf service look the same"
    return f"{times} to {target}:4011 ({where}) {meaning}"


def _seen(scene: Scene, offer: Dhcp, words: str, asked: list[Dhcp]) -> Sighting:
    numbers = (offer.number, *(seen.number for seen in asked))
    return Sighting(
        numbers,
        words,
        stops=bool(asked) and scene.failure in _FATAL,
        awaits=bool(asked),
        values={"proxy": str(offer.who)},
        # Of one question the answer may still be on its way where a recording ends.
        is_telling=scene.outcome is None and len(asked) > 1,
    )


def _who_is_asked(offer: Dhcp) -> IPv4Address:
    return offer.siaddr or offer.who


@check("D43-VMW")
def bare_offer_with_file(scene: Scene) -> Iterator[Sighting]:
    """An offer says PXEClient and names a file, without 43.6; port 4011 was not seen to answer."""
    for offer in _bare(scene):
        asked = _asked(scene, offer)
        if not offer.file or scene.answers(asked):
            continue
        what = f"{offer.words} says PXEClient and names {offer.boot_words}, without option 43.6"
        if asked:
            yield _seen(scene, offer, f"{what}; {_silence(scene, asked)}.", asked)
        else:
            untold = "this boot did not ask, so whether it answers cannot be told"
            port = f"{_who_is_asked(offer)}:4011"
            yield _seen(scene, offer, f"{what}. Who insists asks {port}; {untold}.", [])


@check("D60-MOVED")
def own_port_is_dead(scene: Scene) -> Iterator[Sighting]:
    """A server of addresses says PXEClient and names no file; its own port 4011 does not answer."""
    for offer in _own_without_file(scene):
        asked = [seen for seen in _asked(scene, offer) if seen.destination == offer.who]
        if not _others(scene, offer) and _is_dead(scene, asked):
            words = (
                f"{offer.words} says PXEClient and names no boot file; {_silence(scene, asked)}."
            )
            yield _seen(scene, offer, words, asked)


@check("D60")
def promises_a_pxe_service(scene: Scene) -> Iterator[Sighting]:
    """The same, but port 4011 of another host is dead, or this boot asked nobody."""
    for offer in _own_without_file(scene):
        asked = _asked(scene, offer)
        if _others(scene, offer) or scene.answers(asked):
            continue
        if any(seen.destination == offer.who for seen in asked):
            continue
        what = f"{offer.words} says PXEClient, without option 43 and without a boot file"
        silence = _silence(scene, asked) if asked else "this boot did not ask port 4011"
        yield _seen(scene, offer, f"{what}; {silence}.", asked)


@check("D60-PROXY")
def hides_the_proxy(scene: Scene) -> Iterator[Sighting]:
    """The same, while a ProxyDHCP server on another host makes its own offer."""
    for offer in _own_without_file(scene):
        asked = _asked(scene, offer)
        others = _others(scene, offer)
        if others and not scene.answers(asked):
            names = " and ".join(other.words for other in others)
            what = f"{offer.words} says PXEClient too, beside {names}"
            silence = f"; {_silence(scene, asked)}" if asked else ""
            yield _seen(scene, offer, f"{what}{silence}.", asked)


def _own_without_file(scene: Scene) -> list[Dhcp]:
    return [offer for offer in _bare(scene) if offer.offers_address and not offer.file]


def _others(scene: Scene, offer: Dhcp) -> list[Dhcp]:
    """The offers of ProxyDHCP servers on other hosts."""
    own = {offer.who, offer.source}
    return [one for one in scene.proxy_offers if not {one.who, one.source} & own]


@check("D4011-DEAF")
def proxy_does_not_answer(scene: Scene) -> Iterator[Sighting]:
    """A proxy offer has option 60 only, and the proxy's own port 4011 does not answer."""
    for offer in scene.proxy_offers:
        asked = _asked(scene, offer)
        own = all(seen.destination in (offer.who, offer.source) for seen in asked)
        if offer.is_bare and not offer.file and own and _is_dead(scene, asked):
            words = f"{offer.words} names no boot file; {_silence(scene, asked)}."
            yield _seen(scene, offer, words, asked)


@check("D-4011-SERVER")
def next_server_is_asked(scene: Scene) -> Iterator[Sighting]:
    """A bare proxy offer without a file names a next server, and that host's port 4011 is dead."""
    for offer in scene.proxy_offers:
        asked = _asked(scene, offer)
        elsewhere = any(seen.destination not in (offer.who, offer.source) for seen in asked)
        if offer.is_bare and not offer.file and elsewhere and _is_dead(scene, asked):
            what = f"{offer.words} names next server {offer.siaddr} and no boot file"
            yield _seen(scene, offer, f"{what}; {_silence(scene, asked)}.", asked)


@check("D4011-REPLY")
def answer_is_of_no_use(scene: Scene) -> Iterator[Sighting]:
    """Port 4011 answers, but with neither boot file nor menu, or not as a PXE service."""
    latest = {seen.who: seen for seen in scene.answers(scene.proxy_requests)}
    for answer in latest.values():
        faults = []
        useless = not answer.file and not answer.has_menu
        if useless:
            faults.append("neither a boot file nor a boot menu")
        if not answer.is_pxe:
            faults.append("no option 60 that says PXEClient")
        if faults:
            stops = useless and scene.failure in _FATAL
            yield Sighting((answer.number,), f"{answer.words} has {' and '.join(faults)}.", stops)


@check("D4011-NEXT")
def answer_names_no_server(scene: Scene) -> Iterator[Sighting]:
    """Port 4011 answers with a boot file, but without a next server."""
    latest = {seen.who: seen for seen in scene.answers(scene.proxy_requests)}
    for answer in latest.values():
        if answer.file and answer.siaddr is None:
            stops = scene.failure in {*_FATAL, Failure.NO_NEXT_SERVER}
            words = f"{answer.words} names {answer.boot_words}."
            yield Sighting((answer.number,), words, stops, {"server": str(answer.who)})

"""State *boot menu*: prompt, countdown, menu and keys (options 43.9 and 43.10)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from pxeclient.boot.actions import Action, AwaitKey, Highlight, Print, StateName
from pxeclient.boot.bootfrom import download_from
from pxeclient.boot.dhcp.exchange import wait_on
from pxeclient.boot.menu.policy import (
    Cancelled,
    Choice,
    Chosen,
    Key,
    MenuKey,
    Prompting,
    PromptKey,
    PxeSettings,
)
from pxeclient.boot.menu.screen import MenuScreen, Search
from pxeclient.boot.session import RETRANSMIT, Session, State, decided
from pxeclient.outcome import Failure
from pxeclient.stack.acts import CancelTimer, Ignore
from pxeclient.stack.host import Arrived
from pxeclient.wire import pxe
from pxeclient.wire.options import printable

PROMPT_WIDTH = 70
"""Characters of a prompt or menu item that are shown."""


_PROMPTED = {Prompting.FIRST_ITEM, Prompting.COUNT_DOWN, Prompting.SHOW_MENU}
"""The beginnings that show the prompt's text, if there is one."""


def _on_enter(session: Session, now: float) -> Iterator[Action]:
    settings = PxeSettings.of(session.sources)
    session.menu = MenuScreen(settings, settings.menu or ())
    yield from session.show(session.traits.screen.menu_started, now)
    decision = session.policy.menu_prompt.decide(settings)
    prompt = settings.prompt
    yield decided(decision, "" if prompt is None else printable(prompt.text[:PROMPT_WIDTH]))
    if prompt is not None and decision.answer in _PROMPTED:
        yield from _show_prompt(session, prompt, now)
    match decision.answer:
        case Prompting.FIRST_ITEM:
            yield from _choose(session, 0, now)
        case Prompting.COUNT_DOWN:
            assert prompt is not None
            yield AwaitKey("the menu prompt")
            yield session.wait(prompt.timeout, now)
        case Prompting.SHOW_MENU:
            yield from _open(session, now)
        case Prompting.LOCAL_BOOT:
            yield from _local_boot(session, decision.because, now)
        case Prompting.SKIP:
            yield from download_from(session, session.sources, now)
        case Prompting.BAD_MULTICAST | Prompting.BAD_SERVERS | Prompting.BAD_MENU:
            failure = Failure[decision.answer.name]
            yield from session.fail(failure, decision.because, now)
        case _:
            assert_never(decision.answer)


def _show_prompt(session: Session, prompt: pxe.MenuPrompt, now: float) -> Iterator[Action]:
    screen = session.traits.screen
    text = printable(prompt.text[:PROMPT_WIDTH])
    if 0 < prompt.timeout < 255:
        yield from session.screen.grow(screen.prompt, now, left=prompt.timeout, prompt=text)
    else:
        yield from session.show(screen.prompt_only, now, prompt=text)


def _open(session: Session, now: float) -> Iterator[Action]:
    """Show the menu and wait for a choice, for ever if need be."""
    menu = _menu(session)
    menu.is_open = True
    yield CancelTimer(RETRANSMIT)
    yield from session.screen.stop_growing(now)
    screen = session.traits.screen
    yield from session.show(screen.menu_opened, now)
    for number, item in enumerate(menu.items, 1):
        values: dict[str, object] = {
            "number": number,
            "letter": chr(ord("A") + (number - 1) % 26),
            "item": printable(item.text[:PROMPT_WIDTH]),
        }
        for shown in session.show(screen.menu, now, **values):
            yield shown
            if isinstance(shown, Print):
                menu.lines.append(shown.line)
    yield from _highlight(menu, menu.at, on=True)
    yield AwaitKey("the boot menu")


def _highlight(menu: MenuScreen, at: int, on: bool) -> Iterator[Action]:
    """Draw an item in the colours of the chosen one, or in those of the others."""
    if at < len(menu.lines):
        yield Highlight(menu.lines[at], len(menu.lines) - at, on)


def _on_timer(session: Session, now: float) -> Iterator[Action]:
    yield from session.screen.stop_growing(now, ran_out=True)
    yield from _choose(session, 0, now)


def _on_key(session: Session, key: str, now: float) -> Iterator[Action]:
    menu = _menu(session)
    if menu.is_open:
        yield from _menu_key(session, menu, key, now)
        return
    decision = session.policy.prompt_key.decide(Key(key, len(menu.items)))
    yield decided(decision, key)
    match decision.answer:
        case PromptKey.OPEN_MENU:
            yield from _open(session, now)
        case PromptKey.FIRST_ITEM:
            yield from session.screen.stop_growing(now)
            yield from _choose(session, 0, now)
        case PromptKey.CANCEL:
            yield from session.screen.stop_growing(now)
            yield from _cancel(session, now)
        case PromptKey.IGNORE:
            pass
        case _:
            assert_never(decision.answer)


def _menu_key(session: Session, menu: MenuScreen, key: str, now: float) -> Iterator[Action]:
    pressed = Key(key, len(menu.items))
    decision = session.policy.menu_key.decide(pressed)
    yield decided(decision, key)
    before = menu.at
    match decision.answer:
        case MenuKey.UP:
            menu.move(menu.at - 1)
        case MenuKey.DOWN:
            menu.move(menu.at + 1)
        case MenuKey.FIRST:
            menu.move(0)
        case MenuKey.LAST:
            menu.move(len(menu.items))
        case MenuKey.TAKE:
            yield from _choose(session, menu.at, now)
            return
        case MenuKey.TAKE_LETTERED:
            assert pressed.item is not None
            yield from _choose(session, pressed.item, now)
            return
        case MenuKey.CANCEL:
            yield from _cancel(session, now)
            return
        case MenuKey.IGNORE:
            pass
        case _:
            assert_never(decision.answer)
    if menu.at != before:
        yield from _highlight(menu, before, on=False)
        yield from _highlight(menu, menu.at, on=True)
    yield AwaitKey("the boot menu")


def _choose(session: Session, at: int, now: float) -> Iterator[Action]:
    menu = _menu(session)
    # Without a menu there is nothing to choose, which is type 0: boot locally.
    item = menu.items[at] if at < len(menu.items) else pxe.MenuItem(0, b"")
    decision = session.policy.menu_choice.decide(Chosen(item.type))
    yield decided(decision, f"type {item.type} {printable(item.text[:PROMPT_WIDTH])}".strip())
    match decision.answer:
        case Choice.LOCAL_BOOT:
            yield from _local_boot(session, decision.because, now)
        case Choice.DISCOVER:
            servers = list(menu.settings.of_type(item.type))
            session.search = Search(menu.settings, item.type, servers)
            yield from session.enter(StateName.PXEBS, now)
        case _:
            assert_never(decision.answer)


def _local_boot(session: Session, because: str, now: float) -> Iterator[Action]:
    yield from session.fail(Failure.LOCAL_BOOT, because, now)


def _cancel(session: Session, now: float) -> Iterator[Action]:
    decision = session.policy.menu_cancelled.decide(_menu(session).settings)
    yield decided(decision)
    match decision.answer:
        case Cancelled.GIVE_UP:
            yield from session.fail(Failure.CANCELLED, "Somebody cancelled the boot menu.", now)
        case Cancelled.SKIP:
            yield from download_from(session, session.sources, now)
        case _:
            assert_never(decision.answer)


def _on_datagram(session: Session, arrived: Arrived, now: float) -> Iterator[Action]:
    yield Ignore(
        f"a UDP datagram from {arrived.source}:{arrived.datagram.source_port}",
        "the machine shows its menu, nobody listens on that port",
    )


def _menu(session: Session) -> MenuScreen:
    assert session.menu is not None
    return session.menu


MENU = State(_on_enter, _on_datagram, _on_timer, wait_on, _on_key)

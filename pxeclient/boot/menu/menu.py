"""State *boot menu*: prompt, countdown, menu and keys (options 43.9 and 43.10)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from pxeclient.boot.actions import Action, AwaitKey, Highlight, Print, StateName
from pxeclient.boot.bootfrom import download_from
from pxeclient.boot.goals import FindBootServer
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
from pxeclient.boot.menu.screen import MenuScreen
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


class Menu(State):
    """The prompt and the menu, and who presses keys."""

    name = StateName.MENU

    def __init__(self, settings: PxeSettings) -> None:
        self._menu = MenuScreen(settings, settings.menu or ())

    @property
    def is_prompting(self) -> bool:
        """The prompt is shown, and not yet the menu."""
        return not self._menu.is_open

    def on_enter(self, session: Session, now: float) -> Iterator[Action]:
        """Ask ``menu-prompt`` how it begins."""
        settings = self._menu.settings
        yield from session.show(session.traits.screen.menu_started, now)
        decision = session.policy.menu_prompt.decide(settings)
        prompt = settings.prompt
        yield decided(decision, "" if prompt is None else printable(prompt.text[:PROMPT_WIDTH]))
        if prompt is not None and decision.answer in _PROMPTED:
            yield from _show_prompt(session, prompt, now)
        match decision.answer:
            case Prompting.FIRST_ITEM:
                yield from self._choose(session, 0, now)
            case Prompting.COUNT_DOWN if prompt is not None:
                yield AwaitKey("the menu prompt")
                yield session.wait(prompt.timeout, now)
            case Prompting.SHOW_MENU | Prompting.COUNT_DOWN:
                yield from self._open(session, now)
            case Prompting.LOCAL_BOOT:
                yield from _local_boot(session, decision.because, now)
            case Prompting.SKIP:
                yield from download_from(session, session.sources, now)
            case Prompting.BAD_MULTICAST | Prompting.BAD_SERVERS | Prompting.BAD_MENU:
                failure = Failure[decision.answer.name]
                yield from session.fail(failure, decision.because, now)
            case _:
                assert_never(decision.answer)

    def _open(self, session: Session, now: float) -> Iterator[Action]:
        """Show the menu and wait for a choice, for ever if need be."""
        menu = self._menu
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

    def on_timer(self, session: Session, now: float) -> Iterator[Action]:
        """The countdown is over: take the first item."""
        yield from session.screen.stop_growing(now, ran_out=True)
        yield from self._choose(session, 0, now)

    def on_key(self, session: Session, key: str, now: float) -> Iterator[Action]:
        """Ask ``prompt-key``, or ``menu-key`` where the menu is shown."""
        menu = self._menu
        if menu.is_open:
            yield from self._menu_key(session, key, now)
            return
        decision = session.policy.prompt_key.decide(Key(key, len(menu.items)))
        yield decided(decision, key)
        match decision.answer:
            case PromptKey.OPEN_MENU:
                yield from self._open(session, now)
            case PromptKey.FIRST_ITEM:
                yield from session.screen.stop_growing(now)
                yield from self._choose(session, 0, now)
            case PromptKey.CANCEL:
                yield from session.screen.stop_growing(now)
                yield from self._cancel(session, now)
            case PromptKey.IGNORE:
                pass
            case _:
                assert_never(decision.answer)

    def _menu_key(self, session: Session, key: str, now: float) -> Iterator[Action]:
        menu = self._menu
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
                yield from self._choose(session, menu.at, now)
                return
            case MenuKey.TAKE_LETTERED if pressed.item is not None:
                yield from self._choose(session, pressed.item, now)
                return
            case MenuKey.CANCEL:
                yield from self._cancel(session, now)
                return
            case MenuKey.TAKE_LETTERED | MenuKey.IGNORE:
                pass
            case _:
                assert_never(decision.answer)
        if menu.at != before:
            yield from _highlight(menu, before, on=False)
            yield from _highlight(menu, menu.at, on=True)
        yield AwaitKey("the boot menu")

    def _choose(self, session: Session, at: int, now: float) -> Iterator[Action]:
        menu = self._menu
        # Without a menu there is nothing to choose, which is type 0: boot locally.
        item = menu.items[at] if at < len(menu.items) else pxe.MenuItem(0, b"")
        decision = session.policy.menu_choice.decide(Chosen(item.type))
        yield decided(decision, f"type {item.type} {printable(item.text[:PROMPT_WIDTH])}".strip())
        match decision.answer:
            case Choice.LOCAL_BOOT:
                yield from _local_boot(session, decision.because, now)
            case Choice.DISCOVER:
                yield from session.enter(FindBootServer(menu.settings, item.type), now)
            case _:
                assert_never(decision.answer)

    def _cancel(self, session: Session, now: float) -> Iterator[Action]:
        decision = session.policy.menu_cancelled.decide(self._menu.settings)
        yield decided(decision)
        match decision.answer:
            case Cancelled.GIVE_UP:
                yield from session.fail(Failure.CANCELLED, "Somebody cancelled the boot menu.", now)
            case Cancelled.SKIP:
                yield from download_from(session, session.sources, now)
            case _:
                assert_never(decision.answer)

    def on_datagram(self, session: Session, arrived: Arrived, now: float) -> Iterator[Action]:
        """Nobody listens."""
        yield Ignore(
            f"a UDP datagram from {arrived.source}:{arrived.datagram.source_port}",
            "the machine shows its menu, nobody listens on that port",
        )


def _show_prompt(session: Session, prompt: pxe.MenuPrompt, now: float) -> Iterator[Action]:
    screen = session.traits.screen
    text = printable(prompt.text[:PROMPT_WIDTH])
    if 0 < prompt.timeout < 255:
        yield from session.screen.grow(screen.prompt, now, left=prompt.timeout, prompt=text)
    else:
        yield from session.show(screen.prompt_only, now, prompt=text)


def _highlight(menu: MenuScreen, at: int, on: bool) -> Iterator[Action]:
    """Draw an item in the colours of the chosen one, or in those of the others."""
    if at < len(menu.lines):
        yield Highlight(menu.lines[at], len(menu.lines) - at, on)


def _local_boot(session: Session, because: str, now: float) -> Iterator[Action]:
    yield from session.fail(Failure.LOCAL_BOOT, because, now)

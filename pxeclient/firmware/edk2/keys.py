"""What the keyboard does at EDK II's menu prompt and in the menu."""

from __future__ import annotations

from pxeclient.boot.menu.policy import Key, MenuKey, PromptKey
from pxeclient.decisions import Rule, Table, always
from pxeclient.firmware.edk2.sources import BOOT, read
from pxeclient.firmware.facts import is_cancel_key, is_enter, opens_menu

PROMPT_KEY: Table[Key, PromptKey] = Table(
    "prompt-key",
    "What does a key do while the prompt counts down?",
    (
        Rule(
            "open-menu",
            opens_menu,
            PromptKey.OPEN_MENU,
            "F8, Ctrl-M and m open the menu.",
            read(f"{BOOT}:57-246"),
        ),
        Rule(
            "cancel",
            is_cancel_key,
            PromptKey.CANCEL,
            "ESC and Ctrl-C cancel the menu.",
            read(f"{BOOT}:57-246"),
        ),
        Rule(
            "other",
            always,
            PromptKey.IGNORE,
            "Other keys do nothing.",
            read(f"{BOOT}:57-246"),
        ),
    ),
)


def moves_up(key: Key) -> bool:
    """it is Up, Left, u or Backspace"""
    return key.name in ("Up", "Left", "u", "Backspace")


def moves_down(key: Key) -> bool:
    """it is Down, Right, d, Space or Tab"""
    return key.name in ("Down", "Right", "d", "Space", " ", "Tab")


def moves_to_first(key: Key) -> bool:
    """it is Home or PgUp"""
    return key.name in ("Home", "PgUp")


def moves_to_last(key: Key) -> bool:
    """it is End or PgDn"""
    return key.name in ("End", "PgDn")


MENU_KEY: Table[Key, MenuKey] = Table(
    "menu-key",
    "What does a key do in the open menu?",
    (
        Rule(
            "up",
            moves_up,
            MenuKey.UP,
            "Up, Left, u and Backspace move the highlight up.",
            read(f"{BOOT}:359-417"),
        ),
        Rule(
            "down",
            moves_down,
            MenuKey.DOWN,
            "Down, Right, d, the space bar and Tab move the highlight down.",
            read(f"{BOOT}:359-417"),
        ),
        Rule(
            "first",
            moves_to_first,
            MenuKey.FIRST,
            "Home and Page Up go to the first item.",
            read(f"{BOOT}:359-417"),
        ),
        Rule(
            "last",
            moves_to_last,
            MenuKey.LAST,
            "End and Page Down go to the last item.",
            read(f"{BOOT}:359-417"),
        ),
        Rule(
            "enter",
            is_enter,
            MenuKey.TAKE,
            "Enter takes the highlighted item.",
            read(f"{BOOT}:359-417"),
        ),
        Rule(
            "cancel",
            is_cancel_key,
            MenuKey.CANCEL,
            "ESC and Ctrl-C leave the menu.",
            read(f"{BOOT}:359-417"),
        ),
        Rule(
            "other",
            always,
            MenuKey.IGNORE,
            "Other keys do nothing.",
            read(f"{BOOT}:359-417"),
        ),
    ),
)

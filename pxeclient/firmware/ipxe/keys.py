"""What the keyboard does at iPXE's menu prompt and in the menu."""

from __future__ import annotations

from pxeclient.boot.menu.policy import Key, MenuKey, PromptKey
from pxeclient.decisions import Rule, Table, always
from pxeclient.firmware.facts import is_cancel_key, is_down, is_enter, is_f8, is_up
from pxeclient.firmware.ipxe.sources import read

PROMPT_KEY: Table[Key, PromptKey] = Table(
    "prompt-key",
    "What does a key do while the prompt counts down?",
    (
        Rule(
            "f8",
            is_f8,
            PromptKey.OPEN_MENU,
            "F8 opens the menu.",
            read("usr/pxemenu.c:301-332"),
        ),
        Rule(
            "cancel",
            is_cancel_key,
            PromptKey.CANCEL,
            "Ctrl-C and ESC cancel.",
            read("usr/pxemenu.c:301-332"),
        ),
        Rule(
            "any-other",
            always,
            PromptKey.FIRST_ITEM,
            "Any other key takes the first item without waiting longer.",
            read("usr/pxemenu.c:301-332"),
        ),
    ),
)


def is_items_letter(key: Key) -> bool:
    """it is the letter of an item, A for the first"""
    return key.item is not None


MENU_KEY: Table[Key, MenuKey] = Table(
    "menu-key",
    "What does a key do in the open menu?",
    (
        Rule(
            "up",
            is_up,
            MenuKey.UP,
            "Up moves the highlight.",
            read("usr/pxemenu.c:236-267"),
        ),
        Rule(
            "down",
            is_down,
            MenuKey.DOWN,
            "Down moves the highlight.",
            read("usr/pxemenu.c:236-267"),
        ),
        Rule(
            "enter",
            is_enter,
            MenuKey.TAKE,
            "Enter takes the highlighted item.",
            read("usr/pxemenu.c:236-267"),
        ),
        Rule(
            "cancel",
            is_cancel_key,
            MenuKey.CANCEL,
            "Ctrl-C and ESC cancel.",
            read("usr/pxemenu.c:236-267"),
        ),
        Rule(
            "letter",
            is_items_letter,
            MenuKey.TAKE_LETTERED,
            "The letter before an item takes it.",
            read("usr/pxemenu.c:236-267"),
        ),
        Rule(
            "other",
            always,
            MenuKey.IGNORE,
            "Other keys do nothing.",
            read("usr/pxemenu.c:236-267"),
        ),
    ),
)

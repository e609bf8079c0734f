"""What the keyboard does at Intel's ROMs' menu prompt and in the menu."""

from __future__ import annotations

from pxeclient.boot.menu.policy import Key, MenuKey, PromptKey
from pxeclient.decisions import Rule, Table, always
from pxeclient.firmware.facts import is_cancel_key, is_down, is_enter, is_up, opens_menu
from pxeclient.firmware.intel21.sources import inferred, specified

PROMPT_KEY: Table[Key, PromptKey] = Table(
    "prompt-key",
    "What does a key do while the prompt counts down?",
    (
        Rule(
            "open-menu",
            opens_menu,
            PromptKey.OPEN_MENU,
            "F8, Ctrl-M and m open the menu.",
            specified("draft-henry-remote-boot-protocol-00"),
        ),
        Rule(
            "cancel",
            is_cancel_key,
            PromptKey.CANCEL,
            "ESC and Ctrl-C leave the network boot.",
            specified("draft-henry-remote-boot-protocol-00"),
        ),
        Rule(
            "other",
            always,
            PromptKey.IGNORE,
            "Other keys do nothing.",
            inferred("nothing is said of other keys"),
        ),
    ),
)


MENU_KEY: Table[Key, MenuKey] = Table(
    "menu-key",
    "What does a key do in the open menu?",
    (
        Rule(
            "up",
            is_up,
            MenuKey.UP,
            "Up moves the highlight.",
            inferred("which keys move through the menu is said nowhere; these do in every family"),
        ),
        Rule(
            "down",
            is_down,
            MenuKey.DOWN,
            "Down moves the highlight.",
            inferred("which keys move through the menu is said nowhere; these do in every family"),
        ),
        Rule(
            "enter",
            is_enter,
            MenuKey.TAKE,
            "Enter takes the highlighted item.",
            inferred("which keys move through the menu is said nowhere; these do in every family"),
        ),
        Rule(
            "cancel",
            is_cancel_key,
            MenuKey.CANCEL,
            "ESC and Ctrl-C leave the network boot.",
            specified("draft-henry-remote-boot-protocol-00"),
        ),
        Rule(
            "other",
            always,
            MenuKey.IGNORE,
            "Other keys do nothing.",
            inferred("which keys move through the menu is said nowhere; these do in every family"),
        ),
    ),
)

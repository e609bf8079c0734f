"""Every rule of every firmware's decision tables has a story in which it decides."""

from __future__ import annotations

from pathlib import Path

import pytest

from pxeclient.profile import tables
from tests.stories.firmwares import IPXE, IPXE_2019, VIRTUALBOX, VMWARE, profile

BEYOND = {
    "menu-prompt",
    "prompt-key",
    "menu-choice",
    "menu-cancelled",
    "discover-by",
    "accept-boot-reply",
}
"""Questions of the boot menu and of boot-server discovery, which are not told here."""

STORIES = {path.name for path in Path(__file__).parent.glob("test_*.py")}


@pytest.mark.parametrize("name", [IPXE, IPXE_2019, VIRTUALBOX, VMWARE])
def test_all_rules_of_a_profile_are_reached(
    name: str, reached: set[tuple[int, str]], request: pytest.FixtureRequest
) -> None:
    """The stories of this folder, taken together, leave out no rule."""
    session = request.session
    collected = {item.path.name for item in session.items if item.path.parent.name == "stories"}
    if collected != STORIES or session.config.getoption("keyword"):
        pytest.skip("only some of the stories were told")
    untold = [
        f"{table.question}/{rule.id}"
        for table in tables(profile(name).policy)
        if table.question not in BEYOND
        for rule in table.rules
        if (id(table), rule.id) not in reached
    ]
    assert not untold, "\n".join(untold)

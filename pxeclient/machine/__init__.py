"""A machine and what runs on it, one stage after the other: the ROM, a program, the next.

`StagedBoot` owns the stack, the screen and the keyboard, lends them to whoever has its turn, and
begins the next stage with what the one before has started. A *program* (`Program`) is a script, a
generator of wants (`wants`): "fetch this", "show that", "wait for a key". It sees no link and no
clock, and a want says why it is wanted, so that whoever tells of the boot needs to know no program.
"""

from pxeclient.boot.handover import Inherited, Packets
from pxeclient.machine.given import Given
from pxeclient.machine.program import Program
from pxeclient.machine.staged import Firmware, Loader, StagedBoot

__all__ = ["Firmware", "Given", "Inherited", "Loader", "Packets", "Program", "StagedBoot"]

"""What kind of boot file is this? Looked up in its octets, never by its name.

`identify` is cheap and says the form of a file (a PE image, a Linux kernel, text), whose program
it is, which build and version, what machine it is for, and which octets told so. It takes the
beginning of a file as well: what cannot be told of that, it does not tell. `payload` and `signed`
look deeper, where somebody asks.
"""

from pxeclient.nbp.identify import identify
from pxeclient.nbp.kinds import KINDS, NbpKind, Program, Sign, Sure

__all__ = ["KINDS", "NbpKind", "Program", "Sign", "Sure", "identify"]

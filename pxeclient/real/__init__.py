"""The real firmware, beside the emulation: proof on the servers that somebody has.

``machines`` says which profiles' firmware can be run here, by what program, from which files and
Debian packages; ``running`` boots it in a lab, in QEMU, and records its card; ``verdict`` holds the
recording against the profile (``compare``) and says what is shown by it and what is not.
"""

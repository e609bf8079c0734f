"""Captures as nobody should make them, through every command that reads one.

    python -m tools.damage [--count 5000] [--seed 2026] [FOLDER ...]
        captures of the folders (tests/captures), cut, overwritten, flipped, with octets put in and
        taken out
    python -m tools.damage others FOLDER
        every capture of a folder in which nobody boots from the network
    python -m tools.damage make FOLDER [--seed 2026]
        some hundreds of such captures, of other protocols

No command may end in a traceback, take long, print control characters, or tell of a boot that is
not there. What was found is printed, one line each; the exit status is 1 if there was anything.
All of it runs in one process, and is no part of `make test`.
"""

"""Files and texts as nobody should write them, through whatever reads them.

    python -m tools.fuzz [--seed 2026] [--count 1000] [WHAT ...]

WHAT is one or more of

    profiles    mutated profiles: each is refused in a sentence, or boots to an end
    scenarios   mutated practice networks and recorded situations: the same
    suites      mutated suites: refused, or tried on a practice network
    lessons     mutated lessons: refused, or taken and shown
    errors      mutated texts of screens, for `pxeclient errors`
    captures    damaged captures (`tools.damage`, which finds what these are not)

and all of them but captures if none is named. The same seed makes the same files. Whatever raises
anything but its reader's own error, takes long, says more than a sentence, or prints control
characters is printed, one line each; the exit status is 1 if there was anything. A few of each are
part of `make test`.
"""

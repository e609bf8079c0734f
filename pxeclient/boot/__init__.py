"""One boot attempt, from power-on to boot file: events go in, actions come out.

Nothing here does input or output, reads a clock, or throws dice: `now` is an argument and
chance is a seed. Nothing here knows a particular firmware either: this package asks the
questions (`policy`) and states what a firmware is made of (`traits`); `firmware` and the
profiles supply the answers.
"""

"""Lessons: a boot on the practice network, gone through moment by moment.

A lesson is a file of `lessons` (``docs/reference/teach.md`` says how to write one): a network, the
profiles that its words are true of, and steps that point at moments of the trace by what they
are, never by their number. `lesson` is the format, `loading` reads and checks it, `taught` takes
it with a profile, `page` makes a web page of that, and `sheet` lines for a terminal.
"""

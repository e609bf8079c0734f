"""What happened in somebody's capture: each PXE client's story, as far as the wire shows it.

``reading`` takes the frames out of whatever file it is; ``seen`` reads them, says whose they are,
and splits them into boot attempts. Of an attempt, ``fingerprint`` says which profile's firmware
it looks like, ``facts`` what was offered and asked, ``reasons`` why (by that profile's tables, as
long as it does what was recorded), ``ending`` where it stopped, ``otherwise`` what another
firmware would have done with the same offers. ``story`` puts all of it together.

What the wire does not show is said to be unknown.
"""

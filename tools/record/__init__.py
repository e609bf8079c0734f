"""Recordings of real firmware: made in QEMU, held against themselves, stored once.

    python -m tools.record FIRMWARE SCENARIO --out DIR    make DIR/FIRMWARE/SCENARIO
    python -m tools.record verify DIR...                  are they in order?
    python -m tools.record shrink DIR...                  keep what is needed, each scenario once

FIRMWARE is one of `firmwares`, SCENARIO a file or the name of a stored one. Recording needs root
and Debian's packages, which are named if they are not there; 10 to 70 seconds go by. A recording is
a folder with ``capture.pcap``, ``scenario.json``, ``console.txt`` and ``outcome.json``.
`docs/how-to/recording.md` tells how one is added, `scenario` what a scenario may say.

Who reads on: `session` is one recording from beginning to end. `private` is where it happens,
`segment` its network, `machine` QEMU's command line, `variables` and `stores` which UEFI option is
started, `console` what is watched. The scripted servers are a process of their own (`servers`):
over IPv4 the package's practice network (`servers.four`), and beside it `servers.six`,
`servers.few` and `servers.http`; `contents`, `loaders`, `programs` and `images` make their files.
What is written is read off the capture: `layers`, `events`, `wirefacts`, `outcome`; and read again
by `verify`. `shrink`, `requests` and `pcap` make it small, `stored` knows where it lies.
"""

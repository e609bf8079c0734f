"""A boot read back, once: from octets to what a client asked, what it got, and where it ended.

Everything that tells of a boot takes these values and parses nothing itself:

* `reading.read` is the one function that reads a frame. Its `Frame` has endpoints as values, what
  it says (`said`), and beside that `fault`: what a strict reader would drop it for.
* `mending.Reader` reads frames in order and puts fragments together.
* `dhcp.Dhcp` is a message with its facts; `exchanges`, `transfers` and `attempts` are what several
  frames come to; `stations` says whose frames they are.
* `talk.Talk` is all of it for one client. A trace has it as `Trace.talk()`, a capture's client as
  `talk_of(station.frames, station.mac)`, each attempt is one.
* `follow.Follower` does the same frame by frame, for a wire that goes on.

It knows `wire` and nothing else. It reads what is there, not what a firmware makes of it: that is
`boot.reply`. And it does not show octets: that is `report.fields`.
"""

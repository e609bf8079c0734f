"""A TFTP server for whoever has none, on a host of a lab: a process of its own (`Host.tftp`).

tftpy counts the blocks of a file, sends them and repeats them. It is fenced in, for what it gets
wrong: requests are read by our codec (a name that is not ASCII ends tftpy's server, and so does a
folder, or a number that is none), options are agreed here (tftpy acknowledges a blksize that
nobody asked for, against RFC 2347), a transfer hears its own client alone (tftpy takes packets of
others), answers from the address that was asked, and ends alone, whatever goes wrong in it. It only
reads, and waits in one thread for as many transfers as there are.
"""

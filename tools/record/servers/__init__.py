"""The scripted servers of a recording: on a raw socket, and for HTTP on the kernel's."""

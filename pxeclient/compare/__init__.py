"""Is our client the firmware that somebody recorded? A capture's servers are played to it.

``reading`` reads the file, ``client_of`` finds the machine, ``play`` says which of the
client's frames each server frame answered and where the boot ends, ``replay`` plays the
servers to our client, and ``differences`` holds what it sent against the recording.
"""

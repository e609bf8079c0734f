"""What is kept of a boot for somebody who was not there: a folder with its capture, its ladder,
its JSON, what the servers printed, and the command that repeats it.

`folder.files` says what is to be in which file; who calls writes them.
"""

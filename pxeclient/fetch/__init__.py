"""Fetching a file: a URI or a boot file, a stack and one's ways become a job.

A job does no input or output and knows no ROM: it is told what arrives, and says what to send and
how far it is (`job`). Each scheme has a folder: ``tftp/``, ``mtftp/``.
"""

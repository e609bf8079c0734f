"""What ``pxeclient profiles learn`` does; apart, so that listing profiles stays quick."""

from __future__ import annotations

from pathlib import Path

import click

from pxeclient import profile as profiles
from pxeclient.capture.values import CaptureError
from pxeclient.cli.output import EnvironmentProblem, stderr_line
from pxeclient.cli.rights import give_up
from pxeclient.compare.learn import learn
from pxeclient.compare.written import contradictions, document
from pxeclient.profile import ProfileError
from pxeclient.wire.addresses import Mac


def lines(capture: Path, base: str, name: str, mac: Mac | None, check: bool) -> list[str]:
    """The profile's lines, or with `check` those in which the capture contradicts the base.

    Raises:
        click.UsageError: No such profile.
        EnvironmentProblem: The capture cannot be used.
    """
    try:
        known = profiles.load(base)
        give_up(capture)
        lesson = learn(capture, known, mac)
    except CaptureError as error:
        raise EnvironmentProblem(str(error)) from None
    except ProfileError as error:
        raise click.UsageError(str(error)) from None
    for remark in lesson.remarks:
        stderr_line(remark)
    if check:
        return list(contradictions(lesson, known))
    return document(lesson, known, name, capture.name).splitlines()

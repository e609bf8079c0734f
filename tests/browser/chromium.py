"""A Chromium without a window, driven over its DevTools pipe: keys, clicks, complaints.

The protocol is JSON messages, each ended by a NUL, on two file descriptors (3 and 4 of the
browser); no port is opened and nothing but the program itself is needed.
"""

from __future__ import annotations

import fcntl
import json
import os
import select
import shutil
import subprocess
import time
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
PATIENCE = 30.0
"""Seconds in which the browser must answer."""

KEYS = {
    "Enter": 13, "Escape": 27, "End": 35, "Home": 36, "ArrowLeft": 37, "ArrowUp": 38,
    "ArrowRight": 39, "ArrowDown": 40, "PageDown": 34, "PageUp": 33, "Tab": 9,
}  # fmt: skip


def program() -> str:
    """The browser; without one the test is skipped, or fails where CI=true."""
    found = next((path for name in PROGRAMS if (path := shutil.which(name))), None)
    if found is None:
        sentence = "browser tests need chromium (Debian package chromium)"
        if os.environ.get("CI") == "true":
            pytest.fail(sentence, pytrace=False)
        pytest.skip(sentence)
    return found


class Browser:
    """A running browser with one page."""

    def __init__(self, to: int, back: int) -> None:
        self._to, self._back = to, back
        self._pending = b""
        self._number = 0
        self._session = ""
        self.complaints: list[str] = []
        """Errors and warnings of the console, uncaught exceptions, what the policy refused."""
        self.requests: list[str] = []
        """Addresses that were asked for."""
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        attached = self._call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self._call(f"{domain}.enable")

    def open(self, path: Path) -> None:
        """Load a file, and wait until it is there."""
        self._call("Page.navigate", url=path.resolve().as_uri())
        self._until(lambda: self.script("document.readyState") == "complete")

    def until(self, expression: str) -> None:
        """Wait until a JavaScript expression holds."""
        self._until(lambda: self.script(expression))

    def script(self, expression: str) -> Any:
        """The value of a JavaScript expression; of a promise, what it comes to."""
        done = self._call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in done, done
        return done["result"].get("value")

    def press(self, *keys: str) -> None:
        """Press keys, one after the other: a name of `KEYS`, or a character."""
        for key in keys:
            code: dict[str, Any] = {"windowsVirtualKeyCode": KEYS.get(key, 0)}
            if key not in KEYS or key == "Enter":
                code["text"] = "\r" if key == "Enter" else key
            self._call("Input.dispatchKeyEvent", type="keyDown", key=key, **code)
            self._call("Input.dispatchKeyEvent", type="keyUp", key=key)

    def click(self, selector: str) -> None:
        """Click in the middle of the first element that matches."""
        self._mouse(selector, "mousePressed", "mouseReleased")

    def hover(self, selector: str) -> None:
        """Move the mouse there."""
        self._mouse(selector, "mouseMoved")

    def _mouse(self, selector: str, *events: str) -> None:
        x, y = self.script(
            f"(() => {{ const e = document.querySelector({json.dumps(selector)});"
            " e.scrollIntoView({block: 'center'}); const r = e.getBoundingClientRect();"
            " return [r.x + Math.min(r.width, 200) / 2, r.y + r.height / 2]; })()"
        )
        for event in events:
            button = {} if event == "mouseMoved" else {"button": "left", "clickCount": 1}
            self._call("Input.dispatchMouseEvent", type=event, x=x, y=y, **button)

    def look(self, media: str = "screen", scheme: str = "light") -> None:
        """Show the page as on that medium, to a user with that colour scheme."""
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self._call("Emulation.setEmulatedMedia", media=media, features=features)

    def allow(self, *permissions: str) -> None:
        """Let pages have these without asking."""
        self._call("Browser.grantPermissions", permissions=permissions)

    def resize(self, width: int, height: int) -> None:
        """Make the window so large."""
        self._call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )

    def screenshot(self, path: Path) -> None:
        """A picture of the window, for people."""
        path.write_bytes(b64decode(self._call("Page.captureScreenshot")["data"]))

    def pdf(self) -> bytes:
        """The page printed."""
        return b64decode(self._call("Page.printToPDF", printBackground=False)["data"])

    def _until(self, holds: Any) -> None:
        stop_at = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < stop_at, "the page does not load"
            time.sleep(0.02)

    def _call(self, method: str, **parameters: Any) -> Any:
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next(method)
            if answer.get("id") == self._number:
                assert "error" not in answer, (method, answer["error"])
                return answer["result"]
            self._note(answer)

    def _next(self, waiting_for: str) -> Any:
        while b"\0" not in self._pending:
            ready, _, _ = select.select([self._back], [], [], PATIENCE)
            assert ready, f"the browser does not answer {waiting_for}"
            more = os.read(self._back, 1 << 16)
            assert more, "the browser has gone"
            self._pending += more
        text, _, self._pending = self._pending.partition(b"\0")
        return json.loads(text)

    def _note(self, event: Any) -> None:
        parameters = event.get("params", {})
        match event.get("method"):
            case "Runtime.exceptionThrown":
                self.complaints.append(json.dumps(parameters["exceptionDetails"]))
            case "Runtime.consoleAPICalled":
                self.complaints.append(json.dumps(parameters["args"]))
            case "Log.entryAdded":
                self.complaints.append(parameters["entry"]["text"])
            case "Network.requestWillBeSent":
                self.requests.append(parameters["request"]["url"])


@contextmanager
def chromium(folder: Path) -> Iterator[Browser]:
    """A browser with a profile of its own in `folder`; it ends with the block."""
    read_to, to = os.pipe()
    back, write_back = os.pipe()
    # Well above 3 and 4, so that neither copy overwrites the other's origin.
    ends = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 20) for end in (read_to, write_back)]
    os.close(read_to)
    os.close(write_back)
    running = subprocess.Popen(
        [
            program(),
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--remote-debugging-pipe",
            f"--user-data-dir={folder}",
            "about:blank",
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        close_fds=False,
        preexec_fn=lambda: [os.dup2(end, at) for at, end in enumerate(ends, 3)],
    )
    for end in ends:
        os.close(end)
    try:
        yield Browser(to, back)
    finally:
        os.close(to)
        os.close(back)
        running.terminate()
        try:
            running.wait(10)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()

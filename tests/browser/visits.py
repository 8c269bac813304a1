"""A page of the web map, opened from the disk."""

import time
from pathlib import Path

from playwright.sync_api import Browser, Page


def wait_until(page: Page, condition: str, timeout_s: float = 30.0) -> None:
    """Wait until an expression holds in the page.

    `Page.wait_for_function` polls by ``eval``, which the page's content security policy refuses.
    """
    deadline = time.monotonic() + timeout_s
    while not page.evaluate(f"Boolean({condition})"):
        assert time.monotonic() < deadline, f"not within {timeout_s:g} s: {condition}"
        page.wait_for_timeout(50)


class Visit:
    """A page of the web map that records errors and requests outside its folder."""

    def __init__(self, browser: Browser, index: Path, **options: object) -> None:
        self.index = index
        self.errors: list[str] = []
        self.outside_requests: list[str] = []
        options = {"viewport": {"width": 1300, "height": 850}, "locale": "en-GB", **options}
        self.page: Page = browser.new_context(accept_downloads=True, **options).new_page()
        self.page.on("console", self._note_message)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("request", self._note_request)
        self.page.on("dialog", lambda dialog: self.errors.append(dialog.message))

    def _note_message(self, message: object) -> None:
        if message.type == "error":
            self.errors.append(message.text)

    def _note_request(self, request: object) -> None:
        if not request.url.startswith((self.index.parent.as_uri(), "data:", "blob:")):
            self.outside_requests.append(request.url)

    def draw(self, link: str = "") -> None:
        """Open the page, and wait until its legend and map are drawn."""
        self.page.goto(self.index.as_uri() + link)
        wait_until(self.page, "hotslope.map.ol && document.querySelector('#legend *')")

    def open(self, link: str = "") -> Page:
        self.draw(link)
        self.page.wait_for_timeout(300)
        return self.page

    def close(self) -> None:
        assert not self.errors, self.errors
        assert not self.outside_requests, self.outside_requests
        self.page.context.close()

"""A page of the web map, opened from the disk."""

from pathlib import Path

from playwright.sync_api import Browser, Page


class Visit:
    """A page of the web map that notes what it should not do."""

    def __init__(self, browser: Browser, index: Path, **options: object) -> None:
        self.index = index
        self.errors: list[str] = []
        self.strangers: list[str] = []
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
            self.strangers.append(request.url)

    def open(self, link: str = "") -> Page:
        self.page.goto(self.index.as_uri() + link)
        self.page.wait_for_function("hotslope.map.ol && document.querySelector('#legend *')")
        self.page.wait_for_timeout(300)
        return self.page

    def close(self) -> None:
        assert not self.errors, self.errors
        assert not self.strangers, self.strangers
        self.page.context.close()

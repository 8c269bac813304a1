"""Draw the README's picture of the web map of a finished run, in the installed Chromium.

``python docs/draw_web_map.py results/maps/web/index.html PLC0033 docs/web_map.png``
"""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright


def draw_web_map(index: str, candidate: str, picture: str) -> None:
    """Open the page at a candidate and write what it shows."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": 1300, "height": 800}, locale="en-GB")
        page.goto(f"{Path(index).resolve().as_uri()}#candidate={candidate}")
        page.wait_for_selector("#card svg")
        # Pictures of the ground and labels come a moment later.
        page.wait_for_timeout(2000)
        page.screenshot(path=picture)
        browser.close()


if __name__ == "__main__":
    draw_web_map(*sys.argv[1:])

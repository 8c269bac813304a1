"""Time until the web map stands in the installed Chromium: ``time_web_map.py INDEX``.

From the request of the page until legend and map are drawn, three times, each in a new page.
"""

import shutil
import sys
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "browser"))

from visits import Visit

TIMES = 3


def main() -> None:
    """Print the seconds of each time."""
    index = Path(sys.argv[1]).resolve()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        for _ in range(TIMES):
            visit = Visit(browser, index)
            begin = time.perf_counter()
            visit.draw()
            print(f"{time.perf_counter() - begin:.2f} s")
            visit.close()


if __name__ == "__main__":
    main()

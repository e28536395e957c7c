"""What customers and agents have in common: a page, its complaints, photographs of it, what a screen reader would stumble over."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.async_api import BrowserContext, ConsoleMessage, Page

AXE = Path(__file__).parents[2] / "bot/web/node_modules/axe-core/axe.min.js"
GRAVE = ("serious", "critical")
# A page that nobody is signed in to asks who is, and Chromium notes every answer from 400 on.
NO_COMPLAINT = (re.compile(r"401 \(Unauthorized\).*/api/desk/me"),)
LINE_CUT = (re.compile(r"net::ERR_|WebSocket connection to .* failed"),)
"""What Chromium says of every request on a cut line."""
LINES = """log => {
    const copy = log.cloneNode(true);
    copy.querySelectorAll("time").forEach(time => time.remove());
    copy.querySelectorAll("button[aria-label]").forEach(button => button.replaceWith(`[${button.ariaLabel}]`));
    return [...copy.firstElementChild.children].map(line => line.textContent.replace(/\\s+/g, " ").trim());
}"""
"""The lines of a log, without the times, of which some depend on the hour."""


class Person:
    """Somebody in front of a page."""

    def __init__(self, name: str, page: Page, address: str, lang: str) -> None:
        self.name, self.page, self.address, self.lang = name, page, address, lang
        self.complaints: list[str] = []
        self.borne: tuple[re.Pattern[str], ...] = NO_COMPLAINT
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(f"{error}"))

    @property
    def context(self) -> BrowserContext:
        """The browser's profile of this person alone."""
        return self.page.context

    def bears(self, *complaints: re.Pattern[str]) -> None:
        """From now on these are part of the test."""
        self.borne += complaints

    def problems(self) -> list[str]:
        """What the pages complained of and nobody expected."""
        return [f"{self.name}: {words}" for words in self.complaints if not any(known.search(words) for known in self.borne)]

    async def photograph(self, folder: Path, what: str) -> None:
        """A picture of what the person sees."""
        folder.mkdir(parents=True, exist_ok=True)
        await self.page.screenshot(path=folder / f"{what}-{self.name}.png", animations="disabled")

    async def hindrances(self) -> list[str]:
        """What axe finds serious or critical in the page as it stands, and a page wider than its window."""
        # Evaluated, not added as a script: the pages' CSP stays as it is.
        await self.page.evaluate(AXE.read_text(encoding="utf-8"))
        # What was fading away while axe looked is gone when it looks again.
        problems = await self._found_by_axe() and await self._found_by_axe()
        width, window = await self.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        return [f"{self.name}: {problem}" for problem in [*problems, *([f"{width} px wide in {window}"] if width > window else [])]]

    async def _found_by_axe(self) -> list[str]:
        found = await self.page.evaluate("axe.run({resultTypes: ['violations']})")
        grave = [violation for violation in found["violations"] if violation["impact"] in GRAVE]
        return [f"{violation['id']}: {', '.join(str(node['target']) for node in violation['nodes'][:5])}" for violation in grave]

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(f"{message.text} ({message.location.get('url', '')})")

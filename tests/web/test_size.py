"""The customers' page opens in a second on a phone: what it fetches before it shows is small."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

MOST_SCRIPT_BYTES = 60_000


def test_the_customers_page_comes_with_60_kb_of_script_at_most(pages: Path) -> None:
    page = (pages / "index.html").read_text(encoding="utf-8")
    # The entry, and what Vite found that it imports: named in the head, so that all of it is fetched at once.
    scripts = sorted(set(re.findall(r'(?:src|href)="/?([^"]+\.js)"', page)))
    assert scripts
    assert sum(len(gzip.compress((pages / script).read_bytes(), 9)) for script in scripts) <= MOST_SCRIPT_BYTES


def test_a_page_fetches_nothing_from_elsewhere(pages: Path) -> None:
    for page in pages.glob("*.html"):
        assert re.findall(r'(?:src|href)="(?:https?:)?//', page.read_text(encoding="utf-8")) == [], page.name

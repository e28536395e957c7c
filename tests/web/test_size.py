"""The customers' page opens in a second on a phone: what it fetches before it shows is small."""

from __future__ import annotations

import gzip
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
DIST = ROOT / "bot/web/dist"
MOST_SCRIPT_BYTES = 60_000


def test_the_customers_page_comes_with_60_kb_of_script_at_most() -> None:
    subprocess.run(["scripts/pages.sh"], cwd=ROOT, check=True, timeout=900)
    page = (DIST / "index.html").read_text(encoding="utf-8")
    # The entry, and what Vite found that it imports: named in the head, so that all of it is fetched at once.
    scripts = sorted(set(re.findall(r'(?:src|href)="/?([^"]+\.js)"', page)))
    assert scripts
    assert sum(len(gzip.compress((DIST / script).read_bytes(), 9)) for script in scripts) <= MOST_SCRIPT_BYTES


def test_a_page_fetches_nothing_from_elsewhere() -> None:
    for page in DIST.glob("*.html"):
        assert re.findall(r'(?:src|href)="(?:https?:)?//', page.read_text(encoding="utf-8")) == [], page.name

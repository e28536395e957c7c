"""Every deed that the audit keeps has a name in both languages and can be looked for."""

from __future__ import annotations

import re
from pathlib import Path

DESK = Path("bot/web/src/desk")
KEPT = re.compile(r'(?:audit\(person|_moved\(person|put\(\s*"audit", [^,]+), "(\w+)"')


def test_whatever_is_kept_has_a_name_and_can_be_looked_for() -> None:
    kept = {what for file in Path("bot").rglob("*.py") for what in KEPT.findall(file.read_text(encoding="utf-8"))}
    assert {"claim", "announce", "export", "withdraw_offer"} <= kept
    offered = set(re.findall(r"'(\w+)'", (DESK / "team" / "AuditList.vue").read_text(encoding="utf-8")))
    assert kept - offered == set()
    for language in ("zh-CN", "en"):
        named = set(re.findall(r"\b(\w+): ['\"]", (DESK / "locales" / language / "team.ts").read_text(encoding="utf-8")))
        assert kept - named == set(), language

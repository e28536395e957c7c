"""Chinese words as people type them to search: the syllables without tones, and their first letters.

pypinyin's dictionaries take 55 MB, which a gateway with thousands of sockets should not hold for the sake of some hundred titles:
a child process reads them, answers, and ends. Run as a program, this module is that child.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import structlog

log = structlog.get_logger(__name__)

ROOT = Path(__file__).parents[2]
CHILD_S = 30
OURS = {
    "重开": [["chóng"], ["kāi"]],
    "重发": [["chóng"], ["fā"]],
    "重寄": [["chóng"], ["jì"]],
    "重拍": [["chóng"], ["pāi"]],
    "重补": [["chóng"], ["bǔ"]],
    "没收到": [["méi"], ["shōu"], ["dào"]],
    "没过": [["méi"], ["guò"]],
}
"""Shop words whose first character pypinyin reads the other way (没收 is "to confiscate")."""


def typed(words: Sequence[str]) -> list[tuple[str, str]]:
    """Pinyin and initials of each; empty ones when the child fails, so that searching by characters still works."""
    try:
        child = subprocess.run(
            [sys.executable, "-m", __name__], input=json.dumps(list(words)), cwd=ROOT, capture_output=True, text=True, check=True, timeout=CHILD_S
        )
    except (OSError, subprocess.SubprocessError) as error:
        log.error("pinyin_failed", error=type(error).__name__)
        return [("", "")] * len(words)
    return [(pinyin, initials) for pinyin, initials in json.loads(child.stdout)]


def spell(words: Sequence[str]) -> list[tuple[str, str]]:
    """The same in this process: `("tuikuan 12315", "tk 12315")` for "退款，12315"."""
    from pypinyin import Style, lazy_pinyin, load_phrases_dict

    load_phrases_dict(OURS)
    return [(_joined(lazy_pinyin(text)), _joined(lazy_pinyin(text, style=Style.FIRST_LETTER))) for text in words]


def _joined(syllables: list[str]) -> str:
    """Letters and digits; what stands between words, punctuation too, becomes one space."""
    return " ".join("".join(c if c.isalnum() else " " for c in "".join(syllables).lower()).split())


if __name__ == "__main__":
    json.dump(spell(json.load(sys.stdin)), sys.stdout)

"""A sentence of a data file in Chinese and, where the shop wrote it, in English. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from bot.checked_yaml import Checked, Place, place

LONGEST = 400
_FIELD = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Template:
    """`zh` always, `en` where it was written; placeholders are filled by whoever says it."""

    zh: str = ""
    en: str = ""

    def text(self, *, english: bool) -> str:
        """The English words for whoever writes English, if there are any."""
        return self.en if english and self.en else self.zh


def read_template(file: Checked, raw: Any, path: Place, fields: Collection[str]) -> Template:
    """`{zh: …, en: …}`; a placeholder that is not among `fields` is noted."""
    row = file.mapping(raw, path, need=("zh",), may=("en",))
    found = Template(file.text(row, "zh", path, longest=LONGEST), file.text(row, "en", path, longest=2 * LONGEST))
    for key in ("zh", "en"):
        for name in _FIELD.findall(getattr(found, key)):
            if name not in fields:
                file.tell((*path, key), f"{place(path)}没有占位符 {{{name}}}，可用 {'、'.join(sorted(fields))}")
    return found

"""data/shop/guide.yml: the steps by which an application of the wrong kind is changed. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bot.checked_yaml import Checked, Place
from bot.desk.phrases import Phrases, read_phrases
from bot.desk.template import Template, read_template
from bot.playbooks.render import FIELDS
from bot.taxonomy import Taxonomy

KEYS = ("labels", "most_stuck", "intro", "steps", "done", "buttons", "stuck", "next")
MOST_STEPS = 8
GUIDE_FIELDS = FIELDS | {"step", "steps"}


@dataclass(frozen=True)
class GuideStep:
    """What to do, and what helps whoever is stuck at it."""

    say: Template
    stuck: Template


@dataclass(frozen=True)
class Guide:
    """The file's content; without steps there is no guide."""

    labels: frozenset[str] = frozenset()
    most_stuck: int = 2
    intro: Template = field(default_factory=Template)
    steps: tuple[GuideStep, ...] = ()
    done: Template = field(default_factory=Template)
    next_button: Template = field(default_factory=Template)
    stuck_button: Template = field(default_factory=Template)
    stuck: Phrases = field(default_factory=Phrases)
    next: Phrases = field(default_factory=Phrases)


def read_guide(raw: Any, where: str = "guide.yml", taxonomy: Taxonomy | None = None) -> Guide:
    """The file's content; DataError with every problem."""
    file = Checked(raw, where)
    top = file.mapping(raw, (), need=KEYS)
    buttons = file.mapping(top.get("buttons", {}), ("buttons",), need=("next", "stuck")) if "buttons" in top else {}
    rows = file.rows(top["steps"], ("steps",), most=MOST_STEPS) if "steps" in top else []
    found = Guide(
        labels=frozenset(file.words(top, "labels", (), taxonomy.labels if taxonomy else None, what="标签")),
        most_stuck=int(file.number(top, "most_stuck", (), 2, least=1, most=5)),
        intro=_template(file, top, "intro", ()),
        steps=tuple(_step(file, row, path) for path, row in rows),
        done=_template(file, top, "done", ()),
        next_button=_template(file, buttons, "next", ("buttons",)),
        stuck_button=_template(file, buttons, "stuck", ("buttons",)),
        stuck=read_phrases(file, top["stuck"], ("stuck",)) if "stuck" in top else Phrases(),
        next=read_phrases(file, top["next"], ("next",)) if "next" in top else Phrases(),
    )
    for name, title in (("next", found.next_button), ("stuck", found.stuck_button)):
        for words in filter(None, (title.zh, title.en)):
            if ("stuck" if found.stuck.fit(words) else "next" if found.next.fit(words) else "") != name:
                file.tell(("buttons", name), f"按钮“{words}”点了认不出来，把它写进 {name} 的 has 或 whole")
    file.done()
    return found


def _step(file: Checked, raw: Any, path: Place) -> GuideStep:
    row = file.mapping(raw, path, need=("say", "stuck"))
    return GuideStep(_template(file, row, "say", path), _template(file, row, "stuck", path))


def _template(file: Checked, row: dict[str, Any], key: str, path: Place) -> Template:
    return read_template(file, row[key], (*path, key), GUIDE_FIELDS) if key in row else Template()

"""Reads data/shop/scenes.yml: every mistake at once, in Chinese, with its line and the way out. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from bot.checked_yaml import Checked, Place, place
from bot.desk.scene_facts import ANCHORS, FLAGS, LISTS, When
from bot.desk.scenes import HOOKS, ChangedMind, Proof, Scene, Scenes, Step, Words
from bot.model import JSON
from bot.taxonomy import Taxonomy
from bot.ticket_parts import Evidence

BRINGERS = ("customer", "shop", "courier")
CONDITIONS = (*LISTS, *FLAGS, "since_d", "ship_by_within_h")
STATES = ("unpaid", "paid", "shipped", "signed", "return_requested", "return_shipped", "return_signed", "refunded", "closed")
ALLOWED = {"states": STATES, "refund_kind": ("仅退款", "退货退款"), "refund_state": ("asked", "agreed", "refused", "done")}
MOST_ROWS, MOST_STEPS, MOST_BUTTONS = 40, 6, 3
_FIELD = re.compile(r"\{([^{}]*)\}")


def read_scenes(raw: Any, where: str = "scenes.yml", taxonomy: Taxonomy | None = None, *, fields: Iterable[str] = ()) -> Scenes:
    """The file's content; DataError with every problem. `fields` are the order's fields that the bot's words may have."""
    return _Reader(raw, where, taxonomy, frozenset(fields)).read()


class _Reader:
    def __init__(self, raw: Any, where: str, taxonomy: Taxonomy | None, fields: frozenset[str]) -> None:
        self._file, self._raw, self._fields = Checked(raw, where), raw, fields
        self._labels = taxonomy.labels if taxonomy else None

    def read(self) -> Scenes:
        file = self._file
        top = file.mapping(self._raw, (), need=("asks_refund", "look_h", "changed_mind", "scenes"))
        asks = frozenset(self._known_labels(top, "asks_refund", ()))
        mind = self._changed_mind(top["changed_mind"]) if "changed_mind" in top else ChangedMind()
        taken: dict[str, str] = {}
        found = file.rows(top["scenes"], ("scenes",), most=MOST_ROWS) if "scenes" in top else []
        rows = tuple(self._scene(row, path, taken) for path, row in found)
        look_h = file.number(top, "look_h", (), Scenes.look_h, least=0.1, most=240)
        file.done()
        return Scenes(rows, asks, mind, look_h)

    def _scene(self, raw: Any, path: Place, taken: dict[str, str]) -> Scene:
        file = self._file
        row = file.mapping(raw, path, need=("id", "zh", "en", "when", "next"), may=("proof", "bot", "event", "watch"))
        given = row.get("when", {})
        whens = [((*path, "when", n), item) for n, item in enumerate(given)] if isinstance(given, list) else [((*path, "when"), given)]
        steps = file.rows(row.get("next", []), (*path, "next"), most=MOST_STEPS) if "next" in row else []
        return Scene(
            id=file.name(row, "id", path, taken),
            zh=file.text(row, "zh", path, longest=40),
            en=file.text(row, "en", path, longest=80),
            when=tuple(self._when(item, here, some=True) for here, item in whens),
            next=tuple(self._step(item, here) for here, item in steps),
            proof=tuple(self._proof(item, here) for here, item in file.rows(row.get("proof", []), (*path, "proof"), least=0, most=8)),
            bot=self._words(row["bot"], (*path, "bot")) if "bot" in row else None,
            event=file.one_of(row, "event", path, HOOKS),
            watch=file.flag(row, "watch", path) is True,
        )

    def _when(self, raw: Any, path: Place, *, some: bool = False) -> When:
        file = self._file
        row = file.mapping(raw, path, need=(), may=CONDITIONS) if isinstance(raw, dict) else {}
        if not isinstance(raw, dict) or (some and not row):
            file.tell(path, f"{place(path)}要写至少一个条件，可用 {'、'.join(CONDITIONS)}")
        lists = {"labels": frozenset(self._known_labels(row, "labels", path))}
        lists |= {key: frozenset(file.words(row, key, path, allowed, what="")) for key, allowed in ALLOWED.items()}
        flags = {flag: value for flag in FLAGS if (value := file.flag(row, flag, path)) is not None}
        here = (*path, "since_d")
        since = file.mapping(row["since_d"], here, need=(), may=ANCHORS) if "since_d" in row else {}
        days = {name: file.number(since, name, here, 1, least=0.04, most=3650) for name in since if name in ANCHORS}
        within = file.number(row, "ship_by_within_h", path, 24, least=1, most=2400) if "ship_by_within_h" in row else None
        return When({key: found for key, found in lists.items() if found}, flags, days, within)

    def _step(self, raw: Any, path: Place) -> Step:
        row = self._file.mapping(raw, path, need=("zh", "en"), may=("when",))
        when = self._when(row["when"], (*path, "when")) if "when" in row else When()
        return Step(self._file.text(row, "zh", path, longest=120), self._file.text(row, "en", path, longest=200), when)

    def _proof(self, raw: Any, path: Place) -> Proof:
        file = self._file
        row = file.mapping(raw, path, need=("what", "bring"), may=("labels", "why", "example"))
        bring = file.one_of(row, "bring", path, BRINGERS) or BRINGERS[0]
        why, example = (file.text(row, key, path, longest=120) for key in ("why", "example"))
        piece = Evidence(file.text(row, "what", path, longest=60), str(bring), why=why, example=example)
        return Proof(piece, frozenset(self._known_labels(row, "labels", path)))

    def _words(self, raw: Any, path: Place) -> Words:
        file = self._file
        row = file.mapping(raw, path, need=("labels", "zh"), may=("en", "instead", "unless", "buttons", "buttons_en"))
        for key in ("zh", "en"):
            for name in _FIELD.findall(str(row.get(key, ""))):
                if self._fields and name not in self._fields:
                    file.tell((*path, key), f"{place(path)}{key} 没有占位符 {{{name}}}，可用 {'、'.join(sorted(self._fields))}")
        return Words(
            frozenset(self._known_labels(row, "labels", path)), file.text(row, "zh", path, longest=300), file.text(row, "en", path, longest=600),
            file.flag(row, "instead", path) is True, file.words(row, "unless", path), self._buttons(row, "buttons", path),
            self._buttons(row, "buttons_en", path),
        )  # fmt: skip

    def _buttons(self, row: JSON, key: str, path: Place) -> tuple[tuple[str, str], ...]:
        rows = row.get(key, [])
        good = isinstance(rows, list) and all(
            isinstance(b, list) and len(b) == 2 and all(isinstance(t, str) and t.strip() for t in b) for b in rows
        )
        if not good or len(rows) > MOST_BUTTONS:
            self._file.tell((*path, key), f"{place(path)}{key} 最多 {MOST_BUTTONS} 个，每个写成 [按钮上的字, 点了以后发出的话]")
            return ()
        return tuple((str(title), str(payload)) for title, payload in rows)

    def _changed_mind(self, raw: Any) -> ChangedMind:
        file, path = self._file, ("changed_mind",)
        row = file.mapping(raw, path, need=("words", "zh", "en", "next"), may=("unless",))
        zh, en = (file.text(row, key, path, longest=600) for key in ("zh", "en"))
        step = self._step(row["next"], (*path, "next")) if "next" in row else Step("", "")
        return ChangedMind(file.words(row, "words", path), file.words(row, "unless", path), zh, en, step)

    def _known_labels(self, row: JSON, key: str, path: Place) -> tuple[str, ...]:
        return self._file.words(row, key, path, self._labels, what="标签")

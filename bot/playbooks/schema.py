"""One playbook file's content to a Playbook, or the list of all that is wrong with it. Pure.

Problems are Chinese lines with the place in the file, so that a trainer can mend them without anyone's help.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from bot.desk.commitments import KINDS as PROMISES
from bot.model import Severity
from bot.playbooks.model import REFINEMENTS, SLOTS, STATES, Ask, Buttons, Need, Playbook, Script, Vow
from bot.playbooks.render import FIELDS, fields_of

SAY_KEYS = (*STATES, *REFINEMENTS, "any")
KEYS = {
    "faq": {"label", "needs_order", "say", "say_en", "hand_off", "buttons"},
    "claim": {"label", "soothe", "ask", "closing", "promise", "severity", "evidence"},
    "chat": {"label", "say", "say_en", "buttons"},
}
RASA_KEYS = {"rules", "stories", "nlu", "responses", "version"}
BRINGERS = ("customer", "shop", "courier")
NEED_KEYS = ("what", "bring", "slot", "why", "example")
PROMISE_KEYS = ("kind", "text", "text_en", "within_h")
LONGEST_PROMISE_H = 720
MOST_QUESTIONS = 2
IN_PROMOTION = "in_promotion"

Report = Callable[[Any, str], None]
"""report(key path, sentence): the path leads to the line in the file."""


def read_playbook(raw: Any, label: str, report: Report) -> Playbook | None:
    """The playbook of `label`; None after at least one call of `report`."""
    problems = 0

    def tell(path: Any, sentence: str) -> None:
        nonlocal problems
        problems += 1
        report(path, sentence)

    if not isinstance(raw, dict):
        tell((), "文件要写成“键: 值”，第一行是 label")
        return None
    family = label.split(".")[0]
    kind = "claim" if family in ("dispute", "case") else "faq" if family == "faq" else "chat"
    for key in raw:
        if key in RASA_KEYS:
            tell((key,), f"不能用键 {key}：Rasa 会把这个文件当成它自己的")
        elif key not in (*KEYS[kind], IN_PROMOTION):
            tell((key,), f"不认识的键 {key}，可用 {'、'.join(sorted(KEYS[kind]))}")
    if raw.get("label") != label:
        tell(("label",), f"label 应为 {label}（由文件夹和文件名决定），现在是 {raw.get('label')!r}")
    book = _claim(raw, label, tell) if kind == "claim" else _told(raw, label, tell)
    return None if problems else book


def read_in_promotion(raw: dict[str, Any], label: str, report: Report) -> Playbook | None:
    """The playbook of the promotion: the keys under `in_promotion` instead of the file's own; None when it has none, or they are wrong."""
    own = raw.get(IN_PROMOTION)
    if own is None:
        return None
    if not isinstance(own, dict) or not own or {"label", IN_PROMOTION} & set(own):
        report((IN_PROMOTION,), f"{IN_PROMOTION} 要写活动期换用的键，如 say、closing，不用再写 label")
        return None
    whole = {**{key: value for key, value in raw.items() if key != IN_PROMOTION}, **own}
    return read_playbook(whole, label, lambda path, sentence: report((IN_PROMOTION, *path), f"{IN_PROMOTION}：{sentence}"))


def _told(raw: dict[str, Any], label: str, tell: Report) -> Playbook:
    say = _script(raw.get("say"), ("say",), tell)
    if not {"any", "unknown"} & set(say):
        tell(("say",), "say 里要有 any 或 unknown：不知道订单时也要有话说")
    hand_off = raw.get("hand_off") or []
    for state in hand_off if isinstance(hand_off, list) else [hand_off]:
        if state not in SAY_KEYS:
            tell(("hand_off",), f"没有状态 {state}，可用 {'、'.join(SAY_KEYS)}")
    if not isinstance(raw.get("needs_order", False), bool):
        tell(("needs_order",), "needs_order 要写 true 或 false")
    return Playbook(
        label=label,
        needs_order=raw.get("needs_order") is True,
        say=say,
        say_en=_script(raw["say_en"], ("say_en",), tell) if "say_en" in raw else {},
        hand_off=frozenset(map(str, hand_off)) if isinstance(hand_off, list) else frozenset(),
        buttons=_buttons(raw.get("buttons") or [], tell),
    )


def _claim(raw: dict[str, Any], label: str, tell: Report) -> Playbook:
    soothe = raw.get("soothe")
    closing = raw.get("closing")
    if not isinstance(closing, str) or not closing.strip():
        tell(("closing",), "缺少 closing：转给同事时对顾客说的话")
    _known_fields(closing, ("closing",), tell)
    severity = raw.get("severity", "normal")
    if severity not in [level.value for level in Severity]:
        tell(("severity",), f"severity 不能是 {severity!r}，可用 minor、normal、serious")
        severity = "normal"
    return Playbook(
        label=label,
        soothe=_script({"any": soothe} if isinstance(soothe, str) else soothe, ("soothe",), tell),
        ask=_questions(raw.get("ask", []), tell),
        closing=str(closing or "").strip(),
        promise=_promise(raw["promise"], tell) if "promise" in raw else None,
        severity=Severity(severity),
        evidence=_evidence(raw.get("evidence") or [], tell),
    )


def _script(raw: Any, path: tuple[Any, ...], tell: Report) -> Script:
    if isinstance(raw, (str, list)):
        raw = {"any": raw}
    if not isinstance(raw, dict) or not raw:
        tell(path, f"{path[0]} 要写成“状态: 话术”，状态可用 {'、'.join(SAY_KEYS)}")
        return {}
    script = {}
    for state, value in raw.items():
        here = (*path, state)
        if state not in SAY_KEYS:
            tell(here, f"没有状态 {state}，可用 {'、'.join(SAY_KEYS)}")
        bubbles = [value] if isinstance(value, str) else value
        if not isinstance(bubbles, list) or not bubbles or len(bubbles) > 3 or not all(isinstance(b, str) and b.strip() for b in bubbles):
            tell(here, "话术要是一句话，或一到三句话的列表，不能空着")
            continue
        for bubble in bubbles:
            _known_fields(bubble, here, tell)
        script[str(state)] = tuple(bubble.strip() for bubble in bubbles)
    return script


def _known_fields(text: Any, path: tuple[Any, ...], tell: Report) -> None:
    for name in fields_of(str(text)):
        if name not in FIELDS:
            tell(path, f"没有占位符 {{{name}}}，可用 {'、'.join(sorted(FIELDS))}")


def _questions(raw: Any, tell: Report) -> tuple[Ask, ...]:
    if not isinstance(raw, list):
        tell(("ask",), "ask 要写成列表，每项 {slot: …, say: …}")
        return ()
    if len(raw) > MOST_QUESTIONS:
        tell(("ask",), f"最多问 {MOST_QUESTIONS} 个问题，现在有 {len(raw)} 个：顾客答不完就会走")
    questions = []
    for i, item in enumerate(raw):
        where = ("ask", i)
        if not isinstance(item, dict) or not isinstance(item.get("say"), str):
            tell(where, f"ask 第 {i + 1} 项要写成 {{slot: …, say: 一句话}}")
        elif item.get("slot") not in SLOTS:
            tell(where, f"ask 第 {i + 1} 项：没有槽位 {item.get('slot')}，可用 {'、'.join(SLOTS)}")
        elif set(item) - {"slot", "say"}:
            tell(where, f"ask 第 {i + 1} 项：不认识的键 {'、'.join(map(str, set(item) - {'slot', 'say'}))}")
        else:
            questions.append(Ask(item["slot"], item["say"].strip()))
    return tuple(questions)


def _evidence(raw: Any, tell: Report) -> tuple[Need, ...]:
    needs = []
    for i, item in enumerate(raw if isinstance(raw, list) else [raw]):
        where = ("evidence", i)
        if not isinstance(item, dict) or not isinstance(item.get("what"), str):
            tell(where, f"evidence 第 {i + 1} 项要写成 {{what: …, bring: customer|shop|courier}}")
        elif item.get("bring") not in BRINGERS:
            tell(where, f"evidence 第 {i + 1} 项：bring 不能是 {item.get('bring')!r}，可用 {'、'.join(BRINGERS)}")
        elif item.get("slot") is not None and item["slot"] not in SLOTS:
            tell(where, f"evidence 第 {i + 1} 项：没有槽位 {item['slot']}，可用 {'、'.join(SLOTS)}")
        elif set(item) - set(NEED_KEYS):
            unknown = "、".join(sorted(map(str, set(item) - set(NEED_KEYS))))
            tell(where, f"evidence 第 {i + 1} 项：不认识的键 {unknown}，可用 {'、'.join(NEED_KEYS)}")
        elif not all(isinstance(item.get(key, "写了"), str) and item.get(key, "写了").strip() for key in ("why", "example")):
            tell(where, f"evidence 第 {i + 1} 项：why 和 example 各写一句话，不写就把这个键删掉")
        else:
            needs.append(Need(item["what"], item["bring"], item.get("slot"), item.get("why", "").strip(), item.get("example", "").strip()))
    return tuple(needs)


def _promise(raw: Any, tell: Report) -> Vow | None:
    if not isinstance(raw, dict) or not isinstance(raw.get("text"), str) or not raw["text"].strip():
        tell(("promise",), "promise 要写成 {kind: …, text: 答应了什么, within_h: 几小时内}")
        return None
    for key in raw:
        if key not in PROMISE_KEYS:
            tell(("promise", key), f"promise 里不认识的键 {key}，可用 {'、'.join(PROMISE_KEYS)}")
    if raw.get("kind") not in PROMISES:
        tell(("promise", "kind"), f"promise 的 kind 不能是 {raw.get('kind')!r}，可用 {'、'.join(PROMISES)}")
    within = raw.get("within_h")
    if within is not None and (isinstance(within, bool) or not isinstance(within, (int, float)) or not 0 < within <= LONGEST_PROMISE_H):
        tell(("promise", "within_h"), f"promise 的 within_h 要写小时数，大于 0，最多 {LONGEST_PROMISE_H}；没有期限就删掉")
        return None
    text_en = raw.get("text_en", "")
    if not isinstance(text_en, str) or ("text_en" in raw and not text_en.strip()):
        tell(("promise", "text_en"), "promise 的 text_en 要写一句英文，不写就把这个键删掉")
        return None
    return Vow(str(raw.get("kind")), raw["text"].strip(), within, text_en.strip())


def _buttons(raw: Any, tell: Report) -> dict[str, Buttons]:
    """A list for every state, or `state: list`."""
    if not isinstance(raw, dict):
        raw = {"any": raw}
    found = {}
    for state, rows in raw.items():
        if state not in SAY_KEYS:
            tell(("buttons", state), f"没有状态 {state}，可用 {'、'.join(SAY_KEYS)}")
        good = isinstance(rows, list) and all(isinstance(b, list) and len(b) == 2 and all(isinstance(t, str) for t in b) for b in rows)
        if not good or len(rows) > 3:
            tell(("buttons",), "buttons 最多三个，每个写成 [按钮上的字, 点了以后发出的话]")
            continue
        found[str(state)] = tuple((title, re.sub(r"\s+", " ", text)) for title, text in rows)
    return found

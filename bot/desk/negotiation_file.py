"""data/shop/negotiation.yml to a Negotiation, or all that is wrong with it. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from bot.checked_yaml import Checked, Place, place
from bot.desk.negotiation import AGREED, ANGER, ENDS, GIVES_UP, INSISTS, SIGNS, Negotiation, Step, insists_needed, next_step
from bot.desk.phrases import Phrases, read_phrases
from bot.desk.severity import TONES
from bot.desk.template import Template, read_template
from bot.model import JSON
from bot.taxonomy import Taxonomy

KEYS = ("labels", "fee_step", "fee_percent", "reasons", "wishes", "freight", "signs", "buttons", "steps", "outside")
MOST_STEPS = 8
MOST_INSISTS = 3
BUTTONS = (INSISTS, GIVES_UP)
ORDER_FIELDS = frozenset({"order_tail", "item", "amount", "signed_at", "return_deadline"})
STEP_FIELDS = ORDER_FIELDS | {"freight", "fee_percent"}


def read_negotiation(raw: Any, where: str = "negotiation.yml", taxonomy: Taxonomy | None = None) -> Negotiation:
    """The file's content; DataError with every problem."""
    file = Checked(raw, where)
    top = file.mapping(raw, (), need=KEYS)
    labels = taxonomy.labels if taxonomy else None
    freight = _mapping(file, top, "freight", ("insured", "plain"))
    signs = _mapping(file, top, "signs", (*SIGNS, "insists_labels"))
    buttons = _mapping(file, top, "buttons", BUTTONS)
    found = Negotiation(
        labels=frozenset(file.words(top, "labels", (), labels, what="标签")),
        fee_on=file.one_of(top, "fee_step", (), ("off", "on")) == "on",
        fee_percent=file.number(top, "fee_percent", (), 15, least=0, most=15),
        reasons=_phrases(file, top, "reasons", ()),
        wishes=_phrases(file, top, "wishes", ()),
        anger=frozenset(file.words(signs, ANGER, ("signs",), TONES, what="语气")),
        phrases={name: _phrases(file, signs, name, ("signs",)) for name in BUTTONS},
        insists_labels=frozenset(file.words(signs, "insists_labels", ("signs",), labels, what="标签")),
        buttons={name: _template(file, buttons, name, ("buttons",), ()) for name in BUTTONS},
        insured=_template(file, freight, "insured", ("freight",), ()),
        plain=_template(file, freight, "plain", ("freight",), ()),
        outside=_template(file, top, "outside", (), ORDER_FIELDS),
        steps=_steps(file, top),
    )
    _check_buttons(file, found)
    if not file.problems:
        _check_ends(file, found)
    file.done()
    return found


def _steps(file: Checked, top: JSON) -> tuple[Step, ...]:
    known: dict[str, str] = {}
    steps = [_step(file, row, path, known) for path, row in file.rows(top["steps"], ("steps",), most=MOST_STEPS)] if "steps" in top else []
    for n, step in enumerate(steps):
        for sign, wanted in step.go.items():
            if wanted not in known:
                file.tell(("steps", n, "go", sign), f"steps 第 {n + 1} 项：go 里没有 {wanted} 这一步，可用 {'、'.join(known)}")
    return tuple(steps)


def _step(file: Checked, raw: Any, path: Place, known: dict[str, str]) -> Step:
    row = file.mapping(raw, path, need=("id", "name", "say"), may=("fee", "go", "ends"))
    ends = file.one_of(row, "ends", path, ENDS)
    go = file.mapping(row["go"], (*path, "go"), need=(), may=SIGNS) if "go" in row else {}
    if isinstance(raw, dict) and (ends is None) == ("go" not in row):
        file.tell(path, f"{place(path)}go（去哪一步）和 ends（到此为止）写一个，只写一个")
    return Step(
        file.name(row, "id", path, known), _template(file, row, "name", path, ()), _template(file, row, "say", path, STEP_FIELDS),
        file.flag(row, "fee", path) is True, {str(sign): str(step) for sign, step in go.items()}, ends,
    )  # fmt: skip


def _check_buttons(file: Checked, rules: Negotiation) -> None:
    """A button's words come back as the customer's: they must be understood as what it stands for."""
    for name, title in rules.buttons.items():
        for words in filter(None, (title.zh, title.en)):
            found = next((sign for sign in (GIVES_UP, INSISTS) if rules.phrases[sign].fit(words)), None)
            if found != name:
                file.tell(("buttons", name), f"按钮“{words}”点了认不出来，把它写进 signs.{name} 的 has 或 whole")


def _check_ends(file: Checked, rules: Negotiation) -> None:
    """With the fee step on and off: three insists agree at the latest, and anger agrees at once."""
    for fee_on in (True, False):
        tried, mode = replace(rules, fee_on=fee_on), "on" if fee_on else "off"
        times = insists_needed(tried)
        if times is None or times > MOST_INSISTS:
            file.tell(("steps",), f"steps：fee_step 是 {mode} 时，顾客坚持 {MOST_INSISTS} 次还没走到 ends: agreed，改 go 里的 insists")
        for n, step in enumerate(tried.steps):
            then = next_step(tried, step.id, {ANGER})
            if not step.ends and (fee_on or not step.fee) and (then is None or then.ends != AGREED):
                file.tell(("steps", n), f"steps 第 {n + 1} 项：顾客发火要马上同意，go 里的 anger 写到 ends: agreed 的那一步")


def _mapping(file: Checked, top: JSON, key: str, need: tuple[str, ...]) -> JSON:
    return file.mapping(top[key], (key,), need=need) if key in top else {}


def _phrases(file: Checked, row: JSON, key: str, path: Place) -> Phrases:
    return read_phrases(file, row[key], (*path, key)) if key in row else Phrases()


def _template(file: Checked, row: JSON, key: str, path: Place, fields: Collection[str]) -> Template:
    return read_template(file, row[key], (*path, key), fields) if key in row else Template()

"""What a conversation's step and end must be like, as sentences about what was not so. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from talks import Step, Talk

from bot.model import JSON, Conversation, Ticket


@dataclass(frozen=True)
class Heard:
    """What came back on one message: the bubbles as the customer reads them, the buttons, the decision."""

    texts: tuple[str, ...] = ()
    buttons: tuple[tuple[str, str], ...] = ()
    decision: JSON | None = None

    @property
    def read(self) -> str:
        """All that the customer reads, button titles too."""
        return "\n".join([*self.texts, *(f"[{title}]" for title, _ in self.buttons)])


@dataclass
class Story:
    """The story so far, for the message of a failed test."""

    talk: Talk
    story: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def heard(self, step: Step, heard: Heard, problems: list[str]) -> None:
        """Note a step and what was wrong with it."""
        self.story.append(f"顾客: {step}")
        self.story += [f"  机器人: {text}" for text in heard.texts]
        if heard.buttons:
            self.story.append(f"  按钮: {' '.join(title for title, _ in heard.buttons)}")
        if heard.decision:
            known = {key: heard.decision.get(key) for key in ("action", "label", "label2", "confidence", "group", "ask", "hand_off")}
            self.story.append(f"  决定: {known}")
        self.wrong += [f"{self.talk.file}:{step.line}: “{step}” → {problem}" for problem in problems]

    def __str__(self) -> str:
        return "\n".join([f"{self.talk}", *self.wrong, "—— 对话 ——", *self.story])


def of_step(step: Step, heard: Heard, secrets: Mapping[str, str]) -> Iterator[str]:
    """What was not as this step expects; `secrets` (words → why) may never be read by the customer."""
    expected, decision = step.expected, heard.decision
    for word, why in secrets.items():
        if word in "\n".join(heard.texts):
            yield f"说出了{why}「{word}」"
    if expected.get("silent"):
        if decision is not None or heard.texts:
            yield "已经由人接手，机器人不该再说话"
        return
    if decision is None:
        yield "没有决定"
        return
    if not heard.texts:
        yield "什么也没说"
    if any("{" in text or "}" in text for text in heard.texts):
        yield "话里有没填上的占位符"
    hand_off = decision.get("hand_off") or {}
    found = {**decision, "reason": hand_off.get("reason"), "group": hand_off.get("group") or decision.get("group")}
    for key in ("action", "label", "label2", "group", "reason", "severity", "path"):
        if key in expected and found.get(key) != expected[key]:
            yield f"{key} 要 {expected[key]}，实际 {found.get(key)}（把握 {decision.get('confidence')}）"
    if "ask" in expected and list(expected["ask"]) != list(decision.get("ask") or []):
        yield f"ask 要 {list(expected['ask'])}，实际 {decision.get('ask')}"
    yield from _words(expected, heard)


def _words(expected: Mapping[str, Any], heard: Heard) -> Iterator[str]:
    for word in expected.get("says", ()):
        if word not in heard.read:
            yield f"没有说到「{word}」"
    for word in expected.get("never", ()):
        if word in heard.read:
            yield f"不该说「{word}」"
    for title in expected.get("buttons", ()):
        if not any(title in have for have, _ in heard.buttons):
            yield f"没有按钮「{title}」"


def of_end(talk: Talk, conversation: Conversation, ticket: Ticket | None, orders: Mapping[str, JSON]) -> Iterator[str]:
    """What is not as the conversation should end."""
    then = talk.then
    owner = f"queue:{then['group']}" if "group" in then else then.get("owner")
    if owner and conversation.owner != owner:
        yield f"最后归 {owner}，实际 {conversation.owner}"
    wanted = then.get("ticket")
    if wanted is None:
        return
    if ticket is None:
        yield "没有工单"
        return
    found: dict[str, Any] = {
        "label": ticket.label, "label2": ticket.label2, "group": ticket.group, "severity": ticket.severity.value, "path": ticket.path,
        "reason": ticket.reason, "state": ticket.state.value, "previous": ticket.previous is not None,
    }  # fmt: skip
    for key in set(found) & set(wanted):
        if found[key] != wanted[key]:
            yield f"工单 {key} 要 {wanted[key]}，实际 {found[key]}"
    if "order" in wanted:
        number = orders[wanted["order"]]["order_no"] if wanted["order"] else None
        if ticket.order_no != number:
            yield f"工单的订单要 {wanted['order']}（{number}），实际 {ticket.order_no}"
    for key, have in (("have", True), ("missing", False)):
        for word in wanted.get(key, ()):
            if not any(word in item.what and item.have is have for item in ticket.evidence):
                yield f"工单证据里没有{'已有' if have else '还缺'}的「{word}」"

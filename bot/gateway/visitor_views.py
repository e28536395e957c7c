"""What a customer sees of the log: every event as the frame that shows it, or nothing. Pure but for looking names and tickets up.

Whispers, labels, evidence, the decision's inside, buyers' and agents' ids never leave here; a type that is not known shows nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from bot.model import BOT, CLOSED, JSON

ACTIONS = ("answer", "ask", "guess", "rephrase", "hand_off")


class Lookups(Protocol):
    """What an event does not hold itself."""

    async def agent_name(self, agent: str) -> str | None:
        """How the agent is called."""
        ...

    async def summary(self, ticket: str) -> JSON | None:
        """What a closed ticket was about, how it ended, what was promised."""
        ...

    async def promise(self, conversation: str, promise: str) -> JSON | None:
        """The promise's text and due time."""
        ...


class VisitorView:
    """The visitors' view: one for all of them, as all see the same."""

    def __init__(self, lookups: Lookups, groups: Mapping[str, str]) -> None:
        self._lookups = lookups
        self._groups = groups

    async def frames(self, conversation: str, events: Sequence[JSON]) -> list[JSON]:
        """The frames for these events."""
        shown = [await self._shown(conversation, event) for event in events]
        return [frame for frame in shown if frame is not None]

    async def _shown(self, conversation: str, event: JSON) -> JSON | None:
        kind, name, summary = event.get("type"), event.get("name") or None, None
        agent = agent_of(event.get("owner" if kind == "owner" else "by"))
        if kind in ("say", "owner") and agent is not None and name is None:
            name = await self._lookups.agent_name(agent)
        if kind == "owner" and event.get("owner") == CLOSED and event.get("ticket"):
            summary = await self._lookups.summary(event["ticket"])
        if kind == "promise_done" and "text" not in event:
            event = {**(await self._lookups.promise(conversation, event["id"]) or {}), **event}
        return shown(event, groups=self._groups, name=name, summary=summary)


def shown(event: JSON, *, groups: Mapping[str, str], name: str | None = None, summary: JSON | None = None) -> JSON | None:
    """The event as the customer's page shows it, None for what is not for the customer."""
    what = _SHOWN.get(str(event.get("type")))
    found = what(event) if what is not None else None
    if found is None:
        return None
    frame: JSON = {"type": "event", "no": event["no"], "at": event["at"], **found}
    if frame["kind"] == "say" and frame["from"] == "agent" and name:
        frame["name"] = name
    if frame["kind"] == "owner":
        kind, _, group = str(event["owner"]).partition(":")
        frame["name"] = name if kind == "agent" else None
        frame["group"] = groups.get(group) if kind == "queue" else None
        if kind == CLOSED and summary is not None:
            frame["summary"] = summary
    return frame


def agent_of(by: object) -> str | None:
    """The agent in `agent:<id>`."""
    kind, _, agent = str(by).partition(":")
    return agent if kind == "agent" and agent else None


def _message(event: JSON) -> JSON | None:
    frame: JSON = {"kind": "message", "from": "me", "text": event["text"]}
    if event.get("title"):
        frame["title"] = event["title"]
    return frame | {"images": _urls(event), "client_id": event["client_id"]}


def _say(event: JSON) -> JSON | None:
    by = "bot" if event.get("by") == BOT else "agent"
    buttons = [[str(title), str(payload)] for title, payload in event.get("buttons") or ()]
    return {"kind": "say", "from": by, "text": event["text"], "images": _urls(event), "buttons": buttons}


def _notice(event: JSON) -> JSON | None:
    return {"kind": "notice", "text": event["text"]}


def _turn(event: JSON) -> JSON | None:
    decision: Mapping[str, Any] = event.get("decision") or {}
    action = decision.get("action")
    if action not in ACTIONS:
        return None
    return {"kind": "turn", "ask": [str(slot) for slot in decision.get("ask") or ()], "action": action}


def _owner(event: JSON) -> JSON | None:
    kind = str(event["owner"]).partition(":")[0]
    # The desk's reasons are words of its own ("returned", "claimed"); what a person wrote as a reason is for the desk alone.
    reason = str(event.get("reason") or "")
    return {"kind": "owner", "owner": kind, "reason": reason if reason in REASONS else ""}


def _promise(event: JSON) -> JSON | None:
    return {
        "kind": "promise",
        "id": str(event["id"]),
        "text": str(event.get("text") or ""),
        "text_en": str(event.get("text_en") or ""),
        "due_at": event.get("due_at"),
        "done": event["type"] == "promise_done",
        "missed": event["type"] == "promise_missed",
    }


def _rated(event: JSON) -> JSON | None:
    return {
        # Ratings of before it was noted were those of a card: of people.
        "kind": "rated", "of": event.get("of") or "agent", "good": bool(event["good"]),
        "reasons": list(event.get("reasons") or ()), "words": event.get("words") or "",
    }  # fmt: skip


def _urls(event: JSON) -> list[str]:
    """Where the pictures are; one that a shop's system only mentioned has no file."""
    return [f"/uploads/{name}" for name in event.get("images") or () if "." in name]


REASONS = frozenset(
    {
        "claimed", "assigned", "transferred", "returned", "closed", "abandoned", "reopened", "back_to_bot", "slow", "failed", "human",
        "gathered", "claim", "anger", "escalation", "safety", "unsure", "unsatisfied", "refused", "no_answer", "state", "details",
    }
)  # fmt: skip
"""Reasons that the page may word."""

_SHOWN = {
    "message": _message,
    "say": _say,
    "notice": _notice,
    "decision": _turn,
    "owner": _owner,
    "promise": _promise,
    "promise_done": _promise,
    "promise_missed": _promise,
    "rated": _rated,
}

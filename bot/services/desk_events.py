"""The log as the desk sees it: all of it, the owners by name, phones and long numbers masked for who must not see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.model import JSON
from bot.nlu.text import mask
from bot.services.names import Names
from bot.shop.masks import number

WORDS = ("text", "title", "words", "note")
# Whose order it is stands in the panel, masked; `v` is the store's business.
DROPPED = ("v", "buyer_id")


async def as_seen(events: Sequence[JSON], names: Names, *, numbers: bool) -> list[JSON]:
    """The events for eyes that see phones and order numbers as they were written, or masked."""
    called = await names.of(sorted({agent for event in events if (agent := _new_owner(event))}))
    return [desk_event(event, called, numbers=numbers) for event in events]


def desk_event(event: JSON, called: Mapping[str, str], *, numbers: bool) -> JSON:
    """One event; `called`: the names of those who got a conversation. Pure."""
    shown = {key: value for key, value in event.items() if key not in DROPPED}
    if agent := _new_owner(event):
        shown.setdefault("name", called.get(agent, agent))
    if numbers:
        return shown
    for key in WORDS:
        if isinstance(shown.get(key), str):
            shown[key] = mask(shown[key])
    if isinstance(shown.get("order_no"), str):
        shown["order_no"] = number(shown["order_no"])
    if shown.get("buttons"):
        shown["buttons"] = [[mask(str(part)) for part in button] for button in shown["buttons"]]
    return shown


def _new_owner(event: JSON) -> str | None:
    """The agent to whom this event gives the conversation."""
    kind, _, agent = str(event.get("owner") or "").partition(":")
    return agent if event["type"] == "owner" and kind == "agent" else None

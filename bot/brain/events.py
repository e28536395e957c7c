"""Rasa's tracker events to short JSON and back: masked, without facts, by type and not by a walk over all subclasses."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import orjson
from rasa.shared.core import events as rasa_events
from rasa.shared.core.events import ActionExecuted, BotUttered, Event, SlotSet, UserUttered

from bot.nlu.text import mask

DROPPED = ("use_text_for_featurization", "policy", "action_text", "hide_rule_turn", "input_channel", "message_id")


@lru_cache(maxsize=1)
def _types() -> dict[str, type[Event]]:
    # Event.resolve_by_type walks all subclasses for each event read: most of a tracker's loading time.
    found: dict[str, type[Event]] = {}
    for value in vars(rasa_events).values():
        if isinstance(value, type) and issubclass(value, Event) and isinstance(getattr(value, "type_name", None), str):
            found.setdefault(str(value.type_name), value)  # type: ignore[attr-defined]
    return found


SHORT: dict[str, type[Event]] = {"slot": SlotSet}
"""Events that actions return all the time, made without Rasa's search for their class."""


def dump(event: Event) -> str:
    """One event as JSON: numbers masked, the facts and the understanding's details left out."""
    if isinstance(event, UserUttered):
        row: dict[str, Any] = {
            "event": "user",
            "timestamp": event.timestamp,
            "text": mask(event.text or ""),
            "parse_data": {"intent": event.intent, "entities": [_bare(row) for row in event.entities], "text": mask(event.text or "")},
        }
    elif isinstance(event, BotUttered):
        row = {"event": "bot", "timestamp": event.timestamp, "text": mask(event.text or ""), "data": {}}
    elif isinstance(event, ActionExecuted):
        row = {"event": "action", "timestamp": event.timestamp, "name": event.action_name}
    elif isinstance(event, SlotSet):
        row = {"event": "slot", "timestamp": event.timestamp, "name": event.key, "value": event.value}
    else:
        row = {key: value for key, value in event.as_dict().items() if value is not None and key not in DROPPED}
    return orjson.dumps(row, default=str).decode()


def load(rows: Iterable[str]) -> list[Event]:
    """The events that `dump` wrote; a type nobody knows is left out."""
    types = _types()
    found = []
    for row in rows:
        parameters = orjson.loads(row)
        kind = types.get(parameters.get("event"))
        if kind is not None:
            found.append(kind._from_parameters(parameters))
    return found


def _bare(entity: dict[str, Any]) -> dict[str, Any]:
    return {"entity": entity.get("entity"), "value": mask(str(entity.get("value", "")))}

"""The log as the desk sees it: all of it, with phones and long numbers masked for who must not see them. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.desk.rights import Person, sees_numbers
from bot.model import JSON
from bot.nlu.text import mask

WORDS = ("text", "title", "words", "note")
# Whose order it is stands in the panel, masked; `v` is the store's business.
DROPPED = ("v", "buyer_id")


def as_seen_by(person: Person, events: Sequence[JSON]) -> list[JSON]:
    """The events for this person's eyes."""
    return [desk_event(event, numbers=sees_numbers(person.role)) for event in events]


def desk_event(event: JSON, *, numbers: bool) -> JSON:
    """One event; `numbers`: whether phones and order numbers stand as they were written."""
    shown = {key: value for key, value in event.items() if key not in DROPPED}
    if numbers:
        return shown
    for key in WORDS:
        if isinstance(shown.get(key), str):
            shown[key] = mask(shown[key])
    if shown.get("buttons"):
        shown["buttons"] = [[mask(str(part)) for part in button] for button in shown["buttons"]]
    return shown

"""The log as frames for the desk: all of it, with numbers masked for those who must not see them. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.model import JSON
from bot.services.desk_events import desk_event

IN_ONE_FRAME = 100


class DeskView:
    """How the desk sees a conversation; two of them serve everybody, so that each event is made ready once."""

    def __init__(self, *, numbers: bool) -> None:
        self._numbers = numbers

    async def frames(self, conversation: str, events: Sequence[JSON]) -> list[JSON]:
        """The `events` frames for these."""
        shown = [desk_event(event, numbers=self._numbers) for event in events]
        pages = [shown[start : start + IN_ONE_FRAME] for start in range(0, len(shown), IN_ONE_FRAME)]
        return [{"type": "events", "conversation": conversation, "events": page} for page in pages]

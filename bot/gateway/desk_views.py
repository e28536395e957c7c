"""The log as frames for the desk: all of it, with numbers masked for those who must not see them."""

from __future__ import annotations

from collections.abc import Sequence

from bot.model import JSON
from bot.services.desk_events import as_seen
from bot.services.names import Names

IN_ONE_FRAME = 100


class DeskView:
    """How the desk sees a conversation; two of them serve everybody, so that each event is made ready once."""

    def __init__(self, names: Names, *, numbers: bool) -> None:
        self._names, self._numbers = names, numbers

    async def frames(self, conversation: str, events: Sequence[JSON]) -> list[JSON]:
        """The `events` frames for these."""
        shown = await as_seen(events, self._names, numbers=self._numbers)
        pages = [shown[start : start + IN_ONE_FRAME] for start in range(0, len(shown), IN_ONE_FRAME)]
        return [{"type": "events", "conversation": conversation, "events": page} for page in pages]

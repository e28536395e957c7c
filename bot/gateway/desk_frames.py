"""The frames that a page of the desk may send (docs/live.md §6)."""

from __future__ import annotations

from typing import Literal

from pydantic import ConstrainedStr, StrictBool

from bot.gateway.desk_sent import OUTGOING
from bot.gateway.frames import Frame, No, Ping, by_type, schema_of
from bot.model import JSON
from bot.stores.codec import MAX_ID_CHARS


class ConversationId(ConstrainedStr):
    """A conversation, by its id."""

    strict = True
    min_length, max_length = 1, MAX_ID_CHARS


class Watch(Frame):
    """Show me this conversation from here on, and first what stands above the number."""

    type: Literal["watch"]
    conversation: ConversationId
    after: No = No(0)


class Unwatch(Frame):
    """The page closed it."""

    type: Literal["unwatch"]
    conversation: ConversationId


class AgentTyping(Frame):
    """Somebody writes a line there, or stopped."""

    type: Literal["typing"]
    conversation: ConversationId
    on: StrictBool


class Seen(Frame):
    """Read up to this number."""

    type: Literal["seen"]
    conversation: ConversationId
    no: No


class Active(Frame):
    """Somebody moved a hand: the sign-in idles anew."""

    type: Literal["active"]


INCOMING = by_type(Watch, Unwatch, AgentTyping, Seen, Active, Ping)


def document() -> JSON:
    """The schema of this socket, for GET /api/frames.json and the tests."""
    return schema_of(INCOMING, OUTGOING)

"""The frames that a visitor's page may send (docs/live.md §3)."""

from __future__ import annotations

from typing import Literal

from pydantic import ConstrainedList, ConstrainedStr, Field, StrictBool, StrictStr

from bot.gateway.frames import ClientId, Frame, No, by_type, schema_of
from bot.gateway.payloads import MAX_PICTURES
from bot.gateway.pictures import NAME
from bot.gateway.visitor_sent import OUTGOING
from bot.model import JSON

MOST_WORDS = 500


class PictureName(ConstrainedStr):
    """A picture of our own, by its name."""

    strict = True
    regex = rf"^{NAME.pattern}(?!\n)$"


class PictureNames(ConstrainedList):
    """One to nine pictures."""

    item_type = PictureName
    __args__ = (PictureName,)
    min_items, max_items = 1, MAX_PICTURES


class Title(ConstrainedStr):
    """What stands on a button."""

    strict = True
    min_length, max_length = 1, 200


class ReasonName(ConstrainedStr):
    """The name of a reason in data/shop/page.yml."""

    strict = True
    regex = r"^[a-z][a-z0-9_]{0,31}(?!\n)$"


class ReasonNames(ConstrainedList):
    """The reasons that somebody ticked."""

    item_type = ReasonName
    __args__ = (ReasonName,)
    max_items = 12


class RatingWords(ConstrainedStr):
    """What somebody adds to a rating."""

    strict = True
    max_length = MOST_WORDS


class TicketId(ConstrainedStr):
    """A ticket's id."""

    strict = True
    max_length = 64


class VisitorFrame(Frame):
    """The first frame carries the token, whatever its type; a later one may bring a renewed token of the same conversation."""

    token: StrictStr | None


class Sync(VisitorFrame):
    """Give me what is above this number."""

    type: Literal["sync", "hello", "auth"]
    after: No = No(0)


class Message(VisitorFrame):
    """Words of the customer."""

    type: Literal["message"]
    client_id: ClientId
    text: StrictStr


class Image(VisitorFrame):
    """Pictures that were uploaded before, with words or without."""

    type: Literal["image"]
    client_id: ClientId
    images: PictureNames
    text: StrictStr = StrictStr("")


class Button(VisitorFrame):
    """A button: the log keeps `payload` as the text, and `title` to show."""

    type: Literal["button"]
    client_id: ClientId
    title: Title
    payload: StrictStr


class Typing(VisitorFrame):
    """The customer types, or stopped."""

    type: Literal["typing"]
    on: StrictBool


class Rate(VisitorFrame):
    """How it was; a later one replaces it."""

    type: Literal["rate"]
    client_id: ClientId
    ticket: TicketId | None
    good: StrictBool
    reasons: ReasonNames = Field(default_factory=list)
    words: RatingWords = RatingWords("")


class VisitorPing(VisitorFrame):
    """Whether the line still stands."""

    type: Literal["ping"]


INCOMING = by_type(Sync, Message, Image, Button, Typing, Rate, VisitorPing)


def document() -> JSON:
    """The schema of this socket, for GET /api/frames.json and the tests."""
    return schema_of(INCOMING, OUTGOING)

"""Bodies of the desk's requests: known keys only, nothing converted."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, TypeVar

import aiohttp
from aiohttp import web
from pydantic import (
    BaseModel,
    ConstrainedInt,
    ConstrainedList,
    ConstrainedStr,
    Extra,
    Field,
    StrictBool,
    StrictInt,
    StrictStr,
    ValidationError,
)

from bot.errors import BadInput
from bot.gateway import payloads
from bot.gateway.frames import ClientId, No
from bot.gateway.payloads import MAX_PICTURES
from bot.gateway.pictures import NAME

B = TypeVar("B", bound="Body")
MAX_NOTE = 1000
MOST_FEN = 100_000_000


class Body(BaseModel):
    """One body."""

    class Config:
        extra = Extra.forbid


class Word(ConstrainedStr):
    """A name or a reason."""

    strict = True
    max_length = MAX_NOTE


class Picture(ConstrainedStr):
    """A picture of our own, by its name."""

    strict = True
    regex = rf"^{NAME.pattern}(?!\n)$"


class Pictures(ConstrainedList):
    """At most nine pictures."""

    item_type = Picture
    __args__ = (Picture,)
    max_items = MAX_PICTURES


class Fen(ConstrainedInt):
    """An amount of money, in whole fen."""

    strict = True
    ge = 0
    le = MOST_FEN


class Goods(ConstrainedList):
    """Stock numbers or titles."""

    item_type = Word
    __args__ = (Word,)
    max_items = 200


class Nothing(Body):
    """{}"""


class SignInBody(Body):
    """Name and password, or a link's token."""

    name: Word | None
    password: Word | None
    link: Word | None


class PasswordBody(Body):
    """The new password, and the old one unless a link began the sign-in."""

    old: Word | None
    new: Word


class PresenceBody(Body):
    """How I am there, and for how many at once."""

    status: Literal["online", "busy", "break"]
    capacity: int | None = Field(None, ge=1, le=1000, strict=True)


class DeedBody(Body):
    """A deed that is safe to send again."""

    deed: ClientId


class SayBody(Body):
    """A line for the customer."""

    client_id: ClientId
    text: StrictStr
    images: Pictures = Field(default_factory=list)


class WhisperBody(Body):
    """A note for colleagues."""

    client_id: ClientId
    text: StrictStr


class PromiseBody(Body):
    """What the customer may count on."""

    client_id: ClientId
    text: StrictStr
    due_at: StrictStr | None
    kind: Word = Word("other")

    def due(self) -> datetime | None:
        """The time, aware. BadInput."""
        return payloads.moment(self.due_at)


class OfferBody(DeedBody):
    """What the customer is offered, in fen."""

    kind: Word
    amount_fen: Fen
    words: Word


class DecideBody(Body):
    """A supervisor's word on it."""

    yes: StrictBool
    note: Word = Word("")


class SuggestBody(Body):
    """What an agent typed."""

    text: StrictStr


class ProofBody(Body):
    """Until when the platform wants the shop's proof; null: it wants none any more."""

    due_at: StrictStr | None = Field(...)

    def due(self) -> datetime | None:
        """The time, aware. BadInput."""
        return payloads.moment(self.due_at)


class ReasonBody(Body):
    """Why."""

    reason: Word = Word("")


class TransferBody(Body):
    """To a group or an agent."""

    group: Word | None
    agent: Word | None
    reason: Word = Word("")


class CloseBody(Body):
    """How it ended."""

    outcome: Word
    note: Word = Word("")
    cost_fen: StrictInt | None
    cause: Word | None


class PlanBody(Body):
    """What the shop will do, as the customer is told, and what colleagues do then; without words it is known elsewhere."""

    words: StrictStr = StrictStr("")
    deed: StrictStr = StrictStr("")


class TellBody(Body):
    """A line that is safe to send again."""

    client_id: ClientId


class PlanAnswerBody(Body):
    """The customer's yes or no, and the message that says so."""

    yes: StrictBool
    no: No | None


class FollowUpBody(Body):
    """What came of asking after the deed."""

    result: Literal["satisfied", "unsatisfied", "not_reached"]
    note: Word = Word("")


class LabelBody(Body):
    """The right label, and the sentence that shows it."""

    label: Word
    message_no: No | None


class EvidenceBody(Body):
    """A piece that is there, or is not."""

    what: Word
    have: StrictBool
    no: No | None
    name: Picture | None
    detach: StrictBool = False
    """What `no` and `name` name belongs to the piece no longer."""


class UnmaskBody(Body):
    """What to show."""

    what: Literal["buyer"]


class RetryBody(Body):
    """One that was given up; null: all of them."""

    id: Word | None


class PhaseBody(Body):
    """The shop's phase."""

    phase: Word


class AnnounceBody(Body):
    """When it is back, when it goes off by itself, which goods; a deed that is safe to send again."""

    deed: ClientId
    back_at: StrictStr | None
    until: StrictStr | None
    goods: Goods = Field(default_factory=list)

    def times(self) -> tuple[datetime | None, datetime | None]:
        """back_at and until, aware. BadInput."""
        return payloads.moment(self.back_at, "back_at"), payloads.moment(self.until, "until")


class PreviewBody(Body):
    """The time that the words would name."""

    back_at: StrictStr | None

    def back(self) -> datetime | None:
        """The time, aware. BadInput."""
        return payloads.moment(self.back_at, "back_at")


async def body_of(request: web.Request, model: type[B]) -> B:
    """The request's body; BadInput names every field that is wrong, never what stood in it."""
    try:
        raw = await request.read()
    except (web.RequestPayloadError, aiohttp.ClientPayloadError, aiohttp.http_exceptions.HttpProcessingError):
        raise BadInput("请求正文不完整，或编码与请求头不符") from None
    value: dict[str, Any] = payloads.parse_json(raw) if raw.strip() else {}
    try:
        return model.parse_obj(value)
    except ValidationError as error:
        known = set(model.__fields__)
        wrong = sorted({str(row["loc"][0]) for row in error.errors()} & known)
        parts = [f"{'、'.join(wrong)} 缺少或不对"] if wrong else []
        parts += ["有不认识的字段"] if {str(row["loc"][0]) for row in error.errors()} - known else []
        raise BadInput(f"请求的字段不对：{'，'.join(parts)}") from None

"""What the shop's systems are told of the desk: which body, signed how, and when it is tried again (docs/webhooks.md). Pure."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta

from bot.model import JSON

FIRST_WAIT_S, LONGEST_WAIT_S = 5.0, 3600.0
GIVEN_UP_AFTER = timedelta(days=1)
GONE = "http_410"
"""The receiver says that it wants no more of it."""
TOO_LARGE = "too_large"
HOPELESS = frozenset({GONE, TOO_LARGE})
PING = "ping"
_OF_THE_LOG = ("v", "at", "hook")


def delivery_id(conversation: str, no: int) -> str:
    """The same for every try of an event, so that a receiver can drop what it has; letters that a header may hold."""
    return hashlib.sha256(f"{conversation}\n{no}".encode("utf-8", "surrogatepass")).hexdigest()[:32]


def payload(delivery: str, conversation: str, event: JSON, ticket: JSON | None) -> JSON:
    """The body. `ticket` is as it stands when it is sent, `data` what the log says of the event."""
    data = {key: value for key, value in event.items() if key not in _OF_THE_LOG}
    return {"id": delivery, "event": event["hook"], "at": event["at"], "conversation": conversation, "ticket": ticket, "data": data}


def signature(secret: str, at_s: int, body: bytes) -> str:
    """t=<unix>,v1=<hex HMAC-SHA256 of "t.body">. The time is signed with the body, so that an old one cannot be sent again."""
    digest = hmac.new(secret.encode(), f"{at_s}.".encode() + body, hashlib.sha256)
    return f"t={at_s},v1={digest.hexdigest()}"


def next_try(tries: int, since: datetime, error: str, now: datetime, chance: float) -> datetime | None:
    """When it is tried again after that many tries, the first of them at `since`: 5 s later, then twice as long each time up to an
    hour, the half of it by chance (0 to 1), so that not all come back at once. None: given up, after a day or when it is hopeless."""
    if error in HOPELESS or now - since >= GIVEN_UP_AFTER:
        return None
    wait = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** min(tries - 1, 20))
    return now + timedelta(seconds=wait * (1 + chance) / 2)

"""Who a visitor is: the shop's identity token checked, our session token signed and read.

A session token names a conversation. A buyer's conversation is made from the buyer's id with a secret, so it is the same on every device
and nobody reads the buyer from it, not even in a log.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

import jwt

from bot.errors import BadIdentity, NotAllowed

ALGORITHM = "HS256"
AUDIENCE = "qiantai-visitor"
ANONYMOUS_FOR = timedelta(days=7)
VERIFIED_FOR = timedelta(hours=12)
LEEWAY_S = 30
MOST_CHARS = 4096
MOST_BUYER_CHARS = 128


@dataclass(frozen=True)
class Visitor:
    """Who a session is for; `buyer` only when the shop vouched for it."""

    conversation: str
    buyer: str | None
    until: datetime


class VisitorTokens:
    """Signs and reads tokens: `secret` is ours, `identity_secret` the shop's."""

    def __init__(self, secret: str, identity_secret: str) -> None:
        self._secret, self._identity_secret = secret, identity_secret

    def buyer(self, identity: str) -> str:
        """The buyer that the shop's token names. BadIdentity."""
        claims = self._claims(identity, self._identity_secret, None, ["sub", "exp"])
        buyer = claims.get("sub") if claims is not None else None
        if not isinstance(buyer, str) or not 0 < len(buyer) <= MOST_BUYER_CHARS or any(unicodedata.category(c) in ("Cc", "Cs") for c in buyer):
            raise BadIdentity("身份令牌无效或已过期：请从店铺页面重新打开聊天")
        return buyer

    def identity(self, buyer: str, until: datetime) -> str:
        """An identity token as the shop would sign it, for the demo shop."""
        return jwt.encode({"sub": buyer, "exp": until}, self._identity_secret, ALGORITHM)

    def visitor(self, buyer: str | None, old: str | None, now: datetime) -> Visitor:
        """Who comes with this buyer's identity or an old token: the buyer, else who it was before, else somebody new."""
        now = now.replace(microsecond=0)  # as a token keeps it
        if buyer is not None:
            return Visitor(self.conversation_of(buyer), buyer, now + VERIFIED_FOR)
        known = self._read(old) if old else None
        if known is not None and known.buyer is not None:
            return known  # Only the shop can make it last longer.
        return Visitor(known.conversation if known else f"web-{secrets.token_hex(12)}", None, now + ANONYMOUS_FOR)

    def session(self, visitor: Visitor, now: datetime) -> str:
        """The session token."""
        claims = {"aud": AUDIENCE, "c": visitor.conversation, "iat": now, "exp": visitor.until}
        return jwt.encode(claims | ({"b": visitor.buyer} if visitor.buyer is not None else {}), self._secret, ALGORITHM)

    def read(self, token: str | None) -> Visitor:
        """Who holds this session token. NotAllowed when it is missing, wrong or expired."""
        found = self._read(token) if token else None
        if found is None:
            raise NotAllowed("会话已过期，请刷新页面")
        return found

    def conversation_of(self, buyer: str) -> str:
        """The buyer's conversation."""
        return "web-" + hmac.new(self._secret.encode(), f"conversation of {buyer}".encode(), hashlib.sha256).hexdigest()[:24]

    def _read(self, token: str) -> Visitor | None:
        claims = self._claims(token, self._secret, AUDIENCE, ["aud", "exp", "c"])
        if claims is None or not isinstance(claims["c"], str):
            return None
        return Visitor(claims["c"], claims.get("b"), datetime.fromtimestamp(claims["exp"], timezone.utc))

    @staticmethod
    def _claims(token: str, secret: str, audience: str | None, needed: list[str]) -> dict[str, Any] | None:
        if len(token) > MOST_CHARS:
            return None
        try:
            return jwt.decode(token, secret, [ALGORITHM], audience=audience, leeway=LEEWAY_S, options={"require": needed})
        except jwt.InvalidTokenError:
            return None

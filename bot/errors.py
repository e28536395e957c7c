"""Errors with facts: a code for programs, a status for HTTP, a Chinese sentence for people."""

from __future__ import annotations


class BotError(Exception):
    """Something known went wrong; `str(error)` is the sentence for the reader."""

    code = "error"
    status = 400


class BadInput(BotError):
    """What came in does not have the form it must have."""

    code = "bad_input"


class DataError(BotError):
    """Files below data/ are wrong; `problems` holds one Chinese line per problem."""

    code = "bad_data"

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class NotFound(BotError):
    """There is no such thing, or it is not for this reader."""

    code = "not_found"
    status = 404


class NotAllowed(BotError):
    """Nobody signed in, or not with this right."""

    code = "not_allowed"
    status = 401


class Forbidden(BotError):
    """Signed in, but without the right."""

    code = "forbidden"
    status = 403


class BlanksLeft(BotError):
    """A script's blank was not filled in."""

    code = "blanks_left"


class BadIdentity(BotError):
    """The shop's token that says who its customer is does not hold."""

    code = "bad_identity"
    status = 401


class NotVerified(BotError):
    """Only for buyers for whom the shop vouched."""

    code = "not_verified"
    status = 401


class Stale(BotError):
    """Somebody else changed the owner or the ticket first; nothing was written."""

    code = "stale"
    status = 409


class TicketTaken(BotError):
    """Another agent was faster."""

    code = "ticket_taken"
    status = 409

    def __init__(self, ticket_id: str, agent_id: str | None) -> None:
        super().__init__(f"工单 {ticket_id} 已被 {agent_id or '其他客服'} 领取")
        self.agent_id = agent_id


class WrongMove(BotError):
    """A ticket cannot go from its state to the wished one."""

    code = "wrong_move"
    status = 409


class TooMany(BotError):
    """A limit per sender, address or key was passed."""

    code = "too_many"
    status = 429


class TooLong(BotError):
    """A message or body is larger than the contract allows."""

    code = "too_long"
    status = 413


class StoreDown(BotError):
    """Redis or PostgreSQL does not answer. A write whose answer was lost may have happened: send again under the same id."""

    code = "store_down"
    status = 503


class ModelMissing(BotError):
    """There is no trained model, or it cannot be read."""

    code = "model_missing"
    status = 503

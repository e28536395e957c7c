"""A plan and the customer's yes to it: told with two buttons, answered by one of them or by an agent's word for it [3 ch. 2, 4]. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime

from bot.desk.tickets import OPEN
from bot.errors import WrongMove
from bot.model import Ticket
from bot.ticket_parts import Plan

_ANSWER = re.compile(r"(?:(同意|不同意)方案|(I agree to|I do not agree to) plan) (\S+)#(\d{1,6})")
_CHINESE = re.compile(r"[\u3400-\u9fff]")
MADE, AGREED, REFUSED = "made", "agreed", "refused"


@dataclass(frozen=True)
class Answer:
    """What a plan's button says: yes or no to the nth plan of a ticket."""

    ticket: str
    n: int
    yes: bool
    english: bool


def buttons(ticket_id: str, plan: Plan) -> tuple[tuple[str, str], ...]:
    """(title, what it sends) of the two buttons, in the language of the plan's words. What is sent names the plan: an old button
    never answers a new one."""
    name = f"{ticket_id}#{plan.n}"
    if _CHINESE.search(plan.words):
        return ("同意", f"同意方案 {name}"), ("不同意", f"不同意方案 {name}")
    return ("I agree", f"I agree to plan {name}"), ("I do not agree", f"I do not agree to plan {name}")


def answer_in(text: str) -> Answer | None:
    """The answer that a message is; None for any other message."""
    found = _ANSWER.fullmatch(text.strip())
    if found is None:
        return None
    chinese, english, ticket, n = found.groups()
    return Answer(ticket, int(n), (chinese or english) in ("同意", "I agree to"), english is not None)


def made(ticket: Ticket, words: str, deed: str, by: str, now: datetime) -> Ticket:
    """The ticket with a new plan in the place of the one before."""
    return replace(ticket, plan=Plan((ticket.plan.n if ticket.plan else 0) + 1, words, deed, by, now))


def told(ticket: Ticket, n: int, now: datetime) -> Ticket:
    """The customer reads its nth plan; the first time counts. WrongMove when it has another by now."""
    plan = ticket.plan
    if plan is None or plan.n != n:
        raise WrongMove("方案已经换了新的，这一份没有发出")
    return ticket if plan.told_at else replace(ticket, plan=replace(plan, told_at=now))


def answered(ticket: Ticket, n: int, yes: bool, no: int | None, now: datetime) -> Ticket:
    """The ticket with the customer's yes or no to its nth plan, and the message that proves it. WrongMove when that plan is no
    longer its plan, or has another answer."""
    plan = ticket.plan
    if plan is None or plan.n != n:
        raise WrongMove("方案已经换了新的，这个答复没有记下")
    if plan.is_answered:
        if yes is (plan.agreed_at is not None):
            return ticket
        raise WrongMove("顾客已经答过这个方案；要改就出一份新的方案")
    at = {"agreed_at": now} if yes else {"refused_at": now}
    return replace(ticket, plan=replace(plan, answer_no=no, **at))  # type: ignore[arg-type]


def is_live(ticket: Ticket, n: int) -> bool:
    """Whether its nth plan waits for an answer. In whose hands the ticket is makes no difference: a colleague takes the plan over."""
    return ticket.state in OPEN and ticket.plan is not None and ticket.plan.n == n and not ticket.plan.is_answered


def too_late(ticket: Ticket | None, answer: Answer) -> str:
    """What the customer reads who pressed a button that answers nothing any more."""
    plan = ticket.plan if ticket else None
    if ticket is None or ticket.state not in OPEN:
        zh, en = (
            "这件事已经结束，这次点选没有记下。还有问题请直接写给我们。",
            "This matter has ended; your choice was not recorded. Please write to us.",
        )
    elif plan is not None and plan.n == answer.n and plan.is_answered:
        said = plan.agreed_at is not None
        zh = f"您已经答过“{'同意' if said else '不同意'}”，没有改动。想改请直接写给我们。"
        en = f"You have already said that you {'agree' if said else 'do not agree'}; nothing was changed. To change it, please write to us."
    else:
        # Also when it changed in the moment between reading and ticking.
        zh, en = (
            "方案有了变化，这次点选没有记下，请看最新的一条。",
            "The plan has changed; your choice was not recorded. Please see the latest one.",
        )
    return en if answer.english else zh

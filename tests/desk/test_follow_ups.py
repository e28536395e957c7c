from __future__ import annotations

from dataclasses import replace

import pytest

from bot.desk.follow_ups import RESULTS, FollowUpRule, done, due, end_look, is_open
from bot.errors import WrongMove
from bot.model import Severity, Ticket
from bot.ticket_parts import FollowUp
from tests.stores.redis_builders import NOON, a_ticket, after

RULE = FollowUpRule(24, frozenset({"serious"}), frozenset({"dispute.escalation"}), frozenset({"duplicate"}), tries=2)
DAY = 86_400


def closed(**changes: object) -> Ticket:
    return replace(a_ticket(), follow_up=FollowUp(after(DAY)), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("severity", "label", "label2", "outcome", "wanted"),
    [
        (Severity.SERIOUS, "faq.tracking", None, "refunded", True),
        (Severity.NORMAL, "faq.tracking", None, "refunded", False),
        (Severity.MINOR, "dispute.escalation", None, "refunded", True),
        (Severity.MINOR, "faq.tracking", "dispute.escalation", "refunded", True),
        (Severity.SERIOUS, "dispute.escalation", None, "duplicate", False),
    ],
)
def test_which_matters_are_followed_up(severity: Severity, label: str, label2: str | None, outcome: str, wanted: bool) -> None:
    ticket = replace(a_ticket(severity=severity), label=label, label2=label2)
    assert due(RULE, ticket, outcome, NOON) == (FollowUp(after(DAY)) if wanted else None)
    assert due(None, ticket, outcome, NOON) is None


@pytest.mark.parametrize("result", RESULTS[:2])
def test_what_the_customer_said_ends_it(result: str) -> None:
    ticket = done(closed(), result, "都好", "s1", after(DAY), RULE)
    assert ticket.follow_up == FollowUp(after(DAY), 0, after(DAY), "s1", result, "都好")
    assert not is_open(ticket)
    assert done(ticket, result, "", "s2", after(2 * DAY), RULE) == ticket
    with pytest.raises(WrongMove):
        done(ticket, "not_reached", "", "s2", after(2 * DAY), RULE)


def test_who_was_not_reached_is_asked_again_until_it_was_tried_often_enough() -> None:
    once = done(closed(), "not_reached", "", "s1", after(DAY), RULE)
    assert once.follow_up == FollowUp(after(2 * DAY), 1) and is_open(once)
    twice = done(once, "not_reached", "", "s1", after(2 * DAY), RULE)
    assert twice.follow_up is not None and (twice.follow_up.tries, twice.follow_up.result, is_open(twice)) == (2, "not_reached", False)


def test_where_nothing_is_to_be_asked_nothing_can_be_ticked() -> None:
    with pytest.raises(WrongMove):
        done(a_ticket(), "satisfied", "", "s1", NOON, RULE)


def test_the_watch_looks_when_the_follow_up_is_due_or_a_day_after_the_end() -> None:
    assert end_look(FollowUp(after(7)), NOON) == after(7)
    assert end_look(None, NOON) == after(DAY)

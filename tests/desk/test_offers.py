"""Offers: made or asked by what stands already, decided by another, and the duties that follow them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.desk.authority import Authority, ByRule, Limit
from bot.desk.duties import OFFER, REPLY, Pace, opened
from bot.desk.offers import (
    AGREED,
    ASKED,
    MADE,
    MOVES,
    REFUSED,
    WITHDRAWN,
    Matter,
    Room,
    decided,
    find,
    is_asked,
    matter_order,
    offered,
    weighed,
    withdrawn,
    word_duty,
    yuan,
)
from bot.desk.rights import Person
from bot.desk.sla import Clock, DutyRule
from bot.errors import BadInput, Forbidden, NotFound, WrongMove
from bot.model import Order, Ticket
from bot.ticket_parts import Offer, OfferState
from tests.stores.redis_builders import NOON, a_ticket, after

LIN, BOSS, CHIEF = Person("s1", "小林", "agent"), Person("s4", "主管王", "supervisor"), Person("s5", "店长", "supervisor")
RULES = Authority(
    10_000, {"agent": Limit(of_average=0.3), "supervisor": Limit(of_order=0.5)}, (ByRule("return"),), frozenset({"faq.small"})
)
MATTER = Matter(RULES, "after_sales", 20_000)
HERE, AWAY = Pace(), Pace(supervisor_there=False)
WORD = word_duty(Clock(1800, 1200), Clock(28_800, 21_600), ())
ROWS = (
    DutyRule("reply", "问清", "agent", 30, ends_with=REPLY),
    DutyRule("offer", "权限内同意，超出提交主管", "agent", 30, ends_with=OFFER),
    DutyRule("decide", "给出结果", "supervisor", 30, absent_m=480, after="offer", ends_with="decide"),
)


def an_offer(amount: int, kind: str = "compensation", *, id: str = "o1", by: str = "agent:s1") -> Offer:
    return Offer(id, kind, amount, "补一点", by, NOON, ASKED)


def a_matter(rules: tuple[DutyRule, ...] = ROWS) -> Ticket:
    ticket = a_ticket(due_s=1800)
    return replace(ticket, duties=opened(rules, ticket, warn_at=after(1200), pace=HERE))


def put(
    ticket: Ticket, amount: int, *, id: str, person: Person = LIN, pace: Pace = HERE, seconds: float = 60, kind: str = "compensation"
) -> Ticket:
    offer = weighed(MATTER, ticket, person, an_offer(amount, kind, id=id, by=f"agent:{person.id}"))
    return offered(ticket, offer, person.id, after(seconds), pace, WORD)


def states(ticket: Ticket) -> list[OfferState]:
    return [offer.state for offer in ticket.offers]


def clock(ticket: Ticket, duty: str) -> tuple[float | None, bool]:
    """(seconds after noon at which it is due, whether it is done)."""
    found = next(found for found in ticket.duties if found.id == duty)
    return (found.due_at - NOON).total_seconds() if found.due_at else None, found.done_at is not None


def test_what_stands_counts_together_so_that_splitting_gains_nothing() -> None:
    ticket = a_matter()
    for number in range(4):
        ticket = put(ticket, 1000, id=f"o{number}")
    assert states(ticket) == [MADE, MADE, MADE, ASKED]
    assert MATTER.room(LIN, ticket) == Room(3000, 0, 20_000, False)
    freed = withdrawn(withdrawn(ticket, "o0", LIN, NOON), "o3", LIN, NOON)
    assert MATTER.room(LIN, freed).left_fen == 1000
    assert states(put(freed, 1000, id="o9"))[-1] is MADE and states(put(freed, 1001, id="o9"))[-1] is ASKED


def test_what_stood_before_the_matter_was_opened_again_counts_too() -> None:
    before = replace(MATTER, earlier=(replace(an_offer(2500), state=MADE), replace(an_offer(9000), state=REFUSED)))
    assert before.room(LIN, a_matter()).left_fen == 500
    assert weighed(before, a_matter(), LIN, an_offer(501)).state is ASKED


def test_a_supervisor_has_his_own_limit() -> None:
    assert [weighed(MATTER, a_matter(), BOSS, an_offer(amount)).state for amount in (10_000, 10_001)] == [MADE, ASKED]


def test_what_the_rules_grant_is_made_at_once_and_takes_nothing_from_the_limit() -> None:
    ticket = put(a_matter(), 20_000, id="back", kind="return")
    assert states(ticket) == [MADE] and ticket.offers[0].by_rule
    assert MATTER.room(LIN, ticket).left_fen == 3000
    with pytest.raises(BadInput, match=r"最多还能提 ¥0\.00"):
        put(ticket, 1, id="again", kind="return")


@pytest.mark.parametrize(
    ("kind", "amount", "words"),
    [
        ("compensation", 20_001, r"这一单 ¥200\.00，这里最多还能提 ¥200\.00"),
        ("compensation", 0, "大于 0"),
        ("return", 20_001, "超过了订单金额"),
    ],
)
def test_amounts_that_nobody_may_promise_are_refused_with_the_way_out(kind: str, amount: int, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        weighed(MATTER, a_matter(), BOSS, an_offer(amount, kind))


def test_without_a_known_order_no_offer_is_above_it() -> None:
    unknown = replace(MATTER, order_fen=None)
    assert [weighed(unknown, a_matter(), LIN, an_offer(amount)).state for amount in (3000, 900_000)] == [MADE, ASKED]
    assert weighed(unknown, a_matter(), LIN, an_offer(0, "return")).state is MADE


def test_the_supervisors_duty_is_done_with_an_offer_within_the_limit() -> None:
    ticket = put(a_matter(), 3000, id="o1")
    assert clock(ticket, "offer")[1] and clock(ticket, "decide")[1]


@pytest.mark.parametrize(("pace", "due"), [(HERE, 60 + 1800), (AWAY, 60 + 28_800)])
def test_the_supervisors_clock_runs_while_an_offer_waits(pace: Pace, due: float) -> None:
    ticket = put(a_matter(), 3001, id="o1", pace=pace)
    assert clock(ticket, "offer")[1] and clock(ticket, "decide") == (due, False) and is_asked(ticket)
    again = put(ticket, 50, id="o2", seconds=90)
    assert clock(again, "decide") == (due, False)
    one_left = decided(again, "o1", BOSS, True, "", after(100))
    assert clock(one_left, "decide") == (due, False)
    done = decided(one_left, "o2", BOSS, False, "先道歉", after(110))
    assert clock(done, "decide") == (due, True) and states(done) == [AGREED, REFUSED] and not is_asked(done)
    assert (done.offers[1].decided_by, done.offers[1].decided_at, done.offers[1].note) == ("agent:s4", after(110), "先道歉")


def test_the_clock_begins_anew_with_an_offer_that_waits_after_the_duty_was_done() -> None:
    ticket = put(put(a_matter(), 100, id="o1"), 9000, id="o2", seconds=600)
    assert clock(ticket, "decide") == (600 + 1800, False)
    assert clock(withdrawn(ticket, "o2", LIN, after(700)), "decide") == (600 + 1800, True)


@pytest.mark.parametrize(("pace", "due"), [(HERE, 60 + 1800), (AWAY, 60 + 28_800)])
def test_a_rule_without_a_supervisors_duty_gets_one_while_an_offer_waits(pace: Pace, due: float) -> None:
    ticket = put(a_matter(ROWS[:1]), 9000, id="o1", pace=pace)
    assert clock(ticket, "decide") == (due, False)
    assert clock(decided(ticket, "o1", BOSS, True, "", after(90)), "decide")[1]
    assert [duty.id for duty in put(a_matter(ROWS[:1]), 100, id="o1").duties] == ["reply"]
    assert word_duty(Clock(1800, 1200), Clock(28_800, 21_600), ["decide"]).id != "decide"


def test_nobody_decides_his_own_offer_and_none_is_decided_twice() -> None:
    ticket = put(a_matter(), 15_000, id="o1", person=BOSS)
    assert states(ticket) == [ASKED]
    with pytest.raises(Forbidden, match="另一位主管"):
        decided(ticket, "o1", BOSS, True, "", NOON)
    agreed = decided(ticket, "o1", CHIEF, True, "", NOON)
    for yes in (True, False):
        with pytest.raises(WrongMove, match="主管已同意"):
            decided(agreed, "o1", CHIEF, yes, "", NOON)
    with pytest.raises(NotFound):
        decided(ticket, "never", CHIEF, True, "", NOON)


@pytest.mark.parametrize("start", list(OfferState))
@pytest.mark.parametrize("end", [AGREED, REFUSED, WITHDRAWN])
def test_an_offer_goes_only_where_the_table_says(start: OfferState, end: OfferState) -> None:
    ticket = replace(a_matter(), offers=(replace(an_offer(100), state=start),))

    def move() -> Ticket:
        return withdrawn(ticket, "o1", LIN, NOON) if end is WITHDRAWN else decided(ticket, "o1", BOSS, end is AGREED, "", NOON)

    if end in MOVES[start]:
        assert states(move()) == [end]
    else:
        with pytest.raises(WrongMove):
            move()


def test_a_closed_matter_is_over_for_its_offers() -> None:
    ticket = replace(put(a_matter(), 9000, id="o1"), closed_at=after(90))
    assert not is_asked(ticket) and find(ticket, "o1") is not None
    for move in (lambda: decided(ticket, "o1", BOSS, True, "", after(99)), lambda: withdrawn(ticket, "o1", LIN, after(99))):
        with pytest.raises(WrongMove, match="重新打开"):
            move()


def test_the_order_in_question() -> None:
    one, two = (Order(number, "b1", "signed", 100) for number in ("11", "22"))
    ticket = a_ticket()
    assert matter_order((one, two), replace(ticket, order_no="22")) is two
    assert matter_order((one,), ticket) is one
    assert matter_order((one, two), ticket) is matter_order((one,), replace(ticket, order_no="33")) is None


def test_amounts_in_words() -> None:
    assert yuan(123_456_05) == "¥123,456.05"

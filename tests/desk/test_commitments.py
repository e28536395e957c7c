"""A promise as a value: made, kept, missed, and when it wants a look."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.desk import commitments
from bot.desk.commitments import Promise, promise_of
from bot.desk.proof import first_warning, next_warning
from bot.desk.staffing import SHANGHAI
from tests.stores.redis_builders import NOON, a_ticket, after

DUE = NOON + timedelta(hours=3)
GIFT = Promise("p1", "补发赠品", "gift", "agent:s1", "s1", NOON, DUE)
TICKET = commitments.with_promise(a_ticket(), GIFT)


def test_a_promise_survives_the_ticket_and_is_put_in_once() -> None:
    assert commitments.find(TICKET, "p1") == GIFT
    assert commitments.with_promise(TICKET, replace(GIFT, text="别的")) == TICKET
    assert commitments.find(TICKET, "p2") is None


def test_rows_of_before_are_read() -> None:
    old = promise_of({"id": "p0", "text": "会退", "due_at": None, "done": True})
    assert (old.kind, old.done, old.done_at, old.is_open) == ("other", True, None, False)


def test_what_is_kept_stays_kept_and_is_never_missed_afterwards() -> None:
    kept = commitments.kept(TICKET, "p1", after(60))
    assert commitments.kept(kept, "p1", after(90)) == kept == commitments.missed(kept, "p1", after(90))
    found = commitments.find(kept, "p1")
    assert found is not None and (found.done, found.done_at, found.to_json()["done"]) == (True, after(60), True)


def test_what_was_missed_is_marked_once_and_can_still_be_kept() -> None:
    missed = commitments.missed(TICKET, "p1", DUE)
    assert commitments.missed(missed, "p1", DUE + timedelta(hours=1)) == missed != TICKET
    found = commitments.find(commitments.kept(missed, "p1", DUE + timedelta(hours=1)), "p1")
    assert found is not None and (found.missed_at, found.done) == (DUE, True)


def test_the_watch_looks_at_two_thirds_then_at_the_due_time_then_no_more() -> None:
    assert commitments.next_look(GIFT, NOON) == NOON + timedelta(hours=2)
    assert commitments.next_look(GIFT, NOON + timedelta(hours=2)) == DUE
    assert commitments.next_look(replace(GIFT, missed_at=DUE), DUE) is None
    assert commitments.next_look(replace(GIFT, done=True), NOON) is None
    assert commitments.next_look(replace(GIFT, due_at=None), NOON) is None


def test_a_scripts_promise_is_the_groups_and_one_that_goes_on_stays_what_it_is() -> None:
    row = {"kind": "other", "text": "查清下落", "within_h": 24}
    made = commitments.scripted(row, number=1, ticket_id="T1", group="exceptions", now=NOON)
    assert (made.id, made.by, made.owner, made.due_at) == ("T1-p1", "bot", "exceptions", NOON + timedelta(hours=24))
    assert commitments.scripted({**row, "within_h": None}, number=1, ticket_id="T1", group="x", now=NOON).due_at is None
    # A whole week off in between: working days are the shop's.
    in_words = {**row, "text": "3个工作日内给您答复", "text_en": "An answer in 3 working days", "within_h": None}
    works = lambda day: day.isoformat() > "2026-11-18"  # noqa: E731
    by_words = commitments.scripted(in_words, number=1, ticket_id="T1", group="x", now=NOON, is_workday=works)
    assert (by_words.due_at, by_words.text_en) == (datetime(2026, 11, 21, 12, tzinfo=SHANGHAI), "An answer in 3 working days")
    assert commitments.promise_of(by_words.to_json()) == by_words
    assert commitments.made_event(by_words, name="", ticket="T1")["text_en"] == "An answer in 3 working days"
    assert commitments.scripted(GIFT.to_json(), number=1, ticket_id="T2", group="x", now=after(9)) == GIFT


def test_a_proof_deadline_warns_a_day_and_four_hours_before_a_near_one_at_once() -> None:
    due = NOON + timedelta(hours=30)
    assert first_warning(due, NOON) == NOON + timedelta(hours=6)
    assert next_warning(due, NOON + timedelta(hours=6)) == NOON + timedelta(hours=26)
    assert next_warning(due, NOON + timedelta(hours=26)) is None
    assert first_warning(NOON + timedelta(hours=3), NOON) == NOON
    assert next_warning(NOON + timedelta(hours=3), NOON) is None

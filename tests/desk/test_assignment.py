"""Who is given a ticket that waits."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from bot.desk.assignment import Free, Queued, assignments, choose, room

NOON = datetime(2026, 11, 11, 4, 0, tzinfo=timezone.utc)


def waits(ticket: str = "T1", group: str = "exceptions", *, seconds: float = 60, not_to: tuple[str, ...] = (), last: str | None = None) -> Queued:
    return Queued(ticket, group, NOON - timedelta(seconds=seconds), frozenset(not_to), last)


def free(agent: str, load: int = 0, capacity: int = 10, *groups: str, given: float | None = None) -> Free:
    last = None if given is None else NOON - timedelta(seconds=given)
    return Free(agent, frozenset(groups or ("exceptions",)), load, capacity, last)


def given(waiting: list[Queued], agents: list[Free], after_s: float = 5) -> list[tuple[str, str]]:
    return [(queued.ticket, agent) for queued, agent in assignments(waiting, agents, now=NOON, after_s=after_s)]


def chosen(queued: Queued, *agents: Free) -> str | None:
    found = choose(queued, agents)
    return found.agent if found else None


def test_the_buyers_last_agent_comes_first_if_there_is_room() -> None:
    assert chosen(waits(last="bob"), free("amy", 0), free("bob", 9)) == "bob"
    assert chosen(waits(last="bob"), free("amy", 0), free("bob", 10)) == "amy"
    assert chosen(waits(last="eve"), free("amy", 1), free("bob", 0)) == "bob"


def test_then_the_least_loaded_then_who_went_longest_without() -> None:
    assert chosen(waits(), free("amy", 2), free("bob", 1)) == "bob"
    assert chosen(waits(), free("amy", 1, given=10), free("bob", 1, given=600), free("eve", 1, given=60)) == "bob"
    assert chosen(waits(), free("amy", 1, given=10), free("bob", 1)) == "bob"
    assert chosen(waits(), free("bob", 1), free("amy", 1)) == "amy"


def test_never_to_who_gave_it_back_or_is_of_another_group() -> None:
    assert chosen(waits(not_to=("amy",), last="amy"), free("amy"), free("bob", 9)) == "bob"
    assert chosen(waits(not_to=("amy",)), free("amy")) is None
    assert chosen(waits(), free("amy", 0, 10, "reception")) is None


def test_each_ticket_fills_its_agent_in_the_order_of_the_queue() -> None:
    waiting = [waits(f"T{n}") for n in range(6)]
    assert given(waiting, [free("amy", 0, 2), free("bob", 1, 3)]) == [("T0", "amy"), ("T1", "bob"), ("T2", "amy"), ("T3", "bob")]


def test_one_that_nobody_may_take_does_not_hold_up_those_behind() -> None:
    assert given([waits("T0", not_to=("amy",)), waits("T1")], [free("amy")]) == [("T1", "amy")]


def test_agents_have_a_moment_to_choose_themselves() -> None:
    assert given([waits("T0", seconds=4.9), waits("T1", seconds=5)], [free("amy")]) == [("T1", "amy")]


def test_room_is_the_agents_own_wish_within_the_shops() -> None:
    assert room(20, "after_sales", {"promotion": 20, "after_sales": 10}) == 10
    assert room(3, "after_sales", {"after_sales": 10}) == 3
    assert room(3, "holiday", {"after_sales": 10}) == 3

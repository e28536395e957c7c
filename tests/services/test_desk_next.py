"""What the panel tells an agent to do next: the duty due first, the scene's way, what is missing, what was promised."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.desk.duties import ticked
from bot.desk.scenes import Step
from bot.model import Ticket, TicketState
from bot.services.desk_next import next_steps
from bot.ticket_parts import Duty, Evidence
from tests.stores.redis_builders import NOON, a_ticket

STOP = Step("不要发货", "Do not ship")


def held(**changes: object) -> Ticket:
    """A claimed ticket that was answered."""
    answered = {"state": TicketState.CLAIMED, "agent": "lin", "first_reply_at": NOON}
    return replace(a_ticket("T1", "c1"), **{**answered, **changes})  # type: ignore[arg-type]


def a_duty(id_: str, by: str, minutes: float, **changes: object) -> Duty:
    due = NOON + timedelta(minutes=minutes)
    return Duty(id_, f"做{id_}", by, minutes, do_en=f"do {id_}", due_at=due, **changes)  # type: ignore[arg-type]


REPLY = a_duty("reply", "agent", 30, done_at=NOON)


def test_the_duty_that_is_due_first_comes_first_with_whom_to_ask_and_until_when() -> None:
    ticket = held(duties=(REPLY, a_duty("note", "agent", 40), a_duty("courier", "courier", 20)))
    steps = next_steps(ticket, (STOP,))
    assert steps["steps"][:2] == ["问快递：做courier（11月11日 12:20 前）", "不要发货"]
    assert steps["steps_en"][:2] == ["Ask the courier: do courier (by 11 Nov 12:20)", "Do not ship"]
    after = next_steps(ticked(ticket, "courier", "lin", NOON), (STOP,))
    assert after["steps"][0] == "做note（11月11日 12:40 前）"
    assert "做courier" not in "".join(after["steps"])


def test_then_what_is_missing_by_who_brings_it_and_what_is_promised() -> None:
    evidence = (Evidence("底单", "courier"), Evidence("清单", "shop"), Evidence("过磅", "courier"), Evidence("照片", "customer", have=True))
    promised = ({"text": "回电", "done": False}, {"text": "补发", "done": True})
    shown = next_steps(held(duties=(REPLY,), evidence=evidence, promised=promised), (STOP,))
    assert shown["steps"] == [
        "不要发货",
        "请快递提供：底单；过磅",
        "请店铺提供：清单",
        "兑现承诺：回电",
        "写下方案，发给顾客，请顾客点同意",
        "办完选一个结果，结案",
    ]
    assert shown["missing"] == ["底单", "清单", "过磅"]
    assert len(shown["steps_en"]) == len(shown["steps"])


def test_the_path_s_way_is_told_only_where_no_duties_and_no_scene_say_another() -> None:
    path = "已发货没收到：先请快递追回或改派，确认退回或丢件后退款"
    assert path in next_steps(held(path=2, duties=(REPLY,)))["steps"]
    assert path not in next_steps(held(path=2, duties=(REPLY, a_duty("refuse", "agent", 30))))["steps"]
    assert path not in next_steps(held(path=2, duties=(REPLY,)), (STOP,))["steps"]


def test_a_ticket_that_waits_is_claimed_first_and_one_that_ended_has_one_step() -> None:
    waiting = next_steps(a_ticket("T1", "c1"), (STOP,))["steps"]
    assert waiting == ["领取这张工单", "先回一句，告诉顾客您在处理", "不要发货"]
    assert next_steps(held(state=TicketState.DONE), (STOP,))["steps"] == ["已办结；顾客再来问同一件事，就重开"]
    assert next_steps(held(state=TicketState.PLANNED, duties=(REPLY,)))["steps"] == ["办完选一个结果，结案"]

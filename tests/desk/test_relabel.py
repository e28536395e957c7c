"""What stays of a ticket's duties and evidence when its label was wrong."""

from __future__ import annotations

from dataclasses import replace

from bot.desk.duties import REPLY, Pace, opened, ticked
from bot.desk.evidence import evidence_under, with_pictures
from bot.desk.relabel import duties_under
from bot.desk.sla import DutyRule
from bot.model import Ticket
from bot.ticket_parts import Evidence
from tests.stores.redis_builders import NOON, a_ticket, after

MINUTE = 60
OLD = (
    DutyRule(REPLY, "答复买家", "agent", 30, ends_with=REPLY),
    DutyRule("recall", "联系快递追件", "agent", 30),
    DutyRule("courier", "快递反馈状态", "courier", 120, after="recall"),
    DutyRule("agree", "直接同意退款", "agent", 10),
)
NEW = (
    DutyRule(REPLY, "问清货物情况", "agent", 30, ends_with=REPLY, do_en="Ask"),
    DutyRule("recall", "联系快递追件", "agent", 45),
    DutyRule("courier", "快递反馈状态", "courier", 60, after="recall"),
    DutyRule("agree", "核实后同意", "agent", 20),
    DutyRule("pay", "打款", "agent", 15, after="agree"),
)


def a_matter() -> Ticket:
    ticket = a_ticket(due_s=1800)
    return replace(ticket, duties=opened(OLD, ticket, warn_at=after(1200), pace=Pace()))


def due(ticket: Ticket) -> dict[str, tuple[str, float | None]]:
    """What, and in how many minutes of its opening it is due."""
    return {duty.id: (duty.do, (duty.due_at - NOON).total_seconds() / MINUTE if duty.due_at else None) for duty in ticket.duties}


def test_the_same_duty_keeps_its_time_a_new_one_begins_now_the_rest_goes() -> None:
    ticket = replace(a_matter(), duties=duties_under(a_matter(), NEW, after(5 * MINUTE), Pace()))
    assert due(ticket) == {
        REPLY: ("问清货物情况", 30), "recall": ("联系快递追件", 30), "courier": ("快递反馈状态", None), "agree": ("核实后同意", 25), "pay": ("打款", None),
    }  # fmt: skip
    assert ticket.duties[0].do_en == "Ask" and ticket.duties[0].warn_at == after(1200)
    # Another time changes nothing of what runs.
    assert duties_under(ticket, NEW, after(9 * MINUTE), Pace()) == ticket.duties


def test_what_is_done_stays_done_and_what_follows_it_begins() -> None:
    ticket = ticked(ticked(a_matter(), "recall", "s1", after(MINUTE)), "agree", "s1", after(2 * MINUTE))
    ticket = replace(ticket, duties=duties_under(ticket, NEW, after(5 * MINUTE), Pace()))
    assert due(ticket) == {
        REPLY: ("问清货物情况", 30), "recall": ("联系快递追件", 30), "courier": ("快递反馈状态", 121), "agree": ("核实后同意", 25), "pay": ("打款", None),
        "agree_1": ("直接同意退款", 10),
    }  # fmt: skip
    done = {duty.id: duty.done_by for duty in ticket.duties if duty.done_at}
    assert done == {"recall": "s1", "agree_1": "s1"}


def test_a_duty_begins_now_whose_predecessor_was_done_under_the_old_label() -> None:
    old = (*OLD[:2], DutyRule("note", "留言", "agent", 30))
    ticket = replace(a_matter(), duties=opened(old, a_matter(), warn_at=after(1200), pace=Pace()))
    ticket = ticked(ticket, "recall", "s1", after(MINUTE))
    ticket = replace(ticket, duties=duties_under(ticket, NEW, after(5 * MINUTE), Pace(look_s=7200)))
    # The courier has its own time; our people have until the next look.
    assert (due(ticket)["courier"][1], due(ticket)["agree"][1]) == (65, 125)
    assert "note" not in due(ticket)


def test_a_rule_without_duties_leaves_the_first_answer() -> None:
    assert [duty.id for duty in duties_under(a_matter(), (), after(5 * MINUTE), Pace())] == [REPLY]


PHOTO, RECORD = Evidence("照片", "customer", slot="photos"), Evidence("质检记录", "shop")


def test_evidence_that_is_there_stays_and_pictures_go_to_what_asks_for_them() -> None:
    had = (replace(PHOTO, have=True, refs=("no:3", "picture:a.jpg")), replace(RECORD, have=True), Evidence("快递单", "courier"))
    needed = (Evidence("开箱视频", "customer", slot="photos"), Evidence("质检记录", "shop", why="要看批次"))
    found = evidence_under(had, needed)
    assert [(piece.what, piece.have, piece.refs) for piece in found] == [
        ("开箱视频", True, ("no:3", "picture:a.jpg")), ("质检记录", True, ()), ("照片", True, ("no:3", "picture:a.jpg")),
    ]  # fmt: skip
    assert found[1].why == "要看批次"


def test_pictures_find_only_what_the_bot_asked_for_and_nobody_has() -> None:
    there = replace(PHOTO, have=True, refs=("no:3",))
    assert with_pictures((PHOTO, RECORD), ("no:7",)) == (replace(PHOTO, have=True, refs=("no:7",)), RECORD)
    assert with_pictures((there, RECORD), ("no:7",)) == (there, RECORD)
    assert with_pictures((PHOTO,), ()) == (PHOTO,)

"""The table of moves."""

from __future__ import annotations

import pytest

from bot.desk.tickets import MOVES, OPEN, QUEUED, ZH, move, sources
from bot.errors import WrongMove
from bot.model import TicketState
from tests.stores.redis_builders import a_ticket


def test_every_state_has_its_moves_and_a_chinese_name() -> None:
    assert set(MOVES) == set(ZH) == set(TicketState)


def test_every_open_ticket_can_be_done_and_every_queued_one_claimed() -> None:
    assert sources(TicketState.DONE) == OPEN
    assert sources(TicketState.CLAIMED) == QUEUED | {TicketState.PLANNED}


def test_the_way_of_a_complaint_is_a_way_through_the_table() -> None:
    ticket = a_ticket()
    for state in ("claimed", "planned", "done", "archived"):
        ticket = move(ticket, TicketState(state))
    assert ticket.state is TicketState.ARCHIVED
    with pytest.raises(WrongMove, match="已归档，不能改为排队中"):
        move(ticket, TicketState.WAITING)

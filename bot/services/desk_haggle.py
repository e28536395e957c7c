"""Where a return negotiation stands when people take it over, as steps of the panel: what was said last and what may be said next."""

from __future__ import annotations

from bot.desk.negotiation import standing
from bot.desk.scenes import Step
from bot.model import Order, Ticket
from bot.playbooks.negotiate import worded
from bot.services.desk_rules import DeskRules


def haggle_steps(rules: DeskRules, ticket: Ticket, order: Order | None) -> list[Step]:
    """In templates only, with the order's facts (playbook §8); none without a negotiation, or while its order is not known."""
    if order is None:
        return []
    terms, negotiation = rules.deadlines.terms, rules.negotiation
    rows = standing(negotiation, ticket.negotiation)
    return [
        Step(worded(negotiation, terms, order, row, english=False), worded(negotiation, terms, order, row, english=True)) for row in rows
    ]

"""An open ticket under the label that a person gave it, by the rules that its hand-off went by: path, response rule, duties, evidence,
severity. Its group stays: whom it goes to then is the person's to say. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.desk.duties import Pace
from bot.desk.evidence import evidence_under
from bot.desk.offers import with_duties
from bot.desk.refunds import path_of
from bot.desk.relabel import duties_under
from bot.desk.scenes import scene_of, with_proof
from bot.desk.severity import Signs, under
from bot.desk.sla import response_rule, response_rule_en, rule_for
from bot.model import Order, Ticket
from bot.playbooks.model import Playbook
from bot.services.desk_rules import DeskRules
from bot.services.hand_off import pace, situation, word_duty
from bot.ticket_parts import Evidence


@dataclass(frozen=True)
class Seen:
    """What is known of the matter when its label is corrected; `text` is the sentence that the label is about."""

    rules: DeskRules
    book: Playbook
    order: Order | None
    text: str
    phase: str
    on_duty: Mapping[str, int]
    now: datetime

    def pace(self, ticket: Ticket) -> Pace:
        """How soon the ticket's group does things now."""
        return pace(self.rules, ticket.group, self.phase, self.on_duty, self.now)


def relabelled(ticket: Ticket, label: str, seen: Seen) -> Ticket:
    """The ticket under that label. The times of what has begun stand; without the order the path is not known."""
    rules, now = seen.rules, seen.now
    path = path_of(rules.refunds, label, seen.order, seen.text, ticket.goods_back)
    rule = rule_for(rules.deadlines, situation(rules, label, ticket.group, path, seen.order, seen.text, now, ticket.goods_back))
    open_now = rules.staffing.open_now(ticket.group, seen.phase, now)
    amount = seen.order.amount_fen if seen.order else None
    scene = scene_of(rules.scenes, label, seen.order, now, rules.deadlines.terms, label2=ticket.label2)
    changed = replace(
        ticket,
        label=label,
        path=path,
        response_rule=response_rule(rules.deadlines, rule, open_now=open_now),
        response_rule_en=response_rule_en(rules.deadlines, rule, open_now=open_now),
        duties=duties_under(ticket, rule.duties, now, seen.pace(ticket)),
        evidence=with_proof(evidence_under(ticket.evidence, needs(seen.book)), scene, label),
        scene=scene.id if scene else None,
    )
    # An offer that stands, or waits for a supervisor, does so under any label.
    changed = with_duties(changed, ticket.agent or ticket.group, now, seen.pace(ticket), word_duty(rules, changed))
    return under(rules.severity, changed, seen.book.severity, Signs(label, hand_off=ticket.reason, amount_fen=amount, now=now))


def needs(book: Playbook) -> Sequence[Evidence]:
    """What the label's playbook asks for, none of it there yet."""
    return [Evidence(need.what, need.bring, why=need.why, example=need.example, slot=need.slot or "") for need in book.evidence]

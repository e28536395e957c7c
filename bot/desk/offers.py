"""Offers to a customer: made within one's limit, asked of a supervisor above it, decided, taken back (playbook §4). Pure.

All that stands on a matter counts together, also what stood before it was opened again: one big offer does not fit under the limit by
being split. While one is asked, the supervisor's duty runs; it is done as soon as none is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.desk.authority import Authority, is_by_rule, limit_for
from bot.desk.duties import DECIDE, OFFER, Pace, asked, happened
from bot.desk.rights import Person
from bot.desk.sla import Clock
from bot.errors import BadInput, Forbidden, NotFound, WrongMove
from bot.model import Order, Ticket, agent_owner
from bot.ticket_parts import Duty, Offer, OfferState

MADE, ASKED, AGREED = OfferState.MADE, OfferState.ASKED, OfferState.AGREED
REFUSED, WITHDRAWN = OfferState.REFUSED, OfferState.WITHDRAWN
MOVES: Mapping[OfferState, frozenset[OfferState]] = {
    MADE: frozenset({WITHDRAWN}),
    ASKED: frozenset({AGREED, REFUSED, WITHDRAWN}),
    AGREED: frozenset({WITHDRAWN}),
    REFUSED: frozenset(),
    WITHDRAWN: frozenset(),
}
STANDING = frozenset({MADE, ASKED, AGREED})
MOST = 50
"""Offers on one ticket."""
KINDS_ZH = {"refund": "退款", "compensation": "补偿", "freight": "运费", "price": "差价", "return": "退货退款"}
STATES_ZH = {MADE: "已提出", ASKED: "在等主管", AGREED: "主管已同意", REFUSED: "主管没有同意", WITHDRAWN: "已撤回"}


@dataclass(frozen=True)
class Room:
    """What a person may still promise in a matter, and what bounds it, in fen."""

    limit_fen: int
    left_fen: int
    order_fen: int | None
    small: bool
    """The first line settles such matters itself."""


@dataclass(frozen=True)
class Matter:
    """What an offer is weighed by: rules, phase, the order's amount (None: not known), and the offers that stood before the ticket was
    opened again."""

    rules: Authority
    phase: str
    order_fen: int | None = None
    earlier: Sequence[Offer] = ()

    def room(self, person: Person, ticket: Ticket) -> Room:
        """How much the person may still promise alone."""
        limit = limit_for(self.rules, person.role, phase=self.phase, label=ticket.label, order_fen=self.order_fen)
        small = ticket.label in self.rules.of(self.phase).small
        return Room(limit, max(0, limit - self.given(ticket, by_rule=False)), self.order_fen, small)

    def given(self, ticket: Ticket, *, by_rule: bool) -> int:
        """What stands, by rule or from limits."""
        return sum(offer.amount_fen for offer in (*self.earlier, *ticket.offers) if offer.state in STANDING and offer.by_rule is by_rule)


def matter_order(orders: Sequence[Order], ticket: Ticket) -> Order | None:
    """The order that the ticket is about, else the buyer's only one; None when nobody said which of several."""
    own = next((order for order in orders if order.order_no == ticket.order_no), None)
    return own or (orders[0] if len(orders) == 1 and not ticket.order_no else None)


def find(ticket: Ticket, offer_id: str) -> Offer | None:
    """The offer of that id; None when this ticket has it not."""
    return next((offer for offer in ticket.offers if offer.id == offer_id), None)


def is_asked(ticket: Ticket) -> bool:
    """Whether an offer of an open ticket waits for a supervisor."""
    return ticket.closed_at is None and any(offer.state is ASKED for offer in ticket.offers)


def weighed(matter: Matter, ticket: Ticket, person: Person, offer: Offer) -> Offer:
    """The offer made or asked, as the person's limit says. BadInput when nobody may promise so much."""
    if not offer.amount_fen and offer.kind != "return":
        raise BadInput("金额要大于 0；只同意退货、不另退钱的，种类选退货退款")
    if len(ticket.offers) >= MOST:
        raise BadInput(f"一张工单最多 {MOST} 个提议，先办完这些")
    by_rule = is_by_rule(matter.rules, offer.kind, offer.amount_fen, phase=matter.phase, path=ticket.path, order_fen=matter.order_fen)
    _below_order(matter, ticket, offer.amount_fen, by_rule=by_rule)
    alone = by_rule or offer.amount_fen <= matter.room(person, ticket).left_fen
    return replace(offer, state=MADE if alone else ASKED, by_rule=by_rule)


def offered(ticket: Ticket, offer: Offer, who: str, now: datetime, pace: Pace, word: Duty) -> Ticket:
    """The ticket with the offer, and the duties that it ends; `word` is the supervisor's duty where the ticket's rule has none."""
    return with_duties(replace(ticket, offers=(*ticket.offers, offer)), who, now, pace, word)


def with_duties(ticket: Ticket, who: str, now: datetime, pace: Pace, word: Duty) -> Ticket:
    """The ticket whose duties follow the offers that stand: what an offer ends is done, the supervisor's runs while one is asked."""
    if not any(offer.state in STANDING for offer in ticket.offers):
        return ticket
    ticket = happened(ticket, OFFER, who, now, pace)
    return asked(ticket, word, now, pace) if is_asked(ticket) else happened(ticket, DECIDE, who, now, pace)


def decided(ticket: Ticket, offer_id: str, person: Person, yes: bool, note: str, now: datetime) -> Ticket:
    """The ticket after a supervisor's word. Forbidden for who asked, WrongMove when it does not wait any more."""
    offer = _found(ticket, offer_id)
    if offer.by == agent_owner(person.id):
        raise Forbidden("自己提出的，要由另一位主管来定")
    return _moved(ticket, offer, AGREED if yes else REFUSED, person, now, lambda o: replace(o, note=note))


def withdrawn(ticket: Ticket, offer_id: str, person: Person, now: datetime) -> Ticket:
    """The ticket without this offer. WrongMove for one that was refused or withdrawn."""
    return _moved(ticket, _found(ticket, offer_id), WITHDRAWN, person, now)


def check_open(ticket: Ticket) -> None:
    """WrongMove once the matter is over."""
    if ticket.closed_at is not None:
        raise WrongMove("工单已经办结；还要提议，先重新打开")


def word_duty(present: Clock, absent: Clock, taken: Sequence[str]) -> Duty:
    """The duty of a supervisor to answer: the clocks are those of the deadlines (playbook §3 path 3: 30 minutes, 8 hours)."""
    id_ = DECIDE if DECIDE not in taken else "decide_offer"
    do, do_en = "对要主管定的提议给出结果", "Answer the offer that waits for a supervisor"
    return Duty(id_, do, "supervisor", present.due_s / 60, absent.due_s / 60, ends_with=DECIDE, do_en=do_en)


def yuan(fen: int) -> str:
    """¥129.00"""
    return f"¥{fen / 100:,.2f}"


def _found(ticket: Ticket, offer_id: str) -> Offer:
    offer = find(ticket, offer_id)
    if offer is None:
        raise NotFound("这张工单没有这个提议")
    check_open(ticket)
    return offer


def _moved(
    ticket: Ticket, offer: Offer, state: OfferState, person: Person, now: datetime, change: Callable[[Offer], Offer] = lambda o: o
) -> Ticket:
    if state not in MOVES[offer.state]:
        raise WrongMove(f"这个提议{STATES_ZH[offer.state]}，不能再改；刷新后看最新的")
    after = change(replace(offer, state=state, decided_by=agent_owner(person.id), decided_at=now))
    ticket = replace(ticket, offers=tuple(after if found.id == offer.id else found for found in ticket.offers))
    return ticket if is_asked(ticket) else happened(ticket, DECIDE, person.id, now)


def _below_order(matter: Matter, ticket: Ticket, amount_fen: int, *, by_rule: bool) -> None:
    """What is given back by rule and what is given beside it each stay within the order's amount."""
    if matter.order_fen is None:
        return
    left = max(0, matter.order_fen - matter.given(ticket, by_rule=by_rule))
    if amount_fen > left:
        raise BadInput(f"超过了订单金额：这一单 {yuan(matter.order_fen)}，这里最多还能提 {yuan(left)}；改小金额，或先撤回前面的提议")

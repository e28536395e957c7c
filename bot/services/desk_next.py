"""What an agent does next with a ticket: whom to ask for what, the refund path's way, the promise that is open. Pure."""

from __future__ import annotations

from bot.desk.offers import AGREED, ASKED, KINDS_ZH, MADE, REFUSED, yuan
from bot.desk.tickets import QUEUED
from bot.model import JSON, Offer, Ticket, TicketState

WHO_ZH = {"customer": "顾客", "shop": "店铺", "courier": "快递"}
PATHS_ZH = {
    1: "还没发货：核对后截单，同意仅退款",
    2: "已发货没收到：先请快递追回或改派，确认退回或丢件后退款",
    3: "已收到，不退货：和顾客商定金额，按仅退款办",
    4: "已收到，要退货：发退货地址，收到退货验过后退款",
}  # playbook §2: the four refund paths
ENDED = (TicketState.DONE, TicketState.ABANDONED, TicketState.ARCHIVED)


def next_steps(ticket: Ticket) -> JSON:
    """{"rule", "missing", "steps"}: the response rule, the evidence that is not there, and the steps in their order."""
    missing = [piece for piece in ticket.evidence if not piece.have]
    return {"rule": ticket.response_rule, "missing": [piece.what for piece in missing], "steps": _steps(ticket)}


def _steps(ticket: Ticket) -> list[str]:
    if ticket.state in ENDED:
        return ["已办结；顾客再来问同一件事，就重开"]
    steps = ["领取这张工单"] if ticket.state in QUEUED else []
    if ticket.first_reply_at is None:
        steps.append("先回一句，告诉顾客您在处理")
    steps += ticket.steps
    for piece in ticket.evidence:
        if not piece.have:
            steps.append(f"请{WHO_ZH.get(piece.bring, piece.bring)}提供：{piece.what}")
    if ticket.path in PATHS_ZH:
        steps.append(PATHS_ZH[ticket.path])
    steps += _of_offers(ticket.offers)
    steps.append(_plan_step(ticket))
    steps += [f"兑现承诺：{row['text']}" for row in ticket.promised if row.get("text") and not row.get("done")]
    return [*(step for step in steps if step), "办完选一个结果，结案"]


def _plan_step(ticket: Ticket) -> str:
    """What the plan wants next; "" when it wants nothing."""
    plan = ticket.plan
    if plan is None:
        return "" if ticket.state is TicketState.PLANNED else "写下方案，发给顾客，请顾客点同意"
    if plan.refused_at:
        return "顾客不同意，换一个方案"
    if plan.agreed_at:
        return f"顾客已同意，去办：{plan.deed or plan.words}"
    return "等顾客答复方案" if plan.told_at else "把方案发给顾客，请顾客点同意"


def _of_offers(offers: tuple[Offer, ...]) -> list[str]:
    """What waits for a supervisor, what is to be carried out, and a refusal that nothing followed."""
    steps = []
    for offer in offers:
        what = f"{KINDS_ZH.get(offer.kind, offer.kind)} {yuan(offer.amount_fen)}"
        if offer.state is ASKED:
            steps.append(f"等主管定：{what}；定之前不要答应顾客")
        elif offer.state in (MADE, AGREED):
            steps.append(f"按方案办：{what}" + ("（主管已同意）" if offer.state is AGREED else ""))
        elif offer.state is REFUSED and offer is offers[-1]:
            steps.append(f"主管没有同意{what}：换个方案" + (f"（{offer.note}）" if offer.note else ""))
    return steps

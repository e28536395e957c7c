"""What an agent does next with a ticket, in both languages: the duty that is due first, the scene's way, what is missing, what is promised. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.desk.duties import FIRST_ANSWER, REPLY, running
from bot.desk.offers import AGREED, ASKED, KINDS_ZH, MADE, REFUSED, yuan
from bot.desk.scenes import Step
from bot.desk.staffing import SHANGHAI
from bot.desk.tickets import QUEUED
from bot.model import JSON, Ticket, TicketState
from bot.playbooks.render import when
from bot.ticket_parts import Duty, Offer

BRINGERS = {"customer": ("顾客", "the customer"), "shop": ("店铺", "the shop"), "courier": ("快递", "the courier")}
DOERS = {
    "agent": ("客服", "the agent"), "supervisor": ("主管", "the supervisor"), "warehouse": ("仓库", "the warehouse"),
    "department": ("相关部门", "the department"), "courier": ("快递", "the courier"),
}  # fmt: skip
PATHS = {
    1: Step("还没发货：核对后截单，同意仅退款", "Not shipped: check, stop the order, agree to the refund"),
    2: Step("已发货没收到：先请快递追回或改派，确认退回或丢件后退款", "Under way: have it recalled, refund once it is back or lost"),
    3: Step("已收到，不退货：和顾客商定金额，按仅退款办", "Received, no return: agree the amount, refund only"),
    4: Step("已收到，要退货：发退货地址，收到退货验过后退款", "Received, to be returned: send the address, refund after the check"),
}  # playbook §2: the four refund paths; said where the response table gave no duties
ENDED = (TicketState.DONE, TicketState.ABANDONED, TicketState.ARCHIVED)
OVER = Step("已办结；顾客再来问同一件事，就重开", "Closed; reopen it when the customer comes back about it")
CLAIM = Step("领取这张工单", "Claim this ticket")
ANSWER = Step("先回一句，告诉顾客您在处理", "Answer first: tell the customer that you are on it")
PLAN = Step("写下方案，发给顾客，请顾客点同意", "Write the plan down, send it, and ask for the customer's yes")
TELL = Step("把方案发给顾客，请顾客点同意", "Send the plan and ask for the customer's yes")
WAIT = Step("等顾客答复方案", "Wait for the customer's answer to the plan")
CLOSE = Step("办完选一个结果，结案", "When all is done, choose the outcome and close")


def next_steps(ticket: Ticket, scene: Sequence[Step] = ()) -> JSON:
    """{"rule", "missing", "steps", "steps_en"}: the response rule, the evidence that is not there, and the steps in their order,
    with what the ticket's scene asks for now."""
    missing = [piece.what for piece in ticket.evidence if not piece.have]
    steps = _steps(ticket, scene)
    return {"rule": ticket.response_rule, "missing": missing, "steps": [step.zh for step in steps], "steps_en": [step.en for step in steps]}


def _steps(ticket: Ticket, scene: Sequence[Step]) -> list[Step]:
    if ticket.state in ENDED:
        return [OVER]
    steps = [CLAIM] if ticket.state in QUEUED else []
    first = min((duty for duty in running(ticket) if duty.due_at), key=lambda duty: duty.due_at or ticket.due_at, default=None)
    steps += [_duty(first)] if first else []
    steps += [Step(said, said) for said in ticket.steps]
    steps += scene
    if not scene and len(ticket.duties) <= 1 and ticket.path in PATHS:
        steps.append(PATHS[ticket.path])
    steps += _missing(ticket)
    steps += _of_offers(ticket.offers)
    for row in ticket.promised:
        if row.get("text") and not row.get("done"):
            steps.append(Step(f"兑现承诺：{row['text']}", f"Keep the promise: {row.get('text_en') or row['text']}"))
    if ticket.state in QUEUED:
        return steps
    plan = _plan(ticket)
    return [*steps, *([plan] if plan else []), CLOSE]


def _plan(ticket: Ticket) -> Step | None:
    """What the plan wants next; None when it wants nothing."""
    plan = ticket.plan
    if plan is None:
        return None if ticket.state is TicketState.PLANNED else PLAN
    if plan.refused_at:
        return Step("顾客不同意，换一个方案", "The customer said no: make another plan")
    if plan.agreed_at:
        deed = plan.deed or plan.words
        return Step(f"顾客已同意，去办：{deed}", f"The customer said yes: now do it: {deed}")
    return WAIT if plan.told_at else TELL


def _duty(duty: Duty) -> Step:
    """What is due first, and whom to ask for it."""
    if duty.id == REPLY and duty.do == FIRST_ANSWER:
        return ANSWER
    assert duty.due_at is not None
    by, by_en = when(duty.due_at), _when_en(duty.due_at)
    if duty.by == "agent":
        return Step(f"{duty.do}（{by} 前）", f"{duty.do_en or duty.do} (by {by_en})")
    who, who_en = DOERS.get(duty.by, (duty.by, duty.by))
    return Step(f"问{who}：{duty.do}（{by} 前）", f"Ask {who_en}: {duty.do_en or duty.do} (by {by_en})")


def _missing(ticket: Ticket) -> list[Step]:
    """A line for each who must bring something."""
    lacking = [piece for piece in ticket.evidence if not piece.have]
    steps = []
    for bring in dict.fromkeys(piece.bring for piece in lacking):
        what = "；".join(piece.what for piece in lacking if piece.bring == bring)
        who, who_en = BRINGERS.get(bring, (bring, bring))
        steps.append(Step(f"请{who}提供：{what}", f"Ask {who_en} for: {what}"))
    return steps


def _of_offers(offers: tuple[Offer, ...]) -> list[Step]:
    """What waits for a supervisor, what is to be carried out, and a refusal that nothing followed."""
    steps = []
    for offer in offers:
        what, what_en = f"{KINDS_ZH.get(offer.kind, offer.kind)} {yuan(offer.amount_fen)}", f"{offer.kind} {offer.amount_fen / 100:.2f} yuan"
        if offer.state is ASKED:
            said = f"A supervisor decides: {what_en}; promise nothing before"
            steps.append(Step(f"等主管定：{what}；定之前不要答应顾客", said))
        elif offer.state in (MADE, AGREED):
            yes, yes_en = ("（主管已同意）", " (the supervisor agreed)") if offer.state is AGREED else ("", "")
            steps.append(Step(f"按提议办：{what}{yes}", f"Carry out: {what_en}{yes_en}"))
        elif offer.state is REFUSED and offer is offers[-1]:
            why, why_en = (f"（{offer.note}）", f" ({offer.note})") if offer.note else ("", "")
            steps.append(Step(f"主管没有同意{what}：换个提议{why}", f"The supervisor refused {what_en}: make another offer{why_en}"))
    return steps


def _when_en(moment: datetime) -> str:
    local = moment.astimezone(SHANGHAI)
    return f"{local.day} {local:%b %H:%M}"

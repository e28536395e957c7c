"""What the ticket's summary says of a guide, a negotiation, an application of the wrong kind. Pure."""

from __future__ import annotations

from bot.desk.refunds import wrong_kind
from bot.model import JSON, Order
from bot.playbooks.matter import Matter
from bot.playbooks.model import Playbooks


def of(matter: Matter, books: Playbooks, label: str, order: Order | None, back: bool | None) -> JSON:
    """What a hand-over brings of it; `back` is what the customer said of the goods."""
    return {"goods_back": back, "negotiation": matter.haggle, "summary": summary(matter, books, label, order, back)}


def summary(matter: Matter, books: Playbooks, label: str, order: Order | None, back: bool | None) -> str:
    """A line each, in Chinese; "" when there is nothing to say."""
    wrong = order is not None and wrong_kind(books.refunds, label, order, said=back)
    lines = ["申请类型不对：申请的是仅退款，其实要退货退款"] if wrong else []
    if matter.guide:
        _, number, stuck = matter.guide
        lines.append(f"机器人带着改申请：说到第 {number + 1} 步（共 {len(books.guide.steps)} 步），卡住 {stuck} 次；店铺还没有拒绝这次申请")
    step = books.negotiation.step(matter.haggle)
    if step is not None:
        lines.append(f"退货协商：机器人说到「{step.name.zh}」{'，退货已同意' if step.ends == 'agreed' else ''}")
    return "\n".join(lines)

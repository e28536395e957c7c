"""What every deed of the desk shares: who may, what the audit keeps, the ticket it is about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.desk.commitment_words import Commitments
from bot.desk.rights import Person, Relation, may, relation
from bot.errors import BadInput, Forbidden, NotFound
from bot.model import JSON, Conversation, Ticket
from bot.playbooks.model import Playbooks
from bot.services.desk_rows import DeskRows
from bot.services.desk_rules import DeskRules
from bot.services.give_back import Lines
from bot.services.hand_offs import HandOffs
from bot.services.names import Names
from bot.services.phases import Phases
from bot.services.script_files import Script
from bot.services.shop_page import DeskPage
from bot.shop.orders import Orders
from bot.stores.record import Record
from bot.stores.redis_outbox import RedisOutbox
from bot.stores.redis_sessions import RedisSessions
from bot.stores.redis_signals import RedisSignals
from bot.stores.redis_uploads import RedisUploads
from bot.stores.sql.pool import Pool

MAX_REASON_CHARS = 200
DEEDS_ZH = {
    "see_queue": "看这个组的队列", "see_conversation": "看这个会话", "search": "搜索", "see_team": "看同事", "claim": "领这张工单",
    "say": "和顾客说话", "whisper": "在这里留言", "promise": "在这里作承诺", "offer": "在这张工单上提议", "decide_offer": "定这个提议",
    "plan": "给这张工单出方案", "answer_plan": "记下顾客对方案的答复", "follow_up": "回访这张工单", "transfer": "转交这张工单",
    "give_back": "退回这张工单", "to_bot": "把这张工单交回机器人", "close": "办结这张工单", "reopen": "重开这个会话",
    "correct_label": "改这张工单的标签", "evidence": "改这张工单的凭证",
    "tick_duty": "给这张工单的待办打勾",
    "export": "导出这张工单", "export_internal": "导出同事之间的留言", "unmask": "看这位买家的资料", "take_over": "接管会话",
    "reassign": "转交别人手上或队列里的工单", "search_buyer": "按买家搜索", "end_sign_in": "让同事退出登录", "set_phase": "切换阶段", "announce": "开关公告",
    "see_audit": "看操作记录", "webhooks": "看和重送给店铺系统的通知", "manage_staff": "管理员工",
}  # fmt: skip


@dataclass(frozen=True)
class DeskParts:
    """What the desk works with; `rules`, `page` and `scripts` give what is in force."""

    record: Record
    outbox: RedisOutbox
    signals: RedisSignals
    sessions: RedisSessions
    uploads: RedisUploads
    hand_offs: HandOffs
    orders: Orders
    names: Names
    pool: Pool
    rules: Callable[[], DeskRules]
    page: Callable[[], DeskPage]
    scripts: Callable[[], tuple[Script, ...]]
    shop: Callable[[], str]
    """The shop's name, as scripts say it."""
    commitments: Callable[[], Commitments]
    """By which words a promise is found in what an agent types."""
    returned: Lines
    """What customers hear whose agent signed out."""
    books: Callable[[], Playbooks]
    """What a label's case needs, and how grave it is."""


class DeskBase:
    """Checks before, audit after; every deed takes the person who does it and the time."""

    def __init__(self, parts: DeskParts) -> None:
        self.parts = parts
        self.record = parts.record
        self.phases = Phases(parts.record, parts.rules)
        self.rows = DeskRows(parts.record, parts.names, parts.rules)

    async def ticket(self, ticket_id: str) -> Ticket:
        """The ticket. NotFound."""
        found = await self.record.ticket(ticket_id)
        if found is None:
            raise NotFound(f"没有工单 {ticket_id[:40]}")
        return found

    async def conversation(self, conversation: str) -> tuple[Conversation, Ticket | None]:
        """The conversation and its ticket, the open one or the last. NotFound."""
        found = await self.record.conversation(conversation)
        if found is None:
            raise NotFound("没有这个会话")
        return found, await self.record.ticket(found.ticket_id) if found.ticket_id else None

    async def audit(self, person: Person, what: str, now: datetime, **data: Any) -> None:
        """One line for the audit: ids and names of ours, never words of a customer."""
        body: JSON = {"v": 1, **{key: value for key, value in data.items() if value is not None}}
        await self.parts.outbox.put("audit", person.id, what, body, now)


def check(person: Person, deed: str, ticket: Ticket | None) -> None:
    """Forbidden unless the person may do the deed to this ticket (None: where there is no ticket)."""
    check_relation(person, deed, relation(person, ticket))


def check_relation(person: Person, deed: str, found: Relation) -> None:
    """Forbidden unless the person's role may do the deed in this relation."""
    if not may(person.role, deed, found):
        raise Forbidden(f"您没有权限{DEEDS_ZH[deed]}；需要时请找主管")


def checked_reason(reason: str) -> str:
    """The reason in one line. BadInput when it is too long."""
    reason = " ".join(reason.replace("\x00", "").split())
    if len(reason) > MAX_REASON_CHARS:
        raise BadInput(f"原因最多 {MAX_REASON_CHARS} 个字")
    return reason

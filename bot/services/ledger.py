"""The ledger: accepted = answered + queued + owned + closed, for every conversation; and owner, mail, queues, tickets agree.

Reads only. On a running desk some messages are in the mailbox, and each conversation is read at one moment of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bot.desk.fates import NAMES, Fates, fates
from bot.desk.tickets import HELD, OPEN, QUEUED, owner_of
from bot.model import BOT, CLOSED, JSON
from bot.stores.record import Record
from bot.stores.values import Snapshot

Archived = Callable[[str, int], Awaitable[list[JSON]]]
"""(conversation, up to number) → its archived events up to that number."""


@dataclass
class Report:
    """Sums over all conversations, and a line for everything that does not agree."""

    sums: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    from_archive: int = 0
    """Messages that only PostgreSQL still holds, read there."""

    @property
    def balanced(self) -> bool:
        """Whether every message has exactly one fate and nothing disagrees."""
        return not self.problems

    def as_json(self) -> JSON:
        """What --json prints."""
        names = ("conversations", *NAMES, "mailbox", "tickets", "open_tickets")
        return {"v": 1, "balanced": self.balanced, **{name: self.sums[name] for name in names}, "problems": self.problems}


async def audit(record: Record, archived: Archived | None = None) -> Report:
    """Walk every conversation and every queue. Without `archived`, trimmed messages count by the sums kept in Redis."""
    report = Report()
    for conversation in await record.conversation_ids():
        snapshot = await record.snapshot(conversation)
        if not snapshot.stored.get("owner"):
            report.problems.append(f"{conversation}：在索引里，但没有会话")
            continue
        report.sums["conversations"] += 1
        trimmed = int(snapshot.stored.get("trimmed") or 0)
        older = await archived(conversation, trimmed) if archived and trimmed else None
        check_messages(snapshot, older, report)
        check_mail(snapshot, report)
        await _check_tickets(record, snapshot, report)
    await _check_queues(record, report)
    await _check_hands(record, report)
    return report


def check_messages(snapshot: Snapshot, older: list[JSON] | None, report: Report) -> None:
    """Every visitor message has one fate. `older` are the archived events before those that Redis has; None trusts the sums."""
    stored, trimmed = snapshot.stored, int(snapshot.stored.get("trimmed") or 0)
    kept = {name: int(stored[f"kept_{name}"]) for name in NAMES if f"kept_{name}" in stored}
    found = fates(snapshot.events, trimmed)
    _check_log(snapshot, found, trimmed, report)
    if older is not None:
        whole = fates([*older, *snapshot.events])
        _check_sums(snapshot.id, whole.sums(up_to=trimmed), kept, report)
        report.from_archive += kept.get("accepted", 0)
    report.sums.update(kept)
    for no, met in found.of.items():
        # What is in the mailbox has no fate yet: that is its fate.
        met = met + ["mailbox"] * snapshot.mail.count(no)
        report.sums["accepted"] += 1
        report.sums.update(met)
        if not met:
            report.problems.append(f"{snapshot.id} 第 {no} 条：没有着落（没有回答，没有转给人，也不在信箱里）")
        elif len(met) > 1:
            report.problems.append(f"{snapshot.id} 第 {no} 条：有 {len(met)} 个着落：{'、'.join(met)}")


def _check_log(snapshot: Snapshot, found: Fates, trimmed: int, report: Report) -> None:
    name = snapshot.id
    report.problems += [f"{name} 第 {no} 条：前面缺号" for no in found.gaps]
    report.problems += [f"{name} 第 {no} 条：client_id 重复" for no in found.twice]
    report.problems += [f"{name} 第 {no} 条：有回答或转交，但没有这条消息" for no in found.orphans]
    last, last_no = (snapshot.events[-1]["no"] if snapshot.events else trimmed), int(snapshot.stored.get("last_no") or 0)
    if last != last_no:
        report.problems.append(f"{name} 第 {last_no} 条：编号到这里，日志只到 {last}")
    owners = [event for event in snapshot.events if event["type"] == "owner"]
    now = (snapshot.stored["owner"], int(snapshot.stored["epoch"]))
    if owners and (owners[-1]["owner"], owners[-1]["epoch"]) != now:
        report.problems.append(
            f"{name} 第 {owners[-1]['no']} 条：最后一次交接是给 {owners[-1]['owner']}，现在却是 {now[0]}（第 {now[1]} 次）"
        )
    elif not owners and not trimmed and now != (BOT, 0):
        report.problems.append(f"{name} 第 {last_no} 条：由 {now[0]} 负责，却没有交接记录")


def _check_sums(name: str, found: dict[str, int], kept: dict[str, int], report: Report) -> None:
    if found != kept:
        report.problems.append(f"{name} 第 1 条起的归档：PostgreSQL 里是 {found}，Redis 记下的是 {kept}")


def check_mail(snapshot: Snapshot, report: Report) -> None:
    """Mail only while the bot owns the conversation, in order, announced to the workers and to the watch."""
    name, first = snapshot.id, snapshot.mail[0] if snapshot.mail else int(snapshot.stored.get("last_no") or 0)
    if bool(snapshot.mail) != snapshot.waiting:
        report.problems.append(f"{name} 第 {first} 条：信箱有 {len(snapshot.mail)} 条，等待索引里{'有' if snapshot.waiting else '没有'}")
    if not snapshot.mail:
        return
    if snapshot.stored["owner"] != BOT:
        report.problems.append(f"{name} 第 {first} 条：信箱不空，负责人却是 {snapshot.stored['owner']}")
    if not snapshot.stored.get("ready"):
        report.problems.append(f"{name} 第 {first} 条：信箱不空，却不在 ready 里，没有人会回答")
    if list(snapshot.mail) != sorted(set(snapshot.mail)):
        report.problems.append(f"{name} 第 {first} 条：信箱次序不对 {list(snapshot.mail)}")


async def _check_tickets(record: Record, snapshot: Snapshot, report: Report) -> None:
    """The owner and the conversation's open ticket say the same."""
    owner, name = snapshot.stored["owner"], snapshot.id
    tickets = await record.tickets(sender=name, limit=1000)
    report.sums["tickets"] += len(tickets)
    open_ones = [ticket for ticket in tickets if ticket.state in OPEN]
    report.sums["open_tickets"] += len(open_ones)
    wanted = 0 if owner in (BOT, CLOSED) else 1
    problems = []
    if len(open_ones) != wanted:
        problems.append(f"由 {owner} 负责，开着的工单却有 {len(open_ones)} 张")
    for ticket in open_ones:
        belongs = owner_of(ticket)
        if wanted and belongs != owner:
            problems.append(f"由 {owner} 负责，工单 {ticket.id} 却在 {belongs}")
    if problems and await _changed(record, snapshot):
        await _check_tickets(record, await record.snapshot(name), report)
        return
    report.problems += [f"{name} 第 {snapshot.stored.get('last_no')} 条：{problem}" for problem in problems]


async def _changed(record: Record, snapshot: Snapshot) -> bool:
    """Whether the owner changed since the snapshot: then what was compared was not of one moment."""
    known = await record.conversation(snapshot.id)
    return known is not None and known.epoch != int(snapshot.stored["epoch"])


async def _check_queues(record: Record, report: Report) -> None:
    """Every waiting ticket is in exactly one queue, its group's; nothing else is in a queue."""
    places: dict[str, list[str]] = {}
    for queue in await record.queues():
        for ticket_id in await record.queue_members(queue.group):
            places.setdefault(ticket_id, []).append(queue.group)
    waiting = [t for state in QUEUED for t in await record.tickets(state=state.value, limit=1_000_000)]
    for ticket_id in places.keys() | {ticket.id for ticket in waiting}:
        # Read again now: people work while the ledger reads.
        ticket = await record.ticket(ticket_id)
        if ticket is None:
            report.problems.append(f"工单 {ticket_id}：在队列 {places[ticket_id]} 里，却没有这张工单")
            continue
        queued = await record.queued_in(ticket_id)
        should = [ticket.group] if ticket.state in QUEUED else []
        if queued != should and (again := await record.ticket(ticket_id)) == ticket:
            report.problems.append(f"{again.conversation} 工单 {ticket_id}：状态 {ticket.state.value}，应在队列 {should}，实在 {queued}")


async def _check_hands(record: Record, report: Report) -> None:
    """The index of tickets in agents' hands, by which they are counted and given back, says what the tickets say."""
    hands = await _hands(record)
    claimed = [t for state in HELD for t in await record.tickets(state=state.value, limit=1_000_000)]
    in_order = {ticket.id: [ticket.agent] for ticket in claimed}
    for ticket_id in sorted(id_ for id_ in hands.keys() | in_order.keys() if hands.get(id_) != in_order.get(id_)):
        # Read again now: people work while the ledger reads.
        ticket = await record.ticket(ticket_id)
        should = [ticket.agent] if ticket and ticket.state in HELD else []
        found = (await _hands(record)).get(ticket_id, [])
        if found != should and (again := await record.ticket(ticket_id)) == ticket:
            where = f"{again.conversation} " if again else ""
            report.problems.append(f"{where}工单 {ticket_id}：应在 {should} 手里，索引里却是 {found}")


async def _hands(record: Record) -> dict[str, list[str | None]]:
    hands: dict[str, list[str | None]] = {}
    for agent, tickets in (await record.held_all()).items():
        for held in tickets:
            hands.setdefault(held.ticket, []).append(agent)
    return hands

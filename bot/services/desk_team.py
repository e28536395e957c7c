"""People at the desk: who is there, with how much; presence, signing out, the shop's phase; the audit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.desk.rights import Person, Relation
from bot.desk.tickets import OPEN
from bot.errors import BadInput, NotFound
from bot.model import JSON
from bot.services.desk_base import check_relation, checked_reason
from bot.services.desk_rows import group_zh
from bot.services.desk_search import Search
from bot.services.give_back import give_back_all
from bot.services.phases import PhaseNow
from bot.stores.sql.desk import audit_page
from bot.stores.sql.pool import within
from bot.stores.values import AgentState

AUDIT_S = 5.0
SIGNED_OUT = "signed_out"
ASKED_EVERY = timedelta(seconds=5)


@dataclass(frozen=True)
class Deeds:
    """A page of the audit, newest first."""

    deeds: list[JSON]
    more: bool


class Team(Search):
    """What is about people rather than tickets."""

    _asked: tuple[datetime | None, dict[str, datetime]] = (None, {})

    def capacity_max(self, phase: str) -> int:
        """How many tickets an agent holds at most in this phase (data/shop/staffing.yml)."""
        capacity = self.parts.rules().staffing.capacity
        return capacity.get(phase) or max(capacity.values(), default=10)

    async def present(self, person: Person, now: datetime) -> AgentState:
        """The person's state; who came just now is online, with the phase's whole capacity."""
        known = await self.record.agent(person.id)
        if known is not None:
            if (known.role, known.groups, known.name) == (person.role, person.groups, person.name):
                return known
            known = replace(known, role=person.role, groups=person.groups, name=person.name)
        most = self.capacity_max((await self.phases.now(now)).phase)
        return known or AgentState(person.id, person.name, person.role, person.groups, "online", now, most)

    async def arrive(self, person: Person, now: datetime) -> AgentState:
        """A page of the person opened: there from now on."""
        state = await self.present(person, now)
        if person.works:
            await self.record.set_presence(state, now)
            await self.parts.signals.publish("presence", agent=person.id)
        return state

    async def set_presence(self, person: Person, status: str, capacity: int | None, now: datetime) -> AgentState:
        """online, busy or break, and how many tickets at once. BadInput."""
        if not person.works:
            raise BadInput("您的角色不接待顾客，没有在线状态")
        most = self.capacity_max((await self.phases.now(now)).phase)
        if capacity is not None and not 1 <= capacity <= most:
            raise BadInput(f"同时接待的数量要在 1 到 {most} 之间")
        known = await self.present(person, now)
        since = known.since if known.status == status else now
        state = replace(known, status=status, since=since, capacity=capacity or min(known.capacity, most))
        await self.record.set_presence(state, now)
        await self.parts.signals.publish("presence", agent=person.id)
        await self.audit(person, "presence", now, status=status, capacity=state.capacity)
        return state

    async def leave(self, person: Person, now: datetime) -> None:
        """The person signed out: the tickets in hand go back at once."""
        await self.gone(person.id, SIGNED_OUT, now)
        await self.audit(person, "sign_out", now)

    async def gone(self, agent: str, reason: str, now: datetime) -> None:
        """Off the desk, the tickets back in their queues; once more changes nothing."""
        await self.record.leave(agent)
        await give_back_all(self.record, agent, reason, now, self.parts.returned)
        await self.parts.signals.publish("presence", agent=agent)

    async def end_sign_in(self, person: Person, agent: str, reason: str, now: datetime) -> None:
        """Every sign-in of a colleague ends, on every gateway. NotFound for who is not there."""
        check_relation(person, "end_sign_in", Relation.NONE)
        if agent == person.id:
            raise BadInput("要退出自己的登录，用“退出”")
        state = await self.record.agent(agent)
        ended = await self.parts.sessions.end_all(agent)
        if state is None and not ended:
            raise NotFound("这位同事现在没有登录")
        await self.parts.signals.publish("sign_out", agent=agent, code="signed_out", error=f"{person.name}让您退出了登录，请重新登录")
        await self.gone(agent, SIGNED_OUT, now)
        await self.audit(person, "end_sign_in", now, agent=agent, reason=checked_reason(reason) or None)

    async def set_phase(self, person: Person, phase: str, now: datetime) -> PhaseNow:
        """The phase from now on, for everybody; `auto` follows the calendar again. BadInput."""
        check_relation(person, "set_phase", Relation.NONE)
        found = await self.phases.choose(phase, person.id, now)
        await self.parts.signals.publish("phase", phase=found.phase, by=person.name)
        await self.audit(person, "set_phase", now, phase=phase)
        return found

    async def team(self, person: Person, now: datetime) -> list[JSON]:
        """Everybody who is at the desk, with what is in their hands."""
        check_relation(person, "see_team", Relation.NONE)
        return await self.agents(now)

    async def agents(self, now: datetime) -> list[JSON]:
        """docs/live.md §5, Agent: who gave a sign lately, and who holds tickets without one (`offline`)."""
        presence_s = int(self.parts.rules().staffing.presence_s)
        there = {state.id: state for state in await self.record.agents(now, presence_s)}
        held = {agent: [one.ticket for one in some] for agent, some in (await self.record.held_all()).items()}
        gone = [state for agent in held if agent not in there and (state := await self.record.agent(agent))]
        asked, silent_s = await self._oldest_asked(held, now), self.parts.rules().staffing.silent_after_claim_s
        rows = [
            _agent(state, len(held.get(state.id, ())), asked.get(state.id), now, silent_s, there=state.id in there)
            for state in [*there.values(), *gone]
        ]
        return sorted(rows, key=lambda row: str(row["name"]))

    async def _oldest_asked(self, held: Mapping[str, Sequence[str]], now: datetime) -> Mapping[str, datetime]:
        """Since when the customer who waits longest for each agent does. Loads change all the time and are cheap; this reads every
        ticket that is in anybody's hands, so it is remembered for a moment."""
        at, known = self._asked
        if at is None or not timedelta(0) <= now - at < ASKED_EVERY:
            found = await self.record.desk_rows([ticket for some in held.values() for ticket in some])
            known = {}
            for row in found:
                if row.ticket.agent is not None and row.asked_at is not None:
                    known[row.ticket.agent] = min(row.asked_at, known.get(row.ticket.agent, row.asked_at))
            self._asked = now, known
        return known

    async def queues(self, groups: Sequence[str], now: datetime) -> list[JSON]:
        """docs/live.md §6, Queue, for each of the groups."""
        rules = self.parts.rules()
        found = {queue.group: queue for queue in await self.record.queues()}
        on_duty = await self.record.on_duty(now, int(rules.staffing.presence_s))
        queues = []
        for group in groups:
            queue = found.get(group)
            queues.append({
                "group": group, "name": group_zh(rules.taxonomy, group), "waiting": queue.length if queue else 0,
                "oldest_at": queue.oldest.isoformat() if queue and queue.oldest else None,
                "next_due_at": queue.next_due.isoformat() if queue and queue.next_due else None,
                "on_duty": on_duty.get(group, 0), "serious": queue.serious if queue else 0,
            })  # fmt: skip
        return queues

    async def queue_rows(self, person: Person, group: str) -> list[JSON]:
        """The rows of a queue in its order. NotFound, Forbidden."""
        if group not in self.parts.rules().taxonomy.groups:
            raise NotFound("没有这个组")
        check_relation(person, "see_queue", Relation.GROUP if group in person.groups else Relation.OTHER)
        return await self.rows.rows(await self.record.queue_members(group))

    async def mine(self, person: Person) -> list[JSON]:
        """The rows of what is in the person's hands, longest first."""
        return await self._held(person.id)

    async def in_hand(self, person: Person, agent: str) -> list[JSON]:
        """The rows of what is in a colleague's hands, for who may give it to others. Forbidden."""
        check_relation(person, "reassign", Relation.OTHER)
        return await self._held(agent)

    async def _held(self, agent: str) -> list[JSON]:
        return [row for row in await self.rows.rows(await self.record.held(agent)) if row["state"] in {s.value for s in OPEN}]

    async def audit_lines(self, person: Person, who: str | None, what: str | None, before: int | None, limit: int) -> Deeds:
        """The audit, newest first. Forbidden, StoreDown."""
        check_relation(person, "see_audit", Relation.NONE)
        found = await within(AUDIT_S, audit_page(self.parts.pool, who, what, before, limit + 1), "查操作记录")
        ids = sorted({line.who for line in found})
        names = await self.parts.names.of(ids)
        lines: list[JSON] = [
            {"no": line.no, "at": line.at.isoformat(), "who": line.who, "name": None if names[line.who] == line.who else names[line.who],
             "what": line.what, "data": line.data}
            for line in found[:limit]
        ]  # fmt: skip
        return Deeds(lines, len(found) > limit)


def _agent(state: AgentState, load: int, oldest: datetime | None, now: datetime, silent_s: float, *, there: bool) -> JSON:
    if not load:
        oldest = None
    return {
        "id": state.id, "name": state.name, "role": state.role, "groups": list(state.groups),
        "status": state.status if there else "offline", "since": state.since.isoformat(), "capacity": state.capacity,
        "load": load, "oldest_asked_at": oldest.isoformat() if oldest else None,
        "silent": oldest is not None and (now - oldest).total_seconds() > silent_s,
    }  # fmt: skip

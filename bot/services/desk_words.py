"""What the customer reads when people take over: place and estimate, or honestly that nobody is there. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.desk.routing import SUPERVISOR, staffed
from bot.desk.staffing import SHANGHAI, Ahead, Staffing
from bot.model import Ticket
from bot.playbooks.writing import ENGLISH
from bot.taxonomy import Taxonomy

ZH = {
    "next": "已为您转给{group}的同事，下一位就是您。",
    "place": "已为您转给{group}的同事，您排在第 {place} 位，估计要等 {minutes} 分钟左右。",
    "kept": "您的问题已经转给{group}，排在第 {place} 位，内容都已记下，不用重复发。",
    "nobody": "同事现在都不在线，有同事上线就按顺序联系您。",
    "away": "同事现在不在，有同事上线就按顺序联系您。",
    "closed": "现在是下班时间，{when} 上班，有同事上线就按顺序联系您。",
    "look": "这段时间没有人值班，留言每 {hours:g} 小时看一次。",
    "look_on_duty": "现在是下班时间，有同事值班，留言每 {hours:g} 小时看一次。",
    "today": "今天",
    "tomorrow": "明天",
    "date": "{month}月{day}日",
}
EN = {
    "next": "You have been passed to a colleague, and you are next.",
    "place": "You have been passed to a colleague. You are number {place} in the queue, about {minutes} minutes.",
    "kept": "Your matter has been passed on. You are number {place} in the queue; everything is noted, no need to send it again.",
    "nobody": "No colleague is online right now. They will contact you in order as soon as one comes online.",
    "away": "No colleague is there right now. They will contact you in order as soon as one comes online.",
    "closed": "We are closed now and open {when} (Beijing time). Colleagues will then contact you in order.",
    "look": "Nobody is on duty until then; messages are looked at every {hours:g} hours.",
    "look_on_duty": "We are closed now, but somebody is on duty: messages are looked at every {hours:g} hours.",
    "today": "today",
    "tomorrow": "tomorrow",
    "date": "on {day} {name}",
}


def desk_lines(
    ticket: Ticket,
    place: int,
    on_duty: Mapping[str, int],
    now: datetime,
    staffing: Staffing,
    *,
    taxonomy: Taxonomy,
    phase: str,
    ahead: Ahead | None = None,
    writing: str = "hans",
) -> tuple[str, ...]:
    """One or two lines, in English for who writes English; nothing is promised that the shifts do not hold.

    Outside the hours they say how often somebody looks, by the clock that the ticket has (playbook §3).
    """
    words = EN if writing == ENGLISH else ZH
    there = on_duty.get(ticket.group, 0)
    known = taxonomy.groups.get(ticket.group)
    group = known.zh.split("/")[0] if known else "人工客服"
    minutes, is_open = wait_minutes(place, there, staffing), staffing.open_now(ticket.group, phase, now)
    # A supervisor has clocks of his own, day and night.
    looks = not is_open and ticket.group != SUPERVISOR
    hours = (ticket.due_at - ticket.opened_at) / timedelta(hours=1)
    if minutes is not None:
        told = words["place" if place > 1 else "next"].format(group=group, place=place, minutes=minutes)
        return (told, words["look_on_duty"].format(hours=hours)) if looks else (told,)
    kept = words["kept"].format(group=group, place=place)
    if is_open:
        return (kept, words["nobody"])
    when = opens(ticket.group, ahead or phase, now, staffing, words, taxonomy)
    closed = words["closed"].format(when=when) if when else words["away"]
    gap = " " if words is EN else ""
    return (kept, f"{closed}{gap}{words['look'].format(hours=hours)}" if looks else closed)


def wait_minutes(place: int, there: int, staffing: Staffing) -> int | None:
    """About how long somebody at this place waits; None when nobody is there to count on."""
    return math.ceil(place / there * staffing.minutes_per_ticket) if there else None


def opens(
    group: str,
    phase: str | Ahead,
    now: datetime,
    staffing: Staffing,
    words: Mapping[str, str] = ZH,
    taxonomy: Taxonomy | None = None,
) -> str | None:
    """When somebody is there next, as 明天 09:00 or, after a holiday, 10月8日 09:00; None when it is not known. With the taxonomy,
    the group's fallback where the calendar brings a phase that does not staff it."""
    whose = None if taxonomy is None else (lambda then: staffed(taxonomy, group, then))
    start = staffing.next_shift(group, phase, now, whose)
    if start is None:
        return None
    local, today = start.astimezone(SHANGHAI), now.astimezone(SHANGHAI).date()
    days = (local.date() - today).days
    day = (words["today"], words["tomorrow"])[days] if days < 2 else words["date"].format(day=local.day, month=local.month, name=f"{local:%B}")
    return f"{day} {local:%H:%M}"

"""The people of the demo shop's desk: made once, with passwords that nobody knows; they come in by a link that works once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from bot.services.staff import Staff
from bot.stores.redis_sessions import RedisSessions

LINK_S = 12 * 3600
SUPERVISOR = "supervisor"


@dataclass(frozen=True)
class Person:
    """One of them; `groups` empty for who belongs to all or none."""

    name: str
    role: str
    groups: tuple[str, ...] = ()
    does: str = ""


PEOPLE = (
    Person("小林", "agent", ("returns_refunds", "reception"), "客服：退货退款、接待"),
    Person("小周", "agent", ("exceptions", "reception"), "客服：异常问题、接待"),
    Person("阿强", "agent", ("order_review", "emergency"), "客服：审单、应急"),
    Person("陈店长", SUPERVISOR, does="主管：所有组"),
    Person("培训师小美", "trainer", does="训练师"),
)


async def make_demo_staff(staff: Staff, groups: Collection[str]) -> int:
    """Adds those who are not there by name; how many. BadInput when a group is not the taxonomy's, StoreDown."""
    known = {member.name for member in await staff.members()}
    missing = [person for person in PEOPLE if person.name not in known]
    for person in missing:
        await staff.add(person.name, person.role, tuple(groups) if person.role == SUPERVISOR else person.groups)
    return len(missing)


async def sign_in_links(staff: Staff, sessions: RedisSessions) -> list[tuple[Person, str]]:
    """A one-time token for each of them who still works here; it holds twelve hours. StoreDown."""
    here = {member.name: member.id for member in await staff.members() if member.id and not member.disabled}
    return [(person, await sessions.make_link(here[person.name], LINK_S)) for person in PEOPLE if person.name in here]

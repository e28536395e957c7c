from __future__ import annotations

import asyncio
import json
import re

import asyncpg
import pytest

from bot.errors import BadInput, NotFound, StoreDown
from bot.services.staff import INTEGRATION, Keys, Staff
from bot.stores.sql import audit, signals
from bot.stores.sql import staff as table
from bot.stores.sql.pool import open_pool

GROUPS = ("reception", "returns_refunds")
NOWHERE = "postgresql://nobody@/nothing?host=/nowhere"


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def staff(database: asyncpg.Pool) -> Staff:
    return Staff(database, GROUPS, by="test")


async def test_a_person_signs_in_with_the_password_that_was_made_up(staff: Staff, database: asyncpg.Pool) -> None:
    added = await staff.add("小美", "agent", ["reception"])
    assert await staff.signed_in("小美", added.secret) == added.member
    assert await staff.signed_in("小美", added.secret + "x") is None
    assert await staff.signed_in("小丽", added.secret) is None
    stored = await database.fetchval("select password_hash from staff")
    assert stored.startswith("$argon2id$") and added.secret not in stored


async def test_ids_are_the_agents_readable_numbers(staff: Staff) -> None:
    ids = [(await staff.add(name, "agent", ["reception"])).member.id for name in ("甲", "乙")]
    assert ids == ["s1", "s2"]


async def test_a_name_is_given_once_whatever_its_case_width_or_kind(staff: Staff) -> None:
    await staff.add("Amy Li", "agent", ["reception"])
    for name, role, groups in (("ＡＭＹ  li", "trainer", []), ("amy li", INTEGRATION, [])):
        with pytest.raises(BadInput, match="已经有叫"):
            await staff.add(name, role, groups)


async def test_of_two_who_add_the_same_name_at_once_one_is_refused(staff: Staff) -> None:
    answers = await asyncio.gather(*(staff.add("店铺", role) for role in (INTEGRATION, "admin", INTEGRATION)), return_exceptions=True)
    assert sorted(type(answer).__name__ for answer in answers) == ["Added", "BadInput", "BadInput"]


@pytest.mark.parametrize(
    ("name", "role", "groups", "password", "words"),
    [
        ("小美", "boss", [], None, "没有 boss 这个角色"),
        ("小美", "agent", ["vip"], None, "没有 vip 这个组，可用：reception、returns_refunds"),
        ("小美", "agent", [], None, "至少要属于一个组"),
        (" ", "admin", [], None, "名字要"),
        ("a\0b", "admin", [], None, "名字要"),
        ("长" * 65, "admin", [], None, "名字要"),
        ("小美", "admin", [], "short", "密码要 10"),
        ("系统", INTEGRATION, ["reception"], None, "不属于任何组"),
        ("系统", INTEGRATION, [], "0123456789", "不用密码"),
    ],
)
async def test_what_is_wrong_is_said_in_chinese(
    staff: Staff, name: str, role: str, groups: list[str], password: str | None, words: str
) -> None:
    with pytest.raises(BadInput, match=re.escape(words)):
        await staff.add(name, role, groups, password)
    assert await staff.members() == []


async def test_a_new_password_replaces_the_old_one(staff: Staff) -> None:
    old = (await staff.add("小美", "admin")).secret
    new = await staff.set_password("小美")
    assert await staff.signed_in("小美", old) is None
    assert await staff.signed_in("小美", new) is not None


async def test_a_disabled_person_cannot_sign_in(staff: Staff) -> None:
    secret = (await staff.add("小美", "admin")).secret
    await staff.disable("小美")
    assert await staff.signed_in("小美", secret) is None
    assert [member.disabled for member in await staff.members()] == [True]


async def test_nobody_of_that_name_is_not_found(staff: Staff) -> None:
    for work in (staff.disable("x"), staff.set_password("x")):
        with pytest.raises(NotFound):
            await work


async def test_every_deed_stands_in_the_audit_without_secrets(staff: Staff, database: asyncpg.Pool) -> None:
    secret = (await staff.add("小美", "admin")).secret
    key = (await staff.add("系统", INTEGRATION)).secret
    await staff.set_password("小美")
    await staff.disable("系统")
    rows = await database.fetch("select who, what, data from audit order by no")
    assert [row["what"] for row in rows] == ["staff_added", "key_added", "password_set", "disabled"]
    assert not any(word in row["data"] for row in rows for word in (secret, key))
    assert await audit.first_broken(database) is None


async def test_a_key_opens_and_only_its_hash_is_kept(staff: Staff, database: asyncpg.Pool) -> None:
    key = (await staff.add("系统", INTEGRATION)).secret
    assert re.fullmatch(r"qt_[A-Za-z0-9_-]{32,}", key)
    holder = await Keys(database).check_key(key)
    assert holder is not None and (holder.name, holder.role) == ("系统", INTEGRATION)
    assert key[3:] not in str(await database.fetch("select * from api_keys"))


@pytest.mark.parametrize("key", ["", "qt_", "qt_" + "x" * 43, "x" * 46, "qt_" + "x" * 40 + "\0", "钥匙" * 20])
async def test_other_words_do_not_open(database: asyncpg.Pool, key: str) -> None:
    assert not await Keys(database).check(key)


async def test_a_disabled_key_is_refused_within_thirty_seconds(staff: Staff, database: asyncpg.Pool) -> None:
    key, clock = (await staff.add("系统", INTEGRATION)).secret, Clock()
    keys = Keys(database, clock)
    assert await keys.check(key)
    await staff.disable("系统")
    clock.now = 30.0 - Keys.ASK_S
    assert not await keys.check(key)


async def test_a_known_key_goes_on_opening_while_postgresql_is_away_and_an_unknown_one_cannot_be_told(
    staff: Staff, own_database_url: str
) -> None:
    key, clock = (await staff.add("系统", INTEGRATION)).secret, Clock()
    pool = await open_pool(own_database_url)
    keys = Keys(pool, clock)
    assert await keys.check(key)
    await pool.close()  # From here on nothing answers.
    for _ in range(3):
        clock.now += 3600
        assert await keys.check(key)
    with pytest.raises(StoreDown):
        await keys.check("qt_" + "x" * 43)


async def test_without_postgresql_adding_is_store_down() -> None:
    pool = await open_pool(NOWHERE)
    with pytest.raises(StoreDown):
        await Staff(pool, GROUPS, by="test").add("系统", INTEGRATION)


async def test_other_groups_are_the_persons_from_now_on_and_wrong_ones_are_refused(staff: Staff) -> None:
    added = await staff.add("小美", "agent", ["reception"])
    await staff.set_groups("小美", ["returns_refunds"])
    found = await staff.member(added.member.id or "")
    assert found is not None and found.groups == ("returns_refunds",)
    for groups, words in (([], "至少要属于一个组"), (["vip"], "没有 vip 这个组")):
        with pytest.raises(BadInput, match=words):
            await staff.set_groups("小美", groups)
    with pytest.raises(NotFound):
        await staff.set_groups("没人", ["reception"])


async def test_gateways_hear_of_every_change_that_ends_a_sign_in(staff: Staff, own_database_url: str) -> None:
    heard: asyncio.Queue[str | None] = asyncio.Queue()
    task = asyncio.create_task(signals.listen(own_database_url, table.CHANGED, heard.put_nowait))
    assert await asyncio.wait_for(heard.get(), 10) is None  # the line stands
    member = (await staff.add("小美", "agent", ["reception"])).member
    await staff.set_groups("小美", ["returns_refunds"])
    await staff.set_password("小美")
    await staff.change_password(member, None, "换成自己的密码真好啊")
    await staff.disable("小美")
    found = [json.loads(await asyncio.wait_for(heard.get(), 10) or "") for _ in range(3)]
    assert found == [{"id": "s1", "what": what} for what in ("groups", "password", "disabled")]
    task.cancel()
    await asyncio.wait({task})


async def test_ones_own_new_password_wants_the_old_one(staff: Staff) -> None:
    added = await staff.add("小美", "agent", ["reception"])
    assert not await staff.change_password(added.member, "不是这个密码啊啊啊", "换成自己的密码真好啊")
    assert await staff.change_password(added.member, added.secret, "换成自己的密码真好啊")
    assert await staff.signed_in("小美", "换成自己的密码真好啊") is not None

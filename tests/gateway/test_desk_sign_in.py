"""Signing in: cookie, token, Origin, tries, links, passwords; and the end of a sign-in wherever it is ended."""

from __future__ import annotations

import asyncio
from http.cookies import SimpleCookie
from typing import Any

import pytest
from desk_pages import DeskGate, eventually

from bot.playbooks.load import load_lines
from bot.services.sign_in import LINK_S, TRIES_OF_NAME, WRONG

RETURNED = load_lines()["returned"]["zh"]
"""What a customer hears whose agent left."""


def cookie_of(answer: Any) -> Any:
    found = SimpleCookie()
    for line in answer.headers.getall("Set-Cookie", []):
        found.load(line)
    return found["qt_desk"]


async def test_the_cookie_is_for_this_page_alone_and_not_for_scripts(floor: DeskGate) -> None:
    answer = await floor.browsers["lin"].sign_in()
    cookie, me = cookie_of(answer), await answer.json()
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["max-age"], cookie["secure"]) == (
        True,
        "Strict",
        "/",
        "43200",
        "",
    )
    assert me["me"] == {"id": "s1", "name": "小林", "role": "agent", "groups": ["exceptions"], "status": "online", "capacity": 10}
    assert cookie.value not in await answer.text()
    assert (await floor.browsers["lin"].read("me"))["rights"] == me["rights"]


async def test_what_a_page_begins_with(floor: DeskGate) -> None:
    me = await (await floor.browsers["boss"].sign_in()).json()
    assert {"take_over", "end_sign_in", "set_phase"} <= set(me["rights"])
    assert {"name": "exceptions", "zh": "异常问题组"} in me["groups"]
    assert {"name": "faq.tracking", "zh": "物流查询"} in me["labels"]
    assert {"refunded", "explained"} <= {outcome["name"] for outcome in me["outcomes"]}
    assert set(me["reasons"]) == {"transfer", "give_back", "to_bot", "take_over", "break"}
    assert (me["capacity_max"], me["limits"]) == (10, {"first_reply_warn_s": 100, "first_reply_due_s": 180, "silent_s": 120})


async def test_each_sign_in_has_a_new_token_whatever_the_browser_brought(floor: DeskGate) -> None:
    lin = floor.browsers["lin"]
    lin.session.cookie_jar.update_cookies({"qt_desk": "chosen-by-somebody-else"}, lin.gate.client.make_url("/"))
    await lin.sign_in()
    first = lin.cookie
    await lin.sign_in()
    assert first != "chosen-by-somebody-else" and lin.cookie not in (first, None)


async def test_without_a_sign_in_nothing_opens(floor: DeskGate) -> None:
    await floor.ticket()
    lin = floor.browsers["lin"]
    for path in ("me", "mine", "team", "queues/exceptions", "conversations/c1", "search?q=5503"):
        assert (await lin.get(path)).status == 401
    assert (await lin.post("presence", status="online")).status == 401
    async with lin.page() as page:
        assert await page.closed() == 4401


async def test_a_deed_wants_the_pages_token_and_its_origin(floor: DeskGate) -> None:
    (lin,) = await floor.signed_in("lin")
    for headers in (
        {"X-CSRF-Token": ""},
        {"X-CSRF-Token": "x" * 43},
        {"Origin": "https://evil.example"},
        {"Origin": ""},
        {"Origin": "null"},
    ):
        answer = await lin.post("presence", status="busy", headers=headers)
        assert (answer.status, (await answer.json())["code"]) == (403, "forbidden")
    assert (await lin.read("me"))["me"]["status"] == "online"
    assert (await lin.post("presence", status="busy")).status == 200
    answer = await lin.post("sign-in", name="小林", password=lin.password, headers={"Origin": "https://evil.example"})
    assert answer.status == 403


async def test_another_pages_socket_is_refused(floor: DeskGate) -> None:
    (lin,) = await floor.signed_in("lin")
    for origin in ("https://evil.example", ""):
        async with lin.page(origin=origin) as page:
            assert await page.closed() == 4403


async def test_wrong_tries_lock_a_name_also_one_that_nobody_has_and_no_other(floor: DeskGate) -> None:
    lin, nobody = floor.browsers["lin"], floor.browser("nobody")
    for browser, name in ((lin, "小林"), (nobody, "没有的人")):
        said = []
        for _ in range(TRIES_OF_NAME + 1):
            answer = await browser.post("sign-in", name=name, password="不是这个密码啊啊")
            said.append((answer.status, (await answer.json())["error"], "Retry-After" in answer.headers))
        assert said[:TRIES_OF_NAME] == [(401, WRONG, False)] * TRIES_OF_NAME
        assert (said[-1][0], said[-1][2]) == (429, True)
    assert (await lin.sign_in()).status == 429
    assert (await floor.browsers["mei"].sign_in()).status == 200


async def test_tries_at_the_same_moment_are_counted_like_others(floor: DeskGate) -> None:
    lin = floor.browsers["lin"]
    answers = await asyncio.gather(*(lin.post("sign-in", name="小林", password=f"不是这个密码啊啊{n}") for n in range(12)))
    assert sorted(answer.status for answer in answers) == [401] * TRIES_OF_NAME + [429] * (12 - TRIES_OF_NAME)


async def test_a_link_signs_in_once_and_lets_choose_a_password_without_an_old_one(floor: DeskGate) -> None:
    sessions = floor.parts.sessions
    link = await sessions.make_link("s1", LINK_S)
    lin, thief = floor.browsers["lin"], floor.browser("lin")
    assert (await lin.sign_in(link=link)).status == 200
    assert (await thief.sign_in(link=link)).status == 401
    answer = await lin.post("password", new="自己想的好密码一个")
    assert answer.status == 400  # nine characters
    assert (await lin.post("password", new="小林的密码二零二六")).status == 400
    lin.me = await lin.do("password", new="自己想的好密码一个半")
    assert (await thief.sign_in(name="小林", password="自己想的好密码一个半")).status == 200
    answer = await lin.post("password", new="再换一个好密码看看")
    assert (await answer.json())["error"] == "请填旧密码"


async def test_a_new_password_ends_the_other_sign_ins(floor: DeskGate) -> None:
    (lin,) = await floor.signed_in("lin")
    other = floor.browser("lin")
    await other.sign_in()
    async with other.page() as there, lin.page() as here:
        await there.until("welcome")
        await here.until("welcome")
        assert (await lin.post("password", old="不是旧密码不是啊", new="换成自己的好密码啊啊")).status == 400
        lin.me = await lin.do("password", old=lin.password, new="换成自己的好密码啊啊")
        assert {await there.closed(), await here.closed()} == {1001}
    assert (await other.get("me")).status == 401
    async with lin.page() as again:
        await again.until("welcome")
    assert (await other.sign_in()).status == 401
    assert (await other.sign_in(name="小林", password="换成自己的好密码啊啊")).status == 200


async def test_signing_out_ends_the_sign_in_and_gives_the_tickets_back(floor: DeskGate) -> None:
    (lin,) = await floor.signed_in("lin")
    ticket = await floor.ticket()
    async with lin.page() as page:
        await page.until("welcome")
        await lin.do(f"tickets/{ticket.id}/claim")
        answer = await lin.post("sign-out")
        assert answer.status == 200 and cookie_of(answer).value == ""
        assert (await page.until("bye"))["code"] == "signed_out" and await page.closed() == 4401
    assert await floor.owner() == "queue:exceptions"
    assert RETURNED in await _told(floor)
    assert (await lin.get("me")).status == 401
    assert await floor.gate.record.agent("s1") is None


async def test_with_another_browser_still_signed_in_the_tickets_stay(floor: DeskGate) -> None:
    (lin,) = await floor.signed_in("lin")
    other = floor.browser("lin")
    await other.sign_in()
    ticket = await floor.ticket()
    await lin.do(f"tickets/{ticket.id}/claim")
    await lin.do("sign-out")
    assert await floor.owner() == "agent:s1"
    await other.do("sign-out")
    assert await floor.owner() == "queue:exceptions"


@pytest.mark.parametrize(("what", "code"), [("disable", 4403), ("groups", 4401), ("password", 4401)])
async def test_a_change_of_the_staff_closes_the_pages_at_once(floor: DeskGate, what: str, code: int) -> None:
    (lin,) = await floor.signed_in("lin")
    ticket = await floor.ticket()
    async with lin.page() as page:
        await page.until("welcome")
        await lin.do(f"tickets/{ticket.id}/claim")
        work = {
            "disable": floor.staff.disable,
            "groups": lambda n: floor.staff.set_groups(n, ["reception"]),
            "password": floor.staff.set_password,
        }
        await work[what]("小林")
        assert (await page.until("bye"))["error"] and await page.closed() == code
    assert (await lin.get("me")).status == 401
    back = what == "disable"
    await eventually(lambda: _owned(floor, "queue:exceptions" if back else "agent:s1"))
    assert (RETURNED in await _told(floor)) is back
    assert (await lin.sign_in()).status == (200 if what == "groups" else 401)


async def _told(floor: DeskGate) -> list[str]:
    return [event["text"] for event in await floor.gate.record.events("c1") if event["type"] == "notice"]


async def _owned(floor: DeskGate, owner: str) -> bool:
    return await floor.owner() == owner


async def test_a_supervisor_ends_a_colleagues_sign_in_and_the_audit_knows(floor: DeskGate) -> None:
    lin, boss = await floor.signed_in("lin", "boss")
    ticket = await floor.ticket()
    await lin.do(f"tickets/{ticket.id}/claim")
    async with lin.page() as page:
        await page.until("welcome")
        await boss.do("agents/s1/sign-out", reason="离开座位")
        assert await page.closed() == 4401
    assert await floor.owner() == "queue:exceptions"
    assert (await boss.post("agents/s1/sign-out", reason="")).status == 404
    assert (await boss.post("agents/s4/sign-out", reason="")).status == 400
    lines = [row for row in await floor.parts.outbox.rows() if row.what == "end_sign_in"]
    assert [(row.who, row.data["agent"], row.data["reason"]) for row in lines] == [("s4", "s1", "离开座位")]


async def test_pictures_are_shown_to_who_is_signed_in(floor: DeskGate) -> None:
    (lin,) = await floor.signed_in("lin")
    thief = floor.browser("lin")
    for browser, status in ((lin, 404), (thief, 401)):
        answer = await browser.session.get(f"{browser.origin}/uploads/{'0' * 32}.jpg")
        assert answer.status == status

"""Announcements over the doors: every page shows what is on at once and nothing once it is off; who may, and what is refused."""

from __future__ import annotations

from datetime import timedelta

from desk_pages import DeskGate
from gates import Gate, now
from visitor_pages import a_page

from bot.gateway.keys import ANNOUNCEMENTS
from bot.model import JSON


def at(hours: float) -> str:
    return (now().replace(microsecond=0) + timedelta(hours=hours)).isoformat()


def ids(frame: JSON) -> list[str]:
    return [one["id"] for one in frame["on"]]


async def test_open_pages_and_new_ones_show_it_at_once_and_no_more_once_it_is_off(floor: DeskGate) -> None:
    (boss,) = await floor.signed_in("boss")
    async with a_page(floor.gate) as page:
        await page.sync()
        assert ids(await page.until("announcement")) == []
        back_at = at(2)
        await boss.do("announcements/page_down", deed="d1", back_at=back_at, until=None)
        (shown,) = (await page.until("announcement"))["on"]
        assert shown["back_at"] == back_at
        assert shown["title"] == "页面故障" and "恢复" in shown["text"] and "We expect to be back" in shown["text_en"]
        assert "by" not in shown and "name" not in shown
        async with a_page(floor.gate) as late:
            await late.sync()
            assert ids(await late.until("announcement")) == ["page_down"]
        await boss.do("announcements/payment_failure", deed="d2")
        assert sorted(ids(await page.until("announcement"))) == ["page_down", "payment_failure"]
        for id_ in ("page_down", "payment_failure"):
            answer = await boss.delete(f"announcements/{id_}")
            assert answer.status == 200, await answer.text()
        assert ids(await page.until("announcement", lambda frame: not frame["on"])) == []


async def test_it_goes_by_itself_and_its_words_change_when_its_time_passes(gate: Gate) -> None:
    frames = gate.client.app[ANNOUNCEMENTS]  # type: ignore[index]
    clock = [now()]
    frames._clock = lambda: clock[0]
    announcing = frames._announcing
    times = {"back_at": clock[0] + timedelta(hours=1), "until": clock[0] + timedelta(hours=2)}
    async with a_page(gate) as page:
        await page.sync()
        await page.until("announcement")
        await announcing.switch_on("page_down", "d1", by="s4", name="主管王", now=clock[0], **times)
        assert "预计" in (await page.until("announcement"))["on"][0]["text"]
        clock[0] = times["back_at"]
        assert "比预计的时间晚了" in (await page.until("announcement"))["on"][0]["text"]
        clock[0] = times["until"]
        assert ids(await page.until("announcement")) == []


async def test_the_desk_sees_which_since_when_by_whom(floor: DeskGate) -> None:
    boss, lin = await floor.signed_in("boss", "lin")
    async with lin.page() as page:
        assert (await page.until("welcome"))["announcements"] == []
        await boss.do("announcements/overselling", deed="d1", until=at(3), goods=["RUN-42"])
        (one,) = (await page.until("announcements"))["on"]
        assert (one["name"], one["goods"], one["back_at"]) == ("主管王", ["RUN-42"], None)
        async with lin.page() as other:
            assert (await other.until("welcome"))["announcements"] == [one]


async def test_who_may_not_and_what_cannot_be_is_said_in_words(floor: DeskGate) -> None:
    boss, lin = await floor.signed_in("boss", "lin")
    assert (await lin.post("announcements/page_down", deed="d1")).status == 403
    assert (await lin.delete("announcements/page_down")).status == 403
    assert (await lin.get("announcements")).status == 403
    assert (await boss.post("announcements/nothing", deed="d1")).status == 404
    for wrong in (
        {},
        {"deed": "d1", "back_at": "23:00"},
        {"deed": "d1", "back_at": at(-1)},
        {"deed": "d1", "until": at(-1)},
        {"deed": "d1", "x": 1},
    ):
        answer = await boss.post("announcements/page_down", **wrong)
        assert (answer.status, (await answer.json())["code"]) == (400, "bad_input"), wrong
    assert [row["on"] for row in (await boss.read("announcements"))["announcements"]] == [None, None, None]
    said = await boss.do("announcements/page_down/preview", back_at=at(1))
    assert "预计" in said["text"]
    assert (await boss.delete("announcements/page_down", headers={"X-CSRF-Token": ""})).status == 403


async def test_the_same_request_after_it_was_switched_off_changes_nothing(floor: DeskGate) -> None:
    (boss,) = await floor.signed_in("boss")
    await boss.do("announcements/page_down", deed="d1")
    await boss.delete("announcements/page_down")
    assert [row["on"] for row in (await boss.do("announcements/page_down", deed="d1"))["announcements"]] == [None, None, None]

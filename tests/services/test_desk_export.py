"""A case taken out: what is in it, what is masked for whom, what people wrote is escaped, what is missing is named."""

from __future__ import annotations

import json
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import asyncpg
import pytest
from redis.asyncio import Redis

from bot.errors import Forbidden
from bot.model import JSON
from bot.services.case_file import Case
from bot.services.case_zip import write_zip
from bot.services.desk import Desk
from tests.services.desk_people import BOSS, LIN, MEI, RUI, TRAINER, a_desk, audited, hand_off
from tests.stores.redis_builders import NOON, a_ticket, after

PICTURE, GONE = "a" * 32 + ".jpg", "b" * 32 + ".png"
WORDS = "<script>alert(1)</script>我是张三，电话13800000001，订单512600000000000005503，住浙江省杭州市西湖区桂花弄1号"
SECRETS = ("13800000001", "512600000000000005503", "桂花弄", "张三", "78012345678901")


@pytest.fixture
def desk(redis: Redis, key_prefix: str, database: asyncpg.Pool) -> Desk:
    return a_desk(redis, key_prefix, database)


@pytest.fixture
async def ticket(desk: Desk) -> str:
    """lin's, with a talk, a note, a promise and evidence."""
    found = (await hand_off(desk, text=WORDS)).id
    await desk.claim(LIN, found, NOON)
    await desk.record.accept("c1", "看图", "m2", now=NOON, images=[PICTURE, GONE, "../../secret.jpg"])
    await desk.say(LIN, "c1", "s1", "您好，我看看", (), NOON)
    await desk.whisper(LIN, "c1", "w1", "这位顾客很急", NOON)
    await desk.promise(LIN, "c1", "p1", "补发一件", after(3600), NOON, "gift")
    no = next(event["no"] for event in await desk.record.events("c1") if event.get("text") == "看图")
    await desk.evidence(LIN, found, "照片", True, no, NOON)
    return found


def opened(case: Case, uploads: Path, most: int = 10**9) -> tuple[list[str], str, JSON]:
    """(names, page, JSON) of the zip."""
    out = BytesIO()
    write_zip(case, uploads, out, most)
    with ZipFile(out) as file:
        assert file.testzip() is None
        return file.namelist(), file.read("index.html").decode(), json.loads(file.read("case.json"))


@pytest.fixture
def uploads(tmp_path: Path) -> Path:
    (tmp_path / "uploads").mkdir()
    (tmp_path / "uploads" / PICTURE).write_bytes(b"\xff\xd8\xff" + b"x" * 97)
    (tmp_path / "secret.jpg").write_bytes(b"secret")
    return tmp_path / "uploads"


async def test_who_may_see_the_buyer_takes_it_all_out_and_the_audit_keeps_it(desk: Desk, ticket: str, uploads: Path) -> None:
    names, page, data = opened(await desk.export(LIN, ticket, after(60)), uploads)
    assert sorted(names) == sorted(["index.html", "case.json", f"pictures/{PICTURE}"])
    assert all(secret in page for secret in SECRETS)
    facts = ("2026-11-11 12:01:00（北京时间）", "连衣裙", "129.00 元", "【义乌市】已揽收")
    for words in (*facts, "您好，我看看", "客服 小林", "补发一件", "补发或赠品", "未到期"):
        assert words in page, words
    assert [piece["have"] for piece in data["evidence"]] == [True, False] and data["evidence"][0]["pictures"][0] == PICTURE
    (line,) = [line for line in await audited(desk) if line["what"] == "export"]
    assert (line["who"], line["ticket"], line["masked"], line["internal"]) == ("s1", ticket, False, False)


@pytest.mark.parametrize(("person", "masked"), [(MEI, False), (BOSS, True)])
async def test_for_others_numbers_names_and_addresses_are_hidden_everywhere(
    desk: Desk, ticket: str, uploads: Path, person: object, masked: bool
) -> None:
    names, page, data = opened(await desk.export(person, ticket, NOON, masked=masked), uploads)  # type: ignore[arg-type]
    assert [secret for secret in SECRETS if secret in page or secret in json.dumps(data, ensure_ascii=False)] == []
    assert "138****0001" in page and "张*" in page and "****5503" in page and "已隐去一部分" in page
    assert f"pictures/{PICTURE}" in names


async def test_what_people_wrote_runs_nowhere(desk: Desk, ticket: str, uploads: Path) -> None:
    _, page, data = opened(await desk.export(LIN, ticket, NOON), uploads)
    assert "<script" not in page and "&lt;script&gt;alert(1)" in page
    assert "script-src 'none'" in page and data["lines"][0]["text"].startswith("<script>")


async def test_notes_among_colleagues_are_for_a_supervisor_who_asks(desk: Desk, ticket: str, uploads: Path) -> None:
    assert "这位顾客很急" not in opened(await desk.export(BOSS, ticket, NOON), uploads)[1]
    page = opened(await desk.export(BOSS, ticket, NOON, internal=True), uploads)[1]
    assert "这位顾客很急" in page and "不要交给顾客或平台" in page
    for person in (RUI, TRAINER):
        with pytest.raises(Forbidden):
            await desk.export(person, ticket, NOON)
    with pytest.raises(Forbidden):
        await desk.export(LIN, ticket, NOON, internal=True)


async def test_pictures_that_are_missing_or_too_many_are_named(desk: Desk, ticket: str, uploads: Path) -> None:
    case = await desk.export(LIN, ticket, NOON)
    _, page, data = opened(case, uploads)
    assert f"图片 {GONE}：文件已不在，没有放进来" in page
    assert set(data["pictures_left_out"]) == {GONE, "../../secret.jpg"}
    names, page, data = opened(case, uploads, most=99)
    assert names == ["index.html", "case.json"] and "超出一次导出的 200 MB" in data["pictures_left_out"][PICTURE]
    assert "有 3 张图片没有放进来" in page


async def test_an_earlier_matter_stays_out_and_one_that_opened_again_comes_along(desk: Desk, uploads: Path) -> None:
    first = await hand_off(desk, text="第一件事")
    await desk.claim(LIN, first.id, NOON)
    await desk.to_bot(LIN, first.id, "", after(10))
    second = await _again(desk)
    page = opened(await desk.export(BOSS, second, after(40)), uploads)[1]
    assert "第二件事" in page and "第一件事" not in page
    await desk.claim(LIN, second, after(50))
    await desk.close(LIN, second, "explained", "", after(60))
    reopened = (await desk.reopen(LIN, "c1", after(70)))["id"]
    page = opened(await desk.export(LIN, reopened, after(80)), uploads)[1]
    assert "第二件事" in page and "第一件事" not in page


async def _again(desk: Desk) -> str:
    await desk.record.accept("c1", "第二件事", "m9", now=after(20), buyer_id="b1")
    known = await desk.record.conversation("c1")
    assert known is not None
    ticket = replace(a_ticket(await desk.record.new_ticket_id(NOON), "c1", opened_s=30), buyer_id="b1", previous=known.ticket_id)
    await desk.record.hand_over("c1", ticket, lines=(), reason="claim", by="bot", now=after(30))
    return ticket.id


async def test_what_was_offered_and_planned_comes_along_and_what_only_colleagues_know_does_not(
    desk: Desk, ticket: str, uploads: Path
) -> None:
    for deed, amount in (("d1", 500), ("d2", 600)):
        await desk.offer(LIN, ticket, deed, "compensation", amount, f"赔{amount}分，打 13800000001 确认", NOON)
    taken_back = (await desk.ticket(ticket)).offers[1].id
    await desk.withdraw_offer(LIN, ticket, taken_back, NOON)
    await desk.plan(LIN, ticket, NOON, "退一半，货您留着", "财务打款")
    no = next(event["no"] for event in await desk.record.events("c1") if event.get("text") == "看图")
    await desk.answer_plan(LIN, ticket, True, no, after(60))
    _, page, data = opened(await desk.export(MEI, ticket, NOON), uploads)
    assert [(row["kind"], row["amount"], row["state"]) for row in data["offers"]] == [("补偿", "5.00 元", "已提出")]
    assert (data["plan"]["answer"], data["plan"]["message"], data["plan"]["deed"]) == ("同意", no, "")
    assert "退一半，货您留着" in page and "13800000001" not in page and "财务打款" not in page
    _, page, data = opened(await desk.export(BOSS, ticket, NOON, internal=True), uploads)
    assert [row["state"] for row in data["offers"]] == ["已提出", "已撤回"]
    assert "财务打款" in page

"""Offers from outside: the desk's REST and sockets, what the shop's system reads, and that no customer hears of it."""

from __future__ import annotations

import pytest
from desk_pages import DeskGate
from gates import now

from bot.model import JSON


async def claimed(floor: DeskGate, conversation: str = "c1") -> str:
    ticket = await floor.ticket(conversation)
    await floor.gate.record.claim(ticket.id, "s1", now=now())
    return ticket.id


def an_offer(fen: object = 9000, **more: object) -> JSON:
    return {"deed": "d1", "kind": "compensation", "amount_fen": fen, "words": "屏幕碎了，补一点", **more}


async def test_an_offer_above_the_limit_from_the_agents_form_to_the_supervisors_answer(floor: DeskGate) -> None:
    lin, mei, boss = await floor.signed_in("lin", "mei", "boss")
    ticket = await claimed(floor)
    assert (await lin.read(f"tickets/{ticket}/authority"))["limit_fen"] == 3870
    async with lin.page() as asker, mei.page() as colleague, boss.page() as decider:
        for page in (asker, colleague, decider):
            await page.until("welcome")
        (asked,) = (await lin.do(f"tickets/{ticket}/offers", **an_offer()))["row"]["offers"]
        assert (asked["state"], asked["by_name"], asked["amount_fen"]) == ("asked", "小林", 9000)
        alert = await decider.until("alert")
        assert (alert["what"], alert["row"]["id"]) == ("offer_asked", ticket)
        assert [row["id"] for row in (await boss.read("offers"))["rows"]] == [ticket]
        (agreed,) = (await boss.do(f"tickets/{ticket}/offers/{asked['id']}/decide", yes=True, note="可以"))["row"]["offers"]
        assert (agreed["state"], agreed["decided_by_name"], agreed["note"]) == ("agreed", "主管王", "可以")
        assert (await asker.until("alert"))["what"] == "offer_decided"
        assert (await boss.read("offers"))["rows"] == []
        for page, heard in ((asker, ["offer_decided"]), (colleague, []), (decider, ["offer_asked"])):
            await page.send("ping")
            await page.until("pong")
            assert [frame["what"] for frame in page.frames if frame["type"] == "alert"] == heard
    answer = await boss.post(f"tickets/{ticket}/offers/{asked['id']}/decide", yes=False)
    assert (answer.status, (await answer.json())["code"]) == (409, "wrong_move")
    found = await (await floor.gate.call("GET", "/api/tickets?sender=c1")).json()
    (seen,) = found["tickets"][0]["offers"]
    assert (seen["state"], seen["by"], seen["decided_by"], seen["amount_fen"]) == ("agreed", "agent:s1", "agent:s4", 9000)


@pytest.mark.parametrize("fen", [38.7, "3870", -1, True, None, 10**12])
async def test_money_is_a_whole_number_of_fen(floor: DeskGate, fen: object) -> None:
    lin = await floor.begun("lin")
    answer = await lin.post(f"tickets/{await claimed(floor)}/offers", **an_offer(fen))
    assert answer.status == 400 and "amount_fen" in (await answer.json())["error"]


async def test_what_is_refused_says_why(floor: DeskGate) -> None:
    lin, boss = await floor.signed_in("lin", "boss")
    ticket = await claimed(floor)
    for status, code, words, body in (
        (400, "bad_input", "超过了订单金额", an_offer(10_000_000)), (400, "bad_input", "没有这种提议", an_offer(kind="present")),
        (400, "bad_input", "deed", {**an_offer(), "deed": ""}), (400, "bad_input", "写一句", an_offer(words="")),
    ):  # fmt: skip
        answer = await lin.post(f"tickets/{ticket}/offers", **body)
        said = await answer.json()
        assert (answer.status, said["code"]) == (status, code) and words in said["error"], said
    (own,) = (await boss.do(f"tickets/{ticket}/offers", **an_offer(100)))["row"]["offers"]
    assert own["state"] == "made"
    answer = await boss.post(f"tickets/{ticket}/offers/{own['id']}/decide", yes=True)
    assert answer.status == 403
    await lin.do(f"tickets/{ticket}/close", outcome="explained", note="")
    answer = await lin.post(f"tickets/{ticket}/offers", **an_offer(100, deed="d2"))
    assert (answer.status, (await answer.json())["code"]) == (409, "wrong_move")

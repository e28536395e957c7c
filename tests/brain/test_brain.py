"""Rasa as a library: what customers type is never a command, and models change between turns."""

from __future__ import annotations

import asyncio
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
import structlog

from bot.errors import ModelMissing
from bot.model import Facts
from bot.nlu import registry
from bot.nlu.understander import Understander
from tests.brain.brains import BROKEN, a_brain, faulty_action, playbooks, shipped_brain
from tests.stores.redis_builders import NOON

FACTS = Facts(now=NOON, orders_known=False)
QUESTION = "我的快递到哪了"
ODD = {
    "a command": "/restart",
    "an intent with entities": '/greet{"a":1}',
    "a command after blanks": "  \n/back",
    "a wide slash": "／restart",
    "a slash after an invisible character": "\u200b/restart",
    "an intent of ours": "/faq.invoice_howto",
    "a slot": '/deny{"matter": {"v": 1}}',
    "nothing": "",
    "blanks": " \t\n",
    "two thousand characters": "快递" * 1000,
    "one long word": "a" * 2000,
    "emoji": "😀👨‍👩‍👧" * 50,
    "half an emoji": "在吗\ud83d",
    "a zero byte": "在\x00吗",
    "a template": "{matter} {{7*7}} %s ${HOME}",
}


@pytest.fixture
def folder(model_path: Path, tmp_path: Path) -> Path:
    """A folder with one model, an hour old."""
    put(model_path, tmp_path / "models" / "1.tar.gz", 1_000_000)
    return tmp_path / "models"


def put(archive: Path, place: Path, at: int) -> None:
    place.parent.mkdir(exist_ok=True)
    shutil.copy(archive, place)
    os.utime(place, (at, at))


def go_live(folder: Path, name: str) -> None:
    registry.make_live(folder, name, registry.PROMOTED, "", NOON)


def tear(place: Path, at: int) -> None:
    place.write_bytes(place.read_bytes()[:10_000])
    os.utime(place, (at, at))


@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
async def test_odd_texts_are_words_like_others(model_path: Path, text: str) -> None:
    brain = shipped_brain(model_path)
    before = (await brain.turn("c1", QUESTION, FACTS, {})).slots
    result = await brain.turn("c1", text, FACTS, before)
    assert result.envelope["lines"]
    assert '"text":"/' not in "".join(result.events)
    assert result.slots["matter"]["turns"] == before["matter"]["turns"] + 1
    stored = "".join(result.events)
    assert stored.encode()
    assert not {"restart", "rewind", "pause"} & {row.split('"event":"')[1].split('"')[0] for row in result.events}


async def test_a_slash_changes_nothing_about_what_is_understood(model_path: Path) -> None:
    brain = shipped_brain(model_path)
    labels = [(await brain.turn("c1", text, FACTS, {})).envelope["decision"]["label"] for text in (QUESTION, "/" + QUESTION)]
    assert labels == ["faq.tracking", "faq.tracking"]


async def test_what_goes_back_to_the_record_is_masked_and_holds_no_facts(model_path: Path) -> None:
    facts = Facts(now=NOON, buyer_id="buyer-777", orders_known=True)
    text = "订单512603001122003010，电话13800138000，快递呢"
    result = await shipped_brain(model_path).turn("c1", text, facts, {})
    stored = "".join([*result.events, str(result.slots)])
    for secret in ("512603001122003010", "13800138000", "buyer-777", "facts"):
        assert secret not in stored


async def test_conversations_at_the_same_time_do_not_mix(model_path: Path) -> None:
    brain = shipped_brain(model_path)
    texts = [QUESTION, "在吗", "怎么申请退货", "发票怎么开"] * 3
    alone = [(await brain.turn("x", text, FACTS, {})).envelope for text in texts]
    together = await asyncio.gather(*(brain.turn(f"c{n}", text, FACTS, {}) for n, text in enumerate(texts)))
    assert [result.envelope for result in together] == alone


async def test_an_actions_exception_is_the_turns_and_no_envelope_is_a_failure(folder: Path) -> None:
    raising, silent = (a_brain(folder, faulty_action(fault)) for fault in ("raises", "leaves no envelope"))
    with pytest.raises(KeyError):
        await raising.turn("c1", BROKEN, FACTS, {})
    with pytest.raises(Exception, match="0 decisions"):
        await silent.turn("c1", BROKEN, FACTS, {})
    assert (await raising.turn("c1", QUESTION, FACTS, {})).envelope["decision"]["label"] == "faq.tracking"


async def test_the_model_that_is_live_now_is_taken_while_a_turn_ends_on_the_old_one(folder: Path, model_path: Path) -> None:
    from actions.playbook import ActionPlaybook

    begun, go_on = asyncio.Event(), asyncio.Event()

    class Slow(ActionPlaybook):
        async def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[dict[str, Any]]:  # type: ignore[override]
            begun.set()
            await go_on.wait()
            return super().run(dispatcher, tracker, domain)

    brain = a_brain(folder, Slow(playbooks()))
    assert await brain.take_live() is False
    turn = asyncio.create_task(brain.turn("c1", QUESTION, FACTS, {}))
    await asyncio.wait_for(begun.wait(), 20)
    put(model_path, folder / "2.tar.gz", 2_000_000)
    assert await brain.take_live() is False, "a candidate"
    go_live(folder, "2.tar.gz")
    assert await brain.take_live() is True
    assert brain.model_name == "2.tar.gz"
    go_on.set()
    result = await turn
    assert result.envelope["decision"]["label"] == "faq.tracking"
    assert result.slots["matter"]["turns"] == 1
    assert (await brain.turn("c1", "在吗", FACTS, result.slots)).slots["matter"]["turns"] == 2
    assert await brain.take_live() is False
    registry.roll_back(folder, Understander.load, NOON)
    assert await brain.take_live() is True
    assert brain.model_name == "1.tar.gz"


async def test_a_torn_model_is_refused_once_and_the_old_one_stays_until_it_is_whole(folder: Path, model_path: Path) -> None:
    brain = a_brain(folder)
    put(model_path, folder / "2.tar.gz", 2_000_000)
    tear(folder / "2.tar.gz", 2_000_000)
    go_live(folder, "2.tar.gz")
    with structlog.testing.capture_logs() as logs:
        assert [await brain.take_live(), await brain.take_live()] == [False, False]
    assert [(row["event"], row["model"]) for row in logs if row["event"] == "model_refused"] == [("model_refused", "2.tar.gz")]
    assert brain.model_name == "1.tar.gz"
    assert (await brain.turn("c1", QUESTION, FACTS, {})).envelope["decision"]["label"] == "faq.tracking"
    put(model_path, folder / "2.tar.gz", 3_000_000)
    assert await brain.take_live() is True


def test_a_worker_whose_live_model_is_torn_takes_another_and_makes_it_live(folder: Path, model_path: Path) -> None:
    put(model_path, folder / "2.tar.gz", 2_000_000)
    tear(folder / "2.tar.gz", 2_000_000)
    go_live(folder, "2.tar.gz")
    assert a_brain(folder).model_name == "1.tar.gz"
    assert registry.live_name(folder) == "1.tar.gz"


def test_without_a_model_the_way_out_is_said(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="make train"):
        a_brain(tmp_path / "nowhere")
    (tmp_path / "1.tar.gz").write_bytes(b"no model")
    with pytest.raises(ModelMissing, match="make train"):
        a_brain(tmp_path)

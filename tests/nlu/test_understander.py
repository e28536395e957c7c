"""The shipped model: frozen sentences that must stay right, numbers, tone, second matters, broken archives."""

from __future__ import annotations

import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from bot.errors import ModelMissing
from bot.nlu.understander import Understander

# Small talk and the wordings of buttons: a trainer's new lines must never turn these.
FROZEN = {
    "chat.greet": ["你好", "在吗", "hello", "有人吗"],
    "chat.goodbye": ["再见", "拜拜"],
    "chat.thanks": ["谢谢", "好的谢谢", "谢谢啦"],
    "chat.affirm": ["好", "好的", "嗯", "嗯嗯", "是的", "可以", "行", "ok", "对"],
    "chat.deny": ["不", "不用了", "不是", "不行", "不要", "算了"],
    "chat.human": ["人工", "转人工", "人工客服", "我要人工", "找真人", "轉人工"],
    "chat.bot_challenge": ["你是机器人吗", "是真人吗"],
    "chat.inform_order": ["2651178890034127785", "订单号2651178890034127785", "13812340000"],
    "chat.abuse": ["垃圾", "傻逼"],
    "faq.return_process": ["怎么退货", "退货怎么弄"],
    "faq.return_conditions": ["七天无理由怎么算的"],
    "faq.tracking": ["我的快递到哪了", "查物流", "where is my order", "帮我查快递", "我买的篮球鞋到哪了"],
    "faq.shipping_urge": ["怎么还不发货"],
    "faq.cancel_order": ["取消订单"],
    "faq.exchange": ["我想换货", "不对，我是说换货", "不是退货，是换货"],
    "faq.refund_process": ["i want a refund", "别投诉了 我就问问退款"],
    "faq.invoice_howto": ["怎么开发票", "不是这个 我问的是发票", "i need an invoice"],
    "faq.product_question": ["什么垃圾袋好用", "人工草坪多少钱一米"],
    "faq.price_protection": ["怎么申请价保"],
    "dispute.product_quality": ["壶漏电，手被烫伤了"],
    "dispute.escalation": ["我要打12315投诉你们", "不处理就找平台介入"],
    "case.wrong_or_missing_item": ["发错货了", "少发了一件"],
    "case.damaged_on_arrival": ["收到就是碎的"],
    "case.not_received": ["显示签收了但是我没收到"],
    "case.counterfeit": ["你们卖的是假货"],
    "out_of_scope": ["今天天气怎么样", "给我讲个笑话", "usb"],
}


@pytest.mark.parametrize(("label", "text"), [(label, text) for label, texts in FROZEN.items() for text in texts])
def test_frozen_sentences_stay_right(understander: Understander, label: str, text: str) -> None:
    (understood,) = understander.understand([text])
    assert understood.label == label, understood.guesses
    assert understood.confidence >= 0.4, understood.guesses


def test_answers_come_in_order_with_three_guesses_best_first(understander: Understander) -> None:
    first, second = understander.understand(["怎么退货", "查物流"])
    assert (first.text, second.text) == ("怎么退货", "查物流")
    shares = [share for _, share in first.guesses]
    assert first.guesses[0] == (first.label, first.confidence)
    assert len(shares) == 3
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) <= 1.0001


def test_claims_have_most_of_their_share_on_claims(understander: Understander) -> None:
    claim, question = understander.understand(["衣服洗一次就破洞了，你们什么质量", "怎么开发票"])
    assert claim.p_claim > 0.7
    assert question.p_claim < 0.2


@pytest.mark.parametrize("text", ["", "   ", "。", "😀😀", "？？？", "\x00\x01", "\ufffd"])
def test_a_message_without_words_is_nobodys_matter_and_unsure(understander: Understander, text: str) -> None:
    (understood,) = understander.understand([text])
    assert (understood.label, understood.confidence, understood.guesses) == ("out_of_scope", 0.0, ())


def test_a_second_matter_in_its_own_clause_is_named(understander: Understander) -> None:
    (understood,) = understander.understand(["收到的杯子是碎的，另外发票怎么开"])
    assert {understood.label, understood.label2} == {"case.damaged_on_arrival", "faq.invoice_howto"}
    (single,) = understander.understand(["我的快递到哪了，怎么还没到"])
    assert single.label2 is None


def test_what_only_tells_how_the_matter_came_about_is_no_second_matter(understander: Understander) -> None:
    texts = ["盒子扔了，鞋子还能退吗", "我昨天下的单，今天能发货吗", "衣服买大了，想换小一码"]
    assert [understood.label2 for understood in understander.understand(texts)] == [None, None, None]


def test_words_of_one_english_clause_are_no_second_matter(understander: Understander) -> None:
    texts = ["where should i send the package back to", "please change colour before you ship it"]
    assert [understood.label2 for understood in understander.understand(texts)] == [None, None]


def test_what_was_denied_is_no_second_matter(understander: Understander) -> None:
    (understood,) = understander.understand(["我不是问退款，我要问发票"])
    assert (understood.label, understood.label2) == ("faq.invoice_howto", None)


@pytest.mark.parametrize("text", ["我买的东西", "我的床垫", "我买的衣服"])
def test_a_thing_of_which_nothing_is_said_leaves_every_matter_open(understander: Understander, text: str) -> None:
    (understood,) = understander.understand([text])
    assert understood.confidence < 0.4
    assert understood.p_claim < 0.5


def test_saying_the_same_again_changes_nothing(understander: Understander) -> None:
    assert understander.understand(["退款多久到账"]) == understander.understand(["退款多久到账"])


def test_a_missing_or_broken_model_is_said(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing):
        Understander.load(tmp_path / "no.tar.gz")
    broken = tmp_path / "broken.tar.gz"
    broken.write_bytes(b"not an archive")
    with pytest.raises(ModelMissing, match="读不出来"):
        Understander.load(broken)
    empty = tmp_path / "empty.tar.gz"
    with tarfile.open(empty, "w:gz"):
        pass
    with pytest.raises(ModelMissing, match="读不出来"):
        Understander.load(empty)


def test_a_damaged_model_is_one_that_cannot_be_read(model_path: Path, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged"
    damaged.mkdir()
    with tarfile.open(model_path) as archive:
        for member in archive:
            if member.name.endswith(("understanding.json", "understanding.npz")):
                (damaged / Path(member.name).name).write_bytes(archive.extractfile(member).read())
    arrays = damaged / "understanding.npz"
    whole = arrays.read_bytes()
    arrays.write_bytes(whole[:5000] + bytes(50) + whole[5050:])
    with pytest.raises(ModelMissing, match="读不出来"):
        Understander.load(damaged)
    arrays.write_bytes(whole)
    described = damaged / "understanding.json"
    described.write_text(described.read_text(encoding="utf-8").replace('"tone": {', '"tone": [{', 1), encoding="utf-8")
    with pytest.raises(ModelMissing, match="读不出来"):
        Understander.load(damaged)


def test_loading_needs_neither_rasa_nor_scikit_learn(model_path: Path) -> None:
    code = (
        "import sys; from bot.nlu.understander import Understander as U; "
        f"U.load({str(model_path)!r}).understand(['你好']); print([m for m in ('rasa', 'tensorflow', 'sklearn', 'torch') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"

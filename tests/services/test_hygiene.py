"""Remarks on training lines that are not wrong: each with its place and a way out, the worst first."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz import fuzz

from bot import taxonomy
from bot.nlu import lexicon
from bot.nlu.text import normalise
from bot.services import hygiene
from bot.services.hygiene import ALIKE, NEAR, SHORTEST, TWO_LABELS, UNUSED, Remark
from bot.training_data import Border, Sentence

LABELS = taxonomy.load()
NLU = Path("data/nlu")


def lines(*rows: tuple[str, str], path: str = "faq.yml") -> list[Sentence]:
    """Sentences (text, label) on the lines 1, 2, … of a file."""
    return [Sentence(text, label, path, number) for number, (text, label) in enumerate(rows, 1)]


def near(sentences: list[Sentence]) -> list[Remark]:
    return hygiene.near(sentences, [normalise(s.text).features for s in sentences])


def test_two_lines_that_hardly_differ_are_named_with_both_places() -> None:
    said = near(lines(("退货运费到底谁出", "faq.exchange"), ("物流一直没动静", "faq.exchange"), ("退货的运费到底谁出呀", "faq.exchange")))
    assert [(r.kind, r.says.split(": ")[0]) for r in said] == [(NEAR, "faq.yml:3")]
    assert "faq.yml:1" in said[0].says


def test_lines_alike_under_two_labels_are_a_kind_of_their_own_except_in_contrast_pairs() -> None:
    rows = (("退货运费到底是谁出", "faq.exchange"), ("退货运费到底是谁出呢", "faq.warranty"))
    assert [r.kind for r in near(lines(*rows))] == [TWO_LABELS]
    assert near(lines(rows[0]) + lines(rows[1], path="data/nlu/contrast.yml")) == []


def test_short_lines_and_lines_that_say_the_same_twice_are_left_to_others() -> None:
    assert near(lines(("怎么退货啊", "faq.exchange"), ("怎么退货呢", "faq.exchange"))) == []
    assert near(lines(("退货运费到底谁出", "faq.exchange"), ("退货运费到底谁出！！", "faq.exchange"))) == []


@given(st.lists(st.text("退货运费谁出", min_size=1, max_size=14), max_size=30))
def test_every_pair_that_is_alike_is_found_once(forms: list[str]) -> None:
    found = [tuple(sorted((one, other))) for _, one, other in hygiene.alike(forms)]
    slow = [
        (one, other)
        for one in range(len(forms))
        for other in range(one + 1, len(forms))
        if min(len(forms[one]), len(forms[other])) >= SHORTEST
        and forms[one] != forms[other]
        and fuzz.ratio(forms[one], forms[other]) >= 100 * ALIKE
    ]
    assert sorted(found) == slow


def test_labels_with_few_lines_are_named_by_what_they_lack() -> None:
    rows = [(f"第{n}句", "faq.gift") for n in range(119)] + [(f"假{n}", "case.counterfeit") for n in range(120)] + [("题外", "out_of_scope")]
    said = {r.says.split(" ")[1].split("（")[0]: r for r in hygiene.few(lines(*rows), LABELS, NLU)}
    assert "有 119 句，最好有 120 句" in said["faq.gift"].says
    assert "有 120 句，最好有 250 句" in said["case.counterfeit"].says and said["case.counterfeit"].says.startswith("data/nlu/case.yml: ")
    assert "最好有 800 句" in said["out_of_scope"].says
    assert said["faq.warranty"].weight > said["case.counterfeit"].weight > said["faq.gift"].weight
    assert "faq.gift" not in [r.says for r in hygiene.few(lines(*rows, ("第120句", "faq.gift")), LABELS, NLU)]


def test_a_border_wants_pairs_whichever_label_comes_first() -> None:
    border = Border("faq.gift", "case.promise_broken", "contrast.yml", 7)
    pair = lines(("赠品没在箱子里", "case.promise_broken"), ("有赠品吗", "faq.gift"))
    said = hygiene.without_pairs([border], pair * 4)
    assert [r.says for r in said] == ["contrast.yml:7: faq.gift 和 case.promise_broken 之间有 4 组对照句，至少要 5 组：在 contrast: 下面补上"]
    assert hygiene.without_pairs([border], pair * 5) == []


def test_words_and_classes_that_no_line_holds_are_named_by_their_line() -> None:
    classes = lexicon.build({"refund": "退款 返還", "gold": "黄金 /足金.{1,2}克/", "ship": "发货"})
    said = hygiene.unused_words(classes, ["退款呢", "发货"], {"refund": 3, "gold": 4, "ship": 5}, NLU / "words.yml")
    assert [r.says[: r.says.index("，")] for r in said] == [
        "data/nlu/words.yml:3: 词类 refund 里没有一句话用到：返還。检查有没有写错；顾客会说就写几句用到它的话",
        "data/nlu/words.yml:4: 词类 gold 没有一句训练句子碰到",
    ]
    assert said[1].weight > said[0].weight


def test_remarks_come_kind_by_kind_the_worst_first() -> None:
    sentences = lines(*((f"{word}运费到底是谁出", "faq.gift") for word in ("退货", "退了货", "换货的", "退件的")))
    said = hygiene.remarks(sentences, [], [Border("faq.gift", "case.promise_broken", "c.yml", 1)], LABELS, lexicon.build({"a": "退货 b"}), {}, NLU)
    order = [hygiene.KINDS.index(r.kind) for r in said]
    assert order == sorted(order) and set(order) >= {hygiene.KINDS.index(NEAR), hygiene.KINDS.index(UNUSED)}
    weights = [r.weight for r in said if r.kind == NEAR]
    assert weights == sorted(weights, reverse=True)


@pytest.mark.parametrize("kind", hygiene.KINDS)
def test_every_kind_is_said_in_chinese(kind: str) -> None:
    assert all("\u4e00" <= char <= "\u9fff" or char == "、" for char in kind)

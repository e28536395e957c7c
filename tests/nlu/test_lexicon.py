"""Concept words found in one pass, and the file that holds them."""

from __future__ import annotations

import re

import pytest

from bot.errors import DataError
from bot.nlu import lexicon
from bot.nlu.text import normalise


def names(found: lexicon.Lexicon, message: str) -> list[str]:
    return [found.names[number] for number in found.hits(normalise(message).features)]


def test_words_and_patterns_hit_their_classes_in_order() -> None:
    found = lexicon.build({"refund": "退款 退钱", "nobody": "/没人(回|理)/", "ship": "发货"})
    assert names(found, "没人理我，把钱退款") == ["refund", "nobody"]
    assert names(found, "什么时候發貨") == ["ship"]
    assert names(found, "") == []


def test_words_are_compared_in_the_form_of_messages() -> None:
    found = lexicon.build({"days": "７天", "code": "EMS"})
    assert names(found, "7天无理由，发ems") == ["days", "code"]


def test_one_pass_finds_what_a_search_for_each_word_finds() -> None:
    classes = lexicon.load()
    found = lexicon.build(classes)
    messages = ["我的快递三天没动了，说好48小时发货的", "发票抬头开错了能换吗", "收到碎了，凭什么让我出运费", "hello where is my parcel"]
    for message in messages:
        features = normalise(message).features
        slow = [name for name, value in classes.items() if _searched(value, features)]
        assert names(found, message) == slow


@pytest.mark.parametrize(
    ("message", "classes"),
    [
        ("is it shipped", ["ship"]),
        ("relationship", []),
        ("try again", []),
        ("are you ai", ["robot"]),
        ("AI客服吗", ["robot"]),
        ("用了ai", ["robot"]),
        ("main thing", []),
    ],
)
def test_latin_words_are_found_where_a_word_begins_and_short_ones_whole(message: str, classes: list[str]) -> None:
    assert names(lexicon.build({"ship": "ship", "robot": "ai"}), message) == classes


def test_a_message_is_explained_by_the_words_and_expressions_it_holds() -> None:
    found = lexicon.build({"refund": "退款 退钱", "nobody": "/没人(回|理)/ 没人", "ship": "ship"})
    assert lexicon.explain(found, normalise("没人理我，退錢！退款").features) == [
        lexicon.Hit("refund", "退款", "退款"),
        lexicon.Hit("refund", "退钱", "退钱"),
        lexicon.Hit("nobody", "/没人(回|理)/", "没人理"),
        lexicon.Hit("nobody", "没人", "没人"),
    ]
    assert lexicon.explain(found, "relationship is shipped") == [lexicon.Hit("ship", "ship", "ship")]
    assert lexicon.explain(found, "relationship") == []


def test_the_explanation_names_the_classes_that_the_classifier_sees() -> None:
    found = lexicon.build(lexicon.load())
    for message in ("我的快递三天没动了，说好48小时发货的", "发票抬头开错了能换吗 ems", "is it shipped? i want my money back", "你们是ai吗"):
        features = normalise(message).features
        explained = [hit.name for hit in lexicon.explain(found, features)]
        assert sorted(set(explained), key=explained.index) == names(found, message)


def test_words_that_no_text_holds_are_unused() -> None:
    found = lexicon.build({"refund": "退款 返還 /退.{1,2}钱/", "robot": "ai", "all": "发货"})
    assert lexicon.unused(found, ["发货", "返还运费", "again", "退 钱"]) == {"refund": ["退款"], "robot": ["ai"]}


def test_every_problem_of_the_file_is_named() -> None:
    with pytest.raises(DataError) as caught:
        lexicon.checked({"words": {"a": "/(/", "b": ["x"], "c": ""}})
    assert len(caught.value.problems) == 3


def _searched(value: str, features: str) -> bool:
    pieces = re.findall(r"/(?:\\.|[^/\\])+/|\S+", value)
    return any(re.search(p[1:-1] if len(p) > 2 and p[0] == p[-1] == "/" else _expression(normalise(p).features), features) for p in pieces)


def _expression(word: str) -> str:
    if not "a" <= word[0] <= "z":
        return re.escape(word)
    return rf"(?<![a-z]){re.escape(word)}" + ("" if len(word) >= 4 else "(?![a-z])")


def test_expressions_that_cannot_stand_together_or_refer_back_are_said_before_training() -> None:
    with pytest.raises(DataError) as caught:
        lexicon.checked({"words": {"twice": "/(?P<x>a)/ /(?P<x>b)/", "back": r"/(a)\1/", "fine": r"/\d+\\1/"}}, "w.yml")
    together, back = caught.value.problems
    assert together.startswith("w.yml: twice 里的几个表达式不能放在一起")
    assert "回指" in back

"""Phrases of a file against what people type."""

from __future__ import annotations

from typing import Any

import pytest

from bot.checked_yaml import Checked
from bot.desk.phrases import Phrases, read_phrases

BACK = Phrases(has=("退货", "return it"), whole=("退", "要", "yes"))


@pytest.mark.parametrize("text", ["我要退货退款", "退", "退吧。", "那我退", "要的", "Yes!", "I want to return it", "还是退了吧"])
def test_a_phrase_fits_anywhere_or_as_the_whole_message(text: str) -> None:
    assert BACK.fit(text)


@pytest.mark.parametrize("text", ["我要退款", "要钱", "return item", "", "？？", "yesterday", "不退"])
def test_a_short_word_inside_a_sentence_says_nothing(text: str) -> None:
    assert not BACK.fit(text)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ({}, "至少写一个"),
        ({"has": ["退", " "]}, "有空的词"),
        ({"whole": "退"}, "whole 要写成列表"),
        ({"hass": ["退"]}, "不认识的键 hass"),
        ("退", "要写成“键: 值”"),
    ],
)
def test_what_is_wrong_with_a_list_is_said(raw: Any, said: str) -> None:
    file = Checked({"back": raw}, "refunds.yml")
    read_phrases(file, raw, ("back",))
    assert said in "\n".join(file.problems)

"""The report: everything in one file, everything escaped, nothing fetched; and the table of the terminal."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from bot import taxonomy
from bot.quality import report, results, wording
from bot.quality.cases import Case
from bot.quality.results import Evaluation, ModelFacts
from tests.quality.answers import ESCALATION, NONE, QUALITY, RETURN, RULES, TRACKING, lines, says

LABELS = taxonomy.load()
NASTY = '<script>alert("x")</script>&<img src=x onerror=1>'


def an_evaluation(live: bool = True) -> Evaluation:
    cases = [
        *lines(TRACKING, 20), *lines(QUALITY, 10), *lines(ESCALATION, 3), *lines(NONE, 4),
        Case(NASTY, QUALITY, (ESCALATION,), f"{QUALITY} | {RETURN}"),
    ]
    new = [says(case.label, 0.5 + n / 80) for n, case in enumerate(cases)]
    new[-1], new[3] = says(RETURN, 0.7), says(QUALITY)
    old = [says(TRACKING)] * len(cases)
    found = results.of_set("自然聊天", "说明。", cases, new, old if live else None, RULES, LABELS)
    flip = [Case("怎么退货", RETURN)]
    turned = results.turned(flip, [says(TRACKING)], [says(RETURN)] if live else None)
    facts = ModelFacts("b.tar.gz", {"lines": 12000, "made_at": "2026-11-11T04:00:00+00:00", "seconds": 100, "fingerprint": "abc"})
    return Evaluation("2026-11-11 04:00", facts, ModelFacts("a.tar.gz") if live else None, (found,), 1, turned, ("一句提醒",))


class Reader(HTMLParser):
    """Tags left open, words, and addresses that a browser would fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.words: list[str] = []
        self.fetched: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.fetched += [value or "" for name, value in attrs if name in ("src", "href", "xlink:href") and not (value or "").startswith("#")]
        if tag not in ("meta", "br", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    reader.close()
    return reader


@pytest.mark.parametrize("live", [True, False])
def test_the_page_is_whole_and_needs_nothing_else(live: bool) -> None:
    page = report.html(an_evaluation(live), LABELS)
    reader = read(page)
    assert reader.open == []
    assert reader.fetched == []
    assert "script" not in reader.tags
    assert not re.search(r"@import|url\((?!#)", page)
    assert page.count("<svg") == 4
    assert page.startswith("<!DOCTYPE html>")


def test_a_customers_words_are_words_in_it() -> None:
    page = report.html(an_evaluation(), LABELS)
    assert NASTY not in page
    assert NASTY in "".join(read(page).words)


def test_it_tells_figures_ranges_confusions_borders_and_what_flipped() -> None:
    words = "".join(read(report.html(an_evaluation(), LABELS)).words)
    wanted = ("自然聊天", "94.7%", "比线上 +42.1 点", "商品质量争议 → 退货流程", "商品质量争议 ↔ 退货流程", "怎么退货", "翻了", "一句提醒", "12000 句训练")
    assert [part for part in wanted if part not in words] == []


def test_without_a_live_model_nothing_is_compared() -> None:
    words = "".join(read(report.html(an_evaluation(live=False), LABELS)).words)
    assert "比线上" not in words
    assert "没有另一个线上模型可比" in words


def test_the_terminal_tells_the_same_in_short() -> None:
    text = "\n".join(wording.evaluation(an_evaluation(), every_label=True))
    assert re.search(r"标签正确（含可接受）\s+94\.7%\s.*52\.6%\s+\+42\.1 .*↑ 变好", text)
    assert "注意：一句提醒" in text
    assert f"{QUALITY} → {RETURN}  1" in text
    assert "不许翻的句子：1 句里错了 1 句" in text
    assert re.search(rf"{re.escape(QUALITY)}\s+11\s+91%", text)
    assert "↑" not in "\n".join(wording.evaluation(an_evaluation(live=False)))


@pytest.mark.parametrize("value", [float("nan"), 0.0, -0.001, 0.25])
def test_points_are_signed_and_nothing_is_a_dash(value: float) -> None:
    assert wording.points(value) == {0.0: "0.0", -0.001: "-0.1", 0.25: "+25.0"}.get(value, "–")
